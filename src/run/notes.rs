//! What is said on standard error.

use super::Outcome;
use super::asked::allowed_share;
use super::load::Loaded;
use crate::call_log::CallLog;
use crate::cli::{DefinitionArgs, ReadArgs};
use crate::contacts::Match;
use crate::findings;
use crate::judge::Measure;
use crate::metrics::Definitions;
use crate::read::{FileReport, Why};
use crate::report;
use crate::scorecards::PeriodCards;
use anyhow::Result;
use std::collections::BTreeSet;

/// Where outcomes are shown and nothing is made of them.
pub fn outcomes_note(periods: &[PeriodCards], outcome: &mut Outcome) {
    let unweighted = |p: &PeriodCards| {
        p.judgement.measure(Measure::Outcome).is_some() && p.judgement.weights[Measure::Outcome as usize] == 0.0
    };
    if periods.iter().any(unweighted) {
        outcome.notes.push("outcomes are shown, and have no weight in the score".to_string());
    }
}

/// What the comparison rests on, in a line each.
pub fn judging_notes(periods: &[PeriodCards], log: &CallLog, outcome: &mut Outcome) {
    let sum = |of: fn(&PeriodCards) -> u64| periods.iter().map(of).sum::<u64>();
    let mut parts = Vec::new();
    for (n, text) in [
        (sum(|p| p.tally.unknown_customers), "contacts without a known customer"),
        (
            sum(|p| p.tally.switchboard_contacts),
            "contacts of customers who call so often that many may share the number",
        ),
    ] {
        if n > 0 {
            parts.push(format!("{n} {text}"));
        }
    }
    if !parts.is_empty() && log.tells.customer {
        outcome.notes.push(format!("resolution is not judged on {}", parts.join(" and ")));
    }
    let undecided = sum(|p| p.tally.undecided);
    if undecided > 0 {
        outcome.notes.push(format!("{undecided} contacts at the end of the files count with the follow-up they have"));
    }
    let alone =
        |p: &PeriodCards| p.cards.iter().filter(|c| c.verdict.rests_on_itself(&p.judgement.weights)).count() as u64;
    let by_themselves = sum(alone);
    if by_themselves > 0 {
        outcome.notes.push(format!(
            "{by_themselves} scorecards: more than a fifth of the calls they are compared with are their own, so that \
             there is little to compare with"
        ));
    }
    let limits: BTreeSet<u32> =
        periods.iter().filter_map(|p| p.limit.as_ref().ok()).filter(|l| l.found).map(|l| l.ms).collect();
    for limit in limits {
        let (minutes, seconds) = (limit / 60_000, limit / 1_000 % 60);
        outcome
            .notes
            .push(format!("calls end as if there were a limit at {minutes}:{seconds:02}; --limit names another"));
    }
    for centre in periods.iter().flat_map(|p| &p.signals.centre) {
        outcome.notes.push(format!("warning: {}: {}", centre.detector.id, centre.text));
    }
}

