//! The plans that people start from, and the faults that they are told.

mod common;

use callmerit::money::Money;
use callmerit::plan::curve::Curve;
use callmerit::plan::{BudgetOf, Effect, Exact, Maturity, On, Plan, Rule, Unit, parse, read};
use proptest::prelude::*;

fn path(inside: &str) -> String {
    format!("{}/{inside}", env!("CARGO_MANIFEST_DIR"))
}

fn template(name: &str) -> Plan {
    read(&path(&format!("examples/plans/{name}.toml"))).unwrap_or_else(|faults| panic!("{faults}"))
}

const TEMPLATES: [&str; 7] =
    ["balanced", "own-targets", "pay-for-speed", "recognition", "retention", "team-pool", "technical-support"];

fn exact(text: &str) -> Exact {
    Exact::parse(text).expect("a number")
}

#[test]
fn every_template_is_a_plan_that_works_on_any_calls_of_any_year_without_a_roster() {
    for name in TEMPLATES {
        let plan = template(name);
        assert_eq!((plan.from, plan.to), (None, None), "{name}");
        assert!(!plan.eligible.listed && !plan.eligible.until_end, "{name}");
        assert_eq!((plan.eligible.tenure_days, plan.eligible.teams.len()), (0, 0), "{name}");
        assert!(!plan.prorate.employed && plan.prorate.leave.is_none(), "{name}");
        assert!(plan.measures.iter().map(|m| m.weight.0).sum::<i64>() == Exact::ONE.0, "{name}");
    }
}

#[test]
fn the_balanced_template_is_the_plan_of_the_method() {
    let plan = template("balanced");
    assert_eq!((plan.rule, plan.certainty, plan.pooled), (Rule::LowerBound, exact("0.8"), 3));
    let weights: Vec<_> = plan.measures.iter().map(|m| (m.name.as_str(), m.weight)).collect();
    let expected = [("resolution", "0.5"), ("satisfaction", "0.3"), ("handle_time", "0.2")];
    assert_eq!(weights, expected.map(|(name, weight)| (name, exact(weight))));
    let On::Score(payout) = &plan.on else { panic!("no score") };
    assert_eq!(payout.unit, Unit::Spread);
    let paid = ["-1", "0", "0.26", "0.52", "1.28", "3"].map(|value| payout.curve.share(exact(value)).unwrap());
    assert_eq!(paid, ["0", "0", "0.5", "1", "1.5", "1.5"].map(exact));
    assert_eq!((plan.bonus, plan.rounding, plan.hold), (Money(30_000), Money(1), true));
    assert_eq!(plan.resolution_floor, Some(exact("0.8")));
    assert_eq!((plan.eligible.contacts, plan.budget.unwrap().most), (30, Exact::ONE));
}

#[test]
fn remarks_of_a_template_that_stand_for_keys_can_be_switched_on() {
    for name in TEMPLATES {
        let text = std::fs::read_to_string(path(&format!("examples/plans/{name}.toml"))).expect("a template");
        // `# key = value`, `# [table]` and `# [[table]]`, as somebody would who follows the head of the balanced plan.
        let switched: Vec<&str> =
            text.lines().map(|line| line.strip_prefix("# ").filter(is_key).unwrap_or(line)).collect();
        assert!(name == "pay-for-speed" || switched.iter().zip(text.lines()).any(|(new, old)| *new != old), "{name}");
        callmerit::plan::parse(name, &switched.join("\n")).unwrap_or_else(|faults| panic!("{faults}"));
    }
}

fn is_key(line: &&str) -> bool {
    let key = line.split(" = ").next().unwrap_or("");
    line.starts_with('[') || (line.contains(" = ") && key.chars().all(|c| c.is_ascii_lowercase() || c == '_'))
}

#[test]
fn the_bad_example_pays_short_calls_and_many_calls_in_the_right_direction() {
    let plan = template("pay-for-speed");
    assert_eq!((plan.rule, plan.hold, plan.resolution_floor), (Rule::NaiveObserved, false, None));
    let falls: Vec<bool> = plan.measures.iter().map(|m| m.falls).collect();
    assert_eq!(falls, [true, false]);
    for measure in &plan.measures {
        let payout = measure.payout.as_ref().expect("a curve");
        assert_eq!(payout.curve.largest_jump(), Exact::ONE);
    }
}

