//! From results to the amount, step by step, and what would have changed it.

use super::{Block, SectionReport, StatementParts, amount_text};
use crate::explain::{Change, Evidence, Found, Goal, Then, WhatIf};
use crate::incentives::{Action, Step, called, percent, shown};
use crate::judge::Measure;
use crate::money::{Currency, Money};
use crate::plan::curve::Curve;
use crate::plan::{On, Payout, PlanMeasure, Source};
use crate::report::{capital, clock};
use schemars::JsonSchema;
use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};

/// The steps and where they end.
#[derive(Debug, Serialize, JsonSchema)]
pub struct StepsReport {
    /// Every step to the amount, in order.
    pub steps: Vec<StepReport>,
    /// `pay`, `carry-forward`, `hold`, `none`, `not-eligible` or `recognise`.
    pub action: &'static str,
    /// What is recommended to be paid now, an amount as decimal text.
    pub amount: String,
    /// What is paid if a review finds nothing, an amount as decimal text.
    pub if_released: String,
    /// Share of the bonus by the agent's own results, decimal text of four digits; null where nothing could be
    /// judged.
    pub share: Option<String>,
    /// Code of the currency; null in a plan without money.
    pub currency: Option<&'static str>,
    /// Why, in a sentence.
    pub reason: String,
    /// Something to work on; null where nothing surely lies below what was to be expected.
    pub coaching: Option<String>,
}

/// One step, with the numbers that it can be done again from.
#[derive(Debug, Serialize, JsonSchema)]
pub struct StepReport {
    /// Which step.
    pub id: &'static str,
    /// The numbers that it can be done again from, by name, as decimal text.
    #[schemars(with = "std::collections::BTreeMap<String, String>")]
    pub numbers: Numbers,
    /// Where it leads: decimal text, or a word.
    pub result: String,
    /// The same as a sentence.
    pub says: String,
}

/// Numbers by name, in their order.
#[derive(Debug)]
pub struct Numbers(Vec<(&'static str, String)>);

impl Serialize for Numbers {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (name, number) in &self.0 {
            map.serialize_entry(name, number)?;
        }
        map.end()
    }
}

pub fn steps(parts: &StatementParts<'_>) -> (StepsReport, SectionReport) {
    let plan = parts.known.plan;
    let found = parts.recommendation;
    let text = |amount| amount_text(amount, plan.currency);
    let mut blocks: Vec<Block> = found.steps.iter().map(step_block).collect();
    if let Some(text) = unknown_steps(parts) {
        blocks.insert(0, Block::Paragraph(text));
    }
    let reason = &found.reason;
    blocks.push(Block::Paragraph(match found.action {
        Action::NotEligible => format!("You do not take part in this plan: {reason}."),
        action => format!("In a word: {}; {reason}.", in_words(action)),
    }));
    blocks.extend(found.coaching.iter().map(|text| Block::Paragraph(format!("To work on: {text}."))));
    let report = StepsReport {
        steps: found
            .steps
            .iter()
            .map(|step| StepReport {
                id: step.id,
                numbers: Numbers(step.numbers.clone()),
                result: step.result.clone(),
                says: step.says.clone(),
            })
            .collect(),
        action: found.action.name(),
        amount: text(found.amount),
        if_released: text(found.if_released),
        share: found.share.map(|share| share.to_string()),
        currency: plan.currency.map(Currency::code),
        reason: found.reason.clone(),
        coaching: found.coaching.clone(),
    };
    (report, SectionReport { id: "steps", title: "From your results to the amount", blocks })
}

fn in_words(action: Action) -> &'static str {
    match action {
        Action::Pay => "pay",
        Action::Recognise => "recognition",
        Action::CarryForward => "nothing yet, but carried forward",
        Action::Hold => "held for review",
        Action::None => "no payment",
        Action::NotEligible => "not in the plan",
    }
}

fn step_block(step: &Step) -> Block {
    let numbers: Vec<String> = step.numbers.iter().map(|(name, number)| format!("{name}={number}")).collect();
    Block::Step { id: step.id, says: step.says.clone(), numbers: numbers.join("; "), result: step.result.clone() }
}

