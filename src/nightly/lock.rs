//! One run at a time in a folder of nights. The system drops the lock with its process, however that ends.

use anyhow::{Context, Result, bail};
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::Path;

const NAME: &str = ".callmerit.lock";

/// Held until it is dropped.
#[derive(Debug)]
pub struct Lock {
    _file: File,
}

/// Takes the lock of a folder, for `purpose`; waits for another run if asked to.
pub fn take(folder: &Path, purpose: &str, wait: bool) -> Result<Lock> {
    let path = folder.join(NAME);
    let explain = || format!("`{}` cannot be written", folder.display());
    let mut options = OpenOptions::new();
    // Never cut short: it may say who holds it.
    let mut file = options.read(true).write(true).create(true).truncate(false).open(&path).with_context(explain)?;
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) if wait => file.lock().with_context(explain)?,
        Err(TryLockError::WouldBlock) => {
            let mut holder = String::new();
            let _ = file.read_to_string(&mut holder);
            let holder = holder.lines().next().unwrap_or("another run").to_string();
            bail!("`{}` is in use: {holder}; run again when that has ended, or say --wait", folder.display());
        }
        Err(TryLockError::Error(error)) => return Err(error).with_context(explain),
    }
    let holder = format!("process {} writes {purpose}\n", std::process::id());
    let told = file.set_len(0).and_then(|()| file.seek(SeekFrom::Start(0)));
    told.and_then(|_| file.write_all(holder.as_bytes())).with_context(explain)?;
    Ok(Lock { _file: file })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_second_is_told_who_is_first() {
        let folder = tempfile::tempdir().expect("a folder");
        let first = take(folder.path(), "the night of 2026-11-20", false).expect("a lock");
        let told = take(folder.path(), "another", false).unwrap_err().to_string();
        assert!(told.contains(&format!("process {} writes the night of 2026-11-20", std::process::id())), "{told}");
        drop(first);
        take(folder.path(), "another", false).expect("a lock that is free");
    }
}
