//! A roster: who the agents are. It gives the log one name an agent, however the exports spell it, and says who
//! belongs to which team, manager and site, and since when.
//!
//! Spellings are matched exactly first, then without regard to case and blanks. What could be two agents is
//! refused; what could be a slip of the pen is only hinted at.

mod file;

pub use file::{COLUMNS, read};

use crate::call_log::{CallLog, Column, Legs, MISSING, Names, Person, flag};
use crate::names;
use anyhow::{Result, bail};
use jiff::civil::Date;
use std::collections::{BTreeSet, HashMap};

/// One agent, as the roster has them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Agent {
    pub line: u64,
    /// Name or id, as the export has it.
    pub agent: String,
    /// Name to be shown.
    pub name: Option<String>,
    pub team: Option<String>,
    pub manager: Option<String>,
    pub site: Option<String>,
    /// First and last day of work.
    pub hired: Option<Date>,
    pub left: Option<Date>,
    /// Other spellings in exports.
    pub aliases: Vec<String>,
}

/// A roster as its file has it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Roster {
    /// What to call it in messages.
    pub name: String,
    pub agents: Vec<Agent>,
    /// Columns that a roster does not have.
    pub ignored_columns: Vec<String>,
}

/// How a roster and the calls that were measured fit together.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Comparison {
    /// The roster's file.
    pub file: String,
    pub ignored_columns: Vec<String>,
    /// Agents with calls.
    pub agents: usize,
    /// Those of them that are not in the roster, in the order of names.
    pub unlisted: Vec<Unlisted>,
    /// Agents of the roster, and those of them without calls.
    pub listed: usize,
    pub without_calls: usize,
    /// Agents with calls outside the time of their work, the most calls first.
    pub before_hired: Vec<Stray>,
    pub after_left: Vec<Stray>,
}

/// An agent of the calls who is not in the roster.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unlisted {
    pub agent: String,
    /// The spelling in the roster that this one resembles.
    pub like: Option<String>,
}

/// Calls of an agent outside the time of their work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stray {
    pub agent: String,
    /// The day they were hired, or left.
    pub day: Date,
    pub calls: u64,
}

/// Names that a message shows.
pub const SHOWN: usize = 5;

/// Gives the agents of a log, before its contacts are made, the roster's names, teams, managers and sites.
pub fn apply(roster: &Roster, log: &mut CallLog) -> Result<()> {
    let whose = whose(roster, &log.names.agent)?;

    // Names are sorted anew, since the order of ids is the order of names; the key tells namesakes apart.
    let labels = labels(roster, &log.names.agent, &whose);
    let shown: Vec<(&str, &str, Option<&Agent>)> = (log.names.agent.iter().zip(&whose))
        .map(|(spelling, listed)| match listed {
            Some(at) => (labels[*at].as_str(), roster.agents[*at].agent.as_str(), Some(&roster.agents[*at])),
            None => (&**spelling, &**spelling, None),
        })
        .collect();
    let mut sorted = shown.clone();
    sorted.sort_unstable_by_key(|(label, key, _)| (*label, *key));
    sorted.dedup_by_key(|(label, key, _)| (*label, *key));
    let id = |entry: &(&str, &str, _)| {
        let at = sorted.binary_search_by_key(&(entry.0, entry.1), |(label, key, _)| (*label, *key));
        at.expect("every agent is in the list") as u32
    };
    let new_ids: Vec<u32> = shown.iter().map(id).collect();

    let teams = united(&log.names.team, sorted.iter().filter_map(|(.., a)| a.and_then(|a| a.team.as_deref())));
    let managers = united(&[], sorted.iter().filter_map(|(.., a)| a.and_then(|a| a.manager.as_deref())));
    let sites = united(&[], sorted.iter().filter_map(|(.., a)| a.and_then(|a| a.site.as_deref())));
    let person = |(.., agent): &(&str, &str, Option<&Agent>)| match agent {
        None => Person::default(),
        Some(agent) => Person {
            listed: true,
            team: agent.team.as_deref().map(|team| number(&teams, team)),
            manager: agent.manager.as_deref().map(|manager| number(&managers, manager)),
            site: agent.site.as_deref().map(|site| number(&sites, site)),
            hired: agent.hired,
            left: agent.left,
        },
    };
    let people: Vec<Person> = sorted.iter().map(person).collect();
    log.tells.team |= people.iter().any(|person| person.team.is_some());
    let agents = sorted.iter().map(|(label, ..)| (*label).into()).collect();

    join_spellings(&mut log.legs, &new_ids);
    renumber(&mut log.legs.agent, &new_ids);
    let new_teams: Vec<u32> = log.names.team.iter().map(|team| number(&teams, team)).collect();
    renumber(&mut log.legs.team, &new_teams);
    log.names =
        Names { agent: agents, team: teams, manager: managers, site: sites, people, ..std::mem::take(&mut log.names) };
    Ok(())
}

