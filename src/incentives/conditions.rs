//! Who takes part, and what a bonus is conditional on.

use super::worth::observed;
use super::{Draft, Known, Step};
use crate::judge::Measure;
use crate::money::Money;
use crate::plan::{Bound, Effect, Exact, Gate};
use crate::read::time::{Clock, civil_of};
use crate::scorecards::Scorecard;
use crate::stats::{median, normal};
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
        return Some("is not in the roster, which the plan asks for".to_string());
    }
    if !rules.teams.is_empty() {
        let team = known.team_of.get(&card.verdict.agent);
        if !team.is_some_and(|team| rules.teams.contains(team)) {
            let of = team.map_or("no team".to_string(), |team| format!("team {team}"));
            return Some(format!("is in {of}; the plan is for {}", rules.teams.join(", ")));
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
                "was hired on {hired}, {} days before the period's end; the plan asks for {}",
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

/// How sure it is that an agent's resolution is below the median of those compared with.
pub fn surely_below(known: &Known<'_>, card: &Scorecard) -> Option<Exact> {
    let skill =
        |card: &Scorecard| card.verdict.measures[Measure::Resolution as usize].map(|j| (j.skill, j.skill_variance));
    let (own, variance) = skill(card).filter(|_| card.verdict.compared)?;
    let component = &known.cards.judgement.components[card.verdict.component];
    let skills: Vec<f64> =
        component.agents.iter().filter_map(|i| skill(&known.cards.cards[*i])).map(|(skill, _)| skill).collect();
    Some(Exact::of(normal::cdf((median(&skills)? - own) / libm::sqrt(variance.max(1e-12)))))
}

/// Applies the floor of resolution: what is surely below is not paid for, whatever else was earned.
pub fn floor(known: &Known<'_>, card: &Scorecard, draft: &mut Draft) {
    let Some(floor) = known.plan.resolution_floor else { return };
    let Some(below) = surely_below(known, card) else { return };
    let passed = below < floor;
    let says = if passed {
        format!(
            "The floor is kept: it is {} sure that resolution is below the middle; {} would be too much.",
            below.percent(),
            floor.percent()
        )
    } else {
        format!(
            "It is {} sure that resolution is below the middle, and at {} the plan pays nothing.",
            below.percent(),
            floor.percent()
        )
    };
    draft.steps.push(Step {
        id: "floor",
        numbers: vec![("below", below.to_string()), ("floor", floor.to_string())],
        result: if passed { "kept" } else { "lost" }.to_string(),
        says,
    });
    if !passed {
        draft.lost =
            Some(format!("resolution is below the middle, {} sure, which is the plan's floor", below.percent()));
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
        let says = match value {
            None => format!("{} is not known; it is taken as met.", gate.on),
            Some(value) if passed => format!("{} is {value}; {word} {bound} was asked for, which is met.", gate.on),
            Some(value) => format!("{} is {value}; {word} {bound} was asked for: {}.", gate.on, what(gate.effect)),
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

fn what(effect: Effect) -> &'static str {
    match effect {
        Effect::Zero => "nothing is paid",
        Effect::Halve => "the bonus is halved",
        Effect::DropATier => "the bonus is that of the level below",
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
