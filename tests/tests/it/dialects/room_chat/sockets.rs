//! Who may open a socket, where, and for how long.

use super::{PASSWORD, Person, join, live, member, person, say, sign_in, texts, until};
use crate::{
    dialects::speaker::{Entered, Speaker},
    raw::RawSocket,
    socketio::speaker::Polled,
};
use chinwag_testkit::{Settings, TestServer, both_engines, wire::websocket::Incoming};
use serde_json::{Value, json};
use std::time::Duration;

const NOT_AUTHORIZED: &str = "You're not authorized";
const NOBODY: &str = "You're not authorized, we're not able to identify your identity";

async fn entered(server: &TestServer, path: &str, query: &str, auth: Option<Value>) -> Entered {
    Speaker::open(server.address, path, query).await.enter(auth).await
}

async fn at_root(server: &TestServer, authorization: &str) -> Entered {
    entered(server, "/socket.io/", &format!("&authorization={authorization}"), None).await
}

fn refused(message: &str) -> Entered {
    Entered::Refused(json!({ "message": message }))
}

fn apart(settings: &mut Settings) {
    let four = (0..4).map(|_| serde_json::from_value(json!("127.0.0.1:0=room-chat")).unwrap());
    settings.http.listeners = four.collect();
}

both_engines! {
    /// A client that changes to a WebSocket polls no more, and waits for the answer to its last POST.
    async fn whose_end_comes_while_it_changes_to_a_websocket(server: TestServer) {
        let ines = person(&server, "Ines Abel").await;
        let query = format!("&authorization=bearer%20{}", ines.token);
        let session = Polled::open_at(&server, "/socket.io/", &query).await;
        session.post("40").await;
        assert!(session.poll().await.starts_with("40{"));
        let mut socket = RawSocket::open_at(server.address, &session.websocket()).await;
        socket.text(b"2probe").await;
        assert_eq!(socket.next().await, Some(Incoming::Text("3probe".into())));
        session.post("42[\"message\",{\"roomName\":\"garden\",\"message\":\"x\",\"urgent\":true}]\u{1e}42[\"isTyping\"]").await;
        socket.text(b"5").await;
        assert_eq!(socket.next().await, Some(Incoming::Text("41".into())));
        socket.ended().await;
    }

    async fn with_the_token_in_the_address(server: TestServer) {
        let ines = person(&server, "Ines Abel").await;
        let token = &ines.token;
        for scheme in ["bearer%20", "Bearer%20", "BEARER%20", "bearer+", "bearer%20%20%20", ""] {
            assert_eq!(at_root(&server, &format!("{scheme}{token}")).await, Entered::In, "{scheme}");
        }
        let (rest, _) = token.rsplit_once('.').unwrap();
        let forged = format!("{rest}.{}", "A".repeat(43));
        for bad in ["", "bearer", "bearer%20", "bearer%20x", "x.y.z", &forged] {
            assert_eq!(at_root(&server, bad).await, refused(NOT_AUTHORIZED), "{bad}");
        }
        server.clock.advance(Duration::from_secs(901));
        assert_eq!(at_root(&server, &format!("bearer%20{token}")).await, refused(NOT_AUTHORIZED), "expired");
    }

    async fn the_payload_decides_before_the_address_and_that_before_a_cookie(server: TestServer) {
        let ines = person(&server, "Ines Abel").await;
        let (query, cookie) = (format!("&authorization={}", ines.token), format!("Cookie: token={}\r\n", ines.token));
        let open = async || Speaker::open_with(server.address, "/socket.io/", &query, &cookie).await;
        let mut app = open().await;
        assert_eq!(app.enter(Some(json!({ "token": ines.token }))).await, Entered::In);
        app.emit("join_room", &[json!({})]).await;
        assert_eq!(app.all().await, [], "messaging-app passes over what it does not know");
        for nothing in [None, Some(json!({ "token": "" })), Some(json!({ "token": 7 }))] {
            let mut room = open().await;
            assert_eq!(room.enter(nothing).await, Entered::In);
            room.emit("mark_read", &[json!([])]).await;
            assert!(room.ended().await, "a violation: the choice holds for the life of the session");
        }
    }

    async fn with_the_token_in_the_payload(server: TestServer) {
        let ines = person(&server, "Ines Abel").await;
        let mount = "/dialects/room-chat/socket.io/";
        assert_eq!(entered(&server, mount, "", Some(json!({ "token": ines.token }))).await, Entered::In);
        assert_eq!(entered(&server, mount, &format!("&authorization={}", ines.token), None).await, Entered::In);
        assert_eq!(entered(&server, mount, "&authorization=", Some(json!({ "token": ines.token }))).await, Entered::In, "nothing hides nothing");
        for none in [None, Some(json!({})), Some(json!({ "token": "" })), Some(json!({ "token": 7 })), Some(json!({ "token": "x" }))] {
            assert_eq!(entered(&server, mount, "", none).await, refused(NOT_AUTHORIZED));
        }
    }

    async fn whose_session_or_account_is_gone(server: TestServer) {
        let (ines, bo) = (person(&server, "Ines Abel").await, person(&server, "Bo Lund").await);
        let mut his = member(&server, &bo, "garden").await;
        let mut hers = member(&server, &ines, "garden").await;
        server.http().with_token(&ines.token).sign_out().await.unwrap();
        assert!(hers.ended().await, "told to stay away");
        assert_eq!(at_root(&server, &ines.token).await, refused(NOT_AUTHORIZED), "revoked");
        until(&mut his, "garden", "Ines Abel Left the room!").await;
        let again = sign_in(&server, &ines.email, PASSWORD).await.json()["data"]["accessToken"].as_str().unwrap().to_owned();
        server.http().with_token(&again).delete_own_account(PASSWORD).await.unwrap();
        assert_eq!(at_root(&server, &again).await, refused(NOBODY));
    }

    async fn a_socket_outlives_its_token_but_not_its_session(server: TestServer) with |settings| settings.live.heartbeat_seconds = 1 => {
        let ines = person(&server, "Ines Abel").await;
        let mut hers = member(&server, &ines, "garden").await;
        server.clock.advance(Duration::from_secs(6 * 60 * 60));
        say(&mut hers, "garden", "still here").await;
        until(&mut hers, "garden", "still here").await;
        server.clock.advance(Duration::from_secs(6 * 60 * 60 + 1));
        assert!(hers.ended().await, "after twelve hours");
    }

    async fn a_session_opens_as_many_as_it_likes(server: TestServer) with |settings| settings.live.connections_per_session = 2 => {
        let ines = person(&server, "Ines Abel").await;
        let mut sockets = Vec::new();
        for _ in 0..12 {
            sockets.push(live(&server, &ines).await);
        }
        drop(sockets);
    }

    async fn what_is_said_at_once_is_heard(server: TestServer) {
        let ines = person(&server, "Ines Abel").await;
        let mut hers = Speaker::open(server.address, "/socket.io/", &format!("&authorization={}", ines.token)).await;
        hers.say("40").await;
        join(&mut hers, "garden").await;
        say(&mut hers, "garden", "at once").await;
        assert_eq!(hers.hear("garden").await["message"], "at once");
    }

    async fn all_of_it_on_each_of_four_listeners(server: TestServer) with apart => {
        let ines = person(&server, "Ines Abel").await;
        let word = async |person: &Person, number: usize| {
            let mut speaker = Speaker::open(server.listening[number], "/socket.io/", "").await;
            assert_eq!(speaker.enter(Some(json!({ "token": person.token }))).await, Entered::In);
            join(&mut speaker, "garden").await;
            say(&mut speaker, "garden", &number.to_string()).await;
            let before = until(&mut speaker, "garden", &number.to_string()).await;
            texts(&before).iter().filter(|text| text.len() == 1).count()
        };
        for number in 0..4 {
            assert_eq!(word(&ines, number).await, number, "one room on all of them");
            let caller = crate::dialects::Caller::at(format!("http://{}", server.listening[number]));
            assert!(caller.get("/health").await.at("status").1.is_string());
            assert_eq!(caller.get("/api-docs").await.status, 401);
            assert_eq!(caller.post("/api/v1/auth/signin", json!({})).await.status, 401);
            assert_eq!(caller.get("/v1/rooms").await.at("message"), (404, json!("Cannot GET /v1/rooms")));
        }
        drop(live(&server, &ines).await);
    }

    async fn a_session_lives_as_long_as_the_operator_has_it(server: TestServer) with |settings| {
        settings.dialects.room_chat.session_life = 3_600;
        settings.live.heartbeat_seconds = 1;
    } => {
        let ines = person(&server, "Ines Abel").await;
        let mut hers = member(&server, &ines, "garden").await;
        server.clock.advance(Duration::from_secs(50 * 60));
        say(&mut hers, "garden", "still here").await;
        until(&mut hers, "garden", "still here").await;
        server.clock.advance(Duration::from_secs(10 * 60 + 1));
        assert!(hers.ended().await, "after an hour");
    }
}
