//! Begins an upload in parts. Its room is kept free from now on.

use super::Upload;
use crate::{
    Actor, Chat, FileOptions,
    error::Result,
    files::{clean_name, room_for},
    limits::{Bucket, LimitKey},
    operation::{Change, Outcome},
};
use chinwag_sql::Tx;
use chinwag_wire::{AccountId, Code, FileId, Problem, Time};

chinwag_sql::statements! {
    /// An upload of which nothing has arrived.
    BEGIN = "INSERT INTO uploads (id, account_id, name, size, received, expires_at) VALUES (?1, ?2, ?3, ?4, 0, ?5)";
}

struct Beginning {
    account: AccountId,
    name: String,
    upload: Upload,
    options: FileOptions,
}

impl Change for Beginning {
    type Answer = Upload;
    async fn run(&self, tx: &mut Tx<'_>) -> Result<Outcome<Upload>> {
        let Upload { id, size, expires_at, .. } = self.upload;
        let others = room_for(tx, self.account, id, size, &self.options).await?;
        if others >= self.options.uploads_open {
            return Err(Problem::from(Code::TooManyUploads).retry_after(60).into());
        }
        let expires = expires_at.unwrap_or_default().0;
        let account = self.account.0.into();
        tx.exec(
            &BEGIN,
            &[id.0.into(), account, self.name.as_str().into(), size.into(), expires.into()],
        )
        .await?;
        Ok(Outcome::quiet(self.upload))
    }
}

impl Chat {
    /// Begins an upload of so many bytes.
    ///
    /// # Errors
    /// `too_large`, `invalid` for an empty file, `quota_reached`, `too_many_uploads`, `rate_limited`.
    #[crate::boxed]
    pub async fn begin_upload(
        &self,
        actor: &Actor,
        name: &str,
        size: u64,
    ) -> Result<Upload, Problem> {
        self.limits.check(Bucket::Upload, LimitKey::Account(actor.account))?;
        let options = self.options.files.clone();
        if size > options.most_bytes {
            return Err(
                Problem::from(Code::TooLarge).with_detail("The file is larger than the limit.")
            );
        }
        if size == 0 {
            return Err(Problem::field("Upload-Length", "must be 1 or more"));
        }
        let now: Time = self.clock.now();
        let expires_at = Some(now.after(options.upload_life));
        let upload = Upload { id: FileId(crate::random::id(now)), size, received: 0, expires_at };
        self.change(Beginning { account: actor.account, name: clean_name(name), upload, options })
            .await
    }
}
