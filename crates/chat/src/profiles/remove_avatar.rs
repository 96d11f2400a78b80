//! Takes one's picture away.

use super::{set_avatar::has, told, update::hold};
use crate::{
    Actor, Bucket, Chat, LimitKey,
    error::Result,
    operation::{Change, Outcome, Query},
};
use chinwag_sql::Tx;
use chinwag_wire::{AccountId, Problem, Time};
use uuid::Uuid;

chinwag_sql::statements! {
    /// It has none.
    HIDE = "UPDATE profiles SET avatar_id = NULL, avatar = NULL, picture_link = NULL, updated_at = ?2 \
            WHERE account_id = ?1 AND (avatar_id IS NOT NULL OR picture_link IS NOT NULL)";
}

struct Hiding {
    account: AccountId,
    at: Time,
}

impl Change for Hiding {
    /// The picture that nobody has any more.
    type Answer = Option<Uuid>;
    async fn run(&self, tx: &mut Tx<'_>) -> Result<Outcome<Option<Uuid>>> {
        hold(tx, self.account).await?;
        let before = has(tx, self.account).await?;
        if tx.exec(&HIDE, &[self.account.0.into(), self.at.0.into()]).await? == 0 {
            return Ok(Outcome::quiet(None));
        }
        Ok(Outcome::telling(before, told::changed(tx, self.account).await?))
    }
}

struct Having(AccountId);

impl Query for Having {
    type Answer = Option<Uuid>;
    async fn run(&self, tx: &mut Tx<'_>) -> Result<Option<Uuid>> {
        has(tx, self.0).await
    }
}

impl Chat {
    /// Takes one's picture away. Taking away none changes nothing.
    ///
    /// # Errors
    /// `rate_limited`.
    #[crate::boxed]
    pub async fn remove_avatar(&self, actor: &Actor) -> Result<(), Problem> {
        self.limits.check(Bucket::Profile, LimitKey::Account(actor.account))?;
        let hiding = Hiding { account: actor.account, at: self.clock.now() };
        if let Some(before) = self.change(hiding).await? {
            self.delete_picture(before).await;
        }
        Ok(())
    }

    /// The picture of an account that is about to go.
    pub(crate) async fn picture_of(&self, account: AccountId) -> Result<Option<Uuid>, Problem> {
        self.query(Having(account)).await
    }
}
