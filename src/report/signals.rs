//! Signals as a table, with their evidence.

use super::{Cell, Holds, Show, Table, columns, squash};
use crate::call_log::{CallLog, MISSING, flag};
use crate::metrics::catalogue::{Unit, Value};
use crate::read::time::{Clock, civil_of};
use crate::scorecards::PeriodCards;
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::HashMap;

/// All that the signals of a run are.
#[derive(Debug, Serialize, JsonSchema)]
pub struct SignalsReport {
    /// The handle-time limits that were looked at, by period; none without a limit.
    pub limits: Vec<LimitReport>,
    /// Every signal, one a row.
    #[serde(rename = "signals")]
    #[schemars(extend("items" = columns::items("signals")))]
    pub table: Table,
    /// The contacts that were counted for each signal, with `--contacts`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("items" = columns::items("signal_contacts")))]
    pub contacts: Option<Table>,
    /// Patterns of the whole centre: a matter of the plan or the system.
    pub centre: Vec<CentreReport>,
    /// Each detector that found something.
    pub detectors: Vec<DetectorReport>,
    /// Detectors that could not look.
    pub not_looked: Vec<NotLooked>,
    /// Agents who were looked at, by period.
    #[serde(skip)]
    pub looked_at: Vec<(Option<String>, usize)>,
}

/// A pattern of the whole centre.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct CentreReport {
    /// Name of the period; null without `--period`.
    pub period: Option<String>,
    /// The detector's name.
    pub signal: &'static str,
    /// What was seen, in a sentence.
    pub text: String,
}

/// What a detector is.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct DetectorReport {
    /// The detector's name.
    pub signal: &'static str,
    /// What it looks for, in a few words.
    pub title: &'static str,
    /// It asks for review before anyone is paid.
    pub holds: bool,
    /// What is counted over what.
    pub definition: String,
    /// What honest agents are taken to do.
    pub null: String,
    /// What else could explain it.
    pub benign: Vec<&'static str>,
    /// What a reviewer does next.
    pub look_at: String,
}

/// A detector that could not look.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct NotLooked {
    /// Name of the period; null without `--period`.
    pub period: Option<String>,
    /// The detector's name.
    pub signal: &'static str,
    /// What the source lacks.
    pub lacks: String,
}

/// The limit of handle time that was looked at.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct LimitReport {
    /// Name of the period; null without `--period`.
    pub period: Option<String>,
    /// The limit, in seconds.
    pub seconds: f64,
    /// It was found in the durations; else it was given with `--limit`.
    pub found: bool,
}

