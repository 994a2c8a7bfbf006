//! What was asked for on the command line, as options; with what to do where it cannot be meant.

use super::Surroundings;
use crate::cli::{CsvArgs, DefinitionArgs, OutputArgs, ReadArgs};
use crate::contacts::{Match, Period};
use crate::metrics::{Definitions, Dimension, ServiceLevel};
use crate::names::{hint, hint_of_files, hint_of_zones};
use crate::read::{self, Wanted, profile};
use crate::write::{self, Dialect, Form, Format, Look};
use anyhow::{Context, Result, bail};
use jiff::tz::TimeZone;

/// A handle-time limit, ms.
pub fn limit_ms(text: &str) -> Result<u32> {
    let ms = span_ms("--limit", text)
        .ok()
        .with_context(|| format!("--limit `{text}` is no handle time; write one like 7m or 420s"))?;
    if !(120_000..=1_200_000).contains(&ms) || ms % 1_000 != 0 {
        bail!("--limit must be from 2m to 20m, in whole seconds, as in 7m or 420s");
    }
    Ok(ms as u32)
}

pub fn grouping(text: &str) -> Result<Vec<Dimension>> {
    if text == "none" {
        return Ok(Vec::new());
    }
    let mut dimensions = Vec::new();
    for name in text.split(',').map(str::trim) {
        let Some(dimension) = Dimension::ALL.into_iter().find(|d| d.name() == name) else {
            let names: Vec<&str> = Dimension::ALL.iter().map(|d| d.name()).collect();
            bail!("--by `{name}` is no group{}; it can be none or {}", hint(name, &names), names.join(", "));
        };
        if !dimensions.contains(&dimension) {
            dimensions.push(dimension);
        }
    }
    Ok(dimensions)
}

/// The form of what is not the whole report.
pub fn output_form(output: &OutputArgs, around: &Surroundings<'_>) -> Result<Form> {
    match any_form(output, around)? {
        Form { format: Format::Html, .. } => Err(write::no_page()),
        form => Ok(form),
    }
}

/// How the result is to be written; on a terminal the usual format is a table, in a pipe CSV.
pub fn any_form(output: &OutputArgs, around: &Surroundings<'_>) -> Result<Form> {
    // Before the work, not after it.
    let format = match &output.output {
        Some(path) => {
            write::can_write(path)?;
            write::format_of(path, output.format)?
        }
        None => {
            let usual = if around.terminal { Format::Table } else { Format::Csv };
            for_stdout(output.format.unwrap_or(usual), around)?
        }
    };
    // A file looks the same everywhere.
    let look = if output.output.is_some() { Look::FILE } else { around.look };
    Ok(Form { format, look, dialect: dialect(&output.csv, &[format])? })
}

/// A format that standard output can take.
pub fn for_stdout(format: Format, around: &Surroundings<'_>) -> Result<Format> {
    if format.is_binary() && around.terminal {
        let name = format.name();
        bail!("--format {name} is not for a screen; name a file with -o FILE.{name}");
    }
    Ok(format)
}

