//! Scorecards of one period or several: facts, signals and judgement of each agent, put together.

use crate::call_log::{CallLog, MISSING, flag};
use crate::contacts::{FollowUp, Period};
use crate::judge::goal;
use crate::judge::{self, Judgement, Measure, RELIABLE, Score, Verdict, Weights};
use crate::metrics::{self, Definitions, Dimension, Facts, Group, Totals};
use crate::read::time::{Clock, civil_of};
use crate::signals::{self, Durations, Evidence, Limit, Signals};
use crate::strata::{self, Calls, DayBlocks, Tally};
use jiff::civil::Date;
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
    pub measures: [Option<MeasureBefore>; Measure::COUNT],
}

/// What was known of an agent in a measure: what lies between an expectation and the agent's own level, and between the
/// same expectation and what there was to aim for, where that was more than luck. Share points, or of the logarithm of time.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MeasureBefore {
    pub own: f64,
    pub goal: Option<f64>,
}

impl Before {
    /// The score of an agent who reaches the target in every measure: the weights sum to 1.
    pub fn score_goal(&self) -> Option<f64> {
        self.score.filter(|score| score.reliability >= RELIABLE).map(|score| score.value + goal::TARGET)
    }
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
    let mut last = None;
    for value in all.values() {
        let before = made.last().zip(last).map(|(p, last)| (&p.tally, history(p, all.longer(last, 1))));
        let cards = all.cards(value, 1, before);
        if !cards.tally.cells.is_empty() || options.period.is_none() {
            made.push(cards);
            last = Some(value);
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
    /// Of the first and the last call, ms UTC.
    calls: (i64, i64),
}

impl<'a> Periods<'a> {
    pub fn new(known: &'a Known<'a>, options: &'a Options) -> Periods<'a> {
        let blocks = strata::day_blocks(known.log, options.threads);
        let mut dimensions: Vec<Dimension> = options.period.into_iter().collect();
        dimensions.push(options.unit);
        let facts = metrics::measure(known.log, known.next, &dimensions, known.definitions, options.threads);
        Periods { known, options, blocks, facts, calls: first_and_last(known.log) }
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

    /// The days of a period and of those before it, `pooled` in all: the first, and the first after them.
    pub fn days(&self, value: i64, pooled: u32) -> Option<(Date, Date)> {
        self.bounds(value, pooled).map(|Period { from_ms, to_ms }| (self.day(from_ms), self.day(to_ms)))
    }

    /// The same of the days that lie between the first and the last call.
    pub fn judged_days(&self, value: i64, pooled: u32) -> Option<(Date, Date)> {
        let (from, after) = self.days(value, pooled)?;
        Some((from.max(self.day(self.calls.0)), after.min(self.day(self.calls.1).tomorrow().ok()?)))
    }

    fn day(&self, ms: i64) -> Date {
        civil_of(Clock::new(self.known.log.zone.clone()).local(ms)).date()
    }

    /// How many times as long as the judged part of `pooled` periods up to one are as many periods after it.
    pub fn longer(&self, value: i64, pooled: u32) -> f64 {
        let days = |days: Option<(Date, Date)>| days.map_or(1, |(from, after)| (after - from).get_days().max(1));
        f64::from(days(self.days(value + i64::from(pooled), pooled))) / f64::from(days(self.judged_days(value, pooled)))
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

    /// The same, with the signals of the period by itself beside those of all: what somebody began to do in it would be
    /// thinned by the periods before.
    pub fn cards_with_own_signals(
        &self,
        value: i64,
        pooled: u32,
        before: Option<(&Tally, HashMap<u32, Before>)>,
    ) -> PeriodCards {
        let mut cards = self.cards(value, pooled, before);
        if pooled > 1 {
            let last = self.cards_before(value, 1);
            let alone = self.cards(value, 1, last.as_ref().map(|p| (&p.tally, HashMap::new())));
            let label = self.label(value).unwrap_or_default();
            let place = |agent: u32| cards.cards.iter().position(|card| card.verdict.agent == agent);
            cards.signals.take_in(alone.signals, &label, place);
            for card in &mut cards.cards {
                (card.signals, card.held) = cards.signals.of(card.verdict.agent);
            }
        }
        cards
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

/// What is known of each agent from an earlier period, where the next one is so many times as long.
pub fn history(period: &PeriodCards, longer: f64) -> HashMap<u32, Before> {
    let judgement = &period.judgement;
    let of = |verdict: &Verdict| Before {
        score: verdict.score,
        measures: Measure::ALL.map(|measure| {
            let judged = verdict.measures[measure as usize]?;
            let ground = judgement.ground(verdict, measure, longer).ok();
            let goal = ground.filter(|g| g.luck().is_none()).map(|g| g.effect(goal::levels(g.own()).target));
            Some(MeasureBefore { own: judged.effect, goal })
        }),
    };
    judgement.verdicts.iter().map(|v| (v.agent, of(v))).collect()
}

/// Start of the first and of the last call that counts, ms UTC.
pub fn first_and_last(log: &CallLog) -> (i64, i64) {
    let counts = |i: &usize| log.legs.flags(*i) & (flag::DUPLICATE | flag::OUTSIDE) == 0;
    let starts = (0..log.legs.len()).filter(counts).map(|i| log.legs.start_ms.get(i));
    starts.fold((i64::MAX, i64::MIN), |(first, last), start| (first.min(start), last.max(start)))
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
    pub fn before_and_goal(&self, measure: Measure) -> (Option<f64>, Option<f64>) {
        let then = self.before.and_then(|b| b.measures[measure as usize]);
        let Some((now, then)) = self.verdict.measures[measure as usize].zip(then) else { return (None, None) };
        let level = |effect: f64| judge::level(measure, now.expected, effect);
        (Some(level(then.own)), then.goal.map(level))
    }
}
