//! How cells look. What a colour says, a sign or the letters say as well.

use crate::metrics::catalogue::Unit;
use crate::report::{Cell, Column};
use rust_xlsxwriter::{Color, Format, FormatAlign, FormatBorder};

const DARK: Color = Color::RGB(0x1F_3A_5F);
const PALE: Color = Color::RGB(0xE8_EE_F5);
const GREEN: Color = Color::RGB(0xD5_EE_DC);
const AMBER: Color = Color::RGB(0xFF_D9_8A);
pub const BARS: Color = Color::RGB(0x9F_B8_D6);
pub const LINE: Color = Color::RGB(0xB3_4A_00);
const GREY: Color = Color::RGB(0x6B_6B_6B);

/// Looks that are used again and again.
pub struct Styles {
    pub title: Format,
    pub heading: Format,
    pub note: Format,
    pub wrapped: Format,
    pub plain: Format,
    /// Beside a column of numbers.
    pub words: Format,
    pub strong: Format,
    /// Behind a number.
    pub unit: Format,
    /// A column's title for people; over numbers it stands to the right.
    pub column: Format,
    pub number_column: Format,
    pub words_column: Format,
    /// Its name for machines, below.
    pub number_id: Format,
    pub words_id: Format,
}

impl Styles {
    pub fn new() -> Styles {
        let plain = Format::new().set_align(FormatAlign::Top);
        let column = Format::new()
            .set_bold()
            .set_text_wrap()
            .set_align(FormatAlign::Bottom)
            .set_background_color(PALE)
            .set_font_color(DARK);
        let id = Format::new()
            .set_font_size(8)
            .set_font_color(GREY)
            .set_background_color(PALE)
            .set_border_bottom(FormatBorder::Thin);
        Styles {
            title: Format::new().set_bold().set_font_size(16).set_font_color(DARK),
            heading: Format::new()
                .set_bold()
                .set_font_size(12)
                .set_font_color(DARK)
                .set_border_bottom(FormatBorder::Thin),
            note: plain.clone().set_font_color(GREY),
            wrapped: plain.clone().set_text_wrap(),
            strong: plain.clone().set_bold(),
            unit: words(&plain),
            words: words(&plain),
            words_column: words(&column),
            words_id: words(&id),
            number_column: column.clone().set_align(FormatAlign::Right),
            column,
            number_id: id.clone().set_align(FormatAlign::Right),
            plain,
        }
    }
}

/// Words keep a distance to the numbers before them.
fn words(look: &Format) -> Format {
    look.clone().set_align(FormatAlign::Left).set_indent(1)
}

/// How a column shows times.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Times {
    Minutes,
    Hours,
}

impl Times {
    pub fn pattern(self) -> &'static str {
        match self {
            Times::Minutes => "[m]:ss",
            Times::Hours => "[h]:mm:ss",
        }
    }
}

/// The pattern of a number in a unit.
pub fn pattern(unit: Unit, number: f64, times: Times) -> &'static str {
    match unit {
        Unit::Count => "#,##0",
        Unit::Seconds => times.pattern(),
        Unit::Share => "0.0%",
        // A chance of 0.0000004 is not 0.00.
        Unit::Points if number != 0.0 && number.abs() < 0.005 => "0.0E+00",
        Unit::Points => "0.00",
    }
}

/// The pattern of a difference; Excel shows no negative times, so that those of times stay seconds.
pub fn signed_pattern(unit: Unit) -> &'static str {
    match unit {
        Unit::Count => "+#,##0;-#,##0;0",
        Unit::Seconds => "+0.0\" s\";-0.0\" s\";0\" s\"",
        Unit::Share => "+0.0%;-0.0%;0.0%",
        Unit::Points => "+0.00;-0.00;0.00",
    }
}

/// The pattern of a level, whose unit stands beside it: seconds stay seconds.
pub fn level_pattern(unit: &str, number: f64) -> &'static str {
    match unit {
        "seconds" => "0.0\" s\"",
        "share" => pattern(Unit::Share, number, Times::Minutes),
        "count" => pattern(Unit::Count, number, Times::Minutes),
        _ => pattern(Unit::Points, number, Times::Minutes),
    }
}

/// The pattern of an amount with as many decimals as its text has.
pub fn amount_pattern(text: &str) -> String {
    match text.split_once('.') {
        Some((_, decimals)) => format!("#,##0.{}", "0".repeat(decimals.len())),
        None => "#,##0".to_string(),
    }
}

/// What deserves a look is marked: by colour, and by a sign or thickness that a grey print shows too.
pub fn marked(column: &Column, cell: &Cell, plain: Format) -> Format {
    let text = match cell {
        Cell::Text(Some(text)) | Cell::Note(Some(text)) => text.as_str(),
        _ => "",
    };
    match (column.id.as_str(), text, cell) {
        ("tier", "above", _) => plain.set_background_color(GREEN).set_num_format("\"▲ \"@"),
        ("tier", "below", _) => plain.set_background_color(AMBER).set_num_format("\"▼ \"@"),
        ("tier", "too few" | "not compared", _) => plain.set_font_color(GREY).set_italic(),
        ("action", "pay" | "recognise", _) => plain.set_background_color(GREEN).set_bold().set_num_format("\"✓ \"@"),
        ("action", "hold", _) => plain.set_background_color(AMBER).set_bold().set_num_format("\"! \"@"),
        ("action", "carry-forward", _) => plain.set_italic(),
        ("outside", text, _) if !text.is_empty() => plain.set_bold(),
        ("held" | "review" | "under_review" | "rejected", _, Cell::Flag(true)) => {
            plain.set_background_color(AMBER).set_bold()
        }
        (_, _, Cell::Flag(false)) => plain.set_font_color(GREY),
        _ => plain,
    }
}
