//! The picture of an account: what its blobs are called, and what its row keeps of them.

use crate::{Chat, error::Result, files::Preview};
use chinwag_sql::{Error, Row};
use chinwag_wire::{AccountId, avatar_path};
use std::collections::BTreeMap;
use uuid::Uuid;

/// The folder of pictures.
pub(crate) const FOLDER: &str = "avatars";
/// The sides of the squares that are made, in pixels.
pub(super) const SIDES: &[u32] = &[64, 256, 512];

/// A square of it.
pub(super) fn blob(id: Uuid, side: u32) -> String {
    format!("{FOLDER}/{id}-{side}")
}

/// What was uploaded, until the squares are made of it.
pub(super) fn original(id: Uuid) -> String {
    format!("{FOLDER}/{id}")
}

/// The picture there is: its id, and its squares.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Picture {
    pub(super) id: Uuid,
    pub(super) squares: Vec<Preview>,
}

impl Picture {
    /// From two columns, where there is one.
    pub(super) fn from_row(row: &Row, at: usize) -> Result<Option<Self>> {
        let Some(id) = row.get::<Option<Uuid>>(at)? else { return Ok(None) };
        let text: String = row.get(at + 1)?;
        let squares = serde_json::from_str(&text).map_err(|_| Error::Corrupt {
            index: at + 1,
            expected: "squares as JSON",
            found: "something else".to_owned(),
        })?;
        Ok(Some(Self { id, squares }))
    }

    /// What the row keeps of its squares.
    pub(super) fn text(&self) -> String {
        serde_json::to_string(&self.squares).expect("our own types always serialise")
    }

    /// Where each square is, by its side.
    pub(super) fn paths(&self, account: AccountId) -> BTreeMap<String, String> {
        let path = |square: &Preview| {
            (square.side.to_string(), avatar_path(account, square.side, self.id))
        };
        self.squares.iter().map(path).collect()
    }
}

impl Chat {
    /// Deletes all blobs of a picture. What cannot be deleted now is left to the sweep.
    pub(crate) async fn delete_picture(&self, id: Uuid) {
        let squares = SIDES.iter().map(|side| blob(id, *side));
        for name in squares.chain([original(id)]) {
            if let Err(error) = self.blobs().delete(&name).await {
                tracing::warn!(%error, name, "a blob could not be deleted yet");
            }
        }
    }
}
