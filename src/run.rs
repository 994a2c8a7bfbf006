//! Each subcommand as one function: what was asked for, into what is written.

use crate::call_log::CallLog;
use crate::cli::{Cli, Command, DefinitionArgs, DefinitionFormat, ExportFormat, OutputArgs, ProfileCommand, ReadArgs};
use crate::contacts::{self, FollowUp, Match, Period};
use crate::intake::Intake;
use crate::metrics::catalogue::{CATALOGUE, RELATIONS_SQL};
use crate::metrics::{self, Definitions, Dimension, ServiceLevel};
use crate::read::{self, FileReport, Reading, Wanted, Why, profile};
use crate::report::{self, DefinitionsReport, IntakeReport, ScorecardReport};
use crate::roster::{self, Comparison, Roster};
use crate::{export, findings, judge, write};
use anyhow::{Context, Result, bail};
use jiff::tz::TimeZone;
use std::path::Path;

/// What the surroundings of a run are like.
pub struct Surroundings<'a> {
    /// Standard output is a terminal.
    pub terminal: bool,
    /// Columns of the screen.
    pub width: usize,
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
    /// A limit that was asked for was passed.
    pub over_limit: bool,
}

/// Does what the command line asks for.
pub fn run(cli: &Cli, around: &Surroundings<'_>) -> Result<Outcome> {
    match &cli.command {
        Command::Scorecard { read, definitions, output } => scorecard(read, definitions, output, around),
        Command::Metrics { read, by, definitions, output } => metrics(read, by, definitions, output, around),
        Command::Check { read, output } => check(read, output, around),
        Command::Profiles { command } => profiles(command.as_ref()),
        Command::Export { read, format, output, quiet } => {
            export(read, *format, output.as_deref(), quiet.quiet, around)
        }
        Command::Definitions { definitions, format } => Ok(data(definitions_text(definitions, *format)?)),
    }
}

fn data(text: String) -> Outcome {
    Outcome { data: text.into_bytes(), ..Outcome::default() }
}

/// A log that was read and made into contacts.
struct Loaded {
    log: CallLog,
    intake: Intake,
    files: Vec<FileReport>,
    /// How the roster fits, where one was given.
    roster: Option<Comparison>,
    threads: usize,
}

fn scorecard(
    read: &ReadArgs,
    asked: &DefinitionArgs,
    output: &OutputArgs,
    around: &Surroundings<'_>,
) -> Result<Outcome> {
    let format = output_format(output, around)?;
    let mut definitions = definitions_of(asked)?;
    let loaded = load(read, &[Dimension::Agent], asked.fcr_match.as_deref(), around)?;
    require(&loaded, &[Dimension::Agent])?;
    let next = follow_up(&loaded, asked, &mut definitions)?;
    let facts = metrics::measure(&loaded.log, &next, &[Dimension::Agent], &definitions, loaded.threads);
    let (cards, nobodys) = judge::scorecards(&facts, &loaded.log);
    let report = ScorecardReport {
        intake: IntakeReport::new(&loaded.intake),
        definitions: DefinitionsReport::new(&definitions, &loaded.log),
        table: report::scorecard_table(&cards, &loaded.log, &definitions),
    };
    let text = write::scorecards(&report, format, around.width)?;
    let mut outcome = finish(text.into_bytes(), output, read, &loaded)?;
    if nobodys > 0 {
        outcome.notes.push(format!("{nobodys} handled legs name no single agent; they are on nobody's scorecard"));
    }
    agent_service_level_note(asked, &mut outcome);
    not_available_note(&definitions, &loaded.log, &mut outcome);
    definitions_note(&definitions, &loaded.log, &mut outcome);
    quieten(output.quiet.quiet, &mut outcome);
    Ok(outcome)
}

