//! Figures of another implementation, and logs in which something is all, nothing or one.

use super::*;
use crate::call_log::{Leg, MISSING, NO_SCORE, Outcome, flag};
use crate::strata::testing::{SmallLog, call, end};

fn judged(legs: &[Leg]) -> Judgement {
    let log = SmallLog::new(legs);
    let tally = log.tally();
    let judgement = judge(&tally, log.components(&tally), Weights::default(), 2);
    assert_sound(&judgement);
    judgement
}

/// Whatever the log: shares are shares, intervals hold what they are around, and nothing is infinite.
fn assert_sound(judgement: &Judgement) {
    for verdict in &judgement.verdicts {
        for (measure, judged) in Measure::ALL.into_iter().zip(&verdict.measures) {
            let Some(j) = judged else { continue };
            let most = if measure == Measure::HandleTime { f64::INFINITY } else { 1.0 };
            assert!(0.0 <= j.low && j.low <= j.shrunk && j.shrunk <= j.high && j.high <= most, "{j:?}");
            assert!((0.0..=1.0).contains(&j.reliability) && j.n > 0 && j.expected.is_finite(), "{j:?}");
            assert!(j.skill.is_finite() && j.skill_variance > 0.0 && j.skill_variance < 1.0 + 1e-9, "{j:?}");
        }
        if let Some(s) = verdict.score {
            assert!(s.low < s.value && s.value < s.high && (0.0..=1.0).contains(&s.p_above_median), "{s:?}");
            assert!(1 <= s.rank.0 && s.rank.0 <= s.rank.1 && s.rank.1 <= s.of, "{s:?}");
        }
    }
}

const DAY_S: i64 = 86_400;

/// 160 calls of five agents on two queues; the five differ in everything.
fn five_agents() -> Vec<Leg> {
    let mut legs = Vec::new();
    for (a, q) in (0..5).flat_map(|a| (0..2).map(move |q| (a, q))) {
        for k in 0..8 + 3 * a + 4 * q {
            let talk_s = 60 + (37 * a + 53 * q + 29 * k) % 97 * (2 + a);
            let mut leg = call(a, q, i64::from(36_000 + (a * 700 + q * 333 + k * 7) % 3_600), talk_s);
            leg.customer = u64::from(a * 10_000 + q * 1_000 + k + 1);
            if (7 * a + 5 * q + 3 * k).is_multiple_of(4 + 2 * a) {
                leg.flags |= flag::TRANSFERRED;
            }
            if k % 2 == 0 {
                leg.score = 300;
                leg.flags |= if (a + k) % (2 + a) > 0 { flag::TOP_TWO } else { 0 };
            }
            legs.push(leg);
        }
    }
    legs.push(end(30 * DAY_S));
    legs
}

#[test]
fn one_measure_judged_again_is_as_if_all_had_been() {
    let log = SmallLog::new(&five_agents());
    let mut tally = log.tally();
    let judge_all = |tally: &Tally| judge(tally, log.components(tally), Weights::default(), 1);
    let before = judge_all(&tally);
    let better = |cell: &crate::strata::Cell| {
        let failed = cell.counts.decided_failed / 2;
        let left = cell.counts.failed - (cell.counts.decided_failed - failed);
        crate::strata::Counts { decided_failed: failed, failed: left, ..cell.counts }
    };
    let counts: Vec<_> = tally.cells.agent(2).cells.iter().map(better).collect();
    tally.set(2, &counts);
    let again = again(&before, Measure::Resolution, &tally, Weights::default());
    assert_ne!(again.verdicts, before.verdicts);
    let mut expected = judge_all(&tally).verdicts;
    for score in expected.iter_mut().filter_map(|verdict| verdict.score.as_mut()) {
        score.rank = (1, score.of);
    }
    assert_eq!(again.verdicts, expected);
}

fn assert_close(found: f64, expected: f64) {
    assert!((found - expected).abs() < 1e-9 * expected.abs().max(1.0), "{found} is not {expected}");
}

