//! Registering, signing in and out, and what a token is worth.

use super::{
    credentials::{actor, options, session_kind, token},
    faults::Faults,
    limits::{
        AUTH, Meter, QUARTER, SIGN_INS, TOO_MANY_REGISTRATIONS, TOO_MANY_SIGN_INS, registrations,
    },
    outcome::{created, ok, said},
    shape,
    validate::{NewUser, new_user, sign_in},
};
use crate::{
    asked::Asked,
    cookies,
    desk::Desk,
    refusal::{Answer, Refusal},
};
use axum::extract::State;
use chinwag_chat::{
    Actor, Enrolment, Guesses, Handle, LimitSubject, NameRule, PasswordRule, SignInName, SignedIn,
    Unproven,
};
use chinwag_wire::{Code, Problem};
use serde_json::{Value, json};

/// `POST /auth/register`.
pub(super) async fn register(State(desk): State<Desk>, asked: Asked) -> Answer {
    let mut meter = Meter::default();
    let answer = registered(&desk, &asked, &mut meter).await;
    meter.show(desk.chat.clock().now(), answer)
}

async fn registered(desk: &Desk, asked: &Asked, meter: &mut Meter) -> Answer {
    let address = LimitSubject::Address(asked.from.address);
    meter.count(desk, &AUTH, address, None)?;
    meter.count(desk, &registrations(options(desk)), address, Some(TOO_MANY_REGISTRATIONS))?;
    let mut faults = Faults::default();
    let user = new_user(asked.fields()?, &mut faults);
    faults.none()?;
    let NewUser { username, password, public_key } = user.ok_or(Code::Invalid)?;
    let enrolment = Enrolment {
        handle: Handle::Named(username.to_owned(), NameRule::Slug),
        email: None,
        display_name: None,
        first_name: None,
        last_name: None,
        password: password.to_owned(),
        password_rule: PasswordRule::Plain,
        public_key: Some(public_key.to_owned()),
        extra: None,
        verify: false,
    };
    let entered = desk.chat.enrol_and_enter(&asked.from, enrolment, &session_kind(desk)).await;
    Ok(created(signed_in(desk, &entered.map_err(not_enrolled)?).await?))
}

/// A name may be taken, or be one that nobody may have: that is all the same to whoever asks for it.
fn not_enrolled(problem: Problem) -> Refusal {
    let about_name =
        |problem: &Problem| problem.errors.iter().any(|error| error.field == "username");
    match problem.code {
        Code::UsernameTaken => Refusal::from(problem).in_words("Username already exists"),
        Code::Invalid if about_name(&problem) => {
            Refusal::from(Code::UsernameTaken).in_words("Username already exists")
        }
        _ => problem.into(),
    }
}

/// A token, and whose it is.
async fn signed_in(desk: &Desk, opened: &SignedIn) -> Result<Value, Refusal> {
    let token = token(desk, &opened.actor, &opened.account)?;
    let person = desk.chat.key_holder(opened.account.id).await?.ok_or(Code::AccountNotFound)?;
    Ok(json!({ "token": token, "user": shape::user(&person) }))
}

/// `POST /auth/login`.
pub(super) async fn login(State(desk): State<Desk>, asked: Asked) -> Answer {
    let mut meter = Meter::default();
    let answer = logged_in(&desk, &asked, &mut meter).await;
    meter.show(desk.chat.clock().now(), answer)
}

async fn logged_in(desk: &Desk, asked: &Asked, meter: &mut Meter) -> Answer {
    let address = LimitSubject::Address(asked.from.address);
    meter.count(desk, &AUTH, address, None)?;
    let mut faults = Faults::default();
    let named = sign_in(asked.fields()?, &mut faults);
    faults.none()?;
    let (username, password) = named.ok_or(Code::Invalid)?;
    meter.count(desk, &SIGN_INS, address, Some(TOO_MANY_SIGN_INS))?;
    let guesses = Guesses { most: options(desk).login_limit, window: QUARTER };
    let (name, kind) = (SignInName::username(username), session_kind(desk));
    let opened =
        desk.chat.sign_in_as(&asked.from, name.clone(), password.to_owned(), &kind, guesses).await;
    let failed = matches!(&opened, Err(problem) if problem.code == Code::CredentialsWrong);
    desk.chat.settle(&SIGN_INS, address, failed);
    meter.note(desk.chat.guesses_left(&asked.from, &name, guesses).await?, QUARTER);
    Ok(ok(signed_in(desk, &opened.map_err(not_signed_in)?).await?))
}

fn not_signed_in(problem: Problem) -> Refusal {
    match problem.code {
        Code::CredentialsWrong => Refusal::from(problem).in_words("Invalid credentials"),
        Code::TooManyAttempts => Refusal::from(problem).in_words(TOO_MANY_SIGN_INS),
        _ => problem.into(),
    }
}

/// `POST /auth/validate-token`.
pub(super) async fn validate_token(State(desk): State<Desk>, asked: Asked) -> Answer {
    let mut meter = Meter::default();
    let answer = validated(&desk, &asked, &mut meter).await;
    meter.show(desk.chat.clock().now(), answer)
}

async fn validated(desk: &Desk, asked: &Asked, meter: &mut Meter) -> Answer {
    meter.count(desk, &AUTH, LimitSubject::Address(asked.from.address), None)?;
    let token = asked.fields()?.text("token").unwrap_or_default();
    if token.is_empty() {
        return Ok(ok(json!({ "valid": false, "error": "Token is required" })));
    }
    let error = match desk.chat.prove(token).await {
        Ok(proven) => return Ok(ok(json!({ "valid": true, "payload": proven.claims }))),
        Err(Unproven::Failed(problem)) => return Err(problem.into()),
        Err(Unproven::Malformed) => "jwt malformed",
        Err(Unproven::Signature) => "invalid signature",
        Err(Unproven::Expired(_)) => "jwt expired",
        Err(Unproven::Revoked) => "Token is blacklisted",
    };
    Ok(ok(json!({ "valid": false, "error": error })))
}

/// `POST /auth/logout`: every good credential that came with the request is revoked.
pub(super) async fn logout(State(desk): State<Desk>, asked: Asked) -> Answer {
    let mut meter = Meter::default();
    let answer = logged_out(&desk, &asked, &mut meter).await;
    meter.show(desk.chat.clock().now(), answer)
}

async fn logged_out(desk: &Desk, asked: &Asked, meter: &mut Meter) -> Answer {
    meter.count(desk, &AUTH, LimitSubject::Address(asked.from.address), None)?;
    asked.fields()?;
    let bearer = actor(desk, asked).await;
    let cookie = by_cookie(desk, asked).await?;
    let proven = bearer.iter().chain(&cookie);
    let mut ended = Vec::new();
    for actor in proven {
        if !ended.contains(&actor.session) {
            desk.chat.sign_out(actor, &asked.from).await?;
            ended.push(actor.session);
        }
    }
    bearer.map(|_| said("Logged out successfully"))
}

/// Whom a cookie of another dialect proves at this path, which they share; nobody, where it is no good one.
///
/// # Errors
/// Those of storage.
async fn by_cookie(desk: &Desk, asked: &Asked) -> Result<Option<Actor>, Problem> {
    let cookie = cookies::read(&asked.headers, "token");
    let Some(token) = cookie.filter(|_| desk.native.permits_page(&asked.headers).is_ok()) else {
        return Ok(None);
    };
    match desk.chat.prove(token).await {
        Ok(proven) => Ok(Some(proven.actor)),
        Err(Unproven::Failed(problem)) => Err(problem),
        Err(_) => Ok(None),
    }
}
