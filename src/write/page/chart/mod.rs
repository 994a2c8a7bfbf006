//! Small pictures as SVG. They lay out what the report says and compute nothing of their own.

mod band;
mod curves;
mod heat;

pub use band::{Place, band, whisker, whisker_axis};
pub use curves::{Bars, Curve, Funnel, bars, curve, funnel};
pub use heat::{Heat, Shade, heat};

use maud::{Markup, html};

/// The frame that a picture scrolls in where it is wider than the screen; the heading names it, the caption describes it.
fn drawn(id: &str, wide: bool, size: (f64, f64), inside: &Markup) -> Markup {
    html! {
        div.chart.wide[wide] role=[wide.then_some("group")] tabindex=[wide.then_some("0")]
            aria-labelledby=[wide.then_some(id)] {
            svg role="img" aria-labelledby=(id) aria-describedby={ (id) "-says" }
                viewBox={ "0 0 " (size.0) " " (size.1) } { (inside) }
        }
    }
}

/// A coordinate, to a tenth of a point.
fn at(x: f64) -> String {
    let text = format!("{x:.1}");
    text.strip_suffix(".0").map_or(text.clone(), str::to_string)
}

/// A range of values laid over a range of points.
#[derive(Clone, Copy)]
struct Scale {
    from: f64,
    to: f64,
    start: f64,
    end: f64,
    log: bool,
}

impl Scale {
    fn new((from, to): (f64, f64), (start, end): (f64, f64)) -> Scale {
        Scale { from, to, start, end, log: false }
    }

    fn of(&self, value: f64) -> f64 {
        let (from, to, value) = match self.log {
            true => (libm::log(self.from), libm::log(self.to), libm::log(value.max(self.from))),
            false => (self.from, self.to, value),
        };
        if to <= from {
            return (self.start + self.end) / 2.0;
        }
        self.start + (value - from) / (to - from) * (self.end - self.start)
    }
}

/// Round values between two others, about `wanted` of them.
fn ticks(from: f64, to: f64, wanted: usize) -> Vec<f64> {
    if to <= from {
        return vec![from];
    }
    let rough = (to - from) / wanted.max(1) as f64;
    let power = libm::pow(10.0, libm::floor(libm::log10(rough)));
    let step = [1.0, 2.0, 2.5, 5.0, 10.0].into_iter().map(|m| m * power).find(|s| *s >= rough).unwrap_or(10.0 * power);
    let first = libm::ceil(from / step - 1e-9);
    let last = libm::floor(to / step + 1e-9);
    (0..=(last - first) as usize).map(|i| (first + i as f64) * step + 0.0).collect()
}

/// Times that clocks show, between two others, at most `most` of them.
pub fn time_ticks(from: f64, to: f64, most: usize) -> Vec<f64> {
    const STEPS: [f64; 13] = [1.0, 2.0, 5.0, 10.0, 15.0, 30.0, 60.0, 120.0, 300.0, 600.0, 1_200.0, 1_800.0, 3_600.0];
    let few = |step: &f64| (to - from) / step <= most as f64;
    let step = STEPS.into_iter().find(few).unwrap_or(7_200.0);
    let first = libm::ceil(from / step - 1e-9) as i64;
    (first..).map(|i| i as f64 * step).take_while(|t| *t <= to + 1e-9).collect()
}

/// Round values for a scale of multiples: 1, 2, 5, 10, 20, ...
fn log_ticks(from: f64, to: f64) -> Vec<f64> {
    let mut found = Vec::new();
    let mut power = 1.0;
    while power <= to {
        found.extend([1.0, 2.0, 5.0].map(|m| m * power).into_iter().filter(|t| *t >= from && *t <= to));
        power *= 10.0;
    }
    found
}

/// A whole number with its thousands apart.
fn whole(n: f64) -> String {
    crate::write::screen::thousands(n.round().max(0.0) as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_are_round_and_inside() {
        assert_eq!(ticks(0.0, 23.0, 5), [0.0, 5.0, 10.0, 15.0, 20.0]);
        assert_eq!(ticks(-0.3, 0.3, 6), [-0.30000000000000004, -0.2, -0.1, 0.0, 0.1, 0.2, 0.30000000000000004]);
        assert_eq!(ticks(3.0, 3.0, 5), [3.0]);
        assert_eq!(time_ticks(242.0, 352.0, 6), [270.0, 300.0, 330.0]);
        assert_eq!(log_ticks(20.0, 400.0), [20.0, 50.0, 100.0, 200.0]);
    }

    #[test]
    fn a_scale_with_one_value_is_its_middle() {
        assert!((Scale::new((5.0, 5.0), (0.0, 100.0)).of(5.0) - 50.0).abs() < f64::EPSILON);
    }
}
