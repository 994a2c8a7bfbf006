//! How mature a plan is: where its weight lies between productivity and what came of the calls.

use super::subject::weight_where;
use super::{Found, Look, Rule, Severity};
use crate::plan::{Exact, Maturity, Plan};

pub static MATURITY: Rule = Rule {
    id: "maturity",
    title: "Nothing is paid for what the customer says or for what came of it",
    severity: Severity::Advice,
    why: "A plan grows from paying for work done to paying for what the customer and the business have of it. One that \
          stops at quality has never asked the customer.",
    mend: "Give satisfaction a weight, or `outcome`, where your business knows it (`--outcomes`): the customer stayed, the \
           account was kept, the fault did not come back.",
    source: "CustomerThink, Focus your agent compensation programs on the customer: an outsourcer that paid for customer \
             lifetime value instead of sales an hour was ranked first of 11",
    look: Look::Plan(maturity),
};

/// How the weight lies over the four levels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Picture {
    /// In the order of [`Maturity::ALL`]; they sum to 1.
    pub weights: [Exact; 4],
    /// The highest level that half of the weight reaches; `None` where the plan weighs nothing.
    pub level: Option<Maturity>,
}

/// How the weight of a plan lies over the four levels.
pub fn picture(plan: &Plan) -> Picture {
    let weights = Maturity::ALL.map(|level| weight_where(plan, |m| m.level == level));
    let half_reaches = |level: &Maturity| {
        let at_or_above = weight_where(plan, |m| m.level >= *level);
        at_or_above + at_or_above >= Exact::ONE
    };
    Picture { weights, level: Maturity::ALL.into_iter().rev().find(half_reaches) }
}

fn maturity(plan: &Plan) -> Vec<Found> {
    let [productivity, quality, experience, outcome] = picture(plan).weights;
    if plan.measures.is_empty() || experience + outcome > Exact::ZERO {
        return Vec::new();
    }
    let lies = [("productivity", productivity), ("quality", quality)];
    let lies = lies.iter().filter(|(_, weight)| *weight > Exact::ZERO);
    let lies: Vec<String> = lies.map(|(level, weight)| format!("{level} ({})", weight.short())).collect();
    let text = format!("all the weight lies on {}, none on experience or outcome", lies.join(" and "));
    let mend = "weight = 0.3 under [measures.satisfaction], or under [measures.outcome] where --outcomes tells what came of it";
    vec![Found::new("measures", text, mend)]
}

#[cfg(test)]
mod tests {
    use super::super::testing::{BALANCED, found, keys, plan, raw};
    use super::*;

    #[test]
    fn the_level_is_the_highest_that_half_of_the_weight_reaches() {
        let level = |text: &str| picture(&plan(text)).level.unwrap().name();
        assert_eq!(level(BALANCED), "quality");
        assert_eq!(level(&raw(&[("handled", "0.51"), ("csat", "0.49")])), "productivity");
        assert_eq!(level(&raw(&[("handled", "0.5"), ("csat", "0.5")])), "experience");
        let weights = picture(&plan(BALANCED)).weights.map(Exact::short);
        assert_eq!(weights, ["0.2", "0.5", "0.3", "0"]);
    }

    #[test]
    fn a_plan_that_never_asks_the_customer_is_told() {
        let found = found(&MATURITY, &raw(&[("handled", "0.4"), ("fcr", "0.6")]));
        assert!(found[0].text.contains("productivity (0.4) and quality (0.6)"), "{found:?}");
        assert_eq!(keys(&MATURITY, BALANCED), [""; 0]);
    }
}
