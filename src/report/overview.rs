//! The centre at a glance, as tables.

use super::{Cell, Show, Table, metrics_table};
use crate::call_log::CallLog;
use crate::metrics::Definitions;
use crate::metrics::catalogue::{Unit, Value};
use crate::overview::{Overview, Waited};
use crate::stats::share;
use serde::Serialize;

/// The centre at a glance.
#[derive(Debug, Serialize)]
pub struct OverviewReport {
    /// The metrics of each day.
    pub days: Table,
    /// The metrics of each hour of the week.
    pub hours: Table,
    /// The metrics of each queue.
    pub queues: Table,
    /// How many calls took how long.
    pub handle_times: Table,
    /// What had become of callers once they had waited for so long.
    pub abandonment: Table,
}

/// Puts the tables together.
pub fn overview_report(overview: &Overview, log: &CallLog, definitions: &Definitions) -> OverviewReport {
    OverviewReport {
        days: metrics_table(&overview.days, log, definitions),
        hours: metrics_table(&overview.hours, log, definitions),
        queues: metrics_table(&overview.queues, log, definitions),
        handle_times: handle_times(overview),
        abandonment: abandonment(&overview.abandonment),
    }
}

fn count(n: u64) -> Cell {
    Cell::Value(Some(Value::Count(n)))
}

fn number(n: Option<f64>) -> Cell {
    Cell::Value(n.map(Value::Number))
}

fn handle_times(overview: &Overview) -> Table {
    let mut table = Table { keys: 2, ..Table::default() };
    table.column("from_s", "From", Show::Unit(Unit::Seconds));
    table.column("to_s", "To", Show::Unit(Unit::Seconds));
    table.column("calls", "Calls", Show::Unit(Unit::Count));
    table.column("share", "Of all", Show::Unit(Unit::Share));
    let all = overview.handle_times.iter().map(|b| b.calls).sum();
    for bin in &overview.handle_times {
        table.rows.push(vec![
            number(Some(f64::from(bin.from_s))),
            number(bin.to_s.map(f64::from)),
            count(bin.calls),
            number(share(bin.calls, all)),
        ]);
    }
    table
}

fn abandonment(waited: &[Waited]) -> Table {
    let mut table = Table { keys: 1, ..Table::default() };
    table.column("wait_s", "Waited", Show::Unit(Unit::Seconds));
    table.column("waiting", "Still waiting", Show::Unit(Unit::Count));
    table.column("answered", "Answered", Show::Unit(Unit::Count));
    table.column("abandoned", "Abandoned", Show::Unit(Unit::Count));
    table.column("gave_up", "Would have given up", Show::Unit(Unit::Share));
    for w in waited {
        let wait = number(Some(f64::from(w.wait_s)));
        table.rows.push(vec![wait, count(w.waiting), count(w.answered), count(w.abandoned), number(Some(w.gave_up))]);
    }
    table
}
