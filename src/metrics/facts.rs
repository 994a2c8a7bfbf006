//! Facts: counts and integer sums by group. They add, so that parts can be merged in any order.

use super::Definitions;
use crate::call_log::{CallLog, MISSING, NO_CUSTOMER, NO_SCORE, flag};
use crate::contacts::{FollowUp, Period};
use crate::read::time::{Clock, civil_of};
use crate::stats::quantile;
use hashbrown::HashTable;
use jiff::tz::TimeZone;
use std::collections::HashMap;

/// What a group is made by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Dimension {
    Queue,
    Agent,
    Team,
    Manager,
    Site,
    Issue,
    Direction,
    Weekday,
    Hour,
    Day,
    Week,
    Month,
    Quarter,
    Interval,
}

const DAY_MS: i64 = 86_400_000;
const DIRECTIONS: [&str; 3] = ["inbound", "outbound", "internal"];
const WEEKDAYS: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

impl Dimension {
    pub const ALL: [Dimension; 14] = [
        Dimension::Queue,
        Dimension::Agent,
        Dimension::Team,
        Dimension::Manager,
        Dimension::Site,
        Dimension::Issue,
        Dimension::Direction,
        Dimension::Weekday,
        Dimension::Hour,
        Dimension::Day,
        Dimension::Week,
        Dimension::Month,
        Dimension::Quarter,
        Dimension::Interval,
    ];

    pub fn name(self) -> &'static str {
        match self {
            Dimension::Queue => "queue",
            Dimension::Agent => "agent",
            Dimension::Team => "team",
            Dimension::Manager => "manager",
            Dimension::Site => "site",
            Dimension::Issue => "issue",
            Dimension::Direction => "direction",
            Dimension::Weekday => "weekday",
            Dimension::Hour => "hour",
            Dimension::Day => "day",
            Dimension::Week => "week",
            Dimension::Month => "month",
            Dimension::Quarter => "quarter",
            Dimension::Interval => "interval",
        }
    }

    /// True where the group depends on the clock.
    fn is_time(self) -> bool {
        self >= Dimension::Weekday
    }

    /// The group's value in the row `i`; the order of values is the order of output.
    #[inline]
    pub fn value(self, log: &CallLog, i: usize, local_ms: i64, interval_ms: i64) -> i64 {
        let legs = &log.legs;
        let id = |id: u32| if id == MISSING { NOBODY } else { i64::from(id) };
        let day = local_ms.div_euclid(DAY_MS);
        match self {
            Dimension::Queue => id(legs.queue.get(i)),
            Dimension::Agent => id(legs.agent.get(i)),
            Dimension::Team => id(log.team(i)),
            Dimension::Manager => id(log.person(legs.agent.get(i)).and_then(|p| p.manager).unwrap_or(MISSING)),
            Dimension::Site => id(log.person(legs.agent.get(i)).and_then(|p| p.site).unwrap_or(MISSING)),
            Dimension::Issue => id(legs.issue.get(i)),
            Dimension::Direction => match legs.flags(i) & (flag::INBOUND | flag::OUTBOUND | flag::INTERNAL) {
                flag::INBOUND => 0,
                flag::OUTBOUND => 1,
                flag::INTERNAL => 2,
                _ => NOBODY,
            },
            // 1 January 1970 was a Thursday.
            Dimension::Weekday => (day + 3).rem_euclid(7),
            Dimension::Hour => local_ms.rem_euclid(DAY_MS) / 3_600_000,
            Dimension::Day => day,
            Dimension::Week => (day + 3).div_euclid(7),
            Dimension::Month => month(local_ms),
            Dimension::Quarter => month(local_ms).div_euclid(3),
            Dimension::Interval => local_ms.div_euclid(interval_ms),
        }
    }

    /// From when to when a part of the calendar (day, week, month or quarter) goes; everything for other dimensions.
    pub fn bounds(self, value: i64, zone: &TimeZone) -> Period {
        let first_day = |value: i64| -> Option<jiff::civil::Date> {
            let of_month = |months: i64| {
                jiff::civil::Date::new(months.div_euclid(12) as i16, months.rem_euclid(12) as i8 + 1, 1).ok()
            };
            match self {
                Dimension::Day => Some(civil_of(value * DAY_MS).date()),
                Dimension::Week => Some(civil_of((value * 7 - 3) * DAY_MS).date()),
                Dimension::Month => of_month(value),
                Dimension::Quarter => of_month(value * 3),
                _ => None,
            }
        };
        let start = |value: i64| {
            let midnight = first_day(value)?.at(0, 0, 0, 0);
            Some(zone.to_ambiguous_timestamp(midnight).compatible().ok()?.as_millisecond())
        };
        Period { from_ms: start(value).unwrap_or(i64::MIN), to_ms: start(value + 1).unwrap_or(i64::MAX) }
    }

    /// The group's name, `None` where there is none (no agent, no queue).
    pub fn label(self, value: i64, log: &CallLog, interval_ms: i64) -> Option<String> {
        if value == NOBODY {
            return None;
        }
        let at = value as usize;
        let date = |ms: i64| civil_of(ms).date();
        Some(match self {
            Dimension::Queue => log.names.queue[at].to_string(),
            Dimension::Agent => log.names.agent[at].to_string(),
            Dimension::Team => log.names.team[at].to_string(),
            Dimension::Manager => log.names.manager[at].to_string(),
            Dimension::Site => log.names.site[at].to_string(),
            Dimension::Issue => log.names.issue[at].to_string(),
            Dimension::Direction => DIRECTIONS[at].to_string(),
            Dimension::Weekday => WEEKDAYS[at].to_string(),
            Dimension::Hour => format!("{value:02}"),
            Dimension::Day => date(value * DAY_MS).to_string(),
            Dimension::Week => {
                let week = date((value * 7 - 3) * DAY_MS).iso_week_date();
                format!("{}-W{:02}", week.year(), week.week())
            }
            Dimension::Month => format!("{}-{:02}", value.div_euclid(12), value.rem_euclid(12) + 1),
            Dimension::Quarter => format!("{}-Q{}", value.div_euclid(4), value.rem_euclid(4) + 1),
            Dimension::Interval => {
                let start = civil_of(value * interval_ms);
                format!("{} {:02}:{:02}", start.date(), start.hour(), start.minute())
            }
        })
    }
}

