//! One truth in every format: what CSV, TSV, NDJSON, Markdown, the terminal and the page show of a report is what its JSON
//! has, to the last digit or rounded; also with names that are made to be taken for something else.
//!
//! Workbooks, Parquet and CSV for spreadsheets are read by other programs in `tests/workbook/check.py`.

mod common;
#[path = "common/hostile.rs"]
mod hostile;

use common::{folder, run, text};
use serde_json::{Map, Value};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// The tables of a report by name; the keys of a row are those of CSV.
type Tables = Vec<(String, Vec<Map<String, Value>>)>;

/// Where a table stands in the JSON.
fn place(table: &str) -> String {
    match table {
        "summary" => "/summary/figures".to_string(),
        "measures" | "levels" | "own_levels" | "funnel" | "funnel_limits" => format!("/peers/{table}"),
        "days" | "hours" | "queues" | "handle_times" | "abandonment" => format!("/overview/{table}"),
        "recommendations" | "adjustments" => format!("/incentives/{table}"),
        "goals" => "/goals/goals".to_string(),
        "definitions" => "/metrics".to_string(),
        other => format!("/{other}"),
    }
}

const TABLES: [&str; 17] = [
    "summary", "scorecards", "measures", "recommendations", "adjustments", "goals", "signals", "days", "hours",
    "queues", "handle_times", "abandonment", "funnel", "funnel_limits", "levels", "own_levels", "definitions",
];

/// The tables of a report as its JSON has them.
fn truth(json: &Value) -> Tables {
    let mut all: Tables = Vec::new();
    for name in TABLES {
        let Some(rows) = json.pointer(&place(name)).and_then(Value::as_array) else { continue };
        let flat_row = |row: &Value| {
            let mut flat = Map::new();
            flatten("", row, &mut flat);
            flat
        };
        all.push((name.to_string(), rows.iter().map(flat_row).collect()));
    }
    all.push(("intake".to_string(), intake(json)));
    all
}

/// The ledger as a table.
fn intake(json: &Value) -> Vec<Map<String, Value>> {
    let row = |what: String, count: &Value, rejected: &Value, first: Value| {
        let pairs =
            [("rows", Value::from(what)), ("count", count.clone()), ("rejected", rejected.clone()), ("first", first)];
        pairs.into_iter().map(|(key, value)| (key.to_string(), value)).collect()
    };
    let mut all = vec![
        row("read".to_string(), &json["intake"]["rows"], &Value::from(false), Value::Null),
        row("kept".to_string(), &json["intake"]["kept"], &Value::from(false), Value::Null),
    ];
    for bucket in json["ledger"].as_array().expect("a ledger") {
        let first: Vec<&str> = bucket["first"].as_array().expect("places").iter().filter_map(Value::as_str).collect();
        let first = if first.is_empty() { Value::Null } else { Value::from(first.join(", ")) };
        let reason = bucket["reason"].as_str().expect("a reason");
        all.push(row(format!("left out: {reason}"), &bucket["rows"], &bucket["rejected"], first));
    }
    all
}

/// What is nested under names as CSV calls it: `measures.resolution.low` is `resolution_low`.
fn flatten(before: &str, value: &Value, into: &mut Map<String, Value>) {
    for (key, value) in value.as_object().expect("an object") {
        let name = match before {
            "" => key.clone(),
            "measures" => key.clone(),
            before => format!("{before}_{key}"),
        };
        if value.is_object() {
            flatten(&name, value, into);
        } else {
            into.insert(name, value.clone());
        }
    }
}

/// A report in all formats: of which arguments, and in which folder.
struct Made {
    folder: tempfile::TempDir,
    args: Vec<String>,
    json: Value,
}

impl Made {
    fn new(args: &[&str]) -> Made {
        let folder = folder();
        let at = |name: &str| text(&folder.path().join(name)).to_string();
        let files = ["all.json", "all.ndjson", "all.md", "all.html"].map(at);
        let outputs = files.iter().flat_map(|file| ["-o", file]);
        let made: Vec<&str> = ["report", "-q"].into_iter().chain(args.iter().copied()).chain(outputs).collect();
        succeeds(&made);
        for format in ["csv", "tsv", "parquet"] {
            let tables = at(format);
            succeeds(&[&["report", "-q"], args, &["--tables", &tables, "--tables-format", format]].concat());
        }
        let json = serde_json::from_str(&read(&folder.path().join("all.json"))).expect("JSON");
        Made { json, args: args.iter().map(ToString::to_string).collect(), folder }
    }

