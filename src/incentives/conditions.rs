//! Who takes part, and what a bonus is conditional on.

use super::words::{called, in_its_unit, percent};
use super::worth::observed;
use super::{Draft, Known, Step};
use crate::judge::Measure;
use crate::money::Money;
use crate::plan::{Bound, Effect, Exact, Gate};
use crate::read::time::{Clock, civil_of};
use crate::scorecards::Scorecard;
use crate::stats::{median, normal};
use crate::strata::Component;
use jiff::civil::Date;

/// The first day of a period, and the first day after it.
pub fn days_of(known: &Known<'_>) -> (Date, Date) {
    let mut clock = Clock::new(known.log.zone.clone());
    let mut day = |ms: i64| civil_of(clock.local(ms)).date();
    (day(known.period.from_ms), day(known.period.to_ms))
}

/// Whether the plan is for an agent at all, whatever it asks for beyond that.
pub fn takes_part(known: &Known<'_>, card: &Scorecard) -> bool {
    stranger(known, card).is_none()
}

/// Why a plan is not for an agent; `None` for those whom it is for.
fn stranger(known: &Known<'_>, card: &Scorecard) -> Option<String> {
    let rules = &known.plan.eligible;
    let person = known.log.person(card.verdict.agent).copied().unwrap_or_default();
    if rules.listed && !person.listed {
        return Some("not in the roster, which the plan asks for".to_string());
    }
    if !rules.teams.is_empty() {
        let team = known.team_of.get(&card.verdict.agent);
        if !team.is_some_and(|team| rules.teams.contains(team)) {
            let of = team.map_or("no team".to_string(), |team| format!("team {team}"));
            return Some(format!("in {of}; the plan is for {}", rules.teams.join(", ")));
        }
    }
    None
}

/// Why an agent does not take part in a period; `None` for those who do.
pub fn excluded(known: &Known<'_>, card: &Scorecard) -> Option<String> {
    if let Some(why) = stranger(known, card) {
        return Some(why);
    }
    let rules = &known.plan.eligible;
    let person = known.log.person(card.verdict.agent).copied().unwrap_or_default();
    let (_, after) = days_of(known);
    if let Some(hired) = person.hired {
        let days = (after - hired).get_days();
        if days < rules.tenure_days as i32 {
            return Some(format!(
                "hired on {hired}, {} days before the period's end; the plan asks for {}",
                days.max(0),
                rules.tenure_days
            ));
        }
    }
    if let Some(left) = person.left.filter(|left| rules.until_end && left.tomorrow().is_ok_and(|next| next < after)) {
        return Some(format!("left on {left}, before the period's end"));
    }
    // Periods that are pooled say how good somebody is, not that they were at work in this one.
    (known.handled(card) == 0).then(|| format!("took no calls in {}", known.label))
}

/// Days of the period that count, and days that it has, in ten-thousandths: those between hiring and leaving less the
/// days of leave of all kinds.
pub fn days_that_count(known: &Known<'_>, card: &Scorecard) -> (Exact, Exact) {
    let (first, after) = days_of(known);
    let whole = (after - first).get_days();
    let person = known.log.person(card.verdict.agent).copied().unwrap_or_default();
    let rules = &known.plan.prorate;
    let mut days = whole;
    if rules.employed {
        let from = person.hired.map_or(first, |hired| hired.max(first));
        let to = person.left.and_then(|left| left.tomorrow().ok()).map_or(after, |next| next.min(after));
        days = (to - from).get_days().max(0);
    }
    let leave = rules.leave.as_ref().and_then(|name| known.figure(&card.name, name)).unwrap_or_default();
    let exact = |days: i32| Exact(i64::from(days) * Exact::ONE.0);
    ((exact(days) - leave.max(Exact::ZERO)).max(Exact::ZERO), exact(whole))
}

