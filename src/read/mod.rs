//! Files into a [`CallLog`] and its [`Intake`]: one pass, in parallel, every row accounted for.
//!
//! ```text
//! source   what kind of file it is, unpacked and decoded
//! shape    delimiter, header, first rows          profile  how one vendor's columns become ours
//! split    bytes into records                     guess, names   a profile for an unknown export
//! text     a text file in blocks, in order        parquet  the same from Parquet
//! plan     a profile compiled for one file        events   Asterisk's event log into legs
//! normalise  one row into one leg                 duration, time, keys, words   single values
//! ids      contact ids once more, on request
//! ```

pub mod duration;
mod events;
pub mod guess;
mod ids;
mod keys;
mod names;
mod normalise;
mod parquet;
mod plan;
pub mod profile;
mod shape;
pub mod source;
mod split;
mod text;
pub mod time;
mod words;

pub use ids::{contact_ids, contact_keys};
pub use keys::{is_rounded, text_of};
pub use normalise::Note;
pub use plan::Wanted;
pub use source::require_second_reading;
pub use words::{WantedOutcome, is_nothing, wanted_outcome};

use crate::call_log::{CallLog, Column, Legs, MISSING, Names, Tells};
use crate::intake::{Intake, Place, Reason};
use crate::names::hint_of_names;
use anyhow::{Result, bail};
use guess::{Order, OrderEvidence};
use keys::WorkerNames;
use normalise::{Batch, Normaliser};
use parquet::ParquetFile;
use plan::{Plan, Understood};
use profile::{Field, Layout, Profile};
use shape::Shape;
use source::{FileKind, Source};
use split::Records;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use time::Format;

/// How a file came to its profile.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Why {
    Given,
    Recognised(String),
    Guessed,
}

/// How one column was understood, with values.
#[derive(Debug, Clone)]
pub struct ColumnReport {
    pub field: Field,
    pub columns: Vec<String>,
    pub how: String,
    /// First values; empty for customers, whose ids are never shown.
    pub samples: Vec<String>,
}

/// What is to be told of one file.
#[derive(Debug, Clone)]
pub struct FileReport {
    pub name: String,
    pub profile: Profile,
    pub why: Why,
    /// Comments on a guessed profile, and what it could not tell.
    pub comments: BTreeMap<Field, String>,
    pub asks: Vec<String>,
    pub format: String,
    pub zone: String,
    /// The zone was neither given nor in the profile nor in every time.
    pub zone_assumed: bool,
    pub columns: Vec<ColumnReport>,
    /// All columns, and those nobody reads.
    pub header: Vec<String>,
    pub unused: Vec<String>,
    /// Columns that the profile names and the file does not have, with the fields that they are for.
    pub absent: Vec<(Field, String)>,
    pub tells: Tells,
    pub notes: BTreeMap<Note, u64>,
    /// Rows of the file, whatever became of them.
    pub rows: u64,
}

/// The result of reading.
#[derive(Debug)]
pub struct Reading {
    pub log: CallLog,
    pub intake: Intake,
    pub files: Vec<FileReport>,
}

/// How far reading is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// None while files are read a second time.
    pub rows: u64,
    /// Bytes of the files, of so many in all.
    pub bytes: u64,
    pub of_bytes: u64,
}

/// Where reading tells how far it is.
pub type OnProgress<'a> = &'a (dyn Fn(Progress) + Sync);

/// How to read.
pub struct Options<'a> {
    /// A profile given by the user.
    pub profile: Option<Profile>,
    pub wanted: Wanted,
    /// Order of day and month where no profile says it.
    pub date_order: Option<Format>,
    pub threads: usize,
    /// Bytes of a block of text; smaller only in tests.
    pub block: usize,
    pub on_progress: OnProgress<'a>,
}

/// Bytes of a block of text.
pub const BLOCK: usize = text::BLOCK;

