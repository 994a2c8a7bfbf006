//! Rules on pay that luck and the kinds of call decide.

use super::seen::{Seen, judged_by, weeks_in};
use super::subject::{Subject, gates};
use super::{Found, Look, Rule, Severity};
use crate::judge::RELIABLE;
use crate::metrics::Dimension;
use crate::metrics::catalogue::Unit;
use crate::plan::{Bound, Plan, PlanMeasure, Rule as PayRule};

pub static NAIVE_RULE: Rule = Rule {
    id: "naive-rule",
    title: "Raw figures are paid",
    severity: Severity::Error,
    why: "A raw figure is made of the queue an agent sits in, of luck, and of the agent's own work, in this order. Whoever \
          has the easy calls wins month after month, so that it even looks steady.",
    mend: "Pay what is judged: `rule = \"lower-bound\"` with resolution, satisfaction and handle time.",
    source: "this program's simulated centres (docs/method.md, what was measured); A. Friedson, W. Horrace and A. Marier, \
             who call payment by noisy ranks a game of chance",
    look: Look::Plan(naive_rule),
};

pub static TOO_FEW_EVENTS: Rule = Rule {
    id: "too-few-events",
    title: "Too few events to tell an agent from luck",
    severity: Severity::Warning,
    why: "Few customers answer a survey, and agents differ by a few points only. In a month the answers of one agent say \
          more of luck than of the agent.",
    mend: "Judge a quarter and more (`pooled`), or show the level of the team instead of paying single agents for it.",
    source: "COPC, Why coaching CSAT scores fails: 15 to 25 answers an agent and month; J. L. Adams, The reliability of \
             provider profiling, RAND TR-653 (2009)",
    look: Look::Calls(too_few_events),
};

pub static SHORT_PERIOD: Rule = Rule {
    id: "short-period",
    title: "Money rests on less than a quarter",
    severity: Severity::Warning,
    why: "Three months of calls do more for a fair result than any cleverness: scores of a month agree with true quality to \
          0.78, those of a quarter to 0.85. A month is for feedback, a quarter for money.",
    mend: "Pay as often as you like, and judge on a quarter: `pooled = 3` with months, `pooled = 13` with weeks.",
    source: "this program's simulated centres (docs/method.md, what was measured); A. Zaslavsky (2001), who asks for a \
             reliability of 0.9 where much is at stake",
    look: Look::Plan(short_period),
};

pub static GATE_ON_LUCK: Rule = Rule {
    id: "gate-on-luck",
    title: "A condition on a raw rate",
    severity: Severity::Warning,
    why: "A condition is all or nothing, and a raw rate of one agent moves by luck and with the kinds of call. Of 300 agents \
          who all deserve to pass, 50 fail in each month.",
    mend: "Use `resolution_floor`, which asks how sure it is; or put the measure into the score, where it counts a little \
           instead of all or nothing.",
    source: "COPC, Why coaching CSAT scores fails: with 18 answers 50 of 300 agents whose true level is 83 % show 72 % or \
             less",
    look: Look::Plan(gate_on_luck),
};

/// Thirds of a week in a quarter: a month is 4 and a third.
const QUARTER: u32 = 39;

/// How long the calls are from on which a payment rests, in thirds of a week.
fn span(plan: &Plan) -> u32 {
    let one = match plan.period {
        Dimension::Week => 3,
        Dimension::Quarter => QUARTER,
        _ => 13,
    };
    one * plan.pooled
}

/// The span in the plan's words: `one month`, `2 weeks`.
fn span_text(plan: &Plan) -> String {
    match plan.pooled {
        1 => format!("one {}", plan.period.name()),
        n => format!("{n} {}s", plan.period.name()),
    }
}

/// The change that makes a payment rest on a quarter.
fn a_quarter(plan: &Plan) -> &'static str {
    if plan.period == Dimension::Week { "pooled = 13" } else { "pooled = 3" }
}

/// The key that says on how many periods a payment rests.
fn span_key(plan: &Plan) -> &'static str {
    if plan.lines.contains_key("pooled") { "pooled" } else { "period" }
}

fn naive_rule(plan: &Plan) -> Vec<Found> {
    let what = match plan.rule {
        PayRule::NaiveLeague => "places in a league table of raw figures",
        PayRule::NaiveObserved => "raw figures",
        PayRule::LowerBound | PayRule::BestGuess => return Vec::new(),
    };
    let text = format!(
        "`{}` pays {what}: in simulated centres 37 % of such a bonus went to agents below the middle, and six in ten of \
         those who game were paid",
        plan.rule.name()
    );
    let mend = "rule = \"lower-bound\", with `resolution`, `satisfaction` and `handle_time` as measures";
    vec![Found::new("pay.rule", text, mend)]
}

