//! What everything else rests on: definitions, the ledger of the rows, what to know about the data.

use super::parts::{Listed, behind, name, table};
use crate::report::Report;
use maud::{Markup, html};

pub fn rest(report: &Report) -> Markup {
    let of = &report.head.definitions;
    html! {
        h3 { "What words mean here" }
        dl.facts {
            dt { "In time" }
            dd { "answered within " (of.service_level_seconds) " s; abandoned callers count as in " code { (of.service_level_formula) } }
            dt { "Short abandon" }
            dd { "gave up within " (of.short_abandon_seconds) " s" }
            dt { "Resolved first time" }
            dd { "not passed on, and not back within " (of.fcr_window_days) " days with the same " (of.fcr_match.replace('+', " and ")) }
            @if let Some(scale) = &of.csat_scale { dt { "Satisfied" } dd { "one of the two best answers of the scale, " (scale) } }
            dt { "Interval" }
            dd { (of.interval) " for shares of calls; 80 % for what is compared between agents: in 8 of 10 cases the truth lies inside" }
            @for period in &report.scorecards.periods {
                dt { "Resolution is not judged on" }
                dd {
                    (period.unknown_customers) " contacts of unknown callers and " (period.switchboard_contacts)
                    " from switchboards; " (period.undecided) " are so recent that they count in part"
                }
                @if let Some(limit) = period.limit_seconds {
                    dt { "Handle-time limit" }
                    dd { (limit) " s, " (if period.limit_found { "found in how long calls last" } else { "as it was given" }) }
                }
            }
        }
        @if report.metrics.rows.is_empty() {} @else {
            (behind("Every metric's definition", table(&Listed::all("definitions", "Definitions", &report.metrics))))
        }
        h3 { "Where the rows went" }
        p.note { "Every row of the files is kept or left out for one of these reasons; rejected rows should have been usable and were not." }
        (table(&Listed::all("intake", "The ledger", &report.intake)))
        @if !report.findings.is_empty() {
            h3 { "What to know about the data" }
            ul {
                @for finding in &report.findings {
                    li { @if let Some(file) = &finding.file { (name(file)) ": " } (finding.text) }
                }
            }
        }
        h3 { "Files" }
        ul { @for file in &report.about.files { li { (name(&file.file)) ": " (file.profile) } } }
    }
}
