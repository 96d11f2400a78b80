//! `pingtalk`, as deployed clients use it.

mod accounts;
pub(super) mod chats;
mod events;
mod files;
mod groups;
pub(super) mod invites;
mod limits;
pub(super) mod live;
mod messages;
pub(super) mod profiles;

use super::{Caller, Said};
use chinwag_testkit::{TestServer, wire::VerifyEmail};
use serde_json::{Value, json};

/// Everyone's password.
const PASSWORD: &str = "Harbour#12";

/// Somebody with an account here, signed in by a cookie.
#[derive(Clone)]
pub(super) struct Person {
    pub(super) caller: Caller,
    pub(super) id: String,
    pub(super) email: String,
    pub(super) token: String,
}

fn signup_body(first: &str) -> Value {
    let email = format!("{}@example.org", first.to_lowercase());
    json!({ "firstName": first, "lastName": "Moor", "emailId": email, "password": PASSWORD })
}

/// Signs up.
pub(super) async fn person(server: &TestServer, first: &str) -> Person {
    let caller = Caller::of(server);
    let said = caller.post("/auth/signup", signup_body(first)).await;
    assert_eq!(said.status, 201, "{said:?}");
    let data = said.json()["data"].clone();
    let text = |key: &str| data[key].as_str().unwrap().to_owned();
    let token = cookie(&said);
    let caller = caller.with("cookie", format!("other=1; token={token}"));
    Person { caller, id: text("_id"), email: text("emailId"), token }
}

/// Several, one for each name.
pub(super) async fn people<const N: usize>(server: &TestServer, names: [&str; N]) -> [Person; N] {
    let mut people = Vec::new();
    for name in names {
        people.push(person(server, name).await);
    }
    people.try_into().unwrap_or_else(|_| panic!("one for each name"))
}

/// What the cookie holds that was set.
fn cookie(said: &Said) -> String {
    let set = said.header("set-cookie").unwrap_or_else(|| panic!("no cookie: {said:?}"));
    set.strip_prefix("token=").unwrap().split(';').next().unwrap().to_owned()
}

async fn login(caller: &Caller, email: &str, password: &str) -> Said {
    caller.post("/auth/login", json!({ "emailId": email, "password": password })).await
}

async fn invite(from: &Person, to: &Person) -> Said {
    from.caller.post("/request/invite/send", json!({ "toEmail": to.email })).await
}

async fn respond(by: &Person, id: &str, status: &str) -> Said {
    by.caller.patch(&format!("/request/respond/{id}"), json!({ "status": status })).await
}

/// The same person, signed in again.
async fn again(server: &TestServer, person: &Person) -> Person {
    let caller = Caller::of(server);
    let token = cookie(&login(&caller, &person.email, PASSWORD).await);
    let caller = caller.with("cookie", format!("token={token}"));
    Person { caller, token, ..person.clone() }
}

/// Somebody shows that they read their mail.
async fn verify(server: &TestServer, person: &Person) {
    server.http().with_token(&person.token).resend_verification().await.unwrap();
    let token = server.letter(&person.email, 1).await.token();
    server.http().verify_email(&VerifyEmail { token }).await.unwrap();
}

/// The id of a document that was just answered.
fn id_of(said: &Said) -> String {
    let body = said.json();
    let id = if body["data"].is_object() { &body["data"]["_id"] } else { &body["_id"] };
    id.as_str().unwrap_or_else(|| panic!("no id: {said:?}")).to_owned()
}

/// The two become connected.
pub(super) async fn connect(one: &Person, other: &Person) {
    let sent = invite(one, other).await;
    assert_eq!(sent.status, 201, "{sent:?}");
    assert_eq!(respond(other, &id_of(&sent), "accepted").await.status, 200);
}

/// The chat of two who are connected.
pub(super) async fn chat(one: &Person, other: &Person) -> String {
    id_of(&one.caller.post("/chat/create-direct", json!({ "receiverId": other.id })).await)
}

/// What was said in a chat.
async fn history(reader: &Person, chat: &str) -> Vec<Value> {
    let said = reader.caller.get(&format!("/chat/messages/{chat}")).await;
    assert_eq!(said.status, 200, "{said:?}");
    said.json().as_array().unwrap().clone()
}

/// Somebody says something in a chat, through another surface.
async fn said(by: &Person, chat: &str, text: &str) {
    let bearer = by.caller.with("authorization", format!("Bearer {}", by.token));
    let body = json!({ "content": { "text": text } });
    let sent = bearer.post(&format!("/v1/conversations/{chat}/messages"), body).await;
    assert_eq!(sent.status, 201, "{sent:?}");
}

/// A form: texts, and perhaps a file.
pub(super) fn form(texts: &[(&str, &str)], file: Option<(&str, &str, &[u8])>) -> Vec<u8> {
    let mut body = Vec::new();
    for (name, text) in texts {
        body.extend(
            format!("--b\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{text}\r\n")
                .bytes(),
        );
    }
    if let Some((name, file_name, bytes)) = file {
        body.extend(format!("--b\r\nContent-Disposition: form-data; name=\"{name}\"; filename=\"{file_name}\"\r\n\r\n").bytes());
        body.extend_from_slice(bytes);
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(b"--b--\r\n");
    body
}

/// The two become strangers for each other: one blocks.
async fn block(server: &TestServer, by: &Person, other: &Person) {
    server.http().with_token(&by.token).block(other.id.parse().unwrap()).await.unwrap();
}

#[track_caller]
pub(super) fn assert_message(said: &Said, status: u16, message: &str) {
    assert_eq!((said.status, said.json()), (status, json!({ "message": message })), "{said:?}");
}

/// The keys of an object, in order.
fn keys(value: &Value) -> Vec<&str> {
    let mut keys: Vec<_> = value.as_object().unwrap().keys().map(String::as_str).collect();
    keys.sort_unstable();
    keys
}

#[track_caller]
fn assert_keys(value: &Value, expected: &[&str]) {
    let mut expected = expected.to_vec();
    expected.sort_unstable();
    assert_eq!(keys(value), expected);
}
