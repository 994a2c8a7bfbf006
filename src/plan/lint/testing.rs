//! Small plans to try the rules on.

use super::seen::{Seen, SeenMeasure, Surveys};
use super::{Found, RULES, Rule};
use crate::judge::Measure;
use crate::plan::{Plan, parse};

/// A plan that no rule of weight objects to.
pub const BALANCED: &str = r#"
name = "Test"
currency = "EUR"
review = 2026-12-31
period = "quarter"

[pay]
rule = "lower-bound"
on = "score"
bonus = "300.00"
resolution_floor = 0.8

[curve]
unit = "spread"
threshold = 0
target = 0.52
stretch = 1.28
at_stretch = 1.5

[measures.resolution]
weight = 0.5

[measures.satisfaction]
weight = 0.3

[measures.handle_time]
weight = 0.2

[budget]
per_agent = "150.00"
scale = "down"
"#;

/// A plan that pays raw metrics one by one; `{measures}` stands for them.
pub const RAW: &str = r#"
name = "Test"
currency = "EUR"
review = 2026-12-31
period = "quarter"

[pay]
rule = "naive-observed"
on = "measures"
bonus = "300.00"

{measures}
"#;

pub fn plan(text: &str) -> Plan {
    parse("plan.toml", text).unwrap_or_else(|faults| panic!("{faults:#}"))
}

/// The balanced plan with some of its text exchanged.
pub fn changed(exchanges: &[(&str, &str)]) -> String {
    exchanges.iter().fold(BALANCED.to_string(), |text, (from, to)| {
        assert!(text.contains(from), "the plan has no `{from}`");
        text.replace(from, to)
    })
}

/// A plan of raw metrics with a line for each.
pub fn raw(measures: &[(&str, &str)]) -> String {
    let one = |(of, weight): &(&str, &str)| {
        let name = of.replace('.', "_");
        let says = match (of.starts_with("figure."), *of == "handled") {
            (true, _) => "level = \"productivity\"\nbetter = \"higher\"\n",
            (_, true) => "better = \"higher\"\n",
            _ => "",
        };
        format!(
            "[measures.{name}]\nof = \"{of}\"\n{says}weight = {weight}\nunit = \"percent-of-team\"\nthreshold = 90\ntarget = 110\n"
        )
    };
    RAW.replace("{measures}", &measures.iter().map(one).collect::<String>())
}

/// What a rule finds in the plan of a text.
pub fn found(rule: &Rule, text: &str) -> Vec<Found> {
    assert!(RULES.iter().any(|known| known.id == rule.id), "{} is no rule of the lint", rule.id);
    rule.look.at(&plan(text), None)
}

/// Calls of a quarter that say nothing against a plan.
pub fn sound_calls() -> Seen {
    let measure = |measure| SeenMeasure {
        measure,
        told_apart: true,
        n: 300.0,
        reliability: 0.8,
        weeks_for_half: Some(3.0),
        weeks_for_money: Some(8.0),
    };
    Seen {
        weeks: 13.0,
        planned_weeks: 13.0,
        measures: Measure::ALL.map(measure).to_vec(),
        levels: Vec::new(),
        surveys: Surveys::Told { known: 100, by_agents: 0 },
    }
}

/// What a rule finds in the plan of a text beside calls.
pub fn found_with(rule: &Rule, text: &str, seen: &Seen) -> Vec<Found> {
    rule.look.at(&plan(text), Some(seen))
}

/// The keys that a rule finds something at.
pub fn keys(rule: &Rule, text: &str) -> Vec<String> {
    found(rule, text).into_iter().map(|f| f.key).collect()
}
