//! Parquet through polars: only the columns that are used, row group by row group.

use super::keys::text_of;
use super::normalise::{Cell, Row};
use super::source::Source;
use super::time::{Stamp, print_utc};
use anyhow::{Context, Result};
use polars::prelude::{
    BooleanChunked, DataType, Float64Chunked, Int64Chunked, ParallelStrategy, ParquetReader, PolarsResult, SerReader,
    Series, StringChunked, TimeUnit,
};

/// A Parquet file whose footer has been read.
pub struct ParquetFile {
    /// Names of the top-level columns, in the order of the file.
    pub header: Vec<String>,
    /// Rows in each row group.
    pub groups: Vec<usize>,
    nested: Vec<bool>,
}

impl ParquetFile {
    /// Reads the footer.
    pub fn open(source: &Source) -> Result<ParquetFile> {
        let explain = || format!("`{}` is no whole Parquet file; export or download it again", source.name);
        let mut reader = ParquetReader::new(source.file()?);
        let metadata = reader.get_metadata().with_context(explain)?.clone();
        let schema = reader.schema().with_context(explain)?;
        let header = schema.iter_names().map(ToString::to_string).collect();
        let nested = schema.iter_values().map(|field| field.dtype().is_nested()).collect();
        let groups = metadata.row_groups.iter().map(|g| g.num_rows()).collect();
        Ok(ParquetFile { header, groups, nested })
    }

    /// The first rows as text, for telling what the columns hold.
    pub fn first_rows(&self, source: &Source) -> Result<Vec<Vec<String>>> {
        // Lists, maps and structures hold no cell that a profile could name.
        let all: Vec<usize> = (0..self.header.len()).collect();
        let flat: Vec<usize> = all.iter().copied().filter(|c| !self.nested[*c]).collect();
        let rows = self.groups.iter().sum::<usize>().min(2_000);
        let table = self.read(source, &flat, 0, rows)?;
        let text = |cell: Cell<'_>| match cell {
            Cell::Missing => String::new(),
            Cell::Text(text) => text_of(text),
            Cell::Int(number) => number.to_string(),
            Cell::Float(number) => number.to_string(),
            Cell::Bool(yes) => yes.to_string(),
            Cell::Time(Stamp::Utc(ms)) => print_utc(ms),
            Cell::Time(Stamp::Local(ms)) => print_utc(ms).trim_end_matches('Z').to_string(),
        };
        Ok((0..table.rows()).map(|r| all.iter().map(|c| text(table.row(r).cell(*c))).collect()).collect())
    }

    /// Reads `rows` rows from row `offset` of the columns numbered `columns`.
    pub fn read(&self, source: &Source, columns: &[usize], offset: usize, rows: usize) -> Result<Table> {
        let names: Vec<String> = columns.iter().map(|c| self.header[*c].clone()).collect();
        let frame = ParquetReader::new(source.file()?)
            .with_columns(Some(names.clone()))
            .with_slice(Some((offset, rows)))
            .set_rechunk(true)
            .read_parallel(ParallelStrategy::None)
            .finish()
            .with_context(|| format!("`{}` is damaged; export or download it again", source.name))?;
        let mut table =
            Table { columns: (0..self.header.len()).map(|_| Values::Absent).collect(), rows: frame.height() };
        for (number, name) in columns.iter().zip(&names) {
            let series = frame.column(name)?.as_materialized_series();
            table.columns[*number] = Values::of(series)
                .with_context(|| format!("column `{name}` of `{}` has a type that is not read", source.name))?;
        }
        Ok(table)
    }
}

/// The values of one column.
enum Values {
    Absent,
    Text(StringChunked),
    Int(Int64Chunked),
    Float(Float64Chunked),
    Bool(BooleanChunked),
    /// Milliseconds since 1970; UTC where the type says so.
    Time(Int64Chunked, bool),
}

impl Values {
    fn of(series: &Series) -> PolarsResult<Values> {
        Ok(match series.dtype() {
            DataType::String => Values::Text(series.str()?.clone()),
            DataType::Boolean => Values::Bool(series.bool()?.clone()),
            DataType::Float32 | DataType::Float64 => Values::Float(series.cast(&DataType::Float64)?.f64()?.clone()),
            DataType::Datetime(_, zone) => {
                let utc = zone.is_some();
                let ms = series.cast(&DataType::Datetime(TimeUnit::Milliseconds, None))?;
                Values::Time(ms.to_physical_repr().i64()?.clone(), utc)
            }
            DataType::Date => {
                let ms = series.cast(&DataType::Datetime(TimeUnit::Milliseconds, None))?;
                Values::Time(ms.to_physical_repr().i64()?.clone(), false)
            }
            // A duration, and a time of day, in milliseconds.
            DataType::Duration(_) => {
                let ms = series.cast(&DataType::Duration(TimeUnit::Milliseconds))?;
                Values::Int(ms.to_physical_repr().i64()?.clone())
            }
            kind if kind.is_integer() => Values::Int(series.cast(&DataType::Int64)?.i64()?.clone()),
            DataType::Null => Values::Absent,
            _ => Values::Text(series.cast(&DataType::String)?.str()?.clone()),
        })
    }
}

/// Some rows of a Parquet file, column by column.
pub struct Table {
    columns: Vec<Values>,
    rows: usize,
}

impl Table {
    pub fn rows(&self) -> usize {
        self.rows
    }

    pub fn row(&self, at: usize) -> TableRow<'_> {
        TableRow { table: self, at }
    }
}

/// One row of a [`Table`].
pub struct TableRow<'a> {
    table: &'a Table,
    at: usize,
}

impl Row for TableRow<'_> {
    #[inline]
    fn cell(&self, column: usize) -> Cell<'_> {
        let at = self.at;
        match &self.table.columns[column] {
            Values::Absent => None,
            Values::Text(values) => values.get(at).map(|t| Cell::Text(t.as_bytes())),
            Values::Int(values) => values.get(at).map(Cell::Int),
            Values::Float(values) => values.get(at).map(Cell::Float),
            Values::Bool(values) => values.get(at).map(Cell::Bool),
            Values::Time(values, utc) => {
                values.get(at).map(|ms| Cell::Time(if *utc { Stamp::Utc(ms) } else { Stamp::Local(ms) }))
            }
        }
        .unwrap_or(Cell::Missing)
    }
}
