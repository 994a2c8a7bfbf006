//! What must hold of recommendations whatever the plan and the log: the budget, that better results never earn less, that
//! names, order and threads change nothing, and that no plan brings the program down.

#[allow(dead_code)] // not every test program needs every helper
#[path = "common/centre.rs"]
mod centre;
mod common;

use callmerit::call_log::{CallLog, Legs, Names, Person, Tells};
use callmerit::contacts::Period;
use callmerit::incentives::{Action, Known, Recommendations, recommend};
use callmerit::judge::{Judged, Judgement, Measure, MeasureOfAll, Score, Tier, Verdict};
use callmerit::metrics::{Definitions, Dimension, Totals};
use callmerit::money::Money;
use callmerit::plan::{Plan, parse};
use callmerit::scorecards::{PeriodCards, Scorecard};
use callmerit::strata::Component;
use centre::{Call, Centre, DAY_S, MONTH, THREE_MONTHS, TWO_MONTHS, name};
use common::{folder, root, run, text};
use jiff::tz::TimeZone;
use proptest::prelude::*;
use serde_json::Value;
use std::collections::{BTreeMap, HashMap};

// Scorecards as nobody would judge them, and plans of all kinds, through the library.

/// One agent of a made-up period; skills and deviations in units of the spread.
#[derive(Debug, Clone)]
struct Someone {
    score: f64,
    sd: f64,
    skills: [(f64, f64); 3],
    /// Of the calls in what is judged, and in the period itself.
    handled: u64,
    here: u64,
    held: bool,
    /// Days from the period's first to the one of hiring, and of leaving.
    hired: Option<i8>,
    left: Option<i8>,
}

fn someone() -> impl Strategy<Value = Someone> {
    let skill = || (-3.0..3.0f64, 0.05..1.0f64);
    (
        (-2.0..2.0f64, 0.02..0.7f64),
        [skill(), skill(), skill()],
        (0u64..900, 0u64..300),
        proptest::bool::weighted(0.1),
        (proptest::option::weighted(0.2, -90i8..28), proptest::option::weighted(0.2, -5i8..40)),
    )
        .prop_map(|((score, sd), skills, (handled, here), held, (hired, left))| Someone {
            score,
            sd,
            skills,
            handled: handled.max(here),
            here,
            held,
            hired,
            left,
        })
}

fn staff() -> impl Strategy<Value = Vec<Someone>> {
    proptest::collection::vec(someone(), 2..30)
}

fn judged(measure: Measure, (skill, variance): (f64, f64), n: u64) -> Judged {
    let team = if measure == Measure::HandleTime { 300.0 } else { 0.7 };
    Judged {
        n,
        observed: team * (1.0 + skill / 10.0),
        expected: team,
        difference: team * skill / 10.0,
        shrunk: team,
        low: team,
        high: team,
        reliability: 1.0 - variance,
        needed: Some(0),
        own_share: 0.0,
        skill,
        skill_variance: variance,
        effect: skill * 0.06,
        effect_variance: variance * 0.06 * 0.06,
        noise: 0.001,
    }
}

