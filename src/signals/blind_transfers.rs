//! Contacts passed on before anyone could know what they are about.

use super::needs::{times, transfers};
use super::{Detector, LEAST_EXCESS, STYLE, about, rates};

pub static DETECTOR: Detector = Detector {
    id: "blind-transfers",
    title: "Blind transfers",
    holds: true,
    least_excess: LEAST_EXCESS,
    definition: "Calls that were passed on within 60 s, over all calls handled.",
    null: "As often as the other agents of the same strata, negative binomial, fitted to the honest core.",
    benign: &[
        "an agent who sorts calls for a team, or is told to pass some kind of call on",
        "a routing mistake that sends this agent calls meant for others",
        "an agent without access to a system that the calls need",
    ],
    look_at: "Where the calls went and whether they came back; what the agent was told to pass on.",
    says: |n| {
        format!(
            "{} of {} calls were passed on within 60 s; {} were to be expected",
            n.observed,
            n.of,
            about(n.expected)
        )
    },
    contact: |case, _| case.blind(),
    look: |evidence| {
        times(evidence)?;
        transfers(evidence)?;
        Ok(rates(evidence, STYLE, |c| (c.handled, c.blind)))
    },
};
