//! From files to a log whose contacts are known, and what to say where the source lacks something.

use super::Surroundings;
use super::asked::{period, read_options, threads};
use crate::call_log::CallLog;
use crate::cli::{DefinitionArgs, ReadArgs};
use crate::contacts::{self, FollowUp, Match};
use crate::intake::Intake;
use crate::metrics::{Definitions, Dimension};
use crate::outcomes::{self, Outcomes};
use crate::read::{self, FileReport, Reading};
use crate::report::{self, Head};
use crate::roster::{self, Roster};
use anyhow::{Result, bail};

/// A log that was read and made into contacts.
pub struct Loaded {
    pub log: CallLog,
    pub intake: Intake,
    pub files: Vec<FileReport>,
    /// How the roster and the outcomes fit, where they were given.
    pub roster: Option<roster::Comparison>,
    pub outcomes: Option<outcomes::Comparison>,
    pub threads: usize,
}

impl Loaded {
    /// What every result of these calls begins with.
    pub fn head(&self, definitions: &Definitions) -> Head {
        Head::new(&self.intake, definitions, &self.log)
    }
}

/// What was given beside the exports, and read with them.
pub struct Beside {
    roster: Option<Roster>,
    /// The outcomes, and how many of their contacts the calls have.
    outcomes: Option<(Outcomes, usize)>,
}

/// Reads and assembles.
pub fn load(
    args: &ReadArgs,
    dimensions: &[Dimension],
    fcr_match: Option<&str>,
    around: &Surroundings<'_>,
) -> Result<Loaded> {
    let issue = dimensions.contains(&Dimension::Issue) || matches!(fcr_match, None | Some("customer+issue"));
    let (reading, beside) = read_files(args, dimensions, issue, around)?;
    assemble(reading, &beside, args, around)
}

/// Reads the files, and the roster and the outcomes, if there are some, into the log.
pub fn read_files(
    args: &ReadArgs,
    dimensions: &[Dimension],
    issue: bool,
    around: &Surroundings<'_>,
) -> Result<(Reading, Beside)> {
    let options = read_options(args, dimensions, issue, around)?;
    let date_order = options.date_order;
    let roster = args.roster.as_deref().map(|file| roster::read(file, date_order)).transpose()?;
    let outcomes = args.outcomes.as_deref().map(outcomes::read).transpose()?;
    let mut reading = read::read(&args.files, &options)?;
    if let Some(roster) = &roster {
        roster::apply(roster, &mut reading.log)?;
    }
    let outcomes = outcomes.map(|given| mark(given, &mut reading)).transpose()?;
    Ok((reading, Beside { roster, outcomes }))
}

/// Marks outcomes on the calls; also returns how many of their contacts the calls have.
fn mark(outcomes: Outcomes, reading: &mut Reading) -> Result<(Outcomes, usize)> {
    let columns = outcomes::columns_of_ids(&reading.files);
    if columns.is_empty() {
        bail!("--outcomes needs the id of a contact, {}", lacking(&reading.files, "contact"));
    }
    let in_calls = outcomes::apply(&outcomes, &mut reading.log, &columns);
    Ok((outcomes, in_calls))
}

pub fn assemble(reading: Reading, beside: &Beside, args: &ReadArgs, around: &Surroundings<'_>) -> Result<Loaded> {
    let Reading { mut log, mut intake, files } = reading;
    let threads = threads(args, around);
    let period = period(args, &log.zone)?;
    contacts::assemble(&mut log, &mut intake, period, threads);
    if intake.kept() == 0 {
        bail!("{}", nothing_left(&intake, &files));
    }
    let roster = beside.roster.as_ref().map(|roster| roster::compare(roster, &log));
    let outcomes = beside.outcomes.as_ref().map(|(given, in_calls)| outcomes::compare(given, *in_calls, &log));
    Ok(Loaded { log, intake, files, roster, outcomes, threads })
}

