//! The statement for one agent: what was recommended and why, to be read by the agent and to be checked line by line.

mod amount;
mod calls;
mod measures;

pub use amount::{EvidenceReport, StepsReport, WhatIfReport};
pub use calls::ContactsReport;
pub use measures::{MeasureResult, ScoreResult};

use super::{DetectorReport, PlanReport, Table, amount_text, detector_report};
use crate::decisions::Decisions;
use crate::explain::{Counted, WhatIfs};
use crate::incentives::{Adjustment, Known, Recommendation, percent, priced};
use crate::plan::{On, Rule};
use crate::scorecards::Scorecard;
use crate::strata::DayBlocks;
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::Serialize;

/// What a statement is made of.
pub struct StatementParts<'a> {
    pub known: &'a Known<'a>,
    /// The agent's place among the scorecards.
    pub card: usize,
    pub recommendation: &'a Recommendation,
    pub counted: &'a Counted,
    pub what_ifs: &'a WhatIfs,
    pub blocks: &'a DayBlocks,
    pub decisions: Option<&'a Decisions>,
    /// Of this agent.
    pub adjustments: &'a [Adjustment],
    /// The first day whose calls are judged, and the last day of the files.
    pub judged_from: Date,
    pub last_day: Date,
}

impl StatementParts<'_> {
    fn card(&self) -> &Scorecard {
        &self.known.cards.cards[self.card]
    }

    /// An amount in the plan's currency.
    fn priced(&self, amount: crate::money::Money) -> String {
        priced(self.known.plan, amount)
    }
}

/// The statement, in parts for machines and in sections for people.
#[derive(Debug, Serialize, JsonSchema)]
pub struct StatementReport {
    /// Whom it is about.
    pub agent: String,
    /// The agent's team; null where it is not known.
    pub team: Option<String>,
    /// The period that is paid.
    pub period: String,
    /// First day of the period.
    pub from: String,
    /// Last day of the period.
    pub to: String,
    /// First day of the calls that are judged.
    pub judged_from: String,
    /// Last day of the calls that are judged.
    pub judged_to: String,
    pub plan: PlanReport,
    pub contacts: ContactsReport,
    /// The score of all measures; null without one.
    pub score: Option<ScoreResult>,
    /// The plan's measures, judged.
    pub measures: Vec<MeasureResult>,
    pub statement: StepsReport,
    /// Signals of the agent.
    pub signals: Vec<SignalReport>,
    /// What would have changed the amount, each change by itself.
    pub what_if: Vec<WhatIfReport>,
    /// How much more of the same would make it sure enough, by the rule `lower-bound`.
    pub evidence: Vec<EvidenceReport>,
    /// Everything that was decided about the agent.
    pub decisions: Vec<DecisionReport>,
    /// What later facts change of decisions.
    pub adjustments: Vec<AdjustmentReport>,
    /// What to bring if something is wrong.
    pub dispute: Vec<String>,
    #[serde(skip)]
    pub title: String,
    #[serde(skip)]
    pub sections: Vec<SectionReport>,
}

/// A part of the statement for people.
#[derive(Debug)]
pub struct SectionReport {
    /// What it is about, in a word for machines.
    pub id: &'static str,
    pub title: &'static str,
    pub blocks: Vec<Block>,
}

/// What a section is made of.
#[derive(Debug)]
pub enum Block {
    Paragraph(String),
    /// One of several things beside each other.
    Item(String),
    /// A step of the computation: its id, what it says, its numbers and its result.
    Step {
        id: &'static str,
        says: String,
        numbers: String,
        result: String,
    },
    Table(Table),
}

/// A signal of the agent.
#[derive(Debug, Serialize, JsonSchema)]
pub struct SignalReport {
    /// It asks for review before anyone is paid.
    pub review: bool,
    /// Events that were seen.
    pub observed: f64,
    /// Calls that they are counted over.
    pub of: f64,
    /// Events that were to be expected.
    pub expected: f64,
    /// The numbers as a sentence.
    pub text: String,
    #[serde(flatten)]
    pub detector: DetectorReport,
    /// What is said of it where many agents show it; else null.
    pub centre: Option<String>,
}

/// What somebody decided.
#[derive(Debug, Serialize, JsonSchema)]
pub struct DecisionReport {
    /// The period that was decided about.
    pub period: String,
    /// `approve`, `override`, `hold` or `decline`.
    pub decision: &'static str,
    /// What is paid, an amount as decimal text.
    pub amount: String,
    /// Name of who decided.
    pub by: String,
    /// Day of the decision.
    pub when: String,
    /// The reason; null where none was given.
    pub why: Option<String>,
    /// What was recommended, an amount as decimal text; null where it was not written down.
    pub recommended: Option<String>,
}

