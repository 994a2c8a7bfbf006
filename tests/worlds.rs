//! Simulated worlds with known truth: whether the scorecards rank, and the balanced plan pays and holds, whom they should.

mod common;

use common::{json, shared, text};
use serde_json::Value;
use std::collections::HashMap;
use std::path::{Path, PathBuf};

/// How agents of the simulation game the plan; the first three of them harm callers.
const GAMES: [&str; 6] = ["hangup", "capshed", "dump", "overclaim", "surveypick", "selfcall"];
const HARMFUL: usize = 3;
/// Bins of the probability to be above the median, each up to the next one's beginning.
const CERTAINTY: [f64; 4] = [0.5, 0.7, 0.8, 0.9];
/// Standard normal quantiles: of the 80 % that a payout must be sure of, and of the central 80 % interval.
const SURE: f64 = 0.841_621_233_6;
const INTERVAL: f64 = 1.281_551_565_5;
/// The worlds that come with the repository's shared data, all of one kind.
const GIVEN: &str = "world";
/// Rank correlation that the reference methods reach on the given worlds: two-way mixed model on the explicit rows,
/// `sim.scores(sim.relog(W, *sim.link_calls(W, rng)))[0]["c2 two-way mixed model (BLUP)"]` for seeds 1 to 3, where
/// `rng = numpy.random.default_rng([101, seed])` and `W = sim.world(rng)`; numpy 2.4.6, scipy 1.17.1.
const REFERENCE: [(&str, f64); 3] = [("world-1", 0.804_609_6), ("world-2", 0.801_167_0), ("world-3", 0.733_914_3)];

/// What the program says about an agent, beside the truth.
struct Agent {
    quality: f64,
    /// Place in `GAMES`; `None` for the honest.
    game: Option<usize>,
    /// Score and its standard deviation; `None` where the program gives no score.
    score: Option<(f64, f64)>,
    above_median: Option<f64>,
    held: bool,
}

/// A world's evaluation; `None` where it has nobody to tell it of.
struct World {
    name: String,
    agents: usize,
    scored: usize,
    rho: f64,
    below_median: Option<f64>,
    gamers_paid: Option<f64>,
    harmful_paid: Option<f64>,
    honest_held: usize,
    /// By game: held, of how many.
    held: [(usize, usize); GAMES.len()],
    /// By bin of certainty: truly above the median, of how many.
    calibration: [(usize, usize); CERTAINTY.len()],
}

