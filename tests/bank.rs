//! The real log of an anonymous bank: every figure of its published description.

mod common;

use common::{json, shared};
use serde_json::Value;

fn metrics(file: &str, formula: &str) -> Value {
    let profile = "examples/profiles/anonymous-bank.toml";
    json(&["metrics", file, "--profile", profile, "--sl-formula", formula, "--format", "json", "-q"])[0].clone()
}

/// One month's figures as its description prints them.
struct Month {
    file: &'static str,
    rows: u64,
    answered: u64,
    abandoned: u64,
    phantom: u64,
    servers: usize,
    mean_service: &'static str,
    mean_wait: &'static str,
    answered_in_time: f64,
    short_abandoned: u64,
    abandoned_in_time: f64,
    /// Percent: over answered; all abandons missed; short ones excluded; those within 20 s excluded; abandon rate.
    percent: [&'static str; 5],
}

const MONTHS: [Month; 2] = [
    Month {
        file: "data/anonymous-bank-1999/january.txt",
        rows: 31_599,
        answered: 27_060,
        abandoned: 4_299,
        phantom: 240,
        servers: 28,
        mean_service: "183.451737",
        mean_wait: "35.027975",
        answered_in_time: 16_402.0,
        short_abandoned: 1_393,
        abandoned_in_time: 2_204.0,
        percent: ["60.6135", "52.3040", "54.7354", "56.2579", "13.7090"],
    },
    Month {
        file: "data/anonymous-bank-1999/february.txt",
        rows: 33_344,
        answered: 27_162,
        abandoned: 5_904,
        phantom: 278,
        servers: 24,
        mean_service: "176.352993",
        mean_wait: "40.774317",
        answered_in_time: 16_209.0,
        short_abandoned: 2_215,
        abandoned_in_time: 3_198.0,
        percent: ["59.6753", "49.0201", "52.5396", "54.2688", "17.8552"],
    },
];

#[test]
fn every_published_figure_comes_out_to_its_last_digit() {
    for month in MONTHS {
        let Some(file) = shared(month.file) else { return };
        let level = |formula| metrics(&file, formula)["service_level"].as_f64().unwrap();
        let found = metrics(&file, "answered-only");
        let number = |key: &str| found[key].as_f64().unwrap();
        assert_eq!(found["answered"], month.answered);
        assert_eq!(found["abandoned"], month.abandoned);
        assert_eq!(found["short_abandoned"], month.short_abandoned);
        assert_eq!(format!("{:.6}", number("aht_s")), month.mean_service);
        assert_eq!(format!("{:.6}", number("asa_s")), month.mean_wait);
        let percent = [
            level("answered-only"),
            level("abandons-missed"),
            level("short-abandons-excluded"),
            level("abandons-within-threshold-excluded"),
            number("abandon_rate"),
        ]
        .map(|share| format!("{:.4}", share * 100.0));
        assert_eq!(percent, month.percent);
        let answered_in_time = level("answered-only") * number("answered");
        assert!((answered_in_time - month.answered_in_time).abs() < 1e-6);
        let both = level("abandons-within-threshold-met") * (number("answered") + number("abandoned"));
        assert!((both - answered_in_time - month.abandoned_in_time).abs() < 1e-6);

        let profile = "examples/profiles/anonymous-bank.toml";
        let check = json(&["check", &file, "--profile", profile, "--format", "json", "-q"]);
        assert_eq!(check["intake"]["rows"], month.rows);
        assert_eq!(check["intake"]["left_out"]["virtual call (PHANTOM)"], month.phantom);
        assert_eq!(check["intake"]["rejected"], 0);
        let cards = json(&["scorecard", &file, "--profile", profile, "--format", "json", "-q"]);
        assert_eq!(cards["scorecards"].as_array().unwrap().len(), month.servers);
    }
}

/// Agents with very short calls, by month: the three whom the log's describers name, and those who stand out beside
/// them in February.
const VERY_SHORT: [(&str, &[&str]); 2] = [
    ("data/anonymous-bank-1999/january.txt", &["ANAT", "MIKI", "MORIAH"]),
    ("data/anonymous-bank-1999/february.txt", &["ANAT", "MICHAL", "MIKI", "MORIAH", "TOVA"]),
];

#[test]
fn agents_with_very_short_calls_are_shown_with_evidence_and_what_cannot_be_known_is_said() {
    for (month, agents) in VERY_SHORT {
        let Some(file) = shared(month) else { return };
        let profile = "examples/profiles/anonymous-bank.toml";
        let found = json(&["signals", &file, "--profile", profile, "--format", "json", "-q"]);
        let signals = found["signals"].as_array().unwrap();
        let of: Vec<(&str, &str)> =
            signals.iter().map(|s| (s["agent"].as_str().unwrap(), s["signal"].as_str().unwrap())).collect();
        assert_eq!(of, agents.iter().map(|a| (*a, "short-calls")).collect::<Vec<_>>(), "{month}");
        for signal in signals {
            let number = |key: &str| signal[key].as_f64().unwrap();
            assert_eq!(signal["review"], true);
            assert!(number("observed") >= 1.5 * number("expected") && number("p") < 0.005, "{signal}");
            assert_eq!(number("contacts"), number("observed"));
        }
        let lacks: Vec<&str> =
            found["not_looked"].as_array().unwrap().iter().map(|n| n["signal"].as_str().unwrap()).collect();
        assert!(lacks.contains(&"hang-up-redial") && lacks.contains(&"blind-transfers"), "{lacks:?}");
        let listed = json(&["signals", &file, "--profile", profile, "--contacts", "--format", "json", "-q"]);
        let contacts = listed["contacts"].as_array().unwrap();
        let all: f64 = signals.iter().map(|s| s["contacts"].as_f64().unwrap()).sum();
        assert_eq!(contacts.len() as f64, all);
        assert!(contacts.iter().all(|c| c["with_customer_s"].as_f64().unwrap() < 15.0));
    }
}

const PROFILE: &str = "examples/profiles/anonymous-bank.toml";
const MONTHS_PAID: [&str; 2] = ["1999-01", "1999-02"];

/// The log of both months, where it is there.
fn both_months() -> Option<Vec<String>> {
    ["january", "february"].into_iter().map(|m| shared(&format!("data/anonymous-bank-1999/{m}.txt"))).collect()
}

fn run(command: &[&str], files: &[String], more: &[&str]) -> Value {
    let files: Vec<&str> = files.iter().map(String::as_str).collect();
    json(&[command, &files, &["--profile", PROFILE], more, &["--format", "json", "-q"]].concat())
}

fn word<'a>(of: &'a Value, key: &str) -> &'a str {
    of[key].as_str().unwrap_or("")
}