/// Months since the year 0 of a local time.
fn month(local_ms: i64) -> i64 {
    let date = civil_of(local_ms);
    i64::from(date.year()) * 12 + i64::from(date.month()) - 1
}

/// The value of a group without a name; sorts last.
const NOBODY: i64 = i64::MAX;

/// Counts and sums of one group. Times in ms.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Totals {
    /// Contacts.
    pub offered: u64,
    pub answered: u64,
    pub abandoned: u64,
    pub short_abandoned: u64,
    /// Answered contacts whose wait is known, and the sum of their waits.
    pub answered_waits: u64,
    pub wait_ms: u64,
    pub answered_in_time: u64,
    pub abandoned_in_time: u64,
    pub longest_wait_ms: Option<u32>,
    /// Legs that an agent took, and those whose handle time is known.
    pub handled: u64,
    pub timed: u64,
    pub handle_ms: u64,
    pub talks: u64,
    pub talk_ms: u64,
    /// Timed legs whose hold is known, and its sum; the same for after-call work.
    pub holds: u64,
    pub hold_ms: u64,
    pub acws: u64,
    pub acw_ms: u64,
    pub transferred: u64,
    /// Contacts whose follow-up is long enough to judge, and those of them that were resolved.
    pub fcr_n: u64,
    pub fcr_resolved: u64,
    /// Contacts too close to the end of the files, and those of them that failed already.
    pub fcr_open: u64,
    pub fcr_open_failed: u64,
    /// Answered contacts of customers nobody knows.
    pub fcr_unknown: u64,
    pub coded_resolved: u64,
    pub coded: u64,
    pub csat_n: u64,
    pub csat_top_two: u64,
    /// Sum of the answers, hundredths.
    pub csat_sum: u64,
    /// Handle time of each leg, ms, in no order.
    pub handle_times: Vec<u32>,
    /// Their median and 90th percentile, ms, once all parts are merged.
    pub handle_p50_ms: Option<f64>,
    pub handle_p90_ms: Option<f64>,
}

impl Totals {
    /// Adds another part of the same group.
    fn merge(&mut self, o: &mut Totals) {
        self.handle_times.append(&mut o.handle_times);
        self.add_counts(o);
    }

    /// Adds a finished group, whose quantiles cannot be added: those of the first part stay only if it is the only one.
    pub fn add(&mut self, o: &Totals) {
        if self.handled == 0 && self.offered == 0 {
            *self = o.clone();
            return;
        }
        self.add_counts(o);
        (self.handle_p50_ms, self.handle_p90_ms) = (None, None);
        self.handle_times = Vec::new();
    }

