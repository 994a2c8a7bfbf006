//! Which of the agent's calls count for what, and why others do not.

use super::{Block, SectionReport, StatementParts};
use crate::explain::Counted;
use crate::judge::Measure;
use crate::report::match_name;
use schemars::JsonSchema;
use serde::Serialize;

/// The agent's calls.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ContactsReport {
    /// Calls of the agent in what is judged.
    pub handled: u64,
    /// What of them counts, by measure.
    pub measures: Vec<CountedReport>,
}

/// What of them counts for a measure.
#[derive(Debug, Serialize, JsonSchema)]
pub struct CountedReport {
    /// `resolution`, `satisfaction`, `handle_time` or `outcome`.
    pub measure: &'static str,
    /// Calls that count.
    pub counted: u64,
    /// Of those counted, at the end of the files, so that they count in part.
    pub counted_in_part: u64,
    /// Of those counted, passed on by the agent; null but for resolution.
    pub passed_on: Option<u64>,
    /// Of those counted, whose customer came back; null but for resolution.
    pub came_back: Option<u64>,
    /// Of those counted, with an answer among the two best of the scale; null but for satisfaction.
    pub good_answers: Option<u64>,
    /// Of those counted, that came out as wanted; null but for outcome.
    pub wanted: Option<u64>,
    /// Calls that do not count.
    pub left_out: Vec<LeftOut>,
    /// The same as a sentence.
    pub says: String,
}

/// Calls that do not count, and why.
#[derive(Debug, Serialize, JsonSchema)]
pub struct LeftOut {
    /// Why they do not count.
    pub why: &'static str,
    /// How many.
    pub contacts: u64,
}

pub fn contacts(parts: &StatementParts<'_>) -> (ContactsReport, SectionReport) {
    let c = parts.counted;
    let in_plan = |m: &Measure| parts.known.plan.weight_of(*m).0 > 0;
    let is_judged = |m: &Measure| parts.known.cards.judgement.measure(*m).is_some();
    let measures: Vec<CountedReport> = Measure::ALL
        .into_iter()
        .filter(|m| in_plan(m) && is_judged(m))
        .map(|measure| match measure {
            Measure::Resolution => resolution(parts, c),
            Measure::Satisfaction => satisfaction(parts, c),
            Measure::Outcome => outcome(c),
            Measure::HandleTime => handle_time(c),
        })
        .collect();
    let mut blocks = vec![Block::Paragraph(format!(
        "You handled {} in what is judged. A call that passed through several hands counts for each of them, for the own \
         part in it.",
        calls(c.handled)
    ))];
    blocks.extend(measures.iter().map(|m| Block::Item(m.says.clone())));
    let report = ContactsReport { handled: c.handled, measures };
    (report, SectionReport { id: "contacts", title: "Your calls", blocks })
}

fn calls(n: u64) -> String {
    format!("{n} call{}", if n == 1 { "" } else { "s" })
}

/// Those that do not count, as a sentence; nothing if there are none.
fn told(left_out: &[LeftOut]) -> String {
    let parts: Vec<String> =
        left_out.iter().filter(|l| l.contacts > 0).map(|l| format!("{} {}", l.contacts, l.why)).collect();
    if parts.is_empty() { String::new() } else { format!(" Not counted: {}.", parts.join("; ")) }
}

fn resolution(parts: &StatementParts<'_>, c: &Counted) -> CountedReport {
    let definitions = parts.known.definitions;
    let left_out = vec![
        LeftOut { why: "whose customer is not known", contacts: c.unknown_customer },
        LeftOut { why: "from numbers that many people share", contacts: c.switchboard },
    ];
    let about = match match_name(definitions.fcr_match) {
        "customer+issue" => " about the same issue",
        "customer+queue" => " to the same queue",
        _ => "",
    };
    let in_part = if c.undecided > 0 {
        format!(
            " Of {}, the customer could still come back when the files end; {} in part, as far as that time has passed.",
            calls(c.undecided),
            if c.undecided == 1 { "it counts" } else { "they count" }
        )
    } else {
        String::new()
    };
    let says = format!(
        "Resolution counts {}: settled is what you did not pass on and where the customer did not come back within {}{about}. \
         {} passed on by you; in {} the customer came back.{in_part}{}",
        calls(c.followed),
        span(definitions.fcr_window_ms),
        if c.followed_passed_on == 1 { "1 was".to_string() } else { format!("{} were", c.followed_passed_on) },
        c.came_back,
        told(&left_out)
    );
    CountedReport {
        measure: Measure::Resolution.id(),
        counted: c.followed,
        counted_in_part: c.undecided,
        passed_on: Some(c.followed_passed_on),
        came_back: Some(c.came_back),
        good_answers: None,
        wanted: None,
        left_out,
        says,
    }
}

/// A span of whole days or hours, else of seconds.
fn span(ms: u32) -> String {
    let units = [(86_400_000, "day"), (3_600_000, "hour"), (1_000, "second")];
    let (n, unit) = units
        .into_iter()
        .find(|(unit, _)| ms.is_multiple_of(*unit))
        .map_or((ms, "millisecond"), |(u, name)| (ms / u, name));
    format!("{n} {unit}{}", if n == 1 { "" } else { "s" })
}

fn satisfaction(parts: &StatementParts<'_>, c: &Counted) -> CountedReport {
    let scales: Vec<String> = parts.known.log.scales.iter().map(|s| format!("{} to {}", s.low, s.high)).collect();
    let scale = if scales.is_empty() { String::new() } else { format!(" ({})", scales.join(" and ")) };
    let left_out = vec![LeftOut { why: "without an answer", contacts: c.handled - c.surveyed }];
    let says = format!(
        "Satisfaction counts {} with a survey answer; {} of the answers are among the two best of the scale{scale}.{}",
        calls(c.surveyed),
        c.good_answers,
        told(&left_out)
    );
    CountedReport {
        measure: Measure::Satisfaction.id(),
        counted: c.surveyed,
        counted_in_part: 0,
        passed_on: None,
        came_back: None,
        good_answers: Some(c.good_answers),
        wanted: None,
        left_out,
        says,
    }
}

fn outcome(c: &Counted) -> CountedReport {
    let left_out =
        vec![LeftOut { why: "without a known outcome, or not decided by you", contacts: c.handled - c.outcomes }];
    let says = format!(
        "Outcome counts {} whose outcome is known and that you were the last to handle; {} of them came out as wanted.{}",
        calls(c.outcomes),
        c.wanted,
        told(&left_out)
    );
    CountedReport {
        measure: Measure::Outcome.id(),
        counted: c.outcomes,
        counted_in_part: 0,
        passed_on: None,
        came_back: None,
        good_answers: None,
        wanted: Some(c.wanted),
        left_out,
        says,
    }
}

fn handle_time(c: &Counted) -> CountedReport {
    let left_out = vec![
        LeftOut { why: "passed on", contacts: c.passed_on },
        LeftOut { why: "ended within 15 s", contacts: c.short },
        LeftOut { why: "without a handle time", contacts: c.no_time },
    ];
    let says = format!(
        "Handle time counts {}: talk, hold and after-call work, as far as they are known.{}",
        calls(c.timed),
        told(&left_out)
    );
    CountedReport {
        measure: Measure::HandleTime.id(),
        counted: c.timed,
        counted_in_part: 0,
        passed_on: None,
        came_back: None,
        good_answers: None,
        wanted: None,
        left_out,
        says,
    }
}
