//! Goals as a table, and what they rest on.

use super::incentives::{PlanReport, plan_report};
use super::{Cell, Holds, Show, Table, columns};
use crate::goals::{Action, Attainment, Each, Goal, Goals, OfMeasure, REACHED_WHEN, Span, attainment, things};
use crate::incentives::Known;
use crate::judge::Measure;
use crate::metrics::catalogue::{Unit, Value};
use schemars::JsonSchema;
use serde::Serialize;

/// The goals that follow from a period.
#[derive(Debug, Serialize, JsonSchema)]
pub struct GoalsReport {
    pub plan: PlanReport,
    /// The period that the goals are for.
    pub period: String,
    /// Its first day.
    pub from: String,
    /// Its last day.
    pub to: String,
    #[serde(skip)]
    pub length: String,
    /// The period that they follow from.
    pub judged: String,
    /// The first day whose calls are judged.
    pub judged_from: String,
    /// When a goal is reached, in words.
    pub reached_when: &'static str,
    /// The measures that goals are set in.
    pub measures: Vec<GoalMeasureReport>,
    /// One row for each agent and measure.
    #[serde(rename = "goals")]
    #[schemars(extend("items" = columns::items("goals")))]
    pub table: Table,
    /// How many of the goals that have a result were reached, with `--reached` and for all agents.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub attainment: Option<Vec<AttainmentReport>>,
}

/// A measure that goals are set in.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct GoalMeasureReport {
    /// `resolution`, `satisfaction`, `handle_time` or `outcome`.
    pub measure: &'static str,
    /// Its weight in the plan.
    pub weight: f64,
    /// What a goal is, in words.
    pub definition: String,
    /// `higher`, `lower`, or `neither` for a two-sided one.
    pub better: &'static str,
    /// Level of all agents: a fraction, or seconds; null where nothing is known.
    pub team: Option<f64>,
    /// How far agents truly differ: a fraction, or the logarithm of time; null where nothing is known.
    pub step: Option<f64>,
    /// What is counted: contacts, answers or calls.
    pub counts: &'static str,
    /// Agents with a goal.
    pub goals: usize,
    /// Agents who are to keep what they do.
    pub keeps: usize,
    /// Agents without a goal.
    pub refused: usize,
    /// Why nobody can have a goal; null where somebody can.
    pub none: Option<String>,
}

/// How many of the goals that have a result were reached.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct AttainmentReport {
    /// `resolution`, `satisfaction`, `handle_time` or `outcome`.
    pub measure: &'static str,
    /// `lower`, `middle` or `upper` third of what was seen before, beside what was to be expected; or `all`.
    pub third: &'static str,
    /// Goals that have a result.
    pub goals: u64,
    /// How many came to the threshold or farther.
    pub threshold: u64,
    /// How many came to the target or farther.
    pub target: u64,
    /// How many came to the stretch goal.
    pub stretch: u64,
    /// Share of targets that agents who stay the same were to reach; null without a goal.
    pub target_if_same: Option<f64>,
}

/// What the report is made of.
pub struct GoalParts<'a> {
    pub known: &'a Known<'a>,
    pub found: &'a Goals,
    pub span: &'a Span,
    pub judged_from: jiff::civil::Date,
    /// With the results of the goals' period.
    pub reached: bool,
    /// Of one agent alone.
    pub one: Option<&'a str>,
}

/// Puts the report together.
pub fn goals_report(parts: &GoalParts<'_>) -> GoalsReport {
    let GoalParts { known, found, span, .. } = parts;
    let of = |a: Attainment| AttainmentReport {
        measure: a.measure.id(),
        third: a.third,
        goals: a.goals,
        threshold: a.threshold,
        target: a.target,
        stretch: a.stretch,
        target_if_same: a.target_if_same,
    };
    GoalsReport {
        plan: plan_report(known.plan),
        period: span.label.clone(),
        from: span.from.to_string(),
        to: span.after.yesterday().unwrap_or(span.after).to_string(),
        length: span.periods.clone(),
        judged: span.basis.clone(),
        judged_from: parts.judged_from.to_string(),
        reached_when: REACHED_WHEN,
        measures: found.measures.iter().map(|m| measure_report(m, &found.all)).collect(),
        table: table(parts),
        attainment: (parts.reached && parts.one.is_none())
            .then(|| found.measures.iter().flat_map(|m| attainment(&found.all, m.measure)).map(of).collect()),
    }
}

fn measure_report(of: &OfMeasure, all: &[Goal]) -> GoalMeasureReport {
    let count = |action: Action| all.iter().filter(|g| g.measure == of.measure && g.action == action).count();
    GoalMeasureReport {
        measure: of.measure.id(),
        weight: of.weight.f64(),
        definition: of.definition.clone(),
        better: match of.measure.sign() {
            _ if of.two_sided => "neither",
            sign if sign < 0.0 => "lower",
            _ => "higher",
        },
        team: of.team,
        step: of.step,
        counts: things(of.measure),
        goals: count(Action::Goal),
        keeps: count(Action::Keep),
        refused: count(Action::Refused),
        none: of.none.clone(),
    }
}

fn text(text: &str) -> Cell {
    Cell::Text(Some(text.to_string()))
}

fn number(n: Option<f64>) -> Cell {
    Cell::Value(n.map(Value::Number))
}

fn count(n: Option<u64>) -> Cell {
    Cell::Value(n.map(Value::Count))
}

/// The names of the levels, as columns have them.
const LEVELS: [&str; 3] = ["threshold", "target", "stretch"];