/// One file that is understood and ready to be read.
struct Prepared {
    source: Source,
    body: Body,
    header: Vec<String>,
    rows: Vec<Vec<String>>,
    /// The sample is the whole file.
    whole: bool,
    profile: Profile,
    why: Why,
    comments: BTreeMap<Field, String>,
    asks: Vec<String>,
}

enum Body {
    Text(Shape),
    Parquet(Vec<usize>),
}

/// Reads `arguments` (files, globs, `-`) as one log.
pub fn read(arguments: &[String], options: &Options<'_>) -> Result<Reading> {
    let mut prepared = prepare_all(arguments, options)?;
    settle_date_orders(&mut prepared, options.date_order)?;
    let total: u64 = prepared.iter().map(|p| p.source.size).sum();
    let (passed, rows) = (Arc::new(AtomicU64::new(0)), Arc::new(AtomicU64::new(0)));
    let mut collector = Collector { rows: rows.clone(), ..Collector::default() };
    let mut files = Vec::new();
    let mut zone = None;
    for (number, file) in prepared.iter().enumerate() {
        let plan = compile(file, &options.wanted)?;
        zone.get_or_insert_with(|| plan.zone.clone());
        collector.begin_file(number, file, &plan);
        let rows_before = collector.intake.rows;
        let progress = || {
            let (rows, bytes) = (rows.load(Ordering::Relaxed), passed.load(Ordering::Relaxed));
            (options.on_progress)(Progress { rows, bytes, of_bytes: total });
        };
        match (&file.body, file.profile.layout) {
            (Body::Text(shape), layout) => {
                read_text(number, file, shape, layout, &plan, options, &passed, &progress, &mut collector)?;
            }
            (Body::Parquet(groups), Layout::Rows) => {
                read_parquet(number, file, groups, &plan, options, &passed, &progress, &mut collector)?;
            }
            (Body::Parquet(_), Layout::QueueLog) => bail!("`{}`: a queue log is text, not Parquet", file.source.name),
        }
        let notes = std::mem::take(&mut collector.notes);
        let met_local_time = std::mem::take(&mut collector.met_local_time);
        let zone_assumed = options.wanted.zone.is_none() && file.profile.zone.is_none() && met_local_time;
        let rows = collector.intake.rows - rows_before;
        files.push(FileReport { rows, ..report(file, &plan, zone_assumed, notes) });
    }
    let (log, intake) = collector.finish(zone.unwrap_or(jiff::tz::TimeZone::UTC), options.threads);
    if !intake.balances() {
        bail!("the ledger does not balance; this is a fault of the program, please report it");
    }
    Ok(Reading { log, intake, files })
}

/// Opens all files and finds their profiles, guessed where none is known.
fn prepare_all(arguments: &[String], options: &Options<'_>) -> Result<Vec<Prepared>> {
    let mut prepared = Vec::new();
    for name in source::expand(arguments)? {
        prepared.push(prepare(&name, options.profile.as_ref())?);
    }
    guess_unknown(&mut prepared)?;
    Ok(prepared)
}

/// The profile that would be used to read `name`, as TOML.
pub fn propose(name: &str) -> Result<String> {
    let mut prepared = vec![prepare(name, None)?];
    guess_unknown(&mut prepared)?;
    // An order of day and month that cannot be told is left for the analyst to write down.
    let _ = settle_date_orders(&mut prepared, None);
    let mut file = prepared.remove(0);
    if file.why == Why::Guessed {
        file.profile.name = "my-export".to_string();
        file.profile.title = format!("my export, guessed from `{}`", short_name(&file.source.name));
        if let Body::Text(shape) = &file.body {
            file.profile.delimiter = Some(shape.dialect.delimiter);
        }
    }
    Ok(profile::print(&file.profile, &file.comments))
}

