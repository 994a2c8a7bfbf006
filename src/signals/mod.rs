//! Signals: patterns that someone should look at before anyone is paid. Never a verdict.
//!
//! Each detector is a file with its definition, its null, what else could explain it, and what to look at. All test
//! agents against the honest core of their group (`stats::core`), so that what many do does not become the norm, and
//! the false discoveries among agents x detectors are held at 5 %.

mod after_call_work;
mod blind_transfers;
mod bunching;
mod end_of_period;
mod ghost_calls;
mod hang_ups;
mod limit;
mod needs;
mod overclaiming;
mod ring_no_answer;
mod shedding;
mod survey_picking;
mod survey_source;

pub use limit::{Durations, Limit, limit};

use crate::stats::multiple::benjamini_hochberg;
use crate::strata::{Calls, Case, Cells, Counts, Expected, Tally, expected, in_parts};
use std::collections::BTreeSet;

/// One pattern that is looked for.
pub struct Detector {
    /// Stable name.
    pub id: &'static str,
    /// For people.
    pub title: &'static str,
    /// Specific enough to ask for review before anyone is paid; else something to look at.
    pub holds: bool,
    /// Events beyond the expectation that are worth a look at least.
    pub least_excess: f64,
    /// What is counted, over what.
    pub definition: &'static str,
    /// What honest agents are taken to do.
    pub null: &'static str,
    /// What else could explain it.
    pub benign: &'static [&'static str],
    /// What a reviewer does next.
    pub look_at: &'static str,
    /// The numbers as a sentence.
    pub says: fn(&Numbers) -> String,
    /// The contacts that were counted.
    pub contact: fn(&Case, Option<u32>) -> bool,
    /// Tests every agent, or says what the source lacks.
    pub look: fn(&Evidence<'_>) -> Result<Looked, String>,
}

/// Every detector, in the order of output.
pub static DETECTORS: [&Detector; 13] = [
    &hang_ups::WITH_REDIAL,
    &hang_ups::SHORT,
    &blind_transfers::DETECTOR,
    &shedding::DETECTOR,
    &bunching::DETECTOR,
    &overclaiming::DETECTOR,
    &survey_picking::DETECTOR,
    &ghost_calls::DETECTOR,
    &after_call_work::AGAINST_PEERS,
    &after_call_work::AGAINST_PAST,
    &end_of_period::DETECTOR,
    &ring_no_answer::DETECTOR,
    &survey_source::DETECTOR,
];

/// Share of false discoveries that is allowed among the signals.
const FALSE_DISCOVERIES: f64 = 0.05;
/// A signal is at least this many times what is expected.
const LEAST_RATIO: f64 = 1.5;
/// And as a rule this many events more.
const LEAST_EXCESS: f64 = 5.0;
/// Pseudo calls with which a stratum leans on its queue x issue.
const PSEUDO: f64 = 20.0;
/// A pattern is the centre's if so large a share of the agents stands out with it, or half as large a share while the
/// honest core of the group lies below this part of what the group as a whole does.
const MANY: f64 = 0.2;
const MANY_WITH_CORE: f64 = 0.1;
const CORE_OF_MANY: f64 = 0.8;

/// What the detectors look at.
pub struct Evidence<'a> {
    pub calls: Calls<'a>,
    pub tally: &'a Tally,
    /// The period before, where there is one.
    pub before: Option<&'a Tally>,
    pub durations: &'a Durations,
    pub limit: Result<Limit, String>,
    pub threads: usize,
}

impl Evidence<'_> {
    pub fn cells(&self) -> &Cells {
        &self.tally.cells
    }

    /// What the other agents' results let expect, as n, observed and expected.
    fn expected(&self, of: impl Fn(&Counts) -> (u32, u32)) -> Vec<Expected> {
        expected(self.cells(), PSEUDO, |c| {
            let (n, hits) = of(c);
            (f64::from(n), f64::from(hits))
        })
    }
}

