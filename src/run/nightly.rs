//! `callmerit run`: one night, whole or not at all.

use super::asked::dialect;
use super::report::{Made, Statements, make};
use super::{Outcome, Surroundings};
use crate::cli::{CsvArgs, DefinitionArgs, ReadArgs, RepeatArgs, ReportArgs, RunArgs};
use crate::nightly::folder::{self, Name};
use crate::nightly::inputs::{self, Seen};
use crate::nightly::lock;
use crate::nightly::night::{self, Manifest, Night, Parts};
use crate::nightly::project::{self, Project};
use crate::nightly::restate::{KeyFigure, key_figures_of, moved};
use crate::plan::{self, lint};
use crate::read::profile;
use crate::report::{Cell, Report, TABLES, Table};
use crate::write::{self, Form, Format, Look};
use anyhow::{Context, Result, anyhow, bail};
use jiff::Timestamp;
use jiff::civil::Date;
use std::path::{Component, Path, PathBuf};

/// Why a night that is written exits with 1.
pub const PLAN_ERRORS: &str = "the plan has errors that it does not accept";
/// Tables that only a plan gives.
const OF_PLANS: [&str; 3] = ["recommendations", "adjustments", "goals"];
/// Names that the folder has for itself.
const TAKEN: [&str; 3] = ["manifest", "key-figures", "restatement"];

/// One night.
pub fn run(args: &RunArgs, around: &Surroundings<'_>) -> Result<Outcome> {
    let config = args.config.to_string_lossy().into_owned();
    let text = project::text_of(&config)?;
    let date = night_of(args.date.as_deref(), &text)?;
    let Kept { mut notes, exit, out, keep, said, _lock } =
        make_and_keep(args, &config, &text, date, around).map_err(|error| {
            let config = if config == "callmerit.toml" { String::new() } else { format!(" --config {}", shell(&config)) };
            anyhow!(
                "{error:#}\nno night of {date} was written, and earlier ones are as they were; when this is mended, run \
                 `callmerit run{config} --date {date}`"
            )
        })?;
    let more = tidy_up(args, &out, date, keep)
        .map_err(|error| anyhow!("{error:#}\n{said}; mend this, and the next run makes up for it"))?;
    notes.extend(more);
    let mut outcome = Outcome { notes, findings_remain: exit != 0, ..Outcome::default() };
    outcome.summary.said = Some(said);
    Ok(outcome)
}

/// A night that is written, or was.
struct Kept {
    notes: Vec<String>,
    exit: u8,
    /// The folder of nights.
    out: PathBuf,
    /// How many days' nights stay when old ones are removed.
    keep: Option<u32>,
    /// What was done, in a line.
    said: String,
    _lock: lock::Lock,
}

/// A path as a shell takes it.
fn shell(path: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || "/._-".contains(c);
    if path.chars().all(plain) { path.to_string() } else { format!("'{}'", path.replace('\'', "'\\''")) }
}

/// The asked-for date, or that of yesterday. This is the only place where a clock is looked at.
fn night_of(asked: Option<&str>, text: &str) -> Result<Date> {
    match asked {
        Some(asked) => asked
            .parse()
            .ok()
            .filter(|_| asked.len() == 10)
            .with_context(|| format!("--date `{asked}` is no day; write one like 2026-11-20")),
        None => Ok(Timestamp::now().to_zoned(project::zone_of(text)).date().yesterday()?),
    }
}

fn make_and_keep(args: &RunArgs, config: &str, text: &str, date: Date, around: &Surroundings<'_>) -> Result<Kept> {
    let project = understood(config, text, date)?;
    let keep = args.keep.or(project.keep);
    if args.prune && keep.is_none_or(|keep| keep == 0) {
        bail!(
            "--prune removes all nights but some: say how many days' nights stay with --keep 400, or `keep` in {config}"
        );
    }
    enter(args.config.parent())?;
    let exports = project.exports()?;
    let out = folder::open(&project.out)?;
    let _lock = lock::take(&out, &format!("the night of {date}"), args.wait)?;
    folder::clean(&out)?;
    let made = compute(&project, text, date, exports, args.threads, around)?;
    let (notes, exit) = (made.manifest.notes.clone(), made.manifest.exit);
    let said = keep_night(&out, date, made)?;
    Ok(Kept { notes, exit, out, keep, said, _lock })
}

/// Points to the newest night, and removes old ones if that is asked for; returns what there is to say of it.
fn tidy_up(args: &RunArgs, out: &Path, date: Date, keep: Option<u32>) -> Result<Vec<String>> {
    if let Some(newest) = folder::nights(out)?.last() {
        folder::point_latest(out, *newest)?;
    }
    let Some(keep) = keep.filter(|_| args.prune) else { return Ok(Vec::new()) };
    let pruned = folder::prune(out, keep as usize, date)?;
    let mut notes = pruned.kept;
    if !pruned.removed.is_empty() {
        notes.push(format!("removed old nights: {}", pruned.removed.join(", ")));
    }
    Ok(notes)
}

