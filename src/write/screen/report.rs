//! The whole report for people: what to look at first, the figures, and who stands where.

use super::{incentives, markdown as markdown_table, paragraph, scorecards, table};
use crate::report::Report;
use crate::write::marked;
use std::fmt::Write as _;

/// The report in lines of the screen's width.
pub fn report(report: &Report, width: usize) -> String {
    let about = &report.about;
    let mut out = paragraph("", &format!("Calls from {} to {}", about.first_day, about.last_day), width);
    if !report.summary.look_first.is_empty() {
        out.push_str("\nLook at this first\n");
    }
    for (number, look) in report.summary.look_first.iter().enumerate() {
        out += &paragraph(&format!("  {}. ", number + 1), &format!("{}: {}.", look.text, look.then), width);
    }
    for (title, text) in [
        ("All calls", table(&report.summary.figures, width)),
        ("Queues", table(&report.overview.queues, width)),
        ("Agents", scorecards(&report.scorecards, width)),
    ] {
        let _ = write!(out, "\n{title}\n\n{text}");
    }
    if let Some(recommended) = &report.incentives {
        let _ = write!(out, "\nRecommended for {}\n\n{}", recommended.period, incentives(recommended, width));
    }
    out
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
