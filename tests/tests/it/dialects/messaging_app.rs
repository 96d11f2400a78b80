//! `messaging-app`, as deployed clients use it.

pub(super) mod accounts;
mod chats;
mod limits;
pub(super) mod live;
pub(super) mod messages;
mod tokens;
mod users;

use super::{Caller, Said};
use chinwag_testkit::TestServer;
use serde_json::{Value, json};

/// Somebody with an account here, signed in.
#[derive(Clone)]
pub(super) struct Person {
    caller: Caller,
    pub(super) id: String,
    username: String,
    pub(super) token: String,
}

/// What looks like a key.
pub(super) fn key() -> String {
    format!("-----BEGIN PUBLIC KEY-----\n{}\n-----END PUBLIC KEY-----\n", "MIIB".repeat(30))
}

pub(super) async fn register(server: &TestServer, username: &str) -> Person {
    let caller = Caller::of(server);
    let body = json!({ "username": username, "password": "Lantern42", "publicKey": key() });
    let said = caller.post("/auth/register", body).await;
    assert_eq!(said.status, 201, "{said:?}");
    person(&caller, &said)
}

fn person(caller: &Caller, said: &Said) -> Person {
    let data = said.json()["data"].clone();
    let text = |value: &Value| value.as_str().unwrap_or_else(|| panic!("{data}")).to_owned();
    let token = text(&data["token"]);
    Person {
        caller: caller.with("authorization", format!("Bearer {token}")),
        id: text(&data["user"]["id"]),
        username: text(&data["user"]["username"]),
        token,
    }
}

async fn login(caller: &Caller, username: &str, password: &str) -> Said {
    caller.post("/auth/login", json!({ "username": username, "password": password })).await
}

async fn send(from: &Person, to: &Person, text: &str, client_id: &str) -> Said {
    let body = json!({ "receiverUsername": to.username, "encryptedText": text, "clientMessageId": client_id });
    from.caller.post("/messages", body).await
}

/// The id of a message that was just sent.
async fn sent(from: &Person, to: &Person, text: &str) -> String {
    let said = send(from, to, text, text).await;
    assert_eq!(said.status, 201, "{said:?}");
    said.json()["data"]["id"].as_str().unwrap().to_owned()
}

fn chat_id(one: &Person, other: &Person) -> String {
    let mut ids = [one.id.as_str(), other.id.as_str()];
    ids.sort_unstable();
    ids.join("-")
}

async fn history(reader: &Person, other: &Person) -> Vec<Value> {
    let said = reader.caller.get(&format!("/chats/{}/messages", chat_id(reader, other))).await;
    assert_eq!(said.status, 200, "{said:?}");
    said.json()["data"].as_array().unwrap().clone()
}

#[track_caller]
fn assert_error(said: &Said, status: u16, error: &str) {
    let body = said.json();
    assert_eq!(
        (said.status, &body["success"], body["error"].as_str()),
        (status, &json!(false), Some(error)),
        "{said:?}"
    );
}

/// Refused by the validator: the messages of its details.
#[track_caller]
fn faults(said: &Said) -> Vec<String> {
    assert_error(said, 400, "Validation error");
    let details = said.json()["details"].as_array().unwrap_or_else(|| panic!("{said:?}")).clone();
    for detail in &details {
        assert!(detail["code"].is_string() && detail["path"].is_array(), "{detail}");
    }
    details.iter().map(|detail| detail["message"].as_str().unwrap().to_owned()).collect()
}
