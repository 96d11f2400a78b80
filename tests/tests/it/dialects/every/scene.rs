//! Two who know each other in every dialect: what one says, and what the other hears through each of the four that
//! are spoken over sockets.

use crate::{
    dialects::{
        crossing::{pair, person::Person},
        live_chat::window::Window,
        speaker::{Entered, Speaker},
    },
    socketio::speaker::Polled,
};
use chinwag_testkit::{TestServer, eventually, text_message, wire::ConversationId};
use reqwest::header::{COOKIE, HeaderMap};
use serde_json::{Value, json};
use std::{
    net::SocketAddr,
    sync::atomic::{AtomicUsize, Ordering::Relaxed},
    time::Duration,
};
use tokio::time::timeout;

/// Within which everybody is closed whose session ended.
const SOON: Duration = Duration::from_secs(2);
/// Where room-chat's people meet.
pub(super) const ROOM: &str = "garden";

/// A dialect that is spoken over sockets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wire {
    MessagingApp,
    RoomChat,
    LiveChat,
    Pingtalk,
}

impl Wire {
    pub(super) const ALL: [Self; 4] =
        [Self::MessagingApp, Self::RoomChat, Self::LiveChat, Self::Pingtalk];
    /// Those over Socket.IO.
    pub(super) const SESSIONS: [Self; 3] = [Self::MessagingApp, Self::RoomChat, Self::Pingtalk];

    fn name(self) -> &'static str {
        match self {
            Self::MessagingApp => "messaging-app",
            Self::RoomChat => "room-chat",
            Self::LiveChat => "live-chat",
            Self::Pingtalk => "pingtalk",
        }
    }

    /// Where its sockets are, and what stands in the address and in the head of those of this person.
    pub(super) fn address(self, of: &Person) -> (&'static str, String, String) {
        match self {
            Self::MessagingApp => ("/socket.io/", String::new(), String::new()),
            Self::RoomChat => {
                ("/socket.io/", format!("&authorization=bearer%20{}", of.room_token), String::new())
            }
            Self::LiveChat => ("/ws/chat", String::new(), String::new()),
            Self::Pingtalk => {
                ("/chat/socket.io/", String::new(), format!("token={}", of.ping.token))
            }
        }
    }

    /// What they show when they ask to enter.
    pub(super) fn auth(self, of: &Person) -> Option<Value> {
        (self == Self::MessagingApp).then(|| json!({ "token": of.app_token }))
    }

    /// The token of the session that its sockets go through.
    fn token(self, of: &Person) -> &str {
        match self {
            Self::MessagingApp => &of.app_token,
            Self::RoomChat => &of.room_token,
            Self::LiveChat => &of.pair.access,
            Self::Pingtalk => &of.ping.token,
        }
    }
}

/// How a socket ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ended {
    /// The client comes back by itself.
    Back,
    /// It stays away.
    Away,
}

/// Somebody who listens.
pub(super) enum Live {
    Page(Window),
    Session(Wire, Speaker),
}

impl Live {
    /// Somebody who came in, and has joined nothing.
    pub(super) async fn enter(wire: Wire, through: SocketAddr, of: &Person) -> Self {
        let (path, query, cookie) = wire.address(of);
        if wire == Wire::LiveChat {
            let mut window = Window::open_through(through, path).await;
            window.auth(&of.pair.access).await;
            window.hear("signed_in").await;
            return Self::Page(window);
        }
        let line = if cookie.is_empty() { cookie } else { format!("Cookie: {cookie}\r\n") };
        let mut speaker = Speaker::open_with(through, path, &query, &line).await;
        assert_eq!(speaker.enter(wire.auth(of)).await, Entered::In, "{wire:?}");
        Self::Session(wire, speaker)
    }

    pub(super) fn speaker(&mut self) -> &mut Speaker {
        match self {
            Self::Session(_, speaker) => speaker,
            Self::Page(_) => panic!("no Socket.IO"),
        }
    }

    /// The text of the next message.
    pub(super) async fn text(&mut self) -> String {
        let (message, key) = match self {
            Self::Page(window) => (window.hear("message").await, "message"),
            Self::Session(Wire::MessagingApp, speaker) => {
                (speaker.hear("new_message").await, "encryptedText")
            }
            Self::Session(Wire::Pingtalk, speaker) => {
                (speaker.hear("receiveMessage").await, "text")
            }
            Self::Session(_, speaker) => (speaker.hear(ROOM).await, "message"),
        };
        message[key].as_str().unwrap().to_owned()
    }

    /// Waits until this is heard.
    pub(super) async fn until(&mut self, text: &str) {
        while self.text().await != text {}
    }

