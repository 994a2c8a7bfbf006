//! One row of an export into one leg, by the rules of its profile. Serves text and Parquet alike.

use super::duration::{self, Unit};
use super::keys::{self, Dictionary};
use super::profile::{self, Field, FieldSpec, Kind, Profile};
use super::time::{self, Clock, Format, Parser, Reading, Stamp};
use crate::call_log::{Leg, Legs, MISSING, NO_CUSTOMER, NO_SCORE, Scale, Tells, flag};
use crate::intake::{Intake, Place, Reason};
use jiff::tz::TimeZone;
use std::borrow::Cow;
use std::collections::BTreeMap;

/// A cell, as CSV or Parquet hold it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Cell<'a> {
    Missing,
    Text(&'a [u8]),
    Int(i64),
    Float(f64),
    Bool(bool),
    Time(Stamp),
}

/// A row whose cells can be asked for by column number.
pub trait Row {
    fn cell(&self, column: usize) -> Cell<'_>;
}

impl Row for super::split::Record<'_> {
    #[inline(always)]
    fn cell(&self, column: usize) -> Cell<'_> {
        Cell::Text(self.field(column))
    }
}

/// What the reader is asked for.
#[derive(Debug, Clone)]
pub struct Wanted {
    /// Zone given by the user: of times that carry none, and of days and hours in reports.
    pub zone: Option<TimeZone>,
    /// Channel to keep, `None` for all.
    pub channel: Option<&'static str>,
    /// Direction to keep, `None` for all.
    pub direction: Option<&'static str>,
    /// Fields that nobody asked for are not read.
    pub team: bool,
    pub issue: bool,
}

/// Things noticed while reading that are no reason to leave a row out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Note {
    RepeatedHour,
    SkippedHour,
    SeveralAgents,
    UnreadableScore,
    UnreadableResolution,
    UnreadableTransfer,
    RoundedCustomer,
    HoldOverTalk,
    /// Rule `i` of the profile's warnings.
    Warned(u16),
}

/// What one worker understood of one block of rows.
#[derive(Debug, Default)]
pub struct Batch {
    pub legs: Legs,
    pub events: Vec<super::events::Event>,
    pub intake: Intake,
    pub notes: BTreeMap<Note, u64>,
}

impl Batch {
    /// Empties it and keeps its memory.
    pub fn clear(&mut self) {
        self.legs.clear();
        self.events.clear();
        self.intake = Intake::default();
        self.notes.clear();
    }
}

/// An id made of one column or several.
#[derive(Debug, Clone)]
struct IdPlan {
    columns: Vec<usize>,
    or: Option<usize>,
}

/// What tells the legs of a contact apart: columns, and perhaps the start.
#[derive(Debug, Clone)]
struct LegPlan {
    id: IdPlan,
    start: bool,
}

#[derive(Debug, Clone)]
struct NamePlan {
    id: IdPlan,
    missing: Values,
    separator: Option<u8>,
}

#[derive(Debug, Clone)]
enum DurationSource {
    Cell { column: usize, or: Option<usize> },
    Difference { from: usize, to: Vec<usize> },
}

#[derive(Debug, Clone)]
struct DurationPlan {
    name: &'static str,
    source: DurationSource,
    unit: Unit,
    format: Format,
    /// Date to which times of day belong.
    date: Option<usize>,
    empty_is_zero: bool,
    missing: Values,
}

#[derive(Debug, Clone)]
enum StartPlan {
    Cell(usize),
    DateAndTime(usize, usize),
}

impl StartPlan {
    fn has(&self, column: usize) -> bool {
        match self {
            StartPlan::Cell(c) => *c == column,
            StartPlan::DateAndTime(date, time) => *date == column || *time == column,
        }
    }
}

/// Values of a column and what they mean; compared as they stand first, then trimmed and in lower case.
#[derive(Debug, Clone, Default)]
pub struct Values {
    all: Vec<(Box<[u8]>, u8)>,
    /// For a texts' length, first and last byte, the place in `all` (from 1) that most likely holds it.
    likely: Vec<u16>,
}

/// Where `likely` keeps a text.
#[inline(always)]
fn likely_slot(text: &[u8]) -> usize {
    match text {
        [] => 0,
        [first, .., last] => (text.len() * 31 + usize::from(*first) * 7 + usize::from(*last)) & 255,
        [only] => usize::from(*only),
    }
}

impl Values {
    fn new<'a>(pairs: impl IntoIterator<Item = (&'a str, u8)>) -> Self {
        let mut all: Vec<(Box<[u8]>, u8)> = Vec::new();
        for (text, meaning) in pairs {
            for spelling in [text.to_string(), text.trim().to_lowercase()] {
                if !all.iter().any(|(known, _)| **known == *spelling.as_bytes()) {
                    all.push((spelling.into_bytes().into(), meaning));
                }
            }
        }
        let mut likely = vec![0u16; 256];
        for (i, (text, _)) in all.iter().enumerate().rev() {
            likely[likely_slot(text)] = i as u16 + 1;
        }
        Values { all, likely }
    }

    #[inline]
    fn get(&self, text: &[u8]) -> Option<u8> {
        if self.all.is_empty() {
            return None;
        }
        match usize::from(self.likely[likely_slot(text)]).checked_sub(1) {
            Some(i) if *self.all[i].0 == *text => Some(self.all[i].1),
            _ => self.search(text),
        }
    }

    #[cold]
    fn search(&self, text: &[u8]) -> Option<u8> {
        let find = |text: &[u8]| self.all.iter().find(|(known, _)| **known == *text).map(|(_, meaning)| *meaning);
        find(text).or_else(|| find(&text.trim_ascii().to_ascii_lowercase()))
    }

    #[inline(always)]
    fn has(&self, text: &[u8]) -> bool {
        !self.all.is_empty() && self.get(text).is_some()
    }
}

#[derive(Debug, Clone)]
struct YesNoPlan {
    column: usize,
    present: bool,
    values: Values,
}

#[derive(Debug, Clone)]
struct ChoicePlan {
    column: usize,
    values: Values,
}

