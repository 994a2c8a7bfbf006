//! The centre at a glance, as tables.

use super::{Cell, Holds, Show, Table, columns, metrics_table};
use crate::call_log::CallLog;
use crate::metrics::catalogue::{self, CATALOGUE, Unit, Value};
use crate::metrics::{Definitions, Facts, Totals};
use crate::overview::{Overview, Waited};
use crate::stats::share;
use schemars::JsonSchema;
use serde::Serialize;

/// The centre at a glance.
#[derive(Debug, Serialize, JsonSchema)]
pub struct OverviewReport {
    /// The metrics of each day.
    #[schemars(extend("items" = columns::items("days")))]
    pub days: Table,
    /// The metrics of each hour of the week.
    #[schemars(extend("items" = columns::items("hours")))]
    pub hours: Table,
    /// The metrics of each queue.
    #[schemars(extend("items" = columns::items("queues")))]
    pub queues: Table,
    /// How many calls took how long.
    #[schemars(extend("items" = columns::items("handle_times")))]
    pub handle_times: Table,
    /// What had become of callers once they had waited for so long.
    #[schemars(extend("items" = columns::items("abandonment")))]
    pub abandonment: Table,
}

/// Puts the tables together.
pub fn overview_report(overview: &Overview, log: &CallLog, definitions: &Definitions) -> OverviewReport {
    let beside = |facts: &Facts| beside_all(facts, &overview.all, log, definitions);
    OverviewReport {
        days: beside(&overview.days),
        hours: beside(&overview.hours),
        queues: beside(&overview.queues),
        handle_times: handle_times(overview),
        abandonment: abandonment(&overview.abandonment),
    }
}

/// The proportions that stand with an interval, and with how they lie to those of all calls.
pub const PROPORTIONS: [&str; 5] = ["abandon_rate", "service_level", "transfer_rate", "fcr", "csat"];

/// The metrics of each group, with the intervals of its proportions; `above` and `below` where the interval leaves the
/// proportion of all calls out.
fn beside_all(facts: &Facts, all: &Totals, log: &CallLog, definitions: &Definitions) -> Table {
    let mut table = metrics_table(facts, log, definitions);
    for id in PROPORTIONS {
        let title = super::title(id, definitions);
        for (suffix, words, holds) in [
            ("from", "from (95 %)", Holds::Value(Unit::Share)),
            ("to", "to (95 %)", Holds::Value(Unit::Share)),
            ("beside_all", "beside all calls", Holds::Text),
        ] {
            table.holding(&format!("{id}_{suffix}"), &format!("{title} {words}"), Show::Hidden, holds);
        }
        let metric = CATALOGUE.iter().find(|m| m.id == id).expect("a metric of the catalogue");
        let of_all = catalogue::value(metric, all, definitions, &log.tells);
        for (group, row) in facts.groups.iter().zip(&mut table.rows) {
            let interval = catalogue::interval(id, &group.totals, definitions, &log.tells);
            let beside = match (interval, of_all) {
                (Some((low, _)), Some(Value::Number(all))) if low > all => Some("above"),
                (Some((_, high)), Some(Value::Number(all))) if high < all => Some("below"),
                _ => None,
            };
            row.extend([number(interval.map(|i| i.0)), number(interval.map(|i| i.1))]);
            row.push(Cell::Note(beside.map(str::to_string)));
        }
    }
    table
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
    table.column("gave_up_from", "from (95 %)", Show::Unit(Unit::Share));
    table.column("gave_up_to", "to (95 %)", Show::Unit(Unit::Share));
    for w in waited {
        let wait = number(Some(f64::from(w.wait_s)));
        let mut row = vec![wait, count(w.waiting), count(w.answered), count(w.abandoned), number(Some(w.gave_up))];
        row.extend([number(w.interval.map(|i| i.0)), number(w.interval.map(|i| i.1))]);
        table.rows.push(row);
    }
    table
}
