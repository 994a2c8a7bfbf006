//! Many p-values at once.

use super::normal;

/// Which of the p-values are discoveries at false discovery rate `q`; in the order given, none of nothing.
/// The step-up procedure of Y. Benjamini and Y. Hochberg, JRSS B 57 (1995) 289-300. Equal p-values share one fate;
/// one that is not a number is never a discovery and counts as 1.
pub fn benjamini_hochberg(p: &[f64], q: f64) -> Vec<bool> {
    let number = p.len() as f64;
    let mut sorted: Vec<f64> = p.iter().map(|&value| or_one(value)).collect();
    sorted.sort_by(f64::total_cmp);
    let limit = sorted.iter().enumerate().rev().find(|&(rank, &value)| value <= q * (rank + 1) as f64 / number);
    p.iter().map(|&value| limit.is_some_and(|(_, &limit)| value <= limit)).collect()
}

/// The p-value of independent p-values together, by the sum of their normal deviates; 1 of none. Those that are not
/// numbers count as 1. S. A. Stouffer et al., The American Soldier (1949) I, 45n. Three middling signs weigh more than in
/// R. A. Fisher's product, which one strong sign rules.
pub fn stouffer(p: &[f64]) -> f64 {
    if p.is_empty() {
        return 1.0;
    }
    // Away from 0 and 1, so that two certain signs never meet as infinities.
    let deviate = |p: f64| -normal::quantile(or_one(p).clamp(1e-300, 1.0 - f64::EPSILON / 2.0));
    normal::upper_tail(p.iter().map(|p| deviate(*p)).sum::<f64>() / libm::sqrt(p.len() as f64))
}

fn or_one(p: f64) -> f64 {
    if p.is_nan() { 1.0 } else { p }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::testing::assert_close;

    /// Benjamini and Hochberg (1995), section 4: 15 outcomes of thrombolysis, from Neuhaus et al. (1992).
    const OUTCOMES: [f64; 15] = [
        0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590,
        1.0,
    ];

    #[test]
    fn benjamini_and_hochberg_find_four_of_their_fifteen() {
        let found = benjamini_hochberg(&OUTCOMES, 0.05);
        assert_eq!(found, (0..15).map(|rank| rank < 4).collect::<Vec<_>>());
    }

    #[test]
    fn order_does_not_matter_and_ties_share_one_fate() {
        assert_eq!(benjamini_hochberg(&[0.9, 0.01, 0.5, 0.01], 0.05), [false, true, false, true]);
        // stepping up: 0.04 fails its own 0.0333 but the last, 0.05, holds and takes all along
        assert_eq!(benjamini_hochberg(&[0.04, 0.05, 0.03], 0.05), [true; 3]);
    }

    #[test]
    fn stouffer_is_that_of_scipy() {
        // scipy.stats.combine_pvalues(p, "stouffer").pvalue
        assert_close(stouffer(&[0.01, 0.2, 0.3]), 0.016512032608962935, 1e-12);
        assert_close(stouffer(&[1e-20, 0.5]), 2.887207835521715e-11, 1e-9);
        assert_close(stouffer(&[0.37]), 0.37, 1e-14);
    }

    #[test]
    fn no_p_values() {
        assert!(benjamini_hochberg(&[], 0.05).is_empty());
        assert_eq!(stouffer(&[]), 1.0);
    }

    #[test]
    fn all_one() {
        assert_eq!(benjamini_hochberg(&[1.0; 3], 0.05), [false; 3]);
        assert!(stouffer(&[1.0; 3]) > 0.999_999);
    }

    #[test]
    fn all_zero() {
        assert_eq!(benjamini_hochberg(&[0.0; 3], 0.05), [true; 3]);
        assert!(stouffer(&[0.0; 3]) < 1e-300);
    }

    #[test]
    fn not_a_number_is_no_discovery() {
        assert_eq!(benjamini_hochberg(&[f64::NAN, 0.001, -f64::NAN], 0.05), [false, true, false]);
        assert_close(stouffer(&[f64::NAN, 0.01]), stouffer(&[1.0, 0.01]), 1e-15);
    }
}