    /// Waits until the server has read all that was said so far. False where it ended instead.
    pub(super) async fn is_read(&mut self) -> bool {
        match self {
            Self::Page(window) => window.is_read().await,
            Self::Session(_, speaker) => speaker.is_read().await,
        }
    }

    /// How it ends.
    pub(super) async fn ended(&mut self) -> Ended {
        let away = match self {
            Self::Page(window) => window.ended().await == Some(1008),
            Self::Session(_, speaker) => speaker.ended().await,
        };
        if away { Ended::Away } else { Ended::Back }
    }
}

/// The two, and where one hears the other.
pub(super) struct Scene {
    pub(super) server: TestServer,
    pub(super) lena: Person,
    pub(super) tom: Person,
    pub(super) chat: String,
    lobby: ConversationId,
    /// In the room, where one has to be to speak.
    crier: Live,
}

impl Scene {
    pub(super) async fn new(server: &TestServer) -> Self {
        let (lena, tom, chat) = pair(server).await;
        // The lobby is there once somebody has asked for it.
        assert_eq!(lena.page.get("/api/messages").await.status, 200);
        let lobby = server.http().rooms(None, None).await.unwrap().items.remove(0).id;
        lena.native.http.join(lobby).await.unwrap();
        let mut crier = Live::enter(Wire::RoomChat, server.address, &lena).await;
        join_room(crier.speaker()).await;
        Self { server: server.clone(), lena, tom, chat, lobby, crier }
    }

    /// Tom listens, where lena is heard.
    pub(super) async fn listen(&self, wire: Wire, through: SocketAddr) -> Live {
        let mut live = Live::enter(wire, through, &self.tom).await;
        match (wire, &mut live) {
            (Wire::RoomChat, Live::Session(_, speaker)) => join_room(speaker).await,
            (Wire::Pingtalk, Live::Session(_, speaker)) => {
                speaker.emit("joinChat", &[json!({ "chatId": self.chat })]).await;
                speaker.emit("joinChat", &[json!({ "chatId": "none" })]).await;
                assert_eq!(speaker.hear("error").await, "Chat not found");
            }
            _ => {}
        }
        live
    }

    /// Tom listens by polling, and has heard that he is in.
    pub(super) async fn polled(&self, wire: Wire) -> Polled {
        let (path, query, cookie) = wire.address(&self.tom);
        let headers = HeaderMap::from_iter([(COOKIE, cookie.parse().unwrap())]);
        let session = Polled::open_with(&self.server, path, &query, headers).await;
        let auth = wire.auth(&self.tom).map_or(String::new(), |auth| auth.to_string());
        session.post(&format!("40{auth}")).await;
        assert!(session.poll().await.starts_with("40{"), "{wire:?}");
        session
    }

    /// Lena says something, where it is heard through this wire.
    pub(super) async fn say(&mut self, wire: Wire, text: &str) {
        match wire {
            Wire::RoomChat => {
                let said = json!({ "roomName": ROOM, "message": text });
                self.crier.speaker().emit("message", &[said]).await;
                self.crier.until(text).await;
            }
            Wire::LiveChat => self.send(self.lobby, text).await,
            _ => self.send(self.chat.parse().unwrap(), text).await,
        }
    }

    async fn send(&self, to: ConversationId, text: &str) {
        self.lena.native.http.send(to, &text_message(None, text)).await.unwrap();
    }

    /// Ends the session that tom's sockets go through.
    pub(super) async fn sign_out(&self, wire: Wire) {
        self.server.http().with_token(wire.token(&self.tom)).sign_out().await.unwrap();
    }

    /// How many listen through this wire.
    pub(super) async fn listeners(&self, wire: Wire) -> usize {
        let label = format!("\"{}\"", wire.name());
        self.server.metric("chinwag_connections", &label).await as usize
    }

    /// Waits until no more listen, which is to be soon.
    pub(super) async fn soon_only(&self, wire: Wire, listeners: usize) {
        let waiting =
            eventually("they are closed", async || self.listeners(wire).await == listeners);
        // A page is listened for until it has been said goodbye to, which may take as long again.
        let limit = if wire == Wire::LiveChat { SOON * 2 } else { SOON };
        timeout(limit, waiting).await.unwrap_or_else(|_| panic!("{wire:?} is not closed"));
    }
}

/// Is in the room, and has heard so.
async fn join_room(speaker: &mut Speaker) {
    speaker.emit("join_room", &[json!({ "name": ROOM, "userId": "x" })]).await;
    static WORDS: AtomicUsize = AtomicUsize::new(0);
    let word = format!("word {}", WORDS.fetch_add(1, Relaxed));
    speaker.emit("message", &[json!({ "roomName": ROOM, "message": word })]).await;
    while speaker.hear(ROOM).await["message"] != json!(word) {}
}
