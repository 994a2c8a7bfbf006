//! Reading a TOML table key by key: every fault is told, with its key and its line.

use super::{Exact, mend};
use crate::names::{hint, nearest};
use anyhow::{Result, bail};
use jiff::civil::Date;
use std::collections::{BTreeMap, BTreeSet};
use toml::de::{DeTable, DeValue};
use toml::value::Datetime;

/// What is wrong with a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// 0 where the whole file is meant.
    pub line: usize,
    pub what: String,
    /// It is wrong whatever else the plan says; what is missing may stand in a line that could not be read.
    pub alone: bool,
}

/// What kind of file is read, for messages about keys that it does not have.
#[derive(Debug, Clone, Copy)]
pub struct Kind {
    /// As in `plan`.
    pub noun: &'static str,
    /// Where a key belongs that stands in the wrong place, in words.
    pub home: fn(&str) -> Option<String>,
}

/// What reading leaves behind beside the values.
#[derive(Debug)]
pub struct Notes<'s> {
    source: &'s str,
    kind: Kind,
    pub faults: Vec<Fault>,
    /// Lines of keys by their path.
    pub lines: BTreeMap<String, usize>,
}

impl<'s> Notes<'s> {
    pub fn new(source: &'s str, kind: Kind) -> Self {
        Notes { source, kind, faults: Vec::new(), lines: BTreeMap::new() }
    }

    pub fn line_at(&self, byte: usize) -> usize {
        1 + self.source.as_bytes()[..byte.min(self.source.len())].iter().filter(|b| **b == b'\n').count()
    }
}

/// A table being read. Keys nobody asked for are faults.
pub struct Reader<'t, 'n, 's> {
    /// Of the table, with a point behind it; empty for the file.
    pub path: String,
    table: &'t DeTable<'t>,
    asked: BTreeSet<&'static str>,
    refused: BTreeSet<String>,
    notes: &'n mut Notes<'s>,
}

fn kind(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "a text",
        DeValue::Integer(_) | DeValue::Float(_) => "a number",
        DeValue::Boolean(_) => "true or false",
        DeValue::Datetime(d) if d.date.is_none() => "a time of day",
        DeValue::Datetime(_) => "a day",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}

impl<'t, 'n, 's> Reader<'t, 'n, 's> {
    pub fn new(path: String, table: &'t DeTable<'t>, notes: &'n mut Notes<'s>) -> Self {
        for (key, _) in table {
            let line = notes.line_at(key.span().start);
            notes.lines.entry(format!("{path}{}", key.get_ref())).or_insert(line);
        }
        Reader { path, table, asked: BTreeSet::new(), refused: BTreeSet::new(), notes }
    }

    /// The line of a key, or of the table if it is not there.
    pub fn line(&self, key: &str) -> usize {
        let path = format!("{}{key}", self.path);
        let table = self.path.trim_end_matches('.');
        self.notes.lines.get(&path).or_else(|| self.notes.lines.get(table)).copied().unwrap_or(0)
    }

    /// Tells what is wrong with a key beside others.
    pub fn fault(&mut self, key: &str, what: impl std::fmt::Display) {
        self.tell(key, what, false);
    }

    /// Tells what is wrong with the value of a key, whatever else there is.
    pub fn wrong(&mut self, key: &str, what: impl std::fmt::Display) {
        self.tell(key, what, true);
    }

    fn tell(&mut self, key: &str, what: impl std::fmt::Display, alone: bool) {
        let path = format!("{}{key}", self.path);
        let what = format!("`{}` {what}", path.trim_end_matches('.'));
        self.notes.faults.push(Fault { line: self.line(key), what, alone });
    }

    /// Tells that a key that is there cannot be.
    pub fn refuse(&mut self, key: &str, what: impl std::fmt::Display) {
        if self.has(key) && self.refused.insert(key.to_string()) {
            self.wrong(key, what);
        }
    }

    /// Tells that a key is missing.
    pub fn need(&mut self, key: &str, what: impl std::fmt::Display) {
        if !self.has(key) {
            self.fault(key, format!("is missing{what}"));
        }
    }

    pub fn has(&self, key: &str) -> bool {
        self.table.contains_key(key)
    }

    pub fn keys(&self) -> Vec<String> {
        self.table.iter().map(|(key, _)| key.get_ref().to_string()).collect()
    }

