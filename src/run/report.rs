//! `callmerit report`: everything that one reading found, as a page, a workbook, tables or JSON.

use super::asked::{dialect, for_stdout};
use super::explain::{self, find};
use super::incentives::late_facts;
use super::load::Loaded;
use super::notes::{
    about_reading, agent_service_level_note, definitions_note, judging_notes, not_available_note, outcomes_note,
};
use super::planned::{Judged, Planned, planned};
use super::{Outcome, Surroundings, judge};
use crate::cli::{JudgingArgs, PlanArgs, ReadArgs, ReportArgs, ReportOutputArgs};
use crate::contacts::FollowUp;
use crate::findings;
use crate::goals::{self, Basis};
use crate::metrics::{Definitions, Dimension};
use crate::overview::overview;
use crate::read::time::{Clock, civil_of};
use crate::report::{self, GoalParts, GoalsReport, IncentivesReport, Parts, Report, ReportParts, StatementReport};
use crate::scorecards::{PeriodCards, first_and_last};
use crate::strata::day_blocks;
use crate::write::{self, Form, Format, Look};
use anyhow::{Result, bail};
use std::path::Path;

/// The report, with what is to be said beside it.
pub struct Made {
    pub report: Report,
    /// Notes for standard error, and whether a limit that was asked for was passed.
    pub outcome: Outcome,
}

pub fn report(
    read: &ReadArgs,
    asked: &ReportArgs,
    output: &ReportOutputArgs,
    around: &Surroundings<'_>,
) -> Result<Outcome> {
    // Before the work, not after it.
    let mut formats = Vec::new();
    for path in &output.output {
        write::can_write(path)?;
        formats.push(write::format_of(path, output.format)?);
    }
    if let Some(folder) = &output.tables {
        write::ending_of_tables(output.tables_format)?;
        write::can_fill(folder)?;
        formats.push(output.tables_format);
    }
    if let Some(folder) = &output.pages {
        write::can_fill(folder)?;
    }
    if formats.is_empty() && output.pages.is_none() {
        let usual = if around.terminal { Format::Table } else { Format::Json };
        formats.push(for_stdout(output.format.unwrap_or(usual), around)?);
    }
    let dialect = dialect(&output.csv, &formats)?;
    let to_files = !output.output.is_empty() || output.tables.is_some() || output.pages.is_some();
    let look = if to_files { Look::FILE } else { around.look };
    let form = |format: Format| Form { format, look, dialect };
    let statements = if output.pages.is_some() { Statements::All } else { Statements::None };
    let made = make(read, asked, statements, around)?;
    let mut outcome = made.outcome;
    for (path, format) in output.output.iter().zip(&formats) {
        let file = write::report(&made.report, path, &form(*format))?;
        write::file(path, &file.bytes, file.readers)?;
        outcome.summary.written.push(path.display().to_string());
    }
    if let Some(folder) = &output.tables {
        let files = write::tables(&made.report, &form(output.tables_format))?;
        for file in &files {
            write::file(&folder.join(&file.name), &file.bytes, file.readers)?;
        }
        outcome.summary.written.push(format!("{} tables in {}", files.len(), folder.display()));
    }
    if let Some(folder) = &output.pages {
        let files = write::pages(&made.report)?;
        for file in &files {
            write::file(&folder.join(&file.name), &file.bytes, file.readers)?;
        }
        outcome.summary.written.push(format!("{} pages in {}", files.len(), folder.display()));
    }
    if !to_files {
        outcome.data = write::report(&made.report, Path::new(""), &form(formats[0]))?.bytes;
    }
    Ok(outcome)
}

/// Whose statements are in a report, where there is a plan.
#[derive(Debug, Clone, Copy)]
pub enum Statements<'a> {
    None,
    All,
    Of(&'a str),
}

/// Reads, judges and puts together.
pub fn make(
    read: &ReadArgs,
    asked: &ReportArgs,
    statements: Statements<'_>,
    around: &Surroundings<'_>,
) -> Result<Made> {
    match &asked.plan {
        Some(plan) => with_plan(read, asked, plan, statements, around),
        None => without_plan(read, asked, around),
    }
}

fn without_plan(read: &ReadArgs, asked: &ReportArgs, around: &Surroundings<'_>) -> Result<Made> {
    for (given, option) in [
        (asked.period.is_some(), "--for"),
        (asked.decisions.is_some(), "--decisions"),
        (asked.figures.is_some(), "--figures"),
    ] {
        if given {
            bail!("{option} belongs to a plan; name one with --plan, or leave {option} out");
        }
    }
    let judging = JudgingArgs { period: None, limit: asked.limit.clone() };
    let judged = judge(read, Dimension::Agent, &judging, &asked.definitions, around)?;
    let found = Found::of_judged(&judged);
    found.made(read, asked, Vec::new(), found.report(Paid::default()))
}

/// The report of agents who were compared over all calls.
pub fn of_judged(judged: &super::Judged) -> Report {
    Found::of_judged(judged).report(Paid::default())
}

