//! What an agent's results are worth under a plan's rule: the values that its curves are of.

use super::Known;
use crate::judge::{Judged, MeasureOfAll, Verdict};
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
    pub turned: Turned,
    /// The value of the curve: more is better.
    pub value: Exact,
}

/// What makes the value of a curve of what is sure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Turned {
    /// Nothing: it is in the curve's unit.
    Not,
    /// Division by how far true scores lie apart.
    OverSpread(Exact),
    /// The level that it is on the calls of all.
    Level(Level),
    /// The curve's unit; `best` is as it was seen.
    Unit { of: Exact, falls: bool },
}

/// A skill as a level on the calls of all: a share, or seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Level {
    /// Level of all.
    pub team: Exact,
    /// How far agents lie apart: share points, or of the logarithm of time.
    pub spread: Exact,
    /// Of time: what the skill makes of it, `exp(-skill * spread)`.
    pub factor: Option<Exact>,
    pub level: Exact,
    /// What is 100 percent, in units of percent.
    pub of: Exact,
}

/// How many standard deviations a certainty is.
pub fn deviations(certainty: Exact) -> Exact {
    Exact::of(normal::quantile(certainty.f64()))
}

impl Worth {
    /// `best` less as many `sd` as the rule asks for.
    fn of(plan: &Plan, best: f64, sd: f64) -> Worth {
        let (best, sd) = match plan.rule {
            Rule::LowerBound => (Exact::of(best), Exact::of(sd)),
            _ => (Exact::of(best), Exact::ZERO),
        };
        // Cut off by less than the last digit.
        let sure = best - sd.times(deviations(plan.certainty));
        Worth { best, sd, sure, turned: Turned::Not, value: sure }
    }

    /// What the value is divided by; 1 where it is not.
    pub fn spread(&self) -> Exact {
        match self.turned {
            Turned::OverSpread(spread) => spread,
            _ => Exact::ONE,
        }
    }

    /// The same in units of the spread of true scores.
    fn over(self, spread: Exact) -> Worth {
        Worth { value: self.sure.over(spread), turned: Turned::OverSpread(spread), ..self }
    }

    /// What it would be with another best guess and another standard deviation.
    pub fn with(&self, plan: &Plan, unit: Unit, best: f64, sd: f64) -> Worth {
        let worth = Worth::of(plan, best, sd);
        match self.turned {
            Turned::Not => worth,
            Turned::OverSpread(spread) => worth.over(spread),
            Turned::Level(level) => worth.as_level(level.team, level.spread, level.factor.is_some(), unit),
            Turned::Unit { of, falls } => worth.as_seen(unit, of, falls),
        }
    }

    /// The same as a level on the calls of all: that of what is sure.
    fn as_level(self, team: Exact, spread: Exact, falls: bool, unit: Unit) -> Worth {
        let effect = self.sure.times(spread);
        let factor = falls.then(|| Exact::of(libm::exp(-effect.f64())));
        let level = match factor {
            Some(factor) => team.times(factor),
            None => (team + effect).clamp(Exact::ZERO, Exact::ONE),
        };
        let of = full(unit, team);
        let turned = Turned::Level(Level { team, spread, factor, level, of });
        Worth { turned, value: in_unit(unit, level, of, falls), ..self }
    }

    /// What was seen in the curve's unit.
    fn as_seen(self, unit: Unit, team: Exact, falls: bool) -> Worth {
        let of = full(unit, team);
        Worth { turned: Turned::Unit { of, falls }, value: in_unit(unit, self.best, of, falls), ..self }
    }
}

/// What is 100 percent in a unit.
fn full(unit: Unit, team: Exact) -> Exact {
    match unit {
        Unit::PercentOfTarget(full) => full,
        _ => team,
    }
}

