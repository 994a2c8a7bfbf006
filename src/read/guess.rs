//! A profile for an export nobody has seen: from its headers and its values.
//!
//! The guess is a profile like any other. It is shown, it can be written to a file, corrected and passed with
//! `--profile`; nothing is read by a rule that a profile could not state.

use super::duration::{self, Unit, thousandths};
use super::names::{ANSWER_WORDS, AVERAGES, END_WORDS, FOOTERS, NAMES, OTHER_WORDS, UNIT_WORDS};

use super::profile::{self, Field, FieldSpec, Kind, Profile};
use super::time::{self, Format, Parser, Stamp};
use super::words::{default_choice, default_yes_no, is_nothing};
use crate::call_log::Scale;
use anyhow::{Result, bail};
use std::collections::{BTreeMap, BTreeSet};

/// What one column holds.
struct ColumnFacts {
    words: Vec<String>,
    /// The words in brackets as well.
    all_words: Vec<String>,
    squeezed: String,
    squeezed_all: String,
    unit: Option<Unit>,
    values: Vec<String>,
    rows: usize,
    distinct: usize,
    date_times: usize,
    dates: usize,
    times_of_day: usize,
    durations: usize,
    clocks: usize,
    numbers: Vec<f64>,
    yes_no: usize,
    increasing: bool,
}

/// Latin letters without their marks, in lower case.
fn fold(text: &str) -> String {
    text.chars()
        .flat_map(char::to_lowercase)
        .map(|c| match c {
            'à'..='å' => 'a',
            'ç' => 'c',
            'è'..='ë' => 'e',
            'ì'..='ï' => 'i',
            'ñ' => 'n',
            'ò'..='ö' => 'o',
            'ù'..='ü' => 'u',
            other => other,
        })
        .collect()
}

/// A header's words; `AvgTalkDuration` has three.
fn words_of(header: &str) -> Vec<String> {
    let mut spaced = String::new();
    let mut previous_lower = false;
    for c in header.chars() {
        if c.is_uppercase() && previous_lower {
            spaced.push(' ');
        }
        previous_lower = c.is_lowercase() || c.is_ascii_digit();
        spaced.push(if c.is_alphanumeric() || c == '#' { c } else { ' ' });
    }
    fold(&spaced).split_whitespace().map(str::to_string).collect()
}

impl ColumnFacts {
    fn new(header: &str, values: Vec<String>, rows: usize) -> Self {
        let all = words_of(header);
        // What stands in brackets explains the name; only its unit counts.
        let bare = header.split('(').next().filter(|b| !b.trim().is_empty()).unwrap_or(header);
        let named = words_of(bare);
        let unit = all.iter().skip(1).find_map(|w| UNIT_WORDS.iter().find(|(name, _)| name == w).map(|(_, u)| *u));
        let noise = |w: &String| {
            UNIT_WORDS.iter().any(|(name, _)| name == w)
                || matches!(w.as_str(), "in" | "the" | "y" | "n" | "hh" | "mm" | "ss" | "local" | "utc")
        };
        let first = named.first().cloned();
        let mut words: Vec<String> = named.iter().skip(1).filter(|w| !noise(w)).cloned().collect();
        words.splice(0..0, first);
        let yes_no_words = default_yes_no();
        let count = |test: &dyn Fn(&str) -> bool| values.iter().filter(|v| test(v)).count();
        let is_date_time = |v: &str| any_time(v).is_some();
        let dates = count(&|v| any_time(v).is_some_and(|ms| ms.rem_euclid(86_400_000) == 0));
        let numbers: Vec<f64> =
            values.iter().filter_map(|v| thousandths(v.as_bytes())).map(|n| n as f64 / 1_000.0).collect();
        let lengths: Vec<i64> = values.iter().filter_map(|v| duration::parse(v.as_bytes(), Unit::S)).collect();
        let increasing = lengths.len() > 12
            && lengths.len() * 10 >= values.len() * 9
            && lengths.windows(2).all(|w| w[0] <= w[1])
            && lengths.first() != lengths.last();
        ColumnFacts {
            squeezed: fold(&profile::squeeze(bare)),
            squeezed_all: fold(&profile::squeeze(header)),
            all_words: all,
            unit,
            words,
            rows,
            distinct: values.iter().collect::<BTreeSet<_>>().len(),
            date_times: count(&is_date_time),
            dates,
            times_of_day: count(&|v| v.contains(':') && time::time_of_day(v.as_bytes()).is_some()),
            durations: lengths.len(),
            clocks: count(&|v| v.contains(':') && duration::parse(v.as_bytes(), Unit::S).is_some()),
            numbers,
            yes_no: count(&|v| yes_no_words.meaning(v).is_some()),
            increasing,
            values,
        }
    }

