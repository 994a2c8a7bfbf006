//! Scorecards: what is known of each agent compared with the others, and how surely.
//!
//! A raw rate is no comparison: queues, issues and luck differ. Agents are compared inside strata by the two-way mixed
//! model (`stats::mixed`), explained by observed less expected, shrunk, and given an interval. docs/method.md tells it
//! in plain words.

pub mod goal;
mod measure;
mod rank;
#[cfg(test)]
mod tests;

pub use measure::{Growth, Judged, Measure, MeasureOfAll, RELIABLE, Z80, level};

use crate::stats::{median, normal};
use crate::strata::{Cells, Component, Tally, in_parts};
use libm::sqrt;

/// Weights of the measures in the score, in the order of [`Measure::ALL`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Weights {
    pub of: [f64; Measure::COUNT],
    /// Of a two-sided measure, how far from the middle is still usual, in units of the spread; see [`overshoot`].
    pub bands: [Option<f64>; Measure::COUNT],
}

impl Default for Weights {
    fn default() -> Self {
        Weights { of: Measure::ALL.map(Measure::usual_weight), bands: [None; Measure::COUNT] }
    }
}

impl Weights {
    /// What a measure adds to a score, and the variance of that. What is not known counts as the average of all.
    pub fn part(&self, measure: usize, judged: Option<Judged>) -> (f64, f64) {
        let (skill, variance) = judged.map_or((0.0, 1.0), |j| (j.skill, j.skill_variance));
        let weight = self.of[measure];
        let (skill, variance) = match self.bands[measure] {
            None => (skill, variance),
            Some(band) => overshoot(skill, variance, band),
        };
        (weight * skill, weight * weight * variance)
    }
}

/// Where an agent stands, as far as it can be told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Tier {
    /// At least 0.8 sure to be above the median of those compared with; 0.9 where the score is known badly.
    Above,
    /// Neither above nor below, and known well enough to say so.
    Middle,
    /// As sure to be below the median.
    Below,
    /// Too little is known.
    TooFew,
}

impl Tier {
    pub fn name(self) -> &'static str {
        match self {
            Tier::Above => "above",
            Tier::Middle => "middle",
            Tier::Below => "below",
            Tier::TooFew => "too few",
        }
    }
}

/// Chance of being above the median from which on it is said; and where the score as a whole is mostly luck.
const SURE: f64 = 0.8;
const VERY_SURE: f64 = 0.9;

/// The composite score of one agent, in units of the spread of true skill; 0 is the median of those compared with.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Score {
    pub value: f64,
    pub sd: f64,
    /// The 80 % interval.
    pub low: f64,
    pub high: f64,
    pub p_above_median: f64,
    pub reliability: f64,
    pub tier: Tier,
    /// The 80 % interval of the rank, 1 is best, among `of` agents.
    pub rank: (usize, usize),
    pub of: usize,
}

/// What is known of one agent.
#[derive(Debug, Clone, PartialEq)]
pub struct Verdict {
    pub agent: u32,
    /// In the order of [`Measure::ALL`].
    pub measures: [Option<Judged>; Measure::COUNT],
    /// `None` where there is nobody to compare with, or nothing to compare.
    pub score: Option<Score>,
    /// Others take the same kinds of call.
    pub compared: bool,
    /// Place of the component in [`Judgement::components`].
    pub component: usize,
}

/// Share of an expectation that rests on strata made up of the agent's own calls, from which on there is little to
/// compare with.
const MUCH_OWN: f64 = 0.2;

impl Verdict {
    /// Compared with others, but with few calls of others in a measure that has weight.
    pub fn rests_on_itself(&self, weights: &[f64; Measure::COUNT]) -> bool {
        let much_own = |(judged, weight): (&Option<Judged>, &f64)| {
            *weight > 0.0 && judged.is_some_and(|judged| judged.own_share > MUCH_OWN)
        };
        self.compared && self.measures.iter().zip(weights).any(much_own)
    }
}

/// All agents of a period, compared.
#[derive(Debug, Clone, Default)]
pub struct Judgement {
    /// In the order of agents' ids.
    pub verdicts: Vec<Verdict>,
    pub measures: Vec<MeasureOfAll>,
    /// Weights in use: of the measures that the log feeds, so that they sum to 1.
    pub weights: [f64; Measure::COUNT],
    pub components: Vec<Component>,
}

impl Judgement {
    pub fn measure(&self, measure: Measure) -> Option<&MeasureOfAll> {
        self.measures.iter().find(|m| m.measure == measure)
    }
}

/// Compares the agents of a tally.
pub fn judge(tally: &Tally, components: Vec<Component>, weights: Weights, threads: usize) -> Judgement {
    let parts = threads.clamp(1, Measure::ALL.len());
    let of_measure = |part: usize| {
        let mine = Measure::ALL.into_iter().filter(|m| *m as usize % parts == part);
        mine.map(|m| measure::judge(m, tally, &components)).collect::<Vec<_>>()
    };
    let mut measures: Vec<MeasureOfAll> = in_parts(parts, of_measure).into_iter().flatten().flatten().collect();
    measures.sort_by_key(|m| m.measure);
    put_together(&tally.cells, measures, components, weights, rank::intervals)
}

