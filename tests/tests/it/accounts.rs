//! Accounts: names that only one can have, signing in and staying signed in, and tokens that mean exactly
//! one thing.

mod oracle;
mod owner_link;
mod passwords;
mod refreshing;
mod registering;
mod sessions;
mod tokens;

use chinwag_testkit::{client::Error, wire::*};

/// What it takes to make an account of this name.
fn registration(username: &str, password: &str) -> Register {
    Register {
        username: Some(username.to_owned()),
        password: password.to_owned(),
        email: None,
        display_name: None,
        owner_link: None,
        device: None,
    }
}

/// What it takes to sign in, from a device nobody knows.
fn sign_in(name: &str, password: &str) -> SignIn {
    SignIn {
        name: name.to_owned(),
        password: password.to_owned(),
        device: None,
        known_device: None,
    }
}

/// What a request was refused with.
fn refusal<T: std::fmt::Debug>(answer: Result<T, Error>) -> Code {
    answer.unwrap_err().code().expect("a refusal")
}