/// What a plan recommends for agents called `names`, in that order.
fn recommended(plan: &Plan, staff: &[Someone], names: &[String]) -> Recommendations {
    let first = jiff::civil::date(2026, 6, 1);
    let day = |days: Option<i8>| days.map(|days| first + jiff::SignedDuration::from_hours(24 * i64::from(days)));
    let people =
        staff.iter().map(|s| Person { listed: true, hired: day(s.hired), left: day(s.left), ..Default::default() });
    let log = CallLog {
        legs: Legs::default(),
        names: Names {
            agent: names.iter().map(|n| n.as_str().into()).collect(),
            people: people.collect(),
            ..Default::default()
        },
        tells: Tells { agent: true, handle: true, transferred: true, ..Tells::default() },
        file_starts: BTreeMap::new(),
        scales: Vec::new(),
        zone: TimeZone::UTC,
    };
    let measures = [Measure::Resolution, Measure::Satisfaction, Measure::HandleTime];
    let mut all: Vec<MeasureOfAll> = Vec::new();
    for (at, measure) in measures.into_iter().enumerate() {
        let team = if measure == Measure::HandleTime { 300.0 } else { 0.7 };
        let agents = staff.iter().map(|s| Some(judged(measure, s.skills[at], s.handled))).collect();
        all.push(MeasureOfAll { measure, team, spread: 0.06, told_apart: true, agents });
    }
    // Scores are told from the median, as those of the program are.
    let scores: Vec<f64> = staff.iter().map(|s| s.score).collect();
    let middle = callmerit::stats::median(&scores).unwrap_or_default();
    let card = |(i, s): (usize, &Someone)| {
        let mut of = [None; Measure::COUNT];
        for m in &all {
            of[m.measure as usize] = m.agents[i];
        }
        let (value, half) = (s.score - middle, callmerit::judge::Z80 * s.sd);
        let score = Score {
            value,
            sd: s.sd,
            low: value - half,
            high: value + half,
            p_above_median: callmerit::stats::normal::cdf(value / s.sd),
            reliability: (1.0 - s.sd).max(0.0),
            tier: Tier::Middle,
            rank: (1, staff.len()),
            of: staff.len(),
        };
        let verdict = Verdict { agent: i as u32, measures: of, score: Some(score), compared: true, component: 0 };
        let totals = Totals {
            handled: s.handled,
            timed: s.handled,
            handle_ms: s.handled * (200_000 + 1_000 * i as u64),
            transferred: s.handled / 20,
            ..Totals::default()
        };
        let signals = if s.held { vec!["ghost-calls"] } else { Vec::new() };
        Scorecard { name: names[i].clone(), totals, verdict, signals, held: s.held, before: None }
    };
    let cards: Vec<Scorecard> = staff.iter().enumerate().map(card).collect();
    let component = Component { agents: (0..staff.len()).collect(), queues: vec!["Orders".into()], connectivity: None };
    let judgement = Judgement {
        verdicts: cards.iter().map(|c| c.verdict.clone()).collect(),
        measures: all,
        weights: plan.weights().of,
        components: vec![component],
    };
    let mut centre = Totals::default();
    cards.iter().for_each(|c| centre.add(&c.totals));
    let cards = PeriodCards {
        label: Some("2026-06".into()),
        cards,
        judgement,
        signals: Default::default(),
        limit: Err("none".into()),
        tally: Default::default(),
        nobodys: 0,
    };
    let month = 2026 * 12 + 5;
    let Period { from_ms, to_ms } = Dimension::Month.bounds(month, &TimeZone::UTC);
    let handled: HashMap<u32, u64> = staff.iter().enumerate().map(|(i, s)| (i as u32, s.here)).collect();
    recommend(&Known {
        plan,
        cards: &cards,
        teams: None,
        team_of: &HashMap::new(),
        log: &log,
        definitions: &Definitions::default(),
        figures: None,
        label: "2026-06",
        period: Period { from_ms, to_ms },
        centre: &centre,
        handled: &handled,
    })
}

fn names(staff: &[Someone]) -> Vec<String> {
    (0..staff.len()).map(|i| format!("Agent {i:02}")).collect()
}

/// Paid now and once a review finds nothing.
fn earned(found: &Recommendations, agent: &str) -> Money {
    let of = found.all.iter().find(|r| r.name == agent).expect("a recommendation");
    of.amount + of.if_released
}

/// Hundredths as a plan writes them.
fn hundredths(of: std::ops::Range<i32>) -> impl Strategy<Value = String> {
    of.prop_map(|n| format!("{}{}.{:02}", if n < 0 { "-" } else { "" }, n.abs() / 100, n.abs() % 100))
}

/// A curve in spreads from `lowest` hundredths on: a line, with a stretch or a slope above it, or steps.
fn curve(lowest: i32) -> impl Strategy<Value = String> {
    let line = (lowest..40, 10i32..90, 0i32..90).prop_map(|(from, run, at)| {
        let text = |n: i32| format!("{}{}.{:02}", if n < 0 { "-" } else { "" }, n.abs() / 100, n.abs() % 100);
        format!(
            "unit = \"spread\"\nthreshold = {}\ntarget = {}\nat_threshold = {}\n",
            text(from),
            text(from + run),
            text(at)
        )
    });
    let above = prop_oneof![
        Just(String::new()),
        (hundredths(150..300), hundredths(100..250))
            .prop_map(|(at, pays)| format!("stretch = {at}\nat_stretch = {pays}\n")),
        (hundredths(10..400), hundredths(110..300))
            .prop_map(|(times, most)| format!("times_slope = {times}\nmost = {most}\n")),
    ];
    let steps = (lowest..20, 1i32..60, 1i32..60).prop_map(|(from, next, last)| {
        let at = |n: i32| format!("{}{}.{:02}", if n < 0 { "-" } else { "" }, n.abs() / 100, n.abs() % 100);
        let step = |n: i32, pays: &str| format!("{{ from = {}, pays = {pays} }}", at(n));
        let all = [step(from, "0.4"), step(from + next, "1"), step(from + next + last, "1.7")];
        format!("unit = \"spread\"\nsteps = [{}]\n", all.join(", "))
    });
    prop_oneof![3 => (line, above).prop_map(|(line, above)| line + &above), 1 => steps]
}

