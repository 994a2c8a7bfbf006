//! Counts of events against expected counts.

use super::{
    CUT, Core, HALF_SAMPLE, LEAST_EXPECTED, MEDIAN_TO_START, ROUNDS, at_least_zero, half_factor, in_honest_half,
    not_beyond, square, too_small, widening,
};
use crate::stats::median;
use crate::stats::tails::{self, Side};

/// The fit ends when the dispersion moves less than this.
const SETTLED: f64 = 1e-3;

/// Tests counts of events against expected counts, negative binomial with variance E + dispersion · E².
///
/// `floor` is the least dispersion (0.04 is 20 % of style). An agent whose expectation is missing, not finite or not
/// above 0 has no base: p = 1, and no part in anything else. If nobody has one, the centre is 1 and the
/// dispersion the floor. Source: `nb_test` in sim.py.
pub fn rates(observed: &[u64], expected: &[f64], floor: f64, side: Side) -> Core {
    let floor = at_least_zero(floor);
    let base = |agent: usize| expected.get(agent).copied().filter(|e| e.is_finite() && *e > 0.0);
    let agents = (0..observed.len()).map(|agent| Some((observed[agent], base(agent)?)));
    let agents: Vec<Option<(u64, f64)>> = agents.collect();
    let group: Vec<(u64, f64)> = agents.iter().copied().flatten().collect();
    let (centre, dispersion) = fit_rates(&group, floor, side);
    let p = |(o, e): (u64, f64)| rate_tail(o, e * centre, dispersion, side);
    Core { p: agents.into_iter().map(|agent| agent.map_or(1.0, p)).collect(), centre, dispersion }
}

/// Centre and dispersion of the core of (observed, expected) pairs, every expectation above 0.
fn fit_rates(group: &[(u64, f64)], floor: f64, side: Side) -> (f64, f64) {
    let (mut centre, mut dispersion) = (start_of_rates(group, floor, side), floor);
    for _ in 0..ROUNDS {
        let likely = |&(o, e): &(u64, f64)| rate_tail(o, e * centre, dispersion, side) > CUT;
        let core: Vec<(f64, f64)> = group.iter().copied().filter(likely).map(|(o, e)| (o as f64, e)).collect();
        if too_small(core.len(), group.len()) {
            break;
        }
        let (observed, expected) = core.iter().fold((0.0, 0.0), |(os, es), (o, e)| (os + o, es + e));
        centre = not_beyond(observed / expected, 1.0, side);
        let squares: f64 = core.iter().map(|(o, e)| square(o - e * centre)).sum();
        let expected_squares: f64 = core.iter().map(|(_, e)| square(e * centre)).sum();
        let before = dispersion;
        let estimate = (widening(group.len()) * squares - expected * centre) / expected_squares;
        dispersion = estimate.max(floor);
        if (dispersion - before).abs() < SETTLED {
            break;
        }
    }
    (centre, dispersion)
}

/// The ratio of observed to expected in the honest looking half, relative to what chance makes of a half.
fn start_of_rates(group: &[(u64, f64)], floor: f64, side: Side) -> f64 {
    let expected: Vec<f64> = group.iter().map(|&(_, e)| e).collect();
    let ratios: Vec<f64> = group.iter().map(|&(o, e)| o as f64 / e.max(LEAST_EXPECTED)).collect();
    let (Some(typical), Some(middle)) = (median(&expected), median(&ratios)) else { return 1.0 };
    if typical < MEDIAN_TO_START {
        return 1.0;
    }
    let half = group.iter().zip(&ratios).filter(|&(_, &ratio)| in_honest_half(ratio, middle, side));
    let (o, e) = half.fold((0.0, 0.0), |(os, es), (&(o, e), _)| (os + o as f64, es + e));
    let by_chance = HALF_SAMPLE * libm::sqrt(1.0 / typical + floor);
    not_beyond(o / e.max(LEAST_EXPECTED) / half_factor(by_chance, side), 1.0, side)
}

