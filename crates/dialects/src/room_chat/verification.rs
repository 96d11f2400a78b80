//! Confirming the address of an account with the code from a letter, and asking for another letter.

use super::{
    faults::Faults,
    limits::{ASKED_AGAIN, GUESSES, SENT_AGAIN},
    outcome::ok,
};
use crate::{
    asked::Asked,
    desk::Desk,
    refusal::{Answer, Refusal},
};
use axum::extract::State;
use chinwag_chat::{Confirmed, LimitSubject};
use chinwag_wire::{Code, Problem};
use serde_json::json;

/// What is answered whether or not somebody waits for a letter.
const ON_ITS_WAY: &str = "If the address is waiting for verification, a mail is on its way";

/// `PATCH /api/v1/auth/verifyEmail`.
pub(super) async fn verify(State(desk): State<Desk>, asked: Asked) -> Answer {
    let mut faults = Faults::of(asked.fields()?, &["token", "password", "passwordConfirmation"]);
    let (code, password) = (faults.text("token"), faults.text("password"));
    faults.confirmation();
    faults.none()?;
    let confirmed = desk.chat.confirm_email(&asked.from, code, password.to_owned(), GUESSES).await;
    match confirmed.map_err(not_confirmed)? {
        Confirmed::Now => Ok(ok("Email have been verified successfully", &json!({}))),
        Confirmed::Before => {
            Err(Refusal::from(Code::EmailTaken).in_words("Email is already verified"))
        }
    }
}

fn not_confirmed(problem: Problem) -> Refusal {
    match problem.code {
        Code::LinkUsed => Refusal::from(Code::Forbidden).in_words("Token is invalid"),
        Code::CredentialsWrong => {
            Refusal::from(problem).in_words("You're not authorized to perform this action")
        }
        _ => problem.into(),
    }
}

/// `POST /api/v1/auth/resendVerification`: answers the same whatever became of it, except in overload.
pub(super) async fn resend(State(desk): State<Desk>, asked: Asked) -> Answer {
    let mut faults = Faults::of(asked.fields()?, &["email"]);
    let email = faults.email();
    faults.none()?;
    desk.chat.count(&ASKED_AGAIN, LimitSubject::Address(asked.from.address))?;
    match send_again(&desk, email).await {
        Err(problem) if problem.code != Code::RateLimited => Err(problem.into()),
        _ => Ok(ok(ON_ITS_WAY, &json!({}))),
    }
}

async fn send_again(desk: &Desk, email: &str) -> Result<(), Problem> {
    let Some(person) = desk.chat.person_of_email(email).await? else { return Ok(()) };
    if person.email_verified {
        return Ok(());
    }
    desk.chat.count(&SENT_AGAIN, LimitSubject::Account(person.account.id))?;
    desk.chat.send_code(person.account.id).await
}
