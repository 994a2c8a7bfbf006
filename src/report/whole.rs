//! All that one reading found. Every page, workbook and table is a rendering of it.

use super::dictionary::{definitions_table, intake_table};
use super::peers::{funnel_limits_table, funnel_table, measures_table, own_levels_table, peers_table};
use super::{
    BucketReport, Finding, GoalsReport, Head, IncentivesReport, OverviewReport, ScorecardReport, SignalsReport,
    StatementReport, SummaryParts, SummaryReport, Table, columns, overview_report, scorecard_report, signals_report,
    summary_report,
};
use crate::call_log::CallLog;
use crate::metrics::{Definitions, Dimension};
use crate::overview::Overview;
use crate::read::FileReport;
use crate::scorecards::PeriodCards;
use schemars::JsonSchema;
use serde::Serialize;

/// All that one reading found.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Report {
    pub about: AboutReport,
    pub summary: SummaryReport,
    #[serde(flatten)]
    pub head: Head,
    /// Where the rows went, with first places.
    pub ledger: Vec<BucketReport>,
    /// What to know about the data.
    pub findings: Vec<Finding>,
    pub overview: OverviewReport,
    #[serde(flatten)]
    pub scorecards: ScorecardReport,
    /// Agents beside each other.
    pub peers: PeersReport,
    #[serde(flatten)]
    pub signals: SignalsReport,
    /// What the plan recommends; null without a plan.
    pub incentives: Option<IncentivesReport>,
    /// Goals for the next period; null without a plan, and where it sets none.
    pub goals: Option<GoalsReport>,
    /// One an agent, where they were asked for.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub statements: Vec<StatementReport>,
    /// The metrics' definitions, one a row.
    #[schemars(extend("items" = columns::items("definitions")))]
    pub metrics: Table,
    #[serde(skip)]
    pub intake: Table,
}

/// What the report is of.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct AboutReport {
    /// The program and its version.
    pub made_by: &'static str,
    /// The files as they were named, and how they were understood.
    pub files: Vec<FileAbout>,
    /// Day of the first call.
    pub first_day: String,
    /// Day of the last call.
    pub last_day: String,
    /// First day whose calls the scorecards are made of.
    pub judged_from: String,
    /// Last day whose calls the scorecards are made of.
    pub judged_to: String,
    /// The period that the plan pays; null without a plan.
    pub period: Option<String>,
}

/// A file in a few words.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct FileAbout {
    /// Name of the file.
    pub file: String,
    /// Title of the source profile.
    pub profile: String,
    /// Rows, whatever became of them.
    pub rows: u64,
}

/// Agents beside each other.
#[derive(Debug, Serialize, JsonSchema)]
pub struct PeersReport {
    /// Each measure of each agent, one a row.
    #[schemars(extend("items" = columns::items("measures")))]
    pub measures: Table,
    /// Where agents lie between each other, without names.
    #[schemars(extend("items" = columns::items("levels")))]
    pub levels: Table,
    /// Each agent's own level on the calls of all.
    #[schemars(extend("items" = columns::items("own_levels")))]
    pub own_levels: Table,
    /// Each agent's difference from what was expected, with the limits of luck.
    #[schemars(extend("items" = columns::items("funnel")))]
    pub funnel: Table,
    /// The limits of luck as curves.
    #[schemars(extend("items" = columns::items("funnel_limits")))]
    pub funnel_limits: Table,
}

/// What the report is made of.
pub struct ReportParts<'a> {
    pub head: Head,
    pub ledger: Vec<BucketReport>,
    pub findings: Vec<Finding>,
    pub files: &'a [FileReport],
    pub log: &'a CallLog,
    pub definitions: &'a Definitions,
    pub overview: &'a Overview,
    pub cards: &'a PeriodCards,
    /// First and last day of all calls, and of those that are judged.
    pub days: (String, String),
    pub judged: (String, String),
    pub incentives: Option<IncentivesReport>,
    pub goals: Option<GoalsReport>,
    pub statements: Vec<StatementReport>,
}

