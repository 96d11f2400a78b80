//! The data directory: made for its owner alone, and held by one server at a time.

use crate::settings::{self, Settings};
use anyhow::{Context, Result, bail};
use std::{
    fs::{DirBuilder, File, OpenOptions, TryLockError},
    os::unix::fs::{DirBuilderExt, OpenOptionsExt},
    path::PathBuf,
};

/// The data directory of a running server. It is free again when this is dropped.
#[derive(Debug)]
pub struct DataDir {
    /// Where it is.
    pub path: PathBuf,
    _lock: Option<File>,
}

impl DataDir {
    /// Makes the directory where it is missing. With SQLite, locks it: two servers on one file would
    /// each keep what they hear from the other's people.
    ///
    /// # Errors
    /// The directory cannot be made, or another server has it.
    pub fn open(settings: &Settings) -> Result<Self> {
        let path = &settings.data_dir;
        DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(path)
            .with_context(|| format!("cannot make the data directory {}", path.display()))?;
        let path = path
            .canonicalize()
            .with_context(|| format!("cannot open the data directory {}", path.display()))?;
        let lock = settings.sqlite_file().map(|_| lock(&path)).transpose()?;
        Ok(Self { path, _lock: lock })
    }
}

fn lock(dir: &std::path::Path) -> Result<File> {
    let path = dir.join("lock");
    let file = OpenOptions::new()
        .create(true)
        .append(true)
        .mode(0o600)
        .open(&path)
        .with_context(|| format!("cannot write {}", path.display()))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => bail!(
            "another chinwag is using {}: stop it first, or choose another place with --data-dir",
            dir.display()
        ),
        Err(TryLockError::Error(error)) => {
            Err(error).with_context(|| format!("cannot lock {}", path.display()))
        }
    }
}

/// The master secret: made at first start, read and judged at every start.
///
/// # Errors
/// The secret is refused; or it is gone while the database is there, which would end every password.
pub fn master_secret(settings: &Settings) -> Result<Vec<u8>> {
    let path = settings.master_file();
    if !path.exists() {
        if settings.sqlite_file().is_some_and(|database| database.exists()) {
            bail!(
                "{} is gone, but the database is there: no password could be verified without it. Put it back from your backup",
                path.display()
            );
        }
        settings::generate_secret(&path)?;
    }
    settings::read_secret(&path)
}
