//! The contract: what the program knows of a call once it is read, whoever exported it.
//!
//! One entry a leg (one agent's handling of one contact, or the wait of a contact nobody answered),
//! column by column. Times are milliseconds UTC, durations milliseconds, names are dictionary ids.

use std::collections::BTreeMap;

/// "Not known" in a column of ids or durations.
pub const MISSING: u32 = u32::MAX;
/// "Not known" in the satisfaction column.
pub const NO_SCORE: u16 = u16::MAX;
/// "Not known" in the customer column: nobody can be recognised.
pub const NO_CUSTOMER: u64 = 0;

/// Bits of [`CallLog::flags`].
pub mod flag {
    /// An agent took this leg.
    pub const ANSWERED: u16 = 1;
    /// The customer gave up while waiting.
    pub const ABANDONED: u16 = 1 << 1;
    /// The agent passed the contact on.
    pub const TRANSFERRED: u16 = 1 << 2;
    /// The agent coded the contact as resolved.
    pub const CODED_RESOLVED: u16 = 1 << 3;
    /// The agent coded the contact as not resolved.
    pub const CODED_UNRESOLVED: u16 = 1 << 4;
    /// The survey answer is one of the two best of its scale.
    pub const TOP_TWO: u16 = 1 << 5;
    pub const INBOUND: u16 = 1 << 6;
    pub const OUTBOUND: u16 = 1 << 7;
    pub const INTERNAL: u16 = 1 << 8;
    /// This leg stands for its contact: the first answered one, or the last if nobody answered.
    pub const HEAD: u16 = 1 << 9;
    /// Outside the asked-for period: follow-up for others, not counted itself.
    pub const OUTSIDE: u16 = 1 << 10;
    /// Another record of the same leg; counted in the ledger, used nowhere.
    pub const DUPLICATE: u16 = 1 << 11;
    /// The contact was passed on by at least one of its legs (on heads).
    pub const CONTACT_TRANSFERRED: u16 = 1 << 12;
    /// Handle is the sum of talk, hold and after-call work, so that talk is the rest.
    pub const PARTS: u16 = 1 << 13;
    /// The agent was rung and did not take it. Neither answered nor abandoned, without times, and not the head
    /// where the contact has any other leg.
    pub const RANG: u16 = 1 << 14;
}

/// Who asked the customer for a survey answer. An agent who does can choose whom to ask.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum SurveySource {
    /// The agent offered or started the survey.
    Agent,
    /// A machine or a third person: IVR, SMS, e-mail, a supervisor.
    Independent,
}

impl SurveySource {
    /// The word of profiles and of the export.
    pub fn name(self) -> &'static str {
        match self {
            SurveySource::Agent => "agent",
            SurveySource::Independent => "independent",
        }
    }
}

/// What came of a contact in the business, as a file of outcomes says; not how the call ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// On the leg that decided the contact: the wanted outcome, or the other one.
    Met,
    Missed,
    /// The outcome is known, and this leg did not decide it.
    OfAnother,
}

/// A column that takes no memory until the first value that is not missing.
#[derive(Debug, Clone)]
pub struct Column<T> {
    missing: T,
    values: Vec<T>,
}

impl<T: Copy + PartialEq> Column<T> {
    pub fn new(missing: T) -> Self {
        Column { missing, values: Vec::new() }
    }

    /// The value of entry `i`, or the missing value.
    #[inline(always)]
    pub fn get(&self, i: usize) -> T {
        if self.values.is_empty() { self.missing } else { self.values[i] }
    }

    /// True when no entry has a value.
    pub fn is_absent(&self) -> bool {
        self.values.is_empty()
    }

    #[inline(always)]
    fn push(&mut self, len: usize, value: T) {
        if self.values.is_empty() {
            if value == self.missing {
                return;
            }
            self.values.resize(len, self.missing);
        }
        self.values.push(value);
    }

    fn append(&mut self, len: usize, other: &Self, other_len: usize) {
        if self.values.is_empty() && other.values.is_empty() {
            return;
        }
        if self.values.is_empty() {
            self.values.resize(len, self.missing);
        }
        if other.values.is_empty() {
            self.values.resize(len + other_len, self.missing);
        } else {
            self.values.extend_from_slice(&other.values);
        }
    }

    /// Sets entry `i` of `len`.
    pub fn set(&mut self, len: usize, i: usize, value: T) {
        if self.values.is_empty() {
            if value == self.missing {
                return;
            }
            self.values.resize(len, self.missing);
        }
        self.values[i] = value;
    }

    /// The values, empty when no entry has one.
    pub fn values(&self) -> &[T] {
        &self.values
    }

