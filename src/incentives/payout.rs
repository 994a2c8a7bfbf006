//! From what results are worth to amounts, step by step; the order of the steps is the plan's and never another.

use super::conditions::{self, days_that_count};
use super::worth::{Worth, Worths, deviations, number, worths};
use super::{Draft, Known, Step};
use crate::metrics::catalogue::{self, CATALOGUE};
use crate::money::Money;
use crate::plan::curve::Curve;
use crate::plan::{Effect, Exact, On, Payout, Plan, PlanMeasure, Rule, Source, Split};
use std::collections::HashMap;

const WHOLE: i64 = Exact::ONE.0;

fn money(plan: &Plan, amount: Money) -> String {
    plan.currency.map_or(String::new(), |currency| amount.text(currency))
}

fn priced(plan: &Plan, amount: Money) -> String {
    plan.currency.map_or(String::new(), |currency| format!("{} {currency}", amount.text(currency)))
}

/// The shares that teams earn by their results, by name; empty where the plan has no part for them.
pub fn team_shares(known: &Known<'_>) -> HashMap<String, Exact> {
    let Some(teams) = known.teams.filter(|_| known.plan.individual < Exact::ONE) else { return HashMap::new() };
    let of_teams = Known { cards: teams, ..*known };
    let worths = worths(&of_teams);
    let share = |i: usize| match (&worths, &known.plan.on) {
        (Worths::Score(of), On::Score(payout)) => of[i].and_then(|w| payout.curve.share(w.value)),
        (Worths::Measures(of), On::Measures) => {
            let part = |(measure, worth): (&PlanMeasure, &Option<Worth>)| {
                let share = measure.payout.as_ref()?.curve.share((*worth)?.value)?;
                Some(measure.weight.times(share))
            };
            Some(known.plan.measures.iter().zip(&of[i]).filter_map(part).fold(Exact::ZERO, std::ops::Add::add))
        }
        _ => None,
    };
    teams.cards.iter().enumerate().filter_map(|(i, card)| Some((card.name.clone(), share(i)?))).collect()
}

/// What an agent earned by the own and the team's results, before pool and budget.
pub fn draft(known: &Known<'_>, card: usize, worths: &Worths, teams: &HashMap<String, Exact>) -> Draft {
    let plan = known.plan;
    let mut draft = Draft::default();
    let whole = plan.bonus.share(plan.individual.0, WHOLE);
    if plan.individual < Exact::ONE {
        draft.steps.push(Step {
            id: "part",
            numbers: vec![("bonus", money(plan, plan.bonus)), ("individual", plan.individual.to_string())],
            result: money(plan, whole),
            says: format!(
                "{} of the bonus goes by your own results: {}.",
                plan.individual.percent(),
                priced(plan, whole)
            ),
        });
    }
    let scored = &known.cards.cards[card];
    let missed = conditions::gates(known, card, &mut draft);
    let drops = missed.iter().any(|gate| gate.effect == Effect::DropATier);
    let own = match (worths, &plan.on) {
        (Worths::Score(of), On::Score(payout)) => {
            of[card].map(|worth| by_score(plan, payout, &worth, whole, drops, &mut draft))
        }
        (Worths::Measures(of), _) => by_measures(plan, &of[card], whole, &mut draft),
        _ => None,
    };
    if let Some(gate) = missed.iter().find(|gate| gate.effect == Effect::Zero) {
        draft.lost = Some(format!("{} does not meet what the plan asks for, and then it pays nothing", gate.on));
    }
    let Some(own) = own else { return draft };
    let team = known.team_of.get(&scored.verdict.agent).and_then(|name| Some((name, *teams.get(name)?)));
    let mut earned = own;
    if plan.individual < Exact::ONE {
        let part = plan.bonus - whole;
        let (name, share) = team.map_or(("no team", Exact::ZERO), |(name, share)| (name.as_str(), share));
        let amount = part.share(share.0, WHOLE);
        earned += amount;
        draft.steps.push(Step {
            id: "team",
            numbers: vec![("part", money(plan, part)), ("share", share.to_string()), ("own", money(plan, own))],
            result: money(plan, earned),
            says: format!(
                "The other {} go by the results of {name}, judged as agents are: {} of them, {}.",
                priced(plan, part),
                share.percent(),
                priced(plan, amount)
            ),
        });
    }
    earned = capped(plan, earned, true, &mut draft);
    conditions::floor(known, scored, &mut draft);
    // A gate that pays nothing is among those missed.
    let after = if draft.lost.is_some() { Money::ZERO } else { conditions::after_gates(earned, &missed) };
    if after != earned {
        draft.steps.push(Step {
            id: "conditions",
            numbers: vec![("amount", money(plan, earned))],
            result: money(plan, after),
            says: format!("After floor and gates: {}.", priced(plan, after)),
        });
        earned = after;
    }
    let (days, of) = days_that_count(known, scored);
    if days < of {
        let part = earned.share(days.0, of.0);
        draft.steps.push(Step {
            id: "prorate",
            numbers: vec![("amount", money(plan, earned)), ("days", days.to_string()), ("of", of.to_string())],
            result: money(plan, part),
            says: format!("{} of {} days count: {}.", short(days), short(of), priced(plan, part)),
        });
        earned = part;
    }
    draft.earned = earned;
    draft
}