/// A plan's text. `fair` plans pay what is judged, and nobody below the middle.
fn plan(fair: bool) -> impl Strategy<Value = String> {
    let lowest = if fair { 0 } else { -100 };
    let rule = if fair {
        prop_oneof![Just("lower-bound"), Just("best-guess")].boxed()
    } else {
        prop_oneof![Just("lower-bound"), Just("best-guess"), Just("naive-observed"), Just("naive-league")].boxed()
    };
    let some = |text: fn(String) -> String, of: std::ops::Range<i32>| {
        proptest::option::of(hundredths(of)).prop_map(move |n| n.map_or(String::new(), text))
    };
    let pay = (
        rule,
        any::<bool>(),
        hundredths(0..90_000),
        some(|n| format!("cap = {n}\n"), 1..300),
        prop_oneof![Just("0.01"), Just("1.00"), Just("5.00")],
        some(|n| format!("resolution_floor = {n}\n"), 50..99),
    );
    let gates = prop_oneof![
        2 => Just(String::new()),
        1 => ("aht_s|handled", hundredths(10_000..40_000), "zero|halve")
            .prop_map(|(on, bound, effect)| format!("[[gates]]\non = \"{on}\"\nat_most = {bound}\neffect = \"{effect}\"\n")),
    ];
    let pool = prop_oneof![
        2 => Just(String::new()),
        1 => (hundredths(0..300_000), "equal|contacts").prop_map(|(amount, split)| {
            format!("[pool]\namount = \"{amount}\"\non = \"handled\"\nat_least = 1\nsplit = \"{split}\"\n")
        }),
    ];
    let budget = prop_oneof![
        1 => Just(String::new()),
        2 => ("amount|per_agent", hundredths(0..200_000), any::<bool>(), hundredths(100..300)).prop_map(|(of, sum, both, most)| {
            let scale = if both { format!("scale = \"both\"\nmost = {most}\n") } else { "scale = \"down\"\n".into() };
            format!("[budget]\n{of} = \"{sum}\"\n{scale}")
        }),
    ];
    let rest = (gates, pool, budget, any::<bool>(), 0u32..200, any::<bool>());
    (pay, curve(lowest), curve(lowest), curve(lowest), rest).prop_map(|(pay, first, second, third, rest)| {
        let (rule, score, bonus, cap, rounding, floor) = pay;
        let (gates, pool, budget, prorate, contacts, until_end) = rest;
        let mut text = "name = \"any\"\ncurrency = \"EUR\"\nperiod = \"month\"\npooled = 3\n".to_string();
        let on = if score { "score" } else { "measures" };
        text += &format!(
            "[pay]\nrule = \"{rule}\"\non = \"{on}\"\nbonus = \"{bonus}\"\n{cap}rounding = \"{rounding}\"\n{floor}"
        );
        if score {
            text += &format!("[curve]\n{first}");
        }
        for (name, weight, curve) in
            [("resolution", "0.5", &first), ("satisfaction", "0.3", &second), ("handle_time", "0.2", &third)]
        {
            text += &format!("[measures.{name}]\nweight = {weight}\n{}", if score { "" } else { curve });
        }
        text +=
            &format!("[prorate]\nemployed = {prorate}\n[eligible]\ncontacts = {contacts}\nuntil_end = {until_end}\n");
        text + &gates + &pool + &budget
    })
}

