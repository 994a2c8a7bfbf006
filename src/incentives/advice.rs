//! What to say beside an amount: the reason, and what to work on.

use super::{Action, Draft, Known};
use crate::judge::{Judged, Measure, MeasureOfAll, RELIABLE, Z80};
use crate::money::Money;
use crate::plan::Exact;
use crate::scorecards::Scorecard;

/// Why this is recommended, in a sentence without a full stop.
pub fn reason(known: &Known<'_>, card: &Scorecard, action: Action, draft: &Draft, amount: Money) -> String {
    let plan = known.plan;
    let share = draft.share.unwrap_or_default();
    let text = |amount: Money| plan.currency.map_or(String::new(), |c| format!("{} {c}", amount.text(c)));
    let surely = if plan.rule.is_naive() { "" } else { "surely " };
    match action {
        Action::Pay => {
            let earn = match share > Exact::ZERO {
                true => format!("results {surely}earn {} of the bonus", share.percent()),
                false if draft.share.is_none() => carried(known, card),
                false => format!("results are not {surely}above the threshold"),
            };
            if draft.pool > Money::ZERO { format!("{earn}; the pool pays all who take part") } else { earn }
        }
        Action::Recognise => {
            format!("results are {surely}above the middle: {} of the way to the target", share.percent())
        }
        Action::Hold => {
            let signals = card.signals.join(", ");
            let what = if amount > Money::ZERO {
                format!("; {} if the review finds nothing", text(amount))
            } else {
                String::new()
            };
            format!("look into {signals} before anyone is paid{what}")
        }
        Action::CarryForward => carried(known, card),
        Action::None => match &draft.lost {
            Some(lost) => lost.clone(),
            None if share > Exact::ZERO => "what was earned is less than the smallest amount that is paid".to_string(),
            None if plan.rule.is_naive() => "results are below the threshold".to_string(),
            None => "results are not surely above the threshold".to_string(),
        },
        Action::NotEligible => String::new(),
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
    let surely_low = |measure: Measure| -> Option<(f64, Measure, Judged, &MeasureOfAll)> {
        let judged = card.verdict.measures[measure as usize].filter(|_| card.verdict.compared)?;
        let all = judgement.measure(measure).filter(|all| all.told_apart)?;
        let weighed = known.plan.weight_of(measure) > Exact::ZERO || known.plan.rule.is_naive();
        let low = weighed && judged.skill + Z80 * libm::sqrt(judged.skill_variance) < 0.0;
        (low && judged.reliability >= RELIABLE).then_some((judged.skill, measure, judged, all))
    };
    let mut gaps: Vec<_> = Measure::ALL.into_iter().filter_map(surely_low).collect();
    gaps.sort_by(|a, b| a.0.total_cmp(&b.0));
    gaps.first().map(|(_, measure, judged, _)| advice(*measure, judged))
}

fn advice(measure: Measure, judged: &Judged) -> String {
    let percent = |x: f64| format!("{:.1} %", 100.0 * x);
    match measure {
        Measure::Resolution => format!(
            "resolution: {} of the customers were helped the first time, {} were to be expected; listen to calls whose \
             customers came back or were passed on",
            percent(judged.observed),
            percent(judged.expected)
        ),
        Measure::Satisfaction => format!(
            "satisfaction: {} of the answers are good, {} were to be expected; read the surveys together",
            percent(judged.observed),
            percent(judged.expected)
        ),
        Measure::Outcome => format!(
            "outcome: {} of the contacts came out as wanted, {} were to be expected; look together at those that did not",
            percent(judged.observed),
            percent(judged.expected)
        ),
        Measure::HandleTime => format!(
            "handle time: {:.0} s, {:.0} s were to be expected of the same calls; look for what takes long, and not for \
             the clock",
            judged.observed, judged.expected
        ),
    }
}
