//! What every page is put together from: the frame, sections, figures with their tables.

use crate::metrics::catalogue::{Unit, Value};
use crate::report::{Cell, Column, Show, Table};
use crate::write::screen::{for_people, number_at, shown};
use crate::write::separated;
use maud::{DOCTYPE, Markup, PreEscaped, html};

const STYLE: &str = include_str!("style.css");

/// Nothing is fetched and nothing runs, whatever a name or a note holds.
const POLICY: &str =
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'";

/// A whole page.
pub struct Page<'a> {
    pub title: &'a str,
    pub header: Markup,
    pub sections: Vec<Section>,
    pub footer: Markup,
}

/// A part of a page that its contents lead to.
pub struct Section {
    pub id: &'static str,
    pub title: &'static str,
    pub body: Markup,
}

/// The page as a file.
pub fn document(page: &Page<'_>) -> String {
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta http-equiv="Content-Security-Policy" content=(POLICY);
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                meta name="referrer" content="no-referrer";
                meta name="robots" content="noindex";
                title { (page.title) }
                link rel="icon" href="data:,";
                style { (PreEscaped(STYLE)) }
            }
            body {
                a.skip href="#content" { "Skip to the content" }
                header.top { (page.header) }
                div.frame {
                    nav aria-label="Contents" {
                        ul { @for section in &page.sections { li { a href={ "#" (section.id) } { (section.title) } } } }
                    }
                    main #content tabindex="-1" {
                        @for section in &page.sections {
                            section aria-labelledby=(section.id) {
                                h2 id=(section.id) { (section.title) }
                                (section.body)
                            }
                        }
                    }
                }
                footer { (page.footer) }
            }
        }
    }
    .into_string()
}

/// A name or another text of people, which may run either way.
pub fn name(text: &str) -> Markup {
    html! { bdi { (text) } }
}

/// A sentence: with a capital and a full stop.
pub fn sentence(text: &str) -> String {
    let mut letters = text.trim_end_matches('.').chars();
    letters.next().map_or(String::new(), |first| first.to_uppercase().chain(letters).chain(['.']).collect())
}

/// `handle_time` as `Handle time`.
pub fn spoken(id: &str) -> String {
    let words = id.replace(['_', '-'], " ");
    let mut letters = words.chars();
    letters.next().map_or(String::new(), |first| first.to_uppercase().chain(letters).collect())
}

/// `2026-03-02` as `2 March 2026`; other texts as they are.
pub fn day(date: &str) -> String {
    const MONTHS: [&str; 12] = [
        "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
        "December",
    ];
    let parts: Vec<&str> = date.split('-').collect();
    let [year, month, day] = parts[..] else { return date.to_string() };
    let month = month.parse::<usize>().ok().and_then(|month| MONTHS.get(month.wrapping_sub(1)));
    match month {
        Some(month) => format!("{} {month} {year}", day.trim_start_matches('0')),
        None => date.to_string(),
    }
}

/// `2 March 2026 to 11 April 2026`, or the one day.
pub fn days(from: &str, to: &str) -> String {
    if from == to { day(from) } else { format!("{} to {}", day(from), day(to)) }
}

/// What stands where there is nothing to show.
pub fn nothing(why: &str) -> Markup {
    html! { p.nothing { (why) } }
}

/// The exact number of a cell; empty where it is unknown.
pub fn exact(cell: &Cell) -> Option<String> {
    match cell {
        Cell::Value(value) => Some(value.map_or(String::new(), separated::number)),
        Cell::Amount(text) => Some(text.clone().unwrap_or_default()),
        Cell::Flag(is) => Some(is.to_string()),
        Cell::Text(_) | Cell::Note(_) | Cell::List(_) => None,
    }
}

/// The number in a cell.
pub fn number(row: &[Cell], at: usize) -> Option<f64> {
    number_at(row, at).map(|value| match value {
        Value::Count(count) => count as f64,
        Value::Number(number) => number,
    })
}

/// One figure of a table's row outside of that table: as it is shown, with its exact value.
pub fn figure(table: &Table, row: &[Cell], column: usize) -> Markup {
    let of = &table.columns[column];
    html! { span data-column=(of.id) data-value=[exact(&row[column])] { (shown(of, row, column)) } }
}

/// A table of the report, or some of its columns and rows.
pub struct Listed<'a> {
    pub name: &'a str,
    pub caption: &'a str,
    pub table: &'a Table,
    columns: Vec<Place>,
    rows: Vec<usize>,
}

