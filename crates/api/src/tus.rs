//! What the resumable upload protocol, tus 1.0.0 (https://tus.io/protocols/resumable-upload), puts into headers.

use crate::{answer::with, extract::Who, problem::Failure};
use axum::{
    extract::Request,
    http::{HeaderMap, HeaderName, HeaderValue, Method},
    middleware::Next,
    response::{IntoResponse as _, Response},
};
use base64::{Engine as _, prelude::BASE64_STANDARD};
use chinwag_chat::{Checksum, Upload};
use chinwag_wire::{Code, Problem};

/// The version spoken.
const VERSION: &str = "1.0.0";
/// The extensions spoken.
pub(crate) const EXTENSIONS: &str = "creation,expiration,termination,checksum";
/// The checksums understood.
pub(crate) const CHECKSUMS: &str = "sha1,sha256";

/// Around the routes of uploads: every request but `OPTIONS` says which version it speaks, every answer too.
/// Whoever is not signed in hears of that first.
pub(crate) async fn speak(request: Request, next: Next) -> Response {
    let signed = matches!(request.extensions().get::<Who>(), Some(Who::Account(_)));
    let spoken = request.headers().get("tus-resumable").map(HeaderValue::as_bytes);
    let mut response =
        match signed && request.method() != Method::OPTIONS && spoken != Some(VERSION.as_bytes()) {
            true => Failure::from(Code::TusVersion).into_response(),
            false => next.run(request).await,
        };
    let headers = response.headers_mut();
    headers.insert("tus-resumable", HeaderValue::from_static(VERSION));
    headers.insert("tus-version", HeaderValue::from_static(VERSION));
    response
}

/// A header that must hold a number.
///
/// # Errors
/// `invalid`, naming the header.
pub(crate) fn number(headers: &HeaderMap, name: &'static str) -> Result<u64, Problem> {
    let digits = |text: &&str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let text = headers.get(name).and_then(|value| value.to_str().ok()).filter(digits);
    let number = text.map(|text| text.parse().unwrap_or(u64::MAX));
    number.ok_or_else(|| Problem::field(name, "must be a number"))
}

/// The name among `Upload-Metadata`: `filename` or `name`, in base64.
///
/// # Errors
/// `invalid` where it is not UTF-8 in base64.
pub(crate) fn file_name(headers: &HeaderMap) -> Result<String, Problem> {
    let text = headers.get("upload-metadata").and_then(|value| value.to_str().ok()).unwrap_or("");
    let pairs = text.split(',').filter_map(|pair| pair.trim().split_once(' '));
    let mut named =
        pairs.filter(|(key, _)| matches!(*key, "filename" | "name")).map(|(_, value)| value);
    let Some(value) = named.next() else { return Ok(String::new()) };
    let bytes = BASE64_STANDARD.decode(value.trim()).ok();
    bytes
        .and_then(|bytes| String::from_utf8(bytes).ok())
        .ok_or_else(|| Problem::field("Upload-Metadata", "must hold UTF-8 in base64"))
}

/// `Upload-Checksum`, where there is one.
///
/// # Errors
/// `invalid` for an algorithm that is not understood, or a digest that is none of it.
pub(crate) fn checksum(headers: &HeaderMap) -> Result<Option<Checksum>, Problem> {
    let Some(value) = headers.get("upload-checksum") else { return Ok(None) };
    let pair = value.to_str().ok().and_then(|text| text.trim().split_once(' '));
    let checksum = pair.and_then(|(algorithm, digest)| {
        Checksum::of(algorithm, &BASE64_STANDARD.decode(digest.trim()).ok()?)
    });
    let wrong =
        || Problem::field("Upload-Checksum", "must be sha1 or sha256, and the digest in base64");
    checksum.map(Some).ok_or_else(wrong)
}

/// How far an upload has come, in headers.
pub(crate) fn place(response: Response, upload: &Upload) -> Response {
    let response = with(response, name("upload-offset"), &upload.received.to_string());
    expiry(response, upload)
}

/// When it is forgotten, unless it is finished.
pub(crate) fn expiry(response: Response, upload: &Upload) -> Response {
    match upload.expires_at {
        Some(at) if upload.received < upload.size => {
            with(response, name("upload-expires"), &at.http_date())
        }
        _ => response,
    }
}

/// The name of a header.
pub(crate) fn name(name: &'static str) -> HeaderName {
    HeaderName::from_static(name)
}
