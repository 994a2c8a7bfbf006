//! A profile compiled for the columns of one file: which column is what, and how it is read.

use super::duration::Unit;
use super::profile::{self, Field, FieldSpec, Kind, Profile};
use super::time::Format;
use super::words::{Values, choice_values, default_yes_no, values_of};
use crate::call_log::{Scale, Tells};
use crate::intake::Reason;
use jiff::tz::TimeZone;

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

/// An id made of one column or several.
#[derive(Debug, Clone)]
pub(super) struct IdPlan {
    pub(super) columns: Vec<usize>,
    pub(super) or: Option<usize>,
}

/// What tells the legs of a contact apart: columns, and perhaps the start.
#[derive(Debug, Clone)]
pub(super) struct LegPlan {
    pub(super) id: IdPlan,
    pub(super) start: bool,
}

#[derive(Debug, Clone)]
pub(super) struct NamePlan {
    pub(super) id: IdPlan,
    pub(super) missing: Values,
    pub(super) separator: Option<u8>,
}

#[derive(Debug, Clone)]
pub(super) enum DurationSource {
    Cell { column: usize, or: Option<usize> },
    Difference { from: usize, to: Vec<usize> },
}

#[derive(Debug, Clone)]
pub(super) struct DurationPlan {
    pub(super) name: &'static str,
    pub(super) source: DurationSource,
    pub(super) unit: Unit,
    pub(super) format: Format,
    /// Date to which times of day belong.
    pub(super) date: Option<usize>,
    pub(super) empty_is_zero: bool,
    pub(super) missing: Values,
}

#[derive(Debug, Clone)]
pub(super) enum StartPlan {
    Cell(usize),
    DateAndTime(usize, usize),
}

impl StartPlan {
    pub(super) fn has(&self, column: usize) -> bool {
        match self {
            StartPlan::Cell(c) => *c == column,
            StartPlan::DateAndTime(date, time) => *date == column || *time == column,
        }
    }
}

#[derive(Debug, Clone)]
pub(super) struct YesNoPlan {
    pub(super) column: usize,
    pub(super) present: bool,
    pub(super) values: Values,
}

#[derive(Debug, Clone)]
pub(super) struct ChoicePlan {
    pub(super) column: usize,
    pub(super) values: Values,
}

#[derive(Debug, Clone)]
pub(super) struct ScorePlan {
    pub(super) column: usize,
    pub(super) scale: Scale,
    pub(super) no_answer: Values,
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
    pub(super) leave_out: Vec<(usize, Values, Reason)>,
    pub(super) warn: Vec<(usize, Values)>,
    pub(super) contact: Option<IdPlan>,
    pub(super) leg: Option<LegPlan>,
    pub(super) version: Option<(usize, Format)>,
    pub(super) start: Option<StartPlan>,
    pub(super) start_format: Format,
    pub(super) agent: Option<NamePlan>,
    pub(super) queue: Option<NamePlan>,
    pub(super) team: Option<NamePlan>,
    pub(super) issue: Option<NamePlan>,
    pub(super) customer: Option<(IdPlan, Values)>,
    pub(super) direction: Option<ChoicePlan>,
    pub(super) channel: Option<ChoicePlan>,
    pub(super) outcome: Option<ChoicePlan>,
    pub(super) answered: Option<YesNoPlan>,
    pub(super) abandoned: Option<YesNoPlan>,
    pub(super) offered: Option<YesNoPlan>,
    pub(super) wait: Option<DurationPlan>,
    pub(super) talk: Option<DurationPlan>,
    pub(super) talk_includes_hold: bool,
    pub(super) hold: Option<DurationPlan>,
    pub(super) acw: Option<DurationPlan>,
    pub(super) handle: Option<DurationPlan>,
    pub(super) transferred: Option<YesNoPlan>,
    pub(super) resolved: Option<YesNoPlan>,
    pub(super) csat: Option<ScorePlan>,
    pub(super) survey_source: Option<ChoicePlan>,
    pub(super) missing: Values,
    pub(super) footer: Vec<Box<[u8]>>,
    pub(super) keep_channel: Option<u8>,
    pub(super) keep_direction: Option<u8>,
    pub zone: TimeZone,
    pub tells: Tells,
    pub scale: Option<Scale>,
    pub understood: Vec<Understood>,
    /// Columns of the profile that the file does not have: field and the names looked for.
    pub absent: Vec<(Field, String)>,
    /// All columns that are read.
    pub used: Vec<usize>,
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
        let survey_source = compiler.choice(Field::SurveySource);
        let rules = |rules: &[profile::Rule]| -> Vec<(usize, Values, String)> {
            rules
                .iter()
                .filter_map(|rule| find(&rule.column).map(|c| (c, values_of(&rule.is), rule.text.clone())))
                .collect()
        };
        let leave_out: Vec<_> =
            rules(&profile.leave_out).into_iter().map(|(c, v, text)| (c, v, Reason::Rule(text))).collect();
        let warn: Vec<_> =
            profile.warn.iter().map(|rule| (find(&rule.column).unwrap_or(usize::MAX), values_of(&rule.is))).collect();
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
            // Without a map of its own, known once such a row is met.
            rang: outcome.is_some() && profile.fields[&Field::Outcome].map.contains_key(profile::OUTCOMES[3]),
            transferred: transferred.is_some(),
            shared_rows: false, // known once rows are read
            resolved: resolved.is_some(),
            csat: csat.is_some(),
            survey_source: survey_source.is_some(),
            outcomes: false, // no export's own; known once a file of outcomes is applied
        };
        let number =
            |words: &[&str], word: Option<&str>| word.and_then(|w| words.iter().position(|x| *x == w)).map(|i| i as u8);
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
            survey_source,
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

    /// Columns of the contact's id.
    pub fn contact_columns(&self) -> Vec<usize> {
        let mut columns: Vec<usize> =
            self.contact.iter().flat_map(|id| id.columns.iter().copied().chain(id.or)).collect();
        columns.sort_unstable();
        columns.dedup();
        columns
    }

    /// True where rows name their contact by something else than who called, so that it may be shown.
    pub fn shows_contacts(&self) -> bool {
        let of_customer = |column: &usize| {
            self.customer.as_ref().is_some_and(|(id, _)| id.columns.contains(column) || id.or == Some(*column))
        };
        self.contact.is_some() && !self.contact_columns().iter().any(of_customer)
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
        self.also_used.extend(or);
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
