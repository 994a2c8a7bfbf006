//! The incentive plan: what is paid for, how values become money, and under which conditions.
//!
//! A plan is a TOML file (`file`); `curve` has the payout curves. docs/plans.md explains every key.

pub mod curve;
mod exact;
mod file;
mod keys;
pub mod lint;
mod mend;
mod payout;
pub(crate) mod reader;
pub mod templates;
#[cfg(test)]
mod tests;

pub use exact::Exact;
pub use file::{parse, read};

use crate::judge::{Measure, Weights};
use crate::metrics::Dimension;
use crate::metrics::catalogue::{self, Better, CATALOGUE, Metric};
use crate::money::{Currency, Money};
use curve::Curve;
use jiff::civil::Date;
use std::collections::BTreeMap;

/// An incentive plan, free of faults.
#[derive(Debug, Clone)]
pub struct Plan {
    /// What to call it in messages: its file.
    pub file: String,
    pub name: String,
    /// `None`: the plan gives recognition and no money.
    pub currency: Option<Currency>,
    /// The plan is in force for periods that begin from this day to that one.
    pub from: Option<Date>,
    pub to: Option<Date>,
    /// Somebody looks at the plan again by this day.
    pub review: Option<Date>,
    /// Week, month or quarter.
    pub period: Dimension,
    /// Each period is judged on its calls and on those of the periods before it, so many in all.
    pub pooled: u32,
    pub rule: Rule,
    /// How sure a result must be before it is paid; for [`Rule::LowerBound`].
    pub certainty: Exact,
    /// What is paid for: the composite score, or each measure by itself.
    pub on: On,
    /// What an agent earns in a period who meets the target in everything.
    pub bonus: Money,
    /// The most that an agent can earn, as a share of the bonus.
    pub cap: Option<Exact>,
    /// Amounts are rounded down to a multiple of this.
    pub rounding: Money,
    /// Nobody is paid while a signal asks for review.
    pub hold: bool,
    /// Nothing is paid to those who are so sure to be below the median in resolution.
    pub resolution_floor: Option<Exact>,
    pub measures: Vec<PlanMeasure>,
    pub eligible: Eligible,
    pub prorate: Prorate,
    pub gates: Vec<Gate>,
    /// Share of the bonus that goes by the agent's own results; the rest goes by the team's.
    pub individual: Exact,
    pub pool: Option<Pool>,
    pub budget: Option<Budget>,
    pub allow: Vec<Allow>,
    /// Lines of the keys that are there, by their path.
    pub lines: BTreeMap<String, usize>,
    /// The file as it is read, for a print-out and a fingerprint.
    pub text: String,
}

/// How a result is turned into something to pay for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rule {
    /// The level that the agent surely has, at the plan's certainty.
    LowerBound,
    /// The best guess, adjusted and shrunk.
    BestGuess,
    /// What is seen: neither the kinds of call nor luck are taken out.
    NaiveObserved,
    /// The place in a league table of what is seen.
    NaiveLeague,
}

impl Rule {
    pub const ALL: [Rule; 4] = [Rule::LowerBound, Rule::BestGuess, Rule::NaiveObserved, Rule::NaiveLeague];

    pub fn name(self) -> &'static str {
        match self {
            Rule::LowerBound => "lower-bound",
            Rule::BestGuess => "best-guess",
            Rule::NaiveObserved => "naive-observed",
            Rule::NaiveLeague => "naive-league",
        }
    }

    pub fn is_naive(self) -> bool {
        matches!(self, Rule::NaiveObserved | Rule::NaiveLeague)
    }
}

/// What the curves are of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum On {
    /// The weighted sum of the measures, in units of the spread of true skill around the median.
    Score(Payout),
    /// Each measure has its own curve and its weight as its part of the bonus.
    Measures,
}

/// How a value is paid.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Payout {
    pub unit: Unit,
    pub curve: Curve,
    /// For the person who reads the plan: in the unit, not turned around where less is better.
    pub levels: Vec<Level>,
}

/// A named value of a curve.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Level {
    pub name: String,
    pub value: Exact,
    pub pays: Exact,
}

/// What the values of a curve are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// The spread of true skill between agents; 0 is the middle.
    Spread,
    /// A share from 0 to 1.
    Share,
    Seconds,
    Count,
    /// Points of the survey's scale.
    Points,
    /// Hundredths of the level of all.
    PercentOfTeam,
    /// Hundredths of a value that the plan names.
    PercentOfTarget(Exact),
    /// A figure from elsewhere, in its own unit.
    Figure,
}

/// What a measure of a plan is made of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    Judged(Measure),
    /// The place of a metric in the catalogue.
    Metric(usize),
    /// A figure of `--figures`.
    Figure(String),
}

impl Source {
    /// The source that a plan's word means: a judged measure, a metric of the catalogue, or `figure.NAME`.
    pub fn of(word: &str) -> Option<Source> {
        if let Some(figure) = word.strip_prefix("figure.") {
            return Some(Source::Figure(figure.to_string()));
        }
        let judged = Measure::ALL.into_iter().find(|m| m.id() == word).map(Source::Judged);
        judged.or_else(|| CATALOGUE.iter().position(|m| m.id == word).map(Source::Metric))
    }

