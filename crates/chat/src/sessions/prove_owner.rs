//! Proves by the password that somebody without a session owns an account. No session is opened; a wrong
//! password counts as a failed sign-in through the surfaces that refuse at numbers of their own.

use super::{
    Guesses, SignInName,
    failures::{self, Key},
    password::Verdict,
    password_rules,
    prove_again::Read,
};
use crate::{
    Chat, Origin,
    error::Result,
    operation::{Change, Outcome},
    pressure::Class,
};
use chinwag_sql::Tx;
use chinwag_wire::{AccountId, Code, Problem, Time};
use std::time::Duration;

struct Failed {
    key: Key,
    window: Duration,
    now: Time,
}

impl Change for Failed {
    type Answer = ();
    async fn run(&self, tx: &mut Tx<'_>) -> Result<Outcome<()>> {
        failures::count(tx, &self.key, self.window, self.now).await?;
        Ok(Outcome::quiet(()))
    }
}

impl Chat {
    /// Holds a password against the account of this name. Answers what was stored of it: compare it again
    /// inside the transaction.
    ///
    /// # Errors
    /// `credentials_wrong`, `too_many_attempts`, `overloaded`.
    pub(crate) async fn prove_owner(
        &self,
        from: &Origin,
        account: AccountId,
        name: &SignInName,
        password: String,
        guesses: Guesses,
    ) -> Result<Option<String>, Problem> {
        self.pressure.admit(Class::SignIn)?;
        if password_rules::may_be("password", &password).is_err() {
            return Err(Code::CredentialsWrong.into());
        }
        let key = self.tokens.failures_key(Some(account), name, from);
        let _turn = self.turns.take(key).await?;
        if self.options.limits.enabled {
            self.may_guess(key, guesses).await?;
        }
        let verified = self.query(Read(account)).await?;
        let seat = self.hasher.seat()?;
        if seat.verify(password, verified.clone()).await? == Verdict::Wrong {
            let (window, now) = (guesses.window, self.clock.now());
            self.change(Failed { key, window, now }).await?;
            return Err(Code::CredentialsWrong.into());
        }
        Ok(verified)
    }
}