    pub fn values_mut(&mut self) -> &mut [T] {
        &mut self.values
    }
}

macro_rules! legs {
    ($($(#[$doc:meta])* $name:ident : $type:ty = $missing:expr),* $(,)?) => {
        /// One leg, as a row.
        #[derive(Debug, Clone, Copy, PartialEq)]
        pub struct Leg {
            $($(#[$doc])* pub $name: $type,)*
        }

        impl Default for Leg {
            fn default() -> Self {
                Leg { $($name: $missing,)* }
            }
        }

        /// Legs, column by column.
        #[derive(Debug, Clone)]
        pub struct Legs {
            len: usize,
            $($(#[$doc])* pub $name: Column<$type>,)*
        }

        impl Default for Legs {
            fn default() -> Self {
                Legs { len: 0, $($name: Column::new($missing),)* }
            }
        }

        impl Legs {
            pub fn push(&mut self, leg: &Leg) {
                $(self.$name.push(self.len, leg.$name);)*
                self.len += 1;
            }

            /// Adds the entries of `other` behind these.
            pub fn append(&mut self, other: &Legs) {
                $(self.$name.append(self.len, &other.$name, other.len);)*
                self.len += other.len;
            }

            /// Entry `i` as a row.
            pub fn get(&self, i: usize) -> Leg {
                Leg { $($name: self.$name.get(i),)* }
            }

            pub fn clear(&mut self) {
                $(self.$name.values.clear();)*
                self.len = 0;
            }
        }
    };
}

legs! {
    /// Key of the contact: a hash of its id in the source.
    contact: u64 = 0,
    /// Key of the leg within its contact; 0 where the contact has one row only.
    leg: u64 = 0,
    /// When the source last wrote this record, where it delivers records again.
    version: i64 = i64::MIN,
    /// Start, ms since 1970 UTC.
    start_ms: i64 = i64::MIN,
    /// Key of the customer: a hash of the normalised id or number.
    customer: u64 = NO_CUSTOMER,
    agent: u32 = MISSING,
    queue: u32 = MISSING,
    /// Team as the source has it; [`CallLog::team`] knows the roster's, too.
    team: u32 = MISSING,
    issue: u32 = MISSING,
    /// Time in the queue before this leg, ms.
    wait_ms: u32 = MISSING,
    /// Talk + hold + after-call work, ms.
    handle_ms: u32 = MISSING,
    /// Talk, ms, where it is not simply handle less hold and after-call work.
    talk_ms: u32 = MISSING,
    /// Hold, ms; part of handle.
    hold_ms: u32 = MISSING,
    /// After-call work, ms; part of handle.
    acw_ms: u32 = MISSING,
    /// Survey answer in hundredths of its scale's unit.
    score: u16 = NO_SCORE,
    /// Who asked the customer, on answered legs.
    survey_source: Option<SurveySource> = None,
    /// From a file of outcomes.
    outcome: Option<Outcome> = None,
    /// Bits of [`flag`].
    flags: u16 = 0,
    /// Line of the record in its file, from 1 (row for Parquet).
    line: u32 = MISSING,
    /// Entry of the leg that stands for this contact, on the contact's other legs.
    head: u32 = MISSING,
}

impl Legs {
    pub fn len(&self) -> usize {
        self.len
    }

    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Bits of entry `i`.
    #[inline(always)]
    pub fn flags(&self, i: usize) -> u16 {
        self.flags.get(i)
    }

    /// Talk time of leg `i`, ms, or [`MISSING`].
    #[inline(always)]
    pub fn talk(&self, i: usize) -> u32 {
        let handle = self.handle_ms.get(i);
        if self.flags(i) & flag::PARTS == 0 || handle == MISSING {
            return self.talk_ms.get(i);
        }
        let known = |ms: u32| if ms == MISSING { 0 } else { ms };
        handle - known(self.hold_ms.get(i)) - known(self.acw_ms.get(i))
    }

    /// Talk and hold of leg `i`, ms, or [`MISSING`]; also where after-call work is longer than all of the handle time.
    #[inline]
    pub fn with_customer(&self, i: usize) -> u32 {
        let known = |ms: u32| if ms == MISSING { 0 } else { ms };
        match (self.handle_ms.get(i), self.talk(i)) {
            (MISSING, MISSING) => MISSING,
            (MISSING, talk) => talk.saturating_add(known(self.hold_ms.get(i))),
            (handle, _) => handle.checked_sub(known(self.acw_ms.get(i))).unwrap_or(MISSING),
        }
    }

    pub fn set_flags(&mut self, i: usize, bits: u16) {
        let old = self.flags.get(i);
        self.flags.set(self.len, i, old | bits);
    }
}

/// The dictionaries behind the id columns; sorted, so that the order of ids is the order of names.
#[derive(Debug, Clone, Default)]
pub struct Names {
    pub agent: Vec<Box<str>>,
    pub queue: Vec<Box<str>>,
    pub team: Vec<Box<str>>,
    pub issue: Vec<Box<str>>,
    /// From a roster alone; empty where it names none.
    pub manager: Vec<Box<str>>,
    pub site: Vec<Box<str>>,
    /// What a roster says of each agent, in the order of `agent`; empty without a roster.
    pub people: Vec<Person>,
}

/// What a roster says of one agent. Team, manager and site are ids in [`Names`].
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Person {
    /// The agent is in the roster.
    pub listed: bool,
    pub team: Option<u32>,
    pub manager: Option<u32>,
    pub site: Option<u32>,
    /// First and last day of work.
    pub hired: Option<jiff::civil::Date>,
    pub left: Option<jiff::civil::Date>,
}

/// What a source tells at all. What it does not tell is "not available", never 0.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tells {
    pub agent: bool,
    pub queue: bool,
    pub team: bool,
    pub issue: bool,
    /// The issue is known before an agent takes the contact, so that no agent can choose it.
    pub issue_is_fair: bool,
    pub customer: bool,
    pub direction: bool,
    pub wait: bool,
    pub handle: bool,
    /// Talk is known apart from hold and after-call work.
    pub talk: bool,
    pub hold: bool,
    pub acw: bool,
    /// Contacts that nobody answered are in the export.
    pub abandoned: bool,
    /// Agents who were rung and did not answer are in the export.
    pub rang: bool,
    pub transferred: bool,
    /// Contacts of several agents come as one row for all of them, so that a transfer is no single agent's.
    pub shared_rows: bool,
    pub resolved: bool,
    pub csat: bool,
    /// Who asked for the survey answer is known.
    pub survey_source: bool,
    /// What came of contacts in the business is known of some, from a file of outcomes.
    pub outcomes: bool,
}

impl Tells {
    /// What at least one of two sources tells.
    pub fn or(self, o: Tells) -> Tells {
        Tells {
            agent: self.agent || o.agent,
            queue: self.queue || o.queue,
            team: self.team || o.team,
            issue: self.issue || o.issue,
            issue_is_fair: self.issue_is_fair || o.issue_is_fair,
            customer: self.customer || o.customer,
            direction: self.direction || o.direction,
            wait: self.wait || o.wait,
            handle: self.handle || o.handle,
            talk: self.talk || o.talk,
            hold: self.hold || o.hold,
            acw: self.acw || o.acw,
            abandoned: self.abandoned || o.abandoned,
            rang: self.rang || o.rang,
            transferred: self.transferred || o.transferred,
            shared_rows: self.shared_rows || o.shared_rows,
            resolved: self.resolved || o.resolved,
            csat: self.csat || o.csat,
            survey_source: self.survey_source || o.survey_source,
            outcomes: self.outcomes || o.outcomes,
        }
    }
}

/// A satisfaction scale: lowest and highest answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Scale {
    pub low: u16,
    pub high: u16,
}

/// Everything read from the files of one run.
#[derive(Debug, Clone)]
pub struct CallLog {
    pub legs: Legs,
    pub names: Names,
    pub tells: Tells,
    /// Where each file's legs begin: file index -> first leg.
    pub file_starts: BTreeMap<usize, usize>,
    /// Scales of the satisfaction answers met.
    pub scales: Vec<Scale>,
    /// Zone in which days, hours and weekdays are told.
    pub zone: jiff::tz::TimeZone,
}

impl CallLog {
    /// The leg that stands for the contact of leg `i`.
    #[inline(always)]
    pub fn head_of(&self, i: usize) -> usize {
        match self.legs.head.get(i) {
            MISSING => i,
            head => head as usize,
        }
    }

    /// Index of the file that leg `i` came from.
    pub fn file_of(&self, i: usize) -> usize {
        self.file_starts.iter().take_while(|(_, start)| **start <= i).last().map_or(0, |(file, _)| *file)
    }

    /// What the roster says of an agent; `None` without a roster, and for [`MISSING`].
    #[inline(always)]
    pub fn person(&self, agent: u32) -> Option<&Person> {
        self.names.people.get(agent as usize)
    }

    /// The team of leg `i`, or [`MISSING`]: the one that the roster gives its agent, else the source's.
    #[inline(always)]
    pub fn team(&self, i: usize) -> u32 {
        let of_roster = self.person(self.legs.agent.get(i)).and_then(|person| person.team);
        of_roster.unwrap_or_else(|| self.legs.team.get(i))
    }
}
