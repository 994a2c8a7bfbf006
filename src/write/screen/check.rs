//! How files were understood, to read.

use super::{Shown, from_rows, grid, paragraph, thousands};
use crate::metrics::catalogue::{Unit, Value};
use crate::report::{Cell, CheckReport, Column, FileCheck, Show, Table};
use crate::write::Look;
use crate::write::text::{columns, cut};

/// Files, the ledger of their rows, and what is odd about them.
pub fn check(report: &CheckReport, look: Look) -> String {
    let mut out: String = report.files.iter().map(|file| understood(file, look)).collect();
    out += "Rows\n";
    out += &grid(ledger(report), look);
    if !report.not_available.is_empty() {
        out += "\nNot available from this source\n";
        for (metric, needs) in &report.not_available {
            out += &paragraph(&format!("  {metric}: "), &format!("no column for {needs}"), look);
        }
    }
    if !report.findings.is_empty() {
        out += "\nFindings\n";
        for finding in &report.findings {
            let file = finding.file.as_ref().filter(|_| report.files.len() > 1);
            let text = file.map_or(finding.text.clone(), |file| format!("{file}: {}", finding.text));
            out += &paragraph("  ", &text, look);
        }
    }
    out
}

fn understood(file: &FileCheck, look: Look) -> String {
    let mut out = paragraph("", &file.file, look);
    out += &paragraph("  format     ", &file.format, look);
    out += &paragraph("  profile    ", &format!("{} ({})", file.profile, file.profile_title), look);
    out += &paragraph("             ", &file.why, look);
    out += &paragraph("  time zone  ", &file.time_zone, look);
    out.push('\n');
    let row = |c: &crate::report::UnderstoodColumn| {
        let samples = if c.samples.is_empty() { "(not shown)".to_string() } else { c.samples.join(" | ") };
        vec![format!("  {}", c.field), c.column.clone(), c.how.clone(), samples]
    };
    let rows = shortened(file.columns.iter().map(row).collect(), look);
    out += &grid(from_rows(&["  Field", "Column", "Understood as", "Values"], rows, &[]), look);
    if !file.unused_columns.is_empty() {
        out.push('\n');
        out += &paragraph("  not read: ", &file.unused_columns.join(", "), look);
    }
    out.push('\n');
    out
}

fn ledger(report: &CheckReport) -> Vec<Shown> {
    let counted = |what: &str, rows: u64| vec![what.to_string(), thousands(rows), String::new()];
    let mut rows = vec![counted("  read", report.intake.rows), counted("  kept", report.intake.kept)];
    for bucket in &report.ledger {
        let mark = if bucket.rejected { " (rejected)" } else { "" };
        rows.push(vec![
            format!("  left out: {}{mark}", bucket.reason),
            thousands(bucket.rows),
            bucket.first.join(", "),
        ]);
    }
    from_rows(&["", "Rows", "First at"], rows, &[1])
}

/// Cuts the last two columns so that lines fit the width.
fn shortened(mut rows: Vec<Vec<String>>, look: Look) -> Vec<Vec<String>> {
    let taken = |c: usize| rows.iter().map(|r| columns(&r[c])).max().unwrap_or(0) + 2;
    let rest = look.width.saturating_sub(taken(0) + taken(1) + 4).max(40);
    let limits = [(2, rest * 3 / 5), (3, rest * 2 / 5)];
    for row in &mut rows {
        for (column, limit) in limits {
            row[column] = cut(&row[column], limit, look);
        }
    }
    rows
}

/// The check as one table: what it is about, what, how many, and details.
pub fn check_table(report: &CheckReport) -> Table {
    let text = |s: &str| Cell::Text(Some(s.to_string()));
    let count = |n: u64| Cell::Value(Some(Value::Count(n)));
    let mut table = Table {
        columns: vec![
            Column::new("section", "Section", Show::Text),
            Column::new("file", "File", Show::Text),
            Column::new("item", "Item", Show::Text),
            Column::new("rows", "Rows", Show::Unit(Unit::Count)),
            Column::new("detail", "Detail", Show::Text),
        ],
        rows: Vec::new(),
        keys: 3,
    };
    let mut row = |section: &str, file: &str, item: &str, rows: Cell, detail: &str| {
        table.rows.push(vec![text(section), text(file), text(item), rows, text(detail)]);
    };
    for file in &report.files {
        let name = &file.file;
        row("file", name, "format", Cell::Value(None), &file.format);
        row("file", name, "profile", Cell::Value(None), &format!("{}; {}", file.profile, file.why));
        row("file", name, "time zone", Cell::Value(None), &file.time_zone);
        for c in &file.columns {
            let samples =
                if c.samples.is_empty() { String::new() } else { format!("; values: {}", c.samples.join(" | ")) };
            row("column", name, c.field, Cell::Value(None), &format!("`{}`: {}{samples}", c.column, c.how));
        }
    }
    row("ledger", "", "read", count(report.intake.rows), "");
    row("ledger", "", "kept", count(report.intake.kept), "");
    for bucket in &report.ledger {
        row("ledger", "", &bucket.reason, count(bucket.rows), &bucket.first.join(", "));
    }
    for (metric, needs) in &report.not_available {
        row("not available", "", metric, Cell::Value(None), &format!("no column for {needs}"));
    }
    for finding in &report.findings {
        let file = finding.file.as_deref().unwrap_or("");
        row("finding", file, finding.id, Cell::Value(None), &finding.text);
    }
    table
}
