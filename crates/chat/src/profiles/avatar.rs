//! Gives the picture of an account to those who may see it, and all of it to its owner. To everybody else there
//! is none.

use super::{
    picture::{Picture, blob},
    sight::may_see,
};
use crate::{
    Actor, Chat,
    error::Result,
    files::{Preview, storing},
    operation::Query,
};
use bytes::Bytes;
use chinwag_blobs::Error;
use chinwag_sql::Tx;
use chinwag_wire::{AccountId, Code, Problem};
use uuid::Uuid;

chinwag_sql::statements! {
    /// One's own picture.
    OWN = "SELECT avatar_id, avatar FROM profiles WHERE account_id = ?1";
    /// The picture of `?2`, if `?1` may see it.
    SHOWN = concat!("SELECT p.avatar_id, p.avatar FROM accounts a JOIN profiles p ON p.account_id = a.id WHERE a.id = ?2 AND ", may_see!());
}

/// A cut of a picture that somebody may see.
pub struct Avatar {
    /// Which picture: another one has another id.
    pub version: Uuid,
    /// Its longer side.
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
    #[crate::boxed]
    pub async fn bytes(&self) -> Result<Bytes, Problem> {
        let bytes = self.chat.blobs().get_bytes(&blob(self.version, self.side), self.size).await;
        bytes.map_err(|error| match error {
            Error::NotFound => Code::AvatarNotFound.into(),
            error => storing(&error),
        })
    }
}

struct Own(AccountId);

impl Query for Own {
    type Answer = Option<Picture>;
    async fn run(&self, tx: &mut Tx<'_>) -> Result<Option<Picture>> {
        let row = tx.maybe(&OWN, &[self.0.0.into()]).await?;
        Ok(row.as_ref().map(|row| Picture::from_row(row, 0)).transpose()?.flatten())
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
    #[crate::boxed]
    pub async fn avatar(
        &self,
        actor: &Actor,
        whose: AccountId,
        side: u32,
    ) -> Result<Avatar, Problem> {
        let Picture { id, cuts } = self.shown(actor, whose).await?;
        let cut = cuts.into_iter().find(|cut| cut.side == side);
        Ok(self.cut_of(id, cut.ok_or(Code::AvatarNotFound)?))
    }

    /// The portrait of an account; of one that has none, its largest square.
    ///
    /// # Errors
    /// `avatar_not_found`, also for what the actor may not see.
    #[crate::boxed]
    pub async fn portrait(&self, actor: &Actor, whose: AccountId) -> Result<Avatar, Problem> {
        let picture = self.shown(actor, whose).await?;
        let id = picture.id;
        Ok(self.cut_of(id, picture.best().ok_or(Code::AvatarNotFound)?))
    }

    async fn shown(&self, actor: &Actor, whose: AccountId) -> Result<Picture, Problem> {
        let shown = self.query(Showing { viewer: actor.account, whose }).await?;
        shown.ok_or_else(|| Code::AvatarNotFound.into())
    }

    /// Every cut of one's own picture; none where there is no picture.
    pub(crate) async fn own_avatar(&self, account: AccountId) -> Result<Vec<Avatar>, Problem> {
        let Some(Picture { id, cuts }) = self.query(Own(account)).await? else {
            return Ok(Vec::new());
        };
        Ok(cuts.into_iter().map(|cut| self.cut_of(id, cut)).collect())
    }

    fn cut_of(&self, version: Uuid, cut: Preview) -> Avatar {
        let Preview { side, size, media_type } = cut;
        Avatar { version, side, media_type, size, chat: self.clone() }
    }
}