/// The same judgement with one measure judged again, by a tally of the same agents and strata; without ranks, which are
/// what takes longest.
pub fn again(judgement: &Judgement, measure: Measure, tally: &Tally, weights: Weights) -> Judgement {
    let components = judgement.components.clone();
    let others = judgement.measures.iter().filter(|m| m.measure != measure).cloned();
    let mut measures: Vec<MeasureOfAll> = others.chain(measure::judge(measure, tally, &judgement.components)).collect();
    measures.sort_by_key(|m| m.measure);
    let no_ranks = |scores: &[(f64, f64)]| vec![(1, scores.len()); scores.len()];
    put_together(&tally.cells, measures, components, weights, no_ranks)
}

/// Verdicts and scores from the measures.
fn put_together(
    cells: &Cells,
    measures: Vec<MeasureOfAll>,
    components: Vec<Component>,
    weights: Weights,
    ranks: impl Fn(&[(f64, f64)]) -> Vec<(usize, usize)>,
) -> Judgement {
    let mut used = [0.0; Measure::COUNT];
    let all: f64 = measures.iter().map(|m| weights.of[m.measure as usize]).sum();
    for m in measures.iter().filter(|_| all > 0.0) {
        used[m.measure as usize] = weights.of[m.measure as usize] / all;
    }
    let mut verdicts: Vec<Verdict> = cells
        .agents()
        .enumerate()
        .map(|(i, a)| {
            let mut of = [None; Measure::COUNT];
            for m in &measures {
                of[m.measure as usize] = m.agents[i];
            }
            Verdict { agent: a.agent, measures: of, score: None, compared: false, component: 0 }
        })
        .collect();
    for (number, component) in components.iter().enumerate() {
        for i in &component.agents {
            verdicts[*i].component = number;
            verdicts[*i].compared = component.agents.len() > 1;
        }
        if component.agents.len() > 1 && all > 0.0 {
            score(&mut verdicts, component, &Weights { of: used, ..weights }, &ranks);
        }
    }
    Judgement { verdicts, measures, weights: used, components }
}

/// What a two-sided measure takes off, as mean and variance: how far a skill known as (mean, variance) lies outside of
/// `band` units around the middle, with a minus. Unusual in either direction counts against an agent, and nothing counts
/// in favour.
///
/// Moments of a normal variable beyond a point: E(z-k)+ = (m-k)P + s f and E((z-k)+)^2 = ((m-k)^2 + s^2)P + (m-k) s f, with
/// P and f the upper tail and density at (k-m)/s.
pub fn overshoot(mean: f64, variance: f64, band: f64) -> (f64, f64) {
    let s = sqrt(variance);
    let beyond = |m: f64| {
        if s <= 0.0 {
            let over = (m - band).max(0.0);
            return (over, over * over);
        }
        let d = (m - band) / s;
        let (p, f) = (normal::cdf(d), normal::density(d));
        ((m - band) * p + s * f, ((m - band).powi(2) + variance) * p + (m - band) * s * f)
    };
    let ((above, above2), (below, below2)) = (beyond(mean), beyond(-mean));
    let out = above + below;
    (-out, (above2 + below2 - out * out).max(0.0))
}

/// Gives the agents of a component their scores.
fn score(
    verdicts: &mut [Verdict],
    component: &Component,
    weights: &Weights,
    ranks: &impl Fn(&[(f64, f64)]) -> Vec<(usize, usize)>,
) {
    // What is not known of an agent counts as the average, with all the spread of agents as its uncertainty: missing
    // evidence moves no weight to what is known.
    // A measure without weight gives nobody a score.
    let counts =
        |i: &usize| verdicts[*i].measures.iter().zip(&weights.of).any(|(judged, w)| judged.is_some() && *w > 0.0);
    let scored: Vec<usize> = component.agents.iter().copied().filter(counts).collect();
    let sums: Vec<(f64, f64)> = scored
        .iter()
        .map(|i| {
            (0..weights.of.len()).fold((0.0, 0.0), |(sum, variance), m| {
                let (part, of_part) = weights.part(m, verdicts[*i].measures[m]);
                (sum + part, variance + of_part)
            })
        })
        .collect();
    let values: Vec<f64> = sums.iter().map(|(sum, _)| *sum).collect();
    let Some(median) = median(&values) else { return };
    let known: Vec<(f64, f64)> = sums.iter().map(|(sum, variance)| (sum - median, sqrt(*variance))).collect();
    let ranks = ranks(&known);
    let most: f64 = (0..weights.of.len()).map(|m| weights.part(m, None).1).sum();
    for ((i, (value, sd)), rank) in scored.iter().zip(&known).zip(ranks) {
        let p = normal::cdf(value / sd);
        let reliability = (1.0 - sd * sd / most).max(0.0);
        let reliable = reliability >= RELIABLE;
        let sure = if reliable { SURE } else { VERY_SURE };
        let tier = match p {
            p if p >= sure => Tier::Above,
            p if p <= 1.0 - sure => Tier::Below,
            _ if reliable => Tier::Middle,
            _ => Tier::TooFew,
        };
        verdicts[*i].score = Some(Score {
            value: *value,
            sd: *sd,
            low: value - Z80 * sd,
            high: value + Z80 * sd,
            p_above_median: p,
            reliability,
            tier,
            rank,
            of: scored.len(),
        });
    }
}
