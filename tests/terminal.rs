//! What people see: lines that fit the screen, nothing that steers it, colour and signs where they belong, and what standard
//! error says.

mod common;

use common::{folder, root, run, run_with, text};
use serde_json::Value;
use std::path::PathBuf;
use std::process::Output;
use unicode_width::UnicodeWidthStr;

const UTF_8: (&str, &str) = ("LC_ALL", "C.UTF-8");
const CALLS: &str = "sample-data/contacts.csv";
const PLAN: &str = "tests/plans/month/plan.toml";

/// Every command that draws tables, on sample data.
fn screens() -> Vec<Vec<&'static str>> {
    vec![
        vec!["scorecard", CALLS],
        vec!["scorecard", CALLS, "--period", "month"],
        vec!["scorecard", CALLS, "--by", "queue"],
        vec!["signals", "sample-data/asterisk-queue_log", "sample-data/asterisk-queue_log.1"],
        vec!["signals", CALLS, "--contacts"],
        vec!["incentives", CALLS, "--plan", PLAN, "--for", "2026-03", "--compare", "naive"],
        vec!["goals", CALLS, "--plan", PLAN, "--for", "2026-04", "--reached"],
        vec!["report", CALLS, "--plan", PLAN, "--for", "2026-03"],
        vec!["explain", CALLS, "--plan", PLAN, "--for", "2026-03", "--agent", "Okafor, Ada", "--format", "table"],
        vec!["metrics", CALLS],
        vec!["metrics", CALLS, "--by", "queue,hour", "--by", "day", "--by", "agent"],
        vec!["check", CALLS],
        vec![
            "check", "sample-data/genesys-cloud.csv", "sample-data/five9-call-log.csv", "--roster",
            "sample-data/roster.csv",
        ],
        vec!["plan", "check", PLAN, CALLS, "--for", "2026-03"],
        vec!["plan", "check", "examples/plans/pay-for-speed.toml"],
    ]
}

fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn table(args: &[&str], environment: &[(&str, &str)]) -> String {
    let output = run_with(&[args, &["--format", "table", "-q"]].concat(), environment);
    assert!(output.status.code() < Some(2), "{args:?}: {}", stderr(&output));
    String::from_utf8(output.stdout).expect("output is UTF-8")
}

#[test]
fn no_line_is_wider_than_the_screen() {
    for args in screens() {
        let args: Vec<&str> = args.into_iter().filter(|arg| !["--format", "table"].contains(arg)).collect();
        let widths =
            if ["scorecard", "metrics"].contains(&args[0]) { &["60", "80", "120", "200"][..] } else { &["60", "120"] };
        for width in widths.iter().copied() {
            let shown = table(&args, &[("COLUMNS", width), UTF_8]);
            for line in shown.lines() {
                assert!(line.width() <= width.parse().unwrap(), "{args:?} at {width}: {line}");
                assert_eq!(line.trim_end(), line, "{args:?} at {width}");
            }
        }
    }
}

/// Calls of agents whose names want to steer the terminal, or are wide, or are written from the right.
fn hostile() -> (tempfile::TempDir, PathBuf) {
    let folder = folder();
    let path = folder.path().join("calls.csv");
    let names = [
        "Ada\u{1b}[2J\u{1b}]0;owned\u{7}", "Bo\u{9b}31m\u{8}\u{8}", "Cy\u{202e}drowssap", "王小明", "👩‍🚒 Zoe\u{308}",
        "שלום כהן", "\u{1}Di\u{5}",
    ];
    let mut lines = vec!["Call ID,Start,Agent,Queue\u{1b}[1m,Wait (s),Talk (s),Status,Transferred".to_string()];
    for i in 0..420 {
        let (name, day, minute) = (names[i % names.len()], 2 + i / 20 % 20, i % 60);
        lines.push(format!("C{i},2026-03-{day:02} 09:{minute:02}:10,{name},Q\u{1b}[7m,5,{},Answered,no", 100 + i % 90));
    }
    std::fs::write(&path, lines.join("\n") + "\n").unwrap();
    (folder, path)
}

