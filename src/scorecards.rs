//! Scorecards of one period or several: facts, signals and judgement of each agent, put together.

use crate::call_log::{CallLog, MISSING};
use crate::contacts::{FollowUp, Period};
use crate::judge::{self, Judged, Judgement, Measure, Score, Verdict, Weights};
use crate::metrics::{self, Definitions, Dimension, Facts, Group, Totals};
use crate::signals::{self, Durations, Evidence, Limit, Signals};
use crate::strata::{self, Calls, DayBlocks, Tally};
use std::collections::HashMap;

/// What may be chosen.
#[derive(Debug, Clone, Copy)]
pub struct Options {
    pub weights: Weights,
    /// A handle-time limit that agents work under, ms; else it is looked for.
    pub limit_ms: Option<u32>,
    /// Month, quarter or another part of the calendar to judge one by one.
    pub period: Option<Dimension>,
    /// What has a scorecard: agents, or teams and the like.
    pub unit: Dimension,
    pub threads: usize,
}

/// What was known of an agent in the period before.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Before {
    pub score: Option<Score>,
    /// Skill in each measure, in units of the spread between agents; more is better.
    pub skills: [Option<f64>; Measure::COUNT],
}

/// Goals without a plan: the own level and a part of the way to the upper quarter of true skill, in its units.
/// A step of at least `LEAST_STEP`, else `PART_OF_WAY` of the way to `UPPER_QUARTER`.
const LEAST_STEP: f64 = 0.15;
const PART_OF_WAY: f64 = 0.3;
const UPPER_QUARTER: f64 = 0.674;

/// What to aim for after a level, both in units of the spread of true skill around the median.
pub fn goal(level: f64) -> f64 {
    level + f64::max(LEAST_STEP, PART_OF_WAY * (UPPER_QUARTER - level))
}

/// One scorecard.
#[derive(Debug, Clone)]
pub struct Scorecard {
    pub name: String,
    pub totals: Totals,
    pub verdict: Verdict,
    /// Names of the signals, and whether one of them asks for review.
    pub signals: Vec<&'static str>,
    pub held: bool,
    pub before: Option<Before>,
}

/// All scorecards of a period, with what they rest on.
#[derive(Clone)]
pub struct PeriodCards {
    /// The period's name, where several are judged.
    pub label: Option<String>,
    pub cards: Vec<Scorecard>,
    pub judgement: Judgement,
    pub signals: Signals,
    pub limit: Result<Limit, String>,
    pub tally: Tally,
    /// Handled legs that name no single agent.
    pub nobodys: u64,
}

/// Everything about the calls that the scorecards are made of.
#[derive(Clone, Copy)]
pub struct Known<'a> {
    pub log: &'a CallLog,
    pub next: &'a FollowUp,
    pub definitions: &'a Definitions,
}

/// Judges every period, in the order of time.
pub fn scorecards(known: &Known<'_>, options: &Options) -> Vec<PeriodCards> {
    let all = Periods::new(known, options);
    let mut made: Vec<PeriodCards> = Vec::new();
    for value in all.values() {
        let before = made.last().map(|p| (&p.tally, history(p)));
        let cards = all.cards(value, 1, before);
        if !cards.tally.cells.is_empty() || options.period.is_none() {
            made.push(cards);
        }
    }
    made
}

/// The parts of the calendar that a log has calls in, measured and ready to be judged.
pub struct Periods<'a> {
    known: &'a Known<'a>,
    options: &'a Options,
    blocks: DayBlocks,
    facts: Facts,
}

