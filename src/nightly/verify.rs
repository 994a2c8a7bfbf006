//! A night's folder beside its manifest, beside the files it was made from, and beside a night computed again.

use super::folder::differences;
use super::inputs::{hash_of, sha256};
use super::night::{Input, Manifest, Night};
use anyhow::Result;
use std::path::Path;

/// Lines of a changed file that are told.
const SHOWN_LINES: usize = 5;
/// More lines than this are compared only from both ends.
const MOST_LINES: usize = 3_000;

/// What was found; nothing where every byte agrees.
#[derive(Debug, Default)]
pub struct Differences {
    /// The folder is not as it was written.
    pub folder: Vec<String>,
    /// What the night was made from is not what it was; the night itself may be whole.
    pub inputs: Vec<String>,
    /// The night computed again is another one.
    pub computed: Vec<String>,
    /// The exports and the copies of everything else are what they were, so that the night can be computed again.
    pub computable: bool,
}

impl Differences {
    pub fn is_empty(&self) -> bool {
        self.folder.is_empty() && self.inputs.is_empty() && self.computed.is_empty()
    }
}

/// Compares a folder with its manifest, and with the inputs as they are now in the project's folder `home`.
pub fn compare(folder: &Path, manifest: &Manifest, home: &Path) -> Differences {
    let mut found = Differences { folder: differences(folder, manifest), computable: true, ..Differences::default() };
    for input in &manifest.inputs {
        let changed = changed(input, folder, home);
        found.computable &= match &input.copy {
            Some(copy) => hash_of(&folder.join(copy)).is_ok_and(|(_, hash)| hash == input.sha256),
            None => changed.is_empty(),
        };
        found.inputs.extend(changed);
    }
    found
}

/// Says where a night that was computed again differs.
pub fn compare_computed(manifest: &Manifest, again: &Night) -> Result<Vec<String>> {
    let mut told = Vec::new();
    for output in manifest.own_outputs() {
        match again.manifest.own_outputs().find(|other| other.file == output.file) {
            Some(other) if other.sha256 == output.sha256 => {}
            Some(_) => told.push(format!("`{}` comes out otherwise when it is computed again", output.file)),
            None => told.push(format!("`{}` does not come out when the night is computed again", output.file)),
        }
    }
    for other in again.manifest.own_outputs() {
        if !manifest.own_outputs().any(|output| output.file == other.file) {
            told.push(format!("`{}` comes out as well when the night is computed again", other.file));
        }
    }
    // What the manifest says of its own folder and program is not computed.
    let own = ["outputs", "restates", "callmerit", "home"];
    let (then, now) = (serde_json::to_value(manifest)?, serde_json::to_value(&again.manifest)?);
    for (key, value) in then.as_object().into_iter().flatten().filter(|(key, _)| !own.contains(&key.as_str())) {
        if now.get(key) != Some(value) {
            told.push(format!("`manifest.json` has other `{key}` than the night computed again"));
        }
    }
    Ok(told)
}

/// How an input differs from what it was.
fn changed(input: &Input, folder: &Path, home: &Path) -> Vec<String> {
    let what = format!("{} `{}`", input.role, input.path);
    let path = home.join(&input.path);
    let bytes = match hash_of(&path) {
        Ok((_, hash)) if hash == input.sha256 => return Vec::new(),
        Ok((bytes, _)) => bytes,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            return vec![format!("{what} is not there any more")];
        }
        Err(error) => return vec![format!("{what} cannot be read: {error}")],
    };
    let then = input.copy.as_ref().and_then(|copy| std::fs::read(folder.join(copy)).ok());
    let then = then.filter(|then| sha256(then) == input.sha256);
    let Some((then, now)) = then.zip(std::fs::read(&path).ok()) else {
        return vec![format!("{what} has been changed: it had {} bytes and has {bytes}", input.bytes)];
    };
    // Names and amounts of people are told by their lines alone.
    let shown = ["plan", "project", "profile"].contains(&input.role.as_str());
    let (then, now) = (String::from_utf8_lossy(&then).into_owned(), String::from_utf8_lossy(&now).into_owned());
    let lines = changed_lines(&then, &now);
    let mut told: Vec<String> = lines
        .iter()
        .take(SHOWN_LINES)
        .map(|line| match line {
            Line::Gone(at, text) if shown => format!("{what}, line {at} is gone: {}", text.trim()),
            Line::Gone(at, _) => format!("{what}, line {at} is gone"),
            Line::New(at, text) if shown => format!("{what}, line {at} is new: {}", text.trim()),
            Line::New(at, _) => format!("{what}, line {at} is new"),
            Line::Other(at, then, now) if shown => {
                format!("{what}, line {at} was {}, and is {}", then.trim(), now.trim())
            }
            Line::Other(at, ..) => format!("{what}, line {at} is another"),
        })
        .collect();
    if lines.len() > SHOWN_LINES {
        told.push(format!("{what}: {} more lines differ", lines.len() - SHOWN_LINES));
    }
    if lines.is_empty() {
        told.push(format!("{what} differs in line ends or encoding"));
    }
    told
}

