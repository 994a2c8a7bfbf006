//! Agents beside what was expected of their calls, never in a list of better and worse; and the signals.

use super::chart::{Funnel, funnel, whisker, whisker_axis};
use super::parts::{
    Listed, Picture, Wanted, behind, column, exact, figure, name, nothing, number, picture, score, sentence, spoken,
    table,
};
use crate::metrics::catalogue::{Unit, Value};
use crate::report::{Cell, MeasureReport, Report, Table, plainly};
use crate::write::screen::{shown, value, words};
use maud::{Markup, html};

/// Tiers, and measure by measure where agents lie.
pub fn agents(report: &Report) -> Markup {
    let cards = &report.scorecards;
    html! {
        p {
            "Each agent is compared with what the others make of the same kinds of call: same queue, issue and part of the \
             day. A score of 0 is the middle; the line is where the truth lies in 8 of 10 cases. "
            strong { "Agents whose lines overlap cannot be told apart by them" }
            ", so they stand in the order of their names. A tier is only claimed from 80 % on."
        }
        (tiers(report))
        @if cards.table.rows.is_empty() {
            (nothing("No agent handled a call."))
        } @else {
            @for section in &cards.sections {
                @for line in &section.heading { p.note { (sentence(line)) } }
                (scores(report, section.rows.clone()))
            }
            h3 { "Measure by measure" }
            p.note {
                "In these pictures each dot is an agent: to the right those with more contacts, up those with more than the \
                 others' results let expect of the same calls. Luck alone keeps 95 of 100 agents inside the inner lines, and \
                 nearly all inside the outer ones; triangles lie beyond."
            }
            div.pair { @for measure in &cards.measures { (of_measure(report, measure)) } }
        }
    }
}

fn tiers(report: &Report) -> Markup {
    let meant = |tier: &str| match tier {
        "above" => "surely above the middle: learn from them",
        "middle" => "cannot be told apart from the middle: do not rank them",
        "below" => "surely below the middle: coach them",
        "too few" => "too few calls to tell: wait",
        _ => "nobody takes the same kinds of call",
    };
    html! {
        ul.tiers {
            @for of in report.summary.tiers.iter().filter(|of| of.agents > 0) {
                li.{ "t-" (of.tier.replace(' ', "-")) } { strong { (of.agents) } " " (of.tier) span { (meant(of.tier)) } }
            }
        }
    }
}

