//! What somebody meant whose plan is not TOML: advice for each such line, and a text in which the rest can be read.

use jiff::civil::Date;
use toml::de::DeTable;

/// More lines than this that are not TOML are no plan.
const MOST: usize = 50;

/// A text that is TOML, and what was wrong with it before.
#[derive(Debug)]
pub struct Mended {
    /// `None` where nothing helps.
    pub text: Option<String>,
    pub faults: Vec<(usize, String)>,
    /// Something had to be left out, so that what is missing may have been there.
    pub lost: bool,
}

/// What to tell of a line, and what to put into its place; nothing if it is lost.
struct Advice {
    what: String,
    line: Option<String>,
}

/// Looks for all that is not TOML; lines keep their numbers.
pub fn mend(text: &str) -> Mended {
    let mut lines: Vec<String> = text.split('\n').map(str::to_string).collect();
    let mut mended = Mended { text: None, faults: Vec::new(), lost: false };
    for _ in 0..MOST {
        let text = lines.join("\n");
        let (_, errors) = DeTable::parse_recoverable(&text);
        let first = errors.iter().min_by_key(|error| error.span().map_or(0, |span| span.start));
        let Some(error) = first else {
            mended.text = Some(text);
            break;
        };
        let at = error
            .span()
            .map_or(0, |span| text.as_bytes()[..span.start.min(text.len())].iter().filter(|b| **b == b'\n').count());
        let at = at.min(lines.len() - 1);
        let list = list_around(&lines, at);
        let advice = match list {
            Some(List { closed: false, from, .. }) => {
                let what = "this line begins a list that has no end; is a `]` or a `}` missing?".to_string();
                mended.faults.push((from + 1, what));
                None
            }
            _ => Some(advise(&lines[at], error.message())),
        };
        // Of a list over several lines nothing is left if one of them cannot be mended.
        if let Some(List { from, to, .. }) = list
            && advice.as_ref().is_none_or(|advice| advice.line.is_none())
        {
            if advice.is_some() {
                let what =
                    "this line does not fit into the list around it; is there a comma behind each of its values?";
                mended.faults.push((at + 1, what.to_string()));
            }
            lines[from..=to].fill(String::new());
            mended.lost = true;
            continue;
        }
        let Some(advice) = advice else { break };
        mended.faults.push((at + 1, advice.what));
        if lines[at].trim().is_empty() {
            break;
        }
        let section = starts_table(&lines[at]) && advice.line.is_none();
        mended.lost |= advice.line.is_none();
        let changed = advice.line.filter(|line| *line != lines[at]);
        mended.lost |= changed.is_none();
        lines[at] = changed.unwrap_or_default();
        if section {
            // What stands in a table without a name belongs nowhere.
            let end = (at + 1..lines.len()).find(|i| starts_table(&lines[*i])).unwrap_or(lines.len());
            lines[at + 1..end].fill(String::new());
        }
    }
    mended
}

/// A line in which each byte of a text is a quote, and the remark is blank.
fn bare(line: &str) -> String {
    let mut out = String::with_capacity(line.len());
    let mut rest = line;
    while let Some(c) = rest.chars().next() {
        let mut length = c.len_utf8();
        if c == '#' {
            out.push_str(&" ".repeat(rest.len()));
            break;
        }
        let closed = (c == '"' || c == '\'').then(|| rest[1..].find(c)).flatten();
        match closed {
            Some(end) => {
                length = end + 2;
                out.push_str(&"\"".repeat(length));
            }
            None => out.push(c),
        }
        rest = &rest[length..];
    }
    out
}

fn starts_table(line: &str) -> bool {
    let line = bare(line);
    line.trim_start().starts_with('[') && !line.contains('{') && !line.trim_end().ends_with(',')
}

/// Whether a line begins a key of a table, not one inside a list.
fn starts_key(line: &str) -> bool {
    bare(line).split_once('=').is_some_and(|(key, _)| is_name(key.trim()))
}

