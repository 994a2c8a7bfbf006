//! One row of an export into one leg, by the rules of its profile. Serves text and Parquet alike.

use super::duration;
use super::keys::{self, Dictionary, WorkerNames};
use super::plan::{DurationPlan, DurationSource, IdPlan, LegPlan, NamePlan, Plan, ScorePlan, StartPlan, YesNoPlan};
use super::profile::{self, Field};
use super::time::{self, Clock, Parser, Reading, Stamp};
use super::words::{Values, is_nothing};
use crate::call_log::{Leg, Legs, MISSING, NO_CUSTOMER, NO_SCORE, SurveySource, flag};
use crate::intake::{Intake, Place, Reason};
use std::borrow::Cow;
use std::collections::{BTreeMap, HashSet};

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

/// Things noticed while reading that are no reason to leave a row out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Note {
    RepeatedHour,
    SkippedHour,
    SeveralAgents,
    UnreadableScore,
    UnreadableResolution,
    UnreadableTransfer,
    UnreadableSurveySource,
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
    /// A time without a zone was met.
    pub met_local_time: bool,
}

impl Batch {
    /// Empties it and keeps its memory.
    pub fn clear(&mut self) {
        self.legs.clear();
        self.events.clear();
        self.intake = Intake::default();
        self.notes.clear();
        self.met_local_time = false;
    }
}

/// Turns rows into legs; one for each worker.
pub struct Normaliser<'p> {
    plan: &'p Plan,
    pub names: WorkerNames,
    clock: Clock,
    start: Parser,
    /// A time without a zone was met.
    met_local_time: bool,
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
            met_local_time: false,
        }
    }

    /// Reads one row and keeps it, or says why not; the caller books what is left out.
    #[inline]
    pub fn row(&mut self, row: &impl Row, place: Place, batch: &mut Batch) -> Result<(), Reason> {
        batch.intake.rows += 1;
        let leg = self.leg(row, place, &mut batch.notes)?;
        batch.legs.push(&leg);
        batch.met_local_time = self.met_local_time;
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
        if let Some(choice) = &plan.survey_source
            && let Some(text) = self.text(row.cell(choice.column))
        {
            match choice.values.get(&text) {
                Some(0) => leg.survey_source = Some(SurveySource::Agent),
                Some(_) => leg.survey_source = Some(SurveySource::Independent),
                None => *notes.entry(Note::UnreadableSurveySource).or_default() += 1,
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

    /// The key of the row's contact and its id as it stands, if the key is wanted and no telephone number is in the id.
    pub fn contact_id(&self, row: &impl Row, wanted: &HashSet<u64>) -> Option<(u64, String)> {
        let plan = self.plan.contact.as_ref()?;
        let key = self.id(row, plan).filter(|key| wanted.contains(key))?;
        let or = plan.or.filter(|_| self.text(row.cell(plan.columns[0])).is_none());
        let columns = or.as_ref().map_or(&plan.columns[..], std::slice::from_ref);
        let parts: Vec<String> =
            columns.iter().filter_map(|c| self.text(row.cell(*c))).map(|text| keys::text_of(&text)).collect();
        (!parts.iter().any(|part| part.starts_with(['+', '\u{ff0b}']))).then(|| (key, parts.join(" ")))
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

    fn utc_of(&mut self, stamp: Stamp, notes: &mut BTreeMap<Note, u64>) -> i64 {
        match stamp {
            Stamp::Utc(ms) => ms,
            Stamp::Local(ms) => {
                self.met_local_time = true;
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
        Ok(self.utc_of(stamp, notes))
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
                Some(3) => {
                    self.rang(leg, several);
                    return Ok(());
                }
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

    /// An agent was rung and did not answer: a leg beside the one that another agent, or the same, took.
    #[cold]
    fn rang(&self, leg: &mut Leg, several: bool) {
        leg.flags |= flag::RANG;
        if several {
            leg.agent = MISSING;
        }
        let agent = self.names.agent.texts().get(leg.agent as usize).map_or(&b""[..], |name| name);
        leg.leg = keys::joined(keys::joined(leg.leg, b"rang"), agent);
    }

    fn durations(&mut self, row: &impl Row, leg: &mut Leg, notes: &mut BTreeMap<Note, u64>) -> Result<(), Reason> {
        let plan = self.plan;
        if let Some(duration) = &plan.wait {
            leg.wait_ms = self.duration(row, duration)?;
        }
        if leg.flags & flag::ANSWERED == 0 {
            if leg.flags & flag::RANG != 0 {
                leg.wait_ms = MISSING; // the wait is that of who takes it, or of who gives up
            }
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
            let whole = i64::from(talk) + i64::from(known(hold)) + i64::from(known(acw));
            if whole > LONGEST_MS {
                return Err(Reason::ImpossibleLength(Field::Handle.title()));
            }
            leg.handle_ms = whole as u32;
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
    fn difference(
        &self,
        row: &impl Row,
        plan: &DurationPlan,
        from: usize,
        to: &[usize],
    ) -> Result<Option<i64>, Reason> {
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
            Cell::Int(number) if plan.values.is_empty() => Ok(Some(number > 0)),
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