/// The agent of the roster that each spelling of the log means; all that could be two are told at once.
fn whose(roster: &Roster, spellings: &[Box<str>]) -> Result<Vec<Option<usize>>> {
    let mut exact: HashMap<&str, usize> = HashMap::new();
    let mut loose: HashMap<String, BTreeSet<usize>> = HashMap::new();
    for (at, agent) in roster.agents.iter().enumerate() {
        for spelling in agent.spellings() {
            exact.insert(spelling, at);
            loose.entry(without_case(spelling)).or_default().insert(at);
        }
    }
    let mut doubts = Vec::new();
    let mut find = |spelling: &str| -> Option<usize> {
        if let Some(at) = exact.get(spelling) {
            return Some(*at);
        }
        let candidates: Vec<usize> = loose.get(&without_case(spelling))?.iter().copied().collect();
        match candidates[..] {
            [one] => Some(one),
            _ => {
                let list: Vec<String> = candidates
                    .iter()
                    .map(|at| format!("`{}` (line {})", roster.agents[*at].agent, roster.agents[*at].line))
                    .collect();
                doubts.push(format!("  `{spelling}` could be {}", list.join(" or ")));
                None
            }
        }
    };
    let found = spellings.iter().map(|spelling| find(spelling)).collect();
    if !doubts.is_empty() {
        bail!(
            "--roster `{}`: agents of the calls fit two of the roster, which differ in capitals and blanks only; write \
             each spelling among the aliases of the right one:\n{}",
            roster.name,
            doubts.join("\n")
        );
    }
    Ok(found)
}

impl Agent {
    /// What exports may call this agent.
    fn spellings(&self) -> impl Iterator<Item = &str> {
        std::iter::once(self.agent.as_str()).chain(self.aliases.iter().map(String::as_str))
    }

    /// What to show, before namesakes are told apart.
    fn shown(&self) -> &str {
        self.name.as_deref().unwrap_or(&self.agent)
    }
}

/// A spelling in small letters, with single blanks.
fn without_case(spelling: &str) -> String {
    spelling.to_lowercase().split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The name to show of each agent of the roster; namesakes also show what they are called in exports.
fn labels(roster: &Roster, spellings: &[Box<str>], whose: &[Option<usize>]) -> Vec<String> {
    let mut bearers: HashMap<&str, u32> = HashMap::new();
    let unlisted = spellings.iter().zip(whose).filter(|(_, listed)| listed.is_none()).map(|(s, _)| &**s);
    for name in roster.agents.iter().map(Agent::shown).chain(unlisted) {
        *bearers.entry(name).or_default() += 1;
    }
    let label = |agent: &Agent| match agent.shown() {
        name if bearers[name] > 1 && name != agent.agent => format!("{name} ({})", agent.agent),
        name => name.to_string(),
    };
    roster.agents.iter().map(label).collect()
}

/// A sorted dictionary of names that are in one already, and more.
fn united<'a>(old: &'a [Box<str>], more: impl Iterator<Item = &'a str>) -> Vec<Box<str>> {
    let all: BTreeSet<&str> = old.iter().map(|name| &**name).chain(more).collect();
    all.into_iter().map(Box::from).collect()
}

