//! The first sheet: what to look at, the figures, and what all of it rests on.

use super::cell::{amount, as_time, number, text, text_of};
use super::sheet::{HEAD, LINE, Placed, lines_of};
use super::style::{self, Styles, Times};
use crate::metrics::catalogue::{Unit, Value};
use crate::report::{Cell, Report, Table};
use anyhow::Result;
use rust_xlsxwriter::{
    Chart, ChartAxisLabelPosition, ChartFormat, ChartLegendPosition, ChartLine, ChartSolidFill, ChartType, Format,
    Worksheet,
};

/// Widths of the columns, in letters: names, five numbers and words, sentences.
const WIDTHS: [f64; 7] = [38.0, 12.0, 12.0, 12.0, 9.0, 9.0, 80.0];
const LAST: u16 = WIDTHS.len() as u16 - 1;
/// Rows that a chart covers, and its size in pixels.
const CHART_ROWS: u32 = 16;
const CHART: (u32, u32) = (560, 310);

/// Writes line by line.
struct Page<'a> {
    sheet: Worksheet,
    row: u32,
    styles: &'a Styles,
}

/// The sheet.
pub fn summary(report: &Report, placed: &[Placed<'_>], styles: &Styles) -> Result<Worksheet> {
    let mut page = Page { sheet: Worksheet::new(), row: 0, styles };
    page.sheet.set_name("Summary")?;
    for (at, width) in (0_u16..).zip(WIDTHS) {
        page.sheet.set_column_width(at, width)?;
    }
    let about = &report.about;
    page.line(&format!("Calls from {} to {}", about.first_day, about.last_day), &styles.title)?;
    let made =
        format!("Made by {}. Times are m:ss or h:mm:ss, rates in percent; an empty cell is unknown.", about.made_by);
    page.line(&made, &styles.note)?;
    page.heading("Look at first")?;
    if report.summary.look_first.is_empty() {
        page.line("Nothing stands out.", &styles.plain)?;
    }
    for look in &report.summary.look_first {
        page.beside(&look.text, &look.then)?;
    }
    charts(&mut page, placed)?;
    page.heading("Recommended pay")?;
    pay(&mut page, report)?;
    page.heading("Figures")?;
    figures(&mut page, &report.summary.figures)?;
    page.heading("What this is of")?;
    made_of(&mut page, report)?;
    page.heading("Definitions in use")?;
    definitions(&mut page, report)?;
    page.sheet.set_landscape().set_paper_size(9).set_print_fit_to_pages(1, 0);
    page.sheet.set_footer("&L&A&RPage &P of &N");
    Ok(page.sheet)
}

impl Page<'_> {
    fn line(&mut self, words: &str, look: &Format) -> Result<()> {
        text(&mut self.sheet, (self.row, 0), words, look)?;
        self.row += 1;
        Ok(())
    }

    fn heading(&mut self, words: &str) -> Result<()> {
        self.row += 1;
        for at in 0..=LAST {
            self.sheet.write_blank(self.row, at, &self.styles.heading)?;
        }
        self.line(words, &self.styles.heading)
    }

    /// A name, and what is to be said of it across the sheet.
    fn fact(&mut self, name: &str, says: &str) -> Result<()> {
        self.across(name, says, 1, &self.styles.strong)
    }

    /// What was found, and in the last column what to do.
    fn beside(&mut self, found: &str, then: &str) -> Result<()> {
        self.sheet.merge_range(self.row, 0, self.row, LAST - 1, "", &self.styles.wrapped)?;
        text(&mut self.sheet, (self.row, 0), found, &self.styles.wrapped)?;
        text(&mut self.sheet, (self.row, LAST), then, &self.styles.wrapped)?;
        // Merged cells do not grow by themselves.
        let lines = lines_of(found, WIDTHS[..LAST as usize].iter().sum()).max(lines_of(then, WIDTHS[LAST as usize]));
        self.sheet.set_row_height(self.row, LINE * lines)?;
        self.row += 1;
        Ok(())
    }

    /// A name, and a text from a column to the last one.
    fn across(&mut self, name: &str, says: &str, from: u16, look: &Format) -> Result<()> {
        text(&mut self.sheet, (self.row, 0), name, look)?;
        self.sheet.merge_range(self.row, from, self.row, LAST, "", &self.styles.wrapped)?;
        text(&mut self.sheet, (self.row, from), says, &self.styles.wrapped)?;
        self.sheet.set_row_height(self.row, LINE * lines_of(says, WIDTHS[from as usize..].iter().sum()))?;
        self.row += 1;
        Ok(())
    }
}

