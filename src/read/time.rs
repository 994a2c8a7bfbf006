//! Points in time as exports write them, and local clocks.

use jiff::civil;
use jiff::tz::{AmbiguousOffset, Offset, TimeZone};
use std::collections::HashMap;

/// How a time column is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Year first, then month and day: ISO 8601, `2026/3/2 8:00`, `20260302`, `990101`.
    Ymd,
    /// Day, month, year.
    Dmy,
    /// Month, day, year.
    Mdy,
    /// Seconds since 1970 UTC.
    EpochS,
    /// Milliseconds since 1970 UTC.
    EpochMs,
    /// Days since 30 December 1899, as spreadsheets count.
    Excel,
}

impl Format {
    pub const NAMES: [&'static str; 6] = ["ymd", "dmy", "mdy", "epoch-s", "epoch-ms", "excel"];

    pub fn parse(name: &str) -> Option<Format> {
        use Format::*;
        let all = [Ymd, Dmy, Mdy, EpochS, EpochMs, Excel];
        Format::NAMES.iter().position(|n| *n == name).map(|i| all[i])
    }

    pub fn name(self) -> &'static str {
        Format::NAMES[self as usize]
    }
}

/// A point in time, ms since 1970: on a clock whose zone the file does not tell, or in UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stamp {
    Local(i64),
    Utc(i64),
}

/// Days since 1 January 1970 of a date of the Gregorian calendar; `None` if there is no such day.
/// Howard Hinnant, "chrono-compatible low-level date algorithms".
fn days_from_civil(year: i64, month: i64, day: i64) -> Option<i64> {
    if !(1..=12).contains(&month) || day < 1 || day > days_in_month(year, month) || !(1900..=9999).contains(&year) {
        return None;
    }
    let y = if month <= 2 { year - 1 } else { year };
    let era = y.div_euclid(400);
    let year_of_era = y.rem_euclid(400);
    let day_of_year = (153 * (month + if month > 2 { -3 } else { 9 }) + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    Some(era * 146_097 + day_of_era - 719_468)
}

fn days_in_month(year: i64, month: i64) -> i64 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if (year % 4 == 0 && year % 100 != 0) || year % 400 == 0 => 29,
        2 => 28,
        _ => 31,
    }
}

const DAY_MS: i64 = 86_400_000;

/// Two digits at `at`.
#[inline(always)]
fn two(text: &[u8], at: usize) -> Option<i64> {
    let (tens, ones) = (text[at].wrapping_sub(b'0'), text[at + 1].wrapping_sub(b'0'));
    (tens < 10 && ones < 10).then(|| i64::from(tens) * 10 + i64::from(ones))
}

/// Parses times of one column; remembers the last day, since neighbours share it.
#[derive(Debug, Clone)]
pub struct Parser {
    pub format: Format,
    last_day: ([u8; 10], i64),
}

impl Parser {
    pub fn new(format: Format) -> Self {
        Parser { format, last_day: ([0; 10], 0) }
    }

    /// The point in time that `text` writes, or `None`.
    pub fn parse(&mut self, text: &[u8]) -> Option<Stamp> {
        match self.format {
            Format::EpochS => super::duration::thousandths(text).map(Stamp::Utc),
            Format::EpochMs => super::duration::thousandths(text).map(|t| Stamp::Utc(t.div_euclid(1_000))),
            Format::Excel => {
                let days = super::duration::parse(text, super::duration::Unit::Day)?;
                (0..=2_958_465 * DAY_MS).contains(&days).then_some(Stamp::Local(days - 25_569 * DAY_MS))
            }
            Format::Ymd | Format::Dmy | Format::Mdy => match self.iso(text) {
                Some(stamp) => Some(stamp),
                None => parse_text(text, self.format),
            },
        }
    }

