//! `/v1/sessions`: signing in, staying in, signing out.

use crate::{
    answer::{Answer, created, done, ok},
    app::Api,
    extract::{At, Body, CameFrom, InSession, Signed},
};
use axum::extract::State;
use chinwag_wire::{Credentials, Page, Refresh, Session, SignIn};

/// Sign in
#[utoipa::path(post, path = "/v1/sessions", tag = "sessions", security(()), request_body = SignIn, responses(
    (status = 201, description = "Signed in", body = Credentials, headers(("Location" = String, description = "The session")))
))]
pub(crate) async fn sign_in(
    State(api): State<Api>,
    CameFrom(origin): CameFrom,
    Body(body): Body<SignIn>,
) -> Answer {
    let credentials = api.chat.sign_in(&origin, body).await?;
    created(&credentials, &format!("/v1/sessions/{}", credentials.session_id))
}

/// Exchange a refresh token for the next pair of tokens
///
/// A refresh token works once. Using it again ends the session: one of the two who used it was not its owner.
#[utoipa::path(post, path = "/v1/sessions/refresh", tag = "sessions", security(()), request_body = Refresh, responses(
    (status = 200, description = "The next pair", body = Credentials)
))]
pub(crate) async fn refresh(
    State(api): State<Api>,
    CameFrom(origin): CameFrom,
    Body(body): Body<Refresh>,
) -> Answer {
    ok(&api.chat.refresh(&origin, body).await?)
}

/// List one's sessions
#[utoipa::path(get, path = "/v1/sessions", tag = "sessions", responses((status = 200, description = "The sessions", body = Page<Session>)))]
pub(crate) async fn list_sessions(State(api): State<Api>, Signed(actor): Signed) -> Answer {
    ok(&Page { items: api.chat.sessions(&actor).await?, next_cursor: None })
}

/// Sign out everywhere
#[utoipa::path(delete, path = "/v1/sessions", tag = "sessions", responses((status = 204, description = "All sessions have ended, this one too")))]
pub(crate) async fn end_all_sessions(
    State(api): State<Api>,
    Signed(actor): Signed,
    CameFrom(origin): CameFrom,
) -> Answer {
    api.chat.end_all_sessions(&actor, &origin).await?;
    done()
}

/// Sign out
#[utoipa::path(delete, path = "/v1/sessions/current", tag = "sessions", responses((status = 204, description = "This session has ended")))]
pub(crate) async fn sign_out(
    State(api): State<Api>,
    Signed(actor): Signed,
    CameFrom(origin): CameFrom,
) -> Answer {
    api.chat.sign_out(&actor, &origin).await?;
    done()
}

/// End one of one's sessions
#[utoipa::path(delete, path = "/v1/sessions/{session_id}", tag = "sessions", params(InSession), responses((status = 204, description = "It has ended")))]
pub(crate) async fn end_session(
    State(api): State<Api>,
    Signed(actor): Signed,
    CameFrom(origin): CameFrom,
    At(at): At<InSession>,
) -> Answer {
    api.chat.end_session(&actor, &origin, at.session_id).await?;
    done()
}
