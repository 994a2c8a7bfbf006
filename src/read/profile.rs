//! Source profiles: a TOML text that says how one vendor's columns, units and values become ours.
//!
//! docs/profiles.md explains every key for the people who write them.

use super::duration::Unit;
use super::time::Format;
use crate::call_log::Scale;
use crate::names::{hint, hint_of_zones};
use anyhow::{Result, bail};
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// What a profile can map.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Field {
    Contact,
    Leg,
    Version,
    Start,
    Agent,
    Queue,
    Team,
    Issue,
    Customer,
    Direction,
    Channel,
    Outcome,
    Answered,
    Abandoned,
    Offered,
    Wait,
    Talk,
    Hold,
    Acw,
    Handle,
    Transferred,
    Resolved,
    Csat,
    SurveySource,
}

/// What kind of value a field has; says which keys its table may hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Id,
    Name,
    Time,
    Duration,
    YesNo,
    /// One of these words.
    Choice(&'static [&'static str]),
    Score,
}

pub const OUTCOMES: &[&str] = &["answered", "abandoned", "not-offered", "rang"];
pub const DIRECTIONS: &[&str] = &["inbound", "outbound", "internal"];
pub const SURVEY_SOURCES: &[&str] = &["agent", "independent"];
pub const CHANNELS: &[&str] = &["voice", "callback", "chat", "email", "message", "other"];

impl Field {
    pub const ALL: [Field; 24] = [
        Field::Contact,
        Field::Leg,
        Field::Version,
        Field::Start,
        Field::Agent,
        Field::Queue,
        Field::Team,
        Field::Issue,
        Field::Customer,
        Field::Direction,
        Field::Channel,
        Field::Outcome,
        Field::Answered,
        Field::Abandoned,
        Field::Offered,
        Field::Wait,
        Field::Talk,
        Field::Hold,
        Field::Acw,
        Field::Handle,
        Field::Transferred,
        Field::Resolved,
        Field::Csat,
        Field::SurveySource,
    ];

    /// The key in a profile.
    pub fn name(self) -> &'static str {
        self.facts().0
    }

    /// What it is called in messages.
    pub fn title(self) -> &'static str {
        self.facts().1
    }

    pub fn kind(self) -> Kind {
        self.facts().2
    }

    fn facts(self) -> (&'static str, &'static str, Kind) {
        match self {
            Field::Contact => ("contact", "contact id", Kind::Id),
            Field::Leg => ("leg", "leg id", Kind::Id),
            Field::Version => ("version", "time of last update", Kind::Time),
            Field::Start => ("start", "start time", Kind::Time),
            Field::Agent => ("agent", "agent", Kind::Name),
            Field::Queue => ("queue", "queue", Kind::Name),
            Field::Team => ("team", "team", Kind::Name),
            Field::Issue => ("issue", "issue", Kind::Name),
            Field::Customer => ("customer", "customer", Kind::Id),
            Field::Direction => ("direction", "direction", Kind::Choice(DIRECTIONS)),
            Field::Channel => ("channel", "channel", Kind::Choice(CHANNELS)),
            Field::Outcome => ("outcome", "outcome", Kind::Choice(OUTCOMES)),
            Field::Answered => ("answered", "answered", Kind::YesNo),
            Field::Abandoned => ("abandoned", "abandoned", Kind::YesNo),
            Field::Offered => ("offered", "offered to a queue", Kind::YesNo),
            Field::Wait => ("wait", "wait", Kind::Duration),
            Field::Talk => ("talk", "talk time", Kind::Duration),
            Field::Hold => ("hold", "hold time", Kind::Duration),
            Field::Acw => ("acw", "after-call work", Kind::Duration),
            Field::Handle => ("handle", "handle time", Kind::Duration),
            Field::Transferred => ("transferred", "transferred", Kind::YesNo),
            Field::Resolved => ("resolved", "coded resolution", Kind::YesNo),
            Field::Csat => ("csat", "satisfaction", Kind::Score),
            Field::SurveySource => ("survey_source", "survey source", Kind::Choice(SURVEY_SOURCES)),
        }
    }

    pub fn parse(name: &str) -> Option<Field> {
        Field::ALL.into_iter().find(|f| f.name() == name)
    }
}

