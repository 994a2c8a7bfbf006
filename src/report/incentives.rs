//! Recommendations as tables, with the decisions that people took beside them.

use super::{Cell, Holds, Show, Table, columns};
use crate::decisions::Decisions;
use crate::incentives::{
    Action, Adjustment, Comparison, Known, Recommendation, Recommendations, Worth, Worths, worths,
};
use crate::metrics::catalogue::{Unit, Value};
use crate::money::{Currency, Money};
use crate::plan::{On, Plan};
use schemars::JsonSchema;
use serde::Serialize;

/// What a plan recommends for a period.
#[derive(Debug, Serialize, JsonSchema)]
pub struct IncentivesReport {
    pub plan: PlanReport,
    /// The period that is paid.
    pub period: String,
    /// First day of the period.
    pub from: String,
    /// Last day of the period.
    pub to: String,
    /// First day whose calls are judged.
    pub judged_from: String,
    /// Code of the currency; null in a plan without money.
    pub currency: Option<&'static str>,
    /// The budget, an amount as decimal text; null without one.
    pub budget: Option<String>,
    /// To be paid now, an amount as decimal text.
    pub total: String,
    /// Held back until reviews are done, an amount as decimal text.
    pub held: String,
    /// What the pool pays, an amount as decimal text; null without a pool.
    pub pool: Option<String>,
    /// What the other rule would do, with `--compare`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub comparison: Option<ComparisonReport>,
    /// One row an agent.
    #[serde(rename = "recommendations")]
    #[schemars(extend("items" = columns::items("recommendations")))]
    pub table: Table,
    /// What facts that came in later change, one row a decision.
    #[schemars(extend("items" = columns::items("adjustments")))]
    pub adjustments: Table,
    /// What the curves were given, agent by agent, so that amounts can be reckoned again.
    pub values: Vec<ValueReport>,
    /// Agents by action, in the order of actions.
    #[serde(skip)]
    pub actions: Vec<(&'static str, usize)>,
}

/// The plan in a few words.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct PlanReport {
    /// The plan's name.
    pub name: String,
    /// The plan's file, as it was named.
    pub file: String,
    /// `lower-bound`, `best-guess`, `naive-observed` or `naive-league`.
    pub rule: &'static str,
    /// What its curves are of: the `score`, or `measures` one by one.
    pub on: &'static str,
    /// How sure a result must be to count, from 0 to 1, as decimal text.
    pub certainty: String,
    /// How many periods are judged together.
    pub pooled: u32,
}

/// A value that a curve was given, with the numbers that it was made of; all are decimal text of four digits.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct ValueReport {
    /// Name of the agent.
    pub agent: String,
    /// `score`, or the plan's name of a measure.
    pub of: String,
    /// The best guess, or what was seen.
    pub best: String,
    /// How far it can be off: a standard deviation.
    pub sd: String,
    /// `best` less the plan's certainty times `sd`.
    pub sure: String,
    /// What a score is divided by; else 1.
    pub spread: String,
    /// What the curve was given.
    pub value: String,
}

/// What another rule would do.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct ComparisonReport {
    /// Name of the other rule.
    pub rule: String,
    /// What it would pay, an amount as decimal text.
    pub total: String,
    /// Agents who would get more.
    pub gain: usize,
    /// Agents who would get less.
    pub lose: usize,
    /// The money that would go to others, an amount as decimal text.
    pub moved: String,
}

/// Decimal text in the plan's currency.
pub fn amount_text(amount: Money, currency: Option<Currency>) -> String {
    currency.map_or_else(|| "0".to_string(), |currency| amount.text(currency))
}

/// What the report is made of.
pub struct Parts<'a> {
    pub known: &'a Known<'a>,
    pub found: &'a Recommendations,
    pub decisions: Option<&'a Decisions>,
    pub adjustments: &'a [Adjustment],
    pub comparison: Option<(&'a str, &'a Comparison)>,
    pub judged_from: jiff::civil::Date,
}

