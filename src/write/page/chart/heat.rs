//! A map of the week: days down, hours across.

use super::{at, drawn};
use maud::{Markup, html};

/// A cell of the map.
pub struct Shade {
    pub row: usize,
    pub column: usize,
    /// From 0, the lightest, to 6.
    pub step: usize,
    pub text: String,
    /// How it lies to all others, where that is more than chance: `above` or `below`.
    pub beside: Option<String>,
    /// All that is known of it.
    pub tells: String,
}

pub struct Heat<'a> {
    pub id: &'a str,
    pub rows: Vec<String>,
    pub columns: Vec<String>,
    pub cells: Vec<Shade>,
    /// What the steps mean, the lightest first.
    pub legend: Vec<(usize, String)>,
}

const LEFT: f64 = 88.0;
const TOP: f64 = 22.0;
const HEIGHT: f64 = 30.0;
const ALL: f64 = 960.0;

pub fn heat(of: &Heat<'_>) -> Markup {
    let width = ((ALL - LEFT) / of.columns.len().max(1) as f64).min(70.0);
    let below = TOP + HEIGHT * of.rows.len() as f64;
    let inside = html! {
        @for (i, hour) in of.columns.iter().enumerate() {
            text x=(at(LEFT + width * (i as f64 + 0.5))) y=(at(TOP - 7.0)) text-anchor="middle" { (hour) }
        }
        @for (i, day) in of.rows.iter().enumerate() {
            text x="0" y=(at(TOP + HEIGHT * (i as f64 + 0.5) + 4.5)) { (day) }
        }
        @for cell in &of.cells { (shade(cell, width)) }
        @for (i, (step, text)) in of.legend.iter().enumerate() {
            rect.step.{ "h" (step) } x=(at(LEFT + 128.0 * i as f64)) y=(at(below + 14.0)) width="16" height="16" rx="3" {}
            text x=(at(LEFT + 128.0 * i as f64 + 23.0)) y=(at(below + 27.0)) { (text) }
        }
    };
    let legend = if of.legend.is_empty() { 4.0 } else { 36.0 };
    drawn(of.id, true, (ALL, below + legend), &inside)
}

fn shade(cell: &Shade, width: f64) -> Markup {
    let x = LEFT + width * cell.column as f64;
    let y = TOP + HEIGHT * cell.row as f64;
    let mark = match cell.beside.as_deref() {
        Some("above") => "▲",
        Some(_) => "▼",
        None => "",
    };
    html! {
        g.{ "h" (cell.step) }.apart[cell.beside.is_some()] {
            title { (cell.tells) }
            rect x=(at(x + 1.5)) y=(at(y + 1.5)) width=(at(width - 3.0)) height=(at(HEIGHT - 3.0)) rx="4" {}
            text x=(at(x + width / 2.0)) y=(at(y + HEIGHT / 2.0 + 4.5)) text-anchor="middle" { (cell.text) (mark) }
        }
    }
}
