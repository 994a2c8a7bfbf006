//! What reading makes of rows, seen from outside.

mod common;

use callmerit::call_log::{CallLog, Leg, MISSING, flag};
use callmerit::contacts;
use callmerit::read::{self, Options, Wanted, profile};
use common::{folder, json, text};

fn options(profile: Option<&str>) -> Options<'static> {
    Options {
        profile: profile.map(|text| profile::parse(text).expect("a profile without faults")),
        wanted: Wanted { zone: None, channel: Some("voice"), direction: Some("inbound"), team: true, issue: true },
        date_order: None,
        threads: 2,
        block: read::BLOCK,
        on_progress: &|_, _| {},
    }
}

/// The log of an export with the given lines, made into contacts.
fn log_of(lines: &[&str], profile: Option<&str>) -> CallLog {
    let folder = folder();
    let path = folder.path().join("calls.csv");
    std::fs::write(&path, lines.join("\n") + "\n").unwrap();
    let mut reading = read::read(&[text(&path).to_string()], &options(profile)).expect("a log");
    contacts::assemble(&mut reading.log, &mut reading.intake, None, 2);
    assert!(reading.intake.balances());
    reading.log
}

fn legs(log: &CallLog) -> Vec<Leg> {
    (0..log.legs.len()).map(|i| log.legs.get(i)).collect()
}

const HEADER: &str = "Call ID,Start,Agent,Queue,Wait (s),Talk (s),Customer,Status";

#[test]
fn a_row_of_an_agent_who_did_not_answer_is_a_leg_and_changes_no_metric() {
    let taken = [
        "1,2026-03-02 09:00:10,Ann,Q,5,100,C1,Answered",
        "2,2026-03-02 09:01:10,Bo,Q,25,100,C2,Answered",
        "2,2026-03-02 09:03:10,Ann,Q,5,100,C2,Answered",
        "3,2026-03-02 09:04:10,,Q,60,,C1,Abandoned",
        "4,2026-03-02 09:05:10,Bo,Q,5,100,C4,Answered",
    ];
    let rung = [
        "1,2026-03-02 09:00:10,Ann,Q,3,,C1,Ring no answer",
        "1,2026-03-02 09:00:10,Cy,R,4,,C1,RNA",
        "2,2026-03-02 09:02:10,Cy,Q,90,0,C9,ring no answer",
        "3,2026-03-02 09:04:20,Bo,Q,15,,C1,Agent not answering",
    ];
    let others: Vec<String> =
        (5..30).map(|i| format!("{i},2026-03-02 10:{i:02}:10,Ann,Q,5,100,C{i},Answered")).collect();
    let others = || others.iter().map(String::as_str);
    let before: Vec<&str> = [HEADER].into_iter().chain(taken).chain(others()).collect();
    let after: Vec<&str> = [HEADER].into_iter().chain(rung).chain(taken).chain(others()).collect();
    let measured = |lines: &[&str]| {
        let folder = folder();
        let path = folder.path().join("calls.csv");
        std::fs::write(&path, lines.join("\n") + "\n").unwrap();
        json(&["metrics", text(&path), "--format", "json", "-q"])
    };
    assert_eq!(measured(&before), measured(&after));
    let log = log_of(&after, None);
    assert!(log.tells.rang && !log_of(&before, None).tells.rang);
    let rung: Vec<Leg> = legs(&log).into_iter().filter(|l| l.flags & flag::RANG != 0).collect();
    let told = |l: &Leg| {
        let head = log.legs.get(l.head as usize);
        assert_eq!((l.contact, l.start_ms, l.wait_ms, l.handle_ms), (head.contact, head.start_ms, MISSING, MISSING));
        assert_eq!(l.flags & (flag::HEAD | flag::ANSWERED | flag::ABANDONED | flag::DUPLICATE), 0);
        format!("{} {}", log.names.agent[l.agent as usize], log.names.queue[l.queue as usize])
    };
    assert_eq!(rung.iter().map(told).collect::<Vec<_>>(), ["Ann Q", "Cy R", "Cy Q", "Bo Q"]);
}

