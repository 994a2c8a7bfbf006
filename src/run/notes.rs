//! What is said on standard error.

use super::asked::allowed_share;
use super::load::Loaded;
use super::nightly::PLAN_ERRORS;
use super::{Outcome, Summary};
use crate::call_log::CallLog;
use crate::cli::{DefinitionArgs, ReadArgs};
use crate::contacts::Match;
use crate::findings;
use crate::judge::Measure;
use crate::metrics::Definitions;
use crate::read::{FileReport, Why};
use crate::report::{self, IntakeReport};
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

/// What reading has to say: notes, what `-v` adds, the ledger, and a limit that was passed.
pub fn about_reading(args: &ReadArgs, loaded: &Loaded, outcome: &mut Outcome) -> Result<()> {
    outcome.notes = notes(loaded);
    outcome.details = loaded.files.iter().map(understood).collect();
    outcome.summary.intake = Some(IntakeReport::new(&loaded.intake));
    over_limit(args, loaded, outcome)
}

/// What a file was taken for, in a line.
fn understood(file: &FileReport) -> String {
    let why = match &file.why {
        Why::Given => "given with --profile".to_string(),
        Why::Recognised(why) => format!("recognised: {why}"),
        Why::Guessed => "guessed from headers and values".to_string(),
    };
    format!(
        "{}: {}; profile {}, {why}; time zone {}; {} of {} columns read",
        file.name,
        file.format,
        file.profile.name,
        file.zone,
        file.header.len() - file.unused.len(),
        file.header.len()
    )
}

/// What was done, in a line of one form; nothing where nothing was read and no file written.
pub fn summary(summary: &Summary) -> Option<String> {
    let mut parts = Vec::new();
    if let Some(intake) = &summary.intake {
        let left_out: u64 = intake.left_out.values().sum();
        let why = if left_out > 0 { "; why: `callmerit check`" } else { "" };
        let (rows, kept, rejected) = (intake.rows, intake.kept, intake.rejected);
        parts.push(format!("{rows} rows read, {kept} kept, {left_out} left out ({rejected} of them rejected{why})"));
    }
    if !summary.written.is_empty() {
        parts.push(format!("{} written", summary.written.join(" and ")));
    }
    parts.extend(summary.said.clone());
    (!parts.is_empty()).then(|| parts.join("; "))
}

/// The guess, and warnings of the source.
fn notes(loaded: &Loaded) -> Vec<String> {
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
        notes.push(format!(
            "{name}{and}: no known source; its columns are understood as {}; if that is wrong, `callmerit profiles new FILE` \
             writes it down to be corrected",
            pairs.join(", ")
        ));
    }
    let mut asks: Vec<&String> = loaded.files.iter().flat_map(|f| &f.asks).collect();
    asks.dedup();
    notes.extend(asks.into_iter().cloned());
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
    notes
}

fn over_limit(args: &ReadArgs, loaded: &Loaded, outcome: &mut Outcome) -> Result<()> {
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

/// `-q` leaves errors, passed limits and faults of a plan.
pub fn quieten(outcome: &mut Outcome) {
    let over = outcome.findings_remain;
    outcome.notes.retain(|note| over && (note.contains("--max-rejected") || note.starts_with(PLAN_ERRORS)));
    if !(over && outcome.summary.said.is_some()) {
        outcome.summary = Summary::default();
    }
}
