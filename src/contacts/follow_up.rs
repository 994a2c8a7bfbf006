//! Each customer's contacts one after the other: what followed a contact, and who called.

use super::Match;
use super::buckets::{SmallMap, in_parallel, partition};
use crate::call_log::{CallLog, MISSING, NO_CUSTOMER, flag};
use std::sync::atomic::{AtomicU8, AtomicU32, Ordering};
use xxhash_rust::xxh3::xxh3_64;

/// A customer who calls again within this had not been helped by a call of seconds, ms.
const REDIAL_MS: i64 = 30 * 60_000;
/// Contacts in 30 days from which on a number may be a switchboard's, if more than [`SWITCHBOARD_AGENTS`] took them.
/// Share of false repeats with and without the rule: docs/decisions.md.
const SWITCHBOARD_CONTACTS: i64 = 12;
const SWITCHBOARD_AGENTS: usize = 3;

const REDIALLED: u8 = 1;
const SWITCHBOARD: u8 = 2;

/// What is known of what followed each contact.
#[derive(Debug)]
pub struct FollowUp {
    /// For each leg that is a head: ms to the customer's next contact, [`MISSING`] if none follows.
    next_ms: Vec<AtomicU32>,
    /// For each leg that is a head: bits of what is known of the caller.
    marks: Vec<AtomicU8>,
    /// Start of the last contact in the files, ms UTC: what comes after it nobody knows.
    pub end_ms: i64,
}

impl FollowUp {
    /// Time to the next contact of head `i`, ms, or [`MISSING`].
    #[inline(always)]
    pub fn next_ms(&self, i: usize) -> u32 {
        self.next_ms[i].load(Ordering::Relaxed)
    }

    /// The customer of head `i` called again within half an hour, whatever it was about.
    #[inline]
    pub fn redialled(&self, i: usize) -> bool {
        self.marks[i].load(Ordering::Relaxed) & REDIALLED != 0
    }

    /// The number of head `i` is a switchboard's: many customers share it, so that a later contact need not be the
    /// same customer's.
    #[inline]
    pub fn is_switchboard(&self, i: usize) -> bool {
        self.marks[i].load(Ordering::Relaxed) & SWITCHBOARD != 0
    }
}

/// Finds each contact's next contact: the same customer's (and queue's or issue's) first one that starts later. And
/// who redialled at once, and which numbers are switchboards.
pub fn follow_up(log: &CallLog, by: Match, threads: usize) -> FollowUp {
    let legs = &log.legs;
    let next_ms: Vec<AtomicU32> = std::iter::repeat_with(|| AtomicU32::new(MISSING)).take(legs.len()).collect();
    let marks: Vec<AtomicU8> = std::iter::repeat_with(|| AtomicU8::new(0)).take(legs.len()).collect();
    let starts = legs.start_ms.values();
    // Of contacts, not of records: a leg delivered twice keeps a later start of its own.
    let heads = starts.iter().zip(legs.flags.values()).filter(|(_, bits)| **bits & flag::HEAD != 0);
    let (first_ms, end_ms) =
        heads.fold((i64::MAX, i64::MIN), |(first, last), (start, _)| (first.min(*start), last.max(*start)));
    let customers = legs.customer.values();
    if customers.is_empty() || first_ms > end_ms {
        return FollowUp { next_ms, marks, end_ms };
    }
    let days = (end_ms - first_ms) / 86_400_000 + 1;
    let many = (SWITCHBOARD_CONTACTS * days / 30).max(SWITCHBOARD_CONTACTS) as u32;
    let is_head = |i: usize| legs.flags(i) & flag::HEAD != 0;
    let customer = |i: usize| (is_head(i) && customers[i] != NO_CUSTOMER).then(|| customers[i]);
    let parts = partition(legs.len(), threads, customer);
    let mark = |i: u32, bit: u8| _ = marks[i as usize].fetch_or(bit, Ordering::Relaxed);
    in_parallel(&parts, threads, |entries, _: &mut Vec<u32>| {
        let mut contacts: Vec<Contact> = entries
            .iter()
            .map(|(customer, i)| Contact { start: starts[*i as usize], customer: *customer, leg: *i })
            .collect();
        // Exports are in the order of time as a rule.
        if !contacts.is_sorted_by_key(|c| c.start) {
            contacts.sort_unstable_by_key(|c| c.start);
        }
        let about = |c: &Contact| match by {
            Match::Customer => c.customer,
            Match::CustomerQueue => key(c.customer, legs.queue.get(c.leg as usize)),
            Match::CustomerIssue => key(c.customer, legs.issue.get(c.leg as usize)),
        };
        following(&contacts, about, |contact, gap| {
            let gap = u32::try_from(gap).unwrap_or(MISSING - 1).min(MISSING - 1);
            next_ms[contact.leg as usize].store(gap, Ordering::Relaxed);
        });
        following(
            &contacts,
            |c| c.customer,
            |contact, gap| {
                if gap <= REDIAL_MS {
                    mark(contact.leg, REDIALLED);
                }
            },
        );
        for number in called_often(&contacts, many) {
            let of_number = || contacts.iter().filter(|c| c.customer == number).map(|c| c.leg);
            let mut agents: Vec<u32> = of_number().map(|leg| legs.agent.get(leg as usize)).collect();
            agents.retain(|agent| *agent != MISSING);
            agents.sort_unstable();
            agents.dedup();
            if agents.len() > SWITCHBOARD_AGENTS {
                of_number().for_each(|leg| mark(leg, SWITCHBOARD));
            }
        }
    });
    FollowUp { next_ms, marks, end_ms }
}

/// A contact of a known customer, by its head.
struct Contact {
    start: i64,
    customer: u64,
    leg: u32,
}

/// A key of a customer and what a contact is about.
fn key(customer: u64, about: u32) -> u64 {
    let mut both = [0u8; 12];
    both[..8].copy_from_slice(&customer.to_le_bytes());
    both[8..].copy_from_slice(&about.to_le_bytes());
    xxh3_64(&both)
}

/// The earliest contact of a key met on the way back, and the one after it.
#[derive(Debug, Clone, Copy)]
struct Seen {
    start: i64,
    later: Option<i64>,
}

/// Tells of each contact in the order of time how long after it the next one of the same key starts, if one does.
fn following(contacts: &[Contact], key: impl Fn(&Contact) -> u64, tell: impl Fn(&Contact, i64)) {
    let mut seen: SmallMap<Seen> = SmallMap::new(contacts.len());
    for contact in contacts.iter().rev() {
        let seen = seen.entry(key(contact), Seen { start: contact.start, later: None });
        if contact.start < seen.start {
            *seen = Seen { start: contact.start, later: Some(seen.start) };
        }
        if let Some(later) = seen.later {
            tell(contact, later - contact.start);
        }
    }
}

/// Customers with more than `many` contacts.
fn called_often(contacts: &[Contact], many: u32) -> Vec<u64> {
    let mut counts: SmallMap<u32> = SmallMap::new(contacts.len());
    let mut often = Vec::new();
    for contact in contacts {
        let count = counts.entry(contact.customer, 0);
        *count += 1;
        if *count == many + 1 {
            often.push(contact.customer);
        }
    }
    often
}
