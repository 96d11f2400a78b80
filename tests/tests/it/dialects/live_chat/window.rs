//! The socket by hand: says what no client would, and remembers what it heard.

use super::Pair;
use crate::raw::{RawSocket, masked};
use chinwag_testkit::{
    TestServer,
    wire::websocket::{Incoming, Opcode},
};
use serde_json::{Value, json};
use std::net::SocketAddr;

/// A window in which the page is open.
pub(in crate::dialects) struct Window {
    pub(in crate::dialects) socket: RawSocket,
    /// What was heard and not asked for yet.
    heard: Vec<Value>,
    silent: bool,
}

impl Window {
    /// A guest's.
    pub(in crate::dialects) async fn open(server: &TestServer) -> Self {
        Self::open_at(server, "/ws/chat").await
    }

    /// The same at another path.
    pub(in crate::dialects) async fn open_at(server: &TestServer, path: &str) -> Self {
        Self::open_through(server.address, path).await
    }

    /// The same through this address.
    pub(in crate::dialects) async fn open_through(address: SocketAddr, path: &str) -> Self {
        let socket = RawSocket::open_at(address, path).await;
        Self { socket, heard: Vec::new(), silent: false }
    }

    /// Somebody's who has signed in.
    pub(in crate::dialects) async fn signed_in(server: &TestServer, pair: &Pair) -> Self {
        let mut window = Self::open(server).await;
        window.auth(&pair.access).await;
        window.hear("auth").await;
        window.hear("signed_in").await;
        window
    }

    /// Shows a token.
    pub(in crate::dialects) async fn auth(&mut self, token: &str) {
        self.say(&json!({ "type": "auth", "content": token, "subject": "" })).await;
    }

    /// Says something to all.
    pub(in crate::dialects) async fn send(&mut self, text: &str, subject: &str) {
        self.say(&json!({ "type": "message", "content": text, "subject": subject })).await;
    }

    pub(in crate::dialects) async fn say(&mut self, frame: &Value) {
        self.socket.text(frame.to_string().as_bytes()).await;
    }

    /// Says something in a binary frame.
    pub(in crate::dialects) async fn say_binary(&mut self, frame: &[u8]) {
        self.socket.bytes(&masked(Opcode::Binary, frame)).await;
    }

    /// Answers no ping any more.
    pub(in crate::dialects) fn fall_silent(&mut self) {
        self.silent = true;
    }

    /// The next frame of this type; others are kept.
    pub(in crate::dialects) async fn hear(&mut self, kind: &str) -> Value {
        loop {
            if let Some(at) = self.heard.iter().position(|frame| frame["type"] == kind) {
                return self.heard.remove(at);
            }
            let Some(frame) = self.frame().await else { panic!("no {kind}: it ended") };
            self.heard.push(frame);
        }
    }

    /// The types of everything heard before the answer to a ping, which comes after all that was said before; how
    /// many are there is kept.
    pub(in crate::dialects) async fn all(&mut self) -> Vec<String> {
        self.say(&json!({ "type": "ping" })).await;
        while self.heard.iter().all(|frame| frame["type"] != "pong") {
            let frame = self.frame().await.expect("it goes on");
            self.heard.push(frame);
        }
        let heard = self.heard.extract_if(.., |frame| frame["type"] != "user_count");
        let types = heard.map(|frame| frame["type"].as_str().unwrap().to_owned());
        types.filter(|kind| kind != "pong").collect()
    }

    /// Waits until it was told that so many are there: accounts, and guests.
    pub(in crate::dialects) async fn counts(&mut self, accounts: u64, guests: u64) {
        loop {
            let count = self.hear("user_count").await;
            let keys = count.as_object().unwrap().len();
            let [now, others] =
                ["authorizedUsers", "anonymousUsers"].map(|key| count[key].as_u64().unwrap());
            assert_eq!(keys, 3, "{count}");
            if (now, others) == (accounts, guests) {
                return;
            }
        }
    }

    /// Waits until the server has read all that was said so far, and keeps what is heard meanwhile. False where it
    /// ended instead.
    pub(in crate::dialects) async fn is_read(&mut self) -> bool {
        self.socket.bytes(&masked(Opcode::Ping, b"")).await;
        loop {
            match self.socket.next().await {
                Some(Incoming::Pong(_)) => return true,
                Some(Incoming::Text(text)) => {
                    self.heard.push(serde_json::from_slice(&text).unwrap())
                }
                Some(Incoming::Close { .. }) | None => return false,
                Some(_) => {}
            }
        }
    }

    /// How it ends.
    pub(in crate::dialects) async fn ended(&mut self) -> Option<u16> {
        loop {
            match self.socket.next().await {
                Some(Incoming::Close { code, .. }) => return code,
                Some(Incoming::Ping(_)) if !self.silent => {
                    self.socket.bytes(&masked(Opcode::Pong, b"")).await;
                }
                Some(_) => {}
                None => return None,
            }
        }
    }

    /// The next frame as it was written; pings are answered on the way. Nothing once it ended.
    pub(in crate::dialects) async fn text(&mut self) -> Option<String> {
        loop {
            match self.socket.next().await? {
                Incoming::Text(text) => return Some(String::from_utf8(text.to_vec()).unwrap()),
                Incoming::Ping(_) => self.socket.bytes(&masked(Opcode::Pong, b"")).await,
                Incoming::Close { .. } => return None,
                _ => {}
            }
        }
    }

    async fn frame(&mut self) -> Option<Value> {
        Some(serde_json::from_str(&self.text().await?).unwrap())
    }
}
