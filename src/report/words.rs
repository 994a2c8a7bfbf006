//! Times, signs and differences as people read them.

use crate::metrics::catalogue::Unit;

/// Seconds as `m:ss` or `h:mm:ss`.
pub fn clock(seconds: f64) -> String {
    let all = seconds.round() as u64;
    match all / 3_600 {
        0 => format!("{}:{:02}", all / 60, all % 60),
        hours => format!("{hours}:{:02}:{:02}", all / 60 % 60, all % 60),
    }
}

/// A number with its sign.
pub fn signed(number: f64) -> String {
    // Not -0.00.
    let rounded = (number * 100.0).round() / 100.0 + 0.0;
    format!("{rounded:+.2}")
}

/// A difference in plain words: `31 s longer`, `3.2 points more`.
pub fn plainly(difference: f64, unit: Unit) -> String {
    let (amount, more, less) = match unit {
        Unit::Seconds if difference.abs() >= 120.0 => (clock(difference.abs()), "longer", "shorter"),
        Unit::Seconds => (format!("{:.0} s", difference.abs()), "longer", "shorter"),
        _ => (format!("{:.1} points", difference.abs() * 100.0), "more", "less"),
    };
    if amount.starts_with("0 s") || amount.starts_with("0.0 ") {
        "as expected".to_string()
    } else {
        format!("{amount} {}", if difference > 0.0 { more } else { less })
    }
}
