//! A roster's file: CSV into [`Roster`], or all of its faults at once.

use super::{Agent, Roster};
use crate::read::guess::{Order, OrderEvidence};
use crate::read::text_of;
use crate::read::time::{Format, Parser, Stamp, civil_of};
use anyhow::{Context, Result, bail};
use jiff::civil::Date;
use std::collections::HashMap;

/// The columns a roster may have; all but the first may be missing.
const COLUMNS: [&str; 8] = ["agent", "name", "team", "manager", "site", "hired", "left", "aliases"];

/// More faults than these are only counted: the file is probably no roster.
const SHOWN_FAULTS: usize = 30;

/// Reads the roster in the file `path`. `date_order` settles dates that could be read both ways.
pub fn read(path: &str, date_order: Option<Format>) -> Result<Roster> {
    let bytes = match std::fs::read(path) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => bail!("--roster: there is no file `{path}`"),
        Err(_) if std::path::Path::new(path).is_dir() => bail!("--roster: `{path}` is a directory; name a file in it"),
        Err(error) => bail!("--roster: `{path}` cannot be read: {error}"),
    };
    parse(path, &bytes, date_order).with_context(|| format!("--roster `{path}`"))
}

/// Reads the roster called `name` from the bytes of its file.
pub(super) fn parse(name: &str, bytes: &[u8], date_order: Option<Format>) -> Result<Roster> {
    let (header, rows) = records(bytes)?;
    let columns = Columns::new(&header)?;
    if rows.is_empty() {
        bail!("it has a header and no agents; give every agent a line");
    }
    let mut faults = Vec::new();
    let format = date_format(&rows, &columns, date_order, &mut faults);
    let mut agents = Vec::new();
    for row in &rows {
        agents.extend(agent_of(row, &header, &columns, format, &mut faults));
    }
    claimed_twice(&agents, &mut faults);
    if !faults.is_empty() {
        faults.sort_by_key(|(line, _)| *line);
        let count = faults.len();
        let mut list: Vec<String> =
            faults.iter().take(SHOWN_FAULTS).map(|(line, what)| format!("  line {line}: {what}")).collect();
        if count > SHOWN_FAULTS {
            list.push(format!("  and {} more", count - SHOWN_FAULTS));
        }
        bail!("the roster has {count} {}:\n{}", if count == 1 { "fault" } else { "faults" }, list.join("\n"));
    }
    Ok(Roster { name: name.to_string(), agents, ignored_columns: columns.ignored })
}

/// A fault with the line it stands on.
type Faults = Vec<(u64, String)>;

/// One line: its number and its cells.
struct Row {
    line: u64,
    cells: Vec<String>,
}

impl Row {
    /// The cell of a column, `None` if it is empty or there is no such column.
    fn cell(&self, column: Option<usize>) -> Option<&str> {
        column.and_then(|c| self.cells.get(c)).map(String::as_str).filter(|text| !matches!(*text, "" | "-"))
    }
}

/// The header and the rows that are not blank.
fn records(bytes: &[u8]) -> Result<(Vec<String>, Vec<Row>)> {
    let bytes = decoded(bytes)?;
    let delimiter = delimiter_of(&bytes);
    let mut reader =
        csv::ReaderBuilder::new().has_headers(false).flexible(true).delimiter(delimiter).from_reader(&*bytes);
    let mut rows = Vec::new();
    for record in reader.byte_records() {
        let record = record?;
        let cells: Vec<String> = record.iter().map(text_of).collect();
        if cells.iter().any(|cell| !cell.is_empty()) {
            rows.push(Row { line: line_of(&bytes, &record), cells });
        }
        if let Some(long) = record.iter().find(|cell| cell.contains(&b'\n') || cell.contains(&b'\r')) {
            let start: String = text_of(long).chars().take(20).collect();
            let line = line_of(&bytes, &record);
            bail!("line {line}: the cell that begins with `{start}` goes over several lines; close its quote");
        }
    }
    if rows.is_empty() {
        bail!("it is empty; a roster is a CSV with a column `agent` and a line for every agent");
    }
    Ok((rows.remove(0).cells, rows))
}

/// The line a record begins on; the reader counts blank lines before it as its own.
fn line_of(bytes: &[u8], record: &csv::ByteRecord) -> u64 {
    let Some(position) = record.position() else { return 1 };
    let rest = &bytes[position.byte() as usize..];
    let blank = rest.iter().take_while(|b| matches!(b, b'\n' | b'\r'));
    position.line() + blank.filter(|b| **b == b'\n').count() as u64
}

/// The text as UTF-8 or a superset of ASCII, without byte order mark; refuses what is no text.
fn decoded(bytes: &[u8]) -> Result<Vec<u8>> {
    if bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"\xd0\xcf\x11\xe0") {
        bail!("it looks like an Excel workbook; save the sheet as CSV");
    }
    match encoding_rs::Encoding::for_bom(bytes) {
        Some((encoding, length)) if encoding == encoding_rs::UTF_8 => Ok(bytes[length..].to_vec()),
        Some((encoding, _)) => Ok(encoding.decode(bytes).0.into_owned().into_bytes()),
        None if bytes.contains(&0) => bail!("it is not text; save it as CSV"),
        None => Ok(bytes.to_vec()),
    }
}