/// The numbers behind one test of one agent.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Numbers {
    /// Events, calls they are counted over, and the events that were to be expected.
    pub observed: f64,
    pub of: f64,
    pub expected: f64,
    /// One-sided p-value.
    pub p: f64,
    /// How many times the expectation, and how many events beyond it, in the direction that is looked for.
    pub ratio: f64,
    pub excess: f64,
}

impl Numbers {
    /// More events than expected. Expectations below half an event count as half of one.
    fn more(observed: f64, of: f64, expected: f64, p: f64) -> Numbers {
        let ratio = observed / expected.max(0.5);
        Numbers { observed, of, expected, p, ratio, excess: observed - expected }
    }

    /// Fewer events than expected.
    fn fewer(observed: f64, of: f64, expected: f64, p: f64) -> Numbers {
        let ratio = expected / observed.max(0.5);
        Numbers { observed, of, expected, p, ratio, excess: expected - observed }
    }
}

/// What a detector found.
#[derive(Debug, Clone, Default)]
pub struct Looked {
    /// In the order of the cells' agents; `None` where there is nothing to test.
    pub tests: Vec<Option<Numbers>>,
    /// The honest core lies far from what the group as a whole does.
    pub many: bool,
    /// The pattern of the whole centre, where a detector looks for that.
    pub centre: Option<String>,
    /// Asks for review although the detector as such does not, or the other way round.
    pub holds: Option<bool>,
    /// Contacts that were counted, where a look at single calls does not tell: by agent.
    pub contacts: Option<Vec<Vec<usize>>>,
}

/// A pattern of one agent.
#[derive(Clone)]
pub struct Signal {
    pub detector: &'static Detector,
    /// Place in the cells' agents, and the agent's id.
    pub place: usize,
    pub agent: u32,
    pub numbers: Numbers,
    pub holds: bool,
    /// Entries of the log that were counted.
    pub contacts: Vec<usize>,
    /// Where several periods are looked at together: the one that it was found in by itself, and not in all of them.
    pub alone: Option<String>,
}

impl Signal {
    /// What was seen, in words.
    pub fn text(&self) -> String {
        let text = (self.detector.says)(&self.numbers);
        self.alone.as_ref().map_or(text.clone(), |label| format!("in {label} by itself, {text}"))
    }
}

/// A pattern of the whole centre: a matter of the plan, the routing or the system, not of single agents.
#[derive(Clone)]
pub struct CentreSignal {
    pub detector: &'static Detector,
    pub text: String,
}

/// What was found in a period.
#[derive(Clone, Default)]
pub struct Signals {
    /// By detector, then by agent.
    pub signals: Vec<Signal>,
    pub centre: Vec<CentreSignal>,
    /// Detectors that could not look, and what they lack.
    pub not_looked: Vec<(&'static Detector, String)>,
}

impl Signals {
    /// Names of the detectors that point at the agent, and whether one of them asks for review.
    pub fn of(&self, agent: u32) -> (Vec<&'static str>, bool) {
        let mine: Vec<&Signal> = self.signals.iter().filter(|s| s.agent == agent).collect();
        (mine.iter().map(|s| s.detector.id).collect(), mine.iter().any(|s| s.holds))
    }

