//! The lint of plans: what a plan would do to customers, agents and pay that its owner may not want.
//!
//! Each rule is data and a function, in a file by what it is about. docs/plan-rules.md is printed from them.

mod balance;
mod control;
mod curves;
mod luck;
mod maturity;
pub mod seen;
mod subject;
mod terms;
#[cfg(test)]
mod testing;

pub use maturity::Picture;

use super::Plan;
use crate::money::Money;
use crate::names::nearest;
use seen::Seen;

/// How much is at stake.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Surely hurts customers, or pays for luck.
    Error,
    /// Usually does.
    Warning,
    /// Could be better.
    Advice,
}

impl Severity {
    pub const ALL: [Severity; 3] = [Severity::Error, Severity::Warning, Severity::Advice];

    pub fn name(self) -> &'static str {
        match self {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Advice => "advice",
        }
    }
}

/// One thing that is looked for in a plan.
pub struct Rule {
    /// Stable name.
    pub id: &'static str,
    /// For people.
    pub title: &'static str,
    /// At worst; a finding may be milder.
    pub severity: Severity,
    /// What it does to customers, agents or pay.
    pub why: &'static str,
    /// What to do about it, for any plan.
    pub mend: &'static str,
    pub source: &'static str,
    pub look: Look,
}

/// What a rule looks at.
#[derive(Clone, Copy)]
pub enum Look {
    Plan(fn(&Plan) -> Vec<Found>),
    /// Also at what calls say of the plan, where there are any.
    Calls(fn(&Plan, Option<&Seen>) -> Vec<Found>),
}

impl Look {
    fn at(self, plan: &Plan, seen: Option<&Seen>) -> Vec<Found> {
        match self {
            Look::Plan(look) => look(plan),
            Look::Calls(look) => look(plan, seen),
        }
    }
}

/// Every rule, in the order of docs/plan-rules.md.
pub static RULES: [&Rule; 22] = [
    &balance::EFFICIENCY_PAID_ONE_SIDED,
    &balance::OUTCOME_OUTWEIGHED,
    &balance::NO_COUNTER_METRIC,
    &balance::PAID_TWICE,
    &balance::TOO_MANY_MEASURES,
    &maturity::MATURITY,
    &control::NOT_CONTROLLABLE,
    &control::AGENT_CODED_RESOLUTION,
    &control::AGENT_CHOOSES_SURVEYS,
    &luck::NAIVE_RULE,
    &luck::TOO_FEW_EVENTS,
    &luck::SHORT_PERIOD,
    &luck::GATE_ON_LUCK,
    &curves::CLIFF,
    &curves::ACCELERATOR,
    &curves::UNATTAINABLE,
    &curves::TIER_MEANING,
    &terms::NO_HOLD,
    &terms::LEAVE_UNEQUAL,
    &terms::NO_END,
    &terms::NO_BUDGET,
    &terms::EXCEPTION_OF_NOTHING,
];

/// What a rule says of a plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// With this plan's numbers.
    pub text: String,
    /// The key that it is about, by its path.
    pub key: String,
    /// The change to make, as the plan's file has it.
    pub mend: String,
    /// Where this case is milder than the rule's worst.
    pub milder: Option<Severity>,
}

impl Found {
    fn new(key: impl Into<String>, text: impl Into<String>, mend: impl Into<String>) -> Found {
        Found { text: text.into(), key: key.into(), mend: mend.into(), milder: None }
    }

    fn milder(self, severity: Severity) -> Found {
        Found { milder: Some(severity), ..self }
    }
}

/// One thing to know about a plan.
#[derive(Clone)]
pub struct Finding {
    pub rule: &'static Rule,
    pub severity: Severity,
    pub key: String,
    /// Of the key, or of its table; `None` where the whole plan is meant.
    pub line: Option<usize>,
    pub text: String,
    pub mend: String,
    /// Why the plan's owner accepts it.
    pub accepted: Option<String>,
}

/// A plan that was looked at.
#[derive(Clone)]
pub struct Checked {
    /// The worst first, those that are accepted last.
    pub findings: Vec<Finding>,
    pub maturity: Picture,
}

