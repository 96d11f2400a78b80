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
    Actor, Chat, Origin, accounts,
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

struct Spend {
    from: Origin,
    hash: [u8; 32],
    successor: [u8; 32],
    life: Duration,
    /// Whether what was given out before shall work no more.
    alone: bool,
    now: Time,
}

/// The reuse must be committed with the end of the session, so it is an answer, not an error.
enum Spent {
    Now(OwnAccount, Actor),
    Before,
}

impl Change for Spend {
    type Answer = Spent;
    async fn run(&self, tx: &mut Tx<'_>) -> Result<Outcome<Spent>> {
        let Some(row) = tx.maybe(&FIND, &[(&self.hash).into()]).await? else {
            return Ok(Outcome::quiet(Spent::Before));
        };
        let found = found(&row)?;
        if found.ended || found.expires_at <= self.now {
            return Ok(Outcome::quiet(Spent::Before));
        }
        match found.used_at {
            None => {
                tx.exec(&USE, &[(&self.hash).into(), self.now.0.into()]).await?;
            }
            Some(used_at) if self.now.since(used_at) <= GRACE => {}
            Some(_) => {
                let notices = end_reused(tx, &found, &self.from, self.now).await?;
                return Ok(Outcome::telling(Spent::Before, notices));
            }
        }
        let spent = self.succeed(tx, &found).await?;
        Ok(Outcome::quiet(spent))
    }
}

impl Spend {
    async fn succeed(&self, tx: &mut Tx<'_>, found: &Found) -> Result<Spent> {
        let (session, now) = (found.session, self.now);
        add_token(tx, session, &self.successor, found.generation + 1, now).await?;
        tx.exec(&FORGET_SPENT, &[session.0.into(), now.before(2 * self.life).0.into()]).await?;
        if self.alone {
            let before = now.before(GRACE).0;
            tx.exec(&RETIRE, &[session.0.into(), (&self.hash).into(), before.into()]).await?;
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
    pub async fn check_refresh(&self, token: &str) -> Result<Actor, Unproven> {
        let proven = self.tokens.read_claims(Use::Refresh, token, self.clock.now())?;
        Secret::of(&proven.claims).ok_or(Unproven::Malformed)?;
        self.session_alive(&proven.actor).await?;
        Ok(proven.actor)
    }

    /// Uses a refresh token up, and gives the next. One that was used more than half a minute ago ends its
    /// session.
    ///
    /// # Errors
    /// Why it proves nobody.
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
        let (hash, next) = (secret.digest(), Secret::draw());
        let (from, successor, life) = (*from, next.digest(), kind.life);
        let spent = self.change(Spend { from, hash, successor, life, alone, now }).await?;
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
