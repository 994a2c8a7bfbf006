//! What would have changed an agent's amount: the same calls with fewer repeats, more good answers or other times, judged
//! and recommended again by the same code; and how much evidence is lacking.

use super::Counted;
use crate::incentives::{Action, Known, Recommendation, Worths, middles, recommend, skill, surely_below, worths};
use crate::judge::{self, Judgement, Measure, Weights};
use crate::money::Money;
use crate::plan::curve::Curve;
use crate::plan::{Exact, On, Payout, PlanMeasure, Rule, Source};
use crate::scorecards::PeriodCards;
use crate::signals::Signals;
use crate::strata::{Counts, LOG_UNIT, Tally};

/// What is changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// Customers who did not come back although they had.
    FewerRepeats,
    /// Answers among the two best although they were not.
    MoreGoodAnswers,
    /// Contacts that came out as wanted although they had not.
    MoreWanted,
    /// Seconds that each call is shorter, on average.
    ShorterCalls,
    LongerCalls,
}

/// What is to be reached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Goal {
    /// To be no longer surely below the middle in resolution.
    Floor,
    /// A level of the plan: its place in the curve's points.
    Level(usize),
    /// Nothing in particular: a tenth of what there is to change.
    Tenth,
}

/// Where a change leads.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Then {
    /// On the curve; `None` where there is nothing to judge.
    pub value: Option<Exact>,
    pub share: Option<Exact>,
    /// To be paid, or set aside while a signal is looked into.
    pub amount: Money,
}

/// Whether a goal can be reached by a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Found {
    /// So many events or seconds are enough, and no fewer; about so many in a log too large to try them all.
    Enough { by: u64, is_about: bool, then: Then },
    /// All that could be changed is not enough; where it leads.
    OutOfReach(Then),
}

/// A change of one measure and where it leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WhatIf {
    pub measure: Measure,
    pub change: Change,
    pub goal: Goal,
    /// Events that there were to change, or seconds that are thinkable.
    pub of: u64,
    pub found: Found,
}

/// How much more of the same would be evidence enough for a level, the best guess being what it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Evidence {
    /// The measure that is paid by itself; `None` for the score.
    pub measure: Option<Measure>,
    /// The level, as a place in the curve's points.
    pub level: usize,
    /// About so many more handled calls of the agent; `None` where no number would do.
    pub calls: Option<u64>,
    /// The best guess is enough for the level.
    pub is_guessed: bool,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct WhatIfs {
    pub all: Vec<WhatIf>,
    pub evidence: Vec<Evidence>,
}

/// With more agents and strata than this, both, the model is solved as seldom as can be.
const MANY: usize = 600;
/// A handle time that is a quarter shorter or longer is no goal any more.
const THINKABLE: u64 = 4;
/// Evidence is looked for in twentieths of what there is, up to twenty times as much.
const PARTS: u64 = 20;
const MOST_TIMES: u64 = 20;

/// What would have changed the amount of an agent who is compared with others.
pub fn what_if(known: &Known<'_>, now: &Recommendation, card: usize, counted: &Counted) -> WhatIfs {
    let verdict = &known.cards.cards[card].verdict;
    // Without a share nothing was reckoned that could be otherwise.
    if !verdict.compared || now.action == Action::NotEligible || now.share.is_none() {
        return WhatIfs::default();
    }
    let mut trial = Trial::new(known, card);
    let mut found = WhatIfs::default();
    for measure in Measure::ALL {
        if let Some(paid) = Paid::of(known, measure)
            && let Some((change, of)) = to_change(known, card, measure, paid.measure, counted)
        {
            trial.all_goals(&paid, change, of, &mut found.all);
        }
    }
    // Where the best guess is paid, more evidence is not expected to change it.
    if known.plan.rule == Rule::LowerBound {
        let of_measures = Measure::ALL.into_iter().filter_map(|measure| Paid::of(known, measure));
        let paid: Vec<Paid<'_>> = match known.plan.on {
            On::Score(_) => of_measures.take(1).collect(),
            On::Measures => of_measures.collect(),
        };
        found.evidence = paid.iter().filter_map(|paid| evidence(known, card, paid, counted.handled)).collect();
    }
    found
}

