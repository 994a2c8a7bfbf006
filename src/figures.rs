//! Figures of agents from other systems, such as absences and adherence: exact decimals by agent and period.

use crate::sheet::{self, Faults, Kind, Row as Cells, Sheet};
use anyhow::{Result, bail};
use std::collections::HashMap;

const FIGURES: Kind = Kind {
    option: "--figures",
    noun: "file of figures",
    about: "a file of figures is a CSV with a column `agent`, a column for every figure and a line for every agent",
    lines: "agents; give every agent a line",
    required: &[("agent", "the agent's name or id, as scorecards show it")],
    optional: &["period"],
    sentences: false,
};

/// Digits behind the decimal point that are kept.
const DECIMALS: usize = 4;

/// Larger numbers are a slip of the pen, and smaller ones can be summed without a thought; in ten-thousandths.
const MOST: i64 = 1_000_000_000 * 10_000;

/// Figures as their file has them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Figures {
    /// What to call the file in messages.
    pub name: String,
    /// What the figures are called, in the order of the file's columns.
    pub names: Vec<String>,
    /// By agent, then by period, those of all periods first.
    rows: Vec<Row>,
}

/// The figures of an agent in a period.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Row {
    line: u64,
    agent: String,
    /// `None` for all periods.
    period: Option<String>,
    /// One for each of `Figures::names`, in ten-thousandths; `None` if it is not known.
    values: Vec<Option<i64>>,
}

impl Figures {
    /// A figure of an agent in a period, in ten-thousandths; `None` if it is not known. If the agent has a row for the
    /// period, only that row counts, and else the row for all periods.
    pub fn of(&self, agent: &str, period: &str, figure: &str) -> Option<i64> {
        let column = self.names.iter().position(|name| name == figure)?;
        let row = self.row(agent, Some(period)).or_else(|| self.row(agent, None))?;
        row.values[column]
    }

    /// The agents of the file, each once, in the order of names.
    pub fn agents(&self) -> impl Iterator<Item = &str> {
        self.rows.chunk_by(|a, b| a.agent == b.agent).map(|rows| rows[0].agent.as_str())
    }

    fn row(&self, agent: &str, period: Option<&str>) -> Option<&Row> {
        let at = self.rows.binary_search_by(|row| (row.agent.as_str(), row.period.as_deref()).cmp(&(agent, period)));
        at.ok().map(|at| &self.rows[at])
    }
}

/// Reads the figures in the file `path`.
pub fn read(path: &str) -> Result<Figures> {
    sheet::read(path, &FIGURES, |bytes| parse(path, bytes))
}

/// Reads the figures called `name` from the bytes of their file.
fn parse(name: &str, bytes: &[u8]) -> Result<Figures> {
    let sheet = Sheet::parse(bytes, &FIGURES)?;
    let mut faults = Faults::default();
    let columns = columns_of(&sheet, &mut faults)?;
    let cells = sheet.rows(&mut faults);
    no_value_is_nameless(&sheet, &cells, &mut faults);
    let numbers = numbers_of(&sheet, &cells, &columns, &mut faults);
    numbers_are_written_alike(&numbers, &mut faults);
    let mut rows = Vec::new();
    for (row, numbers) in cells.iter().zip(&numbers) {
        let values = numbers.iter().map(|number| number.as_ref().map(|n| n.ten_thousandths)).collect();
        rows.extend(row_of(row, values, &mut faults));
    }
    no_row_comes_twice(&rows, &mut faults);
    faults.tell(&FIGURES)?;
    rows.sort_by(|a, b| (&a.agent, &a.period).cmp(&(&b.agent, &b.period)));
    Ok(Figures { name: name.to_string(), names: columns.into_iter().map(|(_, name)| name).collect(), rows })
}

/// Position and name of each figure's column.
fn columns_of(sheet: &Sheet, faults: &mut Faults) -> Result<Vec<(usize, String)>> {
    let mut columns: Vec<(usize, String)> = Vec::new();
    for (position, title) in sheet.others() {
        let name = title.to_lowercase().split_whitespace().collect::<Vec<_>>().join("_");
        let is_word = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_';
        if !name.starts_with(|c: char| c.is_ascii_lowercase()) || !name.bytes().all(is_word) {
            let what = format!(
                "the column `{title}` cannot be the name of a figure; begin with a letter and use only a to z, digits, \
                 blanks and `_`, or take the column out"
            );
            faults.add(sheet.line, what);
        } else if columns.iter().any(|(_, other)| *other == name) {
            faults.add(sheet.line, format!("two columns are called `{name}`; keep one, or rename it"));
        }
        columns.push((position, name));
    }
    if columns.is_empty() {
        bail!("it has no column with figures; give each figure a column of its own beside `agent`, as in `absences`");
    }
    Ok(columns)
}

