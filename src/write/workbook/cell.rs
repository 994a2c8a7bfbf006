//! One value in one cell: a number with its format, or a text that stays text.

use super::style::{self, Times};
use crate::metrics::catalogue::{Unit, Value};
use crate::report::{Cell, Column, Holds};
use anyhow::{Result, bail};
use rust_xlsxwriter::{ExcelDateTime, Format, Worksheet};

/// A cell holds so many UTF-16 units.
const LONGEST: usize = 32_767;

/// How the cells of a column look.
pub struct Looks<'a> {
    pub column: &'a Column,
    /// The column's place in the table.
    pub of: usize,
    pub times: Times,
    pub plain: Format,
}

impl Looks<'_> {
    /// Writes the cell of a row of the table; tells how many letters wide it is shown.
    pub fn write(&self, sheet: &mut Worksheet, at: (u32, u16), cells: &[Cell]) -> Result<usize> {
        let cell = &cells[self.of];
        let look = style::marked(self.column, cell, self.plain.clone());
        match (cell, self.column.holds) {
            (Cell::Text(Some(day)) | Cell::Note(Some(day)), Holds::Day) => {
                let date = ExcelDateTime::parse_from_str(day)?;
                sheet.write_datetime_with_format(at.0, at.1, &date, &look.set_num_format("yyyy-mm-dd"))?;
                Ok(10)
            }
            (Cell::Text(Some(words)) | Cell::Note(Some(words)), _) => text(sheet, at, words, &look),
            (Cell::List(names), _) => text(sheet, at, &names.join("; "), &look),
            (Cell::Amount(Some(digits)), _) => amount(sheet, at, digits, &look),
            (Cell::Flag(is), _) => {
                // Without the pattern LibreOffice shows 1 and 0.
                let look = look.set_num_format("\"TRUE\";\"TRUE\";\"FALSE\"");
                sheet.write_boolean_with_format(at.0, at.1, *is, &look)?;
                Ok(5)
            }
            (Cell::Value(Some(value)), holds) => {
                let number = number(*value);
                let (shown, pattern) = match holds {
                    Holds::Value(Unit::Seconds) => (as_time(number), self.times.pattern()),
                    Holds::Value(unit) => (number, style::pattern(unit, number, self.times)),
                    Holds::Difference(unit) => (number, style::signed_pattern(unit)),
                    Holds::Level { unit } => (number, style::level_pattern(text_of(&cells[unit]), number)),
                    other => bail!("a number among {other:?}"),
                };
                sheet.write_number_with_format(at.0, at.1, shown, &look.set_num_format(pattern))?;
                Ok(if holds == Holds::Value(Unit::Count) { with_separators(number.to_string().len()) } else { 8 })
            }
            (Cell::Text(None) | Cell::Note(None) | Cell::Amount(None) | Cell::Value(None), _) => Ok(0),
        }
    }
}

pub fn number(value: Value) -> f64 {
    match value {
        Value::Count(count) => count as f64,
        Value::Number(number) => number,
    }
}

/// Seconds as spreadsheets have times, in days.
pub fn as_time(seconds: f64) -> f64 {
    seconds / 86_400.0
}

pub fn text_of(cell: &Cell) -> &str {
    match cell {
        Cell::Text(Some(text)) | Cell::Note(Some(text)) => text,
        _ => "",
    }
}

/// How wide a text is: letters of the far east and pictures take two places.
pub fn letters(text: &str) -> usize {
    text.chars().map(|letter| if letter as u32 >= 0x1100 { 2 } else { 1 }).sum()
}

/// How wide so many digits are with something between the thousands.
fn with_separators(digits: usize) -> usize {
    digits * 4 / 3
}

/// Digits that a spreadsheet keeps of a number.
const DIGITS: usize = 15;

/// An amount as a number; as text where it has more digits than a spreadsheet keeps.
pub fn amount(sheet: &mut Worksheet, at: (u32, u16), digits: &str, look: &Format) -> Result<usize> {
    if digits.bytes().filter(u8::is_ascii_digit).count() > DIGITS {
        return text(sheet, at, digits, look);
    }
    let look = look.clone().set_num_format(style::amount_pattern(digits));
    sheet.write_number_with_format(at.0, at.1, digits.parse::<f64>()?, &look)?;
    Ok(with_separators(digits.len()))
}

/// Text, whatever it looks like: no number, no formula, no link.
pub fn text(sheet: &mut Worksheet, at: (u32, u16), words: &str, look: &Format) -> Result<usize> {
    if words.starts_with("<r>") && words.ends_with("</r>") {
        // The library takes such a text for marks of its own, unless they are around it. Its escapes count as letters.
        let words = cut(words, LONGEST / 8);
        sheet.write_rich_string_with_format(at.0, at.1, &[(&Format::default(), words.as_ref())], look)?;
    } else {
        sheet.write_string_with_format(at.0, at.1, cut(words, LONGEST), look)?;
    }
    Ok(letters(words))
}

/// A text of at most so many UTF-16 units; a longer one ends in `…`.
fn cut(words: &str, longest: usize) -> String {
    if words.encode_utf16().count() <= longest {
        return words.to_string();
    }
    let mut used = 1;
    let fits = |letter: &char| {
        used += letter.len_utf16();
        used <= longest
    };
    words.chars().take_while(fits).chain(['…']).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_that_is_too_long_for_a_cell_is_cut_between_letters() {
        assert_eq!(cut("Okafor", LONGEST), "Okafor");
        let cut = cut(&"🙂".repeat(20_000), LONGEST);
        assert!(cut.encode_utf16().count() <= LONGEST && cut.ends_with('…'));
        assert_eq!(cut.chars().count(), LONGEST / 2 + 1);
    }

    #[test]
    fn an_amount_with_more_digits_than_a_spreadsheet_keeps_stays_text() {
        let mut sheet = Worksheet::new();
        let look = Format::new();
        assert_eq!(amount(&mut sheet, (0, 0), "1680.00", &look).unwrap(), 9);
        assert_eq!(amount(&mut sheet, (1, 0), "12345678901234567.89", &look).unwrap(), 20);
    }
}