fn sorted(values: impl IntoIterator<Item = f64>) -> Vec<f64> {
    let mut values: Vec<f64> = values.into_iter().collect();
    values.sort_by(f64::total_cmp);
    values
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

fn median(values: impl IntoIterator<Item = f64>) -> f64 {
    let values = sorted(values);
    (values[(values.len() - 1) / 2] + values[values.len() / 2]) / 2.0
}

/// Ranks from 1; those of equal values are their mean.
fn ranks(values: &[f64]) -> Vec<f64> {
    let order = sorted(values.iter().copied());
    let rank = |v: &f64| (order.partition_point(|o| o < v) + order.partition_point(|o| o <= v) + 1) as f64 / 2.0;
    values.iter().map(rank).collect()
}

fn rank_correlation(x: &[f64], y: &[f64]) -> f64 {
    let (x, y) = (ranks(x), ranks(y));
    let (mean_x, mean_y) = (mean(&x), mean(&y));
    let product = |a: &[f64], mean_a: f64, b: &[f64], mean_b: f64| -> f64 {
        a.iter().zip(b).map(|(a, b)| (a - mean_a) * (b - mean_b)).sum()
    };
    product(&x, mean_x, &y, mean_y) / (product(&x, mean_x, &x, mean_x) * product(&y, mean_y, &y, mean_y)).sqrt()
}

/// Each agent's bonus, 1 being the target's: threshold, target and stretch at the centre, 0.524 and 1.282 standard
/// deviations of the true scores above it, paid in straight lines on what the score is with 80 % certainty at least.
fn bonuses(agents: &[Agent]) -> Vec<f64> {
    let scored: Vec<(f64, f64)> = agents.iter().filter_map(|a| a.score).collect();
    let scores: Vec<f64> = scored.iter().map(|s| s.0).collect();
    let centre = mean(&scores);
    let spread = mean(&scores.iter().map(|s| (s - centre).powi(2)).collect::<Vec<_>>());
    let doubt = mean(&scored.iter().map(|s| s.1.powi(2)).collect::<Vec<_>>());
    let total = (spread + doubt).sqrt();
    let threshold = median(scores);
    let (target, stretch) = (threshold + 0.524 * total, threshold + 1.282 * total);
    let bonus = |agent: &Agent| match agent.score {
        Some((score, deviation)) if !agent.held => {
            let sure = score - SURE * deviation;
            if sure < target {
                ((sure - threshold) / (target - threshold)).clamp(0.0, 1.0)
            } else {
                1.0 + 0.5 * ((sure - target) / (stretch - target)).clamp(0.0, 1.0)
            }
        }
        _ => 0.0,
    };
    agents.iter().map(bonus).collect()
}

/// The exported calls of a world's folder, if it is one.
fn calls(folder: &Path) -> Option<PathBuf> {
    let files = ["calls.csv", "calls.csv.gz"].map(|name| folder.join(name));
    files.into_iter().find(|file| file.exists() && folder.join("truth.csv").exists())
}

/// The worlds' folders in the folders that `CALLMERIT_WORLDS` names, else in the shared data.
fn folders() -> Vec<PathBuf> {
    let above: Vec<PathBuf> = match std::env::var_os("CALLMERIT_WORLDS") {
        Some(list) => std::env::split_paths(&list).collect(),
        None => shared("worlds").into_iter().map(PathBuf::from).collect(),
    };
    let mut found = Vec::new();
    for folder in &above {
        let entries = std::fs::read_dir(folder).unwrap_or_else(|e| panic!("{}: {e}", folder.display()));
        let before = found.len();
        found.extend(entries.map(|entry| entry.expect("an entry").path()).filter(|path| calls(path).is_some()));
        assert!(found.len() > before, "{} holds no folder with calls.csv and truth.csv", folder.display());
    }
    found.sort();
    found
}

fn name(folder: &Path) -> String {
    folder.file_name().expect("a folder's name").to_string_lossy().into_owned()
}

/// The kind of a world: its name without its seed.
fn kind(name: &str) -> &str {
    name.rsplit_once('-').map_or(name, |(kind, _)| kind)
}

/// What is true of an agent.
struct Truth {
    agent: String,
    quality: f64,
    /// Place in `GAMES`; `None` for the honest.
    game: Option<usize>,
}

fn truth(folder: &Path) -> Vec<Truth> {
    let mut truth = csv::Reader::from_path(folder.join("truth.csv")).expect("truth.csv");
    let header = truth.headers().expect("a header").clone();
    let column = |name| header.iter().position(|h| h == name).unwrap_or_else(|| panic!("truth.csv has no {name}"));
    let (agent, quality, gaming) = (column("agent"), column("true_quality"), column("gaming"));
    let game = |game: &str| GAMES.iter().position(|g| *g == game).unwrap_or_else(|| panic!("a new game: {game}"));
    let rows = truth.records().map(|row| row.expect("a row of truth.csv"));
    rows.map(|row| Truth {
        agent: row[agent].to_string(),
        quality: row[quality].parse().expect("a true quality"),
        game: (!row[gaming].is_empty()).then(|| game(&row[gaming])),
    })
    .collect()
}

/// The rows of a JSON's list by their agent.
fn by_agent(mut output: Value, list: &str) -> HashMap<String, Value> {
    let Value::Array(rows) = output[list].take() else { panic!("no {list}") };
    let agent_of = |row: &Value| row["agent"].as_str().unwrap_or_else(|| panic!("no agent in {row}")).to_string();
    rows.into_iter().map(|row| (agent_of(&row), row)).collect()
}

/// The program's scorecards joined with the truth.
fn agents(folder: &Path) -> Vec<Agent> {
    let file = calls(folder).expect("a world's folder");
    let mut cards = by_agent(json(&["scorecard", text(&file), "--format", "json", "-q"]), "scorecards");
    let mut joined = Vec::new();
    for Truth { agent, quality, game } in truth(folder) {
        let card = cards.remove(&agent).unwrap_or_else(|| panic!("no scorecard of {agent}"));
        let score = card["score"].as_f64().map(|score| {
            let bound = |key: &str| card[key].as_f64().unwrap_or_else(|| panic!("a score without {key} in {card}"));
            (score, (bound("score_high") - bound("score_low")) / (2.0 * INTERVAL))
        });
        joined.push(Agent {
            quality,
            game,
            score,
            above_median: card["p_above_median"].as_f64(),
            held: card["held"].as_bool().unwrap_or_else(|| panic!("`held` is neither true nor false in {card}")),
        });
    }
    assert!(cards.is_empty(), "scorecards of agents that truth.csv does not know: {:?}", cards.keys());
    joined
}

fn evaluate(folder: &Path) -> World {
    let agents = agents(folder);
    let middle = median(agents.iter().map(|a| a.quality));
    let bonuses = bonuses(&agents);
    let total: f64 = bonuses.iter().sum();
    let below: f64 = agents.iter().zip(&bonuses).filter(|(a, _)| a.quality < middle).map(|(_, bonus)| bonus).sum();
    let paid_of = |games: usize| {
        let bonuses = agents.iter().zip(&bonuses).filter(|(a, _)| a.game.is_some_and(|game| game < games));
        let paid: Vec<f64> = bonuses.map(|(_, bonus)| f64::from(u8::from(*bonus > 0.0))).collect();
        (!paid.is_empty()).then(|| mean(&paid))
    };
    let (scores, qualities): (Vec<f64>, Vec<f64>) = agents.iter().filter_map(|a| Some((a.score?.0, a.quality))).unzip();
    let mut world = World {
        name: name(folder),
        agents: agents.len(),
        scored: scores.len(),
        rho: rank_correlation(&scores, &qualities),
        below_median: (total > 0.0).then(|| below / total),
        gamers_paid: paid_of(GAMES.len()),
        harmful_paid: paid_of(HARMFUL),
        honest_held: agents.iter().filter(|a| a.game.is_none() && a.held).count(),
        held: Default::default(),
        calibration: Default::default(),
    };
    for agent in &agents {
        if let Some(game) = agent.game {
            world.held[game].0 += usize::from(agent.held);
            world.held[game].1 += 1;
        }
        let bin = agent.above_median.and_then(|p| CERTAINTY.iter().rposition(|from| p >= *from));
        if let Some(bin) = bin {
            world.calibration[bin].0 += usize::from(agent.quality > middle);
            world.calibration[bin].1 += 1;
        }
    }
    world
}

/// Sums of pairs of counts, place by place.
fn pooled<const N: usize>(pairs: impl Iterator<Item = [(usize, usize); N]>) -> [(usize, usize); N] {
    pairs.fold([(0, 0); N], |sums, of| std::array::from_fn(|i| (sums[i].0 + of[i].0, sums[i].1 + of[i].1)))
}

fn share((part, whole): (usize, usize)) -> Option<f64> {
    (whole > 0).then(|| part as f64 / whole as f64)
}

/// Means over some worlds; counts of games and of calibration are pooled.
struct Means {
    worlds: usize,
    scored: (usize, usize),
    rho: f64,
    below_median: Option<f64>,
    gamers_paid: Option<f64>,
    harmful_paid: Option<f64>,
    honest_held: f64,
    held: [(usize, usize); GAMES.len()],
    calibration: [(usize, usize); CERTAINTY.len()],
}

impl Means {
    fn of(worlds: &[&World]) -> Means {
        let told = |value: fn(&World) -> Option<f64>| {
            let values: Vec<f64> = worlds.iter().filter_map(|world| value(world)).collect();
            (!values.is_empty()).then(|| mean(&values))
        };
        let [scored] = pooled(worlds.iter().map(|w| [(w.scored, w.agents)]));
        Means {
            worlds: worlds.len(),
            scored,
            rho: mean(&worlds.iter().map(|w| w.rho).collect::<Vec<_>>()),
            below_median: told(|w| w.below_median),
            gamers_paid: told(|w| w.gamers_paid),
            harmful_paid: told(|w| w.harmful_paid),
            honest_held: mean(&worlds.iter().map(|w| w.honest_held as f64).collect::<Vec<_>>()),
            held: pooled(worlds.iter().map(|w| w.held)),
            calibration: pooled(worlds.iter().map(|w| w.calibration)),
        }
    }

    fn held(&self, game: &str) -> Option<f64> {
        share(self.held[GAMES.iter().position(|g| *g == game).expect("a game")])
    }

    fn print(&self, label: &str) {
        let figure = |value: Option<f64>| value.map_or("-".to_string(), |v| format!("{v:.3}"));
        let scored = format!("{}/{}", self.scored.0, self.scored.1);
        print!("{label:<12}{:>3}{scored:>11}{:>8.4}", self.worlds, self.rho);
        for value in [self.below_median, self.gamers_paid, self.harmful_paid] {
            print!("{:>8}", figure(value));
        }
        print!("{:>8.2} ", self.honest_held);
        for held in self.held {
            print!("{:>11}", figure(share(held)));
        }
        for bin in self.calibration {
            print!("{:>16}", share(bin).map_or("-".to_string(), |share| format!("{}/{}={share:.3}", bin.0, bin.1)));
        }
        println!();
    }
}

fn print_header() {
    print!(
        "{:<12}{:>3}{:>11}{:>8}{:>8}{:>8}{:>8}{:>8} ",
        "", "n", "scored", "rho", "below$", "gamer$", "harm$", "honest"
    );
    for game in GAMES {
        print!("{game:>11}");
    }
    for from in CERTAINTY {
        print!("{:>16}", format!("P from {from:.1}"));
    }
    println!();
}

/// Prints a line per world and one per kind of world.
fn print_all(worlds: &[World]) {
    print_header();
    for world in worlds {
        Means::of(&[world]).print(&world.name);
    }
    for of_kind in worlds.chunk_by(|a, b| kind(&a.name) == kind(&b.name)) {
        Means::of(&of_kind.iter().collect::<Vec<_>>()).print(kind(&of_kind[0].name));
    }
    Means::of(&worlds.iter().collect::<Vec<_>>()).print("all");
}

#[test]
#[ignore = "release profile: cargo test --release --test worlds -- --ignored --nocapture"]
fn scorecards_of_simulated_worlds_reach_their_goals() {
    let mut worlds: Vec<World> = folders().iter().map(|folder| evaluate(folder)).collect();
    if worlds.is_empty() {
        return;
    }
    worlds.sort_by(|a, b| kind(&a.name).cmp(kind(&b.name)).then_with(|| a.name.cmp(&b.name)));
    print_all(&worlds);

    let pooled = Means::of(&worlds.iter().collect::<Vec<_>>());
    let certain = pooled.calibration[2];
    if certain.1 >= 100 {
        let above = share(certain).expect("agents in the bin");
        assert!((0.78..=0.90).contains(&above), "{above:.3} of those with P in [.8, .9) are above the median");
    }

    let given: Vec<&World> = worlds.iter().filter(|w| kind(&w.name) == GIVEN).collect();
    if given.is_empty() {
        assert!(std::env::var_os("CALLMERIT_REQUIRE_SHARED").is_none(), "the given worlds are required and missing");
        eprintln!("skipped: the given worlds are not among these, and the goals are theirs");
        return;
    }
    let means = Means::of(&given);
    let told = |value: Option<f64>, what: &str| value.unwrap_or_else(|| panic!("nothing tells {what}"));
    let at_least = [
        ("rank correlation with the truth", means.rho, 0.74),
        ("share of hanging up held", told(means.held("hangup"), "hangup"), 0.80),
        ("share of shedding at the cap held", told(means.held("capshed"), "capshed"), 0.95),
        ("share of dumping held", told(means.held("dump"), "dump"), 0.95),
        ("share of claiming too much held", told(means.held("overclaim"), "overclaim"), 0.85),
        ("share of calling oneself held", told(means.held("selfcall"), "selfcall"), 0.95),
    ];
    let at_most = [
        ("bonus to those truly below the median", told(means.below_median, "any bonus"), 0.07),
        ("gamers paid", told(means.gamers_paid, "gamers"), 0.11),
        ("harmful gamers paid", told(means.harmful_paid, "harmful gamers"), 0.03),
        ("honest agents held in a month", means.honest_held, 1.0),
    ];
    let short = at_least.iter().filter(|(_, found, goal)| found < goal);
    let over = at_most.iter().filter(|(_, found, goal)| found > goal);
    let missed: Vec<String> =
        short.chain(over).map(|(what, found, goal)| format!("{what}: {found:.4}, the goal is {goal}")).collect();
    assert!(missed.is_empty(), "goals missed on the given worlds:\n{}", missed.join("\n"));
}

#[test]
#[ignore = "release profile: cargo test --release --test worlds -- --ignored --nocapture"]
fn the_ranking_is_no_worse_than_that_of_the_reference_methods() {
    let Some(worlds) = shared("worlds") else { return };
    for (world, reference) in REFERENCE {
        let found = evaluate(&Path::new(&worlds).join(world)).rho;
        println!("{world}: rank correlation {found:.4}, reference {reference:.4}");
        assert!(found >= reference - 0.03, "{world}: {found:.4}, the reference methods reach {reference:.4}");
    }
}

/// What a plan recommends in a world, beside the truth; money in minor units. `None` where it has nobody to tell it of.
struct Paid {
    name: String,
    period: String,
    total: i64,
    held: i64,
    budget: i64,
    /// Of all agents, and of the true upper quarter, paid.
    paid: f64,
    best_paid: Option<f64>,
    /// Of the money to agents truly below the median.
    below_median: Option<f64>,
    gamers_paid: Option<f64>,
    harmful_paid: Option<f64>,
    honest_held: f64,
}

/// Runs a plan over a world's calls.
fn paid(folder: &Path, plan: &str) -> Paid {
    let file = calls(folder).expect("a world's folder");
    let output = json(&["incentives", text(&file), "--plan", plan, "--format", "json", "-q"]);
    let amount = |value: &Value| {
        let text = value.as_str().unwrap_or("0.00");
        text.replace('.', "").parse::<i64>().unwrap_or_else(|_| panic!("{text} is no amount"))
    };
    let (total, held, budget) = (amount(&output["total"]), amount(&output["held"]), amount(&output["budget"]));
    let period = output["period"].as_str().expect("a period").to_string();
    let rows = by_agent(output, "recommendations");
    let agents: Vec<(Truth, i64, bool)> = truth(folder)
        .into_iter()
        .map(|truth| {
            let row = rows.get(&truth.agent).unwrap_or_else(|| panic!("no recommendation for {}", truth.agent));
            let (amount, held) = (amount(&row["amount"]), row["action"] == "hold");
            (truth, amount, held)
        })
        .collect();
    assert_eq!(total, agents.iter().map(|(_, amount, _)| amount).sum::<i64>(), "{}", folder.display());
    let qualities = sorted(agents.iter().map(|(truth, ..)| truth.quality));
    let (middle, best) = (median(qualities.iter().copied()), qualities[qualities.len() * 3 / 4]);
    let share_paid = |of: &dyn Fn(&Truth) -> bool| {
        let paid: Vec<f64> = agents
            .iter()
            .filter(|(truth, ..)| of(truth))
            .map(|(_, amount, _)| f64::from(u8::from(*amount > 0)))
            .collect();
        (!paid.is_empty()).then(|| mean(&paid))
    };
    let below: i64 = agents.iter().filter(|(truth, ..)| truth.quality < middle).map(|(_, amount, _)| amount).sum();
    Paid {
        name: name(folder),
        period,
        total,
        held,
        budget,
        paid: share_paid(&|_| true).expect("agents"),
        best_paid: share_paid(&|truth| truth.quality >= best),
        below_median: (total > 0).then(|| below as f64 / total as f64),
        gamers_paid: share_paid(&|truth| truth.game.is_some()),
        harmful_paid: share_paid(&|truth| truth.game.is_some_and(|game| game < HARMFUL)),
        honest_held: agents.iter().filter(|(truth, _, held)| truth.game.is_none() && *held).count() as f64,
    }
}

/// Prints a line of means over some worlds.
fn print_paid(label: &str, worlds: &[&Paid]) {
    let mean_of = |value: &dyn Fn(&Paid) -> Option<f64>| {
        let values: Vec<f64> = worlds.iter().filter_map(|world| value(world)).collect();
        if values.is_empty() { "-".to_string() } else { format!("{:.3}", mean(&values)) }
    };
    let money = |value: &dyn Fn(&Paid) -> i64| {
        format!("{:.0}", mean(&worlds.iter().map(|world| value(world) as f64 / 100.0).collect::<Vec<_>>()))
    };
    let period = if worlds.len() == 1 { worlds[0].period.clone() } else { String::new() };
    print!("{label:<12}{:>3}{period:>9}", worlds.len());
    for told in [
        mean_of(&|w| w.below_median),
        mean_of(&|w| w.gamers_paid),
        mean_of(&|w| w.harmful_paid),
        mean_of(&|w| Some(w.paid)),
        mean_of(&|w| w.best_paid),
        mean_of(&|w| Some(w.honest_held)),
        money(&|w| w.total),
        money(&|w| w.held),
        money(&|w| w.budget),
    ] {
        print!("{told:>9}");
    }
    println!();
}

#[test]
#[ignore = "release profile: cargo test --release --test worlds -- --ignored --nocapture"]
fn the_balanced_plan_pays_whom_it_should_in_simulated_worlds() {
    let mut worlds: Vec<Paid> = folders().iter().map(|folder| paid(folder, "examples/plans/balanced.toml")).collect();
    if worlds.is_empty() {
        return;
    }
    worlds.sort_by(|a, b| kind(&a.name).cmp(kind(&b.name)).then_with(|| a.name.cmp(&b.name)));
    print!("{:<12}{:>3}{:>9}", "", "n", "period");
    ["below$", "gamers", "harmful", "paid", "best", "honest", "paid$", "held$", "budget$"]
        .iter()
        .for_each(|title| print!("{title:>9}"));
    println!();
    worlds.iter().for_each(|world| print_paid(&world.name, &[world]));
    for of_kind in worlds.chunk_by(|a, b| kind(&a.name) == kind(&b.name)) {
        print_paid(kind(&of_kind[0].name), &of_kind.iter().collect::<Vec<_>>());
    }
    print_paid("all", &worlds.iter().collect::<Vec<_>>());
    for world in &worlds {
        assert!(world.total + world.held <= world.budget, "{}: more than the budget", world.name);
    }
    let given: Vec<&Paid> = worlds.iter().filter(|w| kind(&w.name) == GIVEN).collect();
    if given.is_empty() {
        eprintln!("skipped: the given worlds are not among these, and the goals are theirs");
        return;
    }
    let of = |value: fn(&Paid) -> Option<f64>| mean(&given.iter().filter_map(|w| value(w)).collect::<Vec<_>>());
    for (what, found, goal) in [
        ("bonus to those truly below the median", of(|w| w.below_median), 0.07),
        ("gamers paid", of(|w| w.gamers_paid), 0.11),
        ("harmful gamers paid", of(|w| w.harmful_paid), 0.03),
        ("honest agents held in a month", of(|w| Some(w.honest_held)), 1.0),
    ] {
        assert!(found <= goal, "{what}: {found:.4}, the goal is {goal}");
    }
    assert!(of(|w| Some(w.paid)) > 0.2, "a plan that pays hardly anybody reaches its goals for nothing");
}
