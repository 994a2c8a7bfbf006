//! Facts by agent and stratum: counts and integer sums, which add.

use super::Strata;
use crate::call_log::MISSING;

/// Logarithms of milliseconds are summed as multiples of 1 / this.
pub const LOG_UNIT: f64 = 65_536.0;
/// Weights of contacts are summed as multiples of 1 / this.
pub const WEIGHT_UNIT: f64 = 65_536.0;
macro_rules! counts {
    ($($(#[$doc:meta])* $name:ident : $type:ty),* $(,)?) => {
        /// Counts and sums of some cases.
        #[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
        #[repr(C)]
        pub struct Counts {
            $($(#[$doc])* pub $name: $type,)*
        }

        impl Counts {
            pub fn add(&mut self, other: &Counts) {
                $(self.$name += other.$name;)*
            }

            /// What is left without some of the cases.
            pub fn less(&self, other: &Counts) -> Counts {
                Counts { $($name: self.$name - other.$name,)* }
            }
        }
    };
}

counts! {
    // What most calls touch stands first: the cells are met in no order, and a line of the cache is 64 bytes.
    handled: u32,
    /// Legs whose handle times are compared; sums of their times (ms) and of the logarithms.
    timed: u32,
    handle_ms: u64,
    log_handle: i64,
    /// Contacts that are judged by what followed, and those of them that failed so far.
    followed: u32,
    failed: u32,
    /// The same of those whose window has passed.
    decided: u32,
    decided_failed: u32,
    /// Calls that a survey could follow; and those of them known to have been followed by a repeat, or by none.
    eligible: u32,
    repeat_eligible: u32,
    other_eligible: u32,
    /// Legs with after-call work, and the sum of its logarithms.
    acws: u32,
    log_acw: i64,
    /// Weights of the contacts whose window has not passed, by the follow-up they have; [`WEIGHT_UNIT`].
    open_weight: u64,
    open_failed_weight: u64,
    /// Squares of these weights.
    open_weight_squares: u64,
    surveyed: u32,
    top_two: u32,
    /// Contacts that the agent decided and whose outcome is known, and those of them with the wanted one.
    outcomes: u32,
    outcomes_met: u32,
    /// Closed within seconds; and of these, with a redial.
    short: u32,
    redialled: u32,
    transferred: u32,
    blind: u32,
    /// Calls around the limit, and of these the ones just below it.
    around_limit: u32,
    below_limit: u32,
    /// Calls that came near the limit, and those passed on in the last minute before it.
    near_limit: u32,
    shed: u32,
    /// Calls that were followed by a repeat and have a code, and those coded as resolved.
    repeated: u32,
    claimed: u32,
    /// Eligible calls that a survey followed; of those with a repeat or without; top answers among these.
    asked: u32,
    repeat_asked: u32,
    repeat_top_two: u32,
    other_asked: u32,
    other_top_two: u32,
    /// Short calls in the last days of a month.
    late_short: u32,
    /// Calls that rang at the agent and were not taken.
    rang: u32,
    /// Survey answers that the agent asked for, and that came another way; top answers among them.
    by_agent: u32,
    by_agent_top_two: u32,
    independent: u32,
    independent_top_two: u32,
}

impl Counts {
    /// Contacts as far as what followed is known, each with the weight of the follow-up it has; and failures.
    pub fn judged_contacts(&self) -> (f64, f64) {
        (
            f64::from(self.decided) + self.open_weight as f64 / WEIGHT_UNIT,
            f64::from(self.decided_failed) + self.open_failed_weight as f64 / WEIGHT_UNIT,
        )
    }
}

/// Facts of one agent in one stratum.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cell {
    pub stratum: u32,
    pub counts: Counts,
}

/// One agent's cells.
#[derive(Debug, Clone, Copy)]
pub struct AgentCells<'a> {
    pub agent: u32,
    pub cells: &'a [Cell],
}

impl AgentCells<'_> {
    /// The agent's counts in all strata.
    pub fn totals(&self) -> Counts {
        self.cells.iter().fold(Counts::default(), |mut sum, cell| {
            sum.add(&cell.counts);
            sum
        })
    }
}

/// Facts by agent and stratum.
#[derive(Debug, Clone, Default)]
pub struct Cells {
    pub strata: Strata,
    cells: Vec<Cell>,
    /// Each agent, and where the agent's cells end.
    agents: Vec<(u32, usize)>,
    /// Sums of each stratum.
    by_stratum: Vec<Counts>,
}

impl Cells {
    pub fn len(&self) -> usize {
        self.agents.len()
    }

    pub fn is_empty(&self) -> bool {
        self.agents.is_empty()
    }

    pub fn agent(&self, i: usize) -> AgentCells<'_> {
        let start = if i == 0 { 0 } else { self.agents[i - 1].1 };
        let (agent, end) = self.agents[i];
        AgentCells { agent, cells: &self.cells[start..end] }
    }

    /// The agents in the order of their ids.
    pub fn agents(&self) -> impl Iterator<Item = AgentCells<'_>> {
        (0..self.len()).map(|i| self.agent(i))
    }

    /// The same facts with agents put together: `unit` has the unit of an agent and stratum, [`MISSING`] for none.
    pub fn regrouped(&self, unit: impl Fn(u32, u32) -> u32) -> Cells {
        let units = self.agents().flat_map(|a| a.cells.iter().map(move |c| (a.agent, c))).filter_map(|(agent, c)| {
            let unit = unit(agent, c.stratum);
            (unit != MISSING).then_some((unit, c.stratum, &c.counts))
        });
        let mut cells = Cells::from_counts(self.strata.clone(), units);
        cells.sum_up();
        cells
    }

    /// Cells from (agent, stratum, counts); those of one place are added.
    pub(super) fn from_counts<'a>(strata: Strata, all: impl Iterator<Item = (u32, u32, &'a Counts)>) -> Cells {
        let mut all: Vec<(u32, u32, &Counts)> = all.collect();
        all.sort_unstable_by_key(|(agent, stratum, _)| (*agent, *stratum));
        let mut cells = Cells { strata, ..Cells::default() };
        for (agent, stratum, counts) in all {
            let same_agent = cells.agents.last().is_some_and(|(last, _)| *last == agent);
            match cells.cells.last_mut() {
                Some(cell) if same_agent && cell.stratum == stratum => cell.counts.add(counts),
                _ => cells.cells.push(Cell { stratum, counts: *counts }),
            }
            match cells.agents.last_mut() {
                Some((_, end)) if same_agent => *end = cells.cells.len(),
                _ => cells.agents.push((agent, cells.cells.len())),
            }
        }
        cells
    }

    /// The place of an agent, `None` of one without cells.
    pub fn position(&self, agent: u32) -> Option<usize> {
        self.agents.binary_search_by_key(&agent, |(known, _)| *known).ok()
    }

    /// The counts of a cell.
    pub(super) fn counts_at(&mut self, place: usize) -> &mut Counts {
        &mut self.cells[place].counts
    }

    /// Gives an agent's cells other counts, in their order.
    pub(super) fn set(&mut self, place: usize, counts: &[Counts]) {
        let start = if place == 0 { 0 } else { self.agents[place - 1].1 };
        for (cell, counts) in self.cells[start..].iter_mut().zip(counts) {
            cell.counts = *counts;
        }
    }

    /// Where an agent's cell of a stratum is, which there must be.
    pub(super) fn place(&self, agent: u32, stratum: u32) -> usize {
        let i = self.agents.partition_point(|(other, _)| *other < agent);
        let start = if i == 0 { 0 } else { self.agents[i - 1].1 };
        start + self.agent(i).cells.partition_point(|cell| cell.stratum < stratum)
    }

    /// Sums of each stratum.
    pub fn by_stratum(&self) -> &[Counts] {
        &self.by_stratum
    }

    /// Sums the strata up, once the cells are as they stay.
    pub(super) fn sum_up(&mut self) {
        self.by_stratum = vec![Counts::default(); self.strata.all.len()];
        for cell in &self.cells {
            self.by_stratum[cell.stratum as usize].add(&cell.counts);
        }
    }
}
