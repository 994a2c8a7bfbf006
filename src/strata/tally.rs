//! Sorting calls into cells: what each agent did in each stratum, counted in one pass, some agents a thread.

use super::case::{Calls, Case};
use super::cells::{Cells, Counts, LOG_UNIT, WEIGHT_UNIT};
use super::{DAY_MS, DayBlocks, Size, Strata, Stratum, fibonacci, in_parts};
use crate::call_log::{MISSING, SurveySource};
use crate::read::time::{Clock, civil_of};
use crate::stats::survival::kaplan_meier;
use hashbrown::HashTable;
use std::collections::{BTreeMap, BTreeSet};

/// Parts of the follow-up window in which contacts are told apart; hours, where it is seven days.
const BINS: usize = 168;

/// The cells of a period, and what is known of them together.
#[derive(Debug, Clone, Default)]
pub struct Tally {
    pub cells: Cells,
    /// Pooled variance of log handle time inside cells; `None` without two calls in one cell.
    pub log_handle_variance: Option<f64>,
    pub log_acw_variance: Option<f64>,
    /// Variance of one contact's resolution, in units of weight; `None` without contacts to judge.
    pub resolution_variance: Option<f64>,
    /// Contacts of customers nobody knows, and of numbers that are switchboards.
    pub unknown_customers: u64,
    pub switchboard_contacts: u64,
    /// Contacts whose follow-up window has not passed.
    pub undecided: u64,
    /// Months whose last days have calls.
    pub month_ends: usize,
    /// From the first to the last call, ms; and the start of the last, ms UTC.
    pub span_ms: i64,
    pub last_ms: Option<i64>,
}

impl Tally {
    /// Gives an agent's cells other counts, in their order: as if the agent's calls had gone otherwise. What differs
    /// inside cells is taken to stay as it is.
    pub fn set(&mut self, place: usize, counts: &[Counts]) {
        self.cells.set(place, counts);
        self.cells.sum_up();
        self.resolution_variance = resolution_variance(&self.cells);
    }
}

/// The limit of handle time that is looked at, and the stretch before it.
pub type Limit = Option<u32>;

/// A minute before the limit and a minute after it, ms.
pub const AROUND_LIMIT_MS: u32 = 60_000;

fn log_of(ms: u32) -> i64 {
    (libm::log(f64::from(ms.max(1))) * LOG_UNIT).round() as i64
}

/// Logarithms of whole seconds, which is what most sources have.
struct Logs(Vec<i64>);

impl Logs {
    fn new() -> Logs {
        Logs((0..8_192).map(|s| log_of(s * 1_000)).collect())
    }

    #[inline]
    fn of(&self, ms: u32) -> i64 {
        match self.0.get(ms as usize / 1_000) {
            Some(log) if ms.is_multiple_of(1_000) => *log,
            _ => log_of(ms),
        }
    }
}