fn short_name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// Opens a file, tells its shape and finds its profile.
fn prepare(name: &str, given: Option<&Profile>) -> Result<Prepared> {
    let mut source = Source::open(name)?;
    if let Some(encoding) = given.and_then(|p| p.encoding) {
        source.set_encoding(encoding);
    }
    let (body, header, rows, whole, known) = match source.kind {
        FileKind::Text => {
            let (head, whole) = source.text_head(shape::SAMPLE)?;
            let known = given.cloned().or_else(|| by_first_line(&head));
            let shape = shape::find(&source.name, &head, whole, known.as_ref())?;
            (Body::Text(shape.clone()), shape.header, shape.rows, whole, known)
        }
        FileKind::Parquet => {
            let file = ParquetFile::open(&source)?;
            let rows = file.first_rows(&source)?;
            let whole = file.groups.iter().sum::<usize>() == rows.len();
            if rows.is_empty() {
                bail!("`{}` has columns and no rows; export a period that has calls", source.name);
            }
            (Body::Parquet(file.groups), file.header, rows, whole, given.cloned())
        }
    };
    let (profile, why) = match known {
        Some(profile) if given.is_some() => (profile, Why::Given),
        Some(profile) => {
            let why = format!("its first line looks like `{}`", profile.title);
            (profile, Why::Recognised(why))
        }
        None => match by_columns(&header) {
            Some(profile) => {
                let why = format!("it has the columns {}", quoted(&profile.recognise_columns));
                (profile, Why::Recognised(why))
            }
            None => (Profile::default(), Why::Guessed),
        },
    };
    let (comments, asks) = (BTreeMap::new(), Vec::new());
    Ok(Prepared { source, body, header, rows, whole, profile, why, comments, asks })
}

/// Guesses a profile for the files that need one; files with the same header are one export and share the guess.
fn guess_unknown(files: &mut [Prepared]) -> Result<()> {
    let mut done: Vec<usize> = Vec::new();
    for first in 0..files.len() {
        if files[first].why != Why::Guessed || done.contains(&first) {
            continue;
        }
        let alike: Vec<usize> = (first..files.len())
            .filter(|i| files[*i].why == Why::Guessed && files[*i].header == files[first].header)
            .collect();
        let rows: Vec<Vec<String>> = alike.iter().flat_map(|i| files[*i].rows.iter().cloned()).collect();
        let guess = guess::guess(&files[first].source.name, &files[first].header, &rows)?;
        for i in &alike {
            files[*i].profile = guess.profile.clone();
            files[*i].comments = guess.comments.clone();
            files[*i].asks = guess.asks.clone();
        }
        done.extend(alike);
    }
    Ok(())
}

fn quoted(names: &[String]) -> String {
    names.iter().map(|n| format!("`{n}`")).collect::<Vec<_>>().join(", ")
}

/// The built-in profile whose pattern the first line matches.
fn by_first_line(head: &[u8]) -> Option<Profile> {
    let end = memchr::memchr(b'\n', head).unwrap_or(head.len());
    let first = keys::text_of(&head[..end]);
    profile::built_in().into_iter().find(|p| p.recognise_first_line.as_ref().is_some_and(|r| r.is_match(&first)))
}

/// The built-in profile all of whose columns are there.
fn by_columns(header: &[String]) -> Option<Profile> {
    let squeezed: Vec<String> = header.iter().map(|h| profile::squeeze(h)).collect();
    profile::built_in().into_iter().find(|p| {
        !p.recognise_columns.is_empty() && p.recognise_columns.iter().all(|c| squeezed.contains(&profile::squeeze(c)))
    })
}