    /// `YYYY-MM-DD?HH:MM:SS`, then nothing, a fraction, `Z`, ` UTC` or an offset.
    #[inline]
    fn iso(&mut self, text: &[u8]) -> Option<Stamp> {
        if text.len() < 19 || text[4] != b'-' || text[7] != b'-' || text[13] != b':' || text[16] != b':' {
            return None;
        }
        if self.last_day.0 != text[..10] {
            let year = two(text, 0)? * 100 + two(text, 2)?;
            let day = days_from_civil(year, two(text, 5)?, two(text, 8)?)?;
            self.last_day = (text[..10].try_into().expect("ten bytes"), day * DAY_MS);
        }
        let (hour, minute, second) = (two(text, 11)?, two(text, 14)?, two(text, 17)?);
        if hour > 23 || minute > 59 || second > 60 {
            return None;
        }
        let local = self.last_day.1 + hour * 3_600_000 + minute * 60_000 + second.min(59) * 1_000;
        if text.len() == 19 {
            return Some(Stamp::Local(local));
        }
        with_tail(local, &text[19..])
    }
}

/// Applies what may stand behind the seconds: a fraction and a zone.
fn with_tail(local: i64, tail: &[u8]) -> Option<Stamp> {
    let mut rest = tail;
    let mut ms = 0;
    if let Some(fraction) = rest.strip_prefix(b".").or_else(|| rest.strip_prefix(b",")) {
        let end = fraction.iter().position(|b| !b.is_ascii_digit()).unwrap_or(fraction.len());
        if end == 0 {
            return None;
        }
        for i in 0..3 {
            ms = ms * 10 + fraction.get(i).filter(|_| i < end).map_or(0, |b| i64::from(b - b'0'));
        }
        rest = &fraction[end..];
    }
    let local = local + ms;
    let rest = rest.trim_ascii();
    match rest {
        b"" => Some(Stamp::Local(local)),
        b"Z" | b"z" | b"UTC" | b"GMT" | b"utc" => Some(Stamp::Utc(local)),
        _ => offset_ms(rest).map(|offset| Stamp::Utc(local - offset)),
    }
}

/// `+01:00`, `-0500`, `+01`, with or without `UTC`/`GMT` before it.
fn offset_ms(text: &[u8]) -> Option<i64> {
    let text = text.strip_prefix(b"UTC").or_else(|| text.strip_prefix(b"GMT")).unwrap_or(text);
    let (sign, digits) = match text.split_first()? {
        (b'+', rest) => (1, rest),
        (b'-', rest) => (-1, rest),
        _ => return None,
    };
    let plain: Vec<u8> = digits.iter().copied().filter(|b| *b != b':').collect();
    if !plain.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let minutes = match plain.len() {
        2 => two(&plain, 0)? * 60,
        4 => two(&plain, 0)? * 60 + two(&plain, 2)?,
        _ => return None,
    };
    (minutes <= 18 * 60).then_some(sign * minutes * 60_000)
}

/// Any other order and punctuation: three date parts, then perhaps a time of day and a zone.
fn parse_text(text: &[u8], format: Format) -> Option<Stamp> {
    let text = text.trim_ascii();
    let mut parts = [0i64; 3];
    let mut widths = [0usize; 3];
    let mut named_month = None;
    let mut count = 0;
    let mut rest = text;
    while count < 3 {
        rest = skip_separators(rest);
        let digits = rest.iter().position(|b| !b.is_ascii_digit()).unwrap_or(rest.len());
        if digits > 0 {
            if count == 0 && digits >= 6 {
                return compact(rest, digits, format);
            }
            if digits > 4 {
                return None;
            }
            parts[count] = rest[..digits].iter().fold(0, |sum, b| sum * 10 + i64::from(b - b'0'));
            widths[count] = digits;
            count += 1;
            rest = &rest[digits..];
            continue;
        }
        let letters = rest.iter().position(|b| !b.is_ascii_alphabetic()).unwrap_or(rest.len());
        if letters < 2 {
            return None;
        }
        if let Some(month) = month_number(&rest[..letters]) {
            if named_month.is_some() {
                return None;
            }
            named_month = Some(month);
            parts[count] = month;
            count += 1;
        } else if !is_weekday(&rest[..letters]) && !matches!(&rest[..letters], b"st" | b"nd" | b"rd" | b"th") {
            return None;
        }
        rest = &rest[letters..];
    }
    let (year, month, day, year_width) = if let Some(month) = named_month {
        // `2 Mar 2026`, `Mar 2, 2026`, `2026 Mar 2`: the number beside the month that is no year is the day.
        let numbers: Vec<usize> = (0..3).filter(|i| widths[*i] > 0).collect();
        let [a, b] = numbers[..] else { return None };
        let (day, year) = if widths[a] == 4 || (format == Format::Ymd && widths[b] != 4) { (b, a) } else { (a, b) };
        (parts[year], month, parts[day], widths[year])
    } else if widths[0] == 4 {
        (parts[0], parts[1], parts[2], 4)
    } else {
        match format {
            Format::Dmy => (parts[2], parts[1], parts[0], widths[2]),
            Format::Mdy => (parts[2], parts[0], parts[1], widths[2]),
            _ => (parts[0], parts[1], parts[2], widths[0]),
        }
    };
    let days = days_from_civil(full_year(year, year_width)?, month, day)?;
    time_of_day_and_zone(days * DAY_MS, rest)
}