/// As many periods as a plan may pool.
const MOST_POOLED: u32 = 26;
/// Survey answers of an agent in a month, at most as usual.
const ANSWERS_A_MONTH: f64 = 25.0;
/// Answers until half of what is seen is the agent's own doing: variance of an answer at a level of 75 % over that
/// between agents who differ by 4 points.
const ANSWERS_FOR_HALF: f64 = 0.75 * 0.25 / (0.04 * 0.04);

fn too_few_events(plan: &Plan, seen: Option<&Seen>) -> Vec<Found> {
    if let Some(seen) = seen {
        return plan.measures.iter().filter_map(|m| too_few_seen(plan, m, seen)).collect();
    }
    if span(plan) >= QUARTER {
        return Vec::new();
    }
    let text = |name: &str| {
        format!(
            "`{name}` rests on {}: where {ANSWERS_A_MONTH:.0} customers a month answer for an agent that are {:.0} answers, and \
             {ANSWERS_FOR_HALF:.0} are needed before half of what is seen is the agent's own doing",
            span_text(plan),
            (ANSWERS_A_MONTH * f64::from(span(plan)) / 13.0).floor()
        )
    };
    let measures = plan.measures.iter().filter(|m| m.subject() == Subject::Satisfaction);
    let gated = gates(plan).filter(|(_, gate)| Subject::of(&gate.source) == Subject::Satisfaction);
    measures
        .map(|m| (m.key(), text(&m.name)))
        .chain(gated.map(|(key, gate)| (format!("{key}.on"), text(&gate.on))))
        .map(|(key, text)| Found::new(key, text, a_quarter(plan)))
        .collect()
}

/// What calls say of a measure whose results are mostly luck.
fn too_few_seen(plan: &Plan, m: &PlanMeasure, seen: &Seen) -> Option<Found> {
    let of = seen.measure(judged_by(&m.source)?)?;
    if !of.told_apart {
        let text = format!("by `{}` the agents of these calls do not differ more than luck makes them", m.name);
        return Some(Found::new(
            m.key(),
            text,
            "no weight for it, or more calls: with few of them nobody can be told apart",
        ));
    }
    if of.reliability >= RELIABLE {
        return None;
    }
    let text = format!(
        "`{}` rests on {}, and {:.0} % of what is seen of the middle agent then is luck (reliability {:.2})",
        m.name,
        span_text(plan),
        (1.0 - of.reliability) * 100.0,
        of.reliability
    );
    let periods = of.weeks_for_half.map(|weeks| (weeks / weeks_in(plan.period)).ceil());
    let mend = match periods.filter(|n| *n <= f64::from(MOST_POOLED)) {
        Some(n) => format!("pooled = {n:.0}, which makes it one half"),
        None => "no weight for it: so many calls do not come in time".to_string(),
    };
    Some(Found::new(m.key(), text, mend))
}

fn short_period(plan: &Plan) -> Vec<Found> {
    if plan.currency.is_none() || span(plan) >= QUARTER {
        return Vec::new();
    }
    let text = format!("each payment rests on {} of calls", span_text(plan));
    let found = Found::new(span_key(plan), text, a_quarter(plan));
    vec![if span(plan) > 13 { found.milder(Severity::Advice) } else { found }]
}

fn gate_on_luck(plan: &Plan) -> Vec<Found> {
    let found = |(key, gate): (String, &crate::plan::Gate)| {
        let metric = gate.source.metric().filter(|metric| metric.unit != Unit::Count)?;
        if matches!(Subject::of(&gate.source), Subject::Queue | Subject::CodedResolution) {
            return None; // worse, and told by another rule
        }
        let (word, bound) = match gate.bound {
            Bound::AtLeast(bound) => ("at least", bound),
            Bound::AtMost(bound) => ("at most", bound),
        };
        let text = format!(
            "`{}` {word} {} is asked of a raw figure: who truly is at {} fails in every second period",
            metric.id,
            bound.short(),
            bound.short()
        );
        let mend = "resolution_floor = 0.8 under [pay] instead of the gate, or a gate on a figure that somebody judged";
        Some(Found::new(format!("{key}.on"), text, mend))
    };
    gates(plan).filter_map(found).collect()
}

#[cfg(test)]
mod tests {
    use super::super::seen::SeenMeasure;
    use super::super::testing::{BALANCED, changed, found, found_with, keys, raw, sound_calls};
    use super::*;
    use crate::judge::Measure;

    fn with_gate(on: &str) -> String {
        format!("{BALANCED}[[gates]]\non = \"{on}\"\nat_least = 0.8\neffect = \"drop-a-tier\"\n")
    }

    #[test]
    fn both_naive_rules_are_errors_and_the_judged_ones_are_none() {
        assert!(found(&NAIVE_RULE, &raw(&[("fcr", "1")]))[0].text.starts_with("`naive-observed` pays raw figures: "));
        let league = changed(&[("rule = \"lower-bound\"", "rule = \"naive-league\"")]);
        assert_eq!(keys(&NAIVE_RULE, &league), ["pay.rule"]);
        for rule in ["lower-bound", "best-guess"] {
            let text = changed(&[("rule = \"lower-bound\"", &format!("rule = \"{rule}\""))]);
            assert_eq!(keys(&NAIVE_RULE, &text), [""; 0]);
        }
    }

