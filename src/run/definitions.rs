//! The catalogue of metrics as a page for people, or as JSON with its SQL.

use super::asked::definitions_of;
use crate::cli::{DefinitionArgs, DefinitionFormat};
use crate::metrics::ServiceLevel;
use crate::metrics::catalogue::{self, CATALOGUE, RELATIONS_SQL};
use crate::report::{definitions_page, squash};
use crate::write;
use anyhow::Result;

/// Every metric's definition.
pub fn definitions_text(asked: &DefinitionArgs, format: DefinitionFormat) -> Result<String> {
    let definitions = definitions_of(asked)?;
    if format == DefinitionFormat::Json {
        return write::definitions(&definitions_page(&definitions));
    }
    let mut text = String::from(
        "# Metrics\n\nPrinted from the catalogue by `callmerit definitions`; do not edit.\n\n\
         Every metric in the order of output. The SQL is over two relations: `contacts`, one row a contact, and\n\
         `handled`, one row a leg that an agent took; both come from the table `calls` that `callmerit export` writes,\n\
         by the query at the end. A group is `GROUP BY` of its columns.\n",
    );
    for m in &CATALOGUE {
        let unit = match m.unit {
            catalogue::Unit::Count => "count",
            catalogue::Unit::Seconds => "seconds",
            catalogue::Unit::Share => "fraction from 0 to 1",
            catalogue::Unit::Points => "points of the scale",
        };
        text += &format!("\n## `{}`: {}\n\n{} Unit: {unit}.\n\n", m.id, m.name, squash(m.definition));
        for (what, words) in [("Leaves out", m.leaves_out), ("How it is gamed", m.gamed), ("Source", m.source)] {
            if !words.is_empty() {
                text += &format!("- {what}: {}\n", squash(words));
            }
        }
        let over = if m.over == catalogue::Over::Contacts { "contacts" } else { "handled" };
        text += &format!("\n```sql\nSELECT {} FROM {over}\n```\n", squash(&(m.sql)(&definitions)));
    }
    text +=
        "\n## Service level formulas\n\nAN answered, AB abandoned, T the threshold, S the short-abandon threshold.\n\n";
    text += "| name | formula |\n|---|---|\n";
    for formula in ServiceLevel::ALL {
        text += &format!("| `{}` | {} |\n", formula.name(), formula.formula());
    }
    text += &format!("\n## The two relations\n\n```sql\n{RELATIONS_SQL}```\n");
    Ok(text)
}
