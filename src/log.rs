//! Lines for standard error: text for people, or one JSON object each.

use crate::write::{visible, wrapped};
use serde::Serialize;

/// How standard error is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    Text,
    Json,
}

/// What a line is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// What was done; one a run.
    Summary,
    Note,
    Warning,
    Error,
    /// How far a long run is.
    Progress,
}

/// How lines are written, and where they go.
#[derive(Debug, Clone, Copy)]
pub struct Style {
    pub format: Format,
    pub color: bool,
    /// Columns of the terminal that they go to; `None` where they go elsewhere.
    pub width: Option<usize>,
}

#[derive(Serialize)]
struct Object<'a, T> {
    level: Level,
    text: &'a str,
    #[serde(flatten)]
    more: T,
}

/// What begins warnings among the notes of a run.
const WARNING: &str = "warning: ";

/// A note of a run; one that begins with `warning: ` is a warning.
pub fn note(text: &str, style: Style) -> String {
    match text.strip_prefix(WARNING) {
        Some(text) => line(Level::Warning, text, (), style),
        None => line(Level::Note, text, (), style),
    }
}

/// A line, or several where an error has several faults. JSON also has the fields of `more`.
pub fn line(level: Level, text: &str, more: impl Serialize, style: Style) -> String {
    if style.format == Format::Json {
        let object = Object { level, text, more };
        return serde_json::to_string(&object).expect("fields with names") + "\n";
    }
    let (before, color) = match level {
        Level::Summary => ("summary: ", "1"),
        Level::Warning => (WARNING, "33"),
        Level::Error => ("callmerit: ", "31"),
        Level::Note | Level::Progress => ("", ""),
    };
    let mut out = String::new();
    for (number, part) in text.split('\n').enumerate() {
        let part = visible(part);
        let part = if number == 0 { format!("{before}{part}") } else { part.into_owned() };
        out += &match style.width {
            Some(width) => hanging(&part, width),
            None => part + "\n",
        };
    }
    match out.strip_prefix(before) {
        Some(rest) if style.color && !before.is_empty() => format!("\u{1b}[{color}m{before}\u{1b}[0m{rest}"),
        _ => out,
    }
}

/// A line in lines of the width, the further ones indented by two more blanks.
fn hanging(text: &str, width: usize) -> String {
    let indent = &text[..text.len() - text.trim_start().len()];
    let mut out = String::new();
    for (number, line) in wrapped(text, width.saturating_sub(indent.len() + 2)).iter().enumerate() {
        out += &format!("{indent}{}{line}\n", if number > 0 { "  " } else { "" });
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLAIN: Style = Style { format: Format::Text, color: false, width: None };

    #[test]
    fn a_line_is_text_with_its_level_or_an_object() {
        let json = Style { format: Format::Json, ..PLAIN };
        assert_eq!(note("warning: x\u{1b}[2J", PLAIN), "warning: x\\u{1b}[2J\n");
        assert_eq!(note("warning: \"x\"\n", json), "{\"level\":\"warning\",\"text\":\"\\\"x\\\"\\n\"}\n");
        #[derive(Serialize)]
        struct Code {
            exit: u8,
        }
        let error = line(Level::Error, "no", Code { exit: 2 }, json);
        assert_eq!(error, "{\"level\":\"error\",\"text\":\"no\",\"exit\":2}\n");
        assert_eq!(line(Level::Error, "no:\n  line 1", (), PLAIN), "callmerit: no:\n  line 1\n");
        let colored = line(Level::Error, "no", (), Style { color: true, ..PLAIN });
        assert_eq!(colored, "\u{1b}[31mcallmerit: \u{1b}[0mno\n");
    }

    #[test]
    fn on_a_terminal_lines_are_wrapped_and_indented() {
        let style = Style { width: Some(42), ..PLAIN };
        let text = "one two three four five six seven eight nine ten eleven twelve";
        let expected = "one two three four five six seven eight\n  nine ten eleven twelve\n";
        assert_eq!(note(text, style), expected);
        let warned = "warning: one two three four five six\n  seven eight nine ten eleven twelve\n";
        assert_eq!(note(&format!("warning: {text}"), style), warned);
    }
}