fn plan_of(text: &str) -> Plan {
    parse("any.toml", text).unwrap_or_else(|faults| panic!("{faults}\n{text}"))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_paid_and_held_is_never_more_than_the_budget(text in plan(false), staff in staff()) {
        let plan = plan_of(&text);
        let found = recommended(&plan, &staff, &names(&staff));
        let all: Money = found.all.iter().map(|r| r.amount + r.if_released).sum();
        prop_assert_eq!(all, found.total + found.held);
        if let Some(budget) = found.budget {
            prop_assert!(all <= budget, "{:?} of {:?}", all, budget);
        }
        for r in &found.all {
            prop_assert!(r.amount >= Money::ZERO && r.amount == r.amount.down_to(plan.rounding));
            prop_assert_eq!(r.amount > Money::ZERO, r.action == Action::Pay);
            prop_assert!(r.if_released == Money::ZERO || r.action == Action::Hold);
            prop_assert!(r.action == Action::Hold || r.action == Action::NotEligible || !staff[r.agent as usize].held);
        }
    }

    #[test]
    fn who_scores_higher_is_never_paid_less_for_it(
        text in plan(true), staff in staff(), who in 0usize..30, more in 0.01..1.5f64,
    ) {
        // Scores are paid in units of how far all lie apart, which one score moves a little: where all share a budget, the
        // parts of the others move with it, and below the middle it can take more than the score gives.
        let text = if text.contains("on = \"score\"") { text.split("[budget]").next().unwrap_or_default() } else { &text };
        let plan = plan_of(text);
        let who = who % staff.len();
        let mut raised = staff.clone();
        raised[who].score += more;
        for skill in &mut raised[who].skills {
            skill.0 += more;
        }
        let names = names(&staff);
        let of = |staff: &[Someone]| earned(&recommended(&plan, staff, &names), &names[who]);
        let (before, after) = (of(&staff), of(&raised));
        prop_assert!(after >= before, "{:?} falls to {:?}", before, after);
    }

    #[test]
    fn an_agents_pay_hangs_neither_on_order_nor_on_names(text in plan(false), staff in staff(), turn in 0usize..30) {
        let plan = plan_of(&text);
        let names = names(&staff);
        let found = recommended(&plan, &staff, &names);
        let mut order: Vec<usize> = (0..staff.len()).collect();
        order.rotate_left(turn % staff.len());
        order.reverse();
        let moved: Vec<Someone> = order.iter().map(|i| staff[*i].clone()).collect();
        let called: Vec<String> = order.iter().map(|i| format!("Somebody else {i}")).collect();
        // The average handle time of a made-up agent goes by the place, and so would a gate on it.
        prop_assume!(!text.contains("aht_s"));
        let other = recommended(&plan, &moved, &called);
        for (place, i) in order.iter().enumerate() {
            let (here, there) = (&found.all[*i], &other.all[place]);
            prop_assert_eq!((here.action, here.amount, here.if_released), (there.action, there.amount, there.if_released));
        }
    }

    #[test]
    fn who_does_the_same_earns_the_same(text in plan(false), mut staff in staff()) {
        prop_assume!(!text.contains("aht_s"));
        staff.push(staff[0].clone());
        let found = recommended(&plan_of(&text), &staff, &names(&staff));
        let (first, last) = (&found.all[0], &found.all[staff.len() - 1]);
        prop_assert_eq!((first.action, first.amount, first.if_released), (last.action, last.amount, last.if_released));
    }

    #[test]
    fn a_plan_that_gives_nothing_pays_nothing(text in plan(false), staff in staff()) {
        let lines = text.lines().map(|line| match line.split(" = ").next() {
            Some("bonus") => "bonus = \"0.00\"",
            Some("amount" | "per_agent") => "amount = \"0.00\"",
            _ => line,
        });
        let found = recommended(&plan_of(&lines.collect::<Vec<_>>().join("\n")), &staff, &names(&staff));
        prop_assert_eq!((found.total, found.held), (Money::ZERO, Money::ZERO));
        prop_assert!(found.all.iter().all(|r| r.action != Action::Pay));
    }
}

/// A plan that pays the score from the middle on, with more tables.
fn simple(more: &str) -> Plan {
    plan_of(&format!(
        "name = \"any\"\ncurrency = \"EUR\"\nperiod = \"month\"\npooled = 3\n[pay]\nrule = \"best-guess\"\non = \"score\"\n\
         bonus = \"300.00\"\n{more}\n[curve]\nunit = \"spread\"\nthreshold = 0\ntarget = 0.5\n[measures.resolution]\nweight = 1.0\n"
    ))
}

fn agent(score: f64, handled: u64, here: u64) -> Someone {
    let skills = [(score, 0.2), (score, 0.2), (score, 0.2)];
    Someone { score, sd: 0.2, skills, handled, here, held: false, hired: None, left: None }
}

#[test]
fn who_took_no_calls_in_the_period_takes_no_part_however_good_the_months_before_were() {
    let plan = parse("any.toml", &(simple("").text + "[budget]\nper_agent = \"100.00\"\nscale = \"down\"\n")).unwrap();
    let staff = [agent(2.0, 600, 0), agent(1.0, 900, 300), agent(-1.0, 900, 300), agent(-1.5, 9, 0)];
    let found = recommended(&plan, &staff, &names(&staff));
    let [away, here, ..] = &found.all[..] else { panic!("agents") };
    assert_eq!((away.action, away.amount), (Action::NotEligible, Money::ZERO));
    assert_eq!(away.reason, "took no calls in 2026-06");
    assert_eq!((here.action, found.budget), (Action::Pay, Some(Money(20_000))));
}

