//! What to look at first, and the centre as a whole.

use super::chart::{Bars, Curve, Heat, Shade, bars, curve, heat, time_ticks};
use super::parts::{
    Listed, Picture, Wanted, behind, column, day, figure, name, nothing, number, picture, sentence, table,
};
use crate::metrics::catalogue::Unit;
use crate::report::{Cell, Report, Show, Table, clock};
use crate::write::screen::{thousands, words};
use maud::{Markup, html};

/// The three things to look at, and the figures of all calls.
pub fn first(report: &Report) -> Markup {
    html! {
        @if report.summary.look_first.is_empty() { (nothing("Nothing stands out.")) }
        @else {
            ol.looks {
                @for look in &report.summary.look_first {
                    li { p.what { (sentence(&look.text)) } p.then { (sentence(&look.then)) } }
                }
            }
        }
        h3 { "All calls" }
        p.note {
            "Behind a share stand the ends of its 95 % interval: from so many calls, the true level cannot be told more \
             closely."
        }
        (tiles(report))
        (behind("Every figure of all calls", table(&figures(report))))
    }
}

fn figures(report: &Report) -> Listed<'_> {
    let wanted = [
        column("name"),
        column("value").titled("Value (95\u{a0}%)").between("low", "high"),
        column("better"),
        column("definition").titled("What it is").shown(Show::Sentence),
    ];
    Listed::some("summary", "Figures of all calls", &report.summary.figures, &wanted)
}

/// The figures that are shown large, and their names.
const TILES: [(&str, &str); 8] = [
    ("offered", "Offered"),
    ("answered", "Answered"),
    ("service_level", "In time"),
    ("abandon_rate", "Gave up waiting"),
    ("asa_s", "Average wait"),
    ("handle_p50_s", "Median handle time"),
    ("fcr", "Resolved first time"),
    ("csat", "Satisfied"),
];

fn tiles(report: &Report) -> Markup {
    let all = &report.summary.figures;
    let [metric, value, low, high] = ["metric", "value", "low", "high"].map(|id| all.at(id));
    html! {
        dl.tiles data-table="summary" {
            @for (id, title) in TILES {
                @for (i, row) in all.rows.iter().enumerate().filter(|(_, row)| words(row, metric) == id) {
                    div data-row=(i) {
                        dt { (title) }
                        @if matches!(row[value], Cell::Value(Some(_))) {
                            dd.value { (figure(all, row, value)) }
                            dd.more {
                                @if matches!(row[low], Cell::Value(Some(_))) {
                                    (figure(all, row, low)) " to " (figure(all, row, high))
                                }
                                @if let Some(more) = more(report, id) { span { (more) } }
                            }
                        } @else {
                            dd.value.unknown { "not available" }
                            dd.more { (lacking(report, id)) }
                        }
                    }
                }
            }
        }
    }
}

/// What else to know of a figure.
fn more(report: &Report, id: &str) -> Option<String> {
    let of = &report.head.definitions;
    Some(match id {
        "service_level" => format!("answered within {} s", of.service_level_seconds),
        "fcr" => format!("not back within {} days", of.fcr_window_days),
        "csat" => "of those who answered the survey".to_string(),
        "handle_p50_s" => "half of the calls take longer".to_string(),
        _ => return None,
    })
}

/// What the files would have to tell.
fn lacking(report: &Report, id: &str) -> String {
    let all = &report.metrics;
    let row = all.rows.iter().find(|row| words(row, all.at("metric")) == id);
    match row.map(|row| words(row, all.at("lacks"))) {
        Some(lacks) if !lacks.is_empty() => format!("no column for {lacks}"),
        _ => "no such calls".to_string(),
    }
}

/// The centre by hours, days and queues, how long calls take, and how long callers wait.
pub fn centre(report: &Report) -> Markup {
    html! {
        (hours(report))
        div.pair { (handle_times(report)) (abandonment(report)) }
        (every_day(report))
        h3 { "Queues" }
        (queues(report))
    }
}

/// Steps of shade for a share, the best first.
const STEPS: [(f64, &str); 6] = [
    (0.9, "90 % and more"),
    (0.8, "80 to 90"),
    (0.7, "70 to 80"),
    (0.6, "60 to 70"),
    (0.5, "50 to 60"),
    (0.0, "below 50"),
];

