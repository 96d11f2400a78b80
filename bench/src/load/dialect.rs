//! The protocols the generator speaks: our native frames, and Socket.IO 5 in Engine.IO 4 text packets as
//! we and the Node reference answer them. Frames are written and scanned without a JSON tree.

use crate::http::find;
use crate::socket::{Socket, Target, append_text};
use crate::{native, replay::reply_id};
use anyhow::{Result, bail, ensure};
use memchr::memmem::Finder;
use std::io::Write as _;
use std::net::SocketAddr;
use std::sync::LazyLock;
use std::time::{SystemTime, UNIX_EPOCH};

/// What is looked for in every message; ready to search, which takes longer than the search itself.
static CLIENT_ID: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new("\"client_id\":\""));
static CREATED: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new("\"message_created\""));

/// A protocol.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    /// `/v1/socket`.
    Native,
    /// `/v1/socket.io`: the native vocabulary over Socket.IO.
    SocketIo,
    /// The contract of `messaging-app`: sends over HTTP, hears over Socket.IO.
    MessagingApp,
    /// Socket.IO, as the Node reference speaks it.
    Node,
}

/// A message as a request that sends it over HTTP.
#[derive(Debug)]
pub struct Post {
    /// The path.
    pub path: String,
    /// The JSON body.
    pub body: String,
}

/// What a frame says, as far as counting needs it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Heard {
    /// A send or another command was answered.
    Reply {
        /// The command's id.
        id: u64,
        /// Whether it succeeded.
        ok: bool,
    },
    /// A message; the number its sender put into the client id.
    Message(u64),
    /// Engine.IO asks for a sign of life.
    Beat,
    /// Something else.
    Other,
}

/// A message to send.
#[derive(Clone, Copy, Debug)]
pub struct Message<'a> {
    /// The command's id.
    pub id: u64,
    /// Where to: a conversation, or the name of a person where people are written to.
    pub conversation: &'a str,
    /// Becomes the client id; unique for the sender in the conversation.
    pub number: u64,
    /// What it says; plain characters without quotes.
    pub body: &'a str,
}

impl Dialect {
    /// The endpoint of its socket.
    pub fn target(self, address: SocketAddr) -> Target {
        match self {
            Self::Native => native::target(address),
            Self::SocketIo => Target::new(address, "/v1/socket.io/?EIO=4&transport=websocket"),
            Self::MessagingApp | Self::Node => {
                Target::new(address, "/socket.io/?EIO=4&transport=websocket")
            }
        }
    }

    /// Connects and authenticates.
    ///
    /// # Errors
    /// When the server refuses.
    pub async fn connect(self, target: &Target, token: &str) -> Result<Socket> {
        match self {
            Self::Native => Ok(native::connect(target, token, None).await?.0),
            Self::SocketIo | Self::MessagingApp | Self::Node => {
                connect_socket_io(target, token).await
            }
        }
    }

    /// Appends a frame that sends a message.
    ///
    /// # Panics
    /// For `messaging-app`, whose sockets only hear.
    pub fn append(self, out: &mut Vec<u8>, message: Message<'_>) {
        let Message { id, conversation, number, body } = message;
        let client_id = client_id(number);
        let mut text = Vec::with_capacity(body.len() + 192);
        let written = match self {
            Self::Native => write!(
                text,
                r#"{{"id":{id},"do":"send","with":{{"conversation_id":"{conversation}","client_id":"{client_id}","content":{{"text":"{body}"}}}}}}"#
            ),
            Self::SocketIo => write!(
                text,
                r#"42{id}["send",{{"conversation_id":"{conversation}","client_id":"{client_id}","content":{{"text":"{body}"}}}}]"#
            ),
            Self::MessagingApp => unreachable!("its sockets only hear"),
            Self::Node => write!(
                text,
                r#"42{id}["send",{{"conversation":{conversation},"client_id":"{client_id}","body":"{body}"}}]"#
            ),
        };
        written.expect("memory takes it");
        append_text(out, &text);
    }

