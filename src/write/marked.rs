//! Texts in Markdown: whatever a name or a note holds, it is shown as it is, and is no mark, tag or link.

use super::text::visible;

/// A text as a cell of a table, or within a line.
pub fn inside(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut before = None;
    let text = visible(text);
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        let next = rest.peek().copied();
        let is_word = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
        let marks = match c {
            '\\' | '`' | '*' | '~' | '<' | '[' | '|' | '$' => true,
            '_' => !is_word(before) || !is_word(next),
            '&' => next == Some('#') || is_word(next),
            // What would become a link by itself.
            ':' => next == Some('/'),
            '@' => is_word(before) && is_word(next),
            '.' => out.ends_with("www"),
            _ => false,
        };
        if marks {
            out.push('\\');
        }
        out.push(c);
        before = Some(c);
    }
    out
}

/// A text that begins a line: nor a heading, a quotation, a list or a rule.
pub fn line(text: &str) -> String {
    let text = inside(text.trim_start());
    let digits = text.chars().take_while(char::is_ascii_digit).count();
    let mut rest = text[digits..].chars();
    let at = match rest.next() {
        // A list, and not 77.22.
        Some('.' | ')') if digits > 0 && rest.next().is_none_or(char::is_whitespace) => digits,
        Some('#' | '>' | '-' | '+' | '=') if digits == 0 => 0,
        _ => return text,
    };
    format!("{}\\{}", &text[..at], &text[at..])
}

#[cfg(test)]
mod tests {
    use super::{inside, line};

    #[test]
    fn what_would_mark_link_or_end_a_cell_is_escaped() {
        for (text, expected) in [
            ("a|b", "a\\|b"),
            ("a\\", "a\\\\"),
            ("`x` *y* ~z~ $1", "\\`x\\` \\*y\\* \\~z\\~ \\$1"),
            ("<img src=x>", "\\<img src=x>"),
            ("[a](https://x.example)", "\\[a](https\\://x.example)"),
            ("www.x.example", "www\\.x.example"),
            ("a@b.example", "a\\@b.example"),
            ("&lt; & &#60;", "\\&lt; & \\&#60;"),
            ("two\nlines\tand", "two lines and"),
            ("\u{1b}[1m\u{202e}", "\\\\u{1b}\\[1m\\\\u{202e}"),
        ] {
            assert_eq!(inside(text), expected);
        }
        for plain in ["handle_time", "-0.27", "10:30", "Okafor, Ada", "80 % of 5"] {
            assert_eq!(inside(plain), plain);
        }
    }

    #[test]
    fn no_line_begins_with_a_mark() {
        for (text, expected) in [
            ("# a", "\\# a"),
            ("- a", "\\- a"),
            (" > a", "\\> a"),
            ("12. a", "12\\. a"),
            ("7.5 %", "7.5 %"),
            ("3 agents", "3 agents"),
        ] {
            assert_eq!(line(text), expected);
        }
    }
}
