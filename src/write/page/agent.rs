//! A page for one agent: goal, own results beside the others', what was taken out as not the agent's doing, the statement.
//! No other agent's name or result is on it.

use super::chart::{Place, band, whisker, whisker_axis};
use super::parts::{
    Listed, Page, Picture, Section, action_words, column, days, document, name, nothing, number, picture, score,
    sentence, spoken, table,
};
use super::people::{SCORE, beside_others, difference, level, measured, numbers};
use super::plan::levels;
use crate::report::{Block, Cell, Report, SectionReport, StatementReport, Table};
use crate::write::screen::{goal_lines, words};
use maud::{Markup, html};
use std::collections::HashMap;

/// The page of every agent of the scorecards, with the agent's name.
pub fn agents(report: &Report) -> impl Iterator<Item = (String, String)> + '_ {
    let cards = &report.scorecards.table;
    let places = Places::new(report);
    let name = cards.at("agent");
    cards.rows.iter().map(move |card| {
        let agent = words(card, name);
        (agent.to_string(), page(&Own { report, agent, places: &places, card }))
    })
}

/// The page of one agent; `None` where there is no scorecard.
pub fn agent(report: &Report, agent: &str) -> Option<String> {
    let cards = &report.scorecards.table;
    let card = cards.rows.iter().find(|row| words(row, cards.at("agent")) == agent)?;
    Some(page(&Own { report, agent, places: &Places::new(report), card }))
}

/// Where each agent's rows are.
struct Places<'a>(HashMap<(&'a str, &'a str), Vec<usize>>, HashMap<&'a str, &'a StatementReport>);

impl<'a> Places<'a> {
    fn new(report: &'a Report) -> Places<'a> {
        let mut rows: HashMap<(&'a str, &'a str), Vec<usize>> = HashMap::new();
        for named in report.tables() {
            let Some(agent) = named.table.columns.iter().position(|column| column.id == "agent") else { continue };
            for (i, row) in named.table.rows.iter().enumerate() {
                rows.entry((named.name, words(row, agent))).or_default().push(i);
            }
        }
        Places(rows, report.statements.iter().map(|s| (s.agent.as_str(), s)).collect())
    }

    fn of(&self, table: &str, agent: &str) -> Vec<usize> {
        self.0.get(&(table, agent)).cloned().unwrap_or_default()
    }
}

/// All that is of one agent.
struct Own<'a> {
    report: &'a Report,
    agent: &'a str,
    places: &'a Places<'a>,
    card: &'a [Cell],
}

fn page(of: &Own<'_>) -> String {
    let report = of.report;
    let statement = of.places.1.get(of.agent).copied();
    let mut sections = vec![Section { id: "short", title: "In short", body: in_short(of, statement) }];
    if report.goals.is_some() {
        sections.push(Section { id: "goals", title: "Your goals", body: goals(of) });
    }
    sections.push(Section { id: "others", title: "You and the others", body: others(of) });
    sections.push(Section { id: "taken-out", title: "What is not your doing", body: taken_out(of) });
    match statement {
        Some(statement) => {
            sections.push(Section { id: "statement", title: "The statement", body: told(statement) });
        }
        None => sections.push(Section { id: "signals", title: "Signals", body: signals(of) }),
    }
    let about = &report.about;
    let of_roster = words(of.card, report.scorecards.table.at("team"));
    let team = statement.and_then(|s| s.team.as_deref()).unwrap_or(of_roster);
    let header = html! {
        p.kind { "Your results" }
        h1 { (name(of.agent)) }
        p {
            @if !team.is_empty() { "Team " (name(team)) ". " }
            "Calls from " (days(&about.judged_from, &about.judged_to)) "."
            @if let Some(incentives) = &report.incentives { " Plan: " (name(&incentives.plan.name)) ", for " (incentives.period) "." }
        }
    };
    let footer = html! {
        p { "Made by " (about.made_by) " for you alone. No other agent's results are on this page, and no customer is named." }
    };
    document(&Page { title: &format!("Results of {}", of.agent), header, sections, footer })
}

