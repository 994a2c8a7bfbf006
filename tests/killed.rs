//! Nights of runs that are killed at any moment, run at once, or have no room: earlier nights are whole, and the next run
//! succeeds.
#![cfg(unix)]

#[allow(dead_code)] // not every test program needs every helper
#[path = "common/centre.rs"]
mod centre;
#[allow(dead_code)]
mod common;
#[allow(dead_code)]
#[path = "common/nights.rs"]
mod nights;

use callmerit::nightly::folder::{Name, differences};
use callmerit::nightly::lock;
use callmerit::nightly::night::Manifest;
use callmerit::report::TABLES;
use centre::Dice;
use nights::{Project, said, stderr, tree};
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

const STAGED: &str = "out/.callmerit-new";

/// A project whose nights are many small files, so that writing takes as long as may be.
fn many_files() -> Project {
    let tables = TABLES.iter().filter(|name| !["recommendations", "adjustments", "goals"].contains(name));
    let names: Vec<String> = tables.map(|name| format!("\"{name}.csv\", \"{name}.tsv\"")).collect();
    let days = r#"["exports/calls-2026-06-0[1-3].csv"]"#;
    Project::of(&[("inputs", days), ("outputs", &format!("[{}]", names.join(", "))), ("tables", "\"ndjson\"")])
}

fn begin(project: &Project, date: &str) -> Child {
    let mut command = Command::new(env!("CARGO_BIN_EXE_callmerit"));
    command.current_dir(project.path("")).args(["run", "--date", date, "-q"]);
    command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("the program starts")
}

/// Every folder that looks like a night is one, to the last byte.
fn assert_whole(out: &Path) {
    assert_new_whole(out, &mut BTreeSet::new());
}

/// The same of those that were not looked at before.
fn assert_new_whole(out: &Path, looked_at: &mut BTreeSet<String>) {
    for entry in fs::read_dir(out).expect("a folder") {
        let path = entry.expect("an entry").path();
        let name = path.file_name().and_then(|name| name.to_str()).expect("a name").to_string();
        if Name::parse(&name).is_some() {
            if !looked_at.insert(name.clone()) {
                continue;
            }
            let manifest = Manifest::read(&path).unwrap_or_else(|error| panic!("{name}: {error:#}"));
            assert_eq!(differences(&path, &manifest), Vec::<String>::new(), "{name}");
        } else if name == "latest" {
            assert!(path.join("manifest.json").is_file(), "latest points to no night");
        }
    }
}

#[test]
fn a_run_that_is_killed_at_any_moment_leaves_earlier_nights_whole() {
    let project = many_files();
    said(&project.night("2026-06-20", &[]), 0);
    let first = tree(&project.path("out/2026-06-20"));
    let started = Instant::now();
    said(&project.night("2026-06-21", &[]), 0);
    let usual = started.elapsed();
    let mut dice = Dice(5);
    let mut looked_at = BTreeSet::new();
    let (mut while_writing, mut finished) = (0, 0);
    for i in 0..60 {
        let date = format!("2026-07-{:02}", 1 + i % 30);
        let mut run = begin(&project, &date);
        if i % 3 == 2 {
            // Into the writing, however long the rest takes.
            let deadline = Instant::now() + Duration::from_secs(20);
            while !project.path(STAGED).exists() && run.try_wait().expect("a child").is_none() {
                assert!(Instant::now() < deadline, "nothing is written");
                std::thread::sleep(Duration::from_micros(200));
            }
            std::thread::sleep(usual.mul_f64(0.15 * dice.share()));
        } else {
            std::thread::sleep(usual.mul_f64(1.1 * dice.share()));
        }
        run.kill().expect("a child");
        finished += usize::from(run.wait().expect("a child").success());
        while_writing += usize::from(project.path(STAGED).exists());
        assert_eq!(tree(&project.path("out/2026-06-20")), first);
        assert_new_whole(&project.path("out"), &mut looked_at);
    }
    assert!(while_writing > 0, "no run was killed while it wrote");
    eprintln!("60 runs: {while_writing} were killed while they wrote, {finished} were done before");
    said(&project.night("2026-08-01", &[]), 0);
    assert_whole(&project.path("out"));
    assert!(!project.path(STAGED).exists());
    assert_eq!(fs::read_link(project.path("out/latest")).expect("a link"), Path::new("2026-08-01"));
    said(&project.run(&["verify", "out/2026-06-20"]), 0);
    said(&project.run(&["verify", "out/latest"]), 0);
}

#[test]
fn a_removal_that_is_killed_is_finished_by_the_next_run() {
    let project = many_files();
    for date in ["2026-06-19", "2026-06-20"] {
        said(&project.night(date, &[]), 0);
    }
    // What a removal leaves behind that was killed half way.
    fs::rename(project.path("out/2026-06-19"), project.path("out/.callmerit-old")).expect("a folder");
    fs::remove_file(project.path("out/.callmerit-old/manifest.json")).expect("a file");
    said(&project.night("2026-06-21", &[]), 0);
    assert!(!project.path("out/.callmerit-old").exists() && project.path("out/2026-06-20").exists());
}

