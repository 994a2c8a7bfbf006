//! JSON: objects with the stable names; unknown is null.

use crate::metrics::catalogue::Value;
use crate::report::{
    AttainmentReport, Cell, CentreReport, Column, ComparisonReport, ComponentReport, DefinitionsReport, DetectorReport,
    GoalMeasureReport, GoalsReport, IncentivesReport, IntakeReport, LimitReport, MeasureReport, NotLooked,
    PeriodReport, PlanReport, ScorecardReport, SignalsReport, Table, ValueReport,
};
use anyhow::Result;
use serde::ser::{SerializeMap, SerializeSeq};
use serde::{Serialize, Serializer};

/// One row as an object: columns, what is cut from their names, and cells.
struct Object<'a>(&'a [Column], usize, &'a [Cell]);

impl Serialize for Object<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        let mut at = 0;
        while at < self.0.len() {
            match self.0[at].id[self.1..].split_once('.') {
                None => {
                    map.serialize_entry(&self.0[at].id[self.1..], &self.2[at])?;
                    at += 1;
                }
                Some((object, _)) => {
                    // Columns `a.b` and `a.c` that stand side by side are one object `a`.
                    let start = self.1 + object.len() + 1;
                    let prefix = &self.0[at].id[..start];
                    let end = at + self.0[at..].iter().take_while(|c| c.id.starts_with(prefix)).count();
                    map.serialize_entry(object, &Object(&self.0[at..end], start, &self.2[at..end]))?;
                    at = end;
                }
            }
        }
        map.end()
    }
}

impl Serialize for Cell {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Cell::Text(text) | Cell::Amount(text) | Cell::Note(text) => text.serialize(serializer),
            Cell::Value(None) => serializer.serialize_none(),
            Cell::Value(Some(Value::Count(count))) => count.serialize(serializer),
            Cell::Value(Some(Value::Number(number))) => number.serialize(serializer),
            Cell::Flag(is) => is.serialize(serializer),
            Cell::List(names) => names.serialize(serializer),
        }
    }
}

/// The rows of some tables, one behind the other.
struct Rows<'a>(&'a [Table]);

impl Serialize for Rows<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut seq = serializer.serialize_seq(None)?;
        for table in self.0 {
            for row in &table.rows {
                seq.serialize_element(&Object(&table.columns, 0, row))?;
            }
        }
        seq.end()
    }
}

/// All rows as one array.
pub fn array(tables: &[Table]) -> Result<String> {
    Ok(serde_json::to_string_pretty(&Rows(tables))? + "\n")
}

/// One object a line.
pub fn lines(tables: &[Table]) -> Result<String> {
    let mut out = String::new();
    for table in tables {
        for row in &table.rows {
            out += &serde_json::to_string(&Object(&table.columns, 0, row))?;
            out.push('\n');
        }
    }
    Ok(out)
}

#[derive(Serialize)]
struct Scorecards<'a> {
    intake: &'a IntakeReport,
    definitions: &'a DefinitionsReport,
    periods: &'a [PeriodReport],
    measures: &'a [MeasureReport],
    components: &'a [ComponentReport],
    scorecards: Rows<'a>,
}

/// The scorecards with the ledger, the definitions, and what they rest on.
pub fn scorecards(report: &ScorecardReport) -> Result<String> {
    let all = Scorecards {
        intake: &report.intake,
        definitions: &report.definitions,
        periods: &report.periods,
        measures: &report.measures,
        components: &report.components,
        scorecards: Rows(std::slice::from_ref(&report.table)),
    };
    Ok(serde_json::to_string_pretty(&all)? + "\n")
}

#[derive(Serialize)]
struct Signals<'a> {
    intake: &'a IntakeReport,
    limits: &'a [LimitReport],
    signals: Rows<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    contacts: Option<Rows<'a>>,
    centre: &'a [CentreReport],
    detectors: &'a [DetectorReport],
    not_looked: &'a [NotLooked],
}

/// The signals with the ledger and the detectors' definitions.
pub fn signals(report: &SignalsReport) -> Result<String> {
    let all = Signals {
        intake: &report.intake,
        limits: &report.limits,
        signals: Rows(std::slice::from_ref(&report.table)),
        contacts: report.contacts.as_ref().map(|t| Rows(std::slice::from_ref(t))),
        centre: &report.centre,
        detectors: &report.detectors,
        not_looked: &report.not_looked,
    };
    Ok(serde_json::to_string_pretty(&all)? + "\n")
}

#[derive(Serialize)]
struct Incentives<'a> {
    intake: &'a IntakeReport,
    definitions: &'a DefinitionsReport,
    plan: &'a PlanReport,
    period: &'a str,
    from: &'a str,
    to: &'a str,
    judged_from: &'a str,
    currency: Option<&'static str>,
    budget: Option<&'a str>,
    total: &'a str,
    held: &'a str,
    pool: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    comparison: Option<&'a ComparisonReport>,
    recommendations: Rows<'a>,
    adjustments: Rows<'a>,
    values: &'a [ValueReport],
}

/// The recommendations with the budget, the ledger, and what later facts change of earlier decisions.
pub fn incentives(report: &IncentivesReport) -> Result<String> {
    let all = Incentives {
        intake: &report.intake,
        definitions: &report.definitions,
        plan: &report.plan,
        period: &report.period,
        from: &report.from,
        to: &report.to,
        judged_from: &report.judged_from,
        currency: report.currency,
        budget: report.budget.as_deref(),
        total: &report.total,
        held: &report.held,
        pool: report.pool.as_deref(),
        comparison: report.comparison.as_ref(),
        recommendations: Rows(std::slice::from_ref(&report.table)),
        adjustments: Rows(std::slice::from_ref(&report.adjustments)),
        values: &report.values,
    };
    Ok(serde_json::to_string_pretty(&all)? + "\n")
}

#[derive(Serialize)]
struct Goals<'a> {
    intake: &'a IntakeReport,
    definitions: &'a DefinitionsReport,
    plan: &'a PlanReport,
    period: &'a str,
    from: &'a str,
    to: &'a str,
    judged: &'a str,
    judged_from: &'a str,
    reached_when: &'a str,
    measures: &'a [GoalMeasureReport],
    goals: Rows<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    attainment: Option<&'a [AttainmentReport]>,
}

/// The goals with the ledger, what is measured, and, where it was asked for, how many were reached.
pub fn goals(report: &GoalsReport) -> Result<String> {
    let all = Goals {
        intake: &report.intake,
        definitions: &report.definitions,
        plan: &report.plan,
        period: &report.period,
        from: &report.from,
        to: &report.to,
        judged: &report.judged,
        judged_from: &report.judged_from,
        reached_when: report.reached_when,
        measures: &report.measures,
        goals: Rows(std::slice::from_ref(&report.table)),
        attainment: report.attainment.as_deref(),
    };
    Ok(serde_json::to_string_pretty(&all)? + "\n")
}
