//! Shares of calls against expected shares.

use super::{
    CUT, Core, HALF_SAMPLE, LEAST_EXPECTED, MEDIAN_TO_START, ROUNDS, at_least_zero, half_factor, in_honest_half,
    not_beyond, square, too_small, widening,
};
use crate::stats::median;
use crate::stats::tails::{self, Side};

/// The fit ends when the correlation moves less than this.
const SETTLED: f64 = 1e-4;

/// Correlation within an agent's calls is taken to be at most this.
const MOST_CORRELATION: f64 = 0.5;

/// Shares are kept this far from 0 and 1 before their logit is taken; of the starting half, further.
const SHARE_EDGE: f64 = 1e-6;
const START_EDGE: f64 = 1e-4;

/// The longest step of the centre on the logit scale in one round.
const LONGEST_STEP: f64 = 1.0;

/// Tests hits among calls against expected shares, beta-binomial with the correlation `dispersion` within an agent.
///
/// `expected` is each agent's expected share, brought between 0 and 1; `floor` the least correlation; `recentre`
/// says whether the core may lie elsewhere than expected. Hits beyond the calls are taken to be the calls. An agent
/// without calls or expectation has no base: p = 1, and no part in anything else. If nobody has one, the centre
/// is 0 and the dispersion the floor. Source: `bb_test` in sim.py.
pub fn shares(hits: &[u64], of: &[u64], expected: &[f64], floor: f64, side: Side, recentre: bool) -> Core {
    let floor = at_least_zero(floor);
    let base = |agent: usize| {
        let calls = of.get(agent).copied().filter(|&calls| calls > 0)?;
        let share = expected.get(agent).copied().filter(|share| !share.is_nan())?;
        Some(Agent { hits: hits[agent].min(calls), calls, share: share.clamp(0.0, 1.0) })
    };
    let agents: Vec<Option<Agent>> = (0..hits.len()).map(base).collect();
    let group: Vec<Agent> = agents.iter().copied().flatten().collect();
    let (centre, dispersion) = fit_shares(&group, floor, side, recentre);
    let p = |agent: Agent| agent.tail(centre, dispersion, side);
    Core { p: agents.into_iter().map(|agent| agent.map_or(1.0, p)).collect(), centre, dispersion }
}

#[derive(Clone, Copy)]
struct Agent {
    hits: u64,
    calls: u64,
    share: f64,
}

impl Agent {
    fn tail(&self, centre: f64, dispersion: f64, side: Side) -> f64 {
        tails::beta_binomial(self.hits, self.calls, self.shifted(centre), dispersion, side)
    }

    fn shifted(&self, centre: f64) -> f64 {
        inverse_logit(logit(self.share.clamp(SHARE_EDGE, 1.0 - SHARE_EDGE)) + centre)
    }

    fn expected_hits(&self) -> f64 {
        self.calls as f64 * self.share
    }
}

/// Centre and dispersion of the core of agents with calls.
fn fit_shares(group: &[Agent], floor: f64, side: Side, recentre: bool) -> (f64, f64) {
    let (mut centre, mut dispersion) = (if recentre { start_of_shares(group, floor, side) } else { 0.0 }, floor);
    for _ in 0..ROUNDS {
        let likely = |agent: &&Agent| agent.calls > 1 && agent.tail(centre, dispersion, side) > CUT;
        let core: Vec<&Agent> = group.iter().filter(likely).collect();
        if too_small(core.len(), group.len()) {
            break;
        }
        if recentre {
            let (off, variance) = binomial_sums(&core, centre, |off, variance, _| (off, variance));
            centre = not_beyond(centre + (off / variance).clamp(-LONGEST_STEP, LONGEST_STEP), 0.0, side);
        }
        let (squares, variance) = binomial_sums(&core, centre, |off, variance, _| (square(off), variance));
        let (pairs, _) = binomial_sums(&core, centre, |_, variance, calls| ((calls - 1.0) * variance, 0.0));
        let before = dispersion;
        let estimate = (widening(group.len()) * squares - variance) / pairs;
        dispersion = estimate.max(floor).min(MOST_CORRELATION);
        if (dispersion - before).abs() < SETTLED {
            break;
        }
    }
    (centre, dispersion)
}

/// Sums two figures made of each agent's hits beyond the centre, their binomial variance, and the calls.
fn binomial_sums(core: &[&Agent], centre: f64, figures: impl Fn(f64, f64, f64) -> (f64, f64)) -> (f64, f64) {
    core.iter().fold((0.0, 0.0), |(first, second), agent| {
        let (calls, share) = (agent.calls as f64, agent.shifted(centre));
        let (one, other) = figures(agent.hits as f64 - calls * share, calls * share * (1.0 - share), calls);
        (first + one, second + other)
    })
}

