//! JSON: objects with the stable names; unknown is null.

use crate::report::{Document, Head, Headed, Report, Table};
use anyhow::Result;
use serde::Serialize;

/// What was found, behind its ledger and its definitions.
pub fn headed<T: Serialize>(document: Document, head: &Head, report: &T) -> Result<String> {
    whole(document, &Headed { head, report })
}

/// What was found, behind the name of its schema.
pub fn whole<T: Serialize>(document: Document, report: &T) -> Result<String> {
    #[derive(Serialize)]
    struct Named<'a, T> {
        schema: String,
        #[serde(flatten)]
        report: &'a T,
    }
    pretty(&Named { schema: document.urn(), report })
}

fn pretty<T: Serialize>(value: &T) -> Result<String> {
    Ok(serde_json::to_string_pretty(value)? + "\n")
}

/// All rows as one array.
pub fn array<'a>(tables: impl Iterator<Item = &'a Table>) -> Result<String> {
    pretty(&tables.flat_map(Table::objects).collect::<Vec<_>>())
}

/// One object a line.
pub fn lines<'a>(tables: impl Iterator<Item = &'a Table>) -> Result<String> {
    let mut out = String::new();
    for row in tables.flat_map(Table::objects) {
        out += &serde_json::to_string(&row)?;
        out.push('\n');
    }
    Ok(out)
}

/// The rows of every table of a report, each with the table's name.
pub fn named_lines(report: &Report) -> Result<String> {
    #[derive(Serialize)]
    struct Line<'a, T> {
        table: &'a str,
        #[serde(flatten)]
        row: T,
    }
    let mut out = String::new();
    for named in report.tables() {
        for row in named.table.objects() {
            out += &serde_json::to_string(&Line { table: named.name, row })?;
            out.push('\n');
        }
    }
    Ok(out)
}
