//! From scorecards and a plan to recommendations: what the plan pays to whom, and every step to it.
//!
//! Nothing is payable by itself: a named person decides, and the decision stands beside the recommendation. Amounts are
//! whole minor units, shares and scores have four digits, and each step can be done again from what it prints.

mod advice;
mod conditions;
mod decided;
mod payout;
mod steps;
mod words;
mod worth;

pub use conditions::{days_of, middles, surely_below, takes_part};
pub use decided::{Adjustment, Comparison, adjustments, compare};
pub use steps::shown;
pub use words::{called, listed, percent, priced, short};
pub use worth::{Level, Turned, Worth, Worths, beyond_the_rule, deviations, observed, skill, value_of, worths};

use crate::call_log::CallLog;
use crate::contacts::Period;
use crate::figures::Figures;
use crate::metrics::{Definitions, Totals};
use crate::money::Money;
use crate::plan::{BudgetOf, Exact, Plan};
use crate::scorecards::{PeriodCards, Scorecard};
use std::collections::HashMap;

/// Everything that the recommendations of a period are made of.
#[derive(Clone, Copy)]
pub struct Known<'a> {
    pub plan: &'a Plan,
    /// Of the agents, judged on all periods that are pooled.
    pub cards: &'a PeriodCards,
    /// The same of the teams, where the plan has a part for them.
    pub teams: Option<&'a PeriodCards>,
    /// Names of the agents' teams, as far as they are known.
    pub team_of: &'a HashMap<u32, String>,
    pub log: &'a CallLog,
    pub definitions: &'a Definitions,
    pub figures: Option<&'a Figures>,
    /// The period that is paid: its name and its bounds.
    pub label: &'a str,
    pub period: Period,
    /// What the centre as a whole did in the period.
    pub centre: &'a Totals,
    /// Handled calls of the agents in the period that is paid, which may be one of several that are judged.
    pub handled: &'a HashMap<u32, u64>,
}

impl Known<'_> {
    /// Handled calls of a scorecard's agent in the period that is paid.
    pub fn handled(&self, card: &Scorecard) -> u64 {
        self.handled.get(&card.verdict.agent).copied().unwrap_or(0)
    }

    /// A figure of an agent in the period, `None` where nobody gave one.
    pub fn figure(&self, agent: &str, name: &str) -> Option<Exact> {
        self.figures.and_then(|figures| figures.of(agent, self.label, name)).map(Exact)
    }
}

/// What is recommended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Action {
    Pay,
    /// The plan gives recognition and no money.
    Recognise,
    /// Too little is known to say that nothing was earned.
    CarryForward,
    /// A signal asks for review before anyone is paid.
    Hold,
    None,
    NotEligible,
}

impl Action {
    pub const ALL: [Action; 6] =
        [Action::Pay, Action::Recognise, Action::CarryForward, Action::Hold, Action::None, Action::NotEligible];

    pub fn name(self) -> &'static str {
        match self {
            Action::Pay => "pay",
            Action::Recognise => "recognise",
            Action::CarryForward => "carry-forward",
            Action::Hold => "hold",
            Action::None => "none",
            Action::NotEligible => "not-eligible",
        }
    }
}

/// One step from a result to an amount: what was reckoned, with the numbers it was reckoned from, as they are printed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// What kind of step it is; tests/statement.rs and docs/output.md have the rule of each.
    pub id: &'static str,
    pub numbers: Vec<(&'static str, String)>,
    pub result: String,
    /// For the agent.
    pub says: String,
}

/// What is recommended for one agent.
#[derive(Debug, Clone, PartialEq)]
pub struct Recommendation {
    pub agent: u32,
    pub name: String,
    pub team: Option<String>,
    pub action: Action,
    /// What is to be paid now.
    pub amount: Money,
    /// What is paid if a review finds nothing.
    pub if_released: Money,
    /// Share of the bonus by the agent's own results.
    pub share: Option<Exact>,
    pub reason: String,
    /// What to work on.
    pub coaching: Option<String>,
    pub steps: Vec<Step>,
}

/// What is recommended for a period.
#[derive(Debug, Clone)]
pub struct Recommendations {
    pub label: String,
    /// In the order of the scorecards.
    pub all: Vec<Recommendation>,
    /// The most that the period may cost; `None` without a budget.
    pub budget: Option<Money>,
    /// What is to be paid now, and what is held back.
    pub total: Money,
    pub held: Money,
    /// What the pool pays, if the centre earned it.
    pub pool: Option<Money>,
}

