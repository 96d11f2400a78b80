//! Access tokens: JWT (RFC 7519) signed with HS256, minutes long, naming an account and a session.
//! Every claim is required, and each has one meaning.

use super::{
    Tokens,
    proven::{Proof, Proven},
};
use crate::Actor;
use chinwag_wire::{AccountId, Code, Problem, SessionId, Time};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Ours are about 350 bytes.
const LONGEST: usize = 1_024;
/// Seconds that the clock of the node that signed may be ahead.
const LEEWAY: i64 = 5;

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Claims {
    typ: Type,
    iss: Name,
    aud: Name,
    sub: Uuid,
    sid: Uuid,
    iat: i64,
    nbf: i64,
    exp: i64,
}

#[derive(Serialize, Deserialize)]
enum Type {
    #[serde(rename = "access")]
    Access,
}

#[derive(Serialize, Deserialize)]
enum Name {
    #[serde(rename = "chinwag")]
    Chinwag,
}

impl Tokens {
    /// Signs an access token, and says when it ends: whole seconds, never after its session.
    ///
    /// # Errors
    /// `internal` if signing failed, which it does not.
    pub(super) fn sign_access(
        &self,
        account: AccountId,
        session: SessionId,
        now: Time,
        session_ends: Time,
    ) -> Result<(String, Time), Problem> {
        let iat = now.seconds();
        let exp = now.after(self.access_life).min(session_ends).seconds();
        let claims = Claims {
            typ: Type::Access,
            iss: Name::Chinwag,
            aud: Name::Chinwag,
            sub: account.0,
            sid: session.0,
            iat,
            nbf: iat,
            exp,
        };
        let token = jsonwebtoken::encode(&self.header, &claims, &self.sign).map_err(|error| {
            tracing::error!(%error, "signing an access token failed");
            Code::Internal
        })?;
        Ok((token, at(exp)))
    }

    /// Whom an access token proves, if its session lives.
    ///
    /// # Errors
    /// `unauthenticated` for whatever is not a token of ours, or not of now.
    pub(crate) fn read_access(&self, token: &str, now: Time) -> Result<Actor, Problem> {
        if token.len() > LONGEST {
            return Err(Code::Unauthenticated.into());
        }
        let digest = Proven::digest(token);
        let known = self.proven.get(&digest);
        let proof = known.map_or_else(|| self.verify_access(token), Ok)?;
        if proof.begins > now.seconds().saturating_add(LEEWAY) {
            return Err(Code::Unauthenticated.into());
        }
        if proof.actor.expires <= now {
            return Err(Problem::from(Code::Unauthenticated)
                .with_detail("The access token has expired; refresh it."));
        }
        if known.is_none() {
            self.proven.note(digest, proof);
        }
        Ok(proof.actor)
    }

    /// What an access token proves, if we signed it.
    fn verify_access(&self, token: &str) -> Result<Proof, Problem> {
        let read = jsonwebtoken::decode::<Claims>(token, &self.verify, &self.validation);
        let claims = read.map_err(|_| Code::Unauthenticated)?.claims;
        let (account, session) = (AccountId(claims.sub), SessionId(claims.sid));
        let actor = Actor { account, session, expires: at(claims.exp) };
        Ok(Proof { actor, begins: claims.iat.max(claims.nbf) })
    }
}

fn at(seconds: i64) -> Time {
    Time(seconds.saturating_mul(1_000_000_000))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{ChatOptions, Secrets};
    use jsonwebtoken::{Algorithm, EncodingKey, Header};
    use serde_json::{Value, json};
    use std::time::Duration;

    const NOW: Time = Time(1_800_000_000_000_000_000);

    fn tokens(master: &[u8]) -> Tokens {
        Tokens::new(&ChatOptions::new(Secrets::from_master(master)))
    }

    fn claims() -> Value {
        let iat = NOW.seconds();
        json!({ "typ": "access", "iss": "chinwag", "aud": "chinwag", "sub": Uuid::from_u128(1), "sid": Uuid::from_u128(2), "iat": iat, "nbf": iat, "exp": iat + 600 })
    }

    fn signed(claims: &Value, algorithm: Algorithm) -> String {
        let key = EncodingKey::from_secret(&Secrets::from_master(b"a").signing);
        jsonwebtoken::encode(&Header::new(algorithm), claims, &key).unwrap()
    }

    fn refused(token: &str) -> bool {
        tokens(b"a")
            .read_access(token, NOW)
            .is_err_and(|problem| problem.code == Code::Unauthenticated)
    }

    #[test]
    fn means_exactly_one_thing() {
        assert!(!refused(&signed(&claims(), Algorithm::HS256)), "the control");
        for claim in ["typ", "iss", "aud", "sub", "sid", "iat", "nbf", "exp"] {
            for wrong in [
                Value::Null,
                json!("other"),
                json!([]),
                json!(["chinwag", "other"]),
                json!({}),
                json!(1e99),
                json!(-1),
            ] {
                let mut changed = claims();
                changed[claim] = wrong;
                // Before 1970 is a time, and as good a start as any.
                if changed[claim] == json!(-1) && ["iat", "nbf"].contains(&claim) {
                    continue;
                }
                assert!(refused(&signed(&changed, Algorithm::HS256)), "{changed}");
            }
            let mut less = claims();
            less.as_object_mut().unwrap().remove(claim);
            assert!(refused(&signed(&less, Algorithm::HS256)), "without {claim}");
        }
    }

    #[test]
    fn other_algorithms_keys_and_bytes_are_refused() {
        let token = signed(&claims(), Algorithm::HS256);
        for algorithm in [Algorithm::HS384, Algorithm::HS512] {
            assert!(refused(&signed(&claims(), algorithm)));
        }
        let payload = token.split('.').nth(1).unwrap();
        assert!(refused(&format!("eyJhbGciOiJub25lIn0.{payload}.")), "alg none");
        assert!(tokens(b"b").read_access(&token, NOW).is_err(), "another key");
        for at in 0..token.len() {
            let flipped = if &token[at..=at] == "A" { "B" } else { "A" };
            assert!(
                refused(&format!("{}{flipped}{}", &token[..at], &token[at + 1..])),
                "byte {at}"
            );
        }
        assert!(
            refused("")
                && refused("a.b.c")
                && refused(&"a".repeat(100_000))
                && refused(&format!("{token}="))
        );
    }

    #[test]
    fn lives_from_now_to_its_end_and_not_past_its_session() {
        let tokens = tokens(b"a");
        let (account, session) = (AccountId(Uuid::from_u128(1)), SessionId(Uuid::from_u128(2)));
        let (token, expires) =
            tokens.sign_access(account, session, NOW, NOW.after(Duration::from_secs(900))).unwrap();
        assert_eq!(tokens.read_access(&token, NOW), Ok(Actor { account, session, expires }));
        assert_eq!(expires, NOW.after(Duration::from_secs(600)));
        assert!(tokens.read_access(&token, expires).is_err(), "no leeway at the end");
        assert!(tokens.read_access(&token, NOW.before(Duration::from_secs(5))).is_ok());
        assert!(tokens.read_access(&token, NOW.before(Duration::from_secs(6))).is_err(), "not yet");
        let (_, expires) =
            tokens.sign_access(account, session, NOW, NOW.after(Duration::from_secs(60))).unwrap();
        assert_eq!(expires, NOW.after(Duration::from_secs(60)));
    }
}
