//! Answers that are better when the agent asks for them.

use super::{Detector, Looked, Numbers, about};
use crate::call_log::SurveySource;
use crate::stats::normal;
use crate::strata::Counts;
use libm::sqrt;

/// Answers of each kind from which on they are compared.
const FEWEST: u32 = 10;

pub static DETECTOR: Detector = Detector {
    id: "survey-source",
    title: "Better answers when the agent asks",
    holds: false,
    least_excess: 3.0,
    definition: "Top-two answers among those that the agent asked for, beside those of the same agent that came another \
                 way; ten of each at least.",
    null: "The difference that the whole centre has between the two ways; two-proportion z-test.",
    benign: &[
        "the agent asks when a customer is glad, as agents were told to",
        "other calls get the other kind of survey",
        "people are kinder to a person than to a machine, and to some more than to others",
    ],
    look_at: "How the agent asks; whether the question is asked on every call; the answers that came another way.",
    says: |n| {
        format!(
            "{} of {} answers that the agent asked for were top answers; {} were to be expected from the answers that \
             came another way",
            n.observed,
            n.of,
            about(n.expected)
        )
    },
    contact: |case, _| case.surveyed && case.top_two && case.survey_source == Some(SurveySource::Agent),
    look: |evidence| {
        if !evidence.calls.log.tells.survey_source || !evidence.calls.log.tells.csat {
            return Err("who asked for a survey answer, the agent or somebody else".into());
        }
        let agents: Vec<Counts> = evidence.cells().agents().map(|a| a.totals()).collect();
        let all = agents.iter().fold(Counts::default(), |mut sum, c| {
            sum.add(c);
            sum
        });
        let share = |top: u32, n: u32| f64::from(top) / f64::from(n.max(1));
        let centre = share(all.by_agent_top_two, all.by_agent) - share(all.independent_top_two, all.independent);
        let test = |c: &Counts| {
            if c.by_agent < FEWEST || c.independent < FEWEST {
                return None;
            }
            let (asked, other) = (share(c.by_agent_top_two, c.by_agent), share(c.independent_top_two, c.independent));
            let pooled = share(c.by_agent_top_two + c.independent_top_two, c.by_agent + c.independent);
            let variance = pooled * (1.0 - pooled) * (1.0 / f64::from(c.by_agent) + 1.0 / f64::from(c.independent));
            let p = if variance > 0.0 { normal::upper_tail((asked - other - centre) / sqrt(variance)) } else { 1.0 };
            let n = f64::from(c.by_agent);
            let expected = (other + centre).clamp(0.0, 1.0) * n;
            let numbers = Numbers::more(f64::from(c.by_agent_top_two), n, expected, p);
            // A share cannot be a multiple of a large one: how far the top answers close the gap to all of them.
            let gap = (n - expected) / (n - numbers.observed).max(0.5);
            Some(Numbers { ratio: numbers.ratio.max(gap), ..numbers })
        };
        Ok(Looked { tests: agents.iter().map(test).collect(), ..Looked::default() })
    },
};
