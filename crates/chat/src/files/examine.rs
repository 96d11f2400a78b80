//! Finds out what arrived: its type by its bytes, and of a picture its size, with the previews made and stored.

use super::{
    blob::{file_blob, preview_blob, storing},
    row::Preview,
};
use crate::Chat;
use bytes::Bytes;
use chinwag_blobs::{PictureError, Size, Stored, media_type, picture::is_picture};
use chinwag_wire::{Code, FileId, Problem};

/// The longer sides of the previews that are made.
const SIDES: &[u32] = &[320, 1280];

/// What a file is.
#[derive(Clone, Debug)]
pub(crate) struct Examined {
    pub(super) media_type: &'static str,
    pub(super) size: Option<Size>,
    pub(super) previews: Vec<Preview>,
}

impl Examined {
    /// A file that is not looked at.
    pub(super) fn unseen(stored: &Stored) -> Self {
        Self { media_type: media_type(&stored.head), size: None, previews: Vec::new() }
    }
}

impl Chat {
    /// Examines a stored blob.
    ///
    /// # Errors
    /// `picture_unreadable`, `picture_too_large`, `overloaded` where too many pictures wait, `unavailable`, `storage_full`.
    pub(crate) async fn examine(&self, id: FileId, stored: &Stored) -> Result<Examined, Problem> {
        let media_type = media_type(&stored.head);
        if !is_picture(media_type) {
            return Ok(Examined::unseen(stored));
        }
        // The bytes are fetched only when it is their turn: one picture in memory, however many wait.
        let turn = self.pictures.turn().await.map_err(refused)?;
        let bytes = self.blobs().get_bytes(&file_blob(id), stored.size).await;
        let bytes = bytes.map_err(|error| storing(&error))?;
        let (size, made) = turn.previews(bytes, SIDES).await.map_err(refused)?;
        let mut previews = Vec::with_capacity(made.len());
        for (&side, made) in SIDES.iter().zip(made) {
            let (size, media_type) = (made.bytes.len() as u64, made.media_type.to_owned());
            let name = preview_blob(id, side);
            let stored = self.blobs().put_bytes(&name, Bytes::from(made.bytes)).await;
            stored.map_err(|error| storing(&error))?;
            previews.push(Preview { side, size, media_type });
        }
        Ok(Examined { media_type, size: Some(size), previews })
    }

    /// Deletes all blobs of a file. What cannot be deleted now is left to the sweep.
    pub(crate) async fn delete_blobs(&self, id: FileId) {
        let previews = SIDES.iter().map(|side| preview_blob(id, *side));
        for name in previews.chain([file_blob(id)]) {
            if let Err(error) = self.blobs().delete(&name).await {
                tracing::warn!(%error, name, "a blob could not be deleted yet");
            }
        }
    }
}

/// What the caller is told of a picture.
pub(crate) fn refused(error: PictureError) -> Problem {
    match error {
        PictureError::Unreadable(_) => Code::PictureUnreadable.into(),
        PictureError::TooLarge => Code::PictureTooLarge.into(),
        PictureError::Busy => Problem::from(Code::Overloaded)
            .with_detail("Too many pictures are waiting to be looked at.")
            .retry_after(5),
    }
}
