//! The check of a plan, to read.

use super::paragraph;
use crate::report::{MaturityReport, PlanCheckReport, PlanFinding};
use std::fmt::Write as _;

/// Signs that a weight of 1 is drawn with.
const BAR: f64 = 40.0;

/// Findings, the sum of them, and how the plan's weight lies.
pub fn plan_check(report: &PlanCheckReport, width: usize) -> String {
    let mut out = paragraph("", &format!("{}: {}", report.plan.file, report.plan.name), width);
    out.push('\n');
    for (at, finding) in report.findings.iter().enumerate() {
        // The reason of a rule is told once.
        let told = report.findings[..at].iter().any(|f| f.rule == finding.rule && f.accepted.is_none());
        out += &one(finding, told, width);
        out.push('\n');
    }
    out += &paragraph("", &summary(report), width);
    out.push('\n');
    out += &maturity(&report.maturity);
    out
}

fn one(finding: &PlanFinding, why_is_told: bool, width: usize) -> String {
    let line = finding.line.map_or(String::new(), |line| format!(", line {line}"));
    let accepted = if finding.accepted.is_some() { "accepted " } else { "" };
    let mut out = format!("{accepted}{}: {}{line}\n", finding.severity, finding.rule);
    let mut told = vec![("what", format!("{}.", finding.text))];
    match &finding.accepted {
        Some(why) => told.push(("why", format!("accepted: {why}."))),
        None if why_is_told => told.push(("mend", finding.mend.clone())),
        None => told.extend([("why", finding.why.clone()), ("mend", finding.mend.clone())]),
    }
    for (word, text) in told {
        out += &paragraph(&format!("  {word:<5} "), &text, width);
    }
    out
}

/// The number of findings and what follows from it.
fn summary(report: &PlanCheckReport) -> String {
    let plural = |word: &str, n: usize| match (word, n) {
        ("advice", _) | (_, 1) => format!("{n} {word}"),
        _ => format!("{n} {word}s"),
    };
    let mut parts: Vec<String> = report.open.iter().filter(|(_, n)| *n > 0).map(|(word, n)| plural(word, *n)).collect();
    if report.accepted > 0 {
        parts.push(format!("{} accepted", report.accepted));
    }
    match (report.open[0].1, parts.is_empty()) {
        (_, true) => format!("Nothing found by {} rules.", report.rules.len()),
        (0, _) => format!("{}; no errors.", parts.join(", ")),
        _ => format!(
            "{}. Mend the errors before the plan is put in force, or say under `allow` why it is an exception.",
            parts.join(", ")
        ),
    }
}

fn maturity(maturity: &MaturityReport) -> String {
    let Some((level, name)) = maturity.level.zip(maturity.name) else {
        return "Maturity: the plan has no measures with a weight.\n".to_string();
    };
    let mut out = format!("Maturity: level {level} of 4, {name}: half of the weight lies there or above.\n");
    let weights = &maturity.weights;
    for (level, weight) in [
        ("productivity", weights.productivity),
        ("quality", weights.quality),
        ("experience", weights.experience),
        ("outcome", weights.outcome),
    ] {
        let bar = "#".repeat((weight * BAR).round() as usize);
        let _ = writeln!(out, "{}", format!("  {level:<12} {:>4.0} %  {bar}", weight * 100.0).trim_end());
    }
    out
}