    /// Takes in what was found in one of the periods by itself, where all of them together do not show it. `place` finds an
    /// agent in the cells of all.
    pub fn take_in(&mut self, alone: Signals, label: &str, place: impl Fn(u32) -> Option<usize>) {
        for signal in alone.signals {
            let same = |s: &Signal| s.detector.id == signal.detector.id && s.agent == signal.agent;
            if let Some(place) = place(signal.agent).filter(|_| !self.signals.iter().any(same)) {
                self.signals.push(Signal { place, alone: Some(label.to_string()), ..signal });
            }
        }
        let number = |s: &Signal| DETECTORS.iter().position(|d| d.id == s.detector.id);
        self.signals.sort_by_key(|s| (number(s), s.place));
    }
}

/// Runs every detector and keeps what stands out.
pub fn look(evidence: &Evidence<'_>) -> Signals {
    let mut found = Signals::default();
    let mut tests: Vec<(&'static Detector, Looked)> = Vec::new();
    let threads = evidence.threads;
    let some = |part: usize| {
        let mine = DETECTORS.iter().enumerate().filter(|(number, _)| number % threads == part);
        mine.map(|(number, detector)| (number, (detector.look)(evidence))).collect::<Vec<_>>()
    };
    let mut all: Vec<(usize, Result<Looked, String>)> = in_parts(threads, some).into_iter().flatten().collect();
    all.sort_unstable_by_key(|(number, _)| *number);
    for (number, looked) in all {
        match looked {
            Ok(looked) => tests.push((DETECTORS[number], looked)),
            Err(lacks) => found.not_looked.push((DETECTORS[number], lacks)),
        }
    }
    let holds = |(detector, looked): &(&Detector, Looked)| looked.holds.unwrap_or(detector.holds);
    // Those that ask for review are a family of their own, so that looking at more costs them nothing.
    let mut chosen: BTreeSet<(usize, usize)> = BTreeSet::new();
    for family in [true, false] {
        let mut members: Vec<(usize, usize, Numbers)> = Vec::new();
        for (number, test) in tests.iter().enumerate().filter(|(_, t)| holds(t) == family) {
            let known = test.1.tests.iter().enumerate();
            members.extend(known.filter_map(|(place, n)| n.map(|n| (number, place, n))));
        }
        let p: Vec<f64> = members.iter().map(|(.., n)| n.p).collect();
        for ((number, place, numbers), discovery) in members.iter().zip(benjamini_hochberg(&p, FALSE_DISCOVERIES)) {
            if discovery && numbers.ratio >= LEAST_RATIO && numbers.excess >= tests[*number].0.least_excess {
                chosen.insert((*number, *place));
            }
        }
    }
    for (number, test @ (detector, looked)) in tests.iter().enumerate() {
        let mine: Vec<usize> = chosen.iter().filter(|(n, _)| *n == number).map(|(_, place)| *place).collect();
        let tested = looked.tests.iter().flatten().count();
        if let Some(text) = &looked.centre {
            found.centre.push(CentreSignal { detector, text: text.clone() });
        } else if mine.len() as f64 > tested as f64 * if looked.many { MANY_WITH_CORE } else { MANY } {
            let text = format!(
                "{} of {tested} agents stand out with this, more than single agents explain: look at the plan, the \
                 limit or the system before looking at anyone",
                mine.len()
            );
            found.centre.push(CentreSignal { detector, text });
        }
        for place in mine {
            let numbers = looked.tests[place].unwrap_or_default();
            let agent = evidence.cells().agent(place).agent;
            let contacts = looked.contacts.as_ref().map_or_else(Vec::new, |c| c[place].clone());
            found.signals.push(Signal { detector, place, agent, numbers, holds: holds(test), contacts, alone: None });
        }
    }
    find_contacts(evidence, &mut found.signals);
    found
}

/// Finds the contacts that were counted for each signal that does not have them.
fn find_contacts(evidence: &Evidence<'_>, signals: &mut [Signal]) {
    if signals.is_empty() {
        return;
    }
    let limit = evidence.limit.as_ref().ok().map(|l| l.ms);
    let mut of_agent: Vec<Vec<usize>> = vec![Vec::new(); evidence.calls.log.names.agent.len()];
    for (number, signal) in signals.iter().enumerate().filter(|(_, s)| s.contacts.is_empty()) {
        of_agent[signal.agent as usize].push(number);
    }
    for i in 0..evidence.calls.log.legs.len() {
        let agent = evidence.calls.log.legs.agent.get(i) as usize;
        if of_agent.get(agent).is_none_or(Vec::is_empty) {
            continue;
        }
        let Some(case) = evidence.calls.case(i) else { continue };
        for number in &of_agent[agent] {
            let signal = &mut signals[*number];
            if (signal.detector.contact)(&case, limit) {
                signal.contacts.push(i);
            }
        }
    }
}

/// Tests counts of events against the others', by rates.
fn rates(evidence: &Evidence<'_>, floor: f64, of: impl Fn(&Counts) -> (u32, u32)) -> Looked {
    use crate::stats::core;
    use crate::stats::tails::Side;
    let facts = evidence.expected(of);
    let observed: Vec<u64> = facts.iter().map(|f| f.observed as u64).collect();
    let all: f64 = facts.iter().map(|f| f.n).sum();
    // That no other agent ever did it is no reason not to look: it could have been half an event in all their calls.
    let least = |f: &Expected| if all > f.n { HALF_EVENT * f.n / (all - f.n) } else { 0.0 };
    let base = |f: &Expected| if f.observed > 0.0 { f.expected.max(least(f)) } else { f.expected };
    let expected: Vec<f64> = facts.iter().map(base).collect();
    let found = core::rates(&observed, &expected, floor, Side::Upper);
    let test = |(f, p): (&Expected, &f64)| (f.n > 0.0).then(|| Numbers::more(f.observed, f.n, f.expected, *p));
    let tests = facts.iter().zip(&found.p).map(test).collect();
    Looked { tests, many: found.centre < CORE_OF_MANY, ..Looked::default() }
}

/// What no events in many calls let expect of as many more: the median is near half of one.
const HALF_EVENT: f64 = 0.5;

/// Tests shares of hits among calls against the others'; and where the honest core lies, as a shift of the logit.
fn shares(evidence: &Evidence<'_>, of: impl Fn(&Counts) -> (u32, u32)) -> (Looked, f64) {
    use crate::stats::core;
    use crate::stats::tails::Side;
    let facts = evidence.expected(of);
    let hits: Vec<u64> = facts.iter().map(|f| f.observed as u64).collect();
    let calls: Vec<u64> = facts.iter().map(|f| f.n as u64).collect();
    let expected: Vec<f64> = facts.iter().map(|f| f.expected / f.n.max(1.0)).collect();
    let found = core::shares(&hits, &calls, &expected, CORRELATION, Side::Upper, true);
    let test = |(f, p): (&Expected, &f64)| (f.n > 0.0).then(|| Numbers::more(f.observed, f.n, f.expected, *p));
    (Looked { tests: facts.iter().zip(&found.p).map(test).collect(), ..Looked::default() }, found.centre)
}

/// The usual least dispersion of rates: a style of the agent's own of 20 %.
const STYLE: f64 = 0.04;
/// The usual least correlation of shares.
const CORRELATION: f64 = 0.005;

/// Whole numbers, with one digit where it says something.
fn about(x: f64) -> String {
    if x >= 9.95 { format!("{x:.0}") } else { format!("{x:.1}") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::call_log::Leg;
    use crate::strata::testing::{SmallLog, call};

    /// Tests of short calls where agent 0 puts `short` of 100 customers off, and the others none.
    fn short_calls(short: u32, agents: u32) -> Vec<Option<Numbers>> {
        let talk_s = |agent, i| if agent == 0 && i < short { 5 } else { 200 };
        let of_agent = |agent| (0..100).map(move |i| call(agent, 0, i64::from(i) * 600, talk_s(agent, i)));
        let log = SmallLog::new(&(0..agents).flat_map(of_agent).collect::<Vec<Leg>>());
        let evidence = Evidence {
            calls: log.calls(),
            tally: &log.tally(),
            before: None,
            durations: &Durations::default(),
            limit: Err("no limit".into()),
            threads: 1,
        };
        (hang_ups::SHORT.look)(&evidence).unwrap().tests
    }

    #[test]
    fn the_only_agent_who_does_something_is_not_passed_over() {
        let tests = short_calls(12, 10);
        let first = tests[0].unwrap();
        assert_eq!((first.observed, first.of, first.expected), (12.0, 100.0, 0.0));
        assert!(first.p < 1e-9, "{first:?}");
        assert!(tests[1..].iter().all(|t| t.unwrap().p > 0.1), "{tests:?}");
    }

    #[test]
    fn one_event_that_nobody_else_has_is_little() {
        assert!(short_calls(1, 10)[0].unwrap().p > 0.02);
        assert_eq!(short_calls(0, 10)[0].unwrap().p, 1.0);
    }

    #[test]
    fn one_agent_does_not_stand_out() {
        assert!(short_calls(12, 1)[0].unwrap().p > 0.4);
    }
}
