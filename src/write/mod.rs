//! Reports into bytes: one file a format, and no arithmetic.

mod bars;
mod json;
mod marked;
mod page;
mod parquet;
mod screen;
mod separated;
mod text;
mod workbook;

use crate::report::{
    Cell, CheckReport, DefinitionsPage, Document, GoalsReport, Head, IncentivesReport, Named, PlanCheckReport, Report,
    ScorecardReport, Show, SignalsReport, StatementReport, Table, plan_findings_table,
};
use anyhow::{Context, Result, anyhow, bail};
pub use screen::check_table;
pub use separated::Dialect;
use std::io::Write;
use std::path::Path;
use text::finished;
pub use text::{visible, wrapped};

/// The formats of output.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    Table,
    Csv,
    Tsv,
    Json,
    Ndjson,
    Markdown,
    Html,
    Xlsx,
    Parquet,
}

impl Format {
    /// Its name on the command line.
    pub fn name(self) -> String {
        use clap::ValueEnum;
        self.to_possible_value().map_or_else(String::new, |value| value.get_name().to_string())
    }

    /// The format that a file's ending asks for.
    pub fn of_file(path: &Path) -> Option<Format> {
        let ending = path.extension()?.to_str()?.to_ascii_lowercase();
        Some(match ending.as_str() {
            "txt" => Format::Table,
            "csv" => Format::Csv,
            "tsv" => Format::Tsv,
            "json" => Format::Json,
            "ndjson" | "jsonl" => Format::Ndjson,
            "md" | "markdown" => Format::Markdown,
            "xlsx" => Format::Xlsx,
            "parquet" => Format::Parquet,
            "html" | "htm" => Format::Html,
            _ => return None,
        })
    }

    /// Holds the whole report, whatever the command was.
    pub fn is_whole(self) -> bool {
        matches!(self, Format::Xlsx | Format::Html)
    }

    /// No text, so that it is not for a terminal.
    pub fn is_binary(self) -> bool {
        matches!(self, Format::Xlsx | Format::Parquet)
    }
}

/// What a screen is like, or a page that stands for one.
#[derive(Debug, Clone, Copy)]
pub struct Look {
    pub width: usize,
    /// It shows signs beyond ASCII.
    pub unicode: bool,
    pub color: bool,
}

impl Look {
    /// A file, which is read anywhere: the same on every machine.
    pub const FILE: Look = Look { width: 120, unicode: true, color: false };
}

/// The format that is asked for, or that a file's ending names.
pub fn format_of(path: &Path, asked: Option<Format>) -> Result<Format> {
    asked.or_else(|| Format::of_file(path)).with_context(|| {
        format!(
            "the ending of `{}` names no format; use .html, .xlsx, .csv, .tsv, .json, .ndjson, .md, .txt or .parquet, or say \
             --format",
            path.display()
        )
    })
}

/// How a result is to be written.
#[derive(Debug, Clone, Copy)]
pub struct Form {
    pub format: Format,
    /// For tables that people look at.
    pub look: Look,
    /// For CSV and TSV.
    pub dialect: Dialect,
}

/// A file that is to be written.
#[derive(Debug, Clone)]
pub struct File {
    pub name: String,
    pub bytes: Vec<u8>,
    pub readers: Readers,
}

/// The whole report; in a format of tables the one after which the file is named.
pub fn report(report: &Report, path: &Path, form: &Form) -> Result<File> {
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let all = |bytes: Vec<u8>| File { name: name.clone(), bytes, readers: Readers::Owner };
    Ok(match form.format {
        Format::Json => all(json::whole(Document::Report, report)?.into_bytes()),
        Format::Ndjson => all(json::named_lines(report)?.into_bytes()),
        Format::Table => all(finished(&screen::report(report, form.look), form.look).into_bytes()),
        Format::Markdown => all(finished(&screen::report_as_markdown(report), Look::FILE).into_bytes()),
        Format::Html => all(page::report(report).into_bytes()),
        Format::Xlsx => all(workbook::report(report)?),
        Format::Csv | Format::Tsv | Format::Parquet => one_table(&named(report, path)?, form, name)?,
    })
}

/// The table after which a file is named.
fn named<'a>(report: &'a Report, path: &Path) -> Result<Named<'a>> {
    let stem = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let mut tables = report.tables();
    match tables.iter().position(|t| t.name == stem) {
        Some(at) => Ok(tables.swap_remove(at)),
        None => bail!(
            "`{}` holds one table of the report, and is to be named after it: {}; or write all of them with --tables DIR",
            path.display(),
            tables.iter().map(|t| t.name).collect::<Vec<_>>().join(", ")
        ),
    }
}