/// What later facts change of a decision.
#[derive(Debug, Serialize, JsonSchema)]
pub struct AdjustmentReport {
    /// The period that was decided about.
    pub period: String,
    /// What was decided, an amount as decimal text.
    pub decided: String,
    /// The recommendation at the time, an amount as decimal text.
    pub recommended_then: String,
    /// The recommendation with all that is known now, an amount as decimal text.
    pub recommended_now: String,
    /// What that is more, an amount as decimal text.
    pub difference: String,
    /// Day of the last call in the files.
    pub as_of: String,
}

/// Puts the statement together.
pub fn statement_report(parts: &StatementParts<'_>) -> StatementReport {
    let known = parts.known;
    let (from, after) = crate::incentives::days_of(known);
    let to = after.yesterday().unwrap_or(after);
    let mut sections = vec![about(parts, from, to)];
    let (contacts, section) = calls::contacts(parts);
    sections.push(section);
    let (score, measures, section) = measures::measures(parts);
    sections.push(section);
    let (statement, section) = amount::steps(parts);
    sections.push(section);
    let (signals, section) = signals(parts);
    sections.push(section);
    let (what_if, evidence, section) = amount::what_ifs(parts);
    sections.push(section);
    let (decisions, adjustments, section) = decided(parts);
    sections.push(section);
    let dispute = dispute(parts);
    let items = dispute.iter().cloned().map(Block::Item);
    sections.push(SectionReport {
        id: "dispute",
        title: "If you think that something is wrong",
        blocks: std::iter::once(Block::Paragraph(DISPUTE.to_string())).chain(items).collect(),
    });
    StatementReport {
        agent: parts.card().name.clone(),
        team: parts.recommendation.team.clone(),
        period: known.label.to_string(),
        from: from.to_string(),
        to: to.to_string(),
        judged_from: parts.judged_from.to_string(),
        judged_to: to.min(parts.last_day).to_string(),
        plan: super::incentives::plan_report(known.plan),
        contacts,
        score,
        measures,
        statement,
        signals,
        what_if,
        evidence,
        decisions,
        adjustments,
        dispute,
        title: format!("Statement for {}, {}", parts.card().name, known.label),
        sections,
    }
}

/// Who, which plan, which period, which calls.
fn about(parts: &StatementParts<'_>, from: Date, to: Date) -> SectionReport {
    let known = parts.known;
    let plan = known.plan;
    let team = parts.recommendation.team.as_ref().map_or(String::new(), |team| format!(", {team}"));
    let together = match plan.pooled {
        1 => String::new(),
        n => format!(": the plan judges {n} {}s together, as far as the files go", plan.period.name()),
    };
    let blocks = [
        format!("For {}{team}. It shows how the recommendation for you came about, step by step.", parts.card().name),
        format!("The plan: {} (`{}`). {}", plan.name, plan.file, rule(parts)),
        format!("The period that is paid: {}, from {from} to {to}.", known.label),
        format!(
            "The calls that are judged: those from {} to {}{together}. What customers did after that is known up to {}.",
            parts.judged_from,
            to.min(parts.last_day),
            parts.last_day
        ),
        "This is a recommendation. Nothing is payable before a named person has decided.".to_string(),
    ];
    SectionReport {
        id: "about",
        title: "What this is about",
        blocks: blocks.into_iter().map(Block::Paragraph).collect(),
    }
}

/// The plan's rule in words.
fn rule(parts: &StatementParts<'_>) -> String {
    let plan = parts.known.plan;
    let on = match plan.on {
        On::Score(_) => "one score of all its measures",
        On::Measures => "each of its measures, one by one",
    };
    let how = match plan.rule {
        Rule::LowerBound => format!(
            "Your calls are compared with the same kinds of call of others, luck is taken out, and what you surely reach \
             counts: {} sure.",
            percent(plan.certainty)
        ),
        Rule::BestGuess => {
            "Your calls are compared with the same kinds of call of others, and the best guess of your level counts."
                .to_string()
        }
        Rule::NaiveObserved => {
            "It pays what was seen: neither the kinds of call that you were given nor luck are taken out.".to_string()
        }
        Rule::NaiveLeague => "It pays your place in a list of what was seen: neither the kinds of call that you were \
                              given nor luck are taken out."
            .to_string(),
    };
    let bonus = match plan.currency {
        Some(_) => format!(" Who meets the target earns {}.", parts.priced(plan.bonus)),
        None => " It gives recognition and no money.".to_string(),
    };
    format!("It goes by {on}. {how}{bonus}")
}

