//! Scorecards as a table, and what they rest on.

use super::{Cell, Holds, Show, Table, columns, metric_columns, values};
use crate::call_log::{CallLog, Tells};
use crate::judge::{Judged, Measure, MeasureOfAll, Score};
use crate::metrics::catalogue::{self, Level, Unit, Value};
use crate::metrics::{Definitions, Dimension};
use crate::read::time::{Clock, civil_of};
use crate::scorecards::{PeriodCards, Scorecard};
use crate::strata::Component;
use schemars::JsonSchema;
use serde::Serialize;

/// The proportions of a scorecard that have an interval, with the names of its ends and of its count.
/// `fcr_low` and `fcr_high` are what the undecided contacts allow, so the interval of chance has other names.
pub const INTERVALS: [(&str, &str, &str, &str); 4] = [
    ("transfer_rate", "transfer_rate_low", "transfer_rate_high", "handled"),
    ("fcr", "fcr_interval_low", "fcr_interval_high", "fcr_n"),
    ("fcr_coded", "fcr_coded_low", "fcr_coded_high", "fcr_coded_n"),
    ("csat", "csat_low", "csat_high", "csat_n"),
];

const COUNT: Holds = Holds::Value(Unit::Count);
const SHARE: Holds = Holds::Value(Unit::Share);
/// A score.
const AROUND_0: Holds = Holds::Difference(Unit::Points);

/// All that a scorecard run found.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ScorecardReport {
    /// What the judgement of each period rests on.
    pub periods: Vec<PeriodReport>,
    /// Each measure of all agents, by period.
    pub measures: Vec<MeasureReport>,
    /// Groups of agents who can be compared with each other, by period.
    pub components: Vec<ComponentReport>,
    /// Every scorecard, one a row.
    #[serde(rename = "scorecards")]
    #[schemars(extend("items" = columns::items("scorecards")))]
    pub table: Table,
    /// Which rows of the table belong together, for people.
    #[serde(skip)]
    pub sections: Vec<Section>,
}

/// Rows that can be compared with each other.
#[derive(Debug, Clone)]
pub struct Section {
    pub heading: Vec<String>,
    pub rows: std::ops::Range<usize>,
}

/// Agents who can be compared with each other.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct ComponentReport {
    /// Name of the period; null without `--period`.
    pub period: Option<String>,
    /// Number of the group.
    pub component: u64,
    /// How many are in it.
    pub agents: u64,
    /// Queues whose calls they took.
    pub queues: Vec<String>,
    /// 0 not at all connected, about 1 fully; null with one queue.
    pub connectivity: Option<f64>,
    /// What that means, in words.
    pub meaning: String,
}

/// A measure of all agents.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct MeasureReport {
    /// Name of the period; null without `--period`.
    pub period: Option<String>,
    /// `resolution`, `satisfaction`, `handle_time` or `outcome`.
    pub measure: &'static str,
    /// What kind of thing it tells of.
    pub level: Level,
    /// Its weight in the score; they sum to 1.
    pub weight: f64,
    /// Level of all agents: a fraction, or seconds.
    pub team: f64,
    /// How far agents truly differ, one step of the score: a fraction, or the logarithm of time.
    pub spread: f64,
    /// False where the differences between agents are no larger than luck makes them.
    pub told_apart: bool,
}

/// What a period's judgement rests on.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct PeriodReport {
    /// Name of the period; null without `--period`.
    pub period: Option<String>,
    /// Contacts that resolution was not judged on because nobody knows who called.
    pub unknown_customers: u64,
    /// Contacts that resolution was not judged on because many customers share the number.
    pub switchboard_contacts: u64,
    /// Contacts that count with the part of the window that has passed.
    pub undecided: u64,
    /// The handle-time limit that was looked at, in seconds; null if there is none.
    pub limit_seconds: Option<f64>,
    /// Whether it was found in the durations.
    pub limit_found: bool,
}

/// Below this connectivity, queues are hardly connected. fair-scoring: simulation of designs with few shared agents.
const HARDLY_CONNECTED: f64 = 0.05;

fn meaning(component: &Component, noun: &str) -> String {
    match component.connectivity {
        _ if component.agents.len() == 1 => format!("shares no calls with any other {noun}: not compared"),
        None => "one queue: all take the same kinds of call".into(),
        Some(c) if c < HARDLY_CONNECTED => format!(
            "connectivity {c:.2}: the queues share hardly any {noun}s, so everyone is compared inside the own queue only; \
             a difference between the queues' teams cannot be measured here"
        ),
        Some(c) => format!("connectivity {c:.2}: enough {noun}s work in several queues to compare all of them"),
    }
}

