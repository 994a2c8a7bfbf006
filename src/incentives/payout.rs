//! From what results are worth to amounts, step by step; the order of the steps is the plan's and never another.

use super::conditions::{self, days_that_count};
use super::steps::{curve_step, numbers, worth_steps};
use super::words::{called, in_its_unit, money, named, percent, priced, short};
use super::worth::{Worth, Worths, number, worths};
use super::{Draft, Known, Step};
use crate::metrics::catalogue::{self, CATALOGUE};
use crate::money::Money;
use crate::plan::curve::{Apply, Curve, Tier};
use crate::plan::{Bound, Effect, Exact, On, Payout, Plan, PlanMeasure, Source, Split};
use std::collections::HashMap;

const WHOLE: i64 = Exact::ONE.0;

/// The shares that teams earn by their results, by name; empty where the plan has no part for them.
fn team_shares(known: &Known<'_>) -> HashMap<String, Exact> {
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

/// What is known of all and needed for each.
pub struct OfAll {
    pub worths: Worths,
    /// Shares of teams by name.
    pub teams: HashMap<String, Exact>,
    /// Of resolution, by component.
    pub middles: Vec<Option<f64>>,
}

impl OfAll {
    pub fn new(known: &Known<'_>) -> OfAll {
        OfAll { worths: worths(known), teams: team_shares(known), middles: conditions::middles(known) }
    }
}

/// What an agent earned by the own and the team's results, before pool and budget.
pub fn draft(known: &Known<'_>, card: usize, all: &OfAll) -> Draft {
    let OfAll { worths, teams, middles } = all;
    let plan = known.plan;
    let mut draft = Draft::default();
    let whole = plan.bonus.share(plan.individual.0, WHOLE);
    if plan.individual < Exact::ONE {
        draft.pays(
            plan,
            Step {
                id: "part",
                numbers: vec![("bonus", money(plan, plan.bonus)), ("individual", plan.individual.to_string())],
                result: money(plan, whole),
                says: format!(
                    "{} of the bonus of {} goes by your own results: {}.",
                    percent(plan.individual),
                    priced(plan, plan.bonus),
                    priced(plan, whole)
                ),
            },
        );
    }
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
        draft.lost =
            Some(format!("{} does not meet what the plan asks for, and then it pays nothing", called(&gate.source)));
    }
    let Some(own) = own else { return draft };
    let scored = &known.cards.cards[card];
    let mut earned = own;
    if plan.individual < Exact::ONE {
        let team = known.team_of.get(&scored.verdict.agent);
        earned = with_the_team(plan, own, plan.bonus - whole, team, teams, &mut draft);
    }
    earned = capped(plan, earned, &mut draft);
    conditions::floor(known, scored, middles, &mut draft);
    // A gate that pays nothing is among those missed.
    let after = if draft.lost.is_some() { Money::ZERO } else { conditions::after_gates(earned, &missed) };
    if after != earned {
        draft.pays(
            plan,
            Step {
                id: "conditions",
                numbers: vec![("amount", money(plan, earned))],
                result: money(plan, after),
                says: format!("What was not met changes your {} to {}.", priced(plan, earned), priced(plan, after)),
            },
        );
        earned = after;
    }
    let (days, of) = days_that_count(known, scored);
    if days < of {
        let part = earned.share(days.0, of.0);
        draft.pays(
            plan,
            Step {
                id: "prorate",
                numbers: vec![("amount", money(plan, earned)), ("days", days.to_string()), ("of", of.to_string())],
                result: money(plan, part),
                says: format!(
                    "{} of the period's {} days count for you: {} of {}, which is {}.",
                    short(days),
                    short(of),
                    fraction(days, of),
                    priced(plan, earned),
                    priced(plan, part)
                ),
            },
        );
        earned = part;
    }
    draft.earned = earned;
    draft
}

/// No more than the plan's cap.
fn capped(plan: &Plan, amount: Money, draft: &mut Draft) -> Money {
    let Some(cap) = plan.cap else { return amount };
    let most = plan.bonus.share(cap.0, WHOLE);
    let capped = amount.min(most);
    draft.pays(
        plan,
        Step {
            id: "cap",
            numbers: vec![("amount", money(plan, amount)), ("most", money(plan, most))],
            result: money(plan, capped),
            says: format!(
                "The plan pays at most {} of the bonus, {}: you have {}.",
                percent(cap),
                priced(plan, most),
                priced(plan, capped)
            ),
        },
    );
    capped
}

fn fraction(part: Exact, of: Exact) -> String {
    format!("{}/{}", short(part), short(of))
}