    fn filled(&self) -> usize {
        self.values.len()
    }

    /// At least nine in ten of the values that there are.
    fn mostly(&self, count: usize) -> bool {
        self.filled() > 0 && count * 10 >= self.filled() * 9
    }

    /// A total that runs through the file, not the length of one call.
    fn is_running_total(&self) -> bool {
        let last = self.values.last().and_then(|v| duration::parse(v.as_bytes(), Unit::S)).unwrap_or(0);
        self.increasing && (self.has_any(&["total", "cumulative", "running", "sum"]) || last > 4 * 3_600_000)
    }

    fn is_epoch(&self) -> Option<Format> {
        let inside = |low: f64, high: f64| self.numbers.iter().filter(|n| (low..high).contains(*n)).count();
        if self.mostly(inside(6e8, 4.2e9)) {
            return Some(Format::EpochS);
        }
        self.mostly(inside(6e11, 4.2e12)).then_some(Format::EpochMs)
    }

    fn is_excel(&self) -> bool {
        self.mostly(self.numbers.iter().filter(|n| (20_000.0..80_000.0).contains(*n) && n.fract() != 0.0).count())
    }

    fn is_point_in_time(&self) -> bool {
        (self.mostly(self.date_times) && self.clocks_are_not_durations()) || self.is_epoch().is_some()
    }

    fn clocks_are_not_durations(&self) -> bool {
        self.durations * 2 < self.filled() || self.numbers.len() == self.filled()
    }

    fn is_time_of_day(&self) -> bool {
        let compact = self.values.iter().filter(|v| v.len() == 6 && time::time_of_day(v.as_bytes()).is_some()).count();
        self.mostly(self.times_of_day) || self.mostly(compact)
    }

    fn has_any(&self, words: &[&str]) -> bool {
        self.all_words.iter().any(|w| words.contains(&w.as_str()))
    }
}

/// A point in time in any order of day and month, ms.
fn any_time(text: &str) -> Option<i64> {
    [Format::Ymd, Format::Dmy, Format::Mdy].into_iter().find_map(|format| {
        match Parser::new(format).parse(text.as_bytes())? {
            Stamp::Local(ms) | Stamp::Utc(ms) => Some(ms),
        }
    })
}

/// How well a header fits a list of names: exact above part, early above late; 0 for not at all.
fn name_score(column: &ColumnFacts, names: &[&str]) -> i32 {
    let joined = column.words.join(" ");
    let mut best = 0;
    for (i, name) in names.iter().enumerate() {
        let name = fold(name);
        let early = (names.len() - i) as i32 / 2;
        let words: Vec<&str> = name.split(' ').collect();
        let score = if joined == name
            || column.squeezed == profile::squeeze(&name)
            || column.squeezed_all == profile::squeeze(&name)
            || column.words.concat() == words.concat()
        {
            200 + early
        } else if column.words.windows(words.len()).any(|w| w.iter().zip(&words).all(|(a, b)| a == b)) {
            // Part of a longer name: better the more of it is covered.
            let extra = (column.words.len() - words.len()) as i32;
            100 + 12 * words.len() as i32 - 10 * extra + early / 4
        } else {
            0
        };
        best = best.max(score);
    }
    best
}

/// The share of filled values that are words of a choice, as meanings.
fn meanings(column: &ColumnFacts, words: &'static [&'static str]) -> Option<BTreeSet<u8>> {
    let known = default_choice(words);
    let found: Vec<u8> = column.values.iter().filter_map(|v| known.meaning(v)).collect();
    column.mostly(found.len()).then(|| found.into_iter().collect())
}

