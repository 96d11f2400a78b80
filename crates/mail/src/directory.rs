//! Letters as files, for a server without SMTP: one `.eml` each, readable for the server's owner
//! alone, in order of time. Only the newest are kept.

use crate::{Error, Letter};
use std::{
    fs::{self, DirBuilder, File, OpenOptions},
    io::{self, Write as _},
    os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _},
    path::{Path, PathBuf},
};

/// How many letters are kept.
const KEPT: usize = 1_000;

/// A directory of letters.
pub(crate) struct Directory(PathBuf);

impl Directory {
    pub(crate) fn new(path: PathBuf) -> Self {
        Self(path)
    }

    /// Writes a letter and tells the log where it is. The same letter again takes the place of the first.
    pub(crate) async fn write(&self, letter: &Letter, mail: Vec<u8>) -> Result<(), Error> {
        let (folder, name) = (self.0.clone(), format!("{}.eml", letter.id));
        let path = folder.join(&name);
        let written = tokio::task::spawn_blocking(move || write(&folder, &name, &mail)).await;
        written
            .map_err(|error| Error::Failed(error.to_string()))?
            .map_err(|error| Error::Failed(format!("{}: {error}", path.display())))?;
        let (subject, link) = (&letter.subject, letter.link.as_deref().unwrap_or_default());
        tracing::info!(subject, link, file = %path.display(), "no SMTP server is set: a letter was written");
        Ok(())
    }
}

/// Under another name first, so that nobody reads half a letter.
fn write(folder: &Path, name: &str, mail: &[u8]) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    let unfinished = folder.join(format!("{name}.part"));
    let mut file =
        OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&unfinished)?;
    file.write_all(mail)?;
    file.sync_all()?;
    fs::rename(&unfinished, folder.join(name))?;
    File::open(folder)?.sync_all()?;
    forget_oldest(folder)
}

fn forget_oldest(folder: &Path) -> io::Result<()> {
    let mut letters: Vec<PathBuf> = fs::read_dir(folder)?
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.extension().is_some_and(|extension| extension == "eml"))
        .collect();
    letters.sort();
    let surplus = letters.len().saturating_sub(KEPT);
    letters[..surplus].iter().try_for_each(fs::remove_file)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt as _;

    #[test]
    fn is_bounded_and_private() {
        let home = tempfile::tempdir().unwrap();
        let folder = home.path().join("mail");
        for number in 0..KEPT + 3 {
            fs::create_dir_all(&folder).unwrap();
            fs::write(folder.join(format!("{number:05}.eml")), "").unwrap();
        }
        write(&folder, "99999.eml", b"first").unwrap();
        write(&folder, "99999.eml", b"second").unwrap();
        let names: Vec<_> =
            fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        assert_eq!(names.len(), KEPT);
        assert_eq!(fs::read(folder.join("99999.eml")).unwrap(), b"second");
        let mode = fs::metadata(folder.join("99999.eml")).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        assert!(!folder.join("00003.eml").exists() && folder.join("00004.eml").exists());
    }
}
