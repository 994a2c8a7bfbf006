//! The ids of some contacts as their source writes them, for people who look a call up.
//!
//! The log keeps hashes alone, so the files are read again, and nothing of a row but its contact id.

use super::keys::{self, WorkerNames};
use super::normalise::{Batch, Normaliser};
use super::parquet::ParquetFile;
use super::plan::Plan;
use super::profile::Layout;
use super::split::Records;
use super::{Body, Options, Prepared, Progress, compile, parquet_parts, prepare_all, shape_fault, source, text};
use anyhow::{Context, Result};
use encoding_rs::WINDOWS_1252;
use std::collections::{HashMap, HashSet};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

/// The source's own ids of the contacts whose keys are `wanted`, without characters that could steer a terminal.
/// `arguments` and `options` are those of the first reading. Contacts without an id of their own, whose rows are known
/// by file and line alone, are not in it, nor is an id that tells who called.
pub fn contact_ids(arguments: &[String], options: &Options<'_>, wanted: &HashSet<u64>) -> Result<HashMap<u64, String>> {
    source::require_second_reading(arguments)?;
    if wanted.is_empty() {
        return Ok(HashMap::new());
    }
    let files = prepare_all(arguments, options)?;
    let total: u64 = files.iter().map(|f| f.source.size).sum();
    let passed = Arc::new(AtomicU64::new(0));
    let progress = || {
        (options.on_progress)(Progress { rows: 0, bytes: passed.load(Ordering::Relaxed), of_bytes: total });
    };
    let search = Search { wanted, found: Mutex::default() };
    for file in &files {
        let plan = compile(file, &options.wanted)?;
        let is_queue_log = file.profile.layout == Layout::QueueLog;
        if !is_queue_log && !plan.shows_contacts() {
            continue;
        }
        match &file.body {
            Body::Text(shape) => {
                let table = text::Table {
                    dialect: shape.dialect,
                    columns: file.header.len(),
                    skip: shape.data_start,
                    block: options.block,
                };
                let reader = file.source.text(passed.clone())?;
                let worker = |_| Worker {
                    normaliser: (!is_queue_log).then(|| Normaliser::new(&plan)),
                    columns: file.header.len(),
                    search: &search,
                };
                let workers = (0..options.threads.max(1)).map(worker).collect();
                text::read(reader, table, workers, &progress, &mut |_, _, _| {})
                    .with_context(|| format!("`{}` could not be read a second time", file.source.name))?;
            }
            Body::Parquet(groups) => in_parquet(file, groups, &plan, &search)?,
        }
    }
    Ok(search.found.into_inner().expect("no worker panics"))
}

/// The keys that a contact may have whose id is shown as `id`, in exports whose ids are made of so many columns. Several
/// are possible where the parts have blanks, a column is empty, or the export is not in UTF-8.
pub fn contact_keys(id: &str, columns: usize) -> Vec<u64> {
    let mut keys = Vec::new();
    let (windows, _, unknown) = WINDOWS_1252.encode(id);
    let other = (!unknown && *windows != *id.as_bytes()).then_some(windows);
    for id in std::iter::once(id.as_bytes()).chain(other.as_deref()) {
        match columns {
            1 => keys.push(keys::id_key(id)),
            _ => add_joined(0, id, columns, &mut keys),
        }
    }
    keys
}

/// More ways to share an id out to columns are not tried: such an id is none.
const MOST_KEYS: usize = 1_000;

/// Adds the keys of all ways to share `rest` out to so many columns, behind those that made the key `before`.
fn add_joined(before: u64, rest: &[u8], columns: usize, keys: &mut Vec<u64>) {
    if keys.len() >= MOST_KEYS {
        return;
    }
    if columns <= 1 {
        keys.push(keys::joined(before, rest));
        return;
    }
    add_joined(keys::joined(before, b""), rest, columns - 1, keys);
    if rest.is_empty() {
        return;
    }
    for at in (0..rest.len()).filter(|at| rest[*at] == b' ') {
        add_joined(keys::joined(before, &rest[..at]), &rest[at + 1..], columns - 1, keys);
    }
    add_joined(keys::joined(before, rest), b"", columns - 1, keys);
}

/// What is looked for, and what was found.
struct Search<'a> {
    wanted: &'a HashSet<u64>,
    found: Mutex<HashMap<u64, String>>,
}

impl Search<'_> {
    fn add(&self, key: u64, id: String) {
        self.found.lock().expect("no worker panics").insert(key, id);
    }
}

/// Looks through records of a text file: rows of a table, or events where there is no normaliser.
struct Worker<'a> {
    normaliser: Option<Normaliser<'a>>,
    columns: usize,
    search: &'a Search<'a>,
}

impl text::Worker for Worker<'_> {
    fn block(&mut self, records: &mut Records<'_>, _: &mut Batch) {
        while let Some(record) = records.next() {
            match &self.normaliser {
                Some(normaliser) => {
                    if shape_fault(&record, self.columns).is_none()
                        && let Some((key, id)) = normaliser.contact_id(&record, self.search.wanted)
                    {
                        self.search.add(key, id);
                    }
                }
                None if record.len() > 1 => {
                    let key = keys::id_key(record.field(1));
                    if self.search.wanted.contains(&key) {
                        self.search.add(key, keys::text_of(record.field(1)));
                    }
                }
                None => {}
            }
        }
    }

    fn into_names(self) -> WorkerNames {
        WorkerNames::default()
    }
}

fn in_parquet(file: &Prepared, groups: &[usize], plan: &Plan, search: &Search<'_>) -> Result<()> {
    let parquet = ParquetFile::open(&file.source)?;
    let normaliser = Normaliser::new(plan);
    for (offset, rows) in parquet_parts(groups) {
        let table = parquet.read(&file.source, &plan.contact_columns(), offset, rows)?;
        for at in 0..table.rows() {
            if let Some((key, id)) = normaliser.contact_id(&table.row(at), search.wanted) {
                search.add(key, id);
            }
        }
    }
    Ok(())
}