/// A list over several lines, or without an end.
#[derive(Clone, Copy)]
struct List {
    from: usize,
    to: usize,
    closed: bool,
}

/// The list that a line is in, or that begins above it and has no end.
fn list_around(lines: &[String], at: usize) -> Option<List> {
    let depth = |line: &str| {
        let count = |of: [char; 2]| bare(line).chars().filter(|c| of.contains(c)).count() as i64;
        count(['[', '{']) - count([']', '}'])
    };
    let from = (0..=at).rev().find(|i| starts_key(&lines[*i]) && depth(&lines[*i]) > 0)?;
    let mut open = 0;
    for (i, line) in lines.iter().enumerate().skip(from) {
        if i > from && (starts_table(line) || starts_key(line)) {
            return Some(List { from, to: i - 1, closed: false });
        }
        open += depth(line);
        if open <= 0 {
            return (i >= at).then_some(List { from, to: i, closed: true });
        }
    }
    Some(List { from, to: lines.len() - 1, closed: false })
}

fn is_name(key: &str) -> bool {
    !key.is_empty() && key.bytes().all(|b| b.is_ascii_alphanumeric() || b"_-.".contains(&b))
}

fn advise(line: &str, message: &str) -> Advice {
    let lost = |what: &str| Advice { what: what.to_string(), line: None };
    let to = |what: String, line: String| Advice { what, line: Some(line) };
    let skeleton = bare(line);
    if skeleton.contains(CURLY) {
        let straight = straighten(line, &skeleton);
        return to(
            format!("this line has the curly quotes of a word processor; write `{}`", straight.trim()),
            straight,
        );
    }
    if let Some(point) = decimal_point(line, &skeleton) {
        return to(format!("this line has a decimal comma; write `{}`", point.trim()), point);
    }
    let text = line[..skeleton.trim_end().len()].trim();
    if starts_table(line) {
        return table(line, text, message);
    }
    if message.contains("duplicate") {
        let key = skeleton.split('=').next().unwrap_or("").trim();
        return to(format!("this line has `{key}` for the second time in the same table; keep one"), String::new());
    }
    let Some(at) = skeleton.find('=') else {
        return without_sign(text, &skeleton);
    };
    let (key, value) = (line[..at].trim(), line[at + 1..].trim());
    if let Some(value) = value.strip_prefix('=') {
        let line = format!("{key} = {}", value.trim());
        return to(format!("this line has one `=` too many; write `{line}`"), line);
    }
    if !is_name(key) && !key.contains(['"', '\'', '{', '[', '\\']) {
        let what = "this line has a key with other characters than letters from a to z, digits, - and _".to_string();
        return if key.is_empty() {
            lost("this line has no key before the `=`")
        } else {
            to(what, format!("\"{key}\" = {value}"))
        };
    }
    let keyed = |literal: &str| format!("{key} = {literal}");
    match value.chars().next() {
        None | Some('#') => {
            lost(&format!("this line gives `{key}` no value; write one behind the `=`, or a # before the line"))
        }
        Some(quote @ ('"' | '\'')) => quoted(key, value, quote),
        Some('[' | '{') => lost(if value.contains('{') { BRACES } else { LIST }),
        Some(_) => {
            let value = value.split('#').next().unwrap_or("").trim();
            if let Some(days) = days(value).filter(|_| key.ends_with("days")) {
                let line = keyed(&days.to_string());
                to(format!("this line has more than a number of days; write `{line}`"), line)
            } else if let Some((why, literal)) = meant(value) {
                to(format!("{why}; write `{}`", keyed(&literal)), keyed(&literal))
            } else if value.split('-').count() == 3 && value.bytes().all(|b| b == b'-' || b.is_ascii_digit()) {
                lost("this line has a day that does not exist; write one like 2026-03-31")
            } else if value.contains('=') {
                lost("this line has two keys; begin a new line for each")
            } else if value.chars().any(char::is_alphabetic) && !value.contains(['"', '\\', '\'']) {
                let text = keyed(&format!("\"{value}\""));
                to(format!("this line has a text without quotes; write `{text}`"), text)
            } else {
                lost(plainly(message))
            }
        }
    }
}

