//! Does what a socket asked for, one thing after the other, and goes on when the socket is gone: what was said
//! before that counts. The last it does is to say goodbye in every room that was joined.

use super::{credentials::SURFACE, rooms::Rooms, shape};
use crate::desk::Desk;
use bytes::Bytes;
use chinwag_chat::{Actor, walk_in_room};
use chinwag_gateway::{Held, sio::Parting};
use chinwag_wire::{Code, Problem, websocket::close};
use parking_lot::Mutex;
use std::sync::Arc;
use tokio::sync::{mpsc, oneshot};

/// Most messages of history.
const HISTORY: u32 = 10;

/// Something to do.
pub(super) enum Deed {
    /// Tell the socket what was said in this room. Where it is new there, the others welcome it, and nothing that
    /// it hears leaves before that.
    Join { room: String, held: Option<Held> },
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
    desk: Desk,
    actor: Actor,
    /// Of the socket, which hears none of its own notices.
    ear: u64,
    rooms: Arc<Mutex<Rooms>>,
    /// What it was welcomed as last: who says goodbye may have deleted their account.
    full_name: String,
}

impl Clerk {
    /// One for this socket.
    pub(super) fn new(desk: Desk, actor: Actor, ear: u64, rooms: Arc<Mutex<Rooms>>) -> Self {
        Self { desk, actor, ear, rooms, full_name: String::new() }
    }

    /// Works until the socket is gone.
    pub(super) async fn work(mut self, mut tasks: mpsc::UnboundedReceiver<Task>) {
        while let Some((deed, waiting)) = tasks.recv().await {
            // Nobody waits any more where the socket has gone meanwhile.
            let _ = waiting.send(self.outcome(deed).await);
        }
        self.say_goodbye();
    }

    async fn outcome(&mut self, deed: Deed) -> Outcome {
        self.done(deed).await.unwrap_or_else(|problem| match problem.code {
            Code::SessionEnded => Outcome::End(for_good("session ended")),
            // The client notices, and comes back.
            _ => Outcome::End(Parting::silent()),
        })
    }

    async fn done(&mut self, deed: Deed) -> Result<Outcome, Problem> {
        self.desk.chat.session_alive(&self.actor).await?;
        match deed {
            Deed::Join { room, held } => self.join(&room, held).await,
            Deed::Speak { room, text } => self.speak(&room, text).await,
            Deed::Type { room } => Ok(self.type_in(&room)),
        }
    }

    /// Who joins again is told what was said once more, and that changes nothing in what it hears.
    async fn join(&mut self, room: &str, held: Option<Held>) -> Result<Outcome, Problem> {
        if held.is_some() {
            let author = self.desk.authors.of(self.actor.account).await;
            self.full_name.clone_from(&author.display_name);
            self.tell(room, &shape::welcome(room, &self.full_name));
        }
        let id = walk_in_room(room);
        let spoken = self.desk.chat.newest_spoken(&self.actor, id, HISTORY).await?;
        if let (Some(_), Some(last), Some(joined)) =
            (&held, spoken.last(), self.rooms.lock().get_mut(&id))
        {
            joined.told.all_upto(last.message.seq);
        }
        let frames = spoken.iter().map(|one| shape::message(room, &one.message, &one.author));
        Ok(Outcome::Said(frames.collect::<Vec<_>>().concat().into(), held))
    }

    /// Everybody in the room hears of it once it is stored, this socket too.
    async fn speak(&self, room: &str, text: String) -> Result<Outcome, Problem> {
        self.desk.chat.speak(&self.actor, room, text).await?;
        Ok(Outcome::Said(Bytes::new(), None))
    }

    fn type_in(&self, room: &str) -> Outcome {
        if !self.desk.chat.pressure().drops_signals() {
            self.tell(room, &shape::typing(room, &self.full_name));
        }
        Outcome::Said(Bytes::new(), None)
    }

    fn say_goodbye(self) {
        let rooms = std::mem::take(&mut *self.rooms.lock());
        // Who has no name was welcomed nowhere.
        let welcomed = rooms.values().filter(|_| !self.full_name.is_empty());
        let bye = |room: &str| shape::bye(room, &self.full_name);
        welcomed.for_each(|room| self.tell(&room.name, &bye(&room.name)));
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
