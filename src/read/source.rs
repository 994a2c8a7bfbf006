//! Opens what was named on the command line and finds out what kind of file it is.

use crate::names::hint_of_files;
use anyhow::{Context, Result, anyhow, bail};
use encoding_rs::Encoding;
use encoding_rs_io::DecodeReaderBytesBuilder;
use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// How the bytes of a text file are packed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Packing {
    Plain,
    Gzip,
    Zstd,
}

/// What kind of file a source is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileKind {
    Text,
    Parquet,
}

/// One input, which can be opened as often as needed.
#[derive(Debug)]
pub struct Source {
    /// What to call it in messages.
    pub name: String,
    path: PathBuf,
    /// Standard input, kept in an unnamed temporary file.
    spooled: Option<File>,
    pub kind: FileKind,
    packing: Packing,
    encoding: Option<&'static Encoding>,
    /// Size on disk, bytes.
    pub size: u64,
}

/// Bytes looked at to tell what a file is.
const HEAD: usize = 64 * 1024;

/// Expands the arguments: globs that the shell left alone, `-` for standard input.
pub fn expand(arguments: &[String]) -> Result<Vec<String>> {
    let mut names = Vec::new();
    for argument in arguments {
        let is_pattern = argument.contains(['*', '?', '[']) && !Path::new(argument).exists();
        if !is_pattern {
            names.push(argument.clone());
            continue;
        }
        let found = glob::glob(argument).with_context(|| format!("`{argument}` is no pattern for file names"))?;
        let before = names.len();
        for path in found {
            names.push(path?.to_string_lossy().into_owned());
        }
        if names.len() == before {
            bail!("no file matches `{argument}`");
        }
    }
    // A file that is named twice is one file.
    let mut seen = std::collections::HashSet::new();
    names.retain(|name| seen.insert(name.clone()));
    Ok(names)
}

/// Stops at what can be read once only: standard input, and pipes.
pub fn require_second_reading(arguments: &[String]) -> Result<()> {
    for name in expand(arguments)? {
        let again = name != "-" && std::fs::metadata(&name).map_or(true, |m| m.is_file() || m.is_dir());
        if !again {
            let name = if name == "-" { "standard input".to_string() } else { format!("`{name}`") };
            bail!(
                "{name} can be read once only, and to name contacts by their ids the calls are read a second time; save \
                 them to a file and name that"
            );
        }
    }
    Ok(())
}

