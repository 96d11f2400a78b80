//! Signing up and in.

use super::{
    credentials::{session_kind, token},
    faults::{Faults, refusal},
    limits::GUESSES,
    outcome::{created, ok},
};
use crate::{
    asked::Asked,
    body::Fields,
    desk::Desk,
    refusal::{Answer, Refusal},
};
use axum::extract::State;
use chinwag_chat::{Enrolment, Handle, PasswordRule, SignInName, SignedIn};
use chinwag_wire::{Code, Problem};
use serde_json::{Value, json};

/// `POST /api/v1/auth/signup`.
pub(super) async fn sign_up(State(desk): State<Desk>, asked: Asked) -> Answer {
    let enrolment = enrolment(asked.fields()?)?;
    desk.chat.enrol_with_code(&asked.from, enrolment).await.map_err(not_enrolled)?;
    Ok(created("User Registered successfully"))
}

fn enrolment(fields: &Fields) -> Result<Enrolment, Refusal> {
    let known = ["fullName", "email", "password", "passwordConfirmation"];
    let mut faults = Faults::of(fields, &known);
    let (full_name, email) = (faults.full_name(), faults.email());
    let password = faults.new_password();
    faults.confirmation();
    faults.none()?;
    Ok(Enrolment {
        handle: Handle::Derived,
        email: Some(email.to_owned()),
        display_name: Some(full_name.to_owned()),
        first_name: None,
        last_name: None,
        public_key: None,
        password: password.to_owned(),
        password_rule: PasswordRule::Mixed,
        extra: None,
        verify: true,
    })
}

fn not_enrolled(problem: Problem) -> Refusal {
    match problem.code {
        Code::EmailTaken => Refusal::from(problem).in_words("Email is already registered"),
        Code::Invalid => {
            let errors = problem.errors.iter();
            let faults = errors.map(|error| format!("{} {}", error.field, error.message));
            refusal(&faults.collect::<Vec<_>>())
        }
        _ => problem.into(),
    }
}

/// `POST /api/v1/auth/signin`. What is not asked for is refused last, as deployed clients know it.
pub(super) async fn sign_in(State(desk): State<Desk>, asked: Asked) -> Answer {
    let fields = asked.fields()?;
    let given = |key| fields.text(key).ok().filter(|text| !text.is_empty());
    let (email, password) = given("email").zip(given("password")).ok_or(Code::Unauthenticated)?;
    let (name, kind) = (SignInName::email(email.trim()), session_kind(&desk));
    let opened = desk.chat.sign_in_as(&asked.from, name, password.to_owned(), &kind, GUESSES).await;
    let opened = opened.map_err(not_signed_in)?;
    if let Err(refusal) = Faults::of(fields, &["email", "password"]).none() {
        desk.chat.sign_out(&opened.actor, &asked.from).await?;
        return Err(refusal);
    }
    Ok(ok("Successfull login", &signed_in(&desk, &opened)?))
}

fn not_signed_in(problem: Problem) -> Refusal {
    match problem.code {
        Code::CredentialsWrong => {
            Refusal::from(problem).in_words("Email or password are incorrect")
        }
        _ => problem.into(),
    }
}

fn signed_in(desk: &Desk, opened: &SignedIn) -> Result<Value, Problem> {
    Ok(json!({
        "userId": opened.account.id,
        "fullName": opened.account.display_name,
        "email": opened.account.email.as_deref().unwrap_or_default(),
        "isVerified": opened.account.email_verified,
        "accessToken": token(desk, opened)?,
    }))
}
