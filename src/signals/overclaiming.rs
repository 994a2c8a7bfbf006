//! Contacts coded as resolved whose customers came back.

use super::needs::customers;
use super::{Detector, LEAST_EXCESS, Looked, about, shares};

pub static DETECTOR: Detector = Detector {
    id: "overclaimed-resolution",
    title: "Overclaimed resolution",
    holds: true,
    least_excess: LEAST_EXCESS,
    definition: "Calls coded as resolved by the agent, over the agent's coded calls whose customer came back within \
                 the window; without calls passed on or ended within 15 s.",
    null: "The share of the other agents of the same strata, beta-binomial, fitted to the honest core.",
    benign: &[
        "customers of this agent come back about something new",
        "the agent was taught to use the code differently, or has no better one",
        "a code that is set by default",
    ],
    look_at: "Read the notes of ten of the calls and of the customers' next ones: was it the same matter?",
    says: |n| {
        format!(
            "{} of {} calls whose customer came back were coded as resolved; {} were to be expected",
            n.observed,
            n.of,
            about(n.expected)
        )
    },
    contact: |case, _| case.coded == Some(true) && case.repeated() && case.eligible(),
    look: |evidence| {
        if !evidence.calls.log.tells.resolved {
            return Err("codes of resolution set by agents".into());
        }
        customers(evidence)?;
        let (looked, centre) = shares(evidence, |c| (c.repeated, c.claimed));
        // The core's share is less than four fifths of the group's.
        let (all, observed) = looked.tests.iter().flatten().fold((0.0, 0.0), |(n, o), t| (n + t.of, o + t.observed));
        let share: f64 = observed / f64::max(all, 1.0);
        let core_share = 1.0 / (1.0 + (1.0 - share) / share.max(1e-9) * libm::exp(-centre));
        Ok(Looked { many: core_share < super::CORE_OF_MANY * share, ..looked })
    },
};
