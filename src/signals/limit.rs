//! A limit of handle time that agents work to: given, or found in how long calls last.

use crate::call_log::MISSING;
use crate::stats::smooth::{Smooth, smooth_share};
use crate::stats::tails::{Side, beta_binomial};
use crate::strata::{AROUND_LIMIT_MS, Calls, Case, in_parts};
use libm::sqrt;

/// Durations are looked at in steps of this, up to [`STEPS`] of them; longer ones share the last.
const STEP_S: u32 = 15;
const STEPS: usize = 81;
/// Limits that are tried, s.
const TRIED: std::ops::RangeInclusive<u32> = 180..=900;
const TRIED_STEP: usize = 30;
/// The stretch before a limit, and the one after it, s.
const AROUND_S: u32 = AROUND_LIMIT_MS / 1_000;
/// How far the smooth curve is fitted below and above the limit, s.
const FITTED: (u32, u32) = (240, 360);
/// A limit is taken for found when chance alone would show one as clear less often than this.
const SURE: f64 = 0.01;
/// A whole centre bunches when this many standard errors and this share more calls than the curve has end just
/// below the limit, as many standard errors more than just above it, and no other limit shows as much: at a limit that
/// was given, and at one of the many that are tried.
const CENTRE_Z: f64 = 3.0;
const CENTRE_Z_FOUND: f64 = 4.0;
const CENTRE_EXCESS: f64 = 0.05;
/// With fewer calls in the minute below the limit a curve says nothing of the centre.
const CENTRE_CALLS: u64 = 300;
/// Other limits this far away are no neighbours, s.
const APART: u32 = 90;
/// Share of durations that are multiples of a unit from which on they are rounded to it.
const ROUNDED: f64 = 0.3;
/// With fewer of the multiples of the next finer unit than this, it is the finer one.
const OF_FINER: f64 = 0.75;
/// The least correlation between one agent's calls.
const CORRELATION: f64 = 0.005;

/// How many calls lasted how long; and how many of them were passed on.
#[derive(Debug, Clone)]
pub struct Histogram {
    calls: [u32; STEPS],
    transferred: [u32; STEPS],
}

impl Default for Histogram {
    fn default() -> Self {
        Histogram { calls: [0; STEPS], transferred: [0; STEPS] }
    }
}

/// The limit as the steps have it: the nearest end of one.
fn in_steps(limit_s: u32) -> u32 {
    (limit_s + STEP_S / 2) / STEP_S * STEP_S
}

fn step(s: u32) -> usize {
    ((s / STEP_S) as usize).min(STEPS - 1)
}

impl Histogram {
    fn add(&mut self, other: &Histogram) {
        self.calls.iter_mut().zip(&other.calls).for_each(|(sum, n)| *sum += n);
        self.transferred.iter_mut().zip(&other.transferred).for_each(|(sum, n)| *sum += n);
    }

    fn count(&mut self, case: &Case) {
        let at = step(case.connected_ms / 1_000);
        self.calls[at] += 1;
        self.transferred[at] += u32::from(case.transferred);
    }

    /// Calls in [from, to), s.
    fn between(&self, from: u32, to: u32) -> u64 {
        self.calls[step(from)..step(to)].iter().map(|n| u64::from(*n)).sum()
    }

    fn transferred_between(&self, from: u32, to: u32) -> u64 {
        self.transferred[step(from)..step(to)].iter().map(|n| u64::from(*n)).sum()
    }

    /// Seconds that the calls spent in [from, to); a call of a step ended in its middle.
    fn exposure(&self, from: u32, to: u32) -> f64 {
        let (from, to) = (f64::from(from), f64::from(to));
        let middle = |i: usize| (i as f64 + 0.5) * f64::from(STEP_S);
        self.calls.iter().enumerate().map(|(i, n)| f64::from(*n) * (middle(i).min(to) - from).max(0.0)).sum()
    }

    /// The smooth curve's view of a limit.
    pub fn smooth(&self, limit_s: u32) -> Option<Smooth> {
        let first = limit_s.saturating_sub(FITTED.0).max(STEP_S) / STEP_S * STEP_S;
        let last = (limit_s + FITTED.1).min(STEP_S * (STEPS as u32 - 1));
        let (width, limit) = (f64::from(STEP_S), f64::from(limit_s));
        let calls: Vec<u64> = self.calls[step(first)..step(last)].iter().map(|n| u64::from(*n)).collect();
        smooth_share(&calls, f64::from(first), width, limit, f64::from(AROUND_S))
    }

    /// Transfers in the last minute before the limit, and before that, and the share that the time spent lets expect.
    pub fn shed(&self, limit_s: u32) -> (u64, u64, f64) {
        let limit_s = in_steps(limit_s);
        let start = limit_s - AROUND_S;
        let late = self.transferred_between(start, limit_s);
        let all = late + self.transferred_between(AROUND_S, start);
        let (near, before) = (self.exposure(start, limit_s), self.exposure(AROUND_S, start));
        (late, all, near / (near + before).max(1e-9))
    }

