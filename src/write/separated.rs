//! CSV and TSV, safe to open in a spreadsheet.

use crate::metrics::catalogue::Value;
use crate::report::{Cell, Table};
use crate::sheet::guarded;
use anyhow::Result;

/// How the cells are written.
#[derive(Debug, Clone, Copy)]
pub struct Dialect {
    pub delimiter: u8,
    /// 0,5 instead of 0.5.
    pub decimal_comma: bool,
    /// A byte order mark, by which spreadsheets know UTF-8.
    pub bom: bool,
    /// Texts as they are, also where a spreadsheet would take them for formulas.
    pub raw_text: bool,
}

impl Dialect {
    /// That of CSV without further words.
    pub const USUAL: Dialect = Dialect { delimiter: b',', decimal_comma: false, bom: false, raw_text: false };
}

/// The table with its stable column names; unknown is empty.
pub fn write(table: &Table, dialect: Dialect) -> Result<Vec<u8>> {
    let start = if dialect.bom { "\u{feff}".as_bytes().to_vec() } else { Vec::new() };
    let mut writer = csv::WriterBuilder::new().delimiter(dialect.delimiter).from_writer(start);
    writer.write_record(table.columns.iter().map(|c| name(&c.id)))?;
    for row in &table.rows {
        writer.write_record(row.iter().map(|cell| text(cell, dialect)))?;
    }
    Ok(writer.into_inner()?)
}

/// The name of a column: of `measures.resolution.low` what tells it apart, `resolution_low`.
pub fn name(id: &str) -> String {
    match id.split_once('.') {
        Some((_, rest)) => rest.replace('.', "_"),
        None => id.to_string(),
    }
}

pub fn text(cell: &Cell, dialect: Dialect) -> String {
    let decimal = |digits: String| if dialect.decimal_comma { digits.replace('.', ",") } else { digits };
    match cell {
        Cell::Text(Some(text)) | Cell::Note(Some(text)) if dialect.raw_text => text.clone(),
        Cell::Text(Some(text)) | Cell::Note(Some(text)) => guarded(text),
        Cell::Amount(Some(text)) => decimal(text.clone()),
        Cell::Value(Some(value)) => decimal(number(*value)),
        Cell::Flag(is) => is.to_string(),
        Cell::List(names) => names.join("; "),
        Cell::Text(None) | Cell::Value(None) | Cell::Amount(None) | Cell::Note(None) => String::new(),
    }
}

/// A number as short as it can be read back.
pub fn number(value: Value) -> String {
    match value {
        Value::Count(count) => count.to_string(),
        Value::Number(number) => number.to_string(),
    }
}