/// Adds what the team's results earn.
fn with_the_team(
    plan: &Plan,
    own: Money,
    part: Money,
    team: Option<&String>,
    teams: &HashMap<String, Exact>,
    draft: &mut Draft,
) -> Money {
    let share = team.and_then(|name| teams.get(name)).copied();
    let amount = part.share(share.unwrap_or_default().0, WHOLE);
    let earned = own + amount;
    let says = match (team, share) {
        (Some(name), Some(share)) => format!(
            "The other {} go by the results of {name}, which are judged as yours are: {} of them, {}. With your own, {}.",
            priced(plan, part),
            percent(share),
            priced(plan, amount),
            priced(plan, earned)
        ),
        (Some(name), None) => format!(
            "The other {} go by the results of {name}, of which too little is known: nothing. With your own, {}.",
            priced(plan, part),
            priced(plan, earned)
        ),
        (None, _) => format!(
            "The other {} go by the results of the team, and no team of yours is known: nothing. With your own, {}.",
            priced(plan, part),
            priced(plan, earned)
        ),
    };
    draft.pays(
        plan,
        Step {
            id: "team",
            numbers: vec![
                ("part", money(plan, part)),
                ("share", share.unwrap_or_default().to_string()),
                ("own", money(plan, own)),
            ],
            result: money(plan, earned),
            says,
        },
    );
    earned
}

/// What the score earns of `whole`.
fn by_score(plan: &Plan, payout: &Payout, worth: &Worth, whole: Money, drops: bool, draft: &mut Draft) -> Money {
    worth_steps(plan, None, payout, worth, draft);
    let value = worth.value;
    let share = if drops { payout.curve.share_one_level_down(value) } else { payout.curve.share(value) };
    let share = share.unwrap_or_default();
    curve_step(plan, None, payout, value, share, drops, draft);
    draft.share = Some(share);
    let amount = whole.share(share.0, WHOLE);
    draft.pays(
        plan,
        Step {
            id: "bonus",
            numbers: vec![("bonus", money(plan, whole)), ("share", share.to_string())],
            result: money(plan, amount),
            says: format!("{} of {}: {}.", percent(share), priced(plan, whole), priced(plan, amount)),
        },
    );
    amount
}

/// What the measures earn one by one; `None` where none of them is known.
fn by_measures(plan: &Plan, worths: &[Option<Worth>], whole: Money, draft: &mut Draft) -> Option<Money> {
    let mut sum = Money::ZERO;
    let mut shares = Exact::ZERO;
    let payouts = || plan.measures.iter().zip(worths).filter_map(|(m, worth)| Some((m, m.payout.as_ref()?, worth)));
    if payouts().all(|(.., worth)| worth.is_none()) {
        return None;
    }
    for (measure, payout, worth) in payouts() {
        let part = whole.share(measure.weight.0, WHOLE);
        if let Some(worth) = worth {
            worth_steps(plan, Some(measure), payout, worth, draft);
        }
        let (amount, share) = match (worth, &payout.curve) {
            (Some(worth), Curve::Rates { tiers, apply }) => {
                let amount = by_units(plan, measure, worth.value, (tiers, *apply), payout, draft);
                (amount, Exact::of(amount.0 as f64 / part.0.max(1) as f64))
            }
            _ => by_curve(plan, measure, payout, *worth, whole, draft),
        };
        sum += amount;
        shares = shares + measure.weight.times(share);
    }
    draft.share = Some(shares);
    if plan.measures.len() > 1 {
        draft.pays(
            plan,
            Step {
                id: "sum",
                numbers: Vec::new(),
                result: money(plan, sum),
                says: format!("All measures together: {}.", priced(plan, sum)),
            },
        );
    }
    Some(sum)
}

/// What a measure earns by its rates for units.
fn by_units(
    plan: &Plan,
    measure: &PlanMeasure,
    units: Exact,
    (tiers, apply): (&[Tier], Apply),
    payout: &Payout,
    draft: &mut Draft,
) -> Money {
    let amount = payout.curve.amount(units).unwrap_or_default().share(plan.individual.0, WHOLE);
    let rates: Vec<String> = tiers
        .iter()
        .map(|t| format!("{}:{}", t.up_to.map_or("rest".to_string(), |to| to.to_string()), money(plan, t.rate)))
        .collect();
    let (name, meaning) = match apply {
        Apply::Retroactive => ("retroactive", "the rate that is reached counts for all"),
        Apply::Marginal => ("marginal", "each rate counts for the units up to the next"),
    };
    let told: Vec<String> = tiers
        .iter()
        .map(|t| {
            let up_to = t.up_to.map_or("above".to_string(), |to| format!("up to {}", short(to)));
            format!("{} {up_to}", priced(plan, t.rate))
        })
        .collect();
    let of_part = if plan.individual < Exact::ONE {
        format!(", and {} of that goes by your own results", percent(plan.individual))
    } else {
        String::new()
    };
    draft.pays(
        plan,
        Step {
            id: "units",
            numbers: numbers(
                Some(measure),
                vec![
                    ("units", units.to_string()),
                    ("apply", name.to_string()),
                    ("tiers", rates.join(" ")),
                    ("individual", plan.individual.to_string()),
                ],
            ),
            result: money(plan, amount),
            says: format!(
                "{}: {} at {} for each ({meaning}){of_part}: {}.",
                named(measure),
                short(units),
                told.join(", "),
                priced(plan, amount)
            ),
        },
    );
    amount
}

