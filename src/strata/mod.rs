//! Strata: what an agent cannot choose. Facts by agent and stratum, from which everything fair is computed.
//!
//! A stratum is queue x issue x day-block, apart for contacts that came from another agent. Never a disposition, a
//! transfer or a hold: what an agent chooses cannot excuse the agent. Strata with too few calls or agents to compare
//! are merged upward: blocks into their queue x issue, issues into their queue.

mod case;
mod cells;
mod connected;
mod expected;
mod tally;
#[cfg(test)]
pub mod testing;

pub use case::{BLIND_MS, Calls, Case, SHORT_MS};
pub use cells::{AgentCells, Cell, Cells, Counts, LOG_UNIT};
pub use connected::{Component, components};
pub use expected::{Expected, expected};
pub use tally::{AROUND_LIMIT_MS, Tally, ends_month, tally};

use crate::call_log::{CallLog, flag};
use crate::read::time::Clock;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

/// Fewer calls than this cannot be compared.
const FEW_CALLS: u64 = 30;
/// Fewer agents than this cannot be compared.
const FEW_AGENTS: usize = 3;
/// More strata than this, with more agents as well, are made coarser: the model's equations are dense in the smaller
/// of the two.
const MOST_STRATA: usize = 2_000;
const DAY_MS: i64 = 86_400_000;
const HOUR_MS: i64 = 3_600_000;

/// A stratum; `None` where the calls of several were merged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Stratum {
    /// Dictionary id, or [`MISSING`].
    pub queue: u32,
    /// The contact came from another agent.
    pub received: bool,
    pub issue: Option<u32>,
    pub block: Option<u8>,
}

impl Stratum {
    /// Queue x issue: what a thin stratum leans on.
    pub fn parent(self) -> Stratum {
        Stratum { block: None, ..self }
    }

    fn hash(self) -> u64 {
        let issue = self.issue.map_or(0, |issue| u64::from(issue).wrapping_add(1));
        let block = self.block.map_or(0, |block| u64::from(block) + 1);
        fibonacci(u64::from(self.queue) << 32 ^ issue << 4 ^ block << 1 ^ u64::from(self.received))
    }

    fn queue_only(self) -> Stratum {
        Stratum { issue: None, block: None, ..self }
    }
}

/// A hash of a key: the multiplier of Fibonacci hashing, folded so that the upper bits count as well.
fn fibonacci(key: u64) -> u64 {
    let mixed = key.wrapping_mul(0x9E37_79B9_7F4A_7C15);
    mixed ^ (mixed >> 29)
}

/// Four parts of the day with about as many calls each, by local hour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DayBlocks {
    /// The block of each hour.
    of_hour: [u8; 24],
}

impl DayBlocks {
    pub const COUNT: usize = 4;

    /// Blocks from the calls of each hour. A block ends with the hour that completes its quarter of all calls.
    pub fn new(calls: &[u64; 24]) -> DayBlocks {
        let all: u64 = calls.iter().sum();
        let mut of_hour = [0; 24];
        let mut before = 0;
        for (block, calls) in of_hour.iter_mut().zip(calls) {
            // The quarter in which the middle of the hour's calls lies.
            *block = ((4 * before + 2 * calls) / all.max(1)).min(3) as u8;
            before += calls;
        }
        DayBlocks { of_hour }
    }

    /// The block of a local time, ms.
    #[inline]
    pub fn of(&self, local_ms: i64) -> u8 {
        self.of_hour[(local_ms.rem_euclid(DAY_MS) / HOUR_MS) as usize]
    }

    /// From which hour to which a block goes; several times where it begins again.
    pub fn hours_of(&self, block: u8) -> Vec<(usize, usize)> {
        self.hours().into_iter().filter(|(from, _)| self.of_hour[*from] == block).collect()
    }

    /// The first hour and the hour after the last of each block that has any.
    pub fn hours(&self) -> Vec<(usize, usize)> {
        let mut hours: Vec<(usize, usize)> = Vec::new();
        for (hour, block) in self.of_hour.iter().enumerate() {
            match hours.last_mut() {
                Some((_, end)) if self.of_hour[hour - 1] == *block => *end = hour + 1,
                _ => hours.push((hour, hour + 1)),
            }
        }
        hours
    }
}

/// Finds the day-blocks of all that agents handled.
pub fn day_blocks(log: &CallLog, threads: usize) -> DayBlocks {
    let count = log.legs.len();
    let part = |t: usize| {
        let mut clock = Clock::new(log.zone.clone());
        let mut calls = [0u64; 24];
        for i in count * t / threads..count * (t + 1) / threads {
            if log.legs.flags(i) & (flag::ANSWERED | flag::DUPLICATE) == flag::ANSWERED {
                let local = clock.local(log.legs.start_ms.get(i));
                calls[(local.rem_euclid(DAY_MS) / HOUR_MS) as usize] += 1;
            }
        }
        calls
    };
    let mut calls = [0u64; 24];
    for of_part in in_parts(threads, part) {
        for (sum, n) in calls.iter_mut().zip(of_part) {
            *sum += n;
        }
    }
    DayBlocks::new(&calls)
}

