//! What the plan recommends, and what agents are to aim for.

use super::parts::{Listed, Wanted, action_words, behind, column, days, name, nothing, sentence, spoken, table};
use crate::metrics::catalogue::Unit;
use crate::report::{GoalsReport, IncentivesReport, Show};
use maud::{Markup, html};

/// Sums, recommendations agent by agent, and what later facts change.
pub fn recommended(of: &IncentivesReport) -> Markup {
    let currency = of.currency.unwrap_or("");
    let amounts = [
        ("To pay", Some(&of.total), "recommended; nothing is payable before a named person has decided"),
        ("Held for review", Some(&of.held), "waits until somebody has listened to the calls of a signal"),
        ("Budget", of.budget.as_ref(), "of the plan for this period"),
        ("Pool", of.pool.as_ref(), "shared out among those who are paid"),
    ];
    html! {
        p {
            strong { (name(&of.plan.name)) } ": " (of.period) ", " (days(&of.from, &of.to)) ". "
            "It goes by " (if of.plan.on == "score" { "one score of all its measures" } else { "each of its measures" })
            ", rule " code { (of.plan.rule) } ", " (certainty(&of.plan.certainty)) " sure."
        }
        @if of.currency.is_some() {
            dl.tiles {
                @for (title, amount, more) in amounts {
                    @if let Some(amount) = amount {
                        div {
                            dt { (title) }
                            dd.value { span data-value=(amount) { (amount) } " " small { (currency) } }
                            dd.more { (more) }
                        }
                    }
                }
            }
        } @else { p { "The plan gives recognition and no money." } }
        ul.counts { @for (action, agents) in &of.actions { li { strong { (agents) } " " (action_words(action)) } } }
        @if of.table.rows.is_empty() { (nothing("Nobody takes part.")) }
        @else {
            (table(&Listed::some("recommendations", "Recommendations, in the order of names", &of.table, &[
                column("agent"), column("team"), column("action"), column("amount"), column("if_released"), column("reason"),
                column("coaching").shown(Show::Sentence), column("decision"), column("decided_amount"),
                column("decided_by"), column("decided_on"), column("decided_why"), column("amount_compared"),
                column("difference"),
            ])))
        }
        @if !of.adjustments.rows.is_empty() {
            h3 { "Adjustments" }
            p.note { "Facts that came in after a decision change what is recommended; the decision stays on record." }
            (table(&Listed::all("adjustments", "What later facts change", &of.adjustments)))
        }
    }
}

/// `0.8000` as `80 %`.
fn certainty(text: &str) -> String {
    let digits = text.strip_prefix("0.").unwrap_or(text).trim_end_matches('0');
    match digits.len() {
        1 => format!("{digits}0 %"),
        2 => format!("{digits} %"),
        _ => text.to_string(),
    }
}

/// What agents are to aim for.
pub fn goals(of: &GoalsReport) -> Markup {
    html! {
        p {
            "Goals for " (of.period) " (" (days(&of.from, &of.to)) "), from the results of " (of.judged) ". The threshold is \
             the agent's own level with luck taken out, the target lies 0.3 of a step above it; a step is how far agents truly \
             differ. " (sentence(of.reached_when))
        }
        @for measure in &of.measures {
            h3 { (spoken(measure.measure)) }
            p.note {
                (sentence(&measure.definition)) " "
                @if let Some(why) = &measure.none { "No goals: " (sentence(why)) }
                @else {
                    "Agents with a goal: " (measure.goals)
                    @if measure.keeps > 0 { ", to keep their level: " (measure.keeps) }
                    ", without: " (measure.refused) "."
                }
            }
            @if measure.none.is_none() {
                (behind("Agent by agent", table(&Listed::some("goals", "Goals, in the order of names", &of.table, &levels("agent")).with("measure", measure.measure))))
            }
        }
    }
}

/// The columns of goals that people read, behind the one that names the row.
pub fn levels(key: &'static str) -> [Wanted<'static>; 9] {
    let level = |id: &'static str, title: &'static str| column(id).titled(title).shown(Show::Level { unit: 8 });
    [
        column(key),
        column("action").titled("What"),
        column("level"),
        level("threshold", "Threshold"),
        level("target", "Target"),
        level("stretch", "Stretch"),
        column("chance_target").titled("Target reached if nothing changes").unit(Unit::Share),
        column("chance_target_if_better").titled("if half a step better").unit(Unit::Share),
        column("reason"),
    ]
}
