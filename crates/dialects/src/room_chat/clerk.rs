//! Does what a socket asked for, one thing after the other, and goes on when the socket is gone: what was said
//! before that counts. The last it does is to say goodbye in every room that was joined.

use super::{credentials::SURFACE, names::Names, rooms::Rooms, shape};
use crate::desk::Desk;
use bytes::Bytes;
use chinwag_chat::{Actor, walk_in_room};
use chinwag_gateway::{Held, sio::Parting};
use chinwag_wire::{Problem, websocket::close};
use parking_lot::Mutex;
use std::sync::Arc;
use tokio::sync::{mpsc, oneshot};

/// Most messages of history.
const HISTORY: u32 = 10;

/// Something to do.
pub(super) enum Deed {
    /// Welcome the socket in this room, where it is new, and tell it what was said there. Nothing it hears
    /// leaves before that.
    Join { room: String, is_new: bool, held: Held },
    /// Store a message.
    Speak { room: String, text: String },
    /// Tell the others that somebody types.
    Type { room: String },
}

/// What came of it.
pub(super) enum Outcome {
    /// Frames to say, or none; and what was held back until they are said.
    Said(Bytes, Option<Held>),
    /// The socket ends.
    End(Parting),
}

/// Something to do, and who waits for it.
pub(super) type Task = (Deed, oneshot::Sender<Outcome>);

/// Works for one socket.
pub(super) struct Clerk {
    pub(super) desk: Desk,
    pub(super) names: Arc<Names>,
    pub(super) actor: Actor,
    /// Of the socket, which hears none of its own notices.
    pub(super) ear: u64,
    pub(super) rooms: Arc<Mutex<Rooms>>,
}

impl Clerk {
    /// Works until the socket is gone.
    pub(super) async fn work(self, mut tasks: mpsc::UnboundedReceiver<Task>) {
        while let Some((deed, waiting)) = tasks.recv().await {
            // Nobody waits any more where the socket has gone meanwhile.
            let _ = waiting.send(self.outcome(deed).await);
        }
        self.say_goodbye().await;
    }

    async fn outcome(&self, deed: Deed) -> Outcome {
        if self.desk.chat.session_alive(&self.actor).await.is_err() {
            return Outcome::End(for_good("session ended"));
        }
        let done = match deed {
            Deed::Join { room, is_new, held } => self.join(&room, is_new, held).await,
            Deed::Speak { room, text } => self.speak(&room, text).await,
            Deed::Type { room } => self.type_in(&room).await,
        };
        // The client notices, and comes back.
        done.unwrap_or_else(|_| Outcome::End(Parting::silent()))
    }

    async fn join(&self, room: &str, is_new: bool, held: Held) -> Result<Outcome, Problem> {
        if is_new {
            self.tell(room, &shape::welcome(room, &self.full_name().await?));
        }
        let id = walk_in_room(room);
        let spoken = self.desk.chat.newest_spoken(&self.actor, id, HISTORY).await?;
        if let (Some(last), Some(joined)) = (spoken.last(), self.rooms.lock().get_mut(&id)) {
            joined.told.all_upto(last.message.seq);
        }
        let frames = spoken.iter().map(|one| shape::message(room, &one.message, &one.author));
        Ok(Outcome::Said(frames.collect::<Vec<_>>().concat().into(), Some(held)))
    }

    /// Everybody in the room hears of it once it is stored, this socket too.
    async fn speak(&self, room: &str, text: String) -> Result<Outcome, Problem> {
        self.desk.chat.speak(&self.actor, room, text).await?;
        Ok(Outcome::Said(Bytes::new(), None))
    }

    async fn type_in(&self, room: &str) -> Result<Outcome, Problem> {
        if !self.desk.chat.pressure().drops_signals() {
            self.tell(room, &shape::typing(room, &self.full_name().await?));
        }
        Ok(Outcome::Said(Bytes::new(), None))
    }

    async fn say_goodbye(self) {
        let rooms = std::mem::take(&mut *self.rooms.lock());
        if rooms.is_empty() {
            return;
        }
        let Ok(full_name) = self.full_name().await else { return };
        rooms.values().for_each(|room| self.tell(&room.name, &shape::bye(&room.name, &full_name)));
    }

    async fn full_name(&self) -> Result<String, Problem> {
        self.names.of(&self.actor, self.actor.account).await
    }

    /// Tells the others in a room.
    fn tell(&self, room: &str, words: &Bytes) {
        self.desk.gateway.call_out(SURFACE, walk_in_room(room), Some(self.ear), words);
    }
}

/// An end after which clients stay away.
pub(super) fn for_good(reason: &'static str) -> Parting {
    Parting { for_good: true, code: close::POLICY, reason, ..Parting::silent() }
}
