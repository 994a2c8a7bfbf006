//! Parquet: one table, the types of whose columns do not depend on what stands in them.

use super::separated::name;
use crate::metrics::catalogue::{Unit, Value};
use crate::report::{Cell, Holds, Table};
use anyhow::{Context, Result, bail};
use jiff::civil::{Date, date};
use polars::prelude::{Column, DataFrame, DataType, NamedFrom, ParquetWriter, Series};

/// The table with its stable column names; unknown is null.
pub fn write(table: &Table) -> Result<Vec<u8>> {
    let columns: Vec<Column> = (0..table.columns.len()).map(|at| column(table, at)).collect::<Result<_>>()?;
    let mut frame = DataFrame::new_infer_height(columns)?;
    let mut bytes = Vec::new();
    ParquetWriter::new(&mut bytes).finish(&mut frame)?;
    Ok(bytes)
}

fn column(table: &Table, at: usize) -> Result<Column> {
    let column = &table.columns[at];
    let name = name(&column.id);
    let wrong = || format!("the column `{}` holds something else than {:?}", column.id, column.holds);
    let series = match column.holds {
        Holds::Flag => Series::new(name.into(), cells(table, at, flag).with_context(wrong)?),
        Holds::Value(Unit::Count) | Holds::Difference(Unit::Count) => {
            Series::new(name.into(), cells(table, at, count).with_context(wrong)?)
        }
        Holds::Value(_) | Holds::Difference(_) | Holds::Level { .. } => {
            Series::new(name.into(), cells(table, at, number).with_context(wrong)?)
        }
        Holds::Day => Series::new(name.into(), cells(table, at, day).with_context(wrong)?).cast(&DataType::Date)?,
        // Amounts stay exact.
        Holds::Text | Holds::List | Holds::Amount => {
            Series::new(name.into(), cells(table, at, text).with_context(wrong)?)
        }
    };
    Ok(series.into())
}

fn cells<T>(table: &Table, at: usize, of: fn(&Cell) -> Result<T>) -> Result<Vec<Option<T>>> {
    let unknown =
        |cell: &Cell| matches!(cell, Cell::Text(None) | Cell::Value(None) | Cell::Amount(None) | Cell::Note(None));
    let cell = |row: &Vec<Cell>| if unknown(&row[at]) { Ok(None) } else { of(&row[at]).map(Some) };
    table.rows.iter().map(cell).collect()
}

fn flag(cell: &Cell) -> Result<bool> {
    match cell {
        Cell::Flag(is) => Ok(*is),
        other => bail!("{other:?}"),
    }
}

fn count(cell: &Cell) -> Result<i64> {
    match cell {
        Cell::Value(Some(Value::Count(count))) => Ok(i64::try_from(*count)?),
        other => bail!("{other:?}"),
    }
}

fn number(cell: &Cell) -> Result<f64> {
    match cell {
        Cell::Value(Some(Value::Number(number))) => Ok(*number),
        Cell::Value(Some(Value::Count(count))) => Ok(*count as f64),
        other => bail!("{other:?}"),
    }
}

/// Days since 1970.
fn day(cell: &Cell) -> Result<i32> {
    match cell {
        Cell::Text(Some(day)) | Cell::Note(Some(day)) => Ok((day.parse::<Date>()? - date(1970, 1, 1)).get_days()),
        other => bail!("{other:?}"),
    }
}

fn text(cell: &Cell) -> Result<String> {
    match cell {
        Cell::Text(Some(text)) | Cell::Note(Some(text)) | Cell::Amount(Some(text)) => Ok(text.clone()),
        Cell::List(names) => Ok(names.join("; ")),
        other => bail!("{other:?}"),
    }
}
