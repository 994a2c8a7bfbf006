//! The project file: TOML into a [`Project`], or all of its faults at once, each with its key and line.

use super::dates::{fill, fill_one};
use crate::plan::Exact;
use crate::plan::reader::{Kind, Reader, read_all};
use crate::read::source;
use anyhow::{Context, Result, bail};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use std::collections::{BTreeMap, HashSet};
use std::path::{Component, Path};

const PROJECT: Kind = Kind { noun: "project file", home };
/// The keys of `[definitions]`.
const DEFINITIONS: [&str; 5] = ["sl_seconds", "sl_formula", "short_abandon", "fcr_window", "fcr_match"];
/// The keys of `[csv]`.
const CSV: [&str; 4] = ["delimiter", "decimal_comma", "bom", "raw_text"];
/// Nights that somebody may want to keep.
const MOST_NIGHTS: u32 = 100_000;

/// What is done each night. Paths are relative to the folder of the project file.
#[derive(Debug, Clone, Default)]
pub struct Project {
    /// What to call the file in messages.
    pub file: String,
    /// Lines of keys, as `inputs[1]` and `definitions.sl_seconds`.
    pub lines: BTreeMap<String, usize>,
    /// Files and globs, with the days of the night filled in.
    pub inputs: Vec<Input>,
    pub profile: Option<String>,
    pub zone: Option<String>,
    pub date_order: Option<String>,
    pub direction: Option<String>,
    pub channel: Option<String>,
    pub from: Option<String>,
    pub to: Option<String>,
    pub max_rejected: Option<String>,
    pub roster: Option<String>,
    pub outcomes: Option<String>,
    pub plan: Option<String>,
    pub decisions: Option<String>,
    pub figures: Option<String>,
    /// The period to pay, as in `2026-11`.
    pub period: Option<String>,
    pub limit: Option<String>,
    pub sl_seconds: Option<f64>,
    pub sl_formula: Option<String>,
    pub short_abandon: Option<f64>,
    pub fcr_window: Option<String>,
    pub fcr_match: Option<String>,
    /// The folder of all nights.
    pub out: String,
    /// Names of the files to write.
    pub outputs: Vec<String>,
    /// The format in which every table gets a file of its own, in the folder `tables`.
    pub tables: Option<String>,
    /// A page for each agent, in the folder `pages`.
    pub pages: bool,
    /// How CSV and TSV are written.
    pub csv: Csv,
    /// How many nights are kept when old ones are to be removed.
    pub keep: Option<u32>,
}

/// The table `[csv]`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Csv {
    pub delimiter: Option<String>,
    pub decimal_comma: bool,
    pub bom: bool,
    pub raw_text: bool,
}

/// An entry of `inputs`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Input {
    /// Files and globs: one, or one for each day of a span, the last day last.
    pub patterns: Vec<String>,
    pub span: bool,
}

/// What a project needs to know beside its file.
pub struct Around<'a> {
    /// The date of the night.
    pub night: Date,
    /// What is wrong with the name of an output.
    pub output_fault: &'a dyn Fn(&str) -> Option<String>,
    /// The formats of tables.
    pub table_formats: &'a [&'static str],
}

/// The text of a project file.
pub fn text_of(path: &str) -> Result<String> {
    let bytes = match std::fs::read(path) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            bail!("there is no project file `{path}`; `callmerit init FILES` writes one for your exports")
        }
        Err(_) if Path::new(path).is_dir() => bail!("the project file `{path}` is a directory; name the file in it"),
        Err(error) => bail!("the project file `{path}` cannot be read: {error}"),
    };
    String::from_utf8(bytes)
        .ok()
        .with_context(|| format!("the project file `{path}` is not text in UTF-8; save it with this encoding"))
}

/// The project in a text; `name` is what to call it in messages.
pub fn parse(name: &str, text: &str, around: &Around<'_>) -> Result<Project> {
    let what = format!("project file `{name}`");
    let (project, lines, _) = read_all(text, PROJECT, &what, |r| project(r, around))?;
    Ok(Project { file: name.to_string(), lines, ..project })
}

/// The zone in which a project's nights begin and end, from the text alone: without it the date of a night is not known,
/// and without the date the rest cannot be read.
pub fn zone_of(text: &str) -> TimeZone {
    let table = text.trim_start_matches('\u{feff}').parse::<toml::Table>();
    let zone = table.ok().and_then(|table| TimeZone::get(table.get("zone")?.as_str()?.trim()).ok());
    zone.unwrap_or(TimeZone::UTC)
}