/// How one field is found and read.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct FieldSpec {
    /// Column names, the first that the file has is used.
    pub column: Vec<String>,
    /// Columns that make an id or name together.
    pub columns: Vec<String>,
    /// Column read where the first is empty.
    pub or: Option<String>,
    /// Columns of a start whose date and time of day stand apart.
    pub date: Option<String>,
    pub time: Option<String>,
    /// Columns of a duration that is the difference of two times; of `to`, the first that is not empty.
    pub from: Option<String>,
    pub to: Vec<String>,
    pub unit: Option<Unit>,
    pub format: Option<Format>,
    /// Talk that includes hold.
    pub includes_hold: bool,
    pub yes: Vec<String>,
    pub no: Vec<String>,
    /// Yes where the cell has any value.
    pub present: bool,
    pub map: BTreeMap<String, Vec<String>>,
    pub scale: Option<Scale>,
    pub no_answer: Vec<String>,
    /// Separator of cells that hold several values.
    pub separator: Option<String>,
    /// Values that mean "none", beside the empty cell and the profile's own list.
    pub missing: Vec<String>,
    /// The agent chooses this value, so that nothing fair can rest on it.
    pub chosen_by_agent: bool,
    pub empty_is_zero: bool,
}

/// A condition on one column, and what follows from it.
#[derive(Debug, Clone, PartialEq)]
pub struct Rule {
    pub column: String,
    pub is: Vec<String>,
    pub text: String,
}

/// How the file is laid out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Layout {
    /// A row is a contact or a leg.
    #[default]
    Rows,
    /// Asterisk's event log: rows become contacts.
    QueueLog,
}

/// One source profile.
#[derive(Debug, Clone, Default)]
pub struct Profile {
    pub name: String,
    pub title: String,
    pub about: String,
    /// Columns that must all be there for the file to be recognised.
    pub recognise_columns: Vec<String>,
    /// A pattern that the first line must match; for files without a header.
    pub recognise_first_line: Option<regex::Regex>,
    pub layout: Layout,
    pub delimiter: Option<u8>,
    pub encoding: Option<&'static encoding_rs::Encoding>,
    /// Column names of a file that has no header.
    pub header: Vec<String>,
    pub skip: Option<usize>,
    pub footer: Vec<String>,
    /// Zone of times that carry none.
    pub zone: Option<String>,
    /// Values that mean "none" in every column.
    pub missing: Vec<String>,
    pub fields: BTreeMap<Field, FieldSpec>,
    pub leave_out: Vec<Rule>,
    pub warn: Vec<Rule>,
}

/// Column names compare by their letters and digits: `Contact ID` is `contact_id`.
pub fn squeeze(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric() || *c == '#').flat_map(char::to_lowercase).collect()
}

/// The built-in profiles: name and text.
pub const BUILT_IN: [(&str, &str); 4] = [
    ("amazon-connect", include_str!("profiles/amazon-connect.toml")),
    ("asterisk-queue-log", include_str!("profiles/asterisk-queue-log.toml")),
    ("five9", include_str!("profiles/five9.toml")),
    ("genesys-cloud", include_str!("profiles/genesys-cloud.toml")),
];

/// The profile that is written anew for each file that no other fits.
pub const GENERIC: &str = "generic";

/// The names of the built-in profiles.
pub fn names() -> Vec<&'static str> {
    BUILT_IN.iter().map(|(name, _)| *name).collect()
}

/// All built-in profiles.
pub fn built_in() -> Vec<Profile> {
    BUILT_IN.iter().map(|(name, text)| parse(text).unwrap_or_else(|e| panic!("built-in profile {name}: {e}"))).collect()
}

/// Reads a profile; every fault is told at once, with its key.
pub fn parse(text: &str) -> Result<Profile> {
    let table: toml::Table = match text.parse() {
        Ok(table) => table,
        Err(error) => bail!("the profile is not TOML: {}", error.to_string().trim_end()),
    };
    let mut faults = Vec::new();
    let profile = Reader::new(String::new(), table, &mut faults).profile();
    if faults.is_empty() {
        return Ok(profile);
    }
    let count = faults.len();
    let list = faults.iter().map(|f| format!("  {f}")).collect::<Vec<_>>().join("\n");
    bail!("the profile has {count} {}:\n{list}", if count == 1 { "fault" } else { "faults" })
}

