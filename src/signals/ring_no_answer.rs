//! Calls that ring at an agent who is shown as free and does not take them.

use super::{Detector, LEAST_EXCESS, STYLE, about, rates};

pub static DETECTOR: Detector = Detector {
    id: "ring-no-answer",
    title: "Calls left ringing",
    holds: false,
    least_excess: LEAST_EXCESS,
    definition: "Calls that rang at the agent and were not taken, over those that rang.",
    null: "As often as the other agents of the same strata, negative binomial, fitted to the honest core.",
    benign: &[
        "a telephone or soft phone that rings too briefly or not at all",
        "a queue that rings several agents at once, of whom only one can answer",
        "an agent who forgot to sign out",
    ],
    look_at: "When it happened: near breaks, at the end of shifts, for some queue only; how long it rang.",
    says: |n| {
        format!("{} of {} calls that rang were not taken; {} were to be expected", n.observed, n.of, about(n.expected))
    },
    contact: |_, _| false,
    look: |evidence| {
        if !evidence.calls.log.tells.rang {
            return Err("calls that rang and were not taken".into());
        }
        let mut looked = rates(evidence, STYLE, |c| (c.handled + c.rang, c.rang));
        let log = evidence.calls.log;
        let mut contacts = vec![Vec::new(); looked.tests.len()];
        for i in (0..log.legs.len()).filter(|i| evidence.calls.rang(*i)) {
            if let Some(place) = evidence.cells().position(log.legs.agent.get(i)) {
                contacts[place].push(i);
            }
        }
        looked.contacts = Some(contacts);
        Ok(looked)
    },
};
