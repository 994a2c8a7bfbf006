//! What `callmerit plan check` foretells of a plan, beside the truth of simulated worlds.

mod common;

use common::{folder, json, root, run, shared, text};
use serde_json::Value;
use std::collections::HashMap;
use std::path::Path;

const WORLDS: [&str; 3] = ["worlds/world-1", "worlds/world-2", "worlds/world-3"];

/// True quality of the agents of a world.
fn truth(world: &Path) -> HashMap<String, f64> {
    let rows = std::fs::read_to_string(world.join("truth.csv")).expect("the truth");
    let of = |line: &str| {
        let mut cells = line.split(',');
        let agent = cells.next().expect("an agent").to_string();
        (agent, cells.next().expect("a quality").parse().expect("a number"))
    };
    rows.lines().skip(1).map(of).collect()
}

/// A template judged on one month, since a world has no more.
fn of_a_month(folder: &Path, name: &str) -> String {
    let plan = std::fs::read_to_string(root().join(format!("examples/plans/{name}.toml"))).expect("a template");
    let path = folder.join(format!("{name}.toml"));
    std::fs::write(&path, plan.replace("pooled = 3", "pooled = 1")).expect("a file");
    text(&path).to_string()
}

/// The share of the money that went to agents whose true quality is below the median.
fn went_below(recommendations: &Value, truth: &HashMap<String, f64>) -> f64 {
    let mut all: Vec<f64> = truth.values().copied().collect();
    all.sort_by(f64::total_cmp);
    let median = all[all.len() / 2];
    let paid = |row: &Value| -> (String, f64) {
        let amount = row["amount"].as_str().expect("an amount").parse().expect("a number");
        (row["agent"].as_str().expect("an agent").to_string(), amount)
    };
    let rows: Vec<(String, f64)> =
        recommendations["recommendations"].as_array().expect("rows").iter().map(paid).collect();
    let below: f64 = rows.iter().filter(|(agent, _)| truth[agent] < median).map(|(_, amount)| amount).sum();
    below / rows.iter().map(|(_, amount)| amount).sum::<f64>()
}

/// The share of agents whose true quality, in units of its spread around the median, is at least a value.
fn truly_reach(value: f64, truth: &HashMap<String, f64>) -> f64 {
    let mut all: Vec<f64> = truth.values().copied().collect();
    all.sort_by(f64::total_cmp);
    let (n, median) = (all.len() as f64, all[all.len() / 2]);
    let mean = all.iter().sum::<f64>() / n;
    let spread = (all.iter().map(|q| (q - mean).powi(2)).sum::<f64>() / n).sqrt();
    all.iter().filter(|q| (**q - median) / spread >= value).count() as f64 / n
}

#[test]
fn what_is_foretold_is_what_the_truth_says() {
    let folder = folder();
    let plan = of_a_month(folder.path(), "balanced");
    // Of the money to those below, and of the agents at each level: foretold less true, by world.
    let mut differences: Vec<Vec<f64>> = Vec::new();
    for world in WORLDS {
        let Some(world) = shared(world) else { return };
        let calls = format!("{world}/calls.csv.gz");
        let truth = truth(Path::new(&world));
        let check = &json(&["plan", "check", &plan, &calls, "--format", "json", "-q"])["calls"];
        let paid = json(&["incentives", &calls, "--plan", &plan, "--format", "json", "-q"]);
        let foretold = check["paid"]["to_the_below"].as_f64().expect("somebody is paid");
        let levels = check["levels"].as_array().expect("levels").iter().map(|level| {
            let number = |key: &str| level[key].as_f64().expect("a number");
            number("reached") - truly_reach(number("value"), &truth)
        });
        differences.push(std::iter::once(foretold - went_below(&paid, &truth)).chain(levels).collect());
    }
    let mean = |at: usize| differences.iter().map(|of| of[at]).sum::<f64>() / differences.len() as f64;
    assert!(mean(0).abs() < 0.02, "money to the below: {differences:?}");
    // 600 agents: the standard error of a share of 0.3 is 0.02.
    assert!((1..4).all(|at| mean(at).abs() < 0.04), "levels: {differences:?}");
}

#[test]
fn one_agent_can_be_tried_and_is_compared_with_nobody() {
    let output = run(&[
        "plan", "check", "examples/plans/balanced.toml", "tests/cmd/plan-check.in/one-agent.csv", "--format", "json",
    ]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let found: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!((found["calls"]["agents"].as_u64(), found["calls"]["paid"]["to_the_below"].as_f64()), (Some(0), None));
    assert_eq!(found["calls"]["noise_rent"], Value::Array(Vec::new()));
}