/// A judged measure of the plan, and what its improvement is paid by.
struct Paid<'a> {
    kind: Measure,
    measure: &'a PlanMeasure,
    payout: &'a Payout,
    /// The place among the plan's measures; `None` where the score is paid.
    at: Option<usize>,
}

impl<'a> Paid<'a> {
    fn of(known: &Known<'a>, kind: Measure) -> Option<Paid<'a>> {
        let at = known.plan.measures.iter().position(|m| m.source == Source::Judged(kind))?;
        let measure = &known.plan.measures[at];
        match &known.plan.on {
            On::Score(payout) => Some(Paid { kind, measure, payout, at: None }),
            On::Measures => Some(Paid { kind, measure, payout: measure.payout.as_ref()?, at: Some(at) }),
        }
    }

    /// The next level above a value.
    fn next(&self, value: Exact) -> Option<(usize, Exact)> {
        let (Curve::Line(points) | Curve::Steps(points)) = &self.payout.curve else { return None };
        points.iter().map(|(from, _)| *from).enumerate().find(|(_, from)| *from > value)
    }
}

/// What could have gone otherwise in a measure without harm to anybody, and how much of it there is.
fn to_change(
    known: &Known<'_>,
    card: usize,
    measure: Measure,
    paid: &PlanMeasure,
    counted: &Counted,
) -> Option<(Change, u64)> {
    let judged = known.cards.cards[card].verdict.measures[measure as usize]?;
    let found = match measure {
        Measure::Resolution => (Change::FewerRepeats, counted.came_back_decided),
        Measure::Satisfaction => (Change::MoreGoodAnswers, counted.surveyed - counted.good_answers),
        Measure::Outcome => (Change::MoreWanted, counted.outcomes - counted.wanted),
        Measure::HandleTime => {
            let change = match paid.two_sided.map(Exact::f64) {
                // Inside the band nobody should be quicker or slower for the plan's sake.
                Some(band) if judged.skill.abs() <= band => return None,
                Some(_) if judged.skill > 0.0 => Change::LongerCalls,
                _ => Change::ShorterCalls,
            };
            (change, judged.observed as u64 / THINKABLE)
        }
    };
    (found.1 > 0).then_some(found)
}

/// The agent's calls gone otherwise.
struct Trial<'a> {
    known: &'a Known<'a>,
    card: usize,
    tally: Tally,
    /// The agent's counts as they are.
    counts: Vec<Counts>,
    /// The scorecards as they would be.
    cards: PeriodCards,
}

