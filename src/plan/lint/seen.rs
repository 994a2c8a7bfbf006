//! What calls say of a plan, for the rules that ask.

use super::subject::Subject;
use crate::judge::Measure;
use crate::metrics::Dimension;
use crate::plan::{Exact, Maturity, Plan, Source};

/// What the calls of some agents say of a plan.
#[derive(Debug, Clone, PartialEq)]
pub struct Seen {
    /// Weeks that the calls are of, and that the plan wants to rest on.
    pub weeks: f64,
    pub planned_weeks: f64,
    /// Every measure that the calls tell anything of.
    pub measures: Vec<SeenMeasure>,
    /// The named levels of the plan's curves, in the order of the plan.
    pub levels: Vec<SeenLevel>,
    pub surveys: Surveys,
}

/// What calls can say of agents by a measure.
#[derive(Debug, Clone, PartialEq)]
pub struct SeenMeasure {
    pub measure: Measure,
    /// False where agents differ no more than luck makes them.
    pub told_apart: bool,
    /// Contacts, answers or calls of the middle agent, in all weeks.
    pub n: f64,
    /// Reliability for the middle agent over the span that a payment of the plan rests on.
    pub reliability: f64,
    /// Weeks of calls until the middle agent's reliability is one half, and until it is enough for money by itself;
    /// `None` where no number of weeks would do.
    pub weeks_for_half: Option<f64>,
    pub weeks_for_money: Option<f64>,
}

/// A level of a curve, and how many agents are truly there.
#[derive(Debug, Clone, PartialEq)]
pub struct SeenLevel {
    /// The path of its key.
    pub key: String,
    /// The measure that it is of; `None` for the score.
    pub measure: Option<String>,
    pub name: String,
    pub place: Place,
    pub value: Exact,
    /// Share of the agents whose true level reaches it.
    pub reached: f64,
    /// The value that as many reach as is usual.
    pub usual: Exact,
}

/// Where in its curve a level stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    Threshold,
    Target,
    Stretch,
}

impl Place {
    /// Share of agents from which to which a level is neither out of reach nor a part of the salary.
    pub fn sound(self) -> (f64, f64) {
        match self {
            Place::Threshold => (0.3, 1.0),
            Place::Target => (0.15, 0.85),
            Place::Stretch => (0.02, 0.5),
        }
    }

    /// Share of agents that a level is usually set for: lowest and highest; B. R. Ellig, Auroch Solutions.
    pub fn usual(self) -> (f64, f64) {
        match self {
            Place::Threshold => (0.9, 0.9),
            Place::Target => (0.4, 0.5),
            Place::Stretch => (0.1, 0.2),
        }
    }
}

/// Who asked for survey answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Surveys {
    /// There are none.
    None,
    /// The source does not tell.
    NotTold,
    /// Answers of which it is known, and those of them that the agent asked for.
    Told { known: u64, by_agents: u64 },
}

impl Seen {
    /// The levels of maturity by which the calls of a year or less can tell agents apart.
    pub fn maturities(&self) -> Vec<Maturity> {
        let in_a_year = |m: &&SeenMeasure| smallest_span(m.weeks_for_half).is_some();
        let mut levels: Vec<Maturity> =
            self.measures.iter().filter(in_a_year).filter_map(|m| Source::Judged(m.measure).maturity()).collect();
        levels.sort();
        levels
    }

    pub fn measure(&self, measure: Measure) -> Option<&SeenMeasure> {
        self.measures.iter().find(|m| m.measure == measure)
    }
}

/// The judged measure that tells what a source is about, luck and kinds of call taken out; `None` where there is none.
pub fn judged_by(source: &Source) -> Option<Measure> {
    let id = match (source, Subject::of(source)) {
        (Source::Judged(measure), _) => return Some(*measure),
        (_, Subject::Resolution) => "resolution",
        (_, Subject::Satisfaction) => "satisfaction",
        (_, Subject::HandleTime) => "handle_time",
        _ => return None,
    };
    Measure::ALL.into_iter().find(|m| m.id() == id)
}

/// Weeks of calls that a payment of the plan rests on.
pub fn weeks_of(plan: &Plan) -> f64 {
    weeks_in(plan.period) * f64::from(plan.pooled)
}

/// Weeks in a period, a year having 365.2425 days.
pub fn weeks_in(period: Dimension) -> f64 {
    const YEAR: f64 = 365.2425 / 7.0;
    match period {
        Dimension::Week => 1.0,
        Dimension::Quarter => YEAR / 4.0,
        _ => YEAR / 12.0,
    }
}

/// The smallest usual span that has so many weeks; `None` where a year has not.
pub fn smallest_span(weeks: Option<f64>) -> Option<&'static str> {
    let month = weeks_in(Dimension::Month);
    let spans =
        [("week", 1.0), ("month", month), ("quarter", 3.0 * month), ("half-year", 6.0 * month), ("year", 12.0 * month)];
    let weeks = weeks?;
    spans.into_iter().find(|(_, span)| weeks <= *span).map(|(name, _)| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_smallest_span_is_never_shorter_than_what_is_needed() {
        let span = |weeks| smallest_span(Some(weeks));
        assert_eq!(
            [span(0.3), span(1.01), span(4.3), span(4.4)],
            [Some("week"), Some("month"), Some("month"), Some("quarter")]
        );
        assert_eq!([span(13.1), span(27.0), span(53.0)], [Some("half-year"), Some("year"), None]);
        assert_eq!(smallest_span(None), None);
    }

    #[test]
    fn raw_metrics_are_told_by_what_is_judged_of_the_same_thing() {
        let of = |word| judged_by(&Source::of(word).unwrap()).map(Measure::id);
        assert_eq!(
            [of("csat"), of("aht_s"), of("fcr")],
            [Some("satisfaction"), Some("handle_time"), Some("resolution")]
        );
        assert_eq!([of("handled"), of("fcr_coded"), of("figure.quality")], [None, None, None]);
        assert_eq!(of("resolution"), Some("resolution"));
    }
}