/// Puts the report together.
pub fn incentives_report(parts: &Parts<'_>) -> IncentivesReport {
    let Parts { known, found, .. } = parts;
    let plan = known.plan;
    let text = |amount: Money| amount_text(amount, plan.currency);
    let (from, after) = crate::incentives::days_of(known);
    let comparison = parts.comparison.map(|(rule, c)| ComparisonReport {
        rule: rule.to_string(),
        total: text(c.total),
        gain: c.gain,
        lose: c.lose,
        moved: text(c.moved),
    });
    IncentivesReport {
        plan: plan_report(plan),
        period: found.label.clone(),
        from: from.to_string(),
        to: after.yesterday().unwrap_or(after).to_string(),
        judged_from: parts.judged_from.to_string(),
        currency: plan.currency.map(Currency::code),
        budget: found.budget.map(text),
        total: text(found.total),
        held: text(found.held),
        pool: found.pool.map(text),
        table: table(parts),
        values: values(known),
        adjustments: adjustments(parts.adjustments, plan.currency),
        comparison,
        actions: Action::ALL
            .into_iter()
            .map(|action| (action.name(), found.all.iter().filter(|r| r.action == action).count()))
            .filter(|(_, count)| *count > 0)
            .collect(),
    }
}

pub fn plan_report(plan: &Plan) -> PlanReport {
    PlanReport {
        name: plan.name.clone(),
        file: plan.file.clone(),
        rule: plan.rule.name(),
        on: if plan.on == On::Measures { "measures" } else { "score" },
        certainty: plan.certainty.to_string(),
        pooled: plan.pooled,
    }
}

fn values(known: &Known<'_>) -> Vec<ValueReport> {
    let report = |agent: &str, of: &str, worth: &Worth| ValueReport {
        agent: agent.to_string(),
        of: of.to_string(),
        best: worth.best.to_string(),
        sd: worth.sd.to_string(),
        sure: worth.sure.to_string(),
        spread: worth.spread().to_string(),
        value: worth.value.to_string(),
    };
    let of_agent = |name: &str, i: usize, worths: &Worths| match worths {
        Worths::Score(of) => of[i].iter().map(|worth| report(name, "score", worth)).collect::<Vec<_>>(),
        Worths::Measures(of) => {
            let pairs = known.plan.measures.iter().zip(&of[i]);
            pairs.filter_map(|(m, worth)| Some(report(name, &m.name, worth.as_ref()?))).collect()
        }
    };
    let worths = worths(known);
    known.cards.cards.iter().enumerate().flat_map(|(i, card)| of_agent(&card.name, i, &worths)).collect()
}

fn text(text: &str) -> Cell {
    Cell::Text(Some(text.to_string()))
}

fn table(parts: &Parts<'_>) -> Table {
    let Parts { known, found, .. } = parts;
    let currency = known.plan.currency;
    let mut table = Table { keys: 2, ..Table::default() };
    for (id, title, show) in [
        ("agent", "Agent", Show::Text),
        ("action", "Recommended", Show::Text),
        ("amount", "Amount", Show::Text),
        ("if_released", "If released", Show::Text),
        ("reason", "Why", Show::Sentence),
        ("period", "Period", Show::Hidden),
        ("team", "Team", Show::Hidden),
        ("currency", "Currency", Show::Hidden),
        ("share", "Share", Show::Hidden),
        ("score", "Score", Show::Hidden),
        ("score_low", "Score from (80 %)", Show::Hidden),
        ("score_high", "Score to (80 %)", Show::Hidden),
        ("p_above_median", "Above median", Show::Hidden),
        ("score_reliability", "Reliability of the score", Show::Hidden),
        ("handled", "Handled", Show::Hidden),
        ("signals", "Signals", Show::Hidden),
        ("coaching", "Work on", Show::Hidden),
        ("decision", "Decided", Show::Text),
        ("decided_amount", "Decided amount", Show::Text),
        ("decided_by", "By", Show::Text),
        ("decided_on", "On", Show::Text),
        ("decided_why", "Because", Show::Sentence),
    ] {
        table.holding(id, title, show, holds(id));
    }
    if let Some((rule, _)) = parts.comparison {
        table.holding("amount_compared", rule, Show::Text, Holds::Amount);
        table.holding("difference", "Difference", Show::Text, Holds::Amount);
    }
    for (i, recommendation) in found.all.iter().enumerate() {
        let mut row = row(parts, recommendation, i);
        if let Some((_, comparison)) = parts.comparison {
            let (amount, difference) = comparison.amounts[i];
            row.push(Cell::Amount(Some(amount_text(amount, currency))));
            row.push(Cell::Amount(Some(amount_text(difference, currency))));
        }
        table.rows.push(row);
    }
    table
}

