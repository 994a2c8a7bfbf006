//! Small tables that people keep: CSV with a header, and all faults of a file told at once with their lines.

use crate::names::{hint_of_files, nearest};
use crate::read::guess::{Order, OrderEvidence};
use crate::read::text_of;
use crate::read::time::{Format, Parser, Stamp, civil_of};
use anyhow::{Context, Result, bail};
use jiff::civil::{Date, ISOWeekDate, Weekday};

/// More faults than these are only counted: the file is probably another one.
const SHOWN_FAULTS: usize = 30;

/// One kind of sheet: what messages call it, and its columns in small letters.
pub struct Kind {
    /// The option that names its file, as in `--roster`.
    pub option: &'static str,
    /// What to call it, as in `roster`.
    pub noun: &'static str,
    /// What to say of an empty file, as in `a roster is a CSV with ...`.
    pub about: &'static str,
    /// What lacks below a header that stands alone, and what to do: `agents; give every agent a line`.
    pub lines: &'static str,
    /// Columns it must have, each with what it is.
    pub required: &'static [(&'static str, &'static str)],
    /// Columns it may have.
    pub optional: &'static [&'static str],
    /// Whether people write more than names into it.
    pub sentences: bool,
}

/// A sheet whose columns are known and whose rows are not yet understood.
pub struct Sheet {
    kind: &'static Kind,
    /// The line of the header.
    pub line: u64,
    pub delimiter: u8,
    titles: Vec<String>,
    /// Where the known columns stand.
    at: Vec<(&'static str, usize)>,
    records: Vec<Record>,
}

/// The cells of a line.
struct Record {
    line: u64,
    cells: Vec<String>,
}

/// One row of a sheet.
#[derive(Clone, Copy)]
pub struct Row<'a> {
    pub line: u64,
    cells: &'a [String],
    sheet: &'a Sheet,
}

impl<'a> Row<'a> {
    /// The cell of a known column, without a guarding apostrophe; `None` if it is empty or `-`, or there is no such
    /// column.
    pub fn cell(&self, column: &str) -> Option<&'a str> {
        self.sheet.position(column).and_then(|at| self.cell_at(at))
    }

    /// The cell at a position, counted from 0.
    pub fn cell_at(&self, position: usize) -> Option<&'a str> {
        self.cells.get(position).map(String::as_str).filter(|text| !matches!(*text, "" | "-")).map(unguarded)
    }
}

/// What is wrong with a sheet, each with its line.
#[derive(Debug, Default)]
pub struct Faults(Vec<(u64, String)>);

impl Faults {
    pub fn add(&mut self, line: u64, what: impl Into<String>) {
        self.0.push((line, what.into()));
    }

    /// An error that lists them in the order of lines, if there are any.
    pub fn tell(mut self, kind: &Kind) -> Result<()> {
        self.0.sort_by_key(|(line, _)| *line);
        let count = self.0.len();
        if count == 0 {
            return Ok(());
        }
        let mut list: Vec<String> =
            self.0.iter().take(SHOWN_FAULTS).map(|(line, what)| format!("  line {line}: {what}")).collect();
        if count > SHOWN_FAULTS {
            list.push(format!("  and {} more", count - SHOWN_FAULTS));
        }
        bail!("the {} has {count} {}:\n{}", kind.noun, if count == 1 { "fault" } else { "faults" }, list.join("\n"))
    }
}

/// What `parse` makes of the bytes of the file `path`. Errors begin with the option that named the file.
pub fn read<T>(path: &str, kind: &Kind, parse: impl FnOnce(&[u8]) -> Result<T>) -> Result<T> {
    let option = kind.option;
    let bytes = match std::fs::read(path) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            bail!("{option}: there is no file `{path}`{}", hint_of_files(path))
        }
        Err(_) if std::path::Path::new(path).is_dir() => bail!("{option}: `{path}` is a directory; name a file in it"),
        Err(error) => bail!("{option}: `{path}` cannot be read: {error}"),
    };
    parse(&bytes).with_context(|| format!("{option} `{path}`"))
}

