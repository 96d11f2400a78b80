//! The two credentials of a call: an access token in the header, and in a cookie a refresh token, which is spent for
//! the next pair once the access token has expired.

use crate::{
    asked::Asked,
    authors::Author,
    cookies,
    desk::Desk,
    refusal::{Answer, Refusal},
};
use axum::{
    http::{HeaderMap, HeaderName, HeaderValue, header},
    response::Response,
};
use chinwag_chat::{Actor, Issued, Refreshed, SessionKind, SignedIn, Unproven};
use chinwag_wire::{Code, Problem};
use serde_json::{Map, json};
use std::time::Duration;

/// What sessions and tokens of this dialect are called.
pub(super) const SURFACE: &str = "live-chat";

const COOKIE: &str = "refresh";
const ACCESS_LIFE: Duration = Duration::from_secs(15 * 60);
const REFRESH_LIFE: Duration = Duration::from_secs(30 * 24 * 60 * 60);

/// What kind of session is opened here.
pub(super) const KIND: SessionKind =
    SessionKind { surface: SURFACE, life: REFRESH_LIFE, sliding: true };

/// A caller who showed both credentials.
pub(super) struct Signed {
    /// Who, through the session of the refresh token.
    pub(super) actor: Actor,
    /// The session of the access token.
    pub(super) other: Actor,
    /// The next pair, where the access token had expired.
    renewed: Option<Pair>,
}

/// A pair of credentials, or the word that there is none any more.
pub(super) struct Pair([(HeaderName, HeaderValue); 2]);

impl Pair {
    /// Nothing is to be kept.
    pub(super) fn cleared() -> Self {
        let gone = format!("{COOKIE}=; Path=/; Expires={}", cookies::GONE);
        Self::of(HeaderValue::from_static(""), cookies::set(&gone, false))
    }

    fn of(authorization: HeaderValue, cookie: HeaderValue) -> Self {
        Self([(header::AUTHORIZATION, authorization), (header::SET_COOKIE, cookie)])
    }

    /// The first pair of a session.
    ///
    /// # Errors
    /// Those of storage.
    pub(super) async fn first(
        desk: &Desk,
        asked: &Asked,
        opened: &SignedIn,
    ) -> Result<Self, Problem> {
        let refresh = desk.chat.issue_refresh(&opened.actor, SURFACE, REFRESH_LIFE).await?;
        Self::issued(desk, asked, &opened.actor, refresh).await
    }

    /// Whether another pair may follow the one that was shown: before anything is changed that gives one.
    ///
    /// # Errors
    /// `unauthenticated` where the refresh token was spent long ago, which ends the session.
    pub(super) async fn may_be_next(desk: &Desk, asked: &Asked) -> Result<(), Refusal> {
        let token = presented(asked).unwrap_or_default();
        desk.chat.may_use_refresh(&asked.from, token).await.map_err(refused)
    }

    /// The next pair of a session; no pair before it works any more.
    ///
    /// # Errors
    /// `unauthenticated` where the refresh token was spent long ago, which ends the session.
    pub(super) async fn alone(desk: &Desk, asked: &Asked) -> Result<Self, Refusal> {
        let token = presented(asked).unwrap_or_default();
        let renewed = desk.chat.use_refresh_alone(&asked.from, token, &KIND).await;
        Self::next(desk, asked, renewed.map_err(refused)?).await
    }

    async fn next(desk: &Desk, asked: &Asked, renewed: Refreshed) -> Result<Self, Refusal> {
        Ok(Self::issued(desk, asked, &renewed.actor, renewed.refresh).await?)
    }

    /// What the access token says is read anew.
    async fn issued(
        desk: &Desk,
        asked: &Asked,
        actor: &Actor,
        refresh: Issued,
    ) -> Result<Self, Problem> {
        let person = desk.chat.person(actor.account).await?.ok_or(Code::SessionEnded)?;
        let Author { name, email, .. } = Author::of(Some(&person));
        let data = json!({ "id": actor.account, "email": email, "name": name });
        let claims = Map::from_iter([("data".to_owned(), data)]);
        let access = desk.chat.issue_token(actor, SURFACE, claims, ACCESS_LIFE)?.token;
        let access = HeaderValue::try_from(access).expect("a JWT is visible ASCII");
        let (token, life) = (refresh.token, REFRESH_LIFE.as_secs());
        let cookie = format!("{COOKIE}={token}; Max-Age={life}; Path=/; HttpOnly; SameSite=Strict");
        Ok(Self::of(access, cookies::set(&cookie, asked.tls)))
    }

    /// An answer with it.
    pub(super) fn with(self, mut response: Response) -> Response {
        response.headers_mut().extend(HeaderMap::from_iter(self.0));
        response
    }

    fn with_refusal(self, refusal: Refusal) -> Refusal {
        self.0.into_iter().fold(refusal, |refusal, (name, value)| refusal.with_header(name, value))
    }
}

impl Signed {
    /// Who makes this call, by both credentials.
    ///
    /// # Errors
    /// `unauthenticated`, and nothing is to be kept; `foreign_origin`.
    pub(super) async fn check(desk: &Desk, asked: &Asked) -> Result<Self, Refusal> {
        desk.native.permits_page(&asked.headers)?;
        let (Some(access), Some(refresh)) = (asked.token(), presented(asked)) else {
            return Err(nobody());
        };
        let (other, expired) = match desk.chat.prove(access).await {
            Ok(proven) => (proven.actor, false),
            Err(Unproven::Expired(whose)) => (whose, true),
            Err(unproven) => return Err(refused(unproven)),
        };
        let actor = desk.chat.check_refresh(refresh).await.map_err(refused)?;
        if actor.account != other.account {
            return Err(nobody());
        }
        let mut signed = Self { actor, other, renewed: None };
        if expired {
            desk.chat.session_alive(&other).await.map_err(|problem| refused(problem.into()))?;
            let renewed = desk.chat.use_refresh(&asked.from, refresh, &KIND).await;
            signed.renewed = Some(Pair::next(desk, asked, renewed.map_err(refused)?).await?);
        }
        Ok(signed)
    }

    /// The outcome of the call, with the next pair where there is one: whatever came of it, the one that was shown
    /// is spent.
    pub(super) fn answer(self, outcome: Answer) -> Answer {
        match (self.renewed, outcome) {
            (None, outcome) => outcome,
            (Some(pair), Ok(response)) => Ok(pair.with(response)),
            (Some(pair), Err(refusal)) => Err(pair.with_refusal(refusal)),
        }
    }
}

/// The refresh token that came with a call.
fn presented(asked: &Asked) -> Option<&str> {
    cookies::read(&asked.headers, COOKIE).filter(|token| !token.is_empty())
}

fn refused(unproven: Unproven) -> Refusal {
    match unproven {
        Unproven::Failed(problem) => problem.into(),
        _ => nobody(),
    }
}

fn nobody() -> Refusal {
    Pair::cleared().with_refusal(Code::Unauthenticated.into())
}
