//! What an analyst should know about the data before trusting it.

use crate::call_log::{CallLog, MISSING, NO_CUSTOMER, flag};
use crate::intake::{Intake, Reason};
use crate::names::{hint, hint_of_names};
use crate::outcomes;
use crate::read::time::civil_of;
use crate::read::{FileReport, Note, Why};
use crate::report::Finding;
use crate::roster::{self, Comparison, Stray};
use std::collections::HashMap;

/// What a run that only measures should not keep to itself: found without another look at every call.
pub fn warnings(files: &[FileReport]) -> Vec<Finding> {
    let mut found = Vec::new();
    for file in files {
        of_notes(file, &mut found);
        of_profile(file, &mut found);
    }
    found.retain(|f| matches!(f.id, "source_warning" | "several_agents" | "missing_hour" | "absent_columns"));
    found
}

/// Looks through the log and the notes of reading.
pub fn findings(log: &CallLog, intake: &Intake, files: &[FileReport]) -> Vec<Finding> {
    let mut found = Vec::new();
    for (number, file) in files.iter().enumerate() {
        of_notes(file, &mut found);
        of_profile(file, &mut found);
        let from = log.file_starts.get(&number).copied().unwrap_or(0);
        let to = log.file_starts.get(&(number + 1)).copied().unwrap_or(log.legs.len());
        of_legs(log, file, from..to, &mut found);
    }
    found.extend(stray_times(log));
    found.extend(frequent_customer(log));
    let duplicates = intake.buckets.get(&Reason::Duplicate).map_or(0, |b| b.count);
    if duplicates > 0 && files.len() > 1 {
        let across = duplicates_across_files(log);
        if across > 0 {
            let text = format!("{across} records stand in more than one file; each contact and leg is counted once");
            found.push(Finding { id: "duplicates_across_files", file: None, text });
        }
    }
    found
}

/// Where the roster and the calls do not fit together.
pub fn of_roster(roster: &Comparison) -> Vec<Finding> {
    let mut found = Vec::new();
    let mut find = |id, text| found.push(Finding { id, file: Some(roster.file.clone()), text });
    if !roster.ignored_columns.is_empty() {
        let names = roster.ignored_columns.iter().map(|c| format!("`{c}`{}", hint(c, roster::COLUMNS)));
        find("roster_columns", format!("columns that a roster does not have, not read: {}", first_of(names)));
    }
    if roster.agents == 0 {
        find("calls_without_agents", "the calls name no agents, so the roster says nothing about them".to_string());
        return found;
    }
    if !roster.unlisted.is_empty() {
        let names = roster.unlisted.iter().map(|unlisted| match &unlisted.like {
            Some(like) => format!("`{}` (`{like}`? then make it an alias)", unlisted.agent),
            None => format!("`{}`", unlisted.agent),
        });
        let counts = format!("{} of {}", roster.unlisted.len(), roster.agents);
        find("not_in_roster", format!("agents with calls who are not in the roster: {counts}, {}", first_of(names)));
    }
    if roster.without_calls > 0 {
        let counts = format!("{} of {}", roster.without_calls, roster.listed);
        find("roster_without_calls", format!("agents of the roster without calls here: {counts}"));
    }
    if !roster.before_hired.is_empty() {
        find("calls_before_hired", stray_calls(&roster.before_hired, "before", "was hired", "were hired"));
    }
    if !roster.after_left.is_empty() {
        find("calls_after_left", stray_calls(&roster.after_left, "after", "left", "left"));
    }
    found
}

/// Where a file of outcomes and the calls do not fit together; counts alone.
pub fn of_outcomes(outcomes: &outcomes::Comparison) -> Vec<Finding> {
    let mut found = Vec::new();
    let mut find = |id, text| found.push(Finding { id, file: Some(outcomes.file.clone()), text });
    let contacts = outcomes.contacts;
    if outcomes.untold > 0 {
        find("outcomes_untold", format!("lines without a contact or an outcome, not counted: {}", outcomes.untold));
    }
    if contacts == 0 {
        return found;
    }
    if outcomes.in_calls == 0 {
        let advice = "`contact` must be the id that the export has, of which `callmerit check` shows some";
        find("outcomes_of_other_calls", format!("none of its {contacts} contacts is in the calls; {advice}"));
        return found;
    }
    let others = contacts - outcomes.in_calls;
    if others > 0 {
        find("outcomes_not_in_calls", format!("contacts that the calls do not have: {others} of {contacts}"));
    }
    if outcomes.without > 0 {
        let counts = format!("{} of {}", outcomes.without, outcomes.answered);
        let text =
            format!("answered contacts without an outcome: {counts}; they count neither for nor against anybody");
        find("contacts_without_outcomes", text);
    }
    if outcomes.of_nobody > 0 {
        let why = "nobody answered them, every agent passed them on, or no agent is named";
        find("outcomes_of_nobody", format!("contacts whose outcome is nobody's: {}; {why}", outcomes.of_nobody));
    }
    if let Some(met) = outcomes.all {
        let (is, other) = if met { ("yes", "no") } else { ("no", "yes") };
        let text = format!(
            "every outcome is {is}, so nobody can be told apart; list the contacts whose outcome is {other} as well"
        );
        find("outcomes_alike", text);
    }
    found
}