    #[test]
    fn satisfaction_of_a_month_is_too_little_and_of_a_quarter_it_is_not() {
        let found = found(&TOO_FEW_EVENTS, &changed(&[("\"quarter\"", "\"month\"\npooled = 2")]));
        assert_eq!(
            (found[0].key.as_str(), found[0].text.as_str(), found[0].mend.as_str()),
            (
                "measures.satisfaction",
                "`satisfaction` rests on 2 months: where 25 customers a month answer for an agent that are 50 answers, and \
                 117 are needed before half of what is seen is the agent's own doing",
                "pooled = 3"
            )
        );
        assert_eq!(keys(&TOO_FEW_EVENTS, &changed(&[("\"quarter\"", "\"month\"\npooled = 3")])), [""; 0]);
        assert_eq!(keys(&TOO_FEW_EVENTS, BALANCED), [""; 0]);
    }

    #[test]
    fn calls_tell_how_much_of_a_measure_is_luck_and_how_long_it_takes() {
        let monthly = changed(&[("\"quarter\"", "\"month\"")]);
        assert!(found_with(&TOO_FEW_EVENTS, &monthly, &sound_calls()).is_empty(), "enough calls, whatever is usual");
        let calls = |weeks: Option<f64>, told_apart| {
            let mut seen = sound_calls();
            seen.measures[Measure::Satisfaction as usize] = SeenMeasure {
                told_apart,
                reliability: 0.3,
                weeks_for_half: weeks,
                ..seen.measures[Measure::Satisfaction as usize].clone()
            };
            found_with(&TOO_FEW_EVENTS, &monthly, &seen).remove(0)
        };
        let few = calls(Some(10.0), true);
        assert_eq!(few.key, "measures.satisfaction");
        assert_eq!(
            few.text,
            "`satisfaction` rests on one month, and 70 % of what is seen of the middle agent then is luck (reliability 0.30)"
        );
        // 10 weeks are 2.3 months.
        assert_eq!(few.mend, "pooled = 3, which makes it one half");
        assert!(calls(Some(200.0), true).mend.starts_with("no weight for it: so many calls"));
        assert!(calls(None, true).mend.starts_with("no weight for it"));
        assert!(calls(None, false).text.ends_with("do not differ more than luck makes them"));
    }

    #[test]
    fn calls_tell_of_raw_metrics_by_what_is_judged_of_the_same_thing() {
        let mut seen = sound_calls();
        seen.measures[Measure::Satisfaction as usize].reliability = 0.4;
        let text = raw(&[("csat", "0.5"), ("handled", "0.5")]);
        let keys: Vec<String> = found_with(&TOO_FEW_EVENTS, &text, &seen).into_iter().map(|f| f.key).collect();
        assert_eq!(keys, ["measures.csat"]);
    }

    #[test]
    fn money_of_a_week_or_month_is_a_warning_and_of_two_months_advice() {
        let at = |period: &str| found(&SHORT_PERIOD, &changed(&[("\"quarter\"", period)]));
        assert_eq!((at("\"week\"")[0].mend.as_str(), at("\"week\"")[0].milder), ("pooled = 13", None));
        assert_eq!((at("\"month\"")[0].mend.as_str(), at("\"month\"")[0].milder), ("pooled = 3", None));
        assert_eq!(at("\"month\"\npooled = 2")[0].milder, Some(Severity::Advice));
        assert!(at("\"month\"\npooled = 3").is_empty() && at("\"week\"\npooled = 13").is_empty());
    }

    #[test]
    fn recognition_may_rest_on_a_month() {
        let no_money = [
            ("\"quarter\"", "\"month\""),
            ("currency = \"EUR\"\n", ""),
            ("bonus = \"300.00\"\n", ""),
            ("[budget]\nper_agent = \"150.00\"\nscale = \"down\"\n", ""),
        ];
        assert_eq!(keys(&SHORT_PERIOD, &changed(&no_money)), [""; 0]);
    }

    #[test]
    fn a_gate_on_a_raw_rate_is_told_and_one_on_a_count_or_a_figure_is_not() {
        let found = found(&GATE_ON_LUCK, &with_gate("csat"));
        assert_eq!(found[0].key, "gates[1].on");
        assert!(found[0].text.contains("who truly is at 0.8 fails in every second period"), "{found:?}");
        for on in ["handled", "figure.quality", "service_level", "fcr_coded"] {
            assert_eq!(keys(&GATE_ON_LUCK, &with_gate(on)), [""; 0], "{on}");
        }
    }
}