/// Runs `work` for each of `threads` parts; the results stand in the order of the parts.
pub fn in_parts<T: Send>(threads: usize, work: impl Fn(usize) -> T + Sync) -> Vec<T> {
    if threads <= 1 {
        return vec![work(0)];
    }
    std::thread::scope(|scope| {
        let work = &work;
        let started: Vec<_> = (0..threads).map(|t| scope.spawn(move || work(t))).collect();
        started.into_iter().map(|t| t.join().expect("a part's work does not panic")).collect()
    })
}

/// Which stratum each combination belongs to after merging.
#[derive(Debug, Clone, Default)]
pub struct Strata {
    /// All strata in order, parents' children side by side.
    pub all: Vec<Stratum>,
    /// The number of each full stratum's place.
    of: HashMap<Stratum, u32>,
}

/// How much there is to compare in a stratum: calls, and the first few agents.
#[derive(Debug, Clone, Default)]
struct Size {
    calls: u64,
    agents: Vec<u32>,
}

impl Size {
    /// Adds an agent's calls; calls that only rang, of which none was taken, add nothing.
    fn add(&mut self, agent: u32, calls: u64) {
        if calls > 0 {
            self.merge(&Size { calls, agents: vec![agent] });
        }
    }

    fn merge(&mut self, other: &Size) {
        self.calls += other.calls;
        for agent in &other.agents {
            if self.agents.len() < FEW_AGENTS && !self.agents.contains(agent) {
                self.agents.push(*agent);
            }
        }
    }

    fn is_thin(&self) -> bool {
        self.calls < FEW_CALLS || self.agents.len() < FEW_AGENTS
    }
}

impl Strata {
    /// Decides on the strata, from the size of each full stratum and the number of agents.
    fn new(sizes: &BTreeMap<Stratum, Size>, agents: usize) -> Strata {
        let coarser: [fn(Stratum) -> Stratum; 3] = [|s| s, Stratum::parent, Stratum::queue_only];
        let mut found = Strata::default();
        for coarser in coarser {
            found = Strata::merged(sizes, coarser);
            if found.all.len().min(agents) <= MOST_STRATA {
                break;
            }
        }
        found
    }

    fn merged(sizes: &BTreeMap<Stratum, Size>, coarser: fn(Stratum) -> Stratum) -> Strata {
        // Where each full stratum with calls that were taken stands so far.
        let was_taken = |s: &&Stratum| sizes[*s].calls > 0;
        let mut now: BTreeMap<Stratum, Stratum> = sizes.keys().filter(was_taken).map(|s| (*s, coarser(*s))).collect();
        let thin = |now: &BTreeMap<Stratum, Stratum>| {
            let mut together: BTreeMap<Stratum, Size> = BTreeMap::new();
            for (full, stratum) in now {
                together.entry(*stratum).or_default().merge(&sizes[full]);
            }
            together.into_iter().filter(|(_, size)| size.is_thin()).map(|(s, _)| s).collect::<HashSet<Stratum>>()
        };
        // Thin blocks join the other thin blocks of their queue x issue; if they are thin together, all of it is one.
        let few = thin(&now);
        now.values_mut().filter(|s| few.contains(s)).for_each(|s| *s = s.parent());
        let few = thin(&now);
        let whole: HashSet<Stratum> = now.values().filter(|s| few.contains(s)).map(|s| s.parent()).collect();
        now.values_mut().filter(|s| whole.contains(&s.parent())).for_each(|s| *s = s.parent());
        // Thin issues join the other thin issues of their queue. What is left over there is all that can be compared.
        let few = thin(&now);
        now.values_mut().filter(|s| few.contains(s)).for_each(|s| *s = s.queue_only());
        // Calls that only rang decide nothing and join what there is.
        let known: BTreeSet<Stratum> = now.values().copied().collect();
        for full in sizes.keys().filter(|s| !was_taken(s)) {
            let like = |up: fn(Stratum) -> Stratum| known.iter().find(move |s| up(**s) == up(*full)).copied();
            let place = like(|s| s).or_else(|| like(Stratum::parent)).or_else(|| like(Stratum::queue_only));
            now.insert(*full, place.unwrap_or(full.queue_only()));
        }
        let mut all: Vec<Stratum> = now.values().copied().collect();
        all.sort_unstable();
        all.dedup();
        let number: HashMap<Stratum, u32> = all.iter().enumerate().map(|(i, s)| (*s, i as u32)).collect();
        let of = now.into_iter().map(|(full, stratum)| (full, number[&stratum])).collect();
        Strata { all, of }
    }