#[test]
fn names_cannot_steer_the_terminal() {
    let (folder, path) = hostile();
    let calls = text(&path);
    let steers = |c: char| c != '\n' && (c.is_control() || ('\u{202a}'..='\u{202e}').contains(&c));
    let ada = "Ada\u{1b}[2J\u{1b}]0;owned\u{7}";
    for args in [
        vec!["scorecard", calls],
        vec!["signals", calls],
        vec!["metrics", calls, "--by", "agent"],
        vec!["metrics", calls, "--by", "queue"],
        vec!["check", calls],
        vec!["incentives", calls, "--plan", PLAN],
        vec!["goals", calls, "--plan", PLAN],
        vec!["explain", calls, "--plan", PLAN, "--agent", ada],
        vec!["explain", calls, "--plan", PLAN, "--agent", "\u{1b}[2JAda"],
        vec!["metrics", calls, "--by", "\u{1b}[2J"],
    ] {
        for format in ["table", "markdown"] {
            let output = run(&[&args[..], &["--format", format, "-v"]].concat());
            for shown in [&output.stdout, &output.stderr] {
                let shown = String::from_utf8_lossy(shown);
                let at = shown.find(steers);
                assert!(
                    at.is_none(),
                    "{args:?} {format}: {:?}",
                    at.map(|at| shown[at..].chars().take(9).collect::<String>())
                );
            }
        }
    }
    // Reading makes blanks of what steers in names; what people write themselves is shown as it is.
    let plan = folder.path().join("plan.toml");
    let named = std::fs::read_to_string(root().join(PLAN)).unwrap().replace("the month", "the \\u001b[2J month");
    std::fs::write(&plan, named).unwrap();
    for args in [vec!["plan", "check", text(&plan)], vec!["incentives", calls, "--plan", text(&plan)]] {
        let shown = table(&args, &[UTF_8]);
        assert!(shown.contains("the \\u{1b}[2J month"), "{shown}");
    }
    let header = stderr(&run(&["metrics", calls, "--by", "team"]));
    assert!(header.contains("`Queue [1m`"), "{header}");
}

#[test]
fn columns_stand_below_each_other_whatever_is_written_in_them() {
    let (_folder, path) = hostile();
    let shown = table(&["metrics", text(&path), "--by", "agent"], &[UTF_8]);
    let part = shown.split("\n\n").next().unwrap();
    let ends: Vec<usize> = part.lines().map(UnicodeWidthStr::width).collect();
    assert!(ends.len() == 8 && ends.iter().all(|end| *end == ends[0]), "{part}");
}

#[test]
fn without_a_unicode_locale_bars_are_ascii_and_numbers_the_same() {
    let args = ["metrics", CALLS, "--by", "weekday"];
    let (wide, plain) = (table(&args, &[UTF_8]), table(&args, &[("LC_ALL", "C")]));
    assert!(wide.contains('█') && plain.is_ascii() && plain.contains("####"), "{plain}");
    let numbers = |text: &str| {
        text.replace(['█', '▏', '▎', '▍', '▌', '▋', '▊', '▉', '#'], "").split_whitespace().collect::<String>()
    };
    assert_eq!(numbers(&wide), numbers(&plain));
    // The first variable that says anything decides.
    let by_lang = [("LC_ALL", ""), ("LC_CTYPE", "de_DE.utf8"), ("LANG", "C")];
    assert_eq!(table(&args, &by_lang), wide);
    let scores = table(&["scorecard", CALLS], &[("LC_ALL", "POSIX")]);
    assert!(scores.contains("o+-") && !scores.contains('●'), "{scores}");
}

#[test]
fn a_file_is_the_same_wherever_it_is_written() {
    let folder = folder();
    let path = folder.path().join("hours.txt");
    let mut written = Vec::new();
    for environment in [[("COLUMNS", "60"), ("LC_ALL", "C")], [("COLUMNS", "200"), UTF_8]] {
        let args = ["metrics", CALLS, "--by", "hour", "-o", text(&path), "--color", "always"];
        assert!(run_with(&args, &environment).status.success());
        written.push(std::fs::read_to_string(&path).unwrap());
    }
    assert_eq!(written[0], written[1]);
    assert!(!written[0].contains('\u{1b}'));
}

#[test]
fn colour_is_decoration_where_it_is_wanted() {
    let args = ["plan", "check", "examples/plans/pay-for-speed.toml"];
    let colored = |more: &[&str], environment: &[(&str, &str)]| table(&[&args[..], more].concat(), environment);
    let plain = colored(&[], &[UTF_8]);
    let always = colored(&["--color", "always"], &[UTF_8, ("NO_COLOR", "1")]);
    assert!(always.contains("\u{1b}[31merror: "), "{always}");
    let mut bare = always.clone();
    for code in ["\u{1b}[0m", "\u{1b}[1m", "\u{1b}[2m", "\u{1b}[31m", "\u{1b}[33m"] {
        bare = bare.replace(code, "");
    }
    assert_eq!(bare, plain);
    let forced = [UTF_8, ("CLICOLOR_FORCE", "1")];
    assert_eq!(colored(&[], &forced), always);
    assert_eq!(colored(&["--color=never"], &forced), plain);
    assert_eq!(colored(&[], &[UTF_8, ("CLICOLOR_FORCE", "0")]), plain);
    assert_eq!(colored(&[], &[UTF_8, ("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")]), plain);
    let error = run(&["metrics", "nowhere.csv", "--color", "always"]);
    assert!(stderr(&error).starts_with("\u{1b}[31mcallmerit: \u{1b}[0mthere is no file"), "{}", stderr(&error));
    let usage = |color| stderr(&run(&["metrics", "--form", color]));
    assert!(usage("--color=always").contains('\u{1b}') && !usage("--color=never").contains('\u{1b}'));
}