/// Puts the report together.
pub fn scorecard_report(
    periods: &[PeriodCards],
    unit: Dimension,
    log: &CallLog,
    definitions: &Definitions,
) -> ScorecardReport {
    let history = periods.len() > 1 || periods.iter().any(|p| p.label.is_some());
    let mut table = columns(unit, history, definitions);
    let mut sections = Vec::new();
    let mut components = Vec::new();
    let mut measures = Vec::new();
    for period in periods {
        for m in &period.judgement.measures {
            measures.push(MeasureReport {
                period: period.label.clone(),
                measure: m.measure.id(),
                level: m.measure.level(),
                weight: period.judgement.weights[m.measure as usize],
                team: m.team,
                spread: m.spread,
                told_apart: m.told_apart,
            });
        }
        sections.extend(rows(&mut table, period, unit, history, log, definitions));
        components.extend(period.judgement.components.iter().enumerate().map(|(i, c)| ComponentReport {
            period: period.label.clone(),
            component: i as u64 + 1,
            agents: c.agents.len() as u64,
            queues: c.queues.clone(),
            connectivity: c.connectivity,
            meaning: meaning(c, unit.name()),
        }));
    }
    let of_period = |p: &PeriodCards| PeriodReport {
        period: p.label.clone(),
        unknown_customers: p.tally.unknown_customers,
        switchboard_contacts: p.tally.switchboard_contacts,
        undecided: p.tally.undecided,
        limit_seconds: p.limit.as_ref().ok().map(|l| f64::from(l.ms) / 1_000.0),
        limit_found: p.limit.as_ref().is_ok_and(|l| l.found),
    };
    let periods = periods.iter().map(of_period).collect();
    ScorecardReport { periods, measures, components, table, sections }
}

fn columns(unit: Dimension, history: bool, definitions: &Definitions) -> Table {
    let mut table = Table { keys: if history { 2 } else { 1 }, ..Table::default() };
    if history {
        table.column("period", "Period", Show::Text);
    }
    let title = super::capital(unit.name());
    table.column(unit.name(), &title, Show::Text);
    if unit == Dimension::Agent {
        table.column("team", "Team", Show::Hidden);
        table.holding("tenure_days", "Days since hired", Show::Hidden, COUNT);
    }
    table.holding("component", "Group", Show::Hidden, COUNT);
    table.holding("score", "Score (80 %)", Show::Hidden, AROUND_0);
    table.holding("score_low", "Score from (80 %)", Show::Hidden, AROUND_0);
    table.holding("score_high", "Score to (80 %)", Show::Hidden, AROUND_0);
    table.column("p_above_median", "Above median", Show::Unit(Unit::Share));
    table.holding("score_reliability", "Reliability of the score", Show::Hidden, SHARE);
    table.column("tier", "Tier", Show::Text);
    table.holding("held", "Review", Show::Text, Holds::Flag);
    table.holding("rank_low", "Rank (80 %)", Show::Hidden, COUNT);
    table.holding("rank_high", "Rank to (80 %)", Show::Hidden, COUNT);
    table.holding("ranked", "Of so many", Show::Hidden, COUNT);
    if history {
        table.column("score_previous", "Before", Show::Signed);
        table.column("score_goal", "Goal", Show::Signed);
    }
    table.holding("signals", "Signals", Show::Text, Holds::List);
    let [score, low, high] = ["score", "score_low", "score_high"].map(|id| table.at(id));
    table.columns[score].show = Show::Score { low, high };
    let [from, to] = ["rank_low", "rank_high"].map(|id| table.at(id));
    table.columns[from].show = Show::Ranks { to };
    for measure in Measure::ALL {
        let unit = if measure == Measure::HandleTime { Unit::Seconds } else { Unit::Share };
        let first = table.columns.len();
        let title = super::capital(&words(measure));
        let mut column = |name: &str, fact: &str, holds: Holds| {
            let title = if fact == FACT_TITLES[0] { title.clone() } else { format!("{title}: {}", lower(fact)) };
            table.holding(&format!("measures.{}.{name}", measure.id()), &title, Show::Hidden, holds);
        };
        for ((name, _), title) in FACTS.iter().zip(FACT_TITLES) {
            column(name, title, holds(name, unit));
        }
        if history {
            column("previous", "Before", Holds::Value(unit));
            column("goal", "Goal", Holds::Value(unit));
        }
        let at = |name: &str| first + FACTS.iter().position(|(n, _)| *n == name).expect("a fact of a measure");
        table.columns[first].show = Show::Compared {
            expected: at("expected"),
            difference: at("difference"),
            needed: at("needed"),
            weeks: at("needed_weeks"),
            team: at("team"),
            told_apart: at("told_apart"),
            unit,
        };
    }
    let first = table.columns.len();
    metric_columns(&mut table, definitions);
    let shown = |id: &str| id == "handled" || definitions.sl_by_agent && id == "service_level";
    table.columns[first..].iter_mut().filter(|c| !shown(&c.id)).for_each(|c| c.show = Show::Hidden);
    for (id, low, high, _) in INTERVALS {
        let title = super::title(id, definitions);
        table.holding(low, &format!("{title} from (95 %)"), Show::Hidden, SHARE);
        table.holding(high, &format!("{title} to (95 %)"), Show::Hidden, SHARE);
    }
    table
}

