//! Plans to start from, built in; each is a file of examples/plans that explains itself.

use crate::names::hint;
use anyhow::{Result, bail};

/// A plan to start from.
pub struct Template {
    pub name: &'static str,
    /// What it is for, in one line.
    pub about: &'static str,
    pub text: &'static str,
}

/// Every template, the usual one first.
pub const TEMPLATES: [Template; 7] = [
    Template {
        name: "balanced",
        about: "resolution, satisfaction and handle time together",
        text: include_str!("../../examples/plans/balanced.toml"),
    },
    Template {
        name: "own-targets",
        about: "from a spreadsheet: every measure has its own target",
        text: include_str!("../../examples/plans/own-targets.toml"),
    },
    Template {
        name: "technical-support",
        about: "long and difficult calls: resolution first",
        text: include_str!("../../examples/plans/technical-support.toml"),
    },
    Template {
        name: "retention",
        about: "calls with an outcome: whether the customer stayed",
        text: include_str!("../../examples/plans/retention.toml"),
    },
    Template {
        name: "team-pool",
        about: "own results, the team's, and a pool for all",
        text: include_str!("../../examples/plans/team-pool.toml"),
    },
    Template {
        name: "recognition",
        about: "bronze, silver, gold, no money: the best beginning",
        text: include_str!("../../examples/plans/recognition.toml"),
    },
    Template {
        name: "pay-for-speed",
        about: "a warning: see what `callmerit plan check` says",
        text: include_str!("../../examples/plans/pay-for-speed.toml"),
    },
];

/// The template of a name.
pub fn template(name: &str) -> Result<&'static Template> {
    if let Some(template) = TEMPLATES.iter().find(|t| t.name == name) {
        return Ok(template);
    }
    let names = TEMPLATES.map(|t| t.name);
    bail!("there is no template `{name}`{}; there are\n{}", hint(name, &names), list())
}

/// The templates with what they are for, a line each.
pub fn list() -> String {
    TEMPLATES.map(|t| format!("  {:<18} {}", t.name, t.about)).join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::lint::{Severity, check};
    use crate::plan::parse;

    #[test]
    fn a_template_is_a_plan_that_the_check_lets_pass_but_for_the_one_that_warns() {
        for template in &TEMPLATES {
            let plan = parse(template.name, template.text).unwrap_or_else(|faults| panic!("{faults:#}"));
            let checked = check(&plan, None);
            let told: Vec<String> =
                checked.findings.iter().map(|f| format!("{} {}", f.severity.name(), f.rule.id)).collect();
            if template.name == "pay-for-speed" {
                assert!(checked.open(Severity::Error) >= 4, "{told:?}");
            } else {
                assert_eq!(
                    checked.open(Severity::Error) + checked.open(Severity::Warning),
                    0,
                    "{}: {told:?}",
                    template.name
                );
            }
        }
    }

    #[test]
    fn a_misspelt_template_is_answered_with_the_one_that_was_meant() {
        assert_eq!(template("balanced").unwrap().name, "balanced");
        let error = template("team-pol").err().unwrap().to_string();
        assert!(
            error.starts_with("there is no template `team-pol` (did you mean `team-pool`?); there are\n"),
            "{error}"
        );
    }
}
