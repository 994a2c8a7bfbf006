//! Rules on what a plan pays for, and how much each counts beside the others.

use super::subject::{Subject, gates, looks_at, weight_where};
use super::{Found, Look, Rule, Severity, names};
use crate::plan::{Exact, Maturity, Plan, PlanMeasure, Source};

pub static EFFICIENCY_PAID_ONE_SIDED: Rule = Rule {
    id: "efficiency-paid-one-sided",
    title: "Speed or number of calls is paid without a floor",
    severity: Severity::Error,
    why: "Whoever is paid for speed alone ends calls before the customer is helped, passes them on or hangs up, and the \
          customers call again. A floor under resolution takes the gain out of that.",
    mend: "Put a floor under resolution (`resolution_floor = 0.8`), give resolution at least the weight of speed, or let \
           handle time count only where it is unusual (`two_sided = true`).",
    source: "AAA Oregon/Idaho's bonus by calls an hour, which raised them from 9 to 14 (erlang.com 11012); Bit Lever, \
             Algorithms; B. Holmström and P. Milgrom, Multitask principal-agent analyses (1991)",
    look: Look::Plan(efficiency_paid_one_sided),
};

pub static OUTCOME_OUTWEIGHED: Rule = Rule {
    id: "outcome-outweighed",
    title: "Productivity weighs more than quality, experience and outcome",
    severity: Severity::Error,
    why: "People do what is weighed most, and where productivity is more than half of the plan a better served customer \
          pays less than one more call. Centres that paid so had agents on top who cost money through lost customers.",
    mend: "Give productivity no more than half of the weight; a fifth is usual.",
    source: "CustomerThink, Focus your agent compensation programs on the customer; G. Baker, Distortion and risk in \
             optimal incentive contracts (2002)",
    look: Look::Plan(outcome_outweighed),
};

pub static NO_COUNTER_METRIC: Rule = Rule {
    id: "no-counter-metric",
    title: "A measure is paid without the one that suffers first",
    severity: Severity::Warning,
    why: "Every measure can be improved at the expense of another: few transfers by keeping what one cannot solve, \
          resolution by calls without end. The other one has to be in the plan as well.",
    mend: "Beside transfers: resolution or satisfaction. Beside resolution: satisfaction, transfers or handle time, be it \
           as a band (`two_sided = true`). For speed and number of calls see `efficiency-paid-one-sided`.",
    source: "Turnella, Contact centre incentive schemes: every incentive scheme in a contact centre has an unintended \
             consequence; telecentreassist.com, When agents cheat",
    look: Look::Plan(no_counter_metric),
};

pub static PAID_TWICE: Rule = Rule {
    id: "paid-twice",
    title: "The same fact is paid twice",
    severity: Severity::Warning,
    why: "Measures that rise and fall together are one measure with the sum of their weights, whatever the plan says. \
          So what is paid twice counts for more than anybody decided.",
    mend: "Keep one of them, and decide on its weight.",
    source: "G. Baker, Distortion and risk in optimal incentive contracts (2002); the arithmetic of weights",
    look: Look::Plan(paid_twice),
};

pub static TOO_MANY_MEASURES: Rule = Rule {
    id: "too-many-measures",
    title: "More measures than anybody can keep in mind",
    severity: Severity::Warning,
    why: "Nobody can work towards more than a few things at once, and with many measures each of them decides about very \
          little. What remains is a lottery that looks exact.",
    mend: "Keep five to seven; show the others on the scorecard without paying for them.",
    source: "Calabrio, Agent scorecard: five to seven metrics",
    look: Look::Plan(too_many_measures),
};

/// More measures than this are too many.
const MOST_MEASURES: usize = 7;

/// Speed or number of calls, with nothing that stops it from paying more and more.
fn is_one_sided(m: &PlanMeasure) -> bool {
    let subject = m.subject();
    let other = matches!(subject, Subject::Queue | Subject::Schedule | Subject::Leave);
    m.two_sided.is_none() && m.level == Maturity::Productivity && !other
}

