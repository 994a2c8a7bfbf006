//! Names that somebody could give to an agent, a queue or a team: made to be taken for something else than names.

/// Names as an export can have them; all different, also without the blanks around them.
pub fn names() -> Vec<String> {
    let mut all: Vec<String> = [
        "Plain Name",
        "=1+1",
        "+49 30 123",
        "-2+3",
        "@SUM(A1)",
        "=cmd|' /C calc'!A0",
        "=HYPERLINK(\"http://x.example\",\"y\")",
        "\u{ff1d}1+1",
        "007",
        "1e5",
        "1/2",
        "2026-03-01",
        "TRUE",
        "50%",
        "1,5",
        "<b>bold</b> & more",
        "<script>alert(1)</script>",
        "</td></tr></table><img src=x onerror=alert(2)>",
        "\"><svg/onload=alert(3)>",
        "</style><style>*{display:none}",
        "&lt;not a tag&gt;",
        "&amp;",
        "<!-- remark -->",
        "<https://x.example/auto>",
        "[link](javascript:alert(4))",
        "![picture](https://x.example/p.png)",
        "[reference][1]",
        "`code`",
        "``code` more``",
        "**bold** and __bold__ and ~~struck~~",
        "# heading",
        "> quote",
        "1. list",
        "- list",
        "***",
        "pipe|bar",
        "pipe\\|escaped",
        "back\\slash\\",
        "ends in a backslash \\",
        "$math$",
        "https://x.example/plain",
        "mailto:a@b.example",
        "someone@b.example",
        "O'Hara, \"Nell\"",
        "'quoted",
        "\"",
        "semi;colon",
        "tab\tinside",
        "line\nbreak",
        "two\n\nlines",
        "windows\r\nbreak",
        "carriage\rreturn",
        "\u{1b}[31mred\u{1b}[0m",
        "\u{1b}]0;title\u{7}",
        "\u{9b}2J",
        "bell\u{7}",
        "back\u{8}space",
        "null\0byte",
        "delete\u{7f}",
        "vertical\u{b}tab",
        "\u{202e}gnirts",
        "\u{2066}isolated",
        "line\u{2028}separator",
        "zero\u{200b}width",
        "byte\u{feff}order",
        "odd\u{fffe}",
        "non\u{a0}breaking",
        "\u{5e9}\u{5e8}\u{5d4} \u{5db}\u{5d4}\u{5df}",
        "Zoë",
        "Zoe\u{308}",
        "\u{1f642}\u{1f469}\u{200d}\u{1f469}\u{200d}\u{1f467}",
        "Z\u{336}\u{336}\u{336}\u{336}\u{336}a\u{336}\u{336}\u{336}lgo",
        "\u{738b}\u{82b3}",
        "../../etc/passwd",
        "..",
        ".",
        "C:\\temp\\x",
        "CON",
        "a/b",
        "_x0041_",
        "%41%0A",
        "${HOME} $(id) `id`",
        "{{template}}",
        "same name",
        "Same Name",
        "SAME NAME",
        "same  name",
    ]
    .map(String::from)
    .into();
    all.push("n".repeat(300));
    all.push("\u{1f642}".repeat(100));
    all
}

/// A cell of CSV, always in quotes.
pub fn cell(text: &str) -> String {
    format!("\"{}\"", text.replace('"', "\"\""))
}

/// Rows of CSV.
pub fn csv(rows: &[Vec<String>]) -> String {
    let line = |row: &Vec<String>| row.iter().map(|text| cell(text)).collect::<Vec<_>>().join(",") + "\n";
    rows.iter().map(line).collect()
}

/// So many calls of each agent.
const CALLS: usize = 60;

