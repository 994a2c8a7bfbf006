//! The statement for one agent: every step can be done again, in whole numbers, from what it prints, and ends at the amount.

#[path = "common/centre.rs"]
#[allow(dead_code)] // not every test program needs every helper
mod centre;
mod common;

use centre::{Call, Centre, name};
use common::{folder, json, run, shared, text};
use serde_json::Value;
use std::collections::HashMap;
use std::path::Path;

/// Ten-thousandths of 1, the unit of all numbers that are no money.
const ONE: i128 = 10_000;

/// A decimal number in ten-thousandths.
fn exact(text: &str) -> i128 {
    let digits = text.trim_start_matches('-');
    let (whole, part) = digits.split_once('.').unwrap_or((digits, ""));
    let number: i128 = format!("{whole}{part:0<4}").parse().unwrap_or_else(|_| panic!("{text} is no number"));
    if text.starts_with('-') { -number } else { number }
}

/// An amount in minor units: its digits are all there.
fn minor(text: &str) -> i128 {
    text.replace('.', "").parse().unwrap_or_else(|_| panic!("{text} is no amount"))
}

/// A step as it is printed.
struct Step<'a> {
    id: &'a str,
    numbers: &'a serde_json::Map<String, Value>,
    result: &'a str,
}

impl Step<'_> {
    fn text(&self, name: &str) -> &str {
        self.numbers[name].as_str().unwrap_or_else(|| panic!("{} has no {name}", self.id))
    }

    fn has(&self, name: &str) -> bool {
        self.numbers.contains_key(name)
    }

    fn exact(&self, name: &str) -> i128 {
        exact(self.text(name))
    }

    fn money(&self, name: &str) -> i128 {
        minor(self.text(name))
    }
}

/// What the steps so far have come to.
#[derive(Default)]
struct Sofar {
    /// Results that the next steps must begin with.
    sure: Option<i128>,
    value: Option<i128>,
    share: Option<i128>,
    /// Of the measures one by one.
    measures: Vec<i128>,
    floor_lost: bool,
    missed: Vec<String>,
    amount: i128,
}

/// Pairs of a curve, `value:share` with blanks between.
fn points(text: &str) -> Vec<(i128, i128)> {
    text.split(' ')
        .map(|pair| pair.split_once(':').map(|(at, share)| (exact(at), exact(share))).expect("a pair"))
        .collect()
}

fn on_a_line(points: &[(i128, i128)], value: i128) -> i128 {
    match points.iter().rposition(|(at, _)| value >= *at) {
        None => 0,
        Some(i) if i + 1 == points.len() => points[i].1,
        Some(i) => {
            let ((at, share), (to, upper)) = (points[i], points[i + 1]);
            share + ((upper - share) * (value - at)).div_euclid(to - at)
        }
    }
}

fn one_level_down(points: &[(i128, i128)], value: i128) -> i128 {
    let reached = points.iter().filter(|(at, _)| value >= *at).count();
    if reached >= 2 { points[reached - 2].1 } else { 0 }
}

fn by_units(step: &Step<'_>) -> i128 {
    let units = step.exact("units").max(0);
    let tiers: Vec<(Option<i128>, i128)> = step
        .text("tiers")
        .split(' ')
        .map(|tier| tier.split_once(':').expect("a tier"))
        .map(|(up_to, rate)| ((up_to != "rest").then(|| exact(up_to)), minor(rate)))
        .collect();
    let sum: i128 = if step.text("apply") == "retroactive" {
        let reached = tiers.iter().find(|(up_to, _)| up_to.is_none_or(|to| step.exact("units") <= to));
        reached.map_or(0, |(_, rate)| units * rate)
    } else {
        let mut from = 0;
        let mut sum = 0;
        for (up_to, rate) in &tiers {
            let to = up_to.unwrap_or(i128::MAX).min(units).max(from);
            sum += (to - from) * rate;
            from = to;
        }
        sum
    };
    (sum.div_euclid(ONE) * step.exact("individual")).div_euclid(ONE)
}

/// A level, or what was seen, in a curve's unit.
fn in_unit(step: &Step<'_>, level: i128, falls: bool) -> i128 {
    let percent = |part: i128, of: i128| (part * 100 * ONE).div_euclid(of);
    match step.text("unit") {
        "percent-of-team" | "percent-of-target" if falls => percent(step.exact("full"), level),
        "percent-of-team" | "percent-of-target" => percent(level, step.exact("full")),
        _ if falls => -level,
        _ => level,
    }
}

