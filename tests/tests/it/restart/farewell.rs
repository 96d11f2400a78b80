//! What clients are told when the server stops, and what they find when they come back.

use crate::raw::Stream;
use chinwag_testkit::{
    TestServer, both_engines,
    client::{Frame, Pending, Socket},
    eventually, soon, text_message,
    wire::{Code, EventBody, Positions, Sent, frame::Closing},
};
use reqwest::Method;
use serde_json::json;
use std::time::{Duration, Instant};
use tokio::net::TcpStream;

/// The last words of a connection, and the code it was closed with.
async fn last_words(socket: &mut Socket) -> (Option<Closing>, Option<u16>) {
    let mut closing = None;
    soon("the end of the connection", async {
        loop {
            match socket.next().await.unwrap() {
                Frame::Closing(said) => closing = Some(said),
                Frame::Closed { code, .. } => break (closing.take(), code),
                _ => {}
            }
        }
    })
    .await
}

both_engines! {
    async fn everybody_is_told_when_to_come_back(server: TestServer) {
        let users = server.users(["ada", "bob", "eve"]).await;
        let mut sockets = Vec::new();
        for user in &users {
            sockets.push(user.socket().await.0);
        }
        let since = Instant::now();
        server.stop().await;
        assert!(since.elapsed() < Duration::from_secs(5), "nothing to wait for: {:?}", since.elapsed());
        let mut times = Vec::new();
        for socket in &mut sockets {
            let (closing, code) = last_words(socket).await;
            let closing = closing.expect("a last word");
            assert_eq!((closing.code, code), (Code::ShuttingDown, Some(Code::ShuttingDown.close())));
            times.push(closing.reconnect_after_ms.expect("a time to come back"));
        }
        assert!(times.iter().all(|time| (1_000..=10_000).contains(time)), "{times:?}");
        assert!(times[0] != times[1] || times[1] != times[2], "not all at once: {times:?}");
    }

    async fn what_is_under_way_is_stored_and_acknowledged_or_neither(server: TestServer) {
        let [ada, bob] = server.users(["ada", "bob"]).await;
        let id = ada.direct(&bob).await;
        let (socket, _) = ada.socket().await;
        let mut waiting: Vec<Pending<Sent>> = Vec::new();
        for n in 0..200 {
            let with = json!({"conversation_id": id, "client_id": n.to_string(), "content": {"text": n.to_string()}});
            waiting.push(socket.begin("send", &with).await.unwrap());
        }
        server.stop().await;
        let mut acknowledged = Vec::new();
        for reply in waiting {
            acknowledged.extend(soon("a reply or the end", reply.reply()).await.ok());
        }
        server.start_again().await;
        let history = bob.history(id).await;
        for sent in &acknowledged {
            let message = &history[usize::try_from(sent.seq).unwrap() - 1];
            assert_eq!((message.seq, message.sent_at), (sent.seq, sent.sent_at));
        }
        // Sent again, each has the number it has.
        for (n, sent) in acknowledged.iter().enumerate() {
            let again = ada.http.send(id, &text_message(Some(&n.to_string()), &n.to_string())).await.unwrap();
            assert_eq!(again.seq, sent.seq);
        }
    }

    async fn one_goes_on_where_one_was(server: TestServer) {
        let [ada, bob] = server.users(["ada", "bob"]).await;
        let id = ada.direct(&bob).await;
        let (_, ready) = bob.socket().await;
        let conversations = ready.conversations.iter().map(|head| (head.conversation_id, head.rev)).collect();
        let positions = Positions { epoch: Some(ready.epoch.clone()), conversations };
        for text in ["one", "two", "three"] {
            ada.say(id, text).await;
        }
        server.restart().await;
        let (_, ready) = bob.socket_from(Some(positions.clone())).await;
        assert!(ready.resumed && ready.left.is_empty());
        assert_eq!(Some(ready.epoch), positions.epoch, "the history is the same");
        let missed = ready.changes.iter().flat_map(|changes| &changes.events);
        let missed: Vec<i64> = missed.filter_map(|event| match &event.body { EventBody::MessageCreated(message) => Some(message.seq), _ => None }).collect();
        assert_eq!(missed, [1, 2, 3]);
    }

    async fn a_request_under_way_is_finished(server: TestServer) {
        let [ada, bob] = server.users(["ada", "bob"]).await;
        let id = ada.direct(&bob).await;
        let body = json!({"content": {"text": "almost there"}}).to_string();
        let (first, rest) = body.split_at(10);
        let mut stream = Stream::connect(server.address).await;
        let head = format!("POST /v1/conversations/{id}/messages HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {}\r\nContent-Type: application/json\r\nContent-Length: {}\r\nExpect: 100-continue\r\n\r\n", ada.credentials.access_token, body.len());
        assert!(stream.write(head.as_bytes()).await);
        assert!(stream.read_head().await.starts_with("HTTP/1.1 100"), "it waits for the body");
        assert!(stream.write(first.as_bytes()).await);
        let stopping = tokio::spawn({ let server = server.clone(); async move { server.stop().await } });
        eventually("nobody else is let in", async || TcpStream::connect(server.address).await.is_err()).await;
        assert!(stream.write(rest.as_bytes()).await);
        let answer = stream.read_head().await;
        assert!(answer.starts_with("HTTP/1.1 201"), "{answer}");
        soon("the end", stopping).await.unwrap();
        server.start_again().await;
        assert_eq!(bob.history(id).await.len(), 1);
    }

    async fn a_stream_of_events_ends_with_a_word(server: TestServer) {
        let ada = server.user("ada").await;
        let events = ada.http.request(Method::GET, "/v1/events").send().await.unwrap();
        let since = Instant::now();
        server.stop().await;
        assert!(since.elapsed() < Duration::from_secs(5), "{:?}", since.elapsed());
        let said = soon("the end of the stream", events.text()).await.unwrap();
        let last = said.trim_end().rsplit("\n\n").next().unwrap().to_owned();
        assert!(last.contains("event: closing") && last.contains("shutting_down"), "{said}");
    }

    async fn while_it_stops_it_is_not_ready_and_afterwards_gone(server: TestServer) {
        let ada = server.user("ada").await;
        let answers = async || ada.http.me().await;
        server.stop().await;
        assert!(answers().await.is_err());
        server.start_again().await;
        eventually("it is there again", async || answers().await.is_ok()).await;
        server.abort().await;
        assert!(answers().await.is_err());
        server.start_again().await;
        answers().await.expect("tokens outlive the process");
    }
}
