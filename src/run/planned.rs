//! Calls judged as a plan wants it: the period that is paid, and others on request.

use super::Surroundings;
use super::asked::{definitions_of, limit_ms};
use super::load::{Loaded, follow_up, load, require};
use crate::call_log::flag;
use crate::cli::{DefinitionArgs, PlanArgs, ReadArgs};
use crate::contacts::{FollowUp, Period};
use crate::decisions::{self, Decisions};
use crate::figures::{self, Figures};
use crate::incentives::{self, Known, Recommendations};
use crate::metrics::{Definitions, Dimension, Totals};
use crate::plan::{self, Exact, Plan, Source};
use crate::read::time::{Clock, civil_of};
use crate::scorecards::{self, Options, PeriodCards, Periods};
use crate::strata::Calls;
use anyhow::{Context, Result, bail};
use jiff::civil::Date;
use std::collections::HashMap;
use std::path::Path;

/// A plan with everything that it is applied to.
pub struct Planned {
    pub plan: Plan,
    pub loaded: Loaded,
    pub next: FollowUp,
    pub definitions: Definitions,
    pub figures: Option<Figures>,
    pub decisions: Option<Decisions>,
    /// Names of the agents' teams.
    pub team_of: HashMap<u32, String>,
    limit_ms: Option<u32>,
    /// Of the first and the last call, ms UTC.
    calls: (i64, i64),
}

/// A period of a plan, judged.
pub struct Judged {
    /// Consecutive periods have consecutive numbers.
    pub value: i64,
    pub label: String,
    pub period: Period,
    pub cards: PeriodCards,
    pub teams: Option<PeriodCards>,
    pub centre: Totals,
}

/// Reads plan, calls and what stands beside them.
pub fn planned(read: &ReadArgs, args: &PlanArgs, around: &Surroundings<'_>) -> Result<Planned> {
    let plan = plan::read(&args.plan)?;
    let asked = DefinitionArgs { repeat: args.repeat.clone(), interval: "30m".into(), ..DefinitionArgs::default() };
    let mut definitions = definitions_of(&asked)?;
    let limit_ms = args.limit.as_deref().map(limit_ms).transpose()?;
    let figures = args.figures.as_deref().map(figures::read).transpose()?;
    needs_figures(&plan, figures.as_ref())?;
    let mut dimensions = vec![Dimension::Agent, Dimension::Issue];
    if plan.individual < Exact::ONE || !plan.eligible.teams.is_empty() {
        dimensions.push(Dimension::Team);
    }
    let loaded = load(read, &dimensions, args.repeat.fcr_match.as_deref(), around)?;
    // Without issues, calls are compared by queue and part of the day.
    dimensions.retain(|dimension| *dimension != Dimension::Issue);
    require(&loaded, &dimensions)?;
    needs_roster(&plan, &loaded)?;
    let decisions = match plan.currency {
        Some(currency) => {
            decisions_beside(args, currency, super::asked::read_options(read, &[], false, around)?.date_order)?
        }
        None => None,
    };
    let next = follow_up(&loaded, &asked, &mut definitions)?;
    let team_of = scorecards::most_named(&loaded.log, Dimension::Team)
        .into_iter()
        .filter_map(|(agent, team)| Some((agent, Dimension::Team.label(team, &loaded.log, 1)?)))
        .collect();
    let calls = first_and_last(&loaded);
    Ok(Planned { plan, loaded, next, definitions, figures, decisions, team_of, limit_ms, calls })
}

/// The decisions that were asked for, or those that lie beside the plan.
fn decisions_beside(
    args: &PlanArgs,
    currency: crate::money::Currency,
    date_order: Option<crate::read::time::Format>,
) -> Result<Option<Decisions>> {
    if let Some(path) = &args.decisions {
        return decisions::read(path, currency, date_order).map(Some);
    }
    let beside = Path::new(&args.plan).with_file_name("decisions.csv");
    if !beside.is_file() {
        return Ok(None);
    }
    decisions::read(&beside.to_string_lossy(), currency, date_order).map(Some)
}

/// Stops where a plan rests on figures that are not there.
fn needs_figures(plan: &Plan, figures: Option<&Figures>) -> Result<()> {
    let of = |source: &Source| match source {
        Source::Figure(name) => Some(name.clone()),
        _ => None,
    };
    let measures = plan.measures.iter().filter_map(|m| of(&m.source));
    let wanted = measures.chain(plan.gates.iter().filter_map(|g| of(&g.source))).chain(plan.prorate.leave.clone());
    for name in wanted {
        match figures {
            None => bail!(
                "the plan `{}` uses the figure `{name}`: pass a CSV with the columns `agent` and `{name}` with --figures",
                plan.file
            ),
            Some(figures) if !figures.names.contains(&name) => bail!(
                "the plan `{}` uses the figure `{name}`, and `{}` has no such column; it has {}",
                plan.file,
                figures.name,
                figures.names.join(", ")
            ),
            Some(_) => {}
        }
    }
    Ok(())
}

