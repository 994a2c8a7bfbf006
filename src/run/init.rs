//! `callmerit init`: a project file for exports.

use super::{Outcome, Surroundings, load};
use crate::cli::ReadArgs;
use crate::nightly::begin;
use crate::read::profile::{self, Field};
use crate::read::{FileReport, Why};
use crate::write::{self, Readers};
use anyhow::{Result, bail};
use std::path::Path;

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
            "report.html", "team.xlsx", "report.md", "report.json", "scorecards.csv", "measures.csv", "signals.csv",
            "days.csv", "queues.csv",
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