impl Source {
    /// Opens `name` far enough to know what it is.
    pub fn open(name: &str) -> Result<Source> {
        let mut source = Source {
            name: if name == "-" { "standard input".to_string() } else { name.to_string() },
            path: PathBuf::from(name),
            spooled: None,
            kind: FileKind::Text,
            packing: Packing::Plain,
            encoding: None,
            size: 0,
        };
        if name == "-" {
            let mut file = tempfile::tempfile().context("no temporary file could be made for standard input")?;
            source.size = std::io::copy(&mut std::io::stdin().lock(), &mut file)?;
            source.spooled = Some(file);
        } else {
            let metadata = match std::fs::metadata(name) {
                Ok(metadata) => metadata,
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                    bail!("there is no file `{name}`{}", hint_of_files(name))
                }
                Err(error) => bail!("`{name}` cannot be opened: {error}"),
            };
            if metadata.is_dir() {
                bail!("`{name}` is a directory; name its files, as in `{}/*.csv`", name.trim_end_matches('/'));
            }
            source.size = metadata.len();
            if !metadata.is_file() {
                // A pipe can be read once only.
                let mut file = tempfile::tempfile().context("no temporary file could be made for a pipe")?;
                source.size = std::io::copy(&mut File::open(name)?, &mut file)?;
                source.spooled = Some(file);
            }
        }
        source.look()?;
        Ok(source)
    }

    /// The raw file from its beginning.
    pub fn file(&self) -> Result<File> {
        let file = match &self.spooled {
            Some(file) => {
                let mut file = file.try_clone()?;
                file.seek(SeekFrom::Start(0))?;
                file
            }
            None => File::open(&self.path).map_err(|e| anyhow!("`{}` cannot be opened: {e}", self.name))?,
        };
        Ok(file)
    }

    /// The encoding found, where it is not plain UTF-8 or a superset of ASCII.
    pub fn encoding_name(&self) -> Option<&'static str> {
        self.encoding.map(Encoding::name)
    }

    /// Uses `encoding` instead of the one found.
    pub fn set_encoding(&mut self, encoding: &'static Encoding) {
        // Every single-byte superset of ASCII that is left alone is read as UTF-8 or Windows-1252.
        let left_alone = encoding == encoding_rs::UTF_8 || encoding == encoding_rs::WINDOWS_1252;
        self.encoding = (!left_alone).then_some(encoding);
    }

    /// Looks at the first bytes; refuses what is no call log, with what to do instead.
    fn look(&mut self) -> Result<()> {
        let name = self.name.clone();
        let mut head = first_bytes(self.file()?, HEAD).with_context(|| format!("`{name}` cannot be read"))?;
        if head.is_empty() {
            bail!("`{name}` is empty: it has no header and no rows; export it again");
        }
        if head.starts_with(b"PAR1") {
            self.kind = FileKind::Parquet;
            return Ok(());
        }
        self.packing = if head.starts_with(&[0x1f, 0x8b]) {
            Packing::Gzip
        } else if head.starts_with(&[0x28, 0xb5, 0x2f, 0xfd]) {
            Packing::Zstd
        } else {
            Packing::Plain
        };
        if self.packing != Packing::Plain {
            head = first_bytes(self.unpacked(Arc::default())?, HEAD)
                .map_err(|error| anyhow!("`{name}` cannot be unpacked ({error}); copy or download it again"))?;
            if head.is_empty() {
                bail!("`{name}` is empty once unpacked; export it again");
            }
        }
        if let Some(what) = not_a_log(&head) {
            let advice = if what.contains(';') { "" } else { "; name the export of the calls, as CSV or Parquet" };
            bail!("`{name}` is no call log: it looks like {what}{advice}");
        }
        self.encoding = match Encoding::for_bom(&head) {
            Some((encoding, _)) if encoding != encoding_rs::UTF_8 => Some(encoding),
            Some(_) => None,
            None => utf16_without_mark(&head),
        };
        // A stray zero byte is a damaged row; many are no text.
        if self.encoding.is_none() && head.iter().filter(|b| **b == 0).count() * 1_000 > head.len() {
            bail!("`{name}` is no call log: it is not text (it has NUL bytes); export it as CSV or Parquet");
        }
        Ok(())
    }

    /// The bytes of the file, unpacked; `passed` counts those taken from disk.
    fn unpacked(&self, passed: Arc<AtomicU64>) -> Result<Box<dyn Read + Send>> {
        let file = Counted { inner: self.file()?, passed };
        Ok(match self.packing {
            Packing::Plain => Box::new(file),
            Packing::Gzip => {
                Box::new(flate2::read::MultiGzDecoder::new(std::io::BufReader::with_capacity(1 << 18, file)))
            }
            Packing::Zstd => Box::new(zstd::stream::read::Decoder::new(file)?),
        })
    }

    /// The text as UTF-8 bytes (or a superset of ASCII that is decoded name by name), without byte order mark.
    /// `passed` counts the bytes taken from disk.
    pub fn text(&self, passed: Arc<AtomicU64>) -> Result<Box<dyn Read + Send>> {
        let unpacked = self.unpacked(passed)?;
        Ok(match self.encoding {
            Some(encoding) => {
                Box::new(DecodeReaderBytesBuilder::new().encoding(Some(encoding)).bom_override(true).build(unpacked))
            }
            None => Box::new(WithoutMark { inner: unpacked, held: Vec::new(), looked: false }),
        })
    }

    /// The first `limit` bytes of the text, and whether that is all of it.
    pub fn text_head(&self, limit: usize) -> Result<(Vec<u8>, bool)> {
        let mut head = first_bytes(self.text(Arc::default())?, limit + 1)
            .map_err(|error| anyhow!("`{}` cannot be read ({error}); copy or download it again", self.name))?;
        let whole = head.len() <= limit;
        head.truncate(limit);
        Ok((head, whole))
    }
}

