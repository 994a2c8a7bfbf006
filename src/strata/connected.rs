//! Which agents can be compared at all: those who are connected through strata that they share.

use super::{AgentCells, Cell, Cells};
use crate::call_log::CallLog;
use libm::sqrt;
use std::collections::BTreeMap;

/// Agents who can be compared with each other.
#[derive(Debug, Clone, PartialEq)]
pub struct Component {
    /// Places of the agents in the cells.
    pub agents: Vec<usize>,
    /// Names of the queues, in order.
    pub queues: Vec<String>,
    /// How well the queues are connected through agents who work in several: the second smallest eigenvalue of the
    /// normalised Laplacian of the graph of queues, from 0 (not at all) to about 1; `None` with a single queue.
    pub connectivity: Option<f64>,
}

/// The agent's cells with calls that the agent took: a call that only rang tells nothing of how calls are handled.
fn taken(agent: AgentCells<'_>) -> impl Iterator<Item = &Cell> {
    agent.cells.iter().filter(|c| c.counts.handled > 0)
}

/// The components of the graph of agents and strata, the one with most agents first. Agents who took no call are in
/// none.
pub fn components(cells: &Cells, log: &CallLog) -> Vec<Component> {
    // Union-find over the strata.
    let mut root: Vec<usize> = (0..cells.strata.all.len()).collect();
    fn find(root: &mut [usize], mut at: usize) -> usize {
        while root[at] != at {
            root[at] = root[root[at]];
            at = root[at];
        }
        at
    }
    for agent in cells.agents() {
        let mut strata = taken(agent).map(|c| c.stratum as usize);
        let Some(first) = strata.next() else { continue };
        for other in strata {
            let (a, b) = (find(&mut root, first), find(&mut root, other));
            root[a.max(b)] = a.min(b);
        }
    }
    let mut members: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (i, agent) in cells.agents().enumerate() {
        if let Some(cell) = taken(agent).next() {
            members.entry(find(&mut root, cell.stratum as usize)).or_default().push(i);
        }
    }
    let mut components: Vec<Component> = members.into_values().map(|agents| component(cells, log, agents)).collect();
    // By size, then by the agents' order.
    components.sort_by_key(|c| (std::cmp::Reverse(c.agents.len()), c.agents[0]));
    components
}

fn component(cells: &Cells, log: &CallLog, agents: Vec<usize>) -> Component {
    let strata = &cells.strata.all;
    // The cells of an agent stand in the order of strata, and these in the order of queues.
    let mut queues: Vec<u32> = Vec::new();
    let of_agent = |i: &usize| {
        let mut row: Vec<(u32, f64)> = Vec::new();
        for cell in taken(cells.agent(*i)) {
            let queue = strata[cell.stratum as usize].queue;
            match row.last_mut() {
                Some((last, calls)) if *last == queue => *calls += f64::from(cell.counts.handled),
                _ => row.push((queue, f64::from(cell.counts.handled))),
            }
        }
        row
    };
    let rows: Vec<Vec<(u32, f64)>> = agents.iter().map(of_agent).collect();
    for row in &rows {
        for (queue, _) in row {
            if let Err(place) = queues.binary_search(queue) {
                queues.insert(place, *queue);
            }
        }
    }
    let place = |queue: u32| queues.partition_point(|q| *q < queue);
    let calls: Vec<Vec<(usize, f64)>> =
        rows.iter().map(|row| row.iter().map(|(queue, calls)| (place(*queue), *calls)).collect()).collect();
    let name = |queue: &u32| log.names.queue.get(*queue as usize).map_or("(no queue)", |name| name).to_string();
    Component { agents, queues: queues.iter().map(name).collect(), connectivity: connectivity(&calls, queues.len()) }
}