/// A column of a table as it is shown here, with the columns of the ends of its interval.
struct Place {
    at: usize,
    column: Column,
    ends: Option<(usize, usize)>,
}

impl<'a> Listed<'a> {
    /// All that is for people.
    pub fn all(name: &'a str, caption: &'a str, table: &'a Table) -> Listed<'a> {
        let place = |at: usize| Place { at, column: table.columns[at].clone(), ends: None };
        let columns = for_people(table).into_iter().map(place).collect();
        Listed { name, caption, table, columns, rows: (0..table.rows.len()).collect() }
    }

    /// The columns that are named, where anything is known of them; a title or a unit in place of the table's.
    pub fn some(name: &'a str, caption: &'a str, table: &'a Table, wanted: &[Wanted<'_>]) -> Listed<'a> {
        let find = |id: &str| table.columns.iter().position(|c| c.id == id);
        let mut columns = Vec::new();
        for wanted in wanted {
            let Some(at) = find(wanted.id) else { continue };
            let mut column = table.columns[at].clone();
            column.title = wanted.title.map_or(column.title, str::to_string);
            column.show = wanted.show.clone().unwrap_or(column.show);
            if at < table.keys || table.rows.iter().any(|row| known(&row[at])) {
                let ends = wanted.ends.and_then(|(low, high)| find(low).zip(find(high)));
                columns.push(Place { at, column, ends });
            }
        }
        Listed { name, caption, table, columns, rows: (0..table.rows.len()).collect() }
    }

    /// Only rows that have this text in a column.
    pub fn with(mut self, column: &str, text: &str) -> Listed<'a> {
        let at = self.table.at(column);
        self.rows.retain(|row| matches!(&self.table.rows[*row][at], Cell::Text(Some(is)) if is == text));
        self
    }

    pub fn rows(mut self, rows: Vec<usize>) -> Listed<'a> {
        self.rows = rows;
        self
    }
}

/// A column that is wanted.
#[derive(Clone)]
pub struct Wanted<'a> {
    id: &'a str,
    title: Option<&'a str>,
    show: Option<Show>,
    ends: Option<(&'a str, &'a str)>,
}

/// A column as the table has it.
pub fn column(id: &str) -> Wanted<'_> {
    Wanted { id, title: None, show: None, ends: None }
}

impl<'a> Wanted<'a> {
    /// Under another title.
    pub fn titled(self, title: &'a str) -> Wanted<'a> {
        Wanted { title: Some(title), ..self }
    }

    /// Shown in another way.
    pub fn shown(self, show: Show) -> Wanted<'a> {
        Wanted { show: Some(show), ..self }
    }

    pub fn unit(self, unit: Unit) -> Wanted<'a> {
        self.shown(Show::Unit(unit))
    }

    /// With its interval, whose ends stand in other columns.
    pub fn between(self, low: &'a str, high: &'a str) -> Wanted<'a> {
        Wanted { ends: Some((low, high)), ..self }
    }
}

fn known(cell: &Cell) -> bool {
    match cell {
        Cell::Value(value) => value.is_some(),
        Cell::Flag(is) => *is,
        Cell::List(names) => !names.is_empty(),
        Cell::Text(text) | Cell::Amount(text) | Cell::Note(text) => text.is_some(),
    }
}

/// The table in a frame that scrolls by itself where the screen is narrow.
pub fn table(of: &Listed<'_>) -> Markup {
    html! {
        div.scroll role="group" tabindex="0" aria-label=(of.caption) {
            table data-table=(of.name) {
                caption { (of.caption) }
                thead {
                    tr {
                        @for place in &of.columns {
                            th scope="col" class=[is_number(of, place).then_some("n")] {
                                @if place.column.title.is_empty() { (spoken(&place.column.id)) } @else { (place.column.title) }
                            }
                        }
                    }
                }
                tbody {
                    @for row in &of.rows { tr data-row=(row) { (cells(of, &of.table.rows[*row])) } }
                }
            }
        }
    }
}

/// Numbers stand to the right, words to the left.
fn is_number(of: &Listed<'_>, place: &Place) -> bool {
    let number = |row: &usize| matches!(of.table.rows[*row][place.at], Cell::Value(_) | Cell::Amount(_));
    of.rows.first().is_some_and(number)
}

fn cells(of: &Listed<'_>, row: &[Cell]) -> Markup {
    html! {
        @for (i, place) in of.columns.iter().enumerate() {
            @let (id, value) = (&place.column.id, stored(&place.column, &row[place.at]));
            @if i == 0 {
                th scope="row" data-column=(id) data-value=[value] { (words(of, place, row, i < of.table.keys)) }
            } @else {
                td data-column=(id) data-value=[value] class=[class(&place.column, &row[place.at])] {
                    (words(of, place, row, i < of.table.keys))
                }
            }
        }
    }
}

