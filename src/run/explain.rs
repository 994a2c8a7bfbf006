//! `callmerit explain`: the statement for one agent.

use super::asked::any_form;
use super::incentives::late_facts;
use super::notes::{about_reading, definitions_note, judging_notes};
use super::planned::{Judged, Planned, planned};
use super::report::Statements;
use super::{Outcome, Surroundings, to_file_or_output};
use crate::cli::{DefinitionArgs, OutputArgs, PlanArgs, ReadArgs, ReportArgs};
use crate::explain::{Counted, counted, counted_of_all, what_if};
use crate::incentives::{Adjustment, Recommendations};
use crate::names::hint_of_names;
use crate::report::{self, StatementReport};
use crate::strata::{DayBlocks, day_blocks, in_parts};
use crate::write::{self, Readers};
use anyhow::{Result, bail};
use std::ops::Range;

pub fn explain(
    read: &ReadArgs,
    args: &PlanArgs,
    agent: &str,
    output: &OutputArgs,
    around: &Surroundings<'_>,
) -> Result<Outcome> {
    // A statement is to be read, on a screen or not.
    let asked_for_none = output.format.is_none() && output.output.is_none();
    let mut form = any_form(output, around)?;
    if asked_for_none {
        form.format = write::Format::Table;
    }
    if form.format == write::Format::Html {
        return page(read, args, agent, output, around);
    }
    let planned = planned(read, args, around)?;
    let decided = |label: &str| planned.decisions.as_ref().is_some_and(|d| d.of(agent, label).is_some());
    let periods = planned.judge(args.period.as_deref(), &decided)?;
    let chosen = &periods[0];
    let card = find(chosen, agent)?;
    let found = planned.recommend(chosen, &planned.plan);
    let adjusted = late_facts(&planned, &periods);
    let blocks = day_blocks(&planned.loaded.log, planned.loaded.threads);
    let of_agent = counted(&planned.calls_of(chosen), chosen.cards.cards[card].verdict.agent);
    let basis = Basis { planned: &planned, judged: chosen, found: &found, adjusted: &adjusted, blocks: &blocks };
    let report = basis.statement(card, &of_agent);
    let bytes = write::statement(&planned.loaded.head(&planned.definitions), &report, &form)?;
    let mut outcome = to_file_or_output(bytes, output.output.as_deref(), Readers::Owner)?;
    about_reading(read, &planned.loaded, &mut outcome)?;
    definitions_note(&planned.definitions, &planned.loaded.log, &mut outcome);
    judging_notes(std::slice::from_ref(&chosen.cards), &planned.loaded.log, &mut outcome);
    outcome.notes.extend(planned.notes(chosen));
    Ok(outcome)
}

/// The agent's own page, which has the statement on it.
fn page(
    read: &ReadArgs,
    args: &PlanArgs,
    agent: &str,
    output: &OutputArgs,
    around: &Surroundings<'_>,
) -> Result<Outcome> {
    let asked = ReportArgs {
        plan: Some(args.plan.clone()),
        period: args.period.clone(),
        decisions: args.decisions.clone(),
        figures: args.figures.clone(),
        limit: args.limit.clone(),
        definitions: DefinitionArgs {
            repeat: args.repeat.clone(),
            interval: "30m".to_string(),
            ..DefinitionArgs::default()
        },
    };
    let made = super::report::make(read, &asked, Statements::Of(agent), around)?;
    let page = write::page_of(&made.report, agent).unwrap_or_default();
    let written = to_file_or_output(page.into_bytes(), output.output.as_deref(), Readers::Owner)?;
    let mut outcome = Outcome { data: written.data, ..made.outcome };
    outcome.summary.written = written.summary.written;
    Ok(outcome)
}

/// What the statements of a period are made of.
pub struct Basis<'a> {
    pub planned: &'a Planned,
    pub judged: &'a Judged,
    pub found: &'a Recommendations,
    pub adjusted: &'a [Adjustment],
    pub blocks: &'a DayBlocks,
}

impl Basis<'_> {
    /// The statement for the agent of a scorecard, with the agent's calls counted.
    fn statement(&self, card: usize, of_agent: &Counted) -> StatementReport {
        let Basis { planned, judged, found, .. } = self;
        let known = planned.known_of(judged, &planned.plan);
        let mine = |adjustment: &&Adjustment| adjustment.agent == known.cards.cards[card].name;
        let adjustments: Vec<Adjustment> = self.adjusted.iter().filter(mine).cloned().collect();
        report::statement_report(&report::StatementParts {
            known: &known,
            card,
            recommendation: &found.all[card],
            counted: of_agent,
            what_ifs: &what_if(&known, &found.all[card], card, of_agent),
            blocks: self.blocks,
            decisions: planned.decisions.as_ref(),
            adjustments: &adjustments,
            judged_from: planned.judged_from(judged),
            last_day: planned.last_day(),
        })
    }

    /// The statements of some scorecards, in their order, made in parallel.
    pub fn statements(&self, cards: Range<usize>) -> Vec<StatementReport> {
        let counted = counted_of_all(&self.planned.calls_of(self.judged));
        let of = |card: usize| self.statement(card, &counted[self.judged.cards.cards[card].verdict.agent as usize]);
        let (first, count, threads) = (cards.start, cards.len(), self.planned.loaded.threads);
        let part = |t: usize| (count * t / threads..count * (t + 1) / threads).map(|i| of(first + i)).collect();
        let parts: Vec<Vec<StatementReport>> = in_parts(threads, part);
        parts.into_iter().flatten().collect()
    }
}

/// The place of an agent among the scorecards.
pub fn find(judged: &Judged, agent: &str) -> Result<usize> {
    let cards = &judged.cards.cards;
    if let Some(at) = cards.iter().position(|card| card.name == agent) {
        return Ok(at);
    }
    let names: Vec<&str> = cards.iter().map(|card| card.name.as_str()).collect();
    bail!(
        "--agent `{agent}`: none of the {} agents with calls for {} is called that{}; `callmerit scorecard` shows how they \
         are spelled",
        names.len(),
        judged.label,
        hint_of_names(agent, &names)
    )
}
