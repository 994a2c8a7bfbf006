//! Asterisk's queue_log: a log of events, which become legs.
//!
//! Event names and their data: Asterisk, `apps/app_queue.c` and `main/logger.c`; see docs/profiles.md.

use super::duration::thousandths;
use super::keys::{self, WorkerNames};
use super::plan::Understood;
use super::profile::Field;
use super::split::Record;
use crate::call_log::{Leg, Legs, MISSING, NO_CUSTOMER, flag};
use crate::intake::{Intake, Place, Reason};
use xxhash_rust::xxh3::xxh3_64;

/// What happened, in the order in which events of one second belong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Happened {
    Entered,
    /// Rings, keys, notes: part of a call, but they decide nothing.
    Detail,
    Connected,
    Completed,
    Transferred,
    Abandoned,
    /// Left the queue unanswered: by time-out, key, or for want of agents.
    FlowedOut,
}

/// One event of one call.
#[derive(Debug, Clone, Copy)]
pub struct Event {
    call: u64,
    /// Hash of the whole line, to know a line written twice.
    line_key: u64,
    at_ms: i64,
    happened: Happened,
    /// The agent was rung for a while and did not answer.
    rang: bool,
    queue: u32,
    agent: u32,
    customer: u64,
    wait_ms: u32,
    talk_ms: u32,
    place: Place,
}

impl Event {
    /// Moves the line by those before its block.
    pub fn shift(&mut self, lines: u32) {
        self.place.line += lines;
    }

    /// Numbers of one worker's dictionaries into those of all.
    pub fn renumber(&mut self, queue: &[u32], agent: &[u32]) {
        if self.queue != MISSING {
            self.queue = queue[self.queue as usize];
        }
        if self.agent != MISSING {
            self.agent = agent[self.agent as usize];
        }
    }
}

/// A shorter ring, thousandths of ms, reached no agent: a telephone that was busy or not there.
const SHORTEST_RING: i64 = 1_000 * 1_000;

/// Columns of the log: time, callid, queue, agent, event, data.
const DATA: usize = 5;

/// How the columns are understood, for `check`.
pub fn understood() -> Vec<Understood> {
    let one = |field, column, how: &str| Understood { field, columns: vec![column], how: how.to_string() };
    vec![
        one(Field::Start, 0, "time, epoch-s; a leg starts when its call enters a queue"),
        one(Field::Contact, 1, "as it stands"),
        one(Field::Queue, 2, "name"),
        one(Field::Agent, 3, "name, of the event that ends the leg"),
        one(Field::Outcome, 4, "events: COMPLETE and TRANSFER answered, ABANDON abandoned, EXIT neither"),
        one(Field::Customer, 6, "caller id of ENTERQUEUE"),
        one(Field::Wait, 5, "seconds, where each event keeps its wait"),
        one(Field::Talk, 6, "seconds, where each event keeps its call time; includes hold"),
    ]
}

