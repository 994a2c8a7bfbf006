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
    null: "A number's short calls fall to agents by their share of all short calls; exact binomial, corrected for the \
           number of pairs of numbers and agents. Numbers that many customers share are left out.",
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
        let places: HashMap<u32, usize> = evidence.cells().agents().enumerate().map(|(i, a)| (a.agent, i)).collect();
        let pairs = short.chunk_by(|a, b| (a.0, a.1) == (b.0, b.1)).count() as f64;
        let mut tests: Vec<Option<Numbers>> = places.keys().map(|_| None).collect();
        let mut contacts: Vec<Vec<usize>> = vec![Vec::new(); places.len()];
        for number in short.chunk_by(|a, b| a.0 == b.0) {
            for pair in number.chunk_by(|a, b| a.1 == b.1) {
                let agent = pair[0].1;
                let place = places[&agent];
                let n = number.len() as u64;
                let share = of_agent[&agent] as f64 / all as f64;
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
