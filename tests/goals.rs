//! Goals as a user gets them: one rule here and on scorecards, refused where luck would decide, and whether they were
//! reached. tests/goals/check.py has how many reach them in simulated worlds.

mod common;

use common::{folder, json, root, run, text};
use serde_json::Value;

const CALLS: &str = "sample-data/contacts.csv";
const PLAN: &str = "tests/goals/plan.toml";
const MEASURES: [&str; 3] = ["resolution", "satisfaction", "handle_time"];

fn goals(more: &[&str]) -> Value {
    json(&[&["goals", CALLS, "--format", "json", "-q"], more].concat())
}

fn rows(report: &Value) -> Vec<&Value> {
    report["goals"].as_array().expect("goals").iter().collect()
}

fn is(goal: &Value, key: &str, word: &str) -> bool {
    goal[key].as_str() == Some(word)
}

fn number(goal: &Value, key: &str) -> f64 {
    goal[key].as_f64().unwrap_or_else(|| panic!("no {key} in {goal}"))
}

/// The plan with some words replaced, in a folder of its own.
fn plan_with(old: &str, new: &str) -> (tempfile::TempDir, String) {
    let plan = std::fs::read_to_string(root().join(PLAN)).unwrap();
    assert!(plan.contains(old), "{old} is not in {PLAN}");
    let folder = folder();
    let path = folder.path().join("plan.toml");
    std::fs::write(&path, plan.replacen(old, new, 1)).unwrap();
    let path = text(&path).to_string();
    (folder, path)
}

#[test]
fn goals_and_scorecards_have_the_same_goal() {
    let report = goals(&["--plan", PLAN, "--for", "2026-04", "--reached"]);
    let cards = json(&["scorecard", CALLS, "--period", "month", "--format", "json", "-q"]);
    let (mut compared, mut refused) = (0, 0);
    for card in cards["scorecards"].as_array().unwrap().iter().filter(|c| is(c, "period", "2026-04")) {
        for measure in MEASURES {
            let goal = rows(&report)
                .into_iter()
                .find(|g| g["agent"] == card["agent"] && is(g, "measure", measure))
                .expect("a goal, or why there is none");
            let judged = &card["measures"][measure];
            if is(goal, "action", "refused") {
                assert_eq!(judged["goal"], Value::Null, "{goal}");
                refused += 1;
                continue;
            }
            assert!((number(goal, "result_target") - number(judged, "goal")).abs() < 1e-9, "{goal} {judged}");
            assert!((number(goal, "result_threshold") - number(judged, "previous")).abs() < 1e-9, "{goal} {judged}");
            assert_eq!((&goal["result"], &goal["result_n"]), (&judged["observed"], &judged["n"]));
            compared += 1;
        }
    }
    assert!(compared > 20 && refused > 10, "{compared} compared, {refused} refused");
}

#[test]
fn a_goal_rises_from_threshold_to_stretch_and_becomes_less_likely() {
    for goal in rows(&goals(&["--plan", PLAN])).into_iter().filter(|g| is(g, "action", "goal")) {
        let sign = if is(goal, "better", "higher") { 1.0 } else { -1.0 };
        assert_eq!(is(goal, "measure", "handle_time"), sign < 0.0);
        for suffix in ["", "_of_all"] {
            let level = |name: &str| sign * number(goal, &format!("{name}{suffix}"));
            assert!(level("threshold") < level("target") && level("target") < level("stretch"), "{goal}");
        }
        assert_eq!(goal["level"], goal["threshold"]);
        assert!((number(goal, "chance_threshold") - 0.5).abs() < 1e-9, "{goal}");
        for suffix in ["", "_if_better"] {
            let chance = |name: &str| number(goal, &format!("chance_{name}{suffix}"));
            assert!(chance("threshold") > chance("target") && chance("target") > chance("stretch"), "{goal}");
        }
        assert!(number(goal, "chance_target_if_better") > number(goal, "chance_target"), "{goal}");
        assert!(number(goal, "reliability") >= 0.5 && goal["needed"].as_u64() <= goal["n"].as_u64().map(|n| n + 1));
    }
}

