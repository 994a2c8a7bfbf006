//! Short calls from one number to one agent: calls that agents place to themselves.

use super::needs::times;
use super::{Detector, Looked, Numbers, about};
use crate::call_log::NO_CUSTOMER;
use crate::stats::tails::{Side, binomial};
use std::collections::HashMap;

/// Calls up to this are looked at, ms.
const GHOST_MS: u32 = 30_000;
/// From so few calls of one number to one agent on.
const FEWEST: usize = 3;

pub static DETECTOR: Detector = Detector {
    id: "ghost-calls",
    title: "Ghost calls",
    holds: true,
    least_excess: 0.0,
    definition: "Calls under 30 s from one number to one agent, three or more, over all such calls of that number.",
    null: "A number's short calls fall to agents by their share of the short calls that are no such pattern, with one \
           call more for each; exact binomial, corrected for the number of pairs of numbers and agents. Numbers that \
           many customers share are left out.",
    benign: &[
        "a routing that sends a customer back to the same agent",
        "a customer with a bad line who asks for this agent",
        "test calls of the telephony team",
    ],
    look_at: "Whose number it is; what was said.",
    says: |n| {
        format!(
            "{} calls under 30 s came from the same few numbers; {} were to be expected by chance",
            n.observed,
            about(n.expected)
        )
    },
    contact: |_, _| false,
    look: |evidence| {
        times(evidence)?;
        if !evidence.calls.log.tells.customer {
            return Err("customers".into());
        }
        let mut short: Vec<(u64, u32, usize)> = Vec::new();
        let mut all = 0u64;
        let mut of_agent: HashMap<u32, u64> = HashMap::new();
        for i in 0..evidence.calls.log.legs.len() {
            let Some(case) = evidence.calls.case(i).filter(|c| c.connected_ms < GHOST_MS) else { continue };
            all += 1;
            *of_agent.entry(case.agent).or_default() += 1;
            if case.customer != NO_CUSTOMER {
                short.push((case.customer, case.agent, i));
            }
        }
        short.sort_unstable();
        let agents = evidence.cells().len();
        let pairs = short.chunk_by(|a, b| (a.0, a.1) == (b.0, b.1)).count() as f64;
        // What may be the pattern does not make itself likely.
        for pair in short.chunk_by(|a, b| (a.0, a.1) == (b.0, b.1)).filter(|pair| pair.len() >= FEWEST) {
            all -= pair.len() as u64;
            *of_agent.entry(pair[0].1).or_default() -= pair.len() as u64;
        }
        let share_of = |agent: u32| (of_agent[&agent] + 1) as f64 / (all + of_agent.len() as u64) as f64;
        let mut tests: Vec<Option<Numbers>> = vec![None; agents];
        let mut contacts: Vec<Vec<usize>> = vec![Vec::new(); agents];
        for number in short.chunk_by(|a, b| a.0 == b.0) {
            for pair in number.chunk_by(|a, b| a.1 == b.1) {
                let agent = pair[0].1;
                let place = evidence.cells().position(agent).expect("an agent of a case has cells");
                let n = number.len() as u64;
                let share = share_of(agent);
                let p = match pair.len() < FEWEST {
                    true => 1.0,
                    false => (binomial(pair.len() as u64, n, share, Side::Upper) * pairs).min(1.0),
                };
                let test = tests[place].get_or_insert(Numbers { p: 1.0, ..Numbers::default() });
                if p < super::FALSE_DISCOVERIES {
                    test.observed += pair.len() as f64;
                    test.of += n as f64;
                    test.expected += n as f64 * share;
                    contacts[place].extend(pair.iter().map(|(.., leg)| *leg));
                }
                test.p = test.p.min(p);
            }
        }
        for test in tests.iter_mut().flatten().filter(|t| t.observed > 0.0) {
            // Three calls that chance would hardly send are enough: nobody calls himself by mistake.
            *test = Numbers::more(test.observed, test.of, test.expected, test.p);
        }
        Ok(Looked { tests, contacts: Some(contacts), ..Looked::default() })
    },
};

#[cfg(test)]
mod tests {
    use super::*;
    use crate::call_log::Leg;
    use crate::signals::{Durations, Evidence};
    use crate::strata::testing::{SmallLog, call};

    /// The test of agent 0, to whom one number came `calls` times, among agents with four short calls of strangers
    /// each.
    fn tested(calls: u64, agents: u32) -> Numbers {
        let stranger = |agent, i| Leg { customer: u64::from(100 + agent * 4 + i), ..call(agent, 0, i64::from(i), 20) };
        let strangers = (0..agents).flat_map(|agent| (0..4).map(move |i| stranger(agent, i)));
        let ghosts = (0..calls).map(|i| Leg { customer: 7, ..call(0, 0, i as i64 * 86_400, 20) });
        let log = SmallLog::new(&strangers.chain(ghosts).collect::<Vec<Leg>>());
        let evidence = Evidence {
            calls: log.calls(),
            tally: &log.tally(),
            before: None,
            durations: &Durations::default(),
            limit: Err("no limit".into()),
            threads: 1,
        };
        (DETECTOR.look)(&evidence).expect("customers and times").tests[0].expect("short calls")
    }

    #[test]
    fn the_chance_is_a_binomial_one_that_the_pattern_itself_does_not_make_likely() {
        // 40 calls of strangers and one more for each of ten agents: a tenth each. 41 pairs were looked at.
        let found = tested(6, 10);
        assert_eq!((found.observed, found.of), (6.0, 6.0));
        assert!((found.p / (1e-6 * 41.0) - 1.0).abs() < 1e-9 && (found.expected - 0.6).abs() < 1e-9, "{found:?}");
    }

    #[test]
    fn two_calls_of_one_number_are_none() {
        assert_eq!(tested(2, 10), Numbers { p: 1.0, ..Numbers::default() });
    }

    #[test]
    fn one_agent_gets_all_calls_and_nothing_follows_from_it() {
        assert_eq!(tested(9, 1).p, 1.0);
    }
}