/// How well a column fits a field, by name and values; `None` where its values rule it out.
fn fit(field: Field, names: &[&str], column: &ColumnFacts) -> Option<i32> {
    let mut score = name_score(column, names);
    if score == 0 || column.filled() == 0 {
        return None;
    }
    if column.has_any(&AVERAGES) && field.kind() == Kind::Duration {
        score -= 60;
        if column.has_any(&["aht"]) {
            return None;
        }
    }
    if column.has_any(&["total", "cumulative", "running"]) {
        score -= 40;
    }
    match field.kind() {
        Kind::Duration => {
            // A column that is called just so may hold damaged values; they are rejected one by one.
            let holds_durations =
                column.mostly(column.durations) || (score >= 200 && column.durations * 2 > column.filled());
            if !holds_durations || column.is_running_total() || column.is_epoch().is_some() {
                return None;
            }
            if column.has_any(&["sla", "level", "cost", "price", "within"]) {
                return None;
            }
            let distinct_enough = column.distinct > 1 || column.filled() < 3;
            // A flag is no duration, whatever it is called.
            if !distinct_enough && field != Field::Hold && field != Field::Acw {
                score -= 30;
            }
        }
        Kind::YesNo => {
            // Where to: a destination in some rows, nothing in the others.
            let as_present = field == Field::Transferred
                && !column.mostly(column.yes_no)
                && !column.mostly(column.numbers.len())
                && column.filled() * 2 <= column.rows;
            if !as_present && !column.mostly(column.yes_no) && !column.mostly(column.numbers.len()) {
                let words: BTreeSet<String> = column.values.iter().map(|v| fold(v)).collect();
                if field != Field::Resolved || resolved_words(&words).is_none() {
                    return None;
                }
            }
            if column.is_point_in_time() || column.is_time_of_day() {
                return None;
            }
            if matches!(field, Field::Answered | Field::Abandoned | Field::Resolved)
                && column.numbers.iter().any(|n| *n > 1.0)
            {
                return None;
            }
        }
        Kind::Choice(words) => {
            let found = meanings(column, words)?;
            match field {
                Field::SurveySource => {}
                // How the survey came to the customer says nothing of the call.
                _ if column.has_any(&["survey"]) => return None,
                // A disposition that knows no abandon is a code that agents choose.
                Field::Outcome if !found.contains(&0) && !found.contains(&1) => return None,
                Field::Direction if !found.contains(&0) && !found.contains(&1) => return None,
                _ => {}
            }
            if column.mostly(column.yes_no) && field == Field::Outcome {
                return None;
            }
        }
        Kind::Score => {
            if !column.mostly(column.numbers.len()) || column.numbers.iter().any(|n| *n > 10.0 || *n < 0.0) {
                return None;
            }
            if column.has_any(&["nps", "qa", "quality", "sentiment", "risk"]) {
                score -= 80;
            }
        }
        Kind::Name => {
            if column.is_point_in_time() || column.is_time_of_day() || column.clocks * 2 > column.filled() {
                return None;
            }
            if column.increasing && column.distinct == column.rows {
                return None;
            }
            let counts = column.has_any(&["count", "number", "calls", "size", "position", "length"]);
            if counts && column.mostly(column.numbers.len()) && field != Field::Agent {
                return None;
            }
            let decimals = column.numbers.iter().any(|n| n.fract() != 0.0);
            if decimals || (field != Field::Agent && column.mostly(column.yes_no)) {
                return None;
            }
            // Free text names no group.
            if field != Field::Agent && column.filled() > 20 && column.distinct * 2 > column.filled() {
                return None;
            }
            // Why a call was missed or ended is not what it was about.
            if field == Field::Issue
                && column.has_any(&["missed", "end", "hangup", "disconnect", "abandon", "hold", "transfer"])
            {
                return None;
            }
            // A queue named like a wait: numbers are no names of queues.
            if field == Field::Queue && column.mostly(column.numbers.len()) && column.distinct > 30 {
                return None;
            }
        }
        Kind::Id => {
            if column.is_point_in_time() || column.is_time_of_day() || column.clocks * 2 > column.filled() {
                return None;
            }
            // An id is in every row and rarely twice; a number that many rows share counts something else.
            if field == Field::Contact && (column.filled() < column.rows || column.distinct * 10 < column.rows * 7) {
                return None;
            }
            let telephones = column.values.iter().filter(|v| v.starts_with('+')).count();
            if field == Field::Contact && telephones * 2 > column.filled() {
                return None;
            }
            if field == Field::Customer {
                if column.has_any(&["name", "daily", "type", "segment", "satisfaction", "effort", "country", "city"]) {
                    return None;
                }
                if column.distinct * 50 < column.filled() || column.mostly(column.yes_no) {
                    return None;
                }
            }
        }
        Kind::Time => {}
    }
    // An average is better than nothing where a course calls the talk of one call so.
    (score >= 50).then_some(score)
}

/// Words for resolved and not, where they are no plain yes and no.
fn resolved_words(values: &BTreeSet<String>) -> Option<(Vec<String>, Vec<String>)> {
    let yes = [
        "resolved", "solved", "fixed", "closed", "complete", "completed", "gelost", "resuelto", "resolu", "first call",
    ];
    let (yes, no): (Vec<String>, Vec<String>) = values.iter().cloned().partition(|v| yes.contains(&v.as_str()));
    let no_words = [
        "unresolved", "not resolved", "transferred", "unsolved", "pending", "open", "escalated", "ungelost", "no",
        "follow up",
    ];
    (!yes.is_empty() && no.iter().all(|v| no_words.contains(&v.as_str()))).then_some((yes, no))
}