fn hours(report: &Report) -> Markup {
    let all = &report.overview.hours;
    if all.rows.is_empty() {
        return html! { h3 { "The week, hour by hour" } (nothing("There are no calls to show.")) };
    }
    let in_time = all.at("service_level");
    let known = all.rows.iter().any(|row| number(row, in_time).is_some());
    let seconds = report.head.definitions.service_level_seconds;
    let share = |row: &[Cell]| {
        let level = number(row, in_time)?;
        let step = STEPS.iter().position(|(from, _)| level >= *from).unwrap_or(STEPS.len() - 1);
        Some((step, format!("{:.0}", level * 100.0)))
    };
    let level = Map {
        id: "hours-service-level",
        cell: &share,
        beside: Some("service_level_beside_all"),
        legend: STEPS.iter().enumerate().map(|(i, (_, text))| (i, (*text).to_string())).collect(),
    };
    let says = html! {
        "Percent of callers answered within " (seconds) " s, in each hour of the week. The darker, the fewer. "
        "▲ and ▼ mark hours that lie above or below the level of all hours by more than chance (95 % interval); of hours \
         that are alike, about one in twenty is marked all the same. Compare the staffing of marked hours with their calls."
    };
    let numbers = html! {
        (table(&Listed::some("hours", "Every hour of the week", all, &[
            vec![column("weekday"), column("hour"), column("offered"), column("answered"), column("abandoned")],
            vec![in_time_column(), column("asa_s").titled("Average wait"), median_column()],
        ].concat())))
    };
    html! {
        @if known {
            (picture(&Picture {
                id: "hours-service-level",
                title: "Answered in time, hour by hour",
                says,
                drawing: map(all, &level),
                numbers,
            }))
        } @else {
            h3 { "Answered in time, hour by hour" }
            (nothing(&format!("Not available: {}.", lacking(report, "service_level"))))
        }
        (counted(all, "offered", "Offered, hour by hour", "Callers who reached a queue or an agent"))
        (counted(all, "answered", "Answered, hour by hour", "Callers whom an agent answered"))
    }
}

fn counted(all: &Table, id: &'static str, title: &str, what: &str) -> Markup {
    let at = all.at(id);
    let most = all.rows.iter().filter_map(|row| number(row, at)).fold(1.0, f64::max);
    let shade = |row: &[Cell]| {
        let n = number(row, at)?;
        let step = ((n / most * 6.0) as usize).min(5);
        let text = if n >= 10_000.0 { format!("{:.0}k", n / 1_000.0) } else { format!("{n:.0}") };
        Some((step, text))
    };
    let heading = format!("hours-{id}");
    let of = Map { id: &heading, cell: &shade, beside: None, legend: Vec::new() };
    let numbers = table(&Listed::some("hours", title, all, &[column("weekday"), column("hour"), column(id)]));
    let says = html! { (what) ", in each hour of the week, over all days of the files. The darker, the more." };
    picture(&Picture { id: &heading, title, says, drawing: map(all, &of), numbers })
}

/// The step of an hour's shade, and what stands on it; nothing where nothing is known.
type Shading<'a> = dyn Fn(&[Cell]) -> Option<(usize, String)> + 'a;

/// How the hours of the week are shaded.
struct Map<'a> {
    id: &'a str,
    cell: &'a Shading<'a>,
    beside: Option<&'a str>,
    legend: Vec<(usize, String)>,
}