impl Checked {
    /// Findings of a severity that nobody has accepted.
    pub fn open(&self, severity: Severity) -> usize {
        self.findings.iter().filter(|f| f.severity == severity && f.accepted.is_none()).count()
    }

    pub fn accepted(&self) -> usize {
        self.findings.iter().filter(|f| f.accepted.is_some()).count()
    }

    /// Whether the plan should not be put in force as it is.
    pub fn has_errors(&self) -> bool {
        self.open(Severity::Error) > 0
    }
}

/// Looks at a plan with every rule, and at what calls say of it.
pub fn check(plan: &Plan, seen: Option<&Seen>) -> Checked {
    let of_rule = |rule: &&'static Rule| rule.look.at(plan, seen).into_iter().map(|f| finding(plan, rule, f)).collect();
    let mut findings: Vec<Finding> = RULES.iter().flat_map(|rule| -> Vec<Finding> { of_rule(rule) }).collect();
    let idle = idle_exceptions(plan, seen, &findings);
    findings.extend(idle.into_iter().map(|f| finding(plan, &terms::EXCEPTION_OF_NOTHING, f)));
    // Stable: findings of one line stay in the order of the rules.
    findings.sort_by_key(|f| (f.accepted.is_some(), f.severity, f.line.unwrap_or(0)));
    Checked { findings, maturity: maturity::picture(plan) }
}

fn finding(plan: &Plan, rule: &'static Rule, found: Found) -> Finding {
    let Found { text, key, mend, milder } = found;
    let accepted = plan.allow.iter().find(|a| a.rule == rule.id).map(|a| a.why.clone());
    let line = plan.line(&key);
    Finding { rule, severity: milder.unwrap_or(rule.severity), line, key, text, mend, accepted }
}

/// Exceptions that except nothing: of rules that there are not, and of rules that find nothing, with calls or without.
fn idle_exceptions(plan: &Plan, seen: Option<&Seen>, findings: &[Finding]) -> Vec<Found> {
    let ids: Vec<&str> = RULES.iter().map(|rule| rule.id).collect();
    let entries = plan.allow.iter().enumerate();
    let of_use = |rule: &&'static Rule| match rule.look {
        Look::Plan(_) => false,
        // What calls would say, nobody knows without them.
        Look::Calls(look) => seen.is_none() || !look(plan, None).is_empty(),
    };
    let idle = entries.filter(|(_, allow)| {
        let finds = findings.iter().any(|f| f.rule.id == allow.rule);
        !finds && !RULES.iter().filter(|rule| rule.id == allow.rule).any(of_use)
    });
    idle.map(|(at, allow)| {
        let (key, rule) = (format!("allow[{}].rule", at + 1), &allow.rule);
        if ids.contains(&rule.as_str()) {
            let text = format!("`{rule}` is allowed and finds nothing in this plan");
            return Found::new(key, text, "take the entry out of `allow`").milder(Severity::Advice);
        }
        let mend = match nearest(rule, &ids) {
            Some(near) => format!("rule = \"{near}\", if that is meant"),
            None => "one of the rules that `callmerit plan rules` lists, or take the entry out".to_string(),
        };
        Found::new(key, format!("`{rule}` is allowed and there is no such rule"), mend)
    })
    .collect()
}

/// An amount with its currency.
fn amount(plan: &Plan, money: Money) -> String {
    plan.currency.map_or_else(String::new, |currency| format!("{} {currency}", money.text(currency)))
}