/// How CSV and TSV are written; refused where there is none among the formats.
pub fn dialect(asked: &CsvArgs, formats: &[Format]) -> Result<Dialect> {
    let given = [
        (asked.delimiter.is_some(), "--delimiter"),
        (asked.decimal_comma, "--decimal-comma"),
        (asked.bom, "--bom"),
        (asked.raw_text, "--raw-text"),
    ];
    let names: Vec<&str> = given.iter().filter(|(given, _)| *given).map(|(_, name)| *name).collect();
    let (has_csv, has_tsv) = (formats.contains(&Format::Csv), formats.contains(&Format::Tsv));
    if !names.is_empty() && !has_csv && !has_tsv {
        let formats: Vec<String> = formats.iter().map(|format| format.name()).collect();
        bail!(
            "{} {} for CSV and TSV, and what is written here is {}; leave {} out, or say --format csv",
            names.join(" and "),
            if names.len() == 1 { "is" } else { "are" },
            formats.join(" and "),
            if names.len() == 1 { "it" } else { "them" },
        );
    }
    let delimiter = match asked.delimiter.as_deref() {
        Some(_) if !has_csv => bail!("--delimiter is for CSV, and TSV has tabs; leave it out, or say --format csv"),
        Some("," | "comma") if asked.decimal_comma => {
            bail!("--decimal-comma needs another delimiter than a comma; leave --delimiter out, and it is a semicolon")
        }
        Some("," | "comma") => b',',
        Some(";" | "semicolon") => b';',
        Some("|" | "bar") => b'|',
        Some("\t" | "\\t" | "tab") => b'\t',
        Some(other) => bail!("--delimiter `{other}` is not known; it is a comma, a semicolon, a bar or tab: , ; | tab"),
        None if asked.decimal_comma => b';',
        None => b',',
    };
    Ok(Dialect { delimiter, decimal_comma: asked.decimal_comma, bom: asked.bom, raw_text: asked.raw_text })
}

pub fn definitions_of(asked: &DefinitionArgs) -> Result<Definitions> {
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
            format!("--sl-formula `{name}` is not known{}; it is one of {}", hint(name, &names), names.join(", "))
        })?,
    };
    let window = match &asked.repeat.fcr_window {
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
pub fn span_ms(option: &str, text: &str) -> Result<i64> {
    let has_unit = text.bytes().last().is_some_and(|b| b.is_ascii_alphabetic());
    match read::duration::parse(text.as_bytes(), read::duration::Unit::S) {
        Some(ms) if has_unit => Ok(ms),
        _ => bail!("{option} `{text}` is no span of time; write one like 7d, 72h or 30m"),
    }
}

/// How the files are read.
pub fn read_options<'a>(
    args: &ReadArgs,
    dimensions: &[Dimension],
    issue: bool,
    around: &Surroundings<'a>,
) -> Result<read::Options<'a>> {
    if let Some(text) = &args.max_rejected {
        allowed_share(text)?;
    }
    let zone = match &args.tz {
        Some(name) => Some(TimeZone::get(name).ok().with_context(|| {
            let near = hint_of_zones(name);
            format!("--tz `{name}` is no time zone{near}; write one like Europe/London, America/New_York or UTC")
        })?),
        None => None,
    };
    let kept = |asked: &Option<String>, usual: &'static str, words: &'static [&'static str]| match asked.as_deref() {
        Some("all") => None,
        Some(word) => words.iter().copied().find(|w| *w == word),
        None => Some(usual),
    };
    let date_order = args.date_order.as_deref().and_then(read::time::Format::parse);
    if args.threads == Some(0) {
        bail!("--threads 0 leaves nobody to work; give 1 or more");
    }
    Ok(read::Options {
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
    })
}

pub fn threads(args: &ReadArgs, around: &Surroundings<'_>) -> usize {
    args.threads.unwrap_or(around.cores).clamp(1, 256)
}

/// A profile by file name, or a built-in one by its own.
pub fn given_profile(name: &str) -> Result<profile::Profile> {
    if let Some((_, text)) = profile::BUILT_IN.iter().find(|(built_in, _)| *built_in == name) {
        return profile::parse(text);
    }
    let text = match std::fs::read_to_string(name) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            let near = match hint(name, &profile::names()) {
                none if none.is_empty() => hint_of_files(name),
                near => near,
            };
            bail!("--profile `{name}` is neither a file nor a built-in profile{near}; `callmerit profiles` lists those")
        }
        Err(error) => bail!("--profile `{name}` cannot be read: {error}"),
    };
    profile::parse(&text).with_context(|| format!("--profile `{name}`"))
}

/// The asked-for period, in the zone of the log.
pub fn period(args: &ReadArgs, zone: &TimeZone) -> Result<Option<Period>> {
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

/// The share that `--max-rejected` allows.
pub fn allowed_share(text: &str) -> Result<f64> {
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