#[derive(Debug, Clone)]
struct ScorePlan {
    column: usize,
    scale: Scale,
    no_answer: Values,
}

/// How one column was understood, for `check`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Understood {
    pub field: Field,
    pub columns: Vec<usize>,
    pub how: String,
}

/// A profile compiled for the columns of one file.
#[derive(Debug, Clone)]
pub struct Plan {
    leave_out: Vec<(usize, Values, Reason)>,
    warn: Vec<(usize, Values)>,
    contact: Option<IdPlan>,
    leg: Option<LegPlan>,
    version: Option<(usize, Format)>,
    start: Option<StartPlan>,
    start_format: Format,
    agent: Option<NamePlan>,
    queue: Option<NamePlan>,
    team: Option<NamePlan>,
    issue: Option<NamePlan>,
    customer: Option<(IdPlan, Values)>,
    direction: Option<ChoicePlan>,
    channel: Option<ChoicePlan>,
    outcome: Option<ChoicePlan>,
    answered: Option<YesNoPlan>,
    abandoned: Option<YesNoPlan>,
    offered: Option<YesNoPlan>,
    wait: Option<DurationPlan>,
    talk: Option<DurationPlan>,
    talk_includes_hold: bool,
    hold: Option<DurationPlan>,
    acw: Option<DurationPlan>,
    handle: Option<DurationPlan>,
    transferred: Option<YesNoPlan>,
    resolved: Option<YesNoPlan>,
    csat: Option<ScorePlan>,
    missing: Values,
    footer: Vec<Box<[u8]>>,
    keep_channel: Option<u8>,
    keep_direction: Option<u8>,
    pub zone: TimeZone,
    pub tells: Tells,
    pub scale: Option<Scale>,
    pub understood: Vec<Understood>,
    /// Columns of the profile that the file does not have: field and the names looked for.
    pub absent: Vec<(Field, String)>,
    /// All columns that are read.
    pub used: Vec<usize>,
}

/// Spellings of "nothing here", in every source.
const NOTHING: [&str; 10] = ["-", "--", "null", "n/a", "#n/a", "na", "none", "nan", "\\n", "(null)"];

const YES: [&str; 17] = [
    "yes", "y", "true", "t", "1", "x", "ja", "j", "si", "sí", "s", "oui", "o", "sim", "wahr", "vrai", "verdadero",
];
const NO: [&str; 10] = ["no", "n", "false", "f", "0", "nein", "non", "não", "falsch", "faux"];

const OUTCOME_WORDS: [&[&str]; 3] = [
    &[
        "answered", "answer", "handled", "connected", "completed", "complete", "served", "agent", "accepted",
        "success", "successful", "answered call", "call answered", "picked up", "beantwortet", "angenommen",
        "contestada", "atendida", "répondu", "resolved", "transferred", "inbound", "ok",
    ],
    &[
        "abandoned", "abandon", "abandonned", "missed", "missed call", "hangup", "hang up", "hung up", "hang", "lost",
        "unanswered", "no answer", "noanswer", "no_answer", "not answered", "dropped", "drop", "short abandoned",
        "short_abandoned", "abandoned in queue", "caller hung up", "aufgelegt", "verpasst", "verloren", "abandonada",
        "perdida", "abandonné", "abandoned call", "cancelled", "canceled", "abgebrochen", "nicht angenommen", "no contestada",
        "non répondu", "caller disconnected", "disconnected in queue", "timeout",
    ],
    &[
        "voicemail", "voice mail", "busy", "failed", "phantom", "after hours", "out of hours", "closed", "ivr",
        "abandoned in ivr", "rejected", "blocked", "self service", "self-service", "overflow",
    ],
];
const DIRECTION_WORDS: [&[&str]; 3] = [
    &["inbound", "in", "incoming", "i", "eingehend", "entrante", "entrant", "inbound call", "incoming call"],
    &["outbound", "out", "outgoing", "o", "ausgehend", "saliente", "sortant", "outbound call", "outgoing call"],
    &["internal", "int", "intern", "interna", "interne", "internal call"],
];
const CHANNEL_WORDS: [&[&str]; 6] = [
    &["voice", "phone", "call", "telephone", "telephony", "calls", "telefon", "teléfono", "téléphone", "inbound call", "phone call", "call-center", "call center"],
    &["callback", "call back", "call-back", "queue callback"],
    &["chat", "web chat", "webchat", "live chat", "chatbot"],
    &["email", "e-mail", "mail"],
    &["message", "sms", "messaging", "whatsapp", "social", "text"],
    &["other", "web", "task", "fax", "video"],
];