#[test]
fn five_agents_are_as_in_the_second_implementation() {
    // tests/judge/check.py: judge(facts_of(calls, blocks, 7 * DAY)) of the same calls; for each measure the team, the
    // spread, told_apart, each agent's expected, shrunk, low, reliability, and math.ceil of each agent's needed
    let of = [
        (
            0.837_5,
            0.122_134_358_792_289_43,
            false,
            [
                [0.842_183_622_828_784_1, 0.808_523_773_136_451_6, 0.709_021_101_267_429, 0.380_562_013_597_386_73],
                [0.864_146_023_468_057_5, 0.795_428_408_695_927_2, 0.690_046_531_728_560_9, 0.371_000_914_023_563_06],
                [0.820_312_5, 0.864_099_661_482_563_1, 0.766_651_075_987_334_2, 0.421_775_679_422_719_1],
                [0.822_503_346_142_221_9, 0.860_804_889_826_486_8, 0.766_032_870_156_169, 0.441_844_928_404_948_5],
                [0.830_578_512_396_694_2, 0.850_867_271_694_329_5, 0.759_715_102_378_737_2, 0.465_436_936_137_264_2],
            ],
            [17, 25, 16, 14, 9],
        ),
        (
            0.597_560_975_609_756_1,
            0.465_834_916_775_211_7,
            true,
            [
                [0.68, 0.247_699_011_867_779_6, 0.0, 0.498_698_042_743_554_9],
                [0.587_969_924_812_03, 0.668_152_018_202_203_7, 0.338_939_051_939_838_53, 0.666_338_884_173_641_1],
                [0.606_011_183_597_390_5, 0.619_181_232_178_525_3, 0.292_143_356_759_193, 0.678_627_008_629_878_2],
                [0.532_857_142_857_142_8, 0.753_353_053_136_697_3, 0.430_597_334_427_268_33, 0.644_373_719_191_623_9],
                [0.567_050_596_462_361_1, 0.685_503_532_343_717_5, 0.362_007_892_545_475_4, 0.685_402_858_983_797_9],
            ],
            [1, 0, 0, 0, 0],
        ),
        (
            279.402_985_074_626_9,
            0.448_562_031_392_735_8,
            true,
            [
                [267.223_043_360_767_1, 201.753_833_087_951_4, 146.832_604_184_658_35, 0.596_119_272_845_192_5],
                [276.564_704_443_114_4, 233.246_595_255_953_48, 170.210_676_554_987_12, 0.647_986_447_706_735_2],
                [286.624_165_288_778, 269.652_264_250_094_73, 197.477_259_406_573_35, 0.702_784_005_973_749_7],
                [240.150_018_945_874_65, 319.129_369_008_376_84, 235.521_836_057_059_57, 0.628_166_294_478_848_6],
                [266.272_082_388_528_7, 334.490_486_629_749_3, 246.557_710_976_015_98, 0.665_044_283_986_373_5],
            ],
            [0, 0, 0, 0, 0],
        ),
    ];
    // score, high, p_above_median, reliability
    let scores = [
        [-0.461_945_452_942_938_9, 0.156_021_199_124_389_05, 0.169_033_474_043_701_61, 0.388_108_653_537_018_2],
        [-0.271_538_710_829_782_9, 0.328_500_966_082_020_23, 0.280_975_376_692_884_2, 0.423_095_177_344_234_4],
        [0.208_200_866_089_654_7, 0.788_209_443_333_326_9, 0.677_251_913_932_440_9, 0.460_969_841_537_333_9],
        [0.157_576_865_124_559_32, 0.738_922_096_196_941_8, 0.635_843_952_398_495_4, 0.458_482_544_070_719_76],
        [0.0, 0.567_102_805_674_139_3, 0.5, 0.484_690_885_347_583],
    ];
    let found = judged(&five_agents());
    for (all, (team, spread, told_apart, agents, needed)) in found.measures.iter().zip(of) {
        assert_close(all.team, team);
        assert_close(all.spread, spread);
        assert_eq!(all.told_apart, told_apart);
        assert_eq!(all.agents.iter().map(|j| j.unwrap().needed.unwrap()).collect::<Vec<_>>(), needed);
        for (judged, [expected, shrunk, low, reliability]) in all.agents.iter().flatten().zip(agents) {
            assert_close(judged.expected, expected);
            assert_close(judged.shrunk, shrunk);
            assert_close(judged.low, low);
            assert_close(judged.reliability, reliability);
        }
    }
    for (verdict, [value, high, p, reliability]) in found.verdicts.iter().zip(scores) {
        let score = verdict.score.unwrap();
        assert_close(score.value, value);
        assert_close(score.high, high);
        assert_close(score.p_above_median, p);
        assert_close(score.reliability, reliability);
    }
    let tiers: Vec<Tier> = found.verdicts.iter().map(|v| v.score.unwrap().tier).collect();
    assert_eq!(tiers, [Tier::TooFew; 5]);
}

