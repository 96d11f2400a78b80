//! Everything that somebody has open at once.

use super::person::Person;
use crate::{
    dialects::{
        live_chat::window::Window,
        speaker::{Entered, Speaker},
    },
    listening::hear,
};
use chinwag_testkit::{
    TestServer,
    client::{Frame, Socket},
    wire::*,
};
use serde_json::json;
use std::time::Duration;
use tokio::time::timeout;

/// Within which a session that ended closes its sockets.
const SOON: Duration = Duration::from_secs(2);

/// A socket of every surface that has some.
pub(super) struct Open {
    pub(super) native: Socket,
    pub(super) app: Speaker,
    pub(super) room: Speaker,
    pub(super) page: Window,
    pub(super) ping: Speaker,
}

impl Person {
    /// Opens everything, and joins this chat where one has to.
    pub(super) async fn open(&self, server: &TestServer, chat: Option<&str>) -> Open {
        let (native, _) = self.native.socket().await;
        let mut app = Speaker::open(server.address, "/socket.io/", "").await;
        assert_eq!(app.enter(Some(json!({ "token": self.app_token }))).await, Entered::In);
        let page = Window::signed_in(server, &self.pair).await;
        let (room, ping) = (self.speak_room(server).await, self.speak_ping(server, chat).await);
        Open { native, app, room, page, ping }
    }

    /// A socket of room-chat that has joined nothing.
    pub(super) async fn speak_room(&self, server: &TestServer) -> Speaker {
        let query = format!("&authorization=bearer%20{}", self.room_token);
        let mut room = Speaker::open(server.address, "/socket.io/", &query).await;
        assert_eq!(room.enter(None).await, Entered::In);
        room
    }

    /// A socket of pingtalk that has joined this chat.
    pub(super) async fn speak_ping(&self, server: &TestServer, chat: Option<&str>) -> Speaker {
        let cookie = format!("Cookie: token={}\r\n", self.ping.token);
        let mut ping = Speaker::open_with(server.address, "/chat/socket.io/", "", &cookie).await;
        assert_eq!(ping.enter(None).await, Entered::In);
        if let Some(chat) = chat {
            ping.emit("joinChat", &[json!({ "chatId": chat })]).await;
            after_all(&mut ping).await;
        }
        ping
    }
}

/// Waits until all that was said over a socket of pingtalk was heeded.
pub(super) async fn after_all(ping: &mut Speaker) {
    ping.emit("joinChat", &[json!({ "chatId": "none" })]).await;
    assert_eq!(ping.hear("error").await, "Chat not found");
}

/// The next message that a native socket hears.
pub(super) async fn next_message(socket: &mut Socket) -> Message {
    hear(socket, "a message", |event| match &event.body {
        EventBody::MessageCreated(message) => Some(message.clone()),
        _ => None,
    })
    .await
}

/// Ends soon, and clients are told to stay away.
pub(super) async fn ends(speaker: &mut Speaker) {
    assert!(timeout(SOON, speaker.ended()).await.expect("it ends soon"), "told to stay away");
}

/// Ends soon, by the code for it.
pub(super) async fn page_ends(page: &mut Window) {
    assert_eq!(timeout(SOON, page.ended()).await.expect("it ends soon"), Some(1008));
}

/// Ends soon, by the code for it.
pub(super) async fn native_ends(native: &mut Socket) {
    let code = async {
        loop {
            if let Some(Frame::Closed { code, .. }) = native.next().await {
                break code;
            }
        }
    };
    let code = timeout(SOON, code).await.expect("it ends soon");
    assert_eq!(code, Some(Code::SessionEnded.close()));
}

impl Open {
    /// All end soon.
    pub(super) async fn all_end(&mut self) {
        native_ends(&mut self.native).await;
        ends(&mut self.app).await;
        ends(&mut self.room).await;
        page_ends(&mut self.page).await;
        ends(&mut self.ping).await;
    }
}
