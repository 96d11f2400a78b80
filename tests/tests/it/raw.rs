//! A bare TCP connection, and a WebSocket on one that may say what no client would.

use bytes::BytesMut;
use chinwag_testkit::{
    soon,
    wire::websocket::{Decoder, Incoming, Limits, Opcode, Role, frame},
};
use serde_json::{Value, json};
use std::{net::SocketAddr, time::Duration};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    time::timeout,
};

/// A bare connection.
pub(crate) struct Stream(TcpStream);

impl Stream {
    pub(crate) async fn connect(address: SocketAddr) -> Self {
        Self(TcpStream::connect(address).await.unwrap())
    }

    /// Writes as long as the server takes it; it may hang up meanwhile.
    pub(crate) async fn write(&mut self, bytes: &[u8]) -> bool {
        self.0.write_all(bytes).await.is_ok()
    }

    /// Says that nothing more comes.
    pub(crate) async fn finish(&mut self) {
        drop(self.0.shutdown().await);
    }

    /// The head of an answer.
    pub(crate) async fn read_head(&mut self) -> String {
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            head.push(soon("an answer", self.0.read_u8()).await.unwrap());
        }
        String::from_utf8(head).unwrap()
    }

    /// Everything until the server hangs up, however it does that.
    pub(crate) async fn read_to_end(&mut self, what: &str) -> Vec<u8> {
        let mut all = Vec::new();
        drop(soon(what, self.0.read_to_end(&mut all)).await);
        all
    }
}

/// How a WebSocket ended: the code of `closing`, where it was said, and that of the close frame.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Ended {
    pub(crate) closing: Option<String>,
    pub(crate) code: Option<u16>,
}

/// A WebSocket over which anything can be said.
pub(crate) struct RawSocket {
    stream: TcpStream,
    decoder: Decoder,
    buffer: BytesMut,
}

impl RawSocket {
    /// Shakes hands, and says nothing yet.
    pub(crate) async fn open(address: SocketAddr) -> Self {
        Self::open_at(address, "/v1/socket").await
    }

    /// The same at another address of the server.
    pub(crate) async fn open_at(address: SocketAddr, path: &str) -> Self {
        Self::open_with(address, path, "").await
    }

    /// The same with these lines in the head.
    pub(crate) async fn open_with(address: SocketAddr, path: &str, lines: &str) -> Self {
        let mut stream = Stream::connect(address).await;
        let head = format!(
            "GET {path} HTTP/1.1\r\nHost: x\r\n{lines}Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: chinwag.v1\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
        );
        assert!(stream.write(head.as_bytes()).await, "the server takes a handshake");
        let answer = stream.read_head().await;
        assert!(
            answer.starts_with("HTTP/1.1 101")
                && answer.to_lowercase().contains("sec-websocket-protocol: chinwag.v1"),
            "{answer}"
        );
        let limits = Limits { message: 16 * 1024 * 1024, fragments: 1 };
        Self {
            stream: stream.0,
            decoder: Decoder::new(Role::Client, limits),
            buffer: BytesMut::new(),
        }
    }

    /// The same, greeted as the owner of the token.
    pub(crate) async fn greeted(address: SocketAddr, token: &str) -> Self {
        let mut socket = Self::open(address).await;
        socket.command(0, "hello", json!({"token": token})).await;
        let ready = socket.reply(0).await;
        assert!(ready["ok"]["epoch"].is_string(), "{ready}");
        socket
    }

    /// Bytes as they are. The server may hang up meanwhile.
    pub(crate) async fn bytes(&mut self, bytes: &[u8]) {
        drop(self.stream.write_all(bytes).await);
    }

    /// A text message as clients send it.
    pub(crate) async fn text(&mut self, text: &[u8]) {
        self.bytes(&masked(Opcode::Text, text)).await;
    }

    pub(crate) async fn command(&mut self, id: u64, name: &str, with: Value) {
        self.text(json!({"id": id, "do": name, "with": with}).to_string().as_bytes()).await;
    }

    /// The reply to this command; what comes before it is passed over.
    pub(crate) async fn reply(&mut self, id: u64) -> Value {
        loop {
            let reply = self.next_reply().await;
            if reply["id"] == json!(id) {
                break reply;
            }
        }
    }

    /// The next reply, to whatever command.
    pub(crate) async fn next_reply(&mut self) -> Value {
        loop {
            match self.next().await {
                Some(Incoming::Text(text)) => {
                    let frame: Value = serde_json::from_slice(&text).unwrap();
                    if frame["id"].is_u64() {
                        break frame;
                    }
                }
                Some(Incoming::Ping(_) | Incoming::Pong(_)) => {}
                other => panic!("{other:?} in the place of a reply"),
            }
        }
    }

    /// How it ends.
    pub(crate) async fn ended(&mut self) -> Ended {
        let mut closing = None;
        loop {
            match self.next().await {
                Some(Incoming::Close { code, .. }) => break Ended { closing, code },
                Some(Incoming::Text(text)) => {
                    let frame: Value = serde_json::from_slice(&text).unwrap();
                    closing = frame["closing"]["code"].as_str().map(str::to_owned).or(closing);
                }
                Some(_) => {}
                None => break Ended { closing, code: None },
            }
        }
    }

    /// Waits until the server hangs up, whatever it says before.
    pub(crate) async fn hangs_up_within(&mut self, limit: Duration) {
        let waiting = async {
            while self.stream.read_buf(&mut self.buffer).await.is_ok_and(|read| read > 0) {
                self.buffer.clear();
            }
        };
        assert!(timeout(limit, waiting).await.is_ok(), "waited {limit:?} for the end in vain");
    }

    /// The next message of the server's, of whatever kind; nothing once it hung up.
    pub(crate) async fn next(&mut self) -> Option<Incoming> {
        loop {
            if let Some(incoming) =
                self.decoder.next(&mut self.buffer).expect("the server speaks WebSocket")
            {
                return Some(incoming);
            }
            match soon("something from the server", self.stream.read_buf(&mut self.buffer)).await {
                Ok(0) | Err(_) => return None,
                Ok(_) => {}
            }
        }
    }
}

/// A frame as clients send it.
pub(crate) fn masked(opcode: Opcode, payload: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::new();
    frame::append_masked(&mut bytes, opcode, payload, [1, 2, 3, 4]);
    bytes
}