fn first_bytes(reader: impl Read, limit: usize) -> std::io::Result<Vec<u8>> {
    let mut head = Vec::new();
    reader.take(limit as u64).read_to_end(&mut head)?;
    Ok(head)
}

/// Names the kind of file that is certainly no call log.
fn not_a_log(head: &[u8]) -> Option<&'static str> {
    const KINDS: [(&[u8], &str); 12] = [
        (b"\x89PNG", "a picture (PNG)"),
        (b"\xff\xd8\xff", "a picture (JPEG)"),
        (b"GIF8", "a picture (GIF)"),
        (b"%PDF", "a PDF; export the report as CSV"),
        (b"PK\x03\x04", "an Excel workbook or a zip archive; save the sheet as CSV, or unpack it"),
        (b"\xd0\xcf\x11\xe0", "an old Excel workbook; save the sheet as CSV"),
        (b"BZh", "a bzip2 file; unpack it first"),
        (b"\xfd7zXZ", "an xz file; unpack it first"),
        (b"7z\xbc\xaf", "a 7z archive; unpack it first"),
        (b"SQLite format 3", "a database (SQLite); export the table as CSV"),
        (b"{\\rtf", "a text document (RTF); export the report as CSV"),
        (b"RIFF", "a sound or film"),
    ];
    if let Some((_, what)) = KINDS.iter().find(|(magic, _)| head.starts_with(magic)) {
        return Some(what);
    }
    let start = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head).trim_ascii_start();
    let lower = start[..start.len().min(64)].to_ascii_lowercase();
    if lower.starts_with(b"<!doctype html") || lower.starts_with(b"<html") {
        return Some("a web page, perhaps a sign-in page; download the export again");
    }
    if lower.starts_with(b"<?xml") {
        return Some("XML; export it as CSV or Parquet");
    }
    if lower.starts_with(b"{")
        || lower.starts_with(b"[{")
        || (lower.starts_with(b"[") && lower.trim_ascii_end().ends_with(b"{"))
    {
        return Some("JSON; export it as CSV or Parquet");
    }
    None
}

/// UTF-16 without its mark shows as a zero in every second byte.
fn utf16_without_mark(head: &[u8]) -> Option<&'static Encoding> {
    let zeros = |odd: usize| head.iter().skip(odd).step_by(2).filter(|b| **b == 0).count() * 2;
    if zeros(1) > head.len() * 4 / 5 {
        return Some(encoding_rs::UTF_16LE);
    }
    (zeros(0) > head.len() * 4 / 5).then_some(encoding_rs::UTF_16BE)
}

/// Counts what is read.
struct Counted<R> {
    inner: R,
    passed: Arc<AtomicU64>,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let read = self.inner.read(buffer)?;
        self.passed.fetch_add(read as u64, Ordering::Relaxed);
        Ok(read)
    }
}

/// Drops the byte order mark of UTF-8.
struct WithoutMark<R> {
    inner: R,
    held: Vec<u8>,
    looked: bool,
}

impl<R: Read> Read for WithoutMark<R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        if !self.looked {
            self.looked = true;
            (&mut self.inner).take(3).read_to_end(&mut self.held)?;
            if self.held == b"\xef\xbb\xbf" {
                self.held.clear();
            }
        }
        if !self.held.is_empty() {
            let count = self.held.len().min(buffer.len());
            buffer[..count].copy_from_slice(&self.held[..count]);
            self.held.drain(..count);
            return Ok(count);
        }
        self.inner.read(buffer)
    }
}
