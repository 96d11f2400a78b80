//! Deletes one's own account, for whoever knows its password.

use super::part::{Departing, Parted};
use crate::{
    Actor, Bucket, Chat, LimitKey, Origin,
    audit::Entry,
    error::Result,
    operation::{Change, Outcome},
    sessions::{Proof, password_rules},
};
use chinwag_sql::Tx;
use chinwag_wire::{AuditAct, Code, DeleteOwnAccount, Problem, Time};

chinwag_sql::statements! {
    /// What is stored of the password, locked.
    LOCK = "SELECT password_hash FROM accounts WHERE id = ?1 FOR NO KEY UPDATE";
}

#[derive(Clone)]
struct Deleting {
    actor: Actor,
    verified: Option<String>,
    at: Time,
}

impl Change for Deleting {
    type Answer = Parted;
    async fn run(&self, tx: &mut Tx<'_>) -> Result<Outcome<Parted>> {
        let account = self.actor.account;
        let departing = Departing::hold(tx, account, self.at).await?;
        let row = tx.maybe(&LOCK, &[account.0.into()]).await?.ok_or(Code::AccountNotFound)?;
        if row.get::<Option<String>>(0)? != self.verified {
            return Err(Code::CredentialsWrong.into());
        }
        let Some(notices) = departing.part(tx).await? else {
            return Ok(Outcome::quiet(Parted::Again));
        };
        // Without the address, which has just been erased.
        let entry = Entry::new(AuditAct::DeleteAccount, self.at).by(account, self.actor.session);
        entry.about(account).record(tx).await?;
        Ok(Outcome::telling(Parted::Gone, notices))
    }
}

/// A try with a wrong password.
struct Refused {
    actor: Actor,
    from: Origin,
    at: Time,
}

impl Change for Refused {
    type Answer = ();
    async fn run(&self, tx: &mut Tx<'_>) -> Result<Outcome<()>> {
        let entry = Entry::own(AuditAct::DeleteAccount, &self.actor, &self.from, self.at);
        entry.refused().record(tx).await?;
        Ok(Outcome::quiet(()))
    }
}

impl Chat {
    /// Deletes one's own account: it leaves its conversations, what is known of the person is erased, its
    /// names are free again, and what it said stays with those it was said to. All its connections are
    /// closed when this returns. Guesses at the password are bounded as when changing it.
    ///
    /// # Errors
    /// `credentials_wrong`, `last_owner` of the server, `too_many_attempts`, `rate_limited`, `overloaded`.
    #[crate::boxed]
    pub async fn delete_own_account(
        &self,
        actor: &Actor,
        from: &Origin,
        body: DeleteOwnAccount,
    ) -> Result<(), Problem> {
        self.limits.check(Bucket::SignIn, LimitKey::Address(from.address))?;
        password_rules::may_be("password", &body.password)?;
        let Proof { verified, right } = self.prove_again(actor, body.password).await?;
        let (actor, from, at) = (*actor, *from, self.clock.now());
        if !right {
            self.change(Refused { actor, from, at }).await?;
            return Err(Code::CredentialsWrong.into());
        }
        self.until_gone(actor.account, Deleting { actor, verified, at }).await
    }
}
