//! How many agents truly reach the levels of a plan.

use super::{Judgeable, Truth, judgeable, mean, normal_points};
use crate::incentives::{Known, value_of};
use crate::judge::Judged;
use crate::plan::curve::Curve;
use crate::plan::lint::seen::{Place, SeenLevel};
use crate::plan::{Exact, Level, On, Payout, Unit};
use crate::stats::normal;
use libm::sqrt;

/// Every named level of the plan's curves.
pub fn levels(known: &Known<'_>, truths: &[Option<Truth>]) -> Vec<SeenLevel> {
    match &known.plan.on {
        On::Score(payout) => {
            let above = |value: f64| mean(truths.iter().flatten().map(|truth| above(truth, value))).unwrap_or(0.0);
            if truths.iter().flatten().next().is_none() {
                return Vec::new();
            }
            of_curve("curve", None, payout, &above)
        }
        On::Measures => judgeable(known).iter().flat_map(of_measure).collect(),
    }
}

/// The chance that a true score is at least a value.
pub fn above(truth: &Truth, value: f64) -> f64 {
    if truth.sd > 0.0 { normal::upper_tail((value - truth.mean) / truth.sd) } else { f64::from(truth.mean >= value) }
}

fn of_measure(m: &Judgeable<'_>) -> Vec<SeenLevel> {
    // Sorted once: every level and every step of the search asks for the same.
    let mut values: Vec<f64> = m.agents.iter().flat_map(|judged| true_values(m, judged)).collect();
    values.sort_by(f64::total_cmp);
    let above = |value: f64| 1.0 - values.partition_point(|v| *v < value) as f64 / values.len().max(1) as f64;
    of_curve(&m.measure.key(), Some(&m.measure.name), m.payout, &above)
}

/// What an agent's true level may be, in the curve's unit, each as likely as the others.
fn true_values<'a>(m: &'a Judgeable<'_>, judged: &'a Judged) -> impl Iterator<Item = f64> + 'a {
    let sd = sqrt(judged.skill_variance.max(0.0));
    normal_points().map(move |point| {
        let skill = judged.skill + point * sd;
        let skill = match m.measure.two_sided {
            Some(band) => -(skill.abs() - band.f64()).max(0.0),
            None => skill,
        };
        value_of(m.payout.unit, &m.all, skill)
    })
}

/// The levels of a curve; `above` is the share of agents who truly have at least a value of it.
pub fn of_curve(key: &str, measure: Option<&str>, payout: &Payout, above: &dyn Fn(f64) -> f64) -> Vec<SeenLevel> {
    let (Curve::Line(points) | Curve::Steps(points)) = &payout.curve else { return Vec::new() };
    let steps = matches!(payout.curve, Curve::Steps(_));
    let last = payout.levels.len().saturating_sub(1);
    let of = |(at, (level, point)): (usize, (&Level, &(Exact, Exact)))| {
        let place = match (at, last) {
            (0, 0) => Place::Target,
            (0, _) => Place::Threshold,
            (at, last) if at == last && (steps || last > 1) => Place::Stretch,
            _ => Place::Target,
        };
        let turned = point.0 != level.value;
        let usual = value_reached_by(wanted(place), above);
        SeenLevel {
            key: if steps { format!("{key}.steps[{}]", at + 1) } else { format!("{key}.{}", level.name) },
            measure: measure.map(str::to_string),
            name: level.name.clone(),
            place,
            value: level.value,
            reached: above(point.0.f64()),
            usual: written(if turned { -usual } else { usual }, payout.unit),
        }
    };
    payout.levels.iter().zip(points).enumerate().map(of).collect()
}

/// A value with as many digits as people write in its unit.
fn written(value: f64, unit: Unit) -> Exact {
    let parts = match unit {
        Unit::Share => 1_000.0,
        Unit::Spread | Unit::Points | Unit::Figure => 100.0,
        Unit::Seconds | Unit::Count | Unit::PercentOfTeam | Unit::PercentOfTarget(_) => 1.0,
    };
    Exact::of((value * parts).round() / parts)
}

/// The share of agents that a level is proposed for: as is usual, but for the threshold, below which nothing is paid: who
/// is better than the middle should be able to pass it.
fn wanted(place: Place) -> f64 {
    match place {
        Place::Threshold => 0.5,
        Place::Target => 0.4,
        Place::Stretch => 0.15,
    }
}

/// The value that a share of the agents truly has or exceeds, by halving.
fn value_reached_by(share: f64, above: &dyn Fn(f64) -> f64) -> f64 {
    let (mut low, mut high) = (-1e6, 1e6);
    for _ in 0..80 {
        let middle = (low + high) / 2.0;
        if above(middle) >= share { low = middle } else { high = middle }
    }
    low
}