    /// The request that sends a message over HTTP.
    pub fn post(self, message: Message<'_>) -> Post {
        let Message { conversation, number, body, .. } = message;
        let client_id = client_id(number);
        match self {
            Self::Native | Self::SocketIo => Post {
                path: format!("/v1/conversations/{conversation}/messages"),
                body: format!(r#"{{"client_id":"{client_id}","content":{{"text":"{body}"}}}}"#),
            },
            Self::MessagingApp => Post {
                path: "/messages".to_owned(),
                body: format!(
                    r#"{{"receiverUsername":"{conversation}","encryptedText":"{number:012x}{}","clientMessageId":"{client_id}"}}"#,
                    &body[12..]
                ),
            },
            Self::Node => Post {
                path: format!("/conversations/{conversation}/messages"),
                body: format!(r#"{{"client_id":"{client_id}","body":"{body}"}}"#),
            },
        }
    }

    /// Waits until something comes, and tells what all of it says. Signs of life are given where they are asked for.
    ///
    /// # Errors
    /// When the connection ends.
    pub async fn listen(self, socket: &mut Socket, mut each: impl FnMut(Heard)) -> Result<()> {
        let mut beats = 0;
        let open = socket.hear(|text| match self.hear(text) {
            Heard::Beat => beats += 1,
            heard => each(heard),
        });
        ensure!(open.await?, "the server closed");
        for _ in 0..beats {
            socket.send(b"3").await?;
        }
        Ok(())
    }

    /// Understands a frame.
    pub fn hear(self, text: &[u8]) -> Heard {
        match self {
            Self::Native => hear_native(text),
            Self::MessagingApp => hear_messaging_app(text),
            Self::SocketIo | Self::Node => hear_socket_io(text),
        }
    }
}

async fn connect_socket_io(target: &Target, token: &str) -> Result<Socket> {
    let mut socket = Socket::open(target).await?;
    socket.send(format!(r#"40{{"token":"{token}"}}"#).as_bytes()).await?;
    while let Some(text) = socket.next().await? {
        match &text[..] {
            [b'4', b'0', ..] => return Ok(socket),
            [b'4', b'4', ..] => bail!("refused: {}", String::from_utf8_lossy(&text)),
            _ => {}
        }
    }
    bail!("closed instead of connected")
}

fn hear_native(text: &[u8]) -> Heard {
    if let Some(id) = reply_id(text) {
        return Heard::Reply { id, ok: find(&text[..text.len().min(40)], b",\"ok\":").is_some() };
    }
    match number(text) {
        Some(number) if CREATED.find(text).is_some() => Heard::Message(number),
        _ => Heard::Other,
    }
}

fn hear_socket_io(text: &[u8]) -> Heard {
    match text {
        b"2" => Heard::Beat,
        [b'4', b'3', rest @ ..] => {
            let id = leading(rest).unwrap_or(0);
            // Ours answers `{"ok":{…}}`, the reference `{"ok":true,…}`.
            let ok =
                [&b"[{\"ok\":{"[..], b"[{\"ok\":true"].iter().any(|ok| find(rest, ok).is_some());
            Heard::Reply { id, ok }
        }
        _ if text.starts_with(b"42[\"message\"") || text.starts_with(b"42[\"message_created\"") => {
            number(text).map_or(Heard::Other, Heard::Message)
        }
        _ => Heard::Other,
    }
}

/// The events of this contract do not have the client id: the number stands at the head of the text.
fn hear_messaging_app(text: &[u8]) -> Heard {
    if text == b"2" {
        return Heard::Beat;
    }
    const KEY: &[u8] = b"\"encryptedText\":\"";
    let new = text.starts_with(b"42[\"new_message\"").then(|| find(text, KEY)).flatten();
    let number = new.and_then(|at| hexadecimal(text.get(at + KEY.len()..at + KEY.len() + 12)?));
    number.map_or(Heard::Other, Heard::Message)
}

/// A client id as our clients make them, a UUID of version 7 (RFC 9562), with `number` where it would be random.
#[expect(
    clippy::disallowed_methods,
    reason = "the load generator is a client, with the clock of one"
)]
fn client_id(number: u64) -> String {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let (ms, random) = (since.as_millis() as u64, rand::random::<u32>());
    format!(
        "{:08x}-{:04x}-7{:03x}-8{:03x}-{number:012x}",
        ms >> 16 & 0xffff_ffff,
        ms & 0xffff,
        random & 0xfff,
        random >> 12 & 0xfff
    )
}

/// The number in a client id of [`client_id`].
fn number(text: &[u8]) -> Option<u64> {
    let id = &text[CLIENT_ID.find(text)? + CLIENT_ID.needle().len()..];
    hexadecimal(id.get(24..36)?)
}

fn hexadecimal(digits: &[u8]) -> Option<u64> {
    u64::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()
}

/// The number in front.
fn leading(text: &[u8]) -> Option<u64> {
    let end = text.iter().position(|byte| !byte.is_ascii_digit())?;
    std::str::from_utf8(&text[..end]).ok()?.parse().ok()
}

/// Waits for the reply to a command; messages in between are passed over.
///
/// # Errors
/// When it is refused or the connection ends.
pub async fn reply(socket: &mut Socket, dialect: Dialect, wanted: u64) -> Result<bytes::Bytes> {
    while let Some(text) = socket.next().await? {
        match dialect.hear(&text) {
            Heard::Reply { id, ok } if id == wanted => {
                ensure!(ok, "refused: {}", String::from_utf8_lossy(&text));
                return Ok(text);
            }
            Heard::Beat => socket.send(b"3").await?,
            _ => {}
        }
    }
    bail!("closed instead of a reply")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn native_frames_are_understood() {
        let hear = |text: &str| Dialect::Native.hear(text.as_bytes());
        assert_eq!(hear(r#"{"id":7,"ok":{"seq":1}}"#), Heard::Reply { id: 7, ok: true });
        assert_eq!(hear(r#"{"id":7,"error":{"code":"x"}}"#), Heard::Reply { id: 7, ok: false });
        let event = format!(
            r#"{{"conversation_id":"a","rev":1,"event":"message_created","data":{{"client_id":"{}"}}}}"#,
            client_id(42)
        );
        assert_eq!(hear(&event), Heard::Message(42));
        assert_eq!(hear(r#"{"heartbeat":{"heads":[]}}"#), Heard::Other);
    }

    #[test]
    fn node_packets_are_understood() {
        let hear = |text: &str| Dialect::Node.hear(text.as_bytes());
        assert_eq!(hear("2"), Heard::Beat);
        assert_eq!(hear(r#"430[{"ok":true,"seq":2}]"#), Heard::Reply { id: 0, ok: true });
        assert_eq!(hear(r#"438[{"ok":false,"error":"x"}]"#), Heard::Reply { id: 8, ok: false });
        let event = format!(r#"42["message",{{"client_id":"{}","body":""}}]"#, client_id(9));
        assert_eq!(hear(&event), Heard::Message(9));
    }

    #[test]
    fn a_message_posted_to_messaging_app_is_understood_when_it_comes() {
        let body = "x".repeat(200);
        let message = Message { id: 0, conversation: "otto", number: 300, body: &body };
        let post = Dialect::MessagingApp.post(message);
        let sent: serde_json::Value = serde_json::from_str(&post.body).expect("JSON");
        let text = sent["encryptedText"].as_str().expect("a text");
        assert_eq!((post.path.as_str(), text.len()), ("/messages", 200));
        let event = format!(r#"42["new_message",{{"id":"a","encryptedText":"{text}"}}]"#);
        let hear = |text: &str| Dialect::MessagingApp.hear(text.as_bytes());
        assert_eq!(hear(&event), Heard::Message(300));
        assert_eq!(hear(r#"42["new_message",{"encryptedText":"xxxxxxxxxxxxx"}]"#), Heard::Other);
        assert_eq!(hear("2"), Heard::Beat);
    }

    #[test]
    fn our_packets_are_understood() {
        let hear = |text: &str| Dialect::SocketIo.hear(text.as_bytes());
        assert_eq!(hear(r#"437[{"ok":{"seq":2}}]"#), Heard::Reply { id: 7, ok: true });
        assert_eq!(hear(r#"438[{"error":{"code":"x"}}]"#), Heard::Reply { id: 8, ok: false });
        let event =
            format!(r#"42["message_created",{{"data":{{"client_id":"{}"}}}}]"#, client_id(9));
        assert_eq!(hear(&event), Heard::Message(9));
    }
}
