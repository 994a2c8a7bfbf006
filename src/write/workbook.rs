//! A workbook: a summary for who opens it, and each table as a sheet whose names stay the same.

mod cell;
mod sheet;
mod style;
mod summary;

use crate::report::{Named, Report};
use anyhow::{Result, bail};
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Workbook, Worksheet};
use sheet::{LAST_ROWS, Placed};
use style::Styles;

/// The tables that come first, as people ask for them; the others stand behind in the report's order.
const FIRST: [&str; 6] = ["scorecards", "measures", "recommendations", "signals", "definitions", "intake"];

/// The whole report.
pub fn report(report: &Report) -> Result<Vec<u8>> {
    let mut tables = report.tables();
    // Its figures stand on the summary.
    tables.retain(|table| table.name != "summary");
    tables.sort_by_key(|table| FIRST.iter().position(|name| *name == table.name).unwrap_or(FIRST.len()));
    let placed = sheets(&tables)?;
    let summary = summary::summary(report, &placed, &Styles::new())?;
    book(std::iter::once(summary).chain(placed.into_iter().map(|placed| placed.sheet)))
}

/// Tables, each a sheet.
pub fn tables(tables: &[Named<'_>]) -> Result<Vec<u8>> {
    book(sheets(tables)?.into_iter().map(|placed| placed.sheet))
}

fn sheets<'a>(tables: &[Named<'a>]) -> Result<Vec<Placed<'a>>> {
    if let Some(long) = tables.iter().find(|named| named.table.rows.len() > LAST_ROWS) {
        bail!(
            "the table `{}` has {} rows, and a sheet of a workbook has room for {LAST_ROWS}; write CSV or Parquet instead, \
             of a report with --tables DIR",
            long.name,
            long.table.rows.len()
        );
    }
    let styles = Styles::new();
    tables.iter().map(|named| sheet::sheet(named, &styles)).collect()
}

/// The same sheets give the same bytes: the file says no time of its making.
fn book(sheets: impl Iterator<Item = Worksheet>) -> Result<Vec<u8>> {
    let mut book = Workbook::new();
    let long_ago = ExcelDateTime::from_ymd(1980, 1, 1)?;
    book.set_properties(&DocProperties::new().set_title("callmerit report").set_creation_datetime(&long_ago));
    for sheet in sheets {
        book.push_worksheet(sheet);
    }
    Ok(book.save_to_buffer()?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::{Show, Table};

    #[test]
    fn what_does_not_fit_on_a_sheet_is_refused_with_what_to_do() {
        let mut table = Table { rows: vec![vec![]; LAST_ROWS + 1], ..Table::default() };
        table.column("agent", "Agent", Show::Text);
        let error = tables(&[Named::new("measures", "Measures", &table)]).unwrap_err().to_string();
        assert!(
            error.starts_with("the table `measures` has 1048574 rows, and a sheet of a workbook has room for 1048573;")
        );
        assert!(error.contains("--tables DIR"));
    }
}
