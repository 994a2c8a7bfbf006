//! Each subcommand as one function: what was asked for, into what is written.

mod asked;
mod definitions;
mod explain;
mod goals;
mod incentives;
mod init;
mod load;
mod nightly;
mod notes;
mod plan;
mod planned;
mod report;
mod shell;
mod verify;

use crate::cli::{
    Cli, Command, DefinitionArgs, ExportFormat, JudgingArgs, OutputArgs, ProfileCommand, ReadArgs, RepeatArgs,
};
use crate::contacts::FollowUp;
use crate::judge::Weights;
use crate::metrics::{self, Definitions, Dimension};
use crate::names::hint;
use crate::read::{self, profile};
use crate::report::{self as reports, Named};
use crate::scorecards::{Known, Options, PeriodCards};
use crate::{export, findings, schema, scorecards, write};
use anyhow::{Result, bail};
use asked::{any_form, definitions_of, grouping, limit_ms, output_form, read_options};
use definitions::definitions_text;
use load::{Loaded, assemble, follow_up, load, read_files, require};
pub use notes::summary;
use notes::{
    about_reading, agent_service_level_note, definitions_note, judging_notes, not_available_note, outcomes_note,
    quieten,
};
use std::collections::{HashMap, HashSet};
use std::path::Path;
use write::{Format, Look, Readers};

/// What the surroundings of a run are like.
pub struct Surroundings<'a> {
    /// Standard output is a terminal.
    pub terminal: bool,
    pub look: Look,
    pub cores: usize,
    pub on_progress: read::OnProgress<'a>,
}

/// What a run leaves behind.
#[derive(Debug, Default)]
pub struct Outcome {
    /// For standard output.
    pub data: Vec<u8>,
    /// Lines for standard error.
    pub notes: Vec<String>,
    /// Lines that only who wants to know more gets.
    pub details: Vec<String>,
    pub summary: Summary,
    /// Done, and something remains to be seen to: a limit that was asked for was passed, or a plan has errors.
    pub findings_remain: bool,
}

/// What a run did, in numbers.
#[derive(Debug, Default)]
pub struct Summary {
    /// The ledger, where calls were read.
    pub intake: Option<reports::IntakeReport>,
    /// Names of the files that were written; without one, results went to standard output.
    pub written: Vec<String>,
    /// What else is to be said of what was done; told even by `-q` where something remains to be seen to.
    pub said: Option<String>,
}

/// Does what the command line asks for.
pub fn run(cli: &Cli, around: &Surroundings<'_>) -> Result<Outcome> {
    let mut outcome = done(&cli.command, around)?;
    if cli.terminal.quiet {
        quieten(&mut outcome);
    }
    if !cli.terminal.verbose {
        outcome.details.clear();
    }
    Ok(outcome)
}

fn done(command: &Command, around: &Surroundings<'_>) -> Result<Outcome> {
    match command {
        Command::Scorecard { read, by, judging, definitions, output } => {
            scorecard(read, by, judging, definitions, output, around)
        }
        Command::Signals { read, judging, contacts, repeat, output } => {
            signals(read, judging, *contacts, repeat, output, around)
        }
        Command::Incentives { read, plan, compare, decisions_form, output } => {
            let also = incentives::Also { compare: compare.as_deref(), form: decisions_form.as_deref() };
            incentives::incentives(read, plan, &also, output, around)
        }
        Command::Goals { read, goals, output } => goals::goals(read, goals, output, around),
        Command::Explain { read, plan, agent, output } => explain::explain(read, plan, agent, output, around),
        Command::Report { read, report, output } => report::report(read, report, output, around),
        Command::Run(args) => nightly::run(args, around),
        Command::Verify { folder, config, threads } => verify::verify(folder, config.as_deref(), *threads, around),
        Command::Init { read, output } => init::init(read, output, around),
        Command::Metrics { read, by, definitions, output } => metrics(read, by, definitions, output, around),
        Command::Check { read, output } => check(read, output, around),
        Command::Profiles { command } => profiles(command.as_ref()),
        Command::Plan { command } => plan::plan(command, around),
        Command::Export { read, format, output } => export(read, *format, output.as_deref(), around),
        Command::Schema { of, line } => match schema::text(*of, *line) {
            Some(text) => Ok(data(text)),
            None => bail!("`{}` writes no NDJSON; leave --line out", of.name()),
        },
        Command::Definitions { definitions, format } => Ok(data(definitions_text(definitions, *format)?)),
        Command::Completions { shell } => Ok(shell::completions(*shell)),
        Command::Man { out } => shell::man(out.as_deref()),
    }
}