#[test]
fn one_agent_is_judged_and_not_compared() {
    let found = judged(&five_agents().into_iter().filter(|l| l.agent == 4 || l.agent == MISSING).collect::<Vec<_>>());
    let [verdict] = &found.verdicts[..] else { panic!("{:?}", found.verdicts) };
    assert!(!verdict.compared && verdict.score.is_none());
    assert_eq!(verdict.measures.map(|j| j.map(|j| j.n)), [Some(44), Some(22), Some(38), None]);
    // All that is known of the agent is the spread that agents may have.
    assert!(verdict.measures.iter().flatten().all(|j| j.skill.abs() < 1e-9 && j.reliability < 1e-9));
}

#[test]
fn one_stratum_has_one_queue_and_no_connectivity() {
    let one_queue: Vec<Leg> = five_agents().iter().map(|l| Leg { queue: 0, ..*l }).collect();
    let found = judged(&one_queue);
    assert_eq!(found.components.len(), 1);
    assert_eq!((found.components[0].agents.len(), found.components[0].connectivity), (5, None));
    assert!(found.verdicts.iter().all(|v| v.compared && v.score.is_some()));
}

#[test]
fn nothing_resolved_and_everything_resolved_cannot_tell_agents_apart() {
    for (set, clear) in [(flag::TRANSFERRED, 0), (0, flag::TRANSFERRED)] {
        let alike: Vec<Leg> = five_agents().iter().map(|l| Leg { flags: (l.flags | set) & !clear, ..*l }).collect();
        let found = judged(&alike);
        assert!(found.measure(Measure::Resolution).is_none());
        assert_eq!(found.weights[0], 0.0);
        assert_close(found.weights.iter().sum(), 1.0);
        assert!(found.verdicts.iter().all(|v| v.score.is_some()));
    }
}

#[test]
fn every_survey_at_the_top_and_none_at_the_top_cannot_tell_agents_apart() {
    for (set, clear) in [(flag::TOP_TWO, 0), (0, flag::TOP_TWO)] {
        let alike: Vec<Leg> = five_agents().iter().map(|l| Leg { flags: (l.flags | set) & !clear, ..*l }).collect();
        let found = judged(&alike);
        assert!(found.measure(Measure::Satisfaction).is_none());
        assert_eq!(found.weights[1], 0.0);
    }
}

#[test]
fn no_surveys_leave_their_weight_to_the_rest() {
    let none = five_agents().iter().map(|l| Leg { score: Leg::default().score, ..*l }).collect::<Vec<_>>();
    let found = judged(&none);
    assert!(found.measure(Measure::Satisfaction).is_none());
    assert_close(found.weights[0], 5.0 / 7.0);
    assert_close(found.weights[2], 2.0 / 7.0);
}

#[test]
fn no_customers_and_no_times_leave_nothing_to_compare() {
    let bare = |l: &Leg| Leg { customer: 0, score: Leg::default().score, handle_ms: MISSING, ..*l };
    let found = judged(&five_agents().iter().map(bare).collect::<Vec<_>>());
    assert_eq!((found.measures.len(), found.weights), (0, [0.0; Measure::COUNT]));
    assert!(found.verdicts.iter().all(|v| v.compared && v.score.is_none()));
}

#[test]
fn one_call_says_nothing() {
    let found = judged(&[call(3, 0, 36_000, 100)]);
    assert_eq!((found.verdicts.len(), found.measures.len()), (1, 0));
    assert!(!found.verdicts[0].compared);
}

#[test]
fn no_calls_have_no_verdicts() {
    assert_eq!(judged(&[]).verdicts, []);
    assert_eq!(judged(&[end(100)]).verdicts, []);
}

#[test]
fn one_call_of_one_agent_among_many_says_next_to_nothing_of_that_agent() {
    let many = five_agents().into_iter().chain([Leg { customer: 77, ..call(9, 0, 36_100, 100) }]).collect::<Vec<_>>();
    let last = judged(&many).verdicts.pop().unwrap();
    assert_eq!(last.measures.map(|j| j.map(|j| j.n)), [Some(1), None, Some(1), None]);
    assert_eq!(last.score.unwrap().tier, Tier::TooFew);
}