    /// Calls just below the limit, and around it.
    fn bunched(&self, limit_s: u32) -> (u64, u64) {
        let limit_s = in_steps(limit_s);
        (self.between(limit_s - AROUND_S, limit_s), self.between(limit_s - AROUND_S, limit_s + AROUND_S))
    }
}

/// How long calls last, of agents and of queues.
#[derive(Debug, Clone, Default)]
pub struct Durations {
    /// By the ids of agents and of queues; calls without a queue are the last.
    pub agents: Vec<Histogram>,
    pub queues: Vec<Histogram>,
    /// Seconds to which durations are rounded, if they are rounded to a unit that hides a limit.
    pub rounded_to: Option<u32>,
}

impl Durations {
    /// Looks at the time with the customer of every call.
    pub fn new(calls: &Calls<'_>, threads: usize) -> Durations {
        // Longer units first: what is a multiple of 60 s is one of 6 s as well.
        const UNITS: [u32; 3] = [60, 30, 6];
        let count = calls.log.legs.len();
        let empty = || Durations {
            agents: vec![Histogram::default(); calls.log.names.agent.len()],
            queues: vec![Histogram::default(); calls.log.names.queue.len() + 1],
            rounded_to: None,
        };
        let part = |t: usize| {
            let mut found = empty();
            let mut multiples = [0u64; UNITS.len()];
            let mut all = 0u64;
            for i in count * t / threads..count * (t + 1) / threads {
                let Some(case) = calls.case(i).filter(|c| c.connected_ms != MISSING) else { continue };
                found.agents[case.agent as usize].count(&case);
                let queue = (case.queue as usize).min(found.queues.len() - 1);
                found.queues[queue].count(&case);
                all += 1;
                if case.connected_ms.is_multiple_of(6_000) {
                    multiples[2] += 1;
                    multiples[1] += u64::from(case.connected_ms.is_multiple_of(30_000));
                    multiples[0] += u64::from(case.connected_ms.is_multiple_of(60_000));
                }
            }
            (found, multiples, all)
        };
        let mut found = empty();
        let mut multiples = [0u64; UNITS.len()];
        let mut all = 0;
        for (part, of_part, calls) in in_parts(threads, part) {
            found.agents.iter_mut().zip(&part.agents).for_each(|(sum, h)| sum.add(h));
            found.queues.iter_mut().zip(&part.queues).for_each(|(sum, h)| sum.add(h));
            multiples.iter_mut().zip(of_part).for_each(|(sum, n)| *sum += n);
            all += calls;
        }
        found.rounded_to = rounded_to(multiples, all).map(|unit| UNITS[unit]);
        found
    }
}

/// Which unit durations are rounded to, from the multiples of each among `all`, longer units first.
fn rounded_to<const N: usize>(multiples: [u64; N], all: u64) -> Option<usize> {
    let many = |n: u64| n as f64 > ROUNDED * all as f64;
    // Half of what is rounded to half a minute are whole minutes.
    let by_chance = |unit: usize| unit + 1 < N && (multiples[unit] as f64) < OF_FINER * multiples[unit + 1] as f64;
    (0..N).find(|unit| many(multiples[*unit]) && !by_chance(*unit))
}

/// A limit that agents work to.
#[derive(Debug, Clone, PartialEq)]
pub struct Limit {
    pub ms: u32,
    /// Found in the durations, not given.
    pub found: bool,
    /// What the smooth curve of the whole centre says of it, where it stands out.
    pub centre: Option<Smooth>,
}

/// The limit given, or the one that durations show, or why there is none.
pub fn limit(durations: &Durations, given_ms: Option<u32>) -> Result<Limit, String> {
    if let Some(unit) = durations.rounded_to {
        return Err(format!("durations to the second (these are rounded to {unit} s)"));
    }
    let mut centre = Histogram::default();
    durations.agents.iter().for_each(|h| centre.add(h));
    let tried: Vec<u32> = TRIED.step_by(TRIED_STEP).collect();
    let curves: Vec<(u32, Smooth)> =
        tried.iter().filter_map(|limit_s| Some((*limit_s, centre.smooth(*limit_s)?))).collect();
    let stands_out = |limit_s: u32, curve: &Smooth, z: f64| {
        let mut others = curves.iter().filter(|(other, _)| other.abs_diff(limit_s) >= APART);
        let (below, around) = centre.bunched(limit_s);
        let clear = curve.z > z && drop_at_limit(below, around, curve.share) > z;
        let large = below >= CENTRE_CALLS && curve.excess >= CENTRE_EXCESS;
        clear && large && others.all(|(_, other)| other.z < curve.z)
    };
    let of_centre = |limit_s: u32| centre.smooth(limit_s).filter(|curve| stands_out(limit_s, curve, CENTRE_Z));
    if let Some(ms) = given_ms {
        return Ok(Limit { ms, found: false, centre: of_centre(ms / 1_000) });
    }
    // The clearest trace that an agent leaves at each limit.
    let tests = (durations.agents.len() * tried.len() * 2) as f64;
    let traces = curves.iter().map(|(limit_s, curve)| {
        let clearest = durations.agents.iter().map(|h| trace(h, *limit_s, curve)).fold(1.0, f64::min);
        ((clearest * tests).min(1.0), *limit_s)
    });
    let agents = traces.min_by(|a, b| a.0.total_cmp(&b.0)).filter(|(p, _)| *p < SURE).map(|(_, limit_s)| limit_s);
    let whole = curves
        .iter()
        .filter(|(l, c)| stands_out(*l, c, CENTRE_Z_FOUND))
        .max_by(|a, b| a.1.z.total_cmp(&b.1.z))
        .map(|(l, _)| *l);
    match agents.or(whole) {
        Some(limit_s) => Ok(Limit { ms: limit_s * 1_000, found: true, centre: of_centre(limit_s) }),
        None => Err("a handle-time limit: none was given with --limit and none shows in how long calls last".into()),
    }
}

