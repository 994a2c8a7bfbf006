//! The kinds of call that an agent had most of, with the agent's results beside the others'.

use crate::call_log::CallLog;
use crate::judge::Measure;
use crate::strata::{DayBlocks, Stratum, Tally};

/// One kind of call in one measure.
#[derive(Debug, Clone, PartialEq)]
pub struct Kind {
    pub name: String,
    /// Contacts, answers or calls of the agent, and what came of them: a share, or the typical time in seconds.
    pub n: u64,
    pub own: f64,
    /// The same of all others.
    pub others_n: u64,
    pub others: Option<f64>,
}

/// So many kinds are shown.
const SHOWN: usize = 3;

/// The kinds of call in which an agent, given by the place in the cells, has most to judge.
pub fn kinds(measure: Measure, tally: &Tally, place: usize, log: &CallLog, blocks: &DayBlocks) -> Vec<Kind> {
    let (all, strata) = (&tally.cells.strata.all, tally.cells.by_stratum());
    let mut found: Vec<(u32, Kind)> = Vec::new();
    for cell in tally.cells.agent(place).cells {
        let others = strata[cell.stratum as usize].less(&cell.counts);
        let n = measure.count(&cell.counts);
        let Some(own) = result(measure, measure.of(&cell.counts)) else { continue };
        let kind = Kind {
            name: name(&all[cell.stratum as usize], all, log, blocks),
            n,
            own,
            others_n: measure.count(&others),
            others: result(measure, measure.of(&others)),
        };
        found.push((cell.stratum, kind));
    }
    found.sort_by_key(|(stratum, kind)| (std::cmp::Reverse(kind.n), *stratum));
    found.into_iter().map(|(_, kind)| kind).take(SHOWN).collect()
}

/// What n and a sum of values come to.
fn result(measure: Measure, (n, sum): (f64, f64)) -> Option<f64> {
    let mean = (n > 0.0).then(|| sum / n)?;
    Some(if measure == Measure::HandleTime { libm::exp(mean) / 1_000.0 } else { mean })
}

/// A stratum as people call it.
fn name(stratum: &Stratum, all: &[Stratum], log: &CallLog, blocks: &DayBlocks) -> String {
    let beside = |alike: fn(&Stratum, &Stratum) -> bool| all.iter().any(|other| alike(other, stratum));
    let mut parts = vec![log.names.queue.get(stratum.queue as usize).map_or("no queue", |name| name).to_string()];
    match stratum.issue {
        Some(issue) => parts.extend(log.names.issue.get(issue as usize).map(|name| name.to_string())),
        None if beside(|a, b| a.queue == b.queue && a.received == b.received && a.issue.is_some()) => {
            parts.push("rare issues".to_string());
        }
        None if log.tells.issue_is_fair => parts.push("all issues".to_string()),
        None => {}
    }
    match stratum.block {
        Some(block) => {
            let hours: Vec<String> = blocks.hours_of(block).into_iter().map(hours).collect();
            parts.push(hours.join(" and "));
        }
        None if beside(|a, b| a.parent() == b.parent() && a.block.is_some()) => parts.push("other hours".to_string()),
        None => {}
    }
    if stratum.received {
        parts.push("passed on to you".to_string());
    }
    parts.join(", ")
}

fn hours((from, to): (usize, usize)) -> String {
    match (from, to) {
        (0, 24) => "all day".to_string(),
        (0, to) => format!("until {to}:00"),
        (from, 24) => format!("from {from}:00"),
        (from, to) => format!("{from}:00 to {to}:00"),
    }
}