/// One line of the log as an event, or why it is none.
pub fn event(record: &Record<'_>, place: Place, names: &mut WorkerNames) -> Result<Event, Reason> {
    if record.len() == 1 && record.field(0).trim_ascii().is_empty() {
        return Err(Reason::BlankLine);
    }
    if record.len() < DATA {
        return Err(Reason::CutShort);
    }
    let at_ms = thousandths(record.field(0)).ok_or(Reason::Unreadable("start time"))?;
    let call = record.field(1);
    let data = |i: usize| if DATA + i <= record.len() { record.field(DATA + i - 1) } else { b"" };
    // Hold and call time stand before the original position at the end of the data.
    let tail = |back: usize| {
        let end = (DATA..record.len()).rev().find(|i| !record.field(*i).is_empty()).unwrap_or(DATA);
        end.checked_sub(back).filter(|i| *i >= DATA).map_or(&b""[..], |i| record.field(i))
    };
    let seconds = |text: &[u8]| match thousandths(text) {
        Some(ms) if (0..=31 * 86_400_000).contains(&ms) => Ok(ms as u32),
        _ => Err(Reason::Unreadable("time in the event's data")),
    };
    let (happened, wait_ms, talk_ms) = match record.field(4) {
        b"ENTERQUEUE" => (Happened::Entered, MISSING, MISSING),
        b"CONNECT" => (Happened::Connected, seconds(data(1))?, MISSING),
        b"COMPLETEAGENT" | b"COMPLETECALLER" => (Happened::Completed, seconds(data(1))?, seconds(data(2))?),
        b"BLINDTRANSFER" | b"ATTENDEDTRANSFER" | b"TRANSFER" => {
            (Happened::Transferred, seconds(tail(2))?, seconds(tail(1))?)
        }
        b"ABANDON" => (Happened::Abandoned, seconds(data(3))?, MISSING),
        b"EXITWITHTIMEOUT" | b"EXITEMPTY" => (Happened::FlowedOut, seconds(data(3))?, MISSING),
        b"EXITWITHKEY" => (Happened::FlowedOut, seconds(data(4))?, MISSING),
        b"RINGNOANSWER" | b"RINGCANCELED" | b"DID" | b"INFO" | b"CALLSTATUS" | b"AGENTDUMP" | b"SYSCOMPAT"
        | b"WITHDRAW" => (Happened::Detail, MISSING, MISSING),
        _ => return Err(Reason::NotACallEvent),
    };
    if matches!(call, b"NONE" | b"REALTIME" | b"MANAGER" | b"CLI" | b"") {
        return Err(Reason::NotACallEvent);
    }
    let name = |text: &[u8]| !matches!(text, b"" | b"NONE");
    let rang = record.field(4) == b"RINGNOANSWER" && thousandths(data(1)).is_some_and(|ring| ring >= SHORTEST_RING);
    let whole: Vec<&[u8]> = record.fields().collect();
    Ok(Event {
        call: keys::id_key(call),
        line_key: xxh3_64(&whole.join(&b'|')),
        at_ms,
        happened,
        rang: rang && name(record.field(3)),
        queue: if name(record.field(2)) { names.queue.id(record.field(2)) } else { MISSING },
        agent: if name(record.field(3)) { names.agent.id(record.field(3)) } else { MISSING },
        customer: match happened {
            Happened::Entered => keys::customer_key(data(2)).unwrap_or(NO_CUSTOMER),
            _ => NO_CUSTOMER,
        },
        wait_ms,
        talk_ms,
        place,
    })
}

/// All events into legs; every event is booked as kept or left out.
pub fn assemble(mut events: Vec<Event>, legs: &mut Legs, intake: &mut Intake) {
    events.sort_unstable_by_key(|e| (e.call, e.at_ms, e.happened, e.line_key, e.place));
    // A line written twice, as by overlapping copies of a rotated log, happened once.
    events.dedup_by(|later, earlier| {
        let twice = (later.call, later.at_ms, later.line_key) == (earlier.call, earlier.at_ms, earlier.line_key);
        if twice {
            intake.count(Reason::Duplicate, later.place);
        }
        twice
    });
    for call in events.chunk_by_mut(|a, b| a.call == b.call) {
        order_within_seconds(call);
        assemble_call(call, legs, intake);
    }
}

/// Puts events of one second in the order in which they can have happened: what ends the stay in a queue comes
/// before the entry into the next. Rests on what the events say alone, not on where they stand in the files.
fn order_within_seconds(call: &mut [Event]) {
    let mut queue_of_stay = None;
    for at in 0..call.len() {
        let same_second = call[at..].iter().take_while(|e| e.at_ms == call[at].at_ms).count();
        let fits = |e: &Event| match queue_of_stay {
            None => e.happened == Happened::Entered,
            Some(queue) => e.happened != Happened::Entered && e.queue == queue,
        };
        // The first that fits, and the rest in their order behind it.
        if let Some(offset) = call[at..at + same_second].iter().position(fits) {
            call[at..=at + offset].rotate_right(1);
        }
        match call[at].happened {
            Happened::Entered => queue_of_stay = Some(call[at].queue),
            Happened::Detail | Happened::Connected => {}
            _ => queue_of_stay = None,
        }
    }
}