/// Values under no title.
fn no_value_is_nameless(sheet: &Sheet, rows: &[Cells], faults: &mut Faults) {
    for row in rows {
        if let Some(text) = sheet.untitled().find_map(|position| row.cell_at(position)) {
            let what = format!("`{text}` stands in a column without a title; give the column one, or empty it");
            faults.add(row.line, what);
        }
    }
}

/// A number of a cell, and how it is written.
struct Number<'a> {
    line: u64,
    column: &'a str,
    text: &'a str,
    ten_thousandths: i64,
    is_percent: bool,
    /// The mark before its decimals, if it has any.
    mark: Option<char>,
}

/// The numbers of each row, in the order of the columns; what is none is a fault.
fn numbers_of<'a>(
    sheet: &Sheet,
    rows: &[Cells<'a>],
    columns: &'a [(usize, String)],
    faults: &mut Faults,
) -> Vec<Vec<Option<Number<'a>>>> {
    let allows_comma = sheet.delimiter == b';';
    let mut number = |row: &Cells<'a>, position: usize, column: &'a str| -> Option<Number<'a>> {
        let text = row.cell_at(position)?;
        match number_of(text, allows_comma) {
            Ok((ten_thousandths, is_percent, mark)) => {
                Some(Number { line: row.line, column, text, ten_thousandths, is_percent, mark })
            }
            Err(what) => {
                faults.add(row.line, format!("`{column}` is `{text}`, which {what}"));
                None
            }
        }
    };
    rows.iter().map(|row| columns.iter().map(|(at, column)| number(row, *at, column)).collect()).collect()
}

/// Ten-thousandths, whether they are given in percent, and the decimal mark; or what is wrong with the text.
fn number_of(text: &str, allows_comma: bool) -> Result<(i64, bool, Option<char>), String> {
    let none =
        || "is no number; write one like 95 or 95.5, without thousands separators, or leave it empty".to_string();
    let (number, is_percent) = match text.strip_suffix('%') {
        Some(number) => (number.trim_end(), true),
        None => (text, false),
    };
    let (is_negative, digits) = match number.strip_prefix('-') {
        Some(digits) => (true, digits),
        None => (false, number),
    };
    let mark = digits.chars().find(|c| *c == '.' || (*c == ',' && allows_comma));
    let (whole, part) = mark.and_then(|mark| digits.split_once(mark)).unwrap_or((digits, ""));
    let is_digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    if whole.is_empty() || !is_digits(whole) || !is_digits(part) || (mark.is_some() && part.is_empty()) {
        return Err(none());
    }
    let decimals = if is_percent { DECIMALS - 2 } else { DECIMALS };
    let part = part.trim_end_matches('0');
    if part.len() > decimals {
        let of = if is_percent { " of a percentage" } else { "" };
        return Err(format!("has more than {decimals} digits behind the decimal point{of}; round it"));
    }
    let zeros = "0".repeat(decimals - part.len());
    match format!("{whole}{part}{zeros}").parse::<i64>() {
        Ok(number) if number <= MOST => Ok((if is_negative { -number } else { number }, is_percent, mark)),
        _ => Err("is too large; correct it".to_string()),
    }
}

/// Numbers that would not mean what the rest of them lets expect: `95` below `90 %`, `1.250` below `7,5`.
fn numbers_are_written_alike(rows: &[Vec<Option<Number>>], faults: &mut Faults) {
    let all = || rows.iter().flatten().flatten();
    let comma = all().find(|number| number.mark == Some(','));
    let mut percents: HashMap<&str, u64> = HashMap::new();
    for number in all().filter(|number| number.is_percent) {
        percents.entry(number.column).or_insert(number.line);
    }
    for Number { line, column, text, ten_thousandths, is_percent, mark } in all() {
        if let Some(first) = percents.get(column)
            && !is_percent
            && *ten_thousandths != 0
        {
            let what = format!("`{column}` is `{text}` here and in percent in line {first}; write both alike");
            faults.add(*line, what);
        }
        if let Some(comma) = comma
            && *mark == Some('.')
        {
            let what = format!(
                "`{column}` is `{text}`, with a point, and line {} has the comma of `{}`; write both alike, without \
                 thousands separators",
                comma.line, comma.text
            );
            faults.add(*line, what);
        }
    }
}

