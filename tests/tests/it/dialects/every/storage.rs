//! A store that is away, or full: what needs it is refused in the words of each contract, nobody hears what was not
//! stored, and the same server goes on once the store is back.

use super::scene::{Ended, Live, ROOM, Scene, Wire};
use crate::{
    dialects::{
        Caller, Said,
        crossing::PASSWORD,
        live_chat::window::Window,
        speaker::{Entered, Speaker},
    },
    storage::small_disk::{Filling, SmallDisk},
};
use chinwag_testkit::{FaultProxy, TestServer, eventually, text_message};
use serde_json::{Value, json};

/// What is between the server and what it stores.
enum Store {
    /// A network that breaks.
    Away(FaultProxy),
    /// A disk that fills.
    Full(SmallDisk, Option<Filling>),
}

impl Store {
    async fn fail(&mut self, scene: &Scene) {
        match self {
            Self::Away(proxy) => {
                proxy.cut_after(0..=0);
                proxy.cut();
            }
            Self::Full(disk, filling) => {
                *filling = Some(disk.fill());
                // What there is room for still fits.
                for length in [4_000, 1] {
                    let body = text_message(None, &"x".repeat(length));
                    let chat = scene.chat.parse().unwrap();
                    while scene.lena.native.http.send(chat, &body).await.is_ok() {}
                }
            }
        }
    }

    fn come_back(&mut self) {
        match self {
            Self::Away(proxy) => proxy.heal(),
            Self::Full(_, filling) => drop(filling.take()),
        }
    }
}

