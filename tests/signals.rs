//! Signals through the program, in centres that the tests make up: nobody does it, one agent does, many do, and what
//! only looks like it. What is found is held against what the test counts in its own calls.

#[path = "common/centre.rs"]
mod centre;
mod common;

use centre::{AGENTS, CALLS, Call, Centre, DAY_S, Dice, MONTH, RECEPTION, THREE_MONTHS, TWO_MONTHS, name};
use common::{folder, run, text};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::RangeInclusive;

/// The limit that is planted: 6:30.
const LIMIT_S: u32 = 390;
/// The agent who does it, where one does, and those who do where a quarter does.
const ONE: usize = 17;
const QUARTER: [usize; 10] = [1, 5, 9, 13, 17, 21, 25, 29, 33, 37];

/// What the program found.
struct Found(Value);

impl Centre {
    fn look(&self, more: &[&str]) -> Found {
        look_at(&self.csv(&[]), more)
    }
}

fn look_at(csv: &str, more: &[&str]) -> Found {
    let folder = folder();
    let path = folder.path().join("calls.csv");
    std::fs::write(&path, csv).expect("the folder can be written to");
    let output = run(&[&["signals", text(&path), "--contacts", "--format", "json", "-q"], more].concat());
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    Found(serde_json::from_slice(&output.stdout).expect("output is JSON"))
}

impl Found {
    fn rows(&self, of: &str) -> &[Value] {
        self.0[of].as_array().expect("a list")
    }

    /// Each signal's agent and name, in the order of agents.
    fn signals(&self) -> BTreeSet<(String, String)> {
        let word = |row: &Value, key: &str| row[key].as_str().expect("a word").to_string();
        self.rows("signals").iter().map(|s| (word(s, "agent"), word(s, "signal"))).collect()
    }

    fn assert_signals(&self, agents: &[usize], signals: &[&str]) {
        let wanted: BTreeSet<(String, String)> =
            agents.iter().flat_map(|a| signals.iter().map(|s| (name(*a), (*s).to_string()))).collect();
        assert_eq!(self.signals(), wanted);
    }

    /// The ids of a signal's contacts, sorted.
    fn contacts(&self, agent: usize, signal: &str) -> Vec<String> {
        let rows = self.rows("contacts").iter();
        let mine = rows.filter(|c| c["agent"] == name(agent).as_str() && c["signal"] == signal);
        let mut ids: Vec<String> = mine.map(|c| c["contact"].as_str().expect("an id").to_string()).collect();
        ids.sort();
        ids
    }

    /// What the centre is told of a pattern.
    fn centre(&self, signal: &str) -> Vec<&str> {
        let rows = self.rows("centre").iter().filter(|c| c["signal"] == signal);
        rows.map(|c| c["text"].as_str().expect("a sentence")).collect()
    }

    /// What a detector that could not look lacks.
    fn lacks(&self, signal: &str) -> Option<&str> {
        let row = self.rows("not_looked").iter().find(|n| n["signal"] == signal)?;
        row["lacks"].as_str()
    }

    /// The limit that was looked at, s, and whether it was found.
    fn limit(&self) -> Option<(f64, bool)> {
        let limit = self.rows("limits").first()?;
        Some((limit["seconds"].as_f64()?, limit["found"].as_bool()?))
    }
}

/// What the test itself counts of an agent.
#[derive(Default)]
struct Counted {
    /// Ids of the events, and how many calls they are counted over.
    events: Vec<String>,
    of: usize,
    /// Ids of the contacts that are listed, where these are not the events.
    listed: Option<Vec<String>>,
}

/// A log as the test counts it: its calls with the time to their customers' next ones.
struct Counting<'a> {
    centre: &'a Centre,
    gaps: Vec<Option<i64>>,
    end_s: i64,
}

