//! Tokens of the surfaces that have a contract of their own: JWT (RFC 7519) signed with HS256, with the
//! claims that the contract asks for beside those that say whose they are. Why one is refused can be
//! told apart, because one of those contracts tells.

use super::Tokens;
use crate::Actor;
use chinwag_wire::{AccountId, Code, Problem, SessionId, Time};
use jsonwebtoken::{DecodingKey, EncodingKey, errors::ErrorKind};
use serde::Deserialize;
use serde_json::{Map, Value};
use std::time::Duration;
use uuid::Uuid;

/// Most bytes of a token: ours are below one thousand, besides what a surface puts in.
const LONGEST: usize = 8_192;

/// The claims of a token.
pub type Claims = Map<String, Value>;

/// A token that was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Issued {
    /// The token.
    pub token: String,
    /// When it ends: whole seconds.
    pub expires: Time,
}

/// Whom a token proves, and what it says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proven {
    /// Who; expires when the token does.
    pub actor: Actor,
    /// Everything it says, signed.
    pub claims: Claims,
}

/// Why a token proves nobody.
#[derive(Clone, Debug, PartialEq)]
pub enum Unproven {
    /// It is no token of the kind, or lacks what every one of ours has.
    Malformed,
    /// It was not signed here, or for something else.
    Signature,
    /// It has ended; it was this one's.
    Expired(Actor),
    /// Its session has ended.
    Revoked,
    /// Whether it does cannot be said now.
    Failed(Problem),
}

impl From<Problem> for Unproven {
    fn from(problem: Problem) -> Self {
        match problem.code {
            Code::SessionEnded => Self::Revoked,
            _ => Self::Failed(problem),
        }
    }
}

/// What every token says, whatever else it does.
#[derive(Deserialize)]
struct Common {
    sub: Uuid,
    sid: Uuid,
    #[expect(dead_code, reason = "required, and any of ours will do")]
    aud: String,
    #[expect(dead_code, reason = "required")]
    iat: i64,
    exp: i64,
}

/// Which key signs.
#[derive(Clone, Copy)]
pub(super) enum Use {
    /// That of access tokens.
    Access,
    /// That of refresh tokens.
    Refresh,
}

impl Tokens {
    fn keys(&self, of: Use) -> (&EncodingKey, &DecodingKey) {
        match of {
            Use::Access => (&self.sign, &self.verify),
            Use::Refresh => (&self.sign_refresh, &self.verify_refresh),
        }
    }

    /// Signs these claims, and those that say whose they are. Never lives past the actor's own end.
    ///
    /// # Errors
    /// `internal` if signing failed, which it does not.
    pub(super) fn sign_claims(
        &self,
        of: Use,
        actor: &Actor,
        audience: &str,
        mut claims: Claims,
        now: Time,
        life: Duration,
    ) -> Result<Issued, Problem> {
        let exp = now.after(life).min(actor.expires).seconds();
        let ours: [(&str, Value); 5] = [
            ("sub", actor.account.to_string().into()),
            ("sid", actor.session.to_string().into()),
            ("aud", audience.into()),
            ("iat", now.seconds().into()),
            ("exp", exp.into()),
        ];
        claims.extend(ours.map(|(name, value)| (name.to_owned(), value)));
        let token = jsonwebtoken::encode(&self.header, &claims, self.keys(of).0);
        let token = token.map_err(|error| {
            tracing::error!(%error, "signing a token failed");
            Code::Internal
        })?;
        Ok(Issued { token, expires: at(exp) })
    }

    /// Whom a token proves, if its session lives.
    ///
    /// # Errors
    /// Why it proves nobody: of several reasons the first in the order of [`Unproven`].
    pub(super) fn read_claims(&self, of: Use, token: &str, now: Time) -> Result<Proven, Unproven> {
        if token.len() > LONGEST {
            return Err(Unproven::Malformed);
        }
        let key = self.keys(of).1;
        let read = jsonwebtoken::decode::<Claims>(token, key, &self.any_audience);
        let claims = read.map_err(|error| match error.kind() {
            ErrorKind::InvalidSignature | ErrorKind::InvalidAlgorithm => Unproven::Signature,
            _ => Unproven::Malformed,
        })?;
        let claims = claims.claims;
        let common = Common::deserialize(&Value::Object(claims.clone()));
        let Common { sub, sid, exp, .. } = common.map_err(|_| Unproven::Malformed)?;
        let expires = at(exp);
        let actor = Actor { account: AccountId(sub), session: SessionId(sid), expires };
        match expires <= now {
            true => Err(Unproven::Expired(actor)),
            false => Ok(Proven { actor, claims }),
        }
    }
}

