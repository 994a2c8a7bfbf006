//! What a histogram would look like without the bunching just below a limit.

/// Coefficients of the quartic.
const TERMS: usize = 5;

/// Rounds of Fisher scoring, and the ridge that keeps its matrix invertible; as in the reference simulation.
const ROUNDS: usize = 30;
const RIDGE: f64 = 1e-6;

/// A last step larger than this is no fit.
const CONVERGED: f64 = 1e-6;

/// The fit is refused with fewer bins than this on either side of the window, which would be extrapolation, or with
/// fewer bins or calls outside it in all.
const BINS_EACH_SIDE: usize = 3;
const BINS_OUTSIDE: usize = 2 * TERMS;
const CALLS_OUTSIDE: u64 = 50;

type Vector = [f64; TERMS];
type Matrix = [[f64; TERMS]; TERMS];

/// The smooth counterfactual around a limit.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Smooth {
    /// Share of the calls of the whole window that the smooth curve has below the limit, between 0 and 1.
    pub share: f64,
    /// Calls below the limit in the window beyond the curve, in standard errors (Poisson and of the fit).
    pub z: f64,
    /// The same as a fraction of the curve: 0.13 is 13 % too many.
    pub excess: f64,
}

/// Fits the logarithm of a histogram by a quartic in the logarithm of time outside `window_s` around `limit_s`, and
/// compares the bins just below the limit with it.
///
/// `counts` are of bins of `width_s` from `first_s` on, in seconds; a bin belongs where its middle lies, the window
/// being [limit - window, limit + window). `None` with fewer than 3 bins on either side of the window, fewer than 10
/// bins or 50 calls outside it, no bin in one half of it, times that are not above 0, or a fit that does not converge.
/// R. Chetty et al., QJE 126 (2011) 749-804; H. Kleven, Annual Review of Economics 8 (2016) 435-464; Poisson
/// regression by Fisher scoring: P. McCullagh and J. Nelder, Generalized Linear Models (1989), section 2.5.
pub fn smooth_share(counts: &[u64], first_s: f64, width_s: f64, limit_s: f64, window_s: f64) -> Option<Smooth> {
    let middle_s = |bin: usize| first_s + (bin as f64 + 0.5) * width_s;
    if !(middle_s(0) > 0.0 && width_s > 0.0 && window_s > 0.0 && middle_s(counts.len()).is_finite()) {
        return None;
    }
    let (from_s, to_s) = (limit_s - window_s, limit_s + window_s);
    let (mut outside, mut below, mut above) = (Vec::new(), Vec::new(), Vec::new());
    let mut sides = [0; 2];
    for (bin, terms) in powers(counts.len(), middle_s).into_iter().enumerate() {
        let (at_s, count) = (middle_s(bin), counts[bin]);
        if at_s >= from_s && at_s < to_s {
            if at_s < limit_s { below.push((terms, count)) } else { above.push((terms, count)) }
        } else {
            sides[usize::from(at_s >= to_s)] += 1;
            outside.push((terms, count));
        }
    }
    let calls = outside.iter().fold(0, |sum: u64, &(_, count)| sum.saturating_add(count));
    let enough = sides.iter().all(|&bins| bins >= BINS_EACH_SIDE) && outside.len() >= BINS_OUTSIDE;
    if !enough || calls < CALLS_OUTSIDE || below.is_empty() || above.is_empty() {
        return None;
    }
    let coefficients = fit(&outside)?;
    compare(&coefficients, &outside, &below, &above)
}

/// The quartic's terms of each bin, of log time centred and scaled to at most 1.
fn powers(bins: usize, middle_s: impl Fn(usize) -> f64) -> Vec<Vector> {
    let logs: Vec<f64> = (0..bins).map(|bin| libm::log(middle_s(bin))).collect();
    let mean = logs.iter().sum::<f64>() / bins as f64;
    let scale = logs.iter().fold(0.0, |most: f64, log| most.max((log - mean).abs()));
    let terms = |x: f64| [1.0, x, x * x, x * x * x, x * x * x * x];
    logs.iter().map(|log| terms((log - mean) / scale)).collect()
}

