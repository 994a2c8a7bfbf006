//! What the other tables rest on, as tables of their own: the metrics' definitions, and the ledger of the rows.

use super::{BucketReport, Cell, Head, Holds, Show, Table};
use crate::metrics::catalogue::{CATALOGUE, Unit, Value};
use crate::report::not_available;
use crate::{call_log::CallLog, metrics::Definitions};

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
