//! Texts into keys: names through a dictionary, ids and telephone numbers as hashes.

use encoding_rs::WINDOWS_1252;
use hashbrown::HashTable;
use xxhash_rust::xxh3::{xxh3_64, xxh3_64_with_seed};

/// Names met so far, as raw bytes, in the order they were met.
#[derive(Debug, Clone, Default)]
pub struct Dictionary {
    table: HashTable<u32>,
    texts: Vec<Box<[u8]>>,
}

impl Dictionary {
    /// The number of a name.
    #[inline]
    pub fn id(&mut self, text: &[u8]) -> u32 {
        let hash = xxh3_64(text);
        let texts = &self.texts;
        match self.table.entry(hash, |id| *texts[*id as usize] == *text, |id| xxh3_64(&texts[*id as usize])) {
            hashbrown::hash_table::Entry::Occupied(entry) => *entry.get(),
            hashbrown::hash_table::Entry::Vacant(entry) => {
                let id = self.texts.len() as u32;
                entry.insert(id);
                self.texts.push(text.into());
                id
            }
        }
    }

    pub fn texts(&self) -> &[Box<[u8]>] {
        &self.texts
    }
}

/// The dictionaries of one worker.
#[derive(Debug, Clone, Default)]
pub struct WorkerNames {
    pub agent: Dictionary,
    pub queue: Dictionary,
    pub team: Dictionary,
    pub issue: Dictionary,
}

/// Bytes as text: UTF-8, or Windows-1252 where they are not; control characters, which could steer a terminal, as blanks.
pub fn text_of(bytes: &[u8]) -> String {
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => std::borrow::Cow::Borrowed(text),
        Err(_) => WINDOWS_1252.decode_without_bom_handling(bytes).0,
    };
    let steers = |c: char| {
        c.is_control() || matches!(c, '\u{200e}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    text.trim().chars().map(|c| if steers(c) { ' ' } else { c }).collect()
}

/// The key of an id: a hash, never 0.
#[inline]
pub fn id_key(text: &[u8]) -> u64 {
    xxh3_64(text).max(1)
}

/// The key of an id of several parts: the key of those before, joined with the next part.
#[inline]
pub fn joined(before: u64, part: &[u8]) -> u64 {
    xxh3_64_with_seed(part, before).max(1)
}

/// Spellings of "nobody knows who called".
const ANONYMOUS: [&[u8]; 38] = [
    b"private number",
    b"unknown number",
    b"unknown caller",
    b"anonymous caller",
    b"withheld number",
    b"number withheld",
    b"blocked number",
    b"unbekannt",
    b"anonym",
    b"anonyme",
    b"inconnu",
    "an\u{f3}nimo".as_bytes(),
    b"anonimo",
    b"oculto",
    "priv\u{e9}".as_bytes(),
    b"prive",
    b"geen nummer",
    b"-1",
    b"unterdr\xc3\xbcckt",
    b"no number",
    b"number unavailable",
    b"private caller",
    b"desconocido",
    b"masked",
    b"anonymous",
    b"unknown",
    b"restricted",
    b"private",
    b"withheld",
    b"unavailable",
    b"blocked",
    b"none",
    b"null",
    b"n/a",
    b"na",
    b"hidden",
    b"no caller id",
    b"not available",
];

/// The key of a customer, `None` where nobody can be recognised: the anonymous, all zeros, and numbers that
/// a spreadsheet rounded (`6.02E+11`). Telephone numbers count by their digits, however they are written.
#[inline]
pub fn customer_key(text: &[u8]) -> Option<u64> {
    let text = text.trim_ascii();
    // The common cases: digits alone, or letters and digits alone.
    if text.iter().all(u8::is_ascii_digit) {
        return digits_key(text);
    }
    let mut lower = [0u8; 64];
    if text.len() > lower.len() {
        return Some(id_key(text));
    }
    let lower = &mut lower[..text.len()];
    lower.copy_from_slice(text);
    lower.make_ascii_lowercase();
    if let Some(number) = telephone_digits(lower) {
        return digits_key(&number);
    }
    // Words for nobody have no digits, and most ids have: one look instead of many comparisons.
    let may_be_word = !lower.iter().any(u8::is_ascii_digit) || lower == b"-1" || lower.contains(&b'@');
    if may_be_word && ANONYMOUS.contains(&&*lower) || is_rounded(lower) {
        return None;
    }
    let plain = lower.strip_prefix(b"sip:").or_else(|| lower.strip_prefix(b"tel:")).unwrap_or(lower);
    let is_nobodys = |word: &&[u8]| plain.starts_with(word) && plain.get(word.len()) == Some(&b'@');
    if plain.is_empty() || may_be_word && ANONYMOUS.iter().any(is_nobodys) {
        return None;
    }
    Some(id_key(plain))
}

fn digits_key(digits: &[u8]) -> Option<u64> {
    // The international prefix, written 00 instead of +.
    let number = digits.strip_prefix(b"00").filter(|n| n.len() >= 7).unwrap_or(digits);
    // 266696687 is ANONYMOUS on a telephone's keys, and what some carriers send for it.
    if number.iter().all(|b| *b == b'0') || number == b"266696687" { None } else { Some(id_key(number)) }
}

/// The digits of something written like a telephone number: at least five, and only digits and punctuation.
fn telephone_digits(lower: &[u8]) -> Option<Vec<u8>> {
    let lower = lower.strip_prefix(b"tel:").or_else(|| lower.strip_prefix(b"sip:")).unwrap_or(lower);
    let lower = match lower.iter().position(|b| *b == b'@') {
        Some(at) => &lower[..at],
        None => lower,
    };
    if !lower.iter().all(|b| b.is_ascii_digit() || matches!(b, b'+' | b'-' | b'(' | b')' | b' ' | b'.' | b'/')) {
        return None;
    }
    let digits: Vec<u8> = lower.iter().copied().filter(u8::is_ascii_digit).collect();
    (digits.len() >= 5).then_some(digits)
}

/// A number in scientific notation, as a spreadsheet leaves a long id.
pub fn is_rounded(lower: &[u8]) -> bool {
    let Some(at) = lower.iter().position(|b| *b == b'e') else { return false };
    let (mantissa, exponent) = (&lower[..at], &lower[at + 1..]);
    !mantissa.is_empty()
        && mantissa.iter().all(|b| b.is_ascii_digit() || matches!(b, b'.' | b','))
        && exponent.strip_prefix(b"+").is_some_and(|e| !e.is_empty() && e.iter().all(u8::is_ascii_digit))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_number_in_several_spellings_is_one_customer() {
        let key = customer_key(b"15550100199");
        assert!(key.is_some());
        for spelling in ["+1 (555) 010-0199", "tel:+15550100199", "0015550100199", "sip:15550100199@pbx.example"] {
            assert_eq!(customer_key(spelling.as_bytes()), key, "{spelling}");
        }
        assert_ne!(customer_key(b"C104233"), customer_key(b"C104234"));
        assert_eq!(customer_key(b"c104233"), customer_key(b"C104233"));
    }

    #[test]
    fn nobody_is_no_customer() {
        for nobody in [
            "Private Number", "Anónimo", "+266696687", "-1", "", "0", "0000000", "Anonymous",
            "sip:anonymous@host.example", "6.02E+11", "N/A", "tel:",
        ] {
            assert_eq!(customer_key(nobody.as_bytes()), None, "{nobody}");
        }
    }
}
