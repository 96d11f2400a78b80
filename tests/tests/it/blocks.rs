//! Blocks: they hold in both directions, on every surface, from the moment they are answered, and whoever is
//! blocked is told nothing.

mod races;
mod setting;
mod unseen;
mod writing;

use chinwag_testkit::{User, client::Error, wire::*};

/// What a request was refused with.
fn refusal<T: std::fmt::Debug>(answer: Result<T, Error>) -> Problem {
    answer.unwrap_err().problem().expect("a refusal").clone()
}

/// The direct conversation with somebody, as it is asked for.
fn direct_with(other: &User) -> CreateConversation {
    CreateConversation {
        kind: Kind::Direct,
        account_id: Some(other.id()),
        username: None,
        name: None,
        members: Vec::new(),
        guests_read: false,
        client_id: None,
    }
}
