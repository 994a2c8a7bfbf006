//! Durations as exports write them, in milliseconds.

use serde::Serialize;

/// What a bare number in a duration column counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Unit {
    Ms,
    S,
    Min,
    H,
    /// Fraction of a day, as spreadsheets keep times.
    Day,
}

impl Unit {
    pub const NAMES: [&'static str; 5] = ["ms", "s", "min", "h", "day"];

    pub fn parse(name: &str) -> Option<Unit> {
        Some(match name {
            "ms" => Unit::Ms,
            "s" => Unit::S,
            "min" => Unit::Min,
            "h" => Unit::H,
            "day" => Unit::Day,
            _ => return None,
        })
    }

    pub fn name(self) -> &'static str {
        Unit::NAMES[self as usize]
    }

    pub fn in_ms(self) -> i64 {
        match self {
            Unit::Ms => 1,
            Unit::S => 1_000,
            Unit::Min => 60_000,
            Unit::H => 3_600_000,
            Unit::Day => 86_400_000,
        }
    }
}

/// A decimal number in thousandths, rounded half away from zero; `,` is taken as the decimal sign
/// where there is no `.`. `None` for anything else, and beyond 15 digits.
pub fn thousandths(text: &[u8]) -> Option<i64> {
    scaled(text, 1_000)
}

/// `text` times `scale`, rounded half away from zero, exactly for up to 18 digits.
fn scaled(text: &[u8], scale: i64) -> Option<i64> {
    let (negative, digits) = match text.split_first()? {
        (b'-', rest) => (true, rest),
        (b'+', rest) => (false, rest),
        _ => (false, text),
    };
    let without_groups;
    let digits = if has_groups(digits) {
        without_groups = digits.iter().copied().filter(|b| *b != b',').collect::<Vec<u8>>();
        &without_groups[..]
    } else {
        digits
    };
    let (mut whole, mut fraction, mut divisor) = (0i128, 0i128, 1i128);
    let (mut seen, mut after_point, mut exponent) = (0u32, false, 0i32);
    let bytes = digits.iter().copied().enumerate();
    for (at, byte) in bytes {
        match byte {
            b'0'..=b'9' => {
                let digit = i128::from(byte - b'0');
                if after_point {
                    if divisor < 1_000_000_000_000_000_000 {
                        fraction = fraction * 10 + digit;
                        divisor *= 10;
                    }
                } else {
                    whole = whole * 10 + digit;
                    if whole > 1_000_000_000_000_000_000 {
                        return None;
                    }
                }
                seen += 1;
            }
            b'.' | b',' if !after_point => after_point = true,
            b'e' | b'E' if seen > 0 => {
                exponent = std::str::from_utf8(&digits[at + 1..]).ok()?.parse().ok()?;
                break;
            }
            _ => return None,
        }
    }
    if seen == 0 {
        return None;
    }
    let mut numerator = (whole * divisor + fraction) * i128::from(scale);
    if !(-18..=6).contains(&exponent) {
        return if numerator == 0 { Some(0) } else { None };
    }
    if exponent < 0 {
        divisor = divisor.checked_mul(10i128.pow(exponent.unsigned_abs()))?;
    } else {
        numerator = numerator.checked_mul(10i128.pow(exponent.unsigned_abs()))?;
    }
    let rounded = (numerator * 2 + divisor) / (divisor * 2);
    let value = i64::try_from(rounded).ok()?;
    Some(if negative { -value } else { value })
}

/// True for `1,500` and `12,345.6`: commas before groups of three digits, and no leading zero.
fn has_groups(digits: &[u8]) -> bool {
    if !digits.contains(&b',') || digits.first() == Some(&b'0') {
        return false;
    }
    let whole = digits.split(|b| *b == b'.').next().unwrap_or(digits);
    let mut groups = whole.split(|b| *b == b',');
    let first = groups.next().map_or(0, <[u8]>::len);
    (1..=3).contains(&first) && groups.all(|g| g.len() == 3 && g.iter().all(u8::is_ascii_digit))
}

/// A duration cell in milliseconds: a number in `unit`, `m:ss`, `h:mm:ss` with or without a fraction,
/// `1d 02:03:04`, `5.1 Days`, `5m 12s`, or ISO 8601 `PT5M12S`. Signed, so that the caller can refuse
/// what is negative; `None` when it is no duration.
pub fn parse(text: &[u8], unit: Unit) -> Option<i64> {
    // The common case: a few digits in seconds or milliseconds.
    if text.len() <= 9 && !text.is_empty() && text.iter().all(u8::is_ascii_digit) {
        let value = text.iter().fold(0i64, |sum, b| sum * 10 + i64::from(b - b'0'));
        return Some(value * unit.in_ms());
    }
    let text = text.trim_ascii();
    if text.contains(&b':') {
        return clock(text);
    }
    if let Some(value) = scaled(text, unit.in_ms()) {
        return Some(value);
    }
    words(text)
}

