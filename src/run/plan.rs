//! `callmerit plan`: a plan to start from, what is to be said of a plan, and the rules that say it.

use super::asked::output_form;
use super::notes::{about_reading, definitions_note, judging_notes};
use super::planned::planned;
use super::{Outcome, Surroundings, data, to_file_or_output};
use crate::cli::{OutputArgs, PlanArgs, PlanCommand, ReadArgs, TrialArgs};
use crate::plan::lint::{self, Checked, RULES, Severity};
use crate::plan::{self, templates};
use crate::report::{self, squash};
use crate::trial::judged_plan;
use crate::write::{self, Readers};
use anyhow::{Result, bail};
use std::path::Path;

pub fn plan(command: &PlanCommand, around: &Surroundings<'_>) -> Result<Outcome> {
    match command {
        PlanCommand::New { template, output } => new(template, output.as_deref()),
        PlanCommand::Check { plan, read, trial, output } => check(plan, read, trial, output, around),
        PlanCommand::Rules => Ok(data(rules_text())),
    }
}

/// A template as it is.
fn new(template: &str, output: Option<&Path>) -> Result<Outcome> {
    let template = templates::template(template)?;
    if let Some(path) = output {
        write::can_write(path)?;
        if path.is_file() {
            bail!(
                "`{}` is there already, and a plan is not to be lost; name another file or remove it",
                path.display()
            );
        }
    }
    to_file_or_output(template.text.as_bytes().to_vec(), output, Readers::Usual)
}

fn check(
    file: &str,
    read: &ReadArgs,
    trial: &TrialArgs,
    output: &OutputArgs,
    around: &Surroundings<'_>,
) -> Result<Outcome> {
    let form = output_form(output, around)?;
    let plan = plan::read(file)?;
    if read.files.is_empty() {
        refuse_what_needs_calls(read, trial)?;
        let checked = lint::check(&plan, None);
        let report = report::plan_check_report(&plan, &checked, None);
        return finish_check(&report, &checked, &form, output);
    }
    let args = PlanArgs {
        plan: file.to_string(),
        period: trial.period.clone(),
        decisions: None,
        figures: trial.figures.clone(),
        limit: trial.limit.clone(),
        repeat: trial.repeat.clone(),
    };
    let mut planned = planned(read, &args, around)?;
    planned.plan = judged_plan(&plan);
    let judged = planned.judge(trial.period.as_deref(), &|_| false)?.swap_remove(0);
    let found = crate::trial::trial(&planned.known_of(&judged, &plan), &planned.recommend(&judged, &plan));
    let checked = lint::check(&plan, Some(&found.seen));
    let report = report::plan_check_report(&plan, &checked, Some(&found));
    let mut outcome = finish_check(&report, &checked, &form, output)?;
    about_reading(read, &planned.loaded, &mut outcome)?;
    definitions_note(&planned.definitions, &planned.loaded.log, &mut outcome);
    judging_notes(std::slice::from_ref(&judged.cards), &planned.loaded.log, &mut outcome);
    outcome.notes.extend(planned.notes(&judged));
    Ok(outcome)
}

fn finish_check(
    report: &report::PlanCheckReport,
    checked: &Checked,
    form: &write::Form,
    output: &OutputArgs,
) -> Result<Outcome> {
    let bytes = write::plan_check(report, form)?;
    let outcome = to_file_or_output(bytes, output.output.as_deref(), Readers::Usual)?;
    Ok(Outcome { findings_remain: checked.has_errors(), ..outcome })
}

/// Stops where something is asked for that only calls can answer, and there are none.
fn refuse_what_needs_calls(read: &ReadArgs, trial: &TrialArgs) -> Result<()> {
    for (option, given) in [
        ("--roster", read.roster.is_some()),
        ("--profile", read.profile.is_some()),
        ("--from", read.from.is_some()),
        ("--to", read.to.is_some()),
        ("--for", trial.period.is_some()),
        ("--figures", trial.figures.is_some()),
        ("--limit", trial.limit.is_some()),
        ("--fcr-window", trial.repeat.fcr_window.is_some()),
        ("--fcr-match", trial.repeat.fcr_match.is_some()),
    ] {
        if given {
            bail!("{option} is about calls, and no calls are named: name their files behind the plan, or leave it out");
        }
    }
    Ok(())
}

/// Every rule of the lint, as the page docs/plan-rules.md.
fn rules_text() -> String {
    let mut text = String::from(
        "# The rules of `callmerit plan check`\n\nPrinted by `callmerit plan rules`; do not edit.\n\n\
         What is looked for in an incentive plan, and why. An **error** surely hurts customers or pays for luck, and makes \
         the exit code 1.\nA **warning** usually does. **Advice** is what could be better. A rule says its worst; some cases \
         are milder.\n\nA plan that is an exception says so, and why. The finding is still shown, and no longer counts:\n\n\
         ```toml\nallow = [\n  { rule = \"no-budget\", why = \"the pilot has ten agents and ends in March\" },\n]\n```\n\n\
         | rule | severity | what it finds |\n|---|---|---|\n",
    );
    for severity in Severity::ALL {
        for rule in RULES.iter().filter(|r| r.severity == severity) {
            text += &format!("| [`{}`](#{}) | {} | {} |\n", rule.id, rule.id, severity.name(), rule.title);
        }
    }
    for rule in RULES {
        text +=
            &format!("\n## `{}`\n\n**{}** ({}). {}\n\n", rule.id, rule.title, rule.severity.name(), squash(rule.why));
        text += &format!("- What to do: {}\n- Source: {}\n", squash(rule.mend), squash(rule.source));
    }
    text
}
