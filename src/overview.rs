//! The whole centre at a glance: its days, the hours of its week, its queues, how long calls take, how long callers wait.

use crate::call_log::{CallLog, MISSING, flag};
use crate::contacts::FollowUp;
use crate::metrics::{self, Definitions, Dimension, Facts, Totals};
use crate::stats::Z95;
use crate::stats::survival::{kaplan_meier, kaplan_meier_interval};

/// What the centre as a whole did.
#[derive(Debug, Clone)]
pub struct Overview {
    pub all: Totals,
    pub days: Facts,
    /// By weekday and hour of the day.
    pub hours: Facts,
    pub queues: Facts,
    pub handle_times: Vec<Bin>,
    pub abandonment: Vec<Waited>,
}

/// Calls that took from so many seconds up to, and not including, so many; the last bin has no end.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bin {
    pub from_s: u32,
    pub to_s: Option<u32>,
    pub calls: u64,
}

/// What had become of callers once they had waited for so many seconds, that second included.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Waited {
    pub wait_s: u32,
    pub waiting: u64,
    pub answered: u64,
    pub abandoned: u64,
    /// The share that would have given up by then if nobody had been answered: Kaplan-Meier, with the answered as those
    /// who left observation.
    pub gave_up: f64,
    /// Its 95 % interval; `None` where nobody has given up yet, or everybody has.
    pub interval: Option<(f64, f64)>,
}

/// Looks at all calls of a log.
pub fn overview(log: &CallLog, next: &FollowUp, definitions: &Definitions, threads: usize) -> Overview {
    let by = |dimensions: &[Dimension]| metrics::measure(log, next, dimensions, definitions, threads);
    let (handled, waits) = durations(log);
    let mut all = by(&[]);
    Overview {
        all: all.groups.swap_remove(0).totals,
        days: by(&[Dimension::Day]),
        hours: by(&[Dimension::Weekday, Dimension::Hour]),
        queues: by(&[Dimension::Queue]),
        handle_times: bins(&handled),
        abandonment: if log.tells.abandoned { abandonment(&waits) } else { Vec::new() },
    }
}

/// Counts by whole seconds; longer than the last of them is in it.
#[derive(Debug, Clone)]
struct BySecond(Vec<u64>);

/// Two hours: nobody waits longer, and longer calls are one bin.
const SECONDS: usize = 7_200;

impl BySecond {
    fn new() -> BySecond {
        BySecond(vec![0; SECONDS + 1])
    }

    fn count(&mut self, ms: u32) {
        self.0[(ms as usize / 1_000).min(SECONDS)] += 1;
    }

    fn between(&self, from: usize, to: usize) -> u64 {
        self.0[from.min(SECONDS + 1)..to.min(SECONDS + 1)].iter().sum()
    }
}

/// Waits of contacts that were answered, and of those that were abandoned.
struct Waits {
    answered: BySecond,
    abandoned: BySecond,
}

/// Handle times of legs, and waits of contacts.
fn durations(log: &CallLog) -> (BySecond, Waits) {
    let mut handled = BySecond::new();
    let mut waits = Waits { answered: BySecond::new(), abandoned: BySecond::new() };
    for i in 0..log.legs.len() {
        let bits = log.legs.flags(i);
        if bits & (flag::DUPLICATE | flag::OUTSIDE) != 0 {
            continue;
        }
        let (handle, wait) = (log.legs.handle_ms.get(i), log.legs.wait_ms.get(i));
        if bits & flag::ANSWERED != 0 && handle != MISSING {
            handled.count(handle);
        }
        if bits & flag::HEAD != 0 && wait != MISSING {
            match bits & (flag::ANSWERED | flag::ABANDONED) {
                flag::ABANDONED => waits.abandoned.count(wait),
                0 => {}
                _ => waits.answered.count(wait),
            }
        }
    }
    (handled, waits)
}

