//! CSV and TSV, safe to open in a spreadsheet.

use crate::metrics::catalogue::Value;
use crate::report::{Cell, Table};
use crate::sheet::guarded;
use anyhow::Result;

/// The table with its stable column names; unknown is empty.
pub fn write(table: &Table, delimiter: u8) -> Result<String> {
    let mut writer = csv::WriterBuilder::new().delimiter(delimiter).from_writer(Vec::new());
    writer.write_record(table.columns.iter().map(|c| name(&c.id)))?;
    for row in &table.rows {
        writer.write_record(row.iter().map(text))?;
    }
    Ok(String::from_utf8(writer.into_inner()?)?)
}

/// The name of a column: of `measures.resolution.low` what tells it apart, `resolution_low`.
fn name(id: &str) -> String {
    match id.split_once('.') {
        Some((_, rest)) => rest.replace('.', "_"),
        None => id.to_string(),
    }
}

pub fn text(cell: &Cell) -> String {
    match cell {
        Cell::Text(Some(text)) | Cell::Note(Some(text)) => guarded(text),
        Cell::Amount(Some(text)) => text.clone(),
        Cell::Value(Some(value)) => number(*value),
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
