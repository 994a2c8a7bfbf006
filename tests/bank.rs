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

/// What the plan at `plan` makes of a month, by agent.
fn recommended(files: &[String], plan: &str, month: &str) -> Vec<Value> {
    let mut args = vec!["incentives"];
    args.extend(files.iter().map(String::as_str));
    let profile = "examples/profiles/anonymous-bank.toml";
    args.extend(["--profile", profile, "--plan", plan, "--for", month, "--format", "json", "-q"]);
    json(&args)["recommendations"].as_array().expect("recommendations").clone()
}

fn word<'a>(of: &'a Value, key: &str) -> &'a str {
    of[key].as_str().unwrap_or("")
}

/// The rows of the page for a month: what each plan pays to whom, with mean handle times and the marks of the signals.
fn rows_of(files: &[String], month: &str) -> String {
    let naive = recommended(files, "examples/plans/pay-for-speed.toml", month);
    let fair = recommended(files, "examples/plans/balanced.toml", month);
    let (year, number) = month.split_once('-').expect("a month");
    let last = if number == "01" { "31" } else { "28" };
    let (from, to) = (format!("{year}-{number}-01"), format!("{year}-{number}-{last}"));
    let mut args = vec!["metrics"];
    args.extend(files.iter().map(String::as_str));
    args.extend(["--profile", "examples/profiles/anonymous-bank.toml", "--by", "agent", "--from", &from, "--to", &to]);
    args.extend(["--format", "json", "-q"]);
    let metrics = json(&args);
    let mut rows = String::from(
        "| agent | calls | mean handle time, s | very short calls | pay-for-speed pays | balanced recommends | why |\n\
         |---|---:|---:|---|---:|---:|---|\n",
    );
    let mut sums = [0.0, 0.0];
    for bad in &naive {
        let agent = word(bad, "agent");
        let good = fair.iter().find(|good| word(good, "agent") == agent).expect("an agent of both plans");
        let of_month = metrics.as_array().expect("agents").iter().find(|m| m["agent"] == agent);
        let Some(of_month) = of_month.filter(|m| m["handled"].as_u64() > Some(0)) else { continue };
        let signals = good["signals"].as_array().expect("signals");
        let marked = signals.iter().any(|s| s == "short-calls" || s == "short-and-redial");
        let action = word(good, "action");
        let recommends = if action == "pay" { word(good, "amount") } else { action };
        for (sum, of) in sums.iter_mut().zip([bad, good]) {
            *sum += word(of, "amount").parse::<f64>().expect("an amount");
        }
        rows += &format!(
            "| {agent} | {} | {:.0} | {} | {} | {recommends} | {} |\n",
            of_month["handled"],
            of_month["aht_s"].as_f64().expect("a handle time"),
            if marked { "**yes**" } else { "" },
            word(bad, "amount"),
            word(good, "reason"),
        );
    }
    rows + &format!("| **all** | | | | **{:.2}** | **{:.2}** | |\n", sums[0], sums[1])
}

/// The page has the figures of today's program. `CALLMERIT_OVERWRITE=1` writes them anew.
#[test]
fn the_page_about_the_bank_has_these_figures() {
    let Some(files) = ["january", "february"]
        .into_iter()
        .map(|month| shared(&format!("data/anonymous-bank-1999/{month}.txt")))
        .collect::<Option<Vec<String>>>()
    else {
        return;
    };
    let path = format!("{}/examples/bank/README.md", env!("CARGO_MANIFEST_DIR"));
    let mut page = std::fs::read_to_string(&path).expect("the page");
    for month in ["1999-01", "1999-02"] {
        let (begin, end) = (format!("<!-- {month} -->\n"), format!("<!-- end of {month} -->"));
        let from = page.find(&begin).expect("the beginning of a table") + begin.len();
        let to = page.find(&end).expect("the end of a table");
        let rows = rows_of(&files, month);
        if std::env::var_os("CALLMERIT_OVERWRITE").is_some() {
            page.replace_range(from..to, &rows);
            std::fs::write(&path, &page).expect("the page is written");
        } else {
            assert_eq!(&page[from..to], rows, "the page is not fresh: run with CALLMERIT_OVERWRITE=1 and read it");
        }
    }
}