fn scores(report: &Report, rows: std::ops::Range<usize>) -> Markup {
    let all = &report.scorecards.table;
    let [agent, team, tier, held, value, low, high, likely] =
        ["agent", "team", "tier", "held", "score", "score_low", "score_high", "p_above_median"].map(|id| all.at(id));
    let teams = all.rows[rows.clone()].iter().any(|row| !words(row, team).is_empty());
    let reviews = all.rows[rows.clone()].iter().any(|row| row[held] == Cell::Flag(true));
    let ends = all.rows.iter().flat_map(|row| [number(row, low), number(row, high)]).flatten();
    let reach = ends.map(f64::abs).fold(0.5, f64::max);
    let span = |row: &[Cell]| Some((number(row, low)?, number(row, value)?, number(row, high)?));
    let caption = "Scores with their 80 % intervals, in the order of names";
    html! {
        div.scroll role="group" tabindex="0" aria-label=(caption) {
            table.scores data-table="scorecards" {
                caption { (caption) }
                thead {
                    tr {
                        th scope="col" { "Agent" }
                        @if teams { th scope="col" { "Team" } }
                        th scope="col" { "Tier" }
                        th scope="col" { "Score" (whisker_axis()) }
                        th.n scope="col" { "Score (80 %)" }
                        th.n scope="col" { "Chance to be above the middle" }
                        @if reviews { th scope="col" { "Review" } }
                    }
                }
                tbody {
                    @for i in rows {
                        @let row = &all.rows[i];
                        tr data-row=(i) {
                            th scope="row" data-column="agent" { (name(&shown(&all.columns[agent], row, agent))) }
                            @if teams { td data-column="team" { (name(words(row, team))) } }
                            td data-column="tier" { (words(row, tier)) }
                            td { @if let Some(span) = span(row) { (whisker(reach, words(row, tier), span)) } }
                            td.n { (score(all, row, SCORE)) }
                            td.n data-column="p_above_median" data-value=[exact(&row[likely])] {
                                (shown(&all.columns[likely], row, likely))
                            }
                            @if reviews {
                                td data-column="held" data-value=[exact(&row[held])] {
                                    @if row[held] == Cell::Flag(true) { a href="#signals" { "asked for" } }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// A score and the ends of its interval.
pub const SCORE: [&str; 3] = ["score", "score_low", "score_high"];

pub fn unit_of(measure: &str) -> Unit {
    if measure == "handle_time" { Unit::Seconds } else { Unit::Share }
}

/// A level of a measure as it is shown.
pub fn level(measure: &str, level: f64) -> String {
    value(Some(Value::Number(level)), unit_of(measure))
}

fn of_measure(report: &Report, measure: &MeasureReport) -> Markup {
    let id = measure.measure;
    let title = spoken(id);
    html! {
        @if let Some(drawing) = drawn(report, id) {
            (picture(&Picture {
                id: &format!("funnel-{id}"),
                title: &title,
                says: html! { (about(measure)) " " (beyond(report, id)) },
                drawing,
                numbers: html! {
                    (table(&listed(report, id)))
                    (table(&funnel_table(report, id)))
                    (table(&Listed::all("funnel_limits", "The limits of luck by the number of contacts", &report.peers.funnel_limits)
                        .with("measure", id)))
                },
            }))
        } @else {
            div {
                h3 { (title) }
                p { (about(measure)) }
                (nothing("Nobody can be compared here."))
                (behind("The numbers as a table", table(&listed(report, id))))
            }
        }
    }
}

fn about(of: &MeasureReport) -> Markup {
    let all = level(of.measure, of.team);
    html! {
        "All agents together: " (all) ". "
        @if of.told_apart {
            "Agents truly differ here: a usual distance is "
            @if of.measure == "handle_time" { (format!("{:.0} %", of.spread * 100.0)) }
            @else { (format!("{:.1} points", of.spread * 100.0)) }
            "."
        } @else { strong { "The differences are no larger than luck makes them; it tells nobody apart." } }
        @if of.measure == "handle_time" { " Long is not bad and short is not good: look at what customers got." }
    }
}

/// Who lies beyond the outer limits, by name.
fn beyond(report: &Report, measure: &str) -> Markup {
    let all = &report.peers.funnel;
    let [agent, of, outside, difference] = ["agent", "measure", "outside", "difference"].map(|id| all.at(id));
    let far: Vec<&Vec<Cell>> =
        all.rows.iter().filter(|row| words(row, of) == measure && words(row, outside) == "99.8 %").collect();
    let side = |up: bool| {
        let names = far.iter().filter(move |row| number(row, difference).is_some_and(|d| (d > 0.0) == up));
        let names: Vec<&str> = names.map(|row| words(row, agent)).collect();
        html! {
            @if !names.is_empty() {
                "Surely " (way(measure, up)) " than was to be expected: "
                @for (i, agent) in names.iter().enumerate() { @if i > 0 { "; " } (name(agent)) }
                ". "
            }
        }
    };
    html! {
        @if far.is_empty() { "Nobody lies beyond the outer lines." }
        @else if far.len() > NAMED { (far.len()) " agents lie beyond the outer lines; the table names them." }
        @else { (side(true)) (side(false)) }
    }
}

fn way(measure: &str, up: bool) -> &'static str {
    match (measure, up) {
        ("handle_time", true) => "longer",
        ("handle_time", false) => "shorter",
        (_, true) => "more",
        (_, false) => "less",
    }
}

/// So many are named beside a picture.
const NAMED: usize = 12;

fn drawn(report: &Report, measure: &str) -> Option<Markup> {
    let (all, limits) = (&report.peers.funnel, &report.peers.funnel_limits);
    let mine = |table: &'_ Table, row: &Vec<Cell>| words(row, table.at("measure")) == measure;
    let point = |row: &Vec<Cell>| {
        let outside = match words(row, all.at("outside")) {
            "99.8 %" => 2,
            "95 %" => 1,
            _ => 0,
        };
        Some((number(row, all.at("n"))?, number(row, all.at("difference"))?, outside))
    };
    let ends = |row: &Vec<Cell>| {
        let of = |id: &str| number(row, limits.at(id));
        Some((of("n")?, [(of("low_95")?, of("high_95")?), (of("low_998")?, of("high_998")?)]))
    };
    let points: Vec<_> = all.rows.iter().filter(|row| mine(all, row)).filter_map(point).collect();
    if points.is_empty() {
        return None;
    }
    let time = measure == "handle_time";
    let shown = |off: f64| {
        let percent = format!("{:+.0}", off * 100.0);
        let zero = percent.trim_start_matches(['+', '-']) == "0";
        format!("{}{}", if zero { "0" } else { &percent }, if time { " %" } else { "" })
    };
    Some(funnel(&Funnel {
        id: &format!("funnel-{measure}"),
        points,
        limits: limits.rows.iter().filter(|row| mine(limits, row)).filter_map(ends).collect(),
        title: if time { "calls" } else { "contacts" },
        upwards: if time { "longer than expected" } else { "points above what was expected" },
        shown: &shown,
    }))
}

/// What was seen, what was expected and what is left when luck is taken out.
pub fn measured(key: &'static str) -> [Wanted<'static>; 6] {
    [
        column(key),
        column("n"),
        column("observed").titled("Seen"),
        column("expected"),
        column("shrunk").titled("Best guess (80\u{a0}%)").between("low", "high"),
        column("reliability").titled("Own doing, not luck"),
    ]
}

fn listed<'a>(report: &'a Report, measure: &str) -> Listed<'a> {
    let caption = "Each agent's result, what was expected of the same calls, and the best guess with its 80 % interval";
    Listed::some("measures", caption, &report.peers.measures, &measured("agent")).with("measure", measure)
}

fn funnel_table<'a>(report: &'a Report, measure: &str) -> Listed<'a> {
    let wanted = [
        column("agent"),
        column("n"),
        column("difference"),
        column("low_95").titled("Luck alone goes from (95\u{a0}%)"),
        column("high_95"),
        column("outside"),
    ];
    let caption = "Each agent's difference from what was expected, and how far luck alone goes";
    Listed::some("funnel", caption, &report.peers.funnel, &wanted).with("measure", measure)
}

/// The difference of a measure in words.
pub fn difference(measure: &str, row: &[Cell], at: usize) -> Option<String> {
    number(row, at).map(|d| plainly(d, unit_of(measure)))
}

/// What to look at before anyone is paid.
pub fn signals(report: &Report) -> Markup {
    let of = &report.signals;
    html! {
        p {
            "A signal is a pattern that differs from what others do by more than chance. It is " strong { "no verdict" }
            " and changes no score: somebody has to listen to the calls before anything follows from it."
        }
        @for centre in &of.centre {
            div.alert { p { strong { (spoken(centre.signal)) ", in the whole centre." } " " (sentence(&centre.text)) } }
        }
        @if of.table.rows.is_empty() { (nothing("No signal stands out with anyone.")) }
        @for detector in &of.detectors {
            article.signal aria-labelledby={ "signal-" (detector.signal) } {
                h3 id={ "signal-" (detector.signal) } { (detector.title) }
                p.tag.asks[detector.holds] { (if detector.holds { "Review before anyone is paid" } else { "Worth a look" }) }
                (seen(&of.table, detector.signal))
                dl.facts {
                    dt { "It could also be" }
                    dd { ul { @for benign in &detector.benign { li { (sentence(benign)) } } } }
                    dt { "Look at" }
                    dd { (detector.look_at) }
                }
                (behind("How it is reckoned", html! {
                    dl.facts {
                        dt { "What is counted" } dd { (detector.definition) }
                        dt { "What honest agents are taken to do" } dd { (detector.null) }
                    }
                }))
            }
        }
        @if !of.table.rows.is_empty() {
            (behind("The numbers of all signals as a table", table(&numbers(&of.table))))
        }
        @if let Some(contacts) = of.contacts.as_ref().filter(|contacts| !contacts.rows.is_empty()) {
            (behind("The contacts of all signals", table(&Listed::all("contacts", "Contacts to look at", contacts))))
        }
        (unseen(report))
    }
}

pub fn numbers(all: &Table) -> Listed<'_> {
    let wanted = [
        column("agent"),
        column("signal"),
        column("review"),
        column("observed").titled("Seen").unit(Unit::Points),
        column("of").titled("Of").unit(Unit::Points),
        column("expected").titled("Expected").unit(Unit::Points),
        column("ratio"),
        column("contacts").titled("Contacts").unit(Unit::Count),
    ];
    Listed::some("signals", "Signals with their evidence", all, &wanted)
}

fn seen(all: &Table, signal: &str) -> Markup {
    let [agent, of, text] = ["agent", "signal", "text"].map(|id| all.at(id));
    html! {
        ul.evidence data-table="signals" {
            @for (i, row) in all.rows.iter().enumerate().filter(|(_, row)| words(row, of) == signal) {
                li data-row=(i) {
                    strong data-column="agent" { (name(words(row, agent))) } ": "
                    span data-column="text" { (words(row, text)) } "."
                }
            }
        }
    }
}

/// What could not be looked for, and why.
fn unseen(report: &Report) -> Markup {
    html! {
        @if !report.signals.not_looked.is_empty() {
            (behind("What could not be looked for", html! {
                dl.facts {
                    @for not in &report.signals.not_looked { dt { (spoken(not.signal)) } dd { (sentence(&format!("for want of {}", not.lacks))) } }
                }
            }))
        }
    }
}

/// Where the others lie, in a sentence without names.
pub fn beside_others(table: &Table, row: &[Cell], measure: &str) -> Markup {
    let at = |id: &str| figure(table, row, table.at(id));
    html! {
        "Half of the " (at("agents")) " agents lie between " (at("p25")) " and " (at("p75")) ", one half below " (at("p50"))
        @if measure == "handle_time" { ". Long is not bad and short is not good." } @else { "." }
    }
}
