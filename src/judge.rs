//! Scorecards: what is measured of each agent, with how sure it is.
//!
//! Comparison between agents belongs here, between the facts and the report. A raw rate is no comparison:
//! queues, issues and luck differ, and the intervals say how much of a difference could be luck alone.

use crate::call_log::CallLog;
use crate::metrics::{Dimension, Facts, Totals};

/// One agent's scorecard.
#[derive(Debug, Clone)]
pub struct Scorecard {
    pub agent: String,
    pub totals: Totals,
}

/// A scorecard for every agent who handled something, in the order of names.
///
/// `facts` are by agent. Legs without an agent belong to nobody's scorecard; the second value counts them.
pub fn scorecards(facts: &Facts, log: &CallLog) -> (Vec<Scorecard>, u64) {
    debug_assert_eq!(facts.dimensions, [Dimension::Agent]);
    let mut cards = Vec::new();
    let mut nobodys = 0;
    for group in &facts.groups {
        match Dimension::Agent.label(group.values[0], log, 1) {
            Some(agent) => cards.push(Scorecard { agent, totals: group.totals.clone() }),
            None => nobodys += group.totals.handled,
        }
    }
    (cards, nobodys)
}
