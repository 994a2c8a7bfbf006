//! JSON: objects with the stable names; unknown is null.

use crate::metrics::catalogue::Value;
use crate::report::{Cell, Column, DefinitionsReport, IntakeReport, ScorecardReport, Table};
use anyhow::Result;
use serde::ser::{SerializeMap, SerializeSeq};
use serde::{Serialize, Serializer};

/// One row as an object.
struct Object<'a>(&'a [Column], &'a [Cell]);

impl Serialize for Object<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (column, cell) in self.0.iter().zip(self.1) {
            match cell {
                Cell::Text(text) => map.serialize_entry(&column.id, text)?,
                Cell::Value(None) => map.serialize_entry(&column.id, &())?,
                Cell::Value(Some(Value::Count(count))) => map.serialize_entry(&column.id, count)?,
                Cell::Value(Some(Value::Number(number))) => map.serialize_entry(&column.id, number)?,
            }
        }
        map.end()
    }
}

/// The rows of some tables, one behind the other.
struct Rows<'a>(&'a [Table]);

impl Serialize for Rows<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut seq = serializer.serialize_seq(None)?;
        for table in self.0 {
            for row in &table.rows {
                seq.serialize_element(&Object(&table.columns, row))?;
            }
        }
        seq.end()
    }
}

/// All rows as one array.
pub fn array(tables: &[Table]) -> Result<String> {
    Ok(serde_json::to_string_pretty(&Rows(tables))? + "\n")
}

/// One object a line.
pub fn lines(tables: &[Table]) -> Result<String> {
    let mut out = String::new();
    for table in tables {
        for row in &table.rows {
            out += &serde_json::to_string(&Object(&table.columns, row))?;
            out.push('\n');
        }
    }
    Ok(out)
}

#[derive(Serialize)]
struct Scorecards<'a> {
    intake: &'a IntakeReport,
    definitions: &'a DefinitionsReport,
    scorecards: Rows<'a>,
}

/// The scorecards with the ledger and the definitions.
pub fn scorecards(report: &ScorecardReport) -> Result<String> {
    let all = Scorecards {
        intake: &report.intake,
        definitions: &report.definitions,
        scorecards: Rows(std::slice::from_ref(&report.table)),
    };
    Ok(serde_json::to_string_pretty(&all)? + "\n")
}
