//! The picture of a profile: bytes of a JPEG or PNG, which we keep, or an address elsewhere, which nobody fetches;
//! and the address that ours is answered by.

use crate::{
    asked::Asked,
    desk::Desk,
    refusal::{Refusal, invalid},
};
use axum::http::{Uri, header};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use bytes::Bytes;
use chinwag_chat::{Portrait, WholeProfile};
use chinwag_wire::{AccountId, Code};
use serde_json::Value;
use uuid::Uuid;

/// Most bytes of one.
const BYTES: usize = 5 * 1024 * 1024;
const ENDINGS: [&str; 3] = [".jpg", ".jpeg", ".png"];
/// How our addresses begin.
const PATH: &str = "/profile/picture";

/// A picture that somebody wants to have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum NewPicture {
    /// These bytes.
    Bytes(Bytes),
    /// What is at this address.
    At(String),
}

/// Reads what stands under the key.
///
/// # Errors
/// `invalid`, in the words for what is none and for what is another kind; `too_large`.
pub(super) fn new_picture(value: &Value) -> Result<NewPicture, Refusal> {
    let odd = || invalid("profilePic").in_words("Invalid profile picture format");
    let text = value.as_str().ok_or_else(odd)?;
    let Some(rest) = text.strip_prefix("data:image/") else {
        return if is_address(text) { Ok(NewPicture::At(text.to_owned())) } else { Err(odd()) };
    };
    let (kind, data) = rest.split_once(";base64,").ok_or_else(not_readable)?;
    if !["jpeg", "jpg", "png"].contains(&kind) {
        return Err(not_readable());
    }
    if data.len() / 4 * 3 > BYTES + 2 {
        return Err(Code::TooLarge.into());
    }
    let bytes = STANDARD.decode(data).map_err(|_| not_readable())?;
    Ok(NewPicture::Bytes(bytes.into()))
}

/// Whether bytes may be taken in.
///
/// # Errors
/// `too_large`; `invalid` for another kind of file.
pub(super) fn acceptable(bytes: &Bytes) -> Result<(), Refusal> {
    if bytes.len() > BYTES {
        return Err(Code::TooLarge.into());
    }
    let known = [&b"\xff\xd8\xff"[..], b"\x89PNG\r\n\x1a\n"];
    if known.iter().any(|head| bytes.starts_with(head)) { Ok(()) } else { Err(not_readable()) }
}

/// What is said of a picture that cannot be read, or is of another kind.
pub(super) fn not_readable() -> Refusal {
    let words = "Invalid image format. Only JPEG, JPG, and PNG are allowed";
    invalid("profilePic").in_words(words)
}

/// Whether a text is the address of a picture in the web.
fn is_address(text: &str) -> bool {
    let Ok(uri) = text.parse::<Uri>() else { return false };
    let path = uri.path().to_ascii_lowercase();
    matches!(uri.scheme_str(), Some("http" | "https"))
        && uri.host().is_some_and(|host| !host.is_empty())
        && ENDINGS.iter().any(|ending| path.ends_with(ending))
}

/// Where the picture of a profile is; nothing where there is none.
pub(super) fn address(desk: &Desk, asked: &Asked, whole: &WholeProfile) -> String {
    match &whole.portrait {
        Portrait::Absent => String::new(),
        Portrait::Elsewhere(link) => link.clone(),
        Portrait::Kept(version) => {
            format!("{}{}", here(desk, asked), path(whole.profile.id, *version))
        }
    }
}

/// Whether an address is that of the picture that somebody has already: clients send back what they were given.
pub(super) fn is_own(address: &str, whole: &WholeProfile) -> bool {
    match &whole.portrait {
        Portrait::Absent => false,
        Portrait::Elsewhere(link) => link == address,
        Portrait::Kept(version) => {
            let path = path(whole.profile.id, *version);
            address.parse::<Uri>().is_ok_and(|uri| uri.path().ends_with(&path))
        }
    }
}

fn path(account: AccountId, version: Uuid) -> String {
    format!("{PATH}/{account}/{version}.jpg")
}

/// Where this server is, as whoever asks knows it.
fn here(desk: &Desk, asked: &Asked) -> String {
    if let Some(url) = &desk.options.public_url {
        return url.clone();
    }
    let host = asked.headers.get(header::HOST).and_then(|host| host.to_str().ok());
    let scheme = if asked.tls { "https" } else { "http" };
    host.map(|host| format!("{scheme}://{host}")).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn addresses_and_data() {
        for good in ["https://example.org/a/b.JPG?x=1", "http://example.org:81/b.jpeg#c"] {
            assert_eq!(new_picture(&json!(good)).unwrap(), NewPicture::At(good.to_owned()));
        }
        let words = |value: Value| new_picture(&value).unwrap_err().words.unwrap_or_default();
        for odd in [
            json!(7),
            json!("x.jpg"),
            json!("/a.jpg"),
            json!("ftp://example.org/a.jpg"),
            json!("https://example.org/a.gif"),
            json!("https://example.org/?a.jpg"),
            json!("data:text/plain;base64,AAAA"),
            json!("https://exämple.org/a.jpg"),
        ] {
            assert_eq!(words(odd.clone()), "Invalid profile picture format", "{odd}");
        }
        for other in
            ["data:image/gif;base64,AAAA", "data:image/png,AAAA", "data:image/png;base64,?"]
        {
            assert!(words(json!(other)).starts_with("Invalid image format."), "{other}");
        }
        let jpeg = new_picture(&json!("data:image/jpg;base64,/9j/4A==")).unwrap();
        assert_eq!(jpeg, NewPicture::Bytes(Bytes::from_static(b"\xff\xd8\xff\xe0")));
        let long = format!("data:image/png;base64,{}", "A".repeat(7_000_000));
        assert_eq!(new_picture(&json!(long)).unwrap_err().problem.code, Code::TooLarge);
        assert!(acceptable(&Bytes::from_static(b"\xff\xd8\xff\xe0")).is_ok());
        assert!(acceptable(&Bytes::from_static(b"GIF89a")).is_err());
    }
}
