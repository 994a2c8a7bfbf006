//! How far true values differ beyond what chance explains.

/// The variance of true values around their group's mean, in squared units of the values, at least 0.
///
/// `groups` holds each group's (value, sampling variance) pairs. With weights 1 / (variance + τ²) the squared
/// distances from each group's weighted mean add up to the number of values minus the number of groups at the true
/// τ²; they fall as τ² grows, and bisection finds the place to the last bit. 0 if they are not above at 0, if no
/// group has two, or without groups. Pairs whose value is not finite or whose variance is not above 0 are left out.
/// R. C. Paule and J. Mandel, J. Res. NBS 87 (1982) 377-385; R. DerSimonian and R. Kacker, Contemp. Clin. Trials 28
/// (2007) 105-114. The sum over groups follows from each group's expectation n - 1.
pub fn paule_mandel(groups: &[Vec<(f64, f64)>]) -> f64 {
    let usable = |&(x, v): &(f64, f64)| x.is_finite() && v.is_finite() && v > 0.0;
    let groups: Vec<Vec<_>> = groups.iter().map(|group| group.iter().copied().filter(usable).collect()).collect();
    let too_small = |tau: f64| groups.iter().map(|group| excess(group, tau)).sum::<f64>() > 0.0;
    if !too_small(0.0) {
        return 0.0;
    }
    let (mut low, mut high) = (0.0, f64::MIN_POSITIVE);
    while too_small(high) && high < f64::MAX {
        low = high;
        high = (high * 1024.0).min(f64::MAX);
    }
    loop {
        let middle = low + (high - low) / 2.0;
        if middle <= low || middle >= high {
            return high;
        }
        if too_small(middle) {
            low = middle;
        } else {
            high = middle;
        }
    }
}

/// A group's weighted squared distances from its weighted mean, less what is expected of them.
fn excess(group: &[(f64, f64)], tau: f64) -> f64 {
    if group.len() < 2 {
        return 0.0;
    }
    let weight = |v: f64| 1.0 / (v + tau);
    let weights: f64 = group.iter().map(|&(_, v)| weight(v)).sum();
    let mean = group.iter().map(|&(x, v)| weight(v) * x).sum::<f64>() / weights;
    let distances: f64 = group.iter().map(|&(x, v)| weight(v) * (x - mean) * (x - mean)).sum();
    distances - (group.len() - 1) as f64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::testing::assert_close;

    /// Nine laboratories' values and their squared standard uncertainties: the example of R. N. Kacker, Metrologia 41
    /// (2004) 132-136, as statsmodels' tests of the method quote it.
    const LABORATORIES: [(f64, f64); 9] = [
        (61.00, 0.2025),
        (61.40, 1.2100),
        (62.21, 0.0900),
        (62.30, 0.2025),
        (62.34, 0.3844),
        (62.60, 0.5625),
        (62.70, 0.0676),
        (62.84, 0.0225),
        (65.90, 1.8225),
    ];

    #[test]
    fn kackers_nine_laboratories_differ_by_0_8399() {
        // Kacker (2004), table 1, first row, PM
        let tau = libm::sqrt(paule_mandel(&[LABORATORIES.to_vec()]));
        assert!((tau - 0.8399).abs() < 5e-5, "{tau}");
    }

    #[test]
    fn one_group_is_that_of_the_reference() {
        // sim.py paule_mandel(x, v)[0] of the laboratories; the last digits by mpmath.findroot
        assert_close(paule_mandel(&[LABORATORIES.to_vec()]), 0.705_395_309_219_232_3, 1e-12);
    }

    #[test]
    fn the_level_of_a_group_does_not_count() {
        let lifted = LABORATORIES.iter().map(|&(x, v)| (x + 1024.0, v)).collect();
        let together = paule_mandel(&[LABORATORIES.to_vec(), lifted]);
        assert_close(together, paule_mandel(&[LABORATORIES.to_vec()]), 1e-9);
    }

    #[test]
    fn one_agent() {
        assert_eq!(paule_mandel(&[vec![(3.0, 1.0)]]), 0.0);
        let with_a_single = paule_mandel(&[LABORATORIES.to_vec(), vec![(900.0, 1e-3)]]);
        assert_eq!(with_a_single, paule_mandel(&[LABORATORIES.to_vec()]));
    }

    #[test]
    fn all_equal() {
        assert_eq!(paule_mandel(&[vec![(0.7, 0.01); 50]]), 0.0);
    }

    #[test]
    fn no_groups_and_empty_groups() {
        assert_eq!(paule_mandel(&[]), 0.0);
        assert_eq!(paule_mandel(&[vec![], vec![]]), 0.0);
    }

    #[test]
    fn values_without_a_variance_are_left_out() {
        let mut odd = LABORATORIES.to_vec();
        odd.extend([(f64::NAN, 1.0), (1.0, f64::NAN), (5.0, 0.0), (5.0, -1.0), (f64::INFINITY, 1.0)]);
        assert_eq!(paule_mandel(&[odd]), paule_mandel(&[LABORATORIES.to_vec()]));
    }

    #[test]
    fn far_apart_values_end() {
        let tau = paule_mandel(&[vec![(-1e100, 1e-100), (1e100, 1e-100)]]);
        assert_close(tau, 2e200, 1e-9);
        assert!(!paule_mandel(&[vec![(-1e308, 1.0), (1e308, 1.0), (0.0, 1.0)]]).is_nan());
    }
}
