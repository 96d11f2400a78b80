//! What people are to each other and to themselves: settings, contacts, profiles, and finding one another.

mod contacts;
mod log;
mod opening;
mod settings;

use chinwag_testkit::{User, client::Error, wire::*};

/// What a request was refused with.
fn refusal<T: std::fmt::Debug>(answer: Result<T, Error>) -> Code {
    answer.unwrap_err().code().expect("a refusal")
}

/// Opens the direct conversation with somebody.
async fn open(user: &User, other: &User) -> Result<Conversation, Error> {
    let body = CreateConversation {
        kind: Kind::Direct,
        account_id: Some(other.id()),
        username: None,
        name: None,
        members: Vec::new(),
        guests_read: false,
        client_id: None,
    };
    user.http.create_conversation(&body).await
}

/// Chooses who may open a direct conversation with this account.
async fn choose(user: &User, direct_from: DirectFrom) -> Settings {
    let body = UpdateSettings { direct_from: Patch::Set(direct_from), ..UpdateSettings::default() };
    user.http.update_settings(&body).await.unwrap()
}