/// A TOML table being read: takes keys out; what is left over is a fault.
struct Reader<'f> {
    path: String,
    table: toml::Table,
    /// Keys that were looked for.
    asked: Vec<String>,
    faults: &'f mut Vec<String>,
}

impl<'f> Reader<'f> {
    fn new(path: String, table: toml::Table, faults: &'f mut Vec<String>) -> Self {
        Reader { path, table, asked: Vec::new(), faults }
    }

    fn take(&mut self, key: &str) -> Option<toml::Value> {
        self.asked.push(key.to_string());
        self.table.remove(key)
    }

    fn fault(&mut self, key: &str, what: impl std::fmt::Display) {
        self.faults.push(format!("`{}{key}` {what}", self.path));
    }

    fn text(&mut self, key: &str) -> Option<String> {
        match self.take(key)? {
            toml::Value::String(text) => Some(text),
            other => {
                self.fault(key, format!("must be a text in quotes, not {}", other.type_str()));
                None
            }
        }
    }

    fn yes(&mut self, key: &str) -> bool {
        match self.take(key) {
            None => false,
            Some(toml::Value::Boolean(yes)) => yes,
            Some(other) => {
                self.fault(key, format!("must be true or false, not {}", other.type_str()));
                false
            }
        }
    }

    /// A text or a list of texts; numbers count as their text.
    fn texts(&mut self, key: &str) -> Vec<String> {
        let one = |value: &toml::Value| match value {
            toml::Value::String(text) => Some(text.clone()),
            toml::Value::Integer(number) => Some(number.to_string()),
            _ => None,
        };
        match self.take(key) {
            None => Vec::new(),
            Some(toml::Value::Array(list)) => {
                let texts: Vec<String> = list.iter().filter_map(one).collect();
                if texts.len() < list.len() {
                    self.fault(key, "must be a list of texts in quotes");
                }
                texts
            }
            Some(value) => match one(&value) {
                Some(text) => vec![text],
                None => {
                    self.fault(key, format!("must be a text or a list of texts, not {}", value.type_str()));
                    Vec::new()
                }
            },
        }
    }

    fn number(&mut self, key: &str) -> Option<usize> {
        match self.take(key)? {
            toml::Value::Integer(number) if (0..=10_000).contains(&number) => Some(number as usize),
            _ => {
                self.fault(key, "must be a whole number from 0 to 10000");
                None
            }
        }
    }

    /// One of some words.
    fn word<T>(&mut self, key: &str, names: &[&str], parse: impl Fn(&str) -> Option<T>) -> Option<T> {
        let word = self.text(key)?;
        let value = parse(&word);
        if value.is_none() {
            self.fault(key, format!("is `{word}`{}; it must be one of {}", hint(&word, names), names.join(", ")));
        }
        value
    }