fn skip_separators(text: &[u8]) -> &[u8] {
    let end = text.iter().position(|b| !matches!(b, b'/' | b'-' | b'.' | b',' | b' ')).unwrap_or(text.len());
    &text[end..]
}

fn full_year(year: i64, width: usize) -> Option<i64> {
    match width {
        4 => Some(year),
        // The window of POSIX strptime: 69..99 are the 1900s.
        1 | 2 => Some(if year < 69 { 2000 + year } else { 1900 + year }),
        _ => None,
    }
}

/// `YYYYMMDD`, `YYMMDD`, `YYYYMMDDHHMMSS`, or `DDMMYYYY` and `MMDDYYYY` as the order says.
fn compact(text: &[u8], digits: usize, format: Format) -> Option<Stamp> {
    let year_first = format == Format::Ymd;
    let (year, year_width, a, b) = match digits {
        6 if year_first => (two(text, 0)?, 2, 2, 4),
        6 => (two(text, 4)?, 2, 0, 2),
        8 | 12 | 14 if year_first => (two(text, 0)? * 100 + two(text, 2)?, 4, 4, 6),
        8 => (two(text, 4)? * 100 + two(text, 6)?, 4, 0, 2),
        _ => return None,
    };
    let (month, day) =
        if format == Format::Dmy { (two(text, b)?, two(text, a)?) } else { (two(text, a)?, two(text, b)?) };
    let start = days_from_civil(full_year(year, year_width)?, month, day)? * DAY_MS;
    if digits >= 12 {
        let seconds = if digits == 14 { two(text, 12)? } else { 0 };
        let (hour, minute) = (two(text, 8)?, two(text, 10)?);
        if hour > 23 || minute > 59 || seconds > 59 {
            return None;
        }
        return with_tail(start + hour * 3_600_000 + minute * 60_000 + seconds * 1_000, &text[digits..]);
    }
    time_of_day_and_zone(start, &text[digits..])
}

fn time_of_day_and_zone(day_ms: i64, rest: &[u8]) -> Option<Stamp> {
    let rest = match rest.first() {
        Some(b'T' | b't' | b',') => &rest[1..],
        _ => rest,
    };
    let rest = rest.trim_ascii();
    let rest = rest.strip_prefix(b"at ").unwrap_or(rest);
    if rest.is_empty() {
        return Some(Stamp::Local(day_ms));
    }
    let (ms, tail) = split_time_of_day(rest)?;
    with_tail(day_ms + ms, tail)
}

