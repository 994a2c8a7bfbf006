//! The centre in a few figures, and the three things to look at first.

use super::{Cell, Head, IncentivesReport, Show, SignalsReport, Table, columns, title};
use crate::call_log::CallLog;
use crate::judge::Tier;
use crate::metrics::catalogue::{self, Better, CATALOGUE, Unit};
use crate::metrics::{Definitions, Facts, Totals};
use crate::overview::Overview;
use crate::scorecards::PeriodCards;
use crate::stats::{normal, share, wilson};
use schemars::JsonSchema;
use serde::Serialize;

/// The centre in a few words.
#[derive(Debug, Serialize, JsonSchema)]
pub struct SummaryReport {
    /// What deserves a look first, the most important first; three at most.
    pub look_first: Vec<Look>,
    /// The metrics of all calls.
    #[schemars(extend("items" = columns::items("summary")))]
    pub figures: Table,
    /// Agents by tier, those who are not compared as well.
    pub tiers: Vec<TierCount>,
}

/// How many agents are in a tier.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct TierCount {
    /// `above`, `middle`, `below`, `too few` or `not compared`.
    pub tier: &'static str,
    /// How many agents are in it.
    pub agents: usize,
}

/// A thing to look at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Look {
    /// What it is, in one word for machines.
    pub id: &'static str,
    /// What was found, with its numbers.
    pub text: String,
    /// What to do.
    pub then: String,
}

/// So many things are told first.
const FIRST: usize = 3;

/// What the summary is made of.
pub struct SummaryParts<'a> {
    pub head: &'a Head,
    pub overview: &'a Overview,
    pub cards: &'a PeriodCards,
    pub signals: &'a SignalsReport,
    pub incentives: Option<&'a IncentivesReport>,
    pub log: &'a CallLog,
    pub definitions: &'a Definitions,
}

/// Puts the summary together.
pub fn summary_report(parts: &SummaryParts<'_>) -> SummaryReport {
    let looks =
        [rejected(parts), held(parts), centre(parts), late(parts), repeats(parts), abandons(parts), tiers(parts)];
    SummaryReport {
        look_first: looks.into_iter().flatten().take(FIRST).collect(),
        figures: figures(parts),
        tiers: tier_counts(parts.cards),
    }
}

fn tier_counts(cards: &PeriodCards) -> Vec<TierCount> {
    let tiers = [Tier::Above, Tier::Middle, Tier::Below, Tier::TooFew].map(Some);
    let count = |tier: Option<Tier>| cards.cards.iter().filter(|c| c.verdict.score.map(|s| s.tier) == tier).count();
    let of = |tier: Option<Tier>| TierCount { tier: tier.map_or("not compared", Tier::name), agents: count(tier) };
    tiers.into_iter().chain([None]).map(of).collect()
}

fn figures(parts: &SummaryParts<'_>) -> Table {
    let (totals, definitions, tells) = (&parts.overview.all, parts.definitions, &parts.log.tells);
    let mut table = Table { keys: 2, ..Table::default() };
    table.column("metric", "Metric", Show::Hidden);
    table.column("name", "Metric", Show::Text);
    let level = Show::Level { unit: 3 };
    table.column("value", "Value", level.clone());
    table.column("unit", "Unit", Show::Hidden);
    table.column("low", "From (95 %)", level.clone());
    table.column("high", "To (95 %)", level);
    table.column("better", "Better", Show::Text);
    table.column("definition", "What it is", Show::Hidden);
    let text = |text: &str| Cell::Text(Some(text.to_string()));
    let number = |n: Option<f64>| Cell::Value(n.map(catalogue::Value::Number));
    for metric in &CATALOGUE {
        let interval = catalogue::interval(metric.id, totals, definitions, tells);
        table.rows.push(vec![
            text(metric.id),
            text(&title(metric.id, definitions)),
            Cell::Value(catalogue::value(metric, totals, definitions, tells)),
            text(unit_word(metric.unit)),
            number(interval.map(|(low, _)| low)),
            number(interval.map(|(_, high)| high)),
            Cell::Note(match metric.better {
                Better::Higher => Some("higher".to_string()),
                Better::Lower => Some("lower".to_string()),
                Better::Neither => None,
            }),
            text(&super::squash(metric.definition)),
        ]);
    }
    table
}

/// A unit as tables name it.
pub fn unit_word(unit: Unit) -> &'static str {
    match unit {
        Unit::Count => "count",
        Unit::Seconds => "seconds",
        Unit::Share => "share",
        Unit::Points => "points",
    }
}

fn percent(share: f64) -> String {
    format!("{:.0} %", share * 100.0)
}

/// Rows that could not be used, from this share on, are the first thing to look at.
const MANY_REJECTED: f64 = 0.01;

fn rejected(parts: &SummaryParts<'_>) -> Option<Look> {
    let intake = &parts.head.intake;
    let part = share(intake.rejected, intake.rows)?;
    (part >= MANY_REJECTED).then(|| Look {
        id: "rejected",
        text: format!(
            "{} of {} rows of the files could not be used ({:.1} %)",
            intake.rejected,
            intake.rows,
            part * 100.0
        ),
        then: "see in the ledger why, and mend the export before you trust the numbers".to_string(),
    })
}