/// An agent in a month: what was seen, and what both plans make of it. Amounts in cents.
struct Paid {
    agent: String,
    handled: u64,
    handle_time_s: f64,
    marked: bool,
    speed: i64,
    balanced: i64,
    action: String,
    reason: String,
}

/// The agents with calls in a month.
fn paid(files: &[String], month: &str) -> Vec<Paid> {
    let recommended =
        |plan: &str| run(&["incentives"], files, &["--plan", plan, "--for", month])["recommendations"].take();
    let speed = recommended("examples/plans/pay-for-speed.toml");
    let balanced = recommended("examples/plans/balanced.toml");
    let metrics = run(&["metrics", "--by", "agent,month"], files, &[]);
    let of = |list: &Value, agent: &str| {
        list.as_array()
            .expect("a list")
            .iter()
            .find(|row| row["agent"] == agent)
            .expect("an agent of both plans")
            .clone()
    };
    let cents = |row: &Value| word(row, "amount").replace('.', "").parse().expect("an amount");
    let rows = metrics.as_array().expect("agents").iter().filter(|m| m["month"] == month && m["agent"].is_string());
    rows.filter(|m| m["handled"].as_u64() > Some(0))
        .map(|seen| {
            let agent = word(seen, "agent").to_string();
            let (bad, good) = (of(&speed, &agent), of(&balanced, &agent));
            Paid {
                handled: seen["handled"].as_u64().expect("a count"),
                handle_time_s: seen["aht_s"].as_f64().expect("a handle time"),
                marked: good["signals"].as_array().expect("signals").iter().any(|s| s == "short-calls"),
                speed: cents(&bad),
                balanced: cents(&good),
                action: word(&good, "action").to_string(),
                reason: word(&good, "reason").to_string(),
                agent,
            }
        })
        .collect()
}

