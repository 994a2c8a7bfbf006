//! Goals for people.

use super::{at, columns, number_at, paragraph, plainly, table, thousands, unit_at, value, words};
use crate::metrics::catalogue::{Unit, Value};
use crate::report::{AttainmentReport, Cell, Column, GoalMeasureReport, GoalsReport, Show, Table};
use crate::write::Look;

/// What is measured, then every agent with goals, or why there is none.
pub fn goals(report: &GoalsReport, look: Look) -> String {
    let mut out = paragraph(
        "",
        &format!(
            "Goals for {} ({} to {}), from the results of {}; plan: {}.",
            report.period, report.from, report.to, report.judged, report.plan.name
        ),
        look,
    );
    for measure in &report.measures {
        out += &paragraph(&format!("  {}: ", spaced(measure.measure)), &about(measure), look);
    }
    out += &paragraph(
        "",
        "The threshold is the agent's own level with luck taken out, the target lies 0.3 of a step above it; a step is how \
         far agents truly differ.",
        look,
    );
    out += &paragraph("", &sentence(report.reached_when), look);
    let somebody = report.measures.iter().any(|measure| measure.none.is_none());
    for rows in report.table.rows.chunk_by(|a, b| a[0] == b[0]).filter(|_| somebody) {
        out.push('\n');
        out += &agent(report, rows, look);
    }
    if let Some(attainment) = report.attainment.as_ref().filter(|all| all.iter().any(|a| a.goals > 0)) {
        out.push('\n');
        out += &paragraph("", "Targets reached, by thirds of what was seen before the goals were set:", look);
        out += &table(&attained(attainment), look);
    }
    out
}

fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or(String::new(), |first| first.to_uppercase().chain(letters).chain(['.']).collect())
}

fn spaced(measure: &str) -> String {
    measure.replace('_', " ")
}

fn about(of: &GoalMeasureReport) -> String {
    let unit = if of.measure == "handle_time" { Unit::Seconds } else { Unit::Share };
    let level = of.team.map_or(String::new(), |team| format!("; {} of all", value(Some(Value::Number(team)), unit)));
    let better = match of.better {
        "lower" => ", shorter is better",
        "neither" => ", neither long nor short is good",
        _ => "",
    };
    let agents = match &of.none {
        Some(why) => format!("No goals: {why}"),
        None if of.keeps > 0 => {
            format!("Agents with a goal: {}, to keep their level: {}, without: {}", of.goals, of.keeps, of.refused)
        }
        None => format!("Agents with a goal: {}, without: {}", of.goals, of.refused),
    };
    format!("{}{better}{level}. {agents}.", of.definition)
}

fn agent(report: &GoalsReport, rows: &[Vec<Cell>], look: Look) -> String {
    let table = &report.table;
    let review = rows.iter().any(|row| row[at(table, "under_review")] == Cell::Flag(true));
    let head = format!(" {}", words(&rows[0], at(table, "agent")));
    let mut out = match review {
        true => paragraph(&format!("{head}  "), "a signal asks for review; results count once that is settled", look),
        false => paragraph(&head, "", look),
    };
    let nobody = |measure: &str| report.measures.iter().any(|m| m.measure == measure && m.none.is_some());
    for row in rows.iter().filter(|row| !nobody(words(row, at(table, "measure")))) {
        let mut head = format!("   {:<12}  ", spaced(words(row, at(table, "measure"))));
        for line in lines(report, row) {
            out += &paragraph(&head, &line, look);
            head = " ".repeat(columns(&head));
        }
    }
    out
}

