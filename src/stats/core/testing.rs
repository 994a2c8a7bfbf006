//! What the tests of both files share.

use super::Core;
use crate::stats::testing::assert_close;

pub const EXPECTED_12: [f64; 12] = [5.0, 7.5, 8.0, 6.5, 10.0, 6.0, 9.0, 8.0, 12.0, 4.5, 7.0, 9.0];

/// Sixty agents' counts by a formula of their number, the same as in Python (`//` is `/` of whole numbers).
pub fn sixty<T>(figure: impl Fn(u64) -> T) -> Vec<T> {
    (0..60).map(figure).collect()
}

pub fn base(i: u64) -> u64 {
    10 + i * 7 % 23
}

#[track_caller]
pub fn assert_core(core: Core, centre: f64, dispersion: f64, p: &[f64]) {
    assert!((core.centre - centre).abs() < 1e-6, "centre {} not {centre}", core.centre);
    assert!((core.dispersion - dispersion).abs() < 1e-6, "dispersion {} not {dispersion}", core.dispersion);
    assert_eq!(core.p.len(), p.len());
    core.p.iter().zip(p).for_each(|(&got, &want)| assert_close(got, want, 1e-6));
}

#[track_caller]
pub fn assert_probabilities(core: &Core, agents: usize) {
    assert_eq!(core.p.len(), agents);
    assert!(core.p.iter().all(|p| (0.0..=1.0).contains(p)), "{core:?}");
    assert!(core.centre.is_finite() && core.dispersion.is_finite(), "{core:?}");
}
