//! A body that may be a form: its texts as the keys of a JSON object, and one file. It is taken in whole, within
//! its bounds; what is refused is read on for a while, so that whoever is still sending hears the answer.

use crate::{body::Fields, refusal::Refusal};
use axum::{
    body::Body,
    http::{HeaderMap, header},
};
use bytes::Bytes;
use chinwag_api::arriving;
use chinwag_wire::{Code, Problem};
use futures_util::TryStreamExt as _;
use multer::{Constraints, Error, Multipart, SizeLimit};
use serde_json::Value;

/// Most parts of a form.
const PARTS: usize = 32;

/// What a request brings.
#[derive(Debug, Default)]
pub(crate) struct Sent {
    /// The keys of a JSON object, or the texts of a form.
    pub(crate) fields: Fields,
    /// The first file of a form.
    pub(crate) file: Option<Part>,
}

/// A file in a form.
#[derive(Clone, Debug)]
pub(crate) struct Part {
    /// The name of its part.
    pub(crate) name: String,
    /// What the file is called; empty where nothing was said.
    pub(crate) file_name: String,
    /// The file.
    pub(crate) bytes: Bytes,
}

/// Takes a body of so many bytes in.
///
/// # Errors
/// `too_large`; `malformed`, `invalid` for what cannot be read.
pub(crate) async fn receive(headers: &HeaderMap, body: Body, most: usize) -> Result<Sent, Refusal> {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    let length = text(header::CONTENT_LENGTH).and_then(|length| length.parse::<usize>().ok());
    if length.is_some_and(|length| length > most) {
        drop(arriving(body));
        return Err(Code::TooLarge.into());
    }
    match multer::parse_boundary(text(header::CONTENT_TYPE).unwrap_or_default()) {
        Ok(boundary) => read(body, boundary, most).await.map_err(refused),
        Err(_) => {
            let whole = whole(body, most).await?;
            Ok(Sent { fields: Fields::read(headers, &whole)?, file: None })
        }
    }
}

async fn whole(body: Body, most: usize) -> Result<Vec<u8>, Refusal> {
    let (mut chunks, mut whole) = (Box::pin(arriving(body)), Vec::new());
    while let Some(chunk) = chunks.try_next().await? {
        if whole.len() + chunk.len() > most {
            return Err(Code::TooLarge.into());
        }
        whole.extend_from_slice(&chunk);
    }
    Ok(whole)
}

async fn read(body: Body, boundary: String, most: usize) -> Result<Sent, Error> {
    let bounds = SizeLimit::new().whole_stream(most as u64);
    let bounds = Constraints::new().size_limit(bounds);
    let mut form = Multipart::with_constraints(Box::pin(arriving(body)), boundary, bounds);
    let (mut texts, mut file) = (Vec::new(), None);
    while let Some(mut part) = form.next_field().await? {
        let name = part.name().unwrap_or_default().to_owned();
        let file_name = part.file_name().map(str::to_owned);
        let mut bytes = Vec::new();
        while let Some(chunk) = part.chunk().await? {
            bytes.extend_from_slice(&chunk);
        }
        match file_name {
            Some(file_name) if file.is_none() => {
                file = Some(Part { name, file_name, bytes: bytes.into() });
            }
            Some(_) => {}
            None => texts.push((name, text(bytes)?)),
        }
        if texts.len() > PARTS {
            return Err(Error::IncompleteStream);
        }
    }
    Ok(Sent { fields: texts.into_iter().collect(), file })
}

/// A text without NUL.
fn text(bytes: Vec<u8>) -> Result<Value, Error> {
    let text = String::from_utf8(bytes).ok().filter(|text| !text.contains('\0'));
    text.map(Value::String).ok_or(Error::IncompleteStream)
}

/// The refusal of a form: our own, where the stream failed with one.
fn refused(error: Error) -> Refusal {
    match error {
        Error::StreamSizeExceeded { .. } | Error::FieldSizeExceeded { .. } => Code::TooLarge.into(),
        Error::StreamReadFailed(inner) => match inner.downcast::<Problem>() {
            Ok(problem) => (*problem).into(),
            Err(_) => Code::Malformed.into(),
        },
        _ => Code::Malformed.into(),
    }
}
