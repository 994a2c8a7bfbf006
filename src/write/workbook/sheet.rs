//! One table as a sheet: what it is, titles for people, names for machines, and rows.

use super::cell::{Looks, letters, number, text_of};
use super::style::{Styles, Times};
use crate::metrics::catalogue::Unit;
use crate::report::{Cell, Column, Holds, Named, Show, Table};
use crate::write::separated::name;
use anyhow::{Context, Result};
use rust_xlsxwriter::{IgnoreError, TableColumn, TableStyle, Worksheet};

/// Rows above the first one of the table: what the sheet is, titles, names.
pub const HEAD: u32 = 3;
/// So many rows fit below them.
pub const LAST_ROWS: usize = 1_048_576 - HEAD as usize;
/// So many columns are printed side by side.
const COLUMNS_A_PAGE: usize = 16;
/// The widest columns, in letters: names, and sentences, which are wrapped.
const WIDE: f64 = 40.0;
const SENTENCE: f64 = 60.0;

/// Columns of sentences that a screen shows in another way.
const SENTENCES: [&str; 10] =
    ["text", "benign", "look_at", "coaching", "rows", "detail", "why", "source", "mend", "says"];

/// A sheet, and where the table's columns stand on it.
pub struct Placed<'a> {
    pub sheet: Worksheet,
    pub title: &'a str,
    pub name: &'a str,
    pub table: &'a Table,
    /// For each column of the sheet the table's.
    pub order: Vec<usize>,
}

impl Placed<'_> {
    /// The column of the sheet that has a column of the table.
    pub fn column(&self, id: &str) -> Option<u16> {
        self.order.iter().position(|at| self.table.columns[*at].id == id).map(|at| at as u16)
    }
}

/// Sheets that tell more than their titles.
const ABOUT: [(&str, &str); 17] = [
    (
        "scorecards",
        "One row an agent, compared with those who take the same kinds of call. A difference inside its interval can be luck.",
    ),
    (
        "measures",
        "One row for each agent and measure, for pivot tables. Levels are in the unit beside them, shares or seconds.",
    ),
    (
        "recommendations",
        "What the plan recommends, and what people decided. Nothing is payable before a named person decides.",
    ),
    ("adjustments", "What facts that came in later change about periods that were decided before."),
    ("goals", "What each agent is to aim for. Levels are in the unit beside them, shares or seconds."),
    ("signals", "Patterns to look at before anyone is paid. A signal is no verdict: see what else it could be."),
    ("contacts", "The contacts that signals were counted from."),
    ("days", "The metrics of each day."),
    ("hours", "The metrics of each hour of the week."),
    ("queues", "The metrics of each queue."),
    ("handle_times", "How many calls took how long."),
    ("abandonment", "What had become of callers once they had waited for so long."),
    ("funnel", "How far each agent is from what was expected, and how far luck alone goes with so many contacts."),
    ("funnel_limits", "How far luck alone goes, by the number of contacts."),
    ("levels", "Where the agents lie, without names. Levels are in the unit beside them, shares or seconds."),
    ("own_levels", "Each agent's own level on the calls of all, with its 80 % interval, in the unit beside it."),
    ("intake", "Where the rows of the files went; all but the first line sum to it."),
];