    fn value(&mut self, key: &'static str) -> Option<&'t DeValue<'t>> {
        self.asked.insert(key);
        self.table.get(key).map(|value| value.get_ref())
    }

    pub fn text(&mut self, key: &'static str) -> Option<String> {
        match self.value(key)? {
            DeValue::String(text) if !text.trim().is_empty() => Some(text.trim().to_string()),
            DeValue::String(_) => {
                self.wrong(key, "is empty");
                None
            }
            other => {
                self.wrong(key, format!("must be a text in quotes, not {}", kind(other)));
                None
            }
        }
    }

    pub fn texts(&mut self, key: &'static str) -> Vec<String> {
        let wrong = "must be a list of texts in quotes, as in [\"Alder\", \"Birch\"]";
        match self.value(key) {
            None => Vec::new(),
            Some(DeValue::Array(values)) => {
                for (i, value) in values.iter().enumerate() {
                    let line = self.notes.line_at(value.span().start);
                    self.notes.lines.insert(format!("{}{key}[{}]", self.path, i + 1), line);
                }
                let texts = values.iter().filter_map(|v| v.get_ref().as_str()).map(|text| text.trim().to_string());
                let texts: Vec<String> = texts.filter(|text| !text.is_empty()).collect();
                if texts.is_empty() || texts.len() != values.iter().count() {
                    self.wrong(key, wrong);
                }
                texts
            }
            Some(_) => {
                self.wrong(key, wrong);
                Vec::new()
            }
        }
    }

    /// One of some words.
    pub fn word<T: Copy>(&mut self, key: &'static str, words: &[(&str, T)]) -> Option<T> {
        let text = self.text(key)?;
        let found = words.iter().find(|(word, _)| *word == text).map(|(_, value)| *value);
        if found.is_none() {
            let names: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
            let one_of = if names.len() == 1 { "" } else { "one of " };
            let names = (names.join(", "), hint(&text, &names));
            self.wrong(key, format!("is `{text}`; it must be {one_of}{}{}", names.0, names.1));
        }
        found
    }

    pub fn yes_or_no(&mut self, key: &'static str) -> Option<bool> {
        match self.value(key)? {
            DeValue::Boolean(is) => Some(*is),
            other => {
                let meant = other.as_str().and_then(mend::meant).filter(|(_, word)| word == "true" || word == "false");
                let hint = meant.map_or(String::new(), |(_, word)| format!("; write {word} without quotes"));
                self.wrong(key, format!("must be true or false, not {}{hint}", kind(other)));
                None
            }
        }
    }

    /// A number with at most four digits behind the point, from `least` to `most`.
    pub fn number(&mut self, key: &'static str, least: Exact, most: Exact) -> Option<Exact> {
        let value = self.value(key)?;
        let Some(text) = digits(value) else {
            let hint = match value {
                DeValue::String(text) => Exact::parse(text.trim())
                    .map(Exact::short)
                    .or_else(|| mend::meant(text).map(|(_, literal)| literal).filter(|n| Exact::parse(n).is_some()))
                    .map_or(String::new(), |number| format!("; write {number}")),
                DeValue::Datetime(Datetime { date: None, time: Some(t), .. }) => {
                    let seconds = 60 * u32::from(t.hour) + u32::from(t.minute);
                    format!("; {}:{:02} minutes are {seconds} seconds", t.hour, t.minute)
                }
                _ => String::new(),
            };
            self.wrong(key, format!("must be a number without quotes, as in 0.5, not {}{hint}", kind(value)));
            return None;
        };
        let four = "write it with at most four digits behind the point, as in 0.5240";
        match Exact::parse(&text) {
            Some(number) if (least..=most).contains(&number) => Some(number),
            Some(number) => {
                let hundredth = Exact(number.0 / 100);
                let percent = number.0 % 100 == 0 && (least..=most).contains(&hundredth) && number > Exact::ONE;
                let hint = match percent && most < Exact(100 * Exact::ONE.0) {
                    true => format!("; {text} percent is {}", hundredth.short()),
                    false => String::new(),
                };
                self.wrong(key, format!("is {text}; it must be from {} to {}{hint}", least.short(), most.short()));
                None
            }
            None if text.trim_start_matches(['-', '+']).bytes().all(|b| b.is_ascii_digit()) => {
                self.wrong(key, format!("is {text}; it must be from {} to {}", least.short(), most.short()));
                None
            }
            None => {
                let meant =
                    mend::meant(&text).map_or(four.to_string(), |(why, literal)| format!("{why}; write {literal}"));
                self.wrong(key, format!("is {text}; {meant}"));
                None
            }
        }
    }

