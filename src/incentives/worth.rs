//! What an agent's results are worth under a plan's rule: the values that its curves are of.

use super::Known;
use crate::judge::{Judged, Measure, MeasureOfAll, Verdict};
use crate::metrics::catalogue::{self, Value};
use crate::plan::{Exact, On, Plan, PlanMeasure, Rule, Source, Unit};
use crate::stats::normal;

/// A value that is paid, and how it was come by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Worth {
    /// The best guess, or what was seen.
    pub best: Exact,
    /// Its standard deviation; 0 where the rule does not ask how sure it is.
    pub sd: Exact,
    /// What is counted on: `best` less the plan's certainty times `sd`.
    pub sure: Exact,
    /// The spread that the value is divided by; 1 where it is not.
    pub spread: Exact,
    /// The value of the curve: more is better.
    pub value: Exact,
}

/// How many standard deviations a certainty is.
pub fn deviations(certainty: Exact) -> Exact {
    Exact::of(normal::quantile(certainty.f64()))
}

impl Worth {
    /// `best` less as many `sd` as the rule asks for, in units of the spread.
    fn of(plan: &Plan, best: f64, sd: f64, spread: Exact) -> Worth {
        let (best, sd) = match plan.rule {
            Rule::LowerBound => (Exact::of(best), Exact::of(sd)),
            _ => (Exact::of(best), Exact::ZERO),
        };
        // Cut off in the agent's favour by less than the last digit, and what is divided against it.
        let sure = best - sd.times(deviations(plan.certainty));
        let value = if spread == Exact::ONE { sure } else { sure.over(spread) };
        Worth { best, sd, sure, spread, value }
    }
}

/// Worth of every scorecard, in their order: of the score, or of each of the plan's measures.
#[derive(Debug, Clone)]
pub enum Worths {
    Score(Vec<Option<Worth>>),
    Measures(Vec<Vec<Option<Worth>>>),
}

/// What a plan pays for that its rule cannot be applied to, and why; `None` where it can.
pub fn beyond_the_rule(plan: &Plan) -> Option<String> {
    let odd = |m: &&PlanMeasure| match plan.rule {
        Rule::NaiveLeague => m.payout.as_ref().is_some_and(|p| p.unit != Unit::Spread),
        Rule::NaiveObserved => false,
        Rule::LowerBound | Rule::BestGuess => !matches!(m.source, Source::Judged(_)),
    };
    let measure = plan.measures.iter().filter(|_| plan.on == On::Measures).find(odd)?;
    Some(match plan.rule {
        Rule::NaiveLeague => format!(
            "`{}` is paid by levels that a place in a league table does not have; that takes `unit = \"spread\"`",
            measure.name
        ),
        _ => format!("`{}` is not judged, so that nothing is known but what was seen", measure.name),
    })
}

/// Finds what every agent's results are worth.
pub fn worths(known: &Known<'_>) -> Worths {
    let plan = known.plan;
    match &plan.on {
        On::Score(_) if plan.rule.is_naive() => Worths::Score(naive_score(known)),
        On::Score(_) => Worths::Score(judged_score(known)),
        On::Measures => {
            let of_measure: Vec<Vec<Option<Worth>>> = plan.measures.iter().map(|m| of_measure(known, m)).collect();
            let of_card = |i: usize| of_measure.iter().map(|of| of[i]).collect();
            Worths::Measures((0..known.cards.cards.len()).map(of_card).collect())
        }
    }
}

/// The judged scores in units of the spread of true scores among those who are compared with each other.
fn judged_score(known: &Known<'_>) -> Vec<Option<Worth>> {
    let spreads: Vec<Exact> = known.cards.judgement.components.iter().map(|c| spread(known, &c.agents)).collect();
    let of = |v: &Verdict| v.score.map(|s| Worth::of(known.plan, s.value, s.sd, spreads[v.component]));
    known.cards.cards.iter().map(|card| of(&card.verdict)).collect()
}

/// How far true scores lie apart: the spread of the best guesses and what they are unsure of, together.
fn spread(known: &Known<'_>, agents: &[usize]) -> Exact {
    let scores: Vec<(f64, f64)> =
        agents.iter().filter_map(|i| known.cards.cards[*i].verdict.score).map(|s| (s.value, s.sd)).collect();
    let n = scores.len().max(1) as f64;
    let mean = scores.iter().map(|(value, _)| value).sum::<f64>() / n;
    let variance = scores.iter().map(|(value, sd)| (value - mean).powi(2) + sd * sd).sum::<f64>() / n;
    Exact::of(libm::sqrt(variance)).max(Exact(1))
}

/// The weighted sum of what was seen, each measure in units of its spread; or the place it leads to.
fn naive_score(known: &Known<'_>) -> Vec<Option<Worth>> {
    let mut sums: Vec<Option<f64>> = vec![None; known.cards.cards.len()];
    for measure in &known.plan.measures {
        for (sum, z) in sums.iter_mut().zip(standardised(&seen(known, measure))) {
            if let Some(z) = z {
                *sum = Some(sum.unwrap_or(0.0) + measure.weight.f64() * z);
            }
        }
    }
    let scores = if known.plan.rule == Rule::NaiveLeague { places(&sums) } else { standardised(&sums) };
    scores.into_iter().map(|s| s.map(|s| Worth::of(known.plan, s, 0.0, Exact::ONE))).collect()
}

/// What was seen of a measure, turned so that more is better.
fn seen(known: &Known<'_>, measure: &PlanMeasure) -> Vec<Option<f64>> {
    let turned = if measure.falls { -1.0 } else { 1.0 };
    (0..known.cards.cards.len()).map(|i| observed(known, &measure.source, i).map(|x| turned * x)).collect()
}

