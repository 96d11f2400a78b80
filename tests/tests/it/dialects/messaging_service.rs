//! `messaging-service`, as deployed clients use it.

mod blocking;
mod limits;
pub(super) mod messages;
pub(super) mod sessions;
mod signing;

use super::{Caller, Said};
use chinwag_testkit::TestServer;
use serde_json::{Value, json};

/// Somebody with an account, who is not signed in.
async fn sign_up(server: &TestServer, username: &str) -> Caller {
    let caller = Caller::of(server);
    let said =
        caller.post("/auth/signup", json!({ "username": username, "password": "kettle" })).await;
    assert_eq!(said.at("status"), (200, json!("succeeded")), "{username}: {said:?}");
    caller
}

/// Somebody who is signed in, by the way in use.
async fn enter(server: &TestServer, username: &str) -> Caller {
    let caller = sign_up(server, username).await;
    let said = sign_in(&caller, "/auth/signin", username).await;
    caller.with("cookie", cookie(&said))
}

async fn sign_in(caller: &Caller, path: &str, username: &str) -> Said {
    caller.post(path, json!({ "username": username, "password": "kettle" })).await
}

/// The cookie that was set, as it is sent back.
fn cookie(said: &Said) -> String {
    let set = said.header("set-cookie").unwrap_or_else(|| panic!("a cookie: {said:?}"));
    set.split(';').next().unwrap().to_owned()
}

async fn send(from: &Caller, to: &str, content: &str) -> Said {
    from.post("/chat/messages/send", json!({ "receiverUsername": to, "content": content })).await
}

async fn read(caller: &Caller, with: &str, count: u32) -> Said {
    caller.post("/chat/messages/get", json!({ "withUsername": with, "noMsgs": count })).await
}

/// What was said, newest first.
async fn contents(caller: &Caller, with: &str) -> Vec<String> {
    let said = read(caller, with, 1000).await;
    let texts = said.json()["data"].as_array().unwrap_or_else(|| panic!("{said:?}")).clone();
    texts.iter().map(|message| message["content"].as_str().unwrap().to_owned()).collect()
}

/// With whom somebody talks, in the flavour in use.
async fn chats(caller: &Caller) -> Value {
    caller.post("/chats/get", json!({ "noChats": 1000 })).await.json()["data"].clone()
}

fn names(names: &[&str]) -> Value {
    names.iter().map(|name| json!({ "username": name, "blocked": false })).collect()
}

/// Refused as understood, or as wrong; neither has data.
#[track_caller]
fn assert_refused(said: &Said, status: u16, word: &str) {
    let body = said.json();
    assert_eq!((said.status, body["status"].as_str()), (status, Some(word)), "{said:?}");
    assert!(body["message"].as_str().is_some_and(|text| !text.is_empty()), "{said:?}");
    assert_eq!(body.as_object().unwrap().len(), 2, "no more than the two: {said:?}");
    assert_eq!(said.header("set-cookie"), None, "{said:?}");
}

#[track_caller]
fn assert_failed(said: &Said) {
    assert_refused(said, 200, "failed");
}

#[track_caller]
fn assert_errored(said: &Said) {
    assert_refused(said, 500, "errored");
}