fn euros(cents: i64) -> String {
    format!("{}.{:02}", cents / 100, cents % 100)
}

/// The table of a month.
fn rows_of(all: &[Paid]) -> String {
    let mut rows = String::from(
        "| agent | calls | mean handle time, s | very short calls | pay-for-speed pays | balanced recommends | why |\n\
         |---|---:|---:|---|---:|---:|---|\n",
    );
    for p in all {
        let recommends = if p.action == "pay" { euros(p.balanced) } else { p.action.clone() };
        rows += &format!(
            "| {} | {} | {:.0} | {} | {} | {recommends} | {} |\n",
            p.agent,
            p.handled,
            p.handle_time_s,
            if p.marked { "**yes**" } else { "" },
            euros(p.speed),
            p.reason,
        );
    }
    let sum = |of: fn(&Paid) -> i64| euros(all.iter().map(of).sum());
    rows + &format!("| **all** | | | | **{}** | **{}** | |\n", sum(|p| p.speed), sum(|p| p.balanced))
}

/// Whom the money of pay-for-speed goes to, by what the balanced plan says of them.
fn money_of(months: &[Vec<Paid>]) -> String {
    let mut rows = String::from(
        "| what balanced says of them | January: agents | pay-for-speed pays | balanced pays | February: agents | pay-for-speed \
         pays | balanced pays |\n|---|---:|---:|---:|---:|---:|---:|\n",
    );
    for action in ["pay", "carry-forward", "none", "hold"] {
        rows += &format!("| {action} |");
        for all in months {
            let mine: Vec<&Paid> = all.iter().filter(|p| p.action == action).collect();
            let sum = |of: fn(&Paid) -> i64| euros(mine.iter().map(|p| of(p)).sum());
            rows += &format!(" {} | {} | {} |", mine.len(), sum(|p| p.speed), sum(|p| p.balanced));
        }
        rows += "\n";
    }
    rows
}

/// The page has the figures of today's program. `CALLMERIT_OVERWRITE=1` writes the tables anew.
#[test]
fn the_page_about_the_bank_has_these_figures() {
    let Some(files) = both_months() else { return };
    let path = format!("{}/examples/bank/README.md", env!("CARGO_MANIFEST_DIR"));
    let mut page = std::fs::read_to_string(&path).expect("the page");
    let months = MONTHS_PAID.map(|month| paid(&files, month));
    let tables = [("1999-01", rows_of(&months[0])), ("1999-02", rows_of(&months[1])), ("money", money_of(&months))];
    for (name, rows) in tables {
        let (begin, end) = (format!("<!-- {name} -->\n"), format!("<!-- end of {name} -->"));
        let from = page.find(&begin).expect("the beginning of a table") + begin.len();
        let to = page.find(&end).expect("the end of a table");
        if std::env::var_os("CALLMERIT_OVERWRITE").is_some() {
            page.replace_range(from..to, &rows);
            std::fs::write(&path, &page).expect("the page is written");
        } else {
            assert_eq!(&page[from..to], rows, "the page is not fresh: run with CALLMERIT_OVERWRITE=1 and read it");
        }
    }
}