/// The median skill in resolution of those who are compared with each other, in the order of the components.
pub fn middles(known: &Known<'_>) -> Vec<Option<f64>> {
    let resolution = |i: &usize| known.cards.cards[*i].verdict.measures[Measure::Resolution as usize];
    let of = |c: &Component| median(&c.agents.iter().filter_map(resolution).map(|j| j.skill).collect::<Vec<_>>());
    known.cards.judgement.components.iter().map(of).collect()
}

/// How sure it is that an agent's resolution is below the middle of those compared with.
pub fn surely_below(card: &Scorecard, middles: &[Option<f64>]) -> Option<Exact> {
    let own = card.verdict.measures[Measure::Resolution as usize].filter(|_| card.verdict.compared)?;
    let middle = middles[card.verdict.component]?;
    Some(Exact::of(normal::cdf((middle - own.skill) / libm::sqrt(own.skill_variance.max(1e-12)))))
}

/// Applies the floor of resolution: what is surely below is not paid for, whatever else was earned.
pub fn floor(known: &Known<'_>, card: &Scorecard, middles: &[Option<f64>], draft: &mut Draft) {
    let Some(floor) = known.plan.resolution_floor else { return };
    let Some(below) = surely_below(card, middles) else { return };
    let passed = below < floor;
    let says = format!(
        "The chance that your resolution is truly below the middle agent's is {}. From {} on the plan {} nothing, \
         whatever else was earned{}.",
        percent(below),
        percent(floor),
        if known.plan.currency.is_some() { "pays" } else { "gives" },
        if passed { "; this floor is kept" } else { "" }
    );
    draft.steps.push(Step {
        id: "floor",
        numbers: vec![("below", below.to_string()), ("floor", floor.to_string())],
        result: if passed { "kept" } else { "lost" }.to_string(),
        says,
    });
    if !passed {
        draft.lost = Some(format!(
            "resolution is below the middle, {} sure; from {} on the plan pays nothing",
            percent(below),
            percent(floor)
        ));
    }
}

/// The gates that an agent does not pass, with the steps that tell of all of them. What is not known passes.
pub fn gates<'a>(known: &Known<'a>, card: usize, draft: &mut Draft) -> Vec<&'a Gate> {
    let mut missed = Vec::new();
    for gate in &known.plan.gates {
        let value = observed(known, &gate.source, card).map(Exact::of);
        let passed = value.is_none_or(|value| gate.bound.holds(value));
        let (word, bound) = match gate.bound {
            Bound::AtLeast(bound) => ("at least", bound),
            Bound::AtMost(bound) => ("at most", bound),
        };
        let what = called(&gate.source);
        let asked = format!("the plan asks for {word} {}", in_its_unit(&gate.source, bound));
        let says = match value {
            None => format!("Nothing is known of your {what}; {asked}. What is not known is taken as met."),
            Some(value) => {
                let value = in_its_unit(&gate.source, value);
                let so = if passed { "met" } else { meaning(gate.effect) };
                format!("Your {what} is {value}, and {asked}: {so}.")
            }
        };
        draft.steps.push(Step {
            id: "gate",
            numbers: vec![
                ("value", value.map_or(String::new(), |v| v.to_string())),
                (if word == "at least" { "at_least" } else { "at_most" }, bound.to_string()),
                ("effect", gate.effect.name().to_string()),
            ],
            result: if passed { "met" } else { "missed" }.to_string(),
            says,
        });
        if !passed {
            missed.push(gate);
        }
    }
    missed
}

fn meaning(effect: Effect) -> &'static str {
    match effect {
        Effect::Zero => "not met, so that nothing is paid",
        Effect::Halve => "not met, which halves the amount",
        Effect::DropATier => "not met, which takes one level off",
    }
}

/// Nothing, half or all of an amount, by the gates that were missed.
pub fn after_gates(amount: Money, missed: &[&Gate]) -> Money {
    missed.iter().fold(amount, |amount, gate| match gate.effect {
        Effect::Zero => Money::ZERO,
        Effect::Halve => amount.share(1, 2),
        Effect::DropATier => amount,
    })
}