impl Sheet {
    /// The sheet in the bytes of a file. Errors: no text, empty, a header alone, an open quote, columns that are
    /// required and missing, or there twice.
    pub fn parse(bytes: &[u8], kind: &'static Kind) -> Result<Sheet> {
        let bytes = decoded(bytes)?;
        let delimiter = delimiter_of(&bytes);
        let mut records = records(&bytes, delimiter, kind)?;
        if records.is_empty() {
            bail!("it is empty; {}", kind.about);
        }
        let Record { line, cells: titles } = records.remove(0);
        let at = positions(&titles, kind)?;
        if records.is_empty() {
            bail!("it has a header and no {}", kind.lines);
        }
        Ok(Sheet { kind, line, delimiter, titles, at, records })
    }

    /// The rows that are not blank; one with more cells than titles is a fault, since nobody knows which cell is whose.
    pub fn rows(&self, faults: &mut Faults) -> Vec<Row<'_>> {
        let titles = self.titles.len();
        let (long, whole): (Vec<&Record>, Vec<&Record>) = self.records.iter().partition(|r| r.cells.len() > titles);
        for Record { line, cells } in long {
            let what = if self.kind.sentences { "text" } else { "name" };
            let comma = match self.delimiter {
                b';' => "semicolon",
                b'\t' => "tab",
                _ => "comma",
            };
            let cells = cells.len();
            faults.add(
                *line,
                format!("{cells} cells under {titles} columns; put a {what} that has a {comma} in it in quotes"),
            );
        }
        whole.into_iter().map(|Record { line, cells }| Row { line: *line, cells, sheet: self }).collect()
    }

    /// Positions and titles of the columns that this kind of sheet does not know.
    pub fn others(&self) -> impl Iterator<Item = (usize, &str)> {
        let titles = self.titles.iter().map(String::as_str).enumerate();
        titles.filter(|(position, title)| !title.is_empty() && !self.at.iter().any(|(_, at)| at == position))
    }

    /// Positions of the columns without a title.
    pub fn untitled(&self) -> impl Iterator<Item = usize> {
        let titles = self.titles.iter().enumerate();
        titles.filter(|(_, title)| title.is_empty()).map(|(position, _)| position)
    }

    /// Where a known column stands.
    fn position(&self, column: &str) -> Option<usize> {
        self.at.iter().find(|(name, _)| *name == column).map(|(_, at)| *at)
    }
}

/// How the dates of a sheet are written.
pub struct Dates(Format);

impl Dates {
    /// The order of day and month that all dates in the columns allow: one 25th decides, or else `given`.
    pub fn in_columns(rows: &[Row], columns: &[&str], given: Option<Format>, faults: &mut Faults) -> Dates {
        if let Some(format) = given {
            return Dates(format);
        }
        let mut evidence = OrderEvidence::default();
        let mut first = None;
        for row in rows {
            for column in columns {
                if let Some(text) = row.cell(column) {
                    evidence.look(text);
                    first = first.or(Some((row.line, column, text)));
                }
            }
        }
        match (evidence.order(), first) {
            (Order::Known(format), _) => Dates(format),
            (Order::Ambiguous, Some((line, column, text))) => {
                let what = format!(
                    "`{column}` is `{text}`, and all dates could be day first or month first; write them like \
                     2026-03-31, or say --date-order dmy or --date-order mdy"
                );
                faults.add(line, what);
                Dates(Format::Dmy)
            }
            _ => Dates(Format::Ymd),
        }
    }

    /// The day in a column, `None` if the cell is empty; what is no date is a fault.
    pub fn of(&self, row: &Row, column: &str, faults: &mut Faults) -> Option<Date> {
        let text = row.cell(column)?;
        match Parser::new(self.0).parse(text.as_bytes()) {
            Some(Stamp::Local(ms)) => Some(civil_of(ms).date()),
            _ => {
                faults.add(row.line, format!("`{column}` is `{text}`, which is no date; write one like 2026-03-31"));
                None
            }
        }
    }
}

