//! The statement for one agent, as text and as Markdown.

use super::{Paint, markdown as markdown_table, painted, paragraph, table};
use crate::report::{Block, Cell, Column, Show, StatementReport, Table};
use crate::write::{Look, marked};
use std::fmt::Write as _;

/// Section by section, in lines of the screen's width.
pub fn statement(report: &StatementReport, look: Look) -> String {
    let mut out = paragraph("", &report.title, look);
    for (number, section) in report.sections.iter().enumerate() {
        let title = format!("{}. {}", number + 1, section.title);
        let _ = writeln!(out, "\n{}", painted(&title, Paint::Title));
        let mut step = 0;
        for block in &section.blocks {
            match block {
                Block::Paragraph(text) => out += &paragraph("  ", text, look),
                Block::Item(text) => out += &paragraph("  - ", text, look),
                Block::Step { says, .. } => {
                    step += 1;
                    out += &paragraph(&format!("  {step:>2}. "), says, look);
                }
                Block::Table(rows) => {
                    out.push('\n');
                    for line in table(rows, Look { width: look.width.saturating_sub(2), ..look }).lines() {
                        let _ = writeln!(out, "{}", format!("  {line}").trim_end());
                    }
                    out.push('\n');
                }
            }
        }
    }
    out
}

/// The same for a page.
pub fn statement_as_markdown(report: &StatementReport) -> String {
    let mut out = format!("# {}\n", marked::inside(&report.title));
    for section in &report.sections {
        let gap = if out.ends_with("\n\n") { "" } else { "\n" };
        let _ = write!(out, "{gap}## {}\n\n", section.title);
        let mut step = 0;
        let mut in_list = false;
        for block in &section.blocks {
            let is_item = matches!(block, Block::Item(_) | Block::Step { .. });
            if in_list && !is_item {
                out.push('\n');
            }
            in_list = is_item;
            match block {
                Block::Paragraph(text) => _ = write!(out, "{}\n\n", marked::line(text)),
                Block::Item(text) => _ = writeln!(out, "- {}", marked::line(text)),
                Block::Step { says, .. } => {
                    step += 1;
                    let _ = writeln!(out, "{step}. {}", marked::line(says));
                }
                Block::Table(rows) => _ = writeln!(out, "{}", markdown_table(rows)),
            }
        }
    }
    out.trim_end().to_string() + "\n"
}

/// The sections as one table: where it stands, what it is, what it says.
pub fn statement_table(report: &StatementReport) -> Table {
    let titles =
        [("section", "Section"), ("item", "Item"), ("says", "Says"), ("numbers", "Numbers"), ("result", "Result")];
    let mut rows = Vec::new();
    let text = |text: &str| Cell::Note((!text.is_empty()).then(|| text.to_string()));
    for section in &report.sections {
        let mut row = |item: &str, says: &str, numbers: &str, result: &str| {
            rows.push(vec![text(section.id), text(item), text(says), text(numbers), text(result)]);
        };
        for block in &section.blocks {
            match block {
                Block::Paragraph(says) | Block::Item(says) => row("", says, "", ""),
                Block::Step { id, says, numbers, result } => row(id, says, numbers, result),
                Block::Table(table) => {
                    for cells in &table.rows {
                        let words = |cell: &Cell| match cell {
                            Cell::Text(Some(text)) => text.clone(),
                            _ => String::new(),
                        };
                        let named = table.columns.iter().zip(cells).skip(1);
                        let numbers: Vec<String> = named.map(|(c, cell)| format!("{}={}", c.id, words(cell))).collect();
                        row(&words(&cells[0]), "", &numbers.join("; "), "");
                    }
                }
            }
        }
    }
    Table { columns: titles.map(|(id, title)| Column::new(id, title, Show::Text)).into(), rows, keys: 2 }
}
