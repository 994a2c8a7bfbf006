//! What is written as JSON, by the names of its schemas.

use super::TABLES;
use clap::ValueEnum;

/// What is written as JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Document {
    Report,
    Scorecard,
    Signals,
    Incentives,
    Goals,
    Explain,
    Metrics,
    Check,
    PlanCheck,
    Definitions,
    Manifest,
}

impl Document {
    pub fn name(self) -> String {
        self.to_possible_value().map_or_else(String::new, |value| value.get_name().to_string())
    }

    /// The name of its schema, which every document has as `schema`. The number becomes another one when programs that read
    /// the documents would have to change.
    pub fn urn(self) -> String {
        format!("urn:callmerit:{}:1", self.name())
    }

    /// What it is, for people.
    pub fn says(self) -> &'static str {
        match self {
            Document::Report => "Everything that one reading finds: `callmerit report`.",
            Document::Scorecard => "Agents compared fairly: `callmerit scorecard`.",
            Document::Signals => "Patterns to look at before anyone is paid: `callmerit signals`.",
            Document::Incentives => "What a plan recommends for a period: `callmerit incentives`.",
            Document::Goals => "What agents are to aim for: `callmerit goals`.",
            Document::Explain => "The statement for one agent: `callmerit explain`.",
            Document::Metrics => "Metrics, one object a group: `callmerit metrics`.",
            Document::Check => "How the files were understood: `callmerit check`.",
            Document::PlanCheck => "What a plan would do: `callmerit plan check`.",
            Document::Definitions => "Every metric with its SQL: `callmerit definitions`.",
            Document::Manifest => "How a night came about: `manifest.json` of `callmerit run`.",
        }
    }

    /// The tables whose rows are its lines as NDJSON.
    pub fn tables(self) -> &'static [&'static str] {
        match self {
            Document::Report => &TABLES,
            Document::Scorecard => &["scorecards"],
            Document::Signals => &["signals", "signal_contacts"],
            Document::Incentives => &["recommendations"],
            Document::Goals => &["goals"],
            Document::Explain => &["statement"],
            Document::Metrics => &["metrics"],
            Document::Check => &["check"],
            Document::PlanCheck => &["plan_findings"],
            Document::Definitions | Document::Manifest => &[],
        }
    }
}
