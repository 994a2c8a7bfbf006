//! What the calls can carry: by which measures agents can be told apart, and how long a period would have to be.

use crate::incentives::Known;
use crate::judge::{Growth, Judged, Measure, MeasureOfAll, RELIABLE};
use crate::plan::lint::seen::{SeenMeasure, Surveys, weeks_of};
use crate::stats::median;

const WEEK_MS: f64 = 7.0 * 86_400_000.0;

/// Reliability from which on a measure may decide about money by itself; J. L. Adams, RAND TR-653 (2009).
const FOR_MONEY: f64 = 0.7;

/// Weeks that the judged calls are of; a log of a day says what a day brings.
pub fn weeks(known: &Known<'_>) -> f64 {
    (known.cards.tally.span_ms as f64 / WEEK_MS).max(1.0 / 7.0)
}

/// Every measure that the calls tell anything of, whatever the plan pays for.
pub fn measures(known: &Known<'_>) -> Vec<SeenMeasure> {
    known.cards.judgement.measures.iter().filter_map(|all| of_measure(known, all)).collect()
}

fn of_measure(known: &Known<'_>, all: &MeasureOfAll) -> Option<SeenMeasure> {
    let weeks = weeks(known);
    let judgement = &known.cards.judgement;
    let compared = known.cards.cards.iter().map(|card| &card.verdict).filter(|v| v.compared);
    let agents: Vec<(Judged, usize)> = compared
        .filter_map(|v| Some((v.measures[all.measure as usize]?, judgement.components[v.component].agents.len())))
        .collect();
    // Where it takes for ever, it takes longer than for anybody else.
    let weeks_for = |reliability: f64| {
        let times = agents
            .iter()
            .map(|(j, peers)| Growth::of(j.reliability, *peers).times_for(reliability).unwrap_or(f64::INFINITY));
        let middle = median(&times.collect::<Vec<_>>()).filter(|times| times.is_finite() && all.told_apart)?;
        Some(middle * weeks)
    };
    let planned = weeks_of(known.plan) / weeks;
    let middle = |of: &dyn Fn(&(Judged, usize)) -> f64| median(&agents.iter().map(of).collect::<Vec<_>>());
    Some(SeenMeasure {
        measure: all.measure,
        told_apart: all.told_apart,
        n: middle(&|(j, _)| j.n as f64)?,
        reliability: middle(&|(j, peers)| Growth::of(j.reliability, *peers).after(planned))?,
        weeks_for_half: weeks_for(RELIABLE),
        weeks_for_money: weeks_for(FOR_MONEY),
    })
}

/// Who asked for the survey answers.
pub fn surveys(known: &Known<'_>) -> Surveys {
    if known.cards.judgement.measure(Measure::Satisfaction).is_none() && !known.log.tells.csat {
        return Surveys::None;
    }
    let (known_of, by_agents) = known.cards.tally.cells.by_stratum().iter().fold((0, 0), |(known_of, by_agents), c| {
        let agents = u64::from(c.by_agent);
        (known_of + agents + u64::from(c.independent), by_agents + agents)
    });
    match (known.log.tells.survey_source, known_of) {
        (false, _) | (true, 0) => Surveys::NotTold,
        (true, known) => Surveys::Told { known, by_agents },
    }
}
