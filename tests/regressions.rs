//! Reports of what went wrong once, each as small as it can be shown.

mod common;

use common::{folder, json, run, text};
use serde_json::Value;

/// The metrics of an export with the given lines.
fn metrics(lines: &[&str], more: &[&str]) -> Value {
    let folder = folder();
    let path = folder.path().join("calls.csv");
    std::fs::write(&path, lines.join("\n") + "\n").unwrap();
    let mut args = vec!["metrics", text(&path), "--format", "json", "-q"];
    args.extend(more);
    json(&args)[0].clone()
}

const HEADER: &str = "Call ID,Start,Agent,Queue,Wait (s),Talk (s),Status";

#[test]
fn long_notes_over_several_lines_do_not_hide_the_table() {
    let note = "\"Hello,\nMy boiler, the new one, is broken.\nPlease call me.\n\"";
    let rows: Vec<String> =
        (0..40).map(|i| format!("C{i},2026-03-02 09:{:02}:10,Ann,Q,5,100,Answered,{note}", i % 60)).collect();
    let mut lines = vec!["Call ID,Start,Agent,Queue,Wait (s),Talk (s),Status,Notes"];
    lines.extend(rows.iter().map(String::as_str));
    assert_eq!(metrics(&lines, &[])["offered"], 40);
}

#[test]
fn a_status_of_not_transferred_is_no_transfer() {
    let found = metrics(
        &[
            "Call ID,Start,Agent,Queue,Wait (s),Talk (s),Status,Transferred",
            "1,2026-03-02 09:00:10,Ann,Q,5,100,Answered,Not transferred",
            "2,2026-03-02 09:01:10,Ann,Q,5,100,Answered,Not transferred",
            "3,2026-03-02 09:02:10,Bo,Q,5,100,Answered,Transferred",
        ],
        &[],
    );
    assert_eq!(found["transfer_rate"].as_f64().map(|r| (r * 3.0).round()), Some(1.0));
}

#[test]
fn a_counter_that_starts_anew_every_day_is_no_contact_id() {
    let mut lines = vec!["No,Start,Agent,Queue,Wait (s),Talk (s),Status".to_string()];
    for day in 2..5 {
        for call in 1..21 {
            lines.push(format!("{call},2026-03-{day:02} 09:{call:02}:10,Ann,Q,5,100,Answered"));
        }
    }
    let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
    assert_eq!(metrics(&lines, &[])["offered"], 60);
}

#[test]
fn durations_of_one_export_count_in_one_unit() {
    let mut lines = vec!["Start,Agent,Queue,Wait,Talk,Status".to_string()];
    lines.extend((0..12).map(|i| format!("2026-03-02 09:{i:02}:10,Ann,Q,0.25,4.5,Answered")));
    let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
    let found = metrics(&lines, &[]);
    assert_eq!((found["asa_s"].as_f64(), found["aht_s"].as_f64()), (Some(15.0), Some(270.0)));
}

#[test]
fn words_with_accents_are_understood_in_windows_1252_too() {
    let folder = folder();
    let path = folder.path().join("calls.csv");
    let text_of = format!(
        "{HEADER}\n1,2026-03-02 09:00:10,Ann,Q,5,300,R\u{e9}pondu\n2,2026-03-02 09:01:10,,Q,9,,Abandonn\u{e9}\n"
    );
    let bytes: Vec<u8> = text_of.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect();
    std::fs::write(&path, bytes).unwrap();
    let found = json(&["metrics", text(&path), "--format", "json", "-q"])[0].clone();
    assert_eq!((&found["answered"], &found["abandoned"]), (&Value::from(1), &Value::from(1)));
}

#[test]
fn times_of_day_at_night_are_times_of_day() {
    let found = metrics(
        &[
            "Call ID,Date,Time,Queue,Agent,Wait (s),Talk (s),Status",
            "1,02/03/2026,00:10:10,Q,Ann,5,100,Answered",
            "2,02/03/2026,01:10:10,Q,Ann,5,100,Answered",
            "3,13/03/2026,02:10:10,Q,Ann,5,100,Answered",
            "4,13/03/2026,23:10:10,Q,Ann,5,100,Answered",
        ],
        &["--by", "hour"],
    );
    assert_eq!((&found["hour"], &found["offered"]), (&Value::from("00"), &Value::from(1)));
}

#[test]
fn durations_too_long_to_be_calls_are_rejected_and_do_not_overflow() {
    let output = run(&["metrics", "tests/cmd/errors.in/month-long.csv", "--format", "json"]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let found: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((&found[0]["offered"], found[0]["aht_s"].as_f64()), (&Value::from(1), Some(90.0)));
}

#[test]
fn what_a_link_points_to_is_written_and_keeps_its_rights() {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let folder = folder();
        let (target, link) = (folder.path().join("target.csv"), folder.path().join("link.csv"));
        std::fs::write(&target, "old").unwrap();
        std::fs::set_permissions(&target, std::fs::Permissions::from_mode(0o640)).unwrap();
        std::os::unix::fs::symlink(&target, &link).unwrap();
        assert!(run(&["metrics", "sample-data/contacts.csv", "-o", text(&link), "-q"]).status.success());
        assert!(std::fs::symlink_metadata(&link).unwrap().file_type().is_symlink());
        assert!(std::fs::read_to_string(&target).unwrap().starts_with("offered,"));
        assert_eq!(std::fs::metadata(&target).unwrap().permissions().mode() & 0o777, 0o640);
    }
}