fn with_plan(
    read: &ReadArgs,
    asked: &ReportArgs,
    plan: &str,
    statements: Statements<'_>,
    around: &Surroundings<'_>,
) -> Result<Made> {
    let args = PlanArgs {
        plan: plan.to_string(),
        period: asked.period.clone(),
        decisions: asked.decisions.clone(),
        figures: asked.figures.clone(),
        limit: asked.limit.clone(),
        repeat: asked.definitions.repeat.clone(),
    };
    let planned = planned(read, &args, around)?;
    let decided = |label: &str| planned.decisions.as_ref().is_some_and(|d| !d.in_period(label).is_empty());
    let periods = planned.judge(asked.period.as_deref(), &decided)?;
    let chosen = &periods[0];
    let found = planned.recommend(chosen, &planned.plan);
    let adjusted = late_facts(&planned, &periods);
    let incentives = report::incentives_report(&Parts {
        known: &planned.known_of(chosen, &planned.plan),
        found: &found,
        decisions: planned.decisions.as_ref(),
        adjustments: &adjusted,
        comparison: None,
        judged_from: planned.judged_from(chosen),
    });
    let mut of_plan = planned.notes(chosen);
    let cards = match statements {
        Statements::None => 0..0,
        Statements::All => 0..chosen.cards.cards.len(),
        Statements::Of(agent) => find(chosen, agent).map(|card| card..card + 1)?,
    };
    let statements = if cards.is_empty() {
        Vec::new()
    } else {
        let blocks = day_blocks(&planned.loaded.log, planned.loaded.threads);
        let basis =
            explain::Basis { planned: &planned, judged: chosen, found: &found, adjusted: &adjusted, blocks: &blocks };
        basis.statements(cards)
    };
    let report = of_planned(&planned, chosen, incentives, statements, &mut of_plan)?;
    Found::of_planned(&planned, chosen).made(read, asked, of_plan, report)
}

/// The report of a period that a plan pays.
pub fn of_planned(
    planned: &Planned,
    chosen: &Judged,
    incentives: IncentivesReport,
    statements: Vec<StatementReport>,
    notes: &mut Vec<String>,
) -> Result<Report> {
    let goals = goals_of(planned, chosen, notes)?;
    Ok(Found::of_planned(planned, chosen).report(Paid { incentives: Some(incentives), goals, statements }))
}

/// The goals that follow from a period; none where the plan ends before, or where it weighs nothing that goals are for.
fn goals_of(planned: &Planned, judged: &Judged, notes: &mut Vec<String>) -> Result<Option<GoalsReport>> {
    let known = planned.known_of(judged, &planned.plan);
    if goals::measures(&known).is_empty() {
        return Ok(None);
    }
    let span = match planned.next_span(judged) {
        Ok(span) => span,
        Err(error) => {
            notes.push(format!("no goals for the next period: {error:#}"));
            return Ok(None);
        }
    };
    let found = goals::goals(&Basis { known: &known, span: &span, result: None });
    let judged_from = planned.judged_from(judged);
    let parts = GoalParts { known: &known, found: &found, span: &span, judged_from, reached: false, one: None };
    Ok(Some(report::goals_report(&parts)))
}

/// What a plan adds.
#[derive(Default)]
struct Paid {
    incentives: Option<IncentivesReport>,
    goals: Option<GoalsReport>,
    statements: Vec<StatementReport>,
}

/// What every report is made of.
struct Found<'a> {
    loaded: &'a Loaded,
    next: &'a FollowUp,
    definitions: &'a Definitions,
    cards: &'a PeriodCards,
    /// First and last day of all calls, and of those that are judged.
    days: (String, String),
    judged: (String, String),
}

impl<'a> Found<'a> {
    fn of_judged(judged: &'a super::Judged) -> Found<'a> {
        let super::Judged { loaded, next, definitions, periods } = judged;
        let (first, last) = first_and_last(&loaded.log);
        let day = |ms: i64| civil_of(Clock::new(loaded.log.zone.clone()).local(ms)).date().to_string();
        let days = (day(first), day(last));
        Found { loaded, next, definitions, cards: &periods[0], days: days.clone(), judged: days }
    }

    fn of_planned(planned: &'a Planned, chosen: &'a Judged) -> Found<'a> {
        Found {
            loaded: &planned.loaded,
            next: &planned.next,
            definitions: &planned.definitions,
            cards: &chosen.cards,
            days: (planned.first_day().to_string(), planned.last_day().to_string()),
            judged: (planned.judged_from(chosen).to_string(), planned.judged_to(chosen).to_string()),
        }
    }

    fn report(&self, paid: Paid) -> Report {
        let Found { loaded, definitions, .. } = self;
        let log = &loaded.log;
        report::report(ReportParts {
            head: loaded.head(definitions),
            ledger: report::ledger(&loaded.intake, &loaded.files),
            findings: findings::warnings(&loaded.files),
            files: &loaded.files,
            log,
            definitions,
            overview: &overview(log, self.next, definitions, loaded.threads),
            cards: self.cards,
            days: self.days.clone(),
            judged: self.judged.clone(),
            incentives: paid.incentives,
            goals: paid.goals,
            statements: paid.statements,
        })
    }

    /// The report with the notes beside it.
    fn made(&self, read: &ReadArgs, asked: &ReportArgs, of_plan: Vec<String>, report: Report) -> Result<Made> {
        let Found { loaded, definitions, .. } = self;
        let log = &loaded.log;
        let mut outcome = Outcome::default();
        about_reading(read, loaded, &mut outcome)?;
        agent_service_level_note(&asked.definitions, &mut outcome);
        not_available_note(definitions, log, &mut outcome);
        definitions_note(definitions, log, &mut outcome);
        let periods = std::slice::from_ref(self.cards);
        judging_notes(periods, log, &mut outcome);
        outcomes_note(periods, &mut outcome);
        outcome.notes.extend(of_plan);
        Ok(Made { report, outcome })
    }
}