/// Decides day-first or month-first for every file whose profile leaves it open.
fn settle_date_orders(files: &mut [Prepared], given: Option<Format>) -> Result<()> {
    let mut evidence: Vec<(usize, String, OrderEvidence)> = Vec::new();
    let mut decided: Vec<(usize, Format)> = Vec::new();
    for (number, file) in files.iter().enumerate() {
        let Some(spec) = file.profile.fields.get(&Field::Start) else { continue };
        if spec.format.is_some() || file.profile.layout == Layout::QueueLog {
            continue;
        }
        if let Some(format) = given {
            decided.push((number, format));
            continue;
        }
        let names = spec.date.iter().chain(&spec.column);
        let squeezed: Vec<String> = file.header.iter().map(|h| profile::squeeze(h)).collect();
        let Some(column) = names.filter_map(|n| squeezed.iter().position(|h| *h == profile::squeeze(n))).next() else {
            continue;
        };
        let mut found = OrderEvidence::default();
        for row in &file.rows {
            if let Some(text) = row.get(column) {
                found.look(text);
            }
        }
        if found.order() == Order::Ambiguous && !file.whole {
            found = look_through(file, column)?;
        }
        evidence.push((number, file.header[column].clone(), found));
    }
    // Exports of single days are told apart by those of other days that belong to the same log.
    let kin = |file: &Prepared, column: &String| match file.why {
        Why::Guessed => (file.header.join("\t"), column.clone()),
        _ => (file.profile.name.clone(), column.clone()),
    };
    let mut together: BTreeMap<(String, String), OrderEvidence> = BTreeMap::new();
    for (number, column, found) in &evidence {
        together.entry(kin(&files[*number], column)).or_default().merge(*found);
    }
    for (number, column, found) in evidence {
        let file = &files[number];
        let order = match found.order() {
            Order::Ambiguous => together[&kin(file, &column)].order(),
            order => order,
        };
        let format = match order {
            Order::Known(format) => format,
            Order::Ambiguous => bail!(
                "`{}`: every date in `{column}` could be day first or month first, and pay must not hang on a guess. \
                 Say --date-order dmy (day first) or --date-order mdy (month first), or set the format in a profile",
                file.source.name
            ),
            Order::Contradictory => bail!(
                "`{}`: the dates in `{column}` are neither all day first nor all month first; export it again with one \
                 date format, such as 2026-03-31",
                file.source.name
            ),
        };
        decided.push((number, format));
    }
    for (number, format) in decided {
        files[number].profile.fields.get_mut(&Field::Start).expect("looked up above").format = Some(format);
    }
    Ok(())
}

/// The order of day and month from the whole column.
fn look_through(file: &Prepared, column: usize) -> Result<OrderEvidence> {
    let Body::Text(shape) = &file.body else { return Ok(OrderEvidence::default()) };
    struct Look<'a>(usize, &'a Mutex<OrderEvidence>);
    impl text::Worker for Look<'_> {
        fn block(&mut self, records: &mut Records<'_>, _: &mut Batch) {
            let mut found = OrderEvidence::default();
            while let Some(record) = records.next() {
                if self.0 < record.len() {
                    found.look(&keys::text_of(record.field(self.0)));
                }
            }
            self.1.lock().expect("no worker panics").merge(found);
        }
        fn into_names(self) -> WorkerNames {
            WorkerNames::default()
        }
    }
    let found = Mutex::new(OrderEvidence::default());
    let reader = file.source.text(Arc::default())?;
    let table =
        text::Table { dialect: shape.dialect, columns: shape.header.len(), skip: shape.data_start, block: BLOCK };
    text::read(reader, table, vec![Look(column, &found)], &|| {}, &mut |_, _, _| {})?;
    let order = *found.lock().expect("no worker panics");
    Ok(order)
}

/// The profile compiled for the file, or what is missing, by name.
fn compile(file: &Prepared, wanted: &Wanted) -> Result<Plan> {
    let plan = Plan::new(&file.profile, &file.header, wanted)?;
    let name = &file.source.name;
    if file.profile.layout == Layout::QueueLog {
        return Ok(plan);
    }
    if !plan.has_start() {
        let looked = plan.absent.iter().find(|(f, _)| *f == Field::Start).map_or("", |(_, names)| names);
        bail!(
            "`{name}` has no column for the start time: profile `{}` looks for `{looked}`{}, the file has {}. Export it \
             with that column, or name the right one in a profile (`callmerit profiles show {}` to start from)",
            file.profile.name,
            hint_of_names(looked, &file.header.iter().map(String::as_str).collect::<Vec<_>>()),
            quoted(&file.header),
            file.profile.name
        );
    }
    if wanted.channel.is_some_and(|c| c != "voice") && !plan.tells_channel() {
        bail!("`{name}` does not tell the channel of a contact, so --channel cannot be applied; leave it out");
    }
    if wanted.direction.is_some_and(|d| d != "inbound") && !plan.tells.direction {
        bail!("`{name}` does not tell the direction of a contact, so --direction cannot be applied; leave it out");
    }
    Ok(plan)
}

