//! Time until something happens, when not everybody was watched to the end.

/// The chance of having failed by the end of each bin, from 0 to 1, never falling.
///
/// `failures` and `censored` hold how many failed, and how many left observation, in each bin of time; within a bin
/// failures come before leavings, so those who leave were at risk. Everybody must be in one of them. The shorter
/// slice is taken to go on with zeros. Once nobody is at risk the curve stays where it was; without anybody it is 0.
/// E. L. Kaplan and P. Meier, JASA 53 (1958) 457-481.
pub fn kaplan_meier(failures: &[u64], censored: &[u64]) -> Vec<f64> {
    let bins = failures.len().max(censored.len());
    let count = |counts: &[u64], bin: usize| u128::from(counts.get(bin).copied().unwrap_or(0));
    let mut at_risk: u128 = (0..bins).map(|bin| count(failures, bin) + count(censored, bin)).sum();
    let mut surviving = 1.0;
    let mut curve = Vec::with_capacity(bins);
    for bin in 0..bins {
        let failed = count(failures, bin);
        if at_risk > 0 {
            surviving *= (at_risk - failed) as f64 / at_risk as f64;
        }
        curve.push(1.0 - surviving);
        at_risk -= failed + count(censored, bin);
    }
    curve
}

/// Where the truth of [`kaplan_meier`] lies, bin by bin, at a two-sided normal point `z`; `None` while nobody has failed,
/// and once everybody has. The interval is that of the logarithm of minus the logarithm of those who are left, so that it
/// stays between 0 and 1: M. Greenwood (1926); J. D. Kalbfleisch and R. L. Prentice, The Statistical Analysis of Failure
/// Time Data (1980), section 1.3.
pub fn kaplan_meier_interval(failures: &[u64], censored: &[u64], z: f64) -> Vec<Option<(f64, f64)>> {
    let count = |counts: &[u64], bin: usize| counts.get(bin).copied().unwrap_or(0) as f64;
    let curve = kaplan_meier(failures, censored);
    let mut at_risk: f64 = (0..curve.len()).map(|bin| count(failures, bin) + count(censored, bin)).sum();
    let mut spread = 0.0;
    let mut found = Vec::with_capacity(curve.len());
    for (bin, failed) in curve.iter().enumerate() {
        let now = count(failures, bin);
        if now > 0.0 && now < at_risk {
            spread += now / (at_risk * (at_risk - now));
        }
        at_risk -= now + count(censored, bin);
        let left = 1.0 - failed;
        found.push((left > 0.0 && left < 1.0).then(|| {
            let reach = libm::exp(z * libm::sqrt(spread) / libm::log(left).abs());
            (1.0 - libm::pow(left, 1.0 / reach), 1.0 - libm::pow(left, reach))
        }));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Weeks of remission of 21 leukaemia patients on 6-mercaptopurine, bin = week: E. J. Freireich et al.,
    /// Blood 21 (1963) 699-716.
    fn remissions() -> (Vec<u64>, Vec<u64>) {
        let counts = |weeks: &[usize]| {
            (0..36).map(|week| weeks.iter().filter(|&&at| at == week).count() as u64).collect::<Vec<_>>()
        };
        let relapsed = counts(&[6, 6, 6, 7, 10, 13, 16, 22, 23]);
        (relapsed, counts(&[6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35]))
    }

    #[test]
    fn remissions_survive_as_published() {
        // J. P. Klein and M. L. Moeschberger, Survival Analysis (2003), table 4.1A
        let (relapsed, left) = remissions();
        let curve = kaplan_meier(&relapsed, &left);
        for (week, surviving) in
            [(5, 1.0), (6, 0.857), (7, 0.807), (10, 0.753), (13, 0.690), (16, 0.627), (22, 0.538), (23, 0.448)]
        {
            assert!((1.0 - curve[week] - surviving).abs() < 5e-4, "week {week}: {}", 1.0 - curve[week]);
        }
        assert_eq!(curve[35], curve[23]);
    }

    #[test]
    fn intervals_of_remissions_are_as_published() {
        // Stata Survival Analysis Reference Manual, sts list, and R's survfit with conf.type = "log-log"
        let (relapsed, left) = remissions();
        let intervals = kaplan_meier_interval(&relapsed, &left, 1.959_963_984_540_054);
        assert_eq!(intervals[5], None);
        for (week, from, to) in [(6, 0.6197, 0.9516), (10, 0.5032, 0.8894), (16, 0.3675, 0.8049), (23, 0.1881, 0.6801)]
        {
            let (low, high) = intervals[week].expect("somebody has relapsed");
            assert!((1.0 - high - from).abs() < 1e-4 && (1.0 - low - to).abs() < 1e-4, "week {week}: {low} {high}");
        }
        assert_eq!(kaplan_meier_interval(&[1], &[], 1.96), [None]);
    }

    #[test]
    fn without_leavings_it_is_the_share_failed() {
        let curve = kaplan_meier(&[1, 0, 2, 1], &[]);
        assert_eq!(curve, [0.25, 0.25, 0.75, 1.0]);
    }

    #[test]
    fn the_curve_stays_once_nobody_is_at_risk() {
        assert_eq!(kaplan_meier(&[1, 0, 0, 0], &[0, 1, 0, 0]), [0.5, 0.5, 0.5, 0.5]);
        assert_eq!(kaplan_meier(&[2, 0], &[0, 0]), [1.0, 1.0]);
    }

    #[test]
    fn empty_slices() {
        assert!(kaplan_meier(&[], &[]).is_empty());
        assert_eq!(kaplan_meier(&[], &[3]), [0.0]);
        assert_eq!(kaplan_meier(&[3], &[]), [1.0]);
    }

    #[test]
    fn all_zero() {
        assert_eq!(kaplan_meier(&[0; 3], &[0; 3]), [0.0; 3]);
    }

    #[test]
    fn one_call() {
        assert_eq!(kaplan_meier(&[0, 1], &[0, 0]), [0.0, 1.0]);
        assert_eq!(kaplan_meier(&[0, 0], &[0, 1]), [0.0, 0.0]);
    }

    #[test]
    fn counts_at_the_limit_do_not_overflow() {
        let curve = kaplan_meier(&[u64::MAX; 3], &[u64::MAX; 3]);
        assert!(curve.windows(2).all(|pair| pair[0] <= pair[1]) && curve[2] <= 1.0);
    }
}
