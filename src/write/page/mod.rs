//! The report as one page that needs nothing else: no network, no script; and a page for each agent.

mod agent;
mod centre;
mod chart;
mod file_name;
mod parts;
mod people;
mod plan;
mod rest;

pub use agent::{agent, agents};
pub use file_name::file_name;

use crate::report::Report;
use crate::write::screen::thousands;
use maud::{Markup, html};
use parts::{Page, Section, days, document, name};

/// The whole page.
pub fn report(report: &Report) -> String {
    let about = &report.about;
    let mut sections = vec![
        Section { id: "first", title: "Look at this first", body: centre::first(report) },
        Section { id: "centre", title: "The centre", body: centre::centre(report) },
        Section { id: "agents", title: "Agents", body: people::agents(report) },
        Section { id: "signals", title: "Signals", body: people::signals(report) },
    ];
    if let Some(incentives) = &report.incentives {
        sections.push(Section { id: "plan", title: "Plan and money", body: plan::recommended(incentives) });
    }
    if let Some(goals) = &report.goals {
        sections.push(Section { id: "goals", title: "Goals", body: plan::goals(goals) });
    }
    sections.push(Section { id: "ledger", title: "Definitions and ledger", body: rest::rest(report) });
    let header = html! {
        p.kind { "Contact centre report" }
        h1 { "Calls from " (days(&about.first_day, &about.last_day)) }
        (judged(report))
    };
    let title = format!("Calls from {}", days(&about.first_day, &about.last_day));
    document(&Page { title: &title, header, sections, footer: footer(report) })
}

/// What was read, and what it was judged under.
fn judged(report: &Report) -> Markup {
    let (about, intake) = (&report.about, &report.head.intake);
    html! {
        p {
            @for (i, file) in about.files.iter().enumerate() {
                @if i > 0 { ", " }
                @if i < SHOWN { (name(&file.file)) }
                @else if i == SHOWN { "and others" }
            }
            ": " (thousands(intake.kept)) " of " (thousands(intake.rows)) " rows are used; "
            a href="#ledger" { "the ledger" } " says why the others are not. Times are those of "
            (report.head.definitions.time_zone) "."
        }
        @if let Some(incentives) = &report.incentives {
            p {
                "Plan: " (name(&incentives.plan.name)) ", for " (incentives.period) ". Agents are judged on the calls from "
                (days(&about.judged_from, &about.judged_to)) "."
            }
        }
    }
}

/// So many files are named.
const SHOWN: usize = 5;

fn footer(report: &Report) -> Markup {
    html! {
        p { "Made by " (report.about.made_by) ". The same files give the same page, to the last byte. No customer is named on it." }
    }
}