/// A line `[...` that is no table.
fn table(line: &str, text: &str, message: &str) -> Advice {
    let double = text.starts_with("[[");
    let inside = text.trim_start_matches('[');
    let (name, rest) = inside.split_once(']').unwrap_or((inside, ""));
    let (name, rest) = (name.trim(), rest.trim_start_matches(']').trim());
    let written = if double { format!("[[{name}]]") } else { format!("[{name}]") };
    if message.contains("duplicate") {
        let what = if name.starts_with("measures.") {
            format!("this line has `{written}` for the second time; give the other measure a name of its own")
        } else {
            format!("this line has `{written}` for the second time, or as another kind of table; keep one")
        };
        return Advice { what, line: None };
    }
    if !is_name(name) {
        let what = "this line has a table whose name is not made of letters from a to z, digits, - and _".to_string();
        return Advice { what, line: None };
    }
    if !rest.is_empty() {
        let what = format!("this line has something behind `{written}`; begin a new line for it");
        return Advice { what, line: Some(written) };
    }
    let what = format!("this line has a table with a bracket missing or too many; write `{written}`");
    Advice { what, line: Some(written).filter(|written| written != line.trim()) }
}

/// A line without `=`.
fn without_sign(text: &str, skeleton: &str) -> Advice {
    let keyed = |key: &str, value: &str| {
        let line = format!("{key} = {value}");
        Advice { what: format!("this line has no `=` between a key and its value; write `{line}`"), line: Some(line) }
    };
    if let Some(at) = skeleton.find(':')
        && at < text.len()
        && is_name(text[..at].trim())
    {
        return keyed(text[..at].trim(), text[at + 1..].trim());
    }
    match text.split_once(char::is_whitespace) {
        Some((key, value)) if is_name(key) && !value.trim().contains(char::is_whitespace) | value.contains('"') => {
            keyed(key, value.trim())
        }
        _ => {
            let what = "this line is neither a key with its value, nor a [table], nor a remark; a remark begins with #";
            Advice { what: what.to_string(), line: Some(String::new()) }
        }
    }
}

/// A value that begins with a quote.
fn quoted(key: &str, value: &str, quote: char) -> Advice {
    let Some(end) = value[1..].find(quote) else {
        let text = value[1..].split('#').next().unwrap_or("").trim();
        let line = format!("{key} = \"{}\"", text.replace(['"', '\\'], ""));
        return Advice {
            what: format!("this line has a text whose closing quote is missing; write `{line}`"),
            line: Some(line),
        };
    };
    let (text, rest) = (&value[..end + 2], value[end + 2..].trim());
    if rest.contains('=') {
        return Advice { what: "this line has two keys; begin a new line for each".to_string(), line: None };
    }
    if text.contains('\\') {
        let line = format!("{key} = {}", text.replace('\\', "/"));
        return Advice {
            what: "this line has a backslash in a text; write it twice, or not at all".to_string(),
            line: Some(line),
        };
    }
    let line = format!("{key} = {text}");
    let what = "this line has something behind a text in quotes where only a remark, which begins with #, may stand"
        .to_string();
    Advice { what, line: Some(line) }
}

const LIST: &str = "this line has a list that cannot be read; write it like [\"Alder\", \"Birch\"]";
const BRACES: &str = "this line has braces that cannot be read; write them like { from = 0.5, pays = 1.0 }";

/// The parser's words, for whoever has never heard of TOML.
fn plainly(message: &str) -> &'static str {
    match message {
        m if m.contains("array") => LIST,
        m if m.contains("inline table") || m.contains("key-value") => BRACES,
        m if m.contains("string") => {
            "this line has a text that cannot be read; write it in straight quotes, like \"month\""
        }
        _ => "this line cannot be read; a line is `key = value`, a [table] or a remark that begins with #",
    }
}

