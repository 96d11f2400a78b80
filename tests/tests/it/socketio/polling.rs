//! The transport, rule by rule: how sessions open, how requests and WebSockets belong to them, and how they end.

use super::speaker::{PATH, Polled, opened};
use crate::raw::RawSocket;
use chinwag_testkit::{TestServer, both_engines, wire::websocket::Incoming};
use reqwest::{Client, Method, StatusCode};
use serde_json::{Value, json};

async fn status(server: &TestServer, method: Method, query: &str, body: &str) -> StatusCode {
    let url = format!("{}{PATH}?{query}", server.url());
    let request = Client::new().request(method, url).body(body.to_owned());
    request.send().await.unwrap().status()
}

both_engines! {
    async fn sessions_open_with_the_right_words_only(server: TestServer) {
        let session = Polled::open(&server).await;
        assert_eq!(session.opened["upgrades"], json!(["websocket"]));
        assert_eq!(session.opened["pingInterval"], 25_000);
        assert_eq!(session.opened["pingTimeout"], 20_000);
        assert_eq!(session.opened["maxPayload"], 1_000_000);
        for query in ["", "transport=polling", "EIO=3&transport=polling", "EIO=4", "EIO=4&transport=x"] {
            assert_eq!(status(&server, Method::GET, query, "").await, 400, "{query}");
        }
        let polling = "EIO=4&transport=polling";
        assert_eq!(status(&server, Method::POST, polling, "40").await, 400);
        assert_eq!(status(&server, Method::PUT, polling, "40").await, 405);
        let unknown = "EIO=4&transport=polling&sid=AAAAAAAAAAAAAAAAAAAAAA";
        assert_eq!(status(&server, Method::GET, unknown, "").await, 400);
        assert_eq!(status(&server, Method::POST, unknown, "40").await, 400);
        assert_eq!(status(&server, Method::GET, "EIO=4&transport=websocket", "").await, 400);
    }

    async fn a_foreign_page_is_refused_on_every_request(server: TestServer) {
        let session = Polled::open(&server).await;
        for (method, url) in [
            (Method::GET, format!("{}{PATH}?EIO=4&transport=polling", server.url())),
            (Method::GET, session.url()),
            (Method::POST, session.url()),
        ] {
            let request = Client::new().request(method, url).header("origin", "https://evil.example");
            assert_eq!(request.body("40").send().await.unwrap().status(), 403);
        }
        session.post("40").await;
        assert!(session.poll().await.starts_with("40{"), "the session has not noticed");
    }

    async fn what_is_no_packet_ends_the_session(server: TestServer) {
        for wrong in ["abc", "", "4", "42[\"before\"]", "40\u{1e}", "b***", "40\u{1e}40", "2", "0", "4511-[]", "44{}"] {
            let session = Polled::open(&server).await;
            assert_eq!(session.try_post(wrong).await.status(), 400, "{wrong}");
            assert_eq!(session.try_poll().await.status(), 400, "{wrong}");
        }
    }

    async fn too_large_a_body_is_refused(server: TestServer) {
        let session = Polled::open(&server).await;
        let body = format!("4{}", "x".repeat(1_000_000));
        assert_eq!(session.try_post(&body).await.status(), 413);
    }

    async fn a_second_poll_ends_the_session(server: TestServer) {
        let session = Polled::open(&server).await;
        let (one, other) = tokio::join!(session.try_poll(), session.try_poll());
        let (first, second) = if one.status() == 200 { (one, other) } else { (other, one) };
        assert_eq!((first.status(), first.text().await.unwrap().as_str()), (StatusCode::OK, "1"));
        assert_eq!(second.status(), 400);
        assert_eq!(session.try_post("40").await.status(), 400);
    }

    async fn a_peer_that_closes_gets_its_poll_back(server: TestServer) {
        let session = Polled::open(&server).await;
        let (polled, ()) = tokio::join!(session.poll(), session.post("1"));
        assert_eq!(polled, "6");
        assert_eq!(session.try_poll().await.status(), 400);
    }

    async fn a_session_changes_to_websocket_and_loses_nothing(server: TestServer) {
        let [ada, bob] = server.users(["ada", "bob"]).await;
        let id = ada.direct(&bob).await;
        let session = Polled::entered(&server, &bob).await;
        let mut socket = RawSocket::open_at(server.address, &session.websocket()).await;
        ada.say(id, "before the change").await;
        socket.text(b"2probe").await;
        assert_eq!(socket.next().await, Some(Incoming::Text("3probe".into())));
        ada.say(id, "during the change").await;
        let mut heard = String::new();
        while !heard.ends_with('6') {
            heard += &session.poll().await;
        }
        socket.text(b"5").await;
        ada.say(id, "after the change").await;
        while !heard.contains("after the change") {
            let Some(Incoming::Text(text)) = socket.next().await else { panic!("{heard}") };
            heard += std::str::from_utf8(&text).unwrap();
        }
        for when in ["before", "during", "after"] {
            assert_eq!(heard.matches(&format!("\"{when} the change\"")).count(), 1, "{heard}");
        }
        assert_eq!(session.try_poll().await.status(), 400, "requests are stale now");
        let mut late = RawSocket::open_at(server.address, &session.websocket()).await;
        assert_eq!(late.ended().await.code, Some(1008), "and so is another WebSocket");
        socket.text(b"421[\"ping\"]").await;
        let ack = loop {
            match socket.next().await {
                Some(Incoming::Text(text)) if text.starts_with(b"43") => break text,
                Some(Incoming::Text(_)) => {}
                other => panic!("{other:?}"),
            }
        };
        assert_eq!(ack, r#"431[{"ok":{}}]"#, "neither harmed the session");
    }

    async fn a_probe_that_says_something_else_harms_nobody(server: TestServer) {
        let session = Polled::open(&server).await;
        for wrong in ["5", "2", "40", "x", ""] {
            let mut socket = RawSocket::open_at(server.address, &session.websocket()).await;
            socket.text(wrong.as_bytes()).await;
            socket.ended().await;
        }
        session.post("40").await;
        assert!(session.poll().await.starts_with("40{"));
    }

    async fn a_session_for_nothing_is_not_kept(server: TestServer) {
        let mut socket = RawSocket::open_at(server.address, &format!("{PATH}?EIO=4&transport=websocket")).await;
        let opened: Value = opened(&mut socket).await;
        assert_eq!(opened["upgrades"], json!([]));
        socket.text(b"40/elsewhere,").await;
        let refused = Incoming::Text(r#"44/elsewhere,{"message":"Invalid namespace"}"#.into());
        assert_eq!(socket.next().await, Some(refused));
        assert_eq!(socket.ended().await.code, Some(1001));
    }
}