/// The words of a choice, each with its number, in the order of [`Kind::Choice`].
fn choice_values(spec: &FieldSpec, words: &[&'static str]) -> Values {
    if !spec.map.is_empty() {
        let pairs = spec.map.iter().flat_map(|(word, values)| {
            let meaning = words.iter().position(|w| w == word).unwrap_or(0) as u8;
            values.iter().map(move |v| (v.as_str(), meaning))
        });
        return Values::new(pairs);
    }
    default_choice(words)
}

/// What the words of the field mean where a profile does not say.
pub fn default_choice(words: &[&'static str]) -> Values {
    let lists: &[&[&str]] = match words {
        profile::OUTCOMES => &OUTCOME_WORDS,
        profile::DIRECTIONS => &DIRECTION_WORDS,
        _ => &CHANNEL_WORDS,
    };
    Values::new(lists.iter().enumerate().flat_map(|(i, list)| list.iter().map(move |w| (*w, i as u8))))
}

impl Values {
    /// The meaning of a text, for guessing.
    pub fn meaning(&self, text: &str) -> Option<u8> {
        self.get(text.as_bytes()).or_else(|| self.get(text.to_lowercase().as_bytes()))
    }
}

/// What yes and no are spelled like where a profile does not say.
pub fn default_yes_no() -> Values {
    Values::new(YES.iter().map(|w| (*w, 1)).chain(NO.iter().map(|w| (*w, 0))))
}

impl Plan {
    /// Compiles `profile` for a file with columns `header`.
    pub fn new(profile: &Profile, header: &[String], wanted: &Wanted) -> anyhow::Result<Plan> {
        let squeezed: Vec<String> = header.iter().map(|h| profile::squeeze(h)).collect();
        let find = |name: &str| {
            header.iter().position(|h| h == name).or_else(|| {
                let wanted = profile::squeeze(name);
                squeezed.iter().position(|h| *h == wanted)
            })
        };
        let mut compiler = Compiler {
            profile,
            find: &find,
            understood: Vec::new(),
            absent: Vec::new(),
            start_format: profile.fields.get(&Field::Start).and_then(|s| s.format).unwrap_or(Format::Ymd),
            date: None,
            also_used: Vec::new(),
        };
        let start = compiler.start();
        let zone = match (&wanted.zone, &profile.zone) {
            (Some(zone), _) => zone.clone(),
            (None, Some(name)) => TimeZone::get(name)?,
            (None, None) => TimeZone::UTC,
        };
        let contact = compiler.id(Field::Contact);
        // The start counts as the time it is, however its cell writes it.
        let leg = compiler.id(Field::Leg).map(|mut id| {
            let before = id.columns.len();
            id.columns.retain(|c| !start.as_ref().is_some_and(|s| s.has(*c)));
            LegPlan { start: id.columns.len() < before, id }
        });
        let version = compiler
            .spec(Field::Version)
            .and_then(|spec| compiler.time_column(Field::Version).map(|c| (c, spec.format.unwrap_or(Format::Ymd))));
        let agent = compiler.name(Field::Agent);
        let queue = compiler.name(Field::Queue);
        let team = compiler.name(Field::Team);
        let issue = compiler.name(Field::Issue);
        let customer = compiler
            .id(Field::Customer)
            .map(|id| (id, values_of(&compiler.spec(Field::Customer).map_or(Vec::new(), |s| s.missing.clone()))));
        let direction = compiler.choice(Field::Direction);
        let channel = compiler.choice(Field::Channel);
        let outcome = compiler.choice(Field::Outcome);
        let answered = compiler.yes_no(Field::Answered);
        let abandoned = compiler.yes_no(Field::Abandoned);
        let offered = compiler.yes_no(Field::Offered);
        let wait = compiler.duration(Field::Wait);
        let talk = compiler.duration(Field::Talk);
        let hold = compiler.duration(Field::Hold);
        let acw = compiler.duration(Field::Acw);
        let handle = compiler.duration(Field::Handle);
        let transferred = compiler.yes_no(Field::Transferred);
        let resolved = compiler.yes_no(Field::Resolved);
        let csat = compiler.score();
        let rules = |rules: &[profile::Rule]| -> Vec<(usize, Values, String)> {
            rules
                .iter()
                .filter_map(|rule| find(&rule.column).map(|c| (c, values_of(&rule.is), rule.text.clone())))
                .collect()
        };
        let leave_out: Vec<_> =
            rules(&profile.leave_out).into_iter().map(|(c, v, text)| (c, v, Reason::Rule(text))).collect();
        let warn: Vec<_> = profile
            .warn
            .iter()
            .map(|rule| (find(&rule.column).unwrap_or(usize::MAX), values_of(&rule.is)))
            .collect();
        let mut used: Vec<usize> = compiler.understood.iter().flat_map(|u| u.columns.iter().copied()).collect();
        used.append(&mut compiler.also_used);
        used.extend(leave_out.iter().map(|(c, ..)| *c));
        used.extend(warn.iter().map(|(c, _)| *c).filter(|c| *c != usize::MAX));
        used.sort_unstable();
        used.dedup();
        let issue_is_fair = issue.is_some() && !profile.fields[&Field::Issue].chosen_by_agent;
        let tells = Tells {
            agent: agent.is_some(),
            queue: queue.is_some(),
            team: team.is_some(),
            issue: issue.is_some(),
            issue_is_fair,
            customer: customer.is_some(),
            direction: direction.is_some(),
            wait: wait.is_some(),
            handle: talk.is_some() || handle.is_some(),
            talk: talk.is_some(),
            hold: hold.is_some(),
            acw: acw.is_some(),
            abandoned: outcome.is_some() || answered.is_some() || abandoned.is_some(),
            transferred: transferred.is_some(),
            resolved: resolved.is_some(),
            csat: csat.is_some(),
        };
        let number = |words: &[&str], word: Option<&str>| word.and_then(|w| words.iter().position(|x| *x == w)).map(|i| i as u8);
        let (understood, absent) = (compiler.understood, compiler.absent);
        Ok(Plan {
            leave_out,
            warn,
            contact,
            leg,
            version,
            start,
            start_format: profile.fields.get(&Field::Start).and_then(|s| s.format).unwrap_or(Format::Ymd),
            agent,
            queue,
            team: team.filter(|_| wanted.team),
            issue: issue.filter(|_| wanted.issue),
            customer,
            direction,
            channel,
            outcome,
            answered,
            abandoned,
            offered,
            wait,
            talk,
            talk_includes_hold: profile.fields.get(&Field::Talk).is_some_and(|s| s.includes_hold),
            hold,
            acw,
            handle,
            transferred,
            resolved,
            scale: csat.as_ref().map(|s| s.scale),
            csat,
            missing: Values::new(profile.missing.iter().map(|m| (m.as_str(), 0))),
            footer: profile.footer.iter().map(|f| f.as_bytes().into()).collect(),
            keep_channel: number(profile::CHANNELS, wanted.channel),
            keep_direction: number(profile::DIRECTIONS, wanted.direction),
            zone,
            tells,
            understood,
            absent,
            used,
        })
    }

    /// True where the source tells the channel of a contact.
    pub fn tells_channel(&self) -> bool {
        self.channel.is_some()
    }

    /// True where rows name their contact; elsewhere each row is one of its own.
    pub fn names_contacts(&self) -> bool {
        self.contact.is_some()
    }

    /// True when the profile found a start time among the columns.
    pub fn has_start(&self) -> bool {
        self.start.is_some()
    }

    /// True when `field` begins like a row below the table.
    pub fn is_footer(&self, first_field: &[u8]) -> bool {
        self.footer.iter().any(|f| first_field.starts_with(f))
    }
}

fn values_of(texts: &[String]) -> Values {
    Values::new(texts.iter().map(|t| (t.as_str(), 0)))
}

/// Looks columns up and writes down what was understood.
struct Compiler<'a> {
    profile: &'a Profile,
    find: &'a dyn Fn(&str) -> Option<usize>,
    understood: Vec<Understood>,
    absent: Vec<(Field, String)>,
    start_format: Format,
    date: Option<usize>,
    /// Columns read beside those that are told of.
    also_used: Vec<usize>,
}

impl Compiler<'_> {
    fn spec(&self, field: Field) -> Option<FieldSpec> {
        self.profile.fields.get(&field).cloned()
    }

    fn note(&mut self, field: Field, columns: Vec<usize>, how: impl Into<String>) {
        self.understood.push(Understood { field, columns, how: how.into() });
    }

    /// The first of the alternative columns of a time that the file has.
    fn time_column(&mut self, field: Field) -> Option<usize> {
        let spec = self.spec(field)?;
        let found = spec.column.iter().find_map(|name| (self.find)(name));
        match found {
            Some(column) => {
                let how = format!("time, {}", spec.format.unwrap_or(Format::Ymd).name());
                self.note(field, vec![column], how);
            }
            None if !spec.column.is_empty() => self.absent.push((field, spec.column.join("` or `"))),
            None => {}
        }
        found
    }

    fn start(&mut self) -> Option<StartPlan> {
        let spec = self.spec(Field::Start)?;
        if let (Some(date), Some(time)) = (&spec.date, &spec.time) {
            let (Some(d), Some(t)) = ((self.find)(date), (self.find)(time)) else {
                self.absent.push((Field::Start, format!("{date}` and `{time}")));
                return None;
            };
            self.date = Some(d);
            self.note(Field::Start, vec![d, t], format!("date, {}, and time of day", self.start_format.name()));
            return Some(StartPlan::DateAndTime(d, t));
        }
        let column = self.time_column(Field::Start)?;
        self.date = Some(column);
        Some(StartPlan::Cell(column))
    }

    fn id(&mut self, field: Field) -> Option<IdPlan> {
        let spec = self.spec(field)?;
        let id = self.id_of(field, &spec)?;
        self.note(field, id.columns.clone(), "as it stands");
        Some(id)
    }

    fn id_of(&mut self, field: Field, spec: &FieldSpec) -> Option<IdPlan> {
        if !spec.columns.is_empty() {
            let columns: Vec<usize> = spec.columns.iter().filter_map(|name| (self.find)(name)).collect();
            if columns.len() < spec.columns.len() {
                self.absent.push((field, spec.columns.join("` and `")));
                return None;
            }
            return Some(IdPlan { columns, or: None });
        }
        let or = spec.or.as_ref().and_then(|name| (self.find)(name));
        match spec.column.iter().find_map(|name| (self.find)(name)).or(or) {
            Some(column) => Some(IdPlan { columns: vec![column], or }),
            None => {
                self.absent.push((field, spec.column.join("` or `")));
                None
            }
        }
    }

    fn name(&mut self, field: Field) -> Option<NamePlan> {
        let spec = self.spec(field)?;
        let id = self.id_of(field, &spec)?;
        let mut how = "name".to_string();
        if let Some(separator) = &spec.separator {
            how = format!("names, separated by `{separator}`");
        }
        if spec.chosen_by_agent {
            how.push_str(", chosen by the agent");
        }
        self.note(field, id.columns.clone(), how);
        Some(NamePlan {
            id,
            missing: values_of(&spec.missing),
            separator: spec.separator.and_then(|s| s.bytes().next()),
        })
    }

    fn duration(&mut self, field: Field) -> Option<DurationPlan> {
        let spec = self.spec(field)?;
        let plan = |source| DurationPlan {
            name: field.title(),
            source,
            unit: spec.unit.unwrap_or(Unit::S),
            format: spec.format.unwrap_or(self.start_format),
            date: self.date,
            empty_is_zero: spec.empty_is_zero,
            missing: values_of(&spec.missing),
        };
        if let Some(from) = &spec.from {
            let to: Vec<usize> = spec.to.iter().filter_map(|name| (self.find)(name)).collect();
            let (Some(from), false) = ((self.find)(from), to.is_empty()) else {
                self.absent.push((field, format!("{from}` and `{}", spec.to.join("` or `"))));
                return None;
            };
            let plan = plan(DurationSource::Difference { from, to: to.clone() });
            let mut how = "difference of two times".to_string();
            if to.len() > 1 {
                how.push_str(&format!("; where the second is empty, to `{}`", spec.to[1..].join("`, `")));
            }
            self.note(field, vec![from, to[0]], how);
            self.also_used.extend(&to[1..]);
            return Some(plan);
        }
        let or = spec.or.as_ref().and_then(|name| (self.find)(name));
        let Some(column) = spec.column.iter().find_map(|name| (self.find)(name)) else {
            self.absent.push((field, spec.column.join("` or `")));
            return None;
        };
        let plan = plan(DurationSource::Cell { column, or });
        let mut how = format!("duration, a bare number counts {}", plan.unit.name());
        if spec.includes_hold {
            how.push_str(", includes hold");
        }
        if spec.empty_is_zero {
            how.push_str(", empty means 0");
        }
        self.note(field, std::iter::once(column).chain(or).collect(), how);
        Some(plan)
    }

    fn yes_no(&mut self, field: Field) -> Option<YesNoPlan> {
        let spec = self.spec(field)?;
        let Some(column) = spec.column.iter().find_map(|name| (self.find)(name)) else {
            self.absent.push((field, spec.column.join("` or `")));
            return None;
        };
        let (values, how) = if spec.present {
            (Values::default(), "yes where it has any value".to_string())
        } else if spec.yes.is_empty() {
            (default_yes_no(), "yes or no".to_string())
        } else {
            let pairs = spec.yes.iter().map(|v| (v.as_str(), 1)).chain(spec.no.iter().map(|v| (v.as_str(), 0)));
            (Values::new(pairs), format!("yes is `{}`", spec.yes.join("`, `")))
        };
        self.note(field, vec![column], how);
        Some(YesNoPlan { column, present: spec.present, values })
    }

    fn choice(&mut self, field: Field) -> Option<ChoicePlan> {
        let spec = self.spec(field)?;
        let Kind::Choice(words) = field.kind() else { return None };
        let Some(column) = spec.column.iter().find_map(|name| (self.find)(name)) else {
            self.absent.push((field, spec.column.join("` or `")));
            return None;
        };
        let how = if spec.map.is_empty() {
            format!("one of {}, by the usual words", words.join(", "))
        } else {
            let map: Vec<String> = spec.map.iter().map(|(w, v)| format!("{w}: {}", v.join(", "))).collect();
            map.join("; ")
        };
        self.note(field, vec![column], how);
        Some(ChoicePlan { column, values: choice_values(&spec, words) })
    }

    fn score(&mut self) -> Option<ScorePlan> {
        let spec = self.spec(Field::Csat)?;
        let Some(column) = spec.column.iter().find_map(|name| (self.find)(name)) else {
            self.absent.push((Field::Csat, spec.column.join("` or `")));
            return None;
        };
        let scale = spec.scale?;
        let mut how = format!("answers from {} to {}", scale.low, scale.high);
        if !spec.no_answer.is_empty() {
            how.push_str(&format!(", `{}` is no answer", spec.no_answer.join("`, `")));
        }
        self.note(Field::Csat, vec![column], how);
        Some(ScorePlan { column, scale, no_answer: values_of(&spec.no_answer) })
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

/// Turns rows into legs; one for each worker.
pub struct Normaliser<'p> {
    plan: &'p Plan,
    pub names: WorkerNames,
    clock: Clock,
    start: Parser,
}

/// Durations beyond a month are damage, not calls.
const LONGEST_MS: i64 = 31 * 86_400_000;

impl<'p> Normaliser<'p> {
    pub fn new(plan: &'p Plan) -> Self {
        Normaliser {
            plan,
            names: WorkerNames::default(),
            clock: Clock::new(plan.zone.clone()),
            start: Parser::new(plan.start_format),
        }
    }

    /// Reads one row and keeps it, or says why not; the caller books what is left out.
    #[inline]
    pub fn row(&mut self, row: &impl Row, place: Place, batch: &mut Batch) -> Result<(), Reason> {
        batch.intake.rows += 1;
        let leg = self.leg(row, place, &mut batch.notes)?;
        batch.legs.push(&leg);
        Ok(())
    }

    fn leg(&mut self, row: &impl Row, place: Place, notes: &mut BTreeMap<Note, u64>) -> Result<Leg, Reason> {
        let plan = self.plan;
        for (i, (column, values)) in plan.warn.iter().enumerate() {
            if *column != usize::MAX && self.text(row.cell(*column)).is_some_and(|t| values.has(&t)) {
                *notes.entry(Note::Warned(i as u16)).or_default() += 1;
            }
        }
        for (column, values, reason) in &plan.leave_out {
            if self.text(row.cell(*column)).is_some_and(|t| values.has(&t)) {
                return Err(reason.clone());
            }
        }
        let mut leg = Leg { line: place.line, ..Leg::default() };
        if let Some(id) = &plan.contact {
            leg.contact = self.id(row, id).ok_or(Reason::NoContactId)?;
        }
        if let Some((column, format)) = plan.version {
            leg.version = match self.stamp(row.cell(column), Parser::new(format)) {
                Some(Stamp::Utc(ms) | Stamp::Local(ms)) => ms,
                None => i64::MIN,
            };
        }
        leg.start_ms = self.start_of(row, notes)?;
        if let Some(LegPlan { id, start }) = &plan.leg {
            leg.leg = self.id(row, id).unwrap_or(1);
            if *start {
                leg.leg = keys::joined(leg.leg, &leg.start_ms.to_le_bytes());
            }
        }
        self.channel_and_direction(row, &mut leg)?;
        self.outcome(row, &mut leg, notes)?;
        self.durations(row, &mut leg, notes)?;
        if let Some(name) = &plan.queue {
            leg.queue = self.name(row, name, |names| &mut names.queue).0;
        }
        if let Some(name) = &plan.team {
            leg.team = self.name(row, name, |names| &mut names.team).0;
        }
        if let Some(name) = &plan.issue {
            leg.issue = self.name(row, name, |names| &mut names.issue).0;
        }
        if let Some((id, unknown)) = &plan.customer {
            leg.customer = self.customer(row, id, unknown, notes);
        }
        if leg.flags & flag::ANSWERED != 0 {
            self.answers(row, &mut leg, notes);
        }
        Ok(leg)
    }

    /// What only an answered leg has: transfer, resolution, survey.
    fn answers(&mut self, row: &impl Row, leg: &mut Leg, notes: &mut BTreeMap<Note, u64>) {
        let plan = self.plan;
        if let Some(flag_plan) = &plan.transferred {
            match self.yes_no(row, flag_plan) {
                Ok(Some(true)) => leg.flags |= flag::TRANSFERRED,
                Ok(_) => {}
                Err(()) => *notes.entry(Note::UnreadableTransfer).or_default() += 1,
            }
        }
        if let Some(flag_plan) = &plan.resolved {
            match self.yes_no(row, flag_plan) {
                Ok(Some(true)) => leg.flags |= flag::CODED_RESOLVED,
                Ok(Some(false)) => leg.flags |= flag::CODED_UNRESOLVED,
                Ok(None) => {}
                Err(()) => *notes.entry(Note::UnreadableResolution).or_default() += 1,
            }
        }
        if let Some(score) = &plan.csat {
            match self.score(row, score) {
                Ok(Some(hundredths)) => {
                    leg.score = hundredths;
                    if u32::from(hundredths) >= (u32::from(score.scale.high) - 1) * 100 {
                        leg.flags |= flag::TOP_TWO;
                    }
                }
                Ok(None) => {}
                Err(()) => *notes.entry(Note::UnreadableScore).or_default() += 1,
            }
        }
    }

    /// The cell's text without surrounding blanks; `None` where it means "nothing".
    #[inline(always)]
    fn text<'c>(&self, cell: Cell<'c>) -> Option<Cow<'c, [u8]>> {
        if let Cell::Text(text) = cell {
            let text = text.trim_ascii();
            return (!self.means_nothing(text)).then_some(Cow::Borrowed(text));
        }
        self.text_of_value(cell)
    }

    /// The text of a cell that is none yet.
    fn text_of_value<'c>(&self, cell: Cell<'c>) -> Option<Cow<'c, [u8]>> {
        let text: Cow<'c, [u8]> = match cell {
            Cell::Missing => return None,
            Cell::Text(text) => Cow::Borrowed(text),
            Cell::Int(number) => Cow::Owned(number.to_string().into_bytes()),
            Cell::Float(number) if number.fract() == 0.0 && number.abs() < 9e15 => {
                Cow::Owned((number as i64).to_string().into_bytes())
            }
            Cell::Float(number) if number.is_finite() => Cow::Owned(number.to_string().into_bytes()),
            Cell::Float(_) => return None,
            Cell::Bool(yes) => Cow::Borrowed(if yes { b"true" } else { b"false" }),
            Cell::Time(Stamp::Utc(ms)) => Cow::Owned(time::print_utc(ms).into_bytes()),
            Cell::Time(Stamp::Local(ms)) => Cow::Owned(time::print_utc(ms).trim_end_matches('Z').as_bytes().to_vec()),
        };
        (!self.means_nothing(&text)).then_some(text)
    }

    #[inline(always)]
    fn means_nothing(&self, text: &[u8]) -> bool {
        is_nothing(text) || self.plan.missing.has(text)
    }

    #[inline]
    fn id(&self, row: &impl Row, plan: &IdPlan) -> Option<u64> {
        if let [column] = plan.columns[..] {
            return match self.text(row.cell(column)) {
                Some(text) => Some(keys::id_key(&text)),
                None => self.text(row.cell(plan.or?)).map(|text| keys::id_key(&text)),
            };
        }
        let mut key = 0;
        let mut some = false;
        if plan.columns.is_empty() {
            return None;
        }
        for column in &plan.columns {
            let text = self.text(row.cell(*column));
            some |= text.is_some();
            key = keys::joined(key, text.as_deref().unwrap_or(b""));
        }
        some.then_some(key)
    }

    /// A name's number, and whether the cell held several.
    fn name(
        &mut self,
        row: &impl Row,
        plan: &NamePlan,
        dictionary: impl Fn(&mut WorkerNames) -> &mut Dictionary,
    ) -> (u32, bool) {
        let text = match plan.id.columns[..] {
            [column] => self.text(row.cell(column)).or_else(|| self.text(row.cell(plan.id.or?))),
            _ => {
                let parts: Vec<Cow<'_, [u8]>> =
                    plan.id.columns.iter().filter_map(|c| self.text(row.cell(*c))).collect();
                (!parts.is_empty()).then(|| Cow::Owned(parts.join(&b' ')))
            }
        };
        let Some(text) = text.filter(|t| !plan.missing.has(t)) else { return (MISSING, false) };
        if let Some(separator) = plan.separator {
            let mut several = text.split(|b| *b == separator).map(<[u8]>::trim_ascii).filter(|t| !t.is_empty());
            let Some(first) = several.next() else { return (MISSING, false) };
            let others = several.any(|other| other != first);
            return (dictionary(&mut self.names).id(first), others);
        }
        (dictionary(&mut self.names).id(&text), false)
    }

    fn customer(&mut self, row: &impl Row, id: &IdPlan, unknown: &Values, notes: &mut BTreeMap<Note, u64>) -> u64 {
        let [column] = id.columns[..] else { return self.id(row, id).unwrap_or(NO_CUSTOMER) };
        let text = self.text(row.cell(column)).or_else(|| self.text(row.cell(id.or?)));
        let Some(text) = text.filter(|t| !unknown.has(t)) else { return NO_CUSTOMER };
        match keys::customer_key(&text) {
            Some(key) => key,
            None => {
                if keys::is_rounded(&text.to_ascii_lowercase()) {
                    *notes.entry(Note::RoundedCustomer).or_default() += 1;
                }
                NO_CUSTOMER
            }
        }
    }

    fn stamp(&self, cell: Cell<'_>, mut parser: Parser) -> Option<Stamp> {
        match cell {
            Cell::Time(stamp) => Some(stamp),
            cell => parser.parse(&self.text(cell)?),
        }
    }

    fn to_utc(&mut self, stamp: Stamp, notes: &mut BTreeMap<Note, u64>) -> i64 {
        match stamp {
            Stamp::Utc(ms) => ms,
            Stamp::Local(ms) => {
                let (utc, reading) = self.clock.utc(ms);
                match reading {
                    Reading::Once => {}
                    Reading::Repeated => *notes.entry(Note::RepeatedHour).or_default() += 1,
                    Reading::Skipped => *notes.entry(Note::SkippedHour).or_default() += 1,
                }
                utc
            }
        }
    }

    fn start_of(&mut self, row: &impl Row, notes: &mut BTreeMap<Note, u64>) -> Result<i64, Reason> {
        let unreadable = Reason::Unreadable(Field::Start.title());
        let stamp = match self.plan.start.as_ref().ok_or(Reason::NoStart)? {
            StartPlan::Cell(column) => match row.cell(*column) {
                Cell::Time(stamp) => stamp,
                cell => {
                    let text = self.text(cell).ok_or(Reason::NoStart)?;
                    self.start.parse(&text).ok_or(unreadable)?
                }
            },
            StartPlan::DateAndTime(date, time_column) => {
                let date = self.text(row.cell(*date)).ok_or(Reason::NoStart)?;
                let day = match self.start.parse(&date) {
                    Some(Stamp::Local(ms) | Stamp::Utc(ms)) => ms - ms.rem_euclid(86_400_000),
                    None => return Err(unreadable),
                };
                let text = self.text(row.cell(*time_column)).ok_or(Reason::NoStart)?;
                let time = time::time_of_day(&text).ok_or(unreadable)?;
                Stamp::Local(day + time)
            }
        };
        Ok(self.to_utc(stamp, notes))
    }

    #[inline]
    fn channel_and_direction(&mut self, row: &impl Row, leg: &mut Leg) -> Result<(), Reason> {
        let plan = self.plan;
        if let Some(choice) = &plan.channel {
            // A medium nobody listed is a medium other than voice.
            let other = profile::CHANNELS.len() as u8 - 1;
            let channel = match self.text(row.cell(choice.column)) {
                Some(text) => choice.values.get(&text).unwrap_or(other),
                None => other,
            };
            if plan.keep_channel.is_some_and(|keep| keep != channel) {
                return Err(Reason::OtherChannel(profile::CHANNELS[usize::from(channel)]));
            }
        }
        if let Some(choice) = &plan.direction {
            let direction = match self.text(row.cell(choice.column)) {
                Some(text) => Some(choice.values.get(&text).ok_or(Reason::NotInMap(Field::Direction.title()))?),
                None => None,
            };
            if let (Some(keep), Some(direction)) = (plan.keep_direction, direction)
                && keep != direction
            {
                return Err(Reason::OtherDirection(profile::DIRECTIONS[usize::from(direction)]));
            }
            leg.flags |= match direction {
                Some(0) => flag::INBOUND,
                Some(1) => flag::OUTBOUND,
                Some(2) => flag::INTERNAL,
                _ => 0,
            };
        }
        Ok(())
    }

    /// Decides between answered and abandoned, and reads the agent.
    fn outcome(&mut self, row: &impl Row, leg: &mut Leg, notes: &mut BTreeMap<Note, u64>) -> Result<(), Reason> {
        let plan = self.plan;
        let mut several = false;
        if let Some(name) = &plan.agent {
            (leg.agent, several) = self.name(row, name, |names| &mut names.agent);
        }
        let has_agent = leg.agent != MISSING;
        let not_in_map = |field: Field| Reason::NotInMap(field.title());
        let mut answered = None;
        if let Some(choice) = &plan.outcome
            && let Some(text) = self.text(row.cell(choice.column))
        {
            match choice.values.get(&text) {
                Some(0) => answered = Some(true),
                Some(1) => answered = Some(false),
                Some(_) => return Err(Reason::NotOffered),
                None => return Err(not_in_map(Field::Outcome)),
            }
        }
        if answered.is_none()
            && let Some(yes_no) = &plan.answered
        {
            answered = self.yes_no(row, yes_no).map_err(|()| not_in_map(Field::Answered))?;
        }
        if answered != Some(true)
            && let Some(yes_no) = &plan.abandoned
        {
            match self.yes_no(row, yes_no).map_err(|()| not_in_map(Field::Abandoned))? {
                Some(true) => answered = Some(false),
                // Not abandoned, and no agent either: it ended before the queue.
                Some(false) if answered == Some(false) => return Err(Reason::NotOffered),
                Some(false) if plan.agent.is_some() && !has_agent => return Err(Reason::NotOffered),
                Some(false) => answered = Some(true),
                None => {}
            }
        }
        let answered = answered.unwrap_or(if plan.agent.is_some() { has_agent } else { plan.answered.is_none() });
        if answered {
            leg.flags |= flag::ANSWERED;
            if several {
                *notes.entry(Note::SeveralAgents).or_default() += 1;
                leg.flags |= flag::TRANSFERRED;
                leg.agent = MISSING;
            }
            return Ok(());
        }
        leg.agent = MISSING;
        if let Some(yes_no) = &plan.offered
            && self.yes_no(row, yes_no) == Ok(Some(false))
        {
            return Err(Reason::NotOffered);
        }
        leg.flags |= flag::ABANDONED;
        Ok(())
    }

    fn durations(&mut self, row: &impl Row, leg: &mut Leg, notes: &mut BTreeMap<Note, u64>) -> Result<(), Reason> {
        let plan = self.plan;
        if let Some(duration) = &plan.wait {
            leg.wait_ms = self.duration(row, duration)?;
        }
        if leg.flags & flag::ANSWERED == 0 {
            return Ok(());
        }
        let read = |duration: &Option<DurationPlan>| match duration {
            Some(duration) => self.duration(row, duration),
            None => Ok(MISSING),
        };
        let (talk, hold, acw) = (read(&plan.talk)?, read(&plan.hold)?, read(&plan.acw)?);
        leg.hold_ms = hold;
        leg.acw_ms = acw;
        let known = |ms: u32| if ms == MISSING { 0 } else { ms };
        // The source's own handle time counts where its parts do not make the whole.
        if plan.handle.is_some() && (plan.talk.is_none() || plan.acw.is_none() || talk == MISSING) {
            leg.handle_ms = read(&plan.handle)?;
            leg.talk_ms = talk;
            if plan.talk_includes_hold && talk != MISSING {
                leg.talk_ms = talk.saturating_sub(known(hold));
            }
        } else if talk != MISSING {
            let talk = if plan.talk_includes_hold {
                if known(hold) > talk {
                    *notes.entry(Note::HoldOverTalk).or_default() += 1;
                }
                talk.saturating_sub(known(hold))
            } else {
                talk
            };
            leg.handle_ms = talk + known(hold) + known(acw);
            leg.flags |= flag::PARTS;
        }
        Ok(())
    }

    /// A duration in ms, [`MISSING`] where the cell is empty.
    #[inline]
    fn duration(&self, row: &impl Row, plan: &DurationPlan) -> Result<u32, Reason> {
        let ms = match &plan.source {
            DurationSource::Cell { column, or } => {
                let mut cell = row.cell(*column);
                if let (Some(or), true) = (or, self.is_empty(cell)) {
                    cell = row.cell(*or);
                }
                self.duration_cell(cell, plan)?
            }
            DurationSource::Difference { from, to } => self.difference(row, plan, *from, to)?,
        };
        let Some(ms) = ms else { return Ok(if plan.empty_is_zero { 0 } else { MISSING }) };
        if !(0..=LONGEST_MS).contains(&ms) {
            return Err(Reason::ImpossibleLength(plan.name));
        }
        Ok(ms as u32)
    }

    fn is_empty(&self, cell: Cell<'_>) -> bool {
        match cell {
            Cell::Missing => true,
            Cell::Text(text) => self.means_nothing(text.trim_ascii()),
            _ => false,
        }
    }

    #[inline]
    fn duration_cell(&self, cell: Cell<'_>, plan: &DurationPlan) -> Result<Option<i64>, Reason> {
        let unreadable = Reason::Unreadable(plan.name);
        match cell {
            Cell::Missing => Ok(None),
            Cell::Int(number) => Ok(Some(number.checked_mul(plan.unit.in_ms()).ok_or(unreadable)?)),
            Cell::Float(number) if number.is_nan() => Ok(None),
            Cell::Float(number) => {
                let ms = (number * plan.unit.in_ms() as f64).round();
                if ms.abs() < 9e15 { Ok(Some(ms as i64)) } else { Err(unreadable) }
            }
            Cell::Text(text) => {
                let text = text.trim_ascii();
                if self.means_nothing(text) || plan.missing.has(text) {
                    return Ok(None);
                }
                duration::parse(text, plan.unit).map(Some).ok_or(unreadable)
            }
            Cell::Bool(_) | Cell::Time(_) => Err(unreadable),
        }
    }

    /// The time between two cells; times of day that run past midnight belong to the next day.
    fn difference(&self, row: &impl Row, plan: &DurationPlan, from: usize, to: &[usize]) -> Result<Option<i64>, Reason> {
        let unreadable = || Reason::Unreadable(plan.name);
        let Some(to) = to.iter().map(|c| row.cell(*c)).find(|c| !self.is_empty(*c)) else { return Ok(None) };
        let from = row.cell(from);
        if self.is_empty(from) {
            return Ok(None);
        }
        let (from, to) = (self.moment(from, plan, row), self.moment(to, plan, row));
        let ((from, from_day), (to, to_day)) = (from.ok_or_else(unreadable)?, to.ok_or_else(unreadable)?);
        let day = 86_400_000;
        let wrapped = (from_day || to_day) && to < from && to + day - from <= day / 2;
        Ok(Some(if wrapped { to + day - from } else { to - from }))
    }

    /// A point in time on whatever clock the file has, and whether it was only a time of day.
    fn moment(&self, cell: Cell<'_>, plan: &DurationPlan, row: &impl Row) -> Option<(i64, bool)> {
        if let Some(Stamp::Local(ms) | Stamp::Utc(ms)) = self.stamp(cell, Parser::new(plan.format)) {
            return Some((ms, false));
        }
        let time = time::time_of_day(&self.text(cell)?)?;
        match self.stamp(row.cell(plan.date?), Parser::new(self.plan.start_format)) {
            Some(Stamp::Local(ms) | Stamp::Utc(ms)) => Some((ms - ms.rem_euclid(86_400_000) + time, true)),
            None => Some((time, true)),
        }
    }

    /// Yes, no or empty; an error for a value that is none of them.
    fn yes_no(&self, row: &impl Row, plan: &YesNoPlan) -> Result<Option<bool>, ()> {
        let cell = row.cell(plan.column);
        if plan.present {
            return Ok(Some(!self.is_empty(cell)));
        }
        match cell {
            Cell::Bool(yes) => Ok(Some(yes)),
            Cell::Int(number) if plan.values.all.is_empty() => Ok(Some(number > 0)),
            cell => {
                let Some(text) = self.text(cell) else { return Ok(None) };
                match plan.values.get(&text) {
                    Some(meaning) => Ok(Some(meaning == 1)),
                    // Counts, as of transfers.
                    None => match duration::thousandths(&text) {
                        Some(number) if number >= 0 => Ok(Some(number > 0)),
                        _ => Err(()),
                    },
                }
            }
        }
    }

    /// A survey answer in hundredths.
    fn score(&self, row: &impl Row, plan: &ScorePlan) -> Result<Option<u16>, ()> {
        let hundredths = match row.cell(plan.column) {
            Cell::Float(number) if number.is_nan() => return Ok(None),
            Cell::Float(number) => (number * 100.0).round() as i64,
            cell => {
                let Some(text) = self.text(cell) else { return Ok(None) };
                if plan.no_answer.has(&text) {
                    return Ok(None);
                }
                let thousandths = duration::thousandths(&text).ok_or(())?;
                (thousandths + 5).div_euclid(10)
            }
        };
        if hundredths == 0 && plan.no_answer.has(b"0") {
            return Ok(None);
        }
        let range = i64::from(plan.scale.low) * 100..=i64::from(plan.scale.high) * 100;
        if !range.contains(&hundredths) {
            return Err(());
        }
        Ok(Some((hundredths as u16).min(NO_SCORE - 1)))
    }
}

/// True for the empty cell and the usual spellings of "nothing here".
#[inline(always)]
pub fn is_nothing(text: &[u8]) -> bool {
    match text.first() {
        None => true,
        Some(b'-' | b'n' | b'N' | b'\\' | b'#' | b'(') if text.len() <= 6 => is_word_for_nothing(text),
        _ => false,
    }
}

#[inline(never)]
fn is_word_for_nothing(text: &[u8]) -> bool {
    // `no`, the most frequent of these beginnings, is an answer.
    !text.eq_ignore_ascii_case(b"no") && NOTHING.iter().any(|nothing| text.eq_ignore_ascii_case(nothing.as_bytes()))
}
