//! The ledger of reading: every input row is kept or left out for one reason, and they sum.

use std::collections::BTreeMap;

/// Why a row was left out, or [`Reason::Kept`].
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reason {
    Kept,
    BlankLine,
    Footer,
    CutShort,
    TooLong,
    BrokenQuote,
    NoContactId,
    NoStart,
    /// The named field has a value that cannot be read.
    Unreadable(&'static str),
    /// The named field has a value the profile has no meaning for.
    NotInMap(&'static str),
    ImpossibleLength(&'static str),
    Duplicate,
    OtherChannel(&'static str),
    OtherDirection(&'static str),
    /// Never waited in a queue and never reached an agent.
    NotOffered,
    OutsidePeriod,
    /// A rule of the source profile says so.
    Rule(String),
    /// An event that belongs to no call (a pause, a login, a reload).
    NotACallEvent,
    /// An event of a call whose beginning is not in the files.
    NoBeginning,
    /// An event of a call that never ends in the files.
    NoEnd,
}

impl Reason {
    /// True for rows that should have been usable and were not; the share that `--max-rejected` limits.
    pub fn is_rejection(&self) -> bool {
        use Reason::*;
        matches!(
            self,
            CutShort
                | TooLong
                | BrokenQuote
                | NoContactId
                | NoStart
                | Unreadable(_)
                | NotInMap(_)
                | ImpossibleLength(_)
                | NoBeginning
                | NoEnd
        )
    }
}

impl std::fmt::Display for Reason {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Reason::Kept => f.write_str("kept"),
            Reason::BlankLine => f.write_str("blank line"),
            Reason::Footer => f.write_str("title or footer row"),
            Reason::CutShort => f.write_str("row cut short: fewer columns than the header"),
            Reason::TooLong => f.write_str("more columns than the header"),
            Reason::BrokenQuote => f.write_str("a quote is opened and never closed"),
            Reason::NoContactId => f.write_str("no contact id"),
            Reason::NoStart => f.write_str("no start time"),
            Reason::Unreadable(field) => write!(f, "{field} cannot be read"),
            Reason::NotInMap(field) => write!(f, "{field} has a value the profile gives no meaning"),
            Reason::ImpossibleLength(field) => write!(f, "{field} is negative or longer than a month"),
            Reason::Duplicate => f.write_str("another record of the same contact and leg"),
            Reason::OtherChannel(channel) => write!(f, "other channel: {channel}"),
            Reason::OtherDirection(direction) => write!(f, "other direction: {direction}"),
            Reason::NotOffered => f.write_str("never reached a queue or an agent"),
            Reason::OutsidePeriod => f.write_str("outside the asked-for period"),
            Reason::Rule(text) => f.write_str(text),
            Reason::NotACallEvent => f.write_str("event that belongs to no call"),
            Reason::NoBeginning => f.write_str("event of a call whose beginning is not in the files"),
            Reason::NoEnd => f.write_str("event of a call that never ends in the files"),
        }
    }
}

/// A place in the input: file index and line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    pub file: u32,
    pub line: u32,
}

/// How many first places a bucket remembers.
pub const FIRST_PLACES: usize = 5;

/// One bucket of the ledger.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Bucket {
    pub count: u64,
    /// The first places, in the order of files and lines.
    pub first: Vec<Place>,
}

impl Bucket {
    pub fn add(&mut self, place: Place) {
        self.count += 1;
        self.remember(place);
    }

    fn remember(&mut self, place: Place) {
        if self.first.len() < FIRST_PLACES || self.first.last().is_some_and(|last| place < *last) {
            let at = self.first.partition_point(|p| *p <= place);
            self.first.insert(at, place);
            self.first.truncate(FIRST_PLACES);
        }
    }

    fn merge(&mut self, other: &Bucket) {
        self.count += other.count;
        for place in &other.first {
            self.remember(*place);
        }
    }
}

/// The ledger. `rows` is counted where records are split, the buckets where they are understood.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Intake {
    pub rows: u64,
    pub buckets: BTreeMap<Reason, Bucket>,
}

impl Intake {
    pub fn count(&mut self, reason: Reason, place: Place) {
        self.buckets.entry(reason).or_default().add(place);
    }

    /// Moves one kept row to another bucket.
    pub fn leave_out(&mut self, reason: Reason, place: Place) {
        let kept = self.buckets.entry(Reason::Kept).or_default();
        kept.count = kept.count.checked_sub(1).expect("only a kept row can be left out later");
        self.count(reason, place);
    }

    pub fn merge(&mut self, other: &Intake) {
        self.rows += other.rows;
        for (reason, bucket) in &other.buckets {
            self.buckets.entry(reason.clone()).or_default().merge(bucket);
        }
    }

    pub fn kept(&self) -> u64 {
        self.buckets.get(&Reason::Kept).map_or(0, |b| b.count)
    }

    /// The buckets of rows that were left out, without empty ones.
    pub fn left_out(&self) -> impl Iterator<Item = (&Reason, &Bucket)> {
        self.buckets.iter().filter(|(reason, bucket)| **reason != Reason::Kept && bucket.count > 0)
    }

    /// Rows that should have been usable and were not.
    pub fn rejected(&self) -> u64 {
        self.left_out().filter(|(reason, _)| reason.is_rejection()).map(|(_, b)| b.count).sum()
    }

    /// True when every row is in exactly one bucket.
    pub fn balances(&self) -> bool {
        self.buckets.values().map(|b| b.count).sum::<u64>() == self.rows
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bucket_keeps_the_first_places_whatever_the_order_of_arrival() {
        let mut bucket = Bucket::default();
        for line in [9, 3, 8, 1, 7, 2, 6] {
            bucket.add(Place { file: 0, line });
        }
        assert_eq!(bucket.count, 7);
        assert_eq!(bucket.first.iter().map(|p| p.line).collect::<Vec<_>>(), [1, 2, 3, 6, 7]);
    }

    #[test]
    fn leaving_a_kept_row_out_keeps_the_balance() {
        let mut intake = Intake { rows: 2, ..Intake::default() };
        let place = Place { file: 0, line: 2 };
        intake.count(Reason::Kept, place);
        intake.count(Reason::Kept, place);
        intake.leave_out(Reason::Duplicate, place);
        assert_eq!((intake.kept(), intake.balances()), (1, true));
    }
}