#[test]
fn the_pool_goes_to_all_who_take_part_but_to_nobody_whom_the_floor_pays_nothing() {
    let pool = "[pool]\namount = \"100.00\"\non = \"handled\"\nat_least = 1\nsplit = \"contacts\"\n";
    let plan =
        parse("any.toml", &(simple("resolution_floor = 0.8").text + pool + "[eligible]\ncontacts = 50\n")).unwrap();
    // Above the middle; just below it; far below it; with too few calls to say.
    let staff = [agent(1.0, 900, 500), agent(-0.1, 900, 300), agent(-2.0, 900, 100), agent(0.0, 30, 100)];
    let found = recommended(&plan, &staff, &names(&staff));
    let told: Vec<(Action, Money)> = found.all.iter().map(|r| (r.action, r.amount)).collect();
    // The bonus of 300.00 and 50.00 of the pool; 30.00; nothing; 10.00. The calls are those of the period, not of all three.
    let [first, second, third, last] = told[..] else { panic!("four agents") };
    assert_eq!(first, (Action::Pay, Money(35_000)));
    assert_eq!(second, (Action::Pay, Money(3_000)));
    assert_eq!(third, (Action::None, Money::ZERO));
    assert_eq!(last, (Action::Pay, Money(1_000)));
    assert_eq!(found.pool, Some(Money(9_000)));
    for at in [1, 3] {
        assert_eq!(found.all[at].reason, "the part of the pool; own results earn nothing");
    }
}

#[test]
fn amounts_by_units_stay_amounts_however_large_the_rate() {
    let text = "name = \"any\"\ncurrency = \"EUR\"\nperiod = \"month\"\n[pay]\nrule = \"naive-observed\"\non = \"measures\"\n\
                bonus = \"1.00\"\n[measures.handled]\nbetter = \"higher\"\nweight = 1\nunit = \"count\"\n\
                tiers = [{ up_to = 1, rate = \"0.01\" }, { rate = \"9999999999.99\" }]\ntiers_apply = \"retroactive\"\n";
    let staff = [agent(0.0, 999_999_999, 999_999_999), agent(0.0, 1, 1)];
    let found = recommended(&plan_of(text), &staff, &names(&staff));
    assert_eq!(found.all.iter().map(|r| r.amount).collect::<Vec<_>>(), [Money(1_000_000_000_000), Money(1)]);
}

// The program, over logs.

const TEMPLATES: [&str; 6] =
    ["balanced", "own-targets", "pay-for-speed", "recognition", "team-pool", "technical-support"];

fn template(name: &str) -> String {
    std::fs::read_to_string(root().join(format!("examples/plans/{name}.toml"))).expect("a template")
}