impl<'a> Trial<'a> {
    fn new(known: &'a Known<'a>, card: usize) -> Trial<'a> {
        let cards = PeriodCards {
            label: known.cards.label.clone(),
            cards: known.cards.cards.clone(),
            judgement: known.cards.judgement.clone(),
            signals: Signals::default(),
            limit: known.cards.limit.clone(),
            tally: Tally::default(),
            nobodys: known.cards.nobodys,
        };
        let tally = known.cards.tally.clone();
        let counts = tally.cells.agent(card).cells.iter().map(|cell| cell.counts).collect();
        Trial { known, card, tally, counts, cards }
    }

    fn is_large(&self) -> bool {
        self.tally.cells.len().min(self.tally.cells.strata.all.len()) > MANY
    }

    fn take(&mut self, judgement: Judgement) {
        for (card, verdict) in self.cards.cards.iter_mut().zip(&judgement.verdicts) {
            card.verdict = verdict.clone();
        }
        self.cards.judgement = judgement;
    }

    /// Judges the agent's calls with a change of so many events or seconds in one measure.
    fn with(&mut self, measure: Measure, change: Change, by: u64) {
        if by == 0 {
            self.take(self.known.cards.judgement.clone());
            return;
        }
        self.tally.set(self.card, &changed(&self.counts, change, by));
        let judgement = judge::again(&self.known.cards.judgement, measure, &self.tally, self.known.plan.weights());
        self.take(judgement);
        self.tally.set(self.card, &self.counts);
    }

    fn known(&self) -> Known<'_> {
        Known { cards: &self.cards, ..*self.known }
    }

    /// The value on the curve as things stand in the trial.
    fn value(&self, paid: &Paid<'_>) -> Option<Exact> {
        match (worths(&self.known()), paid.at) {
            (Worths::Score(of), _) => of[self.card].map(|worth| worth.value),
            (Worths::Measures(of), Some(at)) => of[self.card][at].map(|worth| worth.value),
            _ => None,
        }
    }

    /// How far the agent is from being surely below the middle in resolution: what is above 0 keeps the floor.
    fn above_floor(&self) -> Option<i64> {
        let floor = self.known.plan.resolution_floor?;
        let below = surely_below(&self.cards.cards[self.card], &middles(&self.known()))?;
        Some((floor - below).0)
    }

    fn then(&self, paid: &Paid<'_>) -> Then {
        let all = recommend(&self.known());
        let mine = &all.all[self.card];
        let amount = if mine.action == Action::Pay { mine.amount } else { mine.if_released };
        Then { value: self.value(paid), share: mine.share, amount }
    }

    /// What a measure's change leads to: the floor, the next level of the plan, and a little.
    fn all_goals(&mut self, paid: &Paid<'_>, change: Change, of: u64, found: &mut Vec<WhatIf>) {
        let measure = paid.kind;
        let first = found.len();
        self.with(measure, change, 0);
        let now = self.then(paid);
        let floor = self.above_floor().filter(|above| *above <= 0 && measure == Measure::Resolution);
        if let Some(start) = floor {
            let reached = self.least(paid, change, of, (start, 1), |trial| trial.above_floor());
            found.push(WhatIf { measure, change, goal: Goal::Floor, of, found: reached });
        }
        if let Some(value) = now.value
            && let Some((level, target)) = paid.next(value)
        {
            let reached =
                self.least(paid, change, of, (value.0, target.0), |trial| trial.value(paid).map(|value| value.0));
            found.push(WhatIf { measure, change, goal: Goal::Level(level), of, found: reached });
        }
        let by = of.div_ceil(10);
        let is_told = |w: &WhatIf| matches!(w.found, Found::Enough { by: told, .. } if told <= by);
        if !found[first..].iter().any(is_told) {
            self.with(measure, change, by);
            let then = self.then(paid);
            if then.amount > now.amount || then.amount == Money::ZERO && then.share > now.share {
                let enough = Found::Enough { by, is_about: false, then };
                found.push(WhatIf { measure, change, goal: Goal::Tenth, of, found: enough });
            }
        }
    }

    /// The least change from which on `value` is `target`.
    fn least(
        &mut self,
        paid: &Paid<'_>,
        change: Change,
        of: u64,
        (start, target): (i64, i64),
        value: impl Fn(&Trial<'_>) -> Option<i64>,
    ) -> Found {
        let large = self.is_large();
        let at = |trial: &mut Self, by: u64| {
            trial.with(paid.kind, change, by);
            value(trial).unwrap_or(i64::MIN / 4)
        };
        let end = at(self, of);
        if end < target {
            return Found::OutOfReach(self.then(paid));
        }
        let by = search((0, start), (of, end), target, large, |by| at(self, by));
        self.with(paid.kind, change, by);
        Found::Enough { by, is_about: large, then: self.then(paid) }
    }
}

