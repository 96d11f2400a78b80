//! Proves once more that it is the owner who asks: by the password, before what cannot be undone.

use super::throttle::{Guess, account_key};
use crate::{Actor, Chat, error::Result, operation::Query, sessions::password::Verdict};
use chinwag_sql::Tx;
use chinwag_wire::{AccountId, Code, Problem};

chinwag_sql::statements! {
    /// What is stored of the password.
    READ = "SELECT password_hash FROM accounts WHERE id = ?1";
}

/// What is stored of somebody's password.
pub(super) struct Read(pub(super) AccountId);

impl Query for Read {
    type Answer = Option<String>;
    async fn run(&self, tx: &mut Tx<'_>) -> Result<Option<String>> {
        let row = tx.maybe(&READ, &[self.0.0.into()]).await?.ok_or(Code::AccountNotFound)?;
        Ok(row.get(0)?)
    }
}

/// What came of it.
pub(crate) struct Proof {
    /// What was stored of the password when it was verified: compare it again inside the transaction.
    pub(crate) verified: Option<String>,
    /// Whether the password was right.
    pub(crate) right: bool,
}

impl Chat {
    /// Verifies the password of whoever asks. Guesses count together with those at changing it.
    ///
    /// # Errors
    /// `too_many_attempts`, `overloaded`.
    pub(crate) async fn prove_again(
        &self,
        actor: &Actor,
        password: String,
    ) -> Result<Proof, Problem> {
        let verified = self.query(Read(actor.account)).await?;
        let seat = self.hasher.seat()?;
        let key = account_key(actor.account);
        self.change(Guess { key, address_key: None, now: self.clock.now() }).await?;
        let verdict = seat.verify(password, verified.clone()).await?;
        Ok(Proof { verified, right: verdict != Verdict::Wrong })
    }
}
