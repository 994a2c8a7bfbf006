//! Tables for people: on a terminal, and as Markdown.

mod check;
mod goals;
mod incentives;
mod plan;
mod report;
mod statement;

pub use check::{check, check_table};
pub use goals::{goals, lines as goal_lines};
pub use incentives::incentives;
pub use plan::plan_check;
pub use report::{report, report_as_markdown};
pub use statement::{statement, statement_as_markdown, statement_table};

use super::Look;
use super::bars::{bar, interval, interval_title};
use super::marked;
use super::text::{Paint, broken, columns, padded, painted, visible, wrapped};
use crate::metrics::catalogue::{Unit, Value};
use crate::report::{
    Cell, Column, NotLooked, ScorecardReport, Section, Show, SignalsReport, Table, clock, plainly, signed,
};
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

/// A cell as people read it, without anything that steers a terminal.
pub(super) fn shown(column: &Column, row: &[Cell], at: usize) -> String {
    visible(&told(column, row, at)).into_owned()
}

fn told(column: &Column, row: &[Cell], at: usize) -> String {
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
pub(super) fn for_people(table: &Table) -> Vec<usize> {
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

/// A column as a screen has it.
#[derive(Debug, Clone)]
struct Shown {
    title: String,
    cells: Vec<String>,
    /// Numbers stand to the right.
    right: bool,
    /// It names the row, and is only wrapped where nothing else can be.
    key: bool,
    paint: Option<Paint>,
}

impl Shown {
    fn left(title: &str, cells: Vec<String>) -> Shown {
        Shown { title: title.to_string(), cells, right: false, key: false, paint: None }
    }

    fn right(title: &str, cells: Vec<String>) -> Shown {
        Shown { right: true, ..Shown::left(title, cells) }
    }

    fn width(&self) -> usize {
        self.cells.iter().map(|cell| columns(cell)).chain([columns(&self.title)]).max().unwrap_or(0)
    }
}

/// A table for a terminal: one group as a list, many side by side, in as many parts as the width asks for.
pub fn table(table: &Table, look: Look) -> String {
    let at = for_people(table);
    if table.keys == 0 && table.rows.len() == 1 {
        let titles = at.iter().map(|i| table.columns[*i].title.clone()).collect();
        let values = at.iter().map(|i| shown(&table.columns[*i], &table.rows[0], *i)).collect();
        return grid(vec![Shown::left("", titles), Shown::right("", values)], look);
    }
    let keys = at.iter().filter(|i| **i < table.keys).count();
    let mut all = Vec::new();
    for (place, i) in at.iter().enumerate() {
        let column = &table.columns[*i];
        let cells = table.rows.iter().map(|row| shown(column, row, *i)).collect();
        let paint = (column.id == "held").then_some(Paint::Warning);
        all.push(Shown { paint, right: place >= keys, key: place < keys, ..Shown::left(&column.title, cells) });
        all.extend(beside(table, *i, look));
    }
    in_parts(&all, keys, look)
}

/// Columns side by side, in as many parts as the width asks for, each with the first `keys` of them.
fn in_parts(all: &[Shown], keys: usize, look: Look) -> String {
    let key_width: usize = all[..keys].iter().map(|column| column.width() + GAP).sum();
    let mut parts: Vec<Vec<usize>> = Vec::new();
    let mut used = usize::MAX;
    for (c, column) in all.iter().enumerate().skip(keys) {
        let wide = column.width() + GAP;
        if used.saturating_add(wide) > look.width {
            parts.push((0..keys).collect());
            used = key_width;
        }
        parts.last_mut().expect("a part was begun").push(c);
        used += wide;
    }
    let part = |cs: &Vec<usize>| grid(cs.iter().map(|c| all[*c].clone()).collect(), look);
    parts.iter().map(part).collect::<Vec<_>>().join("\n")
}

/// Groups that follow one another in time.
const TIMES: [&str; 7] = ["hour", "interval", "day", "week", "month", "quarter", "weekday"];
/// Signs of the longest bar.
const BAR: usize = 12;

/// What is drawn beside a column: a score's interval, and how many contacts each time has.
fn beside(table: &Table, at: usize, look: Look) -> Option<Shown> {
    let number = |row: &[Cell], at: usize| match number_at(row, at) {
        Some(Value::Number(number)) => Some(number),
        Some(Value::Count(count)) => Some(count as f64),
        None => None,
    };
    let column = &table.columns[at];
    let mut drawn = if let Show::Score { low, high } = column.show {
        let ends = table.rows.iter().flat_map(|row| [number(row, low), number(row, high)]).flatten();
        let most = (ends.fold(0.0, |most: f64, end| most.max(end.abs())) * 2.0).ceil().max(1.0) / 2.0;
        let draw = |row: &Vec<Cell>| match (number(row, at), number(row, low), number(row, high)) {
            (Some(score), Some(low), Some(high)) => interval(score, low, high, most, look).trim_end().to_string(),
            _ => String::new(),
        };
        Shown::left(&interval_title(most), table.rows.iter().map(draw).collect())
    } else {
        let key = table.keys.checked_sub(1).map(|last| table.columns[last].id.as_str());
        if column.id != "offered" || !key.is_some_and(|key| TIMES.contains(&key)) {
            return None;
        }
        let most = table.rows.iter().filter_map(|row| number(row, at)).fold(1.0, f64::max);
        let draw = |row: &Vec<Cell>| bar(number(row, at).unwrap_or(0.0) / most, BAR, look);
        Shown::left("", table.rows.iter().map(draw).collect())
    };
    drawn.paint = Some(Paint::Faint);
    Some(drawn)
}

/// Words in lines of the screen's width, the first behind `head`, the others indented as far; below the head where it
/// leaves them no room.
fn paragraph(head: &str, text: &str, look: Look) -> String {
    let head = visible(head);
    let indent = columns(&head);
    let room = look.width.saturating_sub(indent);
    if room < ROOM.min(look.width / 2) && indent > DEEPEST && !text.is_empty() {
        let below = (head.len() - head.trim_start().len() + 2).min(DEEPEST);
        let below = paragraph(&" ".repeat(below), text, look);
        // Blanks stand where a head was told above.
        return if head.trim().is_empty() { below } else { format!("{}\n{below}", head.trim_end()) };
    }
    let mut out = head.into_owned();
    for (number, line) in wrapped(text, room).iter().enumerate() {
        if number > 0 {
            out += "\n";
            out += &" ".repeat(indent);
        }
        out += line;
    }
    out.truncate(out.trim_end().len());
    out + "\n"
}

/// What stands below a head is indented no farther.
const DEEPEST: usize = 8;

/// Narrower than this, sentences are no pleasure to read.
const ROOM: usize = 30;

/// Scorecards in one table for those who can be compared.
pub fn scorecards(report: &ScorecardReport, look: Look) -> String {
    let mut out = String::new();
    for section in &report.sections {
        if !out.is_empty() {
            out.push('\n');
        }
        for line in &section.heading {
            out += &paragraph("", line, look);
        }
        out += &table(&report.table.part(section.rows.clone()), look);
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
pub fn signals(report: &SignalsReport, look: Look) -> String {
    let mut out = String::new();
    let periods = report.looked_at.len();
    let text = |row: &[Cell], id: &str| match report.table.columns.iter().position(|c| c.id == id).map(|at| &row[at]) {
        Some(Cell::Text(Some(text))) => text.clone(),
        Some(Cell::Value(Some(Value::Count(n)))) => n.to_string(),
        _ => String::new(),
    };
    for centre in &report.centre {
        let period = centre.period.as_ref().map_or(String::new(), |p| format!("{p}: "));
        out += &paragraph("", &format!("{period}{}: {}.", centre.signal, centre.text), look);
        out.push('\n');
    }
    for detector in &report.detectors {
        let asks = if detector.holds { "review before anyone is paid" } else { "worth a look" };
        out += &painted(&format!("{} ({}): {asks}", detector.title, detector.signal), Paint::Title);
        out.push('\n');
        for row in report.table.rows.iter().filter(|row| text(row, "signal") == detector.signal) {
            let period = text(row, "period");
            let who = if period.is_empty() { text(row, "agent") } else { format!("{period}  {}", text(row, "agent")) };
            out += &paragraph(&format!("  {who}  "), &format!("{}.", text(row, "text")), look);
        }
        out += &paragraph("  could also be: ", &format!("{}.", detector.benign.join("; ")), look);
        out += &paragraph("  look at: ", &detector.look_at, look);
        out.push('\n');
    }
    if report.table.rows.is_empty() {
        out.push_str("No signal stands out.\n\n");
    }
    if let Some(contacts) = report.contacts.as_ref().filter(|c| !c.rows.is_empty()) {
        out += &table(contacts, look);
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
            out += &paragraph(&format!("  {}: ", not.signal), &not.lacks, look);
        }
    }
    out
}

/// Blanks between columns.
const GAP: usize = 2;
/// Columns are not made narrower than this.
const NARROW: usize = 8;

/// Columns side by side; where they are wider than the screen, the widest are wrapped, those that name rows last.
fn grid(all: Vec<Shown>, look: Look) -> String {
    let mut widths: Vec<usize> = all.iter().map(Shown::width).collect();
    let used = 1 + GAP * all.len().saturating_sub(1);
    while widths.iter().sum::<usize>() + used > look.width {
        let can = |c: &usize| widths[*c] > NARROW;
        let values = (0..all.len()).filter(|c| !all[*c].key).filter(can).max_by_key(|c| widths[*c]);
        let Some(widest) = values.or_else(|| (0..all.len()).filter(can).max_by_key(|c| widths[*c])) else { break };
        widths[widest] -= 1;
    }
    let line = |cells: Vec<&str>, title: bool| -> String {
        let cells: Vec<Vec<String>> = cells.iter().zip(&widths).map(|(cell, width)| in_lines(cell, *width)).collect();
        let lines = cells.iter().map(Vec::len).max().unwrap_or(0);
        let mut out = String::new();
        for number in 0..lines {
            let mut line = String::from(" ");
            for ((column, cell), width) in all.iter().zip(&cells).zip(&widths) {
                let text = cell.get(number).map_or("", String::as_str);
                let shown = padded(text, *width, column.right);
                line += &match column.paint.filter(|_| !title && !text.is_empty()) {
                    Some(paint) => shown.replacen(text, &painted(text, paint), 1),
                    None => shown,
                };
                line += &" ".repeat(GAP);
            }
            let line = line.trim_end();
            out += &if title { painted(line, Paint::Title) } else { line.to_string() };
            out.push('\n');
        }
        out
    };
    let mut out = String::new();
    if all.iter().any(|column| !column.title.is_empty()) {
        out += &line(all.iter().map(|column| column.title.as_str()).collect(), true);
    }
    for row in 0..all.first().map_or(0, |column| column.cells.len()) {
        out += &line(all.iter().map(|column| column.cells[row].as_str()).collect(), false);
    }
    out
}

/// A cell in lines of a column's width, indented as its first; one that fits stays as it is.
fn in_lines(cell: &str, width: usize) -> Vec<String> {
    if columns(cell) <= width {
        return vec![cell.to_string()];
    }
    let indent = &cell[..cell.len() - cell.trim_start().len()];
    broken(cell, width.saturating_sub(indent.len()).max(1)).iter().map(|line| format!("{indent}{line}")).collect()
}

/// Rows of cells as columns; those that `right` names have numbers.
fn from_rows(titles: &[&str], rows: Vec<Vec<String>>, right: &[usize]) -> Vec<Shown> {
    let width = rows.first().map_or(titles.len(), Vec::len);
    let column = |c: usize| {
        let cells = rows.iter().map(|row| visible_line(&row[c])).collect();
        Shown { right: right.contains(&c), key: c == 0, ..Shown::left(titles.get(c).unwrap_or(&""), cells) }
    };
    (0..width).map(column).collect()
}

fn visible_line(text: &str) -> String {
    visible(text).into_owned()
}

/// The table as Markdown, all that is for people.
pub fn markdown(table: &Table) -> String {
    let column = |i: usize| {
        let column = &table.columns[i];
        let cells = table.rows.iter().map(|row| marked::inside(&shown(column, row, i))).collect();
        Shown::left(&marked::inside(&column.title), cells)
    };
    let all: Vec<Shown> = for_people(table).into_iter().map(column).collect();
    let line = |cell: &dyn Fn(&Shown) -> String| all.iter().map(cell).collect::<String>() + "|\n";
    let mut out = line(&|c| format!("| {} ", padded(&c.title, c.width(), false)));
    out += &line(&|c| format!("|{}", "-".repeat(c.width() + 2)));
    for row in 0..table.rows.len() {
        out += &line(&|c| format!("| {} ", padded(&c.cells[row], c.width(), false)));
    }
    out
}