/// Understands rows of a text file.
struct RowWorker<'p> {
    normaliser: Normaliser<'p>,
    plan: &'p Plan,
    header: &'p [String],
    file: u32,
}

impl text::Worker for RowWorker<'_> {
    fn block(&mut self, records: &mut Records<'_>, batch: &mut Batch) {
        let columns = self.header.len();
        while let Some(record) = records.next() {
            let place = Place { file: self.file, line: record.line };
            let refused =
                if record.len() == columns && !record.broken_quote { None } else { shape_fault(&record, columns) };
            let refused = match refused {
                Some(reason) => {
                    batch.intake.rows += 1;
                    Some(reason)
                }
                None => self.normaliser.row(&record, place, batch).err(),
            };
            let Some(reason) = refused else { continue };
            let reason = match reason {
                reason if !reason.is_rejection() => reason,
                _ if record.fields().all(|f| f.trim_ascii().is_empty()) => Reason::BlankLine,
                _ if self.is_no_row(&record) => Reason::Footer,
                reason => reason,
            };
            batch.intake.count(reason, place);
        }
    }

    fn into_names(self) -> WorkerNames {
        self.normaliser.names
    }
}

impl RowWorker<'_> {
    /// The header once more, or what stands below a table.
    fn is_no_row(&self, record: &split::Record<'_>) -> bool {
        let is_header = || record.fields().zip(self.header).all(|(f, h)| keys::text_of(f) == *h);
        record.is_empty() || self.plan.is_footer(record.field(0).trim_ascii()) || is_header()
    }
}

/// Why a record of the wrong width cannot be a row; `None` if it can all the same.
fn shape_fault(record: &split::Record<'_>, columns: usize) -> Option<Reason> {
    if record.len() == columns {
        return None; // an unclosed quote that did no harm
    }
    if record.broken_quote {
        return Some(Reason::BrokenQuote);
    }
    if record.len() < columns {
        return Some(Reason::CutShort);
    }
    // Delimiters at the end of rows make empty fields that mean nothing.
    let surplus = record.fields().skip(columns).any(|f| !f.trim_ascii().is_empty());
    surplus.then_some(Reason::TooLong)
}

/// Understands lines of Asterisk's queue_log.
struct EventWorker {
    names: WorkerNames,
    file: u32,
}

impl text::Worker for EventWorker {
    fn block(&mut self, records: &mut Records<'_>, batch: &mut Batch) {
        while let Some(record) = records.next() {
            let place = Place { file: self.file, line: record.line };
            batch.intake.rows += 1;
            match events::event(&record, place, &mut self.names) {
                Ok(event) => batch.events.push(event),
                Err(reason) => batch.intake.count(reason, place),
            }
        }
    }

    fn into_names(self) -> WorkerNames {
        self.names
    }
}

#[allow(clippy::too_many_arguments)] // the parts of one file's reading, each used once
fn read_text(
    number: usize,
    file: &Prepared,
    shape: &Shape,
    layout: Layout,
    plan: &Plan,
    options: &Options<'_>,
    passed: &Arc<AtomicU64>,
    progress: &(dyn Fn() + Sync),
    collector: &mut Collector,
) -> Result<()> {
    let reader = file.source.text(passed.clone())?;
    let table = text::Table {
        dialect: shape.dialect,
        columns: file.header.len(),
        skip: shape.data_start,
        block: options.block,
    };
    let first = collector.workers.len();
    let before = shape.lines_before + 1;
    let file_number = number as u32;
    let mut take = |batch: &mut Batch, worker: usize, line: u32| collector.take(batch, first + worker, line + before);
    let explain = |e: anyhow::Error| {
        e.context(format!("`{}` could not be read to its end; copy or download it again", file.source.name))
    };
    let threads = 0..options.threads.max(1);
    let names = match layout {
        Layout::Rows => {
            let worker =
                |_| RowWorker { normaliser: Normaliser::new(plan), plan, header: &file.header, file: file_number };
            text::read(reader, table, threads.map(worker).collect(), progress, &mut take)
        }
        Layout::QueueLog => {
            let worker = |_| EventWorker { names: WorkerNames::default(), file: file_number };
            text::read(reader, table, threads.map(worker).collect(), progress, &mut take)
        }
    };
    collector.workers.extend(names.map_err(explain)?);
    Ok(())
}