/// What a measure earns of its part of the bonus; nothing where it is not known.
fn by_curve(
    plan: &Plan,
    measure: &PlanMeasure,
    payout: &Payout,
    worth: Option<Worth>,
    whole: Money,
    draft: &mut Draft,
) -> (Money, Exact) {
    let part = whole.share(measure.weight.0, WHOLE);
    let share = worth.and_then(|worth| payout.curve.share(worth.value)).unwrap_or_default();
    if let Some(worth) = worth {
        curve_step(plan, Some(measure), payout, worth.value, share, false, draft);
    }
    let amount = part.share(share.0, WHOLE);
    let what = named(measure);
    let its_part = format!("{} of {}, which is {}", percent(measure.weight), priced(plan, whole), priced(plan, part));
    let says = match worth {
        Some(_) => format!("{what} has {its_part}: {} of that is {}.", percent(share), priced(plan, amount)),
        None => format!("{what} has {its_part}. Nothing is known of it for you, so that it earns nothing."),
    };
    draft.pays(
        plan,
        Step {
            id: "measure",
            numbers: numbers(
                Some(measure),
                vec![
                    ("bonus", money(plan, whole)),
                    ("weight", measure.weight.to_string()),
                    ("share", share.to_string()),
                ],
            ),
            result: money(plan, amount),
            says,
        },
    );
    (amount, share)
}

/// Splits the pool among those who take part, if the centre earned it; returns what it pays in all. Who lost the bonus by
/// a condition has no part of the pool either, and nobody else gets it.
pub fn split_pool(known: &Known<'_>, eligible: &[usize], drafts: &mut [Draft]) -> Option<Money> {
    let plan = known.plan;
    let pool = plan.pool.as_ref()?;
    let value = match &pool.source {
        Source::Metric(at) => catalogue::value(&CATALOGUE[*at], known.centre, known.definitions, &known.log.tells),
        _ => None,
    };
    let value = value.map(number).map(Exact::of);
    let reached = value.is_some_and(|value| pool.bound.holds(value));
    let (word, bound) = match pool.bound {
        Bound::AtLeast(bound) => ("at least", bound),
        Bound::AtMost(bound) => ("at most", bound),
    };
    let told = format!(
        "the centre's {} is {}, and the plan asks for {word} {}",
        called(&pool.source),
        value.map_or("not known".to_string(), |value| in_its_unit(&pool.source, value)),
        in_its_unit(&pool.source, bound)
    );
    let handled = |i: usize| known.handled(&known.cards.cards[i]) as i64;
    let all: i64 = match pool.split {
        Split::Equal => eligible.len() as i64,
        Split::Contacts => eligible.iter().map(|i| handled(*i)).sum(),
    };
    for i in eligible {
        if drafts[*i].lost.is_some() {
            continue;
        }
        let part = if pool.split == Split::Equal { 1 } else { handled(*i) };
        let shared = if reached { pool.amount } else { Money::ZERO };
        let amount = shared.share(part, all.max(1));
        let draft = &mut drafts[*i];
        let with = draft.earned + amount;
        let says = match pool.split {
            _ if !reached => format!("No pool is shared: {told}."),
            Split::Equal => format!(
                "{} are shared by all {all} who take part: {told}. Your part is {}; with it you have {}.",
                priced(plan, pool.amount),
                priced(plan, amount),
                priced(plan, with)
            ),
            Split::Contacts => format!(
                "{} are shared by handled calls, of which {part} of {all} are yours: {told}. Your part is {}; with it \
                 you have {}.",
                priced(plan, pool.amount),
                priced(plan, amount),
                priced(plan, with)
            ),
        };
        draft.pays(
            plan,
            Step {
                id: "pool",
                numbers: vec![
                    ("amount", money(plan, draft.earned)),
                    ("pool", money(plan, shared)),
                    ("part", part.to_string()),
                    ("of", all.to_string()),
                ],
                result: money(plan, with),
                says,
            },
        );
        draft.pool = amount;
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
                    draft.pays(plan, Step {
                        id: "budget",
                        numbers: vec![
                            ("amount", money(plan, amount)),
                            ("budget", money(plan, budget)),
                            ("asked", money(plan, asked)),
                            ("most", most.to_string()),
                        ],
                        result: money(plan, scaled),
                        says: format!(
                            "All together earned {}, and the budget is {}: all amounts {} alike, yours from {} to {}.",
                            priced(plan, asked),
                            priced(plan, budget),
                            if budget < asked { "shrink" } else { "grow" },
                            priced(plan, amount),
                            priced(plan, scaled)
                        ),
                    });
                    amount = scaled;
                }
            }
            let rounded = amount.down_to(plan.rounding);
            if rounded != amount {
                draft.pays(
                    plan,
                    Step {
                        id: "rounding",
                        numbers: vec![("amount", money(plan, amount)), ("to", money(plan, plan.rounding))],
                        result: money(plan, rounded),
                        says: format!("Rounded down to {}: {}.", priced(plan, plan.rounding), priced(plan, rounded)),
                    },
                );
            }
            rounded
        })
        .collect()
}