/// The table as a sheet.
pub fn sheet<'a>(named: &Named<'a>, styles: &Styles) -> Result<Placed<'a>> {
    let table = named.table;
    let order = order(table);
    let mut sheet = Worksheet::new();
    sheet.set_name(named.title)?;
    let about = ABOUT.iter().find(|(name, _)| *name == named.name).map_or("", |(_, about)| about);
    let empty = if table.rows.is_empty() { "There is nothing to list. " } else { "" };
    sheet.write_string_with_format(0, 0, format!("{empty}{about}"), &styles.note)?;
    // Of the titles and of each row.
    let mut lines = vec![1; table.rows.len() + 1];
    for (at, of) in (0_u16..).zip(&order) {
        column(&mut sheet, at, table, *of, styles, &mut lines)?;
    }
    for (row, lines) in std::iter::once(1).chain(HEAD..).zip(&lines).filter(|(_, lines)| **lines > 1) {
        sheet.set_row_height(row, LINE * lines)?;
    }
    as_table(&mut sheet, named, &order, styles)?;
    sheet.set_freeze_panes(HEAD, frozen(table))?;
    sheet.set_landscape().set_paper_size(9).set_print_fit_to_pages(order.len().div_ceil(COLUMNS_A_PAGE) as u16, 0);
    sheet.set_repeat_rows(1, HEAD - 1)?.set_repeat_columns(0, frozen(table).saturating_sub(1))?;
    sheet.set_footer("&L&A&RPage &P of &N");
    Ok(Placed { sheet, title: named.title, name: named.name, table, order })
}

/// The columns that stay when others are scrolled away: the first that name the row.
fn frozen(table: &Table) -> u16 {
    table.keys.clamp(1, 2) as u16
}

/// The columns in the order of the sheet: an interval stands beside its value.
fn order(table: &Table) -> Vec<usize> {
    let position = |id: String| table.columns.iter().position(|column| column.id == id);
    let mut order: Vec<usize> = (0..table.columns.len()).collect();
    for column in &table.columns {
        let of = |suffix: &str| position(format!("{}_{suffix}", column.id));
        // Bounds that are no interval are called low and high, too; where there are both, the interval is called otherwise.
        let interval = [("interval_low", "interval_high"), ("from", "to"), ("low", "high")];
        let ends = interval.iter().find_map(|(low, high)| of(low).zip(of(high)));
        if let Some((low, high)) = ends {
            let companions: Vec<usize> = [Some(low), Some(high), of("beside_all")].into_iter().flatten().collect();
            order.retain(|at| !companions.contains(at));
            let beside = order.iter().position(|at| table.columns[*at].id == column.id).expect("the value itself") + 1;
            order.splice(beside..beside, companions);
        }
    }
    order
}

/// The name of a column on a sheet: where it shows times, these are no seconds.
fn sheet_name(column: &Column) -> String {
    let name = name(&column.id);
    match (column.holds, name.strip_suffix("_s")) {
        (Holds::Value(Unit::Seconds), Some(stem)) => format!("{stem}_time"),
        _ => name,
    }
}

fn title(column: &Column, times: Times) -> String {
    let title = match (column.holds, &column.show) {
        (Holds::Value(Unit::Seconds), _) if times == Times::Hours => format!("{} (h:mm:ss)", column.title),
        (Holds::Value(Unit::Seconds), _) => format!("{} (m:ss)", column.title),
        // On a screen both ends stand in one column.
        (_, Show::Ranks { .. }) => column.title.replace('(', "from ("),
        _ => column.title.clone(),
    };
    title.replace(" %", "\u{a0}%")
}

/// Times are shown with hours where one of them has any.
fn times_of(table: &Table, of: usize) -> Times {
    let hour = |row: &Vec<Cell>| matches!(&row[of], Cell::Value(Some(value)) if number(*value) >= 3_600.0);
    if table.rows.iter().any(hour) { Times::Hours } else { Times::Minutes }
}