/// The id of a name that is in the dictionary.
fn number(dictionary: &[Box<str>], name: &str) -> u32 {
    dictionary.binary_search_by(|known| (**known).cmp(name)).expect("every name is in the dictionary") as u32
}

/// Rewrites a column of ids, if any of them changes.
fn renumber(column: &mut Column<u32>, new: &[u32]) {
    if new.iter().enumerate().all(|(old, new)| old == *new as usize) {
        return;
    }
    for id in column.values_mut() {
        if *id != MISSING {
            *id = new[*id as usize];
        }
    }
}

/// Records of the same contact that begin at the same moment and spell the same agent differently are records of
/// one leg. Where the agent tells legs apart their keys differ, and they are made equal, so that one of them counts.
fn join_spellings(legs: &mut Legs, new_ids: &[u32]) {
    let mut spellings = vec![0u32; new_ids.len()];
    for new in new_ids {
        spellings[*new as usize] += 1;
    }
    if legs.leg.is_absent() || spellings.iter().all(|count| *count < 2) {
        return;
    }
    let count = legs.len();
    let is_respelled = |i: &usize| {
        let agent = legs.agent.get(*i);
        agent != MISSING && spellings[new_ids[agent as usize] as usize] > 1
    };
    // Few contacts have several legs: a mark for each of many slots finds nearly only those.
    let slots = (count * 8).next_power_of_two();
    let mut marks = vec![0u8; slots / 4];
    let slot = |i: usize| {
        let slot = legs.contact.get(i) as usize & (slots - 1);
        (slot / 4, slot % 4 * 2)
    };
    for i in (0..count).filter(is_respelled) {
        let (byte, shift) = slot(i);
        let met = marks[byte] >> shift & 0b11;
        marks[byte] |= (met << 1 | 1) << shift & 0b11 << shift;
    }
    let shares_contact = |i: &usize| {
        let (byte, shift) = slot(*i);
        marks[byte] >> shift & 0b10 != 0
    };
    let mut records: Vec<_> = ((0..count).filter(is_respelled).filter(shares_contact))
        .map(|i| {
            let agent = legs.agent.get(i);
            let place = (legs.contact.get(i), legs.start_ms.get(i), new_ids[agent as usize]);
            (place, legs.leg.get(i), agent, i)
        })
        .collect();
    records.sort_unstable();
    for same in records.chunk_by(|a, b| a.0 == b.0) {
        let spellings: BTreeSet<u32> = same.iter().map(|(.., agent, _)| *agent).collect();
        let keys: BTreeSet<(u64, u32)> = same.iter().map(|(_, leg, agent, _)| (*leg, *agent)).collect();
        // Several legs under one spelling are told apart by more than the agent.
        if spellings.len() > 1 && keys.len() == spellings.len() {
            for (.., i) in same {
                legs.leg.set(count, *i, same[0].1);
            }
        }
    }
}

