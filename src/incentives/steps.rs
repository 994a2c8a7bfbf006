//! The steps from a result to a share of the bonus, each with its numbers and in words.

use super::words::{named, percent, short};
use super::worth::{Level, Turned, Worth, deviations};
use super::{Draft, Step};
use crate::plan::curve::Curve;
use crate::plan::{Exact, Payout, Plan, PlanMeasure, Rule, Unit};

/// What a step is about, for its numbers: nothing where the plan pays one score.
pub type About<'a> = Option<&'a PlanMeasure>;

pub fn numbers(about: About<'_>, of: Vec<(&'static str, String)>) -> Vec<(&'static str, String)> {
    let measure = about.map(|measure| ("measure", measure.name.clone()));
    measure.into_iter().chain(of).collect()
}

/// How sure a result is, and what it is in the curve's unit.
pub fn worth_steps(plan: &Plan, about: About<'_>, payout: &Payout, worth: &Worth, draft: &mut Draft) {
    let what = about.map_or("Your score".to_string(), named);
    let steps = if about.is_some() { " steps from the average" } else { "" };
    if plan.rule == Rule::LowerBound {
        let deviations = deviations(plan.certainty);
        let of = vec![
            ("best", worth.best.to_string()),
            ("deviations", deviations.to_string()),
            ("sd", worth.sd.to_string()),
        ];
        draft.steps.push(Step {
            id: "sure",
            numbers: numbers(about, of),
            result: worth.sure.to_string(),
            says: format!(
                "{what} is {}{steps} by the best guess, which can be off by {} as a rule. To be {} sure, {deviations} x {} is \
                 taken off: you surely have {}.",
                worth.best,
                worth.sd,
                percent(plan.certainty),
                worth.sd,
                worth.sure
            ),
        });
    }
    let of = turned_numbers(worth, payout.unit);
    let value = shown(about, payout, worth.value);
    let (id, says) = match worth.turned {
        Turned::Not => return,
        Turned::OverSpread(spread) => (
            "spread",
            format!(
                "The plan counts in steps, and one step is how far agents' true scores lie apart, {spread} here: {} / \
                 {spread} = {}.",
                worth.sure, worth.value
            ),
        ),
        Turned::Level(level) => ("level", level_says(&what, worth, &level, payout, &value)),
        Turned::Unit { of, .. } => (
            "seen",
            match payout.unit {
                Unit::PercentOfTeam => format!(
                    "{what}: {} for you and {} for the average of all agents, which counts as 100: {value}.",
                    short(worth.best),
                    short(of)
                ),
                Unit::PercentOfTarget(_) => {
                    format!("{what}: {} for you, and {} counts as 100: {value}.", short(worth.best), short(of))
                }
                _ => format!("{what}: {value}, as it was seen."),
            },
        ),
    };
    draft.steps.push(Step { id, numbers: numbers(about, of), result: worth.value.to_string(), says });
}

/// The numbers that make the value of a curve of what is sure.
fn turned_numbers(worth: &Worth, unit: Unit) -> Vec<(&'static str, String)> {
    let full =
        |of: Exact| matches!(unit, Unit::PercentOfTeam | Unit::PercentOfTarget(_)).then(|| ("full", of.to_string()));
    match worth.turned {
        Turned::Not => Vec::new(),
        Turned::OverSpread(spread) => vec![("sure", worth.sure.to_string()), ("spread", spread.to_string())],
        Turned::Level(Level { team, spread, factor, level, of }) => {
            let mut numbers =
                vec![("sure", worth.sure.to_string()), ("team", team.to_string()), ("spread", spread.to_string())];
            numbers.extend(factor.map(|factor| ("factor", factor.to_string())));
            numbers.extend([("level", level.to_string()), ("unit", unit_name(unit).to_string())]);
            numbers.extend(full(of));
            numbers
        }
        Turned::Unit { of, falls } => {
            let better = if falls { "lower" } else { "higher" };
            let mut numbers = vec![
                ("observed", worth.best.to_string()),
                ("better", better.to_string()),
                ("unit", unit_name(unit).to_string()),
            ];
            numbers.extend(full(of));
            numbers
        }
    }
}

