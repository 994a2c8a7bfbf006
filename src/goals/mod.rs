//! What every agent is to aim for in the next period, in each judged measure that a plan weighs; and, once that period is
//! there, whether it was reached.
//!
//! A goal starts from the agent's own level with luck taken out. It is refused where luck would decide it.

mod reached;
mod words;

pub use reached::{Attainment, Mark, Reached, THIRDS, attainment};
pub use words::{REACHED_WHEN, definition, things};

use crate::incentives::{Known, takes_part};
use crate::judge::goal::{self, Ground, HALF_STEP, Levels};
use crate::judge::{Measure, MeasureOfAll, Verdict};
use crate::plan::{Exact, PlanMeasure, Source};
use crate::scorecards::{PeriodCards, Scorecard};
use jiff::civil::Date;

/// The period that goals are for.
#[derive(Debug, Clone, PartialEq)]
pub struct Span {
    pub label: String,
    /// The periods that were judged, by name.
    pub basis: String,
    /// Its first day, and the first day after it.
    pub from: Date,
    pub after: Date,
    /// The periods of the plan that it is made of, in words: `a month`, `3 months`.
    pub periods: String,
    pub pooled: u32,
    /// Days that were judged, from which the pace is known.
    pub judged_days: u32,
}

impl Span {
    fn days(&self) -> f64 {
        f64::from((self.after - self.from).get_days().max(1))
    }

    /// How many times as long as what was judged it is.
    fn longer(&self) -> f64 {
        self.days() / f64::from(self.judged_days.max(1))
    }
}

/// What a measure of an agent comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    Goal,
    /// The measure is as it should be.
    Keep,
    Refused,
}

impl Action {
    pub fn name(self) -> &'static str {
        match self {
            Action::Goal => "goal",
            Action::Keep => "keep",
            Action::Refused => "refused",
        }
    }
}

/// Something of each of the three levels of a goal.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Each {
    pub threshold: f64,
    pub target: f64,
    pub stretch: Option<f64>,
}

impl Each {
    fn of(levels: &Levels, value: impl Fn(f64) -> f64) -> Each {
        Each { threshold: value(levels.threshold), target: value(levels.target), stretch: levels.stretch.map(value) }
    }
}

/// What to aim for. Levels are shares, or seconds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Aim {
    /// A larger share, or a longer time, is what is aimed for.
    pub rises: bool,
    /// On calls like those that were judged.
    pub own: Each,
    /// The same as levels on the calls of all.
    pub of_all: Each,
    /// Chance of being seen there or better if the agent stays the same, and if they become half a step better.
    pub if_same: Each,
    pub if_better: Each,
}

/// What can be said of a measure of an agent in the goal's period.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Outlook {
    /// The own level on the calls that were judged.
    pub level: f64,
    /// Contacts, answers or calls that are to be expected.
    pub n: u64,
    /// Share of what will be seen that is the agent's own doing.
    pub reliability: f64,
    /// So many, which take so many weeks, make a goal more than luck; `None` where no number would.
    pub needed: Option<u64>,
    pub weeks_needed: Option<f64>,
    /// The improvement that is told from luck, in steps and on the own calls; and what half a step is there.
    pub detectable_steps: f64,
    pub detectable: f64,
    pub half_step: f64,
    /// How many, in how many weeks and periods of the plan, tell an improvement of half a step from luck.
    pub detect_n: Option<u64>,
    pub detect_weeks: Option<f64>,
    pub detect_periods: Option<u64>,
}

/// One measure of one agent.
#[derive(Debug, Clone)]
pub struct Goal {
    pub agent: u32,
    pub name: String,
    pub team: Option<String>,
    pub measure: Measure,
    pub action: Action,
    /// Why there is no goal; nothing where there is one.
    pub reason: Option<String>,
    /// A signal asks for review, so that the result does, too.
    pub under_review: bool,
    pub outlook: Option<Outlook>,
    pub aim: Option<Aim>,
    /// Of a two-sided measure the levels between which it is usual.
    pub band: Option<(f64, f64)>,
    /// What was seen of it in the goal's period.
    pub reached: Option<Reached>,
    /// What was seen in the period that was judged, in steps beside what was to be expected.
    pub seen: Option<f64>,
}

/// A measure of all agents.
#[derive(Debug, Clone)]
pub struct OfMeasure {
    pub measure: Measure,
    pub weight: Exact,
    pub two_sided: bool,
    pub definition: String,
    /// Level of all, and what a step is: share points, or of the logarithm of time. `None` where nothing tells the measure.
    pub team: Option<f64>,
    pub step: Option<f64>,
    /// Why nobody can have a goal.
    pub none: Option<String>,
}

/// The goals that follow from a period.
#[derive(Debug, Clone)]
pub struct Goals {
    pub measures: Vec<OfMeasure>,
    /// In the order of scorecards, and of the plan's measures.
    pub all: Vec<Goal>,
    /// Agents without goals, since the plan is not for them or they have left.
    pub left_out: usize,
}

/// What goals are made of.
#[derive(Clone, Copy)]
pub struct Basis<'a> {
    /// The plan, and what was judged.
    pub known: &'a Known<'a>,
    pub span: &'a Span,
    /// The goals' own period, where it is there already.
    pub result: Option<&'a PeriodCards>,
}

/// The plan's measures that goals can be set in.
pub fn measures<'a>(known: &Known<'a>) -> Vec<(&'a PlanMeasure, Measure)> {
    let judged = |m: &PlanMeasure| match m.source {
        Source::Judged(measure) => Some(measure),
        _ => None,
    };
    known.plan.measures.iter().filter_map(|m| Some((m, judged(m)?))).collect()
}