fn metrics(
    read: &ReadArgs,
    by: &[String],
    asked: &DefinitionArgs,
    output: &OutputArgs,
    around: &Surroundings<'_>,
) -> Result<Outcome> {
    let format = output_format(output, around)?;
    let groupings: Vec<Vec<Dimension>> = by.iter().map(|g| grouping(g)).collect::<Result<_>>()?;
    let mut definitions = definitions_of(asked)?;
    let all: Vec<Dimension> = groupings.iter().flatten().copied().collect();
    let loaded = load(read, &all, asked.fcr_match.as_deref(), around)?;
    require(&loaded, &all)?;
    let next = follow_up(&loaded, asked, &mut definitions)?;
    let table = |grouping: &Vec<Dimension>| {
        let facts = metrics::measure(&loaded.log, &next, grouping, &definitions, loaded.threads);
        report::metrics_table(&facts, &loaded.log, &definitions)
    };
    let tables: Vec<report::Table> = groupings.iter().map(table).collect();
    let text = write::metrics(&tables, format, around.width)?;
    let mut outcome = finish(text.into_bytes(), output, read, &loaded)?;
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
    quieten(output.quiet.quiet, &mut outcome);
    Ok(outcome)
}

fn check(read: &ReadArgs, output: &OutputArgs, around: &Surroundings<'_>) -> Result<Outcome> {
    let format = output_format(output, around)?;
    let every = [Dimension::Team, Dimension::Issue];
    let loaded = load(read, &every, None, around)?;
    let mut found = findings::findings(&loaded.log, &loaded.intake, &loaded.files);
    found.extend(loaded.roster.iter().flat_map(findings::of_roster));
    let report = report::check_report(&loaded.files, &loaded.intake, &loaded.log, found);
    let text = write::check(&report, format, around.width)?;
    let mut outcome = finish(text.into_bytes(), output, read, &loaded)?;
    quieten(output.quiet.quiet, &mut outcome);
    Ok(outcome)
}

fn export(
    read: &ReadArgs,
    format: Option<ExportFormat>,
    output: Option<&Path>,
    quiet: bool,
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
    let (reading, roster) = read_files(read, &every, true, around)?;
    let raw = reading.log.clone();
    let loaded = assemble(reading, roster.as_ref(), read, around)?;
    let calls = export::calls(&raw, &loaded.log);
    if format == ExportFormat::Parquet && output.is_none() && around.terminal {
        bail!("Parquet is not for a screen; name a file with -o FILE.parquet");
    }
    let bytes = match format {
        ExportFormat::Csv => export::csv(&calls)?,
        ExportFormat::Parquet => export::parquet(calls)?,
    };
    let mut outcome = to_file_or_output(bytes, output)?;
    outcome.notes = notes(&loaded);
    over_limit(read, &loaded, &mut outcome)?;
    quieten(quiet, &mut outcome);
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
            let names: Vec<&str> = profile::BUILT_IN.iter().map(|(name, _)| *name).collect();
            bail!("there is no built-in profile `{name}`; there are {}", names.join(", "))
        }
        Some(ProfileCommand::New { file, output }) => {
            if let Some(path) = output {
                write::can_write(path)?;
            }
            let head = "# Correct what is wrong, then pass it with --profile; docs/profiles.md explains every key.\n";
            let text = format!("{head}{}", read::propose(file)?);
            to_file_or_output(text.into_bytes(), output.as_deref())
        }
    }
}

