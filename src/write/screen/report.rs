//! The whole report for people: what to look at first, the figures, and who stands where.

use super::{
    Paint, at, incentives, markdown as markdown_table, number_at, painted, paragraph, scorecards, table, thousands,
    words,
};
use crate::metrics::catalogue::Value;
use crate::report::{Cell, Report, Table};
use crate::write::bars::sparkline;
use crate::write::{Look, marked};
use std::fmt::Write as _;

/// The report in lines of the screen's width.
pub fn report(report: &Report, look: Look) -> String {
    let about = &report.about;
    let mut out = paragraph("", &format!("Calls from {} to {}", about.first_day, about.last_day), look);
    if !report.summary.look_first.is_empty() {
        out += &format!("\n{}\n", painted("Look at this first", Paint::Title));
    }
    for (number, first) in report.summary.look_first.iter().enumerate() {
        out += &paragraph(&format!("  {}. ", number + 1), &format!("{}: {}.", first.text, first.then), look);
    }
    for (title, text) in [
        ("Contacts by day", days(&report.overview.days, look)),
        ("All calls", table(&report.summary.figures, look)),
        ("Queues", table(&report.overview.queues, look)),
        ("Agents", scorecards(&report.scorecards, look)),
    ] {
        let _ = write!(out, "\n{}\n\n{text}", painted(title, Paint::Title));
    }
    if let Some(recommended) = &report.incentives {
        let title = painted(&format!("Recommended for {}", recommended.period), Paint::Title);
        let _ = write!(out, "\n{title}\n\n{}", incentives(recommended, look));
    }
    out
}

/// Days of a line: four weeks, so that the same weekdays stand below each other where every day has calls.
const DAYS: usize = 28;

/// How many contacts each day had, drawn, with the most of them beside each line.
fn days(table: &Table, look: Look) -> String {
    let (day, offered) = (at(table, "day"), at(table, "offered"));
    let count = |row: &Vec<Cell>| match number_at(row, offered) {
        Some(Value::Count(count)) => count,
        _ => 0,
    };
    let most = |rows: &[Vec<Cell>]| rows.iter().map(count).max().unwrap_or(0);
    let of_all = most(&table.rows) as f64;
    let line = |rows: &[Vec<Cell>]| {
        let counts: Vec<f64> = rows.iter().map(|row| count(row) as f64).collect();
        let drawn = painted(&sparkline(&counts, of_all, look), Paint::Faint);
        format!(" {}  {drawn}  at most {} a day\n", words(&rows[0], day), thousands(most(rows)))
    };
    table.rows.chunks(DAYS.min(look.width / 2)).map(line).collect()
}

/// The same for a page: every table of the report.
pub fn report_as_markdown(report: &Report) -> String {
    let about = &report.about;
    let mut out = format!("# Calls from {} to {}\n", about.first_day, about.last_day);
    if !report.summary.look_first.is_empty() {
        out.push_str("\n## Look at this first\n\n");
    }
    for (number, look) in report.summary.look_first.iter().enumerate() {
        let _ = writeln!(out, "{}. {}: {}.", number + 1, marked::line(&look.text), marked::inside(&look.then));
    }
    for named in report.tables().iter().filter(|named| !named.table.rows.is_empty()) {
        let _ = write!(out, "\n## {}\n\n{}", named.title, markdown_table(named.table));
    }
    out
}
