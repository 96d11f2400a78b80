//! `room-chat`, as deployed clients use it.

pub(super) mod accounts;
mod delivery;
mod documentation;
mod events;
mod letters;
mod limits;
pub(super) mod rooms;
pub(super) mod sockets;
mod verifying;
pub(super) mod violations;

use super::{
    Caller, Said,
    speaker::{Entered, Speaker},
};
use chinwag_testkit::TestServer;
use serde_json::{Value, json};

const PASSWORD: &str = "Teapot7";

/// Somebody with an account here, signed in.
#[derive(Clone)]
pub(super) struct Person {
    pub(super) id: String,
    full_name: String,
    email: String,
    pub(super) token: String,
}

fn registration(full_name: &str, email: &str) -> Value {
    json!({ "fullName": full_name, "email": email, "password": PASSWORD, "passwordConfirmation": PASSWORD })
}

async fn sign_up(server: &TestServer, full_name: &str, email: &str) -> Said {
    Caller::of(server).post("/api/v1/auth/signup", registration(full_name, email)).await
}

async fn sign_in(server: &TestServer, email: &str, password: &str) -> Said {
    let body = json!({ "email": email, "password": password });
    Caller::of(server).post("/api/v1/auth/signin", body).await
}

/// A new account, with an address made of its name.
pub(super) async fn person(server: &TestServer, full_name: &str) -> Person {
    let email = format!("{}@example.org", full_name.to_lowercase().replace(' ', "."));
    let said = sign_up(server, full_name, &email).await;
    assert_eq!(said.status, 201, "{said:?}");
    let said = sign_in(server, &email, PASSWORD).await;
    assert_eq!(said.status, 200, "{said:?}");
    let data = said.json()["data"].clone();
    let text = |key: &str| data[key].as_str().unwrap_or_else(|| panic!("{data}")).to_owned();
    let (id, token) = (text("userId"), text("accessToken"));
    Person { id, full_name: full_name.to_owned(), email, token }
}

/// Succeeded with this text and nothing else.
#[track_caller]
fn assert_done(said: &Said, status: u16, message: &str) {
    let body = json!({ "statusCode": status, "message": message, "data": {} });
    assert_eq!((said.status, said.json()), (status, body), "{said:?}");
}

/// Refused with this text and the phrase of its status.
#[track_caller]
fn assert_refused(said: &Said, status: u16, message: &str, phrase: &str) {
    let body = json!({ "statusCode": status, "message": message, "error": phrase });
    assert_eq!((said.status, said.json()), (status, body), "{said:?}");
}

/// Refused by the validator: its messages, in order.
#[track_caller]
fn faults(said: &Said) -> Vec<String> {
    let body = said.json();
    let known = (said.status, &body["statusCode"], &body["error"]);
    assert_eq!(known, (400, &json!(400), &json!("Bad Request")), "{said:?}");
    let list = body["message"].as_array().unwrap_or_else(|| panic!("no list: {said:?}"));
    let mut texts: Vec<_> = list.iter().map(|text| text.as_str().unwrap().to_owned()).collect();
    texts.sort();
    texts
}

/// The code in the so-manieth letter to an address.
async fn code(server: &TestServer, email: &str, many: usize) -> String {
    let letter = server.letter(email, many).await;
    let (_, rest) = letter.text.split_once("/auth/confirmation/").expect("a link");
    rest.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '-').collect()
}

async fn verify(server: &TestServer, code: &str, password: &str) -> Said {
    let body = json!({ "token": code, "password": password, "passwordConfirmation": password });
    Caller::of(server).patch("/api/v1/auth/verifyEmail", body).await
}

async fn resend(server: &TestServer, email: &str) -> Said {
    Caller::of(server).post("/api/v1/auth/resendVerification", json!({ "email": email })).await
}

/// A socket of somebody's, at the root.
pub(super) async fn live(server: &TestServer, person: &Person) -> Speaker {
    let query = format!("&authorization=bearer%20{}", person.token);
    let mut speaker = Speaker::open(server.address, "/socket.io/", &query).await;
    assert_eq!(speaker.enter(None).await, Entered::In);
    speaker
}

pub(super) async fn join(speaker: &mut Speaker, room: &str) {
    speaker.emit("join_room", &[json!({ "name": room, "userId": "whoever" })]).await;
}

/// One that has joined a room where it was told nothing before: its own word comes back first.
pub(super) async fn member(server: &TestServer, person: &Person, room: &str) -> Speaker {
    let mut speaker = live(server, person).await;
    join(&mut speaker, room).await;
    let word = format!("{} is here {}", person.full_name, uuid::Uuid::from_u128(1));
    say(&mut speaker, room, &word).await;
    until(&mut speaker, room, &word).await;
    speaker
}

pub(super) async fn say(speaker: &mut Speaker, room: &str, text: &str) {
    speaker.emit("message", &[json!({ "roomName": room, "message": text })]).await;
}

/// What is heard of a room until this is said there, which is left out.
pub(super) async fn until(speaker: &mut Speaker, room: &str, text: &str) -> Vec<Value> {
    let mut heard = Vec::new();
    loop {
        let one = speaker.hear(room).await;
        if one["message"] == text {
            return heard;
        }
        heard.push(one);
    }
}

pub(super) fn texts(heard: &[Value]) -> Vec<&str> {
    heard.iter().map(|one| one["message"].as_str().unwrap()).collect()
}

fn notice(text: &str, kind: &str) -> Value {
    json!({ "message": text, "user": "system", "type": kind })
}