/// What was guessed, and why.
pub struct Guess {
    pub profile: Profile,
    pub comments: BTreeMap<Field, String>,
    /// What could not be guessed and should be asked for.
    pub asks: Vec<String>,
}

/// The roles of columns that hold points in time.
#[derive(Debug, Default)]
struct Times {
    start: Option<usize>,
    start_time: Option<usize>,
    answered: Option<usize>,
    ended: Option<usize>,
}

fn find_times(columns: &[ColumnFacts], names: &[&str]) -> Times {
    let mut times = Times::default();
    let is_time = |c: &ColumnFacts| c.is_point_in_time() || c.is_time_of_day() || c.is_excel();
    let role_words = |c: &ColumnFacts, words: &[&str]| c.has_any(words);
    let duration_named = |c: &ColumnFacts| {
        let named = |field| NAMES.iter().find(|(f, _)| *f == field).map_or(0, |(_, names)| name_score(c, names));
        !c.is_point_in_time()
            && [Field::Wait, Field::Talk, Field::Hold, Field::Acw, Field::Handle].into_iter().any(|f| named(f) >= 200)
            && !c.values.iter().any(|v| v.to_ascii_lowercase().ends_with('m') || v.len() == 6)
    };
    let candidates: Vec<usize> =
        (0..columns.len()).filter(|i| is_time(&columns[*i]) && !role_words(&columns[*i], &OTHER_WORDS)).collect();
    // Durations written as clocks look like times of day: they are told apart by their names.
    let time_like: Vec<usize> = candidates
        .into_iter()
        .filter(|i| {
            let c = &columns[*i];
            let named_a_time = name_score(c, names) >= 200;
            c.is_point_in_time() || c.is_excel() || (!duration_named(c) && (named_a_time || looks_like_clock_time(c)))
        })
        .collect();
    let answered = |c: &ColumnFacts| role_words(c, &ANSWER_WORDS) && !c.has_any(&["to", "speed"]);
    let ended = |c: &ColumnFacts| role_words(c, &END_WORDS);
    times.answered = time_like.iter().copied().find(|i| answered(&columns[*i]));
    times.ended = time_like.iter().copied().find(|i| ended(&columns[*i]) && Some(*i) != times.answered);
    let starts: Vec<usize> =
        time_like.iter().copied().filter(|i| !answered(&columns[*i]) && !ended(&columns[*i])).collect();
    // A column with date and time, else a date beside a time of day.
    let best =
        |list: Vec<usize>| list.into_iter().max_by_key(|i| (name_score(&columns[*i], names), std::cmp::Reverse(*i)));
    let has_clock = |c: &ColumnFacts| c.is_epoch().is_some() || c.is_excel() || c.dates * 10 < c.filled() * 9;
    let full = starts
        .iter()
        .copied()
        .filter(|i| (columns[*i].is_point_in_time() || columns[*i].is_excel()) && has_clock(&columns[*i]))
        .collect();
    let date_only: Vec<usize> =
        starts.iter().copied().filter(|i| columns[*i].is_point_in_time() && !has_clock(&columns[*i])).collect();
    let clock_only: Vec<usize> = starts
        .iter()
        .copied()
        .filter(|i| (!columns[*i].is_point_in_time() || date_only.contains(i)) && columns[*i].is_time_of_day())
        .collect();
    times.start = best(full);
    if times.start.is_none() {
        let date = best(date_only.clone());
        let clock = best(clock_only.into_iter().filter(|i| Some(*i) != date).collect());
        times.start = date;
        times.start_time = clock;
    }
    times
}

/// Times of day spread over a working day; durations do not.
fn looks_like_clock_time(column: &ColumnFacts) -> bool {
    let of_day: Vec<i64> = column.values.iter().filter_map(|v| time::time_of_day(v.as_bytes())).collect();
    let late = of_day.iter().filter(|ms| **ms >= 5 * 3_600_000).count();
    late * 2 > of_day.len()
}