fn each(of: Option<Each>) -> [Cell; 3] {
    [of.map(|e| e.threshold), of.map(|e| e.target), of.and_then(|e| e.stretch)].map(number)
}

fn table(parts: &GoalParts<'_>) -> Table {
    let mut table = Table { keys: 2, ..Table::default() };
    let unit = 8;
    let level = Show::Level { unit };
    for (id, title, show) in [
        ("agent", "Agent", Show::Text),
        ("measure", "Measure", Show::Text),
        ("period", "Period", Show::Hidden),
        ("action", "Goal", Show::Text),
        ("reason", "Why not", Show::Sentence),
        ("under_review", "Review", Show::Text),
        ("team", "Team", Show::Hidden),
        ("better", "Better", Show::Hidden),
        ("unit", "Unit", Show::Hidden),
        ("level", "Own level", level.clone()),
    ] {
        table.column(id, title, show);
    }
    debug_assert_eq!(table.at("unit"), unit);
    let review = table.at("under_review");
    table.columns[review].holds = Holds::Flag;
    let (in_unit, share) = (Holds::Level { unit }, Holds::Value(Unit::Share));
    let mut of_levels = |before: &str, suffix: &str, of: &str, show: &Show, holds: Holds| {
        for name in LEVELS {
            let title = super::capital(&format!("{name}{of}"));
            table.holding(&format!("{before}{name}{suffix}"), &title, show.clone(), holds);
        }
    };
    of_levels("", "", "", &level, in_unit);
    of_levels("", "_of_all", " on the calls of all", &Show::Hidden, in_unit);
    of_levels("chance_", "", ": chance if nothing changes", &Show::Hidden, share);
    of_levels("chance_", "_if_better", ": chance if half a step better", &Show::Hidden, share);
    let chance = table.at("chance_target");
    table.columns[chance].show = Show::Unit(Unit::Share);
    table.columns[chance].title = "If nothing changes".to_string();
    let better = table.at("chance_target_if_better");
    table.columns[better].show = Show::Unit(Unit::Share);
    table.columns[better].title = "If half a step better".to_string();
    let (count, points) = (Holds::Value(Unit::Count), Holds::Value(Unit::Points));
    for (id, title, holds) in [
        ("half_step", "Half a step", in_unit),
        ("detectable", "Smallest change that shows", in_unit),
        ("detectable_steps", "The same in steps", points),
        ("n", "Contacts", count),
        ("reliability", "Reliability", share),
        ("needed", "More needed", count),
        ("weeks_needed", "Weeks for that", points),
        ("detect_n", "Contacts until half a step shows", count),
        ("detect_weeks", "Weeks until half a step shows", points),
        ("detect_periods", "Periods until half a step shows", count),
        ("band_low", "Usual range from", in_unit),
        ("band_high", "Usual range to", in_unit),
    ] {
        table.holding(id, title, Show::Hidden, holds);
    }
    if parts.reached {
        table.column("reached", "Reached", Show::Text);
        table.column("result", "Result", level.clone());
        table.holding("result_expected", "Result expected", Show::Hidden, in_unit);
        table.holding("result_n", "Contacts of the result", Show::Hidden, count);
        for name in LEVELS {
            table.holding(&format!("result_{name}"), &format!("{} there", super::capital(name)), Show::Hidden, in_unit);
        }
        let at = table.at("result_target");
        table.columns[at].show = level;
        table.columns[at].title = "Target there".to_string();
    }
    let asked = |goal: &&Goal| parts.one.is_none_or(|name| goal.name == name);
    table.rows = parts.found.all.iter().filter(asked).map(|goal| row(parts, goal)).collect();
    table
}

fn row(parts: &GoalParts<'_>, goal: &Goal) -> Vec<Cell> {
    let outlook = goal.outlook;
    let mut row = vec![
        text(&goal.name),
        text(goal.measure.id()),
        text(&parts.span.label),
        text(goal.action.name()),
        Cell::Note(goal.reason.clone()),
        Cell::Flag(goal.under_review),
        Cell::Text(goal.team.clone()),
        Cell::Note(goal.aim.map(|aim| if aim.rises { "higher" } else { "lower" }.to_string())),
        text(if goal.measure == Measure::HandleTime { "seconds" } else { "share" }),
        number(outlook.map(|o| o.level)),
    ];
    for of in [
        goal.aim.map(|a| a.own),
        goal.aim.map(|a| a.of_all),
        goal.aim.map(|a| a.if_same),
        goal.aim.map(|a| a.if_better),
    ] {
        row.extend(each(of));
    }
    row.extend([
        number(outlook.map(|o| o.half_step)),
        number(outlook.map(|o| o.detectable)),
        number(outlook.map(|o| o.detectable_steps)),
        count(outlook.map(|o| o.n)),
        number(outlook.map(|o| o.reliability)),
        count(outlook.and_then(|o| o.needed)),
        number(outlook.and_then(|o| o.weeks_needed)),
        count(outlook.and_then(|o| o.detect_n)),
        number(outlook.and_then(|o| o.detect_weeks)),
        count(outlook.and_then(|o| o.detect_periods)),
        number(goal.band.map(|(low, _)| low)),
        number(goal.band.map(|(_, high)| high)),
    ]);
    if parts.reached {
        let reached = goal.reached;
        row.extend([
            Cell::Note(reached.map(|r| r.mark.name().to_string())),
            number(reached.map(|r| r.observed)),
            number(reached.map(|r| r.expected)),
            count(reached.map(|r| r.n)),
        ]);
        row.extend(each(reached.and_then(|r| r.levels)));
    }
    row
}
