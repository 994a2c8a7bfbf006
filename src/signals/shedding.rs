//! Calls passed on just before a handle-time limit.

use super::needs::{times, transfers};
use super::{CORRELATION, Detector, LEAST_EXCESS, Looked, Numbers, STYLE, about, rates};
use crate::stats::core;
use crate::stats::tails::Side;

pub static DETECTOR: Detector = Detector {
    id: "limit-shedding",
    title: "Shedding before a handle-time limit",
    holds: true,
    least_excess: LEAST_EXCESS,
    definition: "Calls passed on in the last minute before the limit, over calls that came that far.",
    null: "As often as the other agents of the same strata (negative binomial, honest core); and as often as the agent \
           passes calls on earlier in the call, for the time spent (beta-binomial), which holds even if everyone sheds. \
           The smaller p-value of the two, doubled.",
    benign: &["a rule to pass difficult calls on after some minutes", "a second line that takes over at a fixed time"],
    look_at: "Where these calls went, how long the next agent needed, and what the rule for passing on says.",
    says: |n| {
        format!(
            "{} of {} calls that came near the limit were passed on in the last minute before it; {} were to be expected",
            n.observed,
            n.of,
            about(n.expected)
        )
    },
    contact: |case, limit| {
        let last_minute = |l: u32| (l - crate::strata::AROUND_LIMIT_MS..l).contains(&case.connected_ms);
        case.transferred && limit.is_some_and(last_minute)
    },
    look: |evidence| {
        times(evidence)?;
        transfers(evidence)?;
        let limit = evidence.limit.as_ref().map_err(Clone::clone)?;
        let mut looked = rates(evidence, STYLE, |c| (c.near_limit, c.shed));
        let own: Vec<(u64, u64, f64)> = evidence
            .cells()
            .agents()
            .map(|a| evidence.durations.agents[a.agent as usize].shed(limit.ms / 1_000))
            .collect();
        let late: Vec<u64> = own.iter().map(|(late, ..)| *late).collect();
        let all: Vec<u64> = own.iter().map(|(_, all, _)| *all).collect();
        let shares: Vec<f64> = own.iter().map(|(.., share)| *share).collect();
        let found = core::shares(&late, &all, &shares, CORRELATION, Side::Upper, false);
        for (i, test) in looked.tests.iter_mut().enumerate() {
            let Some(peers) = test else { continue };
            let p = (2.0 * peers.p.min(found.p[i])).min(1.0);
            if found.p[i] < peers.p {
                *peers = Numbers::more(peers.observed, peers.of, shares[i] * all[i] as f64, p);
            }
            peers.p = p;
        }
        Ok(Looked { centre: None, ..looked })
    },
};