#[test]
fn a_profile_can_say_that_missed_is_the_agents() {
    let profile = r#"
        name = "x"
        [fields.start]
        column = "Start"
        [fields.contact]
        column = "Call ID"
        [fields.agent]
        column = "Agent"
        [fields.outcome]
        column = "Status"
        map = { answered = ["Answered"], rang = ["Missed"] }
    "#;
    let lines = [
        HEADER,
        "1,2026-03-02 09:00:10,Ann,Q,3,,C1,Missed",
        "1,2026-03-02 09:00:10,Bo,Q,3,,C1,missed",
        "1,2026-03-02 09:00:10,Cy,Q,5,100,C1,Answered",
        "2,2026-03-02 09:05:10,Ann,Q,5,,C1,Missed",
    ];
    let log = log_of(&lines, Some(profile));
    let head = flag::HEAD;
    let bits: Vec<u16> = legs(&log).iter().map(|l| l.flags & !flag::PARTS).collect();
    assert_eq!(bits, [flag::RANG, flag::RANG, flag::ANSWERED | head, flag::RANG | head]);
    assert_eq!(log.legs.head.values(), [2, 2, MISSING, MISSING]);
}

/// Rows of answered calls, each with what stands behind its customer.
fn with_survey(header: &str, values: &[&str]) -> Vec<String> {
    let row = |(i, value): (usize, &&str)| format!("{i},2026-03-02 10:{i:02}:10,Ann,Q,5,100,C{i},Answered,4,{value}");
    let rows = values.iter().cycle().take(24).enumerate().map(row);
    std::iter::once(format!("{HEADER},CSAT,{header}")).chain(rows).collect()
}

#[test]
fn who_asked_for_the_survey_is_guessed_where_its_words_are_known() {
    use callmerit::call_log::SurveySource::{Agent, Independent};
    let values = ["Offered by agent", "IVR", "SMS", ""];
    for header in ["Survey source", "Survey Method", "survey_channel", "Survey type", "Survey sent by"] {
        let lines = with_survey(header, &values);
        let log = log_of(&lines.iter().map(String::as_str).collect::<Vec<_>>(), None);
        assert!(log.tells.survey_source && log.tells.csat, "{header}");
        assert_eq!(&log.legs.survey_source.values()[..4], [Some(Agent), Some(Independent), Some(Independent), None]);
    }
    // Values that say nothing of who asked; and nothing of the call's channel or outcome either.
    for values in [["NPS", "CSAT"], ["chat", "e-mail"], ["chat", "chat"]] {
        let lines = with_survey("Survey channel", &values);
        let log = log_of(&lines.iter().map(String::as_str).collect::<Vec<_>>(), None);
        assert!(!log.tells.survey_source && log.legs.survey_source.is_absent(), "{values:?}");
        assert_eq!(log.legs.len(), 24);
    }
}

#[test]
fn a_profile_says_who_asked_and_check_and_export_tell_it() {
    let folder = folder();
    let (calls, profile) = (folder.path().join("calls.csv"), folder.path().join("ours.toml"));
    std::fs::write(&calls, with_survey("Asked", &["A", "M", "?"]).join("\n") + "\n").unwrap();
    let guessed = common::stdout(&["profiles", "new", text(&calls)]);
    assert!(!guessed.contains("survey_source"));
    let map = "[fields.survey_source]\ncolumn = \"Asked\"\nmap = { agent = [\"A\"], independent = [\"M\"] }\n";
    std::fs::write(&profile, format!("{guessed}\n{map}")).unwrap();
    let given = ["-q", "--profile", text(&profile)];
    let check = json(&[&["check", text(&calls), "--format", "json"], &given[..]].concat());
    let column = check["columns"].as_array().unwrap().iter().find(|c| c["field"] == "survey_source").unwrap();
    assert_eq!((&column["column"], &column["how"]), (&"Asked".into(), &"agent: A; independent: M".into()));
    assert!(check["findings"].as_array().unwrap().iter().any(|f| f["id"] == "unreadable_survey_source"));
    let export = common::stdout(&[&["export", text(&calls)], &given[..]].concat());
    let count = |end: &str| export.lines().filter(|l| l.ends_with(end)).count();
    assert_eq!((count(",survey_source"), count(",agent"), count(",independent"), count(",")), (1, 8, 8, 8));
    // What is written down of a guess reads back as the guess.
    std::fs::write(&calls, with_survey("Survey source", &["Agent", "Sms"]).join("\n") + "\n").unwrap();
    std::fs::write(&profile, common::stdout(&["profiles", "new", text(&calls)])).unwrap();
    let export = common::stdout(&[&["export", text(&calls)], &given[..]].concat());
    assert_eq!(export, common::stdout(&["export", text(&calls), "-q"]));
    assert_eq!(export.lines().filter(|l| l.ends_with(",agent")).count(), 12);
}