fn held(parts: &SummaryParts<'_>) -> Option<Look> {
    let held = parts.cards.cards.iter().filter(|c| c.held).count();
    let all = parts.cards.cards.iter().filter(|c| c.totals.handled > 0).count();
    let money = parts.incentives.filter(|i| i.currency.is_some());
    let amount =
        money.map_or(String::new(), |i| format!("; {} {} wait for it", i.held, i.currency.unwrap_or_default()));
    (held > 0).then(|| Look {
        id: "review",
        text: format!("{held} of {all} agents have a signal that asks for review before anyone is paid{amount}"),
        then: "listen to the calls that the signal names; it is a pattern and no verdict".to_string(),
    })
}

fn centre(parts: &SummaryParts<'_>) -> Option<Look> {
    let first = parts.signals.centre.first()?;
    Some(Look {
        id: "centre",
        text: format!("{}: {}", first.signal, first.text),
        then: "look at the plan, the routing and the system before you look at single agents".to_string(),
    })
}

/// The chance of naming any group where none differs from all.
const BY_LUCK: f64 = 0.05;

/// The group of some facts in which most contacts are lost against the rate of all, among those that are surely worse:
/// however many groups there are, one is named by luck alone in one of twenty reports (Bonferroni).
fn worst(facts: &Facts, all: (u64, u64), of: impl Fn(&Totals) -> (u64, u64)) -> Option<(usize, u64, u64)> {
    let usual = share(all.0, all.1)?;
    let loss = |(good, n): (u64, u64)| n as f64 * usual - good as f64;
    let z = normal::quantile(1.0 - BY_LUCK / facts.groups.len().max(1) as f64);
    let surely = |(good, n): (u64, u64)| wilson(good, n, z).is_some_and(|(_, high)| high < usual);
    let groups = facts.groups.iter().enumerate().map(|(i, g)| (i, of(&g.totals))).filter(|(_, of)| surely(*of));
    // The first of two that lose as much.
    groups.reduce(|best, other| if loss(other.1) > loss(best.1) { other } else { best }).map(|(i, (g, n))| (i, g, n))
}

fn label(parts: &SummaryParts<'_>, facts: &Facts, group: usize) -> Vec<String> {
    let values = facts.dimensions.iter().zip(&facts.groups[group].values);
    values
        .map(|(d, v)| {
            d.label(*v, parts.log, parts.definitions.interval_ms).unwrap_or_else(|| format!("no {}", d.name()))
        })
        .collect()
}

fn late(parts: &SummaryParts<'_>) -> Option<Look> {
    if !parts.log.tells.wait {
        return None;
    }
    let of = |t: &Totals| parts.definitions.sl_formula.parts(t);
    let hours = &parts.overview.hours;
    let (group, good, n) = worst(hours, of(&parts.overview.all), of)?;
    let at = label(parts, hours, group);
    let hour: u32 = at[1].parse().unwrap_or(0);
    let (all_good, all) = of(&parts.overview.all);
    Some(Look {
        id: "service_level",
        text: format!(
            "callers wait longest on {}s from {hour} to {}: {} in time of {n}, against {} in all hours",
            at[0],
            hour + 1,
            percent(share(good, n)?),
            percent(share(all_good, all)?)
        ),
        then: "compare the staffing of that hour with its calls".to_string(),
    })
}

fn repeats(parts: &SummaryParts<'_>) -> Option<Look> {
    if !parts.log.tells.customer || !parts.log.tells.queue {
        return None;
    }
    let of = |t: &Totals| (t.fcr_resolved, t.fcr_n);
    let queues = &parts.overview.queues;
    let (group, good, n) = worst(queues, of(&parts.overview.all), of)?;
    let (all_good, all) = of(&parts.overview.all);
    Some(Look {
        id: "resolution",
        text: format!(
            "in {} {} of {n} contacts are resolved the first time, against {} in all queues",
            label(parts, queues, group)[0],
            percent(share(good, n)?),
            percent(share(all_good, all)?)
        ),
        then: "listen to repeat contacts of that queue: what did the customer still need".to_string(),
    })
}

fn abandons(parts: &SummaryParts<'_>) -> Option<Look> {
    if !parts.log.tells.abandoned {
        return None;
    }
    let of = |t: &Totals| (t.offered - t.abandoned, t.offered);
    let days = &parts.overview.days;
    let (group, good, n) = worst(days, of(&parts.overview.all), of)?;
    let (all_good, all) = of(&parts.overview.all);
    Some(Look {
        id: "abandoned",
        text: format!(
            "on {} {} of {n} callers gave up, against {} on all days",
            label(parts, days, group)[0],
            percent(share(n - good, n)?),
            percent(share(all - all_good, all)?)
        ),
        then: "find out what that day was: an outage, a campaign, too few people".to_string(),
    })
}

fn tiers(parts: &SummaryParts<'_>) -> Option<Look> {
    let scores = || parts.cards.cards.iter().filter_map(|c| c.verdict.score);
    let of = |tier: Tier| scores().filter(|s| s.tier == tier).count();
    let (above, below, all) = (of(Tier::Above), of(Tier::Below), scores().count());
    (all > 0).then(|| Look {
        id: "tiers",
        text: format!(
            "{above} of {all} agents are surely above the middle and {below} surely below; the others cannot be told apart"
        ),
        then: "learn from those above, coach those below, and do not rank the others".to_string(),
    })
}
