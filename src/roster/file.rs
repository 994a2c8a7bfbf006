//! A roster's file: CSV into [`Roster`], or all of its faults at once.

use super::{Agent, Roster};
use crate::read::time::Format;
use crate::sheet::{self, Dates, Faults, Kind, Row, Sheet};
use anyhow::Result;
use std::collections::HashMap;

/// The columns beside the agent.
pub const COLUMNS: &[&str] = &["name", "team", "manager", "site", "hired", "left", "aliases"];

const ROSTER: Kind = Kind {
    option: "--roster",
    noun: "roster",
    about: "a roster is a CSV with a column `agent` and a line for every agent",
    lines: "agents; give every agent a line",
    required: &[("agent", "the agent's name or id, as the export has it")],
    optional: COLUMNS,
    sentences: false,
};

/// Reads the roster in the file `path`. `date_order` settles dates that could be read both ways.
pub fn read(path: &str, date_order: Option<Format>) -> Result<Roster> {
    sheet::read(path, &ROSTER, |bytes| parse(path, bytes, date_order))
}

/// Reads the roster called `name` from the bytes of its file.
pub(super) fn parse(name: &str, bytes: &[u8], date_order: Option<Format>) -> Result<Roster> {
    let sheet = Sheet::parse(bytes, &ROSTER)?;
    let mut faults = Faults::default();
    let rows = sheet.rows(&mut faults);
    let dates = Dates::in_columns(&rows, &["hired", "left"], date_order, &mut faults);
    let agents: Vec<Agent> = rows.iter().filter_map(|row| agent_of(row, &dates, &mut faults)).collect();
    claimed_twice(&agents, &mut faults);
    faults.tell(&ROSTER)?;
    let ignored_columns = sheet.others().map(|(_, title)| title.to_string()).collect();
    Ok(Roster { name: name.to_string(), agents, ignored_columns })
}

/// The agent of a row, or its faults.
fn agent_of(row: &Row, dates: &Dates, faults: &mut Faults) -> Option<Agent> {
    let line = row.line;
    let (hired, left) = (dates.of(row, "hired", faults), dates.of(row, "left", faults));
    if let (Some(hired), Some(left)) = (hired, left)
        && left < hired
    {
        let what = format!("`left` ({left}) is before `hired` ({hired}); correct one of them, or leave it empty");
        faults.add(line, what);
    }
    let Some(agent) = row.cell("agent") else {
        faults.add(line, "`agent` is empty; write the agent's name or id as the export has it");
        return None;
    };
    let text = |column: &str| row.cell(column).map(str::to_string);
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
            Some(first) => faults.add(
                agent.line,
                format!("`{}` is the agent of line {first} already; keep one line for each agent", agent.agent),
            ),
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
                faults.add(agent.line, what);
            }
            match claimed.get(alias.as_str()) {
                Some(first) if *first != agent.line => {
                    let what =
                        format!("the alias `{alias}` is one of line {first} already; leave it to one of the two");
                    faults.add(agent.line, what);
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
        assert_eq!(roster("agent,name\n'@ada,'=Ada\n").agents[0].shown(), "=Ada");
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
            "line 2: the cell under `team` goes over several lines; close its quote"
        );
    }
}