/// Puts the report together.
pub fn report(parts: ReportParts<'_>) -> Report {
    let ReportParts { log, definitions, overview, cards, .. } = parts;
    let scorecards = scorecard_report(std::slice::from_ref(cards), Dimension::Agent, log, definitions);
    let signals = signals_report(std::slice::from_ref(cards), log, None);
    let summary = summary_report(&SummaryParts {
        head: &parts.head,
        overview,
        cards,
        signals: &signals,
        incentives: parts.incentives.as_ref(),
        log,
        definitions,
    });
    let of_file = |f: &FileReport| FileAbout { file: f.name.clone(), profile: f.profile.title.clone(), rows: f.rows };
    Report {
        about: AboutReport {
            made_by: concat!("callmerit ", env!("CARGO_PKG_VERSION")),
            files: parts.files.iter().map(of_file).collect(),
            first_day: parts.days.0,
            last_day: parts.days.1,
            judged_from: parts.judged.0,
            judged_to: parts.judged.1,
            period: parts.incentives.as_ref().map(|i| i.period.clone()),
        },
        summary,
        intake: intake_table(&parts.head, &parts.ledger),
        head: parts.head,
        ledger: parts.ledger,
        findings: parts.findings,
        overview: overview_report(overview, log, definitions),
        scorecards,
        peers: PeersReport {
            measures: measures_table(cards),
            levels: peers_table(cards),
            own_levels: own_levels_table(cards),
            funnel: funnel_table(cards),
            funnel_limits: funnel_limits_table(cards),
        },
        signals,
        incentives: parts.incentives,
        goals: parts.goals,
        statements: parts.statements,
        metrics: definitions_table(log, definitions),
    }
}

/// A table of the report.
#[derive(Clone, Copy)]
pub struct Named<'a> {
    /// Its name for files.
    pub name: &'a str,
    /// Its name for people.
    pub title: &'a str,
    pub table: &'a Table,
    /// It names agents, or tells what they are to be paid.
    pub private: bool,
}

impl<'a> Named<'a> {
    pub fn new(name: &'a str, title: &'a str, table: &'a Table) -> Named<'a> {
        Named { name, title, table, private: table.columns.iter().any(|column| column.id == "agent") }
    }
}

/// The names of all tables that a report may have, those of plans included.
pub const TABLES: [&str; 18] = [
    "summary", "scorecards", "measures", "recommendations", "adjustments", "goals", "signals", "days", "hours",
    "queues", "handle_times", "abandonment", "funnel", "funnel_limits", "levels", "own_levels", "definitions",
    "intake",
];

impl Report {
    /// Every table of the report, in the order of reading; with a plan there are more of them.
    pub fn tables(&self) -> Vec<Named<'_>> {
        let mut all = vec![
            Named::new("summary", "Summary", &self.summary.figures),
            Named::new("scorecards", "Scorecards", &self.scorecards.table),
            Named::new("measures", "Measures", &self.peers.measures),
        ];
        if let Some(incentives) = &self.incentives {
            all.push(Named::new("recommendations", "Recommendations", &incentives.table));
            all.push(Named::new("adjustments", "Adjustments", &incentives.adjustments));
        }
        if let Some(goals) = &self.goals {
            all.push(Named::new("goals", "Goals", &goals.table));
        }
        all.extend([Named::new("signals", "Signals", &self.signals.table)]);
        all.extend(self.signals.contacts.iter().map(|contacts| Named::new("contacts", "Contacts", contacts)));
        all.extend([
            Named::new("days", "Days", &self.overview.days),
            Named::new("hours", "Hours of the week", &self.overview.hours),
            Named::new("queues", "Queues", &self.overview.queues),
            Named::new("handle_times", "Handle times", &self.overview.handle_times),
            Named::new("abandonment", "Abandonment", &self.overview.abandonment),
            Named::new("funnel", "Funnel", &self.peers.funnel),
            Named::new("funnel_limits", "Funnel limits", &self.peers.funnel_limits),
            Named::new("levels", "Levels", &self.peers.levels),
            Named::new("own_levels", "Own levels", &self.peers.own_levels),
            Named::new("definitions", "Definitions", &self.metrics),
            Named::new("intake", "Intake", &self.intake),
        ]);
        all
    }
}
