//! Sessions of surfaces that have a contract of their own: how long they live and what proves them is
//! theirs to say; that they are sessions like all others, and how one is opened, is not.

use super::{
    Guesses, NewSession, SignInName,
    enter::{Counter, Find},
    open::Opened,
    password_rules,
};
use crate::{
    Actor, Chat, Origin, Quota, accounts,
    audit::Entry,
    error::Result,
    operation::{Change, Outcome},
    pressure::Class,
    random,
};
use chinwag_sql::Tx;
use chinwag_wire::{AccountId, AuditAct, Code, OwnAccount, Problem, SessionId, Time};
use std::time::Duration;

chinwag_sql::statements! {
    /// Holds an account that may sign in.
    HOLD = "SELECT id FROM accounts WHERE id = ?1 AND deleted_at IS NULL AND suspended_at IS NULL AND unclaimed_by IS NULL FOR NO KEY UPDATE";
}

/// A kind of session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionKind {
    /// Which surface opens it, in words of its own; remembered with the session.
    pub surface: &'static str,
    /// How long it lives, from its opening or from its last use.
    pub life: Duration,
    /// Whether a use moves its end.
    pub sliding: bool,
}

/// Somebody who has signed in.
#[derive(Clone, Debug)]
pub struct SignedIn {
    /// One's own account.
    pub account: OwnAccount,
    /// Who acts through the session; it expires when the session does.
    pub actor: Actor,
}

struct Opening {
    account: AccountId,
    from: Origin,
    session: NewSession,
}

impl Change for Opening {
    type Answer = Opened;
    async fn run(&self, tx: &mut Tx<'_>) -> Result<Outcome<Opened>> {
        tx.maybe(&HOLD, &[self.account.0.into()]).await?.ok_or(Code::AccountNotFound)?;
        let account = accounts::own(tx, self.account).await?;
        self.session.open_recorded(tx, account, &self.from).await
    }
}

impl NewSession {
    /// Opens it and writes down that somebody signed in. The row of the account must be locked, or new.
    pub(crate) async fn open_recorded(
        &self,
        tx: &mut Tx<'_>,
        account: OwnAccount,
        from: &Origin,
    ) -> Result<Outcome<Opened>> {
        let id = account.id;
        let opened = self.open(tx, account).await?;
        let entry = Entry::new(AuditAct::SignIn, self.now).about(id);
        entry.by(id, opened.answer.session()).from(from).record(tx).await?;
        Ok(opened)
    }
}

impl Chat {
    /// Signs in with a name and a password: opens a session of this kind. Failures are counted for the account
    /// named and the address together with those of all other surfaces, and refused at this surface's number.
    ///
    /// # Errors
    /// `credentials_wrong`, `account_suspended` with the right password only, `too_many_attempts`,
    /// `overloaded`.
    #[crate::boxed]
    pub async fn sign_in_as(
        &self,
        from: &Origin,
        name: SignInName,
        password: String,
        kind: &SessionKind,
        guesses: Guesses,
    ) -> Result<SignedIn, Problem> {
        self.pressure.admit(Class::SignIn)?;
        if password_rules::may_be("password", &password).is_err() {
            return Err(Code::CredentialsWrong.into());
        }
        let found = self.query(Find(name.clone())).await?;
        let key = self.tokens.failures_key(found.as_ref().map(|found| found.id), &name, from);
        let _turn = self.turns.take(key).await?;
        if self.options.limits.enabled {
            self.may_guess(key, guesses).await?;
        }
        let seat = self.hasher.seat()?;
        let counter = Counter::Surface { key, window: guesses.window };
        let session = self.session_of(from, kind);
        let opened = self.enter(from, found, seat, password, counter, session).await?;
        self.signed_in(opened)
    }

    /// How many guesses at this name are left from here.
    ///
    /// # Errors
    /// Only those of storage.
    #[crate::boxed]
    pub async fn guesses_left(
        &self,
        from: &Origin,
        name: &SignInName,
        guesses: Guesses,
    ) -> Result<Quota, Problem> {
        let found = self.query(Find(name.clone())).await?;
        let key = self.tokens.failures_key(found.map(|found| found.id), name, from);
        self.left(key, guesses).await
    }

    /// Opens a session of this kind for an account that has just been made, or has proved itself otherwise.
    ///
    /// # Errors
    /// `account_not_found` also where it may not sign in.
    #[crate::boxed]
    pub async fn open_session(
        &self,
        from: &Origin,
        account: AccountId,
        kind: &SessionKind,
    ) -> Result<SignedIn, Problem> {
        let session = self.session_of(from, kind);
        let opened = self.change(Opening { account, from: *from, session }).await?;
        self.signed_in(opened)
    }

    /// Draws a new session of this kind.
    pub(crate) fn session_of(&self, from: &Origin, kind: &SessionKind) -> NewSession {
        let now = self.clock.now();
        let expires_at = now.after(kind.life);
        NewSession {
            id: SessionId(random::id(now)),
            secret: None,
            surface: Some(kind.surface),
            device: None,
            address: from.address.to_canonical().to_string(),
            now,
            expires_at,
            absolute_expires_at: if kind.sliding { Time(i64::MAX) } else { expires_at },
        }
    }

    /// Who acts through a session that was opened.
    ///
    /// # Errors
    /// `session_ended` where it has ended already.
    pub(crate) fn signed_in(&self, opened: Opened) -> Result<SignedIn, Problem> {
        let Opened { account, session, expires_at, .. } = opened;
        if !self.session_view.live(session, account.id, expires_at) {
            return Err(Code::SessionEnded.into());
        }
        let actor = Actor { account: account.id, session, expires: expires_at };
        Ok(SignedIn { account, actor })
    }
}