/// What a fact of a measure is.
fn holds(fact: &str, unit: Unit) -> Holds {
    match fact {
        "difference" => Holds::Difference(unit),
        "reliability" | "own_share" => SHARE,
        "n" | "needed" => COUNT,
        "needed_weeks" => Holds::Value(Unit::Points),
        "told_apart" => Holds::Flag,
        _ => Holds::Value(unit),
    }
}

/// A title within a longer one.
fn lower(title: &str) -> String {
    let mut letters = title.chars();
    letters.next().map_or(String::new(), |first| first.to_lowercase().chain(letters).collect())
}

fn words(measure: Measure) -> String {
    measure.id().replace('_', " ")
}

/// What the facts of a measure are told with.
pub struct Beside<'a> {
    pub all: &'a MeasureOfAll,
    /// Weeks that the log spans.
    pub weeks: f64,
    /// Others take the same kinds of call.
    pub compared: bool,
}

/// What is told of a measure of an agent, by name.
pub type Fact = (&'static str, fn(&Judged, &Beside<'_>) -> Cell);
pub const FACTS: [Fact; 13] = [
    ("observed", |j, _| number(Some(j.observed))),
    ("expected", |j, b| number(b.compared.then_some(j.expected))),
    ("difference", |j, b| number(b.compared.then_some(j.difference))),
    ("shrunk", |j, b| number(b.compared.then_some(j.shrunk))),
    ("low", |j, b| number(b.compared.then_some(j.low))),
    ("high", |j, b| number(b.compared.then_some(j.high))),
    ("reliability", |j, b| number(b.compared.then_some(j.reliability))),
    ("n", |j, _| Cell::Value(Some(Value::Count(j.n)))),
    ("needed", |j, b| Cell::Value(j.needed.filter(|_| b.compared && b.all.told_apart).map(Value::Count))),
    ("needed_weeks", |j, b| number(j.weeks_needed(b.weeks).filter(|_| b.compared && b.all.told_apart))),
    ("team", |_, b| number(Some(b.all.team))),
    ("told_apart", |_, b| Cell::Flag(b.all.told_apart)),
    ("own_share", |j, b| number(b.compared.then_some(j.own_share))),
];

/// What they are called, in their order.
pub const FACT_TITLES: [&str; FACTS.len()] = [
    "Observed", "Expected", "Difference", "Best guess", "From (80 %)", "To (80 %)", "Reliability", "Contacts",
    "More needed", "Weeks for that", "All", "Differences are more than luck", "Rests on own calls",
];

fn number(n: Option<f64>) -> Cell {
    Cell::Value(n.map(Value::Number))
}

