//! Tests of agents against the honest core of their group, so that what many do does not become the norm.
//!
//! The distribution is fitted to those only whom it does not call unlikely, again and again, starting from the more
//! honest looking half. Worked out and measured in the project's simulation of ground-truth worlds (`nb_test`,
//! `bb_test` in sim.py), where power against one kind of gaming stays above 90 % until half of the centre does it.
//! B. Efron, JASA 99 (2004) 96-104 has the idea of a null fitted to the unremarkable.

mod rates;
mod shares;
#[cfg(test)]
mod testing;

pub use rates::rates;
pub use shares::shares;

use super::tails::Side;

/// An agent with a smaller p-value is not of the core.
const CUT: f64 = 0.01;

/// The fit ends after so many rounds, or with a smaller core than this part of the group.
const ROUNDS: usize = 8;
const SMALLEST_CORE: f64 = 0.3;

/// With a lower median expectation the honest looking half says nothing, and the fit starts at the expectation.
const MEDIAN_TO_START: f64 = 4.0;

/// How far a half chosen for its low values lies below the whole by chance: the mean of half a normal distribution,
/// √(2/π), times the coefficient of variation, which may not take away more than 70 %.
const HALF_SAMPLE: f64 = 0.8;
const LEAST_OF_HALF: f64 = 0.3;

/// Expectations are kept above this.
const LEAST_EXPECTED: f64 = 1e-9;

/// What a test against the honest core found.
#[derive(Clone, Debug, PartialEq)]
pub struct Core {
    /// One-sided p-value of each agent, in the order given; 1 for those with no base.
    pub p: Vec<f64>,
    /// Where the core lies: for rates a factor on the expectation (1 is as expected), for shares a shift of the
    /// expectation's logit (0 is as expected). Never on the suspicious side of as expected.
    pub centre: f64,
    /// How much honest agents differ: the part of the squared expectation that adds to the variance for rates, the
    /// correlation within an agent for shares.
    pub dispersion: f64,
}

/// Repairs what cutting off the unlikely, and a small group, take from the variance: fitted in sim.py (`corr_A`).
fn widening(agents: usize) -> f64 {
    1.15 * (1.0 + 1.3 * libm::sqrt(2.0 / agents as f64))
}

/// By what chance alone multiplies a half chosen for being low (or high, against a lower tail).
fn half_factor(by_chance: f64, side: Side) -> f64 {
    match side {
        Side::Upper => (1.0 - by_chance).max(LEAST_OF_HALF),
        Side::Lower => 1.0 + by_chance,
    }
}

fn in_honest_half(value: f64, median: f64, side: Side) -> bool {
    match side {
        Side::Upper => value <= median,
        Side::Lower => value >= median,
    }
}

/// Keeps the centre from following the suspicious: not above as expected for an upper tail, not below for a lower.
fn not_beyond(centre: f64, as_expected: f64, side: Side) -> f64 {
    match side {
        Side::Upper => centre.min(as_expected),
        Side::Lower => centre.max(as_expected),
    }
}

fn too_small(core: usize, group: usize) -> bool {
    core == 0 || (core as f64 / group as f64) < SMALLEST_CORE
}

fn square(x: f64) -> f64 {
    x * x
}

fn at_least_zero(floor: f64) -> f64 {
    if floor.is_finite() { floor.max(0.0) } else { 0.0 }
}
