//! How a file stands in a row, and how a message keeps what its files are.

use crate::error::{Failure, Result};
use chinwag_sql::{Error, Row};
use chinwag_wire::{File, FileId};
use serde::{Deserialize, Serialize};
use std::fmt::Write as _;

/// The columns [`file`] reads, from `files f`.
macro_rules! columns {
    () => {
        "f.id, f.name, f.media_type, f.size, f.sha256, f.width, f.height, f.previews"
    };
}
pub(super) use columns;

/// How many [`columns`] there are.
pub(super) const COLUMNS: usize = 8;

/// A preview that was made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Preview {
    /// Its longer side at most, as it is asked for.
    pub(crate) side: u32,
    /// Bytes.
    pub(crate) size: u64,
    /// What it was written as.
    pub(crate) media_type: String,
}

/// A file from [`columns`], and its previews.
pub(super) fn file(row: &Row) -> Result<(File, Vec<Preview>)> {
    let previews: Vec<Preview> = match row.get::<Option<String>>(7)? {
        Some(text) => serde_json::from_str(&text).map_err(|_| corrupt(7, "previews as JSON"))?,
        None => Vec::new(),
    };
    let file = File {
        id: FileId(row.get(0)?),
        name: row.get(1)?,
        media_type: row.get(2)?,
        size: row.get(3)?,
        sha256: hexadecimal(&row.get::<Vec<u8>>(4)?),
        width: row.get(5)?,
        height: row.get(6)?,
        previews: previews.iter().map(|preview| preview.side).collect(),
    };
    Ok((file, previews))
}

/// What a message's files are, from its row: the text of [`attachments_text`].
pub(crate) fn attachments(text: Option<String>, index: usize) -> Result<Vec<File>> {
    let Some(text) = text else { return Ok(Vec::new()) };
    serde_json::from_str(&text).map_err(|_| corrupt(index, "attachments as JSON"))
}

/// What a message's row keeps of its files; nothing where there are none.
pub(crate) fn attachments_text(files: &[File]) -> Option<String> {
    (!files.is_empty())
        .then(|| serde_json::to_string(files).expect("our own types always serialise"))
}

/// The bytes as text.
pub(super) fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(2 * bytes.len()), |mut text, byte| {
        write!(text, "{byte:02x}").expect("text takes everything");
        text
    })
}

fn corrupt(index: usize, expected: &'static str) -> Failure {
    Error::Corrupt { index, expected, found: "something else".to_owned() }.into()
}
