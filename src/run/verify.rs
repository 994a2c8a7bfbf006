//! `callmerit verify`: a night beside its manifest, its inputs, and itself computed again.

use super::nightly::{compute, enter, understood};
use super::{Outcome, Surroundings};
use crate::nightly::night::{Manifest, Night};
use crate::nightly::restate::{key_figures_of, moved};
use crate::nightly::{inputs, project, verify as verification};
use anyhow::{Context, Result, bail};
use jiff::civil::Date;
use std::path::{Component, Path, PathBuf};

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