fn home(key: &str) -> Option<String> {
    match key {
        _ if DEFINITIONS.contains(&key) => Some("belongs into [definitions]".to_string()),
        _ if CSV.contains(&key) => Some("belongs into [csv]".to_string()),
        _ => None,
    }
}

type Read<'a, 't, 'n, 's> = &'a mut Reader<'t, 'n, 's>;

fn project(r: Read<'_, '_, '_, '_>, around: &Around<'_>) -> Project {
    let inputs = inputs(r, around.night);
    r.need("inputs", ": the exports to read, as in inputs = [\"exports/calls-*.csv\"]");
    let outputs = outputs(r, around);
    let tables = word(r, "tables", around.table_formats);
    r.need("outputs", ": the files to write, as in outputs = [\"scorecards.csv\"]");
    let out = r.text("out").unwrap_or_else(|| "out".to_string());
    let filled = |r: Read<'_, '_, '_, '_>, key: &'static str| {
        let text = r.text(key)?;
        fill_one(&text, around.night).map_err(|what| r.wrong(key, what)).ok()
    };
    let project = Project {
        inputs,
        outputs,
        tables,
        out,
        profile: filled(r, "profile"),
        zone: zone(r),
        date_order: word(r, "date_order", &["dmy", "mdy", "ymd"]),
        direction: word(r, "direction", &["inbound", "outbound", "internal", "all"]),
        channel: word(r, "channel", &["voice", "callback", "chat", "email", "message", "other", "all"]),
        from: filled(r, "from"),
        to: filled(r, "to"),
        max_rejected: share(r, "max_rejected"),
        roster: filled(r, "roster"),
        outcomes: filled(r, "outcomes"),
        plan: filled(r, "plan"),
        decisions: filled(r, "decisions"),
        figures: filled(r, "figures"),
        period: filled(r, "period"),
        limit: r.text("limit"),
        pages: r.yes_or_no("pages").unwrap_or(false),
        csv: r.table("csv", csv).unwrap_or_default(),
        keep: r.whole("keep", MOST_NIGHTS),
        ..Project::default()
    };
    if project.keep == Some(0) {
        r.fault("keep", "is 0; the newest night is always kept, so write 1 or more");
    }
    for key in ["period", "decisions", "figures"].into_iter().filter(|_| project.plan.is_none()) {
        r.refuse(key, "is about a plan, and there is none; name it with plan = \"plan.toml\", or take the line out");
    }
    r.table("definitions", |r| definitions(r, &project)).unwrap_or(project)
}

fn csv(r: Read<'_, '_, '_, '_>) -> Csv {
    let delimiter = word(r, "delimiter", &[",", ";", "|", "tab"]);
    let mut is = |key: &'static str| r.yes_or_no(key).unwrap_or(false);
    Csv { delimiter, decimal_comma: is("decimal_comma"), bom: is("bom"), raw_text: is("raw_text") }
}

fn definitions(r: Read<'_, '_, '_, '_>, project: &Project) -> Project {
    let seconds = |r: Read<'_, '_, '_, '_>, key: &'static str| {
        r.number(key, Exact::ZERO, Exact(86_400 * Exact::ONE.0)).map(|s| s.0 as f64 / Exact::ONE.0 as f64)
    };
    Project {
        sl_seconds: seconds(r, "sl_seconds"),
        short_abandon: seconds(r, "short_abandon"),
        sl_formula: r.text("sl_formula"),
        fcr_window: r.text("fcr_window"),
        fcr_match: word(r, "fcr_match", &["customer", "customer+queue", "customer+issue"]),
        ..project.clone()
    }
}

fn inputs(r: Read<'_, '_, '_, '_>, night: Date) -> Vec<Input> {
    let mut inputs = Vec::new();
    for (i, text) in r.texts("inputs").into_iter().enumerate() {
        match fill(&text, night) {
            Ok(filled) => inputs.push(Input { patterns: filled.texts, span: filled.span }),
            Err(what) => r.wrong(&format!("inputs[{}]", i + 1), what),
        }
    }
    inputs
}

fn outputs(r: Read<'_, '_, '_, '_>, around: &Around<'_>) -> Vec<String> {
    let names = r.texts("outputs");
    let mut seen = HashSet::new();
    for (i, name) in names.iter().enumerate() {
        let twice = || (!seen.insert(name.to_lowercase())).then(|| "there is one of that name already".to_string());
        if let Some(what) = (around.output_fault)(name).or_else(twice) {
            r.wrong(&format!("outputs[{}]", i + 1), format!("is `{name}`: {what}"));
        }
    }
    names
}

