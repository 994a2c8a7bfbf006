//! JSON: objects with the stable names; unknown is null.

use crate::report::{Head, Table};
use anyhow::Result;
use serde::Serialize;

#[derive(Serialize)]
struct Headed<'a, T> {
    #[serde(flatten)]
    head: &'a Head,
    #[serde(flatten)]
    report: &'a T,
}

/// What was found, behind its ledger and its definitions.
pub fn headed<T: Serialize>(head: &Head, report: &T) -> Result<String> {
    whole(&Headed { head, report })
}

/// What was found, as it is.
pub fn whole<T: Serialize>(report: &T) -> Result<String> {
    Ok(serde_json::to_string_pretty(report)? + "\n")
}

/// All rows as one array.
pub fn array(tables: &[Table]) -> Result<String> {
    whole(&tables.iter().flat_map(Table::objects).collect::<Vec<_>>())
}

/// One object a line.
pub fn lines(tables: &[Table]) -> Result<String> {
    let mut out = String::new();
    for row in tables.iter().flat_map(Table::objects) {
        out += &serde_json::to_string(&row)?;
        out.push('\n');
    }
    Ok(out)
}
