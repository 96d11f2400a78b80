//! How a file is answered: conditional and ranged (RFC 9110, sections 13 and 14), and so that no browser
//! takes it for a page of ours, whatever it holds.

mod avatar;
mod disposition;
mod range;

use crate::{
    answer::{revalidated, with},
    problem::Failure,
};
pub(crate) use avatar::avatar;
use axum::{
    body::Body,
    http::{HeaderMap, Method, StatusCode, header},
    response::{IntoResponse as _, Response},
};
use chinwag_chat::Download;
use chinwag_wire::Code;
use disposition::disposition;
use range::{Asked, asked};

/// Nothing in it may run, load or be framed.
const POLICY: &str = "sandbox; default-src 'none'";
/// Sound and film that players may play where they are; everything else that we did not write ourselves is saved.
const PLAYABLE: &[&str] = &[
    "audio/flac",
    "audio/m4a",
    "audio/mpeg",
    "audio/ogg",
    "audio/opus",
    "audio/x-flac",
    "audio/x-wav",
    "video/mp4",
    "video/webm",
];

/// The file, a part of it, or that the client has it already.
///
/// # Errors
/// As reading it.
pub async fn answer(
    method: &Method,
    headers: &HeaderMap,
    download: &Download,
) -> Result<Response, Failure> {
    let tag = format!("\"{}\"", download.tag);
    if listed(headers, header::IF_NONE_MATCH, &tag) {
        return Ok(described(StatusCode::NOT_MODIFIED.into_response(), &tag));
    }
    match wanted(headers, &tag, download.size) {
        Asked::Nothing => {
            let refused = Failure::from(Code::RangeUnsatisfiable).into_response();
            Ok(with(refused, header::CONTENT_RANGE, &format!("bytes */{}", download.size)))
        }
        Asked::Whole => {
            let length = download.size;
            let range = None;
            let response = body(method, download, range).await?;
            Ok(file(response, download, length, &tag))
        }
        Asked::Part(part) => {
            let (length, size) = (part.end - part.start, download.size);
            let place = format!("bytes {}-{}/{size}", part.start, part.end - 1);
            let mut response = body(method, download, Some(part)).await?;
            *response.status_mut() = StatusCode::PARTIAL_CONTENT;
            Ok(with(file(response, download, length, &tag), header::CONTENT_RANGE, &place))
        }
    }
}

/// The part that is asked for, if the client's `If-Range` is of these very bytes.
fn wanted(headers: &HeaderMap, tag: &str, size: u64) -> Asked {
    let current =
        headers.get(header::IF_RANGE).is_none_or(|value| value.as_bytes() == tag.as_bytes());
    let mut ranges = headers.get_all(header::RANGE).iter();
    match (ranges.next().and_then(|range| range.to_str().ok()), ranges.next()) {
        (Some(range), None) if current => asked(range, size),
        _ => Asked::Whole,
    }
}

/// The bytes; for `HEAD` they are not even opened.
async fn body(
    method: &Method,
    download: &Download,
    range: Option<std::ops::Range<u64>>,
) -> Result<Response, Failure> {
    if method == Method::HEAD {
        return Ok(StatusCode::OK.into_response());
    }
    Ok(Response::new(Body::from_stream(download.read(range).await?)))
}

fn file(response: Response, download: &Download, length: u64, tag: &str) -> Response {
    let Download { name, media_type, rewritten, .. } = download;
    let shown = *rewritten || PLAYABLE.contains(&media_type.as_str());
    let disposition = disposition(if shown { "inline" } else { "attachment" }, name);
    let charset = if media_type.starts_with("text/") { "; charset=utf-8" } else { "" };
    let response = with(response, header::CONTENT_TYPE, &format!("{media_type}{charset}"));
    let response = with(response, header::CONTENT_LENGTH, &length.to_string());
    let response = with(response, header::CONTENT_DISPOSITION, &disposition);
    let response = with(response, header::ACCEPT_RANGES, "bytes");
    described(response, tag)
}

/// What every answer about a file carries. A cache asks each time: who may have it can change.
fn described(response: Response, tag: &str) -> Response {
    let mut response = revalidated(with(response, header::ETAG, tag));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_SECURITY_POLICY, POLICY.parse().expect("visible ASCII"));
    headers.insert("cross-origin-resource-policy", "same-origin".parse().expect("visible ASCII"));
    headers.insert(header::VARY, "authorization".parse().expect("visible ASCII"));
    response
}

/// Whether a header of tags lists this one. Weak comparison, as the RFC asks.
fn listed(headers: &HeaderMap, name: header::HeaderName, tag: &str) -> bool {
    let lines = headers.get_all(name).iter().filter_map(|line| line.to_str().ok());
    lines
        .flat_map(|line| line.split(','))
        .map(str::trim)
        .any(|listed| listed == "*" || listed.trim_start_matches("W/") == tag)
}
