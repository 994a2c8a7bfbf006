//! Short calls that gather at the end of months.

use super::needs::times;
use super::{CORRELATION, Detector, LEAST_EXCESS, Looked, Numbers, about};
use crate::stats::core;
use crate::stats::tails::Side;

/// Ends of months that must be in the log: one alone says nothing.
const FEWEST_MONTHS: usize = 3;

pub static DETECTOR: Detector = Detector {
    id: "end-of-period",
    title: "Short calls at the end of months",
    holds: false,
    least_excess: LEAST_EXCESS,
    definition: "Calls that ended within 15 s in the last three days of a month, over all of the agent's such calls.",
    null: "The share of the other agents' short calls of the same strata, beta-binomial, honest core.",
    benign: &["shifts that lie at the end of months", "a system that is slow when month-end work runs"],
    look_at: "Whether the agent was short of a number when the month ended.",
    says: |n| {
        format!(
            "{} of {} very short calls fell on the last three days of a month; {} were to be expected",
            n.observed,
            n.of,
            about(n.expected)
        )
    },
    contact: |case, _| case.short(),
    look: |evidence| {
        times(evidence)?;
        if evidence.tally.month_ends < FEWEST_MONTHS {
            return Err(format!(
                "the ends of {FEWEST_MONTHS} months in one period (there are {})",
                evidence.tally.month_ends
            ));
        }
        let facts = evidence.expected(|c| (c.short, c.late_short));
        let hits: Vec<u64> = facts.iter().map(|f| f.observed as u64).collect();
        let of: Vec<u64> = facts.iter().map(|f| f.n as u64).collect();
        let shares: Vec<f64> = facts.iter().map(|f| f.expected / f.n.max(1.0)).collect();
        let found = core::shares(&hits, &of, &shares, CORRELATION, Side::Upper, true);
        let tests = facts
            .iter()
            .zip(&found.p)
            .map(|(f, p)| (f.n > 0.0).then(|| Numbers::more(f.observed, f.n, f.expected, *p)))
            .collect();
        Ok(Looked { tests, ..Looked::default() })
    },
};
