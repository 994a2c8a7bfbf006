//! From a night to its folder, whole or not at all, and which nights there are.
//!
//! A night is written into a folder beside its place, on the same file system, brought to the disk, and renamed. What a killed
//! run leaves behind begins with `.callmerit-` and is removed by the next run, under the lock.

use super::inputs::hash_of;
use super::night::{MANIFEST, Manifest, Night};
use crate::write::{self, Readers};
use anyhow::{Context, Result, bail};
use jiff::civil::Date;
use std::collections::BTreeSet;
use std::fs::{self, File, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};

/// The night that is being written, the one that is being removed, and the new pointer.
const NEW: &str = ".callmerit-new";
const OLD: &str = ".callmerit-old";
const NEW_LATEST: &str = ".callmerit-latest";
/// Points to the newest night.
const LATEST: &str = "latest";

/// The name of a night's folder: the first of a date is called by it, the second has `.2` behind it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Name {
    pub date: Date,
    pub number: u32,
}

impl Name {
    pub fn parse(text: &str) -> Option<Name> {
        let (date, number) = match text.split_once('.') {
            Some((date, number)) => (date, number.parse().ok().filter(|n| *n > 1)?),
            None => (text, 1),
        };
        let name = Name { date: date.parse().ok()?, number };
        (name.text() == text).then_some(name)
    }

    pub fn text(self) -> String {
        match self.number {
            1 => self.date.to_string(),
            number => format!("{}.{number}", self.date),
        }
    }
}

/// The folder of all nights, made if it is not there.
pub fn open(out: &str) -> Result<PathBuf> {
    let path = PathBuf::from(out);
    if path.exists() && !path.is_dir() {
        bail!("`{out}` is a file; name a folder for the nights with `out`");
    }
    fs::create_dir_all(&path).with_context(|| format!("the folder `{out}` cannot be made"))?;
    Ok(path)
}

/// Removes what a killed run has left; only under the lock.
pub fn clean(out: &Path) -> Result<()> {
    for name in [NEW, OLD, NEW_LATEST] {
        remove(&out.join(name))?;
    }
    Ok(())
}

fn remove(path: &Path) -> Result<()> {
    let Ok(metadata) = fs::symlink_metadata(path) else { return Ok(()) };
    let removed = if metadata.is_dir() { fs::remove_dir_all(path) } else { fs::remove_file(path) };
    removed.with_context(|| format!("`{}`, left by an earlier run, cannot be removed", path.display()))
}

/// The nights that are there, by date and number.
pub fn nights(out: &Path) -> Result<Vec<Name>> {
    let explain = || format!("the folder `{}` cannot be read", out.display());
    let mut names = Vec::new();
    for entry in fs::read_dir(out).with_context(explain)? {
        let entry = entry.with_context(explain)?;
        let name = entry.file_name().to_str().and_then(Name::parse);
        let is_night = || fs::symlink_metadata(entry.path().join(MANIFEST)).is_ok_and(|m| m.is_file());
        names.extend(name.filter(|_| is_night()));
    }
    names.sort_unstable();
    Ok(names)
}

/// The name that the next night of a date gets; something else of that name stops the run.
pub fn free_name(out: &Path, date: Date, nights: &[Name]) -> Result<Name> {
    let last = nights.iter().filter(|name| name.date == date).map(|name| name.number).max().unwrap_or(0);
    let name = Name { date, number: last + 1 };
    if fs::symlink_metadata(out.join(name.text())).is_ok() {
        bail!("`{}` is there and is no night that this program wrote; move it away", out.join(name.text()).display());
    }
    Ok(name)
}

/// Writes a night, and makes it the newest if it is.
pub fn put(out: &Path, name: Name, night: &Night) -> Result<()> {
    let staged = out.join(NEW);
    let written = stage(&staged, night).and_then(|()| {
        fs::rename(&staged, out.join(name.text()))?;
        sync_folder(out)
    });
    if let Err(error) = written {
        // The reason is told, not what follows from it.
        let _ = remove(&staged);
        let place = out.join(name.text());
        return Err(error).with_context(|| format!("`{}` cannot be written", place.display()));
    }
    Ok(())
}

fn stage(folder: &Path, night: &Night) -> std::io::Result<()> {
    fs::create_dir(folder)?;
    let mut folders = BTreeSet::from([folder.to_path_buf()]);
    for file in &night.files {
        let path = folder.join(&file.name);
        let parent = path.parent().unwrap_or(folder).to_path_buf();
        if !folders.contains(&parent) {
            fs::create_dir_all(&parent)?;
            folders.insert(parent);
        }
        put_file(&path, file)?;
    }
    let manifest = night.manifest.text().map_err(std::io::Error::other)?;
    put_file(&folder.join(MANIFEST), &write::File { name: MANIFEST.into(), bytes: manifest, readers: Readers::Owner })?;
    folders.iter().try_for_each(|folder| sync_folder(folder))
}

fn put_file(path: &Path, file: &write::File) -> std::io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        // Of the usual rights the umask takes its part.
        options.mode(if file.readers == Readers::Owner { 0o600 } else { 0o666 });
    }
    let mut open = options.open(path)?;
    open.write_all(&file.bytes)?;
    open.sync_all()
}