    fn add_counts(&mut self, o: &Totals) {
        for (mine, theirs) in [
            (&mut self.offered, o.offered),
            (&mut self.answered, o.answered),
            (&mut self.abandoned, o.abandoned),
            (&mut self.short_abandoned, o.short_abandoned),
            (&mut self.answered_waits, o.answered_waits),
            (&mut self.wait_ms, o.wait_ms),
            (&mut self.answered_in_time, o.answered_in_time),
            (&mut self.abandoned_in_time, o.abandoned_in_time),
            (&mut self.handled, o.handled),
            (&mut self.timed, o.timed),
            (&mut self.handle_ms, o.handle_ms),
            (&mut self.talks, o.talks),
            (&mut self.talk_ms, o.talk_ms),
            (&mut self.holds, o.holds),
            (&mut self.acws, o.acws),
            (&mut self.hold_ms, o.hold_ms),
            (&mut self.acw_ms, o.acw_ms),
            (&mut self.transferred, o.transferred),
            (&mut self.fcr_n, o.fcr_n),
            (&mut self.fcr_resolved, o.fcr_resolved),
            (&mut self.fcr_open, o.fcr_open),
            (&mut self.fcr_open_failed, o.fcr_open_failed),
            (&mut self.fcr_unknown, o.fcr_unknown),
            (&mut self.coded_resolved, o.coded_resolved),
            (&mut self.coded, o.coded),
            (&mut self.csat_n, o.csat_n),
            (&mut self.csat_top_two, o.csat_top_two),
            (&mut self.csat_sum, o.csat_sum),
        ] {
            *mine += theirs;
        }
        self.longest_wait_ms = self.longest_wait_ms.max(o.longest_wait_ms);
    }
}

/// One group: its values in the order of the dimensions, and its totals.
#[derive(Debug, Clone, PartialEq)]
pub struct Group {
    pub values: Vec<i64>,
    pub totals: Totals,
}

/// The facts of one grouping, in the order of the groups' values.
#[derive(Debug, Clone)]
pub struct Facts {
    pub dimensions: Vec<Dimension>,
    pub groups: Vec<Group>,
}

/// Measures the log by some dimensions.
pub fn measure(
    log: &CallLog,
    next: &FollowUp,
    dimensions: &[Dimension],
    definitions: &Definitions,
    threads: usize,
) -> Facts {
    let count = log.legs.len();
    let threads = threads.clamp(1, count.div_ceil(1 << 14).max(1));
    let part = |t: usize| {
        let mut meter = Meter {
            log,
            next,
            dimensions,
            definitions,
            clock: Clock::new(log.zone.clone()),
            needs_clock: dimensions.iter().any(|d| d.is_time()),
            groups: HashTable::new(),
            values: Vec::new(),
            totals: Vec::new(),
        };
        for i in count * t / threads..count * (t + 1) / threads {
            meter.leg(i);
        }
        meter.into_groups()
    };
    let mut parts: Vec<Vec<Group>> = if threads == 1 {
        vec![part(0)]
    } else {
        std::thread::scope(|scope| {
            let part = &part;
            let started: Vec<_> = (0..threads).map(|t| scope.spawn(move || part(t))).collect();
            started.into_iter().map(|t| t.join().expect("measuring does not panic")).collect()
        })
    };
    let mut merged = parts.swap_remove(0);
    let mut at: HashMap<Vec<i64>, usize> = merged.iter().enumerate().map(|(i, g)| (g.values.clone(), i)).collect();
    for mut group in parts.into_iter().flatten() {
        match at.get(&group.values) {
            Some(i) => merged[*i].totals.merge(&mut group.totals),
            None => {
                at.insert(group.values.clone(), merged.len());
                merged.push(group);
            }
        }
    }
    merged.sort_unstable_by(|a, b| a.values.cmp(&b.values));
    find_quantiles(&mut merged, threads);
    if dimensions.is_empty() && merged.is_empty() {
        merged.push(Group { values: Vec::new(), totals: Totals::default() });
    }
    Facts { dimensions: dimensions.to_vec(), groups: merged }
}

fn find_quantiles(groups: &mut [Group], threads: usize) {
    let share = groups.len().div_ceil(threads).max(1);
    std::thread::scope(|scope| {
        for part in groups.chunks_mut(share) {
            scope.spawn(|| {
                for Group { totals, .. } in part {
                    totals.handle_p50_ms = quantile(&mut totals.handle_times, 5);
                    totals.handle_p90_ms = quantile(&mut totals.handle_times, 9);
                }
            });
        }
    });
}

/// One thread's measurement.
struct Meter<'a> {
    log: &'a CallLog,
    next: &'a FollowUp,
    dimensions: &'a [Dimension],
    definitions: &'a Definitions,
    clock: Clock,
    needs_clock: bool,
    /// Numbers of the groups by their values.
    groups: HashTable<u32>,
    /// Values of the groups, one behind the other.
    values: Vec<i64>,
    totals: Vec<Totals>,
}

/// A hash of a group's values.
#[inline]
fn hash_of(values: &[i64]) -> u64 {
    // The multiplier of Fibonacci hashing, folded so that the upper bits count as well.
    let mixed = values.iter().fold(0u64, |h, v| (h.rotate_left(23) ^ *v as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15));
    mixed ^ (mixed >> 29)
}

