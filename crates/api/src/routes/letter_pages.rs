//! The pages that links in letters open. They work without script; looking at one changes nothing, so
//! that a mail program which opens links ahead of its reader uses none of them up.

use crate::{app::Api, extract::CameFrom, problem::ForPeople};
use axum::{
    body::{Body, to_bytes},
    extract::{Query, State},
    http::{HeaderValue, StatusCode, header},
    response::{Html, IntoResponse as _, Response},
};
use chinwag_wire::{Code, Problem, ResetPassword, VerifyEmail};
use serde::{Deserialize, de::DeserializeOwned};

/// Most bytes of a form.
const MOST_BYTES: usize = 16 * 1024;
/// Forms of these pages go to this server, and nothing is loaded from anywhere.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

/// What a link carries.
#[derive(Deserialize)]
pub(crate) struct Link {
    #[serde(default)]
    token: String,
}

/// Asks whether to verify the address.
pub(crate) async fn verify_page(Query(link): Query<Link>) -> Response {
    page(
        StatusCode::OK,
        &include_str!("../pages/verify_email.html").replace("{{token}}", &escaped(&link.token)),
    )
}

/// Verifies the address.
pub(crate) async fn verify_submitted(
    State(api): State<Api>,
    CameFrom(origin): CameFrom,
    body: Body,
) -> Response {
    let Some(form) = form::<VerifyEmail>(body).await else { return said(&Code::Malformed.into()) };
    match api.chat.verify_email(&origin, form).await {
        Ok(()) => told(StatusCode::OK, "Thank you", "This is your email address from now on."),
        Err(problem) => said(&problem),
    }
}

/// Asks for a new password.
pub(crate) async fn reset_page(Query(link): Query<Link>) -> Response {
    page(
        StatusCode::OK,
        &include_str!("../pages/reset_password.html").replace("{{token}}", &escaped(&link.token)),
    )
}

/// Stores the new password.
pub(crate) async fn reset_submitted(
    State(api): State<Api>,
    CameFrom(origin): CameFrom,
    body: Body,
) -> Response {
    let Some(form) = form::<ResetPassword>(body).await else {
        return said(&Code::Malformed.into());
    };
    match api.chat.reset_password(&origin, form).await {
        Ok(()) => told(
            StatusCode::OK,
            "Done",
            "Sign in with your new password. All other sessions have ended.",
        ),
        Err(problem) => said(&problem),
    }
}

/// Asks whether to end letters of a kind.
pub(crate) async fn unsubscribe_page(Query(link): Query<Link>) -> Response {
    page(
        StatusCode::OK,
        &include_str!("../pages/unsubscribe.html").replace("{{token}}", &escaped(&link.token)),
    )
}

/// Ends them: for a person who looked at the page, or a mail program of its own accord (RFC 8058). The
/// token is in the address; what is in the body says nothing more.
pub(crate) async fn unsubscribe_submitted(
    State(api): State<Api>,
    CameFrom(origin): CameFrom,
    Query(link): Query<Link>,
) -> Response {
    match api.chat.unsubscribe(&origin, &link.token).await {
        Ok(()) => told(StatusCode::OK, "Done", "You get no more letters of this kind."),
        Err(problem) => said(&problem),
    }
}

async fn form<T: DeserializeOwned>(body: Body) -> Option<T> {
    let bytes = to_bytes(body, MOST_BYTES).await.ok()?;
    let uri = format!("/?{}", std::str::from_utf8(&bytes).ok()?).parse().ok()?;
    Query::try_from_uri(&uri).ok().map(|Query(form)| form)
}

/// A problem, in words; going back keeps what was typed.
fn said(problem: &Problem) -> Response {
    let status = StatusCode::from_u16(problem.code.status()).unwrap_or(StatusCode::BAD_REQUEST);
    let reasons =
        problem.errors.iter().map(|error| format!(" The {} {}.", error.field, error.message));
    told(status, "That did not work", &format!("{}{}", problem.detail, reasons.collect::<String>()))
}

fn told(status: StatusCode, title: &str, text: &str) -> Response {
    let page_of = include_str!("../pages/told.html");
    page(status, &page_of.replace("{{title}}", &escaped(title)).replace("{{text}}", &escaped(text)))
}

fn page(status: StatusCode, html: &str) -> Response {
    let mut response = (status, Html(html.to_owned())).into_response();
    response.extensions_mut().insert(ForPeople);
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    // The address holds a secret.
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// Text for HTML, between tags and in quoted attributes.
fn escaped(text: &str) -> String {
    let replaced = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    replaced.replace('"', "&quot;").replace('\'', "&#39;")
}