/// Guesses a profile from the header and the first rows of `name`.
pub fn guess(name: &str, header: &[String], rows: &[Vec<String>]) -> Result<Guess> {
    let columns: Vec<ColumnFacts> = header
        .iter()
        .enumerate()
        .map(|(i, h)| {
            let cells = rows.iter().filter(|r| r.len() >= header.len()).map(|r| r[i].trim());
            let values = cells.filter(|v| !is_nothing(v.as_bytes())).map(str::to_string).collect();
            ColumnFacts::new(h, values, rows.iter().filter(|r| r.len() >= header.len()).count())
        })
        .collect();
    refuse_totals(name, header, &columns)?;
    let mut guess = Guess { profile: Profile::default(), comments: BTreeMap::new(), asks: Vec::new() };
    guess.profile.name = profile::GENERIC.to_string();
    guess.profile.title = "guessed from headers and values".to_string();
    guess.profile.footer = FOOTERS.iter().map(ToString::to_string).collect();
    let mut used = vec![false; columns.len()];
    let start_names = NAMES[0].1;
    let times = find_times(&columns, start_names);
    let Some(start) = times.start else {
        bail!(
            "no column of `{name}` looks like the start time of a call (a date and a time); its columns are {}. \
             If one of them is, write a profile with `callmerit profiles new`, name it under [fields.start] and pass \
             it with --profile",
            list_of(header)
        );
    };
    let mut taken = vec![start];
    let mut spec = FieldSpec { format: start_format(&columns[start]), ..FieldSpec::default() };
    match times.start_time {
        Some(clock) => {
            spec.date = Some(column_ref(header, start));
            spec.time = Some(column_ref(header, clock));
            taken.push(clock);
        }
        None => spec.column = vec![column_ref(header, start)],
    }
    guess.add(Field::Start, spec, "");
    for i in taken.iter().copied().chain(times.answered).chain(times.ended) {
        used[i] = true;
    }
    choose_columns(&mut guess, header, &columns, &mut used);
    durations_from_times(&mut guess, header, &times);
    ask_for_outcome(&mut guess, header, &columns);
    agree_on_unit(&mut guess, header, &columns);
    finish(&mut guess, header, &columns);
    Ok(guess)
}

/// Refuses reports whose rows are intervals or totals.
fn refuse_totals(name: &str, header: &[String], columns: &[ColumnFacts]) -> Result<()> {
    let counts = [
        "offered", "calls offered", "answered", "calls answered", "abandoned", "calls abandoned", "handled",
        "calls handled", "calls",
    ];
    let found: Vec<String> = header
        .iter()
        .zip(columns)
        .filter(|(_, c)| counts.contains(&c.words.join(" ").as_str()))
        .filter(|(_, c)| {
            c.mostly(c.numbers.len()) && c.numbers.iter().any(|n| *n > 1.0) && c.numbers.iter().all(|n| *n < 20_000.0)
        })
        .map(|(h, _)| format!("`{h}`"))
        .collect();
    if found.is_empty() {
        return Ok(());
    }
    bail!(
        "`{name}` is a report of totals, not of calls: {} {} many calls in one row. Without a start time for each call \
         nothing can be checked or computed: export the log of single calls",
        found.join(", "),
        if found.len() == 1 { "counts" } else { "count" }
    )
}

fn list_of(header: &[String]) -> String {
    header.iter().map(|h| format!("`{h}`")).collect::<Vec<_>>().join(", ")
}

/// A column by its name; where a name stands twice the first one has it.
fn column_ref(header: &[String], i: usize) -> String {
    header[i].clone()
}

/// The format of a time column, `None` where day and month must be told apart over the whole column.
fn start_format(column: &ColumnFacts) -> Option<Format> {
    if let Some(epoch) = column.is_epoch() {
        return Some(epoch);
    }
    column.is_excel().then_some(Format::Excel)
}

impl Guess {
    fn add(&mut self, field: Field, spec: FieldSpec, comment: &str) {
        if !comment.is_empty() {
            self.comments.insert(field, comment.to_string());
        }
        self.profile.fields.insert(field, spec);
    }

    fn has(&self, field: Field) -> bool {
        self.profile.fields.contains_key(&field)
    }
}

/// Gives each field the free column that fits it best, surest fields first.
fn choose_columns(guess: &mut Guess, header: &[String], columns: &[ColumnFacts], used: &mut [bool]) {
    for (field, names) in NAMES.iter().skip(1) {
        let best = (0..columns.len())
            .filter(|i| !used[*i] && !header[*i].is_empty())
            .filter_map(|i| fit(*field, names, &columns[i]).map(|score| (score, std::cmp::Reverse(i))))
            .max();
        let Some((_, std::cmp::Reverse(i))) = best else { continue };
        // An answered flag says more than a status; both would contradict each other on other people's codes.
        used[i] = true;
        let column = &columns[i];
        let mut spec = FieldSpec { column: vec![column_ref(header, i)], ..FieldSpec::default() };
        let mut comment = String::new();
        match field.kind() {
            Kind::Duration => {
                let (unit, why) = unit_of(column);
                spec.unit = Some(unit);
                spec.empty_is_zero = matches!(field, Field::Hold | Field::Acw);
                comment = why.to_string();
            }
            Kind::YesNo => yes_no_words(*field, column, &mut spec),
            Kind::Score => {
                let (scale, no_answer, why) = scale_of(&header[i], column);
                spec.scale = Some(scale);
                spec.no_answer = no_answer;
                comment = why;
            }
            Kind::Choice(_) => comment = values_comment(column),
            Kind::Name if *field == Field::Issue => {
                comment = "if agents choose this value, add chosen_by = \"agent\": nothing fair can rest on it".into();
            }
            _ => {}
        }
        guess.add(*field, spec, &comment);
    }
}

