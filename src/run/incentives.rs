//! `callmerit incentives`: what a plan recommends, what people decided, and what another rule would do.

use super::asked::any_form;
use super::notes::{about_reading, definitions_note, judging_notes};
use super::planned::{Judged, Planned, planned};
use super::report::of_planned;
use super::{Outcome, Surroundings, to_file_or_output};
use crate::cli::{OutputArgs, PlanArgs, ReadArgs};
use crate::decisions;
use crate::incentives::{Adjustment, Recommendations, adjustments, beyond_the_rule, compare};
use crate::names::hint_of_names;
use crate::plan::{On, Plan, Rule};
use crate::report;
use crate::write::{self, Readers};
use anyhow::{Result, bail};
use std::path::Path;

/// What is asked for beside the recommendations.
pub struct Also<'a> {
    pub compare: Option<&'a str>,
    pub form: Option<&'a Path>,
}

pub fn incentives(
    read: &ReadArgs,
    args: &PlanArgs,
    also: &Also<'_>,
    output: &OutputArgs,
    around: &Surroundings<'_>,
) -> Result<Outcome> {
    let form = any_form(output, around)?;
    if let Some(form) = also.form {
        write::can_write(form)?;
        if form.exists() {
            bail!("`{}` is there already, and somebody may have decided in it; name another file", form.display());
        }
    }
    let planned = planned(read, args, around)?;
    let decided = |label: &str| planned.decisions.as_ref().is_some_and(|d| !d.in_period(label).is_empty());
    let periods = planned.judge(args.period.as_deref(), &decided)?;
    let chosen = &periods[0];
    let found = planned.recommend(chosen, &planned.plan);
    let adjusted = late_facts(&planned, &periods);
    let other = also.compare.map(|rule| Ok::<_, anyhow::Error>((rule, in_its_place(&planned.plan, rule)?)));
    let other = other.transpose()?;
    let comparison = other.as_ref().map(|(rule, plan)| (*rule, compare(&found, &planned.recommend(chosen, plan))));
    let known = planned.known_of(chosen, &planned.plan);
    let report = report::incentives_report(&report::Parts {
        known: &known,
        found: &found,
        decisions: planned.decisions.as_ref(),
        adjustments: &adjusted,
        comparison: comparison.as_ref().map(|(rule, c)| (*rule, c)),
        judged_from: planned.judged_from(chosen),
    });
    let mut of_plan = planned.notes(chosen);
    let bytes = if form.format.is_whole() {
        let whole = of_planned(&planned, chosen, report, Vec::new(), &mut of_plan)?;
        write::report(&whole, Path::new(""), &form)?.bytes
    } else {
        write::incentives(&planned.loaded.head(&planned.definitions), &report, &form)?
    };
    let mut outcome = to_file_or_output(bytes, output.output.as_deref(), Readers::Owner)?;
    if let Some(form) = also.form {
        write::file(form, decisions_form(&planned, &found)?.as_bytes(), Readers::Owner)?;
        outcome.summary.written.push(form.display().to_string());
    }
    about_reading(read, &planned.loaded, &mut outcome)?;
    definitions_note(&planned.definitions, &planned.loaded.log, &mut outcome);
    judging_notes(std::slice::from_ref(&chosen.cards), &planned.loaded.log, &mut outcome);
    outcome.notes.extend(of_plan);
    outcome.notes.extend(decisions_notes(&planned, &periods, &found));
    Ok(outcome)
}

/// What later facts change of what was decided, period by period.
pub fn late_facts(planned: &Planned, periods: &[Judged]) -> Vec<Adjustment> {
    let Some(decisions) = &planned.decisions else { return Vec::new() };
    let mut in_time: Vec<&Judged> = periods.iter().filter(|p| planned.covers(p)).collect();
    in_time.sort_by_key(|p| p.value);
    let of = |judged: &&Judged| adjustments(&planned.recommend(judged, &planned.plan), decisions, planned.last_day());
    in_time.iter().flat_map(of).collect()
}

/// The plan with another rule: a naive one looks neither at signals nor at the floor, as a spreadsheet does not.
fn in_its_place(plan: &Plan, asked: &str) -> Result<Plan> {
    let rule = match asked {
        "naive" if plan.on == On::Measures => Rule::NaiveObserved,
        "naive" => Rule::NaiveLeague,
        other => Rule::ALL.into_iter().find(|r| r.name() == other).unwrap_or(Rule::BestGuess),
    };
    let naive = rule.is_naive();
    let resolution_floor = if naive { None } else { plan.resolution_floor };
    let other = Plan { rule, hold: plan.hold && !naive, resolution_floor, ..plan.clone() };
    match beyond_the_rule(&other) {
        Some(why) => bail!("--compare {asked}: of the plan `{}`, {why}; compare with another rule", plan.file),
        None => Ok(other),
    }
}

fn decisions_form(planned: &Planned, found: &Recommendations) -> Result<String> {
    let Some(currency) = planned.plan.currency else {
        bail!("the plan gives no money, so that there is nothing to decide in a form");
    };
    let rows: Vec<_> = found
        .all
        .iter()
        .map(|r| (r.name.clone(), found.label.clone(), r.amount, r.action.name().to_string()))
        .collect();
    decisions::form(&rows, currency)
}

fn decisions_notes(planned: &Planned, periods: &[Judged], found: &Recommendations) -> Vec<String> {
    let mut notes = Vec::new();
    let Some(decisions) = &planned.decisions else { return notes };
    let mine = decisions.in_period(&found.label);
    notes.push(format!(
        "{}: {} of {} agents are decided for {}{}",
        decisions.name,
        found.all.iter().filter(|r| decisions.of(&r.name, &found.label).is_some()).count(),
        found.all.len(),
        found.label,
        if decisions.undecided > 0 {
            format!("; {} lines are still empty", decisions.undecided)
        } else {
            String::new()
        }
    ));
    let strangers: Vec<&str> =
        mine.iter().map(|d| d.agent.as_str()).filter(|agent| !found.all.iter().any(|r| r.name == *agent)).collect();
    if !strangers.is_empty() {
        let names: Vec<&str> = found.all.iter().map(|r| r.name.as_str()).collect();
        let shown = strangers.iter().take(5).map(|agent| format!("`{agent}`{}", hint_of_names(agent, &names)));
        notes.push(format!(
            "warning: {} decisions for {} are about agents without a scorecard: {}",
            strangers.len(),
            found.label,
            shown.collect::<Vec<_>>().join(", ")
        ));
    }
    let mut elsewhere: Vec<&str> = decisions.all.iter().map(|d| d.period.as_str()).collect();
    elsewhere.dedup();
    elsewhere.retain(|label| !periods.iter().any(|p| p.label == *label && planned.covers(p)));
    if !elsewhere.is_empty() {
        notes.push(format!(
            "{} decided before: these files do not have all of its calls, so that later facts were not looked for",
            elsewhere.join(", ")
        ));
    }
    notes
}