/// What files of single tables end in; refused where a format is of more than one.
pub fn ending_of_tables(format: Format) -> Result<&'static str> {
    Ok(match format {
        Format::Csv => "csv",
        Format::Tsv => "tsv",
        Format::Ndjson => "ndjson",
        Format::Parquet => "parquet",
        other => bail!("--tables-format can be csv, tsv, ndjson or parquet, not {}", other.name()),
    })
}

/// Every table of the report as a file of its own, in the report's order.
pub fn tables(report: &Report, form: &Form) -> Result<Vec<File>> {
    let ending = ending_of_tables(form.format)?;
    report.tables().iter().map(|named| one_table(named, form, format!("{}.{ending}", named.name))).collect()
}

/// A page for each agent, its owner's alone to read, and an index of whose page is which.
pub fn pages(report: &Report) -> Result<Vec<File>> {
    let text = |text: &str| Cell::Text(Some(text.to_string()));
    let mut index = Table { keys: 2, ..Table::default() };
    index.column("agent", "Agent", Show::Text);
    index.column("page", "Page", Show::Text);
    let mut files = Vec::new();
    for (agent, page) in page::agents(report) {
        let name = page::file_name(&agent);
        index.rows.push(vec![text(&agent), text(&name)]);
        files.push(File { name, bytes: page.into_bytes(), readers: Readers::Owner });
    }
    let index = separated::write(&index, Dialect::USUAL)?;
    files.push(File { name: "index.csv".to_string(), bytes: index, readers: Readers::Owner });
    Ok(files)
}

/// The page of one agent of a report.
pub fn page_of(report: &Report, agent: &str) -> Option<String> {
    page::agent(report, agent)
}

fn one_table(named: &Named<'_>, form: &Form, name: String) -> Result<File> {
    let bytes = metrics(std::slice::from_ref(named), form)?;
    let readers = if named.private { Readers::Owner } else { Readers::Usual };
    Ok(File { name, bytes, readers })
}

/// Tables in any format.
pub fn metrics(tables: &[Named<'_>], form: &Form) -> Result<Vec<u8>> {
    let plain = || tables.iter().map(|named| named.table);
    Ok(match (form.format, tables) {
        (Format::Json, _) => json::array(plain())?.into_bytes(),
        (Format::Ndjson, _) => json::lines(plain())?.into_bytes(),
        (Format::Table, _) => {
            let drawn: Vec<String> = plain().map(|table| screen::table(table, form.look)).collect();
            finished(&drawn.join("\n"), form.look).into_bytes()
        }
        (Format::Markdown, _) => {
            let drawn: Vec<String> = plain().map(screen::markdown).collect();
            finished(&drawn.join("\n"), Look::FILE).into_bytes()
        }
        (Format::Xlsx, _) => workbook::tables(tables)?,
        (Format::Csv, [one]) => separated::write(one.table, form.dialect)?,
        (Format::Tsv, [one]) => separated::write(one.table, Dialect { delimiter: b'\t', ..form.dialect })?,
        (Format::Parquet, [one]) => parquet::write(one.table)?,
        (Format::Csv | Format::Tsv | Format::Parquet, _) => bail!(
            "several groupings do not fit into one {} table; ask for one --by, or for --format json or xlsx",
            match form.format {
                Format::Csv => "CSV",
                Format::Tsv => "TSV",
                _ => "Parquet",
            }
        ),
        (Format::Html, _) => return Err(no_page()),
    })
}

/// A page holds everything, and so only the report can be one.
pub fn no_page() -> anyhow::Error {
    anyhow!("a page holds the whole report, not this alone; make one with `callmerit report FILES -o report.html`")
}

fn one(name: &str, title: &str, table: &Table, form: &Form) -> Result<Vec<u8>> {
    metrics(&[Named::new(name, title, table)], form)
}

/// A cell as plain text, as CSV has it; empty where it is unknown.
pub fn plain(cell: &Cell) -> String {
    separated::text(cell, Dialect::USUAL)
}

/// Scorecards in any format but a workbook's, which has more.
pub fn scorecards(head: &Head, report: &ScorecardReport, form: &Form) -> Result<Vec<u8>> {
    Ok(match form.format {
        Format::Json => json::headed(Document::Scorecard, head, report)?.into_bytes(),
        Format::Table => finished(&screen::scorecards(report, form.look), form.look).into_bytes(),
        Format::Markdown => finished(&screen::scorecards_as_markdown(report), Look::FILE).into_bytes(),
        _ => one("scorecards", "Scorecards", &report.table, form)?,
    })
}

/// Signals; as a plain table their contacts, where they were asked for.
pub fn signals(head: &Head, report: &SignalsReport, form: &Form) -> Result<Vec<u8>> {
    Ok(match form.format {
        Format::Json => json::headed(Document::Signals, head, report)?.into_bytes(),
        Format::Table => finished(&screen::signals(report, form.look), form.look).into_bytes(),
        _ => one("signals", "Signals", report.contacts.as_ref().unwrap_or(&report.table), form)?,
    })
}

/// Recommendations.
pub fn incentives(head: &Head, report: &IncentivesReport, form: &Form) -> Result<Vec<u8>> {
    Ok(match form.format {
        Format::Json => json::headed(Document::Incentives, head, report)?.into_bytes(),
        Format::Table => finished(&screen::incentives(report, form.look), form.look).into_bytes(),
        _ => one("recommendations", "Recommendations", &report.table, form)?,
    })
}

/// Goals.
pub fn goals(head: &Head, report: &GoalsReport, form: &Form) -> Result<Vec<u8>> {
    Ok(match form.format {
        Format::Json => json::headed(Document::Goals, head, report)?.into_bytes(),
        Format::Table => finished(&screen::goals(report, form.look), form.look).into_bytes(),
        _ => one("goals", "Goals", &report.table, form)?,
    })
}

/// The statement for one agent.
pub fn statement(head: &Head, report: &StatementReport, form: &Form) -> Result<Vec<u8>> {
    Ok(match form.format {
        Format::Json => json::headed(Document::Explain, head, report)?.into_bytes(),
        Format::Table => finished(&screen::statement(report, form.look), form.look).into_bytes(),
        Format::Markdown => finished(&screen::statement_as_markdown(report), Look::FILE).into_bytes(),
        _ => one("statement", "Statement", &screen::statement_table(report), form)?,
    })
}

/// The metrics' definitions with their SQL.
pub fn definitions(page: &DefinitionsPage) -> Result<String> {
    json::whole(Document::Definitions, page)
}

/// The check.
pub fn check(report: &CheckReport, form: &Form) -> Result<Vec<u8>> {
    Ok(match form.format {
        Format::Json => json::whole(Document::Check, report)?.into_bytes(),
        Format::Table => finished(&screen::check(report, form.look), form.look).into_bytes(),
        _ => one("check", "Check", &check_table(report), form)?,
    })
}

/// The check of a plan.
pub fn plan_check(report: &PlanCheckReport, form: &Form) -> Result<Vec<u8>> {
    Ok(match form.format {
        Format::Json => json::whole(Document::PlanCheck, report)?.into_bytes(),
        Format::Table => finished(&screen::plan_check(report, form.look), form.look).into_bytes(),
        _ => one("findings", "Findings", &plan_findings_table(report), form)?,
    })
}

fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    }
}

