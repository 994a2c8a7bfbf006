//! Small bars beside numbers: decoration, plain where the terminal has no other signs.

use super::Look;

/// Eighths of a sign.
const EIGHTHS: [&str; 8] = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];
/// The heights of a sparkline.
const HEIGHTS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
const PLAIN_HEIGHTS: [char; 8] = ['_', '.', '-', '-', '=', '=', '+', '#'];

/// A bar of `length` signs where `share` is 1.
pub fn bar(share: f64, length: usize, look: Look) -> String {
    let share = share.clamp(0.0, 1.0);
    if !look.unicode {
        return "#".repeat((share * length as f64).round() as usize);
    }
    let eighths = (share * length as f64 * 8.0).round() as usize;
    "█".repeat(eighths / 8) + EIGHTHS[eighths % 8]
}

/// A row of small columns, the highest for `most`.
pub fn sparkline(numbers: &[f64], most: f64, look: Look) -> String {
    let heights = if look.unicode { HEIGHTS } else { PLAIN_HEIGHTS };
    let height = |n: f64| if most > 0.0 { (n / most * 7.0).round().clamp(0.0, 7.0) as usize } else { 0 };
    numbers.iter().map(|n| heights[height(*n)]).collect()
}

/// Signs of an interval around 0: an odd number, so that 0 has one.
const INTERVAL: usize = 13;

/// A number with its interval on a line from `-most` to `most`, with a mark at 0.
pub fn interval(number: f64, low: f64, high: f64, most: f64, look: Look) -> String {
    let half = (INTERVAL / 2) as f64;
    let place = |x: f64| ((x / most).clamp(-1.0, 1.0) * half + half).round() as usize;
    let [line, zero, both, at] = if look.unicode { ['─', '│', '┼', '●'] } else { ['-', '|', '+', 'o'] };
    let sign = |i: usize| match (i == INTERVAL / 2, (place(low)..=place(high)).contains(&i)) {
        _ if i == place(number) => at,
        (true, true) => both,
        (true, false) => zero,
        (false, true) => line,
        (false, false) => ' ',
    };
    (0..INTERVAL).map(sign).collect()
}

/// What stands above intervals: where they begin, 0, and where they end.
pub fn interval_title(most: f64) -> String {
    let half = INTERVAL / 2;
    let (first, last) = (format!("-{most}"), format!("+{most}"));
    format!("{first:<half$}0{last:>half$}")
}

#[cfg(test)]
mod tests {
    use super::*;

    const WIDE: Look = Look { width: 80, unicode: true, color: false };
    const PLAIN: Look = Look { unicode: false, ..WIDE };

    #[test]
    fn bars_are_as_long_as_their_share() {
        assert_eq!(bar(0.5, 8, WIDE), "████");
        assert_eq!(bar(0.51, 10, WIDE), "█████▏");
        assert_eq!(bar(0.5, 8, PLAIN), "####");
        assert_eq!((bar(0.0, 8, WIDE), bar(2.0, 3, WIDE)), (String::new(), "███".to_string()));
    }

    #[test]
    fn a_sparkline_has_a_sign_for_each_number() {
        assert_eq!(sparkline(&[0.0, 4.0, 7.0], 7.0, WIDE), "▁▅█");
        assert_eq!(sparkline(&[0.0, 4.0, 7.0], 7.0, PLAIN), "_=#");
        assert_eq!(sparkline(&[0.0], 0.0, WIDE), "▁");
    }

    #[test]
    fn an_interval_shows_its_ends_its_number_and_0() {
        assert_eq!(interval(0.5, 0.25, 1.0, 1.0, PLAIN), "      | -o---");
        assert_eq!(interval(0.0, -0.5, 0.5, 1.0, WIDE), "   ───●───   ");
        assert_eq!(interval(-1.0, -1.0, 0.2, 1.0, PLAIN), "o-----+-     ");
        assert_eq!(interval_title(1.5), "-1.5  0  +1.5");
    }
}