/// No more than the plan's cap; the step is told where it changes something, or `always`.
fn capped(plan: &Plan, amount: Money, always: bool, draft: &mut Draft) -> Money {
    let Some(cap) = plan.cap else { return amount };
    let most = plan.bonus.share(cap.0, WHOLE);
    let capped = amount.min(most);
    if always || capped != amount {
        draft.steps.push(Step {
            id: "cap",
            numbers: vec![("amount", money(plan, amount)), ("most", money(plan, most))],
            result: money(plan, capped),
            says: format!("The plan pays at most {} of the bonus, {}.", cap.percent(), priced(plan, most)),
        });
    }
    capped
}

/// A number without the zeros at its end.
fn short(number: Exact) -> String {
    number.to_string().trim_end_matches('0').trim_end_matches('.').to_string()
}

/// How sure a result is, and what it is in the curve's unit.
fn worth_steps(plan: &Plan, what: &str, worth: &Worth, draft: &mut Draft) {
    if plan.rule == Rule::LowerBound {
        draft.steps.push(Step {
            id: "sure",
            numbers: vec![
                ("best", worth.best.to_string()),
                ("deviations", deviations(plan.certainty).to_string()),
                ("sd", worth.sd.to_string()),
            ],
            result: worth.sure.to_string(),
            says: format!(
                "{what}: the best guess is {}, known to {} give or take. The plan counts on what is {} sure: at least {}.",
                worth.best,
                worth.sd,
                plan.certainty.percent(),
                worth.sure
            ),
        });
    }
    if worth.spread != Exact::ONE {
        draft.steps.push(Step {
            id: "spread",
            numbers: vec![("sure", worth.sure.to_string()), ("spread", worth.spread.to_string())],
            result: worth.value.to_string(),
            says: format!("In units of how far agents truly lie apart ({}): {}.", worth.spread, worth.value),
        });
    } else if worth.value != worth.sure {
        draft.steps.push(Step {
            id: "level",
            numbers: vec![("sure", worth.sure.to_string())],
            result: worth.value.to_string(),
            says: format!("On the calls of all, that is {}.", short(worth.value)),
        });
    }
}