#[test]
fn an_agent_whom_calls_only_rang_at_has_no_score_and_changes_none() {
    let calls = five_agents();
    let rung = (0..60).map(|i| Leg {
        flags: flag::RANG,
        handle_ms: MISSING,
        ..call(if i % 2 == 0 { 9 } else { 0 }, i % 7, i64::from(i) * 1_440, 0)
    });
    let with_rings = judged(&calls.iter().copied().chain(rung).collect::<Vec<_>>());
    let without = judged(&calls);
    assert_eq!(with_rings.measures[0].agents[..5], without.measures[0].agents);
    let scores = |j: &Judgement| j.verdicts.iter().map(|v| v.score).collect::<Vec<_>>();
    assert_eq!(scores(&with_rings)[..5], scores(&without));
    assert_eq!((scores(&with_rings)[5], with_rings.components), (None, without.components));
}

#[test]
fn an_agent_without_answers_counts_as_average_and_no_weight_moves_to_what_is_known() {
    let all = judged(&five_agents());
    let legs: Vec<Leg> =
        five_agents().iter().map(|l| Leg { score: if l.agent == 2 { NO_SCORE } else { l.score }, ..*l }).collect();
    let found = judged(&legs);
    let of = |verdict: &Verdict| {
        let known = verdict.measures.iter().zip(found.weights);
        known.map(|(judged, weight)| judged.map_or(0.0, |j| weight * j.skill)).sum::<f64>()
    };
    let [asked, not_asked] = [&all.verdicts[2], &found.verdicts[2]];
    assert_eq!(found.weights, all.weights);
    assert!(asked.measures[1].is_some() && not_asked.measures[1].is_none());
    let mut sums: Vec<f64> = found.verdicts.iter().map(of).collect();
    let own = sums[2];
    sums.sort_by(f64::total_cmp);
    let score = not_asked.score.unwrap();
    assert_close(score.value, own - sums[2]);
    // All the spread of agents is what may be behind the missing answers, so the interval is no narrower.
    let width = |verdict: &Verdict| verdict.score.map_or(0.0, |s| s.high - s.low);
    assert!(width(not_asked) >= width(asked) && score.reliability < asked.score.unwrap().reliability);
}

#[test]
fn the_order_of_agents_changes_no_score() {
    let turned: Vec<Leg> = five_agents()
        .iter()
        .map(|l| Leg { agent: if l.agent == MISSING { MISSING } else { 4 - l.agent }, ..*l })
        .collect();
    let (found, other) = (judged(&five_agents()), judged(&turned));
    for (a, b) in found.verdicts.iter().zip(other.verdicts.iter().rev()) {
        let (a, b) = (a.score.unwrap(), b.score.unwrap());
        assert!((a.value - b.value).abs() < 1e-9 && (a.low - b.low).abs() < 1e-9);
        assert_eq!((a.tier, a.rank), (b.tier, b.rank));
    }
}

fn outcome(met: bool) -> Option<Outcome> {
    Some(if met { Outcome::Met } else { Outcome::Missed })
}

#[test]
fn outcomes_are_judged_and_change_no_score() {
    // One more agent has nothing but outcomes.
    let bare = (0..40).map(|k| Leg { customer: 0, handle_ms: MISSING, ..call(7, 0, 36_000 + k * 60, 100) });
    let calls: Vec<Leg> = five_agents().into_iter().chain(bare).collect();
    let told: Vec<Leg> = calls
        .iter()
        .enumerate()
        .map(|(k, l)| Leg { outcome: outcome(!(k as u32 + l.agent % 7).is_multiple_of(3)), ..*l })
        .collect();
    let (without, with) = (judged(&calls), judged(&told));
    assert!(without.measure(Measure::Outcome).is_none());
    let found = with.measure(Measure::Outcome).unwrap();
    assert!(found.agents.iter().all(|j| j.is_some_and(|j| j.n >= 20)));
    assert_eq!(&with.measures[..3], &without.measures[..]);
    assert_eq!((with.weights, with.weights[Measure::Outcome as usize]), (without.weights, 0.0));
    assert_eq!(with.components, without.components);
    let scores = |j: &Judgement| j.verdicts.iter().map(|v| v.score).collect::<Vec<_>>();
    assert_eq!(scores(&with), scores(&without));
    assert_eq!(scores(&with)[5], None);
}

