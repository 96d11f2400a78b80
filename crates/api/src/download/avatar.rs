//! How the picture of an account is answered: as the file that we wrote, and where its version is named, for
//! a cache to keep.

use super::{described, disposition::disposition};
use crate::{
    answer::{Answer, with},
    extract::IfNoneMatch,
};
use axum::{
    body::Body,
    http::{HeaderValue, Method, StatusCode, header},
    response::{IntoResponse as _, Response},
};
use chinwag_chat::Avatar;

/// For a year, and never asked for again: another picture has another version.
const FOR_EVER: &str = "private, max-age=31536000, immutable";

/// The picture, or that the client has it already.
pub(crate) async fn avatar(
    method: &Method,
    known: &IfNoneMatch,
    avatar: &Avatar,
    asked: Option<&str>,
) -> Answer {
    let tag = format!("\"{}-{}\"", avatar.version, avatar.side);
    let response = match known.lists(&tag) {
        true => StatusCode::NOT_MODIFIED.into_response(),
        false => picture(method, avatar).await?,
    };
    let mut response = described(response, &tag);
    if asked == Some(avatar.version.to_string().as_str()) {
        response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static(FOR_EVER));
    }
    Ok(response)
}

async fn picture(method: &Method, avatar: &Avatar) -> Answer {
    let response = match *method {
        Method::HEAD => StatusCode::OK.into_response(),
        _ => Response::new(Body::from(avatar.bytes().await?)),
    };
    let ending = if avatar.media_type == "image/png" { "png" } else { "jpg" };
    let name = disposition("inline", &format!("avatar-{}.{ending}", avatar.side));
    let response = with(response, header::CONTENT_TYPE, &avatar.media_type);
    let response = with(response, header::CONTENT_LENGTH, &avatar.size.to_string());
    Ok(with(response, header::CONTENT_DISPOSITION, &name))
}