/// Stops where a plan asks for what only a roster tells.
fn needs_roster(plan: &Plan, loaded: &Loaded) -> Result<()> {
    if loaded.roster.is_some() {
        return Ok(());
    }
    let rules = &plan.eligible;
    for (asks, key) in [
        (rules.listed, "eligible.listed"),
        (rules.tenure_days > 0, "eligible.tenure_days"),
        (rules.until_end, "eligible.until_end"),
        (plan.prorate.employed, "prorate.employed"),
    ] {
        if asks {
            bail!(
                "the plan `{}` asks for `{key}`, which only a roster tells: pass one with --roster (columns agent, hired, \
                 left), or take the key out",
                plan.file
            );
        }
    }
    Ok(())
}

/// Start of the first and of the last call that counts, ms UTC.
fn first_and_last(loaded: &Loaded) -> (i64, i64) {
    let legs = &loaded.log.legs;
    let counts = |i: &usize| legs.flags(*i) & (flag::DUPLICATE | flag::OUTSIDE) == 0;
    let starts = (0..legs.len()).filter(counts).map(|i| legs.start_ms.get(i));
    starts.fold((i64::MAX, i64::MIN), |(first, last), start| (first.min(start), last.max(start)))
}

/// So much of a period in the files, in ten-thousandths, is enough to pay it without being asked for by name.
const ENOUGH: i64 = 5_000;

impl Planned {
    fn options(&self, unit: Dimension) -> Options {
        Options {
            weights: self.plan.weights(),
            limit_ms: self.limit_ms,
            period: Some(self.plan.period),
            unit,
            threads: self.loaded.threads,
        }
    }