/// Adds one case to its cell, but for the weights, which need the strata's curves.
///
/// Returns the logarithms that were added, of handle time and after-call work.
fn count(counts: &mut Counts, case: &Case, limit: Limit, late: bool, of: &Logs) -> (i64, i64) {
    let one = |is: bool| u32::from(is);
    let mut logs = (0, 0);
    counts.handled += 1;
    if case.timed() {
        logs.0 = of.of(case.handle_ms);
        counts.timed += 1;
        counts.handle_ms += u64::from(case.handle_ms);
        counts.log_handle += logs.0;
        if case.worked_after() {
            logs.1 = of.of(case.acw_ms);
            counts.acws += 1;
            counts.log_acw += logs.1;
        }
    }
    if case.followed() {
        let failed = one(case.transferred || case.repeated());
        counts.followed += 1;
        counts.failed += failed;
        if case.decided() {
            counts.decided += 1;
            counts.decided_failed += failed;
        }
    }
    counts.surveyed += one(case.surveyed);
    if case.surveyed {
        match case.survey_source {
            Some(SurveySource::Agent) => {
                counts.by_agent += 1;
                counts.by_agent_top_two += one(case.top_two);
            }
            Some(SurveySource::Independent) => {
                counts.independent += 1;
                counts.independent_top_two += one(case.top_two);
            }
            None => {}
        }
    }
    counts.top_two += one(case.surveyed && case.top_two);
    counts.outcomes += one(case.outcome.is_some());
    counts.outcomes_met += one(case.outcome == Some(true));
    let short = case.short();
    counts.short += one(short);
    counts.late_short += one(short && late);
    counts.redialled += one(short && case.redialled);
    counts.transferred += one(case.transferred);
    counts.blind += one(case.blind());
    if let Some(limit) = limit
        && case.connected_ms != MISSING
        && case.connected_ms >= limit - AROUND_LIMIT_MS
    {
        let below = case.connected_ms < limit;
        counts.near_limit += 1;
        counts.shed += one(below && case.transferred);
        counts.below_limit += one(below);
        counts.around_limit += one(case.connected_ms < limit + AROUND_LIMIT_MS);
    }
    if let Some(coded) = case.coded
        && case.repeated()
        && case.eligible()
    {
        counts.repeated += 1;
        counts.claimed += one(coded);
    }
    if case.eligible() {
        counts.eligible += 1;
        counts.asked += one(case.surveyed);
        if case.decided() {
            let (eligible, asked, top) = if case.repeated() {
                (&mut counts.repeat_eligible, &mut counts.repeat_asked, &mut counts.repeat_top_two)
            } else {
                (&mut counts.other_eligible, &mut counts.other_asked, &mut counts.other_top_two)
            };
            *eligible += 1;
            *asked += one(case.surveyed);
            *top += one(case.surveyed && case.top_two);
        }
    }
    logs
}

/// What agents did in full strata, before these are merged: one thread's share, which is some of the agents.
#[derive(Default)]
struct Sheet {
    at: HashTable<u32>,
    slots: Vec<Slot>,
    /// The full strata met, in that order, and their numbers.
    full: Vec<Stratum>,
    number: HashTable<u32>,
    /// For each of them, contacts that were not passed on: repeats, and ends of observation, by bin of the window.
    histories: Vec<[[u32; BINS]; 2]>,
    open: Vec<Open>,
    /// Sums of squares of the logarithms.
    log_handle_squares: u128,
    log_acw_squares: u128,
    unknown_customers: u64,
    switchboard_contacts: u64,
    /// Months (year x 12 + month) whose last days have calls.
    month_ends: BTreeSet<i32>,
    first_ms: Option<i64>,
    last_ms: Option<i64>,
}

/// An agent in a full stratum, with what was counted.
struct Slot {
    agent: u32,
    full: u32,
    counts: Counts,
}

/// A contact whose window has not passed.
struct Open {
    slot: u32,
    /// The last bin that was seen.
    bin: u8,
    repeated: bool,
    transferred: bool,
}

fn hash_of(agent: u32, full: u32) -> u64 {
    fibonacci(u64::from(agent) << 32 | u64::from(full))
}

impl Sheet {
    /// The number of a full stratum.
    fn full(&mut self, stratum: Stratum) -> u32 {
        let full = &self.full;
        if let Some(number) = self.number.find(stratum.hash(), |n| full[*n as usize] == stratum) {
            return *number;
        }
        let number = self.full.len() as u32;
        self.full.push(stratum);
        self.histories.push([[0; BINS]; 2]);
        let full = &self.full;
        self.number.insert_unique(stratum.hash(), number, |n| full[*n as usize].hash());
        number
    }

    /// The number of an agent's slot.
    #[inline]
    fn slot(&mut self, agent: u32, full: u32) -> u32 {
        let slots = &self.slots;
        let is = |s: &u32| slots[*s as usize].agent == agent && slots[*s as usize].full == full;
        if let Some(at) = self.at.find(hash_of(agent, full), is) {
            return *at;
        }
        let at = self.slots.len() as u32;
        self.slots.push(Slot { agent, full, counts: Counts::default() });
        let slots = &self.slots;
        let hash = |s: &u32| hash_of(slots[*s as usize].agent, slots[*s as usize].full);
        self.at.insert_unique(hash_of(agent, full), at, hash);
        at
    }
}

/// A case on its way to its slot.
struct Sorted {
    case: Case,
    full: u32,
    slot: u32,
    late: bool,
}