    fn sub<T>(&mut self, key: &str, read: impl FnOnce(&mut Reader<'_>) -> T) -> Option<T> {
        let table = match self.take(key)? {
            toml::Value::Table(table) => table,
            other => {
                self.fault(key, format!("must be a table, not {}", other.type_str()));
                return None;
            }
        };
        let mut reader = Reader::new(format!("{}{key}.", self.path), table, self.faults);
        let value = read(&mut reader);
        reader.leftovers();
        Some(value)
    }

    fn leftovers(&mut self) {
        for key in self.table.keys().cloned().collect::<Vec<_>>() {
            let asked: Vec<&str> = self.asked.iter().map(String::as_str).collect();
            self.fault(&key, format!("is not a key that a profile has here{}", hint(&key, &asked)));
        }
    }

    fn profile(mut self) -> Profile {
        let mut profile = Profile {
            name: self.text("name").unwrap_or_default(),
            title: self.text("title").unwrap_or_default(),
            about: self.text("about").unwrap_or_default(),
            zone: self.text("zone"),
            missing: self.texts("missing"),
            ..Profile::default()
        };
        if profile.name.is_empty() {
            self.fault("name", "is missing");
        }
        if let Some(zone) = &profile.zone
            && jiff::tz::TimeZone::get(zone).is_err()
        {
            let near = hint_of_zones(zone);
            self.fault("zone", format!("is `{zone}`, which is no time zone{near}; write one like `Europe/London`"));
        }
        self.sub("recognise", |r| {
            profile.recognise_columns = r.texts("columns");
            if let Some(pattern) = r.text("first_line") {
                match regex::Regex::new(&pattern) {
                    Ok(regex) => profile.recognise_first_line = Some(regex),
                    Err(_) => r.fault("first_line", "is no regular expression"),
                }
            }
        });
        self.sub("file", |r| {
            let layouts = ["rows", "queue-log"];
            let layout = r.word("layout", &layouts, |w| layouts.iter().position(|l| *l == w));
            profile.layout = if layout == Some(1) { Layout::QueueLog } else { Layout::Rows };
            if let Some(text) = r.text("delimiter") {
                match text.as_bytes() {
                    [one] if one.is_ascii() && *one != b'"' => profile.delimiter = Some(*one),
                    _ => r.fault("delimiter", "must be one character, as in `,` or `;` or a tab"),
                }
            }
            if let Some(label) = r.text("encoding") {
                profile.encoding = encoding_rs::Encoding::for_label(label.as_bytes());
                if profile.encoding.is_none() {
                    r.fault("encoding", format!("is `{label}`; write one like utf-8, utf-16le or windows-1252"));
                }
            }
            profile.header = r.texts("columns");
            profile.skip = r.number("skip");
            profile.footer = r.texts("footer");
        });
        self.sub("fields", |r| {
            for field in Field::ALL {
                if let Some(spec) = r.sub(field.name(), |r| r.field(field)) {
                    profile.fields.insert(field, spec);
                }
            }
        });
        profile.leave_out = self.rules("leave_out", "because");
        profile.warn = self.rules("warn", "says");
        if profile.layout == Layout::Rows && !profile.fields.contains_key(&Field::Start) {
            self.fault("fields.start", "is missing: no metric can be computed without the start time of a call");
        }
        self.leftovers();
        profile
    }

    fn rules(&mut self, key: &str, text_key: &str) -> Vec<Rule> {
        let tables = match self.take(key) {
            None => return Vec::new(),
            Some(toml::Value::Array(tables)) => tables,
            Some(_) => {
                self.fault(key, format!("must be written as [[{key}]]"));
                return Vec::new();
            }
        };
        let mut rules = Vec::new();
        for (i, value) in tables.into_iter().enumerate() {
            let path = format!("{}{key}[{}].", self.path, i + 1);
            let toml::Value::Table(table) = value else {
                self.fault(key, format!("must be written as [[{key}]]"));
                continue;
            };
            let mut reader = Reader::new(path, table, self.faults);
            let column = reader.text("column");
            let is = reader.texts("is");
            let text = reader.text(text_key);
            for (name, lacks) in [("column", column.is_none()), ("is", is.is_empty()), (text_key, text.is_none())] {
                if lacks {
                    reader.fault(name, "is missing");
                }
            }
            reader.leftovers();
            rules.push(Rule { column: column.unwrap_or_default(), is, text: text.unwrap_or_default() });
        }
        rules
    }

    fn field(&mut self, field: Field) -> FieldSpec {
        let kind = field.kind();
        let mut spec = FieldSpec {
            column: self.texts("column"),
            or: self.text("or"),
            missing: self.texts("missing"),
            ..FieldSpec::default()
        };
        match kind {
            Kind::Id | Kind::Name => {
                spec.columns = self.texts("columns");
                if kind == Kind::Name {
                    spec.separator = self.text("separator");
                }
                if field == Field::Issue {
                    let words = ["customer", "agent"];
                    spec.chosen_by_agent =
                        self.word("chosen_by", &words, |w| words.iter().position(|x| *x == w)) == Some(1);
                }
            }
            Kind::Time => {
                spec.date = self.text("date");
                spec.time = self.text("time");
                spec.format = self.word("format", &Format::NAMES, Format::parse);
                if spec.date.is_some() != spec.time.is_some() {
                    self.fault("date", "and `time` go together: one column each");
                }
            }
            Kind::Duration => {
                let says_unit = self.table.contains_key("unit");
                spec.unit = self.word("unit", &Unit::NAMES, Unit::parse);
                spec.from = self.text("from");
                spec.to = self.texts("to");
                spec.format = self.word("format", &Format::NAMES, Format::parse);
                if spec.from.is_some() == spec.to.is_empty() {
                    self.fault("from", "and `to` go together: the columns of two times");
                }
                if field == Field::Talk {
                    spec.includes_hold = self.yes("includes_hold");
                }
                let words = ["zero", "unknown"];
                let empty = self.word("empty", &words, |w| words.iter().position(|x| *x == w));
                spec.empty_is_zero = match empty {
                    Some(choice) => choice == 0,
                    // An export leaves a call without hold or after-call work blank.
                    None => matches!(field, Field::Hold | Field::Acw),
                };
                if !says_unit && spec.from.is_none() {
                    self.fault(
                        "unit",
                        format!("is missing: what a bare number counts, one of {}", Unit::NAMES.join(", ")),
                    );
                }
            }
            Kind::YesNo => {
                spec.yes = self.texts("yes");
                spec.no = self.texts("no");
                spec.present = self.yes("present");
            }
            Kind::Choice(words) => {
                self.sub("map", |r| {
                    for word in words {
                        let values = r.texts(word);
                        let twice = values.iter().find(|v| spec.map.values().any(|other| other.contains(*v)));
                        if let Some(value) = twice.cloned() {
                            r.fault(word, format!("has `{value}`, which another meaning has already"));
                        }
                        if !values.is_empty() {
                            spec.map.insert((*word).to_string(), values);
                        }
                    }
                });
            }
            Kind::Score => {
                match self.take("scale") {
                    Some(toml::Value::Array(ends)) => match ends[..] {
                        [toml::Value::Integer(low), toml::Value::Integer(high)]
                            if low >= 0 && low < high && high <= 100 =>
                        {
                            spec.scale = Some(Scale { low: low as u16, high: high as u16 });
                        }
                        _ => self.fault("scale", "must be two numbers from 0 to 100, the lower first, as in [1, 5]"),
                    },
                    _ => self.fault("scale", "is missing: lowest and highest answer, as in [1, 5]"),
                }
                spec.no_answer = self.texts("no_answer");
            }
        }
        let has_column = !spec.column.is_empty() || !spec.columns.is_empty();
        if !has_column && spec.date.is_none() && spec.from.is_none() {
            self.fault("column", "is missing: the name of the column");
        }
        spec
    }
}

/// A profile as TOML that [`parse`] reads back; `comments` stand above their field.
pub fn print(profile: &Profile, comments: &BTreeMap<Field, String>) -> String {
    let mut out = String::new();
    let text = |s: &str| toml::Value::String(s.to_string()).to_string();
    let texts = |list: &[String]| match list {
        [one] => text(one),
        many => format!("[{}]", many.iter().map(|s| text(s)).collect::<Vec<_>>().join(", ")),
    };
    let list = |list: &[String]| format!("[{}]", list.iter().map(|s| text(s)).collect::<Vec<_>>().join(", "));
    let _ = writeln!(out, "name = {}\ntitle = {}", text(&profile.name), text(&profile.title));
    if !profile.about.is_empty() {
        let _ = writeln!(out, "about = {}", text(&profile.about));
    }
    match &profile.zone {
        Some(zone) => {
            let _ = writeln!(out, "zone = {}", text(zone));
        }
        None => out.push_str(
            "# zone = \"Europe/London\"   # of times that carry none; without it they are taken as they stand\n",
        ),
    }
    if !profile.missing.is_empty() {
        let _ = writeln!(out, "missing = {}", list(&profile.missing));
    }
    if let Some(pattern) = &profile.recognise_first_line {
        let _ = writeln!(out, "\n[recognise]\nfirst_line = {}", text(pattern.as_str()));
    } else if !profile.recognise_columns.is_empty() {
        let _ = writeln!(out, "\n[recognise]\ncolumns = {}", list(&profile.recognise_columns));
    }
    let mut file = String::new();
    if profile.layout == Layout::QueueLog {
        file.push_str("layout = \"queue-log\"\n");
    }
    if let Some(delimiter) = profile.delimiter {
        let _ = writeln!(file, "delimiter = {}", text(&char::from(delimiter).to_string()));
    }
    if let Some(encoding) = profile.encoding {
        let _ = writeln!(file, "encoding = {}", text(&encoding.name().to_lowercase()));
    }
    if !profile.header.is_empty() {
        let _ = writeln!(file, "columns = {}", list(&profile.header));
    }
    if let Some(skip) = profile.skip.filter(|s| *s > 0) {
        let _ = writeln!(file, "skip = {skip}");
    }
    if !profile.footer.is_empty() {
        let _ = writeln!(file, "footer = {}", list(&profile.footer));
    }
    if !file.is_empty() {
        let _ = write!(out, "\n[file]\n{file}");
    }
    for field in Field::ALL {
        let Some(spec) = profile.fields.get(&field) else { continue };
        out.push('\n');
        for line in comments.get(&field).map_or("", String::as_str).lines() {
            let _ = writeln!(out, "# {line}");
        }
        let _ = writeln!(out, "[fields.{}]", field.name());
        let mut put = |key: &str, value: String| {
            let _ = writeln!(out, "{key} = {value}");
        };
        if !spec.column.is_empty() {
            put("column", texts(&spec.column));
        }
        if !spec.columns.is_empty() {
            put("columns", list(&spec.columns));
        }
        for (key, value) in [("or", &spec.or), ("date", &spec.date), ("time", &spec.time), ("from", &spec.from)] {
            if let Some(value) = value {
                put(key, text(value));
            }
        }
        if !spec.to.is_empty() {
            put("to", texts(&spec.to));
        }
        if let Some(unit) = spec.unit {
            put("unit", text(unit.name()));
        }
        if let Some(format) = spec.format {
            put("format", text(format.name()));
        }
        if spec.includes_hold {
            put("includes_hold", "true".into());
        }
        if field.kind() == Kind::Duration && spec.empty_is_zero != matches!(field, Field::Hold | Field::Acw) {
            put("empty", text(if spec.empty_is_zero { "zero" } else { "unknown" }));
        }
        if spec.present {
            put("present", "true".into());
        }
        if let Some(scale) = spec.scale {
            put("scale", format!("[{}, {}]", scale.low, scale.high));
        }
        for (key, values) in
            [("yes", &spec.yes), ("no", &spec.no), ("no_answer", &spec.no_answer), ("missing", &spec.missing)]
        {
            if !values.is_empty() {
                put(key, list(values));
            }
        }
        if let Some(separator) = &spec.separator {
            put("separator", text(separator));
        }
        if spec.chosen_by_agent {
            put("chosen_by", text("agent"));
        }
        if !spec.map.is_empty() {
            let pairs: Vec<String> = spec.map.iter().map(|(k, v)| format!("{k} = {}", list(v))).collect();
            put("map", format!("{{ {} }}", pairs.join(", ")));
        }
    }
    for (key, text_key, rules) in [("leave_out", "because", &profile.leave_out), ("warn", "says", &profile.warn)] {
        for rule in rules {
            let _ = writeln!(
                out,
                "\n[[{key}]]\ncolumn = {}\nis = {}\n{text_key} = {}",
                text(&rule.column),
                list(&rule.is),
                text(&rule.text)
            );
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn built_in_profiles_have_no_faults_and_their_own_names() {
        for ((name, _), profile) in BUILT_IN.iter().zip(built_in()) {
            assert_eq!(*name, profile.name);
        }
    }

    #[test]
    fn all_faults_are_told_at_once_with_their_keys() {
        let text = r#"
            name = "x"
            zone = "Mars/Olympus"
            colour = "red"
            [file]
            delimiter = "ab"
            [fields.talk]
            column = "Talk"
            unit = "fortnights"
            [fields.csat]
            column = "Score"
        "#;
        let error = parse(text).unwrap_err().to_string();
        for key in
            ["`zone`", "`colour`", "`file.delimiter`", "`fields.talk.unit`", "`fields.csat.scale`", "`fields.start`"]
        {
            assert!(error.contains(key), "{key} in {error}");
        }
    }

    #[test]
    fn a_printed_profile_reads_back_as_the_same() {
        for profile in built_in() {
            let printed = print(&profile, &BTreeMap::new());
            let again = parse(&printed).unwrap_or_else(|e| panic!("{e}\n{printed}"));
            assert_eq!((profile.fields, profile.layout), (again.fields, again.layout));
            assert_eq!((profile.leave_out, profile.warn), (again.leave_out, again.warn));
        }
    }
}
