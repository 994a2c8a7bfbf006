//! What luck alone earns: the pay of an agent who truly is exactly average.

use super::{Judgeable, Truth, judgeable, mean, normal_points};
use crate::incentives::{Known, deviations, value_of};
use crate::judge::{Judged, overshoot};
use crate::money::Money;
use crate::plan::{Exact, On, Plan, Rule};
use libm::sqrt;

/// What an exactly average agent earns by luck in a period, under a rule. The kinds of call that raw rules leave in come
/// on top of it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rent {
    pub rule: Rule,
    /// Share of the bonus, before budget and conditions.
    pub share: f64,
    pub amount: Money,
    /// The weight of the measures that it is known of.
    pub known: Exact,
}

/// The rules in whose place a plan's own is compared. A league table of raw figures earns what raw figures do.
const RULES: [Rule; 3] = [Rule::LowerBound, Rule::BestGuess, Rule::NaiveObserved];

/// Rents under the plan's rule and under the others in its place.
pub fn rents(known: &Known<'_>, truths: &[Option<Truth>]) -> Vec<Rent> {
    let own = known.plan.rule;
    let others = RULES.into_iter().filter(|rule| *rule != own && !(rule.is_naive() && own.is_naive()));
    std::iter::once(own).chain(others).filter_map(|rule| rent(known, truths, rule)).collect()
}

fn rent(known: &Known<'_>, truths: &[Option<Truth>], rule: Rule) -> Option<Rent> {
    let plan = &Plan { rule, ..known.plan.clone() };
    let (share, weight) = match &plan.on {
        On::Score(payout) => {
            let of = |truth: &Truth| {
                let (mean, sd) = value_by_luck(plan, reliability(truth.sd * truth.sd));
                payout.curve.expected_share(mean, sd)
            };
            (mean(truths.iter().flatten().filter_map(of))?, Exact::ONE)
        }
        On::Measures => {
            let of_measure = judgeable(known);
            let part = |m: &Judgeable<'_>| {
                let share = mean(m.agents.iter().map(|judged| share_by_luck(plan, m, judged)));
                share.unwrap_or(0.0) * m.measure.weight.f64()
            };
            let weight = of_measure.iter().fold(Exact::ZERO, |sum, m| sum + m.measure.weight);
            (weight > Exact::ZERO).then(|| (of_measure.iter().map(part).sum(), weight))?
        }
    };
    let whole = plan.bonus.share(plan.individual.0, Exact::ONE.0);
    Some(Rent { rule, share, amount: whole.share(Exact::of(share).0, Exact::ONE.0), known: weight })
}

/// Part of what is seen that is the agent's own doing, from the variance of what is known in units of the spread.
fn reliability(variance: f64) -> f64 {
    (1.0 - variance).clamp(0.0, 1.0)
}

/// Mean and standard deviation, over luck, of the value that an average agent is paid for, in units of the spread (of
/// what is seen, for raw figures).
///
/// With reliability r, what is seen of such an agent is normal with variance (1 - r) / r, the best guess r times as much,
/// its deviation sqrt(1 - r), and the spread of what is seen of all 1 / sqrt(r).
pub fn value_by_luck(plan: &Plan, r: f64) -> (f64, f64) {
    match plan.rule {
        Rule::LowerBound => (-deviations(plan.certainty).f64() * sqrt(1.0 - r), sqrt(r * (1.0 - r))),
        Rule::BestGuess => (0.0, sqrt(r * (1.0 - r))),
        Rule::NaiveObserved | Rule::NaiveLeague => (0.0, sqrt(1.0 - r)),
    }
}

/// The share of a measure's part that an average agent with so much evidence earns, averaged over luck.
fn share_by_luck(plan: &Plan, m: &Judgeable<'_>, judged: &Judged) -> f64 {
    let r = reliability(judged.skill_variance);
    let share = |luck: f64| {
        let skill = if plan.rule.is_naive() { raw_skill(m, judged, luck) } else { judged_skill(plan, m, r, luck) };
        m.payout.curve.share(Exact::of(value_of(m.payout.unit, &m.all, skill))).unwrap_or_default().f64()
    };
    mean(normal_points().map(share)).unwrap_or(0.0)
}

/// What is counted on, in units of the spread, where luck was so many deviations good.
fn judged_skill(plan: &Plan, m: &Judgeable<'_>, r: f64, luck: f64) -> f64 {
    let (mean, variance) = (luck * sqrt(r * (1.0 - r)), 1.0 - r);
    let (mean, variance) = match m.measure.two_sided {
        Some(band) => overshoot(mean, variance, band.f64()),
        None => (mean, variance),
    };
    let less = if plan.rule == Rule::LowerBound { deviations(plan.certainty).f64() * sqrt(variance) } else { 0.0 };
    mean - less
}

/// What is seen of an average agent, in units of the spread that the curve's unit asks for.
fn raw_skill(m: &Judgeable<'_>, judged: &Judged, luck: f64) -> f64 {
    let r = judged.reliability.clamp(0.0, 1.0);
    match m.payout.unit {
        crate::plan::Unit::Spread => luck * sqrt(1.0 - r),
        // Nothing reliable is all luck; a level needs some spread to be told in.
        _ => luck * sqrt((1.0 - r) / r.max(0.02)),
    }
}