fn map(all: &Table, of: &Map<'_>) -> Markup {
    let [weekday, hour] = ["weekday", "hour"].map(|id| all.at(id));
    let mut rows: Vec<String> = Vec::new();
    for row in &all.rows {
        if !rows.iter().any(|known| known == words(row, weekday)) {
            rows.push(words(row, weekday).to_string());
        }
    }
    let of_hour = |row: &Vec<Cell>| words(row, hour).parse::<usize>().unwrap_or(0);
    let first = all.rows.iter().map(of_hour).min().unwrap_or(0);
    let last = all.rows.iter().map(of_hour).max().unwrap_or(0);
    let mut cells = Vec::new();
    for row in &all.rows {
        let Some((step, text)) = (of.cell)(row) else { continue };
        let at = of_hour(row);
        let tells = |id: &str| number(row, all.at(id)).map_or("-".to_string(), |n| thousands(n as u64));
        cells.push(Shade {
            row: rows.iter().position(|known| known == words(row, weekday)).unwrap_or(0),
            column: at - first,
            step,
            text,
            beside: of.beside.map(|id| words(row, all.at(id)).to_string()).filter(|b| !b.is_empty()),
            tells: format!(
                "{}, {at}:00 to {}:00: {} offered, {} answered",
                words(row, weekday),
                at + 1,
                tells("offered"),
                tells("answered")
            ),
        });
    }
    let columns = (first..=last).map(|h| h.to_string()).collect();
    heat(&Heat { id: of.id, rows, columns, cells, legend: of.legend.clone() })
}

fn handle_times(report: &Report) -> Markup {
    let all = &report.overview.handle_times;
    let title = "How long calls take";
    if all.rows.is_empty() {
        return html! { div { h3 { (title) } (nothing(&format!("Not available: {}.", lacking(report, "aht_s")))) } };
    }
    let [from, to, calls] = ["from_s", "to_s", "calls"].map(|id| all.at(id));
    let width = all.rows.first().and_then(|row| Some(number(row, to)? - number(row, from)?)).unwrap_or(60.0);
    let bar = |row: &Vec<Cell>| {
        let from = number(row, from).unwrap_or(0.0);
        (from, number(row, to).unwrap_or(from + width), number(row, calls).unwrap_or(0.0), 0.0)
    };
    let most = all.rows.last().map_or(0.0, |row| bar(row).1);
    let known = |id: &str, text: &str| {
        let figures = &report.summary.figures;
        let row = figures.rows.iter().find(|row| words(row, figures.at("metric")) == id)?;
        let seconds = number(row, figures.at("value"))?;
        (seconds <= most).then(|| (seconds, format!("{text} {}", clock(seconds))))
    };
    let longer = all.rows.last().filter(|row| number(row, to).is_none());
    let drawing = bars(&Bars {
        id: "handle-times",
        wide: false,
        bars: all.rows.iter().map(bar).collect(),
        marks: time_ticks(0.0, most, 7).into_iter().map(|t| (t, clock(t))).collect(),
        title: "handle time, minutes : seconds",
        markers: [known("handle_p50_s", "half below"), known("handle_p90_s", "9 of 10 below")]
            .into_iter()
            .flatten()
            .collect(),
    });
    let says = html! {
        "Calls by talk, hold and after-call work together."
        @if let Some(row) = longer {
            " The last bar holds all that took " (clock(number(row, from).unwrap_or(0.0))) " or longer."
        }
        " A pile-up just below a round time may be a limit that people work to."
    };
    picture(&Picture {
        id: "handle-times",
        title,
        says,
        drawing,
        numbers: table(&Listed::all("handle_times", "Calls by how long they took", all)),
    })
}

fn abandonment(report: &Report) -> Markup {
    let all = &report.overview.abandonment;
    let title = "When callers give up";
    if all.rows.is_empty() {
        let why = match lacking(report, "abandoned") {
            lacks if lacks.starts_with("no column") => format!("Not available: {lacks}."),
            _ => "No caller gave up whose wait is known.".to_string(),
        };
        return html! { div { h3 { (title) } (nothing(&why)) } };
    }
    let [wait, gave_up, low, high] = ["wait_s", "gave_up", "gave_up_from", "gave_up_to"].map(|id| all.at(id));
    let points = all.rows.iter().filter_map(|row| Some((number(row, wait)?, number(row, gave_up)?))).collect();
    let range = |row: &Vec<Cell>| Some((number(row, wait)?, number(row, low)?, number(row, high)?));
    let seconds = report.head.definitions.service_level_seconds;
    let drawing = curve(&Curve {
        id: "abandonment",
        points,
        ranges: all.rows.iter().filter_map(range).collect(),
        title: "waited, minutes : seconds",
        markers: vec![(seconds, format!("{seconds} s"))],
    });
    let curve_column =
        column("gave_up").titled("Would have given up (95\u{a0}%)").between("gave_up_from", "gave_up_to");
    let wanted = [column("wait_s"), column("waiting"), column("answered"), column("abandoned"), curve_column];
    let says = html! {
        "Share of callers who would have given up by then if nobody had been answered, with its 95 % interval. Where the \
         line is steep, people lose patience: answer before that."
    };
    picture(&Picture {
        id: "abandonment",
        title,
        says,
        drawing,
        numbers: table(&Listed::some(
            "abandonment",
            "What had become of callers by how long they waited",
            all,
            &wanted,
        )),
    })
}