/// Every metric's definition.
fn definitions_text(asked: &DefinitionArgs, format: DefinitionFormat) -> Result<String> {
    let definitions = definitions_of(asked)?;
    if format == DefinitionFormat::Json {
        let metrics: Vec<serde_json::Value> = CATALOGUE
            .iter()
            .map(|m| {
                serde_json::json!({
                    "id": m.id, "name": m.name, "unit": m.unit, "better": m.better, "level": m.level,
                    "definition": m.definition, "leaves_out": m.leaves_out, "gamed": m.gamed, "source": m.source,
                    "over": m.over, "sql": (m.sql)(&definitions),
                })
            })
            .collect();
        let formulas: serde_json::Map<String, serde_json::Value> =
            ServiceLevel::ALL.iter().map(|f| (f.name().to_string(), f.sql().into())).collect();
        let all = serde_json::json!({
            "relations": RELATIONS_SQL,
            "metrics": metrics,
            "service_level_formulas": formulas,
            "parameters": {
                "sl_ms": definitions.sl_ms, "short_ms": definitions.short_abandon_ms,
                "window_ms": definitions.fcr_window_ms,
            },
        });
        return Ok(serde_json::to_string_pretty(&all)? + "\n");
    }
    let mut text = String::from(
        "# Metrics\n\nPrinted from the catalogue by `callmerit definitions`; do not edit.\n\n\
         Every metric in the order of output. The SQL is over two relations: `contacts`, one row a contact, and\n\
         `handled`, one row a leg that an agent took; both come from the table `calls` that `callmerit export` writes,\n\
         by the query at the end. A group is `GROUP BY` of its columns.\n",
    );
    for m in &CATALOGUE {
        let unit = match m.unit {
            metrics::catalogue::Unit::Count => "count",
            metrics::catalogue::Unit::Seconds => "seconds",
            metrics::catalogue::Unit::Share => "fraction from 0 to 1",
            metrics::catalogue::Unit::Points => "points of the scale",
        };
        text += &format!("\n## `{}`: {}\n\n{} Unit: {unit}.\n\n", m.id, m.name, squash(m.definition));
        for (what, words) in [("Leaves out", m.leaves_out), ("How it is gamed", m.gamed), ("Source", m.source)] {
            if !words.is_empty() {
                text += &format!("- {what}: {}\n", squash(words));
            }
        }
        let over = if m.over == metrics::catalogue::Over::Contacts { "contacts" } else { "handled" };
        text += &format!("\n```sql\nSELECT {} FROM {over}\n```\n", squash(&(m.sql)(&definitions)));
    }
    text +=
        "\n## Service level formulas\n\nAN answered, AB abandoned, T the threshold, S the short-abandon threshold.\n\n";
    text += "| name | formula |\n|---|---|\n";
    for formula in ServiceLevel::ALL {
        text += &format!("| `{}` | {} |\n", formula.name(), formula.formula());
    }
    text += &format!("\n## The two relations\n\n```sql\n{RELATIONS_SQL}```\n");
    Ok(text)
}

