//! Agents beside each other: every measure of every agent in one tidy table, where the middle of all lies, and what luck
//! alone would do.

use super::scorecards::{Beside, FACT_TITLES, FACTS};
use super::{Cell, Holds, Show, Table};
use crate::judge::{Judged, Measure, Z80};
use crate::metrics::catalogue::{Unit, Value};
use crate::scorecards::PeriodCards;
use crate::stats::quantile_of;
use libm::{exp, log, sqrt};

/// Two-sided normal points of a funnel's limits: 95 and 99.8 percent.
/// D. J. Spiegelhalter, Statistics in Medicine 24 (2005) 1185-1202.
const LIMITS: [f64; 2] = [1.959_963_984_540_054, 3.090_232_306_167_814];

fn text(text: &str) -> Cell {
    Cell::Text(Some(text.to_string()))
}

fn number(n: f64) -> Cell {
    Cell::Value(Some(Value::Number(n)))
}

fn count(n: u64) -> Cell {
    Cell::Value(Some(Value::Count(n)))
}

/// `share` or `seconds`.
fn unit(measure: Measure) -> &'static str {
    if measure == Measure::HandleTime { "seconds" } else { "share" }
}

/// What is known of a measure of all who are compared, with their names.
fn of_measure(cards: &PeriodCards, measure: Measure) -> impl Iterator<Item = (&str, &Judged)> {
    let compared = cards.cards.iter().filter(|card| card.verdict.compared);
    compared.filter_map(move |card| Some((card.name.as_str(), card.verdict.measures[measure as usize].as_ref()?)))
}

/// One row for each agent and measure.
pub fn measures_table(cards: &PeriodCards) -> Table {
    let mut table = Table { keys: 2, ..Table::default() };
    table.column("agent", "Agent", Show::Text);
    table.column("measure", "Measure", Show::Text);
    table.column("unit", "Unit", Show::Text);
    let level = Show::Level { unit: 2 };
    for ((name, _), title) in FACTS.iter().zip(FACT_TITLES) {
        let show = match *name {
            "observed" | "expected" | "difference" | "shrunk" | "low" | "high" | "team" => level.clone(),
            "reliability" | "own_share" => Show::Unit(Unit::Share),
            "n" | "needed" => Show::Unit(Unit::Count),
            "told_apart" => Show::Text,
            _ => Show::Unit(Unit::Points),
        };
        if *name == "told_apart" {
            table.holding(name, title, show, Holds::Flag);
        } else {
            table.column(name, title, show);
        }
    }
    let weeks = cards.tally.span_ms as f64 / (7.0 * 86_400_000.0);
    for card in &cards.cards {
        for measure in Measure::ALL {
            let told = card.verdict.measures[measure as usize].zip(cards.judgement.measure(measure));
            let Some((judged, all)) = told else { continue };
            let beside = Beside { all, weeks, compared: card.verdict.compared };
            let mut row = vec![text(&card.name), text(measure.id()), text(unit(measure))];
            row.extend(FACTS.iter().map(|(_, of)| of(&judged, &beside)));
            table.rows.push(row);
        }
    }
    table
}

/// Observed less expected of an agent, in share points; of times the part by which they are longer.
fn off(measure: Measure, judged: &Judged) -> Option<f64> {
    match measure {
        Measure::HandleTime => {
            (judged.observed > 0.0 && judged.expected > 0.0).then(|| judged.observed / judged.expected - 1.0)
        }
        _ => Some(judged.observed - judged.expected),
    }
}

/// The limits of luck at a standard error: of times they are those of the logarithm.
fn limits(measure: Measure, error: f64) -> [(f64, f64); 2] {
    LIMITS.map(|z| match measure {
        Measure::HandleTime => (exp(-z * error) - 1.0, exp(z * error) - 1.0),
        _ => (-z * error, z * error),
    })
}

/// The funnel: each agent's difference from what was expected, and how far luck alone takes so many contacts.
pub fn funnel_table(cards: &PeriodCards) -> Table {
    let mut table = Table { keys: 2, ..Table::default() };
    table.column("agent", "Agent", Show::Text);
    table.column("measure", "Measure", Show::Text);
    table.column("n", "Contacts", Show::Unit(Unit::Count));
    table.column("difference", "Off what was expected", Show::Unit(Unit::Share));
    limit_columns(&mut table);
    table.column("outside", "Outside", Show::Text);
    for measure in Measure::ALL {
        for (name, judged) in of_measure(cards, measure) {
            let Some(off) = off(measure, judged) else { continue };
            let limits = limits(measure, sqrt(judged.noise));
            let beyond = |(low, high): &(f64, f64)| off < *low || off > *high;
            let outside = ["95 %", "99.8 %"].into_iter().zip(&limits).rfind(|(_, limits)| beyond(limits));
            let mut row = vec![text(name), text(measure.id()), count(judged.n), number(off)];
            row.extend(limits.iter().flat_map(|(low, high)| [number(*low), number(*high)]));
            row.push(Cell::Note(outside.map(|(name, _)| name.to_string())));
            table.rows.push(row);
        }
    }
    table
}