/// Money of one agent on its way.
#[derive(Debug, Clone, Default)]
struct Draft {
    steps: Vec<Step>,
    /// Of the agent's own and the team's results.
    earned: Money,
    pool: Money,
    share: Option<Exact>,
    /// Why nothing was earned, where a condition took it away.
    lost: Option<String>,
}

impl Draft {
    /// Adds a step to an amount; in a plan without money there is none.
    fn pays(&mut self, plan: &Plan, step: Step) {
        if plan.currency.is_some() {
            self.steps.push(step);
        }
    }
}

/// Recommends for every agent of a period.
pub fn recommend(known: &Known<'_>) -> Recommendations {
    let plan = known.plan;
    let cards = &known.cards.cards;
    let excluded: Vec<Option<String>> = cards.iter().map(|card| conditions::excluded(known, card)).collect();
    let eligible = || excluded.iter().enumerate().filter(|(_, why)| why.is_none()).map(|(i, _)| i);
    let of_all = payout::OfAll::new(known);
    let mut drafts: Vec<Draft> = vec![Draft::default(); cards.len()];
    for i in eligible().filter(|i| !too_few(plan, &cards[*i])) {
        drafts[i] = payout::draft(known, i, &of_all);
    }
    let pool = payout::split_pool(known, &eligible().collect::<Vec<_>>(), &mut drafts);
    let budget = plan.budget.map(|budget| match budget.of {
        BudgetOf::Period(amount) => amount,
        BudgetOf::EligibleAgent(amount) => Money(amount.0.saturating_mul(eligible().count() as i64)),
    });
    let amounts = payout::within_budget(plan, budget, &mut drafts);
    let all: Vec<Recommendation> = cards
        .iter()
        .enumerate()
        .map(|(i, card)| {
            let mut draft = std::mem::take(&mut drafts[i]);
            let action = action(known, card, excluded[i].is_some(), &draft, amounts[i]);
            let amount = if action == Action::Pay { amounts[i] } else { Money::ZERO };
            let reason = match &excluded[i] {
                Some(why) => why.clone(),
                None => advice::reason(known, card, action, &draft, amounts[i]),
            };
            draft.pays(plan, advice::recommended(plan, card, action, amounts[i], amount));
            Recommendation {
                agent: card.verdict.agent,
                name: card.name.clone(),
                team: known.team_of.get(&card.verdict.agent).cloned(),
                action,
                amount,
                if_released: if action == Action::Hold { amounts[i] } else { Money::ZERO },
                share: draft.share,
                reason,
                coaching: advice::coaching(known, card),
                steps: draft.steps,
            }
        })
        .collect();
    let sum = |of: fn(&Recommendation) -> Money| all.iter().map(of).sum();
    Recommendations {
        label: known.label.to_string(),
        budget,
        total: sum(|r| r.amount),
        held: sum(|r| r.if_released),
        pool,
        all,
    }
}

/// Fewer contacts than the plan wants to see.
fn too_few(plan: &Plan, card: &Scorecard) -> bool {
    card.totals.handled < plan.eligible.contacts
}

/// From this reliability on, not being paid is not for want of evidence; fair-scoring, section 7.
const WELL_KNOWN: f64 = 0.7;

fn action(known: &Known<'_>, card: &Scorecard, excluded: bool, draft: &Draft, amount: Money) -> Action {
    let plan = known.plan;
    let earned = amount > Money::ZERO || plan.currency.is_none() && draft.share.is_some_and(|s| s > Exact::ZERO);
    if excluded {
        return Action::NotEligible;
    }
    if plan.hold && card.held {
        return Action::Hold;
    }
    if draft.lost.is_none() && earned {
        return if plan.currency.is_some() { Action::Pay } else { Action::Recognise };
    }
    let unclear = |s: &crate::judge::Score| s.p_above_median > 0.5 && s.reliability < WELL_KNOWN;
    let unknown = draft.share.is_none();
    let earns = draft.share.is_some_and(|share| share > Exact::ZERO);
    if draft.lost.is_none()
        && !earns
        && (unknown || !plan.rule.is_naive() && card.verdict.score.as_ref().is_some_and(unclear))
    {
        return Action::CarryForward;
    }
    Action::None
}
