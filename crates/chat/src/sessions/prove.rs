//! Proofs of a session, made and read: tokens with a surface's own claims, and ids that are kept in a
//! cookie. Each is another rendering of the same session, so ending that ends all of them.

use super::{
    claims::{Claims, Issued, Proven, Unproven, Use},
    open::add_token,
    view::Known,
};
use crate::{
    Actor, Chat,
    error::Result,
    operation::{Change, Outcome, Query},
    random,
    secrets::hmac_sha256,
};
use base64::{Engine as _, engine::general_purpose::STANDARD_NO_PAD};
use chinwag_sql::Tx;
use chinwag_wire::{AccountId, Problem, SessionId, Time};
use sha2::{Digest, Sha256};
use std::time::Duration;
use subtle::ConstantTimeEq;
use uuid::Uuid;

chinwag_sql::statements! {
    /// The session that an id proves.
    BY_ID = "SELECT s.id, s.account_id, s.expires_at, s.ended_at, s.surface FROM refresh_tokens t \
             JOIN sessions s ON s.id = t.session_id WHERE t.hash = ?1";
}

/// Whom an id proves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProvenId {
    /// Who; expires when the session does.
    pub actor: Actor,
    /// Which surface opened the session, in its own words.
    pub surface: Option<String>,
}

/// What is stored of an id: never what is stored of a refresh token.
fn digest(id: Uuid) -> [u8; 32] {
    Sha256::new().chain_update(b"id of a session").chain_update(id.as_bytes()).finalize().into()
}

struct AddId {
    session: SessionId,
    id: Uuid,
    now: Time,
}

impl Change for AddId {
    type Answer = ();
    async fn run(&self, tx: &mut Tx<'_>) -> Result<Outcome<()>> {
        add_token(tx, self.session, &digest(self.id), 0, self.now).await?;
        Ok(Outcome::quiet(()))
    }
}

struct Find {
    id: Uuid,
    now: Time,
}

impl Query for Find {
    type Answer = Option<ProvenId>;
    async fn run(&self, tx: &mut Tx<'_>) -> Result<Option<ProvenId>> {
        let Some(row) = tx.maybe(&BY_ID, &[(&digest(self.id)).into()]).await? else {
            return Ok(None);
        };
        let expires = Time(row.get(2)?);
        if row.get::<Option<i64>>(3)?.is_some() || expires <= self.now {
            return Ok(None);
        }
        let (session, account) = (SessionId(row.get(0)?), AccountId(row.get(1)?));
        Ok(Some(ProvenId { actor: Actor { account, session, expires }, surface: row.get(4)? }))
    }
}

impl Chat {
    /// A token with these claims, and those that say whose it is. It is an access token: it proves the actor on
    /// every surface, for so long, and never past the end of the actor that it is made of.
    ///
    /// # Errors
    /// `internal` if signing failed, which it does not.
    pub fn issue_token(
        &self,
        actor: &Actor,
        audience: &str,
        claims: Claims,
        life: Duration,
    ) -> Result<Issued, Problem> {
        self.tokens.sign_claims(Use::Access, actor, audience, claims, self.clock.now(), life)
    }

    /// Whom an access token proves, from whichever surface it is.
    ///
    /// # Errors
    /// Why it proves nobody.
    #[crate::boxed]
    pub async fn prove(&self, token: &str) -> Result<Proven, Unproven> {
        let proven = self.tokens.read_claims(Use::Access, token, self.clock.now())?;
        self.session_alive(&proven.actor).await?;
        Ok(proven)
    }

    /// Whose an access token is, whether or not its session lives; nobody's where it was not made here, or has
    /// ended by itself.
    pub fn token_owner(&self, token: &str) -> Option<AccountId> {
        let proven = self.tokens.read_claims(Use::Access, token, self.clock.now()).ok()?;
        Some(proven.actor.account)
    }

    /// A new id that proves the actor's session as long as it lives. Only its digest is kept.
    ///
    /// # Errors
    /// Only those of storage.
    #[crate::boxed]
    pub async fn opaque_id(&self, actor: &Actor) -> Result<Uuid, Problem> {
        let id = uuid::Builder::from_random_bytes(random::bytes()).into_uuid();
        self.change(AddId { session: actor.session, id, now: self.clock.now() }).await?;
        Ok(id)
    }

    /// The signature of an id, as it stands beside it: HMAC-SHA-256 in base64 without padding.
    pub fn sign_id(&self, id: &str) -> String {
        STANDARD_NO_PAD.encode(hmac_sha256(&self.tokens.ids_key, &[id.as_bytes()]))
    }

    /// Whom an id proves. Where it came with a signature, that must be right.
    ///
    /// # Errors
    /// Why it proves nobody.
    #[crate::boxed]
    pub async fn prove_id(&self, id: &str, signature: Option<&str>) -> Result<ProvenId, Unproven> {
        let right = |given: &str| given.as_bytes().ct_eq(self.sign_id(id).as_bytes()).into();
        if !signature.is_none_or(right) {
            return Err(Unproven::Signature);
        }
        let id = Uuid::parse_str(id).map_err(|_| Unproven::Malformed)?;
        let found = self.query(Find { id, now: self.clock.now() }).await?;
        let proven = found.ok_or(Unproven::Revoked)?;
        match self.session_view.ask(proven.actor.session, self.clock.now()) {
            Known::Ended => Err(Unproven::Revoked),
            _ => Ok(proven),
        }
    }
}