fn at(seconds: i64) -> Time {
    Time(seconds.saturating_mul(1_000_000_000))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{ChatOptions, Secrets};
    use jsonwebtoken::{Algorithm, Header};
    use serde_json::json;

    const NOW: Time = Time(1_800_000_000_000_000_000);
    const LIFE: Duration = Duration::from_secs(600);

    fn tokens() -> Tokens {
        Tokens::new(&ChatOptions::new(Secrets::from_master(b"a")))
    }

    fn actor() -> Actor {
        let ids = (AccountId(Uuid::from_u128(1)), SessionId(Uuid::from_u128(2)));
        Actor { account: ids.0, session: ids.1, expires: NOW.after(3 * LIFE) }
    }

    fn claims() -> Claims {
        let own = json!({ "id": "x", "data": { "name": "n" }, "sub": "somebody else" });
        own.as_object().unwrap().clone()
    }

    fn issued(of: Use) -> Issued {
        tokens().sign_claims(of, &actor(), "live-chat", claims(), NOW, LIFE).unwrap()
    }

    fn read(token: &str, now: Time) -> Result<Proven, Unproven> {
        tokens().read_claims(Use::Access, token, now)
    }

    #[test]
    fn says_what_the_surface_says_and_whose_it_is() {
        let issued = issued(Use::Access);
        let proven = read(&issued.token, NOW).unwrap();
        assert_eq!(proven.actor, Actor { expires: NOW.after(LIFE), ..actor() });
        assert_eq!(
            (proven.claims["id"].clone(), proven.claims["aud"].clone()),
            (json!("x"), json!("live-chat"))
        );
        assert_eq!(proven.claims["sub"], json!(actor().account), "never the surface's own");
        let end = issued.expires;
        assert!(read(&issued.token, end.before(Duration::from_nanos(1))).is_ok());
        assert!(
            matches!(read(&issued.token, end), Err(Unproven::Expired(whose)) if whose.account == actor().account)
        );
        let short = tokens().sign_claims(Use::Access, &actor(), "x", claims(), NOW, 9 * LIFE);
        assert_eq!(short.unwrap().expires, actor().expires, "never past its session");
    }

    #[test]
    fn tells_apart_what_is_wrong() {
        let signed = |algorithm, claims: &Value| {
            let key = EncodingKey::from_secret(&Secrets::from_master(b"a").signing);
            jsonwebtoken::encode(&Header::new(algorithm), claims, &key).unwrap()
        };
        let good = Value::Object(read(&issued(Use::Access).token, NOW).unwrap().claims);
        assert!(read(&signed(Algorithm::HS256, &good), NOW).is_ok(), "the control");
        for claim in ["sub", "sid", "aud", "iat", "exp"] {
            let mut less = good.clone();
            less.as_object_mut().unwrap().remove(claim);
            assert_eq!(read(&signed(Algorithm::HS256, &less), NOW), Err(Unproven::Malformed));
            less[claim] = json!([]);
            assert_eq!(read(&signed(Algorithm::HS256, &less), NOW), Err(Unproven::Malformed));
        }
        for algorithm in [Algorithm::HS384, Algorithm::HS512] {
            assert_eq!(read(&signed(algorithm, &good), NOW), Err(Unproven::Signature));
        }
        let token = signed(Algorithm::HS256, &good);
        let payload = token.split('.').nth(1).unwrap();
        let none = format!("eyJhbGciOiJub25lIn0.{payload}.");
        for text in ["", "a.b.c", "x", &none, &"a".repeat(9_000), &format!("{token}.x")] {
            assert_eq!(read(text, NOW), Err(Unproven::Malformed), "{text}");
        }
        let other = token.rsplit_once('.').unwrap().0;
        let forged = format!("{other}.{}", "A".repeat(43));
        assert_eq!(read(&forged, NOW), Err(Unproven::Signature));
        assert_eq!(read(&issued(Use::Refresh).token, NOW), Err(Unproven::Signature), "its own key");
    }
}
