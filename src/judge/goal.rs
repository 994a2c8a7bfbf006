//! What to aim for after a level in one measure, how likely it is to be reached, and whether luck would decide it.
//!
//! Everything is in steps, a step being the spread of true skill between agents, and more is better. docs/method.md has
//! the reasons, fair-scoring section 7 the figures.

use super::measure::Growth;
use super::{Judged, Judgement, Measure, RELIABLE, Verdict, level};
use crate::stats::normal;
use libm::sqrt;

/// From the own level to the target. The team is in the level itself, by shrinkage: a target that would rise the more, the
/// farther an agent is below the others, is missed by just those.
pub const TARGET: f64 = 0.3;
/// From the own level to the stretch: twice as far, or a part of the way to the upper quarter of agents where that is more.
const STRETCH: f64 = 0.6;
const PART_OF_WAY: f64 = 0.3;
const UPPER_QUARTER: f64 = 0.674;
/// What an improvement is measured by that an agent may well reach.
pub const HALF_STEP: f64 = 0.5;
/// Upper quantile of the normal distribution at 20 %: of luck taken for an improvement, and of an improvement not seen.
const QUANTILE_80: f64 = 0.841_621_233_572_914_3;
/// So many answers lie between the own level and the target, or a single customer decides between the two.
const FEWEST_BETWEEN: f64 = 2.0;

/// The levels of a goal, in steps.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Levels {
    pub threshold: f64,
    pub target: f64,
    pub stretch: Option<f64>,
    /// 1 where more is aimed for; -1 where a level is too good to be true, and less is.
    pub towards: f64,
}

/// What to aim for after a level.
pub fn levels(own: f64) -> Levels {
    let stretch = own + f64::max(STRETCH, PART_OF_WAY * (UPPER_QUARTER - own));
    Levels { threshold: own, target: own + TARGET, stretch: Some(stretch), towards: 1.0 }
}

/// What to aim for in a measure where neither much nor little is good: back to `band` steps around the middle; `None` inside.
pub fn levels_of_band(own: f64, band: f64) -> Option<Levels> {
    let edge = if own < 0.0 { -band } else { band };
    let levels = Levels { threshold: own, target: edge, stretch: None, towards: if own < 0.0 { 1.0 } else { -1.0 } };
    (own.abs() > band).then_some(levels)
}

/// Why there is no level to aim from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lack {
    /// Nothing tells the measure.
    Source,
    /// Agents differ no more than luck makes them.
    Difference,
    /// Nobody else takes the same kinds of call.
    Peers,
    /// Nothing tells the measure of this agent.
    Results,
    /// The target would be beyond all that can be.
    Room,
}

/// Why luck would decide a goal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Luck {
    /// Less than half of what is seen in the goal's period is the agent's own doing.
    Unreliable,
    /// A single customer decides between the own level and the target.
    OneCustomer,
}

/// What a goal rests on: one measure of one agent.
#[derive(Debug, Clone, Copy)]
pub struct Ground {
    pub measure: Measure,
    pub judged: Judged,
    /// What a step is: share points, or of the logarithm of time.
    pub spread: f64,
    /// How many agents can be compared.
    pub peers: usize,
    /// How many times as long as what was judged the goal's period is.
    pub longer: f64,
}

impl Judgement {
    /// What a goal of an agent rests on, for a period so many times as long as what was judged.
    pub fn ground(&self, verdict: &Verdict, measure: Measure, longer: f64) -> Result<Ground, Lack> {
        let all = self.measure(measure).ok_or(Lack::Source)?;
        if !verdict.compared {
            return Err(Lack::Peers);
        }
        if !all.told_apart {
            return Err(Lack::Difference);
        }
        let judged = verdict.measures[measure as usize].ok_or(Lack::Results)?;
        let peers = self.components[verdict.component].agents.len();
        let ground = Ground { measure, judged, spread: all.spread, peers, longer };
        if ground.has_room() { Ok(ground) } else { Err(Lack::Room) }
    }
}

