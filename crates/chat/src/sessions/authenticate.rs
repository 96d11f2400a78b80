//! Who asks: reads an access token, and holds its session against what lives.

use super::{claims::Use, view::Known};
use crate::{Actor, Chat, error::Result, operation::Query};
use chinwag_sql::Tx;
use chinwag_wire::{AccountId, Code, Problem, SessionId, Time};

chinwag_sql::statements! {
    /// Whose a session is, and whether it lives.
    READ = "SELECT account_id, expires_at, ended_at FROM sessions WHERE id = ?1";
}

struct Read(SessionId);

/// A session as it is stored.
struct Stored {
    account: AccountId,
    expires_at: Time,
    ended: bool,
}

impl Query for Read {
    type Answer = Option<Stored>;
    async fn run(&self, tx: &mut Tx<'_>) -> Result<Option<Stored>> {
        let Some(row) = tx.maybe(&READ, &[self.0.0.into()]).await? else { return Ok(None) };
        let ended = row.get::<Option<i64>>(2)?.is_some();
        Ok(Some(Stored { account: AccountId(row.get(0)?), expires_at: Time(row.get(1)?), ended }))
    }
}

impl Chat {
    /// Whom an access token proves. Costs a read of the database only for a session that has not
    /// been seen lately.
    ///
    /// # Errors
    /// `unauthenticated`, `session_ended`.
    #[crate::boxed]
    pub async fn authenticate(&self, access_token: &str) -> Result<Actor, Problem> {
        let now = self.clock.now();
        let actor = self.tokens.read_access(access_token, now).or_else(|refused| {
            // Tokens of other surfaces say more, and less strictly.
            let proven = self.tokens.read_claims(Use::Access, access_token, now);
            proven.map(|proven| proven.actor).map_err(|_| refused)
        })?;
        self.session_alive(&actor).await?;
        Ok(actor)
    }

    /// Whether the session still lives, whatever has become of the access token: for a connection
    /// that stays open.
    ///
    /// # Errors
    /// `session_ended`.
    #[crate::boxed]
    pub async fn session_alive(&self, actor: &Actor) -> Result<(), Problem> {
        match self.session_view.ask(actor.session, self.clock.now()) {
            Known::Live(account) if account == actor.account => Ok(()),
            Known::Nothing => self.look_for_session(actor).await,
            Known::Live(_) | Known::Ended => Err(Code::SessionEnded.into()),
        }
    }

    /// The same actor until its session ends, whatever the token said that proved it: for a connection that stays
    /// open as long as the session does.
    ///
    /// # Errors
    /// `session_ended`.
    #[crate::boxed]
    pub async fn until_session_ends(&self, actor: &Actor) -> Result<Actor, Problem> {
        let stored = self.query(Read(actor.session)).await?.ok_or(Code::SessionEnded)?;
        let actor = Actor { expires: stored.expires_at, ..*actor };
        self.look_at(&actor, Some(stored))?;
        Ok(actor)
    }

    async fn look_for_session(&self, actor: &Actor) -> Result<(), Problem> {
        let stored = self.query(Read(actor.session)).await?;
        self.look_at(actor, stored)
    }

    fn look_at(&self, actor: &Actor, stored: Option<Stored>) -> Result<(), Problem> {
        let lives = stored.is_some_and(|stored| {
            stored.account == actor.account
                && !stored.ended
                && self.clock.now() < stored.expires_at
                && self.session_view.live(actor.session, stored.account, stored.expires_at)
        });
        if lives { Ok(()) } else { Err(Code::SessionEnded.into()) }
    }
}