/// A log in which every agent has one of the names, and queues, teams and issues have them, too; some columns' names are
/// no better.
pub fn log(names: &[String]) -> String {
    let header = [
        "contact_id", "started_at", "direction", "queue", "issue", "agent", "team", "customer_id", "wait_seconds",
        "talk_seconds", "hold_seconds", "after_call_work_seconds", "outcome", "transferred", "satisfaction",
    ];
    let mut rows = vec![header.map(String::from).to_vec()];
    for i in 0..CALLS * names.len() {
        let (turn, who) = (i / names.len(), i % names.len());
        let luck = (i * 7_919 + 13) % 101;
        let at = jiff::civil::datetime(2026, 3, 2, 0, 0, 0, 0) + jiff::SignedDuration::from_secs(400 * i as i64);
        let score = ["1", "2", "3", "4", "5", ""][luck % 6];
        rows.push(vec![
            format!("K{i:06}"),
            at.strftime("%Y-%m-%d %H:%M:%S").to_string(),
            "inbound".to_string(),
            names[turn % 7].clone(),
            names[(turn / 7 + 16) % names.len()].clone(),
            names[who].clone(),
            names[(who / 9) * 9].clone(),
            format!("C{:05}", (i * 31) % 900),
            luck.to_string(),
            (120 + 3 * luck + who).to_string(),
            (luck % 17).to_string(),
            (20 + luck % 31).to_string(),
            "answered".to_string(),
            if luck < 8 + who % 5 { "yes" } else { "no" }.to_string(),
            score.to_string(),
        ]);
    }
    csv(&rows)
}

/// What reading makes of a name: blanks around it go, and what would steer a terminal is a blank.
pub fn as_read(name: &str) -> String {
    let steers = |c: char| {
        c.is_control() || matches!(c, '\u{200e}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    let blanks: String = name.trim().chars().map(|c| if steers(c) { ' ' } else { c }).collect();
    blanks
}

/// A roster that gives each agent another of the names, and a team, a manager and a site.
pub fn roster(names: &[String]) -> String {
    let mut rows = vec![["agent", "name", "team", "manager", "site"].map(String::from).to_vec()];
    // As scorecards show them: a sheet with a NUL or a cell over several lines is refused.
    let names: Vec<String> = names.iter().map(|name| as_read(name)).collect();
    let other = |i: usize| names[i % names.len()].clone();
    rows.extend(
        (0..names.len()).map(|i| vec![names[i].clone(), other(i + 1), other(i / 9), other(i / 20), other(i / 30)]),
    );
    csv(&rows)
}

/// A text with everything at once, for names and notes that people write into files.
pub const NOTE: &str =
    "=1+1 <b>|`x`</b> [l](javascript:a)\u{1b}[31m\u{202e}\r\n# heading\n\n| a | b |\n|---|---|\n & \"q\" \\ ..";

/// Decisions about each agent with that note.
pub fn decisions(names: &[String], period: &str) -> String {
    let header = ["agent", "period", "decision", "amount", "by", "when", "why"].map(String::from).to_vec();
    // A cell over several lines is refused: an open quote would look like it.
    let note = NOTE.replace(['\r', '\n'], " ");
    let row = |name: &String| {
        [name.as_str(), period, "override", "1.00", &note, "2026-04-02", &note].map(String::from).to_vec()
    };
    let names: Vec<String> = names.iter().map(|name| as_read(name)).collect();
    csv(&std::iter::once(header).chain(names.iter().map(row)).collect::<Vec<_>>())
}

/// How the log is to be read: nothing of it is guessed.
pub const PROFILE: &str = r#"
name = "hostile"
title = "hostile names"
[fields]
contact = { column = "contact_id" }
start = { column = "started_at" }
direction = { column = "direction" }
queue = { column = "queue" }
issue = { column = "issue" }
agent = { column = "agent" }
team = { column = "team" }
customer = { column = "customer_id" }
wait = { column = "wait_seconds", unit = "s" }
talk = { column = "talk_seconds", unit = "s" }
hold = { column = "hold_seconds", unit = "s" }
acw = { column = "after_call_work_seconds", unit = "s" }
outcome = { column = "outcome" }
transferred = { column = "transferred" }
csat = { column = "satisfaction", scale = [1, 5] }
"#;
