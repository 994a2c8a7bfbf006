//! What reading makes of rows, seen from outside.

mod common;

use callmerit::call_log::{CallLog, Leg, MISSING, flag};
use callmerit::contacts;
use callmerit::read::{self, Options, Wanted, profile};
use common::{folder, json, text};
use std::collections::{HashMap, HashSet};
use std::io::Write;

fn options(profile: Option<&str>) -> Options<'static> {
    Options {
        profile: profile.map(|text| profile::parse(text).expect("a profile without faults")),
        wanted: Wanted { zone: None, channel: Some("voice"), direction: Some("inbound"), team: true, issue: true },
        date_order: None,
        threads: 2,
        block: read::BLOCK,
        on_progress: &|_| {},
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

/// The keys of all contacts of the files, and their ids.
fn ids_of(files: &[String], profile: Option<&str>) -> (CallLog, HashMap<u64, String>) {
    let log = read::read(files, &options(profile)).expect("a log").log;
    let wanted: HashSet<u64> = log.legs.contact.values().iter().copied().collect();
    let ids = read::contact_ids(files, &options(profile), &wanted).expect("ids");
    assert!(ids.keys().all(|key| wanted.contains(key)));
    (log, ids)
}

#[test]
fn the_ids_of_contacts_are_read_again_as_the_source_writes_them() {
    for file in
        ["contacts.csv", "amazon-connect.csv", "genesys-cloud.csv", "five9-call-log.csv", "asterisk-queue_log.1"]
    {
        let path = format!("sample-data/{file}");
        let (log, ids) = ids_of(std::slice::from_ref(&path), None);
        let lines = std::fs::read(&path).unwrap();
        let lines: Vec<String> =
            lines.split(|b| *b == b'\n').map(|l| String::from_utf8_lossy(l).into_owned()).collect();
        assert!(log.legs.len() > 100, "{file}");
        for leg in legs(&log) {
            let id = &ids[&leg.contact];
            let line = &lines[leg.line as usize - 1];
            assert!(id.len() > 4 && line.contains(id.as_str()), "{file}: {id} in {line}");
        }
    }
}

#[test]
fn an_id_as_it_is_shown_has_the_key_of_its_contact() {
    let has_key = |(log, ids): (CallLog, HashMap<u64, String>), columns: usize| {
        assert!(!ids.is_empty() && log.legs.contact.values().iter().any(|key| ids.contains_key(key)));
        ids.iter().all(|(key, id)| read::contact_keys(id, columns).contains(key))
    };
    for file in ["contacts.csv", "amazon-connect.parquet", "genesys-cloud.csv", "asterisk-queue_log.1"] {
        assert!(has_key(ids_of(&[format!("sample-data/{file}")], None), 1), "{file}");
    }
    let folder = folder();
    let path = folder.path().join("calls.csv");
    let mut lines = HEADER.as_bytes().to_vec();
    for row in ["a 1,2026-03-02 09:00:10,Ann B,Q 1", ",2026-03-02 09:01:10,Ann,Q", "\u{e9}7,2026-03-02 09:02:10,,"] {
        lines.extend(format!("\n{row},5,100,0155501001,Answered").bytes());
    }
    lines.extend(b"\nJo\xe3o,2026-03-02 09:02:10,Jo\xe3o C,Q,5,100,0155501001,Answered\n");
    std::fs::write(&path, lines).unwrap();
    for (contact, columns) in
        [("\"Call ID\"", 1), ("\"Agent\", \"Call ID\"", 2), ("\"Queue\", \"Agent\", \"Call ID\"", 3)]
    {
        let profile =
            format!("name = \"x\"\n[fields.start]\ncolumn = \"Start\"\n[fields.contact]\ncolumns = [{contact}]\n");
        let read = ids_of(&[text(&path).to_string()], Some(&profile));
        assert!(read.1.len() >= 3 && has_key(read, columns), "{contact}");
    }
    // Ways to share an id out are not tried without end.
    assert!(read::contact_keys(&"a ".repeat(500), 4).len() <= 1_000);
}

#[test]
fn packed_files_and_parquet_tell_the_same_ids() {
    let folder = folder();
    let packed = |name: &str, pack: &dyn Fn(&[u8]) -> Vec<u8>| {
        let path = folder.path().join("packed");
        std::fs::write(&path, pack(&std::fs::read(format!("sample-data/{name}")).unwrap())).unwrap();
        ids_of(&[text(&path).to_string()], None).1
    };
    let gz = |bytes: &[u8]| {
        let mut writer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        writer.write_all(bytes).unwrap();
        writer.finish().unwrap()
    };
    let zst = |bytes: &[u8]| zstd::encode_all(bytes, 1).unwrap();
    for file in ["amazon-connect.csv", "asterisk-queue_log"] {
        let (_, plain) = ids_of(&[format!("sample-data/{file}")], None);
        assert!(plain == packed(file, &gz) && plain == packed(file, &zst), "{file}");
    }
    let (csv, parquet) =
        ("sample-data/amazon-connect.csv".to_string(), "sample-data/amazon-connect.parquet".to_string());
    let (log, ids) = ids_of(&[csv], None);
    assert_eq!(ids, ids_of(std::slice::from_ref(&parquet), None).1);
    // Only what was asked for.
    let one = HashSet::from([log.legs.contact.get(7), 42]);
    let found = read::contact_ids(&[parquet], &options(None), &one).unwrap();
    assert_eq!(found, HashMap::from([(log.legs.contact.get(7), ids[&log.legs.contact.get(7)].clone())]));
}

#[test]
fn no_customer_and_no_control_character_is_told_as_an_id() {
    let profile = |contact: &str| {
        format!(
            "name = \"x\"\n[fields.start]\ncolumn = \"Start\"\n[fields.contact]\n{contact}\n\
             [fields.customer]\ncolumn = \"Customer\"\n"
        )
    };
    let folder = folder();
    let path = folder.path().join("calls.csv");
    let lines = [
        HEADER,
        "a\u{1b}[2Jb,2026-03-02 09:00:10,Ann,Q,5,100,0155501001,Answered",
        ",2026-03-02 09:00:10,Ann,Q 7,5,100,0155501002,Answered",
        "+15550100199,2026-03-02 09:00:10,Ann,Q 8,5,100,0155501003,Answered",
    ];
    std::fs::write(&path, lines.join("\n") + "\n").unwrap();
    let told = |contact: &str| {
        let (log, ids) = ids_of(&[text(&path).to_string()], Some(&profile(contact)));
        legs(&log).iter().map(|leg| ids.get(&leg.contact).cloned().unwrap_or_default()).collect::<Vec<_>>()
    };
    assert_eq!(told("column = \"Call ID\"\nor = \"Queue\""), ["a [2Jb", "Q 7", ""]);
    assert_eq!(told("columns = [\"Call ID\", \"Queue\"]"), ["a [2Jb Q", "Q 7", ""]);
    assert_eq!(told("columns = [\"Queue\", \"Customer\"]"), ["", "", ""]);
    // Rows without an id are contacts of their own, known by file and line.
    let rows = "name = \"x\"\n[fields.start]\ncolumn = \"Start\"\n";
    assert!(ids_of(&[text(&path).to_string()], Some(rows)).1.is_empty());
}

#[test]
fn what_can_be_read_once_only_has_no_ids() {
    let once = if cfg!(unix) { vec!["-", "/dev/null"] } else { vec!["-"] };
    for name in once {
        let error =
            read::contact_ids(&[name.to_string()], &options(None), &HashSet::from([1])).unwrap_err().to_string();
        assert!(error.contains("read once only") && error.contains("save them to a file"), "{error}");
    }
    assert!(read::require_second_reading(&["sample-data/contacts.csv".to_string()]).is_ok());
}
