//! Legs into contacts, and each contact's next contact of the same customer.
//!
//! A contact is offered, answered or abandoned once, however many legs it has. One leg stands for it, its
//! head: the first that an agent answered, or the last if nobody did. The head carries what is the contact's:
//! the wait until the first answer and the customer. All legs carry the contact's start, so that a contact and
//! its legs are counted in the same hour. A leg of an agent who was rung and did not answer belongs to the contact
//! and changes nothing of it.

mod buckets;
mod follow_up;

pub use follow_up::{FollowUp, follow_up};

use crate::call_log::{CallLog, Legs, MISSING, NO_CUSTOMER, Outcome, flag};
use crate::intake::{Intake, Place, Reason};
use buckets::{SmallMap, in_parallel, partition};

/// What two contacts must share beside the customer for the later one to be a repeat of the earlier.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Match {
    Customer,
    CustomerQueue,
    CustomerIssue,
}

/// A period of time, ms UTC: from the first, before the second.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Period {
    pub from_ms: i64,
    pub to_ms: i64,
}

/// Removes duplicate records, makes contacts of legs and books what is outside the period.
pub fn assemble(log: &mut CallLog, intake: &mut Intake, period: Option<Period>, threads: usize) {
    let count = log.legs.len();
    if count == 0 {
        return;
    }
    let mut shared = legs_that_share_a_contact(&log.legs, threads);
    let flags = &mut log.legs.flags;
    if flags.is_absent() {
        flags.set(count, 0, flag::HEAD); // makes the column exist
    }
    for bits in flags.values_mut() {
        *bits |= flag::HEAD;
    }
    let mut duplicates = Vec::new();
    shared.sort_unstable_by_key(|i| (content_order(&log.legs, *i as usize), *i));
    let keys = &log.legs.contact;
    let told = log.tells.transferred;
    let mut joined = false;
    let contacts: Vec<&[u32]> = shared.chunk_by(|a, b| keys.get(*a as usize) == keys.get(*b as usize)).collect();
    for contact in contacts {
        let legs = drop_duplicates(&log.legs, contact, &mut duplicates);
        joined |= join(&mut log.legs, legs, told);
    }
    let met = log.legs.flags.values().iter().fold(0, |met, bits| met | bits);
    log.tells.transferred |= joined;
    log.tells.abandoned |= met & flag::ABANDONED != 0;
    log.tells.rang |= met & flag::RANG != 0;
    let place = |log: &CallLog, i: usize| Place { file: log.file_of(i) as u32, line: log.legs.line.get(i) };
    for i in duplicates {
        let bits = log.legs.flags.get(i);
        log.legs.flags.set(count, i, (bits | flag::DUPLICATE) & !flag::HEAD);
        intake.leave_out(Reason::Duplicate, place(log, i));
    }
    if let Some(period) = period {
        leave_out_others(log, intake, period);
    }
}

/// Indices of the legs whose contact has more than one record.
fn legs_that_share_a_contact(legs: &Legs, threads: usize) -> Vec<u32> {
    let contacts = legs.contact.values();
    if contacts.is_empty() {
        return Vec::new();
    }
    let parts = partition(contacts.len(), threads, |i| Some(contacts[i]));
    let mut shared: Vec<u32> = in_parallel(&parts, threads, |entries, out: &mut Vec<u32>| {
        let mut first: SmallMap<u32> = SmallMap::new(entries.len());
        for (key, i) in entries {
            let earlier = *first.entry(*key, *i);
            if earlier != *i {
                out.push(earlier);
                out.push(*i);
            }
        }
    });
    shared.sort_unstable();
    shared.dedup();
    shared
}