fn efficiency_paid_one_sided(plan: &Plan) -> Vec<Found> {
    let gated = gates(plan).any(|(_, gate)| Subject::of(&gate.source) == Subject::Resolution);
    let resolution = weight_where(plan, |m| m.subject() == Subject::Resolution);
    if plan.resolution_floor.is_some() || gated || weight_where(plan, is_one_sided) <= resolution {
        return Vec::new();
    }
    let held = if resolution == Exact::ZERO {
        "no resolution that could suffer is in the plan".to_string()
    } else {
        format!("resolution weighs only {}", resolution.short())
    };
    let found = |m: &PlanMeasure| {
        let more = match (m.subject(), m.falls) {
            (Subject::HandleTime, true) => "shorter calls",
            (Subject::HandleTime, false) => "longer calls",
            (Subject::Throughput, false) => "more calls",
            (_, true) => "less of it",
            (_, false) => "more of it",
        };
        let text = format!("`{}` pays for {more}, at a weight of {}, and {held}", m.name, m.weight.short());
        let mend = match m.source {
            Source::Judged(_) => format!("two_sided = true under [{}], or resolution_floor = 0.8 under [pay]", m.key()),
            _ => "resolution_floor = 0.8 under [pay]".to_string(),
        };
        Found::new(m.key(), text, mend)
    };
    plan.measures.iter().filter(|m| is_one_sided(m)).map(found).collect()
}

fn outcome_outweighed(plan: &Plan) -> Vec<Found> {
    let productivity = weight_where(plan, |m| m.level == Maturity::Productivity);
    let rest = weight_where(plan, |m| m.level != Maturity::Productivity);
    if productivity <= rest {
        return Vec::new();
    }
    let text = format!(
        "the weights of productivity sum to {}, those of quality, experience and outcome to {}",
        productivity.short(),
        rest.short()
    );
    let mend = "weights of productivity that sum to 0.5 at most; usual are 0.5 for resolution, 0.3 for satisfaction and \
                0.2 for handle_time";
    vec![Found::new("measures", text, mend)]
}

/// What suffers first when a subject is improved at any price, and what to add for it. Speed and number of calls are
/// not here: without a floor under resolution they are worse, and another rule's.
fn counters(m: &PlanMeasure) -> Option<(&'static [Subject], &'static str)> {
    use Subject::{HandleTime, Resolution, Satisfaction, Transfers};
    Some(match m.subject() {
        Transfers => (
            &[Resolution, Satisfaction],
            "whether the customer had to come back: [measures.resolution], or resolution_floor = 0.8 under [pay]",
        ),
        Resolution => (
            &[Satisfaction, Transfers, HandleTime],
            "what it may not cost: [measures.satisfaction], or [measures.handle_time] with two_sided = true",
        ),
        _ => return None,
    })
}

fn no_counter_metric(plan: &Plan) -> Vec<Found> {
    let lacking = |m: &PlanMeasure| {
        let (counters, add) = counters(m)?;
        let lacks = !counters.iter().any(|subject| looks_at(plan, *subject));
        let text =
            format!("`{}` is paid, and nothing in the plan looks at what it is improved at the expense of", m.name);
        lacks.then(|| Found::new(m.key(), text, add))
    };
    plan.measures.iter().filter_map(lacking).collect()
}

fn paid_twice(plan: &Plan) -> Vec<Found> {
    let groups: [(&[Subject], &str); 3] = [
        (&[Subject::Resolution, Subject::CodedResolution], "whether the matter was settled"),
        (&[Subject::Satisfaction], "how content customers say they are"),
        (&[Subject::HandleTime, Subject::Throughput], "how many calls an agent gets through"),
    ];
    let found = |(subjects, about): &(&[Subject], &str)| {
        let members: Vec<&PlanMeasure> = plan.measures.iter().filter(|m| subjects.contains(&m.subject())).collect();
        let [first, .., last] = members[..] else { return None };
        let weight = members.iter().fold(Exact::ZERO, |sum, m| sum + m.weight).short();
        let these = names(members.iter().map(|m| m.name.as_str()));
        let all = if members.len() == 2 { "both" } else { "all" };
        let text = format!("{these} are {all} about {about}, which so weighs {weight}");
        let mend = format!("one of them, as in weight = {weight} under [{}]", first.key());
        Some(Found::new(last.key(), text, mend))
    };
    groups.iter().filter_map(found).collect()
}

fn too_many_measures(plan: &Plan) -> Vec<Found> {
    let n = plan.measures.len();
    if n <= MOST_MEASURES {
        return Vec::new();
    }
    let least = plan.measures.iter().min_by_key(|m| m.weight).map_or("", |m| m.name.as_str());
    let text = format!("the plan pays for {n} measures");
    let mend =
        format!("{MOST_MEASURES} measures at most; begin with those of the least weight, such as [measures.{least}]");
    vec![Found::new("measures", text, mend)]
}

#[cfg(test)]
mod tests {
    use super::super::testing::{BALANCED, changed, found, keys, raw};
    use super::*;

