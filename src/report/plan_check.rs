//! What the check of a plan found, as a structure and as a table.

use super::trial::{TrialReport, trial_report};
use super::{Cell, Column, Show, Table, squash};
use crate::metrics::catalogue::{Unit, Value};
use crate::plan::lint::{Checked, Finding, Picture, RULES, Severity};
use crate::plan::{Exact, Maturity, Plan};
use crate::trial::Trial;
use schemars::JsonSchema;
use serde::Serialize;

/// All that the check of a plan found.
#[derive(Debug, Serialize, JsonSchema)]
pub struct PlanCheckReport {
    pub plan: CheckedPlan,
    /// What was found: errors, then warnings, then advice; accepted ones last.
    pub findings: Vec<PlanFinding>,
    pub maturity: MaturityReport,
    /// Names of the rules that were looked at.
    pub rules: Vec<&'static str>,
    /// What trying the plan on calls showed; null without calls.
    pub calls: Option<TrialReport>,
    /// Findings that nobody has accepted, by severity in the order of [`Severity::ALL`], and those accepted.
    #[serde(skip)]
    pub open: [(&'static str, usize); 3],
    #[serde(skip)]
    pub accepted: usize,
}

/// Which plan it is.
#[derive(Debug, Serialize, JsonSchema)]
pub struct CheckedPlan {
    /// The plan's file, as it was named.
    pub file: String,
    /// The plan's name.
    pub name: String,
    /// `lower-bound`, `best-guess`, `naive-observed` or `naive-league`.
    pub rule: &'static str,
    /// What it pays for: a `week`, `month` or `quarter`.
    pub period: &'static str,
    /// How many periods are judged together.
    pub pooled: u32,
    /// Code of the currency; null in a plan without money.
    pub currency: Option<&'static str>,
    /// The bonus, an amount as decimal text; null in a plan without money.
    pub bonus: Option<String>,
}

/// One finding.
#[derive(Debug, Serialize, JsonSchema)]
pub struct PlanFinding {
    /// The rule's name.
    pub rule: &'static str,
    /// `error`, `warning` or `advice`.
    pub severity: &'static str,
    /// Line of the plan's file; null where something is missing from the plan as a whole.
    pub line: Option<u64>,
    /// Key or table of the plan that it is about.
    pub key: String,
    /// What was found, with the plan's numbers.
    pub text: String,
    /// What it does to customers, agents or pay.
    pub why: String,
    /// Who says so.
    pub source: String,
    /// What to change.
    pub mend: String,
    /// Why the plan's owner accepts it; null where nobody does.
    pub accepted: Option<String>,
}

/// How the weight lies over the four levels.
#[derive(Debug, Serialize, JsonSchema)]
pub struct MaturityReport {
    /// The highest level, from 1 to 4, that half of the weight reaches or passes; null where the plan weighs nothing.
    pub level: Option<usize>,
    /// Its name; null with `level`.
    pub name: Option<&'static str>,
    pub weights: LevelWeights,
}

/// The weight of each level; they sum to 1.
#[derive(Debug, Serialize, JsonSchema)]
pub struct LevelWeights {
    /// Weight of what is counted and timed, a fraction.
    pub productivity: f64,
    /// Weight of whether customers were helped, a fraction.
    pub quality: f64,
    /// Weight of what customers say, a fraction.
    pub experience: f64,
    /// Weight of what came of contacts in the business, a fraction.
    pub outcome: f64,
}

/// Puts the report together.
pub fn plan_check_report(plan: &Plan, checked: &Checked, trial: Option<&Trial>) -> PlanCheckReport {
    PlanCheckReport {
        plan: CheckedPlan {
            file: plan.file.clone(),
            name: plan.name.clone(),
            rule: plan.rule.name(),
            period: plan.period.name(),
            pooled: plan.pooled,
            currency: plan.currency.map(|c| c.code()),
            bonus: plan.currency.map(|c| plan.bonus.text(c)),
        },
        findings: checked.findings.iter().map(finding).collect(),
        maturity: maturity(&checked.maturity),
        rules: RULES.iter().map(|rule| rule.id).collect(),
        calls: trial.map(|trial| trial_report(plan, trial)),
        open: Severity::ALL.map(|severity| (severity.name(), checked.open(severity))),
        accepted: checked.accepted(),
    }
}

fn finding(f: &Finding) -> PlanFinding {
    PlanFinding {
        rule: f.rule.id,
        severity: f.severity.name(),
        line: f.line.map(|line| line as u64),
        key: f.key.clone(),
        text: f.text.clone(),
        why: squash(f.rule.why),
        source: squash(f.rule.source),
        mend: f.mend.clone(),
        accepted: f.accepted.clone(),
    }
}

fn maturity(picture: &Picture) -> MaturityReport {
    let [productivity, quality, experience, outcome] = picture.weights.map(Exact::f64);
    MaturityReport {
        level: picture.level.and_then(|level| Maturity::ALL.iter().position(|l| *l == level)).map(|at| at + 1),
        name: picture.level.map(Maturity::name),
        weights: LevelWeights { productivity, quality, experience, outcome },
    }
}

/// The findings as a plain table.
pub fn plan_findings_table(report: &PlanCheckReport) -> Table {
    let text = |text: &str| Cell::Text(Some(text.to_string()));
    let row = |f: &PlanFinding| {
        vec![
            text(f.rule),
            text(f.severity),
            Cell::Value(f.line.map(Value::Count)),
            text(&f.key),
            text(&f.text),
            text(&f.why),
            text(&f.source),
            text(&f.mend),
            Cell::Note(f.accepted.clone()),
        ]
    };
    Table {
        columns: vec![
            Column::new("rule", "Rule", Show::Text),
            Column::new("severity", "Severity", Show::Text),
            Column::new("line", "Line", Show::Unit(Unit::Count)),
            Column::new("key", "Key", Show::Hidden),
            Column::new("text", "What", Show::Text),
            Column::new("why", "Why", Show::Text),
            Column::new("source", "Source", Show::Hidden),
            Column::new("mend", "What to do", Show::Text),
            Column::new("accepted", "Accepted", Show::Text),
        ],
        rows: report.findings.iter().map(row).collect(),
        keys: 2,
    }
}
