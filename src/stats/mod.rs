//! Pure functions over numbers, each with its source.

pub mod core;
pub mod heterogeneity;
mod incomplete_beta;
mod mass;
pub mod mixed;
pub mod multiple;
pub mod normal;
pub mod smooth;
pub mod survival;
pub mod tails;
#[cfg(test)]
mod testing;

/// Two-sided 95 % point of the standard normal distribution.
pub const Z95: f64 = 1.959_963_984_540_054;

/// 95 % interval of a proportion, `None` without observations.
/// E. B. Wilson, JASA 22 (1927) 209-212, without continuity correction.
pub fn wilson95(successes: u64, n: u64) -> Option<(f64, f64)> {
    wilson(successes, n, Z95)
}

/// The same at another two-sided point of the standard normal distribution.
pub fn wilson(successes: u64, n: u64, z: f64) -> Option<(f64, f64)> {
    if n == 0 {
        return None;
    }
    let (n, p) = (n as f64, successes as f64 / n as f64);
    let denominator = 1.0 + z * z / n;
    let centre = (p + z * z / (2.0 * n)) / denominator;
    let half = z / denominator * (p * (1.0 - p) / n + z * z / (4.0 * n * n)).sqrt();
    Some(((centre - half).max(0.0), (centre + half).min(1.0)))
}

/// The quantile at `tenths` of values, which it puts in another order; linear between neighbours, computed in whole
/// numbers up to one division; `None` of nothing.
/// Type 7 of Hyndman and Fan, The American Statistician 50 (1996) 361-365; SQL's PERCENTILE_CONT.
pub fn quantile(values: &mut [u32], tenths: usize) -> Option<f64> {
    let at = values.len().checked_sub(1)? * tenths;
    let (_, low, above) = values.select_nth_unstable(at / 10);
    let low = u64::from(*low);
    let high = above.iter().min().map_or(low, |high| u64::from(*high));
    Some((low * 10 + (high - low) * (at % 10) as u64) as f64 / 10.0)
}

/// The quantile at `p` of values in order; linear between neighbours; not a number of nothing. Type 7, as [`quantile`].
pub fn quantile_of(sorted: &[f64], p: f64) -> f64 {
    let Some(last) = sorted.len().checked_sub(1) else { return f64::NAN };
    let at = last as f64 * p;
    let below = (at.floor() as usize).min(last);
    let above = (below + 1).min(last);
    sorted[below] + (sorted[above] - sorted[below]) * (at - below as f64)
}

/// The middle of values, or the mean of the two in the middle; `None` of nothing.
pub fn median(values: &[f64]) -> Option<f64> {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let (low, high) = (sorted.get(sorted.len().checked_sub(1)? / 2)?, sorted.get(sorted.len() / 2)?);
    Some((low + high) / 2.0)
}

/// A part of a whole, `None` where there is no whole.
pub fn share(part: u64, whole: u64) -> Option<f64> {
    (whole > 0).then(|| part as f64 / whole as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_lie_between_neighbours() {
        // R: quantile(c(1, 2, 4, 8), c(0, .25, .5, .9, 1))
        let of = |p: f64| quantile_of(&[1.0, 2.0, 4.0, 8.0], p);
        for (p, expected) in [(0.0, 1.0), (0.25, 1.75), (0.5, 3.0), (0.9, 6.8), (1.0, 8.0)] {
            assert!((of(p) - expected).abs() < 1e-12, "{p}: {}", of(p));
        }
        assert!(quantile_of(&[3.0], 0.7) == 3.0 && quantile_of(&[], 0.5).is_nan());
    }

    #[test]
    fn wilson_gives_the_published_intervals_around_80_percent() {
        for (successes, n, low, high) in
            [(8, 10, 0.490, 0.943), (14, 18, 0.548, 0.910), (40, 50, 0.670, 0.888), (160, 200, 0.739, 0.850)]
        {
            let (l, h) = wilson95(successes, n).unwrap();
            assert!((l - low).abs() < 5e-4 && (h - high).abs() < 5e-4, "{successes}/{n}: {l} {h}");
        }
        assert_eq!(wilson95(0, 0), None);
    }

    #[test]
    fn quantiles_lie_on_the_line_between_neighbours() {
        assert_eq!(quantile(&mut [], 5), None);
        assert_eq!(quantile(&mut [7], 9), Some(7.0));
        assert_eq!(quantile(&mut [4, 1, 3, 2], 5), Some(2.5));
        assert_eq!(quantile(&mut [40, 10, 0, 30, 20], 9), Some(36.0));
    }
}
