//! What came of contacts in the business, such as kept, renewed or sold: from a file that comes later than the calls, by
//! the contacts' own ids, and marked on the legs of the calls.

use crate::call_log::{CallLog, MISSING, Outcome, flag};
use crate::read::profile::Field;
use crate::read::{FileReport, WantedOutcome, contact_keys, is_nothing, is_rounded, wanted_outcome};
use crate::sheet::{self, Faults, Kind, Row, Sheet};
use anyhow::Result;
use hashbrown::HashTable;
use std::collections::{BTreeSet, HashMap};

const OUTCOMES: Kind = Kind {
    option: "--outcomes",
    noun: "file of outcomes",
    about: "outcomes are a CSV with the columns `contact` and `outcome` and a line for every contact",
    lines: "outcomes; give every contact a line",
    required: &[
        ("contact", "the contact's id, as the export has it"),
        ("outcome", "whether what is wanted came of it: yes or no"),
    ],
    optional: &[],
    sentences: true,
};

/// The outcomes of a file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Outcomes {
    /// What to call the file in messages.
    pub name: String,
    /// Each contact's id, and whether the wanted outcome came.
    pub contacts: Vec<(String, bool)>,
    /// Lines without a contact, or whose outcome nobody knows yet.
    pub untold: usize,
}

/// How a file of outcomes and the calls that were measured fit together.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Comparison {
    pub file: String,
    /// Contacts with an outcome in the file, and those of them that the calls have, in the period or not.
    pub contacts: usize,
    pub in_calls: usize,
    pub untold: usize,
    /// What all outcomes of the file are, where they are alike.
    pub all: Option<bool>,
    /// Contacts of the period that were answered, and those of them without an outcome.
    pub answered: usize,
    pub without: usize,
    /// Contacts of the period with an outcome that is no agent's: not answered, passed on by all, or without a name.
    pub of_nobody: usize,
}

/// Reads the outcomes in the file `path`.
pub fn read(path: &str) -> Result<Outcomes> {
    sheet::read(path, &OUTCOMES, |bytes| parse(path, bytes))
}

/// Reads the outcomes called `name` from the bytes of their file.
fn parse(name: &str, bytes: &[u8]) -> Result<Outcomes> {
    let sheet = Sheet::parse(bytes, &OUTCOMES)?;
    let mut faults = Faults::default();
    let read = wanted_outcome();
    // There are few words, and many lines.
    let mut meanings: HashMap<&str, Option<WantedOutcome>> = HashMap::new();
    let mut outcomes = Outcomes { name: name.to_string(), ..Outcomes::default() };
    let mut known: HashMap<&str, (u64, bool)> = HashMap::new();
    for row in sheet.rows(&mut faults) {
        let word = row.cell("outcome").unwrap_or("");
        let wanted = *meanings.entry(word).or_insert_with(|| read(word));
        if wanted.is_none() {
            let what = "says neither that the wanted outcome came nor that it did not; write yes or no";
            faults.add(row.line, format!("{} {what}", shown(word)));
        }
        let Some((contact, met)) = contact_of(&row, &mut faults).zip(wanted.and_then(WantedOutcome::known)) else {
            outcomes.untold += 1;
            continue;
        };
        match known.get(contact) {
            Some((line, other)) if *other != met => faults.add(
                row.line,
                format!("this contact is in line {line} already, with the other outcome; keep the line that holds"),
            ),
            Some(_) => {}
            None => {
                known.insert(contact, (row.line, met));
                outcomes.contacts.push((contact.to_string(), met));
            }
        }
    }
    faults.tell(&OUTCOMES)?;
    Ok(outcomes)
}

/// The contact's id in a row; `None` if there is none, and for a fault.
fn contact_of<'a>(row: &Row<'a>, faults: &mut Faults) -> Option<&'a str> {
    let contact = row.cell("contact").filter(|id| !is_nothing(id.as_bytes()))?;
    if is_rounded(contact.to_ascii_lowercase().as_bytes()) {
        let what = "a spreadsheet has rounded the id (like 6.02E+11); export it again, and keep `contact` as text";
        faults.add(row.line, what);
        return None;
    }
    Some(contact)
}

