//! Recommendations for people.

use super::{at, columns, padded, paragraph, table, visible, words};
use crate::report::{Cell, IncentivesReport, Table};
use crate::write::Look;

/// The sums, then every agent with what is recommended and why.
pub fn incentives(report: &IncentivesReport, look: Look) -> String {
    let mut out = String::new();
    let currency = report.currency.unwrap_or("");
    let counts: Vec<String> = report.actions.iter().map(|(action, count)| format!("{count} {action}")).collect();
    out += &paragraph("", &format!("{}, {}: {}.", report.plan.name, report.period, counts.join(", ")), look);
    if report.currency.is_some() {
        let budget = report.budget.as_ref().map_or(String::new(), |budget| format!(" of a budget of {budget}"));
        let held = if report.held.bytes().any(|b| (b'1'..=b'9').contains(&b)) {
            format!("; {} more are held for review", report.held)
        } else {
            String::new()
        };
        out += &paragraph("", &format!("To pay: {} {currency}{budget}{held}.", report.total), look);
    }
    out += &paragraph("", "Recommendations; nothing is payable before a named person has decided.", look);
    out.push('\n');
    out += &agents(&report.table, look);
    if let Some(comparison) = &report.comparison {
        let text = format!(
            "Beside it, {} in this plan's place: {} {currency} in all; {} agents would get more, {} less, and {} {currency} would go \
             to others.",
            comparison.rule, comparison.total, comparison.gain, comparison.lose, comparison.moved
        );
        out.push('\n');
        out += &paragraph("", &text, look);
        let shown = ["agent", "amount", "amount_compared", "difference"].map(|id| at(&report.table, id));
        let differs = |row: &&Vec<Cell>| matches!(&row[shown[3]], Cell::Amount(Some(d)) if d.bytes().any(|b| (b'1'..=b'9').contains(&b)));
        let part = Table {
            columns: shown.iter().map(|c| report.table.columns[*c].clone()).collect(),
            rows: report
                .table
                .rows
                .iter()
                .filter(differs)
                .map(|row| shown.iter().map(|c| row[*c].clone()).collect())
                .collect(),
            keys: 1,
        };
        out += &table(&part, look);
    }
    if !report.adjustments.rows.is_empty() {
        out.push_str("\nFacts that came in after a decision:\n");
        out += &table(&report.adjustments, look);
    }
    out
}

fn agents(table: &Table, look: Look) -> String {
    let [agent, action, amount, why] = ["agent", "action", "amount", "reason"].map(|id| at(table, id));
    let [decision, decided, by, on, because] =
        ["decision", "decided_amount", "decided_by", "decided_on", "decided_why"].map(|id| at(table, id));
    let longest = |c: usize| table.rows.iter().map(|row| columns(&visible(words(row, c)))).max().unwrap_or(0);
    let (names, actions, amounts) = (longest(agent), longest(action), longest(amount));
    let mut out = String::new();
    for row in &table.rows {
        let head = format!(
            " {}  {}  {}  ",
            padded(&visible(words(row, agent)), names, false),
            padded(words(row, action), actions, false),
            padded(words(row, amount), amounts, true)
        );
        out += &paragraph(&head, words(row, why), look);
        if !words(row, decision).is_empty() {
            let because = match words(row, because) {
                "" => String::new(),
                why => format!(": {why}"),
            };
            let decided = format!(
                "decided: {} {} by {} on {}{because}",
                words(row, decision),
                words(row, decided),
                words(row, by),
                words(row, on)
            );
            out += &paragraph(&" ".repeat(columns(&head)), &decided, look);
        }
    }
    out
}
