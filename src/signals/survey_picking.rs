//! Surveys that only the content get.

use super::needs::customers;
use super::{CORRELATION, Detector, Evidence, LEAST_EXCESS, Looked, Numbers, about};
use crate::stats::core;
use crate::stats::heterogeneity::paule_mandel;
use crate::stats::multiple::stouffer;
use crate::stats::tails::Side;
use crate::stats::{median, normal};
use libm::sqrt;

/// The least dispersion of how many surveys an agent's calls get: a style of the agent's own of 14 %.
const SURVEY_STYLE: f64 = 0.02;

pub static DETECTOR: Detector = Detector {
    id: "survey-picking",
    title: "Survey picking",
    holds: true,
    least_excess: LEAST_EXCESS,
    definition: "Three signs together: fewer surveys than the agent's calls let expect; fewer of them after calls \
                 whose customer came back; and better answers than the calls let expect, with or without a repeat.",
    null: "Each sign as the other agents of the same strata show it (negative binomial, beta-binomial, normal), honest \
           core; the three together by Stouffer's method.",
    benign: &[
        "a survey that is only sent for some kinds of call",
        "customers without a number or address to send it to",
        "an agent whom customers really like",
    ],
    look_at: "How a survey is started and whether the agent can keep one from starting; samples of calls without one.",
    says: |n| {
        format!(
            "{} surveys after {} calls that could have had one, {} were to be expected; fewer after calls whose customer \
             came back, and with better answers",
            n.observed,
            n.of,
            about(n.expected)
        )
    },
    contact: |case, _| case.eligible() && !case.surveyed && case.decided() && case.repeated(),
    look: |evidence| {
        if !evidence.calls.log.tells.csat {
            return Err("survey answers".into());
        }
        customers(evidence)?;
        let few = evidence.expected(|c| (c.eligible, c.asked));
        let asked: Vec<u64> = few.iter().map(|f| f.observed as u64).collect();
        let expected: Vec<f64> = few.iter().map(|f| f.expected).collect();
        let few_p = core::rates(&asked, &expected, SURVEY_STYLE, Side::Lower).p;
        let repeats = evidence.expected(|c| (c.repeat_eligible, c.repeat_asked));
        let others = evidence.expected(|c| (c.other_eligible, c.other_asked));
        let after_repeats: Vec<u64> = repeats.iter().map(|f| f.observed as u64).collect();
        let answers: Vec<u64> = repeats.iter().zip(&others).map(|(r, o)| (r.observed + o.observed) as u64).collect();
        let both = repeats.iter().zip(&others).map(|(r, o)| r.expected / (r.expected + o.expected).max(1e-9));
        let shares: Vec<f64> = both.collect();
        let picked_p = core::shares(&after_repeats, &answers, &shares, CORRELATION, Side::Lower, true).p;
        let better_p = better_than_expected(evidence);
        let test = |i: usize| {
            if few[i].n <= 0.0 {
                return None;
            }
            let p = stouffer(&[few_p[i], picked_p[i], better_p[i]]);
            let fewer = Numbers::fewer(few[i].observed, few[i].n, few[i].expected, p);
            let n = answers[i] as f64;
            let picked = Numbers::fewer(after_repeats[i] as f64, n, shares[i] * n, p);
            // The clearer of the two counts as the size of the effect.
            Some(Numbers { ratio: fewer.ratio.max(picked.ratio), excess: fewer.excess.max(picked.excess), ..fewer })
        };
        Ok(Looked { tests: (0..few.len()).map(test).collect(), ..Looked::default() })
    },
};

/// p-values of answers that are better than those to calls of the same queue, issue and outcome.
fn better_than_expected(evidence: &Evidence<'_>) -> Vec<f64> {
    let cells = evidence.cells();
    let parents = cells.strata.parents();
    let mut means = vec![[(0.0, 0.0); 2]; parents.last().map_or(0, |p| *p as usize + 1)];
    let answers = |c: &crate::strata::Counts| {
        [
            (f64::from(c.repeat_asked), f64::from(c.repeat_top_two)),
            (f64::from(c.other_asked), f64::from(c.other_top_two)),
        ]
    };
    for (parent, counts) in parents.iter().zip(cells.by_stratum()) {
        for ((n, top), (m, t)) in means[*parent as usize].iter_mut().zip(answers(counts)) {
            *n += m;
            *top += t;
        }
    }
    let mut seen: Vec<(f64, f64)> = Vec::with_capacity(cells.len());
    for agent in cells.agents() {
        let (mut all, mut over, mut variance) = (0.0, 0.0, 0.0);
        for cell in agent.cells {
            for ((n, top), (of, sum)) in
                answers(&cell.counts).iter().zip(means[parents[cell.stratum as usize] as usize])
            {
                let mean: f64 = sum / f64::max(of, 1.0);
                all += n;
                over += top - n * mean;
                variance += n * mean * (1.0 - mean);
            }
        }
        let n: f64 = f64::max(all, 1.0);
        seen.push((over / n, if all > 0.0 { variance / (n * n) + 1e-6 } else { 1e3 }));
    }
    let values: Vec<f64> = seen.iter().map(|(x, _)| *x).collect();
    let Some(median) = median(&values) else { return Vec::new() };
    let spread = paule_mandel(&[seen.clone()]);
    seen.iter().map(|(x, v)| normal::upper_tail((x - median) / sqrt(v + spread))).collect()
}