/// An order of records that rests on what they say, not on where they stand: the newest version of a leg first,
/// of two equally new ones the one that says more.
fn content_order(legs: &Legs, i: usize) -> impl Ord + use<> {
    let leg = legs.get(i);
    let said = |ms: u32| std::cmp::Reverse(ms.wrapping_add(1));
    (
        (leg.contact, leg.leg, std::cmp::Reverse(leg.version)),
        (std::cmp::Reverse(leg.flags), leg.start_ms, said(leg.acw_ms), said(leg.handle_ms), said(leg.wait_ms)),
        (
            said(leg.hold_ms),
            leg.agent,
            leg.queue,
            leg.issue,
            leg.customer,
            leg.score,
            std::cmp::Reverse(leg.survey_source),
        ),
    )
}

/// The legs of one contact in the order of time; further records of the same leg go to `duplicates`.
fn drop_duplicates(legs: &Legs, contact: &[u32], duplicates: &mut Vec<usize>) -> Vec<usize> {
    let mut kept: Vec<usize> = Vec::new();
    for i in contact {
        let i = *i as usize;
        match kept.last() {
            Some(last) if legs.leg.get(*last) == legs.leg.get(i) => duplicates.push(i),
            _ => kept.push(i),
        }
    }
    kept.sort_unstable_by_key(|i| time_order(legs, *i));
    kept
}

/// The order of the legs of one contact: by start, then by what they say.
pub fn time_order(legs: &Legs, i: usize) -> impl Ord + use<> {
    (legs.start_ms.get(i), content_order(legs, i))
}

/// Makes one contact of several legs; true if it has several beside those of agents who were only rung.
fn join(legs: &mut Legs, parts: Vec<usize>, tells_transfers: bool) -> bool {
    // Who was rung and did not answer changes nothing of the contact, unless that is all that is known of it.
    let (rung, taken): (Vec<usize>, Vec<usize>) = parts.into_iter().partition(|i| legs.flags(*i) & flag::RANG != 0);
    if taken.is_empty() {
        join_parts(legs, rung, true);
        return false;
    }
    let several = taken.len() > 1;
    let head = join_parts(legs, taken, tells_transfers);
    let count = legs.len();
    let start = legs.start_ms.get(head);
    for i in rung {
        let bits = legs.flags(i) & !flag::HEAD;
        legs.flags.set(count, i, bits);
        legs.start_ms.set(count, i, start);
        legs.head.set(count, i, head as u32);
    }
    several
}

/// Makes one contact of these legs, which are in the order of time; returns its head.
fn join_parts(legs: &mut Legs, parts: Vec<usize>, tells_transfers: bool) -> usize {
    if let [only] = parts[..] {
        return only;
    }
    let count = legs.len();
    let answered = |legs: &Legs, i: usize| legs.flags(i) & flag::ANSWERED != 0;
    if !tells_transfers {
        // Where the source marks no transfers, an answered leg that another leg follows was one.
        for pair in parts.windows(2) {
            if answered(legs, pair[0]) {
                legs.set_flags(pair[0], flag::TRANSFERRED);
            }
        }
    }
    let at = parts.iter().position(|i| answered(legs, *i)).unwrap_or(parts.len() - 1);
    let head = parts[at];
    let waits = parts[..=at].iter().map(|i| legs.wait_ms.get(*i)).filter(|w| *w != MISSING);
    let wait = waits.reduce(|sum, wait| sum.saturating_add(wait).min(MISSING - 1));
    let customer = parts.iter().map(|i| legs.customer.get(*i)).find(|c| *c != NO_CUSTOMER);
    let transferred = parts.iter().any(|i| legs.flags(*i) & flag::TRANSFERRED != 0);
    let direction = parts.iter().map(|i| legs.flags(*i)).find(|f| f & flag::ANSWERED != 0).unwrap_or(0);
    for i in &parts {
        let bits = legs.flags(*i) & !flag::HEAD;
        legs.flags.set(count, *i, bits);
        if *i != head {
            legs.head.set(count, *i, head as u32);
        }
    }
    let mut bits = flag::HEAD | if transferred { flag::CONTACT_TRANSFERRED } else { 0 };
    if direction & flag::ANSWERED == 0 && parts.iter().any(|i| legs.flags(*i) & flag::ABANDONED != 0) {
        bits |= flag::ABANDONED;
    }
    legs.set_flags(head, bits);
    let start = legs.start_ms.get(parts[0]);
    for i in &parts {
        legs.start_ms.set(count, *i, start);
    }
    legs.wait_ms.set(count, head, wait.unwrap_or(MISSING));
    legs.customer.set(count, head, customer.unwrap_or(NO_CUSTOMER));
    credit(legs, &parts);
    head
}