#[test]
fn of_two_runs_at_once_one_is_told_who_the_other_is_or_waits() {
    let project = many_files();
    fs::create_dir(project.path("out")).expect("a folder");
    let held = lock::take(&project.path("out"), "the night of 2026-06-19", false).expect("the lock");
    let told = said(&project.night("2026-06-20", &[]), 2);
    let holder = format!("`out` is in use: process {} writes the night of 2026-06-19", std::process::id());
    assert!(told.contains(&holder), "{told}");
    let mut waiting = Command::new(env!("CARGO_BIN_EXE_callmerit"))
        .current_dir(project.path(""))
        .args(["run", "--date", "2026-06-20", "-q", "--wait"])
        .spawn()
        .expect("the program starts");
    std::thread::sleep(Duration::from_millis(300));
    assert!(waiting.try_wait().expect("a child").is_none() && !project.path("out/2026-06-20").exists());
    drop(held);
    assert!(waiting.wait().expect("a child").success());
    assert_whole(&project.path("out"));
    // Several at once: whoever gets in writes, the others say so or find the night there.
    let mut runs: Vec<Child> = (0..4).map(|_| begin(&project, "2026-06-21")).collect();
    let codes: Vec<Option<i32>> = runs.iter_mut().map(|run| run.wait().expect("a child").code()).collect();
    assert!(codes.contains(&Some(0)) && codes.iter().all(|code| [Some(0), Some(2)].contains(code)), "{codes:?}");
    assert!(project.path("out/2026-06-21").exists() && !project.path("out/2026-06-21.2").exists());
    assert_whole(&project.path("out"));
}

/// Runs in a shell what may not be possible here; `None`, told in a line, if it is not.
fn shell(project: &Project, program: &[&str], script: &str) -> Option<std::process::Output> {
    let script = script.replace("callmerit", env!("CARGO_BIN_EXE_callmerit"));
    let possible = Command::new(program[0]).args(&program[1..]).args(["sh", "-c", "true"]).output();
    if !possible.is_ok_and(|output| output.status.success()) {
        eprintln!("skipped: `{}` is not possible here", program.join(" "));
        return None;
    }
    let mut command = Command::new(program[0]);
    let output = command.current_dir(project.path("")).args(&program[1..]).args(["sh", "-c", &script]).output();
    Some(output.expect("a shell"))
}

#[test]
fn a_file_that_may_not_grow_further_makes_no_night() {
    let project = Project::of(&[]);
    said(&project.night("2026-06-20", &[]), 0);
    let before = tree(&project.path("out"));
    // 64 blocks of 512 bytes: less than the report in JSON takes.
    let script = "trap '' XFSZ; ulimit -f 64; exec callmerit run --date 2026-06-21";
    let told = said(&shell(&project, &["env"], script).expect("a shell"), 2);
    assert!(told.contains("`out/2026-06-21` cannot be written: "), "{told}");
    assert!(
        told.ends_with("earlier ones are as they were; when this is mended, run `callmerit run --date 2026-06-21`\n"),
        "{told}"
    );
    assert_eq!(tree(&project.path("out")), before);
    said(&project.night("2026-06-21", &[]), 0);
}

#[test]
fn a_full_disk_makes_no_night() {
    let project = Project::of(&[]);
    // The first night fits, the second does not.
    let script = "set -e; mkdir out; mount -t tmpfs -o size=700k tmpfs out; callmerit run --date 2026-06-20 -q
        code=0; callmerit run --date 2026-06-21 || code=$?
        ls -A out; callmerit verify out/latest >&2; rm -r out/2026-06-20; callmerit run --date 2026-06-21 -q; ls out; exit $code";
    let Some(output) = shell(&project, &["unshare", "-rm"], script) else { return };
    let told = said(&output, 2);
    assert!(told.contains("`out/2026-06-21` cannot be written: No space left on device"), "{told}");
    assert!(told.contains("out/latest: every byte agrees"), "{told}");
    assert_eq!(nights::stdout(&output), ".callmerit.lock\n2026-06-20\nlatest\n2026-06-21\nlatest\n");
}

#[test]
fn a_folder_that_may_not_be_written_makes_no_night() {
    let project = Project::of(&[]);
    said(&project.night("2026-06-20", &[]), 0);
    let before = tree(&project.path("out"));
    let script = "mount --bind out out && mount -o remount,ro,bind out && exec callmerit run --date 2026-06-21";
    let Some(output) = shell(&project, &["unshare", "-rm"], script) else { return };
    let told = said(&output, 2);
    assert!(told.contains("`out` cannot be written: Read-only file system"), "{told}");
    assert!(told.contains("no night of 2026-06-21 was written"), "{told}");
    assert_eq!(tree(&project.path("out")), before);
    said(&project.night("2026-06-21", &[]), 0);
    assert!(stderr(&project.run(&["verify", "out/latest"])).contains("every byte agrees"));
}
