//! What would be expected of an agent: the others' results in the same strata.

use super::{Cells, Counts};

/// Observed and expected of one agent, by indirect standardisation.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Expected {
    /// What it is counted over; weights of a fraction are allowed.
    pub n: f64,
    pub observed: f64,
    /// Sum of what the other agents' results let expect of the same calls.
    pub expected: f64,
    /// Variance of the sum if every call were a coin of its stratum: `sum of n r (1 - r)`.
    pub variance: f64,
    /// Share of the expectation's strata that the agent's own calls make up.
    pub own_share: f64,
}

/// Leave-one-out expectations of each agent, in the order of the cells' agents.
///
/// `of` gives n and sum of a cell. A stratum's result without the agent's own is smoothed by `pseudo` calls of the
/// result of its queue x issue without the agent's own: `r = (S_j - S_ij + k r_parent) / (n_j - n_ij + k)`.
/// Indirect standardisation: D. J. Spiegelhalter, Statistics in Medicine 24 (2005) 1185-1202; leave-one-out so that
/// an agent is not measured by the agent.
pub fn expected(cells: &Cells, pseudo: f64, of: impl Fn(&Counts) -> (f64, f64)) -> Vec<Expected> {
    let parent_of = cells.strata.parents();
    let strata: Vec<(f64, f64)> = cells.by_stratum().iter().map(&of).collect();
    let mut parents = vec![(0.0, 0.0); parent_of.last().map_or(0, |last| *last as usize + 1)];
    for (parent, (n, sum)) in parent_of.iter().zip(&strata) {
        let (all, of_all) = &mut parents[*parent as usize];
        *all += n;
        *of_all += sum;
    }
    let (all, of_all) = parents.iter().fold((0.0, 0.0), |(n, s), (m, t)| (n + m, s + t));
    let everywhere = if all > 0.0 { of_all / all } else { 0.0 };
    cells
        .agents()
        .map(|agent| {
            let mut found = Expected::default();
            for family in agent.cells.chunk_by(|a, b| parent_of[a.stratum as usize] == parent_of[b.stratum as usize]) {
                let own: Vec<(f64, f64)> = family.iter().map(|c| of(&c.counts)).collect();
                let (own_n, own_sum) = own.iter().fold((0.0, 0.0), |(n, s), (m, t)| (n + m, s + t));
                if own_n <= 0.0 {
                    continue;
                }
                let (parent_n, parent_sum) = parents[parent_of[family[0].stratum as usize] as usize];
                let others = parent_n - own_n;
                let parent = if others > 1e-9 { (parent_sum - own_sum) / others } else { everywhere };
                for (cell, (n, sum)) in family.iter().zip(&own) {
                    let (all_n, all_sum) = strata[cell.stratum as usize];
                    let rate = (all_sum - sum + pseudo * parent) / (all_n - n + pseudo);
                    found.n += n;
                    found.observed += sum;
                    found.expected += n * rate;
                    found.variance += (n * rate * (1.0 - rate)).max(0.0);
                    if *n > 0.0 {
                        found.own_share += n * n / all_n;
                    }
                }
            }
            if found.n > 0.0 {
                found.own_share /= found.n;
            }
            found
        })
        .collect()
}