/// Cases that are sorted together, so that the processor waits for several slots at a time.
const BATCH: usize = 64;

/// The calls to be sorted into cells.
struct Sorting<'a> {
    calls: &'a Calls<'a>,
    blocks: &'a DayBlocks,
    limit: Limit,
    threads: usize,
    logs: Logs,
}

/// Days at the end of a month that are looked at on their own.
const LATE_DAYS: i64 = 3;

/// The month (year x 12 + month) that follows within days of a moment on the local clock, if one does.
pub fn ends_month(local_ms: i64) -> Option<i32> {
    let later = civil_of(local_ms + LATE_DAYS * DAY_MS);
    (i64::from(later.day()) <= LATE_DAYS).then(|| i32::from(later.year()) * 12 + i32::from(later.month()))
}

impl Sorting<'_> {
    fn sheet(&self, part: usize) -> Sheet {
        let mut sheet = Sheet::default();
        let mut clock = Clock::new(self.calls.log.zone.clone());
        // The day that was looked at last, and the month at whose end it lies.
        let mut day = (i64::MIN, None);
        let mut batch: Vec<Sorted> = Vec::with_capacity(BATCH);
        let agents = self.calls.log.names.agent.len();
        let mine = (agents * part / self.threads) as u32..(agents * (part + 1) / self.threads) as u32;
        let legs = &self.calls.log.legs;
        for i in (0..legs.len()).filter(|i| mine.contains(&legs.agent.get(*i))) {
            let case = self.calls.case(i);
            let rang = case.is_none() && self.calls.rang(i);
            if case.is_none() && !rang {
                continue;
            }
            let local = clock.local(legs.start_ms.get(i));
            let full = sheet.full(Stratum {
                queue: legs.queue.get(i),
                received: case.as_ref().is_some_and(|c| c.received),
                issue: Some(self.calls.issue(i)),
                block: Some(self.blocks.of(local)),
            });
            let Some(case) = case else {
                let slot = sheet.slot(legs.agent.get(i), full);
                sheet.slots[slot as usize].counts.rang += 1;
                continue;
            };
            if day.0 != local.div_euclid(DAY_MS) {
                day = (local.div_euclid(DAY_MS), ends_month(local));
                sheet.month_ends.extend(day.1);
            }
            batch.push(Sorted { case, full, slot: 0, late: day.1.is_some() });
            if batch.len() == BATCH {
                self.enter(&mut sheet, &mut batch);
            }
        }
        self.enter(&mut sheet, &mut batch);
        sheet
    }

    /// Enters a batch into the sheet.
    fn enter(&self, sheet: &mut Sheet, batch: &mut Vec<Sorted>) {
        for sorted in batch.iter_mut() {
            sorted.slot = sheet.slot(sorted.case.agent, sorted.full);
        }
        for Sorted { case, full, slot, late } in batch.drain(..) {
            let counts = &mut sheet.slots[slot as usize].counts;
            let (log_handle, log_acw) = count(counts, &case, self.limit, late, &self.logs);
            sheet.log_handle_squares += (log_handle * log_handle) as u128;
            sheet.log_acw_squares += (log_acw * log_acw) as u128;
            sheet.first_ms = Some(sheet.first_ms.map_or(case.start_ms, |first| first.min(case.start_ms)));
            sheet.last_ms = sheet.last_ms.max(Some(case.start_ms));
            if !case.followed() {
                match self.calls.next.is_switchboard(self.calls.log.head_of(case.leg)) {
                    true => sheet.switchboard_contacts += 1,
                    false => sheet.unknown_customers += 1,
                }
                continue;
            }
            let (repeated, transferred) = (case.repeated(), case.transferred);
            if !transferred {
                let [repeats, ends] = &mut sheet.histories[full as usize];
                if repeated {
                    repeats[self.bin(i64::from(case.gap_ms))] += 1;
                } else {
                    ends[self.bin(case.follow_up_ms)] += 1;
                }
            }
            if !case.decided() {
                sheet.open.push(Open { slot, bin: self.bin(case.follow_up_ms) as u8, repeated, transferred });
            }
        }
    }

    /// The part of the window in which something happens so long after a contact.
    fn bin(&self, ms: i64) -> usize {
        let window = i64::from(self.calls.window_ms).max(1);
        ((ms * BINS as i64 / window) as usize).min(BINS - 1)
    }
}

