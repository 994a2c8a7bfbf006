//! What a measure or a gate of a plan is about, whatever the plan calls it.

use crate::metrics::catalogue::CATALOGUE;
use crate::plan::{Exact, Gate, Plan, PlanMeasure, Source};

/// What is measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Subject {
    HandleTime,
    /// How many calls.
    Throughput,
    /// What the customer's next contact, or a survey, says of it.
    Resolution,
    /// What the agent says of it.
    CodedResolution,
    Transfers,
    Satisfaction,
    /// What came of the contact in the business.
    Outcome,
    /// How long customers wait and whether they give up: staffing, and who calls when.
    Queue,
    /// Being where the schedule says, or as busy as the queue makes one.
    Schedule,
    /// Days away.
    Leave,
    Other,
}

/// Words of a figure's name, and what they mean. The first that fits counts.
const WORDS: [(Subject, &[&str]); 9] = [
    (
        Subject::Leave,
        &[
            "sick", "sickness", "illness", "maternity", "paternity", "parental", "holiday", "holidays", "vacation",
            "leave", "absence", "absences", "absent", "absenteeism", "attendance", "pto",
        ],
    ),
    (
        Subject::Schedule,
        &["adherence", "conformance", "schedule", "occupancy", "utilisation", "utilization", "shrinkage"],
    ),
    (
        Subject::Queue,
        &[
            "sl", "sla", "servicelevel", "service", "asa", "abandon", "abandons", "abandoned", "abandonment", "wait",
            "waiting", "offered", "queue",
        ],
    ),
    (Subject::CodedResolution, &["coded", "disposition", "dispositions"]),
    (Subject::Resolution, &["fcr", "fsr", "resolution", "resolved", "repeat", "repeats", "reopened"]),
    (Subject::Transfers, &["transfer", "transfers", "transferred", "escalation", "escalations"]),
    (Subject::Satisfaction, &["csat", "dsat", "nps", "ces", "satisfaction", "survey", "surveys", "promoters", "voc"]),
    (Subject::HandleTime, &["aht", "handle", "handling", "talk", "acw", "wrap", "wrapup", "hold", "duration"]),
    (
        Subject::Throughput,
        &["cph", "calls", "contacts", "tickets", "cases", "handled", "answered", "closed", "cleared", "throughput"],
    ),
];

impl Subject {
    pub fn of(source: &Source) -> Subject {
        match source {
            Source::Judged(measure) => Subject::of_id(measure.id()),
            Source::Metric(at) => Subject::of_id(CATALOGUE[*at].id),
            Source::Figure(name) => Subject::of_figure(name),
        }
    }

    fn of_id(id: &str) -> Subject {
        match id {
            "handle_time" | "aht_s" | "talk_s" | "hold_s" | "acw_s" | "handle_p50_s" | "handle_p90_s" => {
                Subject::HandleTime
            }
            "handled" | "answered" => Subject::Throughput,
            "resolution" | "fcr" | "fcr_low" | "fcr_high" => Subject::Resolution,
            "fcr_coded" => Subject::CodedResolution,
            "transfer_rate" => Subject::Transfers,
            "satisfaction" | "csat" | "csat_mean" => Subject::Satisfaction,
            "outcome" => Subject::Outcome,
            "offered" | "abandoned" | "short_abandoned" | "abandon_rate" | "service_level" | "asa_s"
            | "longest_wait_s" => Subject::Queue,
            _ => Subject::Other,
        }
    }

    fn of_figure(name: &str) -> Subject {
        let name = name.to_lowercase();
        let words: Vec<&str> = name.split(|c: char| !c.is_alphanumeric()).collect();
        let fits = |(_, known): &&(Subject, &[&str])| words.iter().any(|word| known.contains(word));
        WORDS.iter().find(fits).map_or(Subject::Other, |(subject, _)| *subject)
    }
}

impl PlanMeasure {
    pub fn subject(&self) -> Subject {
        Subject::of(&self.source)
    }

    /// The path of its table.
    pub fn key(&self) -> String {
        format!("measures.{}", self.name)
    }
}

/// Gates with the paths of their tables.
pub fn gates(plan: &Plan) -> impl Iterator<Item = (String, &Gate)> {
    plan.gates.iter().enumerate().map(|(at, gate)| (format!("gates[{}]", at + 1), gate))
}

/// The weight of all measures that a condition holds for.
pub fn weight_where(plan: &Plan, of: impl Fn(&PlanMeasure) -> bool) -> Exact {
    plan.measures.iter().filter(|m| of(m)).fold(Exact::ZERO, |sum, m| sum + m.weight)
}

/// Whether a measure, a gate or the floor is about something.
pub fn looks_at(plan: &Plan, subject: Subject) -> bool {
    plan.measures.iter().any(|m| m.subject() == subject)
        || plan.gates.iter().any(|gate| Subject::of(&gate.source) == subject)
        || (subject == Subject::Resolution && plan.resolution_floor.is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_figure_is_known_by_the_words_of_its_name() {
        for (name, subject) in [
            ("calls_per_hour", Subject::Throughput),
            ("Schedule-Adherence", Subject::Schedule),
            ("service_level", Subject::Queue),
            ("sick_days", Subject::Leave),
            ("fcr_survey", Subject::Resolution),
            ("fcr_coded", Subject::CodedResolution),
            ("avg_handle_time", Subject::HandleTime),
            ("qa_score", Subject::Other),
            ("islands", Subject::Other),
        ] {
            assert_eq!(Subject::of(&Source::Figure(name.into())), subject, "{name}");
        }
    }

    #[test]
    fn every_metric_that_a_plan_may_pay_is_about_something() {
        let told = ["fcr_n", "csat_n", "fcr_coded_n", "fcr_unknown"];
        for metric in CATALOGUE.iter().filter(|m| !told.contains(&m.id)) {
            assert_ne!(Subject::of_id(metric.id), Subject::Other, "{}", metric.id);
        }
    }
}