/// A line that differs, with its number: of the old text if it is gone, else of the new one.
#[derive(Debug, PartialEq, Eq)]
enum Line<'t> {
    Gone(usize, &'t str),
    New(usize, &'t str),
    Other(usize, &'t str, &'t str),
}

/// The lines in which two texts differ, by their longest common sequence.
fn changed_lines<'t>(then: &'t str, now: &'t str) -> Vec<Line<'t>> {
    let (old, new): (Vec<&str>, Vec<&str>) = (then.lines().collect(), now.lines().collect());
    let head = old.iter().zip(&new).take_while(|(a, b)| a == b).count();
    let tail = old[head..].iter().rev().zip(new[head..].iter().rev()).take_while(|(a, b)| a == b).count();
    let (old, new) = (&old[head..old.len() - tail], &new[head..new.len() - tail]);
    let together = common(old, new);
    let mut lines = Vec::new();
    let (mut i, mut j) = (0, 0);
    for (to_i, to_j) in together.into_iter().chain([(old.len(), new.len())]) {
        while i < to_i && j < to_j {
            lines.push(Line::Other(head + j + 1, old[i], new[j]));
            (i, j) = (i + 1, j + 1);
        }
        lines.extend((i..to_i).map(|at| Line::Gone(head + at + 1, old[at])));
        lines.extend((j..to_j).map(|at| Line::New(head + at + 1, new[at])));
        (i, j) = (to_i + 1, to_j + 1);
    }
    lines
}

/// Positions of the longest common sequence.
fn common(old: &[&str], new: &[&str]) -> Vec<(usize, usize)> {
    if old.len().max(new.len()) > MOST_LINES {
        return Vec::new();
    }
    let width = new.len() + 1;
    let mut length = vec![0u16; (old.len() + 1) * width];
    for i in (0..old.len()).rev() {
        for j in (0..new.len()).rev() {
            length[i * width + j] = match old[i] == new[j] {
                true => length[(i + 1) * width + j + 1] + 1,
                false => length[(i + 1) * width + j].max(length[i * width + j + 1]),
            };
        }
    }
    let (mut i, mut j) = (0, 0);
    let mut pairs = Vec::new();
    while i < old.len() && j < new.len() {
        if old[i] == new[j] {
            pairs.push((i, j));
            (i, j) = (i + 1, j + 1);
        } else if length[(i + 1) * width + j] >= length[i * width + j + 1] {
            i += 1;
        } else {
            j += 1;
        }
    }
    pairs
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changed_lines_are_told_by_number() {
        assert_eq!(changed_lines("a\nb\nc\n", "a\nx\nc\n"), [Line::Other(2, "b", "x")]);
        assert_eq!(changed_lines("a\nb\nc\n", "a\nc\n"), [Line::Gone(2, "b")]);
        let moved = changed_lines("a\nb\nc\nd\ne\n", "a\nx\nc\nd\ny\nz\ne\n");
        assert_eq!(moved, [Line::Other(2, "b", "x"), Line::New(5, "y"), Line::New(6, "z")]);
        assert_eq!(changed_lines("a\r\nb", "a\nb\n"), []);
    }
}