/// Rows of Parquet that one worker reads at once.
const PARQUET_ROWS: usize = 1 << 17;

/// First row and number of rows of what is read at once: row groups, the large ones in parts.
fn parquet_parts(groups: &[usize]) -> Vec<(usize, usize)> {
    let mut parts = Vec::new();
    let mut offset = 0;
    for rows in groups {
        let mut left = *rows;
        while left > 0 {
            // A rest that is hardly a part stays with its neighbour.
            let take = if left < PARQUET_ROWS * 2 { left } else { PARQUET_ROWS };
            parts.push((offset, take));
            offset += take;
            left -= take;
        }
    }
    parts
}

#[allow(clippy::too_many_arguments)] // the parts of one file's reading, each used once
fn read_parquet(
    number: usize,
    file: &Prepared,
    groups: &[usize],
    plan: &Plan,
    options: &Options<'_>,
    passed: &Arc<AtomicU64>,
    progress: &(dyn Fn() + Sync),
    collector: &mut Collector,
) -> Result<()> {
    let parquet = ParquetFile::open(&file.source)?;
    let parts = parquet_parts(groups);
    let first = collector.workers.len();
    let next = AtomicUsize::new(0);
    let bytes_a_part = file.source.size / parts.len().max(1) as u64;
    let merger = Mutex::new((0usize, BTreeMap::<usize, (Batch, usize, u32)>::new(), &mut *collector));
    let run = |worker: usize| -> Result<WorkerNames> {
        let mut normaliser = Normaliser::new(plan);
        loop {
            let part = next.fetch_add(1, Ordering::Relaxed);
            let Some((offset, rows)) = parts.get(part).copied() else { return Ok(normaliser.names) };
            let table = parquet.read(&file.source, &plan.used, offset, rows)?;
            let mut batch = Batch::default();
            for at in 0..table.rows() {
                let place = Place { file: number as u32, line: at as u32 };
                if let Err(reason) = normaliser.row(&table.row(at), place, &mut batch) {
                    batch.intake.count(reason, place);
                }
            }
            passed.fetch_add(bytes_a_part, Ordering::Relaxed);
            progress();
            let mut merger = merger.lock().expect("no worker panics");
            let (expected, waiting, collector) = &mut *merger;
            waiting.insert(part, (batch, first + worker, offset as u32 + 1));
            while let Some((mut batch, worker, line)) = waiting.remove(expected) {
                collector.take(&mut batch, worker, line);
                *expected += 1;
            }
        }
    };
    let threads = options.threads.clamp(1, parts.len().max(1));
    let names: Result<Vec<WorkerNames>> = std::thread::scope(|scope| {
        let run = &run;
        let started: Vec<_> = (0..threads).map(|worker| scope.spawn(move || run(worker))).collect();
        started.into_iter().map(|t| t.join().unwrap_or_else(|_| bail!("a reading thread failed"))).collect()
    });
    collector.workers.extend(names?);
    Ok(())
}

