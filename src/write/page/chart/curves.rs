//! Bars, a curve, and a funnel of points between their limits.

use super::{Scale, at, drawn, log_ticks, ticks, time_ticks, whole};
use crate::report::clock;
use maud::{Markup, html};
use std::fmt::Write as _;

/// A size that is read without scrolling on a telephone.
const WIDTH: f64 = 520.0;
const HEIGHT: f64 = 290.0;
const LEFT: f64 = 56.0;
const RIGHT: f64 = 24.0;
const TOP: f64 = 24.0;
const BOTTOM: f64 = 46.0;

fn across(size: f64) -> (f64, f64) {
    (LEFT, size - RIGHT)
}

fn up(size: f64) -> (f64, f64) {
    (size - BOTTOM, TOP)
}

/// The lines behind a picture and what stands at them.
fn grid(y: &Scale, width: f64, marks: &[(f64, String)]) -> Markup {
    html! {
        @for (value, text) in marks {
            path.grid d={ "M" (at(LEFT)) " " (at(y.of(*value))) "H" (at(width - RIGHT)) } {}
            text x=(at(LEFT - 8.0)) y=(at(y.of(*value) + 4.5)) text-anchor="end" { (text) }
        }
    }
}

fn below(x: &Scale, height: f64, marks: &[(f64, String)], title: &str) -> Markup {
    html! {
        @for (value, text) in marks {
            text x=(at(x.of(*value))) y=(at(height - BOTTOM + 18.0)) text-anchor="middle" { (text) }
        }
        text.title x=(at((x.start + x.end) / 2.0)) y=(at(height - 6.0)) text-anchor="middle" { (title) }
    }
}

/// An upright line at a value, with a word beside it.
fn marker(x: &Scale, height: f64, value: f64, text: &str, line: f64) -> Markup {
    let place = x.of(value);
    let (anchor, away) = if place > (x.start + x.end) * 0.6 { ("end", -5.0) } else { ("start", 5.0) };
    html! {
        path.marker d={ "M" (at(place)) " " (at(TOP)) "V" (at(height - BOTTOM)) } {}
        text.marker x=(at(place + away)) y=(at(TOP + 12.0 + 19.0 * line)) text-anchor=(anchor) { (text) }
    }
}

/// Bars side by side.
pub struct Bars<'a> {
    pub id: &'a str,
    /// Drawn over the whole width of the page.
    pub wide: bool,
    /// From, to, how many; and how many of them are set off.
    pub bars: Vec<(f64, f64, f64, f64)>,
    /// What stands below some of the places.
    pub marks: Vec<(f64, String)>,
    pub title: &'a str,
    pub markers: Vec<(f64, String)>,
}

pub fn bars(of: &Bars<'_>) -> Markup {
    let (width, height) = if of.wide { (1_000.0, 240.0) } else { (WIDTH, HEIGHT) };
    let ends = |f: fn(f64, f64) -> f64, start: f64, of_bar: fn(&(f64, f64, f64, f64)) -> f64| {
        of.bars.iter().map(of_bar).fold(start, f)
    };
    let x = Scale::new((ends(f64::min, f64::INFINITY, |b| b.0), ends(f64::max, 0.0, |b| b.1)), across(width));
    let most = ends(f64::max, 1.0, |b| b.2);
    let y = Scale::new((0.0, most * 1.04), up(height));
    let rows: Vec<(f64, String)> = ticks(0.0, most * 1.04, 4).into_iter().map(|t| (t, whole(t))).collect();
    let bar = |from: f64, to: f64, n: f64| {
        let gap = ((x.of(to) - x.of(from)) * 0.12).min(2.0);
        let (left, wide) = (x.of(from) + gap / 2.0, (x.of(to) - x.of(from) - gap).max(0.4));
        format!("M{} {}V{}h{}V{}z", at(left), at(y.of(0.0)), at(y.of(n)), at(wide), at(y.of(0.0)))
    };
    let mut all = String::new();
    let mut off = String::new();
    for (from, to, n, set_off) in &of.bars {
        all += &bar(*from, *to, *n);
        if *set_off > 0.0 {
            off += &bar(*from, *to, *set_off);
        }
    }
    let inside = html! {
        (grid(&y, width, &rows))
        path.bars d=(all) {}
        @if !off.is_empty() { path.off d=(off) {} }
        (below(&x, height, &of.marks, of.title))
        @for (line, (value, text)) in of.markers.iter().enumerate() { (marker(&x, height, *value, text, line as f64)) }
    };
    drawn(of.id, of.wide, (width, height), &inside)
}

/// A share that grows along a time.
pub struct Curve<'a> {
    pub id: &'a str,
    pub points: Vec<(f64, f64)>,
    /// Where the truth lies, point by point.
    pub ranges: Vec<(f64, f64, f64)>,
    pub title: &'a str,
    pub markers: Vec<(f64, String)>,
}

