//! Tables: columns with stable names for machines and titles for people, and rows of cells.

use crate::metrics::catalogue::{Unit, Value};
use serde::ser::{SerializeMap, SerializeSeq};
use serde::{Serialize, Serializer};

/// One value of a table.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell {
    /// A name; `None` where there is none.
    Text(Option<String>),
    /// A measured value; `None` where it is unknown.
    Value(Option<Value>),
    /// An exact number as decimal text; `None` where there is none.
    Amount(Option<String>),
    /// What people said; `None` where they said nothing.
    Note(Option<String>),
    /// Yes or no.
    Flag(bool),
    /// Names, none or several.
    List(Vec<&'static str>),
}

/// How a column is shown to people.
#[derive(Debug, Clone, PartialEq)]
pub enum Show {
    Text,
    Unit(Unit),
    /// A proportion with an interval and a count, which stand in other columns.
    Between {
        low: usize,
        high: usize,
        count: Option<usize>,
    },
    /// A proportion with a count, which stands in another column.
    Counted {
        count: usize,
    },
    /// A number around 0 with an interval, which stands in other columns.
    Score {
        low: usize,
        high: usize,
    },
    /// A number around 0.
    Signed,
    /// Words, from the left.
    Sentence,
    /// From one rank to another, which stands in another column.
    Ranks {
        to: usize,
    },
    /// A measure beside what was expected; the other columns are those behind it, in the order of their names here.
    Compared {
        expected: usize,
        difference: usize,
        needed: usize,
        weeks: usize,
        team: usize,
        told_apart: usize,
        unit: Unit,
    },
    /// A share or a time, as a text in another column says: `share` or `seconds`.
    Level {
        unit: usize,
    },
    /// Only for machines.
    Hidden,
}

/// What the cells of a column are, known without looking at them: for formats whose columns have types.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Holds {
    Text,
    /// Text that is a day, as in `2026-03-31`.
    Day,
    Flag,
    List,
    Amount,
    Value(Unit),
    /// More or less than something else.
    Difference(Unit),
    /// A value whose unit another column says, as [`Show::Level`].
    Level {
        unit: usize,
    },
}

impl Holds {
    /// What most columns hold that are shown so.
    fn of(show: &Show) -> Holds {
        match show {
            Show::Text | Show::Sentence | Show::Hidden => Holds::Text,
            Show::Unit(unit) | Show::Compared { unit, .. } => Holds::Value(*unit),
            Show::Between { .. } | Show::Counted { .. } => Holds::Value(Unit::Share),
            Show::Score { .. } | Show::Signed => Holds::Difference(Unit::Points),
            Show::Ranks { .. } => Holds::Value(Unit::Count),
            Show::Level { unit } => Holds::Level { unit: *unit },
        }
    }
}

/// A column: its stable name for machines, its title for people.
#[derive(Debug, Clone, PartialEq)]
pub struct Column {
    pub id: String,
    pub title: String,
    pub show: Show,
    pub holds: Holds,
}

impl Column {
    pub fn new(id: &str, title: &str, show: Show) -> Column {
        Column { id: id.to_string(), title: title.to_string(), holds: Holds::of(&show), show }
    }

    /// The same column, of something else than most that are shown so.
    pub fn of(self, holds: Holds) -> Column {
        Column { holds, ..self }
    }
}

/// A table of results.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Table {
    pub columns: Vec<Column>,
    pub rows: Vec<Vec<Cell>>,
    /// How many of the first columns name the group.
    pub keys: usize,
}

impl Table {
    pub fn column(&mut self, id: &str, title: &str, show: Show) {
        self.columns.push(Column::new(id, title, show));
    }

    /// A column of which more is known than how it is shown.
    pub fn holding(&mut self, id: &str, title: &str, show: Show, holds: Holds) {
        self.columns.push(Column::new(id, title, show).of(holds));
    }

    /// The same columns with some of the rows.
    pub fn part(&self, rows: std::ops::Range<usize>) -> Table {
        Table { columns: self.columns.clone(), rows: self.rows[rows].to_vec(), keys: self.keys }
    }

    /// The rows, each as an object with the columns' names.
    pub fn objects(&self) -> impl Iterator<Item = impl Serialize + '_> {
        self.rows.iter().map(|row| Object(&self.columns, 0, row))
    }

    /// Position of a column that is known to be there.
    pub fn at(&self, id: &str) -> usize {
        self.columns.iter().position(|c| c.id == id).unwrap_or_else(|| panic!("no column {id}"))
    }
}

/// One row as an object: columns, what is cut from their names, and cells.
struct Object<'a>(&'a [Column], usize, &'a [Cell]);

impl Serialize for Object<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        let mut at = 0;
        while at < self.0.len() {
            match self.0[at].id[self.1..].split_once('.') {
                None => {
                    map.serialize_entry(&self.0[at].id[self.1..], &self.2[at])?;
                    at += 1;
                }
                Some((object, _)) => {
                    // Columns `a.b` and `a.c` that stand side by side are one object `a`.
                    let start = self.1 + object.len() + 1;
                    let prefix = &self.0[at].id[..start];
                    let end = at + self.0[at..].iter().take_while(|c| c.id.starts_with(prefix)).count();
                    map.serialize_entry(object, &Object(&self.0[at..end], start, &self.2[at..end]))?;
                    at = end;
                }
            }
        }
        map.end()
    }
}

impl Serialize for Cell {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Cell::Text(text) | Cell::Amount(text) | Cell::Note(text) => text.serialize(serializer),
            Cell::Value(None) => serializer.serialize_none(),
            Cell::Value(Some(Value::Count(count))) => count.serialize(serializer),
            Cell::Value(Some(Value::Number(number))) => number.serialize(serializer),
            Cell::Flag(is) => is.serialize(serializer),
            Cell::List(names) => names.serialize(serializer),
        }
    }
}

/// An array with one object a row; unknown is null.
impl Serialize for Table {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut seq = serializer.serialize_seq(Some(self.rows.len()))?;
        for row in self.objects() {
            seq.serialize_element(&row)?;
        }
        seq.end()
    }
}