impl Counting<'_> {
    fn of(centre: &Centre) -> Counting<'_> {
        let end_s = centre.calls.iter().map(|c| c.start_s).max().unwrap_or(0);
        Counting { centre, gaps: centre.gaps(), end_s }
    }

    /// Came back within the week.
    fn repeated(&self, i: usize) -> bool {
        self.gaps[i].is_some_and(|gap| gap <= 7 * DAY_S)
    }

    fn redialled(&self, i: usize) -> bool {
        self.gaps[i].is_some_and(|gap| gap <= 1_800)
    }

    fn ids(&self, agent: usize, which: impl Fn(usize, &Call) -> bool) -> Vec<String> {
        let calls = &self.centre.calls;
        let mut ids: Vec<String> =
            self.centre.of_agent(agent).into_iter().filter(|i| which(*i, &calls[*i])).map(|i| calls[i].id()).collect();
        ids.sort();
        ids
    }

    fn events(&self, agent: usize, of: impl Fn(&Call) -> bool, event: impl Fn(usize, &Call) -> bool) -> Counted {
        let all = self.ids(agent, |_, c| of(c)).len();
        Counted { events: self.ids(agent, |i, c| of(c) && event(i, c)), of: all, listed: None }
    }
}

/// A pattern: how an agent comes to show it, and how it is counted.
struct Game {
    signal: &'static str,
    /// Detectors of the same pattern, which see it as well.
    siblings: &'static [&'static str],
    review: bool,
    days: i64,
    options: &'static [&'static str],
    /// For times, which are no events: how many times the expectation.
    ratio: Option<RangeInclusive<f64>>,
    plant: fn(&mut Centre, usize),
    count: fn(&Counting<'_>, usize) -> Counted,
}

/// What most of them have.
const USUAL: Game = Game {
    signal: "",
    siblings: &[],
    review: true,
    days: MONTH,
    options: &[],
    ratio: None,
    plant: |_, _| (),
    count: |_, _| Counted { events: Vec::new(), of: 0, listed: None },
};

/// Puts customers off the line, who call again at once. That these calls are short is seen as well.
const HANG_UPS: Game = Game {
    signal: "hang-up-redial",
    siblings: &["short-calls"],
    plant: |centre, agent| {
        for i in centre.of_agent(agent) {
            if centre.calls[i].whole() && centre.dice.chance(0.1) {
                let seconds = centre.dice.between(3..=10);
                centre.calls[i].cut(seconds, false);
                let colleague = (agent + 1 + centre.dice.below(AGENTS - 1)) % AGENTS;
                centre.redial(i, colleague);
            }
        }
    },
    count: |log, agent| log.events(agent, |_| true, |i, c| c.short() && log.redialled(i)),
    ..USUAL
};

/// Puts customers off who do not call again so soon.
const SHORT: Game = Game {
    signal: "short-calls",
    plant: |centre, agent| centre.change(agent, 0.12, Call::whole, |call, dice| call.cut(dice.between(3..=10), false)),
    count: |log, agent| log.events(agent, |_| true, |_, c| c.short()),
    ..USUAL
};

const BLIND: Game = Game {
    signal: "blind-transfers",
    plant: |centre, agent| centre.change(agent, 0.2, Call::whole, |call, dice| call.cut(dice.between(15..=55), true)),
    count: |log, agent| log.events(agent, |_| true, |_, c| c.transferred && c.connected_s() < 60),
    ..USUAL
};

fn near_limit(call: &Call) -> bool {
    call.connected_s() >= LIMIT_S - 60
}

fn just_below(call: &Call) -> bool {
    (LIMIT_S - 60..LIMIT_S).contains(&call.connected_s())
}

/// Passes long calls on before the limit. So these end just below it, which is seen as well.
const SHEDDING: Game = Game {
    signal: "limit-shedding",
    siblings: &["limit-bunching"],
    plant: |centre, agent| {
        let long = |c: &Call| c.whole() && c.connected_s() >= LIMIT_S - 45;
        centre.change(agent, 0.7, long, |call, dice| call.cut(dice.between(LIMIT_S - 45..=LIMIT_S - 1), true));
    },
    count: |log, agent| log.events(agent, near_limit, |_, c| c.transferred && just_below(c)),
    ..USUAL
};

/// Ends long calls before the limit.
const BUNCHING: Game = Game {
    signal: "limit-bunching",
    plant: |centre, agent| {
        let long = |c: &Call| c.whole() && c.connected_s() >= LIMIT_S;
        centre.change(agent, 0.8, long, |call, dice| {
            (call.talk_s, call.hold_s) = (dice.between(LIMIT_S - 45..=LIMIT_S - 1), 0);
        });
    },
    count: |log, agent| {
        log.events(agent, |c| near_limit(c) && c.connected_s() < LIMIT_S + 60, |_, c| c.connected_s() < LIMIT_S)
    },
    ..USUAL
};