/// Why no row is left, and what to do.
pub fn nothing_left(intake: &Intake, files: &[FileReport]) -> String {
    let mut reasons: Vec<(u64, String)> = intake.left_out().map(|(r, b)| (b.count, r.to_string())).collect();
    reasons.sort_by(|a, b| b.cmp(a));
    let list: Vec<String> = reasons.iter().take(3).map(|(count, reason)| format!("{count} rows: {reason}")).collect();
    let names: Vec<String> = files.iter().map(|f| format!("`{}`", f.name)).collect();
    format!(
        "nothing is left of {} to measure ({}); look at the period, --channel and --direction, and at the columns with \
         `callmerit profiles new`",
        names.join(", "),
        if list.is_empty() { "it has no rows".to_string() } else { list.join("; ") }
    )
}

pub fn follow_up(loaded: &Loaded, asked: &DefinitionArgs, definitions: &mut Definitions) -> Result<FollowUp> {
    let tells = &loaded.log.tells;
    definitions.fcr_match = match asked.repeat.fcr_match.as_deref() {
        Some("customer") => Match::Customer,
        Some("customer+queue") => Match::CustomerQueue,
        Some("customer+issue") => Match::CustomerIssue,
        _ if tells.issue_is_fair => Match::CustomerIssue,
        _ => Match::Customer,
    };
    let about_waits = asked.sl_seconds.is_some()
        || asked.sl_formula.is_some()
        || asked.short_abandon.is_some()
        || asked.agent_service_level;
    if about_waits && !tells.wait {
        bail!("a service level needs the wait of a contact, {}", lacking(&loaded.files, "wait"));
    }
    let lacks = match definitions.fcr_match {
        _ if !tells.customer && (asked.repeat.fcr_match.is_some() || asked.repeat.fcr_window.is_some()) => {
            Some("customer")
        }
        Match::CustomerQueue if !tells.queue => Some("queue"),
        Match::CustomerIssue if !tells.issue => Some("issue"),
        _ => None,
    };
    if let Some(field) = lacks {
        bail!(
            "first-contact resolution by {} needs the {field} of a contact, {}",
            report::match_name(definitions.fcr_match),
            lacking(&loaded.files, field)
        );
    }
    Ok(contacts::follow_up(&loaded.log, definitions.fcr_match, loaded.threads))
}

/// Stops where the source lacks what the groups need.
pub fn require(loaded: &Loaded, dimensions: &[Dimension]) -> Result<()> {
    let tells = &loaded.log.tells;
    for dimension in dimensions {
        let told = match dimension {
            Dimension::Agent => tells.agent,
            Dimension::Queue => tells.queue,
            Dimension::Team => tells.team,
            Dimension::Issue => tells.issue,
            Dimension::Direction => tells.direction,
            Dimension::Manager => !loaded.log.names.manager.is_empty(),
            Dimension::Site => !loaded.log.names.site.is_empty(),
            _ => true,
        };
        let field = dimension.name();
        match dimension {
            _ if told => {}
            Dimension::Manager | Dimension::Site if !tells.agent => {
                bail!("results by {field} need the agent of a call, {}", lacking(&loaded.files, "agent"))
            }
            Dimension::Manager | Dimension::Site => bail!("{}", lacking_in_roster(loaded, field)),
            Dimension::Team => bail!(
                "results by team need the team of a call, {}; or give every agent a team in a roster (--roster)",
                lacking(&loaded.files, field)
            ),
            _ => bail!("results by {field} need the {field} of a call, {}", lacking(&loaded.files, field)),
        }
    }
    Ok(())
}

/// What to do about a field the source lacks.
pub fn lacking(files: &[FileReport], field: &str) -> String {
    let file = &files[0];
    format!(
        "for which no column of `{}` was recognised (columns: {}). If one of them has it, write a profile with \
         `callmerit profiles new`, name the column under [fields.{field}] and pass it with --profile",
        file.name,
        file.header.iter().map(|c| format!("`{c}`")).collect::<Vec<_>>().join(", ")
    )
}

/// What to do about something that only a roster tells.
pub fn lacking_in_roster(loaded: &Loaded, column: &str) -> String {
    match &loaded.roster {
        None => format!(
            "results by {column} need the {column} of an agent, which no export tells: write a roster, a CSV with the \
             columns `agent` and `{column}`, and pass it with --roster"
        ),
        Some(roster) => format!(
            "results by {column} need the {column} of an agent, and `{}` has none for any agent of the calls; fill its \
             column `{column}`",
            roster.file
        ),
    }
}
