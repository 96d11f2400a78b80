//! What handlers answer with: JSON written straight to bytes, and the few headers that go with it.

use crate::{extract::IfNoneMatch, problem::Failure};
use axum::{
    body::Body,
    http::{HeaderName, HeaderValue, StatusCode, Uri, header},
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use chinwag_wire::{Message, MessagePage, Page};
use serde::Serialize;
use sha2::{Digest as _, Sha256};
use std::fmt::Write as _;

/// What every handler returns.
pub(crate) type Answer = Result<Response, Failure>;

/// A value as JSON text.
pub(crate) fn json_bytes<T: Serialize>(value: &T) -> Bytes {
    serde_json::to_vec(value).expect("our own types always serialise").into()
}

/// 200 with a value.
pub(crate) fn ok<T: Serialize>(value: &T) -> Answer {
    Ok(json(StatusCode::OK, json_bytes(value)))
}

/// 200 with a page of messages. It is long and mostly text, so it is written many bytes at a time, into memory that need
/// not grow: for a page of 50 that takes a third off what the JSON costs.
pub(crate) fn messages(page: &MessagePage) -> Answer {
    /// What most take.
    const MESSAGE: usize = 640;
    let mut text = Vec::with_capacity((page.messages.len() + 1) * MESSAGE);
    sonic_rs::to_writer(&mut text, page).expect("our own types always serialise");
    Ok(json(StatusCode::OK, text.into()))
}

/// 201 with a value, and where it lives from now on.
pub(crate) fn created<T: Serialize>(value: &T, location: &str) -> Answer {
    Ok(with(json(StatusCode::CREATED, json_bytes(value)), header::LOCATION, location))
}

/// 204.
pub(crate) fn done() -> Answer {
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// 202: it will be done, by and by.
pub(crate) fn accepted() -> Answer {
    Ok(StatusCode::ACCEPTED.into_response())
}

/// JSON that is already written.
pub(crate) fn json(status: StatusCode, body: Bytes) -> Response {
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = status;
    response
        .headers_mut()
        .insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}

/// A message, with its `rev` as the entity tag.
pub(crate) fn message(message: &Message) -> Answer {
    let response = ok(message)?;
    Ok(revalidated(with(response, header::ETAG, &format!("\"{}\"", message.rev))))
}

/// 200 with a value, or 304 for whoever has it: its entity tag is a digest of what it says.
pub(crate) fn tagged<T: Serialize>(known: &IfNoneMatch, value: &T) -> Answer {
    let body = json_bytes(value);
    let mut tag = String::from("\"");
    for byte in &Sha256::digest(&body)[..16] {
        write!(tag, "{byte:02x}").expect("text takes everything");
    }
    tag.push('"');
    let response = match known.lists(&tag) {
        true => StatusCode::NOT_MODIFIED.into_response(),
        false => json(StatusCode::OK, body),
    };
    Ok(revalidated(with(response, header::ETAG, &tag)))
}

/// The same, for a cache that asks again each time.
pub(crate) fn revalidated(response: Response) -> Response {
    with(response, header::CACHE_CONTROL, "private, no-cache")
}

/// 200 with one page of a list, and a link to the next (RFC 8288).
pub(crate) fn page<T: Serialize>(uri: &Uri, page: &Page<T>) -> Answer {
    let response = ok(page)?;
    let Some(cursor) = &page.next_cursor else { return Ok(response) };
    let link = format!("<{}>; rel=\"next\"", replacing(uri, &["cursor"], "cursor", cursor));
    Ok(with(response, header::LINK, &link))
}

/// The address of the request with some parameters taken away and another one set.
pub(crate) fn replacing(uri: &Uri, without: &[&str], key: &str, value: &str) -> String {
    let kept = |pair: &&str| {
        !pair.is_empty() && !without.contains(&pair.split('=').next().unwrap_or(pair))
    };
    let kept = uri.query().unwrap_or("").split('&').filter(kept);
    let mut target = format!("{}?", uri.path());
    kept.for_each(|pair| target.extend([pair, "&"]));
    target.extend([key, "=", &escaped(value)]);
    target
}

/// Percent-encoded for a query (RFC 3986): everything but unreserved characters.
fn escaped(value: &str) -> String {
    let mut text = String::with_capacity(value.len());
    for byte in value.bytes() {
        match byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            true => text.push(char::from(byte)),
            false => write!(text, "%{byte:02X}").expect("text takes everything"),
        }
    }
    text
}

/// The response with a header; a value that no header can hold is left out.
pub(crate) fn with(mut response: Response, name: HeaderName, value: &str) -> Response {
    if let Ok(value) = HeaderValue::from_str(value) {
        response.headers_mut().append(name, value);
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_keep_the_other_parameters() {
        let uri = Uri::from_static("/v1/rooms?name=a%26b&cursor=old&limit=2");
        assert_eq!(
            replacing(&uri, &["cursor"], "cursor", "n=w"),
            "/v1/rooms?name=a%26b&limit=2&cursor=n%3Dw"
        );
        assert_eq!(
            replacing(&Uri::from_static("/v1/rooms"), &["cursor"], "cursor", "x"),
            "/v1/rooms?cursor=x"
        );
    }
}
