//! Signing up, in and out.

use super::{
    flavour::Flavour,
    outcome::done,
    session::{LIFE, cookie, gone, named, prove},
};
use crate::{
    asked::Asked,
    body::Fields,
    desk::Desk,
    refusal::{Answer, Kind, Refusal, invalid},
};
use axum::{extract::State, http::header};
use chinwag_chat::{Enrolment, Guesses, Handle, NameRule, PasswordRule, SessionKind, SignInName};
use serde_json::Value;
use std::time::Duration;

/// Most bytes of what a client keeps with its account.
const EXTRA_BYTES: usize = 4 * 1024;
/// Most characters of a full name.
const NAME_CHARACTERS: usize = 100;
/// Failures of one name from one address.
const GUESSES: Guesses = Guesses { most: 10, window: Duration::from_secs(15 * 60) };

/// `POST /auth/singup`, `/auth/signup`.
pub(super) async fn sign_up(State(desk): State<Desk>, asked: Asked) -> Answer {
    let fields = asked.fields()?;
    let (username, password) = (fields.text("username")?, fields.text("password")?);
    let extra = fields.get("extra").filter(|extra| !extra.is_null());
    let enrolment = Enrolment {
        handle: Handle::Named(username.to_owned(), NameRule::Plain),
        email: None,
        display_name: full_name(fields, extra)?,
        first_name: None,
        last_name: None,
        password: password.to_owned(),
        password_rule: PasswordRule::Any,
        public_key: None,
        extra: extra.map(kept).transpose()?,
        verify: false,
    };
    desk.chat.enrol(&asked.from, enrolment).await?;
    Ok(done(flavour(&asked), "signed up"))
}

/// The name people read: `fullname`, else what `extra` says of it, where that can be a name.
fn full_name(fields: &Fields, extra: Option<&Value>) -> Result<Option<String>, Refusal> {
    if let Some(name) = fields.get("fullname") {
        let name = name.as_str().ok_or_else(|| invalid("fullname"))?;
        if name.chars().count() > NAME_CHARACTERS {
            return Err(invalid("fullname"));
        }
        return Ok(Some(name.to_owned()).filter(|name| !name.trim().is_empty()));
    }
    let said = match extra {
        Some(Value::String(name)) => Some(name),
        Some(Value::Object(more)) => match more.get("fullname") {
            Some(Value::String(name)) => Some(name),
            _ => None,
        },
        _ => None,
    };
    Ok(said.filter(|name| can_be_name(name)).cloned())
}

fn can_be_name(text: &str) -> bool {
    !text.trim().is_empty()
        && text.chars().count() <= NAME_CHARACTERS
        && !text.chars().any(char::is_control)
}

fn kept(extra: &Value) -> Result<String, Refusal> {
    let text = extra.to_string();
    if text.len() <= EXTRA_BYTES { Ok(text) } else { Err(invalid("extra")) }
}

/// `POST /auth/singin`, `/auth/signin`.
pub(super) async fn sign_in(State(desk): State<Desk>, asked: Asked) -> Answer {
    let (name, password) = (named(&asked, "username")?, named(&asked, "password")?);
    desk.native.permits_page(&asked.headers)?;
    let flavour = flavour(&asked);
    let opened_as = Flavour::spelt(&asked.path).unwrap_or(Flavour::InUse);
    let kind = SessionKind { surface: opened_as.surface(), life: LIFE, sliding: false };
    let (name, password) = (SignInName::username(name), password.to_owned());
    let opened = desk.chat.sign_in_as(&asked.from, name, password, &kind, GUESSES).await?;
    let mut response = done(flavour, "signed in");
    let cookie = cookie(&desk, &opened, asked.tls).await?;
    response.headers_mut().insert(header::SET_COOKIE, cookie);
    Ok(response)
}

/// `POST /auth/singout`, `/auth/signout`: always succeeds, except for the page of a stranger, and
/// while nobody can tell whose session it is.
pub(super) async fn sign_out(State(desk): State<Desk>, asked: Asked) -> Answer {
    desk.native.permits_page(&asked.headers)?;
    match prove(&desk, &asked).await {
        Ok((actor, _)) => desk.chat.sign_out(&actor, &asked.from).await?,
        // Whose session it is cannot be told now: it lives.
        Err(refusal) if matches!(refusal.kind(), Kind::Overloaded | Kind::Internal) => {
            return Err(refusal);
        }
        Err(_) => {}
    }
    let mut response = done(flavour(&asked), "signed out");
    response.headers_mut().insert(header::SET_COOKIE, gone());
    Ok(response)
}

/// The flavour of a path that needs no session.
fn flavour(asked: &Asked) -> Flavour {
    Flavour::asked(&asked.headers, &asked.path).unwrap_or(Flavour::InUse)
}
