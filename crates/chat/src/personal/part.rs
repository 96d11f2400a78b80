//! How an account goes for good: it leaves every conversation, all its sessions end, what is known of
//! the person is erased, and its names are free again. One transaction, all or nothing.

use super::erase::erase;
use crate::{
    Chat, Notice,
    accounts::role_name,
    admin::hold_one,
    conversations::{Leaving, hold_all_of},
    error::Result,
    operation::Change,
    sessions::{end_others, throttle},
};
use chinwag_sql::Tx;
use chinwag_wire::{AccountId, Code, ConversationId, InstanceRole, Problem, Time};

chinwag_sql::statements! {
    /// What is left: an id, under a name that nobody can register because of what it holds.
    TOMBSTONE = "UPDATE accounts SET username = 'deleted', username_key = ?2, email = NULL, email_key = NULL, email_verified_at = NULL, pending_email = NULL, \
                 display_name = 'Deleted account', role = ?3, password_hash = NULL, last_seen_at = NULL, suspended_at = NULL, \
                 suspended_for = NULL, extra = NULL, deleted_at = ?4 WHERE id = ?1";
    /// Guesses at its password.
    THROTTLE = "DELETE FROM throttles WHERE key = ?1";
}

/// How often an account that is added somewhere at that very moment is tried again.
const TRIES: usize = 20;

/// What came of a try.
pub(crate) enum Parted {
    /// It is gone.
    Gone,
    /// Somebody added it to a conversation just then: nothing was changed, try again.
    Again,
}

impl Chat {
    /// Tries a deletion until the account is gone, and its picture with it.
    ///
    /// # Errors
    /// Those of the deletion; `overloaded` if it never came to rest.
    pub(crate) async fn until_gone<C>(&self, account: AccountId, deletion: C) -> Result<(), Problem>
    where
        C: Change<Answer = Parted> + Clone,
    {
        let picture = self.picture_of(account).await?;
        for _ in 0..TRIES {
            if let Parted::Gone = self.change(deletion.clone()).await? {
                if let Some(picture) = picture {
                    self.delete_picture(picture).await;
                }
                return Ok(());
            }
        }
        Err(Problem::from(Code::Overloaded).retry_after(1))
    }
}

/// An account about to go, its conversations held. They are held first, accounts after them.
pub(crate) struct Departing {
    account: AccountId,
    held: Vec<ConversationId>,
    at: Time,
}

impl Departing {
    /// Holds every conversation it is in.
    pub(crate) async fn hold(tx: &mut Tx<'_>, account: AccountId, at: Time) -> Result<Self> {
        Ok(Self { account, held: hold_all_of(tx, account).await?, at })
    }

    /// Takes the account away, and says who hears of it; `None`, with nothing changed, if it was added to
    /// a conversation meanwhile.
    ///
    /// # Errors
    /// `account_not_found`, `last_owner` of the server.
    pub(crate) async fn part(&self, tx: &mut Tx<'_>) -> Result<Option<Vec<Notice>>> {
        if hold_one(tx, self.account).await?.last_owner {
            return Err(Code::LastOwner.into());
        }
        let memberships = Leaving::all(tx, self.account, self.at).await?;
        if memberships.iter().any(|leaving| !self.held.contains(&leaving.conversation)) {
            return Ok(None);
        }
        let mut notices = Vec::new();
        for leaving in memberships {
            notices.extend(leaving.leave(tx).await?);
        }
        notices.extend(end_others(tx, self.account, None, self.at).await?);
        erase(tx, self.account).await?;
        self.bury(tx).await?;
        Ok(Some(notices))
    }

    async fn bury(&self, tx: &mut Tx<'_>) -> Result<()> {
        tx.exec(&THROTTLE, &[throttle::account_key(self.account).into()]).await?;
        let values = [
            self.account.0.into(),
            format!("deleted\u{1}{}", self.account).into(),
            role_name(InstanceRole::Member).into(),
            self.at.0.into(),
        ];
        tx.exec(&TOMBSTONE, &values).await?;
        Ok(())
    }
}
