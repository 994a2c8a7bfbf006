//! Reports into bytes: one file a format, and no arithmetic.

mod bars;
mod json;
mod screen;
mod separated;
mod text;

pub use text::{visible, wrapped};

use crate::report::{
    CheckReport, GoalsReport, Head, IncentivesReport, Named, PlanCheckReport, Report, ScorecardReport, SignalsReport,
    StatementReport, Table, plan_findings_table,
};
use anyhow::{Context, Result, anyhow, bail};
use std::io::Write;
use std::path::Path;
use text::finished;

/// The formats of output.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    Table,
    Csv,
    Tsv,
    Json,
    Ndjson,
    Markdown,
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
            _ => return None,
        })
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
            "the ending of `{}` names no format; use .csv, .tsv, .json, .ndjson, .md or .txt, or say --format",
            path.display()
        )
    })
}

/// A file that is to be written.
#[derive(Debug, Clone)]
pub struct File {
    pub name: String,
    pub bytes: Vec<u8>,
    pub readers: Readers,
}

/// The whole report; in a format of tables the one after which the file is named.
pub fn report(report: &Report, path: &Path, format: Format, look: Look) -> Result<File> {
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let all = |bytes: Vec<u8>| File { name: name.clone(), bytes, readers: Readers::Owner };
    Ok(match format {
        Format::Json => all(json::whole(report)?.into_bytes()),
        Format::Ndjson => all(json::named_lines(report)?.into_bytes()),
        Format::Table => all(finished(&screen::report(report, look), look).into_bytes()),
        Format::Markdown => all(screen::report_as_markdown(report).into_bytes()),
        Format::Csv | Format::Tsv => one_table(&named(report, path)?, format, name)?,
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

/// Every table of the report as a file of its own, in the report's order.
pub fn tables(report: &Report, format: Format) -> Result<Vec<File>> {
    let ending = match format {
        Format::Csv => "csv",
        Format::Tsv => "tsv",
        Format::Ndjson => "ndjson",
        other => bail!("tables can be csv, tsv or ndjson, not {}", other.name()),
    };
    report.tables().iter().map(|named| one_table(named, format, format!("{}.{ending}", named.name))).collect()
}

fn one_table(named: &Named<'_>, format: Format, name: String) -> Result<File> {
    let text = metrics(std::slice::from_ref(named.table), format, Look::FILE)?;
    let readers = if named.private { Readers::Owner } else { Readers::Usual };
    Ok(File { name, bytes: text.into_bytes(), readers })
}

/// Results as text.
pub fn metrics(tables: &[Table], format: Format, look: Look) -> Result<String> {
    Ok(match (format, tables) {
        (Format::Json, _) => json::array(tables)?,
        (Format::Ndjson, _) => json::lines(tables)?,
        (Format::Csv | Format::Tsv, [table]) => separated::write(table, delimiter(format))?,
        (Format::Csv | Format::Tsv, _) => bail!(
            "several groupings do not fit into one {} table; ask for one --by, or for --format json",
            if format == Format::Csv { "CSV" } else { "TSV" }
        ),
        (Format::Table, _) => {
            finished(&tables.iter().map(|t| screen::table(t, look)).collect::<Vec<_>>().join("\n"), look)
        }
        (Format::Markdown, _) => {
            finished(&tables.iter().map(screen::markdown).collect::<Vec<_>>().join("\n"), Look::FILE)
        }
    })
}

fn delimiter(format: Format) -> u8 {
    if format == Format::Tsv { b'\t' } else { b',' }
}

/// Scorecards as text.
pub fn scorecards(head: &Head, report: &ScorecardReport, format: Format, look: Look) -> Result<String> {
    Ok(match format {
        Format::Json => json::headed(head, report)?,
        Format::Table => finished(&screen::scorecards(report, look), look),
        Format::Markdown => finished(&screen::scorecards_as_markdown(report), Look::FILE),
        _ => metrics(std::slice::from_ref(&report.table), format, look)?,
    })
}

/// Signals as text; as a plain table their contacts, where they were asked for.
pub fn signals(head: &Head, report: &SignalsReport, format: Format, look: Look) -> Result<String> {
    Ok(match format {
        Format::Json => json::headed(head, report)?,
        Format::Table => finished(&screen::signals(report, look), look),
        _ => metrics(std::slice::from_ref(report.contacts.as_ref().unwrap_or(&report.table)), format, look)?,
    })
}

/// Recommendations as text.
pub fn incentives(head: &Head, report: &IncentivesReport, format: Format, look: Look) -> Result<String> {
    Ok(match format {
        Format::Json => json::headed(head, report)?,
        Format::Table => finished(&screen::incentives(report, look), look),
        _ => metrics(std::slice::from_ref(&report.table), format, look)?,
    })
}

/// Goals as text.
pub fn goals(head: &Head, report: &GoalsReport, format: Format, look: Look) -> Result<String> {
    Ok(match format {
        Format::Json => json::headed(head, report)?,
        Format::Table => finished(&screen::goals(report, look), look),
        _ => metrics(std::slice::from_ref(&report.table), format, look)?,
    })
}

/// The statement for one agent as text.
pub fn statement(head: &Head, report: &StatementReport, format: Format, look: Look) -> Result<String> {
    Ok(match format {
        Format::Json => json::headed(head, report)?,
        Format::Table => finished(&screen::statement(report, look), look),
        Format::Markdown => finished(&screen::statement_as_markdown(report), Look::FILE),
        Format::Csv | Format::Tsv => separated::write(&screen::statement_table(report), delimiter(format))?,
        Format::Ndjson => json::lines(&[screen::statement_table(report)])?,
    })
}

/// The check as text.
pub fn check(report: &CheckReport, format: Format, look: Look) -> Result<String> {
    Ok(match format {
        Format::Json => json::whole(report)?,
        Format::Table => finished(&screen::check(report, look), look),
        Format::Markdown => finished(&screen::markdown(&screen::check_table(report)), Look::FILE),
        Format::Csv | Format::Tsv => separated::write(&screen::check_table(report), delimiter(format))?,
        Format::Ndjson => json::lines(&[screen::check_table(report)])?,
    })
}

/// The check of a plan as text.
pub fn plan_check(report: &PlanCheckReport, format: Format, look: Look) -> Result<String> {
    Ok(match format {
        Format::Json => json::whole(report)?,
        Format::Table => finished(&screen::plan_check(report, look), look),
        _ => metrics(&[plan_findings_table(report)], format, look)?,
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
