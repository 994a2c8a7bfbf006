//! Rules on what an agent cannot decide, and on what only the agent decides.

use super::seen::{Seen, Surveys};
use super::subject::{Subject, gates};
use super::{Found, Look, Rule, Severity};
use crate::plan::{Plan, Source};

pub static NOT_CONTROLLABLE: Rule = Rule {
    id: "not-controllable",
    title: "An agent is paid for what an agent cannot decide",
    severity: Severity::Error,
    why: "How long customers wait, how many give up and how busy an agent is follow from staffing and from who calls when. \
          Paid to single agents they are a lottery; as a pool for all they are fair.",
    mend: "Take it out of [measures] and [[gates]]; a [pool] for all may depend on it.",
    source: "Talkdesk on service level: a measure of queues, not of agents; ICMI, How to make performance metrics truly \
             matter; cxcentral.com.au on adherence and conformance",
    look: Look::Plan(not_controllable),
};

pub static AGENT_CODED_RESOLUTION: Rule = Rule {
    id: "agent-coded-resolution",
    title: "Agents code what they are paid for",
    severity: Severity::Error,
    why: "Whoever sets the code that pays sets it. The customer's next call tells whether it was true, and is in the log \
          already.",
    mend: "Pay `resolution` (not passed on, and the customer did not come back), or a survey that others ask.",
    source: "SQM Group (2022), which asks customers whether it was resolved; this program's simulated centres \
             (docs/method.md)",
    look: Look::Plan(agent_coded_resolution),
};

pub static AGENT_CHOOSES_SURVEYS: Rule = Rule {
    id: "agent-chooses-surveys",
    title: "Agents may choose who is asked",
    severity: Severity::Warning,
    why: "Whoever decides which customers get the survey, or stays on the line so that it never starts, decides about the \
          result. It takes many answers until that shows.",
    mend: "Let the system ask, and let the export say who asked (`survey_source` in the source profile); read the signals \
           `survey-picking` and `survey-source` before anyone is paid.",
    source: "CustomerThink on transferring customers to a survey by hand; against it, a white paper of 2003 that found no \
             bias (Amae)",
    look: Look::Calls(agent_chooses_surveys),
};

/// Parts of the scheduled time that were worked when they were scheduled, and of the scheduled hours that were worked
/// at all: adherence and conformance. Both times are minutes of the day, from and to.
fn adherence_and_conformance(scheduled: (u32, u32), worked: (u32, u32)) -> (f64, f64) {
    let length = |(from, to): (u32, u32)| f64::from(to.saturating_sub(from));
    let both = (scheduled.0.max(worked.0), scheduled.1.min(worked.1));
    (length(both) / length(scheduled), length(worked) / length(scheduled))
}

/// Why a figure called adherence or conformance must say which of the two it is.
fn which_of_the_two() -> String {
    let (adherence, conformance) = adherence_and_conformance((540, 600), (555, 615));
    format!(
        "say also which figure it is: who is scheduled from 9:00 to 10:00 and works from 9:15 to 10:15 has an adherence \
         of {:.0} % and a conformance of {:.0} %",
        adherence * 100.0,
        conformance * 100.0
    )
}

/// What a finding says of a subject that an agent cannot decide.
fn about(name: &str, source: &Source, subject: Subject) -> Option<String> {
    match subject {
        Subject::Queue => Some(format!("`{name}` is decided by staffing and by who calls when, not by one agent")),
        Subject::Schedule => {
            let text = format!("`{name}` follows from the schedule and from how busy the queue is");
            let figure = if let Source::Figure(figure) = source { figure.to_lowercase() } else { String::new() };
            let ambiguous = figure.contains("adherence") || figure.contains("conformance");
            Some(if ambiguous { format!("{text}; {}", which_of_the_two()) } else { text })
        }
        _ => None,
    }
}

