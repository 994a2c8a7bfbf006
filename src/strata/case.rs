//! One leg as it is judged: what was done, and what came of it.

use crate::call_log::{CallLog, MISSING, NO_CUSTOMER, NO_SCORE, Outcome, SurveySource, flag};
use crate::contacts::{FollowUp, Period};

/// A customer who is on the line for less than this was hardly helped, ms.
pub const SHORT_MS: u32 = 15_000;
/// A transfer before this is a blind one: nobody asked what it is about, ms.
pub const BLIND_MS: u32 = 60_000;

/// What is looked at, and what is known about it.
#[derive(Clone, Copy)]
pub struct Calls<'a> {
    pub log: &'a CallLog,
    pub next: &'a FollowUp,
    /// A customer who comes back within this was not helped, ms.
    pub window_ms: u32,
    /// The period that is judged; what follows it is still follow-up.
    pub period: Option<Period>,
}

/// A leg that an agent took.
#[derive(Debug, Clone, Copy)]
pub struct Case {
    /// Entry of the log.
    pub leg: usize,
    pub agent: u32,
    pub queue: u32,
    pub issue: u32,
    /// Start of the contact, ms UTC.
    pub start_ms: i64,
    /// The contact came from another agent.
    pub received: bool,
    pub transferred: bool,
    /// Talk and hold: the time with the customer, ms, or [`MISSING`].
    pub connected_ms: u32,
    pub handle_ms: u32,
    pub acw_ms: u32,
    /// Who called, or [`NO_CUSTOMER`] where nobody knows, or where the number is a switchboard's.
    pub customer: u64,
    /// Time to the customer's next contact, ms, or [`MISSING`].
    pub gap_ms: u32,
    /// How long after the contact the files tell what happened, ms.
    pub follow_up_ms: i64,
    /// The customer called again within half an hour, whatever it was about.
    pub redialled: bool,
    pub coded: Option<bool>,
    pub surveyed: bool,
    pub top_two: bool,
    /// Who asked for the answer.
    pub survey_source: Option<SurveySource>,
    /// The agent decided the contact, and its outcome was the wanted one; `None` where another did, or it is not known.
    pub outcome: Option<bool>,
    window_ms: u32,
}

impl Calls<'_> {
    /// The issue of leg `i`, where agents cannot choose it.
    pub fn issue(&self, i: usize) -> u32 {
        if self.log.tells.issue_is_fair { self.log.legs.issue.get(i) } else { MISSING }
    }

    /// Leg `i` rang at its agent, in the period, and was not taken.
    pub fn rang(&self, i: usize) -> bool {
        let bits = self.log.legs.flags(i);
        bits & (flag::RANG | flag::DUPLICATE | flag::OUTSIDE) == flag::RANG
            && self.in_period(self.log.legs.start_ms.get(i))
    }

    #[inline]
    fn in_period(&self, start_ms: i64) -> bool {
        self.period.is_none_or(|p| p.from_ms <= start_ms && start_ms < p.to_ms)
    }

    /// Leg `i` as a case, `None` where it is nobody's, double, or outside the period.
    #[inline]
    pub fn case(&self, i: usize) -> Option<Case> {
        let legs = &self.log.legs;
        let bits = legs.flags(i);
        let agent = legs.agent.get(i);
        if bits & (flag::ANSWERED | flag::DUPLICATE | flag::OUTSIDE) != flag::ANSWERED || agent == MISSING {
            return None;
        }
        let start_ms = legs.start_ms.get(i);
        if !self.in_period(start_ms) {
            return None;
        }
        let head = self.log.head_of(i);
        let handle_ms = legs.handle_ms.get(i);
        let acw_ms = legs.acw_ms.get(i);
        let known = legs.customer.get(head);
        let customer = if self.next.is_switchboard(head) { NO_CUSTOMER } else { known };
        Some(Case {
            leg: i,
            agent,
            queue: legs.queue.get(i),
            issue: self.issue(i),
            start_ms,
            received: head != i,
            transferred: bits & flag::TRANSFERRED != 0,
            connected_ms: legs.with_customer(i),
            handle_ms,
            acw_ms,
            customer,
            gap_ms: self.next.next_ms(head),
            follow_up_ms: self.next.end_ms - start_ms,
            redialled: customer != NO_CUSTOMER && self.next.redialled(head),
            coded: match bits & (flag::CODED_RESOLVED | flag::CODED_UNRESOLVED) {
                0 => None,
                coded => Some(coded & flag::CODED_RESOLVED != 0),
            },
            surveyed: legs.score.get(i) != NO_SCORE,
            top_two: bits & flag::TOP_TWO != 0,
            survey_source: legs.survey_source.get(i),
            outcome: match legs.outcome.get(i) {
                None | Some(Outcome::OfAnother) => None,
                Some(outcome) => Some(outcome == Outcome::Met),
            },
            window_ms: self.window_ms,
        })
    }
}

impl Case {
    /// The customer's line was closed within seconds, and not to pass the call on.
    pub fn short(&self) -> bool {
        self.connected_ms < SHORT_MS && !self.transferred
    }

    /// Fit for comparing handle times: neither cut short nor another agent's to finish. The time is positive.
    pub fn timed(&self) -> bool {
        self.handle_ms != MISSING
            && self.handle_ms > 0
            && (self.connected_ms == MISSING || self.connected_ms >= SHORT_MS)
            && !self.transferred
    }

    /// After-call work that can be compared.
    pub fn worked_after(&self) -> bool {
        self.acw_ms != MISSING && self.acw_ms > 0 && self.timed()
    }

    /// Whether the customer came back can be told: who called is known.
    pub fn followed(&self) -> bool {
        self.customer != NO_CUSTOMER
    }

    /// The customer came back within the window.
    pub fn repeated(&self) -> bool {
        self.followed() && self.gap_ms != MISSING && self.gap_ms <= self.window_ms
    }

    /// The window has passed, so that what happened is all known.
    pub fn decided(&self) -> bool {
        self.followed() && self.follow_up_ms >= i64::from(self.window_ms)
    }

    pub fn blind(&self) -> bool {
        self.transferred && self.connected_ms < BLIND_MS
    }

    /// A survey could have followed.
    pub fn eligible(&self) -> bool {
        !self.short() && !self.transferred
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::call_log::Leg;
    use crate::strata::testing::{SmallLog, call};

    #[test]
    fn the_time_with_the_customer_is_talk_and_hold_or_unknown() {
        let with = |handle_ms, talk_ms, hold_ms, acw_ms| {
            let log = SmallLog::new(&[Leg { handle_ms, talk_ms, hold_ms, acw_ms, ..call(1, 0, 0, 0) }]);
            let case = log.calls().case(0).unwrap();
            (case.connected_ms, case.short())
        };
        assert_eq!(with(90_000, MISSING, MISSING, MISSING), (90_000, false));
        assert_eq!(with(90_000, MISSING, MISSING, 80_000), (10_000, true));
        // The source's own handle time may be less than its parts.
        assert_eq!(with(10_000, MISSING, MISSING, 60_000), (MISSING, false));
        assert_eq!(with(MISSING, 9_000, MISSING, MISSING), (9_000, true));
        assert_eq!(with(MISSING, 9_000, 40_000, 3_000), (49_000, false));
        assert_eq!(with(MISSING, MISSING, 40_000, 3_000), (MISSING, false));
    }
}
