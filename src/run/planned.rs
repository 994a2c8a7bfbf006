//! Calls judged as a plan wants it: the period that is paid, and others on request.

use super::Surroundings;
use super::asked::{definitions_of, limit_ms};
use super::load::{Loaded, follow_up, load, require};
use crate::cli::{DefinitionArgs, PlanArgs, ReadArgs, RepeatArgs};
use crate::contacts::{FollowUp, Period};
use crate::decisions::{self, Decisions};
use crate::figures::{self, Figures};
use crate::goals::Span;
use crate::incentives::{self, Known, Recommendations};
use crate::judge::Measure;
use crate::metrics::{Definitions, Dimension, Totals};
use crate::names::{hint, hint_of_names};
use crate::plan::{self, Exact, Plan, Source};
use crate::read::time::{Clock, civil_of};
use crate::scorecards::{self, Options, PeriodCards, Periods};
use crate::sheet::is_period;
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
    /// Handled calls of the agents in the period itself.
    pub handled: HashMap<u32, u64>,
}

/// Reads plan, calls and what stands beside them.
pub fn planned(read: &ReadArgs, args: &PlanArgs, around: &Surroundings<'_>) -> Result<Planned> {
    let plan = plan::read(&args.plan)?;
    no_quantile_of_parts(&plan)?;
    let figures = args.figures.as_deref().map(figures::read).transpose()?;
    needs_figures(&plan, figures.as_ref())?;
    let alone = by_plan(read, plan, args.limit.as_deref(), &args.repeat, around)?;
    let decisions = match alone.plan.currency {
        Some(currency) => {
            decisions_beside(args, currency, super::asked::read_options(read, &[], false, around)?.date_order)?
        }
        None => None,
    };
    Ok(Planned { figures, decisions, ..alone })
}

