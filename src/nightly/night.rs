//! One night's folder as it is to be: its files, and the manifest that says how they came about.

use super::inputs::{Seen, copy_name, sha256};
use super::restate::{KEY_FIGURES, KeyFigure, Moved, RESTATEMENT, key_figures_csv, restatement_csv};
use crate::report::{DefinitionsReport, IntakeReport};
use crate::write::{File, Readers};
use anyhow::{Context, Result, bail};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::Path;

/// The last file to be written; a folder without it is no night.
pub const MANIFEST: &str = "manifest.json";
/// The version of what a manifest looks like.
const LAYOUT: u32 = 1;

/// How a night came about; the file `manifest.json`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Manifest {
    /// Version of what a manifest looks like.
    pub layout: u32,
    /// The version of the program.
    pub callmerit: String,
    /// Day of the night, as in `2026-03-02`.
    pub date: String,
    /// The night of the same date that this one stands beside, and what moved since; null where there is none.
    pub restates: Option<Restates>,
    /// The project's folder as seen from the folder of nights; null where that is not told by a relative path.
    pub home: Option<String>,
    /// The files that the night was made from.
    pub inputs: Vec<Input>,
    /// The choices behind the numbers.
    #[schemars(with = "DefinitionsReport")]
    pub definitions: serde_json::Value,
    pub counts: Counts,
    /// The files of the folder, but for this one.
    pub outputs: Vec<Output>,
    /// What was said on standard error.
    pub notes: Vec<String>,
    /// The exit code: 1 where the folder is written and something remains to be seen to.
    pub exit: u8,
}

/// What a restatement restates.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Restates {
    /// Name of the folder of that night.
    pub night: String,
    /// The inputs that are not what they were, by path.
    pub inputs: Vec<String>,
    /// The key figures that are not what they were.
    pub moved: Vec<Moved>,
}

/// A file that the night was made from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Input {
    /// What it is read as: an export, a roster, a plan and the like.
    pub role: String,
    /// Its path, as the project names it.
    pub path: String,
    /// Its length in bytes.
    pub bytes: u64,
    /// Rows of an export; null for other files.
    pub rows: Option<u64>,
    /// SHA-256 of its bytes, in hexadecimal digits.
    pub sha256: String,
    /// Its copy within the folder; null for exports and outcomes, which are not copied.
    pub copy: Option<String>,
}

/// The ledger of all rows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Counts {
    /// Rows read.
    pub rows: u64,
    /// Rows kept.
    pub kept: u64,
    /// Rows that should have been usable and were not, part of those left out.
    pub rejected: u64,
    /// Rows left out, by reason; with `kept` they sum to `rows`.
    pub left_out: BTreeMap<String, u64>,
}

/// A file of the folder.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Output {
    /// Name of the file.
    pub file: String,
    /// Its length in bytes.
    pub bytes: u64,
    /// SHA-256 of its bytes, in hexadecimal digits.
    pub sha256: String,
}

/// All that a night's folder is to hold.
#[derive(Debug)]
pub struct Night {
    /// Outputs, key figures and copies; the manifest comes behind them.
    pub files: Vec<File>,
    pub key_figures: Vec<KeyFigure>,
    pub manifest: Manifest,
}

/// What a night is made of.
pub struct Parts {
    pub date: String,
    pub home: Option<String>,
    pub seen: Vec<Seen>,
    /// Rows by path of the exports.
    pub rows: BTreeMap<String, u64>,
    pub definitions: serde_json::Value,
    pub intake: IntakeReport,
    pub outputs: Vec<File>,
    pub key_figures: Vec<KeyFigure>,
    pub notes: Vec<String>,
    pub exit: u8,
}

