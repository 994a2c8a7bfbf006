//! The standard normal distribution.

/// P(Z <= x), between 0 and 1; NaN only of NaN.
/// As erfc, FreeBSD msun's s_erf.c through libm: relative error about 1e-15 near 0, 1e-13 at the far left.
pub fn cdf(x: f64) -> f64 {
    0.5 * libm::erfc(-x * std::f64::consts::FRAC_1_SQRT_2)
}

/// P(Z > x), which keeps its digits where `1 - cdf(x)` would be 0; NaN only of NaN. Source as for `cdf`.
pub fn upper_tail(x: f64) -> f64 {
    cdf(-x)
}

/// Density of the standard normal distribution.
pub fn density(x: f64) -> f64 {
    libm::exp(-0.5 * x * x) / libm::sqrt(2.0 * std::f64::consts::PI)
}

/// The x with P(Z <= x) = p: minus and plus infinity at 0 and 1, NaN outside.
/// Algorithm AS 241 (PPND16), M. J. Wichura, Applied Statistics 37 (1988) 477-484; relative error about 1e-16.
pub fn quantile(p: f64) -> f64 {
    if p == 0.0 || p == 1.0 {
        return if p == 0.0 { f64::NEG_INFINITY } else { f64::INFINITY };
    }
    if !(0.0..=1.0).contains(&p) {
        return f64::NAN;
    }
    let from_middle = p - 0.5;
    if from_middle.abs() <= 0.425 {
        let r = 0.180_625 - from_middle * from_middle;
        return from_middle * ratio(r, &MIDDLE_ABOVE, &MIDDLE_BELOW);
    }
    let r = libm::sqrt(-libm::log(if from_middle < 0.0 { p } else { 1.0 - p }));
    let x = if r <= 5.0 { ratio(r - 1.6, &NEAR_ABOVE, &NEAR_BELOW) } else { ratio(r - 5.0, &FAR_ABOVE, &FAR_BELOW) };
    if from_middle < 0.0 { -x } else { x }
}

/// A polynomial over another, coefficients from the highest power down.
fn ratio(r: f64, above: &[f64; 8], below: &[f64; 8]) -> f64 {
    let value = |coefficients: &[f64; 8]| coefficients.iter().fold(0.0, |sum, coefficient| sum * r + coefficient);
    value(above) / value(below)
}

const MIDDLE_ABOVE: [f64; 8] = [
    2.509_080_928_730_122_7e3, 3.343_057_558_358_813e4, 6.726_577_092_700_87e4, 4.592_195_393_154_987e4,
    1.373_169_376_550_946e4, 1.971_590_950_306_551_3e3, 1.331_416_678_917_843_8e2, 3.387_132_872_796_366_5,
];
const MIDDLE_BELOW: [f64; 8] = [
    5.226_495_278_852_854e3, 2.872_908_573_572_194_3e4, 3.930_789_580_009_271e4, 2.121_379_430_158_659_7e4,
    5.394_196_021_424_751e3, 6.871_870_074_920_579e2, 4.231_333_070_160_091e1, 1.0,
];
const NEAR_ABOVE: [f64; 8] = [
    7.745_450_142_783_414e-4, 2.272_384_498_926_918_4e-2, 2.417_807_251_774_506e-1, 1.270_458_252_452_368_4,
    3.647_848_324_763_204_5, 5.769_497_221_460_691, 4.630_337_846_156_546, 1.423_437_110_749_683_5,
];
const NEAR_BELOW: [f64; 8] = [
    1.050_750_071_644_416_9e-9, 5.475_938_084_995_345e-4, 1.519_866_656_361_645_7e-2, 1.481_039_764_274_800_8e-1,
    6.897_673_349_851e-1, 1.676_384_830_183_803_8, 2.053_191_626_637_759, 1.0,
];
const FAR_ABOVE: [f64; 8] = [
    2.010_334_399_292_288_1e-7, 2.711_555_568_743_487_6e-5, 1.242_660_947_388_078_4e-3, 2.653_218_952_657_612_4e-2,
    2.965_605_718_285_048_7e-1, 1.784_826_539_917_291_3, 5.463_784_911_164_114, 6.657_904_643_501_103,
];
const FAR_BELOW: [f64; 8] = [
    2.044_263_103_389_939_7e-15, 1.421_511_758_316_446e-7, 1.846_318_317_510_054_8e-5, 7.868_691_311_456_133e-4,
    1.487_536_129_085_061_5e-2, 1.369_298_809_227_358e-1, 5.998_322_065_558_88e-1, 1.0,
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::testing::assert_close;

    #[test]
    fn quantiles_are_wichuras_check_values() {
        // the three values Wichura (1988) gives to check PPND16
        assert_close(quantile(0.25), -0.674_489_750_196_081_7, 1e-15);
        assert_close(quantile(0.001), -3.090_232_306_167_813_5, 1e-15);
        assert_close(quantile(1e-20), -9.262_340_089_798_408, 1e-15);
        assert_close(quantile(0.75), 0.674_489_750_196_081_7, 1e-15);
    }

    #[test]
    fn tails_keep_their_digits_far_out() {
        // mpmath at 60 digits: erfc(x / sqrt(2)) / 2; scipy.stats.norm.sf(x) has the same to 1e-13
        for (x, want) in [
            (0.0, 0.5),
            (1.0, 0.158_655_253_931_457_05),
            (1.959_963_984_540_054, 0.025),
            (5.0, 2.866_515_718_791_939e-7),
            (20.0, 2.753_624_118_606_233_7e-89),
            (33.0, 4.061_185_620_915_855e-239),
        ] {
            assert_close(upper_tail(x), want, 1e-12);
            assert_close(cdf(-x), want, 1e-12);
            assert_close(cdf(x), 1.0 - want, 1e-15);
        }
    }

    #[test]
    fn quantile_undoes_cdf() {
        for p in [1e-300, 1e-100, 1e-10, 0.01, 0.3, 0.5, 0.6, 0.999] {
            assert_close(cdf(quantile(p)), p, 1e-12);
        }
    }

    #[test]
    fn certain_and_impossible_lie_at_infinity_and_beyond_is_nan() {
        assert_eq!(quantile(0.0), f64::NEG_INFINITY);
        assert_eq!(quantile(1.0), f64::INFINITY);
        assert!(quantile(-0.1).is_nan() && quantile(1.1).is_nan() && quantile(f64::NAN).is_nan());
        assert_eq!((cdf(f64::NEG_INFINITY), cdf(f64::INFINITY)), (0.0, 1.0));
        assert_eq!((upper_tail(100.0), upper_tail(-100.0)), (0.0, 1.0));
    }
}