impl Meter<'_> {
    fn into_groups(self) -> Vec<Group> {
        let size = self.dimensions.len();
        let values = |i: usize| self.values[i * size..(i + 1) * size].to_vec();
        self.totals.into_iter().enumerate().map(|(i, totals)| Group { values: values(i), totals }).collect()
    }

    fn group(&mut self, i: usize) -> usize {
        let local = if self.needs_clock { self.clock.local(self.log.legs.start_ms.get(i)) } else { 0 };
        let interval = self.definitions.interval_ms;
        let size = self.dimensions.len();
        let mut room = [0i64; Dimension::ALL.len()];
        for (value, dimension) in room.iter_mut().zip(self.dimensions) {
            *value = dimension.value(self.log, i, local, interval);
        }
        let values = &room[..size];
        let known = &self.values;
        let of = |group: u32| &known[group as usize * size..(group as usize + 1) * size];
        let hash = hash_of(values);
        if let Some(group) = self.groups.find(hash, |g| of(*g) == values) {
            return *group as usize;
        }
        let group = self.totals.len();
        self.groups.insert_unique(hash, group as u32, |g| hash_of(of(*g)));
        self.values.extend_from_slice(values);
        self.totals.push(Totals::default());
        group
    }

    fn leg(&mut self, i: usize) {
        let bits = self.log.legs.flags(i);
        if bits & (flag::DUPLICATE | flag::OUTSIDE) != 0 || bits & (flag::RANG | flag::HEAD) == flag::RANG {
            return;
        }
        let group = self.group(i);
        let totals = &mut self.totals[group];
        if bits & flag::HEAD != 0 {
            contact(totals, self.log, self.next, self.definitions, i, bits);
        }
        if bits & flag::ANSWERED != 0 {
            handled(totals, self.log, i, bits);
        }
    }
}

/// Counts a contact, of which `i` is the head.
#[inline]
fn contact(t: &mut Totals, log: &CallLog, next: &FollowUp, definitions: &Definitions, i: usize, bits: u16) {
    t.offered += 1;
    let wait = log.legs.wait_ms.get(i);
    let known = wait != MISSING;
    if known {
        t.longest_wait_ms = t.longest_wait_ms.max(Some(wait));
    }
    let in_time = known && wait <= definitions.sl_ms;
    if bits & flag::ANSWERED == 0 {
        if bits & flag::ABANDONED != 0 {
            t.abandoned += 1;
            t.abandoned_in_time += u64::from(in_time);
            t.short_abandoned += u64::from(known && wait <= definitions.short_abandon_ms);
        }
        return;
    }
    t.answered += 1;
    if known {
        t.answered_waits += 1;
        t.wait_ms += u64::from(wait);
        t.answered_in_time += u64::from(in_time);
    }
    if log.legs.customer.get(i) == NO_CUSTOMER {
        t.fcr_unknown += 1;
        return;
    }
    let gap = next.next_ms(i);
    let came_back = gap != MISSING && gap <= definitions.fcr_window_ms;
    let failed = came_back || bits & (flag::TRANSFERRED | flag::CONTACT_TRANSFERRED) != 0;
    if log.legs.start_ms.get(i) + i64::from(definitions.fcr_window_ms) > next.end_ms {
        t.fcr_open += 1;
        t.fcr_open_failed += u64::from(failed);
    } else {
        t.fcr_n += 1;
        t.fcr_resolved += u64::from(!failed);
    }
}

/// Counts a leg that an agent took.
#[inline]
fn handled(t: &mut Totals, log: &CallLog, i: usize, bits: u16) {
    let legs = &log.legs;
    let known = |ms: u32| if ms == MISSING { 0 } else { u64::from(ms) };
    t.handled += 1;
    let handle = legs.handle_ms.get(i);
    if handle != MISSING {
        t.timed += 1;
        t.handle_ms += u64::from(handle);
        t.handle_times.push(handle);
        let (hold, acw) = (legs.hold_ms.get(i), legs.acw_ms.get(i));
        t.holds += u64::from(hold != MISSING);
        t.hold_ms += known(hold);
        t.acws += u64::from(acw != MISSING);
        t.acw_ms += known(acw);
    }
    let talk = legs.talk(i);
    if talk != MISSING {
        t.talks += 1;
        t.talk_ms += u64::from(talk);
    }
    t.transferred += u64::from(bits & flag::TRANSFERRED != 0);
    t.coded += u64::from(bits & (flag::CODED_RESOLVED | flag::CODED_UNRESOLVED) != 0);
    t.coded_resolved += u64::from(bits & flag::CODED_RESOLVED != 0);
    let score = legs.score.get(i);
    if score != NO_SCORE {
        t.csat_n += 1;
        t.csat_sum += u64::from(score);
        t.csat_top_two += u64::from(bits & flag::TOP_TWO != 0);
    }
}