fn word(r: Read<'_, '_, '_, '_>, key: &'static str, words: &[&'static str]) -> Option<String> {
    let words: Vec<(&str, &str)> = words.iter().map(|word| (*word, *word)).collect();
    r.word(key, &words).map(str::to_string)
}

fn zone(r: Read<'_, '_, '_, '_>) -> Option<String> {
    let zone = r.text("zone")?;
    if TimeZone::get(&zone).is_err() {
        r.wrong("zone", format!("is `{zone}`, which is no time zone; write one like Europe/London or UTC"));
    }
    Some(zone)
}

/// A share with a percent sign or below 1, as a text.
fn share(r: Read<'_, '_, '_, '_>, key: &'static str) -> Option<String> {
    let text = r.amount(key)?;
    let percent = text.strip_suffix('%');
    let number = percent.unwrap_or(&text).trim().parse::<f64>().ok();
    let most = if percent.is_some() { 100.0 } else { 0.999_999 };
    if !number.is_some_and(|n| (0.0..=most).contains(&n)) {
        r.wrong(key, format!("is `{text}`, which is no share; write one like \"1%\" or 0.01"));
    }
    Some(text)
}

impl Project {
    /// The place of a key, for messages.
    pub fn place(&self, key: &str) -> String {
        let line = self.lines.get(key).or_else(|| self.lines.get(key.split(['[', '.']).next()?));
        match line {
            Some(line) => format!("`{}`, line {line}, `{key}`", self.file),
            None => format!("`{}`, `{key}`", self.file),
        }
    }

    /// The exports there are: globs as the files they match, in the order of names. What is not there is told all at once.
    pub fn exports(&self) -> Result<Vec<String>> {
        let mut found = Vec::new();
        let mut faults = Vec::new();
        for (i, input) in self.inputs.iter().enumerate() {
            let key = format!("inputs[{}]", i + 1);
            match self.files_of(input) {
                Ok(files) => found.extend(files),
                Err(what) => faults.push(format!("{}: {what}", self.place(&key))),
            }
        }
        if !faults.is_empty() {
            bail!("{}", faults.join("\n"));
        }
        let mut seen = HashSet::new();
        found.retain(|name| seen.insert(name.clone()));
        Ok(found)
    }

    fn files_of(&self, input: &Input) -> Result<Vec<String>> {
        let mut files = Vec::new();
        let mut last_day = 0;
        for pattern in &input.patterns {
            let matching = match is_there(pattern) {
                true => source::expand(std::slice::from_ref(pattern)).unwrap_or_default(),
                false => Vec::new(),
            };
            last_day = matching.len();
            files.extend(matching);
        }
        let last = input.patterns.last().map_or("", String::as_str);
        if files.is_empty() {
            bail!(
                "no file matches `{last}`{}; is the export late, or named or put elsewhere?",
                if input.span { ", nor that of any day before it" } else { "" }
            );
        }
        // A night of old calls alone would look like any other.
        if last_day == 0 {
            bail!(
                "the export of the last day, `{last}`, is not there; if it is late, run again when it has come, and if there \
                 were no calls, leave out this night"
            );
        }
        if let Some(inside) = files.iter().find(|file| lies_in(file, &self.out)) {
            bail!("`{inside}` lies in `{}`, where the nights are written; keep exports elsewhere", self.out);
        }
        Ok(files)
    }

    /// What a message says of the command line, in the words of the project file.
    pub fn in_own_words(&self, text: &str) -> String {
        const KEYS: [(&str, &str); 23] = [
            ("--date-order", "date_order"),
            ("--max-rejected", "max_rejected"),
            ("--sl-seconds", "definitions.sl_seconds"),
            ("--sl-formula", "definitions.sl_formula"),
            ("--short-abandon", "definitions.short_abandon"),
            ("--fcr-window", "definitions.fcr_window"),
            ("--fcr-match", "definitions.fcr_match"),
            ("--delimiter", "csv.delimiter"),
            ("--decimal-comma", "csv.decimal_comma"),
            ("--bom", "csv.bom"),
            ("--raw-text", "csv.raw_text"),
            ("--direction", "direction"),
            ("--decisions", "decisions"),
            ("--outcomes", "outcomes"),
            ("--figures", "figures"),
            ("--channel", "channel"),
            ("--profile", "profile"),
            ("--roster", "roster"),
            ("--limit", "limit"),
            ("--from", "from"),
            ("--for", "period"),
            ("--tz", "zone"),
            ("--to", "to"),
        ];
        let mut text = text.to_string();
        for (option, key) in KEYS {
            let place = self.lines.get(key).map_or(String::new(), |line| format!(" (line {line})"));
            let name = key.rsplit('.').next().unwrap_or(key);
            text = replaced(&text, option, &format!("`{name}` in {}{place}", self.file));
        }
        text
    }
}