/// Runs of blanks as one.
fn squash(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn grouping(text: &str) -> Result<Vec<Dimension>> {
    if text == "none" {
        return Ok(Vec::new());
    }
    let mut dimensions = Vec::new();
    for name in text.split(',').map(str::trim) {
        let Some(dimension) = Dimension::ALL.into_iter().find(|d| d.name() == name) else {
            let names: Vec<&str> = Dimension::ALL.iter().map(|d| d.name()).collect();
            bail!("--by `{name}` is no group; it can be none or {}", names.join(", "));
        };
        if !dimensions.contains(&dimension) {
            dimensions.push(dimension);
        }
    }
    Ok(dimensions)
}

fn output_format(output: &OutputArgs, around: &Surroundings<'_>) -> Result<write::Format> {
    // Before the work, not after it.
    if let Some(path) = &output.output {
        write::can_write(path)?;
    }
    if let Some(format) = output.format {
        return Ok(format);
    }
    match &output.output {
        Some(path) => write::Format::of_file(path).with_context(|| {
            format!(
                "the ending of `{}` names no format; use .csv, .tsv, .json, .ndjson, .md or .txt, or say --format",
                path.display()
            )
        }),
        None if around.terminal => Ok(write::Format::Table),
        None => Ok(write::Format::Csv),
    }
}

fn definitions_of(asked: &DefinitionArgs) -> Result<Definitions> {
    let ms = |option: &str, seconds: f64| -> Result<u32> {
        if !(0.0..=86_400.0).contains(&seconds) {
            bail!("{option} must be from 0 to 86400 seconds");
        }
        Ok((seconds * 1_000.0).round() as u32)
    };
    let usual = Definitions::default();
    let sl_formula = match &asked.sl_formula {
        None => usual.sl_formula,
        Some(name) => ServiceLevel::parse(name).with_context(|| {
            let names: Vec<&str> = ServiceLevel::ALL.iter().map(|f| f.name()).collect();
            format!("--sl-formula `{name}` is not known; it is one of {}", names.join(", "))
        })?,
    };
    let window = match &asked.fcr_window {
        None => i64::from(usual.fcr_window_ms),
        Some(text) => span_ms("--fcr-window", text)?,
    };
    if !(3_600_000..=45 * 86_400_000).contains(&window) {
        bail!("--fcr-window must be from 1 hour to 45 days, as in 7d or 72h");
    }
    let interval = span_ms("--interval", &asked.interval)?;
    if interval <= 0 || 86_400_000 % interval != 0 {
        bail!("--interval must divide a day, as in 15m, 30m or 1h");
    }
    Ok(Definitions {
        sl_ms: asked.sl_seconds.map_or(Ok(usual.sl_ms), |s| ms("--sl-seconds", s))?,
        sl_formula,
        short_abandon_ms: asked.short_abandon.map_or(Ok(usual.short_abandon_ms), |s| ms("--short-abandon", s))?,
        fcr_window_ms: window as u32,
        fcr_match: Match::Customer,
        interval_ms: interval,
        sl_by_agent: asked.agent_service_level,
    })
}

/// A span such as `7d`, `72h` or `30m`, ms.
fn span_ms(option: &str, text: &str) -> Result<i64> {
    let has_unit = text.bytes().last().is_some_and(|b| b.is_ascii_alphabetic());
    match read::duration::parse(text.as_bytes(), read::duration::Unit::S) {
        Some(ms) if has_unit => Ok(ms),
        _ => bail!("{option} `{text}` is no span of time; write one like 7d, 72h or 30m"),
    }
}

fn follow_up(loaded: &Loaded, asked: &DefinitionArgs, definitions: &mut Definitions) -> Result<FollowUp> {
    let tells = &loaded.log.tells;
    definitions.fcr_match = match asked.fcr_match.as_deref() {
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
        bail!("a service level needs the wait of a contact, {}", lacking(loaded, "wait"));
    }
    let lacks = match definitions.fcr_match {
        _ if !tells.customer && (asked.fcr_match.is_some() || asked.fcr_window.is_some()) => Some("customer"),
        Match::CustomerQueue if !tells.queue => Some("queue"),
        Match::CustomerIssue if !tells.issue => Some("issue"),
        _ => None,
    };
    if let Some(field) = lacks {
        bail!(
            "first-contact resolution by {} needs the {field} of a contact, {}",
            report::match_name(definitions.fcr_match),
            lacking(loaded, field)
        );
    }
    Ok(contacts::follow_up(&loaded.log, definitions.fcr_match, loaded.threads))
}

/// What to do about a field the source lacks.
fn lacking(loaded: &Loaded, field: &str) -> String {
    let file = &loaded.files[0];
    format!(
        "for which no column of `{}` was recognised (columns: {}). If one of them has it, write a profile with \
         `callmerit profiles new`, name the column under [fields.{field}] and pass it with --profile",
        file.name,
        file.header.iter().map(|c| format!("`{c}`")).collect::<Vec<_>>().join(", ")
    )
}

/// What to do about something that only a roster tells.
fn lacking_in_roster(loaded: &Loaded, column: &str) -> String {
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

/// Stops where the source lacks what the groups need.
fn require(loaded: &Loaded, dimensions: &[Dimension]) -> Result<()> {
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
                bail!("results by {field} need the agent of a call, {}", lacking(loaded, "agent"))
            }
            Dimension::Manager | Dimension::Site => bail!("{}", lacking_in_roster(loaded, field)),
            Dimension::Team => bail!(
                "results by team need the team of a call, {}; or give every agent a team in a roster (--roster)",
                lacking(loaded, field)
            ),
            _ => bail!("results by {field} need the {field} of a call, {}", lacking(loaded, field)),
        }
    }
    Ok(())
}