/// Why there are no steps, where there are none of the agent's own results.
fn unknown_steps(parts: &StatementParts<'_>) -> Option<String> {
    let asked = parts.known.plan.eligible.contacts;
    let handled = parts.card().totals.handled;
    let found = parts.recommendation;
    if found.action == Action::NotEligible || found.share.is_some() {
        return None;
    }
    Some(if handled < asked {
        format!(
            "Your {handled} handled calls are fewer than the {asked} that the plan asks for, so that nothing is reckoned yet."
        )
    } else {
        "There is nothing to compare your results with, so that nothing is reckoned.".to_string()
    })
}

/// A change and where it would have led.
#[derive(Debug, Serialize, JsonSchema)]
pub struct WhatIfReport {
    /// `resolution`, `satisfaction`, `handle_time` or `outcome`.
    pub measure: &'static str,
    /// `fewer-repeats`, `more-good-answers`, `more-wanted-outcomes`, `shorter-calls` or `longer-calls`.
    pub change: &'static str,
    /// Events that there were, or the seconds that were tried.
    pub of: u64,
    /// What is counted: `customers`, `answers`, `contacts` or `seconds`.
    pub unit: &'static str,
    /// `level`: the next level of the plan; `floor`: the floor of resolution; `tenth`: a tenth of `of`.
    pub goal: &'static str,
    /// Name of the level, where the goal is one; else null.
    pub level: Option<String>,
    /// How many; null where all of them would not do.
    pub by: Option<u64>,
    /// `by` lies on the straight line between the ends, which alone were judged again.
    pub is_about: bool,
    /// On the curve, decimal text of four digits; null where nothing is reckoned.
    pub value: Option<String>,
    /// Of the bonus, decimal text of four digits; null where nothing is reckoned.
    pub share: Option<String>,
    /// What would have been recommended, an amount as decimal text.
    pub amount: String,
    /// How much more that is, an amount as decimal text.
    pub more: String,
    /// The same as a sentence.
    pub says: String,
}

/// How much more of the same would be enough to be sure.
#[derive(Debug, Serialize, JsonSchema)]
pub struct EvidenceReport {
    /// The measure that is paid by itself; null for the score.
    pub measure: Option<&'static str>,
    /// The next level of the plan.
    pub level: String,
    /// More handled calls, about; null where no number would do.
    pub calls: Option<u64>,
    /// How long they take at the agent's pace; null with `calls`.
    pub weeks: Option<f64>,
    /// The same as a sentence.
    pub says: String,
}

const EACH_ALONE: &str = "Each of these by itself, with everything else as it was, judged and computed again in the same \
                          way. They show what counts, and how much; they are no target for a single call, and nobody has \
                          to be perfect. To pass calls on, to cut them short or to choose who is asked for a survey does not \
                          help: neither counts for you, and signals look for it.";

pub fn what_ifs(parts: &StatementParts<'_>) -> (Vec<WhatIfReport>, Vec<EvidenceReport>, SectionReport) {
    let reports: Vec<WhatIfReport> = parts.what_ifs.all.iter().map(|w| what_if(parts, w)).collect();
    let evidence: Vec<EvidenceReport> = parts.what_ifs.evidence.iter().map(|e| evidence(parts, e)).collect();
    let mut blocks = Vec::new();
    if reports.is_empty() {
        blocks.push(Block::Paragraph(nothing(parts)));
    } else {
        blocks.push(Block::Paragraph(EACH_ALONE.to_string()));
        blocks.extend(reports.iter().map(|w| Block::Item(w.says.clone())));
    }
    blocks.extend(in_the_band(parts).map(Block::Item));
    blocks.extend(others(parts).into_iter().map(Block::Item));
    blocks.extend(evidence.iter().map(|e| Block::Item(e.says.clone())));
    (reports, evidence, SectionReport { id: "what_if", title: "What would have changed the amount", blocks })
}

/// Why there is nothing to tell.
fn nothing(parts: &StatementParts<'_>) -> String {
    let plan = parts.known.plan;
    let card = parts.card();
    if parts.recommendation.action == Action::NotEligible {
        return "Nothing in your results: you do not take part in the plan.".to_string();
    }
    if card.totals.handled < plan.eligible.contacts {
        return format!(
            "More calls: the plan asks for {}, and you have {}.",
            plan.eligible.contacts, card.totals.handled
        );
    }
    if plan.rule.is_naive() {
        return "This plan pays raw figures, in which the calls that you were given and luck weigh as much as you do. What \
                would have changed them is not reckoned."
            .to_string();
    }
    if !card.verdict.compared {
        return "That cannot be said where there is nobody to compare with.".to_string();
    }
    "Nothing that a call log shows and that would be good for customers: no measure of yours would have earned more."
        .to_string()
}