/// Puts a night together.
pub fn night(parts: Parts) -> Night {
    let mut files = parts.outputs;
    files.push(File {
        name: KEY_FIGURES.to_string(),
        bytes: key_figures_csv(&parts.key_figures),
        readers: Readers::Owner,
    });
    let outputs = files.iter().map(output).collect();
    let mut inputs = Vec::new();
    for seen in parts.seen {
        let copy = seen.copy.is_some().then(|| copy_name(seen.role, &seen.path));
        inputs.push(Input {
            role: seen.role.to_string(),
            rows: parts.rows.get(&seen.path).copied(),
            bytes: seen.bytes,
            sha256: seen.sha256,
            copy: copy.clone(),
            path: seen.path,
        });
        if let Some((name, bytes)) = copy.zip(seen.copy) {
            files.push(File { name, bytes, readers: Readers::Owner });
        }
    }
    let IntakeReport { rows, kept, rejected, left_out } = parts.intake;
    let manifest = Manifest {
        layout: LAYOUT,
        callmerit: env!("CARGO_PKG_VERSION").to_string(),
        date: parts.date,
        restates: None,
        home: parts.home,
        inputs,
        definitions: parts.definitions,
        counts: Counts { rows, kept, rejected, left_out },
        outputs,
        notes: parts.notes,
        exit: parts.exit,
    };
    Night { files, key_figures: parts.key_figures, manifest }
}

fn output(file: &File) -> Output {
    Output { file: file.name.clone(), bytes: file.bytes.len() as u64, sha256: sha256(&file.bytes) }
}

impl Night {
    /// The same night as one that stands beside an earlier one of its date.
    pub fn restating(mut self, night: &str, earlier: &Manifest, moved: Vec<Moved>) -> Night {
        let file = File { name: RESTATEMENT.to_string(), bytes: restatement_csv(&moved), readers: Readers::Owner };
        self.manifest.outputs.push(output(&file));
        self.files.push(file);
        let inputs = changed_inputs(earlier, &self.manifest);
        self.manifest.restates = Some(Restates { night: night.to_string(), inputs, moved });
        self
    }
}

/// The inputs that two nights do not share, by path, those of the later one first.
pub fn changed_inputs(earlier: &Manifest, later: &Manifest) -> Vec<String> {
    let has = |manifest: &Manifest, input: &Input| {
        let alike =
            |other: &Input| (&other.role, &other.path, &other.sha256) == (&input.role, &input.path, &input.sha256);
        manifest.inputs.iter().any(alike)
    };
    let only = |of: &Manifest, other: &Manifest| -> Vec<String> {
        of.inputs.iter().filter(|input| !has(other, input)).map(|input| input.path.clone()).collect()
    };
    let mut changed = only(later, earlier);
    changed.extend(only(earlier, later).into_iter().filter(|path| !later.inputs.iter().any(|i| i.path == *path)));
    changed
}

impl Manifest {
    /// What the night itself put out, without the account of what moved.
    pub fn own_outputs(&self) -> impl Iterator<Item = &Output> {
        self.outputs.iter().filter(|output| output.file != RESTATEMENT)
    }

    /// Whether another night put out the same bytes.
    pub fn same_outputs(&self, other: &Manifest) -> bool {
        self.own_outputs().eq(other.own_outputs())
    }

    pub fn text(&self) -> Result<Vec<u8>> {
        Ok((serde_json::to_string_pretty(self)? + "\n").into_bytes())
    }

    /// The manifest of a night's folder.
    pub fn read(folder: &Path) -> Result<Manifest> {
        let path = folder.join(MANIFEST);
        if !path.exists() {
            bail!(
                "`{}` is no night: it has no {MANIFEST}; name one, as in out/2026-11-20 or out/latest",
                folder.display()
            );
        }
        let text = std::fs::read(&path).with_context(|| format!("`{}` cannot be read", path.display()))?;
        let wrong = || format!("`{}` is no manifest of a night", path.display());
        let value: serde_json::Value = serde_json::from_slice(&text).with_context(wrong)?;
        match value.get("layout").and_then(serde_json::Value::as_u64) {
            Some(layout) if layout > u64::from(LAYOUT) => {
                let by = value.get("callmerit").and_then(serde_json::Value::as_str).unwrap_or("a later version");
                bail!("`{}` was written by callmerit {by}; use that version or a later one", path.display())
            }
            _ => serde_json::from_value(value).with_context(wrong),
        }
    }
}
