//! Numbers with four digits behind the point, so that what is printed is what was reckoned with.

use std::fmt;

/// A number in ten-thousandths. Scores, shares and thresholds of a plan are such numbers once money depends on them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Hash)]
pub struct Exact(pub i64);

const UNIT: i64 = 10_000;
/// Larger numbers are a slip of the pen.
const MOST: i64 = 1_000_000_000 * UNIT;

impl Exact {
    pub const ZERO: Exact = Exact(0);
    pub const ONE: Exact = Exact(UNIT);

    /// The nearest to a floating-point number.
    pub fn of(number: f64) -> Exact {
        Exact((number * UNIT as f64).round().clamp(-(MOST as f64), MOST as f64) as i64)
    }

    pub fn f64(self) -> f64 {
        self.0 as f64 / UNIT as f64
    }

    /// A decimal number with at most four digits behind the point.
    pub fn parse(text: &str) -> Option<Exact> {
        let (negative, digits) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text.strip_prefix('+').unwrap_or(text)),
        };
        let (whole, part) = digits.split_once('.').unwrap_or((digits, ""));
        let part = part.trim_end_matches('0');
        if whole.is_empty() || part.len() > 4 || !whole.bytes().chain(part.bytes()).all(|b| b.is_ascii_digit()) {
            return None;
        }
        let number: i64 = format!("{whole}{part:0<4}").parse().ok().filter(|n| *n <= MOST)?;
        Some(Exact(if negative { -number } else { number }))
    }

    /// The product, cut off towards minus infinity.
    pub fn times(self, other: Exact) -> Exact {
        Exact((i128::from(self.0) * i128::from(other.0)).div_euclid(i128::from(UNIT)) as i64)
    }

    /// The quotient by a positive number, cut off towards minus infinity.
    pub fn over(self, other: Exact) -> Exact {
        Exact((i128::from(self.0) * i128::from(UNIT)).div_euclid(i128::from(other.0.max(1))) as i64)
    }

    /// Without zeros at the end, as in `0.52` or `3`.
    pub fn short(self) -> String {
        let all = self.to_string();
        all.trim_end_matches('0').trim_end_matches('.').to_string()
    }

    /// As a percentage with two digits, as in `52.40 %`.
    pub fn percent(self) -> String {
        let sign = if self.0 < 0 { "-" } else { "" };
        let n = self.0.unsigned_abs();
        format!("{sign}{}.{:02} %", n / 100, n % 100)
    }
}

impl std::ops::Add for Exact {
    type Output = Exact;
    fn add(self, other: Exact) -> Exact {
        Exact(self.0 + other.0)
    }
}

impl std::ops::Sub for Exact {
    type Output = Exact;
    fn sub(self, other: Exact) -> Exact {
        Exact(self.0 - other.0)
    }
}

impl std::ops::Neg for Exact {
    type Output = Exact;
    fn neg(self) -> Exact {
        Exact(-self.0)
    }
}

/// All four digits, as in `0.5200`.
impl fmt::Display for Exact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        let n = self.0.unsigned_abs();
        f.pad(&format!("{sign}{}.{:04}", n / UNIT as u64, n % UNIT as u64))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_read_and_written_exactly() {
        for (text, exact, written) in
            [("0.52", 5_200, "0.5200"), ("-1", -10_000, "-1.0000"), ("+3.00010", 30_001, "3.0001")]
        {
            let read = Exact::parse(text).unwrap();
            assert_eq!((read, read.to_string().as_str()), (Exact(exact), written));
        }
        for text in ["", ".5", "1e3", "1.00001", "99999999999999999999", "inf", "1_000"] {
            assert_eq!(Exact::parse(text), None, "{text}");
        }
    }

    #[test]
    fn products_and_quotients_never_round_up() {
        assert_eq!(Exact(8_416).times(Exact(3_333)), Exact(2_805));
        assert_eq!(Exact(-1).times(Exact(1)), Exact(-1));
        assert_eq!(Exact(20_000).over(Exact(30_000)), Exact(6_666));
        assert_eq!(Exact(12_345).percent(), "123.45 %");
        assert_eq!(
            [Exact(5_200), Exact(30_000), Exact::ZERO, Exact(-100_000)].map(Exact::short),
            ["0.52", "3", "0", "-10"]
        );
    }
}
