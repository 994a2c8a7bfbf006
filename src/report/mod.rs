//! What a run found, ready to be written: plain tables and a few facts around them.

pub mod columns;
mod dictionary;
mod document;
mod goals;
mod incentives;
mod overview;
mod peers;
mod plan_check;
mod scorecards;
mod signals;
mod statement;
mod summary;
mod table;
mod trial;
mod whole;
mod words;

pub use dictionary::{DefinitionsPage, MetricPage, definitions_page};
pub use dictionary::{definitions_table, intake_table};
pub use document::Document;
pub use goals::{AttainmentReport, GoalMeasureReport, GoalParts, GoalsReport, goals_report};
pub use incentives::{
    ComparisonReport, IncentivesReport, Parts, PlanReport, ValueReport, amount_text, incentives_report,
};
pub use plan_check::{
    CheckedPlan, MaturityReport, PlanCheckReport, PlanFinding, plan_check_report, plan_findings_table,
};
pub use scorecards::{ComponentReport, MeasureReport, PeriodReport, ScorecardReport, Section, scorecard_report};
pub use signals::{
    CentreReport, DetectorReport, LimitReport, NotLooked, SignalsReport, detector_report, signals_report,
};

pub use overview::{OverviewReport, overview_report};
pub use statement::{Block, SectionReport, StatementParts, StatementReport, statement_report};
pub use summary::{Look, SummaryParts, SummaryReport, summary_report, unit_word};
pub use table::{Cell, Column, Holds, Show, Table};
pub use trial::{LevelReport, PaidReport, RentReport, SupportReport, TrialReport};
pub use whole::{AboutReport, FileAbout, Named, PeersReport, Report, ReportParts, TABLES, report};
pub use words::{clock, plainly, signed};

use crate::call_log::{CallLog, Tells};
use crate::contacts::Match;
use crate::intake::Intake;
use crate::metrics::catalogue::{self, CATALOGUE};
use crate::metrics::{Definitions, Dimension, Facts, Totals};
use crate::read::{FileReport, Why};
use schemars::JsonSchema;
use serde::Serialize;

/// Short titles for the screen.
fn title(id: &str, definitions: &Definitions) -> String {
    let short = match id {
        "short_abandoned" => return format!("Aband. <={} s", f64::from(definitions.short_abandon_ms) / 1_000.0),
        "service_level" => return format!("SL {} s", f64::from(definitions.sl_ms) / 1_000.0),
        "abandoned" => "Aband.",
        "abandon_rate" => "Aband. %",
        "longest_wait_s" => "Longest wait",
        "acw_s" => "ACW",
        "handle_p50_s" => "Median HT",
        "handle_p90_s" => "90 % HT",
        "transfer_rate" => "Transfers",
        "fcr" => "FCR",
        "fcr_low" => "FCR at least",
        "fcr_high" => "FCR at most",
        "fcr_coded" => "FCR coded",
        "csat" => "CSAT",
        "csat_mean" => "CSAT mean",
        _ => CATALOGUE.iter().find(|m| m.id == id).map_or(id, |m| m.name),
    };
    short.to_string()
}

/// The metrics of each group as a table.
pub fn metrics_table(facts: &Facts, log: &CallLog, definitions: &Definitions) -> Table {
    let mut table = Table { keys: facts.dimensions.len(), ..Table::default() };
    for dimension in &facts.dimensions {
        let name = dimension.name();
        let holds = if *dimension == Dimension::Day { Holds::Day } else { Holds::Text };
        table.holding(name, &capital(name), Show::Text, holds);
    }
    metric_columns(&mut table, definitions);
    for (id, count) in [("fcr", "fcr_n"), ("csat", "csat_n")] {
        let (at, count) = (table.at(id), table.at(count));
        table.columns[at].show = Show::Counted { count };
        table.columns[count].show = Show::Hidden;
    }
    for id in ["fcr_coded_n", "fcr_unknown"] {
        let at = table.at(id);
        table.columns[at].show = Show::Hidden;
    }
    let by_agent = facts.dimensions.contains(&Dimension::Agent);
    for group in &facts.groups {
        let labels = facts.dimensions.iter().zip(&group.values);
        let mut row: Vec<Cell> = labels.map(|(d, v)| Cell::Text(d.label(*v, log, definitions.interval_ms))).collect();
        row.extend(values(&group.totals, definitions, &log.tells, by_agent));
        table.rows.push(row);
    }
    table
}

fn metric_columns(table: &mut Table, definitions: &Definitions) {
    for metric in &CATALOGUE {
        table.column(metric.id, &title(metric.id, definitions), Show::Unit(metric.unit));
    }
}