/// A level in the unit of a curve, turned so that more is better.
fn in_unit(unit: Unit, level: Exact, full: Exact, falls: bool) -> Exact {
    let percent = |part: Exact, of: Exact| Exact(part.0.saturating_mul(100)).over(of);
    match unit {
        Unit::PercentOfTeam | Unit::PercentOfTarget(_) if falls => percent(full, level),
        Unit::PercentOfTeam | Unit::PercentOfTarget(_) => percent(level, full),
        _ if falls => -level,
        _ => level,
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
    let of = |v: &Verdict| v.score.map(|s| Worth::of(known.plan, s.value, s.sd).over(spreads[v.component]));
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
    scores.into_iter().map(|s| s.map(|s| Worth::of(known.plan, s, 0.0))).collect()
}

/// What was seen of a measure, turned so that more is better.
fn seen(known: &Known<'_>, measure: &PlanMeasure) -> Vec<Option<f64>> {
    let turned = if measure.falls { -1.0 } else { 1.0 };
    (0..known.cards.cards.len()).map(|i| observed(known, &measure.source, i).map(|x| turned * x)).collect()
}

/// What was seen of a scorecard, neither adjusted nor shrunk; `None` where it is not known. Who handled no call at all has
/// no metrics: a count of 0 would be a result, and pull the mean of the others down.
pub fn observed(known: &Known<'_>, source: &Source, card: usize) -> Option<f64> {
    let card = &known.cards.cards[card];
    match source {
        Source::Judged(measure) => card.verdict.measures[*measure as usize].map(|j| j.observed),
        Source::Metric(_) if card.totals.handled == 0 => None,
        Source::Metric(at) => {
            let metric = &catalogue::CATALOGUE[*at];
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
        let worth = Worth::of(plan, skill, sd);
        Some(match payout.unit {
            Unit::Spread => worth,
            unit => worth.as_level(Exact::of(all.team), Exact::of(all.spread), kind.sign() < 0.0, unit),
        })
    };
    known.cards.cards.iter().map(|card| of(&card.verdict)).collect()
}

/// The agent's skill in a measure and its standard deviation; of a two-sided one what counts against them.
pub fn skill(measure: &PlanMeasure, judged: &Judged) -> (f64, f64) {
    let (mean, variance) = match measure.two_sided {
        None => (judged.skill, judged.skill_variance),
        Some(band) => crate::judge::overshoot(judged.skill, judged.skill_variance, band.f64()),
    };
    (mean, libm::sqrt(variance))
}

/// The value of a curve that a skill is worth on the calls of all, turned so that more is better.
pub fn value_of(unit: Unit, all: &MeasureOfAll, skill: f64) -> f64 {
    let sure = Exact::of(skill);
    let worth = Worth { best: sure, sd: Exact::ZERO, sure, turned: Turned::Not, value: sure };
    let falls = all.measure.sign() < 0.0;
    match unit {
        Unit::Spread => skill,
        _ => worth.as_level(Exact::of(all.team), Exact::of(all.spread), falls, unit).value.f64(),
    }
}

fn naive_measure(known: &Known<'_>, measure: &PlanMeasure, unit: Unit) -> Vec<Option<Worth>> {
    let plan = known.plan;
    if unit == Unit::Spread || plan.rule == Rule::NaiveLeague {
        let seen = seen(known, measure);
        let of = if plan.rule == Rule::NaiveLeague { places(&seen) } else { standardised(&seen) };
        return of.into_iter().map(|x| x.map(|x| Worth::of(plan, x, 0.0))).collect();
    }
    let seen: Vec<Option<f64>> = (0..known.cards.cards.len()).map(|i| observed(known, &measure.source, i)).collect();
    let n = seen.iter().flatten().count().max(1) as f64;
    let team = Exact::of(seen.iter().flatten().sum::<f64>() / n);
    let of = |x: f64| Worth::of(plan, x, 0.0).as_seen(unit, team, measure.falls);
    seen.into_iter().map(|x| x.map(of)).collect()
}