/// Puts the report together. `ids` has the names of contacts, by entry of the log, where they were asked for.
pub fn signals_report(periods: &[PeriodCards], log: &CallLog, ids: Option<&HashMap<usize, String>>) -> SignalsReport {
    let several = periods.iter().any(|p| p.label.is_some());
    let mut table = Table { keys: if several { 3 } else { 2 }, ..Table::default() };
    if several {
        table.column("period", "Period", Show::Text);
    }
    table.column("agent", "Agent", Show::Text);
    table.column("signal", "Signal", Show::Text);
    table.holding("review", "Review", Show::Text, Holds::Flag);
    let points = Holds::Value(Unit::Points);
    table.holding("observed", "Seen", Show::Hidden, points);
    table.holding("of", "Of", Show::Hidden, points);
    table.holding("expected", "Expected", Show::Hidden, points);
    table.column("ratio", "Times expected", Show::Unit(Unit::Points));
    table.holding("p", "Chance of so much by luck", Show::Hidden, points);
    table.holding("contacts", "Contacts to look at", Show::Hidden, Holds::Value(Unit::Count));
    table.column("text", "What was seen", Show::Text);
    table.column("benign", "What else it could be", Show::Hidden);
    table.column("look_at", "What to look at", Show::Hidden);
    let mut report = SignalsReport {
        table,
        contacts: ids.map(|_| contacts_table(several)),
        centre: Vec::new(),
        detectors: Vec::new(),
        not_looked: Vec::new(),
        limits: Vec::new(),
        looked_at: periods.iter().map(|p| (p.label.clone(), p.cards.len())).collect(),
    };
    for period in periods {
        for signal in &period.signals.signals {
            let n = &signal.numbers;
            let number = |n: f64| Cell::Value(Some(Value::Number(n)));
            let text = |text: &str| Cell::Text(Some(text.to_string()));
            let mut row = Vec::new();
            if several {
                row.push(Cell::Text(period.label.clone()));
            }
            row.extend([
                text(&log.names.agent[signal.agent as usize]),
                text(signal.detector.id),
                Cell::Flag(signal.holds),
                number(n.observed),
                number(n.of),
                number(n.expected),
                number(n.ratio),
                number(n.p),
                Cell::Value(Some(Value::Count(signal.contacts.len() as u64))),
                Cell::Text(Some(signal.text())),
                Cell::Text(Some(signal.detector.benign.join("; "))),
                Cell::Text(Some(squash(signal.detector.look_at))),
            ]);
            if let (Some(ids), Some(contacts)) = (ids, &mut report.contacts) {
                let keys = table_keys(&row, several);
                contacts.rows.extend(signal.contacts.iter().map(|leg| contact(&keys, *leg, ids, log)));
            }
            report.table.rows.push(row);
            if !report.detectors.iter().any(|d| d.signal == signal.detector.id) {
                report.detectors.push(detector_report(signal.detector));
            }
        }
        report.centre.extend(period.signals.centre.iter().map(|c| CentreReport {
            period: period.label.clone(),
            signal: c.detector.id,
            text: c.text.clone(),
        }));
        let lacking = period.signals.not_looked.iter();
        report.not_looked.extend(lacking.map(|(detector, lacks)| NotLooked {
            period: period.label.clone(),
            signal: detector.id,
            lacks: lacks.clone(),
        }));
        report.limits.extend(period.limit.iter().map(|l| LimitReport {
            period: period.label.clone(),
            seconds: f64::from(l.ms) / 1_000.0,
            found: l.found,
        }));
    }
    report
}

/// Period (where there are several), agent and signal of a signal's row.
fn table_keys(row: &[Cell], several: bool) -> Vec<Cell> {
    row[..if several { 3 } else { 2 }].to_vec()
}

fn contacts_table(several: bool) -> Table {
    let mut table = Table { keys: if several { 4 } else { 3 }, ..Table::default() };
    if several {
        table.column("period", "Period", Show::Text);
    }
    table.column("agent", "Agent", Show::Text);
    table.column("signal", "Signal", Show::Text);
    table.column("contact", "Contact", Show::Text);
    table.column("start", "Start", Show::Text);
    table.column("with_customer_s", "With customer", Show::Unit(Unit::Seconds));
    table.holding("transferred", "Passed on", Show::Text, Holds::Flag);
    table
}

/// A contact that was counted for a signal.
fn contact(keys: &[Cell], leg: usize, ids: &HashMap<usize, String>, log: &CallLog) -> Vec<Cell> {
    let mut clock = Clock::new(log.zone.clone());
    let start = civil_of(clock.local(log.legs.start_ms.get(leg)));
    let bits = log.legs.flags(leg);
    let with_customer = Some(log.legs.with_customer(leg)).filter(|ms| *ms != MISSING);
    let mut row = keys.to_vec();
    row.extend([
        Cell::Text(ids.get(&leg).cloned()),
        Cell::Text(Some(start.strftime("%Y-%m-%dT%H:%M:%S").to_string())),
        Cell::Value(with_customer.map(|ms| Value::Number(f64::from(ms) / 1_000.0))),
        Cell::Flag(bits & flag::TRANSFERRED != 0),
    ]);
    row
}

/// A detector, for output.
pub fn detector_report(d: &crate::signals::Detector) -> DetectorReport {
    DetectorReport {
        signal: d.id,
        title: d.title,
        holds: d.holds,
        definition: squash(d.definition),
        null: squash(d.null),
        benign: d.benign.to_vec(),
        look_at: squash(d.look_at),
    }
}
