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
