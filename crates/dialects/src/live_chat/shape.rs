//! Messages, and those who wrote them, as this contract writes them.

use super::{frames, options};
use crate::{desk::Desk, text::readable};
use bytes::Bytes;
use chinwag_chat::Person;
use chinwag_wire::{AccountId, Message, MessageId, Problem};
use serde::Serialize;
use std::collections::HashMap;

/// What is read of somebody who is not there any more.
const DELETED: &str = "Deleted account";

/// First and last name.
pub(super) fn name(person: &Person) -> String {
    let (first, last) = person.names();
    format!("{first} {last}").trim().to_owned()
}

/// Those who wrote some messages.
pub(super) struct Authors {
    people: HashMap<AccountId, Author>,
}

struct Author {
    name: String,
    email: String,
}

impl Authors {
    /// Of these messages.
    ///
    /// # Errors
    /// Those of storage.
    pub(super) async fn of(desk: &Desk, messages: &[Message]) -> Result<Self, Problem> {
        let mut ids: Vec<AccountId> = messages.iter().map(|message| message.sender_id).collect();
        ids.sort_unstable();
        ids.dedup();
        let public = options(desk).public_emails;
        let author = |person: Person| {
            let email = person.email.as_deref().unwrap_or_default();
            let email = if public { email.to_owned() } else { masked(email) };
            (person.account.id, Author { name: name(&person), email })
        };
        let people = desk.chat.people(&ids).await?.into_iter().map(author).collect();
        Ok(Self { people })
    }
}

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
    email: &'a str,
    ts: i64,
}

impl<'a> Shape<'a> {
    /// As it stands in the history.
    pub(super) fn of(message: &'a Message, authors: &'a Authors) -> Self {
        let author = authors.people.get(&message.sender_id);
        Self {
            kind: None,
            id: message.id(),
            subject: message.subject.as_deref().unwrap_or_default(),
            message: readable(message),
            name: author.map_or(DELETED, |author| &author.name),
            email: author.map_or("", |author| &author.email),
            ts: message.sent_at.0,
        }
    }
}

/// The frame that says that a message was stored.
///
/// # Errors
/// Those of storage.
pub(super) async fn announced(desk: &Desk, message: &Message) -> Result<Bytes, Problem> {
    let authors = Authors::of(desk, std::slice::from_ref(message)).await?;
    Ok(frames::message(&Shape { kind: Some("message"), ..Shape::of(message, &authors) }))
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