const OVERCLAIMING: Game = Game {
    signal: "overclaimed-resolution",
    plant: |centre, agent| centre.change(agent, 1.0, Call::whole, |call, _| call.resolved = Some(true)),
    count: |log, agent| {
        let repeated = log.ids(agent, |i, c| log.repeated(i) && c.whole() && c.resolved.is_some());
        let events = log.ids(agent, |i, c| log.repeated(i) && c.whole() && c.resolved == Some(true));
        Counted { events, of: repeated.len(), listed: None }
    },
    ..USUAL
};

/// No survey after calls that failed, seldom one after others, and only glad answers. The calls that are listed are
/// those without a survey whose customer came back.
const SURVEY_PICKING: Game = Game {
    signal: "survey-picking",
    days: THREE_MONTHS,
    plant: |centre, agent| {
        let gaps = centre.gaps();
        for i in centre.of_agent(agent) {
            let keeps = gaps[i].is_none() && centre.calls[i].top();
            centre.calls[i].score = centre.calls[i].score.filter(|_| keeps);
        }
    },
    count: |log, agent| {
        let decided = |c: &Call| log.end_s - c.start_s >= 7 * DAY_S;
        let listed = log.ids(agent, |i, c| c.whole() && c.score.is_none() && decided(c) && log.repeated(i));
        Counted { listed: Some(listed), ..log.events(agent, Call::whole, |_, c| c.score.is_some()) }
    },
    ..USUAL
};

/// Numbers from here on are the agents' own.
const OWN_NUMBERS: usize = 90_000;

/// Two numbers that the agent has a friend call from, too long to be short calls.
const GHOSTS: Game = Game {
    signal: "ghost-calls",
    plant: |centre, agent| {
        for call in 0..16 {
            let start_s = (1 + call / 2) as i64 * 3 * DAY_S + centre.time_of_day();
            let place = centre.take(start_s, 0, 0, agent, OWN_NUMBERS + 2 * agent + call % 2);
            let seconds = centre.dice.between(16..=28);
            centre.calls.truncate(place + 1);
            centre.calls[place].cut(seconds, false);
        }
    },
    count: |log, agent| {
        let own = |c: &Call| c.customer >= OWN_NUMBERS && c.connected_s() < 30;
        log.events(agent, own, |_, _| true)
    },
    ..USUAL
};

fn worked_after(log: &Counting<'_>, agent: usize, of: impl Fn(&Call) -> bool) -> Counted {
    log.events(agent, |c| c.whole() && of(c), |_, _| true)
}

const AFTER_CALL_WORK: Game = Game {
    signal: "after-call-work",
    review: false,
    ratio: Some(2.5..=5.5),
    plant: |centre, agent| {
        // An agent whose own style is the usual one, so that the test says what was planted.
        let own = 4.0 / centre.styles[agent].after;
        centre.change(agent, 1.0, |_| true, |call, _| call.acw_s = (f64::from(call.acw_s) * own) as u32);
    },
    count: |log, agent| worked_after(log, agent, |_| true),
    ..USUAL
};

/// Little in June, the usual in July.
const RISE: Game = Game {
    signal: "after-call-work-rise",
    review: false,
    days: TWO_MONTHS,
    options: &["--period", "month"],
    ratio: Some(1.9..=3.0),
    plant: |centre, agent| {
        let own = 0.55 / centre.styles[agent].after;
        let june = |c: &Call| c.day().month() == 6;
        centre.change(agent, 1.0, june, |call, _| call.acw_s = (f64::from(call.acw_s) * own).max(1.0) as u32);
        let own = 1.3 / centre.styles[agent].after;
        centre.change(agent, 1.0, |c| !june(c), |call, _| call.acw_s = (f64::from(call.acw_s) * own).max(1.0) as u32);
    },
    count: |log, agent| worked_after(log, agent, |c| c.day().month() == 7),
    ..USUAL
};