fn level(step: &Step<'_>, so: &Sofar) -> i128 {
    assert_eq!(Some(step.exact("sure")), so.sure, "level");
    let effect = (step.exact("sure") * step.exact("spread")).div_euclid(ONE);
    let falls = step.has("factor");
    let level = if falls {
        // The one number that is no arithmetic: exp(-effect), rounded.
        let factor = step.exact("factor");
        let expected = (-(effect as f64) / 10_000.0).exp() * 10_000.0;
        assert!((factor as f64 - expected).abs() <= 0.5 + 1e-6, "{factor} is not {expected}");
        (step.exact("team") * factor).div_euclid(ONE)
    } else {
        (step.exact("team") + effect).clamp(0, ONE)
    };
    assert_eq!(step.exact("level"), level, "level");
    in_unit(step, level, falls)
}

fn budget(step: &Step<'_>) -> i128 {
    let (amount, budget, asked) = (step.money("amount"), step.money("budget"), step.money("asked"));
    let scaled = (amount * budget).div_euclid(asked);
    if budget < asked {
        return scaled;
    }
    scaled.min((amount * step.exact("most")).div_euclid(ONE)).max(amount)
}

/// Does a step again. `has_money` is false in plans that give recognition only.
fn again(step: &Step<'_>, so: &mut Sofar) {
    let result = step.result;
    let begins_with =
        |so: &Sofar| assert_eq!(step.money("amount"), so.amount, "{} begins with something else", step.id);
    match step.id {
        "part" => assert_eq!(minor(result), (step.money("bonus") * step.exact("individual")).div_euclid(ONE)),
        "gate" => {
            let value = step.text("value");
            let met = value.is_empty()
                || if step.has("at_least") {
                    exact(value) >= step.exact("at_least")
                } else {
                    exact(value) <= step.exact("at_most")
                };
            assert_eq!(result, if met { "met" } else { "missed" });
            if !met {
                so.missed.push(step.text("effect").to_string());
            }
        }
        "sure" => {
            let taken_off = (step.exact("sd") * step.exact("deviations")).div_euclid(ONE);
            assert_eq!(exact(result), step.exact("best") - taken_off);
            (so.sure, so.value) = (Some(exact(result)), Some(exact(result)));
        }
        "spread" => {
            assert!(so.sure.is_none_or(|sure| sure == step.exact("sure")));
            assert_eq!(exact(result), (step.exact("sure") * ONE).div_euclid(step.exact("spread")));
            so.value = Some(exact(result));
        }
        "level" => {
            so.sure = so.sure.or(Some(step.exact("sure")));
            assert_eq!(exact(result), level(step, so));
            so.value = Some(exact(result));
        }
        "seen" => {
            assert_eq!(exact(result), in_unit(step, step.exact("observed"), step.text("better") == "lower"));
            so.value = Some(exact(result));
        }
        "curve" => {
            let value = step.exact("value");
            assert!(so.value.is_none_or(|known| known == value), "the curve begins with another value");
            let line = step.has("line");
            let points = points(step.text(if line { "line" } else { "steps" }));
            let share = match step.text("levels_down") {
                "1" => one_level_down(&points, value),
                _ if line => on_a_line(&points, value),
                _ => points.iter().rfind(|(at, _)| value >= *at).map_or(0, |(_, share)| *share),
            };
            assert_eq!(exact(result), share);
            assert_eq!(step.text("levels_down") == "1", so.missed.iter().any(|effect| effect == "drop-a-tier"));
            (so.share, so.sure, so.value) = (Some(share), None, None);
        }
        "bonus" => {
            assert_eq!(Some(step.exact("share")), so.share);
            so.amount = (step.money("bonus") * step.exact("share")).div_euclid(ONE);
            assert_eq!(minor(result), so.amount);
        }
        "measure" => {
            let share = so.share.take().unwrap_or(0); // nothing is known of a measure without a curve before it
            assert_eq!(step.exact("share"), share);
            let part = (step.money("bonus") * step.exact("weight")).div_euclid(ONE);
            assert_eq!(minor(result), (part * share).div_euclid(ONE));
            so.measures.push(minor(result));
            so.amount = so.measures.iter().sum();
        }
        "units" => {
            assert!(so.value.is_none_or(|value| value == step.exact("units")));
            assert_eq!(minor(result), by_units(step));
            (so.sure, so.value) = (None, None);
            so.measures.push(minor(result));
            so.amount = so.measures.iter().sum();
        }
        "sum" => assert_eq!(minor(result), so.amount),
        "team" => {
            assert_eq!(step.money("own"), so.amount);
            so.amount += (step.money("part") * step.exact("share")).div_euclid(ONE);
            assert_eq!(minor(result), so.amount);
        }
        "cap" => {
            begins_with(so);
            so.amount = so.amount.min(step.money("most"));
            assert_eq!(minor(result), so.amount);
        }
        "floor" => {
            so.floor_lost = step.exact("below") >= step.exact("floor");
            assert_eq!(result, if so.floor_lost { "lost" } else { "kept" });
        }
        "conditions" => {
            begins_with(so);
            so.amount = after_conditions(so);
            assert_eq!(minor(result), so.amount);
        }
        "prorate" => {
            begins_with(so);
            so.amount = (so.amount * step.exact("days")).div_euclid(step.exact("of"));
            assert_eq!(minor(result), so.amount);
        }
        "pool" => {
            begins_with(so);
            so.amount += (step.money("pool") * minor(step.text("part"))).div_euclid(minor(step.text("of")));
            assert_eq!(minor(result), so.amount);
        }
        "budget" => {
            begins_with(so);
            so.amount = budget(step);
            assert_eq!(minor(result), so.amount);
        }
        "rounding" => {
            begins_with(so);
            so.amount -= so.amount.rem_euclid(step.money("to"));
            assert_eq!(minor(result), so.amount);
        }
        "recommended" => {
            begins_with(so);
            let now = if step.text("action") == "pay" { so.amount } else { 0 };
            assert_eq!(minor(result), now);
        }
        other => panic!("the step {other} is not documented"),
    }
}