/// The shift of the honest looking half on the logit scale, relative to what chance makes of a half.
fn start_of_shares(group: &[Agent], floor: f64, side: Side) -> f64 {
    let distance = |agent: &Agent| {
        let variance = agent.expected_hits() * (1.0 - agent.share);
        (agent.hits as f64 - agent.expected_hits()) / libm::sqrt(variance.max(LEAST_EXPECTED))
    };
    let distances: Vec<f64> = group.iter().map(distance).collect();
    let expected: Vec<f64> = group.iter().map(Agent::expected_hits).collect();
    let squared_variations = group.iter().map(|agent| (1.0 - agent.share) / agent.expected_hits().max(LEAST_EXPECTED));
    let (Some(middle), Some(typical)) = (median(&distances), median(&expected)) else { return 0.0 };
    if typical < MEDIAN_TO_START {
        return 0.0;
    }
    let half = group.iter().zip(&distances).filter(|&(_, &at)| in_honest_half(at, middle, side));
    let (hits, expected, calls) = half.fold((0.0, 0.0, 0.0), |(hits, expected, calls), (agent, _)| {
        (hits + agent.hits as f64, expected + agent.expected_hits(), calls + agent.calls as f64)
    });
    let share = expected / calls;
    let variation = median(&squared_variations.collect::<Vec<_>>()).unwrap_or(0.0);
    let by_chance = HALF_SAMPLE * libm::sqrt(variation + floor * (1.0 - share) / share.max(LEAST_EXPECTED));
    let away_from_edge = |share: f64| share.clamp(START_EDGE, 1.0 - START_EDGE);
    let found = away_from_edge(hits / calls / half_factor(by_chance, side));
    not_beyond(logit(found) - logit(away_from_edge(share)), 0.0, side)
}

fn logit(share: f64) -> f64 {
    libm::log(share / (1.0 - share))
}

