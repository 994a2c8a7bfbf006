//! Money: whole minor units of a currency, never floating-point numbers.

use iso_currency::Currency as Iso;
use std::fmt;
use std::iter::Sum;
use std::ops::{Add, AddAssign, Sub};

/// A currency by its ISO 4217 code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Currency(Iso);

impl Currency {
    /// The currency of a code of three letters, as in `EUR`; `None` for others, and for units that are no money.
    pub fn of_code(code: &str) -> Option<Currency> {
        let iso = Iso::from_code(code)?;
        iso.exponent().map(|_| Currency(iso))
    }

    pub fn code(self) -> &'static str {
        self.0.code()
    }

    /// Digits behind the decimal point: 2 for cents, 0 for yen.
    pub fn decimals(self) -> u32 {
        self.0.exponent().map_or(2, u32::from)
    }
}

/// An amount in minor units (cents) of a currency that is known elsewhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Hash)]
pub struct Money(pub i64);

/// Larger amounts are a slip of the pen, and smaller ones can be multiplied by a share without a thought.
const MOST: i64 = 1_000_000_000_000;

impl Money {
    pub const ZERO: Money = Money(0);

    /// An amount as people write it, exactly: `1250`, `1250.00`, `-3.5`; no thousands separators and no symbol.
    pub fn parse(text: &str, currency: Currency) -> Result<Money, String> {
        let example = Money(30_000).text(currency);
        let explain = || {
            format!("`{text}` is no amount; write one like {example}, without a currency sign or thousands separators")
        };
        let (negative, digits) = match text.trim().strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text.trim()),
        };
        let (whole, part) = digits.split_once('.').unwrap_or((digits, ""));
        let numeric = |s: &str| s.bytes().all(|b| b.is_ascii_digit());
        if whole.is_empty() || !numeric(whole) || !numeric(part) || (digits.contains('.') && part.is_empty()) {
            return Err(explain());
        }
        let decimals = currency.decimals() as usize;
        if part.len() > decimals && part[decimals..].bytes().any(|b| b != b'0') {
            return Err(format!("`{text}` has more digits than {} has: {decimals}", currency.code()));
        }
        let part = &part[..part.len().min(decimals)];
        let minor = format!("{whole}{part}{}", "0".repeat(decimals - part.len()));
        match minor.parse::<i64>() {
            Ok(minor) if minor <= MOST => Ok(Money(if negative { -minor } else { minor })),
            _ => Err(format!("`{text}` is too large an amount")),
        }
    }

    /// Decimal text, as in `1250.00`.
    pub fn text(self, currency: Currency) -> String {
        let decimals = currency.decimals() as usize;
        let sign = if self.0 < 0 { "-" } else { "" };
        let digits = format!("{:0width$}", self.0.unsigned_abs(), width = decimals + 1);
        let (whole, part) = digits.split_at(digits.len() - decimals);
        if decimals == 0 { format!("{sign}{whole}") } else { format!("{sign}{whole}.{part}") }
    }

    /// The largest amount that is no more than `part` / `whole` of this one, both positive.
    pub fn share(self, part: i64, whole: i64) -> Money {
        Money((i128::from(self.0) * i128::from(part)).div_euclid(i128::from(whole)) as i64)
    }

    /// The largest multiple of `step` that is no more than this.
    pub fn down_to(self, step: Money) -> Money {
        Money(self.0 - self.0.rem_euclid(step.0.max(1)))
    }
}

impl Add for Money {
    type Output = Money;
    fn add(self, other: Money) -> Money {
        Money(self.0 + other.0)
    }
}

impl AddAssign for Money {
    fn add_assign(&mut self, other: Money) {
        self.0 += other.0;
    }
}

impl Sub for Money {
    type Output = Money;
    fn sub(self, other: Money) -> Money {
        Money(self.0 - other.0)
    }
}

impl Sum for Money {
    fn sum<I: Iterator<Item = Money>>(amounts: I) -> Money {
        amounts.fold(Money::ZERO, Add::add)
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(code: &str) -> Currency {
        Currency::of_code(code).unwrap()
    }

    #[test]
    fn an_amount_is_read_and_written_exactly_in_the_digits_of_its_currency() {
        let pairs = [("EUR", "1250", 125_000, "1250.00"), ("EUR", "0.5", 50, "0.50"), ("EUR", "-3.05", -305, "-3.05")];
        for (code, text, minor, written) in pairs.into_iter().chain([
            ("JPY", "1250", 1_250, "1250"),
            ("JPY", "3.00", 3, "3"),
            ("KWD", "1.234", 1_234, "1.234"),
            ("USD", "12.3400", 1_234, "12.34"),
        ]) {
            let amount = Money::parse(text, of(code)).unwrap();
            assert_eq!((amount, amount.text(of(code)).as_str()), (Money(minor), written));
        }
    }

    #[test]
    fn what_is_no_amount_is_refused_with_what_to_write() {
        for text in ["", "1,250.00", "€5", "1.", ".5", "1e3", "--1", "1.2.3", "-"] {
            assert!(Money::parse(text, of("EUR")).unwrap_err().contains("write one like 300.00"), "{text}");
        }
        assert_eq!(Money::parse("1.005", of("EUR")).unwrap_err(), "`1.005` has more digits than EUR has: 2");
        assert!(Money::parse("99999999999999999999", of("EUR")).is_err());
        assert_eq!(
            Money::parse("x", of("JPY")).unwrap_err().split("like ").nth(1).unwrap().split(',').next(),
            Some("30000")
        );
    }

    #[test]
    fn shares_and_steps_never_round_up() {
        assert_eq!(Money(10_000).share(2, 3), Money(6_666));
        assert_eq!(Money(6_666).down_to(Money(50)), Money(6_650));
        assert_eq!(Money(1_000_000_000_000).share(10_000, 10_000), Money(1_000_000_000_000));
    }

    #[test]
    fn codes_that_are_no_money_are_no_currency() {
        assert_eq!((Currency::of_code("EURO"), Currency::of_code("XXX"), Currency::of_code("")), (None, None, None));
        assert_eq!(of("EUR").to_string(), "EUR");
    }
}