/// Names in backticks, with commas between and `and` before the last.
fn names<'n>(of: impl Iterator<Item = &'n str>) -> String {
    let all: Vec<String> = of.map(|name| format!("`{name}`")).collect();
    match all.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, others)) => format!("{} and {last}", others.join(", ")),
        None => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::testing::{BALANCED, changed, plan};
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_rule_has_a_name_of_its_own_and_says_why_and_from_where() {
        let ids: BTreeSet<&str> = RULES.iter().map(|rule| rule.id).collect();
        assert_eq!(ids.len(), RULES.len());
        for rule in RULES {
            let words = [rule.title, rule.why, rule.mend, rule.source];
            assert!(words.iter().all(|text| !text.trim().is_empty()), "{}", rule.id);
            let sentences = rule.why.matches(". ").count() + 1;
            assert!((1..=3).contains(&sentences) && rule.why.ends_with('.'), "{}: {}", rule.id, rule.why);
        }
    }

    #[test]
    fn a_balanced_plan_has_neither_errors_nor_warnings() {
        let checked = check(&plan(BALANCED), None);
        let open = Severity::ALL.map(|severity| checked.open(severity));
        assert_eq!((open[0], open[1]), (0, 0), "{:?}", checked.findings.iter().map(|f| &f.text).collect::<Vec<_>>());
        assert!(!checked.has_errors());
    }

    #[test]
    fn what_is_allowed_is_still_told_and_no_longer_counts() {
        let text = changed(&[("on = \"score\"", "on = \"score\"\nhold = false")]);
        assert!(check(&plan(&text), None).has_errors());
        let text = format!("allow = [{{ rule = \"no-hold\", why = \"signals are reviewed by hand\" }}]\n{text}");
        let checked = check(&plan(&text), None);
        let last = checked.findings.last().unwrap();
        assert_eq!((last.rule.id, last.accepted.as_deref()), ("no-hold", Some("signals are reviewed by hand")));
        assert_eq!((checked.has_errors(), checked.accepted()), (false, 1));
    }

    #[test]
    fn an_exception_that_excepts_nothing_is_told_with_what_was_meant() {
        let why = "why = \"we know what we do\"";
        let text = format!(
            "allow = [{{ rule = \"no-budgett\", {why} }}, {{ rule = \"cliff\", {why} }}, {{ rule = \"sunshine\", {why} }}]\n{BALANCED}"
        );
        let findings = check(&plan(&text), None).findings;
        let told: Vec<(&str, &str, Severity)> = findings
            .iter()
            .filter(|f| f.rule.id == "exception-of-nothing")
            .map(|f| (f.text.as_str(), f.mend.as_str(), f.severity))
            .collect();
        assert_eq!(
            told,
            [
                (
                    "`no-budgett` is allowed and there is no such rule",
                    "rule = \"no-budget\", if that is meant",
                    Severity::Warning
                ),
                (
                    "`sunshine` is allowed and there is no such rule",
                    "one of the rules that `callmerit plan rules` lists, or take the entry out",
                    Severity::Warning
                ),
                (
                    "`cliff` is allowed and finds nothing in this plan",
                    "take the entry out of `allow`",
                    Severity::Advice
                ),
            ]
        );
    }

    #[test]
    fn an_exception_that_is_of_use_with_calls_or_without_is_not_idle() {
        let allowed = |rule: &str, seen: Option<&Seen>| {
            let why = "why = \"we know what we do\"";
            let text = format!("allow = [{{ rule = \"{rule}\", {why} }}]\n{BALANCED}");
            check(&plan(&text), seen).findings.iter().any(|f| f.rule.id == "exception-of-nothing")
        };
        let calls = super::testing::sound_calls();
        assert!(!allowed("agent-chooses-surveys", Some(&calls)), "it finds something without calls");
        assert!(!allowed("unattainable", None), "it may find something with calls");
        assert!(allowed("unattainable", Some(&calls)));
        assert!(allowed("cliff", None));
    }

    #[test]
    fn findings_stand_on_the_line_of_their_key() {
        let text = changed(&[("on = \"score\"", "on = \"score\"\nhold = false")]);
        let checked = check(&plan(&text), None);
        let line = text.lines().position(|l| l == "hold = false").unwrap() + 1;
        assert_eq!((checked.findings[0].key.as_str(), checked.findings[0].line), ("pay.hold", Some(line)));
    }

    #[test]
    fn names_are_listed_as_people_list_them() {
        assert_eq!(names(["a"].into_iter()), "`a`");
        assert_eq!(names(["a", "b", "c"].into_iter()), "`a`, `b` and `c`");
    }
}
