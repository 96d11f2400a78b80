//! How each dialect words a refusal: a pure function from the refusal to an answer. The table is in the
//! common rules of the contracts; a handler gives words of its own where its contract does.

use crate::{
    Dialect,
    refusal::{Kind, Refusal},
};
use axum::{
    body::Body,
    http::{HeaderValue, StatusCode, header},
    response::Response,
};
use chinwag_api::Failure;
use chinwag_chat::refuse;
use chinwag_wire::Code;
use serde_json::{Value, json};

/// A worded refusal: status, and a body that is JSON or a text.
struct Worded {
    status: u16,
    body: Value,
}

fn worded(status: u16, body: Value) -> Worded {
    Worded { status, body }
}

/// Words an answer that was refused, whoever refused it; others stay as they are. Headers that a layer
/// below set, such as `Allow`, are kept.
pub(crate) fn word(dialect: Dialect, response: &mut Response) {
    let Some(mut refusal) = refused(response) else { return };
    refusal.problem = refuse(refusal.problem);
    let Worded { status, body } = words_of(dialect, &refusal);
    let (kind, body) = match body {
        Value::String(text) => ("text/plain; charset=utf-8", text),
        json => ("application/json; charset=utf-8", json.to_string()),
    };
    *response.status_mut() = StatusCode::from_u16(status).expect("only statuses are written here");
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    headers.insert(header::CONTENT_LENGTH, body.len().into());
    if let Some(seconds) = refusal.problem.retry_after
        && matches!(refusal.kind(), Kind::Limited | Kind::Overloaded)
    {
        headers.insert(header::RETRY_AFTER, seconds.into());
    }
    if refusal.kind() == Kind::TooLarge {
        // The rest of it is not read.
        headers.insert(header::CONNECTION, HeaderValue::from_static("close"));
    }
    for (name, value) in refusal.headers() {
        if name == header::RETRY_AFTER {
            headers.remove(name);
        }
        headers.append(name.clone(), value.clone());
    }
    *response.body_mut() = Body::from(body);
}

/// What was refused, by a handler, by the edge, or by a library below.
fn refused(response: &mut Response) -> Option<Refusal> {
    let extensions = response.extensions_mut();
    if let Some(refusal) = extensions.remove::<Refusal>() {
        return Some(refusal);
    }
    extensions.remove::<Failure>().map(|Failure(problem)| problem.into())
}

/// The words themselves.
fn words_of(dialect: Dialect, refusal: &Refusal) -> Worded {
    match dialect {
        Dialect::MessagingService => messaging_service(refusal),
        Dialect::MessagingApp => messaging_app(refusal),
        Dialect::RoomChat => room_chat(refusal),
        Dialect::LiveChat => live_chat(refusal),
        Dialect::Pingtalk => pingtalk(refusal),
    }
}

/// The refusal's own words, or these.
fn or<'a>(refusal: &'a Refusal, words: &'a str) -> &'a str {
    refusal.words.as_deref().unwrap_or(words)
}

fn messaging_service(refusal: &Refusal) -> Worded {
    let (status, outcome, words) = match (refusal.kind(), refusal.problem.code) {
        (_, Code::CredentialsWrong) => (200, "failed", "the name or the password is wrong"),
        (Kind::Forbidden, _) | (_, Code::TooManyNames) => (200, "failed", "not allowed"),
        (Kind::Limited, _) => (200, "failed", "too often; try again later"),
        (Kind::NoPath, _) => (404, "errored", "there is nothing here"),
        (Kind::WrongMethod, _) => (405, "errored", "Method not allowed"),
        (Kind::NotSignedIn, _) => (500, "errored", "sign in first"),
        (Kind::Malformed, _) => (500, "errored", "send a JSON object"),
        (Kind::Invalid | Kind::NoSuchRange, _) => (500, "errored", "something is missing or wrong"),
        (Kind::Conflict, _) => (500, "errored", "taken"),
        (Kind::NotFound, _) => (500, "errored", "not found"),
        (Kind::TooLarge, _) => (500, "errored", "too large"),
        (Kind::Overloaded, _) => (500, "errored", "busy; try again shortly"),
        (Kind::UpgradeRequired | Kind::Internal, _) => (500, "errored", "something went wrong"),
    };
    worded(status, json!({ "status": outcome, "message": or(refusal, words) }))
}

