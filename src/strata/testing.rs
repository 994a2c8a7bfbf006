//! Small logs for tests.

use super::{Calls, Component, Tally, components, day_blocks, tally};
use crate::call_log::{CallLog, Leg, Legs, Names, Tells, flag};
use crate::contacts::{FollowUp, Match, assemble, follow_up};
use crate::intake::Intake;

const WINDOW_MS: u32 = 7 * super::DAY_MS as u32;

/// A log that was put together as a file's would be.
pub struct SmallLog {
    pub log: CallLog,
    next: FollowUp,
}

/// A call that an agent took, so many seconds after 1970 began.
pub fn call(agent: u32, queue: u32, start_s: i64, talk_s: u32) -> Leg {
    let start_ms = start_s * 1_000;
    Leg { agent, queue, start_ms, handle_ms: talk_s * 1_000, flags: flag::ANSWERED, ..Leg::default() }
}

/// A contact that nobody took, which the files end with.
pub fn end(start_s: i64) -> Leg {
    Leg { start_ms: start_s * 1_000, flags: flag::ABANDONED, ..Leg::default() }
}

impl SmallLog {
    /// Legs that name no contact are one each.
    pub fn new(legs: &[Leg]) -> SmallLog {
        let mut all = Legs::default();
        for (i, leg) in legs.iter().enumerate() {
            all.push(&Leg { contact: if leg.contact == 0 { 1_000_000 + i as u64 } else { leg.contact }, ..*leg });
        }
        let names = |prefix: &str| (0..100).map(|i| format!("{prefix}{i:02}").into()).collect::<Vec<Box<str>>>();
        let mut log = CallLog {
            legs: all,
            names: Names { agent: names("agent "), queue: names("queue "), ..Names::default() },
            tells: Tells { customer: true, handle: true, ..Tells::default() },
            file_starts: std::iter::once((0, 0)).collect(),
            scales: Vec::new(),
            zone: jiff::tz::TimeZone::UTC,
        };
        let mut intake = Intake { rows: legs.len() as u64, ..Intake::default() };
        for leg in legs {
            intake.count(crate::intake::Reason::Kept, crate::intake::Place { file: 0, line: leg.line });
        }
        assemble(&mut log, &mut intake, None, 1);
        let next = follow_up(&log, Match::Customer, 1);
        SmallLog { log, next }
    }

    pub fn calls(&self) -> Calls<'_> {
        Calls { log: &self.log, next: &self.next, window_ms: WINDOW_MS, period: None }
    }

    pub fn tally(&self) -> Tally {
        tally(&self.calls(), &day_blocks(&self.log, 2), None, 2)
    }

    pub fn components(&self, tally: &Tally) -> Vec<Component> {
        components(&tally.cells, &self.log)
    }
}