/// Service level and calls by day, and how long calls take; where the files tell them.
fn charts(page: &mut Page<'_>, placed: &[Placed<'_>]) -> Result<()> {
    let sheet = |name: &str| placed.iter().find(|placed| placed.name == name);
    let days = sheet("days").filter(|days| days.table.rows.len() > 1).and_then(by_day);
    let times = sheet("handle_times").filter(|times| times.table.rows.len() > 1).and_then(by_length);
    let charts: Vec<Chart> = [days, times].into_iter().flatten().collect();
    if charts.is_empty() {
        return Ok(());
    }
    page.row += 1;
    // Beside each other: the second one begins in the last column.
    for (chart, at) in charts.iter().zip([0, LAST]) {
        page.sheet.insert_chart_with_offset(page.row, at, chart, 4, 4)?;
    }
    page.row += CHART_ROWS;
    Ok(())
}

/// The cells of a column, for a chart.
type Range<'a> = (&'a str, u32, u16, u32, u16);

fn range<'a>(placed: &'a Placed<'_>, id: &str) -> Option<Range<'a>> {
    let at = placed.column(id)?;
    Some((placed.title, HEAD, at, HEAD + placed.table.rows.len() as u32 - 1, at))
}

fn title<'a>(placed: &'a Placed<'_>, id: &str) -> &'a str {
    placed.table.columns.iter().find(|column| column.id == id).map_or("", |column| &column.title)
}

/// A column is empty where the files do not tell it.
fn told(placed: &Placed<'_>, id: &str) -> bool {
    let at = placed.table.columns.iter().position(|column| column.id == id);
    at.is_some_and(|at| placed.table.rows.iter().any(|row| matches!(row[at], Cell::Value(Some(_)))))
}

fn by_day(days: &Placed<'_>) -> Option<Chart> {
    let day = range(days, "day")?;
    let mut chart = Chart::new(ChartType::Column);
    chart
        .add_series()
        .set_categories(day)
        .set_values(range(days, "offered")?)
        .set_name(title(days, "offered"))
        .set_format(ChartFormat::new().set_solid_fill(ChartSolidFill::new().set_color(style::BARS)));
    if told(days, "service_level") {
        let mut line = Chart::new(ChartType::Line);
        line.add_series()
            .set_categories(day)
            .set_values(range(days, "service_level")?)
            .set_name(title(days, "service_level"))
            .set_secondary_axis(true)
            .set_format(ChartFormat::new().set_line(ChartLine::new().set_color(style::LINE).set_width(2.25)));
        chart.y2_axis().set_min(0.0).set_max(1.0).set_num_format("0%").set_name(title(days, "service_level"));
        chart.combine(&line);
    }
    chart.title().set_name("Calls and service level by day");
    chart.x_axis().set_date_axis(true).set_num_format("d mmm").set_label_position(ChartAxisLabelPosition::Low);
    chart.y_axis().set_name(title(days, "offered"));
    chart.legend().set_position(ChartLegendPosition::Bottom);
    chart
        .set_width(CHART.0 + 20)
        .set_height(CHART.1)
        .set_alt_text("Contacts offered and service level of each day; the figures are on the sheet Days");
    Some(chart)
}

fn by_length(times: &Placed<'_>) -> Option<Chart> {
    let mut chart = Chart::new(ChartType::Column);
    chart
        .add_series()
        .set_categories(range(times, "from_s")?)
        .set_values(range(times, "calls")?)
        .set_name(title(times, "calls"))
        .set_gap(10)
        .set_format(ChartFormat::new().set_solid_fill(ChartSolidFill::new().set_color(style::BARS)));
    chart.title().set_name("How long calls take");
    chart.x_axis().set_name("Handle time from (m:ss)").set_num_format("[m]:ss");
    chart.y_axis().set_name(title(times, "calls"));
    chart.legend().set_hidden();
    chart
        .set_width(CHART.0 - 10)
        .set_height(CHART.1)
        .set_alt_text("Number of calls by handle time; the figures are on the sheet Handle times");
    Some(chart)
}

fn pay(page: &mut Page<'_>, report: &Report) -> Result<()> {
    let Some(incentives) = &report.incentives else {
        return page
            .line("No plan was given; --plan PLAN.toml adds what it recommends, and goals.", &page.styles.plain);
    };
    let currency = incentives.currency.unwrap_or("");
    let counts: Vec<String> = incentives.actions.iter().map(|(action, count)| format!("{count} {action}")).collect();
    page.fact("Plan", &format!("{}, {}: {}", incentives.plan.name, incentives.period, counts.join(", ")))?;
    if incentives.currency.is_some() {
        for (name, digits) in [
            ("To pay", Some(&incentives.total)),
            ("Held for review", Some(&incentives.held)),
            ("Budget", incentives.budget.as_ref()),
            ("Pool", incentives.pool.as_ref()),
        ] {
            let Some(digits) = digits else { continue };
            text(&mut page.sheet, (page.row, 0), name, &page.styles.strong)?;
            amount(&mut page.sheet, (page.row, 1), digits, &page.styles.plain)?;
            text(&mut page.sheet, (page.row, 2), currency, &page.styles.unit)?;
            page.row += 1;
        }
    }
    page.line("Recommendations; nothing is payable before a named person has decided.", &page.styles.note)
}