/// Widths of bins, seconds; the narrowest is taken that needs no more than so many bins up to the 98th percentile.
const WIDTHS: [usize; 5] = [15, 30, 60, 120, 300];
const MOST_BINS: usize = 32;

fn bins(handled: &BySecond) -> Vec<Bin> {
    let all: u64 = handled.0.iter().sum();
    if all == 0 {
        return Vec::new();
    }
    let mut passed = 0;
    let most = handled.0.iter().position(|n| {
        passed += n;
        u128::from(passed) * 100 >= u128::from(all) * 98
    });
    let most = most.unwrap_or(SECONDS) + 1;
    let width = WIDTHS.into_iter().find(|w| most.div_ceil(*w) <= MOST_BINS).unwrap_or(300);
    let end = most.div_ceil(width).min(MOST_BINS) * width;
    let bin = |from: usize, to: Option<usize>| Bin {
        from_s: from as u32,
        to_s: to.map(|to| to as u32),
        calls: handled.between(from, to.unwrap_or(SECONDS + 1)),
    };
    let mut found: Vec<Bin> = (0..end).step_by(width).map(|from| bin(from, Some(from + width))).collect();
    found.extend(Some(bin(end, None)).filter(|last| last.calls > 0));
    found
}

/// The waits that are told of, seconds.
const TOLD: [usize; 18] = [0, 5, 10, 15, 20, 30, 40, 50, 60, 75, 90, 120, 150, 180, 240, 300, 450, 600];

fn abandonment(waits: &Waits) -> Vec<Waited> {
    let (answered, abandoned) = (&waits.answered, &waits.abandoned);
    if abandoned.between(0, SECONDS + 1) == 0 {
        return Vec::new();
    }
    let curve = kaplan_meier(&abandoned.0, &answered.0);
    let intervals = kaplan_meier_interval(&abandoned.0, &answered.0, Z95);
    let all = answered.between(0, SECONDS + 1) + abandoned.between(0, SECONDS + 1);
    let mut found = Vec::new();
    for at in TOLD {
        let (answered, abandoned) = (answered.between(0, at + 1), abandoned.between(0, at + 1));
        let waiting = all - answered - abandoned;
        let (gave_up, interval) = (curve[at], intervals[at]);
        found.push(Waited { wait_s: at as u32, waiting, answered, abandoned, gave_up, interval });
        if waiting == 0 {
            break;
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn by_second(seconds: &[u32]) -> BySecond {
        let mut counts = BySecond::new();
        seconds.iter().for_each(|s| counts.count(s * 1_000 + 400));
        counts
    }

    #[test]
    fn every_call_is_in_one_bin() {
        let times: Vec<u32> = (0..1_000).map(|i| i * 7 % 900).chain([9_000, 4_000]).collect();
        let found = bins(&by_second(&times));
        assert_eq!(found.iter().map(|b| b.calls).sum::<u64>(), 1_002);
        assert_eq!((found[0].from_s, found[0].to_s), (0, Some(30)));
        assert!(found.windows(2).all(|w| w[0].to_s == Some(w[1].from_s)));
        assert_eq!(found.last().map(|b| (b.to_s, b.calls)), Some((None, 2)));
        assert!(bins(&by_second(&[])).is_empty());
    }

    #[test]
    fn who_is_answered_leaves_observation() {
        // Of four callers one gives up in the first ten seconds, one is answered then, and of two one gives up later.
        let waits = Waits { answered: by_second(&[9, 60]), abandoned: by_second(&[3, 30]) };
        let found = abandonment(&waits);
        let at = |s: u32| found.iter().find(|w| w.wait_s == s).copied().expect("a told second");
        assert_eq!((at(10).waiting, at(10).answered, at(10).abandoned), (2, 1, 1));
        assert!((at(10).gave_up - 0.25).abs() < 1e-12);
        assert!((at(30).gave_up - (1.0 - 0.75 * 0.5)).abs() < 1e-12);
        assert_eq!(found.last().map(|w| w.waiting), Some(0));
    }
}