/// The project in a text, named as its messages are to name it.
pub fn understood(config: &str, text: &str, date: Date) -> Result<Project> {
    let around = project::Around {
        night: date,
        output_fault: &output_fault,
        table_formats: &["csv", "tsv", "ndjson", "parquet"],
    };
    let project = project::parse(config, text, &around)?;
    // What is written may not depend on where the program was started.
    let file = Path::new(config).file_name().unwrap_or_default().to_string_lossy().into_owned();
    Ok(Project { file, ..project })
}

/// What is wrong with the name of an output.
fn output_fault(name: &str) -> Option<String> {
    let path = Path::new(name);
    let odd = |c: char| c == '/' || c == '\\' || c.is_control();
    if path.file_name().and_then(|f| f.to_str()) != Some(name) || name.contains(odd) || name.starts_with('.') {
        return Some(
            "an output is a file in the night's folder, so write a plain name, as in scorecards.csv".to_string(),
        );
    }
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    if TAKEN.contains(&stem.to_lowercase().as_str()) {
        return Some(format!("the night itself has a file `{stem}`; choose another name"));
    }
    match write::format_of(path, None) {
        Err(error) => Some(error.to_string().replace(", or say --format", "")),
        Ok(Format::Csv | Format::Tsv | Format::Parquet) if !TABLES.contains(&&*stem) => {
            Some(format!("it holds one table, and is to be named after it: {}", TABLES.join(", ")))
        }
        Ok(_) => None,
    }
}

/// Paths are relative to the project's folder from here on.
pub fn enter(folder: Option<&Path>) -> Result<()> {
    match folder.filter(|folder| !folder.as_os_str().is_empty()) {
        Some(folder) => std::env::set_current_dir(folder)
            .with_context(|| format!("the folder `{}` cannot be entered", folder.display())),
        None => Ok(()),
    }
}

/// Everything that a night's folder is to hold, from one reading of the exports; nothing is written.
pub fn compute(
    project: &Project,
    text: &str,
    date: Date,
    exports: Vec<String>,
    threads: Option<usize>,
    around: &Surroundings<'_>,
) -> Result<Night> {
    let wanted = wanted(project)?;
    let papers = papers(project);
    let seen = look(project, &exports, &papers)?;
    if seen.iter().any(|s| s.role == "project" && s.copy.as_deref() != Some(text.as_bytes())) {
        bail!("`{}` was changed just now; run again", project.file);
    }
    let read = ReadArgs {
        files: exports,
        profile: project.profile.clone(),
        tz: project.zone.clone(),
        date_order: project.date_order.clone(),
        roster: project.roster.clone(),
        outcomes: project.outcomes.clone(),
        from: project.from.clone(),
        to: project.to.clone(),
        direction: project.direction.clone(),
        channel: project.channel.clone(),
        max_rejected: project.max_rejected.clone(),
        threads,
    };
    let asked = ReportArgs {
        plan: project.plan.clone(),
        period: project.period.clone(),
        decisions: papers.iter().find(|(role, _)| *role == "decisions").map(|(_, path)| path.clone()),
        figures: project.figures.clone(),
        limit: project.limit.clone(),
        definitions: DefinitionArgs {
            sl_seconds: project.sl_seconds,
            sl_formula: project.sl_formula.clone(),
            short_abandon: project.short_abandon,
            repeat: RepeatArgs { fcr_window: project.fcr_window.clone(), fcr_match: project.fcr_match.clone() },
            interval: "30m".to_string(),
            agent_service_level: false,
        },
    };
    let statements = if project.pages { Statements::All } else { Statements::None };
    let Made { report, outcome } = make(&read, &asked, statements, around)
        .map_err(|error| anyhow!(project.in_own_words(&format!("{error:#}"))))?;
    let mut notes: Vec<String> = outcome.notes.iter().map(|note| project.in_own_words(note)).collect();
    if outcome.findings_remain {
        let passed = notes.iter().find(|note| note.contains("rows were rejected")).cloned();
        bail!("{}; `callmerit check` says which and why", passed.unwrap_or_default());
    }
    let mut exit = 0;
    if let Some(plan) = &project.plan
        && lint::check(&plan::read(plan)?, None).has_errors()
    {
        exit = 1;
        notes.push(format!("{PLAN_ERRORS}; `callmerit plan check {plan}` tells them"));
    }
    let outputs = outputs(&wanted, project.pages, &report)?;
    inputs::require_unchanged(&seen)?;
    Ok(night::night(Parts {
        date: date.to_string(),
        home: way_home(&project.out),
        seen,
        rows: report.about.files.iter().map(|file| (file.file.clone(), file.rows)).collect(),
        definitions: serde_json::to_value(&report.head.definitions)?,
        key_figures: key_figures(&report),
        intake: report.head.intake,
        outputs,
        notes,
        exit,
    }))
}

