//! Tables for people: on a terminal, and as Markdown.

mod goals;
mod incentives;
mod plan;
mod report;
mod statement;

pub use goals::{goals, lines as goal_lines};
pub use incentives::incentives;
pub use plan::plan_check;
pub use report::{report, report_as_markdown};
pub use statement::{statement, statement_as_markdown, statement_table};

use super::marked;
use crate::metrics::catalogue::{Unit, Value};
use crate::report::{
    Cell, CheckReport, Column, NotLooked, ScorecardReport, Section, Show, SignalsReport, Table, clock, plainly, signed,
};
use comfy_table::presets::{ASCII_MARKDOWN, NOTHING};
use comfy_table::{CellAlignment, ContentArrangement};
use std::fmt::Write as _;

/// What stands for unknown.
const UNKNOWN: &str = "-";

/// A value as people read it: times as m:ss, shares in percent.
pub(super) fn value(value: Option<Value>, unit: Unit) -> String {
    let Some(value) = value else { return UNKNOWN.to_string() };
    match (value, unit) {
        (Value::Count(count), _) => thousands(count),
        (Value::Number(number), Unit::Seconds) => clock(number),
        (Value::Number(number), Unit::Share) => format!("{:.1} %", number * 100.0),
        (Value::Number(number), _) => format!("{number:.2}"),
    }
}

