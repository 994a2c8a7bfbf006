//! The regularised incomplete beta function.

use super::mass::log_binomial;

/// The continued fraction needs about the square root of the larger parameter; this is 10 000 times that of 100.
const MOST_STEPS: u32 = 100_000;

/// A complement above this has no digits left for the small side, which is then computed by itself.
const NEARLY_ALL: f64 = 0.999;

/// I_x(a, b) for y = 1 - x given apart, so that neither loses digits near 0; between 0 and 1. `a` and `b` above 0.
/// Continued fraction of A. R. DiDonato and A. H. Morris, ACM TOMS 18 (1992) 360-373, `bfrac`, by Lentz's method;
/// unlike DLMF 8.17.22 it does not subtract x from 1. The factor before it is Loader's saddle point instead of three
/// log gammas, which cost digits at large counts.
pub fn incomplete_beta(x: f64, y: f64, a: f64, b: f64) -> f64 {
    if x <= 0.0 || y <= 0.0 {
        return if x <= 0.0 { 0.0 } else { 1.0 };
    }
    if x < (a + 1.0) / (a + b + 2.0) {
        return fraction(x, y, a, b);
    }
    let rest = fraction(y, x, b, a);
    if rest < NEARLY_ALL { 1.0 - rest } else { fraction(x, y, a, b) }
}

fn fraction(x: f64, y: f64, a: f64, b: f64) -> f64 {
    let front = libm::exp(log_binomial(a, b, x, y)) * (b / (a + b));
    (front * (a / lentz(x, y, a, b))).clamp(0.0, 1.0)
}

fn lentz(x: f64, y: f64, a: f64, b: f64) -> f64 {
    let away_from_zero = |value: f64| if value.abs() < f64::MIN_POSITIVE { f64::MIN_POSITIVE } else { value };
    let from_mean = a * y - b * x;
    let mut value = away_from_zero(a * (from_mean + 1.0) / (a + 1.0));
    let (mut above, mut below) = (value, 0.0);
    for step in 1..=MOST_STEPS {
        let m = f64::from(step);
        let (at, w) = (a + 2.0 * m - 1.0, m * (b - m) * x);
        let part = (a + m - 1.0) / at * ((a + b + m - 1.0) / at) * w * x;
        let whole = m + w / at + (a + m) / (at + 2.0) * (from_mean + 1.0 + m * (1.0 + y));
        below = 1.0 / away_from_zero(whole + part * below);
        above = away_from_zero(whole + part / above);
        let change = above * below;
        value *= change;
        if (change - 1.0).abs() < 1e-15 {
            break;
        }
    }
    value
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::testing::assert_close;

    #[test]
    fn closed_forms_hold() {
        assert_close(incomplete_beta(0.3, 0.7, 1.0, 1.0), 0.3, 1e-15);
        assert_close(incomplete_beta(0.3, 0.7, 4.0, 1.0), 0.3 * 0.3 * 0.3 * 0.3, 1e-14);
        assert_close(incomplete_beta(0.5, 0.5, 1e5, 1e5), 0.5, 1e-12);
        // x ** a where x is next to 1: exp(a log1p(-y))
        assert_close(incomplete_beta(1.0 - 1e-12, 1e-12, 5e12, 1.0), libm::exp(-5.0 - 2.5e-12), 1e-13);
    }

    #[test]
    fn the_edges_are_zero_and_one() {
        assert_eq!(incomplete_beta(0.0, 1.0, 2.0, 3.0), 0.0);
        assert_eq!(incomplete_beta(1.0, 0.0, 2.0, 3.0), 1.0);
    }
}