/// All metrics of some totals; the service level of an agent only where it was asked for, and its transfers only
/// where a transferred contact is not one row for several agents.
fn values<'a>(
    totals: &'a Totals,
    definitions: &'a Definitions,
    tells: &'a Tells,
    of_agent: bool,
) -> impl Iterator<Item = Cell> + 'a {
    CATALOGUE.iter().map(move |metric| {
        let withheld = of_agent
            && match metric.id {
                "service_level" => !definitions.sl_by_agent,
                "transfer_rate" => tells.shared_rows,
                _ => false,
            };
        Cell::Value(if withheld { None } else { catalogue::value(metric, totals, definitions, tells) })
    })
}

/// Runs of blanks as one.
pub fn squash(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn capital(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map_or(String::new(), |first| first.to_uppercase().chain(letters).collect())
}

/// What every result says of itself: the ledger of its rows, and the choices behind its numbers.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Head {
    pub intake: IntakeReport,
    pub definitions: DefinitionsReport,
}

/// What was found, behind its ledger and its definitions.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Headed<'a, T> {
    #[serde(flatten)]
    pub head: &'a Head,
    #[serde(flatten)]
    pub report: &'a T,
}

impl Head {
    pub fn new(intake: &Intake, definitions: &Definitions, log: &CallLog) -> Head {
        Head { intake: IntakeReport::new(intake), definitions: DefinitionsReport::new(definitions, log) }
    }
}

/// The ledger, for machines.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct IntakeReport {
    /// Rows read.
    pub rows: u64,
    /// Rows kept.
    pub kept: u64,
    /// Rows left out, by reason; with `kept` they sum to `rows`.
    pub left_out: std::collections::BTreeMap<String, u64>,
    /// Rows that should have been usable and were not, part of those left out.
    pub rejected: u64,
}

impl IntakeReport {
    pub fn new(intake: &Intake) -> Self {
        IntakeReport {
            rows: intake.rows,
            kept: intake.kept(),
            left_out: intake.left_out().map(|(reason, bucket)| (reason.to_string(), bucket.count)).collect(),
            rejected: intake.rejected(),
        }
    }
}

/// The choices behind the numbers, for machines.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct DefinitionsReport {
    /// T, the wait that is in time at most, in seconds.
    pub service_level_seconds: f64,
    /// How abandoned contacts count in the service level: a name of `--sl-formula`.
    pub service_level_formula: &'static str,
    /// S, the wait of a short abandon at most, in seconds.
    pub short_abandon_seconds: f64,
    /// A customer who comes back within so many days was not helped the first time.
    pub fcr_window_days: f64,
    /// What a repeat shares with the contact before: `customer`, `customer+queue` or `customer+issue`.
    pub fcr_match: &'static str,
    /// Kind of the intervals of metrics.
    pub interval: &'static str,
    /// Scales of the survey answers, as in `1 to 5`; null without satisfaction.
    pub csat_scale: Option<String>,
    /// Clock of days and hours, as in `Europe/London`.
    pub time_zone: String,
    /// Names of the metrics that the sources do not tell; they are null everywhere.
    pub not_available: Vec<&'static str>,
}

/// The name of a rule of matching, as `--fcr-match` has it.
pub fn match_name(by: Match) -> &'static str {
    match by {
        Match::Customer => "customer",
        Match::CustomerQueue => "customer+queue",
        Match::CustomerIssue => "customer+issue",
    }
}

impl DefinitionsReport {
    pub fn new(definitions: &Definitions, log: &CallLog) -> Self {
        let scales: Vec<String> = log.scales.iter().map(|s| format!("{} to {}", s.low, s.high)).collect();
        DefinitionsReport {
            service_level_seconds: f64::from(definitions.sl_ms) / 1_000.0,
            service_level_formula: definitions.sl_formula.name(),
            short_abandon_seconds: f64::from(definitions.short_abandon_ms) / 1_000.0,
            fcr_window_days: f64::from(definitions.fcr_window_ms) / 86_400_000.0,
            fcr_match: match_name(definitions.fcr_match),
            interval: "95 % Wilson",
            csat_scale: (!scales.is_empty()).then(|| scales.join(" and ")),
            time_zone: log.zone.iana_name().unwrap_or("UTC").to_string(),
            not_available: not_available(&log.tells, definitions).into_iter().map(|(metric, _)| metric).collect(),
        }
    }
}