/// The most frequent of comma, semicolon and tab outside quotes in the first line that is not blank.
fn delimiter_of(bytes: &[u8]) -> u8 {
    let header = bytes.split(|b| matches!(b, b'\n' | b'\r')).find(|line| !line.trim_ascii().is_empty()).unwrap_or(b"");
    let count = |delimiter: u8| header.split(|b| *b == b'"').step_by(2).flatten().filter(|b| **b == delimiter).count();
    // Of several equally frequent ones the last, which is the comma.
    [b'\t', b';', b','].into_iter().max_by_key(|d| count(*d)).unwrap_or(b',')
}

/// Where the columns stand.
struct Columns {
    at: [Option<usize>; COLUMNS.len()],
    ignored: Vec<String>,
}

impl Columns {
    fn new(header: &[String]) -> Result<Columns> {
        let mut columns = Columns { at: [None; COLUMNS.len()], ignored: Vec::new() };
        for (position, title) in header.iter().enumerate().filter(|(_, title)| !title.is_empty()) {
            match COLUMNS.iter().position(|c| *c == title.to_lowercase()) {
                Some(column) if columns.at[column].is_some() => {
                    bail!("two columns are called `{}`; keep one", COLUMNS[column])
                }
                Some(column) => columns.at[column] = Some(position),
                None => columns.ignored.push(title.clone()),
            }
        }
        if columns.of("agent").is_none() {
            let titles: Vec<String> = header.iter().map(|title| format!("`{title}`")).collect();
            bail!(
                "it has no column `agent` (the agent's name or id, as the export has it); its columns are {}. Rename \
                 the right one",
                titles.join(", ")
            );
        }
        Ok(columns)
    }

    fn of(&self, name: &str) -> Option<usize> {
        COLUMNS.iter().position(|c| *c == name).and_then(|c| self.at[c])
    }
}

/// How the dates are written, from all of them: one 25th decides.
fn date_format(rows: &[Row], columns: &Columns, given: Option<Format>, faults: &mut Faults) -> Format {
    if let Some(format) = given {
        return format;
    }
    let mut evidence = OrderEvidence::default();
    let mut first = None;
    for row in rows {
        for column in ["hired", "left"] {
            if let Some(text) = row.cell(columns.of(column)) {
                evidence.look(text);
                first = first.or(Some((row.line, column, text)));
            }
        }
    }
    match (evidence.order(), first) {
        (Order::Known(format), _) => format,
        (Order::Ambiguous, Some((line, column, text))) => {
            let what = format!(
                "`{column}` is `{text}`, and all dates could be day first or month first; write them like 2026-03-31, \
                 or say --date-order dmy or --date-order mdy"
            );
            faults.push((line, what));
            Format::Dmy
        }
        _ => Format::Ymd,
    }
}

/// The agent of a line, or its faults.
fn agent_of(row: &Row, header: &[String], columns: &Columns, format: Format, faults: &mut Faults) -> Option<Agent> {
    let line = row.line;
    if row.cells.len() > header.len() {
        let (cells, titles) = (row.cells.len(), header.len());
        let what = format!("{cells} cells under {titles} columns; put a name that has a comma in it in quotes");
        faults.push((line, what));
        return None;
    }
    let mut date = |column: &str| -> Option<Date> {
        let text = row.cell(columns.of(column))?;
        match Parser::new(format).parse(text.as_bytes()) {
            Some(Stamp::Local(ms)) => Some(civil_of(ms).date()),
            _ => {
                faults.push((line, format!("`{column}` is `{text}`, which is no date; write one like 2026-03-31")));
                None
            }
        }
    };
    let (hired, left) = (date("hired"), date("left"));
    if let (Some(hired), Some(left)) = (hired, left)
        && left < hired
    {
        let what = format!("`left` ({left}) is before `hired` ({hired}); correct one of them, or leave it empty");
        faults.push((line, what));
    }
    let Some(agent) = row.cell(columns.of("agent")) else {
        faults.push((line, "`agent` is empty; write the agent's name or id as the export has it".to_string()));
        return None;
    };
    let text = |column: &str| row.cell(columns.of(column)).map(str::to_string);
    let aliases = text("aliases").unwrap_or_default();
    Some(Agent {
        line,
        agent: agent.to_string(),
        name: text("name"),
        team: text("team"),
        manager: text("manager"),
        site: text("site"),
        hired,
        left,
        aliases: aliases.split(['|', ';']).map(str::trim).filter(|a| !a.is_empty()).map(str::to_string).collect(),
    })
}

