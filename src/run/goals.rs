//! `callmerit goals`: what each agent is to aim for, and whether it was reached.

use super::asked::output_form;
use super::notes::{about_reading, definitions_note, judging_notes};
use super::planned::{Ahead, by_plan};
use super::{Outcome, Surroundings, dictionary, to_file_or_output};
use crate::cli::{GoalArgs, OutputArgs, ReadArgs};
use crate::goals::{self, Basis, Goals};
use crate::judge::Measure;
use crate::names::hint_of_names;
use crate::plan;
use crate::report::{self, GoalParts, Named};
use crate::write::{self, Format, Readers};
use anyhow::{Result, bail};

pub fn goals(read: &ReadArgs, args: &GoalArgs, output: &OutputArgs, around: &Surroundings<'_>) -> Result<Outcome> {
    let form = output_form(output, around)?;
    let plan = plan::read(&args.plan)?;
    let planned = by_plan(read, plan, args.limit.as_deref(), &args.repeat, around)?;
    let Ahead { basis, span, result } = planned.ahead(args.period.as_deref(), args.reached)?;
    let known = planned.known_of(&basis, &planned.plan);
    if goals::measures(&known).is_empty() {
        bail!(
            "the plan `{}` weighs none of {}, and goals are for those: what is not compared fairly is no goal",
            planned.plan.file,
            Measure::ALL.map(Measure::id).join(", ")
        );
    }
    let cards = result.as_ref().map(|judged| &judged.cards);
    let found = goals::goals(&Basis { known: &known, span: &span, result: cards });
    if let Some(name) = &args.agent {
        has_goals(&found, name)?;
    }
    let report = report::goals_report(&GoalParts {
        known: &known,
        found: &found,
        span: &span,
        judged_from: planned.judged_from(&basis),
        reached: args.reached,
        one: args.agent.as_deref(),
    });
    let bytes = if form.format == Format::Xlsx {
        let dictionary = dictionary(&planned.loaded, &planned.definitions);
        write::metrics(&[&[Named::new("goals", "Goals", &report.table)], &dictionary.named()[..]].concat(), &form)?
    } else {
        write::goals(&planned.loaded.head(&planned.definitions), &report, &form)?
    };
    let mut outcome = to_file_or_output(bytes, output.output.as_deref(), Readers::Owner)?;
    about_reading(read, &planned.loaded, &mut outcome)?;
    definitions_note(&planned.definitions, &planned.loaded.log, &mut outcome);
    judging_notes(std::slice::from_ref(&basis.cards), &planned.loaded.log, &mut outcome);
    let of_periods = [Some(&basis), result.as_ref()].into_iter().flatten().flat_map(|judged| planned.notes(judged));
    for note in of_periods {
        if !outcome.notes.contains(&note) {
            outcome.notes.push(note);
        }
    }
    if found.left_out > 0 {
        outcome.notes.push(format!(
            "agents without goals, since the plan is not for them or they have left: {}",
            found.left_out
        ));
    }
    Ok(outcome)
}

/// Stops where nobody of a name has goals.
fn has_goals(found: &Goals, name: &str) -> Result<()> {
    if found.all.iter().any(|goal| goal.name == name) {
        return Ok(());
    }
    let mut names: Vec<&str> = found.all.iter().map(|goal| goal.name.as_str()).collect();
    names.dedup();
    bail!(
        "--agent `{name}`: nobody of that name has goals here{}; `callmerit scorecard` shows how agents are spelled",
        hint_of_names(name, &names)
    )
}
