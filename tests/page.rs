//! The pages without a browser: who may read them, what is on them, and that they are the same every time.
//! `tests/page/check.mjs` opens them in one.

mod common;

use common::{folder, json, run, stdout, text};
use std::fs;
use std::path::Path;

const LOG: &str = "sample-data/contacts.csv";
const PLAN: &str = "examples/plans/balanced.toml";

fn pages(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(folder)
        .expect("a folder of pages")
        .map(|entry| entry.expect("an entry").file_name().into_string().expect("a plain name"))
        .filter(|name| name.ends_with(".html"))
        .collect();
    names.sort();
    names
}

#[test]
fn a_page_needs_nothing_else_and_runs_nothing() {
    let page = stdout(&["report", LOG, "--plan", PLAN, "--format", "html", "-q"]);
    for outside in ["<script", "http://", "https://", "@import", "url(", "onload", "javascript:"] {
        let found = page.matches(outside).count();
        let clip_paths = page.matches("url(#").count();
        assert_eq!(found - if outside == "url(" { clip_paths } else { 0 }, 0, "{outside}");
    }
    assert!(page.starts_with("<!DOCTYPE html>") && page.contains("default-src 'none'"));
}

#[test]
fn pages_are_the_same_on_any_number_of_threads() {
    let made = |threads: &str| {
        let at = folder();
        let out = at.path().join("pages");
        let whole = stdout(&["report", LOG, "--plan", PLAN, "--format", "html", "-q", "--threads", threads]);
        stdout(&["report", LOG, "--plan", PLAN, "-q", "--threads", threads, "--pages", text(&out)]);
        let all: Vec<_> = pages(&out).into_iter().map(|n| (fs::read(out.join(&n)).expect("a page"), n)).collect();
        (whole, all)
    };
    assert!(made("1") == made("4"));
}

#[test]
fn an_agents_page_is_that_agents_alone_and_its_owners_to_read() {
    let at = folder();
    let out = at.path().join("pages");
    stdout(&["report", LOG, "--plan", PLAN, "-q", "--pages", text(&out)]);
    let report = json(&["report", LOG, "--plan", PLAN, "--format", "json", "-q"]);
    let cards = report["scorecards"].as_array().expect("scorecards");
    let names: Vec<&str> = cards.iter().map(|card| card["agent"].as_str().expect("a name")).collect();
    assert_eq!(pages(&out).len(), names.len());
    let index = fs::read_to_string(out.join("index.csv")).expect("an index");
    for (agent, line) in names.iter().zip(index.lines().skip(1)) {
        let (_, file) = line.rsplit_once(',').expect("a name and a file");
        let page = fs::read_to_string(out.join(file)).expect("a page");
        let named: Vec<&&str> = names.iter().filter(|name| page.contains(&name.replace('"', "&quot;"))).collect();
        assert_eq!(named, [agent]);
    }
    #[cfg(unix)]
    for entry in fs::read_dir(&out).expect("a folder of pages") {
        use std::os::unix::fs::PermissionsExt;
        let mode = entry.expect("an entry").metadata().expect("its rights").permissions().mode();
        assert_eq!(mode & 0o077, 0);
    }
}

#[test]
fn explain_gives_the_same_page_as_a_folder_of_pages() {
    let at = folder();
    let out = at.path().join("pages");
    stdout(&["report", LOG, "--plan", PLAN, "-q", "--pages", text(&out)]);
    let own = stdout(&["explain", LOG, "--plan", PLAN, "--agent", "Okafor, Ada", "--format", "html", "-q"]);
    let file = pages(&out).into_iter().find(|name| name.starts_with("okafor-ada")).expect("a page");
    assert!(own == fs::read_to_string(out.join(file)).expect("a page"));
}

#[test]
fn fewer_than_five_agents_see_nothing_of_each_other() {
    let at = folder();
    let log = at.path().join("calls.csv");
    let mut lines = "started_at,agent,queue,talk_seconds,customer_id\n".to_string();
    for i in 0..240 {
        let agent = ["Ada", "Ben", "Cy"][i % 3];
        lines += &format!("2026-03-{:02} 10:{:02}:00,{agent},Help,{},C{}\n", 1 + i % 28, i % 60, 100 + i, i % 97);
    }
    fs::write(&log, lines).expect("a log");
    let out = at.path().join("pages");
    stdout(&["report", text(&log), "-q", "--pages", text(&out)]);
    let page = fs::read_to_string(out.join(&pages(&out)[0])).expect("a page");
    assert!(page.contains("too few others") && !page.contains("data-table=\"levels\""));
}

#[test]
fn what_is_not_the_whole_report_is_no_page() {
    for command in [vec!["metrics", LOG], vec!["check", LOG], vec!["goals", LOG, "--plan", PLAN]] {
        let output = run(&[&command[..], &["--format", "html"]].concat());
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{command:?}");
        assert!(said.contains("callmerit report FILES -o report.html"), "{said}");
    }
}