fn levels(payout: &Payout) -> String {
    let of =
        |level: &crate::plan::Level| format!("{} {} pays {}", level.name, short(level.value), level.pays.percent());
    payout.levels.iter().map(of).collect::<Vec<_>>().join(", ")
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

fn curve_step(payout: &Payout, value: Exact, share: Exact, down: bool, draft: &mut Draft) {
    let kind = if matches!(payout.curve, Curve::Steps(_)) { "steps" } else { "line" };
    let level = if down { ", one level down" } else { "" };
    draft.steps.push(Step {
        id: "curve",
        numbers: vec![
            ("value", value.to_string()),
            (kind, points(&payout.curve)),
            ("levels_down", u8::from(down).to_string()),
        ],
        result: share.to_string(),
        says: format!("{} earns {} of the bonus{level} ({}).", value, share.percent(), levels(payout)),
    });
}

/// What the score earns of `whole`.
fn by_score(plan: &Plan, payout: &Payout, worth: &Worth, whole: Money, drops: bool, draft: &mut Draft) -> Money {
    worth_steps(plan, "The score", worth, draft);
    let value = worth.value;
    let share = if drops { payout.curve.share_one_level_down(value) } else { payout.curve.share(value) };
    let share = share.unwrap_or_default();
    curve_step(payout, value, share, drops, draft);
    draft.share = Some(share);
    let amount = whole.share(share.0, WHOLE);
    draft.steps.push(Step {
        id: "bonus",
        numbers: vec![("bonus", money(plan, whole)), ("share", share.to_string())],
        result: money(plan, amount),
        says: format!("{} of {}: {}.", share.percent(), priced(plan, whole), priced(plan, amount)),
    });
    amount
}

/// What the measures earn one by one; `None` where none of them is known.
fn by_measures(plan: &Plan, worths: &[Option<Worth>], whole: Money, draft: &mut Draft) -> Option<Money> {
    let mut sum = Money::ZERO;
    let mut shares = Exact::ZERO;
    for (measure, worth) in plan.measures.iter().zip(worths) {
        let (Some(payout), Some(worth)) = (&measure.payout, worth) else { continue };
        worth_steps(plan, &measure.name.replace('_', " "), worth, draft);
        let part = whole.share(measure.weight.0, WHOLE);
        let (amount, share) = match payout.curve.amount(worth.value) {
            Some(amount) => {
                let amount = amount.share(plan.individual.0, WHOLE);
                draft.steps.push(Step {
                    id: "units",
                    numbers: vec![("units", worth.value.to_string()), ("individual", plan.individual.to_string())],
                    result: money(plan, amount),
                    says: format!(
                        "{}: {} by the plan's rates for units: {}.",
                        measure.name,
                        short(worth.value),
                        priced(plan, amount)
                    ),
                });
                (amount, Exact::of(amount.0 as f64 / part.0.max(1) as f64))
            }
            None => {
                let share = payout.curve.share(worth.value).unwrap_or_default();
                curve_step(payout, worth.value, share, false, draft);
                let amount = part.share(share.0, WHOLE);
                draft.steps.push(Step {
                    id: "measure",
                    numbers: vec![
                        ("bonus", money(plan, whole)),
                        ("weight", measure.weight.to_string()),
                        ("share", share.to_string()),
                    ],
                    result: money(plan, amount),
                    says: format!(
                        "{}: {} of its part, {}: {}.",
                        measure.name,
                        share.percent(),
                        priced(plan, part),
                        priced(plan, amount)
                    ),
                });
                (amount, share)
            }
        };
        sum += amount;
        shares = shares + measure.weight.times(share);
        draft.share = Some(shares);
    }
    let known = draft.share.is_some();
    if known && plan.measures.len() > 1 {
        draft.steps.push(Step {
            id: "sum",
            numbers: Vec::new(),
            result: money(plan, sum),
            says: format!("All measures together: {}.", priced(plan, sum)),
        });
    }
    known.then_some(sum)
}

/// Splits the pool among those who take part, if the centre earned it; returns what it pays in all. Floor and gates that
/// pay nothing take the part of the pool, too, and nobody gains by that.
pub fn split_pool(known: &Known<'_>, eligible: &[usize], drafts: &mut [Draft]) -> Option<Money> {
    let plan = known.plan;
    let pool = plan.pool.as_ref()?;
    let value = match &pool.source {
        Source::Metric(at) => catalogue::value(&CATALOGUE[*at], known.centre, known.definitions, &known.log.tells),
        _ => None,
    };
    let value = value.map(number).map(Exact::of);
    if !value.is_some_and(|value| pool.bound.holds(value)) {
        return Some(Money::ZERO);
    }
    let handled = |i: usize| known.handled(&known.cards.cards[i]) as i64;
    let all: i64 = match pool.split {
        Split::Equal => eligible.len() as i64,
        Split::Contacts => eligible.iter().map(|i| handled(*i)).sum(),
    };
    for i in eligible {
        let draft = &mut drafts[*i];
        if draft.lost.is_some() {
            continue;
        }
        let part = if pool.split == Split::Equal { 1 } else { handled(*i) };
        let amount = pool.amount.share(part, all.max(1));
        draft.steps.push(Step {
            id: "pool",
            numbers: vec![
                ("amount", money(plan, draft.earned)),
                ("pool", money(plan, pool.amount)),
                ("part", part.to_string()),
                ("of", all.to_string()),
            ],
            result: money(plan, draft.earned + amount),
            says: format!(
                "The centre's {} is {}, so that {} go to all who take part; your part is {}.",
                pool.on,
                value.map_or(String::new(), short),
                priced(plan, pool.amount),
                priced(plan, amount)
            ),
        });
        let together = draft.earned + amount;
        draft.pool = capped(plan, together, false, draft) - draft.earned;
    }
    Some(drafts.iter().map(|draft| draft.pool).sum())
}

/// The amounts once the budget and the rounding have had their say. What is held back is reserved, as if it were paid.
pub fn within_budget(plan: &Plan, budget: Option<Money>, drafts: &mut [Draft]) -> Vec<Money> {
    let asked: Money = drafts.iter().map(|draft| draft.earned + draft.pool).sum();
    let most = plan.budget.map_or(Exact::ONE, |budget| budget.most);
    drafts
        .iter_mut()
        .map(|draft| {
            let mut amount = draft.earned + draft.pool;
            if let Some(budget) = budget.filter(|_| asked > Money::ZERO && amount > Money::ZERO) {
                let scaled = amount.share(budget.0, asked.0);
                let scaled = if budget < asked { scaled } else { scaled.min(amount.share(most.0, WHOLE)).max(amount) };
                if scaled != amount {
                    draft.steps.push(Step {
                        id: "budget",
                        numbers: vec![
                            ("amount", money(plan, amount)),
                            ("budget", money(plan, budget)),
                            ("asked", money(plan, asked)),
                            ("most", most.to_string()),
                        ],
                        result: money(plan, scaled),
                        says: format!(
                            "All together earned {}, and the budget is {}: all amounts are changed alike, yours to {}.",
                            priced(plan, asked),
                            priced(plan, budget),
                            priced(plan, scaled)
                        ),
                    });
                    amount = capped(plan, scaled, false, draft);
                }
            }
            let rounded = amount.down_to(plan.rounding);
            if rounded != amount {
                draft.steps.push(Step {
                    id: "rounding",
                    numbers: vec![("amount", money(plan, amount)), ("to", money(plan, plan.rounding))],
                    result: money(plan, rounded),
                    says: format!("Rounded down to {}: {}.", priced(plan, plan.rounding), priced(plan, rounded)),
                });
            }
            rounded
        })
        .collect()
}