    /// The number of a full stratum's place after merging.
    #[inline]
    fn number(&self, full: Stratum) -> u32 {
        self.of[&full]
    }

    /// For each stratum the number of its parent; children of one parent stand side by side.
    pub fn parents(&self) -> Vec<u32> {
        let mut parents = Vec::with_capacity(self.all.len());
        for (i, stratum) in self.all.iter().enumerate() {
            let same = i > 0 && self.all[i - 1].parent() == stratum.parent();
            let parent = parents.last().map_or(0, |last: &u32| last + u32::from(!same));
            parents.push(parent);
        }
        parents
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::call_log::Leg;

    #[test]
    fn blocks_hold_about_as_many_calls_each() {
        let mut calls = [0u64; 24];
        calls[8..20].fill(100);
        assert_eq!(DayBlocks::new(&calls).hours(), [(0, 11), (11, 14), (14, 17), (17, 24)]);
        assert_eq!(DayBlocks::new(&[0; 24]).hours(), [(0, 24)]);
        let mut one = [0; 24];
        one[9] = 7;
        assert!(DayBlocks::new(&one).of(9 * HOUR_MS) < 4);
    }

    #[test]
    fn calls_delivered_again_move_no_block() {
        let once: Vec<_> = (0..48).map(|i| testing::call(i % 4, 0, i64::from(i) * 1_800, 60)).collect();
        let mut again: Vec<_> = once.iter().enumerate().map(|(i, leg)| Leg { contact: i as u64 + 1, ..*leg }).collect();
        again.extend_from_within(..12);
        again.extend_from_within(..12);
        let blocks = |legs: &[Leg]| day_blocks(&testing::SmallLog::new(legs).log, 2);
        assert_eq!(blocks(&again), blocks(&once));
    }

    fn full(issue: u32, block: u8) -> Stratum {
        Stratum { queue: 0, received: false, issue: Some(issue), block: Some(block) }
    }

    /// So many calls of each of the agents.
    fn of(agents: &[u32], calls: u64) -> Size {
        let mut size = Size::default();
        agents.iter().for_each(|agent| size.add(*agent, calls));
        size
    }

    #[test]
    fn thin_strata_are_merged_upward() {
        let sizes: BTreeMap<Stratum, Size> = [
            (full(0, 0), of(&[1, 2, 3], 20)),
            (full(0, 1), of(&[1, 2], 9)), // thin, and thin with the next: the issue becomes one
            (full(0, 2), of(&[1], 2)),
            (full(1, 0), of(&[1, 2, 3], 50)),
            (full(1, 1), of(&[1, 2], 9)), // thin, but not with the next
            (full(1, 2), of(&[3], 20)),
            (full(2, 0), of(&[1], 1)), // thin issues are their queue's rest
            (full(3, 0), of(&[2], 1)),
        ]
        .into_iter()
        .collect();
        let strata = Strata::new(&sizes, 3);
        let at = |issue, block| strata.all[strata.number(full(issue, block)) as usize];
        assert_eq!([at(0, 0), at(0, 1), at(0, 2)], [full(0, 0).parent(); 3]);
        assert_eq!([at(1, 0), at(1, 1), at(1, 2)], [full(1, 0), full(1, 1).parent(), full(1, 2).parent()]);
        assert_eq!([at(2, 0), at(3, 0)], [full(2, 0).queue_only(); 2]);
        assert_eq!(strata.parents(), [0, 1, 2, 2]);
    }

    #[test]
    fn calls_that_only_rang_decide_on_no_stratum() {
        let taken: BTreeMap<Stratum, Size> =
            [(full(0, 0), of(&[1, 2, 3], 20)), (full(0, 1), of(&[1, 2, 3], 20)), (full(1, 0), of(&[1, 2], 20))]
                .into_iter()
                .collect();
        let alone = Strata::new(&taken, 3);
        let mut rung = taken;
        rung.entry(full(1, 0)).or_default().add(3, 0);
        for (issue, block) in [(0, 3), (1, 2), (7, 0)] {
            rung.insert(full(issue, block), of(&[1, 9], 0));
        }
        let strata = Strata::new(&rung, 4);
        assert_eq!(strata.all, alone.all);
        let at = |issue, block| strata.all[strata.number(full(issue, block)) as usize];
        assert_eq!([at(0, 3), at(1, 2), at(7, 0)], [full(0, 0), full(0, 0).queue_only(), full(0, 0).queue_only()]);
        assert_eq!(Strata::new(&[(full(0, 0), of(&[1], 0))].into_iter().collect(), 1).all, [full(0, 0).queue_only()]);
    }

    #[test]
    fn one_agent_and_no_calls_have_strata_too() {
        let alone = [(full(0, 0), of(&[1], 500))].into_iter().collect();
        assert_eq!(Strata::new(&alone, 1).all, [full(0, 0).queue_only()]);
        assert_eq!(Strata::new(&BTreeMap::new(), 0).all, []);
    }
}
