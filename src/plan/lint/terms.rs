//! Rules on the conditions around the pay: review before it, leave, how long it holds, what it may cost.

use super::subject::{Subject, gates};
use super::{Found, Look, Rule, Severity, amount};
use crate::plan::Plan;

pub static NO_HOLD: Rule = Rule {
    id: "no-hold",
    title: "Paid while a signal asks for review",
    severity: Severity::Error,
    why: "Hanging up, passing calls on unheard and coding them as resolved make the figures that are paid. In simulated \
          centres a fair score still paid four in ten of those who do it; with a look before the money goes out, one in \
          ten.",
    mend: "Say `hold = true`, which is usual: the money waits until somebody has looked, and is lost to nobody.",
    source: "simulated centres like those of docs/method.md; B. Jacob and S. Levitt, Rotten apples (2003)",
    look: Look::Plan(no_hold),
};

pub static LEAVE_UNEQUAL: Rule = Rule {
    id: "leave-unequal",
    title: "Days of leave cost money",
    severity: Severity::Warning,
    why: "A bonus that sinks with days of sickness, parental leave or holiday treats people by their health and family, and \
          in many countries it is against the law. Employed for a part of the period is another matter and may be paid in \
          proportion.",
    mend: "Take the condition out, and take the days of all kinds of leave off alike: `leave_days` under [prorate].",
    source: "practitioners on bonuses and leave (r/humanresources 1c4srh5): all kinds of leave must be treated alike; ask \
             somebody who knows the law where you are",
    look: Look::Plan(leave_unequal),
};

pub static NO_END: Rule = Rule {
    id: "no-end",
    title: "The plan never ends and nobody looks at it again",
    severity: Severity::Warning,
    why: "People learn a plan, and the centre changes while the plan does not. What was right two years ago is what is gamed \
          today.",
    mend: "Give it a last day (`to`), or a day on which somebody looks at it again (`review`).",
    source: "Xactly Incent, effective dating of plans; M. Weitzman, The ratchet principle and performance incentives (1980), \
             on fixing targets for a known time",
    look: Look::Plan(no_end),
};

pub static NO_BUDGET: Rule = Rule {
    id: "no-budget",
    title: "Nobody has said what a period may cost",
    severity: Severity::Advice,
    why: "Without a budget a good period, or a change in the calls, costs what it costs. Agents are better served by a rule \
          that they know than by a cut afterwards.",
    mend: "Write `[budget]` with `amount` or `per_agent`, and `scale = \"down\"`: where payouts exceed it, all shrink alike.",
    source: "CEX, Bonuses: pools that run out, and in which order; a windfall review at three times one's own history is \
             usual in sales (intelligentspm.vercel.app, SCP-014)",
    look: Look::Plan(no_budget),
};

pub static EXCEPTION_OF_NOTHING: Rule = Rule {
    id: "exception-of-nothing",
    title: "An exception that excepts nothing",
    severity: Severity::Warning,
    why: "An entry of `allow` that is misspelt, or left over from an earlier version, looks as if somebody had decided \
          something. One day it hides what nobody wanted.",
    mend: "Correct the name of the rule, or take the entry out.",
    source: "core8, Auditability and history: an exception has an approver and a reason",
    // Found from the other rules' findings.
    look: Look::Plan(|_| Vec::new()),
};

fn no_hold(plan: &Plan) -> Vec<Found> {
    let found = || Found::new("pay.hold", "nobody looks at signals before money is paid", "hold = true");
    if plan.hold { Vec::new() } else { vec![found()] }
}

/// Words for a single kind of leave.
const KINDS_OF_LEAVE: [&str; 9] =
    ["sick", "illness", "maternity", "paternity", "parental", "holiday", "vacation", "unpaid", "pto"];