fn signals(parts: &StatementParts<'_>) -> (Vec<SignalReport>, SectionReport) {
    let all = &parts.known.cards.signals;
    let agent = parts.card().verdict.agent;
    let mut reports = Vec::new();
    let mut blocks = Vec::new();
    for signal in all.signals.iter().filter(|s| s.agent == agent) {
        let detector = detector_report(signal.detector);
        let text = signal.text();
        let centre = all.centre.iter().find(|c| c.detector.id == signal.detector.id).map(|c| c.text.clone());
        let asks = if signal.holds { "it asks for review before anyone is paid" } else { "it is worth a look" };
        blocks.push(Block::Paragraph(format!("{} ({}): {text}; {asks}.", detector.title, detector.signal)));
        blocks.push(Block::Item(format!("It could also be: {}.", detector.benign.join("; "))));
        blocks.push(Block::Item(format!("What a reviewer looks at: {}", detector.look_at)));
        blocks.extend(centre.iter().map(|text| Block::Item(format!("Not you alone: {text}."))));
        let n = &signal.numbers;
        reports.push(SignalReport {
            review: signal.holds,
            observed: n.observed,
            of: n.of,
            expected: n.expected,
            text,
            detector,
            centre,
        });
    }
    let end = if reports.is_empty() {
        "No signal stands out with you.".to_string()
    } else {
        "A signal is no verdict. It says that something differs from what others do by more than chance; somebody has to \
         listen to the calls before anything follows from it, and your score is the same with it and without it."
            .to_string()
    };
    blocks.push(Block::Paragraph(end));
    (reports, SectionReport { id: "signals", title: "Signals", blocks })
}

fn decided(parts: &StatementParts<'_>) -> (Vec<DecisionReport>, Vec<AdjustmentReport>, SectionReport) {
    let currency = parts.known.plan.currency;
    let text = |amount| amount_text(amount, currency);
    let name = &parts.card().name;
    let mine: Vec<_> = parts.decisions.iter().flat_map(|d| &d.all).filter(|d| d.agent == *name).collect();
    let mut blocks: Vec<Block> = mine
        .iter()
        .map(|d| {
            let why = d.why.as_ref().map_or(String::new(), |why| format!(": {why}"));
            let then = match d.recommended.filter(|then| *then != d.amount) {
                Some(then) => format!(" (recommended was {})", parts.priced(then)),
                None => String::new(),
            };
            let choice = d.choice.name();
            Block::Item(format!(
                "{}: {choice}, {}{then}, by {} on {}{why}",
                d.period,
                parts.priced(d.amount),
                d.by,
                d.when
            ))
        })
        .collect();
    if !mine.iter().any(|d| d.period == parts.known.label) {
        blocks.push(Block::Paragraph(format!("Nothing is decided about you for {} yet.", parts.known.label)));
    }
    blocks.extend(parts.adjustments.iter().map(|a| {
        Block::Item(format!(
            "{}: facts that came in until {} change the recommendation from {} to {}; what was decided, {}, is to be \
             corrected by {}",
            a.period,
            a.as_of,
            parts.priced(a.recommended_then),
            parts.priced(a.recommended_now),
            parts.priced(a.decided),
            parts.priced(a.difference)
        ))
    }));
    let decisions = mine
        .iter()
        .map(|d| DecisionReport {
            period: d.period.clone(),
            decision: d.choice.name(),
            amount: text(d.amount),
            by: d.by.clone(),
            when: d.when.to_string(),
            why: d.why.clone(),
            recommended: d.recommended.map(text),
        })
        .collect();
    let adjustments = parts
        .adjustments
        .iter()
        .map(|a| AdjustmentReport {
            period: a.period.clone(),
            decided: text(a.decided),
            recommended_then: text(a.recommended_then),
            recommended_now: text(a.recommended_now),
            difference: text(a.difference),
            as_of: a.as_of.to_string(),
        })
        .collect();
    (decisions, adjustments, SectionReport { id: "decisions", title: "What people decided", blocks })
}

const DISPUTE: &str = "Say so to the person who decides, before the decision or after it. Every number above comes from \
                       the files and the plan, and can be computed again from corrected ones. It helps to bring:";

/// What to bring to a dispute.
fn dispute(parts: &StatementParts<'_>) -> Vec<String> {
    let plan = parts.known.plan;
    let mut items = vec![
        "calls that are not yours, or whose queue, issue, times or survey answer are wrong: their ids, and what is right. \
         `callmerit export FILES` lists all calls as they were understood"
            .to_string(),
        "if there is a signal: what you know of those calls. `callmerit signals FILES --contacts` lists their ids, so that \
         you can listen to them together"
            .to_string(),
        "your name as the telephone system spells it, your team, your first and last day of work: they stand in the \
         roster, `--roster`"
            .to_string(),
    ];
    let leave = plan.prorate.leave.iter().cloned();
    let figure = |source: &crate::plan::Source| match source {
        crate::plan::Source::Figure(name) => Some(name.clone()),
        _ => None,
    };
    let gates = plan.gates.iter().filter_map(|gate| figure(&gate.source));
    let figures: Vec<String> =
        leave.chain(gates).chain(plan.measures.iter().filter_map(|m| figure(&m.source))).collect();
    if !figures.is_empty() {
        items.push(format!(
            "the figures from other systems that the plan uses ({}), where they are wrong: `--figures`",
            figures.join(", ")
        ));
    }
    items.push(
        "what no call log shows: a broken headset, a day of training, help for colleagues. A person can decide otherwise \
         than recommended, and writes down why"
            .to_string(),
    );
    items.push(
        "if facts change after the decision, the recommendation is computed again, and the difference is told as an \
         adjustment; the decision stays on record"
            .to_string(),
    );
    items
}