fn class(column: &Column, cell: &Cell) -> Option<&'static str> {
    match (cell, &column.show) {
        (Cell::Value(_) | Cell::Amount(_), _) => Some("n"),
        (_, Show::Sentence) => Some("s"),
        _ => None,
    }
}

/// What is recommended, or set as a goal, in words.
pub fn action_words(action: &str) -> String {
    match action {
        "none" => "no payment".to_string(),
        "hold" => "held for review".to_string(),
        "carry-forward" => "carried forward".to_string(),
        "refused" => "no goal".to_string(),
        other => other.replace('-', " "),
    }
}

/// What a page says for a word that machines use; other texts are told as they are.
fn told(id: &str, text: &str) -> Option<String> {
    Some(match (id, text) {
        ("measure" | "signal", id) => spoken(id),
        ("action", id) => action_words(id),
        _ => return None,
    })
}

/// What a cell holds, where it is shown in another way.
fn stored(column: &Column, cell: &Cell) -> Option<String> {
    match cell {
        Cell::Text(Some(text)) => told(&column.id, text).map(|_| text.clone()),
        cell => exact(cell),
    }
}

fn words(of: &Listed<'_>, place: &Place, row: &[Cell], is_key: bool) -> Markup {
    let column = &place.column;
    match &row[place.at] {
        Cell::Text(Some(text)) => name(&told(&column.id, text).unwrap_or_else(|| text.clone())),
        Cell::Text(None) if !is_key => html! {},
        Cell::Text(_) | Cell::Note(_) => name(&shown(column, row, place.at)),
        Cell::Value(Some(_)) => html! {
            (shown(column, row, place.at))
            @if let Some((low, high)) = place.ends { (ends(of.table, column, row, low, high)) }
        },
        _ => html! { (shown(column, row, place.at)) },
    }
}

/// The ends of an interval behind its value; nothing where they are unknown.
fn ends(table: &Table, like: &Column, row: &[Cell], low: usize, high: usize) -> Markup {
    let show = |at: usize| shown(&Column { show: like.show.clone(), ..table.columns[at].clone() }, row, at);
    html! {
        @if known(&row[low]) {
            span.between {
                " (" span data-column=(table.columns[low].id) data-value=[exact(&row[low])] { (show(low).trim_end_matches(" %")) }
                " to " span data-column=(table.columns[high].id) data-value=[exact(&row[high])] { (show(high)) } ")"
            }
        }
    }
}

/// A number around 0 with its interval, outside of a table.
pub fn score(table: &Table, row: &[Cell], ids: [&str; 3]) -> Markup {
    let [value, low, high] = ids.map(|id| table.at(id));
    let column = Column { show: Show::Signed, ..table.columns[value].clone() };
    html! {
        @if known(&row[value]) {
            span data-column=(column.id) data-value=[exact(&row[value])] { (shown(&column, row, value)) }
            (ends(table, &column, row, low, high))
        } @else { "-" }
    }
}

/// What is behind a picture, or more than most want to know; opened by whoever wants to.
pub fn behind(summary: &str, body: Markup) -> Markup {
    html! { details { summary { (summary) } (body) } }
}

/// A picture with a heading, what it says in words, and its numbers as a table.
pub struct Picture<'a> {
    pub id: &'a str,
    pub title: &'a str,
    /// What it shows and how to read it.
    pub says: Markup,
    pub drawing: Markup,
    pub numbers: Markup,
}

pub fn picture(of: &Picture<'_>) -> Markup {
    html! {
        figure {
            h3 id=(of.id) { (of.title) }
            figcaption id={ (of.id) "-says" } { (of.says) }
            (of.drawing)
            (behind("The numbers as a table", of.numbers.clone()))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_written_out() {
        assert_eq!(days("2026-03-02", "2026-04-11"), "2 March 2026 to 11 April 2026");
        assert_eq!(days("2026-03-02", "2026-03-02"), "2 March 2026");
        assert_eq!(day("2026-13-02"), "2026-13-02");
    }

    #[test]
    fn names_are_text_whatever_they_hold() {
        let hostile = "</style><script>alert(1)</script>\"'&";
        let told = name(hostile).into_string();
        assert_eq!(told, "<bdi>&lt;/style&gt;&lt;script&gt;alert(1)&lt;/script&gt;&quot;'&amp;</bdi>");
    }
}