    pub fn metric(&self) -> Option<&'static Metric> {
        match self {
            Source::Metric(at) => Some(&CATALOGUE[*at]),
            _ => None,
        }
    }

    /// The level of maturity; nobody but the plan knows what a figure is.
    pub fn maturity(&self) -> Option<Maturity> {
        let level = match self {
            Source::Judged(measure) => measure.level(),
            Source::Metric(at) => CATALOGUE[*at].level,
            Source::Figure(_) => return None,
        };
        Some(match level {
            catalogue::Level::Outcome => Maturity::Outcome,
            catalogue::Level::Quality => Maturity::Quality,
            catalogue::Level::Experience => Maturity::Experience,
            catalogue::Level::Productivity | catalogue::Level::Volume | catalogue::Level::Access => {
                Maturity::Productivity
            }
        })
    }

    /// Whether less is better.
    pub fn falls(&self) -> bool {
        match self {
            Source::Judged(measure) => measure.sign() < 0.0,
            Source::Metric(at) => CATALOGUE[*at].better == Better::Lower,
            Source::Figure(_) => false,
        }
    }
}

/// The four levels of the maturity of a plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Maturity {
    Productivity,
    Quality,
    Experience,
    Outcome,
}

impl Maturity {
    pub const ALL: [Maturity; 4] = [Maturity::Productivity, Maturity::Quality, Maturity::Experience, Maturity::Outcome];

    pub fn name(self) -> &'static str {
        match self {
            Maturity::Productivity => "productivity",
            Maturity::Quality => "quality",
            Maturity::Experience => "experience",
            Maturity::Outcome => "outcome",
        }
    }
}

/// A measure that the plan pays for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlanMeasure {
    /// As the plan calls it.
    pub name: String,
    pub source: Source,
    /// Its part; all of them sum to 1.
    pub weight: Exact,
    pub level: Maturity,
    /// More than this, in units of the spread, counts against the agent in either direction; nothing counts in favour.
    pub two_sided: Option<Exact>,
    /// Less is better.
    pub falls: bool,
    /// How it is paid, where measures are paid one by one.
    pub payout: Option<Payout>,
}

/// Who takes part.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Eligible {
    /// Only who is in the roster.
    pub listed: bool,
    /// Only who has worked here for so many days at the end of the period.
    pub tenure_days: u32,
    /// Only who has not left before the period ends.
    pub until_end: bool,
    /// Only these teams; all without any.
    pub teams: Vec<String>,
    /// With fewer handled calls in what is judged, an agent is carried forward.
    pub contacts: u64,
}

/// What a part of a period earns.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Prorate {
    /// By the days between hiring and leaving.
    pub employed: bool,
    /// The figure with the days of leave of all kinds, which are taken off.
    pub leave: Option<String>,
}

/// A condition on the bonus.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gate {
    pub on: String,
    pub source: Source,
    pub bound: Bound,
    pub effect: Effect,
}

/// What a value must be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bound {
    AtLeast(Exact),
    AtMost(Exact),
}

impl Bound {
    pub fn holds(self, value: Exact) -> bool {
        match self {
            Bound::AtLeast(bound) => value >= bound,
            Bound::AtMost(bound) => value <= bound,
        }
    }
}

/// What happens if a gate is not passed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    Zero,
    Halve,
    DropATier,
}

impl Effect {
    pub fn name(self) -> &'static str {
        match self {
            Effect::Zero => "zero",
            Effect::Halve => "halve",
            Effect::DropATier => "drop-a-tier",
        }
    }
}

/// Money for all who take part, if the centre as a whole reaches something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pool {
    pub amount: Money,
    pub on: String,
    pub source: Source,
    pub bound: Bound,
    pub split: Split,
}

/// How a pool is split.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Split {
    Equal,
    /// By handled calls.
    Contacts,
}

/// The most that a period may cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Budget {
    pub of: BudgetOf,
    /// Payouts are raised at most so many times if the budget is not used up; 1 never raises.
    pub most: Exact,
}

/// What a budget is given for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BudgetOf {
    Period(Money),
    EligibleAgent(Money),
}

/// A finding of the lint that the plan's owner accepts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Allow {
    pub rule: String,
    pub why: String,
    pub line: usize,
}

impl Plan {
    /// How measures are weighed when agents are judged.
    pub fn weights(&self) -> Weights {
        let of = Measure::ALL.map(|m| self.weight_of(m).f64());
        let band = |m: Measure| self.measures.iter().find(|p| p.source == Source::Judged(m))?.two_sided.map(Exact::f64);
        Weights { of, bands: Measure::ALL.map(band) }
    }

    /// Weights of the judged measures, in the order of [`Measure::ALL`]; two-sided ones weigh nothing in favour.
    pub fn weight_of(&self, measure: Measure) -> Exact {
        let of = |m: &&PlanMeasure| m.source == Source::Judged(measure);
        self.measures.iter().find(of).map_or(Exact::ZERO, |m| m.weight)
    }

    /// The line on which a key stands, or the one of its table.
    pub fn line(&self, path: &str) -> Option<usize> {
        let mut path = path;
        loop {
            if let Some(line) = self.lines.get(path) {
                return Some(*line);
            }
            path = path.rsplit_once('.')?.0;
        }
    }

    /// Whether the plan is in force for a period that begins on a day.
    pub fn in_force(&self, day: Date) -> bool {
        self.from.is_none_or(|from| from <= day) && self.to.is_none_or(|to| day <= to)
    }
}