    fn known(&self) -> scorecards::Known<'_> {
        scorecards::Known { log: &self.loaded.log, next: &self.next, definitions: &self.definitions }
    }

    /// The day of a moment, in the zone of the log.
    pub fn day(&self, ms: i64) -> Date {
        civil_of(Clock::new(self.loaded.log.zone.clone()).local(ms)).date()
    }

    /// The day of the last call: what is known is known as of it.
    pub fn last_day(&self) -> Date {
        self.day(self.calls.1)
    }

    /// Judges the asked-for period, or the last one that the files have at least half of; and those that `also` names.
    /// The asked-for one comes first.
    pub fn judge(&self, asked: Option<&str>, also: &dyn Fn(&str) -> bool) -> Result<Vec<Judged>> {
        let known = self.known();
        let options = self.options(Dimension::Agent);
        let team_options = self.options(Dimension::Team);
        let periods = Periods::new(&known, &options);
        let teams = (self.plan.individual < Exact::ONE).then(|| Periods::new(&known, &team_options));
        let chosen = self.chosen(&periods, asked)?;
        let label = |value: i64| periods.label(value).unwrap_or_default();
        let others = periods.values().into_iter().filter(|value| *value != chosen && also(&label(*value)));
        let judged = |value: i64| -> Result<Judged> {
            let pooled = self.plan.pooled;
            let before = periods.cards_before(value, pooled);
            let of_before = before.as_ref().map(|p| (&p.tally, scorecards::history(p)));
            Ok(Judged {
                value,
                label: label(value),
                period: periods.bounds(value, 1).context("a period has an end")?,
                cards: periods.cards(value, pooled, of_before),
                teams: teams.as_ref().map(|teams| teams.cards(value, pooled, None)),
                centre: periods.centre(value),
            })
        };
        std::iter::once(chosen).chain(others).map(judged).collect()
    }

    fn chosen(&self, periods: &Periods<'_>, asked: Option<&str>) -> Result<i64> {
        let values = periods.values();
        let label = |value: i64| periods.label(value).unwrap_or_default();
        let bounds = |value: i64| periods.bounds(value, 1).context("a period has an end");
        let value = match asked {
            Some(asked) => *values.iter().find(|v| label(**v) == asked).with_context(|| {
                let names: Vec<String> = values.iter().map(|v| label(*v)).collect();
                format!("--for `{asked}`: the files have no calls of it; they have {}", names.join(", "))
            })?,
            None => {
                // In ten-thousandths of the period; a few days for the follow-up are no period of their own.
                let covered = |value: i64| -> Result<i64> {
                    let Period { from_ms, to_ms } = bounds(value)?;
                    Ok((self.calls.1.min(to_ms) - self.calls.0.max(from_ms)) / ((to_ms - from_ms) / 10_000))
                };
                let mut best: Option<(i64, i64)> = None;
                for value in &values {
                    let share = covered(*value)?.min(ENOUGH);
                    if best.is_none_or(|(most, _)| share >= most) {
                        best = Some((share, *value));
                    }
                }
                best.context("the files have no calls")?.1
            }
        };
        let first = self.day(bounds(value)?.from_ms);
        if !self.plan.in_force(first) {
            let from = self.plan.from.map_or(String::new(), |day| format!(" from {day}"));
            let to = self.plan.to.map_or(String::new(), |day| format!(" to {day}"));
            bail!(
                "the plan `{}` is in force{from}{to}, and {} begins on {first}: use the plan that was in force then, or name \
                 another period with --for",
                self.plan.file,
                label(value)
            );
        }
        Ok(value)
    }

    /// The files have calls from the first to the last day of a period.
    pub fn covers(&self, judged: &Judged) -> bool {
        let last = self.last_day().tomorrow().unwrap_or(self.last_day());
        self.day(self.calls.0) <= self.day(judged.period.from_ms) && self.day(judged.period.to_ms) <= last
    }

    /// The first day whose calls are judged for a period.
    pub fn judged_from(&self, judged: &Judged) -> Date {
        let first = judged.value + 1 - i64::from(self.plan.pooled);
        self.day(self.plan.period.bounds(first, &self.loaded.log.zone).from_ms).max(self.day(self.calls.0))
    }

    /// The calls that a period is judged on.
    pub fn calls_of(&self, judged: &Judged) -> Calls<'_> {
        let first = judged.value + 1 - i64::from(self.plan.pooled);
        let from_ms = self.plan.period.bounds(first, &self.loaded.log.zone).from_ms;
        Calls {
            log: &self.loaded.log,
            next: &self.next,
            window_ms: self.definitions.fcr_window_ms,
            period: Some(Period { from_ms, to_ms: judged.period.to_ms }),
        }
    }

    /// What is recommended for a judged period, by the plan or by another rule in its place.
    pub fn recommend(&self, judged: &Judged, plan: &Plan) -> Recommendations {
        incentives::recommend(&self.known_of(judged, plan))
    }

    /// Everything that the recommendations of a judged period are made of.
    pub fn known_of<'a>(&'a self, judged: &'a Judged, plan: &'a Plan) -> Known<'a> {
        Known {
            plan,
            cards: &judged.cards,
            teams: judged.teams.as_ref(),
            team_of: &self.team_of,
            log: &self.loaded.log,
            definitions: &self.definitions,
            figures: self.figures.as_ref(),
            label: &judged.label,
            period: judged.period,
            centre: &judged.centre,
        }
    }

    /// What the judgement of a period rests on that is less than the plan wants, and what people should know.
    pub fn notes(&self, judged: &Judged) -> Vec<String> {
        let mut notes = Vec::new();
        let (first, last) = (self.day(self.calls.0), self.last_day());
        let (from, after) = (self.day(judged.period.from_ms), self.day(judged.period.to_ms));
        if last.tomorrow().is_ok_and(|next| next < after) || first > from {
            notes.push(format!("warning: {} goes from {from} to the day before {after}, and the files have calls from {first} to {last}", judged.label));
        }
        let dimension = self.plan.period;
        let window = dimension.bounds(judged.value + 1 - i64::from(self.plan.pooled), &self.loaded.log.zone).from_ms;
        if self.plan.pooled > 1 && self.day(window) < first {
            notes.push(format!(
                "the plan judges {} {}s together, from {} on; the files begin on {first}, so that fewer calls have to do",
                self.plan.pooled,
                dimension.name(),
                self.day(window)
            ));
        }
        if let Some(review) = self.plan.review.filter(|review| *review < after) {
            notes.push(format!(
                "warning: the plan was to be reviewed by {review}; look whether it does what it is meant to"
            ));
        }
        for measure in &self.plan.measures {
            if let Source::Judged(kind) = measure.source
                && judged.cards.judgement.measure(kind).is_none()
            {
                notes.push(format!(
                    "warning: nothing tells {} here, so that the other measures take over its weight",
                    kind.id().replace('_', " ")
                ));
            }
        }
        let unknown: Vec<&str> = self
            .figures
            .iter()
            .flat_map(Figures::agents)
            .filter(|agent| !self.loaded.log.names.agent.iter().any(|name| &**name == *agent))
            .collect();
        if !unknown.is_empty() {
            notes.push(format!(
                "warning: {} agents of the figures have no calls: is their name spelled as scorecards show it? ({}{})",
                unknown.len(),
                unknown[..unknown.len().min(3)].join(", "),
                if unknown.len() > 3 { ", ..." } else { "" }
            ));
        }
        notes
    }
}