fn limit_columns(table: &mut Table) {
    for (id, title) in [
        ("low_95", "Luck from (95 %)"),
        ("high_95", "to (95 %)"),
        ("low_998", "Luck from (99.8 %)"),
        ("high_998", "to (99.8 %)"),
    ] {
        table.column(id, title, Show::Unit(Unit::Share));
    }
}

/// So many points draw a limit.
const POINTS: u64 = 24;

/// The funnel's limits as curves: at several numbers of contacts, with the luck of an average one.
pub fn funnel_limits_table(cards: &PeriodCards) -> Table {
    let mut table = Table { keys: 2, ..Table::default() };
    table.column("measure", "Measure", Show::Text);
    table.column("n", "Contacts", Show::Unit(Unit::Count));
    limit_columns(&mut table);
    for measure in Measure::ALL {
        let known: Vec<(u64, f64)> = of_measure(cards, measure).map(|(_, j)| (j.n, j.noise)).collect();
        let (Some(least), Some(most)) = (known.iter().map(|(n, _)| *n).min(), known.iter().map(|(n, _)| *n).max())
        else {
            continue;
        };
        let one = known.iter().map(|(n, noise)| *n as f64 * noise).sum::<f64>() / known.len() as f64;
        // Evenly in the logarithm: the limits bend where numbers are small.
        let (from, to) = (log(least.max(1) as f64), log(most.max(2) as f64));
        let mut last = 0;
        for i in 0..=POINTS {
            let n = exp(from + (to - from) * i as f64 / POINTS as f64).round() as u64;
            if n == last {
                continue;
            }
            last = n;
            let limits = limits(measure, sqrt(one / n as f64));
            let mut row = vec![text(measure.id()), count(n)];
            row.extend(limits.iter().flat_map(|(low, high)| [number(*low), number(*high)]));
            table.rows.push(row);
        }
    }
    table
}

/// Fewer agents would be recognised behind their own quartiles.
const FEW: usize = 5;

/// Where the agents of each measure lie, without names: the best guesses of their levels on the calls of all.
pub fn peers_table(cards: &PeriodCards) -> Table {
    let mut table = Table { keys: 1, ..Table::default() };
    table.column("measure", "Measure", Show::Text);
    table.column("unit", "Unit", Show::Text);
    table.column("agents", "Agents", Show::Unit(Unit::Count));
    let level = Show::Level { unit: 1 };
    for (id, title) in [("p10", "10 % lie below"), ("p25", "25 %"), ("p50", "Half"), ("p75", "75 %"), ("p90", "90 %")] {
        table.column(id, title, level.clone());
    }
    for measure in Measure::ALL {
        let Some(all) = cards.judgement.measure(measure) else { continue };
        let mut levels: Vec<f64> = of_measure(cards, measure).map(|(_, j)| all.level_of_all(j.skill)).collect();
        if levels.len() < FEW {
            continue;
        }
        levels.sort_by(f64::total_cmp);
        let mut row = vec![text(measure.id()), text(unit(measure)), count(levels.len() as u64)];
        row.extend([0.10, 0.25, 0.50, 0.75, 0.90].map(|p| number(quantile_of(&levels, p))));
        table.rows.push(row);
    }
    table
}

/// The agent's own level on the calls of all, with its 80 % interval: what stands beside [`peers_table`].
pub fn own_levels_table(cards: &PeriodCards) -> Table {
    let mut table = Table { keys: 2, ..Table::default() };
    table.column("agent", "Agent", Show::Text);
    table.column("measure", "Measure", Show::Text);
    table.column("unit", "Unit", Show::Text);
    let level = Show::Level { unit: 2 };
    for (id, title) in [("level", "Own level"), ("low", "from"), ("high", "to"), ("team", "All")] {
        table.column(id, title, level.clone());
    }
    for measure in Measure::ALL {
        let Some(all) = cards.judgement.measure(measure) else { continue };
        for (name, judged) in of_measure(cards, measure) {
            let at = |z: f64| all.level_of_all(judged.skill + z * sqrt(judged.skill_variance));
            let (one, other) = (at(-Z80), at(Z80));
            let mut row = vec![text(name), text(measure.id()), text(unit(measure))];
            row.extend([at(0.0), one.min(other), one.max(other), all.team].map(number));
            table.rows.push(row);
        }
    }
    table
}