#[test]
fn a_profile_that_was_written_down_reads_as_the_guess_or_the_built_in_one_did() {
    let folder = folder();
    for file in ["contacts.csv", "amazon-connect.csv", "genesys-cloud.csv", "five9-call-log.csv", "asterisk-queue_log"]
    {
        let path = format!("sample-data/{file}");
        let profile = folder.path().join("profile.toml");
        let written = run(&["profiles", "new", &path, "-o", text(&profile)]);
        assert!(written.status.success(), "{}", String::from_utf8_lossy(&written.stderr));
        let by_guess = json(&["metrics", &path, "--by", "queue", "--format", "json", "-q"]);
        let by_profile =
            json(&["metrics", &path, "--by", "queue", "--format", "json", "-q", "--profile", text(&profile)]);
        assert_eq!(by_guess, by_profile, "{file}");
    }
}

/// The ids of what `check` finds in an export with the given lines.
fn findings(lines: &[String]) -> Vec<String> {
    let folder = folder();
    let path = folder.path().join("calls.csv");
    std::fs::write(&path, lines.join("\n") + "\n").unwrap();
    let check = json(&["check", text(&path), "--format", "json", "-q"]);
    check["findings"].as_array().unwrap().iter().map(|f| f["id"].as_str().unwrap().to_string()).collect()
}

#[test]
fn a_damaged_date_far_from_all_others_and_a_customer_who_is_no_person_are_found() {
    let mut lines = vec!["Call ID,Start,Agent,Customer,Talk (s)".to_string()];
    lines.extend((0..200).map(|i| {
        let customer = if i % 4 == 0 { "switchboard".to_string() } else { format!("C{i}") };
        format!("{i},2026-03-{:02} 09:{:02}:10,Ann,{customer},100", 2 + i % 20, i % 60)
    }));
    assert_eq!(findings(&lines), ["frequent_customer"]);
    lines.push("900,2062-03-02 09:00:10,Ann,C900,100".to_string());
    assert_eq!(findings(&lines), ["stray_times", "frequent_customer"]);
}

#[test]
fn a_roster_gives_the_same_whichever_file_is_read_first_and_however_blocks_are_cut() {
    let (pbx, cloud, roster) =
        ("tests/cmd/roster.in/pbx.csv", "tests/cmd/roster.in/cloud.csv", "tests/cmd/roster.in/roster.csv");
    let by = ["--by", "manager,agent", "--format", "json", "-q", "--roster", roster];
    let found = common::stdout(&[&["metrics", pbx, cloud][..], &by].concat());
    assert_eq!(found, common::stdout(&[&["metrics", cloud, pbx][..], &by].concat()));
    let small = common::run_with(&[&["metrics", pbx, cloud][..], &by].concat(), &[("CALLMERIT_BLOCK", "64")]);
    assert_eq!(found, String::from_utf8_lossy(&small.stdout));
}

#[test]
fn one_roster_joins_the_agents_of_every_sample_to_the_names_of_one() {
    let agents = |file: &str| -> Vec<String> {
        let path = format!("sample-data/{file}");
        let args = ["metrics", &path, "--by", "agent", "--format", "json", "-q", "--roster", "sample-data/roster.csv"];
        json(&args).as_array().unwrap().iter().filter_map(|row| row["agent"].as_str().map(str::to_string)).collect()
    };
    let expected = agents("contacts.csv");
    assert_eq!((expected.len(), expected[0].as_str()), (14, "Ada Okafor"));
    for file in ["amazon-connect.parquet", "genesys-cloud.csv", "asterisk-queue_log", "five9-call-log.csv"] {
        assert_eq!(agents(file), expected, "{file}");
    }
}

#[test]
fn a_period_leaves_its_calls_out_of_the_comparison_with_the_roster() {
    let args = ["metrics", "tests/cmd/roster.in/pbx.csv", "--roster", "tests/cmd/roster.in/roster.csv"];
    let output = run(&[&args[..], &["--from", "2026-02-02", "--to", "2026-02-03"]].concat());
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(stderr.contains("agents of the roster without calls here: 3 of 5"), "{stderr}");
    assert!(!stderr.contains("check the roster or the export"), "{stderr}");
}

#[test]
fn every_example_profile_is_free_of_faults() {
    let profiles = std::fs::read_dir(common::root().join("examples/profiles")).unwrap();
    for profile in profiles.map(|entry| entry.unwrap().path()) {
        // A file that is not of this source: the profile is understood, the column is missed by name.
        let output = run(&["check", "sample-data/five9-call-log.csv", "--profile", text(&profile)]);
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert!(stderr.contains("has no column for the start time"), "{}: {stderr}", profile.display());
    }
}