/// Calls that agents should not have had.
fn stray_calls(strays: &[Stray], when: &str, one: &str, many: &str) -> String {
    let total: u64 = strays.iter().map(|stray| stray.calls).sum();
    let calls = if total == 1 { "1 call".to_string() } else { format!("{total} calls") };
    let advice = "check the roster or the export";
    match strays {
        [only] => format!("{calls} of `{}` {when} the day the agent {one}, {}: {advice}", only.agent, only.day),
        _ => {
            let each = strays.iter().map(|stray| format!("`{}` {} {when} {}", stray.agent, stray.calls, stray.day));
            let agents = strays.len();
            format!("{calls} of {agents} agents {when} the day they {many}: {advice} ({})", first_of(each))
        }
    }
}

/// The first few with commas between, and how many more there are.
fn first_of(items: impl ExactSizeIterator<Item = String>) -> String {
    let more = items.len().saturating_sub(roster::SHOWN);
    let list = items.take(roster::SHOWN).collect::<Vec<_>>().join(", ");
    if more > 0 { format!("{list} and {more} more") } else { list }
}

fn of_notes(file: &FileReport, found: &mut Vec<Finding>) {
    for (note, count) in &file.notes {
        let (id, text) = match note {
            Note::RepeatedHour => (
                "repeated_hour",
                format!(
                    "{count} times lie in the hour that the clock repeats in autumn; the first of the two is taken"
                ),
            ),
            Note::SkippedHour => (
                "missing_hour",
                format!(
                    "{count} times lie in the hour that the clock leaves out in spring and cannot have been; they are \
                     moved forward by it. Is {} the right zone?",
                    file.zone
                ),
            ),
            Note::SeveralAgents => (
                "several_agents",
                format!(
                    "{count} contacts name several agents and one handle time for all: they count for their queue and \
                     as transferred, but for no single agent"
                ),
            ),
            Note::UnreadableScore => (
                "unreadable_satisfaction",
                format!(
                    "{count} satisfaction values cannot be read or lie outside the scale; they count as unanswered"
                ),
            ),
            Note::UnreadableResolution => (
                "unreadable_resolution",
                format!("{count} coded resolutions are neither yes nor no; they count as not coded"),
            ),
            Note::UnreadableTransfer => (
                "unreadable_transfer",
                format!("{count} transfer marks are neither yes nor no; they count as no transfer"),
            ),
            Note::UnreadableSurveySource => (
                "unreadable_survey_source",
                format!("{count} survey sources have no meaning here; who asked counts as unknown"),
            ),
            Note::RoundedCustomer => (
                "rounded_customers",
                format!("{count} customer ids were rounded by a spreadsheet (like 6.02E+11); they count as unknown"),
            ),
            Note::HoldOverTalk => (
                "hold_over_talk",
                format!(
                    "{count} calls have more hold than talk although talk includes hold here; their talk counts as 0"
                ),
            ),
            Note::Warned(i) => {
                let text = file.profile.warn.get(usize::from(*i)).map_or(String::new(), |rule| rule.text.clone());
                ("source_warning", format!("{text} ({count} {})", if *count == 1 { "row" } else { "rows" }))
            }
        };
        found.push(Finding { id, file: Some(file.name.clone()), text });
    }
}

/// Columns that a profile of the analyst's own names and the file does not have.
fn of_profile(file: &FileReport, found: &mut Vec<Finding>) {
    if file.why != Why::Given || file.absent.is_empty() {
        return;
    }
    let unused: Vec<&str> = file.unused.iter().map(String::as_str).collect();
    let names = file
        .absent
        .iter()
        .map(|(field, column)| format!("`{column}` for {}{}", field.name(), hint_of_names(column, &unused)));
    let text = format!("columns of the profile that the file does not have: {}", first_of(names));
    found.push(Finding { id: "absent_columns", file: Some(file.name.clone()), text });
}

