//! The picture of an account: what its blobs are called, and what its row keeps of them.

use crate::{Chat, error::Result, files::Preview};
use chinwag_blobs::{Cut, Size};
use chinwag_sql::{Error, Row};
use chinwag_wire::{AccountId, avatar_path};
use std::collections::BTreeMap;
use uuid::Uuid;

/// The folder of pictures.
pub(crate) const FOLDER: &str = "avatars";
/// The squares that are made of every picture.
pub(super) const SQUARES: &[Cut] = &[Cut::square(64), Cut::square(256), Cut::square(512)];
/// What is made of one besides, where its surface shows portraits.
const PORTRAIT: Cut = Cut { size: Size { width: 413, height: 531 }, exact: true, opaque: true };
/// All of that.
pub(super) const WITH_PORTRAIT: &[Cut] =
    &[Cut::square(64), Cut::square(256), Cut::square(512), PORTRAIT];

/// What a cut is known by: its longer side.
pub(super) const fn side(cut: &Cut) -> u32 {
    if cut.size.width > cut.size.height { cut.size.width } else { cut.size.height }
}

/// A cut of it.
pub(super) fn blob(id: Uuid, side: u32) -> String {
    format!("{FOLDER}/{id}-{side}")
}

/// What was uploaded, until the cuts are made of it.
pub(super) fn original(id: Uuid) -> String {
    format!("{FOLDER}/{id}")
}

/// The picture there is: its id, and its cuts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Picture {
    pub(super) id: Uuid,
    pub(super) cuts: Vec<Preview>,
}

impl Picture {
    /// From two columns, where there is one.
    pub(super) fn from_row(row: &Row, at: usize) -> Result<Option<Self>> {
        let Some(id) = row.get::<Option<Uuid>>(at)? else { return Ok(None) };
        let text: String = row.get(at + 1)?;
        let cuts = serde_json::from_str(&text).map_err(|_| Error::Corrupt {
            index: at + 1,
            expected: "cuts as JSON",
            found: "something else".to_owned(),
        })?;
        Ok(Some(Self { id, cuts }))
    }

    /// What the row keeps of its cuts.
    pub(super) fn text(&self) -> String {
        serde_json::to_string(&self.cuts).expect("our own types always serialise")
    }

    /// Where each square is, by its side.
    pub(super) fn paths(&self, account: AccountId) -> BTreeMap<String, String> {
        let path = |square: &Preview| {
            (square.side.to_string(), avatar_path(account, square.side, self.id))
        };
        let is_square = |cut: &&Preview| SQUARES.iter().any(|square| side(square) == cut.side);
        self.cuts.iter().filter(is_square).map(path).collect()
    }

    /// The cut that shows a person best: the portrait, or else the largest square.
    pub(super) fn best(self) -> Option<Preview> {
        self.cuts.into_iter().max_by_key(|cut| cut.side)
    }
}

impl Chat {
    /// Deletes all blobs of a picture. What cannot be deleted now is left to the sweep.
    pub(crate) async fn delete_picture(&self, id: Uuid) {
        let cuts = WITH_PORTRAIT.iter().map(|cut| blob(id, side(cut)));
        for name in cuts.chain([original(id)]) {
            if let Err(error) = self.blobs().delete(&name).await {
                tracing::warn!(%error, name, "a blob could not be deleted yet");
            }
        }
    }
}
