//! Takes in the picture of an account: what arrives is judged by its bytes, cut to squares, and where its surface
//! shows portraits to one of those, and written anew, so that nothing of the file but its look remains. The bytes are
//! stored before the row names them.

use super::{
    picture::{Picture, SQUARES, blob, original, side},
    read::seen_by,
    told,
    update::hold,
};
use crate::{
    Actor, Bucket, Chat, LimitKey,
    error::Result,
    files::{Preview, refused, storing, unstored},
    operation::{Change, Outcome},
    random,
};
use bytes::Bytes;
use chinwag_blobs::{Cut, Stored, media_type, picture::is_picture};
use chinwag_sql::Tx;
use chinwag_wire::{AccountId, Code, Problem, Profile, Time};
use futures_util::Stream;
use uuid::Uuid;

chinwag_sql::statements! {
    /// The picture it has.
    HAS = "SELECT avatar_id FROM profiles WHERE account_id = ?1 AND avatar_id IS NOT NULL";
    /// It has another.
    SHOW = "INSERT INTO profiles (account_id, avatar_id, avatar, updated_at) VALUES (?1, ?2, ?3, ?4) \
            ON CONFLICT (account_id) DO UPDATE SET avatar_id = excluded.avatar_id, avatar = excluded.avatar, picture_link = NULL, \
            updated_at = excluded.updated_at";
}

/// Most bytes of a picture that is taken in.
pub const BYTES: u64 = 5 * 1024 * 1024;

/// The picture that an account has, if it has one.
pub(super) async fn has(tx: &mut Tx<'_>, account: AccountId) -> Result<Option<Uuid>> {
    let row = tx.maybe(&HAS, &[account.0.into()]).await?;
    row.map(|row| Ok(row.get(0)?)).transpose()
}

/// Shows another picture of a held account; and gives the one that nobody has any more.
pub(super) async fn show(
    tx: &mut Tx<'_>,
    account: AccountId,
    picture: &Picture,
    at: Time,
) -> Result<Option<Uuid>> {
    let before = has(tx, account).await?;
    let values = [account.0.into(), picture.id.into(), picture.text().into(), at.0.into()];
    tx.exec(&SHOW, &values).await?;
    Ok(before)
}

struct Showing {
    account: AccountId,
    picture: Picture,
    at: Time,
}

impl Change for Showing {
    /// The profile, and the picture that nobody has any more.
    type Answer = (Profile, Option<Uuid>);
    async fn run(&self, tx: &mut Tx<'_>) -> Result<Outcome<Self::Answer>> {
        let account = self.account;
        hold(tx, account).await?;
        let before = show(tx, account, &self.picture, self.at).await?;
        let notices = told::changed(tx, account).await?;
        Ok(Outcome::telling((seen_by(tx, account, account).await?, before), notices))
    }
}

impl Chat {
    /// Takes in one's picture from what streams in, in the place of an earlier one.
    ///
    /// # Errors
    /// `invalid` for an empty one, `too_large`, `picture_unreadable` also for what is none, `picture_too_large`,
    /// `too_many_uploads`, `overloaded`, `storage_full`, `unavailable`, `rate_limited`, or what the stream failed with.
    #[crate::boxed]
    pub async fn set_avatar(
        &self,
        actor: &Actor,
        body: impl Stream<Item = Result<Bytes, Problem>> + Send + 'static,
    ) -> Result<Profile, Problem> {
        self.limits.check(Bucket::Profile, LimitKey::Account(actor.account))?;
        let slot = self.upload_slots.take(actor.account)?;
        let (chat, account) = (self.clone(), actor.account);
        // In a task of its own, so that one who goes away in the middle leaves nothing behind.
        let taking = tokio::spawn(async move {
            let _slot = slot;
            chat.take_picture(account, body).await
        });
        taking.await.map_err(|_| Problem::from(Code::Internal))?
    }

    async fn take_picture(
        &self,
        account: AccountId,
        body: impl Stream<Item = Result<Bytes, Problem>> + Send,
    ) -> Result<Profile, Problem> {
        let (at, picture) = (self.clock.now(), self.make_picture(body, SQUARES).await?);
        // Where it is not known whether this was stored, the sweep knows later.
        let (profile, before) = self.change(Showing { account, picture, at }).await?;
        if let Some(before) = before {
            self.delete_picture(before).await;
        }
        Ok(profile)
    }

    /// Makes a picture of what streams in, and stores it. Nobody has it yet.
    ///
    /// # Errors
    /// Those of [`Chat::set_avatar`] that are about the picture; nothing is kept then.
    pub(super) async fn make_picture(
        &self,
        body: impl Stream<Item = Result<Bytes, Problem>> + Send,
        cuts: &'static [Cut],
    ) -> Result<Picture, Problem> {
        let id = random::id(self.clock.now());
        let stored = self.blobs().put(&original(id), body, BYTES).await.map_err(unstored)?;
        let made = self.cut(id, &stored, cuts).await;
        if made.is_err() {
            self.delete_picture(id).await;
        }
        Ok(Picture { id, cuts: made? })
    }

    /// Makes the cuts and stores them; what they were made of goes.
    async fn cut(
        &self,
        id: Uuid,
        stored: &Stored,
        cuts: &'static [Cut],
    ) -> Result<Vec<Preview>, Problem> {
        if stored.size == 0 {
            return Err(Problem::field("file", "must not be empty"));
        }
        if !is_picture(media_type(&stored.head)) {
            return Err(Problem::from(Code::PictureUnreadable)
                .with_detail("Send a picture: JPEG, PNG, WebP or GIF."));
        }
        let turn = self.pictures.turn().await.map_err(refused)?;
        let bytes = self.blobs().get_bytes(&original(id), stored.size).await;
        let made = turn.cuts(bytes.map_err(|error| storing(&error))?, cuts).await;
        let mut previews = Vec::with_capacity(cuts.len());
        for (cut, made) in cuts.iter().zip(made.map_err(refused)?) {
            let (size, media_type) = (made.bytes.len() as u64, made.media_type.to_owned());
            let put = self.blobs().put_bytes(&blob(id, side(cut)), Bytes::from(made.bytes)).await;
            put.map_err(|error| storing(&error))?;
            previews.push(Preview { side: side(cut), size, media_type });
        }
        self.blobs().delete(&original(id)).await.map_err(|error| storing(&error))?;
        Ok(previews)
    }
}
