//! Gives the picture of an account to those who may see it. To everybody else there is none.

use super::{
    picture::{Picture, blob},
    sight::may_see,
};
use crate::{Actor, Chat, error::Result, files::storing, operation::Query};
use bytes::Bytes;
use chinwag_blobs::Error;
use chinwag_sql::Tx;
use chinwag_wire::{AccountId, Code, Problem};
use uuid::Uuid;

chinwag_sql::statements! {
    /// The picture of `?2`, if `?1` may see it.
    SHOWN = concat!("SELECT p.avatar_id, p.avatar FROM accounts a JOIN profiles p ON p.account_id = a.id WHERE a.id = ?2 AND ", may_see!());
}

/// A square of a picture that somebody may see.
pub struct Avatar {
    /// Which picture: another one has another id.
    pub version: Uuid,
    /// The side that was asked for.
    pub side: u32,
    /// `image/jpeg`, or `image/png` where something shines through.
    pub media_type: String,
    /// Bytes.
    pub size: u64,
    chat: Chat,
}

impl Avatar {
    /// The bytes.
    ///
    /// # Errors
    /// `avatar_not_found` where another one has just taken its place, `unavailable`.
    pub async fn bytes(&self) -> Result<Bytes, Problem> {
        let bytes = self.chat.blobs().get_bytes(&blob(self.version, self.side), self.size).await;
        bytes.map_err(|error| match error {
            Error::NotFound => Code::AvatarNotFound.into(),
            error => storing(&error),
        })
    }
}

struct Showing {
    viewer: AccountId,
    whose: AccountId,
}

impl Query for Showing {
    type Answer = Option<Picture>;
    async fn run(&self, tx: &mut Tx<'_>) -> Result<Option<Picture>> {
        let row = tx.maybe(&SHOWN, &[self.viewer.0.into(), self.whose.0.into()]).await?;
        Ok(row.as_ref().map(|row| Picture::from_row(row, 0)).transpose()?.flatten())
    }
}

impl Chat {
    /// The square with this side of an account's picture.
    ///
    /// # Errors
    /// `avatar_not_found`, also for what the actor may not see.
    pub async fn avatar(
        &self,
        actor: &Actor,
        whose: AccountId,
        side: u32,
    ) -> Result<Avatar, Problem> {
        let shown = self.query(Showing { viewer: actor.account, whose }).await?;
        let Picture { id, squares } = shown.ok_or(Code::AvatarNotFound)?;
        let square = squares.into_iter().find(|square| square.side == side);
        let square = square.ok_or(Code::AvatarNotFound)?;
        Ok(Avatar {
            version: id,
            side,
            media_type: square.media_type,
            size: square.size,
            chat: self.clone(),
        })
    }
}