fn in_short(of: &Own<'_>, statement: Option<&StatementReport>) -> Markup {
    let all = &of.report.scorecards.table;
    let [tier, value, low, high, held] = ["tier", "score", "score_low", "score_high", "held"].map(|id| all.at(id));
    let span = || Some((number(of.card, low)?, number(of.card, value)?, number(of.card, high)?));
    let tier = words(of.card, tier);
    let says = match tier {
        "above" => "Taken together, your results lie surely above the middle of those you can be compared with.",
        "middle" => {
            "Taken together, your results cannot be told apart from the middle of those you can be compared with."
        }
        "below" => {
            "Taken together, your results lie surely below the middle of those you can be compared with. The measures below \
             show where to look."
        }
        "too few" => "There are too few calls of yours yet to say where you stand. That is no bad mark: it needs time.",
        _ => "Nobody else takes the same kinds of call as you, so that you are compared with nobody.",
    };
    html! {
        p.lead { (says) }
        @if let Some(span) = span() {
            div.place data-table="scorecards" {
                (whisker(span.0.abs().max(span.2.abs()).max(1.5), tier, span)) (whisker_axis())
                p { "Score " (score(all, of.card, SCORE)) ": 0 is the middle, and in 8 of 10 cases the truth lies in the range behind it." }
            }
        }
        @if let Some(statement) = statement { (recommended(statement)) }
        @if of.card[held] == Cell::Flag(true) {
            p.alert { "A signal asks for review before anyone is paid. It is no verdict, and your score is the same with it and without it." }
        }
    }
}

fn recommended(statement: &StatementReport) -> Markup {
    let of = &statement.statement;
    html! {
        div.alert.calm {
            p {
                strong {
                    "Recommended: " (action_words(of.action))
                    @if let Some(currency) = of.currency { ", " span data-value=(of.amount) { (of.amount) } " " (currency) }
                } ". " (sentence(&of.reason))
            }
            @if let Some(coaching) = &of.coaching { p { "To work on: " (coaching) "." } }
            p { "Nothing is payable before a named person has decided." }
        }
    }
}

fn goals(of: &Own<'_>) -> Markup {
    let Some(goals) = &of.report.goals else { return html! {} };
    let rows = of.places.of("goals", of.agent);
    if rows.is_empty() {
        return nothing("There are no goals for you in this period.");
    }
    html! {
        p {
            "For " (goals.period) " (" (days(&goals.from, &goals.to)) "). The threshold is your own level with luck taken out. \
             The target lies a little above it, within reach. " (sentence(goals.reached_when))
        }
        @for i in &rows {
            @let row = &goals.table.rows[*i];
            @let measure = words(row, goals.table.at("measure"));
            h3 { (spoken(measure)) }
            ul { @for line in goal_lines(goals, row) { li { (sentence(&line)) } } }
        }
        (table(&Listed::some("goals", "Your goals in numbers", &goals.table, &levels("measure")).rows(rows)))
    }
}

fn others(of: &Own<'_>) -> Markup {
    let (levels, own) = (&of.report.peers.levels, &of.report.peers.own_levels);
    let measure = own.at("measure");
    let rows = of.places.of("own_levels", of.agent);
    html! {
        p {
            "What your level would be on the calls of all agents, with luck taken out: the dot. The line is where it lies in 8 \
             of 10 cases. " @if !levels.rows.is_empty() { "The bars above it are the middle half and the middle eight of ten of all agents, the stroke is \
             their middle." }
        }
        @if rows.is_empty() { (nothing("You can be compared with nobody, so that there is nothing to show.")) }
        @for i in rows {
            @let row = &own.rows[i];
            (one(words(row, measure), own, i, levels))
        }
    }
}

/// One measure: the own level beside those of the others.
fn one(measure: &str, own: &Table, at: usize, levels: &Table) -> Markup {
    let row = &own.rows[at];
    let of = |id: &str| number(row, own.at(id)).unwrap_or(f64::NAN);
    let theirs = levels.rows.iter().position(|row| words(row, levels.at("measure")) == measure);
    let quantiles = theirs.and_then(|i| {
        let known = ["p10", "p25", "p50", "p75", "p90"].map(|id| number(&levels.rows[i], levels.at(id)));
        known.into_iter().collect::<Option<Vec<f64>>>()?.try_into().ok()
    });
    let id = format!("others-{measure}");
    picture(&Picture {
        id: &id,
        title: &spoken(measure),
        says: html! {
            strong { "You: " (level(measure, of("level"))) } ", most likely " (level(measure, of("low"))) " to "
            (level(measure, of("high"))) ". All agents together: " (level(measure, of("team"))) ". "
            @match theirs {
                Some(i) => (beside_others(levels, &levels.rows[i], measure)),
                None => "There are too few others to show where they lie without showing who they are.",
            }
        },
        drawing: band(&Place {
            id: &id,
            others: quantiles,
            own: (of("low"), of("level"), of("high")),
            is_time: measure == "handle_time",
        }),
        numbers: html! {
            (table(&Listed::some("own_levels", "Your level", own, &[
                column("measure"),
                column("level").titled("Own level (80\u{a0}%)").between("low", "high"),
                column("team"),
            ]).rows(vec![at])))
            @if let Some(i) = theirs { (table(&Listed::all("levels", "Where all agents lie", levels).rows(vec![i]))) }
        },
    })
}

