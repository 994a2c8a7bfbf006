//! What the definition of the command line gives: examples that work, completions, manual pages.

mod common;

use callmerit::cli::Cli;
use clap::{Command, CommandFactory};
use common::{folder, root, stdout, text};
use std::path::Path;
use std::process::{Command as Process, Output};

/// The program and all subcommands, by the words that they are called with.
fn commands() -> Vec<(String, Command)> {
    fn add(words: &str, command: &Command, all: &mut Vec<(String, Command)>) {
        all.push((words.to_string(), command.clone()));
        for subcommand in command.get_subcommands().filter(|c| c.get_name() != "help") {
            add(&format!("{words} {}", subcommand.get_name()), subcommand, all);
        }
    }
    let mut all = Vec::new();
    add("callmerit", &Cli::command(), &mut all);
    all
}

/// The commands that a help shows, without their comments.
fn examples(command: &Command) -> Vec<String> {
    let text = command.get_before_help().map_or(String::new(), ToString::to_string);
    text.lines().skip(1).map(str::trim).filter(|line| !line.starts_with('#')).map(str::to_string).collect()
}

/// A line in a shell of a folder, with the program on its path.
fn in_shell(folder: &Path, line: &str) -> Output {
    let program = Path::new(env!("CARGO_BIN_EXE_callmerit")).parent().unwrap();
    let path = format!("{}:{}", program.display(), std::env::var("PATH").unwrap());
    Process::new("sh").args(["-c", line]).current_dir(folder).env("PATH", path).env("HOME", folder).output().unwrap()
}

#[test]
fn every_help_begins_with_examples() {
    for (words, command) in commands() {
        let examples = examples(&command);
        assert!(examples.iter().any(|line| line.starts_with(&words)), "{words}: {examples:?}");
        for help in ["-h", "--help"] {
            let args: Vec<&str> = words.split(' ').skip(1).chain([help]).collect();
            assert!(stdout(&args).starts_with("Examples:\n  # "), "{words} {help}");
        }
    }
}

#[test]
#[cfg(unix)]
fn every_example_works() {
    for (words, command) in commands() {
        let folder = folder();
        for (from, to) in [
            ("sample-data/contacts.csv", "calls.csv"),
            ("sample-data/roster.csv", "roster.csv"),
            ("tests/plans/month/plan.toml", "plan.toml"),
        ] {
            std::fs::copy(root().join(from), folder.path().join(to)).unwrap();
        }
        for line in examples(&command) {
            let output = in_shell(folder.path(), &line);
            let told = String::from_utf8_lossy(&output.stderr);
            let findings_remain = output.status.code() == Some(1) && told.is_empty();
            assert!(output.status.success() || findings_remain, "{words}: {line}: {told}");
        }
    }
}

#[test]
#[cfg(unix)]
fn bash_completes_subcommands_options_and_values() {
    let folder = folder();
    let script = folder.path().join("callmerit.bash");
    std::fs::write(&script, stdout(&["completions", "bash"])).unwrap();
    let complete = |words: &[&str]| -> Option<Vec<String>> {
        let line = format!(
            "source {} && COMP_WORDS=(callmerit {}) COMP_CWORD={} && _callmerit callmerit '{}' '{}' && printf '%s\\n' \"${{COMPREPLY[@]}}\"",
            text(&script),
            words.join(" "),
            words.len(),
            words[words.len() - 1],
            words.get(words.len().wrapping_sub(2)).unwrap_or(&"callmerit"),
        );
        let output = match Process::new("bash").args(["--norc", "-c", &line]).output() {
            Ok(output) => output,
            Err(_) => {
                eprintln!("skipped: there is no bash");
                return None;
            }
        };
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        Some(String::from_utf8(output.stdout).unwrap().lines().map(str::to_string).collect())
    };
    let Some(found) = complete(&["sco"]) else { return };
    assert_eq!(found, ["scorecard"]);
    assert_eq!(complete(&["metrics", "--max"]).unwrap(), ["--max-rejected"]);
    assert_eq!(complete(&["scorecard", "calls.csv", "--by", "te"]).unwrap(), ["team"]);
    assert_eq!(complete(&["plan", "check", "--log-format", "js"]).unwrap(), ["json"]);
}

#[test]
#[cfg(unix)]
fn completions_are_scripts_of_their_shells() {
    let folder = folder();
    for (shell, check) in [("bash", "bash -n"), ("zsh", "zsh -n"), ("fish", "fish --no-execute")] {
        let script = folder.path().join(shell);
        let text_of = stdout(&["completions", shell]);
        assert!(text_of.contains("max-rejected"), "{shell}");
        std::fs::write(&script, text_of).unwrap();
        let program = check.split(' ').next().unwrap();
        if !in_shell(folder.path(), &format!("command -v {program}")).status.success() {
            eprintln!("skipped: there is no {program}");
            continue;
        }
        let output = in_shell(folder.path(), &format!("{check} {}", text(&script)));
        assert!(output.status.success(), "{shell}: {}", String::from_utf8_lossy(&output.stderr));
    }
    assert!(stdout(&["completions", "powershell"]).contains("Register-ArgumentCompleter"));
}

#[test]
#[cfg(unix)]
fn manual_pages_are_there_for_every_subcommand_and_free_of_faults() {
    let folder = folder();
    let made = common::run(&["man", "--out", text(folder.path())]);
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    let program = std::fs::read_to_string(folder.path().join("callmerit.1")).unwrap();
    assert_eq!(program, stdout(&["man"]));
    for (words, command) in commands() {
        let page = folder.path().join(words.replace(' ', "-") + ".1");
        let source = std::fs::read_to_string(&page).unwrap_or_else(|_| panic!("no page for {words}"));
        assert!(source.contains(".SH EXAMPLES\n.nf\n# "), "{words}");
        let groff = format!("groff -man -Tutf8 -ww -z {}", text(&page));
        if !in_shell(folder.path(), "command -v groff").status.success() {
            eprintln!("skipped: there is no groff");
            return;
        }
        let output = in_shell(folder.path(), &groff);
        assert!(
            output.status.success() && output.stderr.is_empty(),
            "{words}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
        let shown = in_shell(folder.path(), &format!("groff -man -Tutf8 -P-cbou {}", text(&page)));
        let shown = String::from_utf8_lossy(&shown.stdout).into_owned();
        let first = examples(&command).remove(0);
        assert!(shown.contains(&first), "{words}: {first}: {shown}");
    }
}