/// Ends calls at once when the month ends. That there are many short calls is seen as well.
const END_OF_PERIOD: Game = Game {
    signal: "end-of-period",
    siblings: &["short-calls"],
    review: false,
    days: THREE_MONTHS,
    plant: |centre, agent| {
        let late = |c: &Call| c.whole() && c.late();
        centre.change(agent, 0.35, late, |call, dice| call.cut(dice.between(3..=10), false));
    },
    count: |log, agent| log.events(agent, Call::short, |_, c| c.late()),
    ..USUAL
};

/// Lets calls ring.
const RINGING: Game = Game {
    signal: "ring-no-answer",
    review: false,
    plant: |centre, agent| {
        for i in (0..centre.calls.len()).step_by(250) {
            let call = centre.calls[i].clone();
            if !call.rang && call.agent != agent {
                centre.ring(&call, agent);
            }
        }
    },
    count: |log, agent| {
        let rang = log.centre.calls.iter().filter(|c| c.rang && c.agent == agent);
        let events: BTreeSet<String> = rang.map(Call::id).collect();
        let of = events.len() + log.centre.of_agent(agent).len();
        Counted { events: events.into_iter().collect(), of, listed: None }
    },
    ..USUAL
};

/// Asks only the glad, or asks so that they are; most of those who are asked another way are not.
const ASKING: Game = Game {
    signal: "survey-source",
    review: false,
    days: THREE_MONTHS,
    plant: |centre, agent| {
        centre.change(
            agent,
            1.0,
            |c| c.score.is_some(),
            |call, dice| {
                call.score = Some(if call.by_agent || dice.chance(0.4) { 5 } else { 2 });
            },
        );
    },
    count: |log, agent| {
        let asked = |c: &Call| c.score.is_some() && c.by_agent;
        log.events(agent, asked, |_, c| c.top())
    },
    ..USUAL
};

const GAMES: [&Game; 13] = [
    &HANG_UPS, &SHORT, &BLIND, &SHEDDING, &BUNCHING, &OVERCLAIMING, &SURVEY_PICKING, &GHOSTS, &AFTER_CALL_WORK, &RISE,
    &END_OF_PERIOD, &RINGING, &ASKING,
];

impl Game {
    fn centre(&self, seed: u64, who: &[usize]) -> Centre {
        let mut centre = Centre::of(seed, self.days, CALLS * self.days as usize / MONTH as usize);
        who.iter().for_each(|agent| (self.plant)(&mut centre, *agent));
        centre
    }

    fn signals(&self) -> Vec<&'static str> {
        [&[self.signal], self.siblings].concat()
    }

    /// The signal's numbers and contacts are those that the test counts.
    fn assert_counted(&self, found: &Found, log: &Counting<'_>, agent: usize) {
        let mine = |row: &&Value| row["agent"] == name(agent).as_str() && row["signal"] == self.signal;
        let row = found.rows("signals").iter().find(mine).unwrap_or_else(|| panic!("no {}", self.signal));
        let number = |key: &str| row[key].as_f64().unwrap_or_else(|| panic!("no {key} in {row}"));
        let counted = (self.count)(log, agent);
        assert_eq!(row["review"], self.review, "{row}");
        assert_eq!(number("of"), counted.of as f64, "{row}");
        let others = (0..AGENTS).filter(|other| *other != agent).map(|other| (self.count)(log, other));
        let (events, of) = others.fold((0, 0), |(e, o), c| (e + c.events.len(), o + c.of));
        let usual = events as f64 / of.max(1) as f64 * counted.of as f64;
        let expected = number("expected");
        if let Some(ratio) = &self.ratio {
            assert!(ratio.contains(&number("ratio")) && expected == number("of"), "{row}");
        } else {
            assert_eq!(number("observed"), counted.events.len() as f64, "{row}");
            assert!(expected > 0.0 && (expected - usual).abs() < 2.0 + usual / 2.0, "{usual}: {row}");
        }
        let listed = counted.listed.unwrap_or(counted.events);
        assert_eq!(number("contacts"), listed.len() as f64, "{row}");
        assert_eq!(found.contacts(agent, self.signal), listed, "{row}");
    }

    /// One agent does it, and nobody else is pointed at, nor the agent for anything else.
    fn assert_found(&self) -> Found {
        let centre = self.centre(1, &[ONE]);
        let found = centre.look(self.options);
        found.assert_signals(&[ONE], &self.signals());
        self.assert_counted(&found, &Counting::of(&centre), ONE);
        assert_eq!(found.centre(self.signal), [""; 0]);
        found
    }
}

