//! Conversations: one for each pair, groups and rooms with their roles, and what those outside do not see.

mod direct;
mod guests;
mod hidden;
mod list;
mod members;
mod roles;
mod rooms;

use chinwag_testkit::{client::Error, wire::*};

/// What a request was refused with.
fn refusal<T: std::fmt::Debug>(answer: Result<T, Error>) -> Code {
    answer.unwrap_err().code().expect("a refusal")
}

/// What it takes to make a conversation of this kind and name.
fn make(kind: Kind, name: Option<&str>) -> CreateConversation {
    CreateConversation {
        kind,
        account_id: None,
        username: None,
        name: name.map(str::to_owned),
        members: Vec::new(),
        guests_read: false,
        client_id: None,
    }
}
