//! After-call work that is longer than others' or than one's own used to be.

use super::{Detector, Evidence, LEAST_EXCESS, Looked, Numbers};
use crate::stats::{median, normal};
use crate::strata::{Expected, LOG_UNIT, Tally, expected};
use libm::{exp, sqrt};
use std::collections::HashMap;

/// Calls of an agent from which on a mean tells something.
const FEWEST: f64 = 30.0;
/// Scales the median of absolute deviations to a standard deviation of a normal distribution.
const OF_MEDIAN: f64 = 1.4826;

/// Against the other agents. Styles differ, so only very long ones show.
pub static AGAINST_PEERS: Detector = Detector {
    id: "after-call-work",
    title: "Long after-call work",
    holds: false,
    least_excess: LEAST_EXCESS,
    definition: "Mean logarithm of after-call work less what the other agents need after calls of the same strata.",
    null: "Normal around the agents' median, with the spread of the middle half of them.",
    benign: &[
        "notes that others do not write",
        "work that others do while talking",
        "a slow system or a second screen to fill in",
    ],
    look_at: "What the agent does after calls; whether the time falls before breaks and at the end of shifts.",
    says: |n| format!("{:.1} times the after-call work of others after the same kinds of call", n.ratio),
    contact: |case, _| case.worked_after(),
    look: |evidence| {
        let now = levels(evidence, evidence.tally)?;
        let known: Vec<f64> = now.iter().flatten().map(|(x, _)| *x).collect();
        let (centre, spread) = middle(&known);
        let sigma2 = evidence.tally.log_acw_variance.unwrap_or(0.0);
        let tests = now.iter().map(|level| {
            let (x, n) = (*level)?;
            let deviation = sqrt((spread * spread).max(sigma2 / n));
            let z = if deviation > 0.0 { (x - centre) / deviation } else { 0.0 };
            Some(numbers(x - centre, n, normal::upper_tail(z)))
        });
        Ok(Looked { tests: tests.collect(), ..Looked::default() })
    },
};

/// Against the agent's own last period.
pub static AGAINST_PAST: Detector = Detector {
    id: "after-call-work-rise",
    title: "After-call work risen",
    holds: false,
    least_excess: LEAST_EXCESS,
    definition: "Change of the mean logarithm of after-call work, less what is expected of the calls, since the period \
                 before.",
    null: "Normal around the agents' median change, with the spread of the middle half of the changes.",
    benign: &["a new system or a new duty after calls", "a new kind of call", "a return from a long absence"],
    look_at: "What changed for this agent between the two periods.",
    says: |n| format!("{:.1} times the agent's own after-call work of the period before", n.ratio),
    contact: |case, _| case.worked_after(),
    look: |evidence| {
        let before = evidence
            .before
            .ok_or("a period before this one (--period judges the months or quarters of a long log one by one)")?;
        let then: HashMap<u32, (f64, f64)> = levels(evidence, before)?
            .into_iter()
            .zip(before.cells.agents())
            .filter_map(|(level, agent)| Some((agent.agent, level?)))
            .collect();
        let now = levels(evidence, evidence.tally)?;
        let change = |(level, agent): (&Option<(f64, f64)>, u32)| {
            let ((x, n), (y, m)) = ((*level)?, *then.get(&agent)?);
            Some((x - y, n, f64::min(n, m)))
        };
        let agents = evidence.cells().agents().map(|a| a.agent);
        let changes: Vec<Option<(f64, f64, f64)>> = now.iter().zip(agents).map(change).collect();
        let known: Vec<f64> = changes.iter().flatten().map(|(x, ..)| *x).collect();
        let (centre, spread) = middle(&known);
        let sigma2 = evidence.tally.log_acw_variance.unwrap_or(0.0);
        let tests = changes.iter().map(|change| {
            let (x, n, fewer) = (*change)?;
            let deviation = sqrt((spread * spread).max(2.0 * sigma2 / fewer));
            let z = if deviation > 0.0 { (x - centre) / deviation } else { 0.0 };
            Some(numbers(x - centre, n, normal::upper_tail(z)))
        });
        Ok(Looked { tests: tests.collect(), ..Looked::default() })
    },
};

/// A ratio of times as numbers: the excess is in calls' worth of after-call work.
fn numbers(log_ratio: f64, n: f64, p: f64) -> Numbers {
    let ratio = exp(log_ratio);
    Numbers { observed: n * ratio, of: n, expected: n, p, ratio, excess: n * (ratio - 1.0) }
}

/// Each agent's mean logarithm less the expectation, and the number of calls.
fn levels(evidence: &Evidence<'_>, tally: &Tally) -> Result<Vec<Option<(f64, f64)>>, String> {
    if !evidence.calls.log.tells.acw {
        return Err("after-call work".into());
    }
    let of = |c: &crate::strata::Counts| (f64::from(c.acws), c.log_acw as f64 / LOG_UNIT);
    let level = |f: &Expected| (f.n >= FEWEST).then(|| ((f.observed - f.expected) / f.n, f.n));
    Ok(expected(&tally.cells, super::PSEUDO, of).iter().map(level).collect())
}

/// Median, and a spread that a few extremes do not move.
fn middle(values: &[f64]) -> (f64, f64) {
    let centre = median(values).unwrap_or(0.0);
    let distances: Vec<f64> = values.iter().map(|x| (x - centre).abs()).collect();
    (centre, OF_MEDIAN * median(&distances).unwrap_or(0.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_few_extremes_move_neither_the_middle_nor_the_spread() {
        let honest = [-0.2, -0.1, 0.0, 0.1, 0.2];
        let (centre, spread) = middle(&honest);
        assert_eq!((centre, spread), (0.0, 0.1 * OF_MEDIAN));
        let (with_one, wider) = middle(&[&honest[..], &[5.0]].concat());
        assert!((0.0..=0.1).contains(&with_one) && wider <= 0.2 * OF_MEDIAN, "{with_one} {wider}");
        assert_eq!(middle(&[&honest[..], &[50.0]].concat()), (with_one, wider));
    }

    #[test]
    fn of_none_one_and_two_there_is_a_middle() {
        assert_eq!(middle(&[]), (0.0, 0.0));
        assert_eq!(middle(&[0.7]), (0.7, 0.0));
        assert_eq!(middle(&[1.0, 2.0]), (1.5, 0.5 * OF_MEDIAN));
    }
}
