//! Whether goals were reached, judged on the calls of their own period.

use super::{Action, Each, Goal};
use crate::judge::goal::{Ground, Levels};
use crate::judge::{Judged, Measure, level};

/// How far an agent came.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Mark {
    /// Not even the threshold; or outside of what was to be kept.
    No,
    /// Inside of what was to be kept.
    Kept,
    Threshold,
    Target,
    Stretch,
}

impl Mark {
    pub fn name(self) -> &'static str {
        match self {
            Mark::No => "no",
            Mark::Kept => "kept",
            Mark::Threshold => "threshold",
            Mark::Target => "target",
            Mark::Stretch => "stretch",
        }
    }
}

/// The result of a goal's period. Levels are shares, or seconds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Reached {
    pub n: u64,
    pub observed: f64,
    /// What the others' results let expect of the calls of the goal's period.
    pub expected: f64,
    /// The goal on those calls; of what was to be kept nothing.
    pub levels: Option<Each>,
    pub mark: Mark,
}

impl Reached {
    pub fn of(ground: &Ground, result: &Judged, levels: &Levels) -> Reached {
        let on_calls = Each::of(levels, |at| on_calls_of(ground, result, at));
        let rises = ground.rises(levels);
        let meets = |level: f64| if rises { result.observed >= level } else { result.observed <= level };
        let mark = match (meets(on_calls.threshold), meets(on_calls.target), on_calls.stretch.is_some_and(meets)) {
            (_, _, true) => Mark::Stretch,
            (_, true, _) => Mark::Target,
            (true, ..) => Mark::Threshold,
            _ => Mark::No,
        };
        Reached { n: result.n, observed: result.observed, expected: result.expected, levels: Some(on_calls), mark }
    }

    /// Whether a level stayed within so many steps around the middle.
    pub fn of_band(ground: &Ground, result: &Judged, band: f64) -> Reached {
        let ends = [-band, band].map(|at| on_calls_of(ground, result, at));
        let inside = (ends[0].min(ends[1])..=ends[0].max(ends[1])).contains(&result.observed);
        let mark = if inside { Mark::Kept } else { Mark::No };
        Reached { n: result.n, observed: result.observed, expected: result.expected, levels: None, mark }
    }
}

/// The level that so many steps are on the calls of the goal's period.
fn on_calls_of(ground: &Ground, result: &Judged, steps: f64) -> f64 {
    level(ground.measure, result.expected, ground.effect(steps))
}

/// The thirds of agents by what was seen of them in the period that the goals follow from, beside what was to be expected
/// of their calls; and all of them.
pub const THIRDS: [&str; 4] = ["lower", "middle", "upper", "all"];

/// How many of the goals that have a result were reached.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Attainment {
    pub measure: Measure,
    pub third: &'static str,
    pub goals: u64,
    /// How many came to each level, or farther.
    pub threshold: u64,
    pub target: u64,
    pub stretch: u64,
    /// Share of the targets that were to be reached by agents who stay the same.
    pub target_if_same: Option<f64>,
}

/// Attainment of each measure by thirds.
pub fn attainment(all: &[Goal], measure: Measure) -> Vec<Attainment> {
    let mut mine: Vec<&Goal> = all
        .iter()
        .filter(|g| g.measure == measure && g.action == Action::Goal && g.reached.is_some() && g.seen.is_some())
        .collect();
    mine.sort_by(|a, b| a.seen.unwrap_or(0.0).total_cmp(&b.seen.unwrap_or(0.0)));
    let cut = |third: usize| mine.len() * third / 3;
    let parts = [cut(0)..cut(1), cut(1)..cut(2), cut(2)..cut(3), 0..mine.len()];
    THIRDS.into_iter().zip(parts).map(|(third, part)| counted(&mine[part], measure, third)).collect()
}

fn counted(goals: &[&Goal], measure: Measure, third: &'static str) -> Attainment {
    let came_to = |mark: Mark| goals.iter().filter(|g| g.reached.is_some_and(|r| r.mark >= mark)).count() as u64;
    let chances: f64 = goals.iter().filter_map(|g| g.aim).map(|aim| aim.if_same.target).sum();
    Attainment {
        measure,
        third,
        goals: goals.len() as u64,
        threshold: came_to(Mark::Threshold),
        target: came_to(Mark::Target),
        stretch: came_to(Mark::Stretch),
        target_if_same: (!goals.is_empty()).then(|| chances / goals.len() as f64),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::goals::{Aim, Outlook};

    /// A goal of an agent of whom so much was seen, with the mark that the agent came to.
    fn goal(seen: f64, mark: Option<Mark>) -> Goal {
        let each = Each { threshold: 0.5, target: 0.4, stretch: Some(0.2) };
        let reached = mark.map(|mark| Reached { n: 10, observed: 0.7, expected: 0.7, levels: Some(each), mark });
        Goal {
            agent: 0,
            name: String::new(),
            team: None,
            measure: Measure::Resolution,
            action: Action::Goal,
            reason: None,
            under_review: false,
            outlook: None::<Outlook>,
            aim: Some(Aim { rises: true, own: each, of_all: each, if_same: each, if_better: each }),
            band: None,
            reached,
            seen: Some(seen),
        }
    }

    #[test]
    fn attainment_is_counted_by_thirds_of_what_was_seen_and_of_all() {
        let mut all: Vec<Goal> = [(0.9, Mark::No), (-2.0, Mark::Stretch), (0.1, Mark::Target), (1.7, Mark::Threshold)]
            .map(|(seen, mark)| goal(seen, Some(mark)))
            .to_vec();
        all.push(goal(-5.0, None)); // has no result
        all.push(Goal { action: Action::Keep, ..goal(-5.0, Some(Mark::Kept)) });
        all.push(Goal { measure: Measure::HandleTime, ..goal(-5.0, Some(Mark::No)) });
        let found = attainment(&all, Measure::Resolution);
        let counts: Vec<_> = found.iter().map(|a| (a.third, a.goals, a.threshold, a.target, a.stretch)).collect();
        let expected = [("lower", 1, 1, 1, 1), ("middle", 1, 1, 1, 0), ("upper", 2, 1, 0, 0), ("all", 4, 3, 2, 1)];
        assert_eq!(counts, expected);
        assert!(found.iter().all(|a| a.target_if_same == Some(0.4)));
    }

    #[test]
    fn no_results_have_no_attainment() {
        let found = attainment(&[goal(0.0, None)], Measure::Resolution);
        assert!(found.iter().all(|a| a.goals == 0 && a.target_if_same.is_none()));
    }
}