/// A row with its values, or its faults.
fn row_of(row: &Cells, values: Vec<Option<i64>>, faults: &mut Faults) -> Option<Row> {
    let period = row.cell("period");
    if let Some(text) = period.filter(|text| !sheet::is_period(text)) {
        faults.add(row.line, sheet::no_period(text));
    }
    let Some(agent) = row.cell("agent") else {
        faults.add(row.line, "`agent` is empty; write the agent's name or id as scorecards show it");
        return None;
    };
    Some(Row { line: row.line, agent: agent.to_string(), period: period.map(str::to_string), values })
}

/// Rows for the same agent and period.
fn no_row_comes_twice(rows: &[Row], faults: &mut Faults) {
    let mut lines: HashMap<(&str, Option<&str>), u64> = HashMap::new();
    for row in rows {
        match lines.get(&(row.agent.as_str(), row.period.as_deref())) {
            Some(first) => {
                let what = format!(
                    "`{}` has figures for {} in line {first} already; keep one line for each agent and period",
                    row.agent,
                    row.period.as_deref().unwrap_or("all periods")
                );
                faults.add(row.line, what);
            }
            None => {
                lines.insert((&row.agent, row.period.as_deref()), row.line);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn figures(text: &str) -> Figures {
        parse("figures.csv", text.as_bytes()).unwrap()
    }

    fn error(text: &str) -> String {
        parse("figures.csv", text.as_bytes()).unwrap_err().to_string()
    }

    /// The faults of a file, without the line that counts them.
    fn faults(text: &str) -> Vec<String> {
        error(text).lines().skip(1).map(|line| line.trim_start().to_string()).collect()
    }

    #[test]
    fn figures_are_found_by_agent_period_and_name() {
        let read =
            figures("Period,AGENT,Days on  leave,adherence\n2026-03,Ada,2,95.5 %\n,Bo,-3.0001,\n2026-Q1,Ada,7,100%\n");
        assert_eq!(read.names, ["days_on_leave", "adherence"]);
        assert_eq!(read.of("Ada", "2026-03", "days_on_leave"), Some(20_000));
        assert_eq!(read.of("Ada", "2026-03", "adherence"), Some(9_550));
        assert_eq!(read.of("Ada", "2026-Q1", "days_on_leave"), Some(70_000));
        assert_eq!(read.of("Bo", "2026-W10", "days_on_leave"), Some(-30_001));
        for unknown in [("Bo", "2026-03", "adherence"), ("Ada", "2026-04", "adherence"), ("Ada", "2026-03", "audits")] {
            assert_eq!(read.of(unknown.0, unknown.1, unknown.2), None, "{unknown:?}");
        }
        assert_eq!(read.agents().collect::<Vec<_>>(), ["Ada", "Bo"]);
        assert_eq!(figures("agent,absences\nBo,0\nAda,1\n").of("Bo", "2026-03", "absences"), Some(0));
    }

    #[test]
    fn a_row_with_the_period_wins_over_one_without_even_where_it_is_empty() {
        let read = figures("agent,period,absences,hours\nAda,2026-03,2,\nAda,-,1,40\n");
        assert_eq!((read.of("Ada", "2026-03", "absences"), read.of("Ada", "2026-03", "hours")), (Some(20_000), None));
        assert_eq!(
            (read.of("Ada", "2026-04", "absences"), read.of("Ada", "2026-04", "hours")),
            (Some(10_000), Some(400_000))
        );
    }

    #[test]
    fn numbers_are_read_exactly_as_people_write_them() {
        for (text, expected) in [
            ("95", 950_000),
            ("95.5", 955_000),
            ("95,5", 955_000),
            ("-0.0001", -1),
            ("95.5 %", 9_550),
            ("95,25%", 9_525),
            ("100\u{a0}%", 10_000),
            ("0.50000", 5_000),
            ("1000000000", MOST),
        ] {
            assert_eq!(number_of(text, true).map(|(number, ..)| number), Ok(expected), "{text}");
        }
        for text in ["n/a", "1,250", "1 250", "1e3", ".5", "5.", "+5", "--5", "%", "£5", "5 days", "1.2.3", "٣"] {
            assert!(number_of(text, false).unwrap_err().starts_with("is no number; write one like"), "{text}");
        }
        assert!(number_of("1.250,5", true).is_err());
    }

    #[test]
    fn numbers_that_cannot_be_kept_exactly_are_faults() {
        assert_eq!(
            faults("agent,adherence\nAda,0.95555\nBo,95.125 %\nCy,n/a\nDee,99999999999\nEl,99999999999999999999\n"),
            [
                "line 2: `adherence` is `0.95555`, which has more than 4 digits behind the decimal point; round it",
                "line 3: `adherence` is `95.125 %`, which has more than 2 digits behind the decimal point of a \
                 percentage; round it",
                "line 4: `adherence` is `n/a`, which is no number; write one like 95 or 95.5, without thousands \
                 separators, or leave it empty",
                "line 5: `adherence` is `99999999999`, which is too large; correct it",
                "line 6: `adherence` is `99999999999999999999`, which is too large; correct it",
            ]
        );
        assert!(faults("agent,hours\nAda,\"7,5\"\n")[0].starts_with("line 2: `hours` is `7,5`, which is no number"));
    }

    #[test]
    fn numbers_written_in_two_ways_are_faults() {
        assert_eq!(
            faults("agent,adherence,hours\nAda,90 %,95\nBo,95,\nCy,0,\n"),
            ["line 3: `adherence` is `95` here and in percent in line 2; write both alike"]
        );
        assert_eq!(
            faults("agent;hours;pay\nAda;1.250;1\nBo;7;7,5\n"),
            ["line 2: `hours` is `1.250`, with a point, and line 3 has the comma of `7,5`; write both alike, without \
              thousands separators"]
        );
    }

    #[test]
    fn rows_that_nobody_can_tell_apart_or_use_are_faults() {
        assert_eq!(
            faults("agent,period,absences\nAda,2026-03,1\nAda,2026-03,1\n,,1\nBo,Mar-26,1\nAda,,1\nAda,,2\n"),
            [
                "line 3: `Ada` has figures for 2026-03 in line 2 already; keep one line for each agent and period",
                "line 4: `agent` is empty; write the agent's name or id as scorecards show it",
                "line 5: `period` is `Mar-26`; write a month like 2026-03, a quarter like 2026-Q1 or a week like \
                 2026-W10 (format the column as text if a spreadsheet makes dates of it)",
                "line 7: `Ada` has figures for all periods in line 6 already; keep one line for each agent and period",
            ]
        );
    }

    #[test]
    fn columns_that_cannot_be_figures_are_faults() {
        assert_eq!(
            faults("agent,Adherence %,2nd,QA,qa,,\nAda,1,1,1,1,,8\n"),
            [
                "line 1: the column `Adherence %` cannot be the name of a figure; begin with a letter and use only a \
                 to z, digits, blanks and `_`, or take the column out",
                "line 1: the column `2nd` cannot be the name of a figure; begin with a letter and use only a to z, \
                 digits, blanks and `_`, or take the column out",
                "line 1: two columns are called `qa`; keep one, or rename it",
                "line 2: `8` stands in a column without a title; give the column one, or empty it",
            ]
        );
        assert_eq!(
            error("agent,period\nAda,2026-03\n"),
            "it has no column with figures; give each figure a column of its own beside `agent`, as in `absences`"
        );
        assert!(error("name,absences\nAda,1\n").starts_with("it has no column `agent` ("));
        assert_eq!(figures("agent,absences,,\nAda,1,,-\n").names, ["absences"]);
    }

    #[test]
    fn a_file_is_read_whatever_its_mark_delimiter_and_encoding() {
        let read = figures("\u{feff}agent;absences\r\n\"O'Hara; N\";1,5\r\n'@ada;2\r\n");
        assert_eq!(read.agents().collect::<Vec<_>>(), ["@ada", "O'Hara; N"]);
        assert_eq!(read.of("O'Hara; N", "2026-03", "absences"), Some(15_000));
        let utf16: Vec<u8> =
            "\u{feff}agent\tabsences\r\nJoão\t2\r\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(parse("f", &utf16).unwrap().of("João", "2026-03", "absences"), Some(20_000));
        assert!(error("PK\x03\x04").starts_with("it looks like an Excel workbook"));
        assert_eq!(error("agent,absences\n"), "it has a header and no agents; give every agent a line");
        assert!(format!("{:#}", read_error("no/such.csv")).starts_with("--figures: there is no file"));
    }

    fn read_error(path: &str) -> anyhow::Error {
        super::read(path).unwrap_err()
    }
}