/// What floor and gates leave of an amount.
fn after_conditions(so: &Sofar) -> i128 {
    if so.floor_lost {
        return 0;
    }
    so.missed.iter().fold(so.amount, |amount, effect| match effect.as_str() {
        "zero" => 0,
        "halve" => amount.div_euclid(2),
        _ => amount,
    })
}

/// Does all steps of a statement again; the ids that it has are counted.
fn check(statement: &Value, ids: &mut HashMap<String, usize>) {
    let of = &statement["statement"];
    let has_money = !of["currency"].is_null();
    let mut so = Sofar::default();
    let mut was_conditioned = false;
    let steps = of["steps"].as_array().expect("steps");
    for step in steps {
        let id = step["id"].as_str().expect("an id");
        let numbers = step["numbers"].as_object().expect("numbers");
        let step = Step { id, numbers, result: step["result"].as_str().expect("a result") };
        // What comes after the conditions begins with what they leave, also where they change nothing.
        if ["prorate", "pool", "budget", "rounding", "recommended"].contains(&id) && !was_conditioned {
            was_conditioned = true;
            assert_eq!(after_conditions(&so), so.amount, "conditions were forgotten");
        }
        was_conditioned |= id == "conditions";
        again(&step, &mut so);
        *ids.entry(id.to_string()).or_default() += 1;
    }
    let action = of["action"].as_str().expect("an action");
    let money = |name: &str| minor(of[name].as_str().expect("an amount"));
    if !has_money {
        assert_eq!((money("amount"), money("if_released")), (0, 0));
        return;
    }
    assert_eq!(steps.last().expect("a last step")["id"], "recommended");
    assert_eq!(money("amount"), if action == "pay" { so.amount } else { 0 });
    assert_eq!(money("if_released"), if action == "hold" { so.amount } else { 0 });
}

/// Names, actions and amounts as `incentives` has them.
fn recommendations(args: &[&str]) -> Vec<(String, String, String)> {
    let output = json(&[&["incentives"], args, &["--format", "json", "-q"]].concat());
    let text = |of: &Value, name: &str| of[name].as_str().unwrap_or_default().to_string();
    let all = output["recommendations"].as_array().expect("recommendations");
    all.iter().map(|r| (text(r, "agent"), text(r, "action"), text(r, "amount"))).collect()
}

fn statement(args: &[&str], agent: &str) -> Value {
    json(&[&["explain"], args, &["--agent", agent, "--format", "json", "-q"]].concat())
}

/// Explains the agents of `chosen`, and checks that their statements agree with the recommendations.
fn check_agents(args: &[&str], every: usize, ids: &mut HashMap<String, usize>) {
    for (agent, action, amount) in recommendations(args).into_iter().step_by(every) {
        let found = statement(args, &agent);
        assert_eq!(found["statement"]["action"], action.as_str(), "{agent}");
        assert_eq!(found["statement"]["amount"], amount.as_str(), "{agent}");
        check(&found, ids);
    }
}

const SAMPLE: &str = "sample-data/contacts.csv";
const BESIDE: [&str; 4] = ["--roster", "tests/statement/roster.csv", "--figures", "tests/statement/figures.csv"];

