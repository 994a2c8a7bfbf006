//! What trying a plan on calls showed, as a structure.

use crate::judge::Measure;
use crate::money::Money;
use crate::plan::lint::seen::{SeenLevel, SeenMeasure, judged_by, smallest_span};
use crate::plan::{Exact, Plan, Source};
use crate::trial::{Rent, Trial};
use serde::Serialize;

/// What trying a plan on the calls of a period showed.
#[derive(Debug, Serialize)]
pub struct TrialReport {
    pub period: String,
    /// Weeks that the judged calls are of.
    pub weeks: f64,
    /// Weeks that a payment of the plan rests on; `reliability` is that of so many.
    pub planned_weeks: f64,
    pub agents: usize,
    pub noise_rent: Vec<RentReport>,
    pub paid: PaidReport,
    pub levels: Vec<LevelReport>,
    pub measures: Vec<SupportReport>,
    /// The levels by which the calls of a year or less can tell agents apart.
    pub maturity_supported: Vec<&'static str>,
}

/// What an exactly average agent earns by luck.
#[derive(Debug, Serialize)]
pub struct RentReport {
    pub rule: &'static str,
    /// The plan's own rule.
    pub own: bool,
    /// Of the bonus.
    pub share: f64,
    /// Decimal text; `None` without money.
    pub amount: Option<String>,
    /// The weight of the measures that it is known of.
    pub of_weight: f64,
}

/// Who gets the money.
#[derive(Debug, Serialize)]
pub struct PaidReport {
    pub agents: usize,
    pub amount: Option<String>,
    pub to_the_below: Option<f64>,
}

/// How many agents truly reach a level.
#[derive(Debug, Serialize)]
pub struct LevelReport {
    pub key: String,
    pub measure: Option<String>,
    pub level: String,
    pub value: f64,
    pub reached: f64,
    pub usual_low: f64,
    pub usual_high: f64,
}

/// What the calls can carry of a measure.
#[derive(Debug, Serialize)]
pub struct SupportReport {
    pub measure: &'static str,
    pub maturity: &'static str,
    /// Of what the plan pays for the same thing, judged or raw; 0 where it does not.
    pub weight: f64,
    /// Whether the calls tell it at all.
    pub available: bool,
    pub told_apart: Option<bool>,
    pub n: Option<f64>,
    pub reliability: Option<f64>,
    pub weeks_for_half: Option<f64>,
    pub weeks_for_money: Option<f64>,
    pub period_for_half: Option<&'static str>,
    pub period_for_money: Option<&'static str>,
}

pub fn trial_report(plan: &Plan, trial: &Trial) -> TrialReport {
    let money = |amount: Money| plan.currency.map(|currency| amount.text(currency));
    let rent = |rent: &Rent| RentReport {
        rule: rent.rule.name(),
        own: rent.rule == plan.rule,
        share: rent.share,
        amount: money(rent.amount),
        of_weight: rent.known.f64(),
    };
    TrialReport {
        period: trial.label.clone(),
        weeks: trial.seen.weeks,
        planned_weeks: trial.seen.planned_weeks,
        agents: trial.agents,
        noise_rent: trial.rents.iter().map(rent).collect(),
        paid: PaidReport {
            agents: trial.paid.agents,
            amount: money(trial.paid.amount),
            to_the_below: trial.paid.to_the_below,
        },
        levels: trial.seen.levels.iter().map(level).collect(),
        measures: Measure::ALL.into_iter().map(|m| support(plan, m, trial.seen.measure(m))).collect(),
        maturity_supported: trial.seen.maturities().into_iter().map(|level| level.name()).collect(),
    }
}

fn level(level: &SeenLevel) -> LevelReport {
    let (usual_low, usual_high) = level.place.usual();
    LevelReport {
        key: level.key.clone(),
        measure: level.measure.clone(),
        level: level.name.clone(),
        value: level.value.f64(),
        reached: level.reached,
        usual_low,
        usual_high,
    }
}

fn support(plan: &Plan, measure: Measure, seen: Option<&SeenMeasure>) -> SupportReport {
    let weights = plan.measures.iter().filter(|m| judged_by(&m.source) == Some(measure)).map(|m| m.weight);
    SupportReport {
        measure: measure.id(),
        maturity: Source::Judged(measure).maturity().map_or("", |level| level.name()),
        weight: weights.fold(Exact::ZERO, std::ops::Add::add).f64(),
        available: seen.is_some(),
        told_apart: seen.map(|s| s.told_apart),
        n: seen.map(|s| s.n),
        reliability: seen.map(|s| s.reliability),
        weeks_for_half: seen.and_then(|s| s.weeks_for_half),
        weeks_for_money: seen.and_then(|s| s.weeks_for_money),
        period_for_half: seen.and_then(|s| smallest_span(s.weeks_for_half)),
        period_for_money: seen.and_then(|s| smallest_span(s.weeks_for_money)),
    }
}