/// What else took something away: conditions that were not met, and signals.
fn others(parts: &StatementParts<'_>) -> Vec<String> {
    let found = parts.recommendation;
    let missed = |step: &&Step| step.id == "gate" && step.result == "missed";
    let mut all: Vec<String> =
        found.steps.iter().filter(missed).map(|step| format!("A condition: {}", step.says)).collect();
    if found.if_released > Money::ZERO {
        all.push(format!("The review: if it finds nothing, {} are paid.", parts.priced(found.if_released)));
    }
    all
}

/// A two-sided measure in which the agent is where everybody should be.
fn in_the_band(parts: &StatementParts<'_>) -> Option<String> {
    let measure = parts.known.plan.measures.iter().find(|m| m.two_sided.is_some())?;
    let Source::Judged(kind) = measure.source else { return None };
    let judged = parts.card().verdict.measures[kind as usize].filter(|_| parts.card().verdict.compared)?;
    let band = measure.two_sided.map(crate::plan::Exact::f64)?;
    (judged.skill.abs() <= band).then(|| {
        format!(
            "{}: yours is in the usual range. To be quicker or slower would not have earned more.",
            capital(&called(&measure.source))
        )
    })
}

/// The measure of the plan and the curve that it is paid by.
fn paid<'a>(parts: &'a StatementParts<'_>, measure: Measure) -> Option<(&'a PlanMeasure, Option<&'a Payout>)> {
    let plan = parts.known.plan;
    let of = plan.measures.iter().find(|m| m.source == Source::Judged(measure))?;
    Some(match &plan.on {
        On::Score(payout) => (of, Some(payout)),
        On::Measures => (of, of.payout.as_ref()),
    })
}

/// A level of the curve by which a measure is paid.
fn level(parts: &StatementParts<'_>, measure: Measure, at: usize) -> String {
    let Some((of, Some(payout))) = paid(parts, measure) else { return String::new() };
    let (Curve::Line(points) | Curve::Steps(points)) = &payout.curve else { return String::new() };
    let about = (parts.known.plan.on == On::Measures).then_some(of);
    let name = payout.levels.get(at).map_or("the most that is paid for", |level| level.name.as_str());
    let value = points.get(at).map_or(String::new(), |(value, _)| shown(about, payout, *value));
    format!("{name} ({value})")
}

fn what_if(parts: &StatementParts<'_>, w: &WhatIf) -> WhatIfReport {
    let now = match parts.recommendation.action {
        Action::Pay => parts.recommendation.amount,
        _ => parts.recommendation.if_released,
    };
    let (goal, of_level) = match w.goal {
        Goal::Floor => ("floor", None),
        Goal::Level(at) => ("level", Some(level(parts, w.measure, at))),
        Goal::Tenth => ("tenth", None),
    };
    let (by, is_about, then) = match w.found {
        Found::Enough { by, is_about, then } => (Some(by), is_about, then),
        Found::OutOfReach(then) => (None, false, then),
    };
    let text = |amount| amount_text(amount, parts.known.plan.currency);
    let (change, unit) = match w.change {
        Change::FewerRepeats => ("fewer-repeats", "customers"),
        Change::MoreGoodAnswers => ("more-good-answers", "answers"),
        Change::MoreWanted => ("more-wanted-outcomes", "contacts"),
        Change::ShorterCalls => ("shorter-calls", "seconds"),
        Change::LongerCalls => ("longer-calls", "seconds"),
    };
    WhatIfReport {
        measure: w.measure.id(),
        change,
        of: w.of,
        unit,
        goal,
        says: says(parts, w, of_level.as_deref(), by, is_about, &then, now),
        level: of_level,
        by,
        is_about,
        value: then.value.map(|value| value.to_string()),
        share: then.share.map(|share| share.to_string()),
        amount: text(then.amount),
        more: text(then.amount - now),
    }
}