    /// What an amount is written with: a text, or a number as it stands.
    pub fn amount(&mut self, key: &'static str) -> Option<String> {
        match self.value(key)? {
            DeValue::String(_) => self.text(key),
            value => {
                let text = digits(value);
                if text.is_none() {
                    self.wrong(key, format!("must be an amount, as in \"300.00\", not {}", kind(value)));
                }
                text
            }
        }
    }

    /// A whole number up to `most`.
    pub fn whole(&mut self, key: &'static str, most: u32) -> Option<u32> {
        let number = match self.value(key)? {
            DeValue::Integer(n) => u32::from_str_radix(&n.as_str().replace('_', ""), n.radix()).ok(),
            _ => None,
        };
        if number.is_none_or(|n| n > most) {
            self.wrong(key, format!("must be a whole number from 0 to {most}"));
            return None;
        }
        number
    }

    pub fn date(&mut self, key: &'static str) -> Option<Date> {
        let text = match self.value(key)? {
            DeValue::Datetime(date) => date.to_string(),
            DeValue::String(text) => text.to_string(),
            DeValue::Integer(n) => n.as_str().to_string(),
            DeValue::Float(x) => x.as_str().to_string(),
            _ => String::new(),
        };
        let date = text.trim().parse::<Date>().ok().filter(|_| text.trim().len() == 10);
        if date.is_none() {
            let meant = mend::meant(&text).filter(|(_, day)| day.parse::<Date>().is_ok());
            let hint = meant.map_or(String::new(), |(_, day)| format!("; write {day}"));
            let is = if text.is_empty() { String::new() } else { format!("is {text}; it ") };
            self.wrong(key, format!("{is}must be a day that exists, as in 2026-03-31{hint}"));
        }
        date
    }