fn data(text: String) -> Outcome {
    Outcome { data: text.into_bytes(), ..Outcome::default() }
}

fn scorecard(
    read: &ReadArgs,
    by: &str,
    judging: &JudgingArgs,
    asked: &DefinitionArgs,
    output: &OutputArgs,
    around: &Surroundings<'_>,
) -> Result<Outcome> {
    let form = any_form(output, around)?;
    let unit = grouping(by)?[0];
    if form.format.is_whole() && unit != Dimension::Agent {
        bail!("a workbook or page has the scorecards of agents; leave --by out, or write .csv, .json or .parquet");
    }
    one_period(form.format, judging)?;
    let judged = judge(read, unit, judging, asked, around)?;
    let Judged { loaded, definitions, periods, .. } = &judged;
    let report = reports::scorecard_report(periods, unit, &loaded.log, definitions);
    let mut outcome = if form.format.is_whole() {
        let book = write::report(&report::of_judged(&judged), Path::new(""), &form)?;
        finish(book.bytes, book.readers, output, read, loaded)?
    } else {
        let bytes = write::scorecards(&loaded.head(definitions), &report, &form)?;
        finish(bytes, Readers::Usual, output, read, loaded)?
    };
    let nobodys: u64 = periods.iter().map(|p| p.nobodys).sum();
    if nobodys > 0 {
        outcome.notes.push(format!("{nobodys} handled legs name no single {by}; they are on nobody's scorecard"));
    }
    agent_service_level_note(asked, &mut outcome);
    not_available_note(definitions, &loaded.log, &mut outcome);
    definitions_note(definitions, &loaded.log, &mut outcome);
    judging_notes(&judged.periods, &judged.loaded.log, &mut outcome);
    outcomes_note(&judged.periods, &mut outcome);
    Ok(outcome)
}

fn signals(
    read: &ReadArgs,
    judging: &JudgingArgs,
    contacts: bool,
    repeat: &RepeatArgs,
    output: &OutputArgs,
    around: &Surroundings<'_>,
) -> Result<Outcome> {
    let form = any_form(output, around)?;
    one_period(form.format, judging)?;
    let asked = &DefinitionArgs { repeat: repeat.clone(), interval: "30m".to_string(), ..DefinitionArgs::default() };
    if contacts {
        read::require_second_reading(&read.files)?;
    }
    let judged = judge(read, Dimension::Agent, judging, asked, around)?;
    let Judged { loaded, definitions, periods, .. } = &judged;
    let ids = if contacts { Some(contact_names(read, loaded, periods, around)?) } else { None };
    let report = reports::signals_report(periods, &loaded.log, ids.as_ref());
    let mut outcome = if form.format.is_whole() {
        let whole = reports::Report { signals: report, ..report::of_judged(&judged) };
        let book = write::report(&whole, Path::new(""), &form)?;
        finish(book.bytes, book.readers, output, read, loaded)?
    } else {
        let bytes = write::signals(&loaded.head(definitions), &report, &form)?;
        finish(bytes, Readers::Usual, output, read, loaded)?
    };
    definitions_note(definitions, &loaded.log, &mut outcome);
    let cards = || periods.iter().flat_map(|p| &p.cards).filter(|c| c.totals.handled > 0);
    let (held, all) = (cards().filter(|c| c.held).count(), cards().count());
    outcome
        .notes
        .push(format!("{held} of {all} scorecards have a signal that asks for review; a signal is no verdict"));
    judging_notes(&judged.periods, &judged.loaded.log, &mut outcome);
    Ok(outcome)
}

/// A workbook or page is of one period.
fn one_period(format: Format, judging: &JudgingArgs) -> Result<()> {
    if format.is_whole() && judging.period.is_some() {
        bail!(
            "a workbook or page is of one period; say --from and --to instead of --period, or write .csv, .json or .parquet"
        );
    }
    Ok(())
}

/// A log whose agents were compared.
struct Judged {
    loaded: Loaded,
    next: FollowUp,
    definitions: Definitions,
    periods: Vec<PeriodCards>,
}

fn judge(
    read: &ReadArgs,
    unit: Dimension,
    judging: &JudgingArgs,
    asked: &DefinitionArgs,
    around: &Surroundings<'_>,
) -> Result<Judged> {
    let mut definitions = definitions_of(asked)?;
    let limit_ms = judging.limit.as_deref().map(limit_ms).transpose()?;
    let period = judging.period.as_deref().map(|p| grouping(p).map(|d| d[0])).transpose()?;
    let loaded = load(read, &[Dimension::Agent, Dimension::Issue, unit], asked.repeat.fcr_match.as_deref(), around)?;
    require(&loaded, &[Dimension::Agent, unit])?;
    let next = follow_up(&loaded, asked, &mut definitions)?;
    let known = Known { log: &loaded.log, next: &next, definitions: &definitions };
    let options = Options { weights: Weights::default(), limit_ms, period, unit, threads: loaded.threads };
    let periods = scorecards::scorecards(&known, &options);
    Ok(Judged { loaded, next, definitions, periods })
}