fn unit_name(unit: Unit) -> &'static str {
    match unit {
        Unit::Spread => "spread",
        Unit::Share => "share",
        Unit::Seconds => "seconds",
        Unit::Count => "count",
        Unit::Points => "points",
        Unit::PercentOfTeam => "percent-of-team",
        Unit::PercentOfTarget(_) => "percent-of-target",
        Unit::Figure => "figure",
    }
}

fn level_says(what: &str, worth: &Worth, level: &Level, payout: &Payout, value: &str) -> String {
    let on_all = match level.factor {
        Some(factor) => format!(
            "on everybody's calls, which take {} s on average, {} steps are {factor} times that: {} s.",
            short(level.team),
            worth.sure,
            short(level.level)
        ),
        None => format!(
            "on everybody's calls, where all agents together reach {}, {} steps of {} each lead to {}.",
            percent(level.team),
            worth.sure,
            percent(level.spread),
            percent(level.level)
        ),
    };
    match payout.unit {
        Unit::PercentOfTeam => format!("{what}: {on_all} The level of all is 100: {value}."),
        Unit::PercentOfTarget(full) => format!("{what}: {on_all} {} is 100: {value}.", short(full)),
        _ => format!("{what}: {on_all}"),
    }
}

/// A value of a curve for people: not turned around where less is better.
pub fn shown(about: About<'_>, payout: &Payout, value: Exact) -> String {
    let turned = about.is_some_and(|m| m.falls)
        && !matches!(payout.unit, Unit::Spread | Unit::PercentOfTeam | Unit::PercentOfTarget(_));
    let value = if turned { -value } else { value };
    match payout.unit {
        Unit::Share => percent(value),
        Unit::Seconds => format!("{} s", short(value)),
        _ => short(value),
    }
}

/// The numbers of a curve, so that its step can be done again.
fn points(curve: &Curve) -> String {
    match curve {
        Curve::Line(points) | Curve::Steps(points) => {
            points.iter().map(|(at, share)| format!("{at}:{share}")).collect::<Vec<_>>().join(" ")
        }
        Curve::Rates { .. } => String::new(),
    }
}

/// Where a value lies on a curve, for people.
fn place(plan: &Plan, about: About<'_>, payout: &Payout, value: Exact) -> String {
    let (Curve::Line(points) | Curve::Steps(points)) = &payout.curve else { return String::new() };
    let level = |i: usize| {
        let name = payout.levels.get(i).map_or("the most that the plan pays for", |level| level.name.as_str());
        let at = shown(about, payout, points[i].0);
        match plan.currency {
            Some(_) => format!("{name} ({at} pays {})", percent(points[i].1)),
            None => format!("{name} ({at})"),
        }
    };
    let is_line = matches!(payout.curve, Curve::Line(_));
    match points.iter().rposition(|(from, _)| value >= *from) {
        None => format!("you do not reach {}", level(0)),
        Some(i) if i + 1 == points.len() => format!("you reach {}", level(i)),
        Some(i) if is_line => format!("you are on the straight line from {} to {}", level(i), level(i + 1)),
        Some(i) => format!("you reach {} and not {}", level(i), level(i + 1)),
    }
}

pub fn curve_step(
    plan: &Plan,
    about: About<'_>,
    payout: &Payout,
    value: Exact,
    share: Exact,
    down: bool,
    draft: &mut Draft,
) {
    let kind = if matches!(payout.curve, Curve::Steps(_)) { "steps" } else { "line" };
    let whole = if about.is_some() { "its part of the bonus" } else { "the bonus" };
    let reaches = payout.curve.share(value).is_some_and(|share| share > Exact::ZERO);
    let down_says = if down && reaches { "; one level is taken off for what was not met" } else { "" };
    let of =
        vec![("value", value.to_string()), (kind, points(&payout.curve)), ("levels_down", u8::from(down).to_string())];
    let (value_says, place) = (shown(about, payout, value), place(plan, about, payout, value));
    draft.steps.push(Step {
        id: "curve",
        numbers: numbers(about, of),
        result: share.to_string(),
        says: match plan.currency {
            Some(_) => format!("With {value_says} {place}{down_says}: {} of {whole}.", percent(share)),
            None => format!("With {value_says} {place}{down_says}."),
        },
    });
}
