//! One-sided tails of counts: the chance of at least, or at most, so many. All lie between 0 and 1, and none is NaN:
//! a mean, share or spread that is not a number, or is infinite, is no evidence and gives 1. Small tails are computed
//! as themselves, never as 1 minus a large one. Sources stand at each function.

use super::incomplete_beta::incomplete_beta;
use super::{mass, normal};

/// Which tail: `Upper` is P(X >= k), `Lower` is P(X <= k). Both contain k.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    Upper,
    Lower,
}

/// A spread below this is none: the distribution without it differs by less than the arithmetic does.
const NO_SPREAD: f64 = 1e-14;

/// A larger spread is this: what it divides would fall out of double precision.
const MOST_SPREAD: f64 = 1e290;

/// A smaller share is none: what it is multiplied with would fall out of double precision.
const NO_SHARE: f64 = 1e-290;

/// Above this mean a Poisson count is normal for every purpose, and its sum long.
const POISSON_UP_TO: f64 = 1e12;

/// Above this many a beta-binomial share is a beta distributed one, and its sum long.
const BETA_BINOMIAL_UP_TO: u64 = 10_000_000;

/// Above this the complement has lost digits of the small tail, which is then summed by itself.
const MOST_OF_COMPLEMENT: f64 = 0.9;

/// What is left of a sum when its next terms no longer change it.
const NEGLIGIBLE: f64 = 1e-17;

/// Tail at a count `k` of events whose number varies by `mean` + `dispersion` · `mean`²; 0 is Poisson.
/// A mean of 0 or less has no events. P(X >= k) = I_x(k, 1/d) at x = d·mean / (1 + d·mean): DLMF 8.17.24, which
/// holds for any 1/d above 0. The Poisson tail is summed from `k` away from the mean.
pub fn negative_binomial(k: u64, mean: f64, dispersion: f64, side: Side) -> f64 {
    if !mean.is_finite() || !dispersion.is_finite() {
        return 1.0;
    }
    if mean <= 0.0 {
        return nothing_but(0, k, side);
    }
    if dispersion < NO_SPREAD {
        return poisson(k, mean, side);
    }
    let (odds, size, count) = (mean * dispersion, 1.0 / dispersion.min(MOST_SPREAD), k as f64);
    if odds.is_infinite() {
        return 1.0;
    }
    let (more, less) = (odds / (1.0 + odds), 1.0 / (1.0 + odds));
    match (side, k) {
        (Side::Upper, 0) => 1.0,
        (Side::Upper, _) => incomplete_beta(more, less, count, size),
        (Side::Lower, _) => incomplete_beta(less, more, size, count + 1.0),
    }
}

/// Tail at `k` hits in `n` whose chance varies between agents with mean `p` and intraclass correlation `rho`: it is
/// beta distributed with a = p(1/rho - 1), b = (1-p)(1/rho - 1); `rho` 0 is the binomial, 1 is all or none. `p` and
/// `rho` are brought between 0 and 1. J. G. Skellam, JRSS B 10 (1948) 257-261; summed from `k` away from the mean by
/// the ratio of neighbouring terms. Above ten million the share is taken to be beta distributed with its true
/// variance.
pub fn beta_binomial(k: u64, n: u64, p: f64, rho: f64, side: Side) -> f64 {
    if p.is_nan() || rho.is_nan() {
        return 1.0;
    }
    if rho < NO_SPREAD || p <= NO_SHARE || p >= 1.0 {
        return binomial(k, n, p, side);
    }
    if k > n {
        return nothing_but(n, k, side);
    }
    if rho >= 1.0 || n == 1 {
        return all_or_none(k, n, p, side);
    }
    let prior = 1.0 / rho - 1.0;
    let (a, b) = (p * prior, (1.0 - p) * prior);
    match side {
        Side::Upper if k == 0 => 1.0,
        Side::Lower if k == n => 1.0,
        _ if n > BETA_BINOMIAL_UP_TO => beta_share(k as f64, n as f64, p, rho, side),
        Side::Upper => beta_binomial_upper(k, n, a, b),
        Side::Lower => beta_binomial_upper(n - k, n, b, a),
    }
}

