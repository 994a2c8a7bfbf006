//! Customers put off the line within seconds.

use super::needs::{customers, times};
use super::{Detector, LEAST_EXCESS, STYLE, about, rates};

/// Short and followed by a redial: hardly anything else looks like it.
pub static WITH_REDIAL: Detector = Detector {
    id: "hang-up-redial",
    title: "Hang-ups",
    holds: true,
    least_excess: 3.0,
    definition: "Calls that ended within 15 s, were not passed on, and whose customer called again within 30 minutes, \
                 over all calls handled.",
    null: "As often as the other agents of the same strata, negative binomial, fitted to the honest core.",
    benign: &[
        "a bad line, headset or soft phone of this agent",
        "an automatic dialler or menu that drops calls",
        "customers who are asked to call another number",
    ],
    look_at: "Listen to five of the calls; see which side released the line, if the system tells it.",
    says: |n| {
        format!(
            "{} of {} calls ended within 15 s and the customer called again within 30 minutes; {} were to be expected",
            n.observed,
            n.of,
            about(n.expected)
        )
    },
    contact: |case, _| case.short() && case.redialled,
    look: |evidence| {
        times(evidence)?;
        customers(evidence)?;
        Ok(rates(evidence, STYLE, |c| (c.handled, c.redialled)))
    },
};

/// Short alone: less specific, but it needs no customers, and sees hang-ups where nobody redials within half an hour.
pub static SHORT: Detector = Detector {
    id: "short-calls",
    title: "Very short calls",
    holds: true,
    least_excess: LEAST_EXCESS,
    definition: "Calls that ended within 15 s and were not passed on, over all calls handled.",
    null: "As often as the other agents of the same strata, negative binomial, fitted to the honest core.",
    benign: &[
        "wrong numbers and customers who hang up themselves",
        "a bad line, headset or soft phone of this agent",
        "an automatic dialler or menu that drops calls",
    ],
    look_at: "Listen to five of the calls; compare days and times; see which side released the line.",
    says: |n| format!("{} of {} calls ended within 15 s; {} were to be expected", n.observed, n.of, about(n.expected)),
    contact: |case, _| case.short(),
    look: |evidence| {
        times(evidence)?;
        Ok(rates(evidence, STYLE, |c| (c.handled, c.short)))
    },
};