/// The events of one call, in order: each stay in a queue that ends is a leg, and so is each ring within it that
/// an agent did not take.
fn assemble_call(call: &[Event], legs: &mut Legs, intake: &mut Intake) {
    let has_entry = call.iter().any(|e| e.happened == Happened::Entered);
    let mut stay: Vec<&Event> = Vec::new();
    for event in call {
        match event.happened {
            Happened::Entered => {
                book(&stay, &Reason::NoEnd, intake);
                stay.clear();
                stay.push(event);
            }
            Happened::Detail if stay.is_empty() => {
                // Notes before or after the stay belong to the call all the same.
                intake.count(if has_entry { Reason::Kept } else { Reason::NotACallEvent }, event.place);
            }
            _ if stay.is_empty() => intake.count(Reason::NoBeginning, event.place),
            Happened::Detail | Happened::Connected => stay.push(event),
            _ => {
                stay.push(event);
                legs.push(&leg(&stay));
                for ring in stay.iter().filter(|e| e.rang) {
                    legs.push(&rung(&stay, ring));
                }
                book(&stay, &Reason::Kept, intake);
                stay.clear();
            }
        }
    }
    book(&stay, &Reason::NoEnd, intake);
}

fn book(events: &[&Event], reason: &Reason, intake: &mut Intake) {
    for event in events {
        intake.count(reason.clone(), event.place);
    }
}

/// One stay in a queue, from its entry to its end, as a leg.
fn leg(stay: &[&Event]) -> Leg {
    let (entry, end) = (stay[0], stay[stay.len() - 1]);
    let mut leg = Leg {
        contact: entry.call,
        leg: entry.line_key,
        start_ms: entry.at_ms,
        customer: entry.customer,
        queue: if entry.queue != MISSING { entry.queue } else { end.queue },
        wait_ms: end.wait_ms,
        line: entry.place.line,
        ..Leg::default()
    };
    match end.happened {
        Happened::Abandoned => leg.flags |= flag::ABANDONED,
        Happened::FlowedOut => {}
        _ => {
            leg.agent = end.agent;
            leg.handle_ms = end.talk_ms;
            leg.flags |= flag::ANSWERED | flag::PARTS;
            if end.happened == Happened::Transferred {
                leg.flags |= flag::TRANSFERRED;
            }
        }
    }
    leg
}

/// A ring within a stay that its agent did not take, as a leg.
fn rung(stay: &[&Event], ring: &Event) -> Leg {
    Leg {
        contact: ring.call,
        leg: ring.line_key,
        start_ms: ring.at_ms,
        agent: ring.agent,
        queue: if ring.queue != MISSING { ring.queue } else { stay[0].queue },
        flags: flag::RANG,
        line: ring.place.line,
        ..Leg::default()
    }
}

#[cfg(test)]
mod tests {
    use super::super::split::{Dialect, Records};
    use super::*;

    fn read(text: &str) -> (Legs, Intake) {
        let dialect = Dialect { delimiter: b'|', line_end: b'\n' };
        let mut records = Records::new(text.as_bytes(), dialect, 0, true);
        let (mut names, mut legs) = (WorkerNames::default(), Legs::default());
        let (mut events, mut intake) = (Vec::new(), Intake::default());
        while let Some(record) = records.next() {
            let place = Place { file: 0, line: record.line + 1 };
            intake.rows += 1;
            match event(&record, place, &mut names) {
                Ok(event) => events.push(event),
                Err(reason) => intake.count(reason, place),
            }
        }
        assemble(events, &mut legs, &mut intake);
        assert!(intake.balances(), "{intake:?}");
        (legs, intake)
    }

    #[test]
    fn a_call_that_times_out_of_one_queue_and_is_answered_in_the_next_is_two_legs_of_one_contact() {
        let (legs, intake) = read(
            "100|1.1|q1|NONE|ENTERQUEUE||5550100|1\n160|1.1|q1|NONE|EXITWITHTIMEOUT|1|1|60\n\
             161|1.1|q2|NONE|ENTERQUEUE||5550100|1\n171|1.1|q2|Ada|CONNECT|10|1.2|3\n\
             231|1.1|q2|Ada|COMPLETECALLER|10|60|1\n",
        );
        assert_eq!((legs.len(), intake.kept()), (2, 5));
        let (first, second) = (legs.get(0), legs.get(1));
        assert_eq!(first.contact, second.contact);
        assert_eq!((first.wait_ms, first.flags & (flag::ANSWERED | flag::ABANDONED)), (60_000, 0));
        assert_eq!((second.wait_ms, second.handle_ms), (10_000, 60_000));
    }