/// Tail at `k` hits in `n` of chance `p` each, brought between 0 and 1. P(X >= k) = I_p(k, n-k+1): DLMF 8.17.5.
pub fn binomial(k: u64, n: u64, p: f64, side: Side) -> f64 {
    if p.is_nan() {
        return 1.0;
    }
    if k > n {
        return nothing_but(n, k, side);
    }
    let p = p.clamp(0.0, 1.0);
    let (hits, misses) = (k as f64, (n - k) as f64);
    match side {
        Side::Upper if k == 0 => 1.0,
        Side::Lower if k == n => 1.0,
        Side::Upper => incomplete_beta(p, 1.0 - p, hits, misses + 1.0),
        Side::Lower => incomplete_beta(1.0 - p, p, misses, hits + 1.0),
    }
}

/// Tail at `k` of a count that is `certain`.
fn nothing_but(certain: u64, k: u64, side: Side) -> f64 {
    let holds = match side {
        Side::Upper => certain >= k,
        Side::Lower => certain <= k,
    };
    if holds { 1.0 } else { 0.0 }
}

/// Tail at `k`, at most `n`, of a count that is `n` with chance `p` and 0 otherwise.
fn all_or_none(k: u64, n: u64, p: f64, side: Side) -> f64 {
    match side {
        Side::Upper if k == 0 => 1.0,
        Side::Lower if k == n => 1.0,
        Side::Upper => p,
        Side::Lower => 1.0 - p,
    }
}

/// Tail of a beta distribution with the mean and variance of the share of hits, half a count for continuity.
fn beta_share(k: f64, n: f64, p: f64, rho: f64, side: Side) -> f64 {
    let prior = 1.0 / (rho + (1.0 - rho) / n) - 1.0;
    let (a, b) = (p * prior, (1.0 - p) * prior);
    match side {
        Side::Upper => incomplete_beta((n - k + 0.5) / n, (k - 0.5) / n, b, a),
        Side::Lower => incomplete_beta((k + 0.5) / n, (n - k - 0.5) / n, a, b),
    }
}

/// P(X >= k) for 1 <= k <= n.
fn beta_binomial_upper(k: u64, n: u64, a: f64, b: f64) -> f64 {
    if (k as f64) <= n as f64 * (a / (a + b)) {
        let complement = beta_binomial_sum(n - k + 1, n, b, a);
        if complement < MOST_OF_COMPLEMENT {
            return 1.0 - complement;
        }
    }
    beta_binomial_sum(k, n, a, b)
}

/// The terms from `k` to `n`. Where b >= 1 no later ratio exceeds `falling` times the greater of `growing` and 1, so
/// the rest is below a geometric series; where b < 1 terms may rise again, and all are summed.
fn beta_binomial_sum(k: u64, n: u64, a: f64, b: f64) -> f64 {
    let (first, n) = (k as f64, n as f64);
    sum(mass::log_beta_binomial(first, n - first, a, b), n - first, |step| {
        let at = first + step;
        let (falling, growing) = ((n - at) / (n - at - 1.0 + b), (at + a) / (at + 1.0));
        let bound = if b >= 1.0 { falling * growing.max(1.0) } else { f64::INFINITY };
        (falling * growing, bound)
    })
}

/// Tail of a Poisson count, mean above 0, summed from `k` away from the mean.
fn poisson(k: u64, mean: f64, side: Side) -> f64 {
    let count = k as f64;
    if mean > POISSON_UP_TO {
        let half = if side == Side::Upper { -0.5 } else { 0.5 };
        let z = (count + half - mean) / libm::sqrt(mean);
        return if side == Side::Upper { normal::upper_tail(z) } else { normal::cdf(z) };
    }
    match side {
        Side::Upper if k == 0 => 1.0,
        Side::Upper if count > mean => poisson_upper(count, mean),
        Side::Upper => 1.0 - poisson_lower(count - 1.0, mean),
        Side::Lower if count < mean => poisson_lower(count, mean),
        Side::Lower => 1.0 - poisson_upper(count + 1.0, mean),
    }
}