#[test]
fn honest_centres_have_no_signals() {
    for seed in 1..=5 {
        let found = Centre::honest(seed).look(&[]);
        found.assert_signals(&[], &[]);
        assert!(found.rows("centre").is_empty() && found.limit().is_none(), "{}", found.0);
    }
}

#[test]
fn an_agent_who_hangs_up_on_customers_is_found_with_these_calls() {
    HANG_UPS.assert_found();
}

#[test]
fn an_agent_with_very_short_calls_is_found_with_these_calls() {
    SHORT.assert_found();
}

#[test]
fn an_agent_who_passes_calls_on_blindly_is_found_with_these_calls() {
    BLIND.assert_found();
}

#[test]
fn an_agent_who_claims_resolution_is_found_with_these_calls() {
    OVERCLAIMING.assert_found();
}

#[test]
fn an_agent_who_picks_surveys_is_found_with_the_calls_that_had_none() {
    SURVEY_PICKING.assert_found();
}

#[test]
fn an_agent_with_ghost_calls_is_found_with_these_calls() {
    GHOSTS.assert_found();
}

#[test]
fn an_agent_with_long_after_call_work_is_found_with_these_calls() {
    AFTER_CALL_WORK.assert_found();
}

#[test]
fn an_agent_whose_after_call_work_rises_is_found_with_the_calls_of_the_later_month() {
    RISE.assert_found();
}

#[test]
fn an_agent_with_short_calls_at_the_end_of_months_is_found_with_these_calls() {
    END_OF_PERIOD.assert_found();
}

#[test]
fn an_agent_who_lets_calls_ring_is_found_with_these_calls() {
    RINGING.assert_found();
}

#[test]
fn an_agent_whose_asked_answers_are_better_is_found_with_these_answers() {
    ASKING.assert_found();
}

#[test]
fn an_agent_who_sheds_calls_before_a_limit_is_found_and_so_is_the_limit() {
    assert_eq!(SHEDDING.assert_found().limit(), Some((f64::from(LIMIT_S), true)));
}

#[test]
fn an_agent_who_ends_calls_before_a_limit_is_found_and_so_is_the_limit() {
    assert_eq!(BUNCHING.assert_found().limit(), Some((f64::from(LIMIT_S), true)));
}

/// A quarter of the centre does it: all of them are found, nobody else, and the centre is told. Sibling detectors may
/// see some of them.
fn assert_quarter_found(games: &[&Game]) {
    for game in games {
        let centre = game.centre(2, &QUARTER);
        let found = centre.look(game.options);
        let wanted: BTreeSet<String> = QUARTER.into_iter().map(name).collect();
        let (mine, beside): (Vec<_>, Vec<_>) = found.signals().into_iter().partition(|(_, s)| s == game.signal);
        assert_eq!(mine.into_iter().map(|(agent, _)| agent).collect::<BTreeSet<_>>(), wanted, "{}", game.signal);
        let known = |(agent, signal): &(String, String)| wanted.contains(agent) && game.siblings.contains(&&**signal);
        assert!(beside.iter().all(known), "{}: {beside:?}", game.signal);
        assert_eq!(found.centre(game.signal).len(), 1, "{}", game.signal);
    }
}

#[test]
fn when_a_quarter_of_the_centre_does_what_asks_for_review_they_are_found_and_the_centre_is_told() {
    let (review, _): (Vec<&Game>, Vec<&Game>) = GAMES.into_iter().partition(|g| g.review);
    assert_quarter_found(&review);
}

#[test]
fn when_a_quarter_of_the_centre_does_what_is_worth_a_look_they_are_found_and_the_centre_is_told() {
    let (_, look): (Vec<&Game>, Vec<&Game>) = GAMES.into_iter().partition(|g| g.review);
    assert_quarter_found(&look);
}

