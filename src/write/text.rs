//! Text as a terminal shows it: what would steer the terminal is made visible, and lengths are counted in its columns.

use super::Look;
use std::borrow::Cow;
use unicode_width::UnicodeWidthStr;

/// True for what steers a terminal, or the direction of all that follows, instead of being shown.
fn steers(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{2028}' | '\u{2029}' | '\u{feff}')
}

/// The text with every sign that steers the terminal written as `\u{1b}`; a line end or a tab is a blank.
pub fn visible(text: &str) -> Cow<'_, str> {
    if !text.contains(steers) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\n' | '\t' => out.push(' '),
            c if steers(c) => out.extend(c.escape_unicode()),
            c => out.push(c),
        }
    }
    Cow::Owned(out)
}

/// Columns of the terminal that a text takes.
pub fn columns(text: &str) -> usize {
    text.width()
}

/// The text with blanks behind it, or before it, as wide as asked for.
pub fn padded(text: &str, width: usize, right: bool) -> String {
    let blanks = " ".repeat(width.saturating_sub(columns(text)));
    if right { blanks + text } else { text.to_string() + &blanks }
}

/// The beginning of a text that fits, with dots where something is left away.
pub fn cut(text: &str, width: usize, look: Look) -> String {
    if columns(text) <= width {
        return text.to_string();
    }
    let dots = if look.unicode { "…" } else { "..." };
    beginning(text, width.saturating_sub(columns(dots))).to_string() + dots
}

/// The longest beginning that is no wider, at least a sign.
fn beginning(text: &str, width: usize) -> &str {
    let ends = text.char_indices().map(|(at, c)| at + c.len_utf8());
    let fits = ends.take_while(|end| columns(&text[..*end]) <= width).last();
    &text[..fits.or_else(|| text.chars().next().map(char::len_utf8)).unwrap_or(0)]
}

/// The words of a text in lines of at most `width`; only a word that is wider alone is wider.
pub fn wrapped(text: &str, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    let mut used = 0;
    for word in text.split_whitespace().map(visible) {
        let wide = columns(&word);
        match lines.last_mut() {
            Some(line) if used + 1 + wide <= width => {
                line.push(' ');
                line.push_str(&word);
                used += 1 + wide;
            }
            _ => {
                lines.push(word.into_owned());
                used = wide;
            }
        }
    }
    lines
}

/// The same, with words that are too wide broken.
pub fn broken(text: &str, width: usize) -> Vec<String> {
    let mut lines = Vec::new();
    for line in wrapped(text, width) {
        let mut rest = line.as_str();
        while columns(rest) > width {
            let first = beginning(rest, width);
            lines.push(first.to_string());
            rest = &rest[first.len()..];
        }
        lines.push(rest.to_string());
    }
    lines
}

/// What a part of a text is; only shown in colour, and never needed to read it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Paint {
    Title,
    Faint,
    Warning,
    Error,
}

/// Signs that paint stands in a text as until it is finished. A name that has one was made visible before.
const MARKS: [(char, &str); 4] = [('\u{1}', "1"), ('\u{2}', "2"), ('\u{3}', "33"), ('\u{4}', "31")];
const END: char = '\u{5}';

/// Marks a text to be painted.
pub fn painted(text: &str, paint: Paint) -> String {
    format!("{}{text}{END}", MARKS[paint as usize].0)
}

/// A text for a terminal: paint as the terminal wants it, or none, and nothing else that steers it.
pub fn finished(text: &str, look: Look) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match (c, MARKS.iter().find(|(mark, _)| *mark == c)) {
            ('\n', _) => out.push('\n'),
            (_, Some((_, code))) if look.color => out += &format!("\u{1b}[{code}m"),
            (END, _) if look.color => out += "\u{1b}[0m",
            (END, _) | (_, Some(_)) => {}
            (c, _) if steers(c) => out.extend(c.escape_unicode()),
            (c, _) => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOOK: Look = Look { width: 80, unicode: true, color: false };

    #[test]
    fn what_steers_a_terminal_is_shown_instead() {
        assert_eq!(visible("Ada\u{1b}[2J\u{7}\u{9b}1m\u{202e}\r"), "Ada\\u{1b}[2J\\u{7}\\u{9b}1m\\u{202e}\\u{d}");
        assert_eq!(visible("two\nlines\tand"), "two lines and");
        assert_eq!(visible("Zoë 王 👩‍🚒"), "Zoë 王 👩‍🚒");
        assert_eq!(finished("a\u{1b}[1mb\n", Look { color: true, ..LOOK }), "a\\u{1b}[1mb\n");
    }

    #[test]
    fn paint_is_there_on_a_terminal_that_has_colour_and_nowhere_else() {
        let text = format!("{} x", painted("Title", Paint::Title));
        assert_eq!(finished(&text, Look { color: true, ..LOOK }), "\u{1b}[1mTitle\u{1b}[0m x");
        assert_eq!(finished(&text, LOOK), "Title x");
    }

    #[test]
    fn widths_are_those_of_the_terminal() {
        // Two columns a sign of Chinese, none for a combining accent, two for an emoji of several.
        for (text, width) in [("王小明", 6), ("Zoe\u{308}", 3), ("👩‍🚒", 2), ("שלום", 4), ("Ada", 3)] {
            assert_eq!(columns(text), width, "{text}");
            assert_eq!(columns(&padded(text, 9, false)), 9);
            assert_eq!(columns(&padded(text, 9, true)), 9);
        }
        assert_eq!(cut("王小明王小明", 6, LOOK), "王小…");
        assert_eq!(cut("Okafor", 5, Look { unicode: false, ..LOOK }), "Ok...");
    }

    #[test]
    fn words_are_wrapped_and_only_those_that_do_not_fit_are_broken() {
        assert_eq!(wrapped("one two  three", 7), ["one two", "three"]);
        assert_eq!(wrapped("one longest-word", 7), ["one", "longest-word"]);
        assert_eq!(broken("one longest-word", 7), ["one", "longest", "-word"]);
        assert_eq!(broken("王小明王", 4), ["王小", "明王"]);
        assert!(wrapped("", 7).is_empty());
    }
}