/// A file, or a folder of tables, that a night is to have.
struct Wanted {
    name: String,
    form: Form,
    tables: bool,
}

/// All files that a project asks for, and how they are written.
fn wanted(project: &Project) -> Result<Vec<Wanted>> {
    let mut names: Vec<(String, bool)> = project.outputs.iter().map(|name| (name.clone(), false)).collect();
    for (i, name) in project.outputs.iter().enumerate().filter(|_| project.plan.is_none()) {
        let (stem, _) = name.rsplit_once('.').unwrap_or((name, ""));
        if OF_PLANS.contains(&stem) {
            bail!(
                "{}: `{name}` is about a plan, and there is none; name it with plan = \"plan.toml\", or take the name out",
                project.place(&format!("outputs[{}]", i + 1))
            );
        }
    }
    // Whatever else is asked for: what late calls change about money that was decided is told.
    if project.plan.is_some() && !names.iter().any(|(name, _)| name.starts_with("adjustments.")) {
        names.push(("adjustments.csv".to_string(), false));
    }
    names.extend(project.tables.iter().map(|ending| (format!("tables.{ending}"), true)));
    let formats = names.iter().map(|(name, _)| write::format_of(Path::new(name), None));
    let formats: Vec<Format> = formats.collect::<Result<_>>()?;
    let csv = project.csv.clone();
    let asked =
        CsvArgs { delimiter: csv.delimiter, decimal_comma: csv.decimal_comma, bom: csv.bom, raw_text: csv.raw_text };
    let dialect = dialect(&asked, &formats).map_err(|error| anyhow!(project.in_own_words(&format!("{error:#}"))))?;
    let form = |format| Form { format, look: Look::FILE, dialect };
    Ok(names.into_iter().zip(formats).map(|((name, tables), f)| Wanted { name, form: form(f), tables }).collect())
}

/// The files of a night.
fn outputs(wanted: &[Wanted], pages: bool, report: &Report) -> Result<Vec<write::File>> {
    let mut files = Vec::new();
    let inside = |folder: &str, file: write::File| write::File { name: format!("{folder}/{}", file.name), ..file };
    if pages {
        files.extend(write::pages(report)?.into_iter().map(|file| inside("pages", file)));
    }
    for Wanted { name, form, tables } in wanted {
        if *tables {
            files.extend(write::tables(report, form)?.into_iter().map(|file| inside("tables", file)));
        } else {
            files.push(write::report(report, Path::new(name), form)?);
        }
    }
    Ok(files)
}

/// What people wrote, by what it is to the night: the plan, the roster and so on.
fn papers(project: &Project) -> Vec<(&'static str, String)> {
    let built_in = |name: &String| profile::BUILT_IN.iter().any(|(known, _)| known == name);
    let beside = project.plan.as_ref().map(|plan| Path::new(plan).with_file_name("decisions.csv"));
    let beside = beside.filter(|path| path.is_file()).map(|path| path.to_string_lossy().into_owned());
    let all = [
        ("project", Some(project.file.clone())),
        ("profile", project.profile.clone().filter(|name| !built_in(name))),
        ("roster", project.roster.clone()),
        ("outcomes", project.outcomes.clone()),
        ("plan", project.plan.clone()),
        ("decisions", project.decisions.clone().or(beside)),
        ("figures", project.figures.clone()),
    ];
    all.into_iter().filter_map(|(role, path)| Some((role, path?))).collect()
}

