//! The shape of a text file: its delimiter, title lines, header and first rows.

use super::duration::thousandths;
use super::keys::text_of;
use super::profile::Profile;
use super::split::{Dialect, Records};
use super::time;
use anyhow::{Result, bail};

/// Bytes from which the shape is told.
pub const SAMPLE: usize = 512 * 1024;
/// Rows from which the shape is told.
const ROWS: usize = 2_000;

/// What a text file looks like.
#[derive(Debug, Clone)]
pub struct Shape {
    pub dialect: Dialect,
    pub header: Vec<String>,
    /// Byte at which the rows begin, in the decoded text.
    pub data_start: usize,
    /// Lines before the rows.
    pub lines_before: u32,
    /// First rows, as text.
    pub rows: Vec<Vec<String>>,
}

/// A record of the sample and where it ends.
struct Sampled {
    fields: Vec<String>,
    end: usize,
    line_after: u32,
}

/// Tells the shape of a text from its first bytes; `whole` when they are all of it. A profile may settle parts.
pub fn find(name: &str, head: &[u8], whole: bool, profile: Option<&Profile>) -> Result<Shape> {
    let line_end = if !head.contains(&b'\n') && head.contains(&b'\r') { b'\r' } else { b'\n' };
    let (mut start, mut lines_before) = (0, 0);
    let mut delimiter = profile.and_then(|p| p.delimiter);
    // `sep=;` is a word to Excel alone.
    let first = first_line(head, line_end);
    if let Some(rest) = first.to_ascii_lowercase().strip_prefix(b"sep=") {
        delimiter = delimiter.or(rest.first().copied());
        start = first.len() + 1;
        lines_before = 1;
    }
    if let Some(skip) = profile.and_then(|p| p.skip) {
        for _ in 0..skip {
            start += first_line(&head[start.min(head.len())..], line_end).len() + 1;
            lines_before += 1;
        }
    }
    let body = &head[start.min(head.len())..];
    let delimiter = match delimiter {
        Some(delimiter) => delimiter,
        None => find_delimiter(body, line_end, whole),
    };
    let dialect = Dialect { delimiter, line_end };
    let columns = usual_width(&split(body, dialect, 0, whole));
    let records = split(body, dialect, columns, whole);
    let declared = profile.map_or(&[][..], |p| &p.header);
    if !declared.is_empty() {
        return Ok(Shape {
            dialect,
            header: declared.to_vec(),
            data_start: start,
            lines_before,
            rows: records.into_iter().map(|r| r.fields).collect(),
        });
    }
    let skip_is_given = profile.is_some_and(|p| p.skip.is_some());
    let Some(at) = find_header(&records, columns, skip_is_given) else {
        bail!(
            "`{name}` has no header row that can be recognised; write a profile with the columns' names under \
             [file] columns = [...] and pass it with --profile (see `callmerit profiles new`)"
        );
    };
    let header_end = records[at].end;
    let after = records[at].line_after;
    let mut header: Vec<String> = records[at].fields.iter().map(|f| f.trim().to_string()).collect();
    // A delimiter at the end of the header names no column.
    while header.len() > 1 && header.last().is_some_and(String::is_empty) {
        header.pop();
    }
    let rows: Vec<Vec<String>> = records.into_iter().skip(at + 1).map(|r| r.fields).collect();
    if rows.is_empty() && whole {
        bail!("`{name}` has a header and no rows; export a period that has calls");
    }
    Ok(Shape { dialect, header, data_start: start + header_end, lines_before: lines_before + after, rows })
}

fn first_line(text: &[u8], line_end: u8) -> &[u8] {
    let end = memchr::memchr(line_end, text).unwrap_or(text.len());
    &text[..end]
}

fn split(text: &[u8], dialect: Dialect, columns: usize, whole: bool) -> Vec<Sampled> {
    let mut records = Records::new(text, dialect, columns, whole);
    let mut out = Vec::new();
    while out.len() < ROWS {
        let Some(record) = records.next() else { break };
        let fields = record.fields().map(text_of).collect();
        out.push(Sampled { fields, end: records.position(), line_after: records.lines() });
    }
    out
}

/// The number of fields that most rows have.
fn usual_width(records: &[Sampled]) -> usize {
    let mut counts = std::collections::BTreeMap::new();
    for record in records {
        *counts.entry(record.fields.len()).or_insert(0usize) += 1;
    }
    counts.into_iter().max_by_key(|(width, count)| (*count, *width)).map_or(1, |(width, _)| width)
}

/// The delimiter that cuts the rows into many fields, and into equally many.
fn find_delimiter(text: &[u8], line_end: u8, whole: bool) -> u8 {
    let score = |delimiter: u8| {
        let records = split(text, Dialect { delimiter, line_end }, 0, whole);
        let width = usual_width(&records);
        let alike = records.iter().filter(|r| r.fields.len() == width).count();
        let share = alike as f64 / records.len().max(1) as f64;
        share * share * (width - 1) as f64
    };
    *b",;\t|".iter().max_by(|a, b| score(**a).total_cmp(&score(**b))).expect("four candidates")
}

/// The first row that is as wide as the table and looks like names rather than values.
fn find_header(records: &[Sampled], columns: usize, must_be_first: bool) -> Option<usize> {
    let looks_like_names = |fields: &[String]| {
        let filled: Vec<&String> = fields.iter().filter(|f| !f.is_empty()).collect();
        let values = filled.iter().filter(|f| is_value(f)).count();
        !filled.is_empty() && values * 3 <= filled.len() && !filled.iter().any(|f| is_date_or_number(f))
    };
    if must_be_first {
        return records.first().filter(|r| looks_like_names(&r.fields)).map(|_| 0);
    }
    for (i, record) in records.iter().enumerate().take(60) {
        let width = record.fields.len();
        let filled = record.fields.iter().filter(|f| !f.is_empty()).count();
        // Rows may end in a delimiter that the header lacks.
        let wide_enough = width == columns || width + 1 == columns;
        if wide_enough && filled * 2 > columns.min(width) && looks_like_names(&record.fields) {
            return Some(i);
        }
    }
    None
}

/// True for what no name of a column is: a date with its time, or a telephone number.
fn is_date_or_number(text: &str) -> bool {
    let stamp = [time::Format::Dmy, time::Format::Mdy].map(|f| time::Parser::new(f).parse(text.as_bytes()));
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    (text.contains(':') && stamp.iter().any(Option::is_some)) || (digits >= 9 && text.starts_with('+'))
}

/// True for what a header never holds: numbers and times.
fn is_value(text: &str) -> bool {
    let bytes = text.as_bytes();
    thousandths(bytes).is_some()
        || time::time_of_day(bytes).is_some()
        || time::Parser::new(time::Format::Dmy).parse(bytes).is_some()
        || time::Parser::new(time::Format::Mdy).parse(bytes).is_some()
        || (bytes.len() >= 32 && bytes.iter().all(|b| b.is_ascii_hexdigit() || *b == b'-'))
}