/// A folder's entries are on the disk only when the folder is.
fn sync_folder(folder: &Path) -> std::io::Result<()> {
    if cfg!(unix) { File::open(folder)?.sync_all() } else { Ok(()) }
}

/// Lets `latest` point to the newest night: a link, or where there are none, a file with its name.
pub fn point_latest(out: &Path, newest: Name) -> Result<()> {
    let (target, pointer, new) = (newest.text(), out.join(LATEST), out.join(NEW_LATEST));
    let points = match fs::read_link(&pointer) {
        Ok(link) => link == Path::new(&target),
        Err(_) => fs::read_to_string(&pointer).is_ok_and(|text| text.trim() == target),
    };
    if points {
        return Ok(());
    }
    let explain = || format!("`{}` cannot be written", pointer.display());
    if fs::symlink_metadata(&pointer).is_ok_and(|m| m.is_dir()) {
        bail!("`{}` is a folder, where the newest night is to be told; move it away", pointer.display());
    }
    if link(&target, &new).is_err() {
        fs::write(&new, format!("{target}\n")).with_context(explain)?;
    }
    fs::rename(&new, &pointer).and_then(|()| sync_folder(out)).with_context(explain)
}

#[cfg(unix)]
fn link(target: &str, at: &Path) -> std::io::Result<()> {
    std::os::unix::fs::symlink(target, at)
}

#[cfg(not(unix))]
fn link(_: &str, _: &Path) -> std::io::Result<()> {
    Err(std::io::ErrorKind::Unsupported.into())
}

/// What was removed, and what was not and why.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Pruned {
    pub removed: Vec<String>,
    pub kept: Vec<String>,
}

/// Removes all nights but those of the newest `keep` dates and of `made`, the one that was made just now. A night in which
/// somebody put something, or changed something, stays.
pub fn prune(out: &Path, keep: usize, made: Date) -> Result<Pruned> {
    let nights = nights(out)?;
    let dates: BTreeSet<Date> = nights.iter().map(|name| name.date).collect();
    let first_kept = dates.iter().rev().nth(keep.max(1) - 1).copied();
    let mut pruned = Pruned::default();
    let is_old = |name: &&Name| name.date != made && first_kept.is_some_and(|first| name.date < first);
    for name in nights.iter().filter(is_old) {
        let folder = out.join(name.text());
        let foreign =
            Manifest::read(&folder).map_or_else(|error| vec![format!("{error:#}")], |m| differences(&folder, &m));
        if let Some(what) = foreign.first() {
            pruned.kept.push(format!("`{}` is kept, since it is not as it was written: {what}", folder.display()));
            continue;
        }
        // Whole or gone, also if this run is killed.
        let explain = || format!("`{}` cannot be removed", folder.display());
        fs::rename(&folder, out.join(OLD)).with_context(explain)?;
        fs::remove_dir_all(out.join(OLD)).with_context(explain)?;
        pruned.removed.push(name.text());
    }
    Ok(pruned)
}

/// How a night's folder differs from its manifest.
pub fn differences(folder: &Path, manifest: &Manifest) -> Vec<String> {
    let mut told = Vec::new();
    let mut known = BTreeSet::from([MANIFEST.to_string()]);
    if fs::read(folder.join(MANIFEST)).ok() != manifest.text().ok() {
        told.push(format!("`{MANIFEST}` has been changed since it was written"));
    }
    let outputs = manifest.outputs.iter().map(|output| (&output.file, &output.sha256));
    let copies = manifest.inputs.iter().filter_map(|input| Some((input.copy.as_ref()?, &input.sha256)));
    for (file, hash) in outputs.chain(copies) {
        known.insert(file.clone());
        match hash_of(&folder.join(file)) {
            Ok((_, now)) if now == *hash => {}
            Ok(_) => told.push(format!("`{file}` has been changed since it was written")),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => told.push(format!("`{file}` is missing")),
            Err(error) => told.push(format!("`{file}` cannot be read: {error}")),
        }
    }
    for file in files_below(folder, "") {
        if !known.contains(&file) {
            told.push(format!("`{}` was put there by somebody else", file.escape_debug()));
        }
    }
    told
}

/// Names of all files in a folder and below it, in their order; folders that cannot be read have none.
fn files_below(folder: &Path, before: &str) -> Vec<String> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let name = format!("{before}{}", entry.file_name().to_string_lossy());
        if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            files.extend(files_below(&entry.path(), &format!("{name}/")));
        } else {
            files.push(name);
        }
    }
    files.sort();
    files
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_nights_are_dates_and_numbers() {
        let name = |text| Name::parse(text).map(Name::text);
        assert_eq!(name("2026-11-20").as_deref(), Some("2026-11-20"));
        assert_eq!(name("2026-11-20.12").as_deref(), Some("2026-11-20.12"));
        for other in ["2026-11-20.1", "2026-11-20.02", "2026-11-20.", "20261120", "2026-11-31", "latest", ".2026-11-20"]
        {
            assert_eq!(name(other), None, "{other}");
        }
        assert!(Name::parse("2026-11-20.10") > Name::parse("2026-11-20.9"));
    }
}
