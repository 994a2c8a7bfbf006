//! A text file into batches, in parallel and in order.
//!
//! One reader cuts the bytes into blocks at line ends; workers split and understand blocks at the same time;
//! their batches are taken over in the order of the file. A block is right only if the block before it ended
//! with a whole record; otherwise it is read again together with what was left, so that the result is that of
//! reading from the first byte to the last.

use super::keys::WorkerNames;
use super::normalise::Batch;
use super::split::{Dialect, Records};
use anyhow::{Result, anyhow};
use std::collections::BTreeMap;
use std::io::Read;
use std::sync::Mutex;

/// Bytes of a block: small enough for the second cache level, large enough that locks do not matter.
pub const BLOCK: usize = 1 << 18;
/// A line longer than this is not a line.
const LONGEST_LINE: usize = 64 << 20;

/// Understands the records of one block.
pub trait Worker: Send {
    fn block(&mut self, records: &mut Records<'_>, batch: &mut Batch);
    fn into_names(self) -> WorkerNames;
}

struct Block {
    number: u64,
    bytes: Vec<u8>,
    last: bool,
    /// An empty batch.
    batch: Batch,
}

/// Cuts the stream into blocks that end at a line end.
struct Feeder<'a> {
    reader: Box<dyn Read + Send>,
    line_end: u8,
    block: usize,
    carry: Vec<u8>,
    number: u64,
    finished: bool,
    /// Buffers of blocks that are done with, to be used again.
    spare: Vec<(Vec<u8>, Batch)>,
    on_progress: &'a (dyn Fn() + Sync),
}

impl Feeder<'_> {
    fn next(&mut self) -> std::io::Result<Option<Block>> {
        if self.finished {
            return Ok(None);
        }
        let (mut bytes, batch) = self.spare.pop().unwrap_or_default();
        bytes.clear();
        bytes.append(&mut self.carry);
        let mut goal = self.block.max(bytes.len() + 1);
        loop {
            let filled = bytes.len();
            let want = goal - filled;
            let got = (&mut self.reader).take(want as u64).read_to_end(&mut bytes)?;
            if got < want {
                self.finished = true;
                break;
            }
            match memchr::memrchr(self.line_end, &bytes[filled..]) {
                Some(at) => {
                    self.carry.extend_from_slice(&bytes[filled + at + 1..]);
                    bytes.truncate(filled + at + 1);
                    break;
                }
                None if bytes.len() > LONGEST_LINE => {
                    return Err(std::io::Error::other("a line is longer than 64 MB, so this is no table"));
                }
                None => goal += self.block,
            }
        }
        (self.on_progress)();
        let block = Block { number: self.number, bytes, last: self.finished, batch };
        self.number += 1;
        Ok(Some(block))
    }
}

/// A block as one worker understood it.
struct Done {
    batch: Batch,
    /// Kept in case the block before did not end where this one begins.
    bytes: Vec<u8>,
    last: bool,
    /// Where the unfinished record at the end begins.
    used: usize,
    lines: u32,
    worker: usize,
}

/// Takes finished blocks over in order.
struct Merger<'a> {
    waiting: BTreeMap<u64, Done>,
    next: u64,
    /// Bytes of the record that the last block did not finish.
    open: Vec<u8>,
    line: u32,
    take: &'a mut (dyn FnMut(&mut Batch, usize, u32) + Send),
}

/// How the table lies in the text.
#[derive(Debug, Clone, Copy)]
pub struct Table {
    pub dialect: Dialect,
    pub columns: usize,
    /// Bytes before the first row.
    pub skip: usize,
    /// Bytes of a block.
    pub block: usize,
}

/// Splits `reader` into records and lets workers understand them; `take` gets the batches in the order of the
/// file, with the worker's number and the lines before the batch. Returns the workers' dictionaries.
pub fn read<W: Worker>(
    mut reader: Box<dyn Read + Send>,
    table: Table,
    mut workers: Vec<W>,
    on_progress: &(dyn Fn() + Sync),
    take: &mut (dyn FnMut(&mut Batch, usize, u32) + Send),
) -> Result<Vec<WorkerNames>> {
    let Table { dialect, columns, skip, block } = table;
    std::io::copy(&mut (&mut reader).take(skip as u64), &mut std::io::sink())?;
    let feeder = Mutex::new(Feeder {
        reader,
        line_end: dialect.line_end,
        block,
        carry: Vec::new(),
        number: 0,
        finished: false,
        spare: Vec::new(),
        on_progress,
    });
    let merger = Mutex::new(Merger { waiting: BTreeMap::new(), next: 0, open: Vec::new(), line: 0, take });
    let run = |number: usize, mut worker: W| -> Result<WorkerNames> {
        while let Some(block) = { feeder.lock().expect("no worker panics").next() }? {
            let Block { bytes, last, batch, .. } = block;
            let done = understand(&mut worker, number, bytes, last, batch, dialect, columns);
            let spare = hand_over(&merger, block.number, done, &mut worker, number, dialect, columns);
            feeder.lock().expect("no worker panics").spare.extend(spare);
        }
        Ok(worker.into_names())
    };
    if workers.len() == 1 {
        return Ok(vec![run(0, workers.pop().expect("one worker"))?]);
    }
    std::thread::scope(|scope| {
        let run = &run;
        let threads: Vec<_> =
            workers.into_iter().enumerate().map(|(i, worker)| scope.spawn(move || run(i, worker))).collect();
        threads.into_iter().map(|t| t.join().unwrap_or_else(|_| Err(anyhow!("a reading thread failed")))).collect()
    })
}

fn understand<W: Worker>(
    worker: &mut W,
    number: usize,
    bytes: Vec<u8>,
    last: bool,
    mut batch: Batch,
    dialect: Dialect,
    columns: usize,
) -> Done {
    let mut records = Records::new(&bytes, dialect, columns, last);
    worker.block(&mut records, &mut batch);
    let (used, lines) = (records.position(), records.lines());
    Done { batch, bytes, last, used, lines, worker: number }
}

/// Puts a finished block in its place and takes over all that are in order; returns buffers to use again.
fn hand_over<W: Worker>(
    merger: &Mutex<Merger<'_>>,
    number: u64,
    done: Done,
    worker: &mut W,
    worker_number: usize,
    dialect: Dialect,
    columns: usize,
) -> Vec<(Vec<u8>, Batch)> {
    let mut merger = merger.lock().expect("no worker panics");
    merger.waiting.insert(number, done);
    let mut spare = Vec::new();
    loop {
        let next = merger.next;
        let Some(mut done) = merger.waiting.remove(&next) else { return spare };
        if !merger.open.is_empty() {
            let mut bytes = std::mem::take(&mut merger.open);
            bytes.extend_from_slice(&done.bytes);
            done = understand(worker, worker_number, bytes, done.last, Batch::default(), dialect, columns);
        }
        merger.open.extend_from_slice(&done.bytes[done.used..]);
        let line = merger.line;
        merger.line += done.lines;
        (merger.take)(&mut done.batch, done.worker, line);
        done.batch.clear();
        merger.next += 1;
        spare.push((done.bytes, done.batch));
    }
}