pub(super) fn thousands(count: u64) -> String {
    let digits = count.to_string();
    let mut out = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// A measure beside what was expected; where it tells too little of the agent, the team's level and what is needed.
fn compared(row: &[Cell], at: usize, show: &Show) -> String {
    let Show::Compared { expected, difference, needed, weeks, team, told_apart, unit } = show else {
        unreachable!("only for measures that are compared")
    };
    let number = |at: usize| match number_at(row, at) {
        Some(Value::Number(number)) => Some(number),
        _ => None,
    };
    let shown = |n: Option<f64>| value(n.map(Value::Number), *unit);
    let (Some(_), Some(d)) = (number(*expected), number(*difference)) else {
        return shown(number(at)); // compared with nobody
    };
    let all = shown(number(*team));
    match (number_at(row, *needed), number(*weeks)) {
        _ if row[*told_apart] == Cell::Flag(false) => format!("all {all}; no more than luck"),
        (Some(Value::Count(0)), _) => {
            format!("{}, expected {}: {}", shown(number(at)), shown(number(*expected)), plainly(d, *unit))
        }
        (Some(Value::Count(needed)), Some(weeks)) => {
            let weeks = weeks.ceil().max(1.0);
            let s = if weeks > 1.0 { "s" } else { "" };
            format!("all {all}; too few: {} more, {weeks:.0} week{s}", thousands(needed))
        }
        _ => format!("all {all}; too few to say"),
    }
}

pub(super) fn number_at(row: &[Cell], at: usize) -> Option<Value> {
    match row[at] {
        Cell::Value(value) => value,
        _ => None,
    }
}

/// The unit that a text names.
pub(super) fn unit_at(row: &[Cell], at: usize) -> Unit {
    match &row[at] {
        Cell::Text(Some(text)) if text == "seconds" => Unit::Seconds,
        Cell::Text(Some(text)) if text == "share" => Unit::Share,
        _ => Unit::Points,
    }
}

/// Position of a column that is known to be there.
pub(super) fn at(table: &Table, id: &str) -> usize {
    table.columns.iter().position(|c| c.id == id).unwrap_or_else(|| panic!("no column {id}"))
}

/// What a text cell says; nothing where it is none.
pub(super) fn words(row: &[Cell], at: usize) -> &str {
    match &row[at] {
        Cell::Text(Some(text)) | Cell::Amount(Some(text)) | Cell::Note(Some(text)) => text,
        _ => "",
    }
}

pub(super) fn shown(column: &Column, row: &[Cell], at: usize) -> String {
    match (&column.show, &row[at]) {
        (_, Cell::Text(text)) => text.clone().unwrap_or_else(|| "(none)".to_string()),
        (_, Cell::Amount(text)) => text.clone().unwrap_or_else(|| UNKNOWN.to_string()),
        (_, Cell::Note(text)) => text.clone().unwrap_or_default(),
        (_, Cell::Flag(is)) => if *is { "yes" } else { "" }.to_string(),
        (_, Cell::List(names)) => names.join(", "),
        (Show::Score { low, high }, Cell::Value(v)) => match (v, number_at(row, *low), number_at(row, *high)) {
            (Some(Value::Number(score)), Some(Value::Number(low)), Some(Value::Number(high))) => {
                format!("{} ({} to {})", signed(*score), signed(low), signed(high))
            }
            _ => UNKNOWN.to_string(),
        },
        (Show::Signed, Cell::Value(Some(Value::Number(number)))) => signed(*number),
        (Show::Ranks { to }, Cell::Value(v)) => match (v, number_at(row, *to)) {
            (Some(Value::Count(from)), Some(Value::Count(to))) => format!("{from} to {to}"),
            _ => UNKNOWN.to_string(),
        },
        (show @ Show::Compared { .. }, Cell::Value(_)) => compared(row, at, show),
        (Show::Unit(unit), Cell::Value(v)) => value(*v, *unit),
        (Show::Level { unit }, Cell::Value(v)) => value(*v, unit_at(row, *unit)),
        (Show::Between { low, high, count }, Cell::Value(v)) => {
            let n = count.map(|at| number_at(row, at));
            let Some(middle) = v else {
                return match n {
                    Some(Some(Value::Count(0))) => "- n=0".to_string(),
                    _ => UNKNOWN.to_string(),
                };
            };
            let percent = |v: Option<Value>| match v {
                Some(Value::Number(number)) => format!("{:.0}", number * 100.0),
                _ => UNKNOWN.to_string(),
            };
            let mut text = format!(
                "{} ({}-{})",
                value(Some(*middle), Unit::Share),
                percent(number_at(row, *low)),
                percent(number_at(row, *high))
            );
            if let Some(Some(Value::Count(n))) = n {
                let _ = write!(text, " n={n}");
            }
            text
        }
        (Show::Counted { count }, Cell::Value(v)) => match number_at(row, *count) {
            Some(Value::Count(n)) => format!("{} n={n}", value(*v, Unit::Share)),
            _ => value(*v, Unit::Share),
        },
        (Show::Text | Show::Sentence | Show::Hidden | Show::Signed, Cell::Value(v)) => value(*v, Unit::Points),
    }
}

/// The columns to show: those for people, without the ones nobody knows anything about.
pub(super) fn visible(table: &Table) -> Vec<usize> {
    (0..table.columns.len())
        .filter(|i| {
            let says = |cell: &Cell| match cell {
                Cell::Value(value) => value.is_some(),
                Cell::Flag(is) => *is,
                Cell::List(names) => !names.is_empty(),
                Cell::Text(_) => true,
                Cell::Amount(text) | Cell::Note(text) => text.is_some(),
            };
            let known = table.rows.iter().any(|row| says(&row[*i]));
            table.columns[*i].show != Show::Hidden && (*i < table.keys || known)
        })
        .collect()
}

/// A table for a terminal `width` columns wide: one group as a list, many side by side, in as many parts as
/// the width asks for.
pub fn table(table: &Table, width: usize) -> String {
    let columns = visible(table);
    if table.keys == 0 && table.rows.len() == 1 {
        let row = &table.rows[0];
        let lines = columns.iter().map(|i| vec![table.columns[*i].title.clone(), shown(&table.columns[*i], row, *i)]);
        return grid(&[], lines.collect(), 1);
    }
    let texts: Vec<Vec<String>> =
        table.rows.iter().map(|row| columns.iter().map(|i| shown(&table.columns[*i], row, *i)).collect()).collect();
    let titles: Vec<String> = columns.iter().map(|i| table.columns[*i].title.clone()).collect();
    let widths: Vec<usize> = (0..columns.len())
        .map(|c| texts.iter().map(|r| r[c].chars().count()).chain([titles[c].chars().count()]).max().unwrap_or(0) + 2)
        .collect();
    let keys = table.keys.min(columns.len());
    let key_width: usize = widths[..keys].iter().sum();
    let mut parts: Vec<Vec<usize>> = Vec::new();
    let mut used = usize::MAX;
    for (c, wide) in widths.iter().enumerate().skip(keys) {
        if used.saturating_add(*wide) > width {
            parts.push((0..keys).collect());
            used = key_width;
        }
        parts.last_mut().expect("a part was begun").push(c);
        used += wide;
    }
    let part = |cs: &Vec<usize>| {
        let head: Vec<String> = cs.iter().map(|c| titles[*c].clone()).collect();
        grid(&head, texts.iter().map(|r| cs.iter().map(|c| r[*c].clone()).collect()).collect(), keys)
    };
    parts.iter().map(part).collect::<Vec<_>>().join("\n")
}

/// Words in lines of at most `width`, the first behind `head`, the others indented as far.
fn paragraph(head: &str, text: &str, width: usize) -> String {
    let mut out = String::from(head);
    let indent = head.chars().count();
    let mut used = indent;
    for (i, word) in text.split_whitespace().enumerate() {
        let length = word.chars().count();
        if i > 0 && used + 1 + length > width.max(indent + 20) {
            out.push('\n');
            out.push_str(&" ".repeat(indent));
            used = indent;
        } else if i > 0 {
            out.push(' ');
            used += 1;
        }
        out.push_str(word);
        used += length;
    }
    out.push('\n');
    out
}

/// Scorecards in one table for those who can be compared.
pub fn scorecards(report: &ScorecardReport, width: usize) -> String {
    let mut out = String::new();
    for section in &report.sections {
        if !out.is_empty() {
            out.push('\n');
        }
        for line in &section.heading {
            out += &paragraph("", line, width);
        }
        out += &table(&report.table.part(section.rows.clone()), width);
    }
    out
}

/// The same as Markdown.
pub fn scorecards_as_markdown(report: &ScorecardReport) -> String {
    let part = |section: &Section| {
        let heading: String = section.heading.iter().map(|line| marked::line(line) + "\n\n").collect();
        heading + &markdown(&report.table.part(section.rows.clone()))
    };
    report.sections.iter().map(part).collect::<Vec<_>>().join("\n")
}

/// Signals, detector by detector, with what they say and what else could explain them.
pub fn signals(report: &SignalsReport, width: usize) -> String {
    let mut out = String::new();
    let periods = report.looked_at.len();
    let text = |row: &[Cell], id: &str| match report.table.columns.iter().position(|c| c.id == id).map(|at| &row[at]) {
        Some(Cell::Text(Some(text))) => text.clone(),
        Some(Cell::Value(Some(Value::Count(n)))) => n.to_string(),
        _ => String::new(),
    };
    for centre in &report.centre {
        let period = centre.period.as_ref().map_or(String::new(), |p| format!("{p}: "));
        out += &paragraph("", &format!("{period}{}: {}.", centre.signal, centre.text), width);
        out.push('\n');
    }
    for detector in &report.detectors {
        let asks = if detector.holds { "review before anyone is paid" } else { "worth a look" };
        let _ = writeln!(out, "{} ({}): {asks}", detector.title, detector.signal);
        for row in report.table.rows.iter().filter(|row| text(row, "signal") == detector.signal) {
            let period = text(row, "period");
            let who = if period.is_empty() { text(row, "agent") } else { format!("{period}  {}", text(row, "agent")) };
            out += &paragraph(&format!("  {who}  "), &format!("{}.", text(row, "text")), width);
        }
        out += &paragraph("  could also be: ", &format!("{}.", detector.benign.join("; ")), width);
        out += &paragraph("  look at: ", &detector.look_at, width);
        out.push('\n');
    }
    if report.table.rows.is_empty() {
        out.push_str("No signal stands out.\n\n");
    }
    if let Some(contacts) = report.contacts.as_ref().filter(|c| !c.rows.is_empty()) {
        out += &table(contacts, width);
        out.push('\n');
    }
    // What no period could look for.
    let never = |not: &&NotLooked| report.not_looked.iter().filter(|n| n.signal == not.signal).count() == periods;
    let mut told: Vec<&NotLooked> = Vec::new();
    for not in report.not_looked.iter().filter(never) {
        if !told.iter().any(|t| t.signal == not.signal) {
            told.push(not);
        }
    }
    if !told.is_empty() {
        out.push_str("Could not be looked for, for want of:\n");
        for not in told {
            out += &paragraph(&format!("  {}: ", not.signal), &not.lacks, width);
        }
    }
    out
}

/// Rows under a header, numbers to the right.
fn grid(header: &[String], rows: Vec<Vec<String>>, keys: usize) -> String {
    let mut grid = comfy_table::Table::new();
    grid.load_style(NOTHING).set_content_arrangement(ContentArrangement::Disabled);
    if !header.is_empty() {
        grid.set_header(header);
    }
    let columns = rows.first().map_or(header.len(), Vec::len);
    grid.add_rows(rows);
    for i in keys..columns {
        if let Some(column) = grid.column_mut(i) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    let text = grid.to_string();
    text.lines().map(|line| line.trim_end().to_string() + "\n").collect()
}

/// The table as Markdown, all that is for people.
pub fn markdown(table: &Table) -> String {
    let columns = visible(table);
    let mut grid = comfy_table::Table::new();
    grid.load_style(ASCII_MARKDOWN).set_content_arrangement(ContentArrangement::Disabled);
    grid.set_header(columns.iter().map(|i| marked::inside(&table.columns[*i].title)));
    for row in &table.rows {
        grid.add_row(columns.iter().map(|i| marked::inside(&shown(&table.columns[*i], row, *i))));
    }
    grid.to_string() + "\n"
}

/// The check as text to read.
pub fn check(report: &CheckReport, width: usize) -> String {
    let mut out = String::new();
    for file in &report.files {
        let _ = writeln!(out, "{}", file.file);
        let _ = writeln!(out, "  format     {}", file.format);
        let _ = writeln!(out, "  profile    {} ({})", file.profile, file.profile_title);
        let _ = writeln!(out, "             {}", file.why);
        let _ = writeln!(out, "  time zone  {}", file.time_zone);
        out.push('\n');
        let rows = file.columns.iter().map(|c| {
            let samples = if c.samples.is_empty() { "(not shown)".to_string() } else { c.samples.join(" | ") };
            vec![format!("  {}", c.field), c.column.clone(), c.how.clone(), samples]
        });
        let header = ["  Field", "Column", "Understood as", "Values"].map(String::from);
        out += &grid(&header, shorten(rows.collect(), width), 4);
        if !file.unused_columns.is_empty() {
            let _ = writeln!(out, "\n  not read: {}", file.unused_columns.join(", "));
        }
        out.push('\n');
    }
    let _ = writeln!(out, "Rows");
    let mut rows = vec![
        vec!["  read".to_string(), thousands(report.intake.rows), String::new()],
        vec!["  kept".to_string(), thousands(report.intake.kept), String::new()],
    ];
    for bucket in &report.ledger {
        let mark = if bucket.rejected { " (rejected)" } else { "" };
        rows.push(vec![
            format!("  left out: {}{mark}", bucket.reason),
            thousands(bucket.rows),
            bucket.first.join(", "),
        ]);
    }
    let header = ["", "Rows", "First at"].map(String::from);
    let mut ledger = comfy_table::Table::new();
    ledger.load_style(NOTHING).set_content_arrangement(ContentArrangement::Disabled);
    ledger.set_header(header).add_rows(rows);
    if let Some(column) = ledger.column_mut(1) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    for line in ledger.to_string().lines() {
        let _ = writeln!(out, "{}", line.trim_end());
    }
    if !report.not_available.is_empty() {
        let _ = writeln!(out, "\nNot available from this source");
        for (metric, needs) in &report.not_available {
            let _ = writeln!(out, "  {metric}: no column for {needs}");
        }
    }
    if !report.findings.is_empty() {
        let _ = writeln!(out, "\nFindings");
        for finding in &report.findings {
            match &finding.file {
                Some(file) if report.files.len() > 1 => {
                    let _ = writeln!(out, "  {file}: {}", finding.text);
                }
                _ => {
                    let _ = writeln!(out, "  {}", finding.text);
                }
            }
        }
    }
    out
}

/// Cuts the last two columns so that lines fit the width.
fn shorten(mut rows: Vec<Vec<String>>, width: usize) -> Vec<Vec<String>> {
    let taken = |c: usize| rows.iter().map(|r| r[c].chars().count()).max().unwrap_or(0) + 2;
    let rest = width.saturating_sub(taken(0) + taken(1) + 4).max(40);
    let limits = [(2, rest * 3 / 5), (3, rest * 2 / 5)];
    for row in &mut rows {
        for (column, limit) in limits {
            if row[column].chars().count() > limit {
                row[column] = row[column].chars().take(limit - 1).collect::<String>() + "…";
            }
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