/// True for the label of a period as scorecards have it: `2026-03`, `2026-Q1`, `2026-W10`.
pub fn is_period(text: &str) -> bool {
    let Some((year, part)) = text.split_once('-') else { return false };
    let number = |digits: &str, width: usize| -> Option<i8> {
        (digits.len() == width && digits.bytes().all(|b| b.is_ascii_digit())).then(|| digits.parse().ok()).flatten()
    };
    let Some(year) = (year.len() == 4).then(|| year.parse::<i16>().ok()).flatten().filter(|year| *year >= 1900) else {
        return false;
    };
    if let Some(quarter) = part.strip_prefix('Q') {
        number(quarter, 1).is_some_and(|quarter| (1..=4).contains(&quarter))
    } else if let Some(week) = part.strip_prefix('W') {
        number(week, 2).is_some_and(|week| ISOWeekDate::new(year, week, Weekday::Monday).is_ok())
    } else {
        number(part, 2).is_some_and(|month| (1..=12).contains(&month))
    }
}

/// What to write into a column of periods instead of `text`.
pub fn no_period(text: &str) -> String {
    format!(
        "`period` is `{text}`; write a month like 2026-03, a quarter like 2026-Q1 or a week like 2026-W10 (format the \
         column as text if a spreadsheet makes dates of it)"
    )
}

/// A name with an apostrophe before it if a spreadsheet would take it for a formula.
/// OWASP, "CSV Injection".
pub fn guarded(text: &str) -> String {
    if looks_like_formula(text) { format!("'{text}") } else { text.to_string() }
}

/// The name without the apostrophe that [`guarded`] put before it.
fn unguarded(text: &str) -> &str {
    text.strip_prefix('\'').filter(|name| looks_like_formula(name)).map_or(text, str::trim)
}

fn looks_like_formula(text: &str) -> bool {
    let starts_formula = text.trim_start().starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠']);
    // Not infinity, which a spreadsheet does not know as a number.
    let is_number = text.trim().parse::<f64>().is_ok_and(f64::is_finite);
    (starts_formula && !is_number) || text.starts_with(['\t', '\r', '\n', '\0'])
}

/// The header and the rows, without blank ones.
fn records(bytes: &[u8], delimiter: u8, kind: &Kind) -> Result<Vec<Record>> {
    let mut reader =
        csv::ReaderBuilder::new().has_headers(false).flexible(true).delimiter(delimiter).from_reader(bytes);
    let mut records = Vec::new();
    for record in reader.byte_records() {
        let record = record?;
        let cells: Vec<String> = record.iter().map(text_of).collect();
        if cells.iter().any(|cell| !cell.is_empty()) {
            records.push(Record { line: line_of(bytes, &record), cells });
        }
        if let Some(at) = record.iter().position(|cell| cell.contains(&b'\n') || cell.contains(&b'\r')) {
            let line = line_of(bytes, &record);
            // By its title: the cell may hold an id, or a note about a customer.
            let title = records.first().filter(|_| records.len() > 1).and_then(|header| header.cells.get(at));
            let cell = match title {
                Some(title) if !title.is_empty() => format!("the cell under `{title}`"),
                _ => "a cell".to_string(),
            };
            let what = if kind.sentences { "write it in one line, or close its quote" } else { "close its quote" };
            bail!("line {line}: {cell} goes over several lines; {what}");
        }
    }
    Ok(records)
}

/// The line a record begins on; the reader counts blank lines before it as its own.
fn line_of(bytes: &[u8], record: &csv::ByteRecord) -> u64 {
    let Some(position) = record.position() else { return 1 };
    let rest = &bytes[position.byte() as usize..];
    let blank = rest.iter().take_while(|b| matches!(b, b'\n' | b'\r'));
    position.line() + blank.filter(|b| **b == b'\n').count() as u64
}

/// The text as UTF-8 or a superset of ASCII, without byte order mark; refuses what is no text.
fn decoded(bytes: &[u8]) -> Result<Vec<u8>> {
    if bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"\xd0\xcf\x11\xe0") {
        bail!("it looks like an Excel workbook; save the sheet as CSV");
    }
    match encoding_rs::Encoding::for_bom(bytes) {
        Some((encoding, length)) if encoding == encoding_rs::UTF_8 => Ok(bytes[length..].to_vec()),
        Some((encoding, _)) => Ok(encoding.decode(bytes).0.into_owned().into_bytes()),
        None if bytes.contains(&0) => bail!("it is not text; save it as CSV"),
        None => Ok(bytes.to_vec()),
    }
}