fn yes_no_words(field: Field, column: &ColumnFacts, spec: &mut FieldSpec) {
    let plain = column.mostly(column.yes_no) || column.mostly(column.numbers.len());
    if plain {
        return;
    }
    if field == Field::Resolved {
        let words: BTreeSet<String> = column.values.iter().map(|v| fold(v)).collect();
        if let Some((yes, no)) = resolved_words(&words) {
            (spec.yes, spec.no) = (yes, no);
        }
    } else {
        spec.present = true;
    }
}

/// What a bare number counts, and why.
fn unit_of(column: &ColumnFacts) -> (Unit, &'static str) {
    if let Some(unit) = column.unit {
        return (unit, "the unit stands in the header");
    }
    let mut positive: Vec<f64> = column.numbers.iter().copied().filter(|n| *n > 0.0).collect();
    if positive.is_empty() || column.clocks * 2 > column.filled() {
        return (Unit::S, "");
    }
    positive.sort_by(f64::total_cmp);
    let median = positive[positive.len() / 2];
    // Thousandths lose small fractions: look at the text itself.
    let fractions = column.values.iter().filter(|v| v.parse::<f64>().is_ok_and(|n| n > 0.0 && n < 0.5)).count();
    if fractions * 2 > column.filled() {
        return (Unit::Day, "all values are small fractions, as spreadsheets keep times: fractions of a day");
    }
    if median >= 20_000.0 {
        return (Unit::Ms, "no unit in the header; as seconds the typical value would be hours, so milliseconds");
    }
    let decimals = positive.iter().filter(|n| n.fract() != 0.0).count();
    if median < 15.0 && decimals * 2 > positive.len() {
        return (Unit::Min, "no unit in the header; as seconds calls would be over at once, so minutes");
    }
    (Unit::S, "no unit in the header: seconds taken")
}

/// Durations of one export count in one unit: that of talk or handle time, unless a header says otherwise.
fn agree_on_unit(guess: &mut Guess, header: &[String], columns: &[ColumnFacts]) {
    let column_of = |spec: &FieldSpec| {
        let name = spec.column.first()?;
        header.iter().position(|h| h == name).map(|i| &columns[i])
    };
    let fields = &mut guess.profile.fields;
    let lead = [Field::Talk, Field::Handle].into_iter().find_map(|f| fields.get(&f).and_then(column_of));
    let Some(lead) = lead.filter(|c| c.clocks * 2 <= c.filled() && !c.numbers.is_empty()) else { return };
    let (unit, why) = unit_of(lead);
    for (field, spec) in fields.iter_mut().filter(|(f, _)| f.kind() == Kind::Duration) {
        let alike = column_of(spec).is_some_and(|c| c.unit.is_none() && c.clocks * 2 <= c.filled());
        if alike && spec.unit.is_some_and(|own| own != unit) {
            spec.unit = Some(unit);
            guess.comments.insert(*field, format!("as talk or handle time: {why}"));
        }
    }
}

/// The scale of satisfaction answers, the codes of no answer, and why.
fn scale_of(header: &str, column: &ColumnFacts) -> (Scale, Vec<String>, String) {
    let numbers: Vec<u16> = header.split(|c: char| !c.is_ascii_digit()).filter_map(|n| n.parse().ok()).collect();
    let zero = column.numbers.contains(&0.0);
    let highest = column.numbers.iter().copied().fold(0.0, f64::max);
    if let [low, high, ..] = numbers[..]
        && low < high
        && (2..=100).contains(&high)
        && highest <= f64::from(high)
    {
        let no_answer = if low > 0 && zero { vec!["0".to_string()] } else { Vec::new() };
        return (Scale { low, high }, no_answer, format!("the scale stands in the header: {low} to {high}"));
    }
    let high = if highest <= 5.0 {
        5
    } else if highest <= 7.0 {
        7
    } else {
        10
    };
    let low = u16::from(!(zero && high == 10));
    let no_answer = if zero && low == 1 { vec!["0".to_string()] } else { Vec::new() };
    let note = if no_answer.is_empty() { "" } else { "; 0 taken as no answer" };
    (Scale { low, high }, no_answer, format!("scale taken from the highest answer met: {low} to {high}{note}"))
}

