//! The native vocabulary's promises over Socket.IO: who loses access hears nothing more, who does not read costs
//! only themselves, whoever is sent away knows whether to come back.

use super::speaker::{PATH, Polled, entered};
use crate::raw::RawSocket;
use chinwag_testkit::{
    TestServer, User, both_engines, eventually, soon, wire::websocket::Incoming,
};
use std::time::Duration;

/// Everything a WebSocket brings until it ends, and the code it was closed with.
async fn to_the_end(socket: &mut RawSocket) -> (String, Option<u16>) {
    let mut heard = String::new();
    loop {
        match socket.next().await {
            Some(Incoming::Text(text)) => heard += std::str::from_utf8(&text).unwrap(),
            Some(Incoming::Close { code, .. }) => break (heard, code),
            Some(_) => {}
            None => break (heard, None),
        }
    }
}

/// A question and its answer; what comes between is passed over.
async fn ping(socket: &mut RawSocket) {
    socket.text(b"429[\"ping\"]").await;
    loop {
        match socket.next().await {
            Some(Incoming::Text(text)) if text == r#"439[{"ok":{}}]"# => return,
            Some(Incoming::Text(_)) => {}
            other => panic!("{other:?} in the place of an answer"),
        }
    }
}

async fn sign_out(user: &User) {
    user.http.sign_out().await.unwrap();
}