impl Ground {
    /// The agent's own level.
    pub fn own(&self) -> f64 {
        self.measure.sign() * self.judged.effect / self.spread
    }

    /// Whether the target is a level that can be: a share of no more than 1.
    fn has_room(&self) -> bool {
        let target = self.judged.expected + self.effect(levels(self.own()).target);
        self.measure == Measure::HandleTime || target <= 1.0
    }

    /// What was seen beside what was to be expected.
    pub fn seen(&self) -> f64 {
        let Judged { observed, expected, .. } = self.judged;
        let difference = match self.measure {
            Measure::HandleTime => libm::log(observed / expected),
            _ => observed - expected,
        };
        self.measure.sign() * difference / self.spread
    }

    /// What lies between an expectation and a level in steps: share points, or of the logarithm of time.
    pub fn effect(&self, steps: f64) -> f64 {
        self.measure.sign() * steps * self.spread
    }

    /// Whether a larger share, or a longer time, is what is aimed for.
    pub fn rises(&self, levels: &Levels) -> bool {
        self.measure.sign() * levels.towards > 0.0
    }

    /// A level in steps as a share or seconds, on the calls that were judged.
    pub fn on_own_calls(&self, steps: f64) -> f64 {
        level(self.measure, self.judged.expected, self.effect(steps))
    }

    /// Contacts, answers or calls of the goal's period, at the pace so far.
    pub fn n(&self) -> f64 {
        self.judged.n as f64 * self.longer
    }

    fn growth(&self) -> Growth {
        Growth::of(self.judged.reliability, self.peers)
    }

    /// Share of what will be seen in the goal's period that is the agent's own doing.
    pub fn reliability(&self) -> f64 {
        self.growth().after(self.longer)
    }

    /// Variances of the own level and, of as many contacts as were judged, of luck.
    fn variances(&self) -> (f64, f64) {
        let unit = self.spread * self.spread;
        (self.judged.effect_variance / unit, self.judged.noise / unit)
    }

    /// Standard deviation of what will be seen around the own level: that level's doubt, and the luck of the period.
    fn deviation(&self) -> f64 {
        let (doubt, noise) = self.variances();
        sqrt(doubt + noise / self.longer)
    }

    /// Chance to be seen at a level or better, if the agent becomes so much better.
    pub fn chance(&self, at: f64, towards: f64, better: f64) -> f64 {
        normal::cdf((towards * (self.own() - at) + better) / self.deviation())
    }

    /// The improvement that a goal can tell from luck: the goal that it reaches in 80 % is reached by luck in 20 %.
    pub fn detectable(&self) -> f64 {
        2.0 * QUANTILE_80 * self.deviation()
    }

    /// How many contacts, answers or calls tell an improvement of half a step from luck, where as many were judged before;
    /// `None` where no number would.
    pub fn n_to_detect(&self) -> Option<f64> {
        let (_, noise) = self.variances();
        let Growth { most, k, .. } = self.growth();
        // 1 - most x / (x + k) + noise / x <= allowed, as a quadratic equation in x, times as many as were judged.
        let allowed = (HALF_STEP / (2.0 * QUANTILE_80)).powi(2);
        let a = allowed - (1.0 - most);
        let b = k + noise - allowed * k;
        let x = (b + sqrt(b * b + 4.0 * a * noise * k)) / (2.0 * a);
        (a > 0.0 && x.is_finite()).then_some(x * self.judged.n as f64)
    }

    /// With fewer contacts or answers a single customer decides between the own level and the target.
    fn fewest(&self) -> f64 {
        let between = match self.measure {
            Measure::HandleTime => 0.0,
            _ => FEWEST_BETWEEN / (TARGET * self.spread),
        };
        between.max(self.measure.fewest() as f64)
    }

    /// How many contacts, answers or calls make a goal more than luck; `None` where no number would.
    pub fn needed(&self) -> Option<f64> {
        let times = self.growth().times_for(RELIABLE)?;
        Some((times * self.judged.n as f64).max(self.fewest()))
    }

