//! The order of the modules: each uses only those before it, so that the data has one way.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// The modules in the order of the data's way; docs/architecture.md tells what each is for.
const ORDER: [&str; 32] = [
    "stats", "money", "names", "call_log", "intake", "read", "sheet", "roster", "figures", "decisions", "outcomes",
    "contacts", "metrics", "overview", "strata", "signals", "judge", "scorecards", "plan", "incentives", "goals",
    "trial", "explain", "report", "findings", "write", "log", "export", "nightly", "schema", "cli", "run",
];
/// A file longer than this has grown two jobs.
const LONGEST_FILE: usize = 1_000;

fn files_below(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).expect("a folder of sources") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            files.extend(files_below(&path));
        } else if path.extension().is_some_and(|e| e == "rs") {
            files.push(path);
        }
    }
    files.sort();
    files
}

/// The modules of the crate that a text names after `crate::`, also inside braces.
fn used(text: &str) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for (at, _) in text.match_indices("crate::") {
        let rest = &text[at + "crate::".len()..];
        let list = match rest.strip_prefix('{') {
            Some(inside) => inside.split('}').next().unwrap_or(""),
            None => rest,
        };
        for part in list.split(',').take(if rest.starts_with('{') { usize::MAX } else { 1 }) {
            let name: String = part.trim().chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
            names.insert(name);
        }
    }
    names
}

#[test]
fn every_module_uses_only_those_before_it() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut seen = BTreeSet::new();
    for file in files_below(&source) {
        let inside = file.strip_prefix(&source).expect("below src").to_string_lossy().replace('\\', "/");
        let module = inside.split('/').next().expect("a name").trim_end_matches(".rs").to_string();
        if module == "lib" || module == "main" {
            continue;
        }
        let rank = ORDER.iter().position(|m| *m == module).unwrap_or_else(|| panic!("{module} has no place in ORDER"));
        for name in used(&fs::read_to_string(&file).expect("a source")) {
            let other = ORDER.iter().position(|m| *m == name).unwrap_or_else(|| panic!("{inside}: crate::{name}?"));
            assert!(other <= rank, "{inside} uses crate::{name}, which comes after {module}");
        }
        seen.insert(module);
    }
    assert_eq!(seen.len(), ORDER.len(), "a module of ORDER is gone");
}

#[test]
fn no_file_has_grown_two_jobs() {
    for file in files_below(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src")) {
        let lines = fs::read_to_string(&file).expect("a source").lines().count();
        assert!(lines <= LONGEST_FILE, "{} has {lines} lines; split it by meaning", file.display());
    }
}