/// Second smallest eigenvalue of the normalised Laplacian of the columns, whose weights are their shared rows:
/// `1 - second largest eigenvalue of D^-1/2 Q' diag(1 / rows) Q D^-1/2`, by power iteration beside the largest, whose
/// vector is known. M. Fiedler, Czechoslovak Mathematical Journal 23 (1973) 298-305.
fn connectivity(rows: &[Vec<(usize, f64)>], columns: usize) -> Option<f64> {
    if columns < 2 {
        return None;
    }
    let mut weight = vec![0.0; columns];
    for (column, calls) in rows.iter().flatten() {
        weight[*column] += calls;
    }
    let unit = |mut v: Vec<f64>| {
        let top: f64 = v.iter().zip(&weight).map(|(v, w)| v * sqrt(*w)).sum::<f64>() / weight.iter().sum::<f64>();
        v.iter_mut().zip(&weight).for_each(|(v, w)| *v -= top * sqrt(*w));
        let length = sqrt(v.iter().map(|v| v * v).sum::<f64>());
        (length > 1e-12).then(|| v.iter().map(|v| v / length).collect::<Vec<f64>>())
    };
    let times = |v: &[f64]| {
        let mut out = vec![0.0; columns];
        for row in rows {
            let calls: f64 = row.iter().map(|(_, calls)| calls).sum();
            let shared: f64 = row.iter().map(|(c, n)| n * v[*c] / sqrt(weight[*c])).sum::<f64>() / calls;
            for (c, n) in row {
                out[*c] += n * shared / sqrt(weight[*c]);
            }
        }
        out
    };
    // A start that is no eigenvector by symmetry, the same every time.
    let mut v = unit((0..columns).map(|c| 1.0 + (c as f64 * 0.618_034).fract()).collect())?;
    let mut value = 0.0;
    for _ in 0..2_000 {
        let next = times(&v);
        let now: f64 = next.iter().zip(&v).map(|(a, b)| a * b).sum();
        // Nothing beside the first: every agent's work is like every other's.
        let Some(next) = unit(next) else { return Some(1.0) };
        v = next;
        if (now - value).abs() < 1e-12 {
            break;
        }
        value = now;
    }
    Some((1.0 - value).clamp(0.0, 1.0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::call_log::{Leg, flag};
    use crate::strata::testing::{SmallLog, call};

    #[test]
    fn calls_that_only_rang_link_nobody_and_compare_nobody() {
        let calls: Vec<Leg> = (0..80).map(|i| call(i % 4, i % 4 / 2, i64::from(i) * 60, 100)).collect();
        let rung = |agent, queue| Leg { flags: flag::RANG, handle_ms: u32::MAX, ..call(agent, queue, 9_000, 0) };
        let with_rings = [&calls[..], &[rung(0, 1), rung(9, 0), rung(9, 1), rung(9, 7)]].concat();
        let of = |legs: &[Leg]| {
            let log = SmallLog::new(legs);
            log.components(&log.tally())
        };
        let found = of(&with_rings);
        assert_eq!(found, of(&calls));
        assert_eq!(found.iter().map(|c| &c.agents[..]).collect::<Vec<_>>(), [[0, 1], [2, 3]]);
    }

    #[test]
    fn queues_that_share_no_agent_are_not_connected() {
        let apart = [vec![(0, 10.0)], vec![(1, 20.0)]];
        assert!(connectivity(&apart, 2).unwrap() < 1e-9);
        assert_eq!(connectivity(&[vec![(0, 5.0)]], 1), None);
    }

    #[test]
    fn the_connectivity_is_that_of_numpy() {
        // q = np.array([[10,0,0],[6,4,0],[0,8,2],[0,1,9.]]); d = 1/np.sqrt(q.sum(0))
        // l = np.diag(q.sum(0)) - (q/q.sum(1,keepdims=True)).T@q; np.linalg.eigvalsh(d[:,None]*l*d)[1]
        let rows = [vec![(0, 10.0)], vec![(0, 6.0), (1, 4.0)], vec![(1, 8.0), (2, 2.0)], vec![(1, 1.0), (2, 9.0)]];
        let found = connectivity(&rows, 3).unwrap();
        assert!((found - NUMPY).abs() < 1e-6, "{found}");
    }

    const NUMPY: f64 = 0.183_945_830;
}
