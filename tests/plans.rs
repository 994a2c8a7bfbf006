//! The plans that people start from, and the faults that they are told.

use callmerit::money::Money;
use callmerit::plan::{Exact, On, Plan, Rule, Unit, read};

fn path(inside: &str) -> String {
    format!("{}/{inside}", env!("CARGO_MANIFEST_DIR"))
}

fn template(name: &str) -> Plan {
    read(&path(&format!("examples/plans/{name}.toml"))).unwrap_or_else(|faults| panic!("{faults}"))
}

/// Templates that can be read. Retention joins them when `outcome` is a measure.
const TEMPLATES: [&str; 5] = ["balanced", "pay-for-speed", "recognition", "team-pool", "technical-support"];

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
fn recognition_has_no_money_and_technical_support_lets_nobody_earn_by_haste() {
    let recognition = template("recognition");
    assert_eq!((recognition.currency.map(|c| c.code()), recognition.bonus), (None, Money::ZERO));
    let technical = template("technical-support");
    let time = technical.measures.iter().find(|m| m.name == "handle_time").expect("handle time");
    assert_eq!((time.two_sided, time.weight), (Some(Exact::ONE), exact("0.1")));
}