/// How many more calls at the same level would bring the next level of the plan.
fn evidence(known: &Known<'_>, card: usize, paid: &Paid<'_>, handled: u64) -> Option<Evidence> {
    let plan = known.plan;
    let verdict = &known.cards.cards[card].verdict;
    let worth = match (worths(known), paid.at) {
        (Worths::Score(of), _) => of[card]?,
        (Worths::Measures(of), Some(at)) => of[card][at]?,
        _ => return None,
    };
    let (level, target) = paid.next(worth.value)?;
    let judgement = &known.cards.judgement;
    let peers = judgement.components[verdict.component].agents.len();
    let weights = Weights { of: judgement.weights, ..plan.weights() };
    // Best guess and variance with so many times as much.
    let sum = |times: f64| {
        let more = |m: &Measure| verdict.measures[*m as usize].map(|judged| judged.with_more(times, peers));
        let parts = Measure::ALL.iter().map(|m| weights.part(*m as usize, more(m)));
        parts.fold((0.0, 0.0), |(sum, variance), (part, of_part)| (sum + part, variance + of_part))
    };
    let with = |times: f64| match paid.at {
        Some(_) => {
            let judged = verdict.measures[paid.kind as usize]?.with_more(times, peers);
            let (best, sd) = skill(paid.measure, &judged);
            Some(worth.with(plan, paid.payout.unit, best, sd))
        }
        None => {
            let ((more, variance), (now, _)) = (sum(times), sum(1.0));
            let best = verdict.score?.value + more - now;
            Some(worth.with(plan, paid.payout.unit, best, libm::sqrt(variance)))
        }
    };
    let reaches = |more: &u64| with((PARTS + more) as f64 / PARTS as f64).is_some_and(|worth| worth.value >= target);
    let more = (1..=(MOST_TIMES - 1) * PARTS).find(reaches);
    let is_guessed = worth.with(plan, paid.payout.unit, worth.best.f64(), 0.0).value >= target;
    let measure = paid.at.map(|_| paid.kind);
    Some(Evidence { measure, level, calls: more.map(|more| rounded_up((handled * more).div_ceil(PARTS))), is_guessed })
}

/// Up to a number with two digits and zeros: more would feign precision.
fn rounded_up(n: u64) -> u64 {
    let zeros = 10u64.pow(n.max(1).ilog10().saturating_sub(1));
    n.div_ceil(zeros) * zeros
}

/// The least place from which on a value that rises is `target`, between one that is below it and one that is not.
/// The value is nearly a straight line, so that few places have to be looked at; in a hurry none.
fn search(low: (u64, i64), high: (u64, i64), target: i64, hurry: bool, mut at: impl FnMut(u64) -> i64) -> u64 {
    let (mut low, mut high) = (low, high);
    let mut tried = 0;
    while high.0 - low.0 > 1 {
        let rise = i128::from(high.1 - low.1).max(1);
        let run = i128::from(high.0 - low.0) * i128::from(target - low.1);
        let on_the_line = low.0 + ((run + rise - 1) / rise) as u64;
        if hurry {
            return on_the_line.clamp(low.0 + 1, high.0);
        }
        // Every third time the middle, so that a bend costs no more than halving does.
        tried += 1;
        let guess = if tried % 3 == 0 { low.0.midpoint(high.0) } else { on_the_line };
        let guess = guess.clamp(low.0 + 1, high.0 - 1);
        let value = at(guess);
        if value >= target {
            high = (guess, value);
        } else {
            low = (guess, value);
        }
    }
    high.0
}