/// Runs a plan over files, with more arguments.
fn recommend_with(plan: &str, files: &[&str], more: &[&str]) -> Value {
    let output = run(&[&["incentives", "--plan", plan, "--format", "json", "-q"], files, more].concat());
    assert!(output.status.success(), "{plan}: {}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).expect("output is JSON")
}

/// Of each agent: action, amount and what is paid if released.
fn amounts(found: &Value) -> BTreeMap<String, [String; 3]> {
    let text = |row: &Value, key: &str| row[key].as_str().unwrap_or_default().to_string();
    let of = |row: &Value| (text(row, "agent"), ["action", "amount", "if_released"].map(|key| text(row, key)));
    found["recommendations"].as_array().expect("a list").iter().map(of).collect()
}

fn whole_cents(text: &str) -> i64 {
    if text.is_empty() { 0 } else { text.replace('.', "").parse().expect("an amount") }
}

#[test]
fn what_a_rule_cannot_pay_is_refused_with_the_reason() {
    let folder = folder();
    let refused = |plan: &str, more: &[&str]| {
        let file = folder.path().join("plan.toml");
        std::fs::write(&file, plan).expect("the folder can be written to");
        let output = run(&[&["incentives", "sample-data/contacts.csv", "--plan", text(&file), "-q"], more].concat());
        assert_eq!(output.status.code(), Some(2));
        String::from_utf8(output.stderr).expect("a message")
    };
    let speed = template("pay-for-speed");
    let why = refused(&speed, &["--compare", "best-guess"]);
    assert!(why.contains("--compare best-guess") && why.contains("`short_calls` is not judged"), "{why}");
    let why = refused(&speed, &["--compare", "naive-league"]);
    assert!(why.contains("`short_calls` is paid by levels") && why.contains("`unit = \"spread\"`"), "{why}");
    let why = refused(&speed.replace("aht_s", "handle_p50_s").replace("pooled = 1 ", "pooled = 2 "), &[]);
    assert!(why.contains("`handle_p50_s` of more than one period"), "{why}");
}

#[test]
fn a_log_without_issues_and_teams_is_paid_as_well() {
    let folder = folder();
    let calls = folder.path().join("calls.csv");
    std::fs::write(&calls, month(7).csv(&["issue"])).expect("the folder can be written to");
    let found = amounts(&recommend_with("examples/plans/balanced.toml", &[text(&calls)], &[]));
    assert!(found.values().any(|[action, ..]| action == "pay"));
}

/// Calls of agents who game, and of others, in a month.
fn month(seed: u64) -> Centre {
    let mut centre = Centre::of(seed, MONTH, 120);
    centre.change(4, 0.2, |c| c.whole(), |c, dice| c.cut(dice.between(3..=12), false));
    centre
}

#[test]
fn threads_and_the_order_of_rows_change_no_byte_of_recommendations() {
    let folder = folder();
    let (whole, turned) = (folder.path().join("calls.csv"), folder.path().join("turned.csv"));
    let csv = month(5).csv(&[]);
    let (header, rows) = csv.split_once('\n').expect("a header");
    let rows: Vec<&str> = rows.lines().rev().collect();
    std::fs::write(&whole, &csv).expect("the folder can be written to");
    std::fs::write(&turned, format!("{header}\n{}\n", rows.join("\n"))).expect("the folder can be written to");
    let roster = ["--roster", "sample-data/roster.csv"];
    for name in TEMPLATES {
        let plan = format!("examples/plans/{name}.toml");
        let sample = recommend_with(&plan, &["sample-data/contacts.csv"], &roster);
        let one = (name != "team-pool").then(|| recommend_with(&plan, &[text(&whole)], &["--threads", "1"]));
        for threads in ["2", "3", "4"] {
            let more = [&roster[..], &["--threads", threads]].concat();
            assert_eq!(sample, recommend_with(&plan, &["sample-data/contacts.csv"], &more), "{name}");
            if let Some(one) = &one {
                assert_eq!(*one, recommend_with(&plan, &[text(&turned)], &["--threads", threads]), "{name}");
            }
        }
    }
}

#[test]
fn amounts_follow_an_agent_who_is_called_otherwise() {
    let folder = folder();
    let (before, after) = (folder.path().join("before.csv"), folder.path().join("after.csv"));
    let csv = month(6).csv(&[]);
    // The order of names is turned around.
    let called = |agent: usize| format!("Agent {:02}", centre::AGENTS - agent);
    let renamed = (0..centre::AGENTS).fold(csv.clone(), |csv, agent| csv.replace(&name(agent), &called(agent)));
    std::fs::write(&before, &csv).expect("the folder can be written to");
    std::fs::write(&after, &renamed).expect("the folder can be written to");
    for plan in ["balanced", "own-targets", "pay-for-speed", "technical-support"] {
        let plan = format!("examples/plans/{plan}.toml");
        let of = |file| amounts(&recommend_with(&plan, &[file], &[]));
        let (first, second) = (of(text(&before)), of(text(&after)));
        assert!(first.values().any(|[action, ..]| action == "pay"));
        for agent in 0..centre::AGENTS {
            assert_eq!(first[&name(agent)], second[&called(agent)], "{plan}: {}", name(agent));
        }
    }
}

#[test]
fn what_somebody_began_to_do_in_the_month_that_is_paid_is_not_thinned_by_the_months_before() {
    let folder = folder();
    let calls = folder.path().join("calls.csv");
    let mut centre = Centre::of(11, THREE_MONTHS, 600);
    let august = |c: &Call| c.whole() && c.start_s >= TWO_MONTHS * DAY_S;
    centre.change(17, 0.04, august, |c, dice| c.cut(dice.between(3..=12), false));
    std::fs::write(&calls, centre.csv(&[])).expect("the folder can be written to");
    let signals = |month: &[&str]| {
        let output = run(&[&["signals", text(&calls), "--format", "json", "-q"], month].concat());
        let found: Value = serde_json::from_slice(&output.stdout).expect("output is JSON");
        found["signals"].as_array().expect("a list").iter().filter(|s| s["agent"] == name(17).as_str()).count()
    };
    // Not seen in three months together, and seen in the last of them.
    assert_eq!((signals(&[]), signals(&["--from", "2026-08-01"])), (0, 1));
    let found = recommend_with("examples/plans/balanced.toml", &[text(&calls)], &[]);
    assert_eq!((found["period"].as_str(), found["judged_from"].as_str()), (Some("2026-08"), Some("2026-06-01")));
    assert_eq!(amounts(&found)[&name(17)][0], "hold");
}

/// Lets the customers of so many of an agent's failed contacts stay away, as if they had been helped.
fn help(centre: &mut Centre, agent: usize, most: usize) -> usize {
    let window = 7 * DAY_S;
    let gaps = centre.gaps();
    let failed: Vec<usize> = centre
        .of_agent(agent)
        .into_iter()
        .filter(|i| centre.calls[*i].whole() && gaps[*i].is_some_and(|gap| gap <= window))
        .take(most)
        .collect();
    for i in &failed {
        // Who called later is somebody else from here on.
        let (customer, start_s) = (centre.calls[*i].customer, centre.calls[*i].start_s);
        centre.customers += 1;
        for call in centre.calls.iter_mut().filter(|c| c.customer == customer && c.start_s > start_s) {
            call.customer = centre.customers;
        }
    }
    failed.len()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 16, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn an_agent_who_helps_more_customers_is_never_paid_less(
        seed in 0u64..1_000_000, agent in 0usize..centre::AGENTS, most in 4usize..40, best_guess: bool, answers: bool,
    ) {
        let folder = folder();
        let mut plan = template("balanced").replace("hold = true", "hold = false");
        // Everybody's part of a budget hangs on the others' as well.
        plan = plan.split("[budget]").next().unwrap_or_default().to_string();
        if best_guess {
            plan = plan.replace("rule = \"lower-bound\"", "rule = \"best-guess\"").replace("certainty = 0.8", "");
        }
        let file = folder.path().join("plan.toml");
        std::fs::write(&file, &plan).expect("the folder can be written to");
        let mut centre = Centre::of(seed, MONTH, 120);
        let pay = |centre: &Centre, name_of: &str| {
            let path = folder.path().join(name_of);
            std::fs::write(&path, centre.csv(&[])).expect("the folder can be written to");
            let [_, amount, released] = amounts(&recommend_with(text(&file), &[text(&path)], &[]))[&name(agent)].clone();
            whole_cents(&amount) + whole_cents(&released)
        };
        let before = pay(&centre, "before.csv");
        let changed = if answers {
            let unhappy = |c: &Call| c.score.is_some() && !c.top();
            let those: Vec<usize> =
                centre.of_agent(agent).into_iter().filter(|i| unhappy(&centre.calls[*i])).take(most).collect();
            those.iter().for_each(|i| centre.calls[*i].score = Some(5));
            those.len()
        } else {
            help(&mut centre, agent, most)
        };
        let after = pay(&centre, "after.csv");
        prop_assert!(after >= before, "{before} falls to {after} by {changed}, seed {seed}");
    }
}

/// A change to the text of a plan.
#[derive(Debug, Clone)]
enum Slip {
    Value(usize, usize),
    Drop(usize),
    Twice(usize),
    Swap(usize, usize),
    Uncomment(usize),
    Character(usize, char),
}

/// Odd values for numbers, amounts, words and yes or no, and what is hardly ever right.
const NUMBERS: [&str; 9] = ["0", "1", "0.0001", "0.5", "0.99", "26", "-0.3", "999999", "1.5"];
const AMOUNTS: [&str; 5] = ["\"0.00\"", "\"0.01\"", "\"777.77\"", "\"9999999999.00\"", "\"5.00\""];
const WORDS: [&str; 10] = [
    "\"lower-bound\"", "\"best-guess\"", "\"naive-observed\"", "\"naive-league\"", "\"week\"", "\"quarter\"",
    "\"month\"", "\"percent-of-team\"", "\"contacts\"", "\"equal\"",
];
const WRONG: [&str; 10] =
    ["-1", "1e9", "nan", "[]", "{}", "\"\"", "\"x\"", "2026-03-01", "\"handle_p90_s\"", "99999999999999999999"];

/// A value in the place of another: mostly one of its kind.
fn odd(value: &str, which: usize) -> &'static str {
    let quoted = value.strip_prefix('"').and_then(|v| v.chars().next());
    let all: &[&str] = match (value.chars().next(), quoted) {
        _ if which.is_multiple_of(7) => &WRONG,
        (_, Some(c)) if c.is_ascii_digit() => &AMOUNTS,
        (_, Some(_)) => &WORDS,
        (Some('t' | 'f'), _) => &["true", "false"],
        _ => &NUMBERS,
    };
    all[which / 7 % all.len()]
}

