//! Rules for what people write: lengths, and characters that have no business in a line.

use crate::files::MOST_ATTACHED;
use chinwag_wire::{Content, FileId, Problem};

/// Most bytes of a message.
pub const CONTENT_BYTES: usize = 65_536;

/// A line such as a name or a subject: 1 to `most` characters, no control characters, not blank.
///
/// # Errors
/// `invalid`, naming the field.
pub(crate) fn line(field: &str, text: &str, most: usize) -> Result<(), Problem> {
    if text.trim().is_empty() {
        return Err(Problem::field(field, "must not be blank"));
    }
    if text.chars().count() > most {
        return Err(Problem::field(field, format!("must be at most {most} characters")));
    }
    if text.chars().any(char::is_control) {
        return Err(Problem::field(field, "must not hold control characters"));
    }
    Ok(())
}

/// A text of one or more lines: 1 to `most` characters, not blank, nothing but line feeds and tabs for control.
///
/// # Errors
/// `invalid`, naming the field.
pub(crate) fn words(field: &str, text: &str, most: usize) -> Result<(), Problem> {
    let lines = text.replace(['\n', '\r', '\t'], " ");
    line(field, &lines, most)
}

/// The id a client gives: 1 to 64 visible ASCII characters.
///
/// # Errors
/// `invalid`, naming the field.
pub(crate) fn client_id(text: &str) -> Result<(), Problem> {
    match text.len() {
        1..=64 if text.bytes().all(|byte| byte.is_ascii_graphic()) => Ok(()),
        _ => Err(Problem::field("client_id", "must be 1 to 64 visible ASCII characters")),
    }
}

/// The id a client of another contract gives: 1 to 128 characters, without NUL.
///
/// # Errors
/// `invalid`, naming the field.
pub(crate) fn foreign_client_id(text: &str) -> Result<(), Problem> {
    match text.encode_utf16().count() {
        1..=128 if !text.contains('\0') => Ok(()),
        _ => Err(Problem::field("client_id", "must be 1 to 128 characters")),
    }
}

/// The subject a client of another contract gives: up to 256 characters, without NUL.
///
/// # Errors
/// `invalid`, naming the field.
pub(crate) fn foreign_subject(text: &str) -> Result<(), Problem> {
    match text.chars().count() {
        0..=256 if !text.contains('\0') => Ok(()),
        _ => Err(Problem::field("subject", "must be at most 256 characters")),
    }
}

/// What a sender keeps of a message: as long as a message at most.
///
/// # Errors
/// `invalid`, naming the field.
pub(crate) fn copy(text: &str) -> Result<(), Problem> {
    match text.len() {
        0..=CONTENT_BYTES if !text.contains('\0') => Ok(()),
        _ => Err(Problem::field("sender_copy", format!("must be at most {CONTENT_BYTES} bytes"))),
    }
}

/// What a message says: 1 to 65,536 bytes, or none beside attachments; NUL, which PostgreSQL cannot store, is
/// refused. And what is attached: at most ten files, none of them twice.
///
/// # Errors
/// `invalid`, naming the field.
pub(crate) fn content(content: &Content, attached: &[FileId]) -> Result<(), Problem> {
    if attached.len() > MOST_ATTACHED {
        return Err(Problem::field("attachments", format!("must be at most {MOST_ATTACHED}")));
    }
    if (1..attached.len()).any(|at| attached[..at].contains(&attached[at])) {
        return Err(Problem::field("attachments", "must not name a file twice"));
    }

    let (field, text) = match content {
        Content::Text(text) => ("content.text", text),
        Content::Encrypted(text) => ("content.encrypted", text),
    };
    match text.len() {
        0 if attached.is_empty() => Err(Problem::field(field, "must not be empty")),
        0..=CONTENT_BYTES if text.contains('\0') => Err(Problem::field(field, "must not hold NUL")),
        0..=CONTENT_BYTES => Ok(()),
        _ => Err(Problem::field(field, format!("must be at most {CONTENT_BYTES} bytes"))),
    }
}