/// Reads the calls as a plan wants them, and nothing that stands beside them.
pub fn by_plan(
    read: &ReadArgs,
    plan: Plan,
    limit: Option<&str>,
    repeat: &RepeatArgs,
    around: &Surroundings<'_>,
) -> Result<Planned> {
    let asked = DefinitionArgs { repeat: repeat.clone(), interval: "30m".into(), ..DefinitionArgs::default() };
    let mut definitions = definitions_of(&asked)?;
    let limit_ms = limit.map(limit_ms).transpose()?;
    let dimensions = [Dimension::Agent, Dimension::Issue, Dimension::Team];
    let loaded = load(read, &dimensions, repeat.fcr_match.as_deref(), around)?;
    require(&loaded, &[Dimension::Agent])?;
    if plan.individual < Exact::ONE || !plan.eligible.teams.is_empty() {
        require(&loaded, &[Dimension::Team])?;
    }
    needs_roster(&plan, &loaded)?;
    if plan.weight_of(Measure::Outcome) > Exact::ZERO && !loaded.log.tells.outcomes {
        bail!(
            "the plan `{}` pays for outcomes, which no export tells: pass a CSV with the columns `contact` and `outcome` \
             with --outcomes",
            plan.file
        );
    }
    let next = follow_up(&loaded, &asked, &mut definitions)?;
    let team_of = scorecards::most_named(&loaded.log, Dimension::Team)
        .into_iter()
        .filter_map(|(agent, team)| Some((agent, Dimension::Team.label(team, &loaded.log, 1)?)))
        .collect();
    let calls = scorecards::first_and_last(&loaded.log);
    Ok(Planned { plan, loaded, next, definitions, figures: None, decisions: None, team_of, limit_ms, calls })
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

/// Stops where a plan rests on the quantile of several periods or of all agents, which theirs cannot be added up to.
fn no_quantile_of_parts(plan: &Plan) -> Result<()> {
    let quantile = |source: &Source| source.metric().filter(|m| ["handle_p50_s", "handle_p90_s"].contains(&m.id));
    let pooled = plan.measures.iter().map(|m| &m.source).chain(plan.gates.iter().map(|g| &g.source));
    let pooled = pooled.filter(|_| plan.pooled > 1).find_map(quantile);
    if let Some(metric) = pooled.or(plan.pool.as_ref().and_then(|pool| quantile(&pool.source))) {
        bail!(
            "the plan `{}` rests on `{}` of more than one period or agent, which cannot be put together from theirs; take \
             aht_s, or in a measure or gate `pooled = 1`",
            plan.file,
            metric.id
        );
    }
    Ok(())
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
                "the plan `{}` uses the figure `{name}`, and `{}` has no such column{}; it has {}",
                plan.file,
                figures.name,
                hint(&name, &figures.names.iter().map(String::as_str).collect::<Vec<_>>()),
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

/// What goals follow from, and, where it is there already, what came of them.
pub struct Ahead {
    pub basis: Judged,
    pub span: Span,
    pub result: Option<Judged>,
}

fn label(periods: &Periods<'_>, value: i64) -> String {
    periods.label(value).unwrap_or_default()
}

/// The names of the periods that there are calls of.
fn labels(periods: &Periods<'_>) -> String {
    periods.values().iter().map(|v| label(periods, *v)).collect::<Vec<_>>().join(", ")
}

/// From one period to another, by name.
fn from_to(periods: &Periods<'_>, first: i64, last: i64) -> String {
    match label(periods, first) {
        one if first == last => one,
        from => format!("{from} to {}", label(periods, last)),
    }
}

/// So much of a period in the files, in ten-thousandths, is enough to pay it without being asked for by name.
const ENOUGH: i64 = 5_000;

/// Days in a row without calls that a period may begin or end with: a weekend and a holiday.
const CLOSED: i32 = 3;

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

    /// The day of the first call.
    pub fn first_day(&self) -> Date {
        self.day(self.calls.0)
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
        self.in_force(&periods, chosen)?;
        let others = periods.values().into_iter().filter(|value| *value != chosen && also(&label(&periods, *value)));
        std::iter::once(chosen).chain(others).map(|value| self.judged(&periods, teams.as_ref(), value)).collect()
    }

    fn judged(&self, periods: &Periods<'_>, teams: Option<&Periods<'_>>, value: i64) -> Result<Judged> {
        let pooled = self.plan.pooled;
        let before = periods.cards_before(value, pooled);
        let longer = periods.longer(value - i64::from(pooled), pooled);
        let of_before = before.as_ref().map(|p| (&p.tally, scorecards::history(p, longer)));
        Ok(Judged {
            value,
            label: label(periods, value),
            period: periods.bounds(value, 1).context("a period has an end")?,
            cards: periods.cards_with_own_signals(value, pooled, of_before),
            teams: teams.map(|teams| teams.cards(value, pooled, None)),
            centre: periods.centre(value),
            handled: periods.handled(value),
        })
    }

    /// Judges what goals follow from: the asked-for period, or the last one that the files have at least half of. With
    /// `reached` that one shows what came of goals, and they follow from the periods before it.
    pub fn ahead(&self, asked: Option<&str>, reached: bool) -> Result<Ahead> {
        let known = self.known();
        let options = self.options(Dimension::Agent);
        let periods = Periods::new(&known, &options);
        let pooled = i64::from(self.plan.pooled);
        let chosen = self.chosen(&periods, asked)?;
        let from = if reached { chosen - pooled } else { chosen };
        self.in_force(&periods, from + 1)?;
        let basis = self.judged(&periods, None, from)?;
        if basis.cards.cards.is_empty() {
            bail!(
                "the files have no calls of {}, which goals for {} would follow from; they have {}",
                from_to(&periods, from + 1 - pooled, from),
                from_to(&periods, from + 1, from + pooled),
                labels(&periods)
            );
        }
        let result = reached.then(|| self.judged(&periods, None, chosen)).transpose()?;
        let span = self.span(&periods, from)?;
        Ok(Ahead { basis, span, result })
    }

    /// The period that goals are for which follow from a judged one.
    pub fn next_span(&self, judged: &Judged) -> Result<Span> {
        let known = self.known();
        let options = self.options(Dimension::Agent);
        let periods = Periods::new(&known, &options);
        self.in_force(&periods, judged.value + 1)?;
        self.span(&periods, judged.value)
    }

    fn span(&self, periods: &Periods<'_>, from: i64) -> Result<Span> {
        let pooled = i64::from(self.plan.pooled);
        let (first, after) = periods.days(from + pooled, self.plan.pooled).context("a period has an end")?;
        let (judged_from, judged_after) = periods.judged_days(from, self.plan.pooled).context("a period has an end")?;
        Ok(Span {
            label: from_to(periods, from + 1, from + pooled),
            basis: from_to(periods, from + 1 - pooled, from),
            from: first,
            after,
            periods: match pooled {
                1 => format!("a {}", self.plan.period.name()),
                more => format!("{more} {}s", self.plan.period.name()),
            },
            pooled: self.plan.pooled,
            judged_days: u32::try_from((judged_after - judged_from).get_days()).unwrap_or(0),
        })
    }

    fn chosen(&self, periods: &Periods<'_>, asked: Option<&str>) -> Result<i64> {
        let values = periods.values();
        let bounds = |value: i64| periods.bounds(value, 1).context("a period has an end");
        let value = match asked {
            Some(asked) => *values.iter().find(|v| label(periods, **v) == asked).with_context(|| {
                let there: Vec<String> = values.iter().map(|v| label(periods, *v)).collect();
                let there: Vec<&str> = there.iter().map(String::as_str).collect();
                // A period as people write one is no slip of the pen.
                let near = if is_period(asked) { String::new() } else { hint(asked, &there) };
                format!("--for `{asked}`: the files have no calls of it{near}; they have {}", there.join(", "))
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
        Ok(value)
    }

    /// Stops where the plan is not in force when a period begins.
    fn in_force(&self, periods: &Periods<'_>, value: i64) -> Result<()> {
        let first = self.day(periods.bounds(value, 1).context("a period has an end")?.from_ms);
        if !self.plan.in_force(first) {
            let from = self.plan.from.map_or(String::new(), |day| format!(" from {day}"));
            let to = self.plan.to.map_or(String::new(), |day| format!(" to {day}"));
            bail!(
                "the plan `{}` is in force{from}{to}, and {} begins on {first}: use the plan that was in force then, or name \
                 another period with --for",
                self.plan.file,
                label(periods, value)
            );
        }
        Ok(())
    }

    /// The files have calls from the first to the last day of a period, but for days that may be closed.
    pub fn covers(&self, judged: &Judged) -> bool {
        let Period { from_ms, to_ms } = judged.period;
        (self.day(self.calls.0) - self.day(from_ms)).get_days() <= CLOSED
            && (self.day(to_ms) - self.last_day()).get_days() <= CLOSED + 1
    }

    /// The first day whose calls are judged for a period.
    pub fn judged_from(&self, judged: &Judged) -> Date {
        let first = judged.value + 1 - i64::from(self.plan.pooled);
        self.day(self.plan.period.bounds(first, &self.loaded.log.zone).from_ms).max(self.day(self.calls.0))
    }

    /// The last day whose calls are judged for a period.
    pub fn judged_to(&self, judged: &Judged) -> Date {
        let after = self.day(judged.period.to_ms);
        after.yesterday().unwrap_or(after).min(self.last_day())
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
            handled: &judged.handled,
        }
    }

    /// What the judgement of a period rests on that is less than the plan wants, and what people should know.
    pub fn notes(&self, judged: &Judged) -> Vec<String> {
        let mut notes = Vec::new();
        let (first, last) = (self.day(self.calls.0), self.last_day());
        let (from, after) = (self.day(judged.period.from_ms), self.day(judged.period.to_ms));
        if !self.covers(judged) {
            notes.push(format!(
                "warning: {} goes from {from} to {}, and the files have calls from {first} to {last}",
                judged.label,
                after.yesterday().unwrap_or(after)
            ));
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
        let teams: Vec<&str> = self.loaded.log.names.team.iter().map(|team| &**team).collect();
        for team in self.plan.eligible.teams.iter().filter(|team| !teams.contains(&team.as_str())) {
            notes.push(format!(
                "warning: the plan is for a team `{team}`, which no agent is in here{}",
                hint_of_names(team, &teams)
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
            let names: Vec<&str> = self.loaded.log.names.agent.iter().map(|name| &**name).collect();
            let shown = unknown.iter().take(3).map(|agent| format!("`{agent}`{}", hint_of_names(agent, &names)));
            notes.push(format!(
                "warning: {} agents of the figures have no calls: is their name spelled as scorecards show it? ({}{})",
                unknown.len(),
                shown.collect::<Vec<_>>().join(", "),
                if unknown.len() > 3 { ", ..." } else { "" }
            ));
        }
        notes
    }
}