const CURLY: [char; 8] = ['“', '”', '„', '‟', '«', '»', '‘', '’'];

fn straighten(line: &str, skeleton: &str) -> String {
    // What is no text in straight quotes stands in both at the same place.
    let same = |at: usize, c: char| skeleton[at..].starts_with(c);
    line.char_indices().map(|(at, c)| if CURLY.contains(&c) && same(at, c) { '"' } else { c }).collect()
}

/// The line with points instead of decimal commas behind an `=`.
fn decimal_point(line: &str, skeleton: &str) -> Option<String> {
    let bytes = skeleton.as_bytes();
    let digits = |from: usize| bytes[from..].iter().take_while(|b| b.is_ascii_digit()).count();
    let mut out = line.to_string();
    for (sign, _) in skeleton.match_indices('=') {
        let mut at = sign + 1;
        at += bytes[at..].iter().take_while(|b| **b == b' ').count();
        at += usize::from(bytes.get(at).is_some_and(|b| b"+-".contains(b)));
        let whole = digits(at);
        if whole == 0 || bytes.get(at + whole) != Some(&b',') {
            continue;
        }
        let part = digits(at + whole + 1);
        let ends = bytes.get(at + whole + 1 + part).is_none_or(|b| b" ,}]\r\t".contains(b));
        let thousands = part == 3 && bytes[at] != b'0';
        if part > 0 && ends && !thousands {
            out.replace_range(at + whole..at + whole + 1, ".");
        }
    }
    (out != line).then_some(out)
}

/// Why a value is not one of TOML, and how it is written there: numbers, shares, amounts, days, times, yes and no.
pub fn meant(text: &str) -> Option<(&'static str, String)> {
    let text = text.trim();
    match text.to_lowercase().as_str() {
        "true" | "yes" | "ja" | "oui" | "si" | "sí" | "on" => {
            return Some(("yes is `true` in small letters", "true".into()));
        }
        "false" | "no" | "nein" | "non" | "off" => return Some(("no is `false` in small letters", "false".into())),
        _ => {}
    }
    if let Some(number) = text.strip_suffix('%') {
        let number = number_meant(number)?;
        let share = super::Exact::parse(&number).filter(|n| n.0 % 100 == 0).map(|n| super::Exact(n.0 / 100))?;
        return Some(("a share is written without %", share.short()));
    }
    if let Some((number, word)) = text.split_once(' ') {
        let number = number_meant(number);
        match word.trim().trim_end_matches('s') {
            "day" | "week" | "month" | "quarter" | "call" | "contact" | "point" | "second" | "sec" | "" => {
                return Some(("a number stands without its unit", number?));
            }
            "min" | "minute" => {
                let seconds = number.and_then(|n| super::Exact::parse(&n)).map(|n| super::Exact(n.0 * 60).short());
                return Some(("a time is written in seconds", seconds?));
            }
            _ => {}
        }
    }
    if let Some(seconds) = time(text) {
        return Some(("a time is written in seconds", seconds.to_string()));
    }
    if let Some(day) = day(text) {
        return Some(("a day is written as year-month-day", day.to_string()));
    }
    let is_code = |word: &str| word.len() == 3 && crate::money::Currency::of_code(&word.to_uppercase()).is_some();
    let word = text.trim_matches(|c: char| !c.is_alphabetic());
    let bare = if is_code(word) { text.replace(word, "") } else { text.replace(['€', '$', '£', '¥'], "") };
    if bare != text {
        return Some(("an amount has no currency sign", number_meant(&bare)?));
    }
    let number = number_meant(text)?;
    (number != text).then_some(("a number has a decimal point and no other marks", number))
}

/// Weeks, months and years as days.
fn days(text: &str) -> Option<u32> {
    let (number, word) = text.split_once(' ')?;
    let of = match word.trim().trim_end_matches('s') {
        "week" => 7,
        "month" => 30,
        "quarter" => 91,
        "year" => 365,
        _ => return None,
    };
    number.parse::<u32>().ok()?.checked_mul(of)
}

