//! Intervals: a score beside the middle, and one's own level beside where the others lie.

use super::{Scale, at, drawn, ticks, time_ticks};
use crate::report::clock;
use maud::{Markup, html};

const WIDE: f64 = 150.0;

/// A score with its interval as a small line beside the middle; the numbers stand beside it.
pub fn whisker(reach: f64, tier: &str, (low, value, high): (f64, f64, f64)) -> Markup {
    let x = Scale::new((-reach, reach), (4.0, WIDE - 4.0));
    html! {
        svg.whisker.{ "t-" (tier.replace(' ', "-")) } aria-hidden="true" viewBox={ "0 0 " (WIDE) " 16" } {
            path.middle d={ "M" (at(WIDE / 2.0)) " 0V16" } {}
            path.range d={ "M" (at(x.of(low.max(-reach)))) " 8H" (at(x.of(high.min(reach)))) } {}
            circle cx=(at(x.of(value))) cy="8" r="4" {}
        }
    }
}

/// What the whiskers of a column go from and to.
pub fn whisker_axis() -> Markup {
    html! { span.axis aria-hidden="true" { span { "below" } span { "middle" } span { "above" } } }
}

/// Where the others lie, and the own level with its interval.
pub struct Place<'a> {
    pub id: &'a str,
    /// 10, 25, 50, 75 and 90 percent of the agents lie below these.
    pub others: Option<[f64; 5]>,
    pub own: (f64, f64, f64),
    /// A time in seconds, or a share.
    pub is_time: bool,
}

const ALL: f64 = 680.0;
/// What stands before the bars.
const BEFORE: f64 = 84.0;

pub fn band(of: &Place<'_>) -> Markup {
    let known = || [of.own.0, of.own.2].into_iter().chain(of.others.into_iter().flatten());
    let (least, most) = (known().fold(f64::INFINITY, f64::min), known().fold(f64::NEG_INFINITY, f64::max));
    let room = ((most - least) * 0.08).max(1e-6);
    let x = Scale::new((least - room, most + room), (BEFORE, ALL - 22.0));
    let marks = if of.is_time { time_ticks(x.from, x.to, 6) } else { ticks(x.from, x.to, 5) };
    let shown = |t: f64| if of.is_time { clock(t) } else { format!("{:.0} %", t * 100.0) };
    let inside = html! {
        @for tick in marks {
            path.grid d={ "M" (at(x.of(tick))) " 8V104" } {}
            text x=(at(x.of(tick))) y="122" text-anchor="middle" { (shown(tick)) }
        }
        text x="0" y="83" { "you" }
        @if of.others.is_some() { text x="0" y="38" { "all agents" } }
        @if let Some([p10, p25, p50, p75, p90]) = of.others {
            rect.outer x=(at(x.of(p10))) y="20" width=(at(x.of(p90) - x.of(p10))) height="26" rx="4" {}
            rect.inner x=(at(x.of(p25))) y="20" width=(at(x.of(p75) - x.of(p25))) height="26" rx="4" {}
            path.half d={ "M" (at(x.of(p50))) " 16V50" } {}
        }
        path.own d={ "M" (at(x.of(of.own.0))) " 78H" (at(x.of(of.own.2))) } {}
        circle.own cx=(at(x.of(of.own.1))) cy="78" r="7" {}
    };
    drawn(of.id, false, (ALL, 130.0), &inside)
}
