//! Refresh tokens that are JWTs, and are spent: each works once, and for half a minute more, so that
//! calls made side by side all succeed. Each use gives a token of its own. One that comes back later
//! was copied, and ends the session.

use super::{
    claims::{Claims, Issued, Unproven, Use},
    open::add_token,
    refresh::{FIND, Found, USE, end_reused, found},
    surface::SessionKind,
};
use crate::{
    Actor, Chat, Notice, Origin, accounts,
    error::Result,
    operation::{Change, Outcome},
    random,
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use chinwag_sql::Tx;
use chinwag_wire::{OwnAccount, Problem, SessionId, Time};
use serde_json::{Map, json};
use sha2::{Digest, Sha256};
use std::time::Duration;

chinwag_sql::statements! {
    /// Moves the end of a session.
    SLIDE = "UPDATE sessions SET used_at = ?2, expires_at = CASE WHEN ?3 < absolute_expires_at THEN ?3 ELSE absolute_expires_at END \
             WHERE id = ?1 RETURNING expires_at";
    /// Forgets all others of a session but those that calls side by side with this one hold.
    RETIRE = "DELETE FROM refresh_tokens WHERE session_id = ?1 AND hash <> ?2 AND created_at < ?3 AND COALESCE(used_at, created_at) < ?3";
    /// Forgets tokens that were spent so long ago that they have ended by themselves.
    FORGET_SPENT = "DELETE FROM refresh_tokens WHERE session_id = ?1 AND used_at < ?2";
}

/// How long one that was used works still.
const GRACE: Duration = Duration::from_secs(30);

/// What a token holds, of which a digest is stored.
#[derive(Clone)]
struct Secret {
    id: String,
    secret: String,
}

impl Secret {
    fn draw() -> Self {
        let id = uuid::Builder::from_random_bytes(random::bytes()).into_uuid();
        let secret = URL_SAFE_NO_PAD.encode(random::bytes::<24>());
        Self { id: id.to_string(), secret }
    }

    fn of(claims: &Claims) -> Option<Self> {
        let text = |name: &str| claims.get("data")?.get(name)?.as_str().map(str::to_owned);
        Some(Self { id: text("secretId")?, secret: text("secret")? })
    }

    fn digest(&self) -> [u8; 32] {
        let parts = Sha256::new().chain_update(b"refresh by token").chain_update(&self.id);
        parts.chain_update([0]).chain_update(&self.secret).finalize().into()
    }

    fn claims(&self, actor: &Actor) -> Claims {
        let data = json!({ "userId": actor.account, "secret": self.secret, "secretId": self.id });
        Map::from_iter([("data".to_owned(), data)])
    }
}

struct Add {
    session: SessionId,
    hash: [u8; 32],
    now: Time,
}

impl Change for Add {
    type Answer = ();
    async fn run(&self, tx: &mut Tx<'_>) -> Result<Outcome<()>> {
        add_token(tx, self.session, &self.hash, 0, self.now).await?;
        Ok(Outcome::quiet(()))
    }
}

/// A token that was shown.
struct Shown {
    from: Origin,
    hash: [u8; 32],
    now: Time,
}

/// Whether it may be used. The reuse must be committed with the end of the session, so it is an answer, not an error.
enum Standing {
    Good(Found),
    /// It may not; what ended with that.
    Bad(Vec<Notice>),
}

impl Shown {
    async fn look(&self, tx: &mut Tx<'_>) -> Result<Standing> {
        let row = tx.maybe(&FIND, &[(&self.hash).into()]).await?;
        let Some(found) = row.as_ref().map(found).transpose()? else {
            return Ok(Standing::Bad(Vec::new()));
        };
        if found.ended || found.expires_at <= self.now {
            return Ok(Standing::Bad(Vec::new()));
        }
        match found.used_at {
            Some(used_at) if self.now.since(used_at) > GRACE => {
                Ok(Standing::Bad(end_reused(tx, &found, &self.from, self.now).await?))
            }
            _ => Ok(Standing::Good(found)),
        }
    }
}

impl Change for Shown {
    type Answer = bool;
    async fn run(&self, tx: &mut Tx<'_>) -> Result<Outcome<bool>> {
        Ok(match self.look(tx).await? {
            Standing::Good(_) => Outcome::quiet(true),
            Standing::Bad(notices) => Outcome::telling(false, notices),
        })
    }
}

struct Spend {
    shown: Shown,
    successor: [u8; 32],
    life: Duration,
    /// Whether what was given out before shall work no more.
    alone: bool,
}

/// What came of spending one.
enum Spent {
    Now(OwnAccount, Actor),
    Before,
}

impl Change for Spend {
    type Answer = Spent;
    async fn run(&self, tx: &mut Tx<'_>) -> Result<Outcome<Spent>> {
        let found = match self.shown.look(tx).await? {
            Standing::Good(found) => found,
            Standing::Bad(notices) => return Ok(Outcome::telling(Spent::Before, notices)),
        };
        if found.used_at.is_none() {
            tx.exec(&USE, &[(&self.shown.hash).into(), self.shown.now.0.into()]).await?;
        }
        let spent = self.succeed(tx, &found).await?;
        Ok(Outcome::quiet(spent))
    }
}

impl Spend {
    async fn succeed(&self, tx: &mut Tx<'_>, found: &Found) -> Result<Spent> {
        let (session, now) = (found.session, self.shown.now);
        add_token(tx, session, &self.successor, found.generation + 1, now).await?;
        tx.exec(&FORGET_SPENT, &[session.0.into(), now.before(2 * self.life).0.into()]).await?;
        if self.alone {
            let before = now.before(GRACE).0;
            tx.exec(&RETIRE, &[session.0.into(), (&self.shown.hash).into(), before.into()]).await?;
        }
        let moved = [session.0.into(), now.0.into(), now.after(self.life).0.into()];
        let expires = Time(tx.row(&SLIDE, &moved).await?.get(0)?);
        let account = accounts::own(tx, found.account).await?;
        let actor = Actor { account: found.account, session, expires };
        Ok(Spent::Now(account, actor))
    }
}

/// What a refresh gives.
#[derive(Clone, Debug)]
pub struct Refreshed {
    /// One's own account, as it is now.
    pub account: OwnAccount,
    /// Who acts through the session; it expires when the session does.
    pub actor: Actor,
    /// The next refresh token.
    pub refresh: Issued,
}

impl Chat {
    /// The first refresh token of a session: `{data: {userId, secret, secretId}}`, with a key of its own.
    ///
    /// # Errors
    /// Only those of storage.
    #[crate::boxed]
    pub async fn issue_refresh(
        &self,
        actor: &Actor,
        audience: &str,
        life: Duration,
    ) -> Result<Issued, Problem> {
        let (secret, now) = (Secret::draw(), self.clock.now());
        self.change(Add { session: actor.session, hash: secret.digest(), now }).await?;
        let claims = secret.claims(actor);
        self.tokens.sign_claims(Use::Refresh, actor, audience, claims, now, life)
    }

    /// Whose a refresh token is, without using it up.
    ///
    /// # Errors
    /// Why it proves nobody.
    #[crate::boxed]
    pub async fn check_refresh(&self, token: &str) -> Result<Actor, Unproven> {
        let proven = self.tokens.read_claims(Use::Refresh, token, self.clock.now())?;
        Secret::of(&proven.claims).ok_or(Unproven::Malformed)?;
        self.session_alive(&proven.actor).await?;
        Ok(proven.actor)
    }

    /// Whether a refresh token may be used now, without using it up. One that was used more than half a minute ago
    /// ends its session.
    ///
    /// # Errors
    /// Why it may not.
    #[crate::boxed]
    pub async fn may_use_refresh(&self, from: &Origin, token: &str) -> Result<(), Unproven> {
        let now = self.clock.now();
        let proven = self.tokens.read_claims(Use::Refresh, token, now)?;
        let hash = Secret::of(&proven.claims).ok_or(Unproven::Malformed)?.digest();
        match self.change(Shown { from: *from, hash, now }).await? {
            true => Ok(()),
            false => Err(Unproven::Revoked),
        }
    }

    /// Uses a refresh token up, and gives the next. One that was used more than half a minute ago ends its
    /// session.
    ///
    /// # Errors
    /// Why it proves nobody.
    #[crate::boxed]
    pub async fn use_refresh(
        &self,
        from: &Origin,
        token: &str,
        kind: &SessionKind,
    ) -> Result<Refreshed, Unproven> {
        self.spend(from, token, kind, false).await
    }

    /// The same, and no other refresh token of the session works any more, except for those that calls made side by
    /// side with this one were given within half a minute.
    ///
    /// # Errors
    /// Why it proves nobody.
    #[crate::boxed]
    pub async fn use_refresh_alone(
        &self,
        from: &Origin,
        token: &str,
        kind: &SessionKind,
    ) -> Result<Refreshed, Unproven> {
        self.spend(from, token, kind, true).await
    }

    async fn spend(
        &self,
        from: &Origin,
        token: &str,
        kind: &SessionKind,
        alone: bool,
    ) -> Result<Refreshed, Unproven> {
        let now = self.clock.now();
        let proven = self.tokens.read_claims(Use::Refresh, token, now)?;
        let secret = Secret::of(&proven.claims).ok_or(Unproven::Malformed)?;
        let shown = Shown { from: *from, hash: secret.digest(), now };
        let (next, life) = (Secret::draw(), kind.life);
        let successor = next.digest();
        let spent = self.change(Spend { shown, successor, life, alone }).await?;
        let Spent::Now(account, actor) = spent else { return Err(Unproven::Revoked) };
        if !self.session_view.live(actor.session, actor.account, actor.expires) {
            return Err(Unproven::Revoked);
        }
        let audience = proven.claims["aud"].as_str().unwrap_or_default().to_owned();
        let claims = next.claims(&actor);
        let refresh =
            self.tokens.sign_claims(Use::Refresh, &actor, &audience, claims, now, life)?;
        Ok(Refreshed { account, actor, refresh })
    }
}
