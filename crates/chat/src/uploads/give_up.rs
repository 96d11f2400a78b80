//! Gives an upload up: its parts go, and the room they took.

use super::{
    finish::{end, parts},
    read::find,
};
use crate::{
    Actor, Chat,
    error::Result,
    operation::{Change, Outcome},
};
use chinwag_sql::Tx;
use chinwag_wire::{AccountId, Code, FileId, Problem, Time};
use uuid::Uuid;

struct GivingUp {
    account: AccountId,
    id: FileId,
    now: Time,
}

impl Change for GivingUp {
    type Answer = Vec<Uuid>;
    async fn run(&self, tx: &mut Tx<'_>) -> Result<Outcome<Vec<Uuid>>> {
        find(tx, self.id, self.account, self.now).await?.ok_or(Code::UploadNotFound)?;
        let parts = parts(tx, self.id).await?;
        end(tx, self.id).await?;
        Ok(Outcome::quiet(parts))
    }
}

impl Chat {
    /// Gives up an upload of one's own that is not finished.
    ///
    /// # Errors
    /// `upload_not_found`.
    #[crate::boxed]
    pub async fn give_up_upload(&self, actor: &Actor, id: FileId) -> Result<(), Problem> {
        self.forget_upload(actor.account, id).await
    }

    pub(super) async fn forget_upload(
        &self,
        account: AccountId,
        id: FileId,
    ) -> Result<(), Problem> {
        let parts = self.change(GivingUp { account, id, now: self.clock.now() }).await?;
        self.delete_parts(id, &parts).await;
        Ok(())
    }
}