#[test]
fn templates_keep_what_they_promise() {
    let recognition = template("recognition");
    assert_eq!((recognition.currency.map(|c| c.code()), recognition.bonus), (None, Money::ZERO));
    let retention = template("retention");
    let outcome = retention.measures.iter().find(|m| m.level == Maturity::Outcome).expect("an outcome");
    assert_eq!((outcome.name.as_str(), outcome.weight), ("outcome", exact("0.5")));
    let technical = template("technical-support");
    let time = technical.measures.iter().find(|m| m.name == "handle_time").expect("handle time");
    assert_eq!((time.two_sided, time.weight), (Some(Exact::ONE), exact("0.1")));
}

/// The faults of a file of tests/plans, as they are told.
fn told(file: &str) -> String {
    let text = std::fs::read_to_string(path(&format!("tests/plans/{file}.toml"))).expect("a plan");
    parse(&format!("{file}.toml"), &text).expect_err("a plan with faults").to_string() + "\n"
}

/// What is told must be what `tests/plans/FILE.txt` has, to the last letter.
fn is_told(file: &str) {
    let expected = path(&format!("tests/plans/{file}.txt"));
    if std::env::var("TRYCMD").is_ok_and(|mode| mode == "overwrite") {
        std::fs::write(&expected, told(file)).expect("written");
    }
    let expected = std::fs::read_to_string(&expected).expect("what is expected");
    assert_eq!(told(file), expected, "{file}; TRYCMD=overwrite writes it anew");
}

#[test]
fn a_plan_with_every_kind_of_fault_is_told_all_of_them_at_once_by_key_and_line() {
    is_told("faults");
}

#[test]
fn a_plan_that_is_no_toml_is_told_what_to_write_instead() {
    is_told("slips");
}

#[test]
fn a_spreadsheet_written_down_at_the_first_attempt_is_told_all_that_it_takes() {
    is_told("spreadsheet-first-draft");
}

#[test]
fn the_spreadsheet_plan_pays_what_the_spreadsheet_says() {
    let plan = read(&path("tests/plans/spreadsheet.toml")).unwrap_or_else(|faults| panic!("{faults}"));
    let shares = |measure: usize, values: &[&str]| {
        let curve = &plan.measures[measure].payout.as_ref().expect("a curve").curve;
        // Where less is better, a curve takes negative values.
        let turned = |value: &&str| if plan.measures[measure].falls { -exact(value) } else { exact(value) };
        values.iter().map(|value| curve.share(turned(value)).expect("a share").short()).collect::<Vec<_>>()
    };
    assert_eq!(
        shares(0, &["0.6999", "0.7", "0.725", "0.75", "0.775", "0.8", "0.9"]),
        ["0", "0", "0.5", "1", "1.25", "1.5", "1.5"]
    );
    assert_eq!(shares(1, &["0.7", "0.76", "0.8", "0.9"]), ["0", "0.6", "1", "1"]);
    assert_eq!(shares(2, &["420", "390", "375", "360", "300"]), ["0", "0", "0.5", "1", "1"]);
    assert_eq!((plan.bonus, plan.cap, plan.rounding), (Money(25_000), Some(Exact::ONE), Money(100)));
    assert_eq!((plan.eligible.listed, plan.eligible.tenure_days), (true, 90));
    assert_eq!((plan.gates[0].on.as_str(), plan.gates[0].effect), ("figure.absences", Effect::Halve));
    assert_eq!(plan.budget.map(|budget| budget.of), Some(BudgetOf::Period(Money(1_000_000))));
}

#[test]
fn every_template_recommends_for_the_sample_centre() {
    for name in TEMPLATES {
        let plan = format!("examples/plans/{name}.toml");
        let mut args = vec!["incentives", "sample-data/contacts.csv", "--plan", &plan, "--format", "json", "-q"];
        if name == "retention" {
            args.extend(["--outcomes", "sample-data/outcomes.csv"]);
        }
        let found = common::json(&args);
        let all = found["recommendations"].as_array().expect("recommendations");
        assert_eq!(all.len(), 14, "{name}");
    }
}