/// The source's ids of the contacts of all signals, by entry of the log; file and line where it has none.
fn contact_names(
    args: &ReadArgs,
    loaded: &Loaded,
    periods: &[PeriodCards],
    around: &Surroundings<'_>,
) -> Result<HashMap<usize, String>> {
    let log = &loaded.log;
    let legs = || periods.iter().flat_map(|p| &p.signals.signals).flat_map(|s| s.contacts.iter().copied());
    let wanted: HashSet<u64> = legs().map(|leg| log.legs.contact.get(leg)).collect();
    let ids = read::contact_ids(&args.files, &read_options(args, &[Dimension::Issue], true, around)?, &wanted)?;
    let place = |leg: usize| format!("{}:{}", loaded.files[log.file_of(leg)].name, log.legs.line.get(leg));
    let name = |leg: usize| ids.get(&log.legs.contact.get(leg)).cloned().unwrap_or_else(|| place(leg));
    Ok(legs().map(|leg| (leg, name(leg))).collect())
}

fn metrics(
    read: &ReadArgs,
    by: &[String],
    asked: &DefinitionArgs,
    output: &OutputArgs,
    around: &Surroundings<'_>,
) -> Result<Outcome> {
    let form = output_form(output, around)?;
    let groupings: Vec<Vec<Dimension>> = by.iter().map(|g| grouping(g)).collect::<Result<_>>()?;
    let mut definitions = definitions_of(asked)?;
    let all: Vec<Dimension> = groupings.iter().flatten().copied().collect();
    let loaded = load(read, &all, asked.repeat.fcr_match.as_deref(), around)?;
    require(&loaded, &all)?;
    let next = follow_up(&loaded, asked, &mut definitions)?;
    let table = |grouping: &Vec<Dimension>| {
        let facts = metrics::measure(&loaded.log, &next, grouping, &definitions, loaded.threads);
        reports::metrics_table(&facts, &loaded.log, &definitions)
    };
    let tables: Vec<reports::Table> = groupings.iter().map(table).collect();
    let titles: Vec<(String, String)> = (1..).zip(&groupings).map(|(n, g)| called(n, g)).collect();
    let mut named: Vec<Named<'_>> =
        titles.iter().zip(&tables).map(|((name, title), table)| Named::new(name, title, table)).collect();
    let dictionary = dictionary(&loaded, &definitions);
    if form.format == Format::Xlsx {
        named.extend(dictionary.named());
    }
    let mut outcome = finish(write::metrics(&named, &form)?, Readers::Usual, output, read, &loaded)?;
    if all.contains(&Dimension::Agent) {
        agent_service_level_note(asked, &mut outcome);
    }
    let groups = [Dimension::Team, Dimension::Manager, Dimension::Site];
    for group in groups.into_iter().filter(|d| all.contains(d) && loaded.log.tells.abandoned).map(Dimension::name) {
        outcome.notes.push(format!(
            "warning: abandoned contacts belong to no {group}: offered and service level by {group} are of answered \
             contacts"
        ));
    }
    not_available_note(&definitions, &loaded.log, &mut outcome);
    definitions_note(&definitions, &loaded.log, &mut outcome);
    Ok(outcome)
}

/// What a sheet of metrics is called, for machines and for people.
fn called(number: usize, by: &[Dimension]) -> (String, String) {
    let dimensions: Vec<&str> = by.iter().map(|dimension| dimension.name()).collect();
    let title = if by.is_empty() { "all".to_string() } else { format!("by {}", dimensions.join(", ")) };
    // A sheet's name has at most 31 letters.
    (format!("metrics_{number}"), format!("{number} {}", title.chars().take(28).collect::<String>()))
}

/// What stands in every workbook behind the results.
struct Dictionary {
    definitions: reports::Table,
    intake: reports::Table,
}

fn dictionary(loaded: &Loaded, definitions: &Definitions) -> Dictionary {
    let ledger = reports::ledger(&loaded.intake, &loaded.files);
    Dictionary {
        definitions: reports::definitions_table(&loaded.log, definitions),
        intake: reports::intake_table(&loaded.head(definitions), &ledger),
    }
}

impl Dictionary {
    fn named(&self) -> [Named<'_>; 2] {
        [Named::new("definitions", "Definitions", &self.definitions), Named::new("intake", "Intake", &self.intake)]
    }
}

