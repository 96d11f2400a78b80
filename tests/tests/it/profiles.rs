//! Profiles: what people say of themselves is kept, seen by those who may, never stale, found by name, and
//! told to those who see it.

mod avatars;
mod changing;
mod fresh;
mod searching;
mod seeing;
mod telling;

use chinwag_testkit::{TestServer, User, client::Error, wire::*};

/// What a request was refused with.
fn refusal<T: std::fmt::Debug>(answer: Result<T, Error>) -> Code {
    answer.unwrap_err().code().expect("a refusal")
}

fn set(text: &str) -> Patch<String> {
    Patch::Set(text.to_owned())
}

/// Changes a name.
async fn rename(user: &User, name: &str) -> Profile {
    let body = UpdateProfile { display_name: set(name), ..UpdateProfile::default() };
    user.http.update_profile(&body).await.unwrap()
}

/// A body that fills in everything.
fn full() -> UpdateProfile {
    UpdateProfile {
        display_name: set("Ada Lovelace"),
        first_name: set("Augusta"),
        last_name: set("King"),
        about: set("I write notes.\nLong ones."),
        gender: set("female"),
        age: Patch::Set(36),
        status_text: set("at the engine"),
        public_key: set("-----BEGIN KEY-----\nAAAA\n-----END KEY-----"),
    }
}

/// What there is to see of somebody who has filled in nothing but their names.
fn bare(seen: &Profile) -> bool {
    let Profile { first_name, last_name, about, gender, status_text, public_key, .. } = seen;
    let texts = [first_name, last_name, about, gender, status_text, public_key];
    texts.iter().all(|text| text.is_none()) && seen.age.is_none() && seen.avatar.is_empty()
}

/// An account that staff has suspended.
async fn suspend(server: &TestServer, who: &User) {
    let owner = User::register_with(&server.http(), "root", |body| {
        body.owner_link = server.owner_link();
    })
    .await;
    owner.http.suspend(who.id(), &Suspend { reason: None }).await.unwrap();
}