/// Reads the files, and the roster, if there is one, into the log.
fn read_files(
    args: &ReadArgs,
    dimensions: &[Dimension],
    issue: bool,
    around: &Surroundings<'_>,
) -> Result<(Reading, Option<Roster>)> {
    if let Some(text) = &args.max_rejected {
        allowed_share(text)?;
    }
    let zone = match &args.tz {
        Some(name) => Some(TimeZone::get(name).ok().with_context(|| {
            format!("--tz `{name}` is no time zone; write one like Europe/London, America/New_York or UTC")
        })?),
        None => None,
    };
    let kept = |asked: &Option<String>, usual: &'static str, words: &'static [&'static str]| match asked.as_deref() {
        Some("all") => None,
        Some(word) => words.iter().copied().find(|w| *w == word),
        None => Some(usual),
    };
    let date_order = args.date_order.as_deref().and_then(read::time::Format::parse);
    let options = read::Options {
        profile: args.profile.as_deref().map(given_profile).transpose()?,
        wanted: Wanted {
            zone,
            channel: kept(&args.channel, "voice", profile::CHANNELS),
            direction: kept(&args.direction, "inbound", profile::DIRECTIONS),
            team: dimensions.contains(&Dimension::Team),
            issue,
        },
        date_order,
        threads: threads(args, around),
        block: std::env::var("CALLMERIT_BLOCK").ok().and_then(|b| b.parse().ok()).unwrap_or(read::BLOCK),
        on_progress: around.on_progress,
    };
    if args.threads == Some(0) {
        bail!("--threads 0 leaves nobody to work; give 1 or more");
    }
    let roster = args.roster.as_deref().map(|file| roster::read(file, date_order)).transpose()?;
    let mut reading = read::read(&args.files, &options)?;
    if let Some(roster) = &roster {
        roster::apply(roster, &mut reading.log)?;
    }
    Ok((reading, roster))
}

fn threads(args: &ReadArgs, around: &Surroundings<'_>) -> usize {
    args.threads.unwrap_or(around.cores).clamp(1, 256)
}

/// A profile by file name, or a built-in one by its own.
fn given_profile(name: &str) -> Result<profile::Profile> {
    if let Some((_, text)) = profile::BUILT_IN.iter().find(|(built_in, _)| *built_in == name) {
        return profile::parse(text);
    }
    let text = match std::fs::read_to_string(name) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            bail!("--profile `{name}` is neither a file nor a built-in profile; `callmerit profiles` lists those")
        }
        Err(error) => bail!("--profile `{name}` cannot be read: {error}"),
    };
    profile::parse(&text).with_context(|| format!("--profile `{name}`"))
}

fn assemble(reading: Reading, roster: Option<&Roster>, args: &ReadArgs, around: &Surroundings<'_>) -> Result<Loaded> {
    let Reading { mut log, mut intake, files } = reading;
    let threads = threads(args, around);
    let period = period(args, &log.zone)?;
    contacts::assemble(&mut log, &mut intake, period, threads);
    if intake.kept() == 0 {
        bail!("{}", nothing_left(&intake, &files));
    }
    let roster = roster.map(|roster| roster::compare(roster, &log));
    Ok(Loaded { log, intake, files, roster, threads })
}

/// Reads and assembles.
fn load(
    args: &ReadArgs,
    dimensions: &[Dimension],
    fcr_match: Option<&str>,
    around: &Surroundings<'_>,
) -> Result<Loaded> {
    let issue = dimensions.contains(&Dimension::Issue) || matches!(fcr_match, None | Some("customer+issue"));
    let (reading, roster) = read_files(args, dimensions, issue, around)?;
    assemble(reading, roster.as_ref(), args, around)
}