    #[test]
    fn speed_without_a_floor_is_an_error() {
        let found = found(&EFFICIENCY_PAID_ONE_SIDED, &raw(&[("handled", "0.6"), ("fcr", "0.4")]));
        assert_eq!(found[0].text, "`handled` pays for more calls, at a weight of 0.6, and resolution weighs only 0.4");
        assert_eq!(found[0].mend, "resolution_floor = 0.8 under [pay]");
        let no_floor =
            [("resolution_floor = 0.8", ""), ("weight = 0.5", "weight = 0.1"), ("weight = 0.2", "weight = 0.6")];
        assert_eq!(keys(&EFFICIENCY_PAID_ONE_SIDED, &changed(&no_floor)), ["measures.handle_time"]);
    }

    #[test]
    fn speed_beside_a_floor_a_gate_a_band_or_more_resolution_is_none() {
        let rule = &EFFICIENCY_PAID_ONE_SIDED;
        assert_eq!(keys(rule, BALANCED), [""; 0]);
        assert_eq!(keys(rule, &changed(&[("resolution_floor = 0.8", "")])), [""; 0], "resolution weighs more");
        let light = [("weight = 0.5", "weight = 0.1"), ("weight = 0.2", "weight = 0.6")];
        assert_eq!(keys(rule, &changed(&light)), [""; 0], "there is a floor");
        let no_floor = [light[0], light[1], ("resolution_floor = 0.8", "")];
        let band = changed(&no_floor).replace("weight = 0.6", "weight = 0.6\ntwo_sided = true");
        assert_eq!(keys(rule, &band), [""; 0]);
        let gate = "[[gates]]\non = \"fcr\"\nat_least = 0.7\neffect = \"zero\"\n";
        assert_eq!(keys(rule, &format!("{}{gate}", changed(&no_floor))), [""; 0]);
    }

    #[test]
    fn a_figure_of_productivity_is_speed_too_and_a_schedule_is_not() {
        let paid = |figure| keys(&EFFICIENCY_PAID_ONE_SIDED, &raw(&[(figure, "1")]));
        assert_eq!(paid("figure.calls_per_hour"), ["measures.figure_calls_per_hour"]);
        assert_eq!(paid("figure.adherence"), [""; 0]);
    }

    #[test]
    fn productivity_over_half_of_the_weight_is_an_error() {
        let text = raw(&[("handled", "0.6"), ("csat", "0.4")]);
        let found = found(&OUTCOME_OUTWEIGHED, &text);
        assert!(found[0].text.starts_with("the weights of productivity sum to 0.6, those"), "{found:?}");
        assert_eq!(keys(&OUTCOME_OUTWEIGHED, &raw(&[("handled", "0.5"), ("csat", "0.5")])), [""; 0]);
    }

    #[test]
    fn a_measure_without_its_counterpart_is_told() {
        assert_eq!(keys(&NO_COUNTER_METRIC, &raw(&[("transfer_rate", "1")])), ["measures.transfer_rate"]);
        assert_eq!(keys(&NO_COUNTER_METRIC, &raw(&[("fcr", "1")])), ["measures.fcr"]);
    }

    #[test]
    fn a_measure_beside_its_counterpart_is_none() {
        assert_eq!(keys(&NO_COUNTER_METRIC, BALANCED), [""; 0]);
        for measures in [[("fcr", "0.5"), ("csat", "0.5")], [("transfer_rate", "0.5"), ("fcr", "0.5")]] {
            assert_eq!(keys(&NO_COUNTER_METRIC, &raw(&measures)), [""; 0]);
        }
    }

    #[test]
    fn measures_of_one_fact_are_told_with_their_weight_together() {
        let text = raw(&[("fcr", "0.3"), ("csat", "0.2"), ("fcr_coded", "0.3"), ("csat_mean", "0.2")]);
        let found = found(&PAID_TWICE, &text);
        assert_eq!(found.len(), 2);
        assert_eq!(
            found[0].text,
            "`fcr` and `fcr_coded` are both about whether the matter was settled, which so weighs 0.6"
        );
        assert_eq!(found[1].mend, "one of them, as in weight = 0.4 under [measures.csat]");
        assert_eq!(keys(&PAID_TWICE, &raw(&[("handled", "0.5"), ("figure.aht", "0.5")])), ["measures.figure_aht"]);
        assert_eq!(keys(&PAID_TWICE, BALANCED), [""; 0]);
    }

    #[test]
    fn seven_measures_are_enough() {
        let figures = |n: usize| -> String {
            let all: Vec<(String, &str)> = (0..n).map(|i| (format!("figure.f{i}"), "0.125")).collect();
            let mut of: Vec<(&str, &str)> = all.iter().map(|(name, weight)| (name.as_str(), *weight)).collect();
            if n == 7 {
                of[0].1 = "0.25";
            }
            raw(&of)
        };
        assert_eq!(keys(&TOO_MANY_MEASURES, &figures(8)), ["measures"]);
        assert_eq!(keys(&TOO_MANY_MEASURES, &figures(7)), [""; 0]);
    }
}