/// How the roster fits the calls that are counted, of a log to which it was applied and whose contacts were made.
pub fn compare(roster: &Roster, log: &CallLog) -> Comparison {
    let names = &log.names;
    let moment = |date: Option<Date>| -> Option<i64> {
        let midnight = log.zone.to_ambiguous_timestamp(date?.at(0, 0, 0, 0));
        midnight.compatible().ok().map(jiff::Timestamp::as_millisecond)
    };
    let days: Vec<(i64, i64)> = (names.people.iter())
        .map(|person| {
            let after = person.left.and_then(|day| day.tomorrow().ok());
            (moment(person.hired).unwrap_or(i64::MIN), moment(after).unwrap_or(i64::MAX))
        })
        .collect();
    let mut has_calls = vec![false; names.agent.len()];
    let (mut early, mut late) = (vec![0u64; names.agent.len()], vec![0u64; names.agent.len()]);
    for i in 0..log.legs.len() {
        let agent = log.legs.agent.get(i);
        if agent == MISSING || log.legs.flags(i) & (flag::DUPLICATE | flag::OUTSIDE) != 0 {
            continue;
        }
        let (agent, start) = (agent as usize, log.legs.start_ms.get(i));
        has_calls[agent] = true;
        early[agent] += u64::from(start < days[agent].0);
        late[agent] += u64::from(start >= days[agent].1);
    }
    let strays = |calls: Vec<u64>, day: fn(&Person) -> Option<Date>| {
        let mut found: Vec<Stray> = (calls.into_iter().zip(&names.people).zip(&names.agent))
            .filter(|((calls, _), _)| *calls > 0)
            .filter_map(|((calls, person), agent)| Some(Stray { agent: agent.to_string(), day: day(person)?, calls }))
            .collect();
        found.sort_by_key(|stray| std::cmp::Reverse(stray.calls));
        found
    };
    let with_calls: Vec<usize> = (0..names.agent.len()).filter(|at| has_calls[*at]).collect();
    let listed_with_calls = with_calls.iter().filter(|at| names.people[**at].listed).count();
    let unlisted = with_calls.iter().filter(|at| !names.people[**at].listed).enumerate();
    let unlisted = unlisted.map(|(number, at)| {
        let agent = names.agent[*at].to_string();
        let like = if number < SHOWN { resembling(roster, &agent) } else { None };
        Unlisted { agent, like }
    });
    Comparison {
        file: roster.name.clone(),
        ignored_columns: roster.ignored_columns.clone(),
        agents: with_calls.len(),
        unlisted: unlisted.collect(),
        listed: roster.agents.len(),
        without_calls: roster.agents.len() - listed_with_calls,
        before_hired: strays(early, |person| person.hired),
        after_left: strays(late, |person| person.left),
    }
}