/// What is said of one measure of an agent.
pub fn lines(report: &GoalsReport, row: &[Cell]) -> Vec<String> {
    let table = &report.table;
    let unit = unit_at(row, at(table, "unit"));
    let cell = |id: &str| number_at(row, at(table, id));
    let level = |id: &str| value(cell(id), unit);
    let chances = |ids: [&str; 3]| -> String {
        let known: Vec<String> = ids.into_iter().filter_map(cell).map(percent).collect();
        joined(&known) + " %"
    };
    let mut lines = match words(row, at(table, "action")) {
        "goal" => {
            let levels = |suffix: &str| -> Vec<String> {
                ["threshold", "target", "stretch"]
                    .into_iter()
                    .filter(|name| cell(&format!("{name}{suffix}")).is_some())
                    .map(|name| level(&format!("{name}{suffix}")))
                    .collect()
            };
            let own = levels("");
            let stretch = own.get(2).map_or(String::new(), |stretch| format!(", stretch {stretch}"));
            vec![
                format!(
                    "threshold {}, target {}{stretch}; on the calls of all {}",
                    own[0],
                    own[1],
                    joined(&levels("_of_all"))
                ),
                format!(
                    "likely: {} if nothing changes, {} if half a step ({}) better",
                    chances(["chance_threshold", "chance_target", "chance_stretch"]),
                    chances(["chance_threshold_if_better", "chance_target_if_better", "chance_stretch_if_better"]),
                    amount(cell("half_step"), unit)
                ),
                shows(report, row, unit),
            ]
        }
        "keep" => vec![format!(
            "{}; usual is {} to {}",
            words(row, at(table, "reason")),
            level("band_low"),
            level("band_high")
        )],
        _ => vec![format!("no goal: {}", words(row, at(table, "reason")))],
    };
    if let Some(seen) = result(report, row, unit) {
        lines.push(seen);
    }
    lines
}

/// From when on an improvement shows.
fn shows(report: &GoalsReport, row: &[Cell], unit: Unit) -> String {
    let cell = |id: &str| number_at(row, at(&report.table, id));
    let from = amount(cell("detectable"), unit);
    let measure = words(row, at(&report.table, "measure"));
    let counts = report.measures.iter().find(|m| m.measure == measure).map_or("", |m| m.counts);
    match (cell("detect_n"), cell("detect_weeks")) {
        (Some(Value::Count(n)), Some(Value::Number(weeks))) => format!(
            "shows: improvements from {from} on; of half a step only over {:.0} weeks ({} {counts})",
            weeks.ceil(),
            thousands(n)
        ),
        _ => format!("shows: improvements from {from} on; of half a step never, among so few agents"),
    }
}

/// What came of a goal.
fn result(report: &GoalsReport, row: &[Cell], unit: Unit) -> Option<String> {
    let table = &report.table;
    let at = |id: &str| table.columns.iter().position(|c| c.id == id);
    let reached = words(row, at("reached")?);
    let shown = |id: &str| at(id).and_then(|at| number_at(row, at)).map(|v| value(Some(v), unit));
    let there =
        shown("result_target").map_or(String::new(), |target| format!(", on calls where the target is {target}"));
    let came = match reached {
        "" => return None,
        "no" => "not reached",
        "kept" => "kept",
        "threshold" => "threshold reached",
        "target" => "target reached",
        _ => "stretch reached",
    };
    Some(format!("{}: {}{there}: {came}", report.period, shown("result")?))
}

/// A difference without its direction: `3.8 points`, `12 s`.
fn amount(v: Option<Value>, unit: Unit) -> String {
    match v {
        Some(Value::Number(n)) => plainly(n, unit).trim_end_matches(" more").trim_end_matches(" longer").to_string(),
        _ => super::UNKNOWN.to_string(),
    }
}

fn percent(v: Value) -> String {
    match v {
        Value::Number(n) => format!("{:.0}", n * 100.0),
        Value::Count(n) => n.to_string(),
    }
}

/// `a, b and c`.
fn joined(words: &[String]) -> String {
    match words {
        [many @ .., last] if !many.is_empty() => format!("{} and {last}", many.join(", ")),
        _ => words.concat(),
    }
}

fn attained(all: &[AttainmentReport]) -> Table {
    let count = |n: u64| Cell::Value(Some(Value::Count(n)));
    let titles = vec![
        Column::new("measure", "Measure", Show::Text),
        Column::new("third", "Third", Show::Text),
        Column::new("goals", "Goals", Show::Unit(Unit::Count)),
        Column::new("threshold", "Threshold", Show::Unit(Unit::Count)),
        Column::new("target", "Target", Show::Unit(Unit::Count)),
        Column::new("stretch", "Stretch", Show::Unit(Unit::Count)),
        Column::new("target_if_same", "Target, if nothing changed", Show::Unit(Unit::Share)),
    ];
    let row = |a: &AttainmentReport| {
        vec![
            Cell::Text(Some(spaced(a.measure))),
            Cell::Text(Some(a.third.to_string())),
            count(a.goals),
            count(a.threshold),
            count(a.target),
            count(a.stretch),
            Cell::Value(a.target_if_same.map(Value::Number)),
        ]
    };
    Table { columns: titles, rows: all.iter().filter(|a| a.goals > 0).map(row).collect(), keys: 2 }
}