fn interval<'a>(id: &'a str, title: &'a str, (low, high): (&'a str, &'a str)) -> Wanted<'a> {
    column(id).titled(title).unit(Unit::Share).between(low, high)
}

fn in_time_column() -> Wanted<'static> {
    interval("service_level", "In time (95\u{a0}%)", ("service_level_from", "service_level_to"))
}

fn gave_up_column() -> Wanted<'static> {
    interval("abandon_rate", "Gave up (95\u{a0}%)", ("abandon_rate_from", "abandon_rate_to"))
}

fn median_column() -> Wanted<'static> {
    column("handle_p50_s").titled("Median handle time")
}

fn every_day(report: &Report) -> Markup {
    let all = &report.overview.days;
    if all.rows.is_empty() {
        return html! {};
    }
    let [date, offered, abandoned] = ["day", "offered", "abandoned"].map(|id| all.at(id));
    let bar = |(i, row): (usize, &Vec<Cell>)| {
        let count = |at| number(row, at).unwrap_or(0.0);
        (i as f64, i as f64 + 1.0, count(offered), count(abandoned))
    };
    let every = all.rows.len().div_ceil(6).max(1);
    let short = |date: &str| {
        let date = day(date);
        let words: Vec<&str> = date.split(' ').collect();
        format!("{} {}", words[0], words.get(1).map_or("", |month| &month[..3.min(month.len())]))
    };
    let marks = all.rows.iter().enumerate().step_by(every);
    let drawing = bars(&Bars {
        id: "days",
        wide: true,
        bars: all.rows.iter().enumerate().map(bar).collect(),
        marks: marks.map(|(i, row)| (i as f64 + 0.5, short(words(row, date)))).collect(),
        title: "days with calls",
        markers: Vec::new(),
    });
    let says = html! { "Callers on each day; the dark foot of a bar is those who gave up." };
    let wanted = [
        vec![column("day"), column("offered"), column("answered"), column("abandoned")],
        vec![gave_up_column(), in_time_column(), median_column()],
    ];
    let numbers = table(&Listed::some("days", "Every day", all, &wanted.concat()));
    picture(&Picture { id: "days", title: "Day by day", says, drawing, numbers })
}

fn queues(report: &Report) -> Markup {
    let all = &report.overview.queues;
    if all.rows.is_empty() {
        return nothing("There are no calls to show.");
    }
    let wanted = [
        vec![
            column("queue"),
            column("offered"),
            column("answered"),
            gave_up_column(),
            in_time_column(),
            median_column(),
        ],
        vec![interval("fcr", "Resolved first time (95\u{a0}%)", ("fcr_from", "fcr_to"))],
    ];
    let shown = table(&Listed::some("queues", "Queues, in the order of their names", all, &wanted.concat()));
    let [at, beside] = ["queue", "fcr_beside_all"].map(|id| all.at(id));
    let which = |side: &'static str| {
        all.rows.iter().filter(move |row| words(row, beside) == side).map(move |row| words(row, at))
    };
    let said = |side: &'static str, text: &str| {
        let names: Vec<&str> = which(side).take(FEW).collect();
        html! {
            @if !names.is_empty() {
                (text)
                @for (i, queue) in names.iter().enumerate() { @if i > 0 { ", " } (name(queue)) }
                ". "
            }
        }
    };
    html! {
        p.note {
            (said("below", "Fewer than in all queues are resolved the first time, by more than chance, in "))
            (said("above", "More are in "))
            "Where the intervals of two queues overlap, the queues cannot be told apart by them."
        }
        (shown)
    }
}

/// So many are named in a sentence.
const FEW: usize = 8;