/// The metrics that the sources cannot give, and what they would need.
pub fn not_available(tells: &Tells, definitions: &Definitions) -> Vec<(&'static str, &'static str)> {
    let lacking = CATALOGUE.iter().filter(|m| !(m.available)(tells, definitions));
    // Of two things that a metric needs, only the missing one is named.
    let needs = |needs: &'static str| match needs.split_once(" and ") {
        Some((first, _)) if !tells.wait => first,
        Some((_, second)) => second,
        None => needs,
    };
    lacking.map(|m| (m.id, needs(m.needs))).collect()
}

/// One thing to know about the data.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Finding {
    /// What it is, in one word for machines.
    pub id: &'static str,
    /// File that it is about; null if it is about all.
    pub file: Option<String>,
    /// What to know, in a sentence.
    pub text: String,
}

/// One bucket of the ledger with its first places.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct BucketReport {
    /// Why the rows were left out.
    pub reason: String,
    /// How many rows.
    pub rows: u64,
    /// They should have been usable and were not.
    pub rejected: bool,
    /// The first five places: `line 57`, or `FILE:57` with several files.
    pub first: Vec<String>,
}

/// How one column of a file was understood.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct UnderstoodColumn {
    /// callmerit's name of the field.
    pub field: &'static str,
    /// Name of the column in the file; several with ` + ` between.
    pub column: String,
    /// How its values are read.
    pub how: String,
    /// First values; none for customers, whose ids are never shown.
    pub samples: Vec<String>,
}

/// What `check` tells of one file.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct FileCheck {
    /// Name of the file.
    pub file: String,
    /// What kind of file it is.
    pub format: String,
    /// Name of the source profile.
    pub profile: String,
    /// Its title.
    pub profile_title: String,
    /// How the profile came to be used.
    pub why: String,
    /// Time zone of its times.
    pub time_zone: String,
    /// How its columns were understood.
    pub columns: Vec<UnderstoodColumn>,
    /// Columns that were not read.
    pub unused_columns: Vec<String>,
}

/// All that `check` found.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct CheckReport {
    pub intake: IntakeReport,
    /// Where the rows went, with first places.
    pub ledger: Vec<BucketReport>,
    /// Each file, and how it was understood.
    pub files: Vec<FileCheck>,
    /// The columns of the first file once more, for those who read one file.
    pub columns: Vec<UnderstoodColumn>,
    /// The metrics that the sources cannot give, each with what it would need.
    pub not_available: std::collections::BTreeMap<&'static str, &'static str>,
    /// What to know about the data.
    pub findings: Vec<Finding>,
}

/// The buckets of the ledger with their first places.
pub fn ledger(intake: &Intake, files: &[FileReport]) -> Vec<BucketReport> {
    intake
        .left_out()
        .map(|(reason, bucket)| BucketReport {
            reason: reason.to_string(),
            rows: bucket.count,
            rejected: reason.is_rejection(),
            first: bucket
                .first
                .iter()
                .map(|p| match files {
                    [_] => format!("line {}", p.line),
                    many => format!("{}:{}", many[p.file as usize].name, p.line),
                })
                .collect(),
        })
        .collect()
}

/// Puts the check together.
pub fn check_report(files: &[FileReport], intake: &Intake, log: &CallLog, findings: Vec<Finding>) -> CheckReport {
    let checked: Vec<FileCheck> = files.iter().map(file_check).collect();
    CheckReport {
        intake: IntakeReport::new(intake),
        ledger: ledger(intake, files),
        columns: checked.first().map_or_else(Vec::new, |f| f.columns.clone()),
        files: checked,
        not_available: not_available(&log.tells, &Definitions::default()).into_iter().collect(),
        findings,
    }
}

fn file_check(file: &FileReport) -> FileCheck {
    let why = match &file.why {
        Why::Given => "given with --profile".to_string(),
        Why::Recognised(why) => format!("recognised: {why}"),
        Why::Guessed => "guessed from headers and values; `callmerit profiles new` writes the guess down".to_string(),
    };
    let zone = if file.zone_assumed {
        format!("{} assumed for times without a zone; say --tz if it is another", file.zone)
    } else {
        file.zone.clone()
    };
    let columns = file
        .columns
        .iter()
        .map(|c| UnderstoodColumn {
            field: c.field.name(),
            column: c.columns.join(" + "),
            how: match file.comments.get(&c.field) {
                Some(comment) => format!("{}; {comment}", c.how),
                None => c.how.clone(),
            },
            samples: c.samples.clone(),
        })
        .collect();
    FileCheck {
        file: file.name.clone(),
        format: file.format.clone(),
        profile: file.profile.name.clone(),
        profile_title: file.profile.title.clone(),
        why,
        time_zone: zone,
        columns,
        unused_columns: file.unused.clone(),
    }
}