fn rate_tail(observed: u64, expected: f64, dispersion: f64, side: Side) -> f64 {
    tails::negative_binomial(observed, expected.max(LEAST_EXPECTED), dispersion, side)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::core::testing::{EXPECTED_12, assert_core, assert_probabilities, base, sixty};

    fn expected(i: u64) -> f64 {
        base(i) as f64 + 0.5 * (i % 3) as f64
    }

    #[test]
    fn twelve_agents_with_two_inflating_are_as_in_the_reference() {
        // sim.py nb_test(O, E), with the last c read out of the function
        let observed = [4, 6, 9, 7, 12, 5, 8, 40, 11, 3, 9, 30];
        let p = [
            0.695_851_809, 0.707_028_411, 0.387_221_067, 0.446_062_909, 0.300_212_918, 0.671_121_195, 0.621_930_795,
            5.763_126_14e-11, 0.591_551_19, 0.792_416_459, 0.268_957_651, 4.184_866_96e-6,
        ];
        assert_core(rates(&observed, &EXPECTED_12, 0.04, Side::Upper), 0.980_132_45, 0.04, &p);
    }

    #[test]
    fn twelve_agents_with_two_hiding_are_as_in_the_reference() {
        // sim.py nb_test(O, E, floor=.02, lower=True)
        let observed = [5, 7, 9, 7, 12, 6, 10, 0, 13, 5, 8, 1];
        let p = [
            0.544_749_702, 0.444_529_321, 0.625_493_605, 0.590_615_966, 0.692_643_757, 0.528_937_026, 0.609_125_394,
            0.000_331_711_323, 0.570_293_34, 0.634_937_898, 0.644_316_22, 0.001_216_893_25,
        ];
        assert_core(rates(&observed, &EXPECTED_12, 0.02, Side::Lower), 1.086_092_72, 0.02, &p);
    }

    #[test]
    fn sixty_agents_with_twelve_inflating_are_as_in_the_reference() {
        // sim.py nb_test(O, E); i = arange(60), base = 10+i*7%23, E = base+.5*(i%3),
        // O = base*(70+i*37%61)//100 + where(i%5==0, 2*base, 0)
        let extra = |i: u64| if i.is_multiple_of(5) { 2 * base(i) } else { 0 };
        let observed = sixty(|i| base(i) * (70 + i * 37 % 61) / 100 + extra(i));
        let p = [
            0.000_218_111_096, 0.470_626_311, 0.819_811_174, 0.241_708_341, 0.631_485_171, 1.594_449_31e-5,
            0.398_633_339, 0.731_057_081, 0.321_842_53, 0.552_594_309, 0.000_217_547_616, 0.505_537_398, 0.724_257_835,
            0.232_153_656, 0.583_984_82, 3.040_291_15e-6, 0.378_830_928, 0.751_713_322, 0.223_512_454, 0.523_445_82,
            0.000_213_431_101, 0.371_791_072, 0.688_646_823, 0.419_406_831, 0.507_990_374, 2.345_151_9e-6,
            0.320_000_362, 0.675_352_928, 0.212_704_705, 0.496_717_505, 3.930_327e-5, 0.347_622_77, 0.654_896_106,
            0.879_077_549, 0.470_828_535, 1.840_859_11e-6, 0.246_375_638, 0.624_900_253, 0.902_637_956, 0.355_377_615,
            2.486_936_69e-5, 0.326_516_383, 0.550_449_564, 0.821_185_038, 0.438_331_153, 5.613_131_56e-7,
            0.369_504_095, 0.579_679_21, 0.828_358_189, 0.338_585_843, 2.746_486_7e-5, 0.230_195_851, 0.522_160_17,
            0.832_973_354, 0.316_848_31, 4.674_580_37e-7, 0.335_880_659, 0.506_714_576, 0.793_635_982, 0.323_346_019,
        ];
        assert_core(rates(&observed, &sixty(expected), 0.04, Side::Upper), 1.0, 0.04, &p);
    }

    #[test]
    fn sixty_agents_with_twelve_hiding_are_as_in_the_reference() {
        // sim.py nb_test(O, E, floor=.02, lower=True); O = where(i%5==0, base//8, base*(90+i*37%61)//100)
        let observed = sixty(|i| if i.is_multiple_of(5) { base(i) / 8 } else { base(i) * (90 + i * 37 % 61) / 100 });
        let p = [
            0.000_211_388_066, 0.545_890_574, 0.208_846_479, 0.777_546_935, 0.423_670_742, 4.478_085_99e-8,
            0.640_088_268, 0.283_723_118, 0.705_470_029, 0.457_060_556, 5.539_220_01e-5, 0.556_852_277, 0.308_311_674,
            0.808_364_109, 0.442_814_756, 4.478_085_99e-8, 0.644_370_058, 0.311_676_419, 0.800_081_564, 0.521_578_037,
            1.490_005_68e-5, 0.683_771_696, 0.325_810_193, 0.635_666_72, 0.589_936_61, 1.038_634_88e-7, 0.690_342_972,
            0.389_910_497, 0.835_144_78, 0.530_700_612, 1.490_005_68e-5, 0.686_655_625, 0.394_184_945, 0.257_197_725,
            0.598_427_872, 3.738_400_35e-8, 0.798_649_917, 0.411_315_188, 0.128_710_125, 0.672_770_005,
            4.117_820_76e-6, 0.739_617_3, 0.500_712_836, 0.212_165_56, 0.606_081_639, 3.738_400_35e-8, 0.691_506_012,
            0.430_350_229, 0.211_263_537, 0.675_706_047, 1.169_381_43e-6, 0.824_309_135, 0.510_766_567, 0.176_483_656,
            0.722_156_424, 1.368_597_31e-8, 0.693_487_748, 0.572_886_992, 0.230_538_312, 0.717_654_576,
        ];
        assert_core(rates(&observed, &sixty(expected), 0.02, Side::Lower), 1.209_981_17, 0.02, &p);
    }

    #[test]
    fn agents_without_a_base_change_nothing_for_the_others() {
        let observed = [4, 6, 9, 7, 12, 5, 8, 40, 11, 3, 9, 30];
        let alone = rates(&observed, &EXPECTED_12, 0.04, Side::Upper);
        let with =
            rates(&[&observed[..], &[0, 7]].concat(), &[&EXPECTED_12[..], &[0.0, 0.0]].concat(), 0.04, Side::Upper);
        assert_eq!((&with.p[..12], with.centre, with.dispersion), (&alone.p[..], alone.centre, alone.dispersion));
        assert_eq!(with.p[12..], [1.0, 1.0]);
    }

    #[test]
    fn one_agent() {
        for side in [Side::Upper, Side::Lower] {
            assert_probabilities(&rates(&[9], &[3.0], 0.04, side), 1);
        }
    }

    #[test]
    fn all_zero() {
        let core = rates(&[0; 9], &[5.0; 9], 0.04, Side::Upper);
        assert_eq!(core.p, [1.0; 9]);
        assert_probabilities(&rates(&[0; 9], &[5.0; 9], 0.04, Side::Lower), 9);
    }

    #[test]
    fn all_one() {
        for side in [Side::Upper, Side::Lower] {
            assert_probabilities(&rates(&[1; 9], &[1.0; 9], 0.04, side), 9);
        }
    }

    #[test]
    fn empty_slices() {
        assert_eq!(rates(&[], &[], 0.04, Side::Upper), Core { p: vec![], centre: 1.0, dispersion: 0.04 });
        assert_eq!(rates(&[3, 4], &[], 0.04, Side::Upper).p, [1.0, 1.0]);
    }

    #[test]
    fn expected_zero() {
        let core = rates(&[0, 5, 900], &[0.0, 0.0, 0.0], 0.04, Side::Upper);
        assert_eq!(core, Core { p: vec![1.0; 3], centre: 1.0, dispersion: 0.04 });
    }

    #[test]
    fn figures_that_are_none_give_probabilities() {
        let odd = [f64::NAN, f64::INFINITY, -1.0, 0.0, 5e-324, 1e-9, 1.0, 1e300, f64::MAX];
        let counts = [0, 1, 7, 1_000, 1_000_000, u64::MAX, 3, 12, 0];
        for (&floor, side) in odd.iter().flat_map(|floor| [(floor, Side::Upper), (floor, Side::Lower)]) {
            assert_probabilities(&rates(&counts, &odd, floor, side), 9);
        }
    }

    #[test]
    fn counts_up_to_a_million_give_probabilities() {
        let observed = sixty(|i| 1_000_000 - i * 7_919 % 400_000);
        let expected: Vec<f64> = sixty(|i| 900_000.0 - (i * 104_729 % 300_000) as f64);
        for side in [Side::Upper, Side::Lower] {
            assert_probabilities(&rates(&observed, &expected, 0.04, side), 60);
        }
    }
}