    /// Reads a table inside this one.
    pub fn table<T>(&mut self, key: &'static str, read: impl FnOnce(&mut Reader<'_, '_, '_>) -> T) -> Option<T> {
        match self.value(key)? {
            DeValue::Table(table) => {
                let mut inner = Reader::new(format!("{}{key}.", self.path), table, self.notes);
                let value = read(&mut inner);
                inner.leftovers();
                Some(value)
            }
            other => {
                self.wrong(key, format!("must be a table, written as [{}{key}], not {}", self.path, kind(other)));
                None
            }
        }
    }

    /// Reads the tables inside this one, whatever they are called.
    pub fn named_tables<T>(
        &mut self,
        key: &'static str,
        mut read: impl FnMut(&str, &mut Reader<'_, '_, '_>) -> Option<T>,
    ) -> Vec<T> {
        let tables = match self.value(key) {
            None => return Vec::new(),
            Some(DeValue::Table(tables)) if tables.is_empty() => {
                self.fault(key, format!("is empty; its tables are written as [{key}.NAME]"));
                return Vec::new();
            }
            Some(DeValue::Table(tables)) => tables,
            Some(other) => {
                self.wrong(key, format!("must be tables, written as [{key}.NAME], not {}", kind(other)));
                return Vec::new();
            }
        };
        // In the order of the file, which the map does not keep.
        let mut in_order: Vec<_> = tables.iter().collect();
        in_order.sort_by_key(|(name, _)| name.span().start);
        let mut found = Vec::new();
        let outer = format!("{}{key}.", self.path);
        for (name, value) in in_order {
            let name_text = name.get_ref().to_string();
            let line = self.notes.line_at(name.span().start);
            self.notes.lines.insert(format!("{outer}{name_text}"), line);
            let DeValue::Table(table) = value.get_ref() else {
                let path = format!("{key}.{name_text}");
                let what = format!("must be a table, written as [{outer}{name_text}], not {}", kind(value.get_ref()));
                self.wrong(&path, what);
                continue;
            };
            let mut inner = Reader::new(format!("{outer}{name_text}."), table, self.notes);
            found.extend(read(&name_text, &mut inner));
            inner.leftovers();
        }
        found
    }

    /// Reads a list of tables.
    pub fn tables<T>(
        &mut self,
        key: &'static str,
        mut read: impl FnMut(&mut Reader<'_, '_, '_>) -> Option<T>,
    ) -> Vec<T> {
        let wrong = format!("must be a list of tables, written as [[{}{key}]] or {key} = [{{ ... }}]", self.path);
        let values = match self.value(key) {
            None => return Vec::new(),
            Some(DeValue::Array(values)) if values.iter().count() == 0 => {
                self.wrong(key, "is an empty list; take it away, or put something into it");
                return Vec::new();
            }
            Some(DeValue::Array(values)) => values,
            Some(_) => {
                self.wrong(key, wrong);
                return Vec::new();
            }
        };
        let mut found = Vec::new();
        for (i, value) in values.iter().enumerate() {
            let path = format!("{}{key}[{}]", self.path, i + 1);
            let line = self.notes.line_at(value.span().start);
            self.notes.lines.insert(path.clone(), line);
            match value.get_ref() {
                DeValue::Table(table) => {
                    let mut inner = Reader::new(format!("{path}."), table, self.notes);
                    found.extend(read(&mut inner));
                    inner.leftovers();
                }
                _ => self.wrong(key, &wrong),
            }
        }
        found
    }

    /// Tells the keys that nobody asked for.
    pub fn leftovers(&mut self) {
        for key in self.keys() {
            if self.asked.contains(key.as_str()) || self.refused.contains(&key) {
                continue;
            }
            let known: Vec<&str> = self.asked.iter().copied().collect();
            let hint = match ((self.notes.kind.home)(&key), nearest(&key, &known)) {
                (Some(home), _) => format!("; it {home}"),
                (None, Some(near)) => format!("; did you mean `{near}`?"),
                (None, None) => format!("; there are {}", known.join(", ")),
            };
            let place = match self.path.trim_end_matches('.') {
                "" => format!("a {} has at its top", self.notes.kind.noun),
                table => format!("`{table}` has"),
            };
            self.wrong(&key, format!("is no key that {place}{hint}"));
        }
    }
}

/// What `read` makes of a text, the lines of its keys, and the text that was read; or all of its faults at once, each with
/// its key and line. `what` is what to call the file in messages.
pub fn read_all<T>(
    text: &str,
    kind: Kind,
    what: &str,
    read: impl FnOnce(&mut Reader<'_, '_, '_>) -> T,
) -> Result<(T, BTreeMap<String, usize>, String)> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mended = mend::mend(text);
    let mut faults: Vec<Fault> =
        mended.faults.into_iter().map(|(line, what)| Fault { line, what, alone: true }).collect();
    // What is not TOML is told; the rest is read all the same, so that all faults come at once.
    if let Some(text) = &mended.text {
        let (table, _) = DeTable::parse_recoverable(text);
        let mut notes = Notes::new(text, kind);
        let mut reader = Reader::new(String::new(), table.get_ref(), &mut notes);
        let value = read(&mut reader);
        reader.leftovers();
        if faults.is_empty() && notes.faults.is_empty() {
            return Ok((value, notes.lines, text.to_string()));
        }
        faults.extend(notes.faults.into_iter().filter(|fault| fault.alone || !mended.lost));
    }
    faults.sort_by_key(|fault| fault.line);
    faults.dedup();
    let told = |fault: &Fault| match fault.line {
        0 => format!("  {}", fault.what),
        line => format!("  line {line}: {}", fault.what),
    };
    let mut list: Vec<String> = faults.iter().map(told).collect();
    let s = if faults.len() == 1 { "" } else { "s" };
    if mended.text.is_none() || mended.lost {
        list.push("more may be found when these are mended".to_string());
    }
    bail!("the {what} has {} fault{s}:\n{}", faults.len(), list.join("\n"))
}

/// A decimal number as it is written.
fn digits(value: &DeValue<'_>) -> Option<String> {
    match value {
        DeValue::Integer(n) if n.radix() == 10 => Some(n.as_str().replace('_', "")),
        DeValue::Float(x) => Some(x.as_str().replace('_', "")),
        _ => None,
    }
}