/// Counts everything of a period by agent and stratum.
pub fn tally(calls: &Calls<'_>, blocks: &DayBlocks, limit: Limit, threads: usize) -> Tally {
    let sorting = Sorting { calls, blocks, limit, threads, logs: Logs::new() };
    let sheets = in_parts(threads, |part| sorting.sheet(part));
    let sum = |of: fn(&Sheet) -> u128| sheets.iter().map(of).sum::<u128>();
    let first = sheets.iter().filter_map(|s| s.first_ms).min();
    let last = sheets.iter().filter_map(|s| s.last_ms).max();
    let cells = cells_of(&sheets);
    Tally {
        log_handle_variance: within(&cells, sum(|s| s.log_handle_squares), |c| (c.timed, c.log_handle)),
        log_acw_variance: within(&cells, sum(|s| s.log_acw_squares), |c| (c.acws, c.log_acw)),
        resolution_variance: resolution_variance(&cells),
        unknown_customers: sum(|s| s.unknown_customers.into()) as u64,
        switchboard_contacts: sum(|s| s.switchboard_contacts.into()) as u64,
        undecided: sum(|s| s.open.len() as u128) as u64,
        month_ends: sheets.iter().flat_map(|s| &s.month_ends).collect::<BTreeSet<_>>().len(),
        span_ms: first.zip(last).map_or(0, |(first, last)| last - first),
        last_ms: last,
        cells,
    }
}

/// Decides on the strata, puts the slots in order and weighs the contacts whose window has not passed.
fn cells_of(sheets: &[Sheet]) -> Cells {
    let mut sizes: BTreeMap<Stratum, Size> = BTreeMap::new();
    let mut agents: Vec<u32> = Vec::new();
    for sheet in sheets {
        let mut of_full = vec![Size::default(); sheet.full.len()];
        for slot in &sheet.slots {
            of_full[slot.full as usize].add(slot.agent, u64::from(slot.counts.handled));
            agents.push(slot.agent);
        }
        for (stratum, size) in sheet.full.iter().zip(&of_full) {
            sizes.entry(*stratum).or_default().merge(size);
        }
    }
    agents.sort_unstable();
    agents.dedup();
    let strata = Strata::new(&sizes, agents.len());
    // The stratum of each sheet's full strata.
    let numbers: Vec<Vec<u32>> =
        sheets.iter().map(|s| s.full.iter().map(|full| strata.number(*full)).collect()).collect();
    let slots = sheets.iter().zip(&numbers).flat_map(|(sheet, numbers)| {
        sheet.slots.iter().map(|slot| (slot.agent, numbers[slot.full as usize], &slot.counts))
    });
    let mut cells = Cells::from_counts(strata, slots);
    let weights = weights(sheets, &numbers, cells.strata.all.len());
    for (sheet, numbers) in sheets.iter().zip(&numbers) {
        let cell = |slot: &Slot| cells.place(slot.agent, numbers[slot.full as usize]);
        let places: Vec<usize> = sheet.slots.iter().map(cell).collect();
        for open in &sheet.open {
            let stratum = numbers[sheet.slots[open.slot as usize].full as usize];
            let weight = weights[stratum as usize][open.bin as usize];
            let counts = cells.counts_at(places[open.slot as usize]);
            counts.open_weight += weight;
            counts.open_weight_squares += weight * weight / WEIGHT_UNIT as u64;
            // One that was passed on failed for certain: a customer who is seen to come back adds nothing to that.
            counts.open_failed_weight += match (open.transferred, open.repeated) {
                (true, _) => weight,
                (false, true) => WEIGHT_UNIT as u64,
                (false, false) => 0,
            };
        }
    }
    cells.sum_up();
    cells
}