fn messaging_app(refusal: &Refusal) -> Worded {
    let (status, words) = match refusal.kind() {
        Kind::Invalid | Kind::NoSuchRange => (400, "Validation error"),
        Kind::Malformed => (400, "Invalid request format"),
        Kind::NotSignedIn => (401, "Invalid or expired token"),
        Kind::Forbidden => (403, "Forbidden"),
        Kind::NotFound | Kind::NoPath => (404, "Not found"),
        Kind::WrongMethod => (405, "Method not allowed"),
        Kind::Conflict => (409, "Conflict"),
        Kind::TooLarge => (413, "Payload too large"),
        Kind::UpgradeRequired => (426, "Upgrade required"),
        Kind::Limited => (429, "Too many requests, please try again later."),
        Kind::Overloaded => (503, "Service unavailable"),
        Kind::Internal => (500, "Internal server error"),
    };
    let mut body = json!({ "success": false, "error": or(refusal, words) });
    let details = refusal.details().cloned().or_else(|| {
        (refusal.kind() == Kind::Invalid && refusal.words.is_none()).then(|| faults(refusal))
    });
    if let Some(details) = details {
        body["details"] = details;
    }
    worded(status, body)
}

/// Fields that the product refused, as this contract lists broken rules.
fn faults(refusal: &Refusal) -> Value {
    let fault = |error: &chinwag_wire::FieldError| {
        let path: Vec<&str> = error.field.split('.').collect();
        json!({ "code": "custom", "message": error.message, "path": path })
    };
    refusal.problem.errors.iter().map(fault).collect()
}

fn room_chat(refusal: &Refusal) -> Worded {
    let (status, phrase, words) = match refusal.kind() {
        Kind::Invalid | Kind::NoSuchRange => (400, "Bad Request", "Bad Request"),
        Kind::Malformed => (400, "Bad Request", "Malformed JSON"),
        Kind::NotSignedIn => (401, "Unauthorized", "Unauthorized"),
        Kind::Forbidden => (403, "Forbidden", "Forbidden"),
        Kind::NotFound | Kind::NoPath => (404, "Not Found", "Not Found"),
        Kind::WrongMethod => (405, "Method Not Allowed", "Method not allowed"),
        Kind::Conflict => (409, "Conflict", "Conflict"),
        Kind::TooLarge => (413, "Payload Too Large", "Payload too large"),
        Kind::UpgradeRequired => (426, "Upgrade Required", "Upgrade Required"),
        Kind::Limited => (429, "Too Many Requests", "Too many requests"),
        Kind::Overloaded => (503, "Service Unavailable", "Service unavailable"),
        Kind::Internal => (500, "Internal Server Error", "Internal server error"),
    };
    let message = match (refusal.details(), refusal.kind()) {
        (Some(list), _) => list.clone(),
        (None, Kind::Invalid) => json!([or(refusal, words)]),
        (None, _) => json!(or(refusal, words)),
    };
    let mut body = json!({ "statusCode": status, "message": message });
    // Deployed clients know these two answers without it.
    let is_bare = match refusal.kind() {
        Kind::NotSignedIn => refusal.words.is_none(),
        kind => kind == Kind::Internal,
    };
    if !is_bare {
        body["error"] = phrase.into();
    }
    worded(status, body)
}

fn live_chat(refusal: &Refusal) -> Worded {
    let (status, words) = match refusal.kind() {
        Kind::Invalid | Kind::Malformed | Kind::NoSuchRange => (400, "Bad Request"),
        Kind::NotSignedIn => (401, "Unauthorized"),
        Kind::Forbidden => (403, "Forbidden"),
        Kind::NotFound | Kind::NoPath => (404, "Not Found"),
        Kind::WrongMethod => (405, "Method not allowed"),
        Kind::Conflict => (409, "Conflict"),
        Kind::TooLarge => (413, "Request Entity Too Large"),
        Kind::UpgradeRequired => (426, "Upgrade Required"),
        Kind::Limited => (429, "Too Many Requests"),
        Kind::Overloaded => (503, "Service Unavailable"),
        Kind::Internal => (500, "Internal Server Error"),
    };
    worded(status, or(refusal, words).into())
}

fn pingtalk(refusal: &Refusal) -> Worded {
    let (status, words) = match refusal.kind() {
        Kind::Invalid => (400, "Invalid input"),
        Kind::Malformed => (400, "Malformed JSON"),
        Kind::NotSignedIn => {
            let words = or(refusal, "Invalid or expired token");
            let key = if refusal.words.is_some() { "message" } else { "error" };
            return worded(401, json!({ key: words }));
        }
        Kind::Forbidden => (403, "Not authorized"),
        Kind::NotFound | Kind::NoPath => (404, "Not found"),
        Kind::WrongMethod => (405, "Method not allowed"),
        Kind::Conflict => (409, "Conflict"),
        Kind::TooLarge => (413, "Payload too large"),
        Kind::NoSuchRange => (416, "Range not satisfiable"),
        Kind::UpgradeRequired => (426, "Upgrade required"),
        Kind::Limited => (429, "Too many requests"),
        Kind::Overloaded => (503, "Server error"),
        Kind::Internal => (500, "Server error"),
    };
    worded(status, json!({ "message": or(refusal, words) }))
}