fn values_comment(column: &ColumnFacts) -> String {
    let values: BTreeSet<&str> = column.values.iter().map(String::as_str).take(2_000).collect();
    let shown: Vec<&str> = values.into_iter().take(8).collect();
    format!("values met: {}", shown.join(", "))
}

/// A wait or talk that no column holds, as the difference of two times.
fn durations_from_times(guess: &mut Guess, header: &[String], times: &Times) {
    let start = times.start_time.or(times.start).map(|i| header[i].clone());
    let name = |i: Option<usize>| i.map(|i| header[i].clone());
    let format = guess.profile.fields[&Field::Start].format;
    let difference = |from: Option<String>, to: Vec<Option<String>>| {
        let to: Vec<String> = to.into_iter().flatten().collect();
        (from.is_some() && !to.is_empty()).then(|| FieldSpec { from, to, format, ..FieldSpec::default() })
    };
    let (answered, ended) = (name(times.answered), name(times.ended));
    if !guess.has(Field::Wait)
        && answered.is_some()
        && let Some(spec) = difference(start, vec![answered.clone(), ended.clone()])
    {
        guess.add(Field::Wait, spec, "from the start to the answer, or to the end where nobody answered");
    }
    if !guess.has(Field::Talk)
        && !guess.has(Field::Handle)
        && ended.is_some()
        && let Some(spec) = difference(answered.clone(), vec![ended])
    {
        guess.add(Field::Talk, spec, "from the answer to the end");
    }
    let tells = [Field::Outcome, Field::Answered, Field::Abandoned].into_iter().any(|f| guess.has(f));
    if !tells
        && !guess.has(Field::Agent)
        && let Some(answered) = answered
    {
        let spec = FieldSpec { column: vec![answered], present: true, ..FieldSpec::default() };
        guess.add(Field::Answered, spec, "answered where there is a time of answer");
    }
}

/// Names a column that may tell answered from abandoned calls in words nobody knows.
fn ask_for_outcome(guess: &mut Guess, header: &[String], columns: &[ColumnFacts]) {
    if [Field::Outcome, Field::Answered, Field::Abandoned].into_iter().any(|f| guess.has(f)) {
        return;
    }
    let names = NAMES.iter().find(|(f, _)| *f == Field::Outcome).map_or(&[][..], |(_, names)| names);
    let taken: Vec<&String> = guess.profile.fields.values().flat_map(|spec| &spec.column).collect();
    let mut asks = Vec::new();
    for (name, column) in header.iter().zip(columns) {
        if !taken.contains(&name) && name_score(column, names) >= 200 && (2..=12).contains(&column.distinct) {
            let values: BTreeSet<&str> = column.values.iter().map(String::as_str).collect();
            asks.push(format!(
                "`{name}` may tell answered from abandoned calls, but its values ({}) are not understood: say what they \
                 mean in a profile, under [fields.outcome]",
                values.into_iter().collect::<Vec<_>>().join(", ")
            ));
        }
    }
    guess.asks = asks;
}

/// What follows from the fields that were found.
fn finish(guess: &mut Guess, header: &[String], columns: &[ColumnFacts]) {
    let fields = &mut guess.profile.fields;
    // One source of truth for the outcome.
    if fields.contains_key(&Field::Answered) {
        fields.remove(&Field::Outcome);
        fields.remove(&Field::Abandoned);
    } else if fields.contains_key(&Field::Outcome) {
        fields.remove(&Field::Abandoned);
    }
    // Legs of one contact differ in their start or their agent; records that agree in both are duplicates.
    if fields.contains_key(&Field::Contact) {
        let start = &fields[&Field::Start];
        let mut parts: Vec<String> = start.column.iter().chain(&start.date).chain(&start.time).cloned().collect();
        parts.extend(fields.get(&Field::Agent).into_iter().flat_map(|s| s.column.iter().cloned()));
        fields.insert(Field::Leg, FieldSpec { columns: parts, ..FieldSpec::default() });
    }
    // An outcome may say that a call was passed on.
    if !fields.contains_key(&Field::Transferred)
        && let Some(outcome) = fields.get(&Field::Outcome)
    {
        let name = outcome.column[0].clone();
        let column = header.iter().position(|h| *h == name).map(|i| &columns[i]);
        let values: BTreeSet<&str> = column.map_or(BTreeSet::new(), |c| c.values.iter().map(String::as_str).collect());
        let (yes, no): (Vec<&str>, Vec<&str>) =
            values.into_iter().partition(|v| v.to_lowercase().starts_with("transfer"));
        if !yes.is_empty() {
            let owned = |list: Vec<&str>| list.into_iter().map(str::to_string).collect();
            let spec = FieldSpec { column: vec![name], yes: owned(yes), no: owned(no), ..FieldSpec::default() };
            guess.comments.insert(Field::Transferred, "one of the outcomes".to_string());
            guess.profile.fields.insert(Field::Transferred, spec);
        }
    }
}

