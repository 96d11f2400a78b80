//! Who asks: whoever the token proves that a cookie holds, or where there is none, the `Authorization` header.

use super::{Pingtalk, limits::gateway};
use crate::{
    asked::{Asked, bare},
    cookies,
    desk::Desk,
    refusal::Refusal,
};
use axum::http::HeaderValue;
use chinwag_chat::{Actor, SessionKind, SignedIn, Unproven};
use chinwag_wire::{Code, Problem, Time};
use serde_json::{Map, Value};
use std::time::Duration;

/// What sessions and tokens of this dialect are called.
pub(super) const SURFACE: &str = "pingtalk";
/// The cookie.
pub(super) const COOKIE: &str = "token";
/// How long a session lives, and its token.
const LIFE: Duration = Duration::from_secs(24 * 60 * 60);

/// What was chosen for this dialect.
pub(super) fn options(desk: &Desk) -> &Pingtalk {
    desk.options.pingtalk.as_ref().expect("it is switched on where it is served")
}

/// What kind of session is opened here.
pub(super) fn session_kind() -> SessionKind {
    SessionKind { surface: SURFACE, life: LIFE, sliding: false }
}

/// Who asks, on a route that is counted at the gateway.
///
/// # Errors
/// `unauthenticated`, `foreign_origin`, or the gateway's.
pub(super) async fn signed(desk: &Desk, asked: &Asked) -> Result<Actor, Refusal> {
    gateway(desk, asked)?;
    caller(desk, asked).await
}

/// Who asks.
///
/// # Errors
/// `unauthenticated`, in the words for no token where there is none; `foreign_origin` for what changes something.
pub(super) async fn caller(desk: &Desk, asked: &Asked) -> Result<Actor, Refusal> {
    if !asked.only_reads() {
        own_page(desk, asked)?;
    }
    let token = in_cookie(asked).or_else(|| asked.token());
    let token = token.ok_or_else(|| nobody(&asked.path))?;
    prove(desk, token).await.map_err(|unproven| match unproven {
        Unproven::Failed(problem) => problem.into(),
        _ => Code::Unauthenticated.into(),
    })
}

/// What a browser keeps for us is not for the pages of strangers.
///
/// # Errors
/// `foreign_origin`, where a cookie says who asks.
pub(super) fn own_page(desk: &Desk, asked: &Asked) -> Result<(), Refusal> {
    if in_cookie(asked).is_some() {
        desk.native.permits_page(&asked.headers)?;
    }
    Ok(())
}

fn in_cookie(asked: &Asked) -> Option<&str> {
    cookies::read(&asked.headers, COOKIE).filter(|token| !token.is_empty())
}

fn nobody(path: &str) -> Refusal {
    let words = match path.starts_with("/auth/") {
        true => "Token expired, please login",
        false => "Token Expired, please login again",
    };
    Refusal::from(Code::Unauthenticated).in_words(words)
}

/// Whom a token proves.
///
/// # Errors
/// Why it proves nobody.
pub(super) async fn prove(desk: &Desk, token: &str) -> Result<Actor, Unproven> {
    desk.chat.prove(bare(token)).await.map(|proven| proven.actor)
}

/// A token for a session.
///
/// # Errors
/// Those of signing.
pub(super) fn token(desk: &Desk, signed_in: &SignedIn) -> Result<String, Problem> {
    let id = Value::String(signed_in.account.id.to_string());
    let claims = Map::from_iter([("_id".to_owned(), id)]);
    Ok(desk.chat.issue_token(&signed_in.actor, SURFACE, claims, LIFE)?.token)
}

/// The cookie that holds it.
pub(super) fn cookie(token: &str, expires: Time, tls: bool) -> HeaderValue {
    let ends = expires.http_date();
    cookies::set(&format!("{COOKIE}={token}; Path=/; Expires={ends}; HttpOnly; SameSite=Lax"), tls)
}

/// The cookie of a session that is over.
pub(super) fn gone(now: Time, tls: bool) -> HeaderValue {
    cookie("", now, tls)
}