/// How units are called beside values that are shown in them.
fn unit_shown(unit: &str) -> &str {
    match unit {
        "seconds" => "m:ss",
        "share" => "%",
        "count" => "number",
        other => other,
    }
}

/// The metrics of all calls: name, value, interval, unit, which way is better, what it is.
fn figures(page: &mut Page<'_>, table: &Table) -> Result<()> {
    let [name, value, low, high, unit, better, definition] =
        ["name", "value", "low", "high", "unit", "better", "definition"].map(|id| table.at(id));
    for (at, of) in (0_u16..).zip([name, value, low, high, unit, better, definition]) {
        let title = match table.columns[of].id.as_str() {
            "unit" => "Unit",
            _ => &table.columns[of].title,
        };
        let look = match at {
            0 => &page.styles.column,
            1..=3 => &page.styles.number_column,
            _ => &page.styles.words_column,
        };
        text(&mut page.sheet, (page.row, at), title, look)?;
    }
    page.sheet.set_row_height(page.row, LINE)?;
    page.row += 1;
    for cells in &table.rows {
        text(&mut page.sheet, (page.row, 0), text_of(&cells[name]), &page.styles.strong)?;
        for (at, of) in (1_u16..).zip([value, low, high]) {
            if let Cell::Value(Some(number)) = cells[of] {
                figure(page, at, number, text_of(&cells[unit]))?;
            }
        }
        text(&mut page.sheet, (page.row, 4), unit_shown(text_of(&cells[unit])), &page.styles.unit)?;
        if let Cell::Note(Some(better)) = &cells[better] {
            text(&mut page.sheet, (page.row, 5), better, &page.styles.plain)?;
        }
        let definition = text_of(&cells[definition]);
        text(&mut page.sheet, (page.row, LAST), definition, &page.styles.wrapped)?;
        page.sheet.set_row_height(page.row, LINE * lines_of(definition, WIDTHS[LAST as usize]))?;
        page.row += 1;
    }
    Ok(())
}

fn figure(page: &mut Page<'_>, at: u16, value: Value, unit: &str) -> Result<()> {
    let number = number(value);
    let times = if number >= 3_600.0 { Times::Hours } else { Times::Minutes };
    let (shown, unit) = match unit {
        "seconds" => (as_time(number), Unit::Seconds),
        "share" => (number, Unit::Share),
        "count" => (number, Unit::Count),
        _ => (number, Unit::Points),
    };
    let look = page.styles.plain.clone().set_num_format(style::pattern(unit, number, times));
    page.sheet.write_number_with_format(page.row, at, shown, &look)?;
    Ok(())
}

fn made_of(page: &mut Page<'_>, report: &Report) -> Result<()> {
    let about = &report.about;
    for file in &about.files {
        page.fact("File", &format!("{} ({})", file.file, file.profile))?;
    }
    let intake = &report.head.intake;
    page.fact(
        "Rows",
        &format!(
            "{} read, {} kept, {} rejected; the sheet Intake says where the others went",
            intake.rows, intake.kept, intake.rejected
        ),
    )?;
    page.fact("Days of all calls", &format!("{} to {}", about.first_day, about.last_day))?;
    let period = about.period.as_ref().map_or(String::new(), |period| format!(", for {period}"));
    page.fact("Days of scorecards", &format!("{} to {}{period}", about.judged_from, about.judged_to))?;
    for centre in &report.signals.centre {
        page.fact("Pattern of the whole centre", &format!("{}: {}", centre.signal, centre.text))?;
    }
    for not in &report.signals.not_looked {
        page.fact("Not looked for", &format!("{}, for want of {}", not.signal, not.lacks))?;
    }
    for finding in &report.findings {
        page.fact("To know", &finding.text)?;
    }
    Ok(())
}

fn definitions(page: &mut Page<'_>, report: &Report) -> Result<()> {
    let used = &report.head.definitions;
    let level = format!("answered within {} s; formula {}", used.service_level_seconds, used.service_level_formula);
    page.fact("Service level", &level)?;
    page.fact("Short abandon", &format!("given up within {} s", used.short_abandon_seconds))?;
    let repeat = format!("same {} not back within {} days", used.fcr_match, used.fcr_window_days);
    page.fact("First contact resolved", &repeat)?;
    page.fact("Intervals of figures", used.interval)?;
    if let Some(scale) = &used.csat_scale {
        page.fact("Scale of surveys", scale)?;
    }
    page.fact("Time zone", &used.time_zone)?;
    if !used.not_available.is_empty() {
        page.fact("The files do not tell", &used.not_available.join(", "))?;
    }
    page.line("Every metric's definition is on the sheet Definitions.", &page.styles.note)
}