/// Why no row is left, and what to do.
fn nothing_left(intake: &Intake, files: &[FileReport]) -> String {
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

/// The asked-for period, in the zone of the log.
fn period(args: &ReadArgs, zone: &TimeZone) -> Result<Option<Period>> {
    if args.from.is_none() && args.to.is_none() {
        return Ok(None);
    }
    let moment = |option: &str, text: &str, end: bool| -> Result<i64> {
        use jiff::civil::{Date, DateTime};
        let explain = || format!("{option} `{text}` is no time; write one like 2026-03-01 or 2026-03-01T08:00");
        if let Ok(absolute) = text.replace(' ', "T").parse::<jiff::Timestamp>() {
            return Ok(absolute.as_millisecond()); // it says its own zone
        }
        let is_date = !text.contains([':', 'T']);
        let civil: DateTime = if is_date {
            let date: Date = text.parse().ok().with_context(explain)?;
            let date = if end { date.tomorrow().ok().with_context(explain)? } else { date };
            date.at(0, 0, 0, 0)
        } else {
            text.replace(' ', "T").parse().ok().with_context(explain)?
        };
        Ok(zone.to_ambiguous_timestamp(civil).compatible().ok().with_context(explain)?.as_millisecond())
    };
    let from_ms = args.from.as_deref().map_or(Ok(i64::MIN), |t| moment("--from", t, false))?;
    let to_ms = args.to.as_deref().map_or(Ok(i64::MAX), |t| moment("--to", t, true))?;
    if from_ms >= to_ms {
        bail!("--from is not before --to");
    }
    Ok(Some(Period { from_ms, to_ms }))
}

fn to_file_or_output(bytes: Vec<u8>, output: Option<&Path>) -> Result<Outcome> {
    match output {
        Some(path) => {
            write::file(path, &bytes)?;
            Ok(Outcome::default())
        }
        None => Ok(Outcome { data: bytes, ..Outcome::default() }),
    }
}

fn finish(bytes: Vec<u8>, output: &OutputArgs, args: &ReadArgs, loaded: &Loaded) -> Result<Outcome> {
    let mut outcome = to_file_or_output(bytes, output.output.as_deref())?;
    outcome.notes = notes(loaded);
    over_limit(args, loaded, &mut outcome)?;
    Ok(outcome)
}

/// The guess, warnings of the source, and the ledger in one line.
fn notes(loaded: &Loaded) -> Vec<String> {
    let mut notes = Vec::new();
    // Files that are understood alike are told of once.
    let mut told: Vec<(Vec<String>, &str, usize)> = Vec::new();
    for file in loaded.files.iter().filter(|f| f.why == Why::Guessed) {
        let pairs = file.columns.iter().map(|c| format!("{} = `{}`", c.field.name(), c.columns.join(" + "))).collect();
        match told.iter_mut().find(|(known, ..)| *known == pairs) {
            Some((_, _, others)) => *others += 1,
            None => told.push((pairs, &file.name, 0)),
        }
    }
    for (pairs, name, others) in told {
        let and = if others > 0 { format!(" (and {others} more like it)") } else { String::new() };
        notes.push(format!("{name}{and}: no known source; its columns are understood as"));
        notes.extend(wrapped(pairs.into_iter()));
        notes.push("  wrong? `callmerit profiles new FILE` writes this down to be corrected".to_string());
    }
    let mut asks: Vec<&String> = loaded.files.iter().flat_map(|f| &f.asks).collect();
    asks.dedup();
    notes.extend(asks.into_iter().map(|ask| format!("  {ask}")));
    let assumed: Vec<&FileReport> = loaded.files.iter().filter(|f| f.zone_assumed).collect();
    if let [first, others @ ..] = &assumed[..] {
        let and = if others.is_empty() { String::new() } else { format!(" (and {} more)", others.len()) };
        notes.push(format!(
            "{}{and}: times without a zone taken as {}; say --tz if it is another",
            first.name, first.zone
        ));
    }
    let tells = &loaded.log.tells;
    if !tells.abandoned && !tells.agent {
        notes.push(
            "warning: no column tells answered calls from abandoned ones, so every row counts as answered".to_string(),
        );
    }
    for finding in findings::warnings(&loaded.files) {
        let file = finding.file.map_or(String::new(), |f| format!("{f}: "));
        notes.push(format!("warning: {file}{}", finding.text));
    }
    if let Some(roster) = &loaded.roster {
        for finding in findings::of_roster(roster) {
            let warning = matches!(finding.id, "calls_before_hired" | "calls_after_left" | "calls_without_agents");
            notes.push(format!("{}{}: {}", if warning { "warning: " } else { "" }, roster.file, finding.text));
        }
    }
    let intake = &loaded.intake;
    let left_out = intake.rows - intake.kept();
    let rejected = intake.rejected();
    let details = match (left_out, rejected) {
        (0, _) => String::new(),
        (n, 0) => format!(", {n} left out (why: `callmerit check`)"),
        (n, r) => format!(", {n} left out, {r} of them rejected (why: `callmerit check`)"),
    };
    notes.push(format!("{} rows read, {} kept{details}", intake.rows, intake.kept()));
    notes
}

/// Items with commas between, in indented lines of a readable length.
fn wrapped(items: impl Iterator<Item = String>) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for item in items {
        match lines.last_mut() {
            Some(line) if line.chars().count() + item.chars().count() < 100 => line.push_str(&format!(", {item}")),
            Some(line) => {
                line.push(',');
                lines.push(format!("  {item}"));
            }
            None => lines.push(format!("  {item}")),
        }
    }
    lines
}

