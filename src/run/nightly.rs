//! `callmerit run`, `verify` and `init`: nights that can be trusted.

use super::asked::dialect;
use super::report::{Made, Statements, make};
use super::{Outcome, Surroundings, load};
use crate::cli::{CsvArgs, DefinitionArgs, ReadArgs, RepeatArgs, ReportArgs, RunArgs};
use crate::nightly::folder::{self, Name};
use crate::nightly::inputs::{self, Seen};
use crate::nightly::night::{self, Manifest, Night, Parts};
use crate::nightly::project::{self, Project};
use crate::nightly::restate::{KeyFigure, key_figures_of, moved};
use crate::nightly::{begin, lock, verify as verification};
use crate::plan::{self, lint};
use crate::read::profile::{self, Field};
use crate::read::{FileReport, Why};
use crate::report::{Cell, Report, TABLES, Table};
use crate::write::{self, Form, Format, Look, Readers};
use anyhow::{Context, Result, anyhow, bail};
use jiff::Timestamp;
use jiff::civil::Date;
use std::path::{Component, Path, PathBuf};

/// Names that the folder has for itself.
const TAKEN: [&str; 3] = ["manifest", "key-figures", "restatement"];

/// One night.
pub fn run(args: &RunArgs, around: &Surroundings<'_>) -> Result<Outcome> {
    let config = args.config.to_string_lossy().into_owned();
    let text = project::text_of(&config)?;
    let date = night_of(args.date.as_deref(), &text)?;
    make_and_keep(args, &config, &text, date, around).map_err(|error| {
        let config = if config == "callmerit.toml" { String::new() } else { format!(" --config {config}") };
        anyhow!(
            "{error:#}\nno night of {date} was written, and earlier ones are as they were; when this is mended, run \
             `callmerit run{config} --date {date}`"
        )
    })
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

fn make_and_keep(args: &RunArgs, config: &str, text: &str, date: Date, around: &Surroundings<'_>) -> Result<Outcome> {
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
    let mut outcome = Outcome { findings_remain: made.manifest.exit != 0, ..Outcome::default() };
    let said = keep_night(&out, date, made, &mut outcome)?;
    let nights = folder::nights(&out)?;
    if let Some(newest) = nights.last() {
        folder::point_latest(&out, *newest)?;
    }
    if let Some(keep) = keep.filter(|_| args.prune) {
        let pruned = folder::prune(&out, keep as usize, date)?;
        outcome.notes.extend(pruned.kept);
        if !pruned.removed.is_empty() {
            outcome.notes.push(format!("removed old nights: {}", pruned.removed.join(", ")));
        }
    }
    outcome.summary.said = Some(said);
    Ok(outcome)
}

/// The project in a text, named as its messages are to name it.
fn understood(config: &str, text: &str, date: Date) -> Result<Project> {
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
    let stem = path.file_stem().unwrap_or_default().to_string_lossy().to_lowercase();
    if TAKEN.contains(&stem.as_str()) {
        return Some(format!("the night itself has a file `{stem}`; choose another name"));
    }
    match write::format_of(path, None) {
        Err(error) => Some(error.to_string().replace(", or say --format", "")),
        Ok(Format::Csv | Format::Tsv | Format::Parquet) if !TABLES.contains(&stem.as_str()) => {
            Some(format!("it holds one table, and is to be named after it: {}", TABLES.join(", ")))
        }
        Ok(_) => None,
    }
}

/// Paths are relative to the project's folder from here on.
fn enter(folder: Option<&Path>) -> Result<()> {
    match folder.filter(|folder| !folder.as_os_str().is_empty()) {
        Some(folder) => std::env::set_current_dir(folder)
            .with_context(|| format!("the folder `{}` cannot be entered", folder.display())),
        None => Ok(()),
    }
}

/// Everything that a night's folder is to hold, from one reading of the exports; nothing is written.
fn compute(
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
    let Made { report, outcome } = make(&read, &asked, Statements::None, around)
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
        notes.push(format!("the plan has errors that it does not accept; `callmerit plan check {plan}` tells them"));
    }
    let outputs = outputs(&wanted, &report)?;
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
fn outputs(wanted: &[Wanted], report: &Report) -> Result<Vec<write::File>> {
    let mut files = Vec::new();
    for Wanted { name, form, tables } in wanted {
        if *tables {
            let all = write::tables(report, form)?.into_iter();
            files.extend(all.map(|file| write::File { name: format!("tables/{}", file.name), ..file }));
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
fn keep_night(out: &Path, date: Date, night: Night, outcome: &mut Outcome) -> Result<String> {
    let nights = folder::nights(out)?;
    let counts = night.manifest.counts.clone();
    outcome.notes.extend(night.manifest.notes.iter().cloned());
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

/// What differs between a night's folder, what it was made from, and the same night computed again.
pub fn verify(
    folder: &Path,
    config: Option<&Path>,
    threads: Option<usize>,
    around: &Surroundings<'_>,
) -> Result<Outcome> {
    if !folder.is_dir() {
        bail!("there is no folder `{}`; name a night, as in out/2026-11-20 or out/latest", folder.display());
    }
    let manifest = Manifest::read(folder)?;
    let absolute = std::path::absolute(folder)?;
    let home = match (config, &manifest.home) {
        (Some(config), _) => std::path::absolute(config)?.parent().map(Path::to_path_buf).unwrap_or_default(),
        (None, Some(home)) => going(absolute.parent().unwrap_or(&absolute), home),
        (None, None) => {
            bail!("`{}` does not tell where its project file is; say it with --config FILE.toml", folder.display())
        }
    };
    let mut found = verification::compare(&absolute, &manifest, &home);
    let again = found.computable;
    if again {
        let night = compute_again(&manifest, &absolute, &home, threads, around)?;
        found.computed = verification::compare_computed(&manifest, &night)?;
        found.computed.extend(restatement_differs(&manifest, &night, &absolute));
    }
    let mut lines: Vec<String> = found.folder.iter().chain(&found.inputs).chain(&found.computed).cloned().collect();
    let version = env!("CARGO_PKG_VERSION");
    if manifest.callmerit != version {
        lines.push(format!("it was written by callmerit {}, and this is {version}", manifest.callmerit));
    }
    let differs = !found.is_empty();
    let mut outcome = Outcome { findings_remain: differs, ..Outcome::default() };
    outcome.data = lines.iter().map(|line| format!("{line}\n")).collect::<String>().into_bytes();
    let name = folder.display();
    let last = match (differs, again) {
        (false, _) => format!(
            "{name}: every byte agrees: {} outputs, {} inputs, callmerit {version}, computed again",
            manifest.outputs.len(),
            manifest.inputs.len()
        ),
        (true, true) if found.folder.is_empty() && found.computed.is_empty() => format!(
            "{name}: the night is as it was written, and comes out the same from the files it was made from; what was changed \
             since would come out otherwise, and `callmerit run --date {}` says how",
            manifest.date
        ),
        (true, true) => format!("{name}: differs; do not rely on it before somebody has looked why"),
        (true, false) => format!(
            "{name}: differs, and could not be computed again without the files it was made from; if the project lies \
             elsewhere, say --config FILE.toml"
        ),
    };
    outcome.summary.said = Some(last);
    Ok(outcome)
}

/// Whether what a restatement says to have moved is not what moved since the night that it stands beside.
fn restatement_differs(manifest: &Manifest, night: &Night, folder: &Path) -> Option<String> {
    let restates = manifest.restates.as_ref()?;
    let then = key_figures_of(&folder.parent()?.join(&restates.night)).ok()?;
    let moved = moved(&then, &night.key_figures) != restates.moved;
    moved.then(|| format!("`restatement.csv` is not what moved since `{}`", restates.night))
}

/// A path from a folder, by its words alone: links stay what they are called.
fn going(from: &Path, way: &str) -> PathBuf {
    let mut path = from.to_path_buf();
    Path::new(way).components().filter(|part| *part == Component::ParentDir).for_each(|_| _ = path.pop());
    path
}

/// The night of a manifest, computed from the exports and from its own copies of everything else, in a folder that looks like
/// the project's.
fn compute_again(
    manifest: &Manifest,
    folder: &Path,
    home: &Path,
    threads: Option<usize>,
    around: &Surroundings<'_>,
) -> Result<Night> {
    let explain = || "no temporary folder could be made to compute the night again";
    let top = tempfile::tempdir().with_context(explain)?;
    let above = |path: &str| Path::new(path).components().filter(|part| *part == Component::ParentDir).count();
    let depth = manifest.inputs.iter().map(|input| above(&input.path)).max().unwrap_or(0);
    let base = top.path().join("project/".repeat(depth + 1));
    std::fs::create_dir_all(&base).with_context(explain)?;
    for input in &manifest.inputs {
        let (from, to) = match &input.copy {
            Some(copy) => (folder.join(copy), base.join(&input.path)),
            None => (home.join(&input.path), base.join(&input.path)),
        };
        if Path::new(&input.path).is_absolute() {
            let same = inputs::hash_of(Path::new(&input.path)).is_ok_and(|(_, now)| now == input.sha256);
            if !same {
                bail!("`{}` is not what it was, and cannot be put back where it was; put its copy there", input.path);
            }
            continue;
        }
        std::fs::create_dir_all(to.parent().unwrap_or(&base)).with_context(explain)?;
        stand_in(&from, &to, input.copy.is_some()).with_context(explain)?;
    }
    let project = manifest.inputs.iter().find(|input| input.role == "project");
    let project = project.context("the manifest names no project file")?;
    let text = project::text_of(&folder.join(project.copy.as_deref().unwrap_or_default()).to_string_lossy())?;
    let date: Date = manifest.date.parse().ok().context("the manifest has no date")?;
    let exports =
        manifest.inputs.iter().filter(|input| input.role == "calls").map(|input| input.path.clone()).collect();
    let here = std::env::current_dir()?;
    enter(Some(&base))?;
    let again = compute(&understood(&project.path, &text, date)?, &text, date, exports, threads, around);
    // The temporary folder is removed, and nobody should stand in it then.
    enter(Some(&here))?;
    again
}

/// Puts a file where the project has it: large ones are only pointed to.
fn stand_in(from: &Path, to: &Path, copy: bool) -> std::io::Result<()> {
    #[cfg(unix)]
    if !copy {
        return std::os::unix::fs::symlink(from, to);
    }
    let _ = copy;
    std::fs::copy(from, to).map(|_| ())
}

/// A project file for some exports.
pub fn init(args: &ReadArgs, output: &Path, around: &Surroundings<'_>) -> Result<Outcome> {
    if args.files.iter().any(|file| file == "-") {
        bail!("standard input is gone when the night comes; name files");
    }
    write::can_write(output)?;
    if output.exists() {
        bail!("`{}` is there already, and is not overwritten; name another file with -o", output.display());
    }
    let loaded = load::load(args, &[], None, around)?;
    let folder = output.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let seen = |path: &String| seen_from(path, folder);
    let of = begin::Recognised {
        files: args.files.iter().map(seen).collect::<Result<_>>()?,
        profile: profile_of(args, &loaded.files, folder)?,
        guessed: guessed(&loaded.files).map(|file| seen(&file.name)).transpose()?,
        zone: loaded.log.zone.iana_name().unwrap_or("UTC").to_string(),
        zone_assumed: loaded.files.iter().any(|file| file.zone_assumed),
        date_order: date_order(args, &loaded.files),
        given: given(args, folder)?,
        outputs: &[
            "report.md", "report.json", "scorecards.csv", "measures.csv", "signals.csv", "days.csv", "queues.csv",
        ],
        of_plan: &["recommendations.csv", "adjustments.csv", "goals.csv"],
    };
    let text = begin::project_text(&of);
    write::file(output, text.as_bytes(), Readers::Usual)?;
    let mut outcome = Outcome::default();
    super::notes::about_reading(args, &loaded, &mut outcome)?;
    let config =
        if output == Path::new("callmerit.toml") { String::new() } else { format!(" --config {}", output.display()) };
    outcome.summary.said = Some(format!(
        "{}: written for {}; look at it, then try `callmerit run{config}`",
        output.display(),
        match &loaded.files[..] {
            [file] => format!("`{}`", file.name),
            files => format!("{} files", files.len()),
        }
    ));
    Ok(outcome)
}

/// A path, or a pattern, as the project file in a folder has it.
fn seen_from(path: &str, folder: &Path) -> Result<String> {
    if folder == Path::new(".") || Path::new(path).is_absolute() {
        return Ok(path.to_string());
    }
    let folder = std::path::absolute(folder)?;
    Ok(begin::seen_from(&std::path::absolute(path)?, &folder).to_string_lossy().into_owned())
}

fn guessed(files: &[FileReport]) -> Option<&FileReport> {
    files.iter().find(|file| file.why == Why::Guessed)
}

/// The profile to name, and why: the one that was given, or the one that all exports were recognised by.
fn profile_of(args: &ReadArgs, files: &[FileReport], folder: &Path) -> Result<Option<(String, String)>> {
    if let Some(given) = &args.profile {
        let built_in = profile::BUILT_IN.iter().any(|(name, _)| name == given);
        let path = if built_in { given.clone() } else { seen_from(given, folder)? };
        return Ok(Some((path, files[0].profile.title.clone())));
    }
    let first = &files[0];
    let alike =
        files.iter().all(|file| matches!(file.why, Why::Recognised(_)) && file.profile.name == first.profile.name);
    Ok(alike.then(|| (first.profile.name.clone(), format!("recognised: {}", first.profile.title))))
}

/// The order of day and month, where the exports have dates that need one.
fn date_order(args: &ReadArgs, files: &[FileReport]) -> Option<String> {
    let of = |file: &FileReport| Some(file.profile.fields.get(&Field::Start)?.format?.name().to_string());
    let found = files.iter().find_map(of).filter(|name| ["dmy", "mdy"].contains(&name.as_str()));
    args.date_order.clone().or(found)
}

/// What was said beside the files, as the project file says it.
fn given(args: &ReadArgs, folder: &Path) -> Result<Vec<(&'static str, String)>> {
    let seen = |path: &Option<String>| path.as_ref().map(|path| seen_from(path, folder)).transpose();
    let all = [
        ("roster", seen(&args.roster)?),
        ("outcomes", seen(&args.outcomes)?),
        ("from", args.from.clone()),
        ("to", args.to.clone()),
        ("direction", args.direction.clone()),
        ("channel", args.channel.clone()),
        ("max_rejected", args.max_rejected.clone()),
    ];
    Ok(all.into_iter().filter_map(|(key, value)| Some((key, value?))).collect())
}
