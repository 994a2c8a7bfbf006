//! What trying a plan on calls showed, as a structure.

use crate::judge::Measure;
use crate::money::Money;
use crate::plan::lint::seen::{SeenLevel, SeenMeasure, judged_by, smallest_span};
use crate::plan::{Exact, Plan, Source};
use crate::trial::{Rent, Trial};
use schemars::JsonSchema;
use serde::Serialize;

/// What trying a plan on the calls of a period showed.
#[derive(Debug, Serialize, JsonSchema)]
pub struct TrialReport {
    /// The period that the plan was tried on.
    pub period: String,
    /// Weeks that the judged calls are of.
    pub weeks: f64,
    /// Weeks that a payment of the plan rests on; `reliability` is that of so many.
    pub planned_weeks: f64,
    /// Agents who can be compared.
    pub agents: usize,
    /// What an agent who truly is exactly average earns by luck, under each rule.
    pub noise_rent: Vec<RentReport>,
    pub paid: PaidReport,
    /// How many agents truly reach each level of the curves.
    pub levels: Vec<LevelReport>,
    /// What the calls can carry of each judged measure.
    pub measures: Vec<SupportReport>,
    /// The levels by which the calls of a year or less can tell agents apart.
    pub maturity_supported: Vec<&'static str>,
}

/// What an exactly average agent earns by luck.
#[derive(Debug, Serialize, JsonSchema)]
pub struct RentReport {
    /// `lower-bound`, `best-guess`, `naive-observed` or `naive-league`.
    pub rule: &'static str,
    /// It is the plan's own rule.
    pub own: bool,
    /// What luck earns, a fraction of the bonus.
    pub share: f64,
    /// The same as an amount, decimal text; null without money.
    pub amount: Option<String>,
    /// Weight of the measures that it is known of, a fraction.
    pub of_weight: f64,
}

/// Who gets the money.
#[derive(Debug, Serialize, JsonSchema)]
pub struct PaidReport {
    /// Agents who would get something.
    pub agents: usize,
    /// What all of them would get, an amount as decimal text; null without money.
    pub amount: Option<String>,
    /// Share of it that is expected to go to agents who truly are below the median; null where nothing is paid.
    pub to_the_below: Option<f64>,
}

/// How many agents truly reach a level.
#[derive(Debug, Serialize, JsonSchema)]
pub struct LevelReport {
    /// Key of the plan that has the level.
    pub key: String,
    /// The plan's name of the measure; null for the score.
    pub measure: Option<String>,
    /// The level's name.
    pub level: String,
    /// Where it lies, as the plan has it.
    pub value: f64,
    /// Share of these agents whose true level reaches it.
    pub reached: f64,
    /// Smallest share that is usual.
    pub usual_low: f64,
    /// Largest share that is usual.
    pub usual_high: f64,
}

/// What the calls can carry of a measure.
#[derive(Debug, Serialize, JsonSchema)]
pub struct SupportReport {
    /// `resolution`, `satisfaction`, `handle_time` or `outcome`.
    pub measure: &'static str,
    /// What kind of thing it tells of: `quality`, `experience`, `productivity` or `outcome`.
    pub maturity: &'static str,
    /// Weight of what the plan pays for the same thing, judged or raw; 0 where it does not.
    pub weight: f64,
    /// Whether the calls tell it at all.
    pub available: bool,
    /// Agents can be told apart by it; null where the calls do not tell it.
    pub told_apart: Option<bool>,
    /// Contacts, answers or calls that the middle agent has; null where the calls do not tell it.
    pub n: Option<f64>,
    /// Their reliability over the plan's weeks, from 0 to 1; null where the calls do not tell it.
    pub reliability: Option<f64>,
    /// Weeks until the reliability is 0.5; null where no number would do.
    pub weeks_for_half: Option<f64>,
    /// Weeks until the reliability is 0.7; null where no number would do.
    pub weeks_for_money: Option<f64>,
    /// The smallest period that has so many weeks as `weeks_for_half`; null where a year is too short.
    pub period_for_half: Option<&'static str>,
    /// The smallest period that has so many weeks as `weeks_for_money`; null where a year is too short.
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