fn not_controllable(plan: &Plan) -> Vec<Found> {
    let mend = |table: &str, source: &Source| match source.metric() {
        Some(metric) => format!("take {table} out; on = \"{}\" under [pool] pays it to all", metric.id),
        None => format!("take {table} out; talk about it with the agent instead"),
    };
    let measures = plan.measures.iter().filter_map(|m| {
        let text = about(&m.name, &m.source, m.subject())?;
        Some(Found::new(m.key(), text, mend(&format!("[{}]", m.key()), &m.source)))
    });
    let gates = gates(plan).filter_map(|(key, gate)| {
        let text = about(&gate.on, &gate.source, Subject::of(&gate.source))?;
        let found = Found::new(format!("{key}.on"), text, mend("the gate", &gate.source));
        // What a figure of a gate is, only its name tells.
        Some(if gate.source.metric().is_some() { found } else { found.milder(Severity::Warning) })
    });
    measures.chain(gates).collect()
}

/// What to have instead of a gate on what agents code.
const FLOOR: &str = "resolution_floor = 0.8 under [pay] instead of the gate";

fn agent_coded_resolution(plan: &Plan) -> Vec<Found> {
    let instead = if plan.rule.is_naive() { "fcr" } else { "resolution" };
    let found = |key: String, name: &str, mend: String| {
        Found::new(key, format!("`{name}` is what agents themselves say of their calls"), mend)
    };
    let measures = plan.measures.iter().filter(|m| m.subject() == Subject::CodedResolution);
    let gated = gates(plan).filter(|(_, gate)| Subject::of(&gate.source) == Subject::CodedResolution);
    measures
        .map(|m| found(m.key(), &m.name, format!("of = \"{instead}\" under [{}]", m.key())))
        .chain(gated.map(|(key, gate)| found(format!("{key}.on"), &gate.on, FLOOR.to_string())))
        .collect()
}

fn agent_chooses_surveys(plan: &Plan, seen: Option<&Seen>) -> Vec<Found> {
    let measures = plan.measures.iter().filter(|m| m.subject() == Subject::Satisfaction).map(|m| (m.key(), &m.name));
    let gated = gates(plan).filter(|(_, gate)| Subject::of(&gate.source) == Subject::Satisfaction);
    let mut all = measures.chain(gated.map(|(key, gate)| (format!("{key}.on"), &gate.on)));
    // Once for the plan: the answer is the same for all of them.
    let Some((key, name)) = all.next() else { return Vec::new() };
    let found = match seen.map(|seen| seen.surveys) {
        None => {
            let text = format!("`{name}` counts, and a plan does not tell who asks the customers");
            let mend = "look who asks: `callmerit plan check PLAN CALLS` says whether your export tells it";
            Found::new(key, text, mend).milder(Severity::Advice)
        }
        Some(Surveys::NotTold) => {
            let text = format!("`{name}` counts, and no column of these calls tells who asks the customers");
            let mend =
                "name the column for it under [fields.survey_source] of the source profile, or find out who asks";
            Found::new(key, text, mend).milder(Severity::Advice)
        }
        Some(Surveys::Told { known, by_agents }) if by_agents > 0 => {
            let percent = by_agents as f64 / known as f64 * 100.0;
            let text =
                format!("`{name}` counts, and agents themselves asked for {percent:.0} % of the {known} answers");
            Found::new(
                key,
                text,
                "let the system ask; until then read the signal `survey-source` before anyone is paid",
            )
        }
        Some(Surveys::None | Surveys::Told { .. }) => return Vec::new(),
    };
    vec![found]
}

#[cfg(test)]
mod tests {
    use super::super::testing::{BALANCED, found, found_with, keys, raw, sound_calls};
    use super::*;

    const POOL: &str = "[pool]\namount = \"500.00\"\non = \"service_level\"\nat_least = 0.8\nsplit = \"equal\"\n";

