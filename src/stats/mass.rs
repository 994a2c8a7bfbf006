//! Logarithms of probability masses that stay exact for large counts: C. Loader, "Fast and accurate computation
//! of binomial probabilities" (2000), as in R's dbinom. Arguments need not be whole; none may be negative.

const HALF_LOG_TWO_PI: f64 = 0.918_938_533_204_672_8;

/// From here on Stirling's series with five terms is exact in double precision.
const STIRLING_FROM: f64 = 16.0;

/// log of Γ(x+y+1) / (Γ(x+1) Γ(y+1)) pˣ qʸ, where q = 1 - p: for whole numbers the binomial probability of x in
/// x + y. Minus infinity where impossible. Loader (2000), the binomial case.
pub fn log_binomial(x: f64, y: f64, p: f64, q: f64) -> f64 {
    if x == 0.0 {
        return power(y, q, p);
    }
    if y == 0.0 {
        return power(x, p, q);
    }
    let n = x + y;
    let size = stirling_error(n) - stirling_error(x) - stirling_error(y);
    let spread = 0.5 * (libm::log(n) - libm::log(x) - libm::log(y)) - HALF_LOG_TWO_PI;
    size + spread - deviance(x, n * p) - deviance(y, n * q)
}

/// log of the Poisson probability of `x` at a mean above 0. Loader (2000), the Poisson case.
pub fn log_poisson(x: f64, mean: f64) -> f64 {
    if x == 0.0 {
        return -mean;
    }
    -stirling_error(x) - deviance(x, mean) - 0.5 * libm::log(x) - HALF_LOG_TWO_PI
}

/// log of the beta-binomial probability of `x` hits and `y` misses, `a` and `b` above 0.
/// It is what is left of two independent negative binomial counts when their sum x + y is known, whatever the
/// probability they share (the negative hypergeometric law: Johnson, Kemp and Kotz, Univariate Discrete
/// Distributions, 2005, chapter 6); the probability here puts the sum at its mean, so that large terms do not cancel.
pub fn log_beta_binomial(x: f64, y: f64, a: f64, b: f64) -> f64 {
    let (n, m) = (x + y, a + b);
    let (p, q) = (m / (n + m), n / (n + m));
    log_negative_binomial(x, a, p, q) + log_negative_binomial(y, b, p, q) - log_negative_binomial(n, m, p, q)
}

/// log of Γ(x+r) / (Γ(r) x!) pʳ qˣ.
fn log_negative_binomial(x: f64, r: f64, p: f64, q: f64) -> f64 {
    log_binomial(r, x, p, q) + libm::log(r / (r + x))
}

/// log of pˣ, `q` = 1 - p.
fn power(x: f64, p: f64, q: f64) -> f64 {
    match x {
        0.0 => 0.0,
        _ => x * if q < 0.5 { libm::log1p(-q) } else { libm::log(p) },
    }
}

/// log Γ(x+1) - log(√(2πx) (x/e)ˣ), x above 0. Series: Abramowitz and Stegun 6.1.40.
fn stirling_error(x: f64) -> f64 {
    if x < STIRLING_FROM {
        return libm::lgamma(x + 1.0) - (x + 0.5) * libm::log(x) + x - HALF_LOG_TWO_PI;
    }
    let square = x * x;
    let tail = 1.0 / 1260.0 - (1.0 / 1680.0 - 1.0 / 1188.0 / square) / square;
    (1.0 / 12.0 - (1.0 / 360.0 - tail / square) / square) / x
}

/// x log(x/m) + m - x without cancellation near x = m. `bd0` of Loader (2000).
fn deviance(x: f64, m: f64) -> f64 {
    if (x - m).abs() >= 0.1 * (x + m) {
        let ratio = x / m;
        return if ratio == 0.0 { m } else { x * libm::log(ratio) + m - x };
    }
    let v = (x - m) / (x + m);
    let (mut sum, mut power, mut odd) = ((x - m) * v, 2.0 * x * v, 1.0);
    for _ in 0..20 {
        power *= v * v;
        odd += 2.0;
        let next = sum + power / odd;
        if next == sum {
            break;
        }
        sum = next;
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::testing::assert_close;

    #[test]
    fn small_masses_are_the_textbook_ones() {
        assert_close(log_binomial(2.0, 3.0, 0.5, 0.5), libm::log(10.0 / 32.0), 1e-14);
        assert_close(log_binomial(0.0, 4.0, 0.25, 0.75), 4.0 * libm::log(0.75), 1e-15);
        assert_close(log_poisson(3.0, 2.0), libm::log(8.0 / 6.0) - 2.0, 1e-14);
        // a = b = 1 makes every count equally likely
        for x in 0..=9 {
            assert_close(log_beta_binomial(f64::from(x), f64::from(9 - x), 1.0, 1.0), -libm::log(10.0), 1e-13);
        }
    }

    #[test]
    fn both_ways_to_the_stirling_error_meet() {
        let series = stirling_error(STIRLING_FROM);
        let gamma = libm::lgamma(17.0) - 16.5 * libm::log(16.0) + 16.0 - HALF_LOG_TWO_PI;
        assert!((series - gamma).abs() < 2e-14, "{series} {gamma}");
    }

    #[test]
    fn what_cannot_happen_has_minus_infinity() {
        assert_eq!(log_binomial(1.0, 4.0, 0.0, 1.0), f64::NEG_INFINITY);
        assert_eq!(log_binomial(0.0, 4.0, 0.0, 1.0), 0.0);
        assert_eq!(log_binomial(0.0, 0.0, 0.0, 1.0), 0.0);
    }
}