/// A time of day in ms and what stands behind it; `8:00`, `8:00:12.5`, `8:00:12 AM`.
fn split_time_of_day(text: &[u8]) -> Option<(i64, &[u8])> {
    let mut fields = [0i64; 3];
    let mut rest = text;
    let mut count = 0;
    loop {
        let digits = rest.iter().position(|b| !b.is_ascii_digit()).unwrap_or(rest.len());
        if digits == 0 || digits > 2 {
            return None;
        }
        fields[count] = rest[..digits].iter().fold(0, |sum, b| sum * 10 + i64::from(b - b'0'));
        count += 1;
        rest = &rest[digits..];
        match rest.first() {
            Some(b':') if count < 3 => rest = &rest[1..],
            _ => break,
        }
    }
    let mut ms = 0;
    if let Some(fraction) = rest.strip_prefix(b".").filter(|_| count == 3) {
        let end = fraction.iter().position(|b| !b.is_ascii_digit()).unwrap_or(fraction.len());
        for i in 0..3 {
            ms = ms * 10 + fraction.get(i).filter(|_| i < end).map_or(0, |b| i64::from(b - b'0'));
        }
        rest = &fraction[end..];
    }
    let trimmed = rest.trim_ascii_start();
    let half = trimmed.get(..2).map(|h| h.to_ascii_uppercase());
    let dotted = trimmed.get(..4).map(|h| h.to_ascii_uppercase());
    let afternoon = if dotted.as_deref() == Some(b"A.M.") || dotted.as_deref() == Some(b"P.M.") {
        rest = &trimmed[4..];
        Some(dotted.as_deref() == Some(b"P.M."))
    } else if half.as_deref() == Some(b"AM") || half.as_deref() == Some(b"PM") {
        rest = &trimmed[2..];
        Some(half.as_deref() == Some(b"PM"))
    } else {
        None
    };
    let mut hour = fields[0];
    if let Some(afternoon) = afternoon {
        if !(1..=12).contains(&hour) {
            return None;
        }
        hour = hour % 12 + if afternoon { 12 } else { 0 };
    } else if count == 1 {
        return None;
    }
    if hour > 23 || fields[1] > 59 || fields[2] > 60 {
        return None;
    }
    Some((hour * 3_600_000 + fields[1] * 60_000 + fields[2].min(59) * 1_000 + ms, rest))
}

/// A cell that holds nothing but a time of day, in ms since midnight.
pub fn time_of_day(text: &[u8]) -> Option<i64> {
    let text = text.trim_ascii();
    if let Some((ms, tail)) = split_time_of_day(text) {
        return tail.trim_ascii().is_empty().then_some(ms);
    }
    if text.len() == 6 && text.iter().all(u8::is_ascii_digit) {
        let (hour, minute, second) = (two(text, 0)?, two(text, 2)?, two(text, 4)?);
        let fits = hour < 24 && minute < 60 && second < 60;
        return fits.then_some(hour * 3_600_000 + minute * 60_000 + second * 1_000);
    }
    // Spreadsheets keep a time of day as a fraction of a day, sometimes behind a date of 1899.
    match parse_text(text, Format::Ymd) {
        Some(Stamp::Local(ms)) => Some(ms.rem_euclid(DAY_MS)),
        _ => {
            let fraction = text.first().is_some_and(u8::is_ascii_digit) && !text.contains(&b':');
            let ms = super::duration::parse(text, super::duration::Unit::Day).filter(|_| fraction)?;
            (0..DAY_MS).contains(&ms).then_some(ms)
        }
    }
}

fn month_number(word: &[u8]) -> Option<i64> {
    const MONTHS: [&[u8]; 12] =
        [b"jan", b"feb", b"mar", b"apr", b"may", b"jun", b"jul", b"aug", b"sep", b"oct", b"nov", b"dec"];
    let short = word.get(..3)?.to_ascii_lowercase();
    MONTHS.iter().position(|m| *m == short.as_slice()).map(|i| i as i64 + 1)
}

fn is_weekday(word: &[u8]) -> bool {
    const DAYS: [&[u8]; 7] = [b"mon", b"tue", b"wed", b"thu", b"fri", b"sat", b"sun"];
    word.get(..3).is_some_and(|w| DAYS.contains(&w.to_ascii_lowercase().as_slice()))
}

/// Milliseconds since 1970 UTC as `YYYY-MM-DDTHH:MM:SS.mmmZ`.
pub fn print_utc(ms: i64) -> String {
    let civil = civil_of(ms);
    format!(
        "{}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z",
        civil.year(),
        civil.month(),
        civil.day(),
        civil.hour(),
        civil.minute(),
        civil.second(),
        civil.millisecond()
    )
}

