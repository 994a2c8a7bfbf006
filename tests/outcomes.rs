//! Outcomes from a file reach the agents who decided the contacts, and nothing else.

mod common;

use common::{folder, json, root, run, stdout, text};
use serde_json::Value;
use std::collections::{BTreeMap, HashMap};

const CALLS: &str = "sample-data/contacts.csv";
const OUTCOMES: &str = "sample-data/outcomes.csv";

/// The records of a sample, by the titles of its columns.
fn records(file: &str) -> Vec<HashMap<String, String>> {
    csv::Reader::from_path(root().join(file)).expect("a sample").deserialize().filter_map(Result::ok).collect()
}

/// Contacts kept, and contacts decided, by agent: each is the last agent's who did not pass it on.
fn credited() -> BTreeMap<String, (u64, u64)> {
    let mut last: HashMap<String, (String, String)> = HashMap::new();
    for row in records(CALLS) {
        let is_counted = row["channel"] == "voice" && row["direction"] == "inbound" && row["outcome"] == "answered";
        if is_counted && row["transferred"] == "no" && row["started_at"].starts_with("2026") {
            let entry = last.entry(row["contact_id"].clone()).or_default();
            *entry = entry.clone().max((row["started_at"].clone(), row["agent"].clone()));
        }
    }
    let outcomes: BTreeMap<String, String> =
        records(OUTCOMES).into_iter().map(|row| (row["contact"].clone(), row["outcome"].clone())).collect();
    let mut credited: BTreeMap<String, (u64, u64)> = BTreeMap::new();
    for (contact, outcome) in outcomes.iter().filter(|(_, outcome)| *outcome != "pending") {
        if let Some((_, agent)) = last.get(contact) {
            let (kept, decided) = credited.entry(agent.clone()).or_default();
            *kept += u64::from(outcome == "kept");
            *decided += 1;
        }
    }
    credited
}

fn cards(args: &[&str]) -> Vec<Value> {
    let all = json(&[&["scorecard", "--format", "json", "-q"], args].concat());
    all["scorecards"].as_array().expect("scorecards").clone()
}

#[test]
fn the_samples_outcomes_are_those_of_the_agents_who_decided_them() {
    let credited = credited();
    assert!(credited.values().map(|(_, decided)| decided).sum::<u64>() > 150);
    for card in cards(&[CALLS, "--outcomes", OUTCOMES]) {
        let outcome = &card["measures"]["outcome"];
        let name = card["agent"].as_str().unwrap();
        match credited.get(name) {
            Some((kept, decided)) => {
                assert_eq!(outcome["n"], *decided, "{name}");
                let share = *kept as f64 / *decided as f64;
                assert!((outcome["observed"].as_f64().unwrap() - share).abs() < 1e-12, "{name}");
            }
            None => assert!(outcome.as_object().unwrap().values().all(Value::is_null), "{name}"),
        }
    }
}

#[test]
fn the_planted_differences_are_found() {
    let of = |name: &str| {
        let cards = cards(&[CALLS, "--outcomes", OUTCOMES]);
        cards.iter().find(|card| card["agent"] == name).expect("an agent")["measures"]["outcome"].clone()
    };
    let (keeps, loses) = (of("Dvořák, Ilja"), of("Kovač, Lena"));
    assert_eq!((&keeps["told_apart"], &keeps["needed"], &loses["needed"]), (&true.into(), &0.into(), &0.into()));
    let number = |v: &Value, key: &str| v[key].as_f64().unwrap();
    assert!(number(&keeps, "low") > number(&keeps, "expected"), "{keeps}");
    assert!(number(&loses, "shrunk") < number(&loses, "expected") - 0.1, "{loses}");
}

#[test]
fn outcomes_change_nothing_but_their_own_columns() {
    for more in [&[][..], &["--period", "month"], &["--by", "queue"]] {
        let without = cards(&[&[CALLS], more].concat());
        let mut with = cards(&[&[CALLS, "--outcomes", OUTCOMES], more].concat());
        assert_eq!(without.len(), with.len());
        for (card, before) in with.iter_mut().zip(&without) {
            let own = card["measures"]["outcome"].take();
            assert_eq!(own.as_object().unwrap().len(), before["measures"]["outcome"].as_object().unwrap().len());
            card["measures"]["outcome"] = before["measures"]["outcome"].clone();
            assert_eq!(card, before);
            assert!(before["measures"]["outcome"].as_object().unwrap().values().all(Value::is_null));
        }
    }
    for command in ["signals", "metrics", "export"] {
        let plain = stdout(&[command, CALLS, "-q"]);
        assert!(plain == stdout(&[command, CALLS, "-q", "--outcomes", OUTCOMES]), "{command}");
    }
}

#[test]
fn the_order_of_lines_and_the_number_of_threads_change_no_byte() {
    let folder = folder();
    let path = folder.path().join("turned.csv");
    let given = std::fs::read_to_string(root().join(OUTCOMES)).unwrap();
    let (title, rows) = given.split_once('\n').unwrap();
    let turned: Vec<&str> = rows.lines().rev().collect();
    std::fs::write(&path, format!("{title}\n{}\n", turned.join("\n"))).unwrap();
    let print = |outcomes: &str, threads: &str| {
        stdout(&["scorecard", CALLS, "--outcomes", outcomes, "--threads", threads, "--format", "csv", "-q"])
    };
    let first = print(OUTCOMES, "1");
    assert!(first == print(OUTCOMES, "4") && first == print(text(&path), "3"));
    assert!(first.lines().next().unwrap().contains(",handle_time_own_share,outcome_observed,outcome_expected,"));
}

#[test]
fn an_id_of_several_columns_is_found_as_it_is_shown() {
    let folder = folder();
    let (calls, profile) = (folder.path().join("calls.csv"), folder.path().join("ours.toml"));
    let outcomes = folder.path().join("outcomes.csv");
    std::fs::write(
        &calls,
        "Site,No,Start,Agent,Talk\nLeith North,7,2026-03-02 09:00:10,Ann,90\nPenarth,7,2026-03-02 09:10:10,Bo,90\n\
         Penarth,8,2026-03-02 09:20:10,Bo,95\n",
    )
    .unwrap();
    let ids = "[fields.contact]\ncolumns = [\"Site\", \"No\"]\n";
    let fields = "[fields.agent]\ncolumn = \"Agent\"\n[fields.talk]\ncolumn = \"Talk\"\nunit = \"s\"\n";
    std::fs::write(&profile, format!("name = \"x\"\n[fields.start]\ncolumn = \"Start\"\n{ids}{fields}")).unwrap();
    std::fs::write(&outcomes, "contact,outcome\nLeith North 7,kept\nPenarth 7,lost\nPenarth 9,lost\n").unwrap();
    let args = ["scorecard", text(&calls), "--profile", text(&profile), "--outcomes", text(&outcomes)];
    let cards = cards(&args[1..]);
    let n: Vec<&Value> = cards.iter().map(|card| &card["measures"]["outcome"]["n"]).collect();
    assert_eq!(n, [1, 1]);
    let told = String::from_utf8(run(&args).stderr).unwrap();
    assert!(told.contains("contacts that the calls do not have: 1 of 3") && !told.contains("Penarth"), "{told}");
}