fn poisson_upper(k: f64, mean: f64) -> f64 {
    sum(mass::log_poisson(k, mean), f64::INFINITY, |step| {
        let ratio = mean / (k + step + 1.0);
        (ratio, ratio)
    })
}

fn poisson_lower(k: f64, mean: f64) -> f64 {
    sum(mass::log_poisson(k, mean), k, |step| {
        let ratio = (k - step) / mean;
        (ratio, ratio)
    })
}

/// Sums a first term, given as its logarithm, and up to `steps` more. `ratio` gives for each step the ratio of the
/// next term to this one and a bound on it and all that follow.
fn sum(first: f64, steps: f64, ratio: impl Fn(f64) -> (f64, f64)) -> f64 {
    let first = libm::exp(first);
    if first == 0.0 {
        return 0.0;
    }
    let (mut term, mut total, mut step) = (1.0, 1.0, 0.0);
    while step < steps {
        let (next, bound) = ratio(step);
        if bound < 1.0 && term * bound <= NEGLIGIBLE * total * (1.0 - bound) {
            break;
        }
        term *= next;
        total += term;
        step += 1.0;
    }
    (first * total).clamp(0.0, 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::testing::assert_close;

    #[test]
    fn ten_tosses_of_a_coin() {
        assert_close(binomial(7, 10, 0.5, Side::Upper), 176.0 / 1024.0, 1e-14);
        assert_close(binomial(2, 10, 0.5, Side::Lower), 56.0 / 1024.0, 1e-14);
    }

    #[test]
    fn negative_binomial_tails_are_exact() {
        // mpmath at 60 digits, y = 1/(1+d*mean): betainc(k, 1/d, 0, 1-y, regularized=True) and betainc(1/d, k+1, 0, y,
        // regularized=True); without dispersion gammainc(k, 0, mean, regularized=True), gammainc(k+1, mean, inf, ...)
        for (k, mean, dispersion, upper, lower) in [
            (12, 5.0, 0.04, 0.011_126_362_650_744_567, 0.994_901_264_203_501_3),
            (3, 5.0, 0.04, 0.851_205_373_296_877_5, 0.290_746_447_677_236_3),
            (40, 10.0, 0.04, 1.748_505_952_649_688e-8, 0.999_999_992_134_241),
            (900, 20.0, 0.04, 1.482_937_527_919_734_6e-276, 1.0),
            (20_000, 18_000.0, 0.04, 0.273_632_000_968_365_3, 0.726_454_054_525_906_7),
            (30_000, 18_000.0, 0.04, 0.002_163_367_379_206_048_8, 0.997_837_985_054_367_4),
            (9_000, 18_000.0, 0.04, 0.998_797_368_338_933_2, 0.001_204_411_094_349_772_8),
            (400, 18_000.0, 0.04, 1.0, 3.359_955_013_837_769_4e-32),
            (1, 0.001, 0.5, 0.000_999_250_499_687_687_4, 0.999_999_250_999_063_3),
            (5, 2.5, 3.0, 0.180_154_132_176_366_82, 0.852_558_782_719_946_8),
            (12, 5.0, 0.0, 0.005_453_091_913_009_359, 0.997_981_148_372_563),
            (3, 5.0, 0.0, 0.875_347_980_516_918_9, 0.265_025_915_297_361_7),
            (10, 600.0, 0.0, 1.0, 4.491_042_186_036_542e-240),
            (20_500, 20_000.0, 0.0, 0.000_216_897_967_585_79, 0.999_788_764_839_804_2),
            (1_000_000, 990_000.0, 0.04, 0.453_427_330_089_762_94, 0.546_574_655_442_259_1),
            (3_000_000, 1_000_000.0, 0.04, 6.317_985_394_574_874_5e-12, 0.999_999_999_993_682_2),
            (100, 60.0, 1e-11, 1.481_527_644_599_326_5e-6, 0.999_999_131_461_061_1),
        ] {
            assert_close(negative_binomial(k, mean, dispersion, Side::Upper), upper, 1e-9);
            assert_close(negative_binomial(k, mean, dispersion, Side::Lower), lower, 1e-9);
        }
    }

    #[test]
    fn binomial_tails_are_exact() {
        // mpmath at 60 digits: betainc(k, n-k+1, 0, p, regularized=True), betainc(n-k, k+1, 0, 1-p, regularized=True)
        for (k, n, p, upper, lower) in [
            (300, 1_000, 0.1, 6.823_349_107_844_987e-69, 1.0),
            (20, 1_000, 0.1, 1.0, 5.962_487_876_597_094_3e-24),
            (5_100, 10_000, 0.5, 0.023_292_763_852_473_694, 0.977_787_100_476_959_7),
            (990, 1_000, 0.6, 6.570_264_377_020_375e-201, 1.0),
        ] {
            assert_close(binomial(k, n, p, Side::Upper), upper, 1e-9);
            assert_close(binomial(k, n, p, Side::Lower), lower, 1e-9);
        }
    }

    #[test]
    fn beta_binomial_tails_are_exact() {
        // mpmath at 60 digits: the sum of binomial(n, j) * beta(j+a, n-j+b) / beta(a, b) over the tail
        for (k, n, p, rho, upper, lower) in [
            (7, 10, 0.5, 0.1, 0.261_070_251_464_843_75, 0.863_304_138_183_593_8),
            (2, 10, 0.5, 0.1, 0.945_821_762_084_960_9, 0.136_695_861_816_406_25),
            (30, 40, 0.35, 0.005, 2.706_618_857_442_476e-6, 0.999_999_390_821_333_8),
            (400, 1_000, 0.1, 0.005, 5.067_018_626_662_537_8e-19, 1.0),
            (900, 1_000, 0.1, 0.005, 1.023_178_680_804_863e-115, 1.0),
            (20, 1_000, 0.3, 0.01, 1.0, 8.736_104_154_142_717e-21),
            (9_000, 20_000, 0.4, 0.005, 0.077_225_602_319_975_37, 0.922_977_278_848_683_1),
            (1, 50, 0.01, 0.5, 0.044_072_985_362_885_85, 0.965_488_197_019_961_9),
            (50, 50, 0.02, 0.3, 7.197_868_036_464_188e-6, 1.0),
            (3, 30, 0.05, 0.2, 0.187_033_437_238_211_8, 0.855_247_822_302_842_5),
            (30, 40, 0.35, 1e-10, 2.883_838_732_175_372e-7, 0.999_999_951_166_515_7),
            (3, 3_000, 0.5, 0.002, 1.0, 7.189_723_411_532_348e-235),
        ] {
            assert_close(beta_binomial(k, n, p, rho, Side::Upper), upper, 1e-9);
            assert_close(beta_binomial(k, n, p, rho, Side::Lower), lower, 1e-9);
        }
    }

    #[test]
    fn both_sides_share_the_count_itself() {
        for k in 0..=30 {
            let at = |from: u64| beta_binomial(from, 30, 0.3, 0.2, Side::Upper);
            let mass = at(k) - if k < 30 { at(k + 1) } else { 0.0 };
            let overlap = at(k) + beta_binomial(k, 30, 0.3, 0.2, Side::Lower) - 1.0;
            assert!((mass - overlap).abs() < 1e-13, "{k}: {mass} {overlap}");
        }
    }

    #[test]
    fn no_surveys() {
        for side in [Side::Upper, Side::Lower] {
            assert_eq!(beta_binomial(0, 0, 0.7, 0.1, side), 1.0);
            assert_eq!(binomial(0, 0, 0.7, side), 1.0);
        }
    }

    #[test]
    fn one_call() {
        for (k, side, want) in
            [(0, Side::Upper, 1.0), (1, Side::Upper, 0.7), (0, Side::Lower, 0.3), (1, Side::Lower, 1.0)]
        {
            assert_close(beta_binomial(k, 1, 0.7, 0.1, side), want, 1e-15);
            assert_close(binomial(k, 1, 0.7, side), want, 1e-15);
        }
    }

    #[test]
    fn expected_zero() {
        assert_eq!(negative_binomial(0, 0.0, 0.04, Side::Upper), 1.0);
        assert_eq!(negative_binomial(3, 0.0, 0.04, Side::Upper), 0.0);
        assert_eq!(negative_binomial(0, 0.0, 0.04, Side::Lower), 1.0);
        assert_eq!((binomial(1, 5, 0.0, Side::Upper), binomial(4, 5, 1.0, Side::Lower)), (0.0, 0.0));
        assert_eq!((binomial(5, 5, 1.0, Side::Upper), binomial(0, 5, 0.0, Side::Lower)), (1.0, 1.0));
    }

    #[test]
    fn more_hits_than_calls() {
        assert_eq!((binomial(6, 5, 0.5, Side::Upper), binomial(6, 5, 0.5, Side::Lower)), (0.0, 1.0));
        assert_eq!(beta_binomial(6, 5, 0.5, 0.1, Side::Upper), 0.0);
        assert_eq!(beta_binomial(6, 5, 0.5, 0.1, Side::Lower), 1.0);
    }

    #[test]
    fn full_correlation_is_all_or_none() {
        assert_eq!(beta_binomial(1, 9, 0.25, 1.0, Side::Upper), 0.25);
        assert_eq!(beta_binomial(8, 9, 0.25, 7.0, Side::Lower), 0.75);
    }

    #[test]
    fn the_distributions_meet_where_the_spread_vanishes() {
        let (k, n, p) = (5_100, 10_000, 0.5);
        assert_close(beta_binomial(k, n, p, 1e-13, Side::Upper), binomial(k, n, p, Side::Upper), 1e-8);
        let poisson = negative_binomial(600, 500.0, 0.0, Side::Upper);
        assert_close(negative_binomial(600, 500.0, 1e-13, Side::Upper), poisson, 1e-8);
    }

    #[test]
    fn beyond_the_longest_sum_the_limit_agrees() {
        let (below, above) = (BETA_BINOMIAL_UP_TO, BETA_BINOMIAL_UP_TO + 1);
        for (k, rho) in [(7_000_000, 0.01), (3_300_000, 0.3), (5_001_000, 1e-9)] {
            for side in [Side::Upper, Side::Lower] {
                let limit = beta_binomial(k, above, 0.5, rho, side);
                assert_close(limit, beta_binomial(k, below, 0.5, rho, side), 2e-3);
            }
        }
    }

    #[test]
    fn anything_gives_a_probability() {
        let counts = [0, 1, 2, 17, 1_000, 999_999, 1_000_000, 1_000_000_000_000, u64::MAX - 1, u64::MAX];
        let numbers = [0.0, f64::MIN_POSITIVE, 1e-300, 1e-20, 1e-9, 0.03, 0.5, 0.999_999, 1.0, 3.0, 1e6, 1e18, 1e300];
        let odd = [-1.0, f64::NAN, f64::INFINITY, f64::NEG_INFINITY, f64::MAX, 5e-324];
        let numbers: Vec<f64> = numbers.into_iter().chain(odd).collect();
        let check = |value: f64, what: &str, at: (u64, u64, f64, f64)| {
            assert!((0.0..=1.0).contains(&value), "{what} {at:?}: {value}");
        };
        for &k in &counts {
            for (&first, &second) in numbers.iter().flat_map(|first| numbers.iter().map(move |second| (first, second)))
            {
                for side in [Side::Upper, Side::Lower] {
                    check(negative_binomial(k, first, second, side), "negative binomial", (k, 0, first, second));
                    for &n in &counts {
                        check(beta_binomial(k, n, first, second, side), "beta-binomial", (k, n, first, second));
                    }
                }
            }
        }
    }
}
