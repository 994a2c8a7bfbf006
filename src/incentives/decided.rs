//! What people decided, beside what is recommended; and what later facts change about it.

use super::{Action, Recommendations};
use crate::decisions::{Choice, Decisions};
use crate::money::Money;
use jiff::civil::Date;

/// What facts that came in after a decision change of its recommendation. The decision itself stays as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Adjustment {
    pub agent: String,
    /// The period that was decided.
    pub period: String,
    pub decided: Money,
    pub recommended_then: Money,
    pub recommended_now: Money,
    /// To be added to what was decided; negative where it was too much.
    pub difference: Money,
    /// The day of the last call that is known now.
    pub as_of: Date,
}

/// The adjustments of a period's decisions. Only what was recommended then and now is compared: what a person decided
/// otherwise stays their decision. Held and declined ones are not adjusted, and neither is what a signal holds now.
pub fn adjustments(now: &Recommendations, decisions: &Decisions, as_of: Date) -> Vec<Adjustment> {
    let of = |decision: &crate::decisions::Decision| {
        let then = decision.recommended.filter(|_| matches!(decision.choice, Choice::Approve | Choice::Override))?;
        let current = now.all.iter().find(|r| r.name == decision.agent).filter(|r| r.action != Action::Hold)?;
        (current.amount != then).then(|| Adjustment {
            agent: decision.agent.clone(),
            period: decision.period.clone(),
            decided: decision.amount,
            recommended_then: then,
            recommended_now: current.amount,
            difference: current.amount - then,
            as_of,
        })
    };
    decisions.in_period(&now.label).iter().filter_map(of).collect()
}

/// What another rule would pay in the plan's place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comparison {
    /// In the order of the recommendations: what the other rule pays, and what that is more than the plan's.
    pub amounts: Vec<(Money, Money)>,
    pub total: Money,
    /// Agents who would get more, and less, under the other rule; and the money that would go to others.
    pub gain: usize,
    pub lose: usize,
    pub moved: Money,
}

/// Sets the recommendations of a plan beside those of another rule for the same period.
pub fn compare(plan: &Recommendations, other: &Recommendations) -> Comparison {
    let amounts: Vec<(Money, Money)> =
        plan.all.iter().zip(&other.all).map(|(mine, theirs)| (theirs.amount, theirs.amount - mine.amount)).collect();
    let more = |(_, difference): &&(Money, Money)| *difference > Money::ZERO;
    let less = |(_, difference): &&(Money, Money)| *difference < Money::ZERO;
    Comparison {
        total: other.total,
        gain: amounts.iter().filter(more).count(),
        lose: amounts.iter().filter(less).count(),
        moved: amounts.iter().filter(more).map(|(_, difference)| *difference).sum(),
        amounts,
    }
}
