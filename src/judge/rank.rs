//! Ranks with their uncertainty.

use crate::stats::normal;
use libm::sqrt;

/// Points at which the field is looked at.
const GRID: usize = 400;
/// Values of an agent's own score that stand for its distribution, as equal parts of it.
const PARTS: usize = 40;

/// The 80 % interval of each agent's rank (1 is best) among scores known as (mean, standard deviation).
///
/// Given its own score, the agents above it are independent events with the chances of their distributions; their
/// number is taken as normal with the sum of the chances as mean (Poisson-binomial), and the own score is averaged
/// over. H. Goldstein and D. J. Spiegelhalter, JRSS A 159 (1996) 385-443, on why ranks need an interval.
pub fn intervals(scores: &[(f64, f64)]) -> Vec<(usize, usize)> {
    let count = scores.len();
    let low = scores.iter().map(|(m, s)| m - 4.0 * s).fold(f64::INFINITY, f64::min);
    let high = scores.iter().map(|(m, s)| m + 4.0 * s).fold(f64::NEG_INFINITY, f64::max);
    let step = ((high - low) / (GRID - 1) as f64).max(f64::MIN_POSITIVE);
    // How many are above a score, and the variance of that, at each point.
    let field: Vec<(f64, f64)> = (0..GRID)
        .map(|g| {
            let at = low + g as f64 * step;
            scores.iter().fold((0.0, 0.0), |(sum, variance), score| {
                let p = above(*score, at);
                (sum + p, variance + p * (1.0 - p))
            })
        })
        .collect();
    let look = |at: f64| {
        let place = ((at - low) / step).clamp(0.0, (GRID - 1) as f64);
        let left = (place as usize).min(GRID - 2);
        let part = place - left as f64;
        let mix = |a: f64, b: f64| a + (b - a) * part;
        (mix(field[left].0, field[left + 1].0), mix(field[left].1, field[left + 1].1))
    };
    scores
        .iter()
        .map(|own| {
            let views: Vec<(f64, f64)> = (0..PARTS)
                .map(|part| {
                    let at = own.0 + own.1 * normal::quantile((part as f64 + 0.5) / PARTS as f64);
                    let (sum, variance) = look(at);
                    let p = above(*own, at);
                    (sum - p, sqrt((variance - p * (1.0 - p)).max(1e-9)))
                })
                .collect();
            // Chance that the rank is at most `rank`.
            let chance = |rank: usize| {
                let up_to = |(sum, sd): &(f64, f64)| normal::cdf((rank as f64 - 0.5 - sum) / sd);
                views.iter().map(up_to).sum::<f64>() / PARTS as f64
            };
            let first = |target: f64| {
                let (mut below, mut reached) = (0, count);
                while reached - below > 1 {
                    let middle = below.midpoint(reached);
                    if chance(middle) >= target { reached = middle } else { below = middle }
                }
                reached
            };
            (first(0.1), first(0.9))
        })
        .collect()
}

/// Chance that a score known as (mean, standard deviation) is above `at`.
fn above((mean, sd): (f64, f64), at: f64) -> f64 {
    if sd > 0.0 { normal::upper_tail((at - mean) / sd) } else { f64::from(u8::from(mean > at)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clear_differences_give_clear_ranks() {
        assert_eq!(intervals(&[(0.0, 0.01), (1.0, 0.01), (-1.0, 0.01)]), [(2, 2), (1, 1), (3, 3)]);
    }

    #[test]
    fn one_agent_is_first_and_nobody_has_no_rank() {
        assert_eq!(intervals(&[(0.3, 1.0)]), [(1, 1)]);
        assert_eq!(intervals(&[]), []);
        assert_eq!(intervals(&[(0.0, 0.0), (0.0, 0.0)]).len(), 2);
    }

    #[test]
    fn the_interval_is_that_of_draws() {
        // 20,000 draws of 60 agents with means sin(i) and deviations 0.3 + (i % 5) / 10, from a fixed sequence.
        let scores: Vec<(f64, f64)> =
            (0..60).map(|i| (libm::sin(f64::from(i)), 0.3 + f64::from(i % 5) / 10.0)).collect();
        let mut state = 88_172_645_463_325_252_u64;
        let mut uniform = || {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            (state >> 11) as f64 / (1u64 << 53) as f64
        };
        let mut ranks: Vec<Vec<usize>> = vec![Vec::new(); 60];
        for _ in 0..20_000 {
            let draw: Vec<f64> = scores.iter().map(|(m, s)| m + s * normal::quantile(uniform().max(1e-12))).collect();
            let mut order: Vec<usize> = (0..60).collect();
            order.sort_by(|a, b| draw[*b].total_cmp(&draw[*a]));
            for (rank, agent) in order.into_iter().enumerate() {
                ranks[agent].push(rank + 1);
            }
        }
        for (drawn, (low, high)) in ranks.iter_mut().zip(intervals(&scores)) {
            drawn.sort_unstable();
            let (from, to) = (drawn[2_000], drawn[18_000]);
            assert!(low.abs_diff(from) <= 1 && high.abs_diff(to) <= 1, "{low}-{high} is not {from}-{to}");
        }
    }
}
