//! Who asks: by the signed cookie, or where there is none by the `sessionId` of the body.

use super::{flavour::Flavour, limits::REQUESTS};
use crate::{
    asked::Asked,
    cookies,
    desk::Desk,
    refusal::{Refusal, invalid},
};
use axum::http::HeaderValue;
use chinwag_chat::{Actor, LimitSubject, SignedIn, Unproven};
use chinwag_wire::{Code, Problem};
use std::time::Duration;

/// The cookie, and the key of a body.
const NAME: &str = "sessionId";
/// How long a session lives.
pub(super) const LIFE: Duration = Duration::from_secs(24 * 60 * 60);

/// Somebody signed in, and how they are answered.
pub(super) struct Session {
    pub(super) actor: Actor,
    pub(super) flavour: Flavour,
}

/// Who asks, where a session is needed. It is counted.
///
/// # Errors
/// `unauthenticated`; `foreign_origin`; `rate_limited`.
pub(super) async fn session(desk: &Desk, asked: &Asked) -> Result<Session, Refusal> {
    let session = sender(desk, asked).await?;
    count_request(desk, &session.actor)?;
    Ok(session)
}

/// Counts a request that is no message.
///
/// # Errors
/// `rate_limited`.
pub(super) fn count_request(desk: &Desk, actor: &Actor) -> Result<(), Refusal> {
    desk.chat.count(&REQUESTS, LimitSubject::Account(actor.account))?;
    Ok(())
}

/// Who asks, where messages are counted instead.
///
/// # Errors
/// `unauthenticated`; `foreign_origin`.
pub(super) async fn sender(desk: &Desk, asked: &Asked) -> Result<Session, Refusal> {
    let (actor, surface) = prove(desk, asked).await?;
    let flavour = Flavour::asked(&asked.headers, &asked.path);
    Ok(Session { actor, flavour: flavour.unwrap_or_else(|| Flavour::of_surface(&surface)) })
}

/// Whom the credential proves, and through which surface their session was opened.
pub(super) async fn prove(desk: &Desk, asked: &Asked) -> Result<(Actor, String), Refusal> {
    let proven = match cookies::read(&asked.headers, NAME) {
        Some(cookie) => {
            desk.native.permits_page(&asked.headers)?;
            let value = cookies::decoded(cookie).unwrap_or_default();
            let (id, signature) = signed(&value).ok_or(Code::Unauthenticated)?;
            desk.chat.prove_id(id, Some(signature)).await
        }
        None => {
            match asked.fields()?.text(NAME).map_err(|_| Refusal::from(Code::Unauthenticated))? {
                value if value.starts_with("s:") => {
                    let (id, signature) = signed(value).ok_or(Code::Unauthenticated)?;
                    desk.chat.prove_id(id, Some(signature)).await
                }
                value => desk.chat.prove_id(value, None).await,
            }
        }
    };
    let proven = proven.map_err(refused)?;
    Ok((proven.actor, proven.surface.unwrap_or_default()))
}

fn refused(unproven: Unproven) -> Refusal {
    match unproven {
        Unproven::Failed(problem) => problem.into(),
        _ => Code::Unauthenticated.into(),
    }
}

/// `s:<id>.<signature>` taken apart.
fn signed(value: &str) -> Option<(&str, &str)> {
    value.strip_prefix("s:")?.split_once('.')
}

/// The cookie of a session that was just opened.
///
/// # Errors
/// Those of storage.
pub(super) async fn cookie(
    desk: &Desk,
    signed_in: &SignedIn,
    tls: bool,
) -> Result<HeaderValue, Problem> {
    let id = desk.chat.opaque_id(&signed_in.actor).await?.to_string();
    let value = cookies::encoded(&format!("s:{id}.{}", desk.chat.sign_id(&id)));
    let ends = signed_in.actor.expires.http_date();
    let life = LIFE.as_secs();
    let cookie =
        format!("{NAME}={value}; Max-Age={life}; Path=/; Expires={ends}; HttpOnly; SameSite=Lax");
    Ok(cookies::set(&cookie, tls))
}

/// The cookie of a session that is over.
pub(super) fn gone() -> HeaderValue {
    cookies::set(&format!("{NAME}=; Path=/; Expires={}", cookies::GONE), false)
}

/// A user name of the body.
///
/// # Errors
/// `invalid` where it is none, or nothing.
pub(super) fn named<'a>(asked: &'a Asked, key: &str) -> Result<&'a str, Refusal> {
    let name = asked.fields()?.text(key)?;
    if name.is_empty() { Err(invalid(key)) } else { Ok(name) }
}
