//! What became of each of an agent's calls: for which measures it counts, and why not for others.

use crate::strata::Calls;

/// An agent's calls, counted by what they count for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counted {
    pub handled: u64,
    /// Every handled call is one of these four: passed on, ended within 15 s, without a handle time, or compared.
    pub passed_on: u64,
    pub short: u64,
    pub no_time: u64,
    pub timed: u64,
    /// Or one of these three: nobody knows who called, many share the number, or judged by what followed.
    pub unknown_customer: u64,
    pub switchboard: u64,
    pub followed: u64,
    /// Of those judged: passed on; not passed on, and the customer came back; and what is left, settled so far.
    pub followed_passed_on: u64,
    pub came_back: u64,
    /// Came back, of those whose time to come back has passed.
    pub came_back_decided: u64,
    /// Of those judged: the time to come back has not passed when the files end.
    pub undecided: u64,
    pub surveyed: u64,
    pub good_answers: u64,
    /// Contacts that the agent decided and whose outcome is known; and those with the wanted one.
    pub outcomes: u64,
    pub wanted: u64,
}

/// Counts the calls of an agent, the id of the dictionary.
pub fn counted(calls: &Calls<'_>, agent: u32) -> Counted {
    let mut found = Counted::default();
    let log = calls.log;
    for i in (0..log.legs.len()).filter(|i| log.legs.agent.get(*i) == agent) {
        found.count(calls, i);
    }
    found
}

/// Counts the calls of every agent in one pass, by the ids of the dictionary.
pub fn counted_of_all(calls: &Calls<'_>) -> Vec<Counted> {
    let log = calls.log;
    let mut found = vec![Counted::default(); log.names.agent.len()];
    for i in 0..log.legs.len() {
        if let Some(of) = found.get_mut(log.legs.agent.get(i) as usize) {
            of.count(calls, i);
        }
    }
    found
}

impl Counted {
    /// Counts a leg of the agent.
    fn count(&mut self, calls: &Calls<'_>, leg: usize) {
        let Some(case) = calls.case(leg) else { return };
        let one = |is: bool| u64::from(is);
        self.handled += 1;
        match () {
            _ if case.transferred => self.passed_on += 1,
            _ if case.short() => self.short += 1,
            _ if case.timed() => self.timed += 1,
            _ => self.no_time += 1,
        }
        if case.followed() {
            self.followed += 1;
            self.undecided += one(!case.decided());
            self.followed_passed_on += one(case.transferred);
            let came_back = case.repeated() && !case.transferred;
            self.came_back += one(came_back);
            self.came_back_decided += one(came_back && case.decided());
        } else if calls.next.is_switchboard(calls.log.head_of(leg)) {
            self.switchboard += 1;
        } else {
            self.unknown_customer += 1;
        }
        self.surveyed += one(case.surveyed);
        self.good_answers += one(case.surveyed && case.top_two);
        self.outcomes += one(case.outcome.is_some());
        self.wanted += one(case.outcome == Some(true));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::call_log::{Leg, flag};
    use crate::strata::testing::{SmallLog, call, end};

    #[test]
    fn every_call_is_counted_once_and_as_in_the_tally() {
        let mut legs = Vec::new();
        for i in 0..60u32 {
            let mut leg = call(i % 3, 0, i64::from(i) * 3_600, 10 + 5 * (i % 7));
            leg.customer = u64::from(i % 11);
            if i % 5 == 0 {
                leg.flags |= flag::TRANSFERRED;
            }
            if i % 13 == 0 {
                leg.handle_ms = u32::MAX;
            }
            if i % 4 == 0 {
                leg.score = 300;
                leg.flags |= if i % 8 == 0 { flag::TOP_TWO } else { 0 };
            }
            legs.push(Leg { ..leg });
        }
        legs.push(end(5 * 86_400));
        let log = SmallLog::new(&legs);
        let tally = log.tally();
        for agent in tally.cells.agents() {
            let c = counted(&log.calls(), agent.agent);
            assert_eq!(counted_of_all(&log.calls())[agent.agent as usize], c);
            let totals = agent.totals();
            assert_eq!(c.handled, c.passed_on + c.short + c.no_time + c.timed);
            assert_eq!(c.handled, c.unknown_customer + c.switchboard + c.followed);
            let counts =
                [totals.handled, totals.transferred, totals.short, totals.timed, totals.followed, totals.failed];
            let found = [c.handled, c.passed_on, c.short, c.timed, c.followed, c.followed_passed_on + c.came_back];
            assert_eq!(found, counts.map(u64::from));
            assert_eq!((c.surveyed, c.good_answers), (totals.surveyed.into(), totals.top_two.into()));
            assert_eq!(c.followed - c.undecided, u64::from(totals.decided));
        }
    }
}