/// Hashes everything before it is used. What is not there is told all at once, with its key and line.
fn look(project: &Project, exports: &[String], papers: &[(&'static str, String)]) -> Result<Vec<Seen>> {
    let mut seen = Vec::new();
    let mut faults = Vec::new();
    // Outcomes have ids of contacts, which are nobody's to copy.
    let papers = papers.iter().map(|(role, path)| (*role, path, *role != "outcomes"));
    for (role, path, copy) in exports.iter().map(|path| ("calls", path, false)).chain(papers) {
        match inputs::look(role, path, copy) {
            Ok(file) => seen.push(file),
            Err(error) if project.lines.contains_key(role) => {
                faults.push(format!("{}: {error:#}", project.place(role)));
            }
            Err(error) => faults.push(format!("{error:#}")),
        }
    }
    if !faults.is_empty() {
        bail!("{}", faults.join("\n"));
    }
    Ok(seen)
}

/// The project's folder as seen from the folder of nights, where that lies in it.
fn way_home(out: &str) -> Option<String> {
    let mut up = Vec::new();
    for part in Path::new(out).components() {
        match part {
            Component::Normal(_) => up.push(".."),
            Component::CurDir => {}
            _ => return None,
        }
    }
    Some(if up.is_empty() { ".".to_string() } else { up.join("/") })
}

/// The figures that a restatement is told by.
fn key_figures(report: &Report) -> Vec<KeyFigure> {
    let figure = |what: &str, who: &str, value: String| KeyFigure { what: what.into(), who: who.into(), value };
    let intake = &report.head.intake;
    let counts = [("rows", intake.rows), ("rows_kept", intake.kept), ("rows_rejected", intake.rejected)];
    let mut all: Vec<KeyFigure> = counts.map(|(what, count)| figure(what, "", count.to_string())).into();
    let mut take = |table: &Table, what: &dyn Fn(&[Cell]) -> String, who: Option<&str>, column: &str| {
        for row in &table.rows {
            let who = who.map_or(String::new(), |who| write::plain(&row[table.at(who)]));
            all.push(figure(&what(row), &who, write::plain(&row[table.at(column)])));
        }
    };
    let figures = &report.summary.figures;
    take(figures, &|row| write::plain(&row[figures.at("metric")]), None, "value");
    take(&report.scorecards.table, &|_| "tier".to_string(), Some("agent"), "tier");
    if let Some(incentives) = &report.incentives {
        let table = &incentives.table;
        for column in ["action", "amount"] {
            take(table, &|_| format!("{column} {}", incentives.period), Some("agent"), column);
        }
        let late = &incentives.adjustments;
        take(late, &|row| format!("adjustment {}", write::plain(&row[late.at("period")])), Some("agent"), "difference");
    }
    all
}

/// Writes a night that is not there yet, beside an earlier one of its date if that said otherwise; returns what was done.
fn keep_night(out: &Path, date: Date, night: Night) -> Result<String> {
    let nights = folder::nights(out)?;
    let counts = night.manifest.counts.clone();
    let Some(earlier) = nights.iter().rev().find(|name| name.date == date) else {
        let name = folder::free_name(out, date, &nights)?;
        folder::put(out, name, &night)?;
        let (rows, kept) = (counts.rows, counts.kept);
        let outputs = night.manifest.outputs.len();
        return Ok(format!("{}: written, {outputs} outputs from {rows} rows, {kept} kept", place(out, name)));
    };
    let folder = out.join(earlier.text());
    let manifest = Manifest::read(&folder)?;
    let of = |manifest: &Manifest| manifest.inputs.iter().find(|i| i.role == "project").map(|i| i.path.clone());
    if of(&manifest) != of(&night.manifest) {
        bail!(
            "`{}` is a night of another project file, `{}`; give each project a folder of its own with `out`",
            folder.display(),
            of(&manifest).unwrap_or_default()
        );
    }
    let damaged = folder::differences(&folder, &manifest);
    if let Some(what) = damaged.first() {
        bail!(
            "`{0}` is not as it was written: {what}; `callmerit verify {0}` tells all, then move the folder away",
            folder.display()
        );
    }
    let changed = night::changed_inputs(&manifest, &night.manifest);
    if manifest.same_outputs(&night.manifest) {
        let although = match changed.len() {
            0 => String::new(),
            n => format!(", although {} changed", told(n, &changed)),
        };
        return Ok(format!("{}: there already with the same bytes, nothing written{although}", place(out, *earlier)));
    }
    let moved = moved(&key_figures_of(&folder)?, &night.key_figures);
    let amounts = match moved.iter().filter(|m| m.what.starts_with("amount ")).count() {
        0 => String::new(),
        n => format!(", {n} of them amounts"),
    };
    let why = match (changed.len(), manifest.callmerit == night.manifest.callmerit) {
        (0, true) => "something else than the inputs changed".to_string(),
        (0, false) => {
            format!("callmerit {} came to other results than {}", night.manifest.callmerit, manifest.callmerit)
        }
        (n, _) => format!("{} changed", told(n, &changed)),
    };
    let name = folder::free_name(out, date, &nights)?;
    let night = night.restating(&earlier.text(), &manifest, moved);
    folder::put(out, name, &night)?;
    let figures = night.manifest.restates.as_ref().map_or(0, |r| r.moved.len());
    Ok(format!(
        "{}: written beside {}, which stays: {why}; {figures} key figures moved{amounts} (restatement.csv)",
        place(out, name),
        earlier.text()
    ))
}

fn place(out: &Path, name: Name) -> String {
    out.join(name.text()).display().to_string()
}

/// The first of some names, and how many more there are.
fn told(n: usize, names: &[String]) -> String {
    match names {
        [first] => format!("`{first}`"),
        [first, ..] => format!("`{first}` and {} more", n - 1),
        [] => String::new(),
    }
}