#[test]
fn an_agent_who_keeps_more_customers_is_told_from_the_others() {
    // Of every ten calls eight agents keep five, and one keeps eight.
    let legs: Vec<Leg> = (0..9)
        .flat_map(|a| (0..200).map(move |k| (a, k)))
        .map(|(a, k)| {
            let kept = if a == 4 { 8 } else { 5 };
            let leg = call(a, k % 2, i64::from(36_000 + k * 600 + a), 100);
            Leg { customer: u64::from(a * 1_000 + k + 1), outcome: outcome((k * 7 + a) % 10 < kept), ..leg }
        })
        .collect();
    let found = judged(&legs);
    let all = found.measure(Measure::Outcome).unwrap();
    assert!(all.told_apart);
    for (a, judged) in all.agents.iter().flatten().enumerate() {
        assert_eq!((judged.n, judged.needed), (200, Some(0)));
        assert_eq!(judged.low > judged.expected, a == 4, "{judged:?}");
        assert!((judged.observed - if a == 4 { 0.8 } else { 0.5 }).abs() < 1e-9);
    }
    assert!(found.verdicts[4].measures[Measure::Outcome as usize].unwrap().skill > 1.0);
}

#[test]
fn an_outcome_that_is_not_known_or_is_anothers_is_no_failure() {
    let legs: Vec<Leg> = five_agents()
        .iter()
        .enumerate()
        .map(|(k, l)| {
            let known = [outcome(true), None, outcome(false), Some(Outcome::OfAnother), outcome(true)];
            Leg { outcome: if l.agent == 4 && k % 9 > 0 { None } else { known[k % 5] }, ..*l }
        })
        .collect();
    let found = judged(&legs);
    for (agent, judged) in found.measure(Measure::Outcome).unwrap().agents.iter().enumerate() {
        let own = || legs.iter().filter(|l| l.agent == agent as u32);
        let met = own().filter(|l| l.outcome == outcome(true)).count();
        let known = met + own().filter(|l| l.outcome == outcome(false)).count();
        let judged = judged.unwrap();
        assert_eq!(judged.n, known as u64);
        assert_close(judged.observed, met as f64 / known as f64);
        // Of fewer than ten outcomes no value is shown.
        assert!(judged.needed.is_none_or(|more| more + judged.n >= 10), "{judged:?}");
    }
    let few = found.verdicts[4].measures[Measure::Outcome as usize].unwrap();
    assert!(few.n < 10, "{few:?}");
}

#[test]
fn outcomes_that_are_all_alike_tell_nobody_apart() {
    for met in [true, false] {
        let legs: Vec<Leg> = five_agents().iter().map(|l| Leg { outcome: outcome(met), ..*l }).collect();
        assert!(judged(&legs).measure(Measure::Outcome).is_none());
    }
}

#[test]
fn outcomes_alone_give_no_score_and_no_warning() {
    let bare = |(k, l): (usize, &Leg)| Leg {
        customer: 0,
        score: NO_SCORE,
        handle_ms: MISSING,
        outcome: outcome((k + l.agent as usize).is_multiple_of(3)),
        ..*l
    };
    let found = judged(&five_agents().iter().enumerate().map(bare).collect::<Vec<_>>());
    assert_eq!((found.measures.len(), found.weights), (1, [0.0; Measure::COUNT]));
    assert!(found.verdicts.iter().all(|v| v.compared && v.score.is_none() && !v.rests_on_itself(&found.weights)));
}

#[test]
fn what_a_two_sided_measure_takes_off_has_the_moments_of_a_fine_sum() {
    for (mean, variance, band) in
        [(0.0, 1.0, 1.0), (0.4, 0.3, 1.0), (-2.5, 0.2, 1.0), (1.0, 0.05, 0.0), (3.0, 0.0, 1.0)]
    {
        let s = f64::sqrt(variance);
        let (mut sum, mut squares, mut mass) = (0.0, 0.0, 0.0);
        for step in -80_000..=80_000 {
            let z = f64::from(step) / 10_000.0;
            let p = f64::exp(-z * z / 2.0);
            let over = ((mean + s * z).abs() - band).max(0.0);
            (sum, squares, mass) = (sum + p * over, squares + p * over * over, mass + p);
        }
        let (found, of_found) = overshoot(mean, variance, band);
        let expected = sum / mass;
        assert!((found + expected).abs() < 1e-6, "{found} is not {}", -expected);
        assert!((of_found - (squares / mass - expected * expected)).abs() < 1e-6, "{of_found}");
    }
}

#[test]
fn inside_the_band_of_a_two_sided_measure_nobody_gains_and_outside_both_ends_lose() {
    let of = |mean: f64| overshoot(mean, 0.01, 1.0).0;
    assert!(of(0.0) == of(-0.0) && of(0.5) > -1e-4 && of(-0.5) > -1e-4);
    assert!((of(2.0) - of(-2.0)).abs() < 1e-12 && (of(2.0) + 1.0).abs() < 1e-3);
}