    #[test]
    fn adherence_and_conformance_of_the_same_late_hour_differ() {
        // cxcentral.com.au: scheduled 9 to 10, worked 9:15 to 10:15.
        assert_eq!(adherence_and_conformance((540, 600), (555, 615)), (0.75, 1.0));
        assert_eq!(adherence_and_conformance((540, 600), (610, 640)), (0.0, 0.5));
    }

    #[test]
    fn service_level_of_an_agent_is_an_error_and_of_all_it_is_fine() {
        let paid = raw(&[("service_level", "0.5"), ("fcr", "0.5")]);
        let found = found(&NOT_CONTROLLABLE, &paid);
        assert_eq!((found.len(), found[0].key.as_str()), (1, "measures.service_level"));
        assert_eq!(
            found[0].mend,
            "take [measures.service_level] out; on = \"service_level\" under [pool] pays it to all"
        );
        assert_eq!(keys(&NOT_CONTROLLABLE, &format!("{BALANCED}{POOL}")), [""; 0]);
    }

    #[test]
    fn a_figure_called_adherence_must_say_what_it_is() {
        let found = found(&NOT_CONTROLLABLE, &raw(&[("figure.adherence", "1")]));
        assert!(found[0].text.contains("an adherence of 75 % and a conformance of 100 %"), "{found:?}");
        let occupancy = raw(&[("figure.occupancy", "1")]);
        assert!(!super::super::testing::found(&NOT_CONTROLLABLE, &occupancy)[0].text.contains("conformance"));
    }

    #[test]
    fn gates_on_queues_are_errors_and_gates_on_figures_warnings() {
        let gate = |on: &str| format!("{BALANCED}[[gates]]\non = \"{on}\"\nat_most = 60\neffect = \"halve\"\n");
        let one = |on: &str| found(&NOT_CONTROLLABLE, &gate(on)).remove(0);
        assert_eq!((one("asa_s").key.as_str(), one("asa_s").milder), ("gates[1].on", None));
        assert_eq!(one("figure.occupancy").milder, Some(Severity::Warning));
        assert_eq!(keys(&NOT_CONTROLLABLE, &gate("figure.quality")), [""; 0]);
    }

    #[test]
    fn resolution_as_coded_by_agents_is_an_error_and_by_repeat_calls_it_is_fine() {
        let found = found(&AGENT_CODED_RESOLUTION, &raw(&[("fcr_coded", "1")]));
        assert_eq!(found[0].mend, "of = \"fcr\" under [measures.fcr_coded]");
        let gate = format!("{BALANCED}[[gates]]\non = \"fcr_coded\"\nat_least = 0.8\neffect = \"zero\"\n");
        assert_eq!(keys(&AGENT_CODED_RESOLUTION, &gate), ["gates[1].on"]);
        assert_eq!(keys(&AGENT_CODED_RESOLUTION, BALANCED), [""; 0]);
    }

    #[test]
    fn calls_tell_who_asked_for_the_answers() {
        let with = |surveys| found_with(&AGENT_CHOOSES_SURVEYS, BALANCED, &Seen { surveys, ..sound_calls() });
        let agents = with(Surveys::Told { known: 200, by_agents: 50 }).remove(0);
        assert!(agents.text.ends_with("agents themselves asked for 25 % of the 200 answers"), "{agents:?}");
        assert_eq!(agents.milder, None);
        assert_eq!(with(Surveys::NotTold)[0].milder, Some(Severity::Advice));
        assert!(with(Surveys::Told { known: 200, by_agents: 0 }).is_empty());
        assert!(with(Surveys::None).is_empty());
    }

    #[test]
    fn satisfaction_asks_once_who_asks() {
        assert_eq!(keys(&AGENT_CHOOSES_SURVEYS, BALANCED), ["measures.satisfaction"]);
        assert_eq!(keys(&AGENT_CHOOSES_SURVEYS, &raw(&[("csat", "0.5"), ("csat_mean", "0.5")])), ["measures.csat"]);
        assert_eq!(keys(&AGENT_CHOOSES_SURVEYS, &raw(&[("fcr", "1")])), [""; 0]);
    }
}