/// Spellings that belong to two agents.
fn claimed_twice(agents: &[Agent], faults: &mut Faults) {
    let mut lines: HashMap<&str, u64> = HashMap::new();
    for agent in agents {
        match lines.get(agent.agent.as_str()) {
            Some(first) => faults.push((
                agent.line,
                format!("`{}` is the agent of line {first} already; keep one line for each agent", agent.agent),
            )),
            None => {
                lines.insert(&agent.agent, agent.line);
            }
        }
    }
    let mut claimed: HashMap<&str, u64> = HashMap::new();
    for agent in agents {
        for alias in &agent.aliases {
            if let Some(other) = lines.get(alias.as_str()).filter(|line| **line != agent.line && *alias != agent.agent)
            {
                let what = format!(
                    "the alias `{alias}` is the agent of line {other}; take it out here, or take out line {other} if \
                     both are one person"
                );
                faults.push((agent.line, what));
            }
            match claimed.get(alias.as_str()) {
                Some(first) if *first != agent.line => {
                    let what =
                        format!("the alias `{alias}` is one of line {first} already; leave it to one of the two");
                    faults.push((agent.line, what));
                }
                _ => {
                    claimed.insert(alias, agent.line);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn roster(text: &str) -> Roster {
        parse("roster.csv", text.as_bytes(), None).unwrap()
    }

    fn error(text: &str) -> String {
        parse("roster.csv", text.as_bytes(), None).unwrap_err().to_string()
    }

    #[test]
    fn a_roster_is_read_whatever_its_delimiter_mark_quotes_and_case() {
        let text = "\u{feff}AGENT;Name;Team;Aliases;Left\r\n\"O'Hara; N\";Nell;Alder;\"nell|n.ohara\";\r\n;;;;\r\n7;;;;2026-02-03\r\n";
        let read = roster(text);
        let [first, second] = &read.agents[..] else { panic!("{read:?}") };
        assert_eq!((first.agent.as_str(), first.name.as_deref(), first.line), ("O'Hara; N", Some("Nell"), 2));
        assert_eq!(first.aliases, ["nell", "n.ohara"]);
        assert_eq!((second.name.as_deref(), second.line), (None, 4));
        assert_eq!(second.left, Some(jiff::civil::date(2026, 2, 3)));
        assert_eq!(roster("agent\tteam\nAda, B\tX\n").agents[0].agent, "Ada, B");
        assert_eq!(roster("agent\nAda\n\n\nBo\n").agents[1].line, 5);
        assert_eq!(roster("agent,badge\nAda,7\n").ignored_columns, ["badge"]);
        let utf16: Vec<u8> = "\u{feff}agent\tsite\r\nJoão\tX\r\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(parse("r", &utf16, None).unwrap().agents[0].agent, "João");
        assert_eq!(parse("r", b"agent\nJo\xe3o\n", None).unwrap().agents[0].agent, "João");
    }

    #[test]
    fn dates_are_read_in_the_order_that_all_of_them_allow() {
        let dates = |text: &str| roster(text).agents.iter().map(|a| a.hired.unwrap().to_string()).collect::<Vec<_>>();
        assert_eq!(dates("agent,hired\nA,02/03/2026\nB,25/03/2026\n"), ["2026-03-02", "2026-03-25"]);
        assert_eq!(dates("agent,hired\nA,2 Mar 2026\nB,2026-03-25 00:00:00\n"), ["2026-03-02", "2026-03-25"]);
        assert_eq!(
            error("agent,hired\nA,02/03/2026\n"),
            "the roster has 1 fault:\n  line 2: `hired` is `02/03/2026`, and all dates could be day first or month \
             first; write them like 2026-03-31, or say --date-order dmy or --date-order mdy"
        );
        let given = parse("r", b"agent,hired\nA,02/03/2026\n", Some(Format::Mdy)).unwrap();
        assert_eq!(given.agents[0].hired, Some(jiff::civil::date(2026, 2, 3)));
    }

    #[test]
    fn an_export_given_as_a_roster_does_not_flood_the_screen() {
        let found = error(&format!("agent\n{}", "Ada\n".repeat(100)));
        assert!(found.starts_with("the roster has 99 faults:\n  line 3: `Ada` is the agent of line 2 already"));
        assert!(found.ends_with("\n  and 69 more"), "{found}");
    }

    #[test]
    fn a_file_that_is_no_roster_is_refused_with_what_to_do() {
        assert!(error("").starts_with("it is empty"));
        assert!(error("\n\n").starts_with("it is empty"));
        assert_eq!(error("agent,team\n"), "it has a header and no agents; give every agent a line");
        assert_eq!(
            error("Name,Team\nAda,X\n"),
            "it has no column `agent` (the agent's name or id, as the export has it); its columns are `Name`, `Team`. \
             Rename the right one"
        );
        assert_eq!(error("agent,Agent\nAda,X\n"), "two columns are called `agent`; keep one");
        assert!(error("PK\x03\x04").starts_with("it looks like an Excel workbook"));
        assert_eq!(
            error("agent,team\nAda,\"X\nBo,Y\n"),
            "line 2: the cell that begins with `X Bo,Y` goes over several lines; close its quote"
        );
    }
}
