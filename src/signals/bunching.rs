//! Calls that end just below a handle-time limit.

use super::needs::times;
use super::{CORRELATION, Detector, LEAST_EXCESS, Looked, Numbers, about};
use crate::stats::core;
use crate::stats::tails::Side;

pub static DETECTOR: Detector = Detector {
    id: "limit-bunching",
    title: "Bunching below a handle-time limit",
    holds: true,
    least_excess: LEAST_EXCESS,
    definition: "Calls that ended in the last minute before the limit, over those that ended within a minute of it on \
                 either side.",
    null: "The share that a smooth curve through the durations of the agent's queues has there, beta-binomial. The \
           curve is fitted outside the two minutes, so that the whole centre can bunch and be seen.",
    benign: &[
        "a wrap-up prompt or warning at a fixed time",
        "a service that ends calls of itself",
        "a kind of call with a fixed length",
    ],
    look_at: "Listen to how calls near the limit end; whether these customers call again; whether the limit should \
              exist.",
    says: |n| {
        format!(
            "{} of {} calls near the limit ended in the last minute before it; {} were to be expected",
            n.observed,
            n.of,
            about(n.expected)
        )
    },
    contact: |case, limit| limit.is_some_and(|l| (l - crate::strata::AROUND_LIMIT_MS..l).contains(&case.connected_ms)),
    look: |evidence| {
        times(evidence)?;
        let limit = evidence.limit.as_ref().map_err(Clone::clone)?;
        let durations = &evidence.durations;
        let share = |h: &super::limit::Histogram| h.smooth(limit.ms / 1_000).map(|s| s.share);
        let queues: Vec<Option<f64>> = durations.queues.iter().map(share).collect();
        let strata = &evidence.cells().strata.all;
        let mut of = Vec::new();
        let mut below = Vec::new();
        let mut shares = Vec::new();
        for agent in evidence.cells().agents() {
            let (mut near, mut hits, mut expected) = (0u64, 0u64, 0.0);
            for cell in agent.cells {
                // A queue too small for a curve tells nothing.
                let queue = (strata[cell.stratum as usize].queue as usize).min(queues.len() - 1);
                let Some(share) = queues[queue] else { continue };
                near += u64::from(cell.counts.around_limit);
                hits += u64::from(cell.counts.below_limit);
                expected += share * f64::from(cell.counts.around_limit);
            }
            of.push(near);
            below.push(hits);
            shares.push(expected / near.max(1) as f64);
        }
        let found = core::shares(&below, &of, &shares, CORRELATION, Side::Upper, false);
        let test = |i: usize| {
            let n = of[i] as f64;
            (of[i] > 0).then(|| Numbers::more(below[i] as f64, n, shares[i] * n, found.p[i]))
        };
        let clock = format!("{}:{:02}", limit.ms / 60_000, limit.ms / 1_000 % 60);
        let centre = limit.centre.as_ref().map(|curve| {
            format!(
                "the whole centre ends {:.0} % more calls in the last minute before {clock} than a smooth curve \
                 through all durations would: look at the limit itself before looking at anyone",
                curve.excess * 100.0
            )
        });
        Ok(Looked { tests: (0..of.len()).map(test).collect(), centre, ..Looked::default() })
    },
};