fn taken_out(of: &Own<'_>) -> Markup {
    let all = &of.report.peers.measures;
    let rows = of.places.of("measures", of.agent);
    let [measure, off, expected, observed] = ["measure", "difference", "expected", "observed"].map(|id| all.at(id));
    html! {
        p {
            "Two things are not your doing, and are taken out: " strong { "which calls you were given" } ", and " strong { "luck" }
            ". Expected is what the others' results let expect of your very calls: same queue, issue and part of the day. The \
             best guess has luck taken out as well."
        }
        @if rows.is_empty() { (nothing("Nothing of yours can be judged yet.")) }
        @else {
            ul {
                @for i in &rows {
                    @let row = &all.rows[*i];
                    @let id = words(row, measure);
                    @if let (Some(seen), Some(was), Some(said)) = (number(row, observed), number(row, expected), difference(id, row, off)) {
                        li { strong { (spoken(id)) } ": " (level(id, seen)) " was seen, " (level(id, was)) " was to be expected of your calls: " (said) "." }
                    }
                }
            }
            (table(&Listed::some("measures", "Your results, what was expected of the same calls, and the best guess with its 80 % interval", all, &measured("measure")).rows(rows)))
        }
    }
}

fn signals(of: &Own<'_>) -> Markup {
    let all = &of.report.signals.table;
    let [text, benign, look_at] = ["text", "benign", "look_at"].map(|id| all.at(id));
    let rows = of.places.of("signals", of.agent);
    html! {
        @if rows.is_empty() { p { "No signal stands out with you." } }
        @else {
            p {
                "A signal is no verdict. It says that something differs from what others do by more than chance; somebody has to \
                 listen to the calls before anything follows from it."
            }
            @for i in &rows {
                @let row = &all.rows[*i];
                h3 { (spoken(words(row, all.at("signal")))) }
                p { (sentence(words(row, text))) }
                ul {
                    li { "It could also be: " (words(row, benign)) "." }
                    li { "What a reviewer looks at: " (words(row, look_at)) }
                }
            }
            (table(&numbers(all).rows(rows)))
        }
    }
}

/// The statement, section by section.
fn told(statement: &StatementReport) -> Markup {
    html! {
        p.note { "How the recommendation came about, step by step; every number can be computed again." }
        @for section in &statement.sections {
            h3 { (section.title) }
            (blocks(section))
        }
    }
}

fn blocks(section: &SectionReport) -> Markup {
    let kind = |block: &Block| match block {
        Block::Paragraph(_) => 0,
        Block::Item(_) => 1,
        Block::Step { .. } => 2,
        Block::Table(_) => 3,
    };
    let runs: Vec<&[Block]> = section.blocks.chunk_by(|a, b| kind(a) == kind(b) && kind(a) % 3 > 0).collect();
    // What announces a table is its caption.
    let announced = |i: usize| match (runs[i].first(), runs.get(i + 1).and_then(|run| run.first())) {
        (Some(Block::Paragraph(text)), Some(Block::Table(_))) => text.strip_suffix(':'),
        _ => None,
    };
    html! {
        @for (i, run) in runs.iter().enumerate() {
            @match &run[0] {
                Block::Paragraph(_) if announced(i).is_some() => {},
                Block::Paragraph(text) => p dir="auto" { (text) },
                Block::Table(of) => {
                    @let before = i.checked_sub(1).and_then(announced);
                    (table(&Listed::all(section.id, before.unwrap_or(section.title), of)))
                },
                Block::Item(_) => ul { @for block in *run { (item(block)) } },
                Block::Step { .. } => ol.steps { @for block in *run { (item(block)) } },
            }
        }
    }
}

fn item(block: &Block) -> Markup {
    match block {
        Block::Item(text) => html! { li dir="auto" { (text) } },
        Block::Step { id, says, .. } => html! { li data-step=(id) dir="auto" { (says) } },
        Block::Paragraph(_) | Block::Table(_) => html! {},
    }
}
