//! Reading a TOML table key by key: every fault is told, with its key and its line.

use super::Exact;
use jiff::civil::Date;
use std::collections::{BTreeMap, BTreeSet};
use toml::de::{DeTable, DeValue};

/// A fault with the line it stands on, 0 where the whole file is meant.
pub type Fault = (usize, String);

/// What reading leaves behind beside the values.
#[derive(Debug)]
pub struct Notes<'s> {
    source: &'s str,
    pub faults: Vec<Fault>,
    /// Lines of keys by their path.
    pub lines: BTreeMap<String, usize>,
}

impl<'s> Notes<'s> {
    pub fn new(source: &'s str) -> Self {
        Notes { source, faults: Vec::new(), lines: BTreeMap::new() }
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
    notes: &'n mut Notes<'s>,
}

fn kind(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "a text",
        DeValue::Integer(_) | DeValue::Float(_) => "a number",
        DeValue::Boolean(_) => "true or false",
        DeValue::Datetime(_) => "a date",
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
        Reader { path, table, asked: BTreeSet::new(), notes }
    }

    /// The line of a key, or of the table if it is not there.
    pub fn line(&self, key: &str) -> usize {
        let path = format!("{}{key}", self.path);
        let table = self.path.trim_end_matches('.');
        self.notes.lines.get(&path).or_else(|| self.notes.lines.get(table)).copied().unwrap_or(0)
    }

    pub fn fault(&mut self, key: &str, what: impl std::fmt::Display) {
        let fault = (self.line(key), format!("`{}{key}` {what}", self.path));
        self.notes.faults.push(fault);
    }

    /// Tells that a key that is there cannot be.
    pub fn refuse(&mut self, key: &'static str, what: impl std::fmt::Display) {
        self.asked.insert(key);
        if self.has(key) {
            self.fault(key, what);
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
                self.fault(key, "is empty");
                None
            }
            other => {
                self.fault(key, format!("must be a text in quotes, not {}", kind(other)));
                None
            }
        }
    }

    pub fn texts(&mut self, key: &'static str) -> Vec<String> {
        let wrong = "must be a list of texts in quotes, as in [\"Alder\", \"Birch\"]";
        match self.value(key) {
            None => Vec::new(),
            Some(DeValue::Array(values)) => {
                let texts: Vec<String> =
                    values.iter().filter_map(|v| v.get_ref().as_str()).map(str::to_string).collect();
                if texts.len() != values.iter().count() {
                    self.fault(key, wrong);
                }
                texts
            }
            Some(_) => {
                self.fault(key, wrong);
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
            let hint = nearest(&text, &names).map_or(String::new(), |near| format!(" (did you mean `{near}`?)"));
            self.fault(key, format!("is `{text}`; it must be one of {}{hint}", names.join(", ")));
        }
        found
    }

    pub fn yes_or_no(&mut self, key: &'static str) -> Option<bool> {
        match self.value(key)? {
            DeValue::Boolean(is) => Some(*is),
            other => {
                self.fault(key, format!("must be true or false, not {}", kind(other)));
                None
            }
        }
    }

    /// A number with at most four digits behind the point, from `least` to `most`.
    pub fn number(&mut self, key: &'static str, least: Exact, most: Exact) -> Option<Exact> {
        let text = match self.value(key)? {
            DeValue::Integer(n) if n.radix() == 10 => n.as_str().replace('_', ""),
            DeValue::Float(x) => x.as_str().replace('_', ""),
            other => {
                self.fault(key, format!("must be a number without quotes, as in 0.5, not {}", kind(other)));
                return None;
            }
        };
        match Exact::parse(&text) {
            Some(number) if (least..=most).contains(&number) => Some(number),
            Some(_) => {
                let short = |n: Exact| n.to_string().trim_end_matches('0').trim_end_matches('.').to_string();
                self.fault(key, format!("is {text}; it must be from {} to {}", short(least), short(most)));
                None
            }
            None => {
                self.fault(key, format!("is {text}; write it with at most four digits behind the point, as in 0.5240"));
                None
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
            self.fault(key, format!("must be a whole number from 0 to {most}"));
            return None;
        }
        number
    }

    pub fn date(&mut self, key: &'static str) -> Option<Date> {
        let text = match self.value(key)? {
            DeValue::Datetime(date) => date.to_string(),
            DeValue::String(text) => text.to_string(),
            _ => String::new(),
        };
        let date = text.parse::<Date>().ok().filter(|_| text.len() == 10);
        if date.is_none() {
            self.fault(key, "must be a day, as in 2026-03-31");
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
                self.fault(key, format!("must be a table, written as [{}{key}], not {}", self.path, kind(other)));
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
            Some(DeValue::Table(tables)) => tables,
            Some(other) => {
                self.fault(key, format!("must be tables, written as [{key}.NAME], not {}", kind(other)));
                return Vec::new();
            }
        };
        let mut found: Vec<(usize, T)> = Vec::new();
        let outer = format!("{}{key}.", self.path);
        for (name, value) in tables {
            let name_text = name.get_ref().to_string();
            let line = self.notes.line_at(name.span().start);
            self.notes.lines.insert(format!("{outer}{name_text}"), line);
            let DeValue::Table(table) = value.get_ref() else {
                let what = format!("`{outer}{name_text}` must be a table, written as [{outer}{name_text}]");
                self.notes.faults.push((line, what));
                continue;
            };
            let mut inner = Reader::new(format!("{outer}{name_text}."), table, self.notes);
            let value = read(&name_text, &mut inner);
            inner.leftovers();
            found.extend(value.map(|value| (line, value)));
        }
        // In the order of the file, which the map does not keep.
        found.sort_by_key(|(line, _)| *line);
        found.into_iter().map(|(_, value)| value).collect()
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
            Some(DeValue::Array(values)) => values,
            Some(_) => {
                self.fault(key, wrong);
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
                _ => self.fault(key, &wrong),
            }
        }
        found
    }

    /// Tells the keys that nobody asked for.
    pub fn leftovers(&mut self) {
        for key in self.keys() {
            if self.asked.contains(key.as_str()) {
                continue;
            }
            let known: Vec<&str> = self.asked.iter().copied().collect();
            let hint = match nearest(&key, &known) {
                Some(near) => format!("; did you mean `{near}`?"),
                None => format!("; there are {}", known.join(", ")),
            };
            let place = match self.path.trim_end_matches('.') {
                "" => "a plan has at its top".to_string(),
                table => format!("`{table}` has"),
            };
            self.fault(&key, format!("is no key that {place}{hint}"));
        }
    }
}

/// The word that another one is a slip of the pen of.
pub fn nearest<'w>(word: &str, words: &[&'w str]) -> Option<&'w str> {
    let alike = |known: &&&str| strsim::damerau_levenshtein(word, known) <= (known.len() / 3).clamp(1, 3);
    words.iter().filter(alike).min_by_key(|known| strsim::damerau_levenshtein(word, known)).copied()
}
