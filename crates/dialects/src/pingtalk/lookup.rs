//! Which account an email address has: for whoever is signed in, or where the operator opened it, for anybody.

use super::{
    credentials::{options, signed},
    limits::{LOOKUPS, gateway},
    outcome::ok,
};
use crate::{
    asked::Asked,
    desk::Desk,
    query,
    refusal::{Answer, Refusal, invalid},
};
use axum::extract::State;
use chinwag_chat::LimitSubject;
use chinwag_wire::Code;
use serde_json::json;

/// `GET /auth/getUserByEmail`.
pub(super) async fn by_email(State(desk): State<Desk>, asked: Asked) -> Answer {
    match options(&desk).open_lookup {
        true => {
            gateway(&desk, &asked)?;
            desk.chat.count(&LOOKUPS, LimitSubject::Address(asked.from.address))?;
        }
        false => drop(signed(&desk, &asked).await?),
    }
    let email = query::value(&asked.query, "emailId").filter(|email| !email.is_empty());
    let email = email.ok_or_else(|| invalid("emailId").in_words("emailId is required"))?;
    let person = desk.chat.person_of_email(&email).await?;
    let nobody = || Refusal::from(Code::AccountNotFound).in_words("User not found");
    Ok(ok(&json!({ "userId": person.ok_or_else(nobody)?.account.id })))
}
