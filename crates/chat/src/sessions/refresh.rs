//! Exchanges a refresh token for its one successor. Whoever lost the answer may ask again for ten
//! seconds and gets the same; a token that comes back later was copied, and ends the session.

use super::{
    Opened,
    open::add_token,
    refresh_token::{self, RefreshSecret},
};
use crate::{
    Chat, Notice, Origin, accounts,
    audit::Entry,
    error::Result,
    operation::{Change, Outcome},
};
use chinwag_sql::{Row, Tx};
use chinwag_wire::{AccountId, AuditAct, Code, Credentials, Problem, Refresh, SessionId, Time};
use std::time::Duration;

chinwag_sql::statements! {
    /// A token with its session, both locked.
    FIND = "SELECT t.generation, t.used_at, s.id, s.account_id, s.expires_at, s.absolute_expires_at, s.ended_at \
            FROM refresh_tokens t JOIN sessions s ON s.id = t.session_id WHERE t.hash = ?1 FOR UPDATE";
    /// When a token was used.
    USED_AT = "SELECT used_at FROM refresh_tokens WHERE hash = ?1";
    /// Uses a token.
    USE = "UPDATE refresh_tokens SET used_at = ?2 WHERE hash = ?1";
    /// Moves the end of a session.
    EXTEND = "UPDATE sessions SET used_at = ?2, expires_at = ?3 WHERE id = ?1";
    /// Ends a session whose token was copied.
    END = "UPDATE sessions SET ended_at = ?2 WHERE id = ?1";
}

/// How long a lost answer may be asked for again.
const GRACE: Duration = Duration::from_secs(10);

struct Rotate {
    from: Origin,
    secret: RefreshSecret,
    successor: RefreshSecret,
    idle: Duration,
    now: Time,
}

/// The reuse must be committed with the end of the session, so it is an answer, not an error.
enum Rotated {
    Fresh(Opened),
    Reused,
}

/// A token and its session, as stored.
pub(super) struct Found {
    pub(super) generation: i64,
    pub(super) used_at: Option<Time>,
    pub(super) session: SessionId,
    pub(super) account: AccountId,
    pub(super) expires_at: Time,
    absolute_expires_at: Time,
    pub(super) ended: bool,
}

impl Change for Rotate {
    type Answer = Rotated;
    async fn run(&self, tx: &mut Tx<'_>) -> Result<Outcome<Rotated>> {
        let hash = refresh_token::digest(&self.secret);
        let row = tx.maybe(&FIND, &[(&hash).into()]).await?.ok_or(Code::SessionEnded)?;
        let found = found(&row)?;
        if found.ended || found.expires_at <= self.now {
            return Err(Code::SessionEnded.into());
        }
        let expires_at = match found.used_at {
            None => self.rotate(tx, &hash, &found).await?,
            Some(used_at) if self.may_repeat(tx, used_at).await? => found.expires_at,
            Some(_) => return self.end(tx, &found).await,
        };
        let account = accounts::own(tx, found.account).await?;
        let opened = Opened {
            account,
            session: found.session,
            secret: Some(self.successor),
            expires_at,
            now: self.now,
        };
        Ok(Outcome::quiet(Rotated::Fresh(opened)))
    }
}

impl Rotate {
    async fn rotate(&self, tx: &mut Tx<'_>, hash: &[u8; 32], found: &Found) -> Result<Time> {
        tx.exec(&USE, &[hash.into(), self.now.0.into()]).await?;
        let digest = refresh_token::digest(&self.successor);
        add_token(tx, found.session, &digest, found.generation + 1, self.now).await?;
        let expires_at = self.now.after(self.idle).min(found.absolute_expires_at);
        tx.exec(&EXTEND, &[found.session.0.into(), self.now.0.into(), expires_at.0.into()]).await?;
        Ok(expires_at)
    }

    /// Whether the answer was perhaps lost: it is recent, and nobody has used what it held.
    async fn may_repeat(&self, tx: &mut Tx<'_>, used_at: Time) -> Result<bool> {
        let hash = refresh_token::digest(&self.successor);
        let successor = tx.row(&USED_AT, &[(&hash).into()]).await?;
        Ok(self.now.since(used_at) <= GRACE && successor.get::<Option<i64>>(0)?.is_none())
    }

    async fn end(&self, tx: &mut Tx<'_>, found: &Found) -> Result<Outcome<Rotated>> {
        let notices = end_reused(tx, found, &self.from, self.now).await?;
        Ok(Outcome::telling(Rotated::Reused, notices))
    }
}

/// Ends a session whose token was copied.
pub(super) async fn end_reused(
    tx: &mut Tx<'_>,
    found: &Found,
    from: &Origin,
    now: Time,
) -> Result<Vec<Notice>> {
    let session = found.session;
    tx.exec(&END, &[session.0.into(), now.0.into()]).await?;
    tracing::warn!(%session, "a refresh token was used twice; its session has been ended");
    let entry = Entry::new(AuditAct::ReuseRefresh, now).from(from);
    entry.about(found.account).on(session).refused().record(tx).await?;
    Ok(vec![Notice::SessionEnded { session }])
}

pub(super) fn found(row: &Row) -> Result<Found> {
    Ok(Found {
        generation: row.get(0)?,
        used_at: row.get::<Option<i64>>(1)?.map(Time),
        session: SessionId(row.get(2)?),
        account: AccountId(row.get(3)?),
        expires_at: Time(row.get(4)?),
        absolute_expires_at: Time(row.get(5)?),
        ended: row.get::<Option<i64>>(6)?.is_some(),
    })
}

impl Chat {
    /// Exchanges a refresh token for a new pair of tokens. It works once; for ten seconds it gives
    /// the same successor again, as long as that has not been used.
    ///
    /// # Errors
    /// `session_ended` for a token that is unknown or whose session has ended; `refresh_reused` for
    /// one that was used before, which ends its session.
    #[crate::boxed]
    pub async fn refresh(&self, from: &Origin, body: Refresh) -> Result<Credentials, Problem> {
        let secret = refresh_token::read(&body.refresh_token).ok_or(Code::SessionEnded)?;
        let successor = self.tokens.successor(&secret);
        let (idle, now) = (self.options.refresh_idle, self.clock.now());
        let rotate = Rotate { from: *from, secret, successor, idle, now };
        match self.change(rotate).await? {
            Rotated::Fresh(opened) => self.credentials(opened),
            Rotated::Reused => Err(Code::RefreshReused.into()),
        }
    }
}
