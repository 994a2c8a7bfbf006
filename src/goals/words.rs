//! Goals in words: what is measured, and why there is none.

use super::{Outlook, Span};
use crate::contacts::Match;
use crate::judge::Measure;
use crate::judge::goal::{Lack, Luck};
use crate::metrics::Definitions;
use crate::strata::SHORT_MS;

/// When a goal counts as reached.
pub const REACHED_WHEN: &str = "a goal is judged on the calls of its own period: it lies as far from what the others' results let expect of those calls \
     as it lies here from what they let expect of these";

/// What a measure is, in words.
pub fn definition(measure: Measure, definitions: &Definitions) -> String {
    match measure {
        Measure::Resolution => format!(
            "share of contacts that were settled: not passed on, and {} not back within {} days",
            match definitions.fcr_match {
                Match::Customer => "the customer",
                Match::CustomerQueue => "the customer in the same queue",
                Match::CustomerIssue => "the customer about the same issue",
            },
            f64::from(definitions.fcr_window_ms) / 86_400_000.0
        ),
        Measure::Satisfaction => "share of survey answers that are one of the two best of the scale".to_string(),
        Measure::Outcome => "share of contacts that came out as wanted, of those whose outcome is known".to_string(),
        Measure::HandleTime => {
            format!(
                "talk, hold and after-call work of a call, without calls under {} seconds and calls that were passed on",
                SHORT_MS / 1_000
            )
        }
    }
}

/// What a measure counts.
pub fn things(measure: Measure) -> &'static str {
    match measure {
        Measure::Resolution => "contacts",
        Measure::Satisfaction => "answers",
        Measure::Outcome => "outcomes",
        Measure::HandleTime => "calls",
    }
}

/// The name of a measure for people.
fn name(measure: Measure) -> String {
    measure.id().replace('_', " ")
}

pub fn lack(lack: Lack, measure: Measure) -> String {
    match lack {
        Lack::Source => format!("nothing tells {} here", name(measure)),
        Lack::Difference => {
            "agents differ no more than luck makes them, so that no level is an agent's own".to_string()
        }
        Lack::Peers => "nobody else takes the same kinds of call, so that there is nothing to compare with".to_string(),
        Lack::Room => format!("{} is so good that there is no room for a goal", name(measure)),
        Lack::Results => format!("there are no {} of this agent", things(measure)),
    }
}

/// Why luck would decide, and over what period it would not.
pub fn luck(luck: Luck, measure: Measure, outlook: &Outlook, span: &Span) -> String {
    let things = things(measure);
    let n = outlook.n;
    let why = match luck {
        Luck::Unreliable => format!("{n} {things} in {} decide by luck", span.periods),
        Luck::OneCustomer => format!("of {n} {things} in {} a single one would decide", span.periods),
    };
    let instead = match (outlook.needed, outlook.weeks_needed.and_then(period_of)) {
        (_, Some(period)) => format!("a goal over {period} would do"),
        (Some(needed), None) => format!("it takes {needed} of them, more than a year brings"),
        (None, None) => "no number of them would do".to_string(),
    };
    format!("{why}; {instead}")
}

pub fn keep(measure: Measure) -> String {
    let (much, little) = if measure == Measure::HandleTime { ("long", "short") } else { ("high", "low") };
    format!("neither unusually {much} nor unusually {little}: keep it so")
}

/// The shortest usual period that has so many weeks.
fn period_of(weeks: f64) -> Option<&'static str> {
    const PERIODS: [(f64, &str); 6] = [
        (14.0, "two weeks"),
        (30.0, "a month"),
        (90.0, "a quarter"),
        (181.0, "half a year"),
        (273.0, "three quarters"),
        (365.0, "a year"),
    ];
    PERIODS.into_iter().find(|(days, _)| weeks * 7.0 <= *days).map(|(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn outlook(n: u64, needed: Option<u64>) -> Outlook {
        Outlook {
            level: 0.7,
            n,
            reliability: 0.3,
            needed,
            weeks_needed: needed.map(|needed| needed as f64 / n as f64 * 30.0 / 7.0),
            detectable_steps: 2.0,
            detectable: 0.1,
            half_step: 0.03,
            detect_n: None,
            detect_weeks: None,
            detect_periods: None,
        }
    }

    fn month() -> Span {
        Span {
            label: "2026-04".to_string(),
            basis: "2026-03".to_string(),
            from: date(2026, 4, 1),
            after: date(2026, 5, 1),
            periods: "a month".to_string(),
            pooled: 1,
            judged_days: 31,
        }
    }

    fn said(why: Luck, n: u64, needed: Option<u64>) -> String {
        luck(why, Measure::Satisfaction, &outlook(n, needed), &month())
    }

    #[test]
    fn a_goal_that_luck_would_decide_says_what_period_would_do() {
        assert_eq!(
            said(Luck::Unreliable, 12, Some(108)),
            "12 answers in a month decide by luck; a goal over three quarters would do"
        );
        assert_eq!(
            said(Luck::OneCustomer, 50, Some(96)),
            "of 50 answers in a month a single one would decide; a goal over a quarter would do"
        );
        assert_eq!(
            said(Luck::Unreliable, 3, Some(101)),
            "3 answers in a month decide by luck; it takes 101 of them, more than a year brings"
        );
        assert_eq!(said(Luck::Unreliable, 3, None), "3 answers in a month decide by luck; no number of them would do");
    }

    #[test]
    fn periods_are_named_as_people_name_them() {
        let names = [1.9, 4.0, 4.3, 12.9, 20.0, 39.0, 52.0, 53.0].map(period_of);
        let expected = [
            Some("two weeks"),
            Some("a month"),
            Some("a quarter"),
            Some("half a year"),
            Some("half a year"),
            Some("three quarters"),
            Some("a year"),
            None,
        ];
        assert_eq!(names, expected);
    }
}
