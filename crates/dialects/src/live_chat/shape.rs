//! Messages, and those who wrote them, as this contract writes them.

use super::options;
use crate::{authors::Author, desk::Desk, text::readable};
use chinwag_wire::{Message, MessageId};
use serde::Serialize;
use std::borrow::Cow;

/// A message, with its keys in their order.
#[derive(Serialize)]
pub(super) struct Shape<'a> {
    /// Present in a frame.
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    kind: Option<&'static str>,
    id: MessageId,
    subject: &'a str,
    message: String,
    name: &'a str,
    email: Cow<'a, str>,
    ts: i64,
}

impl<'a> Shape<'a> {
    /// As it stands in the history.
    pub(super) fn of(desk: &Desk, message: &'a Message, author: &'a Author) -> Self {
        let email = author.email.as_str();
        Self {
            kind: None,
            id: message.id(),
            subject: message.subject.as_deref().unwrap_or_default(),
            message: readable(message),
            name: &author.name,
            email: if options(desk).public_emails { email.into() } else { masked(email).into() },
            ts: message.sent_at.0,
        }
    }

    /// As it stands in the frame that says that it was stored.
    pub(super) fn announced(self) -> Self {
        Self { kind: Some("message"), ..self }
    }
}

/// An address of which only the first character and the host are read.
fn masked(email: &str) -> String {
    let Some((local, domain)) = email.rsplit_once('@') else { return String::new() };
    let first: String = local.chars().take(1).collect();
    format!("{first}•••@{domain}")
}

#[cfg(test)]
mod tests {
    use super::masked;

    #[test]
    fn addresses_are_masked_to_their_first_character() {
        assert_eq!(masked("dana@example.org"), "d•••@example.org");
        assert_eq!(masked("d@example.org"), "d•••@example.org");
        assert_eq!(masked(""), "");
    }
}