pub fn curve(of: &Curve<'_>) -> Markup {
    let most = of.points.iter().map(|p| p.0).fold(1.0, f64::max);
    let tops = of.points.iter().map(|p| p.1).chain(of.ranges.iter().map(|r| r.2));
    let x = Scale::new((0.0, most), across(WIDTH));
    let y = Scale::new((0.0, tops.fold(0.01, f64::max).min(1.0)), up(HEIGHT));
    let percent = |t: f64| format!("{:.0} %", t * 100.0);
    let rows: Vec<(f64, String)> = ticks(0.0, y.to, 4).into_iter().map(|t| (t, percent(t))).collect();
    let marks: Vec<(f64, String)> = time_ticks(0.0, most, 6).into_iter().map(|t| (t, clock(t))).collect();
    let mut line = String::new();
    for (i, (seconds, share)) in of.points.iter().enumerate() {
        let _ = write!(line, "{}{} {}", if i == 0 { "M" } else { "L" }, at(x.of(*seconds)), at(y.of(*share)));
    }
    let mut area = String::new();
    let there = of.ranges.iter().map(|(s, low, _)| (s, low));
    let back = of.ranges.iter().rev().map(|(s, _, high)| (s, high));
    for (i, (seconds, share)) in there.chain(back).enumerate() {
        let _ = write!(area, "{}{} {}", if i == 0 { "M" } else { "L" }, at(x.of(*seconds)), at(y.of(*share)));
    }
    let inside = html! {
        (grid(&y, WIDTH, &rows))
        @if !area.is_empty() { path.area d={ (area) "z" } {} }
        path.line d=(line) {}
        (below(&x, HEIGHT, &marks, of.title))
        @for (line, (value, text)) in of.markers.iter().enumerate() { (marker(&x, HEIGHT, *value, text, line as f64)) }
    };
    drawn(of.id, false, (WIDTH, HEIGHT), &inside)
}

/// Agents by their number of contacts, between the limits of luck.
pub struct Funnel<'a> {
    pub id: &'a str,
    /// Contacts, difference, and how far outside: 0, 1 beyond the inner limits, 2 beyond the outer.
    pub points: Vec<(f64, f64, usize)>,
    /// Contacts, inner and outer limits.
    pub limits: Vec<(f64, [(f64, f64); 2])>,
    pub title: &'a str,
    /// What more is, upwards.
    pub upwards: &'a str,
    pub shown: &'a dyn Fn(f64) -> String,
}

pub fn funnel(of: &Funnel<'_>) -> Markup {
    let contacts = || of.points.iter().map(|p| p.0).chain(of.limits.iter().map(|l| l.0));
    let (least, most) = (contacts().fold(f64::INFINITY, f64::min).max(1.0), contacts().fold(1.0, f64::max));
    let log = most > 12.0 * least;
    let x = Scale { log, ..Scale::new((least * 0.9, most * 1.05), across(WIDTH)) };
    let widest = of.points.iter().map(|p| p.1.abs()).fold(0.0, f64::max);
    let usual = of.limits.get(of.limits.len() / 2).map_or(0.0, |(_, l)| l[1].0.abs().max(l[1].1.abs()));
    let reach = (widest * 1.12).max(usual).max(1e-6);
    let y = Scale::new((-reach, reach), up(HEIGHT));
    let rows: Vec<(f64, String)> = ticks(-reach, reach, 5).into_iter().map(|t| (t, (of.shown)(t))).collect();
    let places = if log { log_ticks(x.from, x.to) } else { ticks(x.from, x.to, 5) };
    let marks: Vec<(f64, String)> = places.into_iter().map(|t| (t, whole(t))).collect();
    let limit = |which: usize, high: bool| {
        let mut line = String::new();
        for (i, (n, limits)) in of.limits.iter().enumerate() {
            let value = if high { limits[which].1 } else { limits[which].0 };
            let _ = write!(line, "{}{} {}", if i == 0 { "M" } else { "L" }, at(x.of(*n)), at(y.of(value)));
        }
        line
    };
    // A line without length and with a round end is a dot, so that thousands of dots are one path.
    let mut dots = [String::new(), String::new(), String::new()];
    for (n, off, outside) in &of.points {
        let (px, py) = (x.of(*n), y.of(*off));
        match outside {
            2 => _ = write!(dots[2], "M{} {}l5 9h-10z", at(px), at(py - 5.0)),
            which => _ = write!(dots[*which], "M{} {}h0", at(px), at(py)),
        }
    }
    let clip = format!("{}-inside", of.id);
    let crowd = of.points.len() > 400;
    let inside = html! {
        clipPath id=(clip) {
            rect x=(at(LEFT)) y=(at(TOP)) width=(at(WIDTH - LEFT - RIGHT)) height=(at(HEIGHT - TOP - BOTTOM)) {}
        }
        (grid(&y, WIDTH, &rows))
        text.title x="0" y="13" { "↑ " (of.upwards) }
        g clip-path={ "url(#" (clip) ")" } {
            path.zero d={ "M" (at(LEFT)) " " (at(y.of(0.0))) "H" (at(WIDTH - RIGHT)) } {}
            @for high in [false, true] {
                path.limit d=(limit(0, high)) {}
                path.limit.outer d=(limit(1, high)) {}
            }
        }
        g.dots.crowd[crowd] { path.in d=(dots[0]) {} path.near d=(dots[1]) {} path.far d=(dots[2]) {} }
        (below(&x, HEIGHT, &marks, of.title))
    };
    drawn(of.id, false, (WIDTH, HEIGHT), &inside)
}