/// Calls that are added to honest ones, each for a new customer unless one is given, and changed.
fn add(centre: &mut Centre, agent: usize, queue: usize, customer: Option<usize>, how: impl Fn(&mut Call, &mut Dice)) {
    let start_s = centre.dice.below(centre.days as usize) as i64 * DAY_S + centre.time_of_day();
    centre.customers += 1;
    let (issue, customer) = (centre.dice.below(2), customer.unwrap_or(centre.customers));
    let place = centre.take(start_s, queue, issue, agent, customer);
    let (calls, dice) = (&mut centre.calls, &mut centre.dice);
    let taken = calls[place..].iter_mut().find(|c| !c.rang);
    how(taken.expect("the call that was taken"), dice);
}

#[test]
fn a_switchboard_whose_calls_one_agent_gets_most_is_neither_ghost_calls_nor_redials() {
    let plant = |number: fn(usize) -> usize| {
        let mut centre = Centre::honest(3);
        for call in 0..240 {
            let agent = if call % 3 == 0 { ONE } else { call % AGENTS };
            add(&mut centre, agent, 0, Some(number(call)), |call, dice| call.cut(dice.between(16..=28), false));
        }
        for call in 0..20 {
            add(&mut centre, ONE, 0, Some(number(call)), |call, dice| call.cut(dice.between(3..=10), false));
            let call = centre.calls.iter().rfind(|c| c.agent == ONE && c.short()).expect("the short call").clone();
            centre.take(call.start_s + 300, 0, 0, 1, call.customer);
        }
        centre.look(&[])
    };
    // That these calls are short is true.
    plant(|_| OWN_NUMBERS).assert_signals(&[ONE], &["short-calls"]);
    // The same calls from numbers of their own would be redials.
    plant(|call| OWN_NUMBERS + call).assert_signals(&[ONE], &["hang-up-redial", "short-calls"]);
}

#[test]
fn a_queue_in_which_calls_drop_points_at_nobody() {
    let mut centre = Centre::honest(1);
    let dropped = |c: &Call| c.queue == 0 && c.whole();
    for agent in 0..AGENTS {
        centre.change(agent, 0.12, dropped, |call, dice| call.cut(dice.between(3..=10), false));
    }
    for i in 0..centre.calls.len() {
        if centre.calls[i].short() && centre.dice.chance(0.4) {
            let agent = centre.dice.below(AGENTS);
            centre.redial(i, agent);
        }
    }
    centre.look(&[]).assert_signals(&[], &[]);
}

#[test]
fn agents_of_a_queue_that_passes_calls_on_are_compared_with_one_another() {
    let mut centre = Centre::honest(1);
    for agent in (0..6).flat_map(|agent| [agent; 150]) {
        let pass_on = |call: &mut Call, dice: &mut Dice| {
            if dice.chance(0.6) {
                call.cut(dice.between(15..=55), true);
            }
        };
        add(&mut centre, agent, RECEPTION, None, pass_on);
    }
    centre.look(&[]).assert_signals(&[], &[]);
    // One of them who passes on what comes from elsewhere stands out.
    let whole = |c: &Call| c.queue != RECEPTION && c.whole();
    centre.change(3, 0.5, whole, |call, dice| call.cut(dice.between(15..=55), true));
    centre.look(&[]).assert_signals(&[3], &["blind-transfers"]);
}

#[test]
fn a_kind_of_call_that_never_lasts_as_long_as_the_limit_is_no_bunching() {
    let mut centre = Centre::honest(1);
    for agent in (0..6).flat_map(|agent| [agent; 150]) {
        add(&mut centre, agent, RECEPTION, None, |call, dice| {
            if call.whole() {
                (call.talk_s, call.hold_s) = (dice.between(60..=300), 0);
            }
        });
    }
    for limit in [&[][..], &["--limit", "6m30s"]] {
        centre.look(limit).assert_signals(&[], &[]);
    }
}

#[test]
fn with_durations_rounded_to_half_a_minute_a_limit_is_not_looked_for() {
    let mut centre = BUNCHING.centre(1, &[ONE]);
    for call in &mut centre.calls {
        (call.talk_s, call.hold_s) = (call.connected_s().div_ceil(30) * 30, 0);
    }
    for limit in [&[][..], &["--limit", "6m30s"]] {
        let found = centre.look(limit);
        for signal in ["limit-shedding", "limit-bunching"] {
            assert_eq!(found.lacks(signal), Some("durations to the second (these are rounded to 30 s)"));
        }
        found.assert_signals(&[], &[]);
    }
}

