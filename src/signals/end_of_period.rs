//! Short calls that gather at the end of months.

use super::needs::times;
use super::{Detector, LEAST_EXCESS, Looked, about, shares};
use crate::read::time::Clock;
use crate::strata::{Case, ends_month};

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
    contact: |_, _| false,
    look: |evidence| {
        times(evidence)?;
        if evidence.tally.month_ends < FEWEST_MONTHS {
            return Err(format!(
                "the ends of {FEWEST_MONTHS} months in one period (there are {})",
                evidence.tally.month_ends
            ));
        }
        let (looked, _) = shares(evidence, |c| (c.short, c.late_short));
        let mut contacts = vec![Vec::new(); looked.tests.len()];
        let mut clock = Clock::new(evidence.calls.log.zone.clone());
        for i in 0..evidence.calls.log.legs.len() {
            let Some(case) = evidence.calls.case(i).filter(Case::short) else { continue };
            if ends_month(clock.local(case.start_ms)).is_some() {
                contacts[evidence.cells().position(case.agent).expect("an agent of a case has cells")].push(i);
            }
        }
        Ok(Looked { contacts: Some(contacts), ..looked })
    },
};
