//! The other people, and their keys.

use super::{
    credentials::{actor, options},
    limits::{Meter, requests},
    outcome::ok,
    paging::Paging,
    shape,
};
use crate::{
    asked::Asked,
    desk::Desk,
    query,
    refusal::{Answer, Refusal},
    secrecy::same,
};
use axum::extract::State;
use chinwag_chat::{KeyHolder, LimitSubject};
use chinwag_wire::Code;
use serde_json::{Value, json};

/// `GET /users`: those who published a key.
pub(super) async fn list(State(desk): State<Desk>, asked: Asked) -> Answer {
    let mut meter = Meter::default();
    let answer = listed(&desk, &asked, &mut meter).await;
    meter.show(desk.chat.clock().now(), answer)
}

async fn listed(desk: &Desk, asked: &Asked, meter: &mut Meter) -> Answer {
    signed(desk, asked, meter).await?;
    let Paging { limit, offset } = Paging::read(&asked.query)?;
    let search = query::value(&asked.query, "search").filter(|search| !search.is_empty());
    let people = desk.chat.key_holders(search.as_deref(), limit, offset).await?;
    Ok(ok(people.iter().map(shape::user).collect::<Value>()))
}

/// `GET /users/:username`: also for a service of the same deployment.
pub(super) async fn read(State(desk): State<Desk>, asked: Asked) -> Answer {
    let mut meter = Meter::default();
    let answer = match asked.headers.contains_key("x-internal-service") {
        true => match let_service_in(&desk, &asked) {
            Ok(()) => found(&desk, &asked).await.map(|person| ok(shape::user(&person))),
            Err(refusal) => Err(refusal),
        },
        false => match signed(&desk, &asked, &mut meter).await {
            Ok(()) => found(&desk, &asked).await.map(|person| ok(shape::user(&person))),
            Err(refusal) => Err(refusal),
        },
    };
    meter.show(desk.chat.clock().now(), answer)
}

/// `GET /users/:username/public-key`.
pub(super) async fn public_key(State(desk): State<Desk>, asked: Asked) -> Answer {
    let mut meter = Meter::default();
    let answer = key(&desk, &asked, &mut meter).await;
    meter.show(desk.chat.clock().now(), answer)
}

async fn key(desk: &Desk, asked: &Asked, meter: &mut Meter) -> Answer {
    signed(desk, asked, meter).await?;
    let person = found(desk, asked).await?;
    let key = person.public_key.ok_or_else(nobody)?;
    Ok(ok(json!({ "publicKey": key })))
}

async fn signed(desk: &Desk, asked: &Asked, meter: &mut Meter) -> Result<(), Refusal> {
    let actor = actor(desk, asked).await?;
    meter.count(desk, &requests(options(desk)), LimitSubject::Account(actor.account), None)?;
    asked.fields().map(drop)
}

/// Whoever the path names.
async fn found(desk: &Desk, asked: &Asked) -> Result<KeyHolder, Refusal> {
    let username = asked.part(2).ok_or_else(nobody)?;
    desk.chat.key_holder_named(&username).await?.ok_or_else(nobody)
}

fn nobody() -> Refusal {
    Refusal::from(Code::AccountNotFound).in_words("User not found")
}

/// A service shows the secret of the deployment.
fn let_service_in(desk: &Desk, asked: &Asked) -> Result<(), Refusal> {
    let header = |name: &str| asked.headers.get(name).map_or(&[][..], |value| value.as_bytes());
    let expected = options(desk).internal_token.as_bytes();
    let shown = ["x-internal-token", "x-internal-secret"].map(header);
    if expected.is_empty() || !shown.iter().any(|shown| same(shown, expected)) {
        return Err(Refusal::from(Code::Unauthenticated).in_words("Invalid service credentials"));
    }
    match header("x-internal-service") {
        b"messaging-service" => Ok(()),
        _ => Err(Refusal::from(Code::Forbidden).in_words("Service not authorized")),
    }
}