/// The guess, warnings of the source, and the ledger in one line.
pub fn notes(loaded: &Loaded) -> Vec<String> {
    let mut notes = Vec::new();
    // Files that are understood alike are told of once.
    let mut told: Vec<(Vec<String>, &str, usize)> = Vec::new();
    for file in loaded.files.iter().filter(|f| f.why == Why::Guessed) {
        let pairs = file.columns.iter().map(|c| format!("{} = `{}`", c.field.name(), c.columns.join(" + "))).collect();
        match told.iter_mut().find(|(known, ..)| *known == pairs) {
            Some((_, _, others)) => *others += 1,
            None => told.push((pairs, &file.name, 0)),
        }
    }
    for (pairs, name, others) in told {
        let and = if others > 0 { format!(" (and {others} more like it)") } else { String::new() };
        notes.push(format!("{name}{and}: no known source; its columns are understood as"));
        notes.extend(wrapped(pairs.into_iter()));
        notes.push("  wrong? `callmerit profiles new FILE` writes this down to be corrected".to_string());
    }
    let mut asks: Vec<&String> = loaded.files.iter().flat_map(|f| &f.asks).collect();
    asks.dedup();
    notes.extend(asks.into_iter().map(|ask| format!("  {ask}")));
    let assumed: Vec<&FileReport> = loaded.files.iter().filter(|f| f.zone_assumed).collect();
    if let [first, others @ ..] = &assumed[..] {
        let and = if others.is_empty() { String::new() } else { format!(" (and {} more)", others.len()) };
        notes.push(format!(
            "{}{and}: times without a zone taken as {}; say --tz if it is another",
            first.name, first.zone
        ));
    }
    let tells = &loaded.log.tells;
    if !tells.abandoned && !tells.agent {
        notes.push(
            "warning: no column tells answered calls from abandoned ones, so every row counts as answered".to_string(),
        );
    }
    for finding in findings::warnings(&loaded.files) {
        let file = finding.file.map_or(String::new(), |f| format!("{f}: "));
        notes.push(format!("warning: {file}{}", finding.text));
    }
    if let Some(roster) = &loaded.roster {
        for finding in findings::of_roster(roster) {
            let warning = matches!(finding.id, "calls_before_hired" | "calls_after_left" | "calls_without_agents");
            notes.push(format!("{}{}: {}", if warning { "warning: " } else { "" }, roster.file, finding.text));
        }
    }
    if let Some(outcomes) = &loaded.outcomes {
        for finding in findings::of_outcomes(outcomes) {
            let warning = matches!(finding.id, "outcomes_of_other_calls" | "outcomes_alike");
            notes.push(format!("{}{}: {}", if warning { "warning: " } else { "" }, outcomes.file, finding.text));
        }
    }
    let intake = &loaded.intake;
    let left_out = intake.rows - intake.kept();
    let rejected = intake.rejected();
    let details = match (left_out, rejected) {
        (0, _) => String::new(),
        (n, 0) => format!(", {n} left out (why: `callmerit check`)"),
        (n, r) => format!(", {n} left out, {r} of them rejected (why: `callmerit check`)"),
    };
    notes.push(format!("{} rows read, {} kept{details}", intake.rows, intake.kept()));
    notes
}

/// Items with commas between, in indented lines of a readable length.
pub fn wrapped(items: impl Iterator<Item = String>) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for item in items {
        match lines.last_mut() {
            Some(line) if line.chars().count() + item.chars().count() < 100 => line.push_str(&format!(", {item}")),
            Some(line) => {
                line.push(',');
                lines.push(format!("  {item}"));
            }
            None => lines.push(format!("  {item}")),
        }
    }
    lines
}

pub fn over_limit(args: &ReadArgs, loaded: &Loaded, outcome: &mut Outcome) -> Result<()> {
    let Some(text) = &args.max_rejected else { return Ok(()) };
    let (rejected, rows) = (loaded.intake.rejected(), loaded.intake.rows);
    if rejected as f64 > allowed_share(text)? * rows as f64 {
        outcome.findings_remain = true;
        outcome.notes.push(format!(
            "{rejected} of {rows} rows were rejected ({:.2} %), more than --max-rejected {text} allows",
            rejected as f64 / rows as f64 * 100.0
        ));
    }
    Ok(())
}

pub fn agent_service_level_note(asked: &DefinitionArgs, outcome: &mut Outcome) {
    if asked.agent_service_level {
        outcome.notes.push(
            "warning: an agent does not decide how long customers waited; a service level of single agents measures \
             staffing and luck, and must not be paid"
                .to_string(),
        );
    }
}

pub fn not_available_note(definitions: &Definitions, log: &CallLog, outcome: &mut Outcome) {
    let mut needs: Vec<&str> = Vec::new();
    for (_, need) in report::not_available(&log.tells, definitions) {
        if !needs.contains(&need) {
            needs.push(need);
        }
    }
    if !needs.is_empty() {
        outcome.notes.push(format!("not available, because the source has no column for it: {}", needs.join(", ")));
    }
}

pub fn definitions_note(definitions: &Definitions, log: &CallLog, outcome: &mut Outcome) {
    let mut parts = Vec::new();
    if log.tells.customer {
        let days = f64::from(definitions.fcr_window_ms) / 86_400_000.0;
        parts.push(format!(
            "first contact resolved = same {} not back within {days} days and not transferred",
            match definitions.fcr_match {
                Match::Customer => "customer",
                Match::CustomerQueue => "customer in the same queue",
                Match::CustomerIssue => "customer about the same issue",
            }
        ));
    }
    if log.tells.wait && log.tells.abandoned {
        parts.push(format!(
            "service level {} in {} s",
            definitions.sl_formula.name(),
            f64::from(definitions.sl_ms) / 1_000.0
        ));
    }
    if !parts.is_empty() {
        outcome.notes.push(parts.join("; "));
    }
}

/// `-q` leaves errors and passed limits.
pub fn quieten(quiet: bool, outcome: &mut Outcome) {
    if quiet {
        let over = outcome.findings_remain;
        outcome.notes.retain(|note| over && note.contains("--max-rejected"));
    }
}