/// Leaves the outcome of a contact of several legs, which are in the order of time, with the one that decided it: the
/// last that was answered and not passed on.
fn credit(legs: &mut Legs, parts: &[usize]) {
    let count = legs.len();
    let decides = |i: &&usize| legs.flags(**i) & (flag::ANSWERED | flag::TRANSFERRED) == flag::ANSWERED;
    let decided_by = parts.iter().rfind(decides).copied();
    for i in parts.iter().copied().filter(|i| Some(*i) != decided_by) {
        if legs.outcome.get(i).is_some() {
            legs.outcome.set(count, i, Some(Outcome::OfAnother));
        }
    }
}

/// Marks and books the legs of contacts that start outside the period.
fn leave_out_others(log: &mut CallLog, intake: &mut Intake, period: Period) {
    for i in 0..log.legs.len() {
        let start = log.legs.start_ms.get(i);
        let outside = start < period.from_ms || start >= period.to_ms;
        if outside && log.legs.flags(i) & flag::DUPLICATE == 0 {
            log.legs.set_flags(i, flag::OUTSIDE);
            let place = Place { file: log.file_of(i) as u32, line: log.legs.line.get(i) };
            intake.leave_out(Reason::OutsidePeriod, place);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::call_log::{Leg, Names, Tells};
    use proptest::prelude::*;

    fn log_of(legs: &[Leg]) -> (CallLog, Intake) {
        let mut all = Legs::default();
        let mut intake = Intake { rows: legs.len() as u64, ..Intake::default() };
        for leg in legs {
            all.push(leg);
            intake.count(Reason::Kept, Place { file: 0, line: leg.line });
        }
        let log = CallLog {
            legs: all,
            names: Names::default(),
            tells: Tells::default(),
            file_starts: std::iter::once((0, 0)).collect(),
            scales: Vec::new(),
            zone: jiff::tz::TimeZone::UTC,
        };
        (log, intake)
    }

    fn leg(contact: u64, leg: u64, start_s: i64, flags: u16) -> Leg {
        Leg { contact, leg, start_ms: start_s * 1_000, flags, wait_ms: 5_000, customer: 7, ..Leg::default() }
    }

    #[test]
    fn a_transferred_contact_is_answered_once_and_waits_once() {
        let (mut log, mut intake) = log_of(&[
            leg(1, 11, 100, 0),
            leg(1, 12, 200, flag::ANSWERED | flag::TRANSFERRED),
            leg(1, 13, 300, flag::ANSWERED),
        ]);
        assemble(&mut log, &mut intake, None, 1);
        let heads: Vec<usize> = (0..3).filter(|i| log.legs.flags(*i) & flag::HEAD != 0).collect();
        assert_eq!(heads, [1]);
        assert_eq!((log.legs.start_ms.get(2), log.legs.wait_ms.get(1)), (100_000, 10_000));
        assert_ne!(log.legs.flags(1) & flag::CONTACT_TRANSFERRED, 0);
        assert_eq!(log.legs.head.values(), [1, MISSING, 1]);
    }

    #[test]
    fn an_agent_who_was_only_rung_changes_nothing_of_the_contact() {
        let answered = Leg { agent: 1, ..leg(1, 11, 100, flag::ANSWERED) };
        let stays = [leg(2, 21, 100, 0), Leg { agent: 1, ..leg(2, 22, 160, flag::ANSWERED) }];
        let legs = [answered, stays[0], stays[1], leg(3, 31, 100, flag::ABANDONED)];
        let rung = |contact, start_s| Leg {
            wait_ms: MISSING,
            customer: NO_CUSTOMER,
            agent: 2,
            ..leg(contact, 99, start_s, flag::RANG)
        };
        let (mut without, mut intake) = log_of(&legs);
        assemble(&mut without, &mut intake, None, 1);
        assert!(!without.tells.rang);
        for seconds in [50, 100, 900] {
            let more: Vec<Leg> = legs.iter().copied().chain((1..=3).map(|c| rung(c, seconds))).collect();
            let (mut log, mut intake) = log_of(&more);
            let period = Period { from_ms: 0, to_ms: 500_000 };
            assemble(&mut log, &mut intake, Some(period), 1);
            assert_eq!((log.tells.rang, log.tells.transferred), (true, without.tells.transferred));
            for i in 0..legs.len() {
                assert_eq!(log.legs.get(i), without.legs.get(i));
            }
            for (i, head) in [(4, 0), (5, 2), (6, 3)] {
                let leg = log.legs.get(i);
                assert_eq!((leg.flags, leg.start_ms, leg.head, leg.agent), (flag::RANG, 100_000, head, 2));
            }
        }
    }

    #[test]
    fn a_contact_that_only_rang_is_offered_and_no_transfer() {
        let rung = |key, agent| Leg { agent, ..leg(1, key, 100 + i64::from(agent), flag::RANG) };
        let (mut log, mut intake) = log_of(&[rung(11, 1), rung(12, 2)]);
        assemble(&mut log, &mut intake, None, 1);
        assert_eq!((log.legs.flags(0), log.legs.flags(1)), (flag::RANG, flag::RANG | flag::HEAD));
        assert!(!log.tells.transferred && !log.tells.abandoned);
    }

    /// The outcomes of the legs of one contact, all of which could have decided it, once it is put together.
    fn decided(legs: &[Leg]) -> Vec<Option<Outcome>> {
        let marked = |leg: &Leg| match leg.flags & (flag::ANSWERED | flag::TRANSFERRED) {
            flag::ANSWERED => Outcome::Missed,
            _ => Outcome::OfAnother,
        };
        let legs: Vec<Leg> = legs.iter().map(|leg| Leg { outcome: Some(marked(leg)), ..*leg }).collect();
        let (mut log, mut intake) = log_of(&legs);
        log.tells.transferred = legs.iter().any(|leg| leg.flags & flag::TRANSFERRED != 0);
        assemble(&mut log, &mut intake, None, 1);
        (0..legs.len()).map(|i| log.legs.outcome.get(i)).collect()
    }

    #[test]
    fn an_outcome_is_the_last_agents_who_did_not_pass_the_contact_on() {
        let (mine, others) = (Some(Outcome::Missed), Some(Outcome::OfAnother));
        let answered = |key, start_s| leg(1, key, start_s, flag::ANSWERED);
        let passed_on = |key, start_s| leg(1, key, start_s, flag::ANSWERED | flag::TRANSFERRED);
        assert_eq!(decided(&[answered(1, 100)]), [mine]);
        assert_eq!(decided(&[passed_on(1, 100)]), [others]);
        // Wherever they stand; with several who did not pass it on, the last.
        assert_eq!(decided(&[answered(2, 200), passed_on(1, 100)]), [mine, others]);
        assert_eq!(decided(&[passed_on(1, 100), answered(2, 200), answered(3, 300)]), [others, others, mine]);
        assert_eq!(decided(&[answered(1, 100), passed_on(2, 200)]), [mine, others]);
        assert_eq!(decided(&[passed_on(1, 100), passed_on(2, 200)]), [others, others]);
        // A source that marks no transfers: whoever is followed by another leg passed the contact on.
        assert_eq!(decided(&[answered(1, 100), answered(2, 200)]), [others, mine]);
        assert_eq!(decided(&[answered(1, 100), leg(1, 2, 200, flag::ABANDONED)]), [others, others]);
        // Who was only rung decided nothing.
        assert_eq!(decided(&[answered(1, 100), leg(1, 2, 200, flag::RANG)]), [mine, others]);
    }

    #[test]
    fn an_outcome_counts_once_however_often_the_leg_that_decided_it_was_delivered() {
        let first = Leg { version: 1, ..leg(1, 1, 100, flag::ANSWERED | flag::TRANSFERRED) };
        let second = Leg { version: 1, ..leg(1, 2, 200, flag::ANSWERED) };
        let again = Leg { version: 2, acw_ms: 3_000, ..second };
        let alone = [Some(Outcome::Missed); 2];
        assert_eq!(decided(&[second, again]), alone);
        let all = [first, second, first, again];
        let (mut log, mut intake) = log_of(&all.map(|l| Leg { outcome: Some(Outcome::Missed), ..l }));
        log.tells.transferred = true;
        assemble(&mut log, &mut intake, None, 1);
        let counted =
            |i: &usize| log.legs.flags(*i) & flag::DUPLICATE == 0 && log.legs.outcome.get(*i) == Some(Outcome::Missed);
        assert_eq!((0..4).filter(counted).collect::<Vec<_>>(), [3]);
    }

    #[test]
    fn contacts_of_one_leg_take_no_memory_for_their_heads() {
        let twice = leg(2, 1, 200, flag::ANSWERED);
        let (mut log, mut intake) = log_of(&[leg(1, 1, 100, flag::ANSWERED), twice, twice]);
        assemble(&mut log, &mut intake, None, 1);
        assert!(log.legs.head.is_absent());
    }

    #[test]
    fn the_newest_record_of_a_leg_is_kept_wherever_it_stands() {
        let old = Leg { version: 1, acw_ms: MISSING, line: 1, ..leg(1, 11, 100, flag::ANSWERED) };
        let new = Leg { version: 2, acw_ms: 3_000, line: 2, ..old };
        for order in [[old, new], [new, old]] {
            let (mut log, mut intake) = log_of(&order);
            assemble(&mut log, &mut intake, None, 1);
            let kept: Vec<u32> =
                (0..2).filter(|i| log.legs.flags(*i) & flag::DUPLICATE == 0).map(|i| log.legs.acw_ms.get(i)).collect();
            assert_eq!((kept, intake.kept(), intake.balances()), (vec![3_000], 1, true));
        }
    }

    #[test]
    fn contacts_at_the_same_moment_do_not_follow_each_other() {
        let (mut log, mut intake) =
            log_of(&[leg(1, 1, 100, 2), leg(2, 1, 100, 2), leg(3, 1, 160, 2), leg(4, 1, 160, 2)]);
        assemble(&mut log, &mut intake, None, 1);
        let next = follow_up(&log, Match::Customer, 1);
        let gaps: Vec<u32> = (0..4).map(|i| next.next_ms(i)).collect();
        assert_eq!(gaps, [60_000, 60_000, MISSING, MISSING]);
    }

    proptest! {
        #[test]
        fn the_next_contact_is_the_first_later_one_however_many_threads(
            rows in proptest::collection::vec((0u64..5, 0i64..50), 1..80),
        ) {
            let legs: Vec<Leg> = rows
                .iter()
                .enumerate()
                .map(|(i, (customer, start))| Leg { customer: *customer, ..leg(i as u64 + 1, 1, *start, 2) })
                .collect();
            let (mut log, mut intake) = log_of(&legs);
            assemble(&mut log, &mut intake, None, 2);
            for threads in [1, 3] {
                let next = follow_up(&log, Match::Customer, threads);
                for (i, (customer, start)) in rows.iter().enumerate() {
                    let later = rows.iter().filter(|(c, s)| c == customer && *c != 0 && s > start).map(|(_, s)| s - start);
                    let expected = later.min().map_or(MISSING, |gap| gap as u32 * 1_000);
                    prop_assert_eq!(next.next_ms(i), expected);
                }
            }
        }
    }
}