#[test]
fn standard_error_ends_with_what_was_done_in_one_form() {
    let folder = folder();
    let (path, form) = (folder.path().join("pay.csv"), folder.path().join("form.csv"));
    let done = |args: &[&str]| {
        let output = run(args);
        assert!(output.status.success(), "{}", stderr(&output));
        stderr(&output).lines().last().map(str::to_string)
    };
    let read = "summary: 3112 rows read, 2793 kept, 319 left out (3 of them rejected; why: `callmerit check`)";
    assert_eq!(done(&["metrics", CALLS]).as_deref(), Some(read));
    let args = ["incentives", CALLS, "--plan", PLAN, "-o", text(&path), "--decisions-form", text(&form)];
    let written = format!("{read}; {} and {} written", path.display(), form.display());
    assert_eq!(done(&args), Some(written));
    let plan = folder.path().join("plan.toml");
    let new = done(&["plan", "new", "-o", text(&plan)]);
    assert_eq!(new, Some(format!("summary: {} written", plan.display())));
    assert_eq!(done(&["definitions"]), None);
    assert_eq!(done(&["metrics", CALLS, "-q"]), None);
}

#[test]
fn more_is_said_where_it_is_asked_for() {
    let usual = stderr(&run(&["metrics", CALLS]));
    let more = stderr(&run(&["metrics", CALLS, "-v"]));
    assert!(!usual.contains(" s, ") && !usual.contains("columns read"), "{usual}");
    let file = more.lines().next().unwrap();
    assert!(
        file.starts_with("sample-data/contacts.csv: text, separated by `,`, UTF-8")
            && file.ends_with("profile generic, guessed from headers and values; time zone UTC; 17 of 17 columns read"),
        "{more}"
    );
    assert!(more.contains("\ntook 0.") || more.contains("\ntook "), "{more}");
    let both = run(&["metrics", CALLS, "-v", "-q"]);
    assert_eq!(both.status.code(), Some(2));
}

/// Standard error as objects.
fn objects(output: &Output) -> Vec<Value> {
    let lines = stderr(output);
    lines.lines().map(|line| serde_json::from_str(line).unwrap_or_else(|_| panic!("no JSON: {line}"))).collect()
}

fn with_level<'a>(objects: &'a [Value], level: &str) -> Vec<&'a Value> {
    objects.iter().filter(|object| object["level"] == level).collect()
}

#[test]
fn every_line_of_standard_error_is_an_object_for_programs() {
    let json = |args: &[&str]| run(&[args, &["--log-format", "json"]].concat());
    let done = json(&["metrics", CALLS, "--by", "team", "-v", "--max-rejected", "0.01%"]);
    let said = objects(&done);
    assert_eq!(done.status.code(), Some(1));
    let warning = with_level(&said, "warning")[0]["text"].as_str().unwrap();
    assert!(warning.starts_with("abandoned contacts belong to no team"), "{warning}");
    let summary = with_level(&said, "summary");
    assert_eq!(summary.len(), 1);
    let numbers = ["rows", "kept", "rejected", "exit"].map(|key| summary[0][key].as_u64().unwrap());
    assert_eq!(numbers, [3112, 2793, 3, 1]);
    let left_out: u64 = summary[0]["left_out"].as_object().unwrap().values().filter_map(Value::as_u64).sum();
    assert_eq!(left_out, 319);

    let profile = "tests/cmd/names.in/profile.toml";
    let faults = objects(&json(&["metrics", CALLS, "--profile", profile]));
    assert_eq!((faults.len(), &faults[0]["level"], &faults[0]["exit"]), (1, &"error".into(), &2.into()));
    assert!(faults[0]["text"].as_str().unwrap().contains("has 2 faults:\n  `fields.talk.unit`"), "{faults:?}");

    let usage = run(&["--log-format=json", "metrics", "--form"]);
    assert_eq!((usage.status.code(), objects(&usage)[0]["level"].as_str()), (Some(2), Some("error")));
    assert!(objects(&usage)[0]["text"].as_str().unwrap().starts_with("unexpected argument '--form' found"));
}

