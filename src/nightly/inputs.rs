//! What a night was made from: every file with its hash, and copies of those that people wrote.

use anyhow::{Context, Result, anyhow, bail};
use sha2::{Digest, Sha256};
use std::fmt::Write as _;
use std::fs::{File, Metadata};
use std::io::Read;
use std::path::Path;
use std::time::SystemTime;

/// Bytes that are hashed at once.
const BLOCK: usize = 1 << 18;

/// A file as it was before it was used.
#[derive(Debug, Clone)]
pub struct Seen {
    /// What it is to the night: `calls`, `plan`, `roster` and so on.
    pub role: &'static str,
    /// As the project file has it.
    pub path: String,
    pub bytes: u64,
    pub sha256: String,
    /// The bytes, of what is copied into the folder.
    pub copy: Option<Vec<u8>>,
    state: State,
}

/// What the file system says of a file; it changes with every writing.
#[derive(Debug, Clone, PartialEq, Eq)]
struct State {
    bytes: u64,
    modified: Option<SystemTime>,
    /// The file itself, and when anything about it was changed: a copy may carry an old time of writing.
    #[cfg(unix)]
    identity: (u64, u64, i64, i64),
}

impl State {
    fn of(metadata: &Metadata) -> State {
        #[cfg(unix)]
        use std::os::unix::fs::MetadataExt;
        State {
            bytes: metadata.len(),
            modified: metadata.modified().ok(),
            #[cfg(unix)]
            identity: (metadata.dev(), metadata.ino(), metadata.ctime(), metadata.ctime_nsec()),
        }
    }
}

/// Hashes a file that is about to be used; `copy` keeps its bytes, too.
pub fn look(role: &'static str, path: &str, copy: bool) -> Result<Seen> {
    let explain = || format!("`{path}` cannot be read");
    let mut file = File::open(path).map_err(|error| match error.kind() {
        std::io::ErrorKind::NotFound => anyhow!("there is no file `{path}`"),
        _ => anyhow!(error).context(explain()),
    })?;
    let metadata = file.metadata().with_context(explain)?;
    if !metadata.is_file() {
        bail!("`{path}` is no file; a night is made from files, so that it can be computed again");
    }
    let mut kept = Vec::new();
    let (bytes, sha256) = hashed(&mut file, copy.then_some(&mut kept)).with_context(explain)?;
    let path = path.to_string();
    Ok(Seen { role, path, bytes, sha256, copy: copy.then_some(kept), state: State::of(&metadata) })
}

/// The length and the hash of a file.
pub fn hash_of(path: &Path) -> std::io::Result<(u64, String)> {
    hashed(&mut File::open(path)?, None)
}

/// The length and the hash of what is read, which is kept if somebody wants it.
fn hashed(file: &mut File, mut kept: Option<&mut Vec<u8>>) -> std::io::Result<(u64, String)> {
    let mut hash = Sha256::new();
    let mut block = vec![0; BLOCK];
    let mut bytes = 0;
    loop {
        let read = file.read(&mut block)?;
        if read == 0 {
            return Ok((bytes, in_hex(&hash.finalize())));
        }
        hash.update(&block[..read]);
        if let Some(kept) = &mut kept {
            kept.extend_from_slice(&block[..read]);
        }
        bytes += read as u64;
    }
}

impl Seen {
    /// Whether the file is still the one that was looked at.
    fn is_the_same(&self) -> bool {
        std::fs::metadata(&self.path).is_ok_and(|now| State::of(&now) == self.state) && self.bytes == self.state.bytes
    }
}

/// Stops where a file was written while it was used: nobody knows which part of it was read.
pub fn require_unchanged(seen: &[Seen]) -> Result<()> {
    let changed: Vec<String> = seen.iter().filter(|s| !s.is_the_same()).map(|s| format!("`{}`", s.path)).collect();
    if !changed.is_empty() {
        bail!(
            "{} changed while it was read, so that it may be half an export; wait until it is whole (who writes it does \
             best to write under another name and to rename it then)",
            changed.join(", ")
        );
    }
    Ok(())
}

/// The hash of some bytes.
pub fn sha256(bytes: &[u8]) -> String {
    in_hex(&Sha256::digest(bytes))
}

fn in_hex(hash: &[u8]) -> String {
    hash.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// What to call the copy of a file in the night's folder.
pub fn copy_name(role: &str, path: &str) -> String {
    let ending = Path::new(path).extension().and_then(|ending| ending.to_str()).map(str::to_lowercase);
    let ending = ending.filter(|ending| ["toml", "csv", "tsv", "txt"].contains(&ending.as_str()));
    format!("inputs/{role}.{}", ending.as_deref().unwrap_or("txt"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_is_that_of_the_standard() {
        // FIPS 180-2, appendix B.1.
        assert_eq!(sha256(b"abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }

    #[test]
    fn a_file_that_is_written_while_it_is_used_is_told() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("calls.csv");
        std::fs::write(&path, "a,b\n1,2\n").expect("a file");
        let name = path.to_str().expect("UTF-8");
        let seen = [look("calls", name, true).expect("a file")];
        assert_eq!((seen[0].bytes, seen[0].copy.as_deref()), (8, Some(&b"a,b\n1,2\n"[..])));
        assert!(require_unchanged(&seen).is_ok());
        std::fs::write(&path, "a,b\n1,3\n").expect("a file");
        assert!(require_unchanged(&seen).is_err());
        std::fs::remove_file(&path).expect("a file");
        assert!(require_unchanged(&seen).is_err());
    }

    #[test]
    fn copies_are_named_by_what_they_are() {
        assert_eq!(copy_name("plan", "a/b/My Plan.TOML"), "inputs/plan.toml");
        assert_eq!(copy_name("roster", "../x\n.exe"), "inputs/roster.txt");
    }
}