fn of_legs(log: &CallLog, file: &FileReport, range: std::ops::Range<usize>, found: &mut Vec<Finding>) {
    let legs = &log.legs;
    let mut push = |id, text: String| found.push(Finding { id, file: Some(file.name.clone()), text });
    let answered = || range.clone().filter(|i| legs.flags(*i) & flag::ANSWERED != 0);
    let enough = answered().count() >= 20;
    let on_the_minute = range.clone().filter(|i| legs.start_ms.get(*i).rem_euclid(60_000) == 0).count();
    if range.len() >= 20 && on_the_minute == range.len() {
        let text = "every start time is on the full minute: seconds were lost, perhaps in a spreadsheet, so waits taken \
                    from times, and what happens within seconds, are not to be trusted";
        push("seconds_lost", text.to_string());
    }
    let columns = [
        ("wait", file.tells.wait, legs.wait_ms.values()),
        ("hold", file.tells.hold, legs.hold_ms.values()),
        ("after-call work", file.tells.acw, legs.acw_ms.values()),
        ("handle time", file.tells.handle, legs.handle_ms.values()),
    ];
    for (name, told, values) in columns {
        let all_zero = values.is_empty() || answered().all(|i| matches!(values[i], 0 | MISSING));
        if told && enough && all_zero {
            let text = format!("{name} is 0 or empty in every answered call: is the column filled in this export?");
            push("always_zero", text);
        }
    }
    let over = answered()
        .filter(|i| {
            let (hold, handle) = (legs.hold_ms.get(*i), legs.handle_ms.get(*i));
            hold != MISSING && handle != MISSING && hold > handle
        })
        .count();
    if over > 0 {
        push(
            "hold_over_handle",
            format!("{over} calls have a hold longer than their handle time; both are kept as they stand"),
        );
    }
    let mut times: Vec<u32> = answered().map(|i| legs.handle_ms.get(i)).filter(|t| *t != MISSING).collect();
    times.sort_unstable();
    if let Some(median) = times.get(times.len() / 2).filter(|_| enough)
        && !(5_000..=7_200_000).contains(median)
        && *median > 0
    {
        let text = format!(
            "the median handle time is {}: is the unit of the durations right?",
            crate::read::duration::print(i64::from(*median))
        );
        push("unlikely_unit", text);
    }
    let unknown = answered().filter(|i| legs.customer.get(*i) == 0).count();
    if file.tells.customer && enough && unknown * 2 > answered().count() {
        let text = format!(
            "{unknown} of {} answered calls have no customer identity: first-contact resolution rests on the rest",
            answered().count()
        );
        push("few_customers", text);
    }
}

/// A few calls far from all others in time: one damaged date moves the end of the files, and with it what counts as
/// decided for first-contact resolution.
fn stray_times(log: &CallLog) -> Option<Finding> {
    let mut starts: Vec<i64> = log.legs.start_ms.values().to_vec();
    starts.sort_unstable();
    let (at, gap) = starts.windows(2).map(|w| w[1] - w[0]).enumerate().max_by_key(|(_, gap)| *gap)?;
    let strays = (at + 1).min(starts.len() - at - 1);
    if gap < 60 * 86_400_000 || strays * 100 > starts.len() {
        return None;
    }
    let (side, first) = if at + 1 == strays { ("before", starts[0]) } else { ("after", starts[starts.len() - 1]) };
    let text = format!(
        "{strays} of {} calls lie {} days {side} all others, as on {}: a damaged date? It moves the end of the files, and \
         with it the contacts that count as decided for first-contact resolution; mend the file",
        starts.len(),
        gap / 86_400_000,
        civil_of(first).date()
    );
    Some(Finding { id: "stray_times", file: None, text })
}

/// A customer who makes so many contacts that it is hardly one person.
fn frequent_customer(log: &CallLog) -> Option<Finding> {
    let mut counts: HashMap<u64, u64> = HashMap::new();
    for customer in log.legs.customer.values().iter().filter(|c| **c != NO_CUSTOMER) {
        *counts.entry(*customer).or_default() += 1;
    }
    let known: u64 = counts.values().sum();
    let most = *counts.values().max()?;
    if most < 30 || most * 50 < known {
        return None;
    }
    let text = format!(
        "one customer makes {most} of {known} calls: a switchboard, or another word for nobody knows who? Its calls count \
         as repeats of each other; name such values under `missing` of [fields.customer] in a profile"
    );
    Some(Finding { id: "frequent_customer", file: None, text })
}

/// Duplicate records whose kept twin is in another file.
fn duplicates_across_files(log: &CallLog) -> u64 {
    let legs = &log.legs;
    let mut kept = HashMap::new();
    let duplicates: Vec<usize> = (0..legs.len()).filter(|i| legs.flags(*i) & flag::DUPLICATE != 0).collect();
    let wanted: std::collections::HashSet<(u64, u64)> =
        duplicates.iter().map(|i| (legs.contact.get(*i), legs.leg.get(*i))).collect();
    for i in 0..legs.len() {
        let key = (legs.contact.get(i), legs.leg.get(i));
        if legs.flags(i) & flag::DUPLICATE == 0 && wanted.contains(&key) {
            kept.insert(key, log.file_of(i));
        }
    }
    let elsewhere = |i: &&usize| kept.get(&(legs.contact.get(**i), legs.leg.get(**i))) != Some(&log.file_of(**i));
    duplicates.iter().filter(elsewhere).count() as u64
}
