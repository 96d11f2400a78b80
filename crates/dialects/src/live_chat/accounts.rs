//! Registering, signing in and out, another password, and fresh credentials.

use super::credentials::{KIND, Pair, Signed};
use crate::{
    asked::Asked,
    body::Fields,
    desk::Desk,
    refusal::{Answer, Kind, Refusal, invalid},
};
use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse as _, Response},
};
use chinwag_chat::{
    Enrolment, Guesses, Handle, PasswordChange, PasswordRule, SignInName, bounds::profile::NAME,
};
use chinwag_wire::{Code, Problem};
use serde_json::Value;
use std::time::Duration;

/// Failures of one address of email from one address of the network.
const GUESSES: Guesses = Guesses { most: 10, window: Duration::from_secs(15 * 60) };

/// What is said where a registration fails and nobody who registers can help it.
const WRONG: &str = "Something went wrong. Try again later.";

/// `POST /api/register`: an account, and nothing else; clients sign in then.
pub(super) async fn register(State(desk): State<Desk>, asked: Asked) -> Answer {
    match registered(&desk, &asked).await {
        Ok(()) => Ok(StatusCode::OK.into_response()),
        Err(refusal) if refusal.kind() == Kind::Internal => Err(refusal.in_words(WRONG)),
        Err(refusal) => Err(refusal),
    }
}

async fn registered(desk: &Desk, asked: &Asked) -> Result<(), Refusal> {
    let fields = asked.fields()?;
    let given = |key| Ok::<_, Refusal>(text(fields, key)?.unwrap_or_default());
    let (email, password) = (given("email")?, given("password")?);
    let (first, last) = (given("firstName")?.trim(), given("lastName")?.trim());
    if [email, first, last, password].contains(&"") {
        return Err(invalid("email").in_words("Fields can't be empty"));
    }
    let enrolment = Enrolment {
        handle: Handle::Derived,
        email: Some(email.to_owned()),
        display_name: Some(format!("{first} {last}")),
        first_name: Some(first.to_owned()),
        last_name: Some(last.to_owned()),
        password: password.to_owned(),
        password_rule: PasswordRule::Long,
        public_key: None,
        extra: None,
        verify: false,
    };
    let is_long = [first, last].iter().any(|name| name.chars().count() > NAME);
    let enrolled = desk.chat.enrol(&asked.from, enrolment).await;
    enrolled.map(|_| ()).map_err(|problem| not_enrolled(problem, is_long))
}

/// The first thing that is wrong, as this contract says it.
fn not_enrolled(problem: Problem, is_long: bool) -> Refusal {
    let about = |field: &str| problem.errors.iter().any(|error| error.field == field);
    let words = match problem.code {
        Code::EmailTaken => "Email already exists",
        Code::Invalid if about("email") => "Email invalid",
        Code::Invalid if about("password") => "Password invalid",
        Code::Invalid if is_long => "Name too long",
        _ => return problem.into(),
    };
    Refusal::from(problem).in_words(words)
}

/// `POST /api/login`.
pub(super) async fn login(State(desk): State<Desk>, asked: Asked) -> Answer {
    let fields = asked.fields()?;
    let given = |key| text(fields, key)?.ok_or_else(|| invalid(key));
    let (email, password) = (given("email")?, given("password")?);
    desk.native.permits_page(&asked.headers)?;
    let name = SignInName::email(email);
    let opened = desk.chat.sign_in_as(&asked.from, name, password.to_owned(), &KIND, GUESSES).await;
    let opened = opened.map_err(not_proven)?;
    Ok(Pair::first(&desk, &asked, &opened).await?.with(done()))
}

/// A wrong password is wrong input here, like a missing one.
fn not_proven(problem: Problem) -> Refusal {
    match problem.code {
        Code::CredentialsWrong => Code::Invalid.into(),
        _ => problem.into(),
    }
}

/// `POST /api/logout`.
pub(super) async fn logout(State(desk): State<Desk>, asked: Asked) -> Answer {
    let signed = Signed::check(&desk, &asked).await?;
    asked.fields()?;
    desk.chat.sign_out(&signed.actor, &asked.from).await?;
    if signed.other.session != signed.actor.session {
        desk.chat.sign_out(&signed.other, &asked.from).await?;
    }
    Ok(Pair::cleared().with(done()))
}

/// `POST /api/change_password`.
pub(super) async fn change_password(State(desk): State<Desk>, asked: Asked) -> Answer {
    let signed = Signed::check(&desk, &asked).await?;
    Pair::may_be_next(&desk, &asked).await?;
    match replaced(&desk, &asked, &signed).await {
        // The pair that is given now is the only one.
        Ok(()) => Ok(Pair::alone(&desk, &asked).await?.with(done())),
        Err(refusal) => signed.answer(Err(refusal)),
    }
}

async fn replaced(desk: &Desk, asked: &Asked, signed: &Signed) -> Result<(), Refusal> {
    let fields = asked.fields()?;
    let new = text(fields, "password")?.ok_or_else(|| invalid("password"))?.to_owned();
    let old = text(fields, "oldPassword")?.map(str::to_owned);
    let change = PasswordChange { old, new, rule: PasswordRule::Long, keep_own: true };
    desk.chat.replace_password(&signed.actor, &asked.from, change).await.map_err(not_proven)
}

/// `GET /api/refresh_credentials`.
pub(super) async fn refresh_credentials(State(desk): State<Desk>, asked: Asked) -> Answer {
    let signed = Signed::check(&desk, &asked).await?;
    signed.answer(Ok(done()))
}

/// The text under a key; absent where there is no such key.
fn text<'f>(fields: &'f Fields, key: &str) -> Result<Option<&'f str>, Refusal> {
    let text = |value: &'f Value| value.as_str().ok_or_else(|| invalid(key));
    fields.in_any_case(key).map(text).transpose()
}

fn done() -> Response {
    "OK".into_response()
}