/// How many standard errors more of the calls around a limit end below it than the curve has there. A second hump of
/// durations lifts both sides; a limit leaves a step.
fn drop_at_limit(below: u64, around: u64, share: f64) -> f64 {
    let n = around as f64;
    let variance = n * share * (1.0 - share);
    if variance > 0.0 { (below as f64 - n * share) / sqrt(variance) } else { 0.0 }
}

/// The smaller p-value of calls just below the limit and of transfers in the last minute before it.
fn trace(histogram: &Histogram, limit_s: u32, curve: &Smooth) -> f64 {
    let clear = |observed: u64, of: u64, share: f64| {
        let expected = of as f64 * share;
        let (observed_f, enough) = (observed as f64, super::LEAST_EXCESS);
        if observed_f < super::LEAST_RATIO * expected.max(0.5) || observed_f - expected < enough {
            return 1.0;
        }
        beta_binomial(observed, of, share, CORRELATION, Side::Upper)
    };
    let (late, all, share) = histogram.shed(limit_s);
    let (below, around) = histogram.bunched(limit_s);
    clear(late, all, share).min(clear(below, around, curve.share))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Calls of some lengths, s, of which those of the second list were passed on.
    fn histogram(kept: &[u32], passed_on: &[u32]) -> Histogram {
        let mut histogram = Histogram::default();
        for (lengths, transferred) in [(kept, 0), (passed_on, 1)] {
            for s in lengths {
                histogram.calls[step(*s)] += 1;
                histogram.transferred[step(*s)] += transferred;
            }
        }
        histogram
    }

    #[test]
    fn exposure_is_the_time_that_calls_spent_in_a_stretch() {
        // 50 s ends before it; 127 s, in the middle of a step, spends 7.5 s in it; 400 s all 60 s.
        let calls = histogram(&[50, 127, 400], &[]);
        assert_eq!(calls.exposure(120, 180), 7.5 + 60.0);
        assert_eq!(calls.exposure(500, 560), 0.0);
        assert_eq!(Histogram::default().exposure(0, 1_000), 0.0);
    }

    #[test]
    fn who_passes_calls_on_at_an_even_pace_sheds_what_the_time_spent_lets_expect() {
        // One call ends in every step up to 7:00, and every one of them is passed on.
        let lengths: Vec<u32> = (0..28).map(|i| i * STEP_S).collect();
        let (late, all, share) = histogram(&[], &lengths).shed(300);
        assert_eq!((late, all), (4, 16));
        // In 4:00 to 5:00 eight later calls stay 60 s, and four leave in it, 7.5, 22.5, 37.5 and 52.5 s in.
        let near = 8.0 * 60.0 + 120.0;
        let before = 12.0 * 180.0 + (0..12).map(|i| f64::from(i) * 15.0 + 7.5).sum::<f64>();
        assert!((share - near / (near + before)).abs() < 1e-12, "{share}");
    }

    #[test]
    fn a_limit_inside_a_step_is_moved_to_the_nearest_end_of_one() {
        assert_eq!([300, 307, 308, 400].map(in_steps), [300, 300, 315, 405]);
        let calls = histogram(&[], &[330, 345, 399]);
        assert_eq!(calls.shed(400), calls.shed(405));
        assert_eq!((calls.shed(400).0, calls.bunched(400)), (2, (2, 2)));
    }

    #[test]
    fn without_calls_nothing_is_shed() {
        assert_eq!(Histogram::default().shed(300), (0, 0, 0.0));
    }

    #[test]
    fn durations_are_rounded_to_the_longest_unit_that_chance_does_not_make_of_a_shorter_one() {
        let unit_of = |step_s: u32| {
            let of = |unit: u32| (0..6_000).filter(|i| (i * step_s).is_multiple_of(unit)).count() as u64;
            rounded_to([60, 30, 6].map(of), 6_000).map(|unit| [60, 30, 6][unit])
        };
        assert_eq!([60, 30, 6, 1].map(unit_of), [Some(60), Some(30), Some(6), None]);
        assert_eq!(rounded_to([0, 0, 0], 0), None);
    }
}