/// Adds a period's rows, group by group, and says what the groups are.
fn rows(
    table: &mut Table,
    period: &PeriodCards,
    unit: Dimension,
    history: bool,
    log: &CallLog,
    definitions: &Definitions,
) -> Vec<Section> {
    let mut sections: Vec<Section> = Vec::new();
    let judgement = &period.judgement;
    let in_period = period.label.as_ref().map_or(String::new(), |label| format!("{label}: "));
    let mut alone = Vec::new();
    for (number, component) in judgement.components.iter().enumerate() {
        let group = match judgement.components.len() {
            1 => String::new(),
            all => format!("group {} of {all}: ", number + 1),
        };
        let heading = format!(
            "{in_period}{group}{} {}s on {}; {}",
            component.agents.len(),
            unit.name(),
            list(&component.queues),
            meaning(component, unit.name())
        );
        if component.agents.len() == 1 {
            alone.push(component.agents[0]);
            continue;
        }
        let first = table.rows.len();
        for i in &component.agents {
            table.rows.push(row(&period.cards[*i], period, unit, history, log, definitions));
        }
        let heading =
            if judgement.components.len() == 1 && period.label.is_none() { Vec::new() } else { vec![heading] };
        sections.push(Section { heading, rows: first..table.rows.len() });
    }
    if !alone.is_empty() {
        alone.sort_unstable();
        let first = table.rows.len();
        for i in &alone {
            table.rows.push(row(&period.cards[*i], period, unit, history, log, definitions));
        }
        let name = unit.name();
        let heading = format!("{in_period}not compared: no other {name} takes the same kinds of call");
        sections.push(Section { heading: vec![heading], rows: first..table.rows.len() });
    }
    sections
}

/// Names with commas, the first few of many.
fn list(names: &[String]) -> String {
    const SHOWN: usize = 5;
    let shown: Vec<&str> = names.iter().take(SHOWN).map(String::as_str).collect();
    match names.len().saturating_sub(SHOWN) {
        0 => shown.join(", "),
        1 => format!("{} and one more queue", shown.join(", ")),
        more => format!("{} and {more} more queues", shown.join(", ")),
    }
}

fn row(
    card: &Scorecard,
    period: &PeriodCards,
    unit: Dimension,
    history: bool,
    log: &CallLog,
    definitions: &Definitions,
) -> Vec<Cell> {
    let count = |n: Option<usize>| Cell::Value(n.map(|n| Value::Count(n as u64)));
    let score: Option<&Score> = card.verdict.score.as_ref();
    let mut row = Vec::new();
    if history {
        row.push(Cell::Text(period.label.clone()));
    }
    row.push(Cell::Text(Some(card.name.clone())));
    if unit == Dimension::Agent {
        let person = log.person(card.verdict.agent);
        let team = person.and_then(|p| p.team).map(|team| log.names.team[team as usize].to_string());
        row.push(Cell::Text(team));
        row.push(count(person.and_then(|p| p.hired).zip(period.tally.last_ms).and_then(|(hired, last)| {
            let day = civil_of(Clock::new(log.zone.clone()).local(last)).date();
            usize::try_from((day - hired).get_days()).ok()
        })));
    }
    row.extend([
        count(Some(card.verdict.component + 1)),
        number(score.map(|s| s.value)),
        number(score.map(|s| s.low)),
        number(score.map(|s| s.high)),
        number(score.map(|s| s.p_above_median)),
        number(score.map(|s| s.reliability)),
        Cell::Text(Some(score.map_or("not compared", |s| s.tier.name()).to_string())),
        Cell::Flag(card.held),
        count(score.map(|s| s.rank.0)),
        count(score.map(|s| s.rank.1)),
        count(score.map(|s| s.of)),
    ]);
    if history {
        row.push(number(card.before.and_then(|b| b.score).map(|s| s.value)));
        row.push(number(card.before.and_then(|b| b.score_goal())));
    }
    row.push(Cell::List(card.signals.clone()));
    let weeks = period.tally.span_ms as f64 / (7.0 * 86_400_000.0);
    for measure in Measure::ALL {
        let judged = card.verdict.measures[measure as usize];
        let beside =
            period.judgement.measure(measure).map(|all| Beside { all, weeks, compared: card.verdict.compared });
        let told = judged.zip(beside);
        row.extend(FACTS.iter().map(|(_, of)| told.as_ref().map_or(Cell::Value(None), |(j, b)| of(j, b))));
        if history {
            let (before, goal) = card.before_and_goal(measure);
            row.push(number(before));
            row.push(number(goal));
        }
    }
    row.extend(values(&card.totals, definitions, &log.tells, true));
    for (id, ..) in INTERVALS {
        let interval =
            catalogue::interval(id, &card.totals, definitions, &log.tells).filter(|_| !withheld(id, &log.tells));
        row.push(number(interval.map(|(low, _)| low)));
        row.push(number(interval.map(|(_, high)| high)));
    }
    row
}

fn withheld(id: &str, tells: &Tells) -> bool {
    id == "transfer_rate" && tells.shared_rows
}
