//! What the tests share: running the program as a user runs it.

use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// Runs the program in the repository's folder.
pub fn run(args: &[&str]) -> Output {
    run_with(args, &[])
}

/// The same with further environment variables.
pub fn run_with(args: &[&str], environment: &[(&str, &str)]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_callmerit"));
    command.current_dir(root()).args(args).envs(environment.iter().copied());
    command.output().expect("the program starts")
}

/// Standard output of a run that must succeed.
#[allow(dead_code)] // not every test program needs every helper
pub fn stdout(args: &[&str]) -> String {
    let output = run(args);
    assert!(output.status.success(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("output is UTF-8")
}

/// JSON from a run that must succeed.
#[allow(dead_code)]
pub fn json(args: &[&str]) -> Value {
    serde_json::from_str(&stdout(args)).expect("output is JSON")
}

pub fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// The folder of shared data beside the checkout; `None`, told in a line, where there is none.
#[allow(dead_code)]
pub fn shared(file: &str) -> Option<String> {
    let folder = std::env::var("CALLMERIT_SHARED").map_or_else(|_| root().join("../shared"), PathBuf::from);
    let path = folder.join(file);
    if path.exists() {
        return Some(path.to_string_lossy().into_owned());
    }
    assert!(std::env::var_os("CALLMERIT_REQUIRE_SHARED").is_none(), "{} is required and missing", path.display());
    eprintln!("skipped: {} is not here", path.display());
    None
}

/// A folder of its own that goes away with the test.
#[allow(dead_code)]
pub fn folder() -> tempfile::TempDir {
    tempfile::tempdir().expect("a temporary folder")
}

#[allow(dead_code)]
pub fn text(path: &Path) -> &str {
    path.to_str().expect("a path in UTF-8")
}
