//! CSV and TSV, safe to open in a spreadsheet.

use crate::metrics::catalogue::Value;
use crate::report::{Cell, Table};
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

fn text(cell: &Cell) -> String {
    match cell {
        Cell::Text(Some(text)) | Cell::Note(Some(text)) => guarded(text),
        Cell::Value(Some(value)) => number(*value),
        Cell::Flag(is) => is.to_string(),
        Cell::List(names) => names.join("; "),
        Cell::Text(None) | Cell::Note(None) | Cell::Value(None) => String::new(),
    }
}

/// A number as short as it can be read back.
pub fn number(value: Value) -> String {
    match value {
        Value::Count(count) => count.to_string(),
        Value::Number(number) => number.to_string(),
    }
}

/// A name that a spreadsheet would take for a formula, with an apostrophe before it.
/// OWASP, "CSV Injection".
pub fn guarded(text: &str) -> String {
    let starts_formula = text.trim_start().starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠']);
    let is_number = text.trim().parse::<f64>().is_ok();
    if (starts_formula && !is_number) || text.starts_with(['\t', '\r', '\n', '\0']) {
        format!("'{text}")
    } else {
        text.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_look_like_formulas_are_guarded_and_numbers_are_not() {
        assert_eq!(guarded("=1+1"), "'=1+1");
        assert_eq!(guarded(" @sum"), "' @sum");
        assert_eq!(guarded("-5.00"), "-5.00");
        assert_eq!(guarded("Okafor, Ada"), "Okafor, Ada");
    }
}