fn inverse_logit(x: f64) -> f64 {
    1.0 / (1.0 + libm::exp(-x))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::core::testing::{assert_core, assert_probabilities, sixty};
    use crate::stats::testing::assert_close;

    const OF_12: [u64; 12] = [30, 40, 60, 25, 80, 35, 50, 45, 70, 22, 55, 52];
    const SHARES_12: [f64; 12] = [0.35, 0.36, 0.34, 0.37, 0.38, 0.35, 0.36, 0.34, 0.35, 0.36, 0.37, 0.38];

    fn calls(i: u64) -> u64 {
        40 + i * 13 % 120
    }

    fn share(i: u64) -> f64 {
        0.3 + 0.004 * (i % 50) as f64
    }

    /// 20 to 50 % of an agent's calls, and 85 % of every sixth's.
    fn inflated(i: u64) -> u64 {
        calls(i) * if i.is_multiple_of(6) { 85 } else { 20 + i * 29 % 31 } / 100
    }

    #[test]
    fn twelve_agents_shares_are_as_in_the_reference() {
        // sim.py bb_test(K, N, pi), with the last c read out of the function
        let hits = [8, 11, 16, 7, 22, 10, 14, 38, 19, 6, 15, 44];
        let p = [
            0.568_266_999, 0.560_620_571, 0.494_925_227, 0.591_277_985, 0.656_847_012, 0.469_737_924, 0.526_317_013,
            2.680_180_58e-13, 0.513_537_29, 0.589_852_658, 0.615_059_203, 3.139_659_16e-13,
        ];
        let core = shares(&hits, &OF_12, &SHARES_12, 0.005, Side::Upper, true);
        assert_core(core, -0.384_373_552, 0.005, &p);
        // sim.py bb_test(K, N, pi, lower=True)
        let hits = [10, 14, 22, 9, 30, 12, 18, 2, 25, 8, 20, 3];
        let p = [
            0.509_126_167, 0.519_555_343, 0.696_822_374, 0.546_904_688, 0.512_957_41, 0.540_972_544, 0.559_135_789,
            1.112_142_94e-5, 0.591_616_785, 0.604_761_977, 0.521_065_545, 9.926_382_75e-7,
        ];
        let core = shares(&hits, &OF_12, &SHARES_12, 0.005, Side::Lower, true);
        assert_core(core, 0.000_279_128_709, 0.005, &p);
    }

    #[test]
    fn sixty_agents_with_ten_inflated_shares_are_as_in_the_reference() {
        // sim.py bb_test(K, N, pi); N = 40+i*13%120, pi = .3+.004*(i%50),
        // K = where(i%6==0, N*85//100, N*(20+i*29%31)//100)
        let p = [
            0.000_160_847_212, 0.101_913_849, 0.103_276_334, 0.136_104_92, 0.166_275_552, 0.193_980_476,
            5.616_474_01e-5, 0.291_119_592, 0.343_698_705, 0.409_176_894, 0.502_667_458, 0.546_572_04,
            0.000_209_239_722, 0.667_704_898, 0.733_505_979, 0.783_510_385, 0.127_179_197, 0.167_072_227,
            0.000_170_371_303, 0.298_837_217, 0.318_415_169, 0.366_291_02, 0.433_860_496, 0.489_474_531,
            0.000_341_284_255, 0.596_354_93, 0.665_479_54, 0.722_071_371, 0.790_862_624, 0.841_285_371,
            0.001_107_638_41, 0.910_903_067, 0.261_420_962, 0.313_360_027, 0.379_128_94, 0.419_535_387,
            0.000_941_567_823, 0.612_903_331, 0.651_963_964, 0.679_931_459, 0.729_828_821, 0.788_571_532,
            0.001_719_530_95, 0.861_628_911, 0.895_908_088, 0.928_376_142, 0.950_330_771, 0.414_637_873,
            0.004_853_649_19, 0.510_842_956, 0.128_930_636, 0.154_159_389, 0.192_067_497, 0.228_413_976,
            4.147_758_43e-5, 0.340_655_178, 0.430_240_632, 0.479_690_343, 0.554_215_701, 0.611_307_164,
        ];
        let core = shares(&sixty(inflated), &sixty(calls), &sixty(share), 0.005, Side::Upper, true);
        assert_core(core, -0.162_587_473, 0.082_787_621_3, &p);
    }

    #[test]
    fn sixty_agents_with_ten_inflated_shares_and_a_fixed_centre_are_as_in_the_reference() {
        // sim.py bb_test(K, N, pi, recentre=False)
        let p = [
            0.000_760_861_267, 0.164_056_975, 0.167_426_605, 0.209_940_694, 0.247_124_056, 0.279_991_863,
            0.000_405_081_322, 0.386_359_962, 0.440_190_471, 0.504_278_846, 0.586_523_386, 0.627_544_46,
            0.001_140_114_87, 0.733_861_004, 0.788_873_261, 0.829_714_999, 0.205_175_095, 0.254_336_52,
            0.001_090_003_75, 0.392_826_078, 0.415_034_718, 0.464_220_827, 0.529_938_198, 0.581_956_26,
            0.001_881_243_73, 0.677_182_778, 0.735_837_723, 0.782_538_549, 0.835_913_88, 0.876_525_245,
            0.004_656_844_14, 0.930_926_685, 0.362_349_072, 0.417_077_14, 0.482_761_442, 0.521_759_178,
            0.004_537_768_18, 0.689_414_994, 0.724_025_02, 0.748_188_924, 0.789_477_727, 0.836_647_396,
            0.007_198_535_9, 0.893_746_663, 0.919_993_402, 0.944_638_85, 0.961_254_611, 0.514_406_737, 0.015_743_801_9,
            0.605_377_998, 0.200_687_278, 0.232_186_035, 0.277_021_549, 0.318_202_851, 0.000_321_149_127,
            0.436_110_838, 0.517_616_271, 0.565_551_924, 0.633_979_281, 0.684_692_665,
        ];
        let core = shares(&sixty(inflated), &sixty(calls), &sixty(share), 0.005, Side::Upper, false);
        assert_core(core, 0.0, 0.097_437_805, &p);
    }

    #[test]
    fn sixty_agents_with_ten_hidden_shares_are_as_in_the_reference() {
        // sim.py bb_test(K, N, pi, lower=True); K = where(i%6==0, N*5//100, N*(40+i*29%31)//100)
        let hits = sixty(|i| calls(i) * if i.is_multiple_of(6) { 5 } else { 40 + i * 29 % 31 } / 100);
        let p = [
            0.001_700_449_36, 0.923_395_52, 0.907_901_288, 0.877_955_695, 0.833_170_036, 0.808_463_741, 6.597_137_5e-5,
            0.698_879_784, 0.649_810_715, 0.588_891_732, 0.519_975_197, 0.445_873_975, 6.173_274_9e-5, 0.351_828_942,
            0.276_064_815, 0.237_589_826, 0.870_763_925, 0.828_836_534, 1.096_658_86e-5, 0.740_512_418, 0.684_203_103,
            0.607_791_382, 0.547_603_431, 0.498_990_722, 8.620_564e-6, 0.385_111_991, 0.325_959_706, 0.264_091_764,
            0.243_648_011, 0.197_695_757, 1.199_601_29e-5, 0.114_617_826, 0.731_677_862, 0.680_069_545, 0.613_776_896,
            0.555_960_559, 1.282_052_47e-6, 0.444_196_388, 0.356_522_673, 0.300_836_151, 0.262_016_534, 0.213_053_837,
            1.293_338_92e-6, 0.127_828_039, 0.102_616_365, 0.077_252_692_2, 0.054_542_356_7, 0.590_722_739,
            2.851_824_43e-6, 0.468_549_212, 0.881_292_275, 0.843_891_03, 0.808_072_323, 0.758_746_702,
            0.000_109_334_739, 0.652_645_288, 0.566_425_927, 0.530_933_626, 0.469_473_794, 0.422_171_08,
        ];
        let core = shares(&hits, &sixty(calls), &sixty(share), 0.005, Side::Lower, true);
        assert_core(core, 0.669_465_377, 0.079_608_462_7, &p);
    }

    #[test]
    fn agents_without_a_base_change_nothing_for_the_others() {
        let observed = [4, 6, 9, 7, 12, 5, 8, 40, 11, 3, 9, 30];
        let alone = shares(&observed, &OF_12, &SHARES_12, 0.005, Side::Upper, true);
        let (hits, of) = ([&observed[..], &[0, 3]].concat(), [&OF_12[..], &[0, 0]].concat());
        let with = shares(&hits, &of, &[&SHARES_12[..], &[0.4, 0.9]].concat(), 0.005, Side::Upper, true);
        assert_eq!((&with.p[..12], with.centre, with.dispersion), (&alone.p[..], alone.centre, alone.dispersion));
        assert_eq!(with.p[12..], [1.0, 1.0]);
    }

    #[test]
    fn one_agent() {
        for side in [Side::Upper, Side::Lower] {
            assert_probabilities(&shares(&[9], &[10], &[0.5], 0.005, side, true), 1);
        }
    }

    #[test]
    fn all_zero() {
        let core = shares(&[0; 9], &[20; 9], &[0.5; 9], 0.005, Side::Upper, true);
        assert_eq!(core.p, [1.0; 9]);
        assert_probabilities(&shares(&[0; 9], &[20; 9], &[0.5; 9], 0.005, Side::Lower, true), 9);
        assert_eq!(shares(&[0; 9], &[20; 9], &[0.0; 9], 0.005, Side::Upper, true).p, [1.0; 9]);
    }

    #[test]
    fn all_one() {
        for side in [Side::Upper, Side::Lower] {
            assert_probabilities(&shares(&[20; 9], &[20; 9], &[0.5; 9], 0.005, side, true), 9);
            assert_probabilities(&shares(&[20; 9], &[20; 9], &[1.0; 9], 0.005, side, true), 9);
        }
        let core = shares(&[20; 9], &[20; 9], &[0.5; 9], 0.005, Side::Lower, true);
        assert_eq!(core.p, [1.0; 9]);
    }

    #[test]
    fn no_surveys() {
        let core = shares(&[0; 4], &[0; 4], &[0.7; 4], 0.005, Side::Lower, true);
        assert_eq!(core, Core { p: vec![1.0; 4], centre: 0.0, dispersion: 0.005 });
    }

    #[test]
    fn one_call() {
        let core = shares(&[1, 0, 1], &[1, 1, 1], &[0.5, 0.5, 0.2], 0.005, Side::Upper, true);
        assert_eq!((core.centre, core.dispersion), (0.0, 0.005));
        [0.5, 1.0, 0.2].iter().zip(&core.p).for_each(|(&want, &got)| assert_close(got, want, 1e-12));
    }

    #[test]
    fn empty_slices() {
        let core = shares(&[], &[], &[], 0.005, Side::Lower, true);
        assert_eq!(core, Core { p: vec![], centre: 0.0, dispersion: 0.005 });
        assert_eq!(shares(&[3, 4], &[5], &[], 0.005, Side::Upper, true).p, [1.0, 1.0]);
    }

    #[test]
    fn figures_that_are_none_give_probabilities() {
        let odd = [f64::NAN, f64::INFINITY, -1.0, 0.0, 5e-324, 1e-9, 1.0, 1e300, f64::MAX];
        let counts = [0, 1, 7, 1_000, 1_000_000, u64::MAX, 3, 12, 0];
        for (&floor, side) in odd.iter().flat_map(|floor| [(floor, Side::Upper), (floor, Side::Lower)]) {
            assert_probabilities(&shares(&counts, &[3; 9], &odd, floor, side, true), 9);
            assert_probabilities(&shares(&counts, &counts, &odd, floor, side, false), 9);
        }
    }

    #[test]
    fn counts_up_to_a_million_give_probabilities() {
        let observed = sixty(|i| 1_000_000 - i * 7_919 % 400_000);
        let of = sixty(|_| 1_000_000);
        for side in [Side::Upper, Side::Lower] {
            assert_probabilities(&shares(&observed, &of, &sixty(|_| 0.8), 0.005, side, true), 60);
        }
    }
}