/// `[-][Nd ]h:mm:ss[.fff]` or `m:ss[.fff]`.
fn clock(text: &[u8]) -> Option<i64> {
    let (negative, text) = match text.strip_prefix(b"-") {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let (days, text) = match text.iter().position(|b| matches!(b, b'd' | b'D')) {
        Some(at) => {
            let rest = text[at + 1..].trim_ascii_start();
            let rest = rest.strip_prefix(b"ays").or_else(|| rest.strip_prefix(b"ay")).unwrap_or(rest);
            (digits(text[..at].trim_ascii())?, rest.trim_ascii_start())
        }
        None => (0, text),
    };
    let mut parts = text.split(|b| *b == b':');
    let (first, second, third) = (parts.next()?, parts.next()?, parts.next());
    if parts.next().is_some() {
        return None;
    }
    let (hours, minutes, seconds) = match third {
        Some(third) => (digits(first)?, digits(second)?, third),
        None => (0, digits(first)?, second),
    };
    let seconds = if seconds.first().is_some_and(u8::is_ascii_digit) { thousandths(seconds)? } else { return None };
    if seconds >= 60_000 || (third.is_some() && minutes >= 60) || hours > 1_000_000 || days > 100_000 {
        return None;
    }
    let total = days * 86_400_000 + hours * 3_600_000 + minutes * 60_000 + seconds;
    Some(if negative { -total } else { total })
}

/// Up to nine digits and nothing else.
fn digits(text: &[u8]) -> Option<i64> {
    if text.is_empty() || text.len() > 9 || !text.iter().all(u8::is_ascii_digit) {
        return None;
    }
    Some(text.iter().fold(0, |sum, b| sum * 10 + i64::from(b - b'0')))
}

/// Numbers each followed by their unit's name: `5m 12s`, `PT5M12S`, `5.1 Days`, `312 sec`.
fn words(text: &[u8]) -> Option<i64> {
    let lower = text.to_ascii_lowercase();
    let iso = lower.starts_with(b"p");
    let mut rest: &[u8] = lower.strip_prefix(b"p").unwrap_or(&lower);
    let mut total = 0i64;
    let mut any = false;
    loop {
        rest = rest.trim_ascii_start();
        if any {
            rest = rest.strip_prefix(b"and ").unwrap_or(rest);
        }
        rest = rest.strip_prefix(b"t").unwrap_or(rest);
        if rest.is_empty() {
            return any.then_some(total);
        }
        let number_end = rest.iter().position(|b| !matches!(b, b'0'..=b'9' | b'.' | b',' | b'-'))?;
        let (number, tail) = rest.split_at(number_end);
        let tail = tail.trim_ascii_start();
        let letters = tail.iter().position(|b| !b.is_ascii_alphabetic()).unwrap_or(tail.len());
        let word_end = if iso { letters.min(1) } else { letters };
        let (word, after) = tail.split_at(word_end);
        let unit = match word {
            b"ms" | b"msec" | b"msecs" | b"milliseconds" => Unit::Ms,
            b"s" | b"sec" | b"secs" | b"second" | b"seconds" => Unit::S,
            b"m" | b"min" | b"mins" | b"minute" | b"minutes" => Unit::Min,
            b"h" | b"hr" | b"hrs" | b"hour" | b"hours" => Unit::H,
            b"d" | b"day" | b"days" => Unit::Day,
            _ => return None,
        };
        total = total.checked_add(scaled(number, unit.in_ms())?)?;
        any = true;
        rest = after.strip_prefix(b".").or_else(|| after.strip_prefix(b",")).unwrap_or(after);
    }
}

/// Milliseconds as `h:mm:ss`, with `.mmm` where they are not whole seconds.
pub fn print(ms: i64) -> String {
    let sign = if ms < 0 { "-" } else { "" };
    let (seconds, rest) = (ms.unsigned_abs() / 1_000, ms.unsigned_abs() % 1_000);
    let clock = format!("{sign}{}:{:02}:{:02}", seconds / 3_600, seconds / 60 % 60, seconds % 60);
    if rest == 0 { clock } else { format!("{clock}.{rest:03}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_spellings_of_the_known_sources() {
        let cases: [(&str, Unit, Option<i64>); 28] = [
            ("1,500", Unit::S, Some(1_500_000)),
            ("0,500", Unit::S, Some(500)),
            ("312", Unit::S, Some(312_000)),
            ("312.5", Unit::S, Some(312_500)),
            ("312,5", Unit::S, Some(312_500)),
            ("5.0", Unit::Min, Some(300_000)),
            ("0.03", Unit::Min, Some(1_800)),
            ("0.000069444446", Unit::Day, Some(6_000)),
            ("6.9444446E-05", Unit::Day, Some(6_000)),
            ("85", Unit::Ms, Some(85)),
            ("5:12", Unit::S, Some(312_000)),
            ("90:12", Unit::S, Some(5_412_000)),
            ("00:05:12", Unit::S, Some(312_000)),
            (" 50:38:24.085", Unit::Ms, Some(182_304_085)),
            ("5.1 Days", Unit::S, Some(440_640_000)),
            ("1d 02:03:04", Unit::S, Some(93_784_000)),
            ("5m 12s", Unit::S, Some(312_000)),
            ("PT1M2.5S", Unit::S, Some(62_500)),
            ("P1DT2H", Unit::S, Some(93_600_000)),
            ("45 sec", Unit::Min, Some(45_000)),
            ("-3", Unit::S, Some(-3_000)),
            ("-0:00:03", Unit::S, Some(-3_000)),
            ("", Unit::S, None),
            ("abc", Unit::S, None),
            ("1:2:3:4", Unit::S, None),
            ("0:75:00", Unit::S, None),
            ("12:61", Unit::S, None),
            ("1.2.3", Unit::S, None),
        ];
        for (text, unit, expected) in cases {
            assert_eq!(parse(text.as_bytes(), unit), expected, "{text:?} in {unit:?}");
        }
    }
}