/// Takes batches over in order and makes one log of them.
#[derive(Default)]
struct Collector {
    legs: Legs,
    intake: Intake,
    /// Rows taken so far, for those who wait.
    rows: Arc<AtomicU64>,
    notes: BTreeMap<Note, u64>,
    met_local_time: bool,
    /// Events with the worker whose dictionaries they use.
    events: Vec<(usize, Vec<events::Event>)>,
    workers: Vec<WorkerNames>,
    /// Runs of legs and the worker whose dictionaries they use.
    runs: Vec<(usize, usize)>,
    file_starts: BTreeMap<usize, usize>,
    file: u32,
    tells: Tells,
    scales: Vec<crate::call_log::Scale>,
    names_contacts: bool,
}

impl Collector {
    fn begin_file(&mut self, number: usize, file: &Prepared, plan: &Plan) {
        self.file = number as u32;
        self.file_starts.insert(number, self.legs.len());
        self.names_contacts = plan.names_contacts();
        let tells = match file.profile.layout {
            Layout::Rows => plan.tells,
            Layout::QueueLog => Tells {
                agent: true,
                queue: true,
                customer: true,
                wait: true,
                handle: true,
                talk: true,
                abandoned: true,
                rang: true,
                transferred: true,
                ..Tells::default()
            },
        };
        self.tells = self.tells.or(tells);
        self.scales.extend(plan.scale);
    }

    /// Adds a batch whose lines count from `line`.
    fn take(&mut self, batch: &mut Batch, worker: usize, line: u32) {
        let kept = batch.legs.len() as u64;
        for value in batch.legs.line.values_mut() {
            *value += line;
        }
        if !self.names_contacts {
            let count = batch.legs.len();
            for i in 0..count {
                let place = u64::from(self.file) << 32 | u64::from(batch.legs.line.get(i));
                batch.legs.contact.set(count, i, keys::id_key(&place.to_le_bytes()));
            }
        }
        for bucket in batch.intake.buckets.values_mut() {
            for place in &mut bucket.first {
                place.line += line;
            }
        }
        self.intake.merge(&batch.intake);
        self.rows.fetch_add(batch.intake.rows, Ordering::Relaxed);
        if kept > 0 {
            self.intake.buckets.entry(Reason::Kept).or_default().count += kept;
        }
        self.met_local_time |= batch.met_local_time;
        self.tells.shared_rows |= batch.notes.contains_key(&Note::SeveralAgents);
        for (note, count) in &batch.notes {
            *self.notes.entry(*note).or_default() += count;
        }
        if !batch.legs.is_empty() {
            self.runs.push((self.legs.len(), worker));
            self.legs.append(&batch.legs);
        }
        if !batch.events.is_empty() {
            for event in &mut batch.events {
                event.shift(line);
            }
            self.events.push((worker, std::mem::take(&mut batch.events)));
        }
    }

    /// One set of sorted dictionaries for all, and events into legs.
    fn finish(mut self, zone: jiff::tz::TimeZone, threads: usize) -> (CallLog, Intake) {
        let mut names = Names::default();
        let maps = [
            unify(&self.workers, |w| &w.agent, &mut names.agent),
            unify(&self.workers, |w| &w.queue, &mut names.queue),
            unify(&self.workers, |w| &w.team, &mut names.team),
            unify(&self.workers, |w| &w.issue, &mut names.issue),
        ];
        let [agent, queue, team, issue] = &maps;
        let legs = &mut self.legs;
        let columns =
            [(&mut legs.agent, agent), (&mut legs.queue, queue), (&mut legs.team, team), (&mut legs.issue, issue)];
        renumber(columns, &self.runs, threads);
        let mut all = Vec::new();
        for (worker, mut events) in self.events {
            for event in &mut events {
                event.renumber(&queue[worker], &agent[worker]);
            }
            all.append(&mut events);
        }
        events::assemble(all, &mut self.legs, &mut self.intake);
        self.scales.sort_unstable();
        self.scales.dedup();
        let log = CallLog {
            legs: self.legs,
            names,
            tells: self.tells,
            file_starts: self.file_starts,
            scales: self.scales,
            zone,
        };
        (log, self.intake)
    }
}