#[test]
fn a_monthly_goal_in_satisfaction_is_refused_with_the_period_that_would_do() {
    let report = goals(&["--plan", PLAN]);
    let satisfaction: Vec<&Value> = rows(&report).into_iter().filter(|g| is(g, "measure", "satisfaction")).collect();
    assert_eq!(satisfaction.len(), 14);
    for goal in satisfaction {
        assert!(is(goal, "action", "refused") && goal["target"].is_null() && goal["chance_target"].is_null());
        let reason = goal["reason"].as_str().unwrap();
        assert!(reason.contains("answers in a month"), "{reason}");
        assert!(number(goal, "weeks_needed") > 30.0 / 7.0, "{goal}");
    }
    // Over three quarters there are answers enough for most.
    let (_folder, longer) = plan_with("period = \"month\"\npooled = 1", "period = \"quarter\"\npooled = 3");
    let report = goals(&["--plan", &longer]);
    let given = |g: &&Value| is(g, "measure", "satisfaction") && is(g, "action", "goal");
    assert!(rows(&report).iter().filter(|g| given(g)).count() > 7);
    assert_eq!((report["period"].as_str(), report["to"].as_str()), (Some("2026-Q2 to 2026-Q4"), Some("2026-12-31")));
}

#[test]
fn who_is_inside_the_band_of_a_two_sided_measure_keeps_it_and_who_is_outside_comes_back_to_it() {
    let (_folder, plan) = plan_with("[measures.handle_time]", "[measures.handle_time]\ntwo_sided = true\nband = 0.8");
    let report = goals(&["--plan", &plan]);
    let time: Vec<&Value> = rows(&report).into_iter().filter(|g| is(g, "measure", "handle_time")).collect();
    let (mut kept, mut hurried, mut slow) = (0, 0, 0);
    for goal in time.into_iter().filter(|g| !is(g, "action", "refused")) {
        let [level, low, high] = ["level", "band_low", "band_high"].map(|key| number(goal, key));
        if is(goal, "action", "keep") {
            assert!(low <= level && level <= high && goal["target"].is_null(), "{goal}");
            kept += 1;
            continue;
        }
        let target = number(goal, "target");
        assert!(goal["stretch"].is_null());
        if level < low {
            assert!((target - low).abs() < 1e-9 && is(goal, "better", "higher"), "{goal}");
            hurried += 1;
        } else {
            assert!(level > high && (target - high).abs() < 1e-9 && is(goal, "better", "lower"), "{goal}");
            slow += 1;
        }
        assert!(number(goal, "chance_target_if_better") > number(goal, "chance_target"));
    }
    assert!(kept > 0 && hurried > 0 && slow > 0, "{kept} {hurried} {slow}");
}

#[test]
fn the_goals_of_one_agent_are_those_among_all() {
    let all = goals(&["--plan", PLAN]);
    let one = goals(&["--plan", PLAN, "--agent", "Okafor, Ada"]);
    let hers: Vec<&Value> = rows(&all).into_iter().filter(|g| is(g, "agent", "Okafor, Ada")).collect();
    assert_eq!((hers.len(), rows(&one)), (3, hers));
    assert_eq!(all["measures"], one["measures"]);
}

#[test]
fn who_has_left_before_the_period_begins_has_no_goals() {
    let folder = folder();
    let roster = folder.path().join("roster.csv");
    std::fs::write(&roster, "agent,left\n\"Okafor, Ada\",2026-03-31\n\"Tanaka, Rei\",2026-04-01\n").unwrap();
    let output = run(&["goals", CALLS, "--plan", PLAN, "--roster", text(&roster), "--format", "ndjson"]);
    let (rows, notes) = (String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap());
    assert!(!rows.contains("Okafor, Ada") && rows.contains("Tanaka, Rei"));
    assert!(notes.contains("agents without goals, since the plan is not for them or they have left: 1"), "{notes}");
}

