//! The sample data gives what its generator knows to be true.

mod common;

use common::{json, root};
use serde_json::Value;

fn expected() -> Value {
    let text = std::fs::read_to_string(root().join("sample-data/expected.json")).expect("sample data");
    serde_json::from_str(&text).expect("JSON")
}

fn metrics(files: &[&str], more: &[&str]) -> Value {
    let names: Vec<String> = files.iter().map(|f| format!("sample-data/{f}")).collect();
    let mut args = vec!["metrics", "--format", "json", "-q"];
    args.extend(names.iter().map(String::as_str));
    args.extend(more);
    json(&args)[0].clone()
}

/// Compares what a source can tell; sums are means times their counts.
fn compare(found: &Value, expected: &Value, handled: &str) {
    let number = |v: &Value, key: &str| v[key].as_f64().unwrap_or_else(|| panic!("{key} of {v}"));
    for (ours, theirs) in [
        ("offered", "offered"),
        ("answered", "answered"),
        ("abandoned", "abandoned"),
        ("short_abandoned", "abandoned_within_5s"),
        ("handled", handled),
    ] {
        assert_eq!(found[ours], expected[theirs], "{ours}");
    }
    let in_time = number(found, "service_level")
        * (number(found, "answered") + number(found, "abandoned") - number(found, "short_abandoned"));
    assert!((in_time - number(expected, "answered_within_20s")).abs() < 1e-6, "answered in time: {in_time}");
    for (ours, theirs) in [("talk_s", "total_talk_s"), ("hold_s", "total_hold_s"), ("acw_s", "total_after_call_work_s")]
    {
        match &expected[theirs] {
            Value::Null => assert_eq!(found[ours], Value::Null, "{ours}"),
            total => {
                let sum = number(found, ours) * number(found, "handled");
                assert!((sum - total.as_f64().unwrap()).abs() < 1e-3, "{ours}: {sum} and {total}");
            }
        }
    }
    let transferred = number(found, "transfer_rate") * number(found, "handled");
    assert!((transferred - number(expected, "transferred_legs")).abs() < 1e-6, "transferred: {transferred}");
}

#[test]
fn the_generic_export() {
    let (found, expected) = (metrics(&["contacts.csv"], &[]), expected()["contacts.csv"].clone());
    compare(&found, &expected, "handled_legs");
    assert_eq!(found["csat_n"], expected["surveys"]);
}

#[test]
fn amazon_connect_is_the_same_from_csv_and_parquet() {
    let csv = metrics(&["amazon-connect.csv"], &[]);
    compare(&csv, &expected()["amazon-connect.csv"], "handled_legs");
    assert_eq!(csv, metrics(&["amazon-connect.parquet"], &[]));
    // Both at once are one log whose records stand twice.
    assert_eq!(csv, metrics(&["amazon-connect.csv", "amazon-connect.parquet"], &[]));
}

#[test]
fn genesys_cloud_in_milliseconds_and_formatted() {
    // A conversation of several agents is one row there, so the legs are the answered conversations.
    compare(&metrics(&["genesys-cloud.csv"], &[]), &expected()["genesys-cloud.csv"], "answered");
    let found = metrics(&["genesys-cloud-formatted.csv"], &["--date-order", "mdy"]);
    let expected = expected()["genesys-cloud-formatted.csv"].clone();
    assert_eq!(found["offered"], expected["offered"]);
    assert_eq!(found["talk_s"], Value::Null);
    let sum = found["aht_s"].as_f64().unwrap() * found["handled"].as_f64().unwrap();
    assert!((sum - expected["total_handle_s"].as_f64().unwrap()).abs() < 1e-3);
}

#[test]
fn five9_takes_hold_out_of_talk() {
    compare(&metrics(&["five9-call-log.csv"], &[]), &expected()["five9-call-log.csv"], "handled_legs");
}

#[test]
fn the_queue_log_is_one_log_over_rotated_files() {
    let found = metrics(&["asterisk-queue_log", "asterisk-queue_log.1"], &[]);
    let expected = expected()["asterisk-queue_log"].clone();
    // One call has no end while waiting and one while talking: both are left out and counted as such.
    assert_eq!(found["offered"].as_u64().unwrap() + 2, expected["offered"].as_u64().unwrap());
    assert_eq!(found["answered"].as_u64().unwrap() + 1, expected["answered"].as_u64().unwrap());
    assert_eq!(found["abandoned"], expected["abandoned"]);
    assert_eq!(found["handled"], expected["handled_legs"]);
    let talk = found["talk_s"].as_f64().unwrap() * found["handled"].as_f64().unwrap();
    assert!((talk - expected["total_talk_s"].as_f64().unwrap()).abs() < 1e-3);
    assert_eq!(found["acw_s"], Value::Null, "unknown is never zero");
}