fn slip() -> impl Strategy<Value = Slip> {
    let line = 0usize..400;
    prop_oneof![
        14 => (line.clone(), 0usize..700).prop_map(|(at, which)| Slip::Value(at, which)),
        1 => line.clone().prop_map(Slip::Drop),
        1 => line.clone().prop_map(Slip::Twice),
        1 => (line.clone(), line.clone()).prop_map(|(a, b)| Slip::Swap(a, b)),
        3 => line.clone().prop_map(Slip::Uncomment),
        1 => (0usize..8_000, any::<char>()).prop_map(|(at, c)| Slip::Character(at, c)),
    ]
}

/// The text with a slip; lines that say nothing are passed over.
fn slipped(text: &str, slip: &Slip) -> String {
    let mut lines: Vec<String> = text.lines().map(str::to_string).collect();
    let wanted = |of: &dyn Fn(&str) -> bool, at: usize| {
        let places: Vec<usize> = (0..lines.len()).filter(|i| of(&lines[*i])).collect();
        (!places.is_empty()).then(|| places[at % places.len()])
    };
    let says = |line: &str| !line.trim().is_empty() && !line.starts_with('#');
    match *slip {
        Slip::Value(at, which) => {
            if let Some(i) = wanted(&|line| says(line) && line.contains(" = "), at) {
                let (key, value) = lines[i].split_once(" = ").expect("a key and a value");
                lines[i] = format!("{key} = {}", odd(value, which));
            }
        }
        Slip::Drop(at) => _ = wanted(&says, at).map(|i| lines.remove(i)),
        Slip::Twice(at) => {
            if let Some(i) = wanted(&says, at) {
                lines.insert(i, lines[i].clone());
            }
        }
        Slip::Swap(a, b) => {
            if let (Some(a), Some(b)) = (wanted(&says, a), wanted(&says, b)) {
                lines.swap(a, b);
            }
        }
        Slip::Uncomment(at) => {
            if let Some(i) = wanted(&|line| line.starts_with("# ") && line.contains(" = "), at) {
                lines[i] = lines[i][2..].to_string();
            }
        }
        Slip::Character(at, c) => {
            let at = at.min(text.chars().count());
            let (before, after): (String, String) = (text.chars().take(at).collect(), text.chars().skip(at).collect());
            return format!("{before}{c}{after}");
        }
    }
    lines.join("\n") + "\n"
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_the_plan_and_the_log_there_is_an_answer_within_the_budget(
        which in 0usize..TEMPLATES.len(),
        slips in proptest::collection::vec(slip(), 1..3),
        from in 1usize..2_500,
        rows in prop_oneof![1usize..40, 200usize..600],
        naive: bool,
    ) {
        let folder = folder();
        let (plan, calls, figures) =
            (folder.path().join("plan.toml"), folder.path().join("calls.csv"), folder.path().join("figures.csv"));
        let changed = slips.iter().fold(template(TEMPLATES[which]), |text, slip| slipped(&text, slip));
        std::fs::write(&plan, &changed).expect("the folder can be written to");
        let all = std::fs::read_to_string(root().join("sample-data/contacts.csv")).expect("sample data");
        let lines: Vec<&str> = all.lines().collect();
        let from = from.min(lines.len() - 1);
        let part = &lines[from..(from + rows).min(lines.len())];
        std::fs::write(&calls, format!("{}\n{}\n", lines[0], part.join("\n"))).expect("the folder can be written to");
        std::fs::write(&figures, "agent,absences\nAda Okafor,2\n\"Okafor, Ada\",999999999\n").expect("the folder can be written to");
        let mut args = vec!["incentives", text(&calls), "--plan", text(&plan), "--figures", text(&figures)];
        args.extend(["--roster", "sample-data/roster.csv", "--format", "json", "-q"]);
        if naive {
            args.extend(["--compare", "naive"]);
        }
        let output = run(&args);
        let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
        prop_assert!(!stderr.contains("a fault inside the program"), "{stderr}\n{changed}");
        if output.status.code() == Some(2) {
            prop_assert!(stderr.starts_with("callmerit: ") && output.stdout.is_empty(), "{stderr}");
            return Ok(());
        }
        prop_assert_eq!(output.status.code(), Some(0), "{}", stderr);
        let found: Value = serde_json::from_slice(&output.stdout).expect("output is JSON");
        let cents = |key: &str| found[key].as_str().map(whole_cents);
        let (total, held) = (cents("total").unwrap_or(0), cents("held").unwrap_or(0));
        prop_assert!(total >= 0 && held >= 0);
        if let Some(budget) = cents("budget") {
            prop_assert!(total + held <= budget, "{total} and {held} of {budget}\n{changed}");
        }
    }
}