/// The date and time that a clock shows which counts `ms` since 1970 without a zone.
pub fn civil_of(ms: i64) -> civil::DateTime {
    let stamp = jiff::Timestamp::from_millisecond(ms).unwrap_or(jiff::Timestamp::UNIX_EPOCH);
    Offset::UTC.to_datetime(stamp)
}

/// What the clock of a zone makes of a local time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reading {
    Once,
    /// The hour that autumn repeats; the first of the two is taken.
    Repeated,
    /// The hour that spring leaves out; moved forward by the gap.
    Skipped,
}

/// A zone with a memory of the hours already looked up.
#[derive(Debug, Clone)]
pub struct Clock {
    zone: TimeZone,
    to_utc: HashMap<i64, i64>,
    to_local: HashMap<i64, i64>,
    last_to_utc: (i64, i64),
    last_to_local: (i64, i64),
}

/// Zones change at quarter hours at the finest.
const QUARTER_MS: i64 = 900_000;
/// Marks a quarter of an hour that needs a look of its own.
const LOOK: i64 = i64::MIN;

impl Clock {
    pub fn new(zone: TimeZone) -> Self {
        Clock {
            zone,
            to_utc: HashMap::new(),
            to_local: HashMap::new(),
            last_to_utc: (i64::MIN, 0),
            last_to_local: (i64::MIN, 0),
        }
    }

    /// UTC of a local time, ms.
    pub fn utc(&mut self, local: i64) -> (i64, Reading) {
        let quarter = local.div_euclid(QUARTER_MS);
        if self.last_to_utc.0 != quarter {
            let zone = &self.zone;
            let offset = *self.to_utc.entry(quarter).or_insert_with(|| {
                match zone.to_ambiguous_timestamp(civil_of(quarter * QUARTER_MS)).offset() {
                    AmbiguousOffset::Unambiguous { offset } => i64::from(offset.seconds()) * 1_000,
                    _ => LOOK,
                }
            });
            self.last_to_utc = (quarter, offset);
        }
        let offset = self.last_to_utc.1;
        if offset != LOOK {
            return (local - offset, Reading::Once);
        }
        match self.zone.to_ambiguous_timestamp(civil_of(local)).offset() {
            AmbiguousOffset::Unambiguous { offset } => (local - i64::from(offset.seconds()) * 1_000, Reading::Once),
            AmbiguousOffset::Gap { before, .. } => (local - i64::from(before.seconds()) * 1_000, Reading::Skipped),
            AmbiguousOffset::Fold { before, .. } => (local - i64::from(before.seconds()) * 1_000, Reading::Repeated),
        }
    }