/// What was seen of a scorecard, neither adjusted nor shrunk; `None` where it is not known. Who took no calls has no calls
/// to be seen, rather than none.
pub fn observed(known: &Known<'_>, source: &Source, card: usize) -> Option<f64> {
    let card = &known.cards.cards[card];
    match source {
        Source::Judged(measure) => card.verdict.measures[*measure as usize].map(|j| j.observed),
        Source::Metric(at) => {
            let metric = Some(&catalogue::CATALOGUE[*at]).filter(|_| card.totals.handled > 0)?;
            catalogue::value(metric, &card.totals, known.definitions, &known.log.tells).map(number)
        }
        Source::Figure(name) => known.figure(&card.name, name).map(Exact::f64),
    }
}

pub fn number(value: Value) -> f64 {
    match value {
        Value::Count(n) => n as f64,
        Value::Number(x) => x,
    }
}

/// Values less their mean, in units of their standard deviation.
fn standardised(values: &[Option<f64>]) -> Vec<Option<f64>> {
    let known: Vec<f64> = values.iter().flatten().copied().collect();
    let n = known.len().max(1) as f64;
    let mean = known.iter().sum::<f64>() / n;
    let sd = libm::sqrt(known.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / n);
    values.iter().map(|x| x.map(|x| if sd > 0.0 { (x - mean) / sd } else { 0.0 })).collect()
}

/// Places in the league table, as the normal scores that belong to them; equal values share the middle of their places.
fn places(values: &[Option<f64>]) -> Vec<Option<f64>> {
    let known: Vec<f64> = values.iter().flatten().copied().collect();
    let place = |x: f64| {
        let below = known.iter().filter(|y| **y < x).count() as f64;
        let equal = known.iter().filter(|y| **y == x).count() as f64;
        normal::quantile((below + equal / 2.0) / known.len() as f64)
    };
    values.iter().map(|x| x.map(place)).collect()
}

/// One measure of a plan that pays measures one by one, for every scorecard.
fn of_measure(known: &Known<'_>, measure: &PlanMeasure) -> Vec<Option<Worth>> {
    let Some(payout) = &measure.payout else { return vec![None; known.cards.cards.len()] };
    let plan = known.plan;
    if plan.rule.is_naive() {
        return naive_measure(known, measure, payout.unit);
    }
    let Source::Judged(kind) = measure.source else { return vec![None; known.cards.cards.len()] };
    let Some(all) = known.cards.judgement.measure(kind) else { return vec![None; known.cards.cards.len()] };
    let of = |v: &Verdict| {
        let judged = v.measures[kind as usize].filter(|_| v.compared)?;
        let (skill, sd) = skill(measure, &judged);
        let worth = Worth::of(plan, skill, sd, Exact::ONE);
        // Of a level, the sure one is the level of what is sure.
        let at = |skill: Exact| in_unit(payout.unit, all, level(all, skill.f64()));
        Some(match payout.unit {
            Unit::Spread => worth,
            _ => Worth { value: Exact::of(at(worth.sure)), ..worth },
        })
    };
    known.cards.cards.iter().map(|card| of(&card.verdict)).collect()
}

/// The agent's skill in a measure and its standard deviation; of a two-sided one what counts against them.
fn skill(measure: &PlanMeasure, judged: &Judged) -> (f64, f64) {
    let (mean, variance) = match measure.two_sided {
        None => (judged.skill, judged.skill_variance),
        Some(band) => crate::judge::overshoot(judged.skill, judged.skill_variance, band.f64()),
    };
    (mean, libm::sqrt(variance))
}

/// The level of an agent with some skill on the calls of all: a share, or seconds.
fn level(all: &MeasureOfAll, skill: f64) -> f64 {
    all.level_of_all(skill)
}

/// A level in the unit of a curve, turned so that more is better.
fn in_unit(unit: Unit, all: &MeasureOfAll, level: f64) -> f64 {
    let falls = all.measure == Measure::HandleTime;
    attainment(unit, level, all.team, falls)
}

fn attainment(unit: Unit, level: f64, team: f64, falls: bool) -> f64 {
    let percent = |of: f64| if falls { 100.0 * of / level.max(1e-9) } else { 100.0 * level / of.max(1e-9) };
    match unit {
        Unit::PercentOfTeam => percent(team),
        Unit::PercentOfTarget(full) => percent(full.f64()),
        _ if falls => -level,
        _ => level,
    }
}

fn naive_measure(known: &Known<'_>, measure: &PlanMeasure, unit: Unit) -> Vec<Option<Worth>> {
    let plan = known.plan;
    let spread = || {
        let seen = seen(known, measure);
        if plan.rule == Rule::NaiveLeague { places(&seen) } else { standardised(&seen) }
    };
    let values: Vec<Option<f64>> = match unit {
        Unit::Spread => spread(),
        _ if plan.rule == Rule::NaiveLeague => spread(),
        _ => {
            let seen: Vec<Option<f64>> =
                (0..known.cards.cards.len()).map(|i| observed(known, &measure.source, i)).collect();
            let n = seen.iter().flatten().count().max(1) as f64;
            let team = seen.iter().flatten().sum::<f64>() / n;
            seen.into_iter().map(|x| x.map(|x| attainment(unit, x, team, measure.falls))).collect()
        }
    };
    values.into_iter().map(|x| x.map(|x| Worth::of(plan, x, 0.0, Exact::ONE))).collect()
}
