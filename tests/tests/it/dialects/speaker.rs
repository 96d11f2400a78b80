//! Socket.IO by hand, at any address: says what no client would, and remembers what it heard.

use crate::raw::{RawSocket, masked};
use chinwag_testkit::wire::websocket::{Incoming, Opcode};
use serde_json::{Value, json};
use std::net::SocketAddr;

/// A session over WebSocket.
pub(super) struct Speaker {
    socket: RawSocket,
    /// Events that were not asked for yet.
    heard: Vec<(String, Value)>,
    /// Pings that were not answered.
    silent: bool,
}

/// What came of asking to enter.
#[derive(Debug, PartialEq)]
pub(super) enum Entered {
    In,
    Refused(Value),
}

impl Speaker {
    /// Opens a session.
    pub(super) async fn open(address: SocketAddr, path: &str, query: &str) -> Self {
        Self::open_with(address, path, query, "").await
    }

    /// The same with these lines in the head of the request.
    pub(super) async fn open_with(
        address: SocketAddr,
        path: &str,
        query: &str,
        lines: &str,
    ) -> Self {
        let path = format!("{path}?EIO=4&transport=websocket{query}");
        let mut socket = RawSocket::open_with(address, &path, lines).await;
        let Some(Incoming::Text(text)) = socket.next().await else { panic!("a first packet") };
        assert!(text.starts_with(b"0{"), "{text:?}");
        Self { socket, heard: Vec::new(), silent: false }
    }

    /// Asks to enter. What is heard before the answer is kept.
    pub(super) async fn enter(&mut self, auth: Option<Value>) -> Entered {
        let connect = format!("40{}", auth.map_or(String::new(), |auth| auth.to_string()));
        self.socket.text(connect.as_bytes()).await;
        loop {
            let text = self.packet().await.expect("an answer");
            if let Some(refusal) = text.strip_prefix("44") {
                return Entered::Refused(serde_json::from_str(refusal).unwrap());
            }
            if text.starts_with("40") {
                return Entered::In;
            }
            self.keep(&text);
        }
    }

    /// Says something.
    pub(super) async fn emit(&mut self, name: &str, arguments: &[Value]) {
        let mut event = vec![json!(name)];
        event.extend_from_slice(arguments);
        self.say(&format!("42{}", Value::Array(event))).await;
    }

    /// Says a packet as it is.
    pub(super) async fn say(&mut self, packet: &str) {
        self.socket.text(packet.as_bytes()).await;
    }

    /// Answers no heartbeat any more.
    pub(super) fn fall_silent(&mut self) {
        self.silent = true;
    }

    /// The next event of this name; others are kept.
    pub(super) async fn hear(&mut self, name: &str) -> Value {
        loop {
            if let Some(at) = self.heard.iter().position(|(heard, _)| heard == name) {
                return self.heard.remove(at).1;
            }
            let text = self.packet().await.unwrap_or_else(|| panic!("no {name}: it ended"));
            self.keep(&text);
        }
    }

    /// What was heard and not asked for yet.
    pub(super) fn kept(&self) -> &[(String, Value)] {
        &self.heard
    }

    /// Everything heard before the answer to a mark of nothing, which comes after all that was said before.
    pub(super) async fn all(&mut self) -> Vec<(String, Value)> {
        self.emit("mark_read", &[json!([])]).await;
        let answer = ("error".to_owned(), json!({ "message": "messageIds are required" }));
        while !self.heard.contains(&answer) {
            let text = self.packet().await.expect("it goes on");
            self.keep(&text);
        }
        self.heard.retain(|heard| *heard != answer);
        std::mem::take(&mut self.heard)
    }

    /// Waits for the next heartbeat, and answers it.
    pub(super) async fn beat(&mut self) {
        loop {
            match self.socket.next().await {
                Some(Incoming::Text(text)) if &text[..] == b"2" => return self.say("3").await,
                Some(Incoming::Text(text)) => self.keep(std::str::from_utf8(&text).unwrap()),
                Some(_) => {}
                None => panic!("it ended"),
            }
        }
    }

    /// How it ends: whether the peer was told to stay away.
    pub(super) async fn ended(&mut self) -> bool {
        let mut told = false;
        while let Some(text) = self.packet().await {
            told |= text == "41";
        }
        told
    }

    /// Waits until the server has read all that was said so far, and keeps what is heard meanwhile. False where it
    /// ended instead.
    pub(super) async fn is_read(&mut self) -> bool {
        self.socket.bytes(&masked(Opcode::Ping, b"")).await;
        loop {
            match self.socket.next().await {
                Some(Incoming::Pong(_)) => return true,
                Some(Incoming::Text(text)) => self.keep(std::str::from_utf8(&text).unwrap()),
                Some(Incoming::Close { .. }) | None => return false,
                Some(_) => {}
            }
        }
    }

    fn keep(&mut self, text: &str) {
        if let Some(event) = text.strip_prefix("42") {
            let mut event: Vec<Value> = serde_json::from_str(event).unwrap();
            let argument = if event.len() > 1 { event.swap_remove(1) } else { Value::Null };
            self.heard.push((event[0].as_str().unwrap().to_owned(), argument));
        }
    }

    /// The next packet; heartbeats are answered on the way. Nothing once it ended.
    pub(super) async fn packet(&mut self) -> Option<String> {
        loop {
            match self.socket.next().await? {
                Incoming::Text(text) if &text[..] == b"2" && self.silent => {}
                Incoming::Text(text) if &text[..] == b"2" => self.say("3").await,
                Incoming::Text(text) => return Some(String::from_utf8(text.to_vec()).unwrap()),
                Incoming::Close { .. } => return None,
                _ => {}
            }
        }
    }
}