both_engines! {
    async fn a_session_that_ends_takes_its_sockets_with_it(server: TestServer) {
        let ada = server.user("ada").await;
        let (mut socket, polled) = (entered(&server, &ada).await, Polled::entered(&server, &ada).await);
        let (heard, ()) = tokio::join!(polled.poll(), sign_out(&ada));
        let last = r#"42["closing",{"code":"session_ended"}]"#;
        assert_eq!(heard, format!("{last}\u{1e}41"));
        assert_eq!(polled.poll().await, "1");
        assert_eq!(polled.try_poll().await.status(), 400);
        assert_eq!(to_the_end(&mut socket).await, (format!("{last}41"), Some(4502)));
    }

    async fn a_session_that_ends_between_two_polls_hears_nothing_more(server: TestServer) {
        let [ada, bob] = server.users(["ada", "bob"]).await;
        let id = ada.direct(&bob).await;
        let polled = Polled::entered(&server, &bob).await;
        ada.say(id, "before").await;
        sign_out(&bob).await;
        ada.say(id, "after").await;
        let send = format!("421[\"history\",{{\"conversation_id\":\"{id}\"}}]");
        let answer = polled.try_post(&send).await;
        assert!([200, 400].contains(&answer.status().as_u16()));
        let heard = polled.poll().await;
        assert_eq!(heard, "42[\"closing\",{\"code\":\"session_ended\"}]\u{1e}41");
    }

    async fn who_was_removed_hears_nothing_more(server: TestServer) {
        let [ada, bob] = server.users(["ada", "bob"]).await;
        let id = ada.group("walkers", &[&bob]).await;
        let polled = Polled::entered(&server, &bob).await;
        ada.http.remove_member(id, bob.id()).await.unwrap();
        ada.say(id, "a secret").await;
        let heard = polled.poll().await;
        assert!(heard.contains("42[\"conversation_left\","), "{heard}");
        polled.post("421[\"ping\"]").await;
        let heard = polled.poll().await;
        assert_eq!(heard, r#"431[{"ok":{}}]"#, "nothing but the answer");
    }

    async fn a_server_that_stops_says_when_to_come_back(server: TestServer) {
        let ada = server.user("ada").await;
        let (mut socket, polled) = (entered(&server, &ada).await, Polled::entered(&server, &ada).await);
        let idle = Polled::open(&server).await;
        let told = tokio::spawn(async move { polled.poll().await });
        let waiting = tokio::spawn(async move { idle.try_poll().await.status() });
        // So many questions and answers later, both polls have arrived.
        for _ in 0..50 {
            ping(&mut socket).await;
        }
        let ((heard, code), ()) = tokio::join!(to_the_end(&mut socket), server.stop());
        for heard in [heard, soon("the last poll", told).await.unwrap()] {
            assert!(heard.starts_with(r#"42["closing",{"code":"shutting_down","reconnect_after_ms":"#), "{heard}");
            assert!(!heard.contains("}41"), "a client that hears DISCONNECT stays away: {heard}");
        }
        assert_eq!(code, Some(4000));
        assert_eq!(soon("the poll of nobody", waiting).await.unwrap(), 503);
    }

    async fn a_gone_session_goes_offline(server: TestServer) {
        let [ada, bob] = server.users(["ada", "bob"]).await;
        ada.direct(&bob).await;
        let polled = Polled::entered(&server, &bob).await;
        let seen = async || {
            let (_, ready) = ada.socket().await;
            format!("{:?}", ready.presence)
        };
        assert!(seen().await.contains("Online"));
        polled.post("1").await;
        eventually("bob is offline", async || !seen().await.contains("Online")).await;
    }

    async fn any_words_end_at_most_the_session_they_came_from(server: TestServer) {
        let ada = server.user("ada").await;
        let mut witness = entered(&server, &ada).await;
        let deep = format!("42[\"send\",{}{}]", "[".repeat(5000), "]".repeat(5000));
        for words in [
            "4", "47", "4abc", "42", "42[]", "42{}", "42[null]", "42[\"connect\"]", "42abc[\"x\"]", "45", "45-", "451",
            "4599-[\"x\"]", "451-[\"x\"]4", "46", "461-[]", "43", "431", "431{}", "44{}", "40", "41{}", "40/,", "4/",
            "42/nowhere,[\"x\"]", "2", "7", "x", "\u{1e}", deep.as_str(),
        ] {
            let mut socket = entered(&server, &ada).await;
            socket.text(words.as_bytes()).await;
            socket.text(b"42[\"x\"]").await;
            let (_, code) = to_the_end(&mut socket).await;
            assert_eq!(code, Some(1008), "{words}");
        }
        for words in [
            "42[\"x\"]", "42[\"send\",null,[],{},1]", "421[7]", "431[]", "42[\"send\",{\"_placeholder\":true,\"num\":7}]",
            "6", "3", "41/nowhere,", "45\u{30}-[\"x\"]",
        ] {
            let mut socket = entered(&server, &ada).await;
            socket.text(words.as_bytes()).await;
            soon(words, ping(&mut socket)).await;
        }
        ping(&mut witness).await;
    }

    async fn a_reader_who_does_not_read_is_closed_and_can_resume(server: TestServer) {
        let [ada, bob] = server.users(["ada", "bob"]).await;
        let id = ada.direct(&bob).await;
        let polled = Polled::entered(&server, &bob).await;
        let text = "x".repeat(8_000);
        for _ in 0..40 {
            ada.say(id, &text).await;
        }
        let heard = polled.poll().await;
        assert_eq!(heard, "42[\"closing\",{\"code\":\"slow_consumer\",\"reconnect_after_ms\":500}]");
        assert_eq!(polled.poll().await, "1");
        assert_eq!(polled.try_poll().await.status(), 400);
    }
}

/// The heartbeat is the operator's choice: here it is fast enough to watch.
async fn brisk(engine: chinwag_testkit::Engine) -> TestServer {
    TestServer::with(engine, |settings| settings.live.heartbeat_seconds = 1).await
}

#[tokio::test(flavor = "multi_thread")]
async fn heartbeats_carry_heads_and_silence_ends_a_session() {
    let server = brisk(chinwag_testkit::Engine::Sqlite).await;
    let [ada, bob] = server.users(["ada", "bob"]).await;
    let id = ada.direct(&bob).await;
    let mut socket = entered(&server, &bob).await;
    ada.say(id, "moved").await;
    // Heartbeats that came due before the message have no heads.
    let told = format!("42[\"heartbeat\",{{\"heads\":[[\"{id}\",");
    soon("a heartbeat with the head", async {
        let mut heard = String::new();
        while !heard.contains(&told) {
            let Some(Incoming::Text(text)) = socket.next().await else { panic!("{heard}") };
            if text == "2" {
                socket.text(b"3").await;
            }
            heard += std::str::from_utf8(&text).unwrap();
        }
    })
    .await;
    drop(socket);

    let path = format!("{PATH}?EIO=4&transport=websocket");
    let mut silent = RawSocket::open_at(server.address, &path).await;
    silent.text(b"40").await;
    // A peer that answers no ping is given up 20 s after it.
    silent.hangs_up_within(Duration::from_secs(60)).await;
}
