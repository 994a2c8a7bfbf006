//! A plan tried on calls: what luck alone earns, who gets the money, who reaches its levels, and what the calls can carry.
//!
//! Nobody knows an agent's true level; what is known of it is taken as it is judged, as a normal with mean and deviation.

mod levels;
mod rent;
mod support;
#[cfg(test)]
mod tests;

pub use rent::Rent;

use crate::incentives::{Known, Recommendations, Worths, worths};
use crate::judge::{Judged, Measure, MeasureOfAll};
use crate::metrics::catalogue::Unit as MetricUnit;
use crate::money::Money;
use crate::plan::curve::Curve;
use crate::plan::lint::seen::{Seen, judged_by, weeks_of};
use crate::plan::{Exact, On, Payout, Plan, PlanMeasure, Rule, Source, Unit};
use crate::stats::normal;

/// What trying a plan on the calls of a period showed.
#[derive(Debug, Clone)]
pub struct Trial {
    /// The period that would be paid.
    pub label: String,
    /// Agents whose results are judged.
    pub agents: usize,
    pub seen: Seen,
    /// What luck earns under the plan's rule, and under the others in its place.
    pub rents: Vec<Rent>,
    pub paid: Paid,
}

/// Who gets the money of the period.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Paid {
    /// Agents who would get something, and how much all of them.
    pub agents: usize,
    pub amount: Money,
    /// The part of it that is expected to go to agents who truly are below the median; `None` where nothing is paid to
    /// anyone who is judged.
    pub to_the_below: Option<f64>,
}

/// What is known of an agent's true score, in units of how far true scores lie apart; 0 is the median.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Truth {
    mean: f64,
    sd: f64,
}

/// Tries a plan on a judged period; its scorecards were judged with [`judged_plan`]'s weights.
pub fn trial(known: &Known<'_>, recommended: &Recommendations) -> Trial {
    let truths = truths(known);
    Trial {
        label: known.label.to_string(),
        agents: truths.iter().flatten().count(),
        seen: Seen {
            weeks: support::weeks(known),
            planned_weeks: weeks_of(known.plan),
            measures: support::measures(known),
            levels: levels::levels(known, &truths),
            surveys: support::surveys(known),
        },
        rents: rent::rents(known, &truths),
        paid: paid(known.plan, &truths, recommended),
    }
}

/// The plan by which agents are judged to see what a plan does: its own, free of days, but for raw metrics, in whose place
/// stands what is judged of the same thing. Where it pays nothing that can be judged, the usual weights.
pub fn judged_plan(plan: &Plan) -> Plan {
    let mut measures: Vec<PlanMeasure> = Vec::new();
    for m in &plan.measures {
        let Some(measure) = judged_by(&m.source) else { continue };
        let source = Source::Judged(measure);
        match measures.iter_mut().find(|known| known.source == source) {
            Some(known) => known.weight = known.weight + m.weight,
            None => measures.push(PlanMeasure { source, ..m.clone() }),
        }
    }
    if measures.is_empty() {
        let usual = Measure::ALL.into_iter().map(|measure| PlanMeasure {
            name: measure.id().to_string(),
            source: Source::Judged(measure),
            weight: Exact::of(measure.usual_weight()),
            level: crate::plan::Maturity::Quality,
            two_sided: None,
            falls: measure.sign() < 0.0,
            payout: None,
        });
        measures.extend(usual.filter(|m| m.weight > Exact::ZERO));
    }
    Plan { measures, from: None, to: None, ..plan.clone() }
}

/// The true scores of the scorecards, in their order.
fn truths(known: &Known<'_>) -> Vec<Option<Truth>> {
    let no_curve = Payout { unit: Unit::Spread, curve: Curve::Line(Vec::new()), levels: Vec::new() };
    let plan = Plan { rule: Rule::LowerBound, on: On::Score(no_curve), ..known.plan.clone() };
    let Worths::Score(of) = worths(&Known { plan: &plan, ..*known }) else { return Vec::new() };
    let truth = |w: crate::incentives::Worth| {
        let spread = w.spread().f64();
        Truth { mean: w.best.f64() / spread, sd: w.sd.f64() / spread }
    };
    of.into_iter().map(|worth| worth.map(truth)).collect()
}

/// Amounts to pay, weighed with the chance that who gets them is below the median; without money the shares of the bonus.
fn paid(plan: &Plan, truths: &[Option<Truth>], recommended: &Recommendations) -> Paid {
    let weight = |at: usize| {
        let r = &recommended.all[at];
        match plan.currency {
            Some(_) => r.amount.0 as f64,
            None if r.action == crate::incentives::Action::Recognise => r.share.unwrap_or_default().f64(),
            None => 0.0,
        }
    };
    let judged = || truths.iter().enumerate().filter_map(|(at, truth)| Some((weight(at), (*truth)?)));
    let all: f64 = judged().map(|(weight, _)| weight).sum();
    let below: f64 = judged().map(|(weight, truth)| weight * below_median(&truth)).sum();
    Paid {
        agents: (0..recommended.all.len()).filter(|at| weight(*at) > 0.0).count(),
        amount: recommended.total,
        to_the_below: (all > 0.0).then(|| below / all),
    }
}

/// The chance to be truly below the median.
fn below_median(truth: &Truth) -> f64 {
    if truth.sd > 0.0 { normal::cdf(-truth.mean / truth.sd) } else { f64::from(truth.mean < 0.0) }
}

/// A paid measure with what is judged of the same thing.
struct Judgeable<'a> {
    measure: &'a PlanMeasure,
    payout: &'a Payout,
    all: MeasureOfAll,
    agents: Vec<Judged>,
}

/// The measures that are paid one by one and can be judged, each with the agents who are compared. Of a raw metric the
/// level of all is that of the raw metric.
fn judgeable<'a>(known: &Known<'a>) -> Vec<Judgeable<'a>> {
    let of = |measure: &'a PlanMeasure| {
        let payout = measure.payout.as_ref()?;
        let kind = judged_by(&measure.source)?;
        let all = known.cards.judgement.measure(kind)?;
        let agents = known.cards.cards.iter().filter(|card| card.verdict.compared);
        let agents: Vec<Judged> = agents.filter_map(|card| card.verdict.measures[kind as usize]).collect();
        let in_points = measure.source.metric().is_some_and(|metric| metric.unit == MetricUnit::Points);
        if agents.is_empty() || matches!(payout.curve, Curve::Rates { .. }) || in_points {
            return None;
        }
        let team = match measure.source {
            Source::Judged(_) => all.team,
            _ => mean_of_raw(known, &measure.source)?,
        };
        Some(Judgeable { measure, payout, all: MeasureOfAll { team, ..all.clone() }, agents })
    };
    known.plan.measures.iter().filter_map(of).collect()
}

fn mean_of_raw(known: &Known<'_>, source: &Source) -> Option<f64> {
    let cards = 0..known.cards.cards.len();
    let values: Vec<f64> = cards.filter_map(|i| crate::incentives::observed(known, source, i)).collect();
    (!values.is_empty()).then(|| values.iter().sum::<f64>() / values.len() as f64)
}

/// Points in the middle of equal parts of a standard normal.
fn normal_points() -> impl Iterator<Item = f64> {
    const PARTS: usize = 200;
    (0..PARTS).map(|part| normal::quantile((part as f64 + 0.5) / PARTS as f64))
}

/// A mean over agents; `None` without any.
fn mean(of: impl Iterator<Item = f64>) -> Option<f64> {
    let (n, sum) = of.fold((0_usize, 0.0), |(n, sum), x| (n + 1, sum + x));
    (n > 0).then(|| sum / n as f64)
}