/// All workers' names sorted, and each worker's numbers into theirs.
fn unify(
    workers: &[WorkerNames],
    pick: impl Fn(&WorkerNames) -> &keys::Dictionary,
    sorted: &mut Vec<Box<str>>,
) -> Vec<Vec<u32>> {
    let texts: Vec<Vec<String>> =
        workers.iter().map(|w| pick(w).texts().iter().map(|t| keys::text_of(t)).collect()).collect();
    let mut all: Vec<&String> = texts.iter().flatten().collect();
    all.sort_unstable();
    all.dedup();
    *sorted = all.iter().map(|t| t.as_str().into()).collect();
    let number = |text: &String| all.binary_search(&text).expect("every text is in the list") as u32;
    texts.iter().map(|list| list.iter().map(number).collect()).collect()
}

/// Rewrites id columns from the workers' numbers to those of all.
fn renumber(columns: [(&mut Column<u32>, &Vec<Vec<u32>>); 4], runs: &[(usize, usize)], threads: usize) {
    let rewrite = |(column, map): (&mut Column<u32>, &Vec<Vec<u32>>)| {
        let values = column.values_mut();
        if values.is_empty() {
            return;
        }
        let ends = runs.iter().skip(1).map(|(start, _)| *start).chain([values.len()]);
        for ((start, worker), end) in runs.iter().zip(ends) {
            for value in &mut values[*start..end] {
                if *value != MISSING {
                    *value = map[*worker][*value as usize];
                }
            }
        }
    };
    if threads < 2 {
        columns.into_iter().for_each(rewrite);
        return;
    }
    std::thread::scope(|scope| {
        for column in columns {
            scope.spawn(move || rewrite(column));
        }
    });
}

/// What `check` tells of one file.
fn report(file: &Prepared, plan: &Plan, zone_assumed: bool, notes: BTreeMap<Note, u64>) -> FileReport {
    let understood = match file.profile.layout {
        Layout::Rows => plan.understood.clone(),
        Layout::QueueLog => events::understood(),
    };
    let of_customer: Vec<usize> =
        understood.iter().filter(|u| u.field == Field::Customer).flat_map(|u| u.columns.clone()).collect();
    let samples = |u: &Understood| -> Vec<String> {
        if u.columns.iter().any(|c| of_customer.contains(c)) {
            return Vec::new();
        }
        let column = u.columns[0];
        let mut shown: Vec<String> = Vec::new();
        for row in &file.rows {
            let Some(value) = row.get(column).map(|v| v.trim()) else { continue };
            if !value.is_empty() && !shown.iter().any(|s| s == value) {
                shown.push(value.chars().take(40).collect());
            }
            if shown.len() == 3 {
                break;
            }
        }
        shown
    };
    let columns: Vec<ColumnReport> = understood
        .iter()
        .map(|u| ColumnReport {
            field: u.field,
            columns: u.columns.iter().map(|c| file.header[*c].clone()).collect(),
            how: u.how.clone(),
            samples: samples(u),
        })
        .collect();
    let used = |column: &usize| plan.used.contains(column) || understood.iter().any(|u| u.columns.contains(column));
    let unused = (0..file.header.len()).filter(|i| !used(i)).map(|i| file.header[i].clone()).collect();
    FileReport {
        name: file.source.name.clone(),
        profile: file.profile.clone(),
        why: file.why.clone(),
        comments: file.comments.clone(),
        asks: file.asks.clone(),
        format: format_of(file),
        zone: plan.zone.iana_name().unwrap_or("UTC").to_string(),
        zone_assumed,
        columns,
        header: file.header.clone(),
        absent: plan.absent.clone(),
        unused,
        tells: plan.tells,
        notes,
        rows: 0,
    }
}

fn format_of(file: &Prepared) -> String {
    let Body::Text(shape) = &file.body else { return "Parquet".to_string() };
    let delimiter = match shape.dialect.delimiter {
        b'\t' => "tab".to_string(),
        other => format!("`{}`", char::from(other)),
    };
    let encoding = file.source.encoding_name().unwrap_or("UTF-8 (what is none is read as Windows-1252)");
    format!("text, separated by {delimiter}, {encoding}")
}
