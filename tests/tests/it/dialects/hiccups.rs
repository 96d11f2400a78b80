//! Storage that cannot answer for a moment, while it stores: whoever only listens is not thrown out for it.

use super::{
    Caller,
    live_chat::{self, assert_plain, window::Window},
    room_chat,
};
use chinwag_testkit::{Engine, TestServer, soon, text_message};
use serde_json::json;
use std::time::Duration;

/// Names cannot be read.
const NO_NAMES: &str = "ALTER TABLE accounts RENAME COLUMN display_name TO gone";
const NAMES: &str = "ALTER TABLE accounts RENAME COLUMN gone TO display_name";
/// Sessions cannot be read.
const NO_SESSIONS: &str = "ALTER TABLE sessions RENAME TO gone";
const SESSIONS: &str = "ALTER TABLE gone RENAME TO sessions";

/// Past the time for which a name is remembered.
const LATER: Duration = Duration::from_secs(6);

#[tokio::test(flavor = "multi_thread")]
async fn a_room_hears_who_spoke_once_that_can_be_read() {
    let server = TestServer::start(Engine::Postgres).await;
    let bo = room_chat::person(&server, "Bo Lund").await;
    let ada = server.user("ada").await;
    let mut his = room_chat::member(&server, &bo, "garden").await;
    let room = ada.http.rooms(Some("garden"), None).await.unwrap().items.remove(0).id;
    ada.http.join(room).await.unwrap();
    server.behind_its_back(NO_NAMES).await;
    ada.http.send(room, &text_message(None, "while names are gone")).await.unwrap();
    assert_eq!(ada.history(room).await.len(), 2, "it is stored");
    server.behind_its_back(NAMES).await;
    let heard = his.hear("garden").await;
    assert_eq!(
        (&heard["message"], &heard["user"]),
        (&"while names are gone".into(), &"ada".into())
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_lobby_hears_who_spoke_once_that_can_be_read() {
    let server = TestServer::start(Engine::Postgres).await;
    let mara = live_chat::join(&server, "Mara", "Quist").await;
    let mut window = Window::signed_in(&server, &mara).await;
    window.send("before", "").await;
    window.hear("message").await;
    let mut guest = Window::open(&server).await;
    server.clock.advance(LATER);
    server.behind_its_back(NO_NAMES).await;
    window.send("while names are gone", "").await;
    for window in [&mut window, &mut guest] {
        assert!(window.all().await.is_empty(), "it goes on, and nothing is told yet");
    }
    server.behind_its_back(NAMES).await;
    for window in [&mut window, &mut guest] {
        let heard = window.hear("message").await;
        assert_eq!(
            (&heard["message"], &heard["name"]),
            (&"while names are gone".into(), &"Mara Quist".into())
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whose_session_cannot_be_read_comes_back() {
    let server = TestServer::start(Engine::Postgres).await;
    let bo = room_chat::person(&server, "Bo Lund").await;
    let mut his = room_chat::member(&server, &bo, "garden").await;
    // What is remembered of the session ends here.
    server.clock.advance(Duration::from_secs(12 * 60 * 60 + 60));
    server.behind_its_back(NO_SESSIONS).await;
    room_chat::say(&mut his, "garden", "to whom?").await;
    assert!(!his.ended().await, "nobody was told to stay away");
    server.behind_its_back(SESSIONS).await;
}

/// Nobody can be signed in or made.
const NO_PASSWORDS: &str = "ALTER TABLE accounts RENAME COLUMN password_hash TO gone";

#[tokio::test(flavor = "multi_thread")]
async fn a_fault_of_ours_is_told_in_the_words_of_each_contract() {
    let server = TestServer::start(Engine::Postgres).await;
    let caller = Caller::of(&server);
    server.behind_its_back(NO_PASSWORDS).await;
    let by_name = json!({ "username": "nora", "password": "Kettle#12" });
    let by_email = json!({ "email": "nora@example.org", "password": "Kettle#12" });
    let by_email_id = json!({ "emailId": "nora@example.org", "password": "Kettle#12" });
    let said = caller.post("/auth/signin", by_name.clone()).await;
    assert_eq!(said.at("status"), (500, json!("errored")));
    assert!(!said.text.contains("gone") && !said.text.contains("password_hash"), "{said:?}");
    for (path, body, words) in [
        ("/auth/login", by_name, json!({ "success": false, "error": "Internal server error" })),
        (
            "/api/v1/auth/signin",
            by_email.clone(),
            json!({ "statusCode": 500, "message": "Internal server error" }),
        ),
        ("/auth/login", by_email_id, json!({ "message": "Server error" })),
    ] {
        let said = caller.post(path, body).await;
        assert_eq!((said.status, said.json()), (500, words), "{path}");
    }
    assert_plain(&caller.post("/api/login", by_email).await, 500, "Internal Server Error");
    let said = caller.post("/api/register", live_chat::person("Mara", "Quist")).await;
    assert_plain(&said, 500, "Something went wrong. Try again later.");
}

/// Nothing can be said.
const NO_MESSAGES: &str = "ALTER TABLE messages RENAME TO gone";

#[tokio::test(flavor = "multi_thread")]
async fn who_says_what_cannot_be_stored_is_closed_before_the_next_heartbeat() {
    let server = TestServer::start(Engine::Postgres).await;
    let bo = room_chat::person(&server, "Bo Lund").await;
    let mut his = room_chat::member(&server, &bo, "garden").await;
    server.behind_its_back(NO_MESSAGES).await;
    room_chat::say(&mut his, "garden", "lost").await;
    soon("the end of the socket", his.ended()).await;
}