/// What the values of a date column say about the order of day and month.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    Known(Format),
    /// Day and month could be either way in every value.
    Ambiguous,
    /// Both orders are ruled out by some value.
    Contradictory,
}

/// Collects what values say about the order of day and month.
#[derive(Debug, Clone, Copy, Default)]
pub struct OrderEvidence {
    seen: u64,
    not_year_first: u64,
    not_day_first: u64,
    not_month_first: u64,
    /// Values that are another day when day and month change places.
    differ: u64,
    /// First and last time of values that begin with a two-digit year, read so and day first, ms.
    spans: Option<[(i64, i64); 2]>,
}

/// The span that holds two spans.
fn wider(a: (i64, i64), b: (i64, i64)) -> (i64, i64) {
    (a.0.min(b.0), a.1.max(b.1))
}

impl OrderEvidence {
    pub fn look(&mut self, text: &str) {
        if is_nothing(text.trim().as_bytes()) {
            return;
        }
        let read = |format| Parser::new(format).parse(text.as_bytes());
        let (day_first, month_first) = (read(Format::Dmy), read(Format::Mdy));
        let (ymd, dmy, mdy) = (read(Format::Ymd).is_some(), day_first.is_some(), month_first.is_some());
        if !ymd && !dmy && !mdy {
            return; // no time at all; the row will be rejected
        }
        self.seen += 1;
        // A year that is written with two digits is read last, unless nothing else fits.
        let digits = text.trim().bytes().take_while(u8::is_ascii_digit).count();
        let year_first = ymd && (digits == 4 || digits >= 6);
        self.not_year_first += u64::from(!year_first);
        self.not_day_first += u64::from(!dmy);
        self.not_month_first += u64::from(!mdy);
        self.differ += u64::from(day_first != month_first);
        let ms = |stamp: Option<Stamp>| match stamp {
            Some(Stamp::Local(ms) | Stamp::Utc(ms)) => Some(ms),
            None => None,
        };
        if let (Some(year_first), Some(day_first), 2) = (ms(read(Format::Ymd)), ms(day_first), digits) {
            self.add_spans([(year_first, year_first), (day_first, day_first)]);
        }
    }

    fn add_spans(&mut self, new: [(i64, i64); 2]) {
        let old = self.spans.unwrap_or(new);
        self.spans = Some([wider(old[0], new[0]), wider(old[1], new[1])]);
    }

    pub fn merge(&mut self, other: OrderEvidence) {
        self.seen += other.seen;
        self.not_year_first += other.not_year_first;
        self.not_day_first += other.not_day_first;
        self.not_month_first += other.not_month_first;
        self.differ += other.differ;
        if let Some(spans) = other.spans {
            self.add_spans(spans);
        }
    }

    /// The order that most values allow, so that a few damaged ones do not decide.
    pub fn order(self) -> Order {
        let few = self.seen / 20;
        if self.not_year_first <= few {
            return Order::Known(Format::Ymd);
        }
        // `26-03-02` and `26-03-14`: days of one month, not the 26th of March of a dozen years.
        if let Some([year_first, day_first]) = self.spans
            && (year_first.1 - year_first.0) * 4 < day_first.1 - day_first.0
            && day_first.1 - day_first.0 > 3 * 365 * 86_400_000
        {
            return Order::Known(Format::Ymd);
        }
        if self.differ == 0 {
            return Order::Known(Format::Dmy); // months by name: there is nothing to tell apart
        }
        match (self.not_day_first <= few, self.not_month_first <= few) {
            (true, true) if self.not_day_first == self.not_month_first => Order::Ambiguous,
            (true, true) if self.not_day_first < self.not_month_first => Order::Known(Format::Dmy),
            (true, true) | (false, true) => Order::Known(Format::Mdy),
            (true, false) => Order::Known(Format::Dmy),
            (false, false) => Order::Contradictory,
        }
    }
}