/// A number with its decimal point, without marks for thousands.
fn number_meant(text: &str) -> Option<String> {
    let text = text.trim();
    let (sign, digits) = text.strip_prefix('-').map_or(("", text), |digits| ("-", digits));
    let mut digits: String =
        digits.chars().filter(|c| !matches!(c, ' ' | '\u{a0}' | '\u{202f}' | '\'' | '’' | '_')).collect();
    let (points, commas) = (digits.matches('.').count(), digits.matches(',').count());
    let thousands = |digits: &str, mark: char| {
        let mut groups = digits.split(mark);
        let first = groups.next().unwrap_or("");
        (1..=3).contains(&first.len()) && !first.starts_with('0') && groups.all(|g| g.len() == 3)
    };
    if points > 0 && commas > 0 {
        let (mark, point) = if digits.rfind('.') > digits.rfind(',') { (',', '.') } else { ('.', ',') };
        digits = digits.replace(mark, "").replace(point, ".");
    } else if commas > 0 && thousands(&digits, ',') {
        digits = digits.replace(',', "");
    } else if commas == 1 {
        digits = digits.replace(',', ".");
    } else if points > 1 && thousands(&digits, '.') {
        digits = digits.replace('.', "");
    }
    if digits.starts_with('.') {
        digits.insert(0, '0');
    }
    let digits = digits.strip_suffix('.').unwrap_or(&digits);
    let (whole, part) = digits.split_once('.').unwrap_or((digits, "0"));
    let numeric = |s: &str| !s.is_empty() && s.bytes().all(|b| b.is_ascii_digit());
    (numeric(whole) && numeric(part)).then(|| format!("{sign}{digits}"))
}

/// Minutes and seconds, or hours, minutes and seconds.
fn time(text: &str) -> Option<u32> {
    let parts: Vec<u32> = text.split(':').map(|p| p.parse().ok().filter(|n| *n < 100)).collect::<Option<_>>()?;
    match parts[..] {
        [m, s] if s < 60 => Some(60 * m + s),
        [h, m, s] if m < 60 && s < 60 => Some(3_600 * h + 60 * m + s),
        _ => None,
    }
}

