//! What to say beside an amount: the reason, and what to work on.

use super::conditions::days_that_count;
use super::words::{listed, money, percent, priced};
use super::{Action, Draft, Known, Step};
use crate::judge::{Judged, Measure, RELIABLE, Z80};
use crate::money::Money;
use crate::plan::{Exact, On, Plan, Rule};
use crate::scorecards::Scorecard;

/// Why this is recommended, in a sentence without a full stop.
pub fn reason(known: &Known<'_>, card: &Scorecard, action: Action, draft: &Draft, amount: Money) -> String {
    let plan = known.plan;
    let share = draft.share.unwrap_or_default();
    let earns = draft.share.is_some_and(|share| share.0 > 0);
    let surely = if plan.rule == Rule::LowerBound { "surely " } else { "" };
    match action {
        Action::Pay if earns => format!("results {surely}earn {} of the bonus", percent(share)),
        Action::Pay if draft.pool > Money::ZERO => "the part of the pool; own results earn nothing".to_string(),
        Action::Pay => "the team's results; own results earn nothing".to_string(),
        Action::Recognise => format!("results {surely}reach {}", level(plan, share.f64())),
        Action::Hold if amount > Money::ZERO => format!(
            "look into {} before anyone is paid; {} if the review finds nothing",
            listed(&card.signals),
            priced(plan, amount)
        ),
        Action::Hold => format!("look into {} before anyone is paid", listed(&card.signals)),
        Action::CarryForward => carried(known, card),
        Action::None => match &draft.lost {
            Some(lost) => lost.clone(),
            None if earns && days_that_count(known, card).0 == Exact::ZERO => {
                "none of the period's days count".to_string()
            }
            None if earns => "what was earned is less than the smallest amount that is paid".to_string(),
            None => format!("results are not {surely}above the threshold"),
        },
        Action::NotEligible => String::new(),
    }
}

/// The level of the plan that a share belongs to.
fn level(plan: &Plan, share: f64) -> String {
    let On::Score(payout) = &plan.on else { return format!("{:.0} % of what the plan asks for", 100.0 * share) };
    let reached = payout.levels.iter().rfind(|level| level.pays.f64() <= share);
    reached.map_or_else(|| format!("{:.0} % of the way to the target", 100.0 * share), |level| level.name.clone())
}

/// The last step: what is to be paid now of the amount that the steps before came to.
pub fn recommended(plan: &Plan, card: &Scorecard, action: Action, amount: Money, now: Money) -> Step {
    let says = match action {
        Action::Pay => format!("Recommended: {}.", priced(plan, now)),
        Action::Hold if amount > Money::ZERO => format!(
            "Recommended: nothing before somebody has looked into {}. {} are set aside, and are paid if the review finds \
             nothing.",
            listed(&card.signals),
            priced(plan, amount)
        ),
        Action::Hold => {
            format!("Recommended: nothing, and that somebody looks into {}.", listed(&card.signals))
        }
        Action::CarryForward if plan.pooled > 1 => {
            "Recommended: nothing for this period. Your calls count on in the next one.".to_string()
        }
        Action::CarryForward => "Recommended: nothing for this period, for want of evidence.".to_string(),
        Action::Recognise | Action::None | Action::NotEligible => "Recommended: nothing.".to_string(),
    };
    Step {
        id: "recommended",
        numbers: vec![("amount", money(plan, amount)), ("action", action.name().to_string())],
        result: money(plan, now),
        says,
    }
}

fn carried(known: &Known<'_>, card: &Scorecard) -> String {
    let asked = known.plan.eligible.contacts;
    let on = match known.plan.pooled {
        1 => "judged together with another period (`pooled`) these calls would count on",
        _ => "these calls count on in the next period",
    };
    let handled = card.totals.handled;
    if handled < asked {
        return format!("{handled} calls are too few to say; the plan asks for {asked}; {on}");
    }
    match &card.verdict.score {
        Some(score) => format!(
            "{:.0} % likely to be above the middle, but too little is known to be sure; {on}",
            score.p_above_median * 100.0
        ),
        None => "nobody else takes the same kinds of call, so that there is nothing to compare with".to_string(),
    }
}

/// The measure that lies farthest below the others', where that is sure, as something to work on.
pub fn coaching(known: &Known<'_>, card: &Scorecard) -> Option<String> {
    let judgement = &known.cards.judgement;
    let surely_low = |measure: Measure| -> Option<(f64, Measure, Judged)> {
        let judged = card.verdict.measures[measure as usize].filter(|_| card.verdict.compared)?;
        judgement.measure(measure).filter(|all| all.told_apart)?;
        let weighed = known.plan.weight_of(measure) > Exact::ZERO || known.plan.rule.is_naive();
        let low = weighed && judged.skill + Z80 * libm::sqrt(judged.skill_variance) < 0.0;
        (low && judged.reliability >= RELIABLE).then_some((judged.skill, measure, judged))
    };
    let mut gaps: Vec<_> = Measure::ALL.into_iter().filter_map(surely_low).collect();
    gaps.sort_by(|a, b| a.0.total_cmp(&b.0));
    gaps.first().map(|(_, measure, judged)| advice(*measure, judged))
}

fn advice(measure: Measure, judged: &Judged) -> String {
    let percent = |x: f64| format!("{:.1} %", 100.0 * x);
    match measure {
        Measure::Resolution => format!(
            "resolution: {} of the calls were settled, and {} were to be expected; listen together to calls whose \
             customers came back or were passed on",
            percent(judged.observed),
            percent(judged.expected)
        ),
        Measure::Satisfaction => format!(
            "satisfaction: {} of the answers are good, and {} were to be expected; read the answers together",
            percent(judged.observed),
            percent(judged.expected)
        ),
        Measure::Outcome => format!(
            "outcome: {} of the contacts came out as wanted, {} were to be expected; look together at those that did not",
            percent(judged.observed),
            percent(judged.expected)
        ),
        Measure::HandleTime => format!(
            "handle time: {:.0} s, and {:.0} s were to be expected of the same calls; look for what takes long, not at \
             the clock",
            judged.observed, judged.expected
        ),
    }
}
