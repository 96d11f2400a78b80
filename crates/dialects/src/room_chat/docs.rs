//! The documentation page, behind a user name and a password that open nothing else.

use super::{credentials::options, description::DESCRIPTION};
use crate::{
    describe::document,
    desk::Desk,
    explorer,
    refusal::{Answer, Refusal},
    secrecy::same,
};
use axum::{
    extract::{Request, State},
    http::{HeaderMap, HeaderValue, header},
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use chinwag_wire::Code;

/// `GET /api-docs`.
pub(super) async fn page(State(desk): State<Desk>, headers: HeaderMap) -> Answer {
    let_in(&desk, &headers)?;
    Ok(explorer::page("room-chat", "api-docs/"))
}

/// `GET /api-docs-json`.
pub(super) async fn openapi(State(desk): State<Desk>, headers: HeaderMap) -> Answer {
    let_in(&desk, &headers)?;
    let text = format!("{:#}\n", document(&DESCRIPTION, "."));
    Ok(explorer::typed("application/json; charset=utf-8", text))
}

/// `GET /api-docs/swagger-ui.js`: starts the page.
pub(super) async fn script(State(desk): State<Desk>, headers: HeaderMap) -> Answer {
    let_in(&desk, &headers)?;
    Ok(explorer::script("api-docs-json"))
}

/// `GET /api-docs/swagger-ui.css`, `GET /api-docs/swagger-ui-bundle.js`: what the page is made of.
pub(super) async fn part(State(desk): State<Desk>, request: Request) -> Answer {
    let_in(&desk, request.headers())?;
    explorer::part(request.uri().path())
}

/// HTTP Basic (RFC 7617).
fn let_in(desk: &Desk, headers: &HeaderMap) -> Result<(), Refusal> {
    let options = options(desk);
    let wanted = STANDARD.encode(format!("{}:{}", options.docs_user, options.docs_password));
    let shown = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let shown = shown.and_then(|value| value.trim().split_once(' '));
    match shown {
        Some((scheme, shown))
            if scheme.eq_ignore_ascii_case("basic")
                && same(shown.trim().as_bytes(), wanted.as_bytes()) =>
        {
            Ok(())
        }
        _ => {
            let ask = HeaderValue::from_static("Basic realm=\"api-docs\"");
            Err(Refusal::from(Code::Unauthenticated).with_header(header::WWW_AUTHENTICATE, ask))
        }
    }
}