    #[test]
    fn a_transfer_into_the_next_queue_within_one_second_is_two_legs() {
        let (legs, intake) = read(
            "100|1.1|q1|NONE|ENTERQUEUE||5550100|1\n110|1.1|q1|Ada|CONNECT|10|1.2|3\n\
             150|1.1|q2|NONE|ENTERQUEUE||5550100|1\n150|1.1|q1|Ada|BLINDTRANSFER|7|ctx|10|40|1\n\
             150|1.1|q2|Bo|CONNECT|0|1.3|0\n150|1.1|q2|Bo|COMPLETEAGENT|0|0|1\n",
        );
        assert_eq!((legs.len(), intake.kept()), (2, 6));
    }

    #[test]
    fn what_has_no_beginning_or_no_end_is_left_out_and_counted() {
        let (legs, intake) = read(
            "50|0.9|q1|Ada|COMPLETEAGENT|4|30|1\n100|1.1|q1|NONE|ENTERQUEUE||5550100|1\n\
             101|NONE|NONE|NONE|QUEUESTART|\n102|1.2|q1|NONE|ENTERQUEUE||5550101|1\n\
             107|1.2|q1|NONE|ABANDON|1|1|5\n107|1.2|q1|NONE|ABANDON|1|1|5\n",
        );
        assert_eq!(legs.len(), 1);
        let counts: Vec<(String, u64)> = intake.buckets.iter().map(|(r, b)| (r.to_string(), b.count)).collect();
        assert_eq!(counts.iter().map(|(_, n)| n).sum::<u64>(), 6);
        assert_eq!(intake.buckets[&Reason::Duplicate].count, 1);
        assert_eq!(intake.buckets[&Reason::NoBeginning].count, 1);
        assert_eq!(intake.buckets[&Reason::NoEnd].count, 1);
        assert_eq!(intake.buckets[&Reason::NotACallEvent].count, 1);
    }

    #[test]
    fn a_ring_that_an_agent_did_not_take_is_a_leg_of_its_own() {
        let (legs, intake) = read(
            "100|1.1|q1|NONE|ENTERQUEUE||5550100|1\n100|1.1|q1|Cy|RINGNOANSWER|0\n105|1.1|q1|Cy|RINGNOANSWER|\n\
             115|1.1|q1|Bo|RINGNOANSWER|15000\n120|1.1|q1|Dee|RINGCANCELED|5000\n135|1.1|q1|Bo|RINGNOANSWER|15000\n\
             140|1.1|q1|Ada|CONNECT|40|1.2|3\n150|1.1|q1|Ada|COMPLETECALLER|40|10|1\n151|1.1|q1|Bo|RINGNOANSWER|1000\n\
             160|1.2|q1|NONE|ENTERQUEUE||5550101|1\n176|1.2|q1|Bo|RINGNOANSWER|15000\n",
        );
        // The ring after the end of the stay, and that of a call without an end, are no legs.
        assert_eq!((legs.len(), intake.kept()), (3, 9));
        let rung: Vec<Leg> = (0..3).map(|i| legs.get(i)).filter(|l| l.flags & flag::RANG != 0).collect();
        assert_eq!(rung.iter().map(|l| (l.start_ms, l.line)).collect::<Vec<_>>(), [(115_000, 4), (135_000, 6)]);
        for leg in rung {
            assert_eq!((leg.agent, leg.queue, leg.contact), (1, 0, legs.get(0).contact));
            assert_eq!((leg.flags, leg.wait_ms, leg.handle_ms), (flag::RANG, MISSING, MISSING));
        }
    }

    #[test]
    fn transfers_carry_their_times_before_the_last_position() {
        let (legs, _) = read(
            "100|1.1|q1|NONE|ENTERQUEUE||5550100|1\n110|1.1|q1|Ada|CONNECT|10|1.2|3\n\
             150|1.1|q1|Ada|ATTENDEDTRANSFER|BRIDGE|f00|10|40|1\n",
        );
        let leg = legs.get(0);
        assert_eq!((leg.wait_ms, leg.handle_ms, leg.flags & flag::TRANSFERRED != 0), (10_000, 40_000, true));
    }
}