/// Coefficients of the log-Poisson regression of the counts on their terms.
fn fit(bins: &[(Vector, u64)]) -> Option<Vector> {
    let mean = bins.iter().map(|&(_, count)| count as f64).sum::<f64>() / bins.len() as f64;
    let mut coefficients = [0.0; TERMS];
    coefficients[0] = libm::log(mean + 0.1);
    let mut largest = f64::INFINITY;
    for _ in 0..ROUNDS {
        let mut score = [0.0; TERMS];
        for &(terms, count) in bins {
            let off = count as f64 - curve(&terms, &coefficients);
            (0..TERMS).for_each(|term| score[term] += terms[term] * off);
        }
        let step = solve(information(bins, &coefficients), score)?;
        (0..TERMS).for_each(|term| coefficients[term] += step[term]);
        largest = step.iter().fold(0.0, |most: f64, part| most.max(part.abs()));
    }
    (largest < CONVERGED).then_some(coefficients)
}

fn compare(
    coefficients: &Vector,
    outside: &[(Vector, u64)],
    below: &[(Vector, u64)],
    above: &[(Vector, u64)],
) -> Option<Smooth> {
    let fitted = |bins: &[(Vector, u64)]| bins.iter().map(|(terms, _)| curve(terms, coefficients)).sum::<f64>();
    let (expected, expected_above) = (fitted(below), fitted(above));
    let mut gradient = [0.0; TERMS];
    for (terms, _) in below {
        let value = curve(terms, coefficients);
        (0..TERMS).for_each(|term| gradient[term] += value * terms[term]);
    }
    let half = solve(information(outside, coefficients), gradient)?;
    let variance = expected + dot(&gradient, &half);
    let beyond = below.iter().map(|&(_, count)| count as f64).sum::<f64>() - expected;
    let share = expected / (expected + expected_above);
    let smooth = Smooth { share, z: beyond / libm::sqrt(variance), excess: beyond / expected };
    [smooth.share, smooth.z, smooth.excess].iter().all(|figure| figure.is_finite()).then_some(smooth)
}

/// The fitted count of a bin; bounded so that a wild first step does not overflow.
fn curve(terms: &Vector, coefficients: &Vector) -> f64 {
    libm::exp(dot(terms, coefficients).clamp(-20.0, 40.0))
}

fn information(bins: &[(Vector, u64)], coefficients: &Vector) -> Matrix {
    let mut matrix = [[0.0; TERMS]; TERMS];
    for (terms, _) in bins {
        let weight = curve(terms, coefficients);
        for row in 0..TERMS {
            (0..TERMS).for_each(|column| matrix[row][column] += weight * terms[row] * terms[column]);
        }
    }
    (0..TERMS).for_each(|term| matrix[term][term] += RIDGE);
    matrix
}

/// Solves a symmetric positive definite system by Cholesky's method; `None` if it is not one.
fn solve(matrix: Matrix, mut vector: Vector) -> Option<Vector> {
    let mut lower = matrix;
    for row in 0..TERMS {
        for column in 0..=row {
            let before: f64 = (0..column).map(|k| lower[row][k] * lower[column][k]).sum();
            let rest = matrix[row][column] - before;
            if row == column && (rest.is_nan() || rest <= 0.0) {
                return None;
            }
            lower[row][column] = if row == column { libm::sqrt(rest) } else { rest / lower[column][column] };
        }
    }
    for row in 0..TERMS {
        let before: f64 = (0..row).map(|k| lower[row][k] * vector[k]).sum();
        vector[row] = (vector[row] - before) / lower[row][row];
    }
    for row in (0..TERMS).rev() {
        let after: f64 = (row + 1..TERMS).map(|k| lower[k][row] * vector[k]).sum();
        vector[row] = (vector[row] - after) / lower[row][row];
    }
    Some(vector)
}