    /// Local time of a point in UTC, ms.
    pub fn local(&mut self, utc: i64) -> i64 {
        let quarter = utc.div_euclid(QUARTER_MS);
        if self.last_to_local.0 != quarter {
            let zone = &self.zone;
            let offset = *self.to_local.entry(quarter).or_insert_with(|| {
                let stamp =
                    jiff::Timestamp::from_millisecond(quarter * QUARTER_MS).unwrap_or(jiff::Timestamp::UNIX_EPOCH);
                i64::from(zone.to_offset(stamp).seconds()) * 1_000
            });
            self.last_to_local = (quarter, offset);
        }
        utc + self.last_to_local.1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn local(text: &str, format: Format) -> Option<String> {
        match Parser::new(format).parse(text.as_bytes())? {
            Stamp::Local(ms) => Some(print_utc(ms).trim_end_matches('Z').to_string()),
            Stamp::Utc(ms) => Some(print_utc(ms)),
        }
    }

    #[test]
    fn reads_the_spellings_of_the_known_sources() {
        use Format::*;
        let cases = [
            ("2026-03-02T08:00:12", Ymd, "2026-03-02T08:00:12.000"),
            ("2026-03-02T08:00:12Z", Dmy, "2026-03-02T08:00:12.000Z"),
            ("2026-03-02 08:00:12.678 UTC", Ymd, "2026-03-02T08:00:12.678Z"),
            ("2026-03-02 08:00:12.67890", Ymd, "2026-03-02T08:00:12.678"),
            ("2026-03-02T08:00:12+01:00", Ymd, "2026-03-02T07:00:12.000Z"),
            ("2026-03-02T08:00:12-0530", Ymd, "2026-03-02T13:30:12.000Z"),
            ("2026-03-02", Ymd, "2026-03-02T00:00:00.000"),
            ("2026/3/2 8:00", Ymd, "2026-03-02T08:00:00.000"),
            ("6/23/25 07:00 AM", Mdy, "2025-06-23T07:00:00.000"),
            ("3/2/26 12:00:12 AM", Mdy, "2026-03-02T00:00:12.000"),
            ("3/2/26 12:00:12 pm", Mdy, "2026-03-02T12:00:12.000"),
            ("5/31/2026 20:23", Mdy, "2026-05-31T20:23:00.000"),
            ("31.03.2026 14:05:09", Dmy, "2026-03-31T14:05:09.000"),
            ("24/08/17 09:32", Dmy, "2017-08-24T09:32:00.000"),
            ("990101", Ymd, "1999-01-01T00:00:00.000"),
            ("20260302", Ymd, "2026-03-02T00:00:00.000"),
            ("20260302140509", Ymd, "2026-03-02T14:05:09.000"),
            ("August 28, 2017 13:47", Mdy, "2017-08-28T13:47:00.000"),
            ("2 Mar 2026 14:05", Dmy, "2026-03-02T14:05:00.000"),
            ("Mon, 02 Mar 2026 14:05:09 +0000", Ymd, "2026-03-02T14:05:09.000Z"),
            ("02-Mar-26", Dmy, "2026-03-02T00:00:00.000"),
            ("1665156376", EpochS, "2022-10-07T15:26:16.000Z"),
            ("1665156376.5", EpochS, "2022-10-07T15:26:16.500Z"),
            ("1665156376123", EpochMs, "2022-10-07T15:26:16.123Z"),
            ("46083.5", Excel, "2026-03-02T12:00:00.000"),
        ];
        for (text, format, expected) in cases {
            assert_eq!(local(text, format).as_deref(), Some(expected), "{text:?} as {format:?}");
        }
        for text in ["2022-02-30", "2026-13-01", "31/31/2026", "8:00", "", "x", "2026-03-02 25:00:00", "12/2026"] {
            assert_eq!(local(text, Dmy), None, "{text:?}");
        }
    }

    #[test]
    fn a_time_of_day_may_stand_alone() {
        assert_eq!(time_of_day(b"7:02:47"), Some(25_367_000));
        assert_eq!(time_of_day(b"8:00:12 PM"), Some(72_012_000));
        assert_eq!(time_of_day(b"14:05"), Some(50_700_000));
        assert_eq!(time_of_day(b"0.5"), Some(43_200_000));
        assert_eq!(time_of_day(b"25:00"), None);
    }

    #[test]
    fn the_repeated_hour_takes_the_first_and_the_missing_hour_moves_forward() {
        let mut clock = Clock::new(TimeZone::get("Europe/London").unwrap());
        let at = |text: &str| match Parser::new(Format::Ymd).parse(text.as_bytes()) {
            Some(Stamp::Local(ms)) => ms,
            other => panic!("{other:?}"),
        };
        let (utc, reading) = clock.utc(at("2026-10-25 01:30:00"));
        assert_eq!((print_utc(utc).as_str(), reading), ("2026-10-25T00:30:00.000Z", Reading::Repeated));
        let (utc, reading) = clock.utc(at("2026-03-29 01:30:00"));
        assert_eq!((print_utc(utc).as_str(), reading), ("2026-03-29T01:30:00.000Z", Reading::Skipped));
        let (utc, reading) = clock.utc(at("2026-07-01 12:00:00"));
        assert_eq!((print_utc(utc).as_str(), reading), ("2026-07-01T11:00:00.000Z", Reading::Once));
        assert_eq!(clock.local(utc), at("2026-07-01 12:00:00"));
    }
}
