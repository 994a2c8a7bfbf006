//! One agent's recommendation taken apart: which calls count, against what they are held, what would have changed it.

mod contacts;
mod kinds;
mod what_if;

pub use contacts::{Counted, counted, counted_of_all};
pub use kinds::{Kind, kinds};
pub use what_if::{Change, Evidence, Found, Goal, Then, WhatIf, WhatIfs, what_if};

use crate::incentives::Known;
use crate::judge::{Judged, Measure, MeasureOfAll, Weights};
use crate::plan::Exact;

/// What one measure adds to an agent's score.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Part<'a> {
    pub measure: Measure,
    /// In use: of the measures that the log feeds, so that they sum to 1.
    pub weight: f64,
    pub all: &'a MeasureOfAll,
    /// `None` where the agent has nothing to judge.
    pub judged: Option<Judged>,
    /// In units of the spread between agents; of a two-sided measure what counts against the agent.
    pub steps: f64,
    /// `weight` times `steps`.
    pub adds: f64,
}

/// What an agent's score is made of, measure by measure; those without weight as well.
pub fn parts<'a>(known: &'a Known<'_>, card: usize) -> Vec<Part<'a>> {
    let judgement = &known.cards.judgement;
    let verdict = &known.cards.cards[card].verdict;
    let weights = Weights { of: judgement.weights, ..known.plan.weights() };
    let ones = Weights { of: [1.0; Measure::COUNT], ..weights };
    let of = |all: &'a MeasureOfAll| {
        let measure = all.measure;
        let judged = verdict.measures[measure as usize];
        let steps = ones.part(measure as usize, judged).0;
        let adds = weights.part(measure as usize, judged).0;
        Part { measure, weight: judgement.weights[measure as usize], all, judged, steps, adds }
    };
    judgement.measures.iter().map(of).collect()
}

/// What the parts add up to, and what the middle agent has of it, so that the score is left: as they are printed, so that
/// whoever adds the printed parts up comes to the printed sum.
pub fn added_up(parts: &[Part<'_>], score: f64) -> (Exact, Exact) {
    let sum = parts.iter().map(|part| Exact::of(part.adds)).fold(Exact::ZERO, std::ops::Add::add);
    (sum, sum - Exact::of(score))
}