#[test]
fn the_statements_lines_reproduce_the_amount_when_recomputed_from_its_own_printed_numbers() {
    let mut ids = HashMap::new();
    for (plan, every) in
        [("balanced", 2), ("technical-support", 1), ("team-pool", 3), ("recognition", 4), ("pay-for-speed", 4)]
    {
        check_agents(&[SAMPLE, "--plan", &format!("examples/plans/{plan}.toml")], every, &mut ids);
    }
    for (plan, every) in [("measures", 1), ("gates", 1), ("pool", 1), ("raw", 2), ("quick", 2)] {
        let plan = format!("tests/statement/{plan}.toml");
        let args = [&[SAMPLE, "--plan", &plan][..], &BESIDE].concat();
        check_agents(&args, every, &mut ids);
    }
    let retention = [SAMPLE, "--plan", "examples/plans/retention.toml", "--outcomes", "sample-data/outcomes.csv"];
    check_agents(&retention, 5, &mut ids);
    let weekly = [&[SAMPLE, "--plan", "tests/statement/weekly.toml", "--for", "2026-W12"][..], &BESIDE].concat();
    check_agents(&weekly, 3, &mut ids);
    let all = [
        "part", "gate", "sure", "spread", "level", "seen", "curve", "bonus", "units", "measure", "sum", "team", "cap",
        "floor", "conditions", "prorate", "pool", "budget", "rounding", "recommended",
    ];
    let never: Vec<&str> = all.into_iter().filter(|id| !ids.contains_key(*id)).collect();
    assert!(never.is_empty(), "no statement has {never:?}: {ids:?}");
}

#[test]
fn in_simulated_worlds_the_lines_reproduce_the_amounts_whatever_is_recommended() {
    let Some(world) = shared("worlds/world-1/calls.csv.gz") else { return };
    let args = [&world, "--plan", "examples/plans/balanced.toml"];
    let mut told: HashMap<String, usize> = HashMap::new();
    for (agent, action, _) in recommendations(&args) {
        let number = told.entry(action).or_default();
        *number += 1;
        if *number <= 3 {
            check(&statement(&args, &agent), &mut HashMap::new());
        }
    }
    assert_eq!(told.len(), 4, "{told:?}");
}

#[test]
#[ignore = "every agent of three worlds takes ten minutes"]
fn in_simulated_worlds_all_lines_reproduce_all_amounts() {
    for world in ["world-1", "world-2", "world-3"] {
        let Some(calls) = shared(&format!("worlds/{world}/calls.csv.gz")) else { return };
        check_agents(&[&calls, "--plan", "examples/plans/balanced.toml"], 1, &mut HashMap::new());
    }
}

/// The sample with each row of an agent changed.
fn changed(agent: &str, change: impl Fn(&csv::StringRecord, &csv::StringRecord) -> csv::StringRecord, into: &Path) {
    let mut reader =
        csv::ReaderBuilder::new().flexible(true).from_path(common::root().join(SAMPLE)).expect("the sample");
    let header = reader.headers().expect("a header").clone();
    let at = header.iter().position(|h| h == "agent").expect("agents");
    let mut writer = csv::WriterBuilder::new().flexible(true).from_path(into).expect("a file");
    writer.write_record(&header).expect("a header");
    for row in reader.records() {
        let row = row.expect("a row");
        let row = if row.get(at) == Some(agent) { change(&header, &row) } else { row };
        writer.write_record(&row).expect("a row");
    }
}

/// Value of the agent's curve under the plan for other calls.
fn value(calls: &str, plan: &str, agent: &str) -> i128 {
    let found = statement(&[calls, "--plan", plan], agent);
    let steps = found["statement"]["steps"].as_array().expect("steps");
    let curve = steps.iter().find(|step| step["id"] == "curve").expect("a curve");
    exact(curve["numbers"]["value"].as_str().expect("a value"))
}

fn cell(
    header: &csv::StringRecord,
    row: &csv::StringRecord,
    column: &str,
    new: impl Fn(&str) -> String,
) -> csv::StringRecord {
    let at = header.iter().position(|h| h == column).unwrap_or_else(|| panic!("no {column}"));
    row.iter().enumerate().map(|(i, old)| if i == at { new(old) } else { old.to_string() }).collect()
}

