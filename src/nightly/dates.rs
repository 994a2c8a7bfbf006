//! Days in the texts of a project file: `{yesterday}` and the like, counted from the date of the night.
//!
//! A night has the date of the day whose calls it is about, and runs on the morning after: of the night of 2026-11-20,
//! `{yesterday}` is 2026-11-20 and `{today}` is 2026-11-21.

use crate::names::hint;
use jiff::ToSpan;
use jiff::civil::{Date, Weekday};
use jiff::fmt::strtime;

/// What may stand in braces, besides `day-N`.
const NAMES: [&str; 8] = ["yesterday", "today", "week", "last-week", "month", "last-month", "quarter", "last-quarter"];
/// Days back that somebody may mean.
const FURTHEST: i64 = 3_660;

/// A text with its days filled in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filled {
    /// One text, or one for each day of a span such as `{day-90..yesterday}`, the last day last.
    pub texts: Vec<String>,
    pub span: bool,
}

/// A text without a span, its days filled in.
pub fn fill_one(text: &str, night: Date) -> Result<String, String> {
    let Filled { mut texts, span } = fill(text, night)?;
    match texts.pop() {
        Some(text) if !span => Ok(text),
        _ => Err(format!("is `{text}`; a span of days can only stand in `inputs`")),
    }
}

/// Fills in the days of a text; the error says what is wrong with it.
pub fn fill(text: &str, night: Date) -> Result<Filled, String> {
    let mut filled = Filled { texts: vec![String::new()], span: false };
    let mut rest = text;
    while let Some(at) = rest.find(['{', '}']) {
        add(&mut filled.texts, &rest[..at]);
        let (brace, behind) = rest[at..].split_at(1);
        if behind.starts_with(brace) {
            add(&mut filled.texts, brace);
            rest = &behind[1..];
            continue;
        }
        let end = behind.find('}').filter(|_| brace == "{");
        let end =
            end.ok_or_else(|| format!("is `{text}`, with a single `{brace}`; a brace itself is written twice"))?;
        let days = days(&behind[..end], night).map_err(|what| format!("is `{text}`: {what}"))?;
        if days.len() > 1 {
            if filled.span {
                return Err(format!("is `{text}`, with two spans of days; one is enough for a file of a day"));
            }
            filled.span = true;
            filled.texts = vec![filled.texts.concat(); days.len()];
        }
        for (i, text) in filled.texts.iter_mut().enumerate() {
            text.push_str(&days[i.min(days.len() - 1)]);
        }
        rest = &behind[end + 1..];
    }
    add(&mut filled.texts, rest);
    Ok(filled)
}

fn add(texts: &mut [String], part: &str) {
    texts.iter_mut().for_each(|text| text.push_str(part));
}

/// What stands for the inside of braces: one text, or those of a span from its first day.
fn days(inside: &str, night: Date) -> Result<Vec<String>, String> {
    let (name, form) = match inside.split_once(':') {
        Some((name, form)) => (name, Some(form)),
        None => (inside, None),
    };
    let Some((first, last)) = name.split_once("..") else {
        let (day, usual) = moment(name, night)?;
        return Ok(vec![printed(day, form.unwrap_or(usual))?]);
    };
    let ((first, usual), (last, _)) = (moment(first, night)?, moment(last, night)?);
    if first >= last {
        return Err(format!(
            "`{{{name}}}` is no span of days; the earlier one comes first, as in {{day-90..yesterday}}"
        ));
    }
    let days = first.series(1.day()).take_while(|day| *day <= last);
    days.map(|day| printed(day, form.unwrap_or(usual))).collect()
}

/// The day of a name, and how it is written unless something else is asked for; of weeks, months and quarters the first.
fn moment(name: &str, night: Date) -> Result<(Date, &'static str), String> {
    let monday = |day: Date| day - i64::from(day.weekday().since(Weekday::Monday)).days();
    let month = |day: Date| day.first_of_month();
    let quarter = |day: Date| month(day) - i64::from((day.month() - 1) % 3).months();
    let before = |day: Date| day.yesterday().unwrap_or(day);
    const DAY: &str = "%Y-%m-%d";
    const WEEK: &str = "%G-W%V";
    const MONTH: &str = "%Y-%m";
    const QUARTER: &str = "%Y-Q%q";
    Ok(match name.trim() {
        "yesterday" => (night, DAY),
        "today" => (night.tomorrow().unwrap_or(night), DAY),
        "week" => (monday(night), WEEK),
        "last-week" => (monday(before(monday(night))), WEEK),
        "month" => (month(night), MONTH),
        "last-month" => (month(before(month(night))), MONTH),
        "quarter" => (quarter(night), QUARTER),
        "last-quarter" => (quarter(before(quarter(night))), QUARTER),
        other => {
            let back = other.strip_prefix("day-").and_then(|n| n.parse::<i64>().ok());
            match back.filter(|n| (0..=FURTHEST).contains(n)) {
                Some(back) => (night - back.days(), DAY),
                None => {
                    let near = hint(other, &NAMES);
                    return Err(format!(
                        "`{{{other}}}` is no day{near}; there are day-7 and the like, {}",
                        NAMES.join(", ")
                    ));
                }
            }
        }
    })
}

fn printed(day: Date, form: &str) -> Result<String, String> {
    strtime::format(form, day).map_err(|_| format!("`{form}` is no form of a day; write one like %Y%m%d or %d.%m.%Y"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn of(text: &str) -> String {
        fill_one(text, date(2026, 11, 20)).unwrap_or_else(|what| what)
    }

    #[test]
    fn days_are_counted_from_the_night() {
        assert_eq!(of("calls-{yesterday}.csv"), "calls-2026-11-20.csv");
        assert_eq!(of("{today} {day-0} {day-7}"), "2026-11-21 2026-11-20 2026-11-13");
        assert_eq!(of("{week} {last-week} {month} {last-month}"), "2026-W47 2026-W46 2026-11 2026-10");
        assert_eq!(of("{quarter} {last-quarter}"), "2026-Q4 2026-Q3");
        assert_eq!(of("{yesterday:%Y%m%d}/{last-month:%b}"), "20261120/Oct");
        assert_eq!(of("{{yesterday}}"), "{yesterday}");
        let january = date(2027, 1, 1);
        assert_eq!(fill_one("{last-quarter} {last-month} {last-week}", january).unwrap(), "2026-Q4 2026-12 2026-W52");
    }

    #[test]
    fn a_span_is_one_text_a_day_the_last_day_last() {
        let filled = fill("a/{yesterday:%Y}/{day-2..yesterday:%d}.csv", date(2026, 11, 20)).unwrap();
        assert_eq!(filled.texts, ["a/2026/18.csv", "a/2026/19.csv", "a/2026/20.csv"]);
        assert!(fill("{day-2..yesterday}{day-3..today}", date(2026, 11, 20)).is_err());
        assert!(of("{day-2..yesterday}").contains("only stand in `inputs`"));
        assert!(of("{yesterday..day-2}").contains("no span"));
    }

    #[test]
    fn what_is_no_day_is_told_with_the_nearest_that_is() {
        assert!(of("{yesteday}").contains("did you mean `yesterday`?"));
        assert!(of("{day-x}").contains("is no day"));
        assert!(of("{yesterday").contains("a single `{`"));
        assert!(of("yesterday}").contains("a single `}`"));
        assert!(of("{yesterday:%!}").contains("no form of a day"));
    }
}
