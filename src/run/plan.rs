//! `callmerit plan`: a plan to start from, what is to be said of a plan, and the rules that say it.

use super::asked::output_format;
use super::{Outcome, Surroundings, data, to_file_or_output};
use crate::cli::{OutputArgs, PlanCommand};
use crate::plan::lint::{self, RULES, Severity};
use crate::plan::{self, templates};
use crate::report::{self, squash};
use crate::write::{self, Readers};
use anyhow::{Result, bail};
use std::path::Path;

pub fn plan(command: &PlanCommand, around: &Surroundings<'_>) -> Result<Outcome> {
    match command {
        PlanCommand::New { template, output } => new(template, output.as_deref()),
        PlanCommand::Check { plan, output } => check(plan, output, around),
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

fn check(file: &str, output: &OutputArgs, around: &Surroundings<'_>) -> Result<Outcome> {
    let format = output_format(output, around)?;
    let plan = plan::read(file)?;
    let checked = lint::check(&plan);
    let report = report::plan_check_report(&plan, &checked);
    let text = write::plan_check(&report, format, around.width)?;
    let outcome = to_file_or_output(text.into_bytes(), output.output.as_deref(), Readers::Usual)?;
    Ok(Outcome { findings_remain: checked.has_errors(), ..outcome })
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
