//! The check of a plan, to read.

use super::{Paint, UNKNOWN, bar, from_rows, grid, in_parts, painted, paragraph, thousands};
use crate::report::{
    LevelReport, MaturityReport, PaidReport, PlanCheckReport, PlanFinding, SupportReport, TrialReport,
};
use crate::write::Look;
use std::fmt::Write as _;

/// Signs that a weight of 1 is drawn with.
const BAR: usize = 40;

/// Findings, the sum of them, and how the plan's weight lies.
pub fn plan_check(report: &PlanCheckReport, look: Look) -> String {
    let mut out = paragraph("", &format!("{}: {}", report.plan.file, report.plan.name), look);
    out.push('\n');
    for (at, finding) in report.findings.iter().enumerate() {
        // The reason of a rule is told once.
        let told = report.findings[..at].iter().any(|f| f.rule == finding.rule && f.accepted.is_none());
        out += &one(finding, told, look);
        out.push('\n');
    }
    out += &paragraph("", &summary(report), look);
    out.push('\n');
    out += &maturity(&report.maturity, look);
    if let Some(calls) = &report.calls {
        out.push('\n');
        out += &trial(calls, report.plan.currency, look);
    }
    out
}

fn one(finding: &PlanFinding, why_is_told: bool, look: Look) -> String {
    let line = finding.line.map_or(String::new(), |line| format!(", line {line}"));
    let accepted = if finding.accepted.is_some() { "accepted " } else { "" };
    let paint = match finding.severity {
        _ if finding.accepted.is_some() => Paint::Faint,
        "error" => Paint::Error,
        "warning" => Paint::Warning,
        _ => Paint::Title,
    };
    let mut out = painted(&format!("{accepted}{}: {}{line}", finding.severity, finding.rule), paint) + "\n";
    let mut told = vec![("what", format!("{}.", finding.text))];
    match &finding.accepted {
        Some(why) => told.push(("why", format!("accepted: {why}."))),
        None if why_is_told => told.push(("mend", finding.mend.clone())),
        None => told.extend([("why", finding.why.clone()), ("mend", finding.mend.clone())]),
    }
    for (word, text) in told {
        out += &paragraph(&format!("  {word:<5} "), &text, look);
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

fn maturity(maturity: &MaturityReport, look: Look) -> String {
    let Some((level, name)) = maturity.level.zip(maturity.name) else {
        return "Maturity: the plan has no measures with a weight.\n".to_string();
    };
    let text = format!("Maturity: level {level} of 4, {name}: half of the weight lies there or above.");
    let mut out = paragraph("", &text, look);
    let weights = &maturity.weights;
    for (level, weight) in [
        ("productivity", weights.productivity),
        ("quality", weights.quality),
        ("experience", weights.experience),
        ("outcome", weights.outcome),
    ] {
        let bar = bar(weight, BAR.min(look.width.saturating_sub(30)), look);
        let _ = writeln!(out, "{}", format!("  {level:<12} {:>4.0} %  {bar}", weight * 100.0).trim_end());
    }
    out
}

fn percent(share: f64) -> String {
    format!("{:.1} %", share * 100.0)
}

fn priced(amount: Option<&str>, currency: Option<&str>) -> String {
    amount.zip(currency).map_or(String::new(), |(amount, currency)| format!("{amount} {currency}"))
}

/// Rows without a header, indented.
fn list(rows: impl Iterator<Item = Vec<String>>, look: Look) -> String {
    let indented = rows.map(|mut row| {
        row[0] = format!(" {}", row[0]);
        row
    });
    grid(from_rows(&[], indented.collect(), &[1, 2, 3]), look)
}

/// What trying the plan on calls showed.
fn trial(trial: &TrialReport, currency: Option<&str>, look: Look) -> String {
    let text = format!(
        "Tried on {}: {} agents who can be compared, {:.1} weeks of calls.",
        trial.period, trial.agents, trial.weeks
    );
    let mut out = paragraph("", &text, look);
    if !trial.noise_rent.is_empty() {
        out.push('\n');
        out += &paragraph("", "Luck: what an agent who is exactly average earns by it, of the bonus.", look);
        out += &list(
            trial.noise_rent.iter().map(|rent| {
                let whose = if rent.own { format!("{} (this plan)", rent.rule) } else { rent.rule.to_string() };
                let of = if rent.of_weight < 1.0 {
                    format!("for {} of the weight", percent(rent.of_weight))
                } else {
                    String::new()
                };
                vec![whose, percent(rent.share), priced(rent.amount.as_deref(), currency), of]
            }),
            look,
        );
    }
    out.push('\n');
    out += &paragraph("Pay: ", &paid(&trial.paid, currency), look);
    if !trial.levels.is_empty() {
        out += "\nLevels: how many of the agents truly reach them.\n";
        out += &list(trial.levels.iter().map(level), look);
    }
    out += "\nMeasures: what these calls can carry.\n";
    let reliability = format!("Reliability in {:.0} weeks", trial.planned_weeks);
    let header =
        ["  Measure", "Level", "Weight", "Each has", &reliability, "Half reliable in a", "Enough for money in a"];
    let measures = trial.measures.iter().map(support).collect();
    out += &in_parts(&from_rows(&header, measures, &[2, 3, 4, 5, 6]), 1, look);
    let levels =
        if trial.maturity_supported.is_empty() { "no level".to_string() } else { trial.maturity_supported.join(", ") };
    out += &paragraph("", &format!("By these calls a plan could rest on: {levels}."), look);
    out
}

fn paid(paid: &PaidReport, currency: Option<&str>) -> String {
    let amount = priced(paid.amount.as_deref(), currency);
    let what = if amount.is_empty() { String::new() } else { format!(", {amount} in all") };
    let agents = if paid.agents == 1 { "1 agent".to_string() } else { format!("{} agents", paid.agents) };
    match paid.to_the_below {
        Some(share) => format!(
            "{agents}{what}; {} of it is expected to go to agents who truly are below the median of what it pays for.",
            percent(share)
        ),
        None => format!("{agents}{what}."),
    }
}

fn level(level: &LevelReport) -> Vec<String> {
    let of = level.measure.as_ref().map_or(String::new(), |name| format!("{name}, "));
    let usual = if level.usual_low < level.usual_high {
        format!("usual {:.0} to {:.0} %", level.usual_low * 100.0, level.usual_high * 100.0)
    } else {
        format!("usual {:.0} %", level.usual_low * 100.0)
    };
    vec![format!("{of}{}", level.level), level.value.to_string(), percent(level.reached), usual]
}

fn support(measure: &SupportReport) -> Vec<String> {
    let number = |x: Option<f64>, digits: usize| x.map_or(UNKNOWN.to_string(), |x| format!("{x:.digits$}"));
    let unknown = if measure.told_apart == Some(false) { "no more than luck" } else { UNKNOWN };
    let never = if measure.available && measure.told_apart == Some(true) { "longer than a year" } else { unknown };
    let period = |period: Option<&'static str>| period.unwrap_or(never).to_string();
    vec![
        format!("  {}", measure.measure),
        measure.maturity.to_string(),
        if measure.weight > 0.0 { measure.weight.to_string() } else { UNKNOWN.to_string() },
        measure.n.map_or(UNKNOWN.to_string(), |n| thousands(n.round() as u64)),
        number(measure.reliability, 2),
        period(measure.period_for_half),
        period(measure.period_for_money),
    ]
}