/// Pieces that plans are made of, rightly and wrongly.
const PIECES: [&str; 36] = [
    "\n", " = ", "\"", "'", "[", "]", "[[", "{", "}", ",", "#", "0", "1", "-1", "0.5", "0,5", "1e9",
    "99999999999999999999", "inf", "\"300.00\"", "true", "2027-01-01", "06:30", "“", "é", "\0", "\r", "\\",
    "threshold = 1000000\n", "target = -1000000\n", "most = 10\n", "times_slope = 0.0001\n",
    "points_per_point = 1000000\n", "at_threshold = 0.9999\n", "unit = \"percent-of-target\"\n",
    "[measures.handle_time]\n",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_change_of_a_template_makes_the_reader_panic(
        template in 0..TEMPLATES.len(),
        changes in prop::collection::vec((0.0..1.0f64, 0..4usize, 0..PIECES.len(), 0..60usize), 1..6),
    ) {
        let name = TEMPLATES[template];
        let mut text = std::fs::read_to_string(path(&format!("examples/plans/{name}.toml"))).expect("a template");
        // Remarks are half of a template, and nothing happens in them.
        text = text.lines().map(|line| line.split('#').next().unwrap_or("").trim_end().to_string() + "\n").collect();
        for (at, change, piece, length) in changes {
            let floor = |mut at: usize| { while !text.is_char_boundary(at) { at -= 1 } at };
            let at = floor((at * text.len() as f64) as usize);
            let to = floor((at + length).min(text.len()));
            match change {
                0 => text.insert_str(at, PIECES[piece]),
                1 => text.replace_range(at..to, PIECES[piece]),
                2 => text.replace_range(at..to, ""),
                _ => { let copy = text[at..to].to_string(); text.insert_str(at, &copy) }
            }
        }
        if let Ok(plan) = parse("changed.toml", &text) {
            prop_assert_eq!(plan.measures.iter().map(|m| m.weight.0).sum::<i64>(), Exact::ONE.0);
            let of_measures = plan.measures.iter().filter_map(|m| m.payout.as_ref());
            let of_score = match &plan.on { On::Score(payout) => Some(payout), On::Measures => None };
            for payout in of_measures.chain(of_score) {
                rises(&payout.curve)?;
            }
        }
    }

    #[test]
    fn every_line_that_is_accepted_pays_more_for_more_and_never_beyond_its_cap(
        threshold in -10_000_000_000i64..10_000_000_000,
        run in 1i64..10_000_000_000,
        at_threshold in 0i64..=9_999,
        steep in 1i64..10_000_000_000,
        most in 10_001i64..=100_000,
        by_slope in any::<bool>(),
    ) {
        let [threshold, target, at_threshold, steep, most] =
            [threshold, threshold + run, at_threshold, steep, most].map(|n| Exact(n).to_string());
        let way = if by_slope { "times_slope" } else { "points_per_point" };
        let text = format!(
            "name = \"x\"\nperiod = \"month\"\ncurrency = \"EUR\"\n[pay]\nrule = \"naive-observed\"\non = \"measures\"\n\
             bonus = 1\n[measures.figure]\nof = \"figure.x\"\nbetter = \"higher\"\nlevel = \"quality\"\nweight = 1\n\
             unit = \"percent-of-team\"\nthreshold = {threshold}\ntarget = {target}\nat_threshold = {at_threshold}\n\
             {way} = {steep}\nmost = {most}\n"
        );
        if let Ok(plan) = parse("line.toml", &text) {
            rises(&plan.measures[0].payout.as_ref().expect("a curve").curve)?;
        }
    }
}

/// Whatever a curve is made of, more never earns less, and what it earns on average is a number.
fn rises(curve: &Curve) -> Result<(), TestCaseError> {
    let values = [-2_000_000i64, -100, -1, 0, 1, 2, 70, 100, 101, 360, 2_000_000].map(|n| Exact(n * 10_000));
    let shares: Vec<_> = values.iter().map(|value| curve.share(*value)).collect();
    prop_assert!(shares.is_sorted(), "{curve:?}: {shares:?}");
    prop_assert!(shares.iter().flatten().all(|share| (Exact::ZERO..=Exact(100_000)).contains(share)), "{curve:?}");
    for value in values {
        curve.amount(value);
        for sd in [0.0, 0.5, 20.0] {
            prop_assert!(
                curve.expected_share(value.f64(), sd).is_none_or(|share| (-1e-6..10.1).contains(&share)),
                "{curve:?}"
            );
        }
    }
    Ok(())
}