/// What needs the store, one request for each dialect.
async fn requests(scene: &Scene) -> [(&'static str, Said); 5] {
    let caller = Caller::of(&scene.server);
    let (tom, to) = (&scene.tom, &scene.lena.username);
    let text = "x".repeat(700);
    let sent = json!({ "receiverUsername": to, "content": text });
    let encrypted =
        json!({ "receiverUsername": to, "encryptedText": text, "clientMessageId": "a" });
    let by_email = json!({ "email": "tom@example.org", "password": PASSWORD });
    [
        ("messaging-service", tom.service.post("/chat/messages/send", sent).await),
        ("messaging-app", tom.app.post("/messages", encrypted).await),
        ("room-chat", caller.post("/api/v1/auth/signin", by_email.clone()).await),
        ("live-chat", caller.post("/api/login", by_email).await),
        ("pingtalk", tom.ping.caller.put("/profile/patchProfile", json!({ "about": text })).await),
    ]
}

/// How each refuses it.
fn refusal(dialect: &str) -> (u16, Value) {
    match dialect {
        "messaging-service" => (500, json!("errored")),
        "messaging-app" => (503, json!({ "success": false, "error": "Service unavailable" })),
        "room-chat" => (
            503,
            json!({ "statusCode": 503, "message": "Service unavailable", "error": "Service Unavailable" }),
        ),
        "live-chat" => (503, json!("Service Unavailable")),
        _ => (503, json!({ "message": "Server error" })),
    }
}

async fn requests_are_refused(scene: &Scene) {
    for (dialect, said) in requests(scene).await {
        let body = match dialect {
            "messaging-service" => said.json()["status"].clone(),
            "live-chat" => json!(said.text),
            _ => said.json(),
        };
        assert_eq!((said.status, body), refusal(dialect), "{dialect}");
        let wait: u64 = said.header("retry-after").expect("when to come back").parse().unwrap();
        assert!(wait > 0, "{dialect}");
        assert_eq!(said.header("set-cookie"), None, "{dialect}");
    }
}

async fn health_says_so(scene: &Scene) {
    let caller = Caller::of(&scene.server);
    let down = json!({ "status": "down", "message": "timeout of 5000ms exceeded" });
    let mounts = refusals_at();
    for path in mounts.iter().map(String::as_str).chain(["/health", "/api/health"]) {
        let said = caller.get(path).await;
        let body = said.json();
        assert_eq!((said.status, &body["status"]), (503, &json!("error")), "{path}");
        assert_eq!(
            (&body["error"]["MongoDB"], &body["details"]["MongoDB"]),
            (&down, &down),
            "{path}"
        );
        assert!(
            body["info"].get("MongoDB").is_none() && body["info"]["SocketIO"]["status"] == "up"
        );
        assert_eq!(body["details"].as_object().unwrap().len(), 7, "{path}");
    }
    for (path, service) in [
        ("/health/auth", "auth-service"),
        ("/health/users", "user-service"),
        ("/health/messaging", "messaging-service"),
    ] {
        let said = caller.get(path).await;
        let body = said.json();
        assert_eq!(
            (said.status, &body["status"], &body["service"]),
            (503, &json!("unhealthy"), &json!(service))
        );
        assert_eq!(
            body["dependencies"],
            json!({ "database": "disconnected", "redis": "connected" })
        );
    }
    let realtime = caller.get("/health/realtime").await;
    assert_eq!(realtime.at("status"), (200, json!("healthy")), "it needs no database");
}

/// The health of each dialect at its mount.
fn refusals_at() -> Vec<String> {
    let names = ["messaging-service", "messaging-app", "room-chat", "live-chat", "pingtalk"];
    names.iter().map(|name| format!("/dialects/{name}/health")).collect()
}

/// What each says where it cannot be stored: to the sender alone.
async fn events_fail(live: &mut [Live; 4], unread: &Value, chat: &str) {
    for one in live {
        match one {
            Live::Page(window) => {
                window.send("lost", "").await;
                window.hear("message_failed").await;
            }
            Live::Session(Wire::MessagingApp, speaker) => {
                speaker.emit("mark_read", &[json!([unread])]).await;
                let error = json!({ "message": "Failed to mark messages as read" });
                assert_eq!(speaker.hear("error").await, error);
            }
            Live::Session(Wire::Pingtalk, speaker) => {
                speaker.emit("sendMessage", &[json!({ "chatId": chat, "text": "lost" })]).await;
                assert_eq!(speaker.hear("error").await, "Server error");
            }
            Live::Session(_, speaker) => {
                speaker.emit("message", &[json!({ "roomName": ROOM, "message": "lost" })]).await;
                assert_eq!(one.ended().await, Ended::Back, "so that the client notices");
            }
        }
    }
}

/// Whoever asks to enter is told to try again.
async fn nobody_enters(scene: &Scene) {
    for (wire, words) in [
        (Wire::MessagingApp, "Service unavailable"),
        (Wire::RoomChat, "Service unavailable"),
        (Wire::Pingtalk, "Server error"),
    ] {
        let (path, query, cookie) = wire.address(&scene.tom);
        let line = if cookie.is_empty() { cookie } else { format!("Cookie: {cookie}\r\n") };
        let mut speaker = Speaker::open_with(scene.server.address, path, &query, &line).await;
        let refused = Entered::Refused(json!({ "message": words }));
        assert_eq!(speaker.enter(wire.auth(&scene.tom)).await, refused, "{wire:?}");
    }
    let mut window = Window::open(&scene.server).await;
    assert_eq!(window.ended().await, Some(1013), "live-chat");
}

/// A message that tom has not read.
async fn unread(scene: &Scene) -> Value {
    let body = json!({ "receiverUsername": scene.tom.username, "encryptedText": "x", "clientMessageId": "unread" });
    let said = scene.lena.app.post("/messages", body).await;
    assert_eq!(said.status, 201, "{said:?}");
    said.json()["data"]["id"].clone()
}

async fn run(server: TestServer, mut store: Store) {
    let mut scene = Scene::new(&server).await;
    let message = unread(&scene).await;
    let [app, room, page, ping] = Wire::ALL;
    let mut live = [
        scene.listen(app, server.address).await,
        scene.listen(room, server.address).await,
        scene.listen(page, server.address).await,
        scene.listen(ping, server.address).await,
    ];
    store.fail(&scene).await;
    requests_are_refused(&scene).await;
    events_fail(&mut live, &message, &scene.chat).await;
    if matches!(store, Store::Away(_)) {
        nobody_enters(&scene).await;
    }
    health_says_so(&scene).await;

    store.come_back();
    let caller = Caller::of(&server);
    eventually("it is well again", async || {
        caller.get("/health").await.json()["details"]["MongoDB"]["status"] == "up"
    })
    .await;
    for (dialect, said) in requests(&scene).await {
        assert!([200, 201].contains(&said.status), "{dialect}: {said:?}");
    }
    live[1] = scene.listen(room, server.address).await;
    for (wire, live) in Wire::ALL.into_iter().zip(&mut live) {
        scene.say(wire, "back again").await;
        let mut heard = live.text().await;
        while heard != "back again" {
            assert_ne!(heard, "lost", "{wire:?}: what was not stored was heard by nobody");
            heard = live.text().await;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk() {
    let disk = SmallDisk::new(8 * 1024);
    let server = disk.server().await;
    run(server, Store::Full(disk, None)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_is_away() {
    let (server, proxy) = TestServer::with_broken_database(|_| {}).await;
    run(server, Store::Away(proxy)).await;
}