/// A text in which an option is called otherwise; one that only begins alike is another.
fn replaced(text: &str, option: &str, by: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find(option) {
        let behind = &rest[at + option.len()..];
        let whole = !behind.starts_with(|c: char| c.is_alphanumeric() || c == '-');
        out.push_str(&rest[..at]);
        out.push_str(if whole { by } else { option });
        rest = behind;
    }
    out + rest
}

/// Whether a name or a pattern stands for any file.
fn is_there(pattern: &str) -> bool {
    Path::new(pattern).exists() || glob::glob(pattern).is_ok_and(|mut found| found.next().is_some())
}

/// Whether a file lies in a folder or below it, both as written, or as the system knows them.
fn lies_in(file: &str, folder: &str) -> bool {
    let plain = |path: &str| -> std::path::PathBuf {
        let real = std::fs::canonicalize(path).unwrap_or_else(|_| path.into());
        real.components().filter(|part| *part != Component::CurDir).collect()
    };
    Path::new(folder).exists() && plain(file).starts_with(plain(folder))
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn of(text: &str) -> Result<Project> {
        let output_fault = |name: &str| (!name.ends_with(".csv")).then(|| "no ending".to_string());
        parse(
            "callmerit.toml",
            text,
            &Around { night: date(2026, 11, 20), output_fault: &output_fault, table_formats: &["csv"] },
        )
    }

    #[test]
    fn all_faults_come_at_once_with_keys_and_lines() {
        let text = "inputs = [\"{yesteday}.csv\"]\nzone = \"Mars\"\noutput = [\"a.csv\"]\nsl_seconds = 20\nkeep = 0\n\
                    outputs = [\"a.csv\", \"A.csv\",\n  \"b.pdf\"]\nmax_rejected = \"1.5\"\nperiod = \"{month}\"\n";
        let told = of(text).unwrap_err().to_string();
        for expected in [
            "the project file `callmerit.toml` has 9 faults",
            "line 1: `inputs[1]` is `{yesteday}.csv`: `{yesteday}` is no day (did you mean `yesterday`?)",
            "line 2: `zone` is `Mars`",
            "line 3: `output` is no key that a project file has at its top; did you mean `outputs`?",
            "line 4: `sl_seconds` is no key that a project file has at its top; it belongs into [definitions]",
            "line 5: `keep` is 0",
            "line 6: `outputs[2]` is `A.csv`: there is one of that name already",
            "line 7: `outputs[3]` is `b.pdf`: no ending",
            "line 8: `max_rejected` is `1.5`",
            "line 9: `period` is about a plan, and there is none",
        ] {
            assert!(told.contains(expected), "{expected}\n---\n{told}");
        }
        let told = of("").unwrap_err().to_string();
        assert!(told.contains("`inputs` is missing") && told.contains("`outputs` is missing"), "{told}");
    }

    #[test]
    fn days_are_filled_in_where_days_may_stand() {
        let text = "inputs = [\"c-{day-1..yesterday}.csv\"]\noutputs = [\"a.csv\"]\nto = \"{yesterday}\"\n\
                    [definitions]\nsl_seconds = 12.5\n";
        let project = of(text).unwrap();
        assert_eq!(project.inputs[0].patterns, ["c-2026-11-19.csv", "c-2026-11-20.csv"]);
        assert_eq!((project.to.as_deref(), project.sl_seconds), (Some("2026-11-20"), Some(12.5)));
        assert_eq!((project.out.as_str(), project.keep), ("out", None));
    }

    #[test]
    fn messages_name_keys_instead_of_options() {
        let project = of("zone = \"UTC\"\ninputs = [\"a\"]\noutputs = [\"a.csv\"]\n").unwrap();
        assert_eq!(
            project.in_own_words("say --tz or --to"),
            "say `zone` in callmerit.toml (line 1) or `to` in callmerit.toml"
        );
        assert_eq!(zone_of("zone = \"Europe/London\"\nx = 1"), TimeZone::get("Europe/London").unwrap());
    }
}