#[test]
fn exit_codes_are_those_that_help_and_documentation_tell() {
    let code = |args: &[&str]| run(args).status.code();
    assert_eq!(code(&["metrics", CALLS]), Some(0));
    assert_eq!(code(&["metrics", CALLS, "--max-rejected", "0.01%"]), Some(1));
    assert_eq!(code(&["plan", "check", "examples/plans/pay-for-speed.toml"]), Some(1));
    assert_eq!(code(&["metrics", "nowhere.csv"]), Some(2));
    assert_eq!(code(&["metrics", "--nowhere"]), Some(2));
    let help = String::from_utf8(run(&["--help"]).stdout).unwrap();
    assert!(help.contains("Exit codes: 0 done; 1 done, and the result is written, but"), "{help}");
    let page = std::fs::read_to_string(root().join("docs/output.md")).unwrap();
    for row in ["| 0 | done |", "| 1 | done, and the result is written, but", "| 2 | could not:"] {
        assert!(page.contains(row), "{row}");
    }
}

/// What a run shows on a terminal of its own, or nothing where there is no Python to make one.
#[cfg(unix)]
fn on_a_terminal(args: &[&str], environment: &[(&str, &str)]) -> Option<String> {
    let script = "import os, pty, sys\nstatus = pty.spawn(sys.argv[1:])\nsys.exit(os.waitstatus_to_exitcode(status))";
    let mut command = std::process::Command::new("python3");
    command.current_dir(root()).args(["-c", script, env!("CARGO_BIN_EXE_callmerit")]).args(args);
    command.env_remove("COLUMNS").env("TERM", "xterm").envs(environment.iter().copied());
    match command.stdin(std::process::Stdio::null()).output() {
        Ok(output) => Some(String::from_utf8_lossy(&output.stdout).into_owned()),
        Err(_) => {
            eprintln!("skipped: there is no python3 to make a terminal");
            None
        }
    }
}

/// So many calls that reading them in small blocks takes a while.
fn many_calls(rows: usize) -> (tempfile::TempDir, PathBuf) {
    let folder = folder();
    let path = folder.path().join("calls.csv");
    let mut lines = String::from("Call ID,Start,Agent,Queue,Wait (s),Talk (s),Status\n");
    for i in 0..rows {
        let (day, hour, minute) = (1 + i / 5_000 % 28, 8 + i / 600 % 10, i % 60);
        lines += &format!("C{i},2026-03-{day:02} {hour:02}:{minute:02}:10,Agent {},Q,5,100,Answered\n", i % 20);
    }
    std::fs::write(&path, lines).unwrap();
    (folder, path)
}

#[test]
#[cfg(unix)]
fn a_long_run_tells_rows_bytes_and_time_left_on_a_terminal() {
    let (_folder, path) = many_calls(400_000);
    let slowly = [("CALLMERIT_BLOCK", "100"), UTF_8];
    let args = ["metrics", text(&path), "--threads", "1", "--format", "csv"];
    let Some(shown) = on_a_terminal(&args, &slowly) else { return };
    let bar =
        shown.split(['\r', '\n']).find(|line| line.contains(" rows, ")).unwrap_or_else(|| panic!("no bar: {shown}"));
    assert!(bar.contains('█') && bar.contains(" MiB of ") && bar.contains(" s left"), "{bar}");
    // Neither where nobody looks, nor where quiet was asked for.
    assert!(!stderr(&run_with(&args, &slowly)).contains(" s left"));
    let quiet = on_a_terminal(&[&args[..], &["-q"]].concat(), &slowly).unwrap_or_default();
    assert!(!quiet.contains(" s left"), "{quiet}");
}

#[test]
#[cfg(unix)]
fn on_a_terminal_results_are_tables_in_colour_and_notes_are_wrapped() {
    let Some(shown) = on_a_terminal(&["metrics", CALLS, "--by", "hour"], &[UTF_8, ("COLUMNS", "60")]) else { return };
    assert!(shown.contains("\u{1b}[1m Hour  Offered") && shown.contains('█'), "{shown}");
    let plain =
        shown.replace("\u{1b}[0m", "").replace("\u{1b}[1m", "").replace("\u{1b}[2m", "").replace("\u{1b}[33m", "");
    assert!(plain.lines().all(|line| line.trim_end().width() <= 60), "{plain}");
    assert!(plain.contains("its columns are\r\n  understood as start = `started_at`, contact =\r\n  "), "{plain}");
    let dumb = on_a_terminal(&["metrics", CALLS], &[UTF_8, ("TERM", "dumb")]).unwrap_or_default();
    assert!(!dumb.contains('\u{1b}'), "{dumb}");
}