/// What the page says between its tables.
#[test]
fn the_sentences_about_the_bank_are_true() {
    let Some(files) = both_months() else { return };
    let path = format!("{}/examples/bank/README.md", env!("CARGO_MANIFEST_DIR"));
    let page = std::fs::read_to_string(path).expect("the page").split_whitespace().collect::<Vec<_>>().join(" ");
    let mut said: Vec<String> = Vec::new();
    let months = MONTHS_PAID.map(|month| paid(&files, month));
    let [january, february] = &months;
    let sum =
        |all: &[Paid], marked: bool| all.iter().filter(|p| p.marked || !marked).map(|p| p.speed).sum::<i64>() / 100;
    let names = |all: &[Paid]| all.iter().filter(|p| p.marked).map(|p| p.agent.clone()).collect::<Vec<_>>();
    assert_eq!(names(january), VERY_SHORT[0].1);
    assert_eq!(names(february), VERY_SHORT[1].1);
    said.push(format!("pays them {} of its {} euros in January", sum(january, true), sum(january, false)));
    said.push(format!("{} of {} in February", sum(february, true), sum(february, false)));
    let marked = || months.iter().flatten().filter(|p| p.marked);
    let words = ["no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"];
    said.push(format!(
        "the full bonus in {} of {} cases",
        words[marked().filter(|p| p.speed == 20_000).count()],
        words[marked().count()]
    ));
    assert!(marked().all(|p| p.balanced == 0 && p.action == "hold"));
    said.push(format!("{} of {} agents are many enough", words[names(january).len()], january.len()));
    let of = |all: &[Paid], agent: &str| -> (u64, i64, f64) {
        let p = all.iter().find(|p| p.agent == agent).expect("an agent");
        (p.handled, p.speed / 100, p.handle_time_s)
    };
    said.push(format!("MORIAH's {:.0} seconds", of(january, "MORIAH").2));
    assert_eq!(["MICHAL", "TOVA"].map(|agent| (of(january, agent).1, of(february, agent).1)), [(200, 200); 2]);
    let (calls, paid, _) = of(january, "DAVID");
    said.push(format!("DAVID earns {paid} euros for {} calls", words[calls as usize]));
    let doing = |all: &[Paid], action: &str| words[all.iter().filter(|p| p.action == action).count()];
    said.push(format!("pays {} agents in January and {} in February", doing(january, "pay"), doing(february, "pay")));
    assert_eq!(doing(january, "carry-forward"), doing(february, "carry-forward"));
    said.push(format!("carries {} forward in each", doing(january, "carry-forward")));
    let nobody = |all: &[Paid]| all.iter().filter(|p| p.balanced == 0).map(|p| p.speed).sum::<i64>() / 100;
    said.push(format!(
        "In January {} of the {} euros of pay-for-speed go to agents whom the balanced plan pays nothing for now, in February \
         {} of {}",
        nobody(january),
        sum(january, false),
        nobody(february),
        sum(february, false)
    ));
    // What the check says of the plans, with January's calls.
    let check = |plan: &str| -> Value {
        // Exit code 1 where it finds errors.
        let output = common::run(&["plan", "check", plan, &files[0], "--profile", PROFILE, "--format", "json", "-q"]);
        serde_json::from_slice(&output.stdout).expect("output is JSON")
    };
    let speed = check("examples/plans/pay-for-speed.toml");
    let of_severity = |check: &Value, severity: &str| {
        check["findings"].as_array().expect("a list").iter().filter(|f| f["severity"] == severity).count()
    };
    said.push(format!("refuses it with {} errors", words[of_severity(&speed, "error")]));
    let calls = &speed["calls"];
    let percent = |share: &Value| format!("{:.0} %", 100.0 * share.as_f64().expect("a share"));
    said.push(format!("average agent earns {} of the bonus", percent(&calls["noise_rent"][0]["share"])));
    said.push(format!("and that {} of the money", percent(&calls["paid"]["to_the_below"])));
    let resolution = &calls["measures"][0];
    said.push(format!("(reliability {:.2})", resolution["reliability"].as_f64().expect("a reliability")));
    assert_eq!((word(resolution, "period_for_half"), word(resolution, "period_for_money")), ("quarter", "half-year"));
    let balanced = check("examples/plans/balanced.toml");
    assert_eq!(balanced["findings"].as_array().map(Vec::len), Some(0), "`plan check` finds nothing in balanced.toml");
    let rent = &balanced["calls"]["noise_rent"][0]["share"];
    said.push(format!("By the balanced plan such an agent earns {}", percent(rent)));
    let periods = run(&["scorecard"], &files, &[])["periods"][0].clone();
    let unknown = periods["unknown_customers"].as_u64().expect("a count");
    let shared = periods["switchboard_contacts"].as_u64().expect("a count");
    let all = run(&["metrics"], &files, &[])[0]["answered"].as_u64().expect("a count");
    said.push(format!(
        "{:.0} % of the answered calls do not tell who called",
        100.0 * (unknown + shared) as f64 / all as f64
    ));
    for sentence in said {
        let sentence = sentence.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(page.contains(&sentence), "the page should say: {sentence}");
    }
}