/// A word of the column `outcome` for a message; not where it could be an id or a telephone number.
fn shown(word: &str) -> String {
    const LONGEST: usize = 30;
    let digits = word.chars().filter(|c| c.is_numeric()).count();
    if digits > 2 || word.chars().count() > LONGEST {
        "the text in `outcome`".to_string()
    } else {
        format!("`outcome` is `{word}`, which")
    }
}

/// How many columns the ids of contacts are made of, in the files that have some.
pub fn columns_of_ids(files: &[FileReport]) -> BTreeSet<usize> {
    let of_contacts = files.iter().flat_map(|f| &f.columns).filter(|c| c.field == Field::Contact);
    of_contacts.map(|c| c.columns.len()).collect()
}

/// Marks the outcomes on the legs of a log before its contacts are made, which settles whose they are; returns how many
/// of the contacts the log has. `columns` are those of the ids, from [`columns_of_ids`].
pub fn apply(outcomes: &Outcomes, log: &mut CallLog, columns: &BTreeSet<usize>) -> usize {
    let mut places: HashTable<(u64, usize)> = HashTable::with_capacity(outcomes.contacts.len());
    for (place, (id, _)) in outcomes.contacts.iter().enumerate() {
        for key in columns.iter().flat_map(|count| contact_keys(id, *count)) {
            places.insert_unique(key, (key, place), |(key, _)| *key);
        }
    }
    let mut seen = vec![false; outcomes.contacts.len()];
    let count = log.legs.len();
    for i in 0..count {
        let key = log.legs.contact.get(i);
        let Some((_, place)) = places.find(key, |(known, _)| *known == key) else { continue };
        seen[*place] = true;
        let decided = log.legs.flags(i) & (flag::ANSWERED | flag::TRANSFERRED) == flag::ANSWERED;
        let outcome = match outcomes.contacts[*place].1 {
            _ if !decided => Outcome::OfAnother,
            true => Outcome::Met,
            false => Outcome::Missed,
        };
        log.legs.outcome.set(count, i, Some(outcome));
    }
    let in_calls = seen.into_iter().filter(|seen| *seen).count();
    log.tells.outcomes |= in_calls > 0;
    in_calls
}