/// Refuses a path that cannot become a file.
pub fn can_write(path: &Path) -> Result<()> {
    let folder = folder_of(path);
    if path.is_dir() {
        bail!("`{}` is a directory; name a file to write", path.display());
    }
    if !folder.is_dir() {
        bail!("`{}` cannot be written: there is no folder `{}`; make it first", path.display(), folder.display());
    }
    Ok(())
}

/// Refuses a path that cannot become a folder of files; makes the folder where it is not there.
pub fn can_fill(folder: &Path) -> Result<()> {
    std::fs::create_dir_all(folder)
        .with_context(|| format!("`{}` cannot be made a folder to write into", folder.display()))
}

/// Who may read a new file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Readers {
    /// Whoever the umask lets.
    Usual,
    /// Its owner alone: it tells what people are paid.
    Owner,
}

/// Writes `bytes` to `path`, whole or not at all. A file that is there keeps its rights, but for those of others where
/// it is its owner's alone.
pub fn file(path: &Path, bytes: &[u8], readers: Readers) -> Result<()> {
    let explain = || format!("`{}` cannot be written", path.display());
    // What a link points to is replaced, not the link.
    let real = path.canonicalize();
    let path = real.as_deref().unwrap_or(path);
    let folder = folder_of(path);
    let is_stream = ["/dev", "/proc"].iter().any(|folder| path.starts_with(folder));
    if path.exists() && (is_stream || !path.is_file()) {
        // A pipe or a device: there is nothing to replace.
        return std::fs::OpenOptions::new()
            .write(true)
            .open(path)
            .and_then(|mut f| f.write_all(bytes))
            .with_context(explain);
    }
    let mut builder = tempfile::Builder::new();
    builder.prefix(".callmerit-");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        // Of a new file the umask takes its part.
        let mode = std::fs::metadata(path).map_or(0o666, |old| old.permissions().mode() & 0o777);
        let mode = if readers == Readers::Owner { mode & 0o600 } else { mode };
        builder.permissions(std::fs::Permissions::from_mode(mode));
    }
    let mut file = builder.tempfile_in(folder).map_err(|error| {
        let why = std::io::Error::from(error.kind()); // without the name of the temporary file
        anyhow!("`{}` cannot be written into its folder: {why}", path.display())
    })?;
    file.write_all(bytes).and_then(|()| file.as_file().sync_all()).with_context(explain)?;
    file.persist(path).with_context(explain)?;
    Ok(())
}
