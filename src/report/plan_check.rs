//! What the check of a plan found, as a structure and as a table.

use super::trial::{TrialReport, trial_report};
use super::{Cell, Column, Show, Table, squash};
use crate::metrics::catalogue::{Unit, Value};
use crate::plan::lint::{Checked, Finding, Picture, RULES, Severity};
use crate::plan::{Exact, Maturity, Plan};
use crate::trial::Trial;
use serde::Serialize;

/// All that the check of a plan found.
#[derive(Debug, Serialize)]
pub struct PlanCheckReport {
    pub plan: CheckedPlan,
    pub findings: Vec<PlanFinding>,
    pub maturity: MaturityReport,
    /// The rules that were looked at.
    pub rules: Vec<&'static str>,
    /// What trying the plan on calls showed, where there were any.
    pub calls: Option<TrialReport>,
    /// Findings that nobody has accepted, by severity in the order of [`Severity::ALL`], and those accepted.
    #[serde(skip)]
    pub open: [(&'static str, usize); 3],
    #[serde(skip)]
    pub accepted: usize,
}

/// Which plan it is.
#[derive(Debug, Serialize)]
pub struct CheckedPlan {
    pub file: String,
    pub name: String,
    pub rule: &'static str,
    pub period: &'static str,
    pub pooled: u32,
    pub currency: Option<&'static str>,
    /// As an amount; `None` where the plan gives recognition and no money.
    pub bonus: Option<String>,
}

/// One finding.
#[derive(Debug, Serialize)]
pub struct PlanFinding {
    pub rule: &'static str,
    pub severity: &'static str,
    /// `None` where the whole plan is meant.
    pub line: Option<u64>,
    pub key: String,
    pub text: String,
    pub why: String,
    pub source: String,
    pub mend: String,
    /// Why the plan's owner accepts it.
    pub accepted: Option<String>,
}

/// How the weight lies over the four levels.
#[derive(Debug, Serialize)]
pub struct MaturityReport {
    /// 1 to 4; `None` where the plan weighs nothing.
    pub level: Option<usize>,
    pub name: Option<&'static str>,
    pub weights: LevelWeights,
}

/// The weight of each level; they sum to 1.
#[derive(Debug, Serialize)]
pub struct LevelWeights {
    pub productivity: f64,
    pub quality: f64,
    pub experience: f64,
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