/// The share that `--max-rejected` allows.
fn allowed_share(text: &str) -> Result<f64> {
    let explain = || format!("--max-rejected `{text}` is no share; write one like 1% or 0.01");
    let (number, scale) = match text.strip_suffix('%') {
        Some(number) => (number, 100.0),
        None => (text, 1.0),
    };
    let share: f64 = number.trim().parse::<f64>().ok().with_context(explain)? / scale;
    // A bare 1 could be meant as 1 %.
    if !(0.0..=1.0).contains(&share) || (scale == 1.0 && share == 1.0) {
        bail!("{}", explain());
    }
    Ok(share)
}

fn over_limit(args: &ReadArgs, loaded: &Loaded, outcome: &mut Outcome) -> Result<()> {
    let Some(text) = &args.max_rejected else { return Ok(()) };
    let (rejected, rows) = (loaded.intake.rejected(), loaded.intake.rows);
    if rejected as f64 > allowed_share(text)? * rows as f64 {
        outcome.over_limit = true;
        outcome.notes.push(format!(
            "{rejected} of {rows} rows were rejected ({:.2} %), more than --max-rejected {text} allows",
            rejected as f64 / rows as f64 * 100.0
        ));
    }
    Ok(())
}

fn agent_service_level_note(asked: &DefinitionArgs, outcome: &mut Outcome) {
    if asked.agent_service_level {
        outcome.notes.push(
            "warning: an agent does not decide how long customers waited; a service level of single agents measures \
             staffing and luck, and must not be paid"
                .to_string(),
        );
    }
}

fn not_available_note(definitions: &Definitions, log: &CallLog, outcome: &mut Outcome) {
    let mut needs: Vec<&str> = Vec::new();
    for (_, need) in report::not_available(&log.tells, definitions) {
        if !needs.contains(&need) {
            needs.push(need);
        }
    }
    if !needs.is_empty() {
        outcome.notes.push(format!("not available, because the source has no column for it: {}", needs.join(", ")));
    }
}

fn definitions_note(definitions: &Definitions, log: &CallLog, outcome: &mut Outcome) {
    let mut parts = Vec::new();
    if log.tells.customer {
        let days = f64::from(definitions.fcr_window_ms) / 86_400_000.0;
        parts.push(format!(
            "first contact resolved = same {} not back within {days} days and not transferred",
            match definitions.fcr_match {
                Match::Customer => "customer",
                Match::CustomerQueue => "customer in the same queue",
                Match::CustomerIssue => "customer about the same issue",
            }
        ));
    }
    if log.tells.wait && log.tells.abandoned {
        parts.push(format!(
            "service level {} in {} s",
            definitions.sl_formula.name(),
            f64::from(definitions.sl_ms) / 1_000.0
        ));
    }
    if !parts.is_empty() {
        outcome.notes.push(parts.join("; "));
    }
}

/// `-q` leaves errors and passed limits.
fn quieten(quiet: bool, outcome: &mut Outcome) {
    if quiet {
        let over = outcome.over_limit;
        outcome.notes.retain(|note| over && note.contains("--max-rejected"));
    }
}
