//! What is measured: definitions, the catalogue of metrics, and measurement into [`Facts`].

pub mod catalogue;
mod facts;

pub use facts::{Dimension, Facts, Group, Totals, measure};

use crate::contacts::Match;

/// How abandoned contacts count in the service level. The names are those of `--sl-formula`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ServiceLevel {
    AnsweredOnly,
    AbandonsMissed,
    AbandonsWithinThresholdExcluded,
    AbandonsWithinThresholdMet,
    ShortAbandonsExcluded,
    ShortAbandonsMet,
}

impl ServiceLevel {
    pub const ALL: [ServiceLevel; 6] = [
        ServiceLevel::AnsweredOnly,
        ServiceLevel::AbandonsMissed,
        ServiceLevel::AbandonsWithinThresholdExcluded,
        ServiceLevel::AbandonsWithinThresholdMet,
        ServiceLevel::ShortAbandonsExcluded,
        ServiceLevel::ShortAbandonsMet,
    ];

    /// Name, formula for people, and numerator and denominator as SQL over `contacts`.
    const fn facts(self) -> (&'static str, &'static str, &'static str, &'static str) {
        match self {
            ServiceLevel::AnsweredOnly => ("answered-only", "AN<=T / AN", AN_T, AN),
            ServiceLevel::AbandonsMissed => ("abandons-missed", "AN<=T / (AN + AB)", AN_T, AN_AB),
            ServiceLevel::AbandonsWithinThresholdExcluded => {
                ("abandons-within-threshold-excluded", "AN<=T / (AN + AB - AB<=T)", AN_T, AN_AB_LESS_T)
            }
            ServiceLevel::AbandonsWithinThresholdMet => {
                ("abandons-within-threshold-met", "(AN<=T + AB<=T) / (AN + AB)", AN_T_AB_T, AN_AB)
            }
            ServiceLevel::ShortAbandonsExcluded => {
                ("short-abandons-excluded", "AN<=T / (AN + AB - AB<=S)", AN_T, AN_AB_LESS_S)
            }
            ServiceLevel::ShortAbandonsMet => ("short-abandons-met", "(AN<=T + AB<=S) / (AN + AB)", AN_T_AB_S, AN_AB),
        }
    }

    pub fn name(self) -> &'static str {
        self.facts().0
    }

    /// The formula, for people.
    pub fn formula(self) -> &'static str {
        self.facts().1
    }

    /// The formula as an SQL expression over the relation `contacts`.
    pub fn sql(self) -> String {
        let (_, _, numerator, denominator) = self.facts();
        format!("{numerator} * 1.0 / nullif({denominator}, 0)")
    }

    pub fn parse(name: &str) -> Option<ServiceLevel> {
        ServiceLevel::ALL.into_iter().find(|f| f.name() == name)
    }

    /// Contacts that met the level, and contacts that count, of a group's totals.
    pub fn parts(self, t: &Totals) -> (u64, u64) {
        let (an, ab) = (t.answered_waits, t.abandoned);
        match self {
            ServiceLevel::AnsweredOnly => (t.answered_in_time, an),
            ServiceLevel::AbandonsMissed => (t.answered_in_time, an + ab),
            ServiceLevel::AbandonsWithinThresholdExcluded => (t.answered_in_time, an + ab - t.abandoned_in_time),
            ServiceLevel::AbandonsWithinThresholdMet => (t.answered_in_time + t.abandoned_in_time, an + ab),
            ServiceLevel::ShortAbandonsExcluded => (t.answered_in_time, an + ab - t.short_abandoned),
            ServiceLevel::ShortAbandonsMet => (t.answered_in_time + t.short_abandoned, an + ab),
        }
    }
}

const AN: &str = "count(*) FILTER (answered AND wait_ms IS NOT NULL)";
const AN_T: &str = "count(*) FILTER (answered AND wait_ms <= :sl_ms)";
const AN_AB: &str = "count(*) FILTER (abandoned OR answered AND wait_ms IS NOT NULL)";
const AN_AB_LESS_T: &str =
    "count(*) FILTER (abandoned AND (wait_ms IS NULL OR wait_ms > :sl_ms) OR answered AND wait_ms IS NOT NULL)";
const AN_AB_LESS_S: &str =
    "count(*) FILTER (abandoned AND (wait_ms IS NULL OR wait_ms > :short_ms) OR answered AND wait_ms IS NOT NULL)";
const AN_T_AB_T: &str = "count(*) FILTER ((answered OR abandoned) AND wait_ms <= :sl_ms)";
const AN_T_AB_S: &str = "count(*) FILTER (answered AND wait_ms <= :sl_ms OR abandoned AND wait_ms <= :short_ms)";

/// The choices behind the metrics; every output says which were made.
#[derive(Debug, Clone)]
pub struct Definitions {
    /// T: a wait up to this counts as in time, ms.
    pub sl_ms: u32,
    pub sl_formula: ServiceLevel,
    /// S: a contact abandoned within this is a short abandon, ms.
    pub short_abandon_ms: u32,
    /// A contact that comes back within this is a repeat, ms.
    pub fcr_window_ms: u32,
    pub fcr_match: Match,
    /// Length of an interval, ms.
    pub interval_ms: i64,
    /// The service level of single agents was asked for.
    pub sl_by_agent: bool,
}

impl Default for Definitions {
    fn default() -> Self {
        Definitions {
            sl_ms: 20_000,
            sl_formula: ServiceLevel::ShortAbandonsExcluded,
            short_abandon_ms: 5_000,
            fcr_window_ms: 7 * 86_400_000,
            fcr_match: Match::Customer,
            interval_ms: 30 * 60_000,
            sl_by_agent: false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_six_formulas_give_the_worked_example() {
        // AN 1000, AB 60, AN<=20 860, AB<=20 20, AB<=5 10; ICMI QueueTips 2005.
        let totals = Totals {
            answered_waits: 1_000,
            abandoned: 60,
            answered_in_time: 860,
            abandoned_in_time: 20,
            short_abandoned: 10,
            ..Totals::default()
        };
        let shown: Vec<String> = ServiceLevel::ALL
            .into_iter()
            .map(|formula| {
                let (met, of) = formula.parts(&totals);
                format!("{:.2}", met as f64 / of as f64 * 100.0)
            })
            .collect();
        assert_eq!(shown, ["86.00", "81.13", "82.69", "83.02", "81.90", "82.08"]);
    }
}