/// An agent's counts with a change, spread over the kinds of call in proportion to what there is to change.
fn changed(counts: &[Counts], change: Change, by: u64) -> Vec<Counts> {
    let open = |c: &Counts| match change {
        Change::FewerRepeats => u64::from(c.decided_failed),
        Change::MoreGoodAnswers => u64::from(c.surveyed - c.top_two),
        Change::MoreWanted => u64::from(c.outcomes - c.outcomes_met),
        Change::ShorterCalls | Change::LongerCalls => c.handle_ms,
    };
    let all: u64 = counts.iter().map(open).sum();
    let timed: u64 = counts.iter().map(|c| u64::from(c.timed)).sum();
    let seconds = by as f64 * if change == Change::ShorterCalls { -1.0 } else { 1.0 };
    let ratio = 1.0 + seconds * 1_000.0 * timed as f64 / (all as f64).max(1.0);
    let (mut sum, mut told) = (0u64, 0u64);
    let of = |c: &Counts| {
        let mut c = *c;
        sum += open(&c);
        let now = (u128::from(by) * u128::from(sum) / u128::from(all.max(1))) as u64;
        let here = (now - told) as u32;
        told = now;
        match change {
            Change::FewerRepeats => {
                c.decided_failed -= here;
                c.failed -= here;
            }
            Change::MoreGoodAnswers => c.top_two += here,
            Change::MoreWanted => c.outcomes_met += here,
            Change::ShorterCalls | Change::LongerCalls => {
                c.log_handle += (f64::from(c.timed) * libm::log(ratio) * LOG_UNIT).round() as i64;
                c.handle_ms = (c.handle_ms as f64 * ratio).round() as u64;
            }
        }
        c
    };
    counts.iter().map(of).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_search_finds_the_least_place_whatever_the_bend() {
        let curves: [fn(u64) -> i64; 4] =
            [|x| x as i64 * 3, |x| (x * x) as i64, |x| (1_000.0 * libm::sqrt(x as f64)) as i64, |x| i64::from(x >= 77)];
        for curve in curves {
            for target in [1, 2, 50, 299] {
                let Some(expected) = (1..=100).find(|x| curve(*x) >= target) else { continue };
                let mut tried = 0;
                let found = search((0, curve(0)), (100, curve(100)), target, false, |x| {
                    tried += 1;
                    curve(x)
                });
                assert_eq!(found, expected, "{target}");
                assert!(tried <= 20, "{tried} for {target}");
            }
        }
        assert_eq!(search((0, 0), (100, 300), 30, true, |_| panic!("in a hurry")), 10);
    }

    #[test]
    fn about_is_said_with_two_digits() {
        assert_eq!([0, 7, 99, 101, 2_975, 30_001].map(rounded_up), [0, 7, 99, 110, 3_000, 31_000]);
    }

    #[test]
    fn a_change_is_spread_in_proportion_and_never_larger_than_what_there_is() {
        let cell = |failed: u32| Counts { decided: 2 * failed, decided_failed: failed, failed, ..Counts::default() };
        let counts = [3, 0, 1, 6].map(cell);
        for by in 0..=10u64 {
            let left: Vec<u32> = changed(&counts, Change::FewerRepeats, by).iter().map(|c| c.decided_failed).collect();
            assert_eq!(u64::from(left.iter().sum::<u32>()), 10 - by);
        }
        let left = changed(&counts, Change::FewerRepeats, 5);
        assert_eq!(left.iter().map(|c| c.failed).collect::<Vec<_>>(), [2, 0, 0, 3]);
    }

    #[test]
    fn shorter_calls_are_shorter_by_the_same_part_everywhere() {
        let cell = |timed: u32, ms: u64| Counts {
            timed,
            handle_ms: ms,
            log_handle: (f64::from(timed) * libm::log(ms as f64 / f64::from(timed)) * LOG_UNIT) as i64,
            ..Counts::default()
        };
        let before = [cell(10, 2_000_000), cell(30, 12_000_000)];
        let after = changed(&before, Change::ShorterCalls, 35);
        assert_eq!(after.iter().map(|c| c.handle_ms).sum::<u64>(), 14_000_000 - 40 * 35_000);
        for (before, after) in before.iter().zip(&after) {
            let fell = (before.log_handle - after.log_handle) as f64 / LOG_UNIT / f64::from(before.timed);
            assert!((fell + libm::log(0.9)).abs() < 1e-4, "{fell}");
        }
    }
}