    fn file(&self, name: &str) -> String {
        read(&self.folder.path().join(name))
    }
}

fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn succeeds(args: &[&str]) -> String {
    let output = run(args);
    assert!(output.status.success(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("output is UTF-8")
}

fn check_lines(made: &Made, truth: &Tables) {
    let mut lines = BTreeMap::<String, Vec<Map<String, Value>>>::new();
    for line in made.file("all.ndjson").lines() {
        let mut row: Map<String, Value> = serde_json::from_str(line).expect("JSON");
        let table = row.remove("table").expect("a table");
        let mut flat = Map::new();
        flatten("", &Value::Object(row), &mut flat);
        lines.entry(table.as_str().expect("a name").to_string()).or_default().push(flat);
    }
    for (name, rows) in truth.iter().filter(|(_, rows)| !rows.is_empty()) {
        assert!(lines.get(name) == Some(rows), "{name} of NDJSON in {:?}", made.args);
        lines.remove(name);
    }
    assert!(lines.is_empty(), "no JSON has {:?}", lines.keys());
}

/// A text as CSV has it: one that a spreadsheet would take for a formula has an apostrophe before it.
fn guarded(text: &str) -> String {
    let begins = text.trim_start().starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠']);
    let number = text.trim().parse::<f64>().is_ok_and(f64::is_finite);
    if begins && !number { format!("'{text}") } else { text.to_string() }
}

fn check_separated(made: &Made, truth: &Tables, format: &str) {
    for (name, rows) in truth {
        let path = made.folder.path().join(format).join(format!("{name}.{format}"));
        let delimiter = if format == "tsv" { b'\t' } else { b',' };
        let mut reader = csv::ReaderBuilder::new().delimiter(delimiter).from_path(&path).expect("a file");
        let header = reader.headers().expect("a header").clone();
        let records: Vec<csv::StringRecord> = reader.records().map(|record| record.expect("a row")).collect();
        assert_eq!(records.len(), rows.len(), "rows of {}", path.display());
        for (record, row) in records.iter().zip(rows) {
            let columns: Vec<&str> = row.keys().map(String::as_str).collect();
            assert_eq!(header.iter().collect::<Vec<_>>(), columns, "columns of {}", path.display());
            for ((column, cell), value) in columns.iter().zip(record).zip(row.values()) {
                let same = match value {
                    Value::Null => cell.is_empty(),
                    Value::Bool(is) => cell == is.to_string(),
                    // Read by the same reader: not every reader of JSON reads the last digit.
                    Value::Number(_) => {
                        serde_json::from_str::<Value>(cell).is_ok_and(|number| number.as_f64() == value.as_f64())
                    }
                    Value::String(told) => cell == told || cell == guarded(told),
                    Value::Array(names) => cell == joined(names, "; "),
                    Value::Object(_) => false,
                };
                assert!(same, "{name}.{format}, {column}: `{cell}` is not {value}");
                assert!(!begins_a_formula(cell), "{name}.{format}, {column}: `{cell}` would be run");
            }
        }
    }
}

fn begins_a_formula(cell: &str) -> bool {
    cell.trim_start().starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠']) && cell.parse::<f64>().is_err()
}

fn joined(names: &[Value], between: &str) -> String {
    names.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(between)
}

/// A table of Markdown: its titles and the texts of its cells.
#[derive(Default)]
struct Grid {
    titles: Vec<String>,
    rows: Vec<Vec<String>>,
}

/// The tables of a page of Markdown, each by the heading above it. Nothing else may stand between headings.
fn grids(page: &str) -> Vec<(String, Grid)> {
    let mut all: Vec<(String, Grid)> = Vec::new();
    for line in page.lines() {
        if let Some(title) = line.strip_prefix("## ") {
            all.push((title.to_string(), Grid::default()));
        } else if line.starts_with('|') {
            let (_, grid) = all.last_mut().expect("a heading");
            let cells = cells(line);
            if grid.titles.is_empty() {
                grid.titles = cells;
            } else if !cells.iter().all(|cell| !cell.is_empty() && cell.chars().all(|c| matches!(c, '-' | ':'))) {
                assert_eq!(cells.len(), grid.titles.len(), "{line}");
                grid.rows.push(cells);
            }
        }
    }
    all
}

/// The cells of a line: a bar behind a backslash does not end one.
fn cells(line: &str) -> Vec<String> {
    let mut all = vec![String::new()];
    let mut escaped = false;
    for c in line.trim().trim_start_matches('|').chars() {
        match c {
            '|' if !escaped => all.push(String::new()),
            c => all.last_mut().expect("a cell").push(c),
        }
        escaped = c == '\\' && !escaped;
    }
    all.pop();
    all.iter().map(|cell| cell.trim().to_string()).collect()
}

/// What a reader of Markdown sees of a text in a cell; `Err` where it would be more than text.
fn seen(cell: &str) -> Result<String, String> {
    let mut out = String::new();
    let mut rest = cell.chars().peekable();
    let mut before = None;
    while let Some(c) = rest.next() {
        match c {
            '\\' if rest.peek().is_some_and(char::is_ascii_punctuation) => out.extend(rest.next()),
            '&' => {
                let entity: String = rest.clone().take_while(|c| *c != ';').collect();
                let known = [("amp", '&'), ("lt", '<'), ("gt", '>')].into_iter().find(|(name, _)| *name == entity);
                match known {
                    Some((name, is)) => {
                        rest.nth(name.len());
                        out.push(is);
                    }
                    None if entity.len() < 10
                        && entity.chars().all(|c| c.is_alphanumeric() || c == '#')
                        && rest.clone().any(|c| c == ';') =>
                    {
                        return Err(format!("an entity {entity}"));
                    }
                    None => out.push('&'),
                }
            }
            '<' | '[' | '`' | '*' | '~' => return Err(format!("a bare `{c}`")),
            '_' if !before.is_some_and(char::is_alphanumeric) || !rest.peek().is_some_and(|c| c.is_alphanumeric()) => {
                return Err("a bare `_` at the end of a word".to_string());
            }
            c if c.is_control() => return Err(format!("a control character {c:?}")),
            c => out.push(c),
        }
        before = Some(c);
    }
    Ok(out)
}

/// A figure in a text for people: the number it stands for, and how far the exact one may be off.
#[derive(Debug)]
struct Figure {
    value: f64,
    off: f64,
}

/// The figure that a text is.
fn figure(text: &str) -> Option<Figure> {
    let (sign, digits) = match text.chars().next()? {
        '+' => (1.0, &text[1..]),
        '-' | '\u{2212}' => (-1.0, &text[text.chars().next()?.len_utf8()..]),
        _ => (1.0, text),
    };
    if !digits.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    if let Some(percent) = digits.strip_suffix(" %") {
        let number = figure(percent)?;
        return Some(Figure { value: sign * number.value / 100.0, off: number.off / 100.0 });
    }
    if digits.contains(':') {
        let parts: Option<Vec<f64>> = digits.split(':').map(|part| part.parse().ok()).collect();
        let seconds = parts?.into_iter().fold(0.0, |sum, part| sum * 60.0 + part);
        return Some(Figure { value: sign * seconds, off: 0.5 });
    }
    let plain = digits.replace(',', "");
    let decimals = plain.split_once('.').map_or(0, |(_, part)| part.len() as i32);
    let value: f64 = plain.parse().ok()?;
    // A whole number may be a count, which is exact; `is_rounding` asks for that where the other is whole, too.
    Some(Figure { value: sign * value, off: 0.5 * 10f64.powi(-decimals) })
}

impl Figure {
    fn rounds(&self, exact: f64) -> bool {
        (self.value - exact).abs() <= self.off * (1.0 + 1e-9) + 1e-12
    }
}

/// Whether a cell for people tells a value.
fn tells(cell: &str, value: &Value) -> bool {
    match value {
        Value::Null => matches!(cell, "-" | "" | "(none)"),
        Value::Bool(is) => cell == if *is { "yes" } else { "" },
        Value::String(text) => cell == on_a_line(text),
        Value::Array(names) => cell == joined(names, ", "),
        Value::Number(number) => match number.as_u64() {
            Some(count) if !cell.contains([':', '%', '.']) => cell.replace(',', "") == count.to_string(),
            _ => figure(cell).is_some_and(|figure| figure.rounds(number.as_f64().expect("a number"))),
        },
        Value::Object(_) => false,
    }
}

/// Blanks for what ends a line or a cell.
fn on_a_line(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars() {
        match c {
            '\n' | '\r' | '\t' => out.push(' '),
            // What steers a line of a terminal is told by its number.
            '\u{2028}' | '\u{2029}' | '\u{feff}' => out.extend(c.escape_unicode()),
            c => out.push(c),
        }
    }
    out.trim().to_string()
}

/// Whether a cell of several figures is made of values of its row: each figure is one of them, rounded.
fn made_of(cell: &str, row: &Map<String, Value>) -> bool {
    let numbers: Vec<f64> = row.values().filter_map(Value::as_f64).collect();
    let words: Vec<&str> = cell.split([' ', '(', ')', '=']).filter(|word| !word.is_empty()).collect();
    let mut any = false;
    for (i, word) in words.iter().enumerate() {
        let word = word.trim_matches([',', ';', ':']);
        let next = words.get(i + 1).copied().unwrap_or("").trim_matches([',', ';', ':']);
        // `80-90` behind a percentage, and `17.3 points`.
        for part in
            word.split_inclusive(|c: char| c.is_ascii_digit()).collect::<String>().split("-").filter(|p| !p.is_empty())
        {
            let Some(figure) = figure(part) else { continue };
            any = true;
            let is_share = next == "%" || next == "points" || cell.contains("% (");
            let fits = |exact: &f64| {
                let of_share = figure.rounds(exact.abs() * 100.0) && is_share;
                of_share
                    || figure.rounds(*exact)
                    || figure.rounds(-exact)
                    || (next.starts_with("week") && exact.ceil().max(1.0) == figure.value)
            };
            if !numbers.iter().any(fits) {
                return false;
            }
        }
    }
    any || matches!(cell, "-" | "")
}

fn check_markdown(made: &Made, truth: &Tables) {
    let page = made.file("all.md");
    let mut grids: BTreeMap<String, Grid> =
        grids(&page).into_iter().filter(|(_, grid)| !grid.titles.is_empty()).collect();
    let titled: BTreeMap<&str, &str> = [("hours", "Hours of the week")].into();
    for (name, rows) in truth.iter().filter(|(_, rows)| !rows.is_empty()) {
        let usual = name.replace('_', " ");
        let title =
            titled.get(name.as_str()).map_or_else(|| usual[..1].to_uppercase() + &usual[1..], ToString::to_string);
        let grid = grids.remove(&title).unwrap_or_else(|| panic!("no `{title}` in Markdown of {:?}", made.args));
        check_grid(name, &grid, rows);
    }
    assert!(grids.is_empty(), "no JSON has {:?}", grids.keys());
}

/// Each column of a table for people is one of the exact table, in its order, or made of several of its row.
fn check_grid(name: &str, grid: &Grid, rows: &[Map<String, Value>]) {
    assert_eq!(grid.rows.len(), rows.len(), "rows of {name}");
    let text = |row: usize, column: usize| {
        let cell = &grid.rows[row][column];
        seen(cell).unwrap_or_else(|error| panic!("{name}: `{cell}` has {error}"))
    };
    let mut used = BTreeSet::new();
    for (at, title) in grid.titles.iter().enumerate() {
        let is = |column: &&String| {
            !used.contains(*column)
                && rows.iter().enumerate().all(|(row, exact)| tells(&text(row, at), &exact[*column]))
        };
        if let Some(column) = rows[0].keys().find(is) {
            used.insert(column.clone());
            continue;
        }
        for (row, exact) in rows.iter().enumerate() {
            let cell = text(row, at);
            assert!(made_of(&cell, exact), "{name}, {title}: `{cell}` is not made of {exact:?}");
        }
    }
}

/// The parts of a text between two others.
fn between<'a>(text: &'a str, begin: &str, end: &'a str) -> Vec<&'a str> {
    text.split(begin).skip(1).map(|part| part.split(end).next().unwrap_or(part)).collect()
}

/// The value of an attribute of a tag.
fn attribute(tag: &str, name: &str) -> Option<String> {
    let (_, rest) = tag.split_once(&format!(" {name}=\""))?;
    Some(plain(rest.split('"').next().unwrap_or("")))
}

/// The text of a piece of HTML.
fn plain(html: &str) -> String {
    let mut out = String::new();
    let mut is_tag = false;
    for c in html.chars() {
        match c {
            '<' => is_tag = true,
            '>' if is_tag => is_tag = false,
            c if !is_tag => out.push(c),
            _ => {}
        }
    }
    [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&amp;", "&")]
        .iter()
        .fold(out, |text, (from, to)| text.replace(from, to))
}

/// Every cell of every table of the page has the exact value beside what it shows, and shows that value rounded.
fn check_page(made: &Made, truth: &Tables) {
    let page = made.file("all.html");
    let (mut cells, mut tables) = (0, 0);
    for table in between(&page, "<table data-table=\"", "</table>") {
        let (name, rest) = table.split_once('"').expect("a name");
        let (_, rows) =
            truth.iter().find(|(is, _)| is == name).unwrap_or_else(|| panic!("no JSON has the table {name}"));
        tables += 1;
        for row in between(rest, "<tr data-row=\"", "</tr>") {
            let (at, row) = row.split_once('"').expect("a number");
            let exact = &rows[at.parse::<usize>().expect("a number")];
            for cell in row.split("<td").flat_map(|part| part.split("<th")).skip(1) {
                let (tag, inside) = cell.split_once('>').expect("the end of a tag");
                for (tag, inside) in std::iter::once((tag, inside))
                    .chain(inside.split("<span data-column").skip(1).filter_map(|part| part.split_once('>')))
                {
                    let id = attribute(tag, "data-column").or_else(|| {
                        tag.strip_prefix("=\"").map(|rest| rest.split('"').next().unwrap_or("").to_string())
                    });
                    let id = id.unwrap_or_else(|| panic!("{name}: a cell without a column: {tag}"));
                    let column = id.split_once('.').map_or(id.clone(), |(_, rest)| rest.replace('.', "_"));
                    let value = exact.get(&column).unwrap_or_else(|| panic!("{name} has no column {column}"));
                    let own = inside
                        .split("</span")
                        .next()
                        .unwrap_or("")
                        .split("<span")
                        .next()
                        .unwrap_or("")
                        .split("</t")
                        .next()
                        .unwrap_or("");
                    check_cell(
                        &format!("{name}, {column}, row {at}"),
                        attribute(tag, "data-value"),
                        &plain(own),
                        value,
                        exact,
                    );
                    cells += 1;
                }
            }
        }
    }
    assert!(tables > 5 && cells > 100, "{tables} tables and {cells} cells on the page of {:?}", made.args);
}

/// One cell of a page: its exact value, what it shows, and what the JSON has.
fn check_cell(place: &str, stored: Option<String>, shown: &str, value: &Value, row: &Map<String, Value>) {
    let same = match (&stored, value) {
        (Some(stored), Value::Null) => stored.is_empty(),
        (Some(stored), Value::String(text)) => stored == text,
        (Some(stored), Value::Bool(is)) => *stored == is.to_string(),
        (Some(stored), Value::Number(number)) => {
            serde_json::from_str::<Value>(stored).is_ok_and(|found| found.as_f64() == number.as_f64())
        }
        (Some(_), _) => false,
        (None, Value::Number(_)) => false,
        (None, _) => true,
    };
    assert!(same, "{place}: {stored:?} is not {value}");
    // A word that is told in other words has the word itself beside it.
    let is_told = stored.is_some() && value.is_string();
    let shown = shown.trim();
    let text = |value: &Value| matches!(value, Value::String(text) if on_a_line(shown) == on_a_line(text));
    let empty = value.is_null() && matches!(shown, "" | "-" | "(none)");
    let percent = || tells(&format!("{shown} %"), value); // the lower end of an interval in percent
    let right = is_told || empty || text(value) || tells(shown, value) || percent() || made_of(shown, row);
    assert!(right, "{place}: `{shown}` does not tell {value}");
}

fn check_parquet(made: &Made, truth: &Tables) {
    use polars::prelude::{AnyValue, DataType, ParquetReader, SerReader};
    for (name, rows) in truth {
        let path = made.folder.path().join("parquet").join(format!("{name}.parquet"));
        let frame = ParquetReader::new(std::fs::File::open(&path).expect("a file")).finish().expect("a table");
        assert_eq!(frame.height(), rows.len(), "rows of {}", path.display());
        for column in frame.columns() {
            let id = column.name().as_str();
            for (row, exact) in rows.iter().enumerate() {
                let value = exact.get(id).unwrap_or_else(|| panic!("{name} has no column {id}"));
                let found = column.get(row).expect("a cell");
                let same = match (&found, value) {
                    (AnyValue::Null, Value::Null) => true,
                    (AnyValue::Boolean(found), Value::Bool(is)) => found == is,
                    (AnyValue::Int64(found), Value::Number(number)) => number.as_i64() == Some(*found),
                    (AnyValue::Float64(found), Value::Number(number)) => {
                        // Read by the same reader as the JSON.
                        serde_json::from_str::<f64>(&serde_json::to_string(found).expect("a number")).ok()
                            == number.as_f64()
                    }
                    (found, Value::String(text)) if found.get_str().is_some() => found.get_str() == Some(text),
                    (found, Value::Array(names)) => found.get_str() == Some(&joined(names, "; ")),
                    (AnyValue::Date(days), Value::String(day)) => {
                        jiff::civil::date(1970, 1, 1).saturating_add(jiff::Span::new().days(*days)).to_string() == *day
                    }
                    _ => false,
                };
                assert!(same, "{name}.parquet, {id}: {found:?} is not {value}");
            }
            let kind = column.dtype();
            let known = [DataType::Boolean, DataType::Int64, DataType::Float64, DataType::String, DataType::Date];
            assert!(known.contains(kind), "{name}.parquet, {id}: {kind:?}");
        }
    }
}

/// Everything that is compared, of one log.
fn check(args: &[&str]) {
    let made = Made::new(args);
    let truth = truth(&made.json);
    assert!(truth.iter().any(|(_, rows)| rows.len() > 1), "nothing to compare in {args:?}");
    check_lines(&made, &truth);
    check_separated(&made, &truth, "csv");
    check_separated(&made, &truth, "tsv");
    check_markdown(&made, &truth);
    check_page(&made, &truth);
    check_parquet(&made, &truth);
}

const SAMPLE: &str = "sample-data/contacts.csv";

#[test]
fn every_format_has_the_figures_of_the_json() {
    check(&[SAMPLE, "--roster", "sample-data/roster.csv", "--plan", "examples/plans/balanced.toml"]);
    check(&[SAMPLE, "--plan", "tests/plans/month/plan.toml", "--for", "2026-03"]);
    check(&["sample-data/asterisk-queue_log*"]);
    check(&["sample-data/five9-call-log.csv"]);
    check(&["tests/wild/clinic-no-wait.csv"]);
}

/// A log with hostile names, and what stands beside it.
struct Hostile {
    folder: tempfile::TempDir,
    log: String,
    profile: String,
    roster: String,
    plan: String,
    decisions: String,
}

impl Hostile {
    fn new() -> Hostile {
        let folder = folder();
        let path = |file: &str, content: &str| {
            let path = folder.path().join(file);
            std::fs::write(&path, content).expect("a file");
            text(&path).to_string()
        };
        let names = hostile::names();
        let template = read(&common::root().join("examples/plans/balanced.toml"));
        let named = |line: &str| match line.starts_with("name = ") {
            true => format!("name = {}\n", serde_json::to_string(hostile::NOTE).expect("a text")),
            false => format!("{line}\n"),
        };
        Hostile {
            log: path("calls.csv", &hostile::log(&names)),
            profile: path("profile.toml", hostile::PROFILE),
            roster: path("roster.csv", &hostile::roster(&names)),
            plan: path("plan.toml", &template.lines().map(named).collect::<String>()),
            decisions: path("decided.csv", &hostile::decisions(&names, "2026-03")),
            folder,
        }
    }
}

#[test]
fn a_name_is_a_name_in_every_format() {
    let of = Hostile::new();
    let reading = [of.log.as_str(), "--profile", &of.profile];
    check(&reading);
    let plan = ["--plan", &of.plan, "--for", "2026-03", "--decisions", &of.decisions];
    check(&[&reading[..], &plan].concat());
    let read: BTreeSet<String> = hostile::names().iter().map(|name| hostile::as_read(name)).collect();
    let report: Value =
        serde_json::from_str(&succeeds(&[&["report", "-q", "--format", "json"], &reading[..]].concat())).expect("JSON");
    let told = |rows: &Value, column: &str| -> BTreeSet<String> {
        let rows = rows.as_array().expect("rows");
        rows.iter().filter_map(|row| row[column].as_str().map(str::to_string)).collect()
    };
    assert_eq!(told(&report["scorecards"], "agent"), read);
    assert_eq!(told(&report["peers"]["measures"], "agent"), read);
    assert!(told(&report["overview"]["queues"], "queue").is_subset(&read));
}

#[test]
fn every_command_writes_hostile_names_in_every_format_without_being_steered_by_them() {
    let of = Hostile::new();
    let reading = [of.log.as_str(), "--profile", &of.profile];
    let roster = ["--roster", &of.roster];
    let plan = ["--plan", &of.plan, "--for", "2026-03", "--decisions", &of.decisions];
    let agent = hostile::as_read("</td></tr></table><img src=x onerror=alert(2)>");
    let mut commands: Vec<Vec<&str>> = vec![
        vec!["metrics", "--by", "agent,queue"],
        vec!["metrics", "--by", "team,issue"],
        vec!["scorecard"],
        vec!["scorecard", "--by", "queue", "--period", "month"],
        vec!["signals", "--contacts"],
        vec!["signals", "--limit", "7m"],
        vec!["check"],
        vec!["report"],
        [&["report"], &plan[..]].concat(),
        [&["incentives"], &plan[..]].concat(),
        [&["incentives", "--compare", "naive"], &plan[..]].concat(),
        [&["explain", "--agent", &agent], &plan[..]].concat(),
        vec!["goals", "--plan", &of.plan, "--for", "2026-03"],
        vec!["plan", "check", &of.plan],
    ];
    let with_roster: Vec<Vec<&str>> =
        ["team", "manager", "site"].map(|by| [&["scorecard", "--by", by], &roster[..]].concat()).into();
    commands.extend(with_roster);
    commands.push([&["check"], &roster[..]].concat());
    for command in &commands {
        for format in ["table", "markdown", "csv", "tsv", "json", "ndjson"] {
            let whole = command[0] == "report" && matches!(format, "csv" | "tsv");
            if whole {
                continue; // one table a file
            }
            let args: Vec<&str> = command.iter().chain(&reading).copied().chain(["--format", format, "-q"]).collect();
            let output = run(&args);
            let said = String::from_utf8_lossy(&output.stderr).into_owned();
            assert!(matches!(output.status.code(), Some(0 | 1)), "{args:?}: {said}");
            let text = String::from_utf8(output.stdout).unwrap_or_else(|_| panic!("{args:?}: no UTF-8"));
            match format {
                "json" => {
                    drop(serde_json::from_str::<Value>(&text).unwrap_or_else(|error| panic!("{args:?}: {error}")))
                }
                "ndjson" => text.lines().for_each(|line| {
                    let _: Value = serde_json::from_str(line).unwrap_or_else(|error| panic!("{args:?}: {error}"));
                }),
                "table" | "markdown" => {
                    let steers = |c: char| c != '\n' && (c.is_control() || ('\u{202a}'..='\u{202e}').contains(&c));
                    let line = text.lines().find(|line| line.contains(steers));
                    assert!(line.is_none(), "{args:?}: {line:?}");
                    if format == "markdown" {
                        assert_only_text(&text, &args);
                    }
                }
                _ => {}
            }
        }
    }
    drop(of.folder);
}

/// A page of Markdown whose headings, lists and tables are ours, and whose texts are text.
fn assert_only_text(page: &str, args: &[&str]) {
    let mut columns = None;
    for line in page.lines() {
        if line.starts_with('|') {
            let cells = cells(line);
            assert_eq!(*columns.get_or_insert(cells.len()), cells.len(), "{args:?}: {line}");
            for cell in cells {
                seen(&cell).unwrap_or_else(|error| panic!("{args:?}: `{cell}` has {error}"));
            }
        } else {
            columns = None;
            let text = line.trim_start_matches("## ").trim_start_matches("# ").trim_start_matches("- ");
            seen(text).unwrap_or_else(|error| panic!("{args:?}: `{line}` has {error}"));
            let ours =
                ["Statement for ", "Calls from ", "What ", "Your ", "From ", "Signals", "If you", "Look at", "The "];
            let is_heading = line.starts_with('#');
            let known = || ours.iter().any(|begin| text.starts_with(begin)) || text.len() < 30;
            assert!(!is_heading || known(), "{args:?}: the heading `{line}`");
            assert!(!line.starts_with('>') && !line.starts_with("---"), "{args:?}: {line}");
        }
    }
}