/// Writes a column's title and cells, and makes it as wide as they are, and the rows as high.
fn column(sheet: &mut Worksheet, at: u16, table: &Table, of: usize, styles: &Styles, lines: &mut [u32]) -> Result<()> {
    let column = &table.columns[of];
    let times = times_of(table, of);
    let title = title(column, times);
    let look = if is_number(column) { &styles.number_column } else { &styles.words_column };
    sheet.write_string_with_format(1, at, title.as_str(), look)?;
    let sentence = column.show == Show::Sentence || SENTENCES.contains(&column.id.as_str());
    let plain = if is_number(column) { &styles.plain } else { &styles.words };
    let plain = if sentence { plain.clone().set_text_wrap() } else { plain.clone() };
    let looks = Looks { column, of, times, plain };
    let mut widest = 0;
    for (row, cells) in (HEAD..).zip(&table.rows) {
        let shown = looks.write(sheet, (row, at), cells).with_context(|| {
            format!("the cell of `{}` in row {} cannot be written into a workbook", column.id, row - HEAD + 1)
        })?;
        widest = widest.max(shown);
    }
    let word = title.split_whitespace().map(letters).max().unwrap_or(0);
    // The small letters of names for machines, and the arrow of the filter.
    let id = letters(&sheet_name(column)).min(18) * 4 / 5 + 3;
    let most = if sentence { SENTENCE } else { WIDE };
    // Titles take up to three lines.
    let title_width = word.max(letters(&title) / 3 + 2);
    let width = (widest.max(title_width).max(id) as f64 + 2.0).min(most);
    sheet.set_column_width(at, width)?;
    lines[0] = lines[0].max(lines_of(&title, width));
    for (lines, cells) in lines[1..].iter_mut().zip(&table.rows).filter(|_| sentence) {
        *lines = (*lines).max(lines_of(text_of(&cells[of]), width));
    }
    Ok(())
}

/// Whether the cells of a column stand to the right.
fn is_number(column: &Column) -> bool {
    !matches!(column.holds, Holds::Text | Holds::Day | Holds::Flag | Holds::List)
}

/// Points of a line, and the most lines of a row.
pub const LINE: u32 = 15;
const MOST_LINES: u32 = 27;

/// Lines that a text takes in a column of a width: words are not torn.
pub fn lines_of(words: &str, width: f64) -> u32 {
    // Most letters are narrower than the digits that widths are measured in.
    let width = width * 1.1;
    let (mut lines, mut used) = (1, 0.0);
    for word in words.split_whitespace() {
        let wide = letters(word) as f64 + 1.0;
        if used > 0.0 && used + wide > width {
            lines += 1;
            used = 0.0;
        }
        used += wide;
        while used > width + 1.0 {
            lines += 1;
            used -= width;
        }
    }
    lines.min(MOST_LINES)
}

/// Makes a table of the sheet, so that analysts find it by its name, whatever is put around it.
fn as_table(sheet: &mut Worksheet, named: &Named<'_>, order: &[usize], styles: &Styles) -> Result<()> {
    let column = |at: &usize| {
        let column = &named.table.columns[*at];
        let look = if is_number(column) { &styles.number_id } else { &styles.words_id };
        TableColumn::new().set_header(sheet_name(column)).set_header_format(look)
    };
    let columns: Vec<TableColumn> = order.iter().map(column).collect();
    let table = rust_xlsxwriter::Table::new().set_name(named.name).set_style(TableStyle::Light1).set_columns(&columns);
    // A table has a row, be it an empty one.
    let last_row = HEAD + named.table.rows.len().max(1) as u32 - 1;
    let last_column = order.len().max(1) as u16 - 1;
    sheet.add_table(HEAD - 1, 0, last_row, last_column, &table)?;
    sheet.ignore_error_range(HEAD, 0, last_row, last_column, IgnoreError::NumberStoredAsText)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_interval_stands_beside_its_value() {
        let mut table = Table::default();
        for id in ["agent", "fcr", "csat", "csat_n", "fcr_interval_low", "fcr_interval_high", "csat_low", "csat_high"] {
            table.column(id, "", Show::Hidden);
        }
        let ids: Vec<&str> = order(&table).iter().map(|at| table.columns[*at].id.as_str()).collect();
        let beside =
            ["agent", "fcr", "fcr_interval_low", "fcr_interval_high", "csat", "csat_low", "csat_high", "csat_n"];
        assert_eq!(ids, beside);
    }
}