fn leave_unequal(plan: &Plan) -> Vec<Found> {
    let costs = |key: String, name: &str| {
        let text = format!("`{name}` sounds like days away, which cost the agent money here");
        Found::new(
            key,
            text,
            "take it out; leave_days = \"figure.NAME\" under [prorate] takes off the days of all kinds of leave",
        )
    };
    let measures = plan.measures.iter().filter(|m| m.subject() == Subject::Leave).map(|m| costs(m.key(), &m.name));
    let gated = gates(plan).filter(|(_, gate)| Subject::of(&gate.source) == Subject::Leave);
    let gated = gated.map(|(key, gate)| costs(format!("{key}.on"), &gate.on));
    let one_kind = plan.prorate.leave.iter().filter_map(|figure| {
        let kind = KINDS_OF_LEAVE.iter().find(|kind| figure.to_lowercase().contains(*kind))?;
        let text = format!("`figure.{figure}` sounds like one kind of leave ({kind}), so that other kinds cost money");
        Some(Found::new("prorate.leave_days", text, "a figure with the days of all kinds of leave together"))
    });
    measures.chain(gated).chain(one_kind).collect()
}

fn no_end(plan: &Plan) -> Vec<Found> {
    if plan.to.is_some() || plan.review.is_some() {
        return Vec::new();
    }
    let mend = "review = YEAR-MONTH-DAY, at most a year ahead";
    vec![Found::new("review", "neither `to` nor `review` says how long the plan holds", mend)]
}

fn no_budget(plan: &Plan) -> Vec<Found> {
    if plan.currency.is_none() || plan.budget.is_some() || plan.measures.is_empty() {
        return Vec::new();
    }
    let text = format!(
        "the plan says what an agent earns ({} at the target) and not what all may cost",
        amount(plan, plan.bonus)
    );
    vec![Found::new("budget", text, "[budget] with per_agent = \"...\" and scale = \"down\"")]
}

#[cfg(test)]
mod tests {
    use super::super::testing::{BALANCED, changed, keys, raw};
    use super::*;

    #[test]
    fn paying_in_spite_of_signals_is_an_error() {
        assert_eq!(keys(&NO_HOLD, &changed(&[("on = \"score\"", "on = \"score\"\nhold = false")])), ["pay.hold"]);
        assert_eq!(keys(&NO_HOLD, BALANCED), [""; 0]);
    }

    #[test]
    fn a_gate_on_days_away_is_told_and_one_on_quality_is_not() {
        let gate = |on: &str| format!("{BALANCED}[[gates]]\non = \"{on}\"\nat_most = 2\neffect = \"zero\"\n");
        assert_eq!(keys(&LEAVE_UNEQUAL, &gate("figure.sick_days")), ["gates[1].on"]);
        assert_eq!(keys(&LEAVE_UNEQUAL, &gate("figure.attendance")), ["gates[1].on"]);
        assert_eq!(keys(&LEAVE_UNEQUAL, &gate("figure.quality")), [""; 0]);
        assert_eq!(keys(&LEAVE_UNEQUAL, &raw(&[("figure.attendance", "1")])), ["measures.figure_attendance"]);
    }

    #[test]
    fn prorating_by_employment_and_by_all_leave_is_fine_and_by_one_kind_it_is_not() {
        let prorate = |with: &str| keys(&LEAVE_UNEQUAL, &format!("{BALANCED}[prorate]\n{with}\n"));
        assert_eq!(prorate("employed = true"), [""; 0]);
        assert_eq!(prorate("leave_days = \"figure.leave_days\""), [""; 0]);
        assert_eq!(prorate("leave_days = \"figure.days_sick\""), ["prorate.leave_days"]);
    }

    #[test]
    fn a_plan_ends_or_is_looked_at_again() {
        assert_eq!(keys(&NO_END, &changed(&[("review = 2026-12-31\n", "")])), ["review"]);
        assert_eq!(keys(&NO_END, &changed(&[("review", "to")])), [""; 0]);
        assert_eq!(keys(&NO_END, BALANCED), [""; 0]);
    }

    #[test]
    fn money_has_a_budget() {
        let none = changed(&[("[budget]\nper_agent = \"150.00\"\nscale = \"down\"\n", "")]);
        assert_eq!(keys(&NO_BUDGET, &none), ["budget"]);
        assert_eq!(keys(&NO_BUDGET, BALANCED), [""; 0]);
        let recognition = none.replace("currency = \"EUR\"\n", "").replace("bonus = \"300.00\"\n", "");
        assert_eq!(keys(&NO_BUDGET, &recognition), [""; 0]);
    }
}