fn says(
    parts: &StatementParts<'_>,
    w: &WhatIf,
    level: Option<&str>,
    by: Option<u64>,
    is_about: bool,
    then: &Then,
    now: Money,
) -> String {
    let what = match w.measure {
        Measure::Resolution => "Resolution",
        Measure::Satisfaction => "Satisfaction",
        Measure::Outcome => "Outcome",
        Measure::HandleTime => "Handle time",
    };
    let level = level.unwrap_or_default();
    let handle_time = parts.card().verdict.measures[Measure::HandleTime as usize];
    let is_now = handle_time.map_or(String::new(), |j| clock(j.observed));
    let Some(by) = by else {
        let goal = match w.goal {
            Goal::Floor => "the floor would not have been kept".to_string(),
            _ => format!("{level} would not have been reached"),
        };
        let so = worth(parts, then, now).map_or(String::new(), |so| format!("; {so}"));
        return format!("{what}: {goal} even {}{so}.", changed(w, w.of, "", &is_now));
    };
    let about = if is_about { "about " } else { "" };
    let change = changed(w, by, about, &is_now);
    let so = worth(parts, then, now);
    let reached = match w.goal {
        Goal::Floor => Some("the floor would have been kept".to_string()),
        Goal::Level(_) => Some(format!("you would have reached {level}")),
        Goal::Tenth if so.is_some() => None,
        Goal::Tenth => Some(format!("you would have had {} of what the plan asks for", share(then))),
    };
    let all: Vec<String> = reached.into_iter().chain(so).collect();
    let has_money = parts.known.plan.currency.is_some();
    let end =
        if has_money && then.amount == now && w.goal != Goal::Tenth { ", without a change of the amount" } else { "" };
    format!("{what}: {change}, {}{end}.", all.join(" and "))
}

/// A change by so many events or seconds, as a condition.
fn changed(w: &WhatIf, by: u64, about: &str, handle_time: &str) -> String {
    let of = w.of;
    match w.change {
        Change::FewerRepeats if by == of => format!("if none of the {of} customers who came back had had to"),
        Change::FewerRepeats => format!("if {about}{by} of the {of} customers who came back had not had to"),
        Change::MoreGoodAnswers if by == of => format!("if all of the {of} answers that were not good had been"),
        Change::MoreGoodAnswers => format!("if {about}{by} of the {of} answers that were not good had been"),
        Change::MoreWanted if by == of => format!("if all of the {of} contacts that did not come out as wanted had"),
        Change::MoreWanted => format!("if {about}{by} of the {of} contacts that did not come out as wanted had"),
        Change::ShorterCalls => format!(
            "if your calls, which take {handle_time}, had been {about}{by} s shorter on average, and none cut short"
        ),
        Change::LongerCalls => {
            format!("if you had taken {about}{by} s more for a call, which takes {handle_time} on average")
        }
    }
}

fn share(then: &Then) -> String {
    then.share.map_or("nothing".to_string(), percent)
}

/// What a change is worth; nothing where it changes no amount.
fn worth(parts: &StatementParts<'_>, then: &Then, now: Money) -> Option<String> {
    parts.known.plan.currency?;
    let difference = if then.amount > now {
        format!("{} more", parts.priced(then.amount - now))
    } else if then.amount < now {
        format!("{} less", parts.priced(now - then.amount))
    } else {
        return None;
    };
    Some(format!("you would have earned {}, {difference}", parts.priced(then.amount)))
}

fn evidence(parts: &StatementParts<'_>, e: &Evidence) -> EvidenceReport {
    let measure = e.measure.or_else(|| Measure::ALL.into_iter().find(|m| paid(parts, *m).is_some()));
    let level = measure.map_or(String::new(), |measure| level(parts, measure, e.level));
    let handled = parts.counted.handled.max(1) as f64;
    let weeks_of_log = parts.known.cards.tally.span_ms as f64 / 604_800_000.0;
    let weeks = e.calls.map(|calls| calls as f64 / handled * weeks_of_log);
    let of = e.measure.map_or(String::new(), |m| format!(", {}", m.id().replace('_', " ")));
    let says = match (e.calls, weeks) {
        (Some(calls), Some(weeks)) => format!(
            "More evidence{of}: at the same level, about {calls} more calls of yours, {:.0} week{} at your pace, would make \
             it sure enough for {level}.",
            weeks.ceil(),
            if weeks > 1.0 { "s" } else { "" }
        ),
        _ if e.is_guessed => format!(
            "More evidence{of}: {level} is what the best guess says, but not even 20 times as many calls would make it sure \
             enough: calls and colleagues differ, so that some doubt stays."
        ),
        _ => format!(
            "More evidence{of}: more calls alone would not bring {level}; your best guess itself lies below it."
        ),
    };
    EvidenceReport { measure: e.measure.map(Measure::id), level, calls: e.calls, weeks, says }
}
