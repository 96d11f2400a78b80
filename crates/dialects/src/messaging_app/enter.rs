//! Who may enter over Socket.IO, and what they find: first what they have not received, then what happens.

use super::{credentials::SURFACE, live::Chats, socket::LiveSocket};
use crate::{asked::bare, desk::Desk};
use bytes::Bytes;
use chinwag_chat::{Actor, Unproven, Viewer};
use chinwag_gateway::{
    Scope,
    sio::{Adapter, Entering, Entry, Socket},
};
use chinwag_wire::{Code, Problem};
use serde_json::{Value, json};

/// Lets people of this dialect in.
pub(crate) struct Door {
    desk: Desk,
}

impl Door {
    pub(crate) fn new(desk: &Desk) -> Self {
        Self { desk: desk.clone() }
    }
}

impl Adapter for Door {
    fn enter(&self, entry: Entry) -> Entering {
        let desk = self.desk.clone();
        Box::pin(async move {
            let entered = let_in(&desk, &entry).await;
            entered.map(|socket| Box::new(socket) as Box<dyn Socket>).map_err(refusal)
        })
    }
}

/// Deployed clients stop for good where they read of credentials: only those are spoken of who are wrong.
async fn let_in(desk: &Desk, entry: &Entry) -> Result<LiveSocket, &'static str> {
    if !entry.namespace.is_main() {
        return Err("Invalid namespace");
    }
    let token = token(&entry.auth).ok_or("Authentication required")?;
    let actor = match desk.chat.prove(bare(&token)).await {
        Ok(proven) => proven.actor,
        Err(Unproven::Failed(_)) => return Err("Service unavailable"),
        Err(_) => return Err("Invalid token"),
    };
    arrive(desk, actor).await.map_err(|problem| match problem.code {
        Code::SessionEnded | Code::Unauthenticated => "Invalid token",
        Code::TooManyConnections => "Too many connections",
        _ => "Service unavailable",
    })
}

/// Listens first and reads then, so that nothing falls between. What was there before is no news.
async fn arrive(desk: &Desk, actor: Actor) -> Result<LiveSocket, Problem> {
    let before = desk.chat.pairs(&actor).await?;
    let ear = desk.gateway.listen(SURFACE, &Viewer::Account(actor), Scope::Everything).await?;
    let mut chats = Chats::new(actor.account, before);
    let missed = desk.chat.not_received(&actor).await?;
    for conversation in chats.unknown(&missed.places) {
        chats.learn(desk.chat.pair(&actor, conversation).await?);
    }
    missed.places.iter().for_each(|place| chats.catch_up(*place));
    let mut socket = LiveSocket::new(desk, actor, ear, chats, missed);
    socket.read_first().await?;
    Ok(socket)
}

/// The token of a CONNECT, where it has one.
pub(super) fn token(auth: &Bytes) -> Option<String> {
    let auth: Value = serde_json::from_slice(auth).ok()?;
    auth.get("token")?.as_str().filter(|token| !token.is_empty()).map(str::to_owned)
}

fn refusal(message: &'static str) -> Bytes {
    json!({ "message": message }).to_string().into()
}