fn dot(left: &Vector, right: &Vector) -> f64 {
    left.iter().zip(right).map(|(l, r)| l * r).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::testing::assert_close;

    /// 40 bins of 15 s from 180 s on, falling smoothly, 60 calls moved from above 420 s to below.
    fn bunched() -> Vec<u64> {
        (0..40)
            .map(|bin: u64| match 10_000 / (bin + 20) + 3 * (bin % 4) {
                smooth if (12..16).contains(&bin) => smooth + 60,
                smooth if (16..20).contains(&bin) => smooth - 60,
                smooth => smooth,
            })
            .collect()
    }

    #[test]
    fn the_fit_is_that_of_the_reference() {
        // sim.py smooth_share(t, 420.), t = numpy.repeat(187.5 + 15 * numpy.arange(40), counts)
        let smooth = smooth_share(&bunched(), 180.0, 15.0, 420.0, 60.0).unwrap();
        assert_close(smooth.share, 0.528_127_739_176_4, 1e-9);
        assert_close(smooth.z, 5.047_607_984_706_816, 1e-8);
        assert_close(smooth.excess, 0.198_329_931_617_040_93, 1e-8);
    }

    #[test]
    fn an_exact_exponential_quartic_has_no_excess() {
        // a flat histogram: half of the window lies below the limit
        let smooth = smooth_share(&[1000; 40], 180.0, 15.0, 420.0, 60.0).unwrap();
        assert_close(smooth.share, 0.5, 1e-9);
        assert!(smooth.z.abs() < 1e-6 && smooth.excess.abs() < 1e-6);
    }

    #[test]
    fn empty_slices() {
        assert_eq!(smooth_share(&[], 180.0, 15.0, 420.0, 60.0), None);
    }

    #[test]
    fn all_zero() {
        assert_eq!(smooth_share(&[0; 40], 180.0, 15.0, 420.0, 60.0), None);
    }

    #[test]
    fn one_call() {
        let mut counts = [0; 40];
        counts[3] = 1;
        assert_eq!(smooth_share(&counts, 180.0, 15.0, 420.0, 60.0), None);
    }

    #[test]
    fn a_window_at_the_edge_or_outside_is_refused() {
        assert_eq!(smooth_share(&[100; 40], 180.0, 15.0, 240.0, 60.0), None);
        assert_eq!(smooth_share(&[100; 40], 180.0, 15.0, 5000.0, 60.0), None);
        assert_eq!(smooth_share(&[100; 40], 180.0, 15.0, 420.0, 1.0), None);
    }

    #[test]
    fn times_that_are_none_are_refused() {
        for bad in [f64::NAN, f64::INFINITY, -1e9] {
            assert_eq!(smooth_share(&[100; 40], bad, 15.0, 420.0, 60.0), None);
            assert_eq!(smooth_share(&[100; 40], 180.0, bad, 420.0, 60.0), None);
            assert_eq!(smooth_share(&[100; 40], 180.0, 15.0, bad, 60.0), None);
            assert_eq!(smooth_share(&[100; 40], 180.0, 15.0, 420.0, -60.0), None);
        }
    }

    #[test]
    fn everything_in_one_bin_gives_figures_or_nothing() {
        let mut counts = [0; 40];
        counts[0] = 1_000_000;
        if let Some(smooth) = smooth_share(&counts, 180.0, 15.0, 420.0, 60.0) {
            assert!((0.0..=1.0).contains(&smooth.share) && smooth.z.is_finite() && smooth.excess.is_finite());
        }
    }

    #[test]
    fn counts_up_to_a_million() {
        let counts: Vec<u64> = bunched().iter().map(|count| count * 2500).collect();
        let smooth = smooth_share(&counts, 180.0, 15.0, 420.0, 60.0).unwrap();
        assert!(smooth.z > 100.0 && smooth.z.is_finite(), "{smooth:?}");
    }
}