#[test]
fn more_calls_at_the_end_of_months_are_no_short_calls_there() {
    let mut centre = Centre::of(1, THREE_MONTHS, 400);
    let late: Vec<Call> = centre.calls.iter().filter(|c| c.late() && !c.rang).cloned().collect();
    for call in late.into_iter().flat_map(|call| [call.clone(), call]) {
        centre.customers += 1;
        centre.take(call.start_s, call.queue, call.issue, call.agent, centre.customers);
    }
    let found = centre.look(&[]);
    assert_eq!(found.lacks("end-of-period"), None);
    found.assert_signals(&[], &[]);
}

#[test]
fn of_an_agent_with_few_calls_five_more_than_expected_are_a_signal_and_four_are_not() {
    let with = |short: usize| {
        let mut centre = Centre::honest(1);
        let mut left = 20;
        centre.calls.retain(|c| {
            left -= usize::from(c.agent == ONE && c.whole() && left > 0);
            c.agent != ONE || (c.whole() && left > 0)
        });
        for i in centre.of_agent(ONE).into_iter().take(short) {
            centre.calls[i].cut(5, false);
        }
        centre.look(&[]).signals()
    };
    assert!(with(5).is_empty());
    assert_eq!(with(6), BTreeSet::from([(name(ONE), "short-calls".to_string())]));
}

#[test]
fn the_limit_that_is_given_is_looked_at_and_no_other() {
    let mut centre = BUNCHING.centre(1, &[ONE]);
    let found = centre.look(&["--limit", "5m"]);
    assert_eq!(found.limit(), Some((300.0, false)));
    found.assert_signals(&[], &[]);
    let long = |c: &Call| c.whole() && c.connected_s() >= 300;
    centre.change(3, 0.8, long, |call, dice| (call.talk_s, call.hold_s) = (dice.between(255..=299), 0));
    let found = centre.look(&["--limit", "5m"]);
    found.assert_signals(&[3], &["limit-bunching"]);
    let below = |c: &Call| (240..300).contains(&c.connected_s());
    assert_eq!(found.contacts(3, "limit-bunching"), Counting::of(&centre).ids(3, |_, c| below(c)));
    let found = centre.look(&["--limit", "390s"]);
    assert_eq!(found.limit(), Some((f64::from(LIMIT_S), false)));
    found.assert_signals(&[ONE], &["limit-bunching"]);
}

#[test]
fn a_limit_between_the_steps_of_the_histogram_is_counted_to_the_second() {
    for who in [vec![ONE], QUARTER.to_vec(), (0..AGENTS).collect()] {
        let mut centre = Centre::honest(1);
        for agent in &who {
            let long = |c: &Call| c.whole() && c.connected_s() >= 345;
            centre.change(*agent, 0.7, long, |call, dice| call.cut(dice.between(345..=399), true));
        }
        let found = centre.look(&["--limit", "400s"]);
        assert_eq!(found.limit(), Some((400.0, false)));
        let log = Counting::of(&centre);
        for agent in &who {
            let shed = log.ids(*agent, |_, c| c.transferred && (340..400).contains(&c.connected_s()));
            let mine = |s: &&Value| s["signal"] == "limit-shedding" && s["agent"] == name(*agent).as_str();
            let row = found.rows("signals").iter().find(mine).expect("shedding");
            assert_eq!(row["observed"].as_f64(), Some(shed.len() as f64), "{} of them: {row}", who.len());
            assert_eq!(found.contacts(*agent, "limit-shedding"), shed);
        }
    }
}

