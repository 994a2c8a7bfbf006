//! What the other tables rest on, as tables of their own: the metrics' definitions, and the ledger of the rows.

use super::{BucketReport, Cell, Head, Holds, Show, Table};
use crate::metrics::ServiceLevel;
use crate::metrics::catalogue::{Better, CATALOGUE, Level, Metric, Over, RELATIONS_SQL, Unit, Value};
use crate::report::not_available;
use crate::{call_log::CallLog, metrics::Definitions};
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::BTreeMap;

/// Every metric's definition with its SQL.
#[derive(Debug, Serialize, JsonSchema)]
pub struct DefinitionsPage {
    /// SQL of the relations `contacts` and `handled`, which the metrics are over.
    pub relations: &'static str,
    /// Every metric, in the order of output.
    pub metrics: Vec<MetricPage>,
    /// SQL of the service level by the name of its formula.
    pub service_level_formulas: BTreeMap<&'static str, String>,
    pub parameters: ParametersPage,
}

/// A metric's definition with its SQL.
#[derive(Debug, Serialize, JsonSchema)]
pub struct MetricPage {
    /// The metric's stable name.
    pub id: &'static str,
    /// Its name for people.
    pub name: &'static str,
    pub unit: Unit,
    pub better: Better,
    pub level: Level,
    /// What is counted over what.
    pub definition: String,
    /// What it leaves out; empty for nothing.
    pub leaves_out: String,
    /// How it is gamed; empty where nothing is known.
    pub gamed: String,
    /// Who says so; empty for nobody.
    pub source: String,
    pub over: Over,
    /// An expression over that relation.
    pub sql: String,
}

/// The parameters that the SQL names.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ParametersPage {
    /// T, the wait that is in time at most, in milliseconds.
    pub sl_ms: u32,
    /// S, the wait of a short abandon at most, in milliseconds.
    pub short_ms: u32,
    /// A customer who comes back within so many milliseconds was not helped the first time.
    pub window_ms: u32,
}

/// Every metric's definition with its SQL.
pub fn definitions_page(definitions: &Definitions) -> DefinitionsPage {
    let page = |m: &Metric| MetricPage {
        id: m.id,
        name: m.name,
        unit: m.unit,
        better: m.better,
        level: m.level,
        definition: super::squash(m.definition),
        leaves_out: super::squash(m.leaves_out),
        gamed: super::squash(m.gamed),
        source: super::squash(m.source),
        over: m.over,
        sql: (m.sql)(definitions),
    };
    DefinitionsPage {
        relations: RELATIONS_SQL,
        metrics: CATALOGUE.iter().map(page).collect(),
        service_level_formulas: ServiceLevel::ALL.iter().map(|f| (f.name(), f.sql())).collect(),
        parameters: ParametersPage {
            sl_ms: definitions.sl_ms,
            short_ms: definitions.short_abandon_ms,
            window_ms: definitions.fcr_window_ms,
        },
    }
}

fn text(text: &str) -> Cell {
    Cell::Text(Some(text.to_string()))
}

fn note(text: &str) -> Cell {
    Cell::Note(Some(text.to_string()).filter(|t| !t.is_empty()))
}

/// Every metric with its definition, and whether the files tell it.
pub fn definitions_table(log: &CallLog, definitions: &Definitions) -> Table {
    let mut table = Table { keys: 1, ..Table::default() };
    for (id, title) in [
        ("metric", "Metric"),
        ("name", "Name"),
        ("unit", "Unit"),
        ("better", "Better"),
        ("level", "Tells of"),
        ("definition", "Definition"),
        ("leaves_out", "Leaves out"),
        ("gamed", "How it is gamed"),
        ("source", "Source"),
        ("lacks", "Not available: no column for"),
    ] {
        table.column(id, title, Show::Sentence);
    }
    let lacking = not_available(&log.tells, definitions);
    for metric in &CATALOGUE {
        let lacks = lacking.iter().find(|(id, _)| *id == metric.id).map_or("", |(_, needs)| needs);
        table.rows.push(vec![
            text(metric.id),
            text(metric.name),
            text(&word(&metric.unit)),
            text(&word(&metric.better)),
            text(&word(&metric.level)),
            text(&super::squash(metric.definition)),
            note(&super::squash(metric.leaves_out)),
            note(&super::squash(metric.gamed)),
            note(&super::squash(metric.source)),
            note(lacks),
        ]);
    }
    table
}

/// A word as machines have it.
fn word<T: std::fmt::Debug>(of: &T) -> String {
    format!("{of:?}").to_lowercase()
}

/// The ledger: every row that was read is in one line of it, but for the first.
pub fn intake_table(head: &Head, ledger: &[BucketReport]) -> Table {
    let mut table = Table { keys: 1, ..Table::default() };
    table.column("rows", "Rows", Show::Text);
    table.column("count", "Count", Show::Unit(Unit::Count));
    table.holding("rejected", "Rejected", Show::Text, Holds::Flag);
    table.column("first", "First at", Show::Sentence);
    let mut row = |what: &str, count: u64, rejected: bool, first: &str| {
        table.rows.push(vec![text(what), Cell::Value(Some(Value::Count(count))), Cell::Flag(rejected), note(first)]);
    };
    row("read", head.intake.rows, false, "");
    row("kept", head.intake.kept, false, "");
    for bucket in ledger {
        row(&format!("left out: {}", bucket.reason), bucket.rows, bucket.rejected, &bucket.first.join(", "));
    }
    table
}