fn holds(id: &str) -> Holds {
    match id {
        "amount" | "if_released" | "share" | "decided_amount" => Holds::Amount,
        "score" | "score_low" | "score_high" => Holds::Difference(Unit::Points),
        "p_above_median" | "score_reliability" => Holds::Value(Unit::Share),
        "handled" => Holds::Value(Unit::Count),
        "signals" => Holds::List,
        "decided_on" => Holds::Day,
        _ => Holds::Text,
    }
}

fn row(parts: &Parts<'_>, of: &Recommendation, at: usize) -> Vec<Cell> {
    let Parts { known, found, decisions, .. } = parts;
    let currency = known.plan.currency;
    let card = &known.cards.cards[at];
    let score = card.verdict.score;
    let number = |n: Option<f64>| Cell::Value(n.map(Value::Number));
    let money = |amount: Money| Cell::Amount(Some(amount_text(amount, currency)));
    let decision = decisions.and_then(|d| d.of(&of.name, &found.label));
    vec![
        text(&of.name),
        text(of.action.name()),
        money(of.amount),
        if of.if_released > Money::ZERO { money(of.if_released) } else { Cell::Amount(None) },
        text(&of.reason),
        text(&found.label),
        Cell::Text(of.team.clone()),
        Cell::Text(currency.map(|c| c.code().to_string())),
        Cell::Amount(of.share.map(|share| share.to_string())),
        number(score.map(|s| s.value)),
        number(score.map(|s| s.low)),
        number(score.map(|s| s.high)),
        number(score.map(|s| s.p_above_median)),
        number(score.map(|s| s.reliability)),
        Cell::Value(Some(Value::Count(card.totals.handled))),
        Cell::List(card.signals.clone()),
        Cell::Text(of.coaching.clone()),
        Cell::Note(decision.map(|d| d.choice.name().to_string())),
        Cell::Amount(decision.map(|d| amount_text(d.amount, currency))),
        Cell::Note(decision.map(|d| d.by.clone())),
        Cell::Note(decision.map(|d| d.when.to_string())),
        Cell::Note(decision.and_then(|d| d.why.clone())),
    ]
}

fn adjustments(all: &[Adjustment], currency: Option<Currency>) -> Table {
    let mut table = Table { keys: 2, ..Table::default() };
    for (id, title, holds) in [
        ("agent", "Agent", Holds::Text),
        ("period", "Period", Holds::Text),
        ("decided_amount", "Decided", Holds::Amount),
        ("recommended_then", "Recommended then", Holds::Amount),
        ("recommended_now", "Recommended now", Holds::Amount),
        ("difference", "Difference", Holds::Amount),
        ("as_of", "As of", Holds::Day),
    ] {
        table.holding(id, title, Show::Unit(Unit::Count), holds);
    }
    for a in all {
        let money = |amount| Cell::Amount(Some(amount_text(amount, currency)));
        table.rows.push(vec![
            text(&a.agent),
            text(&a.period),
            money(a.decided),
            money(a.recommended_then),
            money(a.recommended_now),
            money(a.difference),
            text(&a.as_of.to_string()),
        ]);
    }
    table
}
