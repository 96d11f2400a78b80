//! Opens a session: the row, its first refresh token, and the end of the oldest session where there
//! are too many.

use super::refresh_token::{self, RefreshSecret};
use crate::{Chat, Notice, Origin, error::Result, operation::Outcome, random};
use chinwag_sql::Tx;
use chinwag_wire::{AccountId, Credentials, OwnAccount, Problem, SessionId, Time};
use std::time::Duration;

chinwag_sql::statements! {
    /// Opens a session.
    INSERT = "INSERT INTO sessions (id, account_id, device, address, created_at, used_at, expires_at, absolute_expires_at, surface) \
              VALUES (?1, ?2, ?3, ?4, ?5, ?5, ?6, ?7, ?8)";
    /// Adds a refresh token to a session.
    INSERT_TOKEN = "INSERT INTO refresh_tokens (hash, session_id, generation, created_at) VALUES (?1, ?2, ?3, ?4)";
    /// Ends all but the sessions used last.
    END_OLDEST = "UPDATE sessions SET ended_at = ?2 WHERE id IN (\
                  SELECT id FROM sessions WHERE account_id = ?1 AND ended_at IS NULL AND expires_at > ?2 \
                  ORDER BY used_at DESC, id DESC LIMIT 1000 OFFSET ?3) RETURNING id";
    /// Forgets the tokens of sessions that ended some time ago.
    FORGET_TOKENS = "DELETE FROM refresh_tokens WHERE session_id IN (\
                     SELECT id FROM sessions WHERE account_id = ?1 AND (ended_at < ?2 OR expires_at < ?2))";
    /// Forgets sessions that ended some time ago.
    FORGET = "DELETE FROM sessions WHERE account_id = ?1 AND (ended_at < ?2 OR expires_at < ?2)";
}

/// Most sessions of an account; beyond it, the one used longest ago ends.
pub const MOST_SESSIONS: i64 = 50;

/// How long an ended session is kept, so that a late token still hears that it has ended.
const KEPT: Duration = Duration::from_secs(24 * 60 * 60);

/// A session that is about to be opened. All that is random about it has been drawn, so that the
/// transaction can run again.
pub(crate) struct NewSession {
    pub(super) id: SessionId,
    /// What its first refresh token is made of, where it has any.
    pub(super) secret: Option<RefreshSecret>,
    /// Which surface opens it, where it is not a native one.
    pub(super) surface: Option<&'static str>,
    pub(super) device: Option<String>,
    pub(super) address: String,
    pub(super) now: Time,
    pub(super) expires_at: Time,
    pub(super) absolute_expires_at: Time,
}

/// A session that was opened or refreshed, and all that its holder needs.
pub(crate) struct Opened {
    pub(super) account: OwnAccount,
    pub(super) session: SessionId,
    /// What its newest refresh token is made of, where it has any.
    pub(super) secret: Option<RefreshSecret>,
    pub(super) expires_at: Time,
    pub(super) now: Time,
}

impl Opened {
    /// The session.
    pub(crate) fn session(&self) -> SessionId {
        self.session
    }

    /// Whose it is.
    pub(crate) fn account(&self) -> AccountId {
        self.account.id
    }
}

impl NewSession {
    /// Opens it. The row of the account must be locked, or new.
    pub(crate) async fn open(
        &self,
        tx: &mut Tx<'_>,
        account: OwnAccount,
    ) -> Result<Outcome<Opened>> {
        let row = [
            self.id.0.into(),
            account.id.0.into(),
            self.device.as_deref().into(),
            self.address.as_str().into(),
            self.now.0.into(),
            self.expires_at.0.into(),
            self.absolute_expires_at.0.into(),
            self.surface.into(),
        ];
        tx.exec(&INSERT, &row).await?;
        if let Some(secret) = &self.secret {
            add_token(tx, self.id, &refresh_token::digest(secret), 0, self.now).await?;
        }
        let notices = self.make_room(tx, account.id).await?;
        let opened = Opened {
            account,
            session: self.id,
            secret: self.secret,
            expires_at: self.expires_at,
            now: self.now,
        };
        Ok(Outcome::telling(opened, notices))
    }

    async fn make_room(&self, tx: &mut Tx<'_>, account: AccountId) -> Result<Vec<Notice>> {
        let long_ago = self.now.before(KEPT).0;
        tx.exec(&FORGET_TOKENS, &[account.0.into(), long_ago.into()]).await?;
        tx.exec(&FORGET, &[account.0.into(), long_ago.into()]).await?;
        let ended = tx
            .rows(&END_OLDEST, &[account.0.into(), self.now.0.into(), MOST_SESSIONS.into()])
            .await?;
        ended
            .iter()
            .map(|row| Ok(Notice::SessionEnded { session: SessionId(row.get(0)?) }))
            .collect()
    }
}

/// Adds the digest of a refresh token, or of another proof, to a session.
pub(super) async fn add_token(
    tx: &mut Tx<'_>,
    session: SessionId,
    hash: &[u8; 32],
    generation: i64,
    now: Time,
) -> Result<()> {
    tx.exec(&INSERT_TOKEN, &[hash.into(), session.0.into(), generation.into(), now.0.into()])
        .await?;
    Ok(())
}

impl Chat {
    /// Draws a new session for whoever asks.
    pub(crate) fn new_session(&self, from: &Origin, device: Option<String>) -> NewSession {
        let now = self.clock.now();
        let absolute_expires_at = now.after(self.options.refresh_absolute);
        NewSession {
            id: SessionId(random::id(now)),
            secret: Some(random::bytes()),
            surface: None,
            device,
            address: from.address.to_canonical().to_string(),
            now,
            expires_at: now.after(self.options.refresh_idle).min(absolute_expires_at),
            absolute_expires_at,
        }
    }

    /// The tokens of a session that was just opened or refreshed.
    ///
    /// # Errors
    /// `session_ended` if it has ended meanwhile.
    pub(crate) fn credentials(&self, opened: Opened) -> Result<Credentials, Problem> {
        let Opened { account, session, secret, expires_at, now } = opened;
        if !self.session_view.live(session, account.id, expires_at) {
            return Err(chinwag_wire::Code::SessionEnded.into());
        }
        let (access_token, access_expires_at) =
            self.tokens.sign_access(account.id, session, now, expires_at)?;
        Ok(Credentials {
            account,
            session_id: session,
            access_token,
            access_expires_at,
            refresh_token: secret.as_ref().map(refresh_token::write).unwrap_or_default(),
            refresh_expires_at: expires_at,
            known_device: None,
        })
    }
}