    /// Whether luck would decide a goal.
    pub fn luck(&self) -> Option<Luck> {
        if self.reliability() < RELIABLE {
            return Some(Luck::Unreliable);
        }
        (self.n() < self.fewest()).then_some(Luck::OneCustomer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An agent of many, known so well, as fair-scoring section S9 has them: skill in steps, luck (1 - r) / r.
    fn known(reliability: f64, own: f64) -> Ground {
        let judged = Judged {
            n: 100,
            observed: 0.7,
            expected: 0.7,
            difference: 0.0,
            shrunk: 0.7,
            low: 0.7,
            high: 0.7,
            reliability,
            needed: Some(0),
            own_share: 0.0,
            skill: own,
            skill_variance: 1.0 - reliability,
            effect: own,
            effect_variance: 1.0 - reliability,
            noise: (1.0 - reliability) / reliability,
        };
        Ground { measure: Measure::Satisfaction, judged, spread: 1.0, peers: usize::MAX, longer: 1.0 }
    }

    fn rounded(x: f64) -> f64 {
        (100.0 * x).round() / 100.0
    }

    #[test]
    fn the_detectable_improvement_is_that_of_the_reference() {
        // sim.txt, S9: "rel 0.3: 2.93; rel 0.5: 2.06; rel 0.7: 1.44; rel 0.9: 0.77; rel 0.97: 0.42"
        for (reliability, detectable) in [(0.3, 2.93), (0.5, 2.06), (0.7, 1.44), (0.9, 0.77), (0.97, 0.42)] {
            assert_eq!(rounded(known(reliability, 0.0).detectable()), detectable);
        }
    }

    #[test]
    fn the_chances_are_those_of_the_reference() {
        // sim.txt, S9, "own shrunk + 0.3 SD": overall 0.40 and 0.33, and 0.57 and 0.62 "if everyone really improves .5 SD"; of
        // 300,000 draws each, so that a thousandth is luck.
        let close = |found: f64, drawn: f64| assert!((found - drawn).abs() < 0.006, "{found} is not {drawn}");
        for (reliability, same, better) in [(0.5, 0.40, 0.57), (0.8, 0.33, 0.62)] {
            for own in [-2.0, 0.0, 1.3] {
                let ground = known(reliability, own);
                let Levels { target, towards, .. } = levels(own);
                close(ground.chance(target, towards, 0.0), same);
                close(ground.chance(target, towards, HALF_STEP), better);
            }
        }
        assert_eq!(known(0.7, 0.4).chance(0.4, 1.0, 0.0), 0.5);
    }

    #[test]
    fn what_luck_reaches_in_a_fifth_an_improvement_of_the_detectable_size_reaches_in_four_fifths() {
        let ground = known(0.6, -0.5);
        let at = -0.5 + ground.detectable() / 2.0;
        assert_eq!(rounded(ground.chance(at, 1.0, 0.0)), 0.2);
        assert_eq!(rounded(ground.chance(at, 1.0, ground.detectable())), 0.8);
    }

    #[test]
    fn the_target_is_as_far_for_everybody_and_the_stretch_farther_for_those_far_below() {
        for own in [-3.0, -1.0, 0.0, 2.0] {
            let found = levels(own);
            assert_eq!((found.threshold, found.target), (own, own + 0.3));
            assert!(found.stretch.unwrap() > found.target);
        }
        assert_eq!(levels(0.0).stretch, Some(0.6));
        assert!((levels(-3.0).stretch.unwrap() - -1.897_8).abs() < 1e-9);
    }

    #[test]
    fn in_a_band_there_is_nothing_to_aim_for_and_outside_its_edge() {
        assert_eq!((levels_of_band(0.9, 1.0), levels_of_band(-1.0, 1.0)), (None, None));
        let slow = levels_of_band(-1.5, 1.0).unwrap();
        assert_eq!((slow.threshold, slow.target, slow.stretch, slow.towards), (-1.5, -1.0, None, 1.0));
        let hurried = levels_of_band(1.5, 1.0).unwrap();
        assert_eq!((hurried.target, hurried.towards), (1.0, -1.0));
        // Whoever becomes slower by more than the way back is back more likely than not.
        assert!(known(0.9, 1.5).chance(1.0, -1.0, 0.0) < 0.5 && known(0.9, 1.5).chance(1.0, -1.0, 0.6) > 0.5);
    }

    #[test]
    fn half_a_step_is_told_from_luck_by_so_many_that_it_is_the_detectable_improvement() {
        // By hand: (1 - r^2) / r = (0.5 / 1.68324)^2 = 0.08824 gives r = 0.95685, and n / k = r / (1 - r) = 22.17; at a
        // reliability of 0.5 k is the number judged.
        let found = known(0.5, 0.0).n_to_detect().unwrap();
        assert!((found / 100.0 - 22.17).abs() < 0.01, "{found}");
        let longer = found / 100.0;
        let after = known(Growth::of(0.5, usize::MAX).after(longer), 0.0);
        assert!((after.detectable() - HALF_STEP).abs() < 1e-9);
        // With 11 agents their own mean is known too badly: 1.683 sqrt(1 / 11) is more than half a step.
        assert_eq!(Ground { peers: 11, ..known(0.5, 0.0) }.n_to_detect(), None);
        assert!(Ground { peers: 12, ..known(0.5, 0.0) }.n_to_detect().is_some());
    }

    /// Known so well in a measure where agents differ by 7 points, of so many answers.
    fn satisfaction(reliability: f64, n: u64) -> Ground {
        let known = known(reliability, 0.0);
        Ground { spread: 0.07, judged: Judged { n, ..known.judged }, ..known }
    }

    #[test]
    fn a_goal_is_refused_where_less_than_half_of_what_is_seen_is_the_agents_doing() {
        assert_eq!(satisfaction(0.5, 100).luck(), None);
        assert_eq!(satisfaction(0.49, 100).luck(), Some(Luck::Unreliable));
        // Three periods have three times as many: 3 * 0.49 / (3 * 0.49 + 0.51) = 0.742
        let longer = Ground { longer: 3.0, ..satisfaction(0.49, 100) };
        assert_eq!((rounded(longer.reliability()), longer.luck()), (0.74, None));
    }

    #[test]
    fn a_goal_is_refused_where_a_single_customer_decides_between_the_own_level_and_the_target() {
        // 0.3 of a step of 7 points are 2.1 points: of 50 answers one, of 96 two.
        assert_eq!(satisfaction(0.6, 50).luck(), Some(Luck::OneCustomer));
        assert_eq!(satisfaction(0.6, 96).luck(), None);
        assert_eq!(satisfaction(0.6, 50).needed().map(f64::ceil), Some(96.0));
        let time = Ground { measure: Measure::HandleTime, ..satisfaction(0.6, 50) };
        assert_eq!(time.luck(), None);
    }

    #[test]
    fn there_is_no_goal_beyond_all_customers() {
        // 0.93 and 0.3 of a step of 7 points are 0.951, and 0.99 are more than all.
        let of = |expected: f64| {
            let known = satisfaction(0.6, 100);
            Ground { judged: Judged { expected, ..known.judged }, ..known }
        };
        assert!(of(0.93).has_room() && !of(0.99).has_room());
        assert!(Ground { measure: Measure::HandleTime, ..of(300.0) }.has_room());
    }

    #[test]
    fn nothing_known_makes_no_goal_and_no_infinity() {
        let unknown = known(1e-12, 0.0);
        assert_eq!((unknown.luck(), unknown.needed()), (Some(Luck::Unreliable), None));
        let nothing = Ground { judged: Judged { reliability: 0.0, ..unknown.judged }, ..unknown };
        assert_eq!((nothing.reliability(), nothing.n_to_detect()), (0.0, None));
    }
}