#[test]
fn what_a_log_cannot_feed_is_said_by_name() {
    let mut centre = Centre::of(1, THREE_MONTHS, 100);
    let lacking = |centre: &Centre, without: &[&str], more: &[&str]| {
        let found = look_at(&centre.csv(without), more);
        let word = |row: &Value, key: &str| row[key].as_str().expect("a word").to_string();
        let lacks = found.rows("not_looked").iter().map(|n| (word(n, "signal"), word(n, "lacks")));
        lacks.collect::<BTreeMap<String, String>>()
    };
    let rise = "a period before this one (--period judges the months or quarters of a long log one by one)";
    let everything = ["--limit", "6m30s"];
    let assert_lacking = |centre: &Centre, without: &[&str], signals: &[&str], what: &str| {
        let mut wanted = BTreeMap::from([("after-call-work-rise".to_string(), rise.to_string())]);
        wanted.extend(signals.iter().map(|signal| ((*signal).to_string(), what.to_string())));
        assert_eq!(lacking(centre, without, &everything), wanted, "without {without:?}");
    };
    assert_lacking(&centre, &[], &[], "");
    let of_times = [
        "hang-up-redial", "short-calls", "blind-transfers", "limit-shedding", "limit-bunching", "ghost-calls",
        "end-of-period",
    ];
    assert_lacking(&centre, &["talk_seconds", "hold_seconds"], &of_times, "talk or handle time");
    let of_customers = ["hang-up-redial", "overclaimed-resolution", "survey-picking", "ghost-calls"];
    assert_lacking(&centre, &["customer_id"], &of_customers, "customers");
    assert_lacking(&centre, &["transferred"], &["blind-transfers", "limit-shedding"], "transfers");
    assert_lacking(&centre, &["resolved"], &["overclaimed-resolution"], "codes of resolution set by agents");
    let asked = "who asked for a survey answer, the agent or somebody else";
    assert_lacking(&centre, &["survey_source"], &["survey-source"], asked);
    let without_answers = lacking(&centre, &["satisfaction", "survey_source"], &everything);
    assert_eq!(without_answers["survey-picking"], "survey answers");
    assert_eq!(without_answers["survey-source"], asked);
    let work = ["after-call-work", "after-call-work-rise"];
    assert_lacking(&centre, &["after_call_work_seconds"], &work[..1], "after-call work");
    let by_month = lacking(&centre, &["after_call_work_seconds"], &["--period", "month"]);
    assert_eq!(work.map(|signal| by_month[signal].as_str()), ["after-call work"; 2]);
    assert_eq!(by_month["end-of-period"], "the ends of 3 months in one period (there are 1)");
    let no_limit = "a handle-time limit: none was given with --limit and none shows in how long calls last";
    assert_eq!(lacking(&centre, &[], &[])["limit-shedding"], no_limit);
    assert_eq!(lacking(&centre, &[], &[])["limit-bunching"], no_limit);
    centre.calls.retain(|c| !c.rang);
    assert_lacking(&centre, &["outcome"], &["ring-no-answer"], "calls that rang and were not taken");
}

#[test]
fn one_agent_one_call_no_surveys_and_nothing_but_short_calls_are_no_signals() {
    let honest = Centre::honest(1);
    let only = |keep: &dyn Fn(usize, &Call) -> bool| {
        let calls = honest.calls.iter().enumerate().filter(|(i, c)| keep(*i, c)).map(|(_, c)| c.clone()).collect();
        Centre { calls, ..Centre::of(1, MONTH, 0) }
    };
    let mut logs = vec![only(&|_, c| c.agent == ONE), only(&|i, _| i == 100), only(&|_, _| true), only(&|_, _| true)];
    logs[2].calls.iter_mut().for_each(|c| c.score = None);
    logs[3].calls.iter_mut().for_each(|c| c.cut(4, false));
    for log in &logs {
        for options in [&[][..], &["--limit", "5m"], &["--period", "month"]] {
            let found = log.look(options);
            found.assert_signals(&[], &[]);
            assert!(found.rows("centre").is_empty(), "{}", found.0);
        }
    }
}

#[test]
fn ghost_calls_are_found_in_a_small_team_whose_short_calls_they_mostly_are() {
    let mut centre = GHOSTS.centre(1, &[ONE]);
    centre.calls.retain(|c| c.agent == ONE || c.agent < 5);
    let found = centre.look(&[]);
    found.assert_signals(&[ONE], &["ghost-calls"]);
    assert_eq!(found.contacts(ONE, "ghost-calls"), (GHOSTS.count)(&Counting::of(&centre), ONE).events);
}