impl<'a> Periods<'a> {
    pub fn new(known: &'a Known<'a>, options: &'a Options) -> Periods<'a> {
        let blocks = strata::day_blocks(known.log, options.threads);
        let mut dimensions: Vec<Dimension> = options.period.into_iter().collect();
        dimensions.push(options.unit);
        let facts = metrics::measure(known.log, known.next, &dimensions, known.definitions, options.threads);
        Periods { known, options, blocks, facts }
    }

    /// The periods with calls in the order of time, consecutive ones as consecutive numbers; one 0 for the whole log.
    pub fn values(&self) -> Vec<i64> {
        let Some(_) = self.options.period else { return vec![0] };
        let mut values: Vec<i64> = self.facts.groups.iter().map(|g| g.values[0]).collect();
        values.dedup();
        values
    }

    pub fn label(&self, value: i64) -> Option<String> {
        self.options.period.and_then(|dimension| dimension.label(value, self.known.log, 1))
    }

    /// From when to when a period goes, together with those before it, `pooled` in all.
    pub fn bounds(&self, value: i64, pooled: u32) -> Option<Period> {
        let bounds = |dimension: Dimension, value| dimension.bounds(value, &self.known.log.zone);
        self.options.period.map(|dimension| Period {
            from_ms: bounds(dimension, value + 1 - i64::from(pooled)).from_ms,
            to_ms: bounds(dimension, value).to_ms,
        })
    }

    /// The scorecards of a period, judged on its calls and on those of the periods before it, `pooled` in all.
    pub fn cards(&self, value: i64, pooled: u32, before: Option<(&Tally, HashMap<u32, Before>)>) -> PeriodCards {
        let first = value + 1 - i64::from(pooled);
        let judged = |g: &&Group| self.options.period.is_none() || (first..=value).contains(&g.values[0]);
        let mut totals: HashMap<i64, Totals> = HashMap::new();
        for group in self.facts.groups.iter().filter(judged) {
            totals.entry(*group.values.last().expect("a unit")).or_default().add(&group.totals);
        }
        let bounds = self.bounds(value, pooled);
        let cards = period_cards(self.known, self.options, &self.blocks, bounds, totals, before);
        PeriodCards { label: self.label(value), ..cards }
    }

    /// What the whole centre did in a period.
    pub fn centre(&self, value: i64) -> Totals {
        let mut all = Totals::default();
        let mine = |g: &&Group| self.options.period.is_none() || g.values[0] == value;
        self.facts.groups.iter().filter(mine).for_each(|g| all.add(&g.totals));
        all
    }

    /// Handled legs of each agent, or other unit, in a period; nobody is in it without one.
    pub fn handled(&self, value: i64) -> HashMap<u32, u64> {
        let mine = self.facts.groups.iter().filter(|g| self.options.period.is_none() || g.values[0] == value);
        mine.filter(|g| g.totals.handled > 0)
            .filter_map(|g| Some((u32::try_from(*g.values.last()?).ok()?, g.totals.handled)))
            .collect()
    }

    /// The scorecards of the `pooled` periods before, as what a period is compared with; `None` without calls there.
    pub fn cards_before(&self, value: i64, pooled: u32) -> Option<PeriodCards> {
        let cards = self.options.period.map(|_| self.cards(value - i64::from(pooled), pooled, None))?;
        (!cards.tally.cells.is_empty()).then_some(cards)
    }
}

/// What is known of each agent from an earlier period.
pub fn history(period: &PeriodCards) -> HashMap<u32, Before> {
    let of = |v: &Verdict| Before { score: v.score, skills: v.measures.map(|j| j.map(|j| j.skill)) };
    period.judgement.verdicts.iter().map(|v| (v.agent, of(v))).collect()
}

fn period_cards(
    known: &Known<'_>,
    options: &Options,
    blocks: &DayBlocks,
    period: Option<Period>,
    totals: HashMap<i64, Totals>,
    before: Option<(&Tally, HashMap<u32, Before>)>,
) -> PeriodCards {
    let threads = options.threads;
    let Known { log, next, definitions } = *known;
    let calls = Calls { log, next, window_ms: definitions.fcr_window_ms, period };
    let durations = Durations::new(&calls, threads);
    let limit = signals::limit(&durations, options.limit_ms);
    let limit_ms = limit.as_ref().ok().map(|l| l.ms);
    let tally = strata::tally(&calls, blocks, limit_ms, threads);
    let evidence = Evidence {
        calls,
        tally: &tally,
        before: before.as_ref().map(|(tally, _)| *tally),
        durations: &durations,
        limit,
        threads,
    };
    let signals = signals::look(&evidence);
    let limit = evidence.limit;
    let by_agent = options.unit == Dimension::Agent;
    let judged = if by_agent { tally.clone() } else { regrouped(&tally, log, options.unit) };
    let components = strata::components(&judged.cells, log);
    let judgement = judge::judge(&judged, components, options.weights, threads);
    let mut totals = totals;
    let cards = judgement
        .verdicts
        .iter()
        .map(|verdict| {
            let (ids, held) = if by_agent { signals.of(verdict.agent) } else { (Vec::new(), false) };
            Scorecard {
                name: options.unit.label(i64::from(verdict.agent), log, 1).unwrap_or_default(),
                totals: totals.remove(&i64::from(verdict.agent)).unwrap_or_default(),
                verdict: verdict.clone(),
                signals: ids,
                held,
                before: before.as_ref().and_then(|(_, all)| all.get(&verdict.agent).copied()),
            }
        })
        .collect();
    let nobodys = totals.values().map(|t| t.handled).sum();
    PeriodCards { label: None, cards, judgement, signals, limit, tally, nobodys }
}

/// The tally with agents put together by what most of their calls name, or its calls by their queue.
fn regrouped(tally: &Tally, log: &CallLog, unit: Dimension) -> Tally {
    if unit == Dimension::Queue {
        let queue_of = |_: u32, stratum: u32| tally.cells.strata.all[stratum as usize].queue;
        return Tally { cells: tally.cells.regrouped(queue_of), ..tally.clone() };
    }
    let most = most_named(log, unit);
    let unit_of = |agent: u32| most.get(&agent).and_then(|v| u32::try_from(*v).ok()).unwrap_or(MISSING);
    Tally { cells: tally.cells.regrouped(|agent, _| unit_of(agent)), ..tally.clone() }
}

/// What most of each agent's calls name, as the team; of two with as many calls the first in order.
pub fn most_named(log: &CallLog, unit: Dimension) -> HashMap<u32, i64> {
    let mut calls: HashMap<(u32, i64), u64> = HashMap::new();
    for i in 0..log.legs.len() {
        let agent = log.legs.agent.get(i);
        if agent != MISSING {
            *calls.entry((agent, unit.value(log, i, 0, 1))).or_default() += 1;
        }
    }
    let mut most: HashMap<u32, (u64, i64)> = HashMap::new();
    for ((agent, value), n) in calls {
        let best = most.entry(agent).or_insert((n, value));
        // The first in order of two with as many calls.
        if (n, std::cmp::Reverse(value)) > (best.0, std::cmp::Reverse(best.1)) {
            *best = (n, value);
        }
    }
    most.into_iter().map(|(agent, (_, value))| (agent, value)).collect()
}

impl Scorecard {
    /// The agent's level in the period before, on the calls of this one, and the goal that followed from it.
    pub fn before_and_goal(&self, judgement: &Judgement, measure: Measure) -> Option<(f64, f64)> {
        let now: Judged = self.verdict.measures[measure as usize]?;
        let skill = self.before?.skills[measure as usize]?;
        let all = judgement.measure(measure)?;
        Some((all.level(&now, skill), all.level(&now, goal(skill))))
    }
}