/// The most frequent of comma, semicolon and tab outside quotes in the first line that is not blank.
fn delimiter_of(bytes: &[u8]) -> u8 {
    let header = bytes.split(|b| matches!(b, b'\n' | b'\r')).find(|line| !line.trim_ascii().is_empty()).unwrap_or(b"");
    let count = |delimiter: u8| header.split(|b| *b == b'"').step_by(2).flatten().filter(|b| **b == delimiter).count();
    // Of several equally frequent ones the last, which is the comma.
    [b'\t', b';', b','].into_iter().max_by_key(|d| count(*d)).unwrap_or(b',')
}

/// Where the columns of a kind stand under these titles, in any case.
fn positions(titles: &[String], kind: &Kind) -> Result<Vec<(&'static str, usize)>> {
    let required = kind.required.iter().map(|(name, _)| *name);
    let known: Vec<&'static str> = required.chain(kind.optional.iter().copied()).collect();
    let mut at: Vec<(&'static str, usize)> = Vec::new();
    for (position, title) in titles.iter().enumerate() {
        let Some(column) = known.iter().find(|column| **column == title.to_lowercase()) else { continue };
        if at.iter().any(|(other, _)| other == column) {
            bail!("two columns are called `{column}`; keep one");
        }
        at.push((column, position));
    }
    let is_there = |column: &str| at.iter().any(|(name, _)| *name == column);
    let missing: Vec<String> = (kind.required.iter())
        .filter(|(column, _)| !is_there(column))
        .map(|(column, what)| format!("`{column}` ({what})"))
        .collect();
    if !missing.is_empty() {
        let found: Vec<String> = titles.iter().filter(|t| !t.is_empty()).map(|title| format!("`{title}`")).collect();
        let others: Vec<&str> =
            titles.iter().map(String::as_str).filter(|t| !known.contains(&&*t.to_lowercase())).collect();
        let near: Vec<String> = (kind.required.iter())
            .filter_map(|(column, _)| nearest(column, &others).filter(|_| !is_there(column)))
            .map(|title| format!("`{title}`?"))
            .collect();
        let near = if near.is_empty() { String::new() } else { format!(" ({})", near.join(" ")) };
        let (columns, advice) = match missing.len() {
            1 => ("column", "Rename the right one"),
            _ => ("columns", "Rename the right ones, or add them"),
        };
        bail!("it has no {columns} {}; its columns are {}. {advice}{near}", missing.join(", "), found.join(", "));
    }
    Ok(at)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOTES: Kind = Kind {
        option: "--notes",
        noun: "file of notes",
        about: "write `who` and `when`",
        lines: "notes; write one",
        required: &[("who", "a name"), ("when", "a day")],
        optional: &["why"],
        sentences: true,
    };

    fn sheet(text: &str) -> Sheet {
        Sheet::parse(text.as_bytes(), &NOTES).unwrap()
    }

    fn error(text: &str) -> String {
        Sheet::parse(text.as_bytes(), &NOTES).err().unwrap().to_string()
    }

    /// Line, `who` and `why` of each row of a sheet without faults.
    fn cells(sheet: &Sheet) -> Vec<(u64, Option<&str>, Option<&str>)> {
        let mut faults = Faults::default();
        let rows = sheet.rows(&mut faults);
        faults.tell(&NOTES).unwrap();
        rows.iter().map(|row| (row.line, row.cell("who"), row.cell("why"))).collect()
    }

    #[test]
    fn cells_are_found_by_the_names_of_columns_and_blank_rows_are_none() {
        let read = sheet("\nWHY;When;;Who;Badge\nlate, again;1;x;Ada;7\n;;;;\n\n-;2;;;\n");
        assert_eq!(cells(&read), [(3, Some("Ada"), Some("late, again")), (6, None, None)]);
        assert_eq!(read.others().collect::<Vec<_>>(), [(4, "Badge")]);
        assert_eq!((read.line, read.delimiter), (2, b';'));
        assert_eq!(cells(&sheet("who,when\nAda\n")), [(2, Some("Ada"), None)]);
    }

    #[test]
    fn a_row_with_more_cells_than_titles_is_a_fault_and_no_row() {
        for (text, comma) in [("who,when\nAda,1,2\n", "comma"), ("who;when\nAda;1;2\n", "semicolon")] {
            let read = sheet(text);
            let mut faults = Faults::default();
            assert!(read.rows(&mut faults).is_empty());
            let told = faults.tell(&NOTES).unwrap_err().to_string();
            let what = format!("line 2: 3 cells under 2 columns; put a text that has a {comma} in it in quotes");
            assert_eq!(told, format!("the file of notes has 1 fault:\n  {what}"));
        }
    }

    #[test]
    fn all_columns_that_are_missing_are_told_with_those_found() {
        assert_eq!(
            error("Name,,Day\nAda,,1\n"),
            "it has no columns `who` (a name), `when` (a day); its columns are `Name`, `Day`. Rename the right ones, \
             or add them"
        );
        assert_eq!(error("who\nAda\n"), "it has no column `when` (a day); its columns are `who`. Rename the right one");
        assert_eq!(error("who,when\n"), "it has a header and no notes; write one");
        assert_eq!(error(" \n"), "it is empty; write `who` and `when`");
        let long = error("who,when,why\nAda,1,\"he\nsaid\"\n");
        assert!(
            long.ends_with("the cell under `why` goes over several lines; write it in one line, or close its quote"),
            "{long}"
        );
    }

    #[test]
    fn faults_are_told_in_the_order_of_lines_and_not_endlessly() {
        let mut faults = Faults::default();
        (0..40).rev().for_each(|line| faults.add(line, "wrong"));
        let told = faults.tell(&NOTES).unwrap_err().to_string();
        assert!(told.starts_with("the file of notes has 40 faults:\n  line 0: wrong\n  line 1: wrong\n"), "{told}");
        assert!(told.ends_with("\n  line 29: wrong\n  and 10 more"), "{told}");
        assert!(Faults::default().tell(&NOTES).is_ok());
    }

    #[test]
    fn a_file_that_cannot_be_read_is_told_with_its_option() {
        let error = |path: &str| format!("{:#}", read::<()>(path, &NOTES, |_| bail!("it is odd")).unwrap_err());
        assert_eq!(error("no/such.csv"), "--notes: there is no file `no/such.csv`");
        assert_eq!(error("src"), "--notes: `src` is a directory; name a file in it");
        assert_eq!(error("Cargo.toml"), "--notes `Cargo.toml`: it is odd");
    }

    #[test]
    fn names_that_look_like_formulas_are_guarded_and_numbers_are_not() {
        assert_eq!(guarded("=1+1"), "'=1+1");
        assert_eq!(guarded(" @sum"), "' @sum");
        assert_eq!(guarded("-5.00"), "-5.00");
        assert_eq!(guarded("-inf"), "'-inf");
        assert_eq!(guarded("Okafor, Ada"), "Okafor, Ada");
    }

    #[test]
    fn a_guarded_name_is_read_as_it_was() {
        for name in ["=1+1", "@ada", "-", "+Ada Okafor", "'t Hooft", "'", "Ada"] {
            assert_eq!(unguarded(&guarded(name)), name);
        }
        let read = sheet("who,when,why\n'@ada,'t Hooft,'-\n");
        assert_eq!(cells(&read), [(2, Some("@ada"), Some("-"))]);
    }

    #[test]
    fn periods_are_months_quarters_and_weeks_that_there_are() {
        for label in ["2026-03", "2026-12", "2026-Q1", "2026-Q4", "2026-W01", "2026-W53"] {
            assert!(is_period(label), "{label}");
        }
        for text in ["2026", "2026-3", "2026-13", "2026-00", "2026-Q5", "2026-q1", "2026-W1", "2025-W53", "+026-03"] {
            assert!(!is_period(text), "{text}");
        }
        for text in ["Mar-26", "2026-03-01", "03/2026", "", "-", "2026-W", "2026-Qé", "２０２６-03"] {
            assert!(!is_period(text), "{text}");
        }
    }
}