#[test]
fn what_good_answers_would_have_changed_is_what_they_change() {
    let (agent, plan) = ("Castell, Bruno", "examples/plans/balanced.toml");
    let found = statement(&[SAMPLE, "--plan", plan], agent);
    let what_ifs = found["what_if"].as_array().expect("what would have changed the amount");
    let all_good = what_ifs
        .iter()
        .find(|w| w["change"] == "more-good-answers" && w["by"].is_null())
        .expect("all good is not enough");
    let folder = folder();
    let file = folder.path().join("contacts.csv");
    let good = |old: &str| if old.is_empty() { String::new() } else { "5".to_string() };
    changed(agent, |header, row| cell(header, row, "satisfaction", good), &file);
    assert_eq!(value(text(&file), plan, agent), exact(all_good["value"].as_str().expect("a value")));
}

#[test]
fn what_shorter_calls_would_have_changed_is_what_they_change() {
    let (agent, plan) = ("Ögren, Maja", "examples/plans/balanced.toml");
    let found = statement(&[SAMPLE, "--plan", plan], agent);
    let what_ifs = found["what_if"].as_array().expect("what would have changed the amount");
    let shorter = what_ifs.iter().find(|w| w["change"] == "shorter-calls").expect("shorter calls");
    let seconds = shorter["by"].as_f64().or(shorter["of"].as_f64()).expect("seconds");
    let measures = found["measures"].as_array().expect("measures");
    let observed = measures.iter().find(|m| m["measure"] == "handle_time").expect("handle time")["observed"].as_f64();
    let ratio = 1.0 - seconds / observed.expect("a time");
    let folder = folder();
    let file = folder.path().join("contacts.csv");
    let scaled = |old: &str| old.parse::<f64>().map_or(old.to_string(), |s| format!("{:.3}", s * ratio));
    let times = ["talk_seconds", "hold_seconds", "after_call_work_seconds"];
    changed(agent, |header, row| times.iter().fold(row.clone(), |row, time| cell(header, &row, time, scaled)), &file);
    let expected = exact(shorter["value"].as_str().expect("a value"));
    let found = value(text(&file), plan, agent);
    assert!((found - expected).abs() <= 5, "{found} is not {expected}");
}

#[test]
fn an_agent_whom_nobody_knows_is_refused_with_the_names_that_were_meant() {
    let output = run(&["explain", SAMPLE, "--plan", "examples/plans/balanced.toml", "--agent", "Ada Okafor"]);
    let error = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(2));
    assert!(
        error.contains("none of the 14 agents with calls for 2026-03 is called that (did you mean `Okafor, Ada`?);"),
        "{error}"
    );
}

#[test]
fn a_signal_sets_the_amount_aside_and_is_told_with_what_else_it_could_be() {
    let mut centre = Centre::of(7, 30, 300);
    let agent = 11;
    // A good agent, some of whose calls end within seconds.
    for i in centre.of_agent(agent) {
        centre.calls[i].talk_s = centre.calls[i].talk_s * 2 / 3;
        centre.calls[i].score = centre.calls[i].score.map(|_| 5);
    }
    centre.change(agent, 0.1, Call::whole, |call, dice| call.cut(dice.between(3..=10), false));
    let folder = folder();
    let calls = folder.path().join("calls.csv");
    std::fs::write(&calls, centre.csv(&[])).expect("a file");
    let found = statement(&[text(&calls), "--plan", "examples/plans/balanced.toml"], &name(agent));
    check(&found, &mut HashMap::new());
    let of = &found["statement"];
    assert_eq!((&of["action"], &of["amount"]), (&Value::from("hold"), &Value::from("0.00")));
    assert!(minor(of["if_released"].as_str().expect("an amount")) > 0, "{of}");
    let signal = &found["signals"][0];
    assert_eq!((&signal["signal"], &signal["review"]), (&Value::from("short-calls"), &Value::from(true)));
    assert!(signal["benign"].as_array().expect("explanations").len() >= 2 && signal["look_at"].is_string());
    // What would have changed the amount is what is set aside, not what is paid now.
    for w in found["what_if"].as_array().expect("what would have changed the amount") {
        assert!(minor(w["amount"].as_str().expect("an amount")) > 0, "{w}");
    }
}

#[cfg(unix)]
#[test]
fn a_statement_in_a_file_is_its_owners_alone() {
    use std::os::unix::fs::PermissionsExt;
    let folder = folder();
    for name in ["ada.md", "ada.txt", "ada.json", "ada.csv"] {
        let file = folder.path().join(name);
        let plan = "examples/plans/balanced.toml";
        let output = run(&["explain", SAMPLE, "--plan", plan, "--agent", "Okafor, Ada", "-o", text(&file), "-q"]);
        assert!(output.status.success() && output.stdout.is_empty());
        assert_eq!(std::fs::metadata(&file).expect("a file").permissions().mode() & 0o777, 0o600);
    }
}