fn check(read: &ReadArgs, output: &OutputArgs, around: &Surroundings<'_>) -> Result<Outcome> {
    let form = output_form(output, around)?;
    let every = [Dimension::Team, Dimension::Issue];
    let loaded = load(read, &every, None, around)?;
    let mut found = findings::findings(&loaded.log, &loaded.intake, &loaded.files);
    found.extend(loaded.roster.iter().flat_map(findings::of_roster));
    found.extend(loaded.outcomes.iter().flat_map(findings::of_outcomes));
    let report = reports::check_report(&loaded.files, &loaded.intake, &loaded.log, found);
    let bytes = if form.format == Format::Xlsx {
        let table = write::check_table(&report);
        let dictionary = dictionary(&loaded, &Definitions::default());
        write::metrics(&[&[Named::new("check", "Check", &table)], &dictionary.named()[..]].concat(), &form)?
    } else {
        write::check(&report, &form)?
    };
    finish(bytes, Readers::Usual, output, read, &loaded)
}

fn export(
    read: &ReadArgs,
    format: Option<ExportFormat>,
    output: Option<&Path>,
    around: &Surroundings<'_>,
) -> Result<Outcome> {
    if let Some(path) = output {
        write::can_write(path)?;
    }
    let ending = output.map(|path| path.extension().and_then(|e| e.to_str()).unwrap_or(""));
    let format = match (format, ending) {
        (Some(format), _) => format,
        (None, None | Some("csv")) => ExportFormat::Csv,
        (None, Some("parquet")) => ExportFormat::Parquet,
        (None, Some(other)) => {
            bail!("the ending `.{other}` names no format of calls; use .csv or .parquet, or say --format")
        }
    };
    let every = [Dimension::Team, Dimension::Issue];
    let (reading, beside) = read_files(read, &every, true, around)?;
    let raw = reading.log.clone();
    let loaded = assemble(reading, &beside, read, around)?;
    let calls = export::calls(&raw, &loaded.log);
    if format == ExportFormat::Parquet && output.is_none() && around.terminal {
        bail!("Parquet is not for a screen; name a file with -o FILE.parquet");
    }
    let bytes = match format {
        ExportFormat::Csv => export::csv(&calls)?,
        ExportFormat::Parquet => export::parquet(calls)?,
    };
    let mut outcome = to_file_or_output(bytes, output, Readers::Usual)?;
    about_reading(read, &loaded, &mut outcome)?;
    Ok(outcome)
}

fn profiles(command: Option<&ProfileCommand>) -> Result<Outcome> {
    match command {
        None => {
            let mut text = String::new();
            for built_in in profile::built_in() {
                text += &format!("{:<20} {}\n", built_in.name, built_in.title);
            }
            text += &format!(
                "{:<20} {}\n",
                profile::GENERIC,
                "any other export of calls: guessed from its headers and values"
            );
            Ok(data(text))
        }
        Some(ProfileCommand::Show { name }) => {
            if let Some((_, text)) = profile::BUILT_IN.iter().find(|(built_in, _)| built_in == name) {
                return Ok(data((*text).to_string()));
            }
            if name == profile::GENERIC {
                bail!(
                    "the generic profile is made anew for each file; `callmerit profiles new FILE` writes the one for \
                     yours"
                );
            }
            let names = profile::names();
            bail!("there is no built-in profile `{name}`{}; there are {}", hint(name, &names), names.join(", "))
        }
        Some(ProfileCommand::New { file, output }) => {
            if let Some(path) = output {
                write::can_write(path)?;
            }
            let head = "# Correct what is wrong, then pass it with --profile; docs/profiles.md explains every key.\n";
            let text = format!("{head}{}", read::propose(file)?);
            to_file_or_output(text.into_bytes(), output.as_deref(), Readers::Usual)
        }
    }
}

fn to_file_or_output(bytes: Vec<u8>, output: Option<&Path>, readers: Readers) -> Result<Outcome> {
    match output {
        Some(path) => {
            write::file(path, &bytes, readers)?;
            let summary = Summary { written: vec![path.display().to_string()], ..Summary::default() };
            Ok(Outcome { summary, ..Outcome::default() })
        }
        None => Ok(Outcome { data: bytes, ..Outcome::default() }),
    }
}

fn finish(bytes: Vec<u8>, readers: Readers, output: &OutputArgs, args: &ReadArgs, loaded: &Loaded) -> Result<Outcome> {
    let mut outcome = to_file_or_output(bytes, output.output.as_deref(), readers)?;
    about_reading(args, loaded, &mut outcome)?;
    Ok(outcome)
}