/// For each stratum and bin, the weight of a contact that was seen up to then: the share of the repeats of its stratum
/// that would have been seen, by the curve of E. L. Kaplan and P. Meier, JASA 53 (1958) 457-481. So a contact near the
/// end of the files counts as far as it tells something.
fn weights(sheets: &[Sheet], numbers: &[Vec<u32>], strata: usize) -> Vec<Vec<u64>> {
    let mut histories = vec![[[0u64; BINS]; 2]; strata];
    for (sheet, numbers) in sheets.iter().zip(numbers) {
        for (history, number) in sheet.histories.iter().zip(numbers) {
            for (sums, counts) in histories[*number as usize].iter_mut().zip(history) {
                sums.iter_mut().zip(counts).for_each(|(sum, n)| *sum += u64::from(*n));
            }
        }
    }
    let of_stratum = |[repeats, ends]: &[[u64; BINS]; 2]| {
        let curve = kaplan_meier(repeats, ends);
        let last = curve.last().copied().unwrap_or(0.0);
        // Where nobody ever came back, time tells nothing.
        let share = |seen: &f64| if last > 0.0 { seen / last } else { 1.0 };
        curve.iter().map(|seen| (share(seen) * WEIGHT_UNIT).round() as u64).collect()
    };
    histories.iter().map(of_stratum).collect()
}

/// Pooled variance inside cells of values summed in [`LOG_UNIT`]s.
fn within(cells: &Cells, squares: u128, of: impl Fn(&Counts) -> (u32, i64)) -> Option<f64> {
    let mut free = 0u64;
    let mut explained = 0.0;
    for cell in cells.agents().flat_map(|a| a.cells) {
        let (n, sum) = of(&cell.counts);
        if n > 0 {
            free += u64::from(n) - 1;
            explained += (sum as f64).powi(2) / f64::from(n);
        }
    }
    (free > 0).then(|| (squares as f64 - explained).max(0.0) / free as f64 / (LOG_UNIT * LOG_UNIT))
}

/// Variance of a failure that is seen with the chance of its weight, a unit of weight.
fn resolution_variance(cells: &Cells) -> Option<f64> {
    let mut sum = 0.0;
    let mut all = 0.0;
    for counts in cells.by_stratum() {
        let (weight, failures) = counts.judged_contacts();
        if weight > 0.0 {
            let failed = failures / weight;
            let squares = f64::from(counts.decided) + counts.open_weight_squares as f64 / WEIGHT_UNIT;
            sum += failed * weight - failed * failed * squares;
            all += weight;
        }
    }
    (all > 0.0).then(|| sum / all)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::call_log::{Leg, flag};
    use crate::strata::testing::{SmallLog, call, end};

    const DAY_S: i64 = 86_400;

    /// Customers of agent 1 come back on each day of the window; of agent 2, one does in the last hours of the files.
    fn near_the_end(flags: u16) -> Counts {
        let mut legs = Vec::new();
        for customer in 1..=40 {
            let first = Leg { customer, ..call(1, 0, customer as i64 * 60, 100) };
            let again = call(1, 0, first.start_ms / 1_000 + customer as i64 % 7 * DAY_S + DAY_S / 2, 100);
            legs.extend([first, Leg { customer, ..again }]);
        }
        let first = Leg { customer: 99, flags, ..call(2, 0, 9 * DAY_S, 100) };
        legs.extend([first, Leg { customer: 99, ..call(1, 0, 9 * DAY_S + 3_600, 100) }, end(9 * DAY_S + 50_000)]);
        let tally = SmallLog::new(&legs).tally();
        tally.cells.agent(1).cells[0].counts
    }

    #[test]
    fn near_the_end_of_the_files_a_contact_counts_as_far_as_it_tells_something() {
        let came_back = near_the_end(flag::ANSWERED);
        assert!(came_back.open_weight > 0 && came_back.open_weight < WEIGHT_UNIT as u64 / 2);
        // That a customer came back is known for certain, however early; with the weight it is so on average.
        assert_eq!(came_back.open_failed_weight, WEIGHT_UNIT as u64);
    }

    #[test]
    fn near_the_end_a_contact_passed_on_fails_with_its_weight_whether_its_customer_comes_back_or_not() {
        let passed_on = near_the_end(flag::ANSWERED | flag::TRANSFERRED);
        assert!(passed_on.open_weight > 0 && passed_on.open_weight < WEIGHT_UNIT as u64 / 2);
        assert_eq!(passed_on.open_failed_weight, passed_on.open_weight);
    }
}