/// The spelling or name in the roster that is most like another one.
fn resembling(roster: &Roster, spelling: &str) -> Option<String> {
    let known = roster.agents.iter().flat_map(|agent| agent.spellings().chain(agent.name.as_deref()));
    names::spelling_of(spelling, known).map(str::to_string)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::call_log::{Leg, Tells};
    use jiff::civil::date;

    /// A log with a leg for each spelling, on the first days of March 2026, one a day.
    fn log_of(spellings: &[&str]) -> CallLog {
        let mut agents: Vec<Box<str>> = spellings.iter().map(|s| Box::from(*s)).collect();
        agents.sort_unstable();
        agents.dedup();
        let mut legs = Legs::default();
        for (i, spelling) in spellings.iter().enumerate() {
            let start_ms = 1_772_409_600_000 + i as i64 * 86_400_000;
            let agent = number(&agents, spelling);
            legs.push(&Leg {
                contact: i as u64 + 1,
                start_ms,
                agent,
                team: 0,
                flags: flag::ANSWERED,
                ..Leg::default()
            });
        }
        CallLog {
            legs,
            names: Names { agent: agents, team: vec!["Night".into()], ..Names::default() },
            tells: Tells { agent: true, ..Tells::default() },
            file_starts: std::iter::once((0, 0)).collect(),
            scales: Vec::new(),
            zone: jiff::tz::TimeZone::UTC,
        }
    }

    fn roster(text: &str) -> Roster {
        file::parse("roster.csv", text.as_bytes(), None).unwrap()
    }

    fn shown(log: &CallLog) -> Vec<&str> {
        log.legs.agent.values().iter().map(|id| &*log.names.agent[*id as usize]).collect()
    }

    #[test]
    fn spellings_of_one_agent_become_one_name_and_ids_keep_the_order_of_names() {
        let mut log = log_of(&["okafor,  ADA", "Zed", "ada.okafor", "Castell", "Okafor, Ada"]);
        let given = roster("agent,name,team,aliases\n\"Okafor, Ada\",Zoe Okafor,Alder,ada.okafor\nZed,Abe,,\n");
        apply(&given, &mut log).unwrap();
        assert_eq!(shown(&log), ["Zoe Okafor", "Abe", "Zoe Okafor", "Castell", "Zoe Okafor"]);
        assert!(log.names.agent.is_sorted());
        let teams: Vec<&str> = (0..5).map(|i| &*log.names.team[log.team(i) as usize]).collect();
        assert_eq!(teams, ["Alder", "Night", "Alder", "Night", "Alder"]);
        let listed: Vec<bool> = log.names.people.iter().map(|p| p.listed).collect();
        assert_eq!((&*log.names.agent[1], listed), ("Castell", vec![true, false, true]));
    }

    #[test]
    fn an_exact_spelling_goes_before_one_that_differs_in_case() {
        let mut log = log_of(&["ANN", "ann"]);
        apply(&roster("agent,name\nann,First\nANN,Second\n"), &mut log).unwrap();
        assert_eq!(shown(&log), ["Second", "First"]);
        let error = apply(&roster("agent\nann\nANN\n"), &mut log_of(&["Ann"])).unwrap_err().to_string();
        assert_eq!(
            error,
            "--roster `roster.csv`: agents of the calls fit two of the roster, which differ in capitals and blanks \
             only; write each spelling among the aliases of the right one:\n  `Ann` could be `ann` (line 2) or `ANN` \
             (line 3)"
        );
    }

    #[test]
    fn namesakes_stay_two_agents() {
        let mut log = log_of(&["7", "12", "Ann Lee"]);
        apply(&roster("agent,name\n7,Ann Lee\n12,Ann Lee\n"), &mut log).unwrap();
        assert_eq!(shown(&log), ["Ann Lee (7)", "Ann Lee (12)", "Ann Lee"]);
        let mut alone = log_of(&["7"]);
        apply(&roster("agent,name\n7,Ann Lee\n"), &mut alone).unwrap();
        assert_eq!(shown(&alone), ["Ann Lee"]);
    }

    #[test]
    fn records_of_one_leg_that_spell_its_agent_differently_are_one_leg() {
        let mut log = log_of(&["Ann", "ann", "ann"]);
        for (i, leg) in [11, 12, 13].into_iter().enumerate() {
            log.legs.leg.set(3, i, leg);
        }
        log.legs.contact.set(3, 1, 1);
        log.legs.start_ms.set(3, 1, log.legs.start_ms.get(0));
        apply(&roster("agent\nAnn\n"), &mut log).unwrap();
        assert_eq!(log.legs.leg.values(), [11, 11, 13]);
    }

    #[test]
    fn the_comparison_counts_calls_outside_the_time_of_work_and_hints_at_slips() {
        let mut log = log_of(&["Ann", "Ann", "Ann", "Bo", "Casstel, Bruno", "Di"]);
        let given = roster(
            "agent,hired,left\nAnn,2026-03-03,2026-03-03\nBo,2026-03-05,\n\"Bruno Castel\",,\nDo,,\nUnused,,2020-01-01\n",
        );
        apply(&given, &mut log).unwrap();
        let found = compare(&given, &log);
        let stray = |agent: &str, day: Date| Stray { agent: agent.to_string(), day, calls: 1 };
        assert_eq!(found.before_hired, [stray("Ann", date(2026, 3, 3))]);
        assert_eq!(found.after_left, [stray("Ann", date(2026, 3, 3))]);
        let unlisted =
            |agent: &str, like: Option<&str>| Unlisted { agent: agent.into(), like: like.map(str::to_string) };
        assert_eq!(found.unlisted, [unlisted("Casstel, Bruno", Some("Bruno Castel")), unlisted("Di", None)]);
        assert_eq!((found.agents, found.listed, found.without_calls), (4, 5, 3));
    }
}