#[test]
fn a_plan_sets_goals_for_periods_that_it_is_in_force_for() {
    let begins = |day: &str| plan_with("period = \"month\"", &format!("from = {day}\nperiod = \"month\""));
    let (_folder, april) = begins("2026-04-01");
    assert_eq!(goals(&["--plan", &april, "--for", "2026-03"])["period"].as_str(), Some("2026-04"));
    let (_folder, may) = begins("2026-05-01");
    let output = run(&["goals", CALLS, "--plan", &may, "--for", "2026-03"]);
    assert!(!output.status.success());
    assert!(String::from_utf8_lossy(&output.stderr).contains("is in force from 2026-05-01, and 2026-04 begins on"));
}

/// A month of 12 agents, of whom the first hangs up on every eighth customer.
fn log_with_hang_ups() -> String {
    let mut log = "contact_id,started_at,queue,agent,customer_id,wait_seconds,talk_seconds,outcome\n".to_string();
    for i in 0..12 * 240 {
        let (agent, call) = (i % 12, i / 12);
        let (day, minute) = (1 + call % 30, 480 + (call * 17 + agent * 31) % 560);
        let hang_up = agent == 0 && call % 8 == 0;
        let talk = if hang_up { 4 } else { 120 + (call * 53 + agent * 29) % 200 + 4 * agent };
        // Of those who are served, some come back the next day.
        let again = (call * 7 + agent * 3) % 11 == 0;
        let mut row = |at: &str, talk: u32, agent: u32, id: &str| {
            log += &format!("{id},2026-06-{at},Orders,Agent {agent:02},C{i},10,{talk},answered\n");
        };
        let at = |day: u32, minute: u32| format!("{day:02} {:02}:{:02}:00", minute / 60, minute % 60);
        row(&at(day, minute), talk, agent, &format!("K{i}"));
        if hang_up || again && day < 30 {
            let (day, minute) = if hang_up { (day, minute + 5) } else { (day + 1, minute) };
            row(&at(day, minute), 150 + agent, (agent + 5) % 12, &format!("R{i}"));
        }
    }
    log
}

#[test]
fn whom_a_signal_asks_to_review_has_goals_whose_results_wait() {
    let folder = folder();
    let calls = folder.path().join("calls.csv");
    std::fs::write(&calls, log_with_hang_ups()).unwrap();
    let report = json(&["goals", text(&calls), "--plan", PLAN, "--format", "json", "-q"]);
    let under_review: Vec<&str> =
        rows(&report).into_iter().filter(|g| g["under_review"] == true).map(|g| g["agent"].as_str().unwrap()).collect();
    assert_eq!(under_review, ["Agent 00"; 3]);
    let screen = common::stdout(&["goals", text(&calls), "--plan", PLAN, "--format", "table", "-q"]);
    assert!(screen.contains("\n Agent 00  a signal asks for review; results count once that is settled\n"), "{screen}");
    // Nothing tells satisfaction: it is said once, and in every row for machines.
    let none = |g: &&Value| is(g, "measure", "satisfaction") && is(g, "reason", "nothing tells satisfaction here");
    assert_eq!(rows(&report).iter().filter(|g| none(g)).count(), 12);
    let words = screen.split_whitespace().collect::<Vec<_>>().join(" ");
    assert_eq!(words.matches("nothing tells satisfaction here").count(), 1);
}

#[cfg(unix)]
#[test]
fn a_file_of_goals_can_be_read_by_its_owner_alone() {
    use std::os::unix::fs::PermissionsExt;
    let folder = folder();
    let file = folder.path().join("goals.csv");
    assert!(run(&["goals", CALLS, "--plan", PLAN, "-q", "-o", text(&file)]).status.success());
    assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
}

#[test]
fn one_agent_alone_has_no_goals_and_is_told_why_once() {
    let folder = folder();
    let calls = folder.path().join("calls.csv");
    let log = log_with_hang_ups();
    let alone: Vec<&str> = log.lines().filter(|line| !line.contains("Agent") || line.contains("Agent 03")).collect();
    std::fs::write(&calls, alone.join("\n")).unwrap();
    let screen = common::stdout(&["goals", text(&calls), "--plan", PLAN, "--format", "table", "-q"]);
    assert!(screen.contains("nobody else takes the same kinds of call") && !screen.contains("Agent 03"), "{screen}");
}