/// How the outcomes fit the calls that are counted, of a log to which they were applied and whose contacts were made.
pub fn compare(outcomes: &Outcomes, in_calls: usize, log: &CallLog) -> Comparison {
    let legs = &log.legs;
    let (mut answered, mut without, mut known, mut decided) = (0, 0, 0, 0);
    for i in (0..legs.len()).filter(|i| legs.flags(*i) & (flag::DUPLICATE | flag::OUTSIDE) == 0) {
        let outcome = legs.outcome.get(i);
        if legs.flags(i) & flag::HEAD != 0 {
            let is_answered = legs.flags(i) & flag::ANSWERED != 0;
            answered += usize::from(is_answered);
            without += usize::from(is_answered && outcome.is_none());
            known += usize::from(outcome.is_some());
        }
        let decides = matches!(outcome, Some(Outcome::Met | Outcome::Missed));
        decided += usize::from(decides && legs.agent.get(i) != MISSING);
    }
    let first = outcomes.contacts.first().map(|(_, met)| *met);
    Comparison {
        file: outcomes.name.clone(),
        contacts: outcomes.contacts.len(),
        in_calls,
        untold: outcomes.untold,
        all: first.filter(|first| outcomes.contacts.iter().all(|(_, met)| met == first)),
        answered,
        without,
        of_nobody: known - decided,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::call_log::{Leg, Legs, Names, Tells};

    fn outcomes(text: &str) -> Outcomes {
        parse("outcomes.csv", text.as_bytes()).unwrap()
    }

    fn error(text: &str) -> String {
        parse("outcomes.csv", text.as_bytes()).unwrap_err().to_string()
    }

    fn log_of(legs: &[Leg]) -> CallLog {
        let mut all = Legs::default();
        legs.iter().for_each(|leg| all.push(leg));
        CallLog {
            legs: all,
            names: Names::default(),
            tells: Tells::default(),
            file_starts: std::iter::once((0, 0)).collect(),
            scales: Vec::new(),
            zone: jiff::tz::TimeZone::UTC,
        }
    }

    /// The only leg of a contact, or one of several.
    fn leg(contact: &str, flags: u16) -> Leg {
        Leg { contact: contact_keys(contact, 1)[0], agent: 1, flags: flags | flag::HEAD, ..Leg::default() }
    }

    #[test]
    fn a_contact_may_stand_twice_with_one_outcome_and_what_is_not_known_yet_is_no_failure() {
        let text = "Outcome;Note;CONTACT\nkept;a, b;K1\nlost;;K2\n;;K3\nkept;;K1\npending;;K2\nlost;;\nno;;n/a\n";
        let read = outcomes(text);
        assert_eq!(read.contacts, [("K1".to_string(), true), ("K2".to_string(), false)]);
        assert_eq!(read.untold, 4);
    }

    #[test]
    fn faults_are_told_with_their_lines_and_without_an_id() {
        assert_eq!(
            error("contact,outcome\nK1,yes\nK2,perhaps\nK1,no\nK3,0155501001\n6.02E+11,yes\n"),
            "the file of outcomes has 4 faults:\n  line 3: `outcome` is `perhaps`, which says neither that the wanted \
             outcome came nor that it did not; write yes or no\n  line 4: this contact is in line 2 already, with the \
             other outcome; keep the line that holds\n  line 5: the text in `outcome` says neither that the wanted \
             outcome came nor that it did not; write yes or no\n  line 6: a spreadsheet has rounded the id (like \
             6.02E+11); export it again, and keep `contact` as text"
        );
        assert!(error("contact,outcome\n").starts_with("it has a header and no outcomes"));
        let columns = error("id,result\nK1,yes\n");
        assert!(
            columns.starts_with("it has no columns `contact` (the contact's id, as the export has it)"),
            "{columns}"
        );
    }

    #[test]
    fn an_outcome_is_marked_on_the_legs_that_may_have_decided_it() {
        let mut log = log_of(&[
            leg("K1", flag::ANSWERED | flag::TRANSFERRED),
            leg("K1", flag::ANSWERED),
            leg("K2", flag::ANSWERED),
            leg("K3", flag::ABANDONED),
            leg("K4", flag::ANSWERED),
        ]);
        let given = outcomes("contact,outcome\nK1,yes\nK2,no\nK3,yes\nK9,yes\n");
        assert_eq!(apply(&given, &mut log, &BTreeSet::from([1])), 3);
        assert!(log.tells.outcomes);
        let (met, missed, other) = (Some(Outcome::Met), Some(Outcome::Missed), Some(Outcome::OfAnother));
        assert_eq!(log.legs.outcome.values(), [other, met, missed, other, None]);
    }

    #[test]
    fn outcomes_of_other_calls_take_no_memory_and_tell_nothing() {
        let mut log = log_of(&[leg("K1", flag::ANSWERED)]);
        assert_eq!(apply(&outcomes("contact,outcome\nk1,yes\n"), &mut log, &BTreeSet::from([1])), 0);
        assert!(!log.tells.outcomes && log.legs.outcome.is_absent());
    }

    #[test]
    fn the_comparison_counts_contacts_of_the_period() {
        let mut log = log_of(&[
            leg("K1", flag::ANSWERED),
            leg("K2", flag::ANSWERED | flag::OUTSIDE),
            leg("K3", flag::ABANDONED),
            leg("K4", flag::ANSWERED),
            Leg { agent: MISSING, ..leg("K5", flag::ANSWERED) },
            leg("K1", flag::ANSWERED | flag::DUPLICATE),
        ]);
        let given = outcomes("contact,outcome\nK1,yes\nK2,yes\nK3,yes\nK5,yes\nK9,yes\nK8,\n");
        let in_calls = apply(&given, &mut log, &BTreeSet::from([1, 2]));
        let found = compare(&given, in_calls, &log);
        assert_eq!((found.contacts, found.in_calls, found.untold, found.all), (5, 4, 1, Some(true)));
        assert_eq!((found.answered, found.without, found.of_nobody), (3, 1, 2));
    }
}