/// A day in another order; of those that can be two, none.
fn day(text: &str) -> Option<Date> {
    let mark = ['.', '/', '-'].into_iter().find(|mark| text.matches(*mark).count() == 2)?;
    let parts: Vec<i16> = text.split(mark).map(|p| p.trim().parse().ok()).collect::<Option<_>>()?;
    let of = |y: i16, m: i16, d: i16| Date::new(y, i8::try_from(m).ok()?, i8::try_from(d).ok()?).ok();
    match parts[..] {
        [y, m, d] if y >= 1_000 => of(y, m, d),
        [d, m, y] if y >= 1_000 && (mark == '.' || d > 12 || d == m) => of(y, m, d),
        [m, d, y] if y >= 1_000 && d > 12 => of(y, m, d),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The only fault of a text, and the line that stands in its place.
    fn line(text: &str) -> (String, String) {
        let before = "name = \"x\"\n";
        let mended = mend(&format!("{before}{text}\nlast = 1\n"));
        assert_eq!(mended.faults.len(), 1, "{text}: {mended:?}");
        assert_eq!(mended.faults[0].0, 2, "{text}: {mended:?}");
        let lines = mended.text.expect("TOML");
        (mended.faults[0].1.clone(), lines.lines().nth(1).unwrap_or("").to_string())
    }

    #[test]
    fn toml_is_left_as_it_is() {
        let text = "a = \"“x” # 0,5\"  # „y“ = 0,5\n[b]\nc = [\n  { d = 1,e = 2 },\n]\n";
        let mended = mend(text);
        assert_eq!((mended.text.as_deref(), mended.faults.len(), mended.lost), (Some(text), 0, false));
    }

    #[test]
    fn each_slip_of_the_pen_is_told_with_what_to_write() {
        for (text, told, written) in [
            ("bonus = €250", "an amount has no currency sign; write `bonus = 250`", "bonus = 250"),
            ("bonus = 250 EUR # a month", "an amount has no currency sign; write `bonus = 250`", "bonus = 250"),
            ("bonus = 1.250,00", "no other marks; write `bonus = 1250.00`", "bonus = 1250.00"),
            ("bonus = 10 000", "no other marks; write `bonus = 10000`", "bonus = 10000"),
            ("bonus = 10,000", "no other marks; write `bonus = 10000`", "bonus = 10000"),
            ("weight = 0,5", "has a decimal comma; write `weight = 0.5`", "weight = 0.5"),
            ("weight = 0,500", "has a decimal comma; write `weight = 0.500`", "weight = 0.500"),
            ("weight = 50 %", "a share is written without %; write `weight = 0.5`", "weight = 0.5"),
            ("weight = 33,3%", "a share is written without %; write `weight = 0.333`", "weight = 0.333"),
            ("target = 6:00", "a time is written in seconds; write `target = 360`", "target = 360"),
            ("target = 1:00:00", "a time is written in seconds; write `target = 3600`", "target = 3600"),
            ("target = 6.5 min", "a time is written in seconds; write `target = 390`", "target = 390"),
            ("pooled = 3 months", "a number stands without its unit; write `pooled = 3`", "pooled = 3"),
            ("tenure_days = 3 months", "more than a number of days; write `tenure_days = 90`", "tenure_days = 90"),
            ("tenure_days = 90 days", "a number stands without its unit; write `tenure_days = 90`", "tenure_days = 90"),
            ("target = 360 s", "a number stands without its unit; write `target = 360`", "target = 360"),
            ("hold = yes", "yes is `true` in small letters; write `hold = true`", "hold = true"),
            ("hold = False", "no is `false` in small letters; write `hold = false`", "hold = false"),
            ("from = 1/31/2027", "a day is written as year-month-day; write `from = 2027-01-31`", "from = 2027-01-31"),
            ("from = 31.1.2027", "a day is written as year-month-day; write `from = 2027-01-31`", "from = 2027-01-31"),
            ("from = 2027-1-1", "a day is written as year-month-day; write `from = 2027-01-01`", "from = 2027-01-01"),
            ("from = 2027-02-30", "has a day that does not exist", ""),
            (
                "rule = lower-bound  # sure",
                "has a text without quotes; write `rule = \"lower-bound\"`",
                "rule = \"lower-bound\"",
            ),
            (
                "rule = “lower-bound”",
                "has the curly quotes of a word processor; write `rule = \"lower-bound\"`",
                "rule = \"lower-bound\"",
            ),
            ("rule = „lower-bound“ # x", "has the curly quotes", "rule = \"lower-bound\" # x"),
            (
                "rule = \"lower-bound",
                "whose closing quote is missing; write `rule = \"lower-bound\"`",
                "rule = \"lower-bound\"",
            ),
            (
                "rule = 'lower-bound # x",
                "whose closing quote is missing; write `rule = \"lower-bound\"`",
                "rule = \"lower-bound\"",
            ),
            ("period = \"month\" or so", "has something behind a text in quotes", "period = \"month\""),
            ("period = \"month\" pooled = 3", "has two keys; begin a new line for each", ""),
            ("pooled = 3 hold = true", "has two keys; begin a new line for each", ""),
            ("file = \"C:\\quality\"", "has a backslash in a text", "file = \"C:/quality\""),
            (
                "period: \"month\"",
                "has no `=` between a key and its value; write `period = \"month\"`",
                "period = \"month\"",
            ),
            (
                "period \"month\"",
                "has no `=` between a key and its value; write `period = \"month\"`",
                "period = \"month\"",
            ),
            ("pooled == 3", "has one `=` too many; write `pooled = 3`", "pooled = 3"),
            ("pooled =", "gives `pooled` no value", ""),
            ("pooled = # three", "gives `pooled` no value", ""),
            ("= 3", "has no key before the `=`", ""),
            ("first call = 3", "has a key with other characters", "\"first call\" = 3"),
            ("and nobody else is paid", "a remark begins with #", ""),
            ("name = \"y\"", "has `name` for the second time in the same table", ""),
            ("[pay", "has a table with a bracket missing or too many; write `[pay]`", "[pay]"),
            ("[[gates]", "has a table with a bracket missing or too many; write `[[gates]]`", "[[gates]]"),
            ("[pay] rule = 1", "has something behind `[pay]`", "[pay]"),
            ("[pay rule]", "has a table whose name is not made of letters", ""),
            ("x = [1, 2", "begins a list that has no end", ""),
            ("x = { from = 1, pays = 2", "begins a list that has no end", ""),
            ("x = [{ from = 1,5, pays = 0,5 }]", "has a decimal comma", "x = [{ from = 1.5, pays = 0.5 }]"),
            ("x = [{ from = 1 pays = 2 }]", "has braces that cannot be read", ""),
        ] {
            let (fault, line) = line(text);
            assert!(fault.contains(told), "{text}: {fault}");
            assert_eq!(line, written, "{text}: {fault}");
        }
    }

    #[test]
    fn lists_over_several_lines_go_as_a_whole_and_lines_keep_their_numbers() {
        let mended = mend("a = 1\nsteps = [\n  { from = 1, pays = 1 }\n  { from = 2, pays = 2 },\n]\nb = 0,5\n");
        assert_eq!(
            mended.faults,
            [
                (
                    4,
                    "this line does not fit into the list around it; is there a comma behind each of its values?"
                        .to_string()
                ),
                (6, "this line has a decimal comma; write `b = 0.5`".to_string()),
            ]
        );
        assert_eq!(mended.text.as_deref(), Some("a = 1\n\n\n\n\nb = 0.5\n"));
        assert!(mended.lost);
        let mended = mend("steps = [\n  { from = 1, pays = 1 },\n[pay]\nhold = yes\n");
        assert_eq!(mended.faults.iter().map(|(line, _)| *line).collect::<Vec<_>>(), [1, 4]);
        assert_eq!(mended.text.as_deref(), Some("\n\n[pay]\nhold = true\n"));
    }

    #[test]
    fn a_table_that_cannot_be_named_goes_with_what_is_in_it() {
        let mended = mend("[measures.a]\nw = 1\n[measures.a]\nw = 2\nv = 3\n[pay]\nx = 1\n");
        assert_eq!(mended.faults.len(), 1);
        assert!(mended.faults[0].1.contains("give the other measure a name of its own"));
        assert_eq!(mended.text.as_deref(), Some("[measures.a]\nw = 1\n\n\n\n[pay]\nx = 1\n"));
    }

    #[test]
    fn what_is_no_plan_at_all_does_not_take_long() {
        for text in
            ["<html>\n".repeat(5_000), "[".repeat(100_000), "a = [".repeat(20_000), "\"".repeat(9_999), "\0\r\0".into()]
        {
            let mended = mend(&text);
            assert!(!mended.faults.is_empty() && mended.faults.len() <= MOST);
        }
    }

    #[test]
    fn what_is_meant_is_said_only_where_it_can_be_one_thing() {
        for text in ["lots", "1/2/2027", "1.2.3.4", "12:99", "", "%", "€", "--1", "1,2,3"] {
            assert_eq!(meant(text), None, "{text}");
        }
        for (text, literal) in [
            ("1'250.50", "1250.50"),
            ("1.250.000", "1250000"),
            ("-0,5", "-0.5"),
            (".5", "0.5"),
            ("5.", "5"),
            ("$1,250.00", "1250.00"),
            ("CHF 250.-", ""),
        ] {
            assert_eq!(meant(text).map(|(_, literal)| literal).unwrap_or_default(), literal, "{text}");
        }
    }
}