/// Sets goals for every agent.
pub fn goals(basis: &Basis<'_>) -> Goals {
    let Basis { known, span, .. } = basis;
    let stays = |card: &&Scorecard| {
        let left = known.log.person(card.verdict.agent).and_then(|p| p.left);
        takes_part(known, card) && left.is_none_or(|left| left >= span.from)
    };
    let measures = measures(known);
    let cards: Vec<&Scorecard> = known.cards.cards.iter().filter(stays).collect();
    Goals {
        all: cards.iter().flat_map(|card| measures.iter().map(|(m, kind)| of_agent(basis, card, m, *kind))).collect(),
        left_out: known.cards.cards.len() - cards.len(),
        measures: measures.iter().map(|(m, kind)| of_all(known, m, *kind)).collect(),
    }
}

fn of_all(known: &Known<'_>, plan: &PlanMeasure, measure: Measure) -> OfMeasure {
    let judgement = &known.cards.judgement;
    let all = judgement.measure(measure);
    let compared = judgement.verdicts.iter().any(|v| v.compared);
    OfMeasure {
        measure,
        weight: plan.weight,
        two_sided: plan.two_sided.is_some(),
        definition: definition(measure, known.definitions),
        team: all.map(|all| all.team),
        step: all.map(|all| all.spread),
        none: match all {
            None => Some(words::lack(goal::Lack::Source, measure)),
            Some(_) if !compared => Some(words::lack(goal::Lack::Peers, measure)),
            Some(all) if !all.told_apart => Some(words::lack(goal::Lack::Difference, measure)),
            Some(_) => None,
        },
    }
}

fn of_agent(basis: &Basis<'_>, card: &Scorecard, plan: &PlanMeasure, measure: Measure) -> Goal {
    let Basis { known, span, result } = basis;
    let verdict = &card.verdict;
    let judgement = &known.cards.judgement;
    let then: Option<(&Scorecard, &Verdict)> =
        result.and_then(|r| r.cards.iter().find(|c| c.verdict.agent == verdict.agent)).map(|c| (c, &c.verdict));
    let empty = Goal {
        agent: verdict.agent,
        name: card.name.clone(),
        team: known.team_of.get(&verdict.agent).cloned(),
        measure,
        action: Action::Refused,
        reason: None,
        under_review: card.held || then.is_some_and(|(then, _)| then.held),
        outlook: None,
        aim: None,
        band: None,
        reached: None,
        seen: None,
    };
    let (ground, all) = match (judgement.ground(verdict, measure, span.longer()), judgement.measure(measure)) {
        (Ok(ground), Some(all)) => (ground, all),
        (Err(lack), _) => return Goal { reason: Some(words::lack(lack, measure)), ..empty },
        (Ok(_), None) => return empty,
    };
    let band = plan.two_sided.map(Exact::f64);
    let levels = band.map_or_else(|| Some(goal::levels(ground.own())), |band| goal::levels_of_band(ground.own(), band));
    let outlook = outlook(&ground, span, levels.map_or(1.0, |l| l.towards));
    let known_of = Goal { outlook: Some(outlook), seen: Some(ground.seen()), ..empty };
    if let Some(luck) = ground.luck() {
        return Goal { reason: Some(words::luck(luck, measure, &outlook, span)), ..known_of };
    }
    let known_of = Goal { band: band.map(|band| ends(&ground, band)), ..known_of };
    let result = then.and_then(|(_, verdict)| verdict.measures[measure as usize].filter(|_| verdict.compared));
    match levels {
        None => Goal {
            action: Action::Keep,
            reason: Some(words::keep(measure)),
            reached: result.map(|result| Reached::of_band(&ground, &result, band.unwrap_or(0.0))),
            ..known_of
        },
        Some(levels) => Goal {
            action: Action::Goal,
            aim: Some(aim(&ground, &levels, all)),
            reached: result.map(|result| Reached::of(&ground, &result, &levels)),
            ..known_of
        },
    }
}

/// The ends of a band around the middle as levels on the own calls, the smaller one first.
fn ends(ground: &Ground, band: f64) -> (f64, f64) {
    let (a, b) = (ground.on_own_calls(-band), ground.on_own_calls(band));
    (a.min(b), a.max(b))
}

fn aim(ground: &Ground, levels: &Levels, all: &MeasureOfAll) -> Aim {
    let chance = |better: f64| Each::of(levels, |at| ground.chance(at, levels.towards, better));
    Aim {
        rises: ground.rises(levels),
        own: Each::of(levels, |at| ground.on_own_calls(at)),
        of_all: Each::of(levels, |at| all.level_of_all(at)),
        if_same: chance(0.0),
        if_better: chance(HALF_STEP),
    }
}

/// `towards` is 1 where better is more, else -1.
fn outlook(ground: &Ground, span: &Span, towards: f64) -> Outlook {
    let own = ground.own();
    let level = ground.on_own_calls(own);
    let better = |steps: f64| (ground.on_own_calls(own + towards * steps) - level).abs();
    let weeks = span.days() / 7.0;
    let weeks_of = |n: f64| n / ground.n() * weeks;
    let periods_of = |n: f64| weeks_of(n) / weeks * f64::from(span.pooled);
    let whole = |n: f64| n.ceil() as u64;
    let (needed, detect_n) = (ground.needed(), ground.n_to_detect());
    Outlook {
        level,
        n: ground.n().round() as u64,
        reliability: ground.reliability(),
        needed: needed.map(whole),
        weeks_needed: needed.map(weeks_of),
        detectable_steps: ground.detectable(),
        detectable: better(ground.detectable()),
        half_step: better(HALF_STEP),
        detect_n: detect_n.map(whole),
        detect_weeks: detect_n.map(weeks_of),
        detect_periods: detect_n.map(|n| whole(periods_of(n))),
    }
}
