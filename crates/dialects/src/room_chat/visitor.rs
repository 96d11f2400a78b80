//! Somebody who is in: joins rooms by name, and hears what happens there under that name.

use super::{
    clerk::{Clerk, Deed, Outcome, Task as Order, for_good},
    credentials::SURFACE,
    rooms::{Room, Rooms},
    said::{Said, Violation},
    shape,
};
use crate::{authors::Author, desk::Desk};
use bytes::Bytes;
use chinwag_chat::{Actor, walk_in_room};
use chinwag_gateway::{
    Ear, Heard, Told,
    sio::{self, Event, Parting, Socket, Task},
};
use chinwag_wire::{ConversationId, EventBody};
use parking_lot::Mutex;
use std::{
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};
use tokio::sync::{mpsc, oneshot};

/// Who wrote a message, before anything else is heard.
type Naming = Pin<Box<dyn Future<Output = Arc<Author>> + Send>>;

/// A client that is in.
pub(super) struct Visitor {
    desk: Desk,
    ear: Ear,
    rooms: Arc<Mutex<Rooms>>,
    clerk: mpsc::UnboundedSender<Order>,
    /// What the clerk found to be the end.
    ending: Arc<Mutex<Option<Parting>>>,
    /// A message that was heard, while its author is looked up.
    naming: Option<(Arc<Told>, Naming)>,
    begun: bool,
}

impl Visitor {
    /// Somebody who has joined nothing yet.
    pub(super) fn new(desk: Desk, actor: Actor, ear: Ear) -> Self {
        let (rooms, ending) = (Arc::<Mutex<Rooms>>::default(), Arc::default());
        let (clerk, orders) = mpsc::unbounded_channel();
        tokio::spawn(Clerk::new(desk.clone(), actor, ear.id(), rooms.clone()).work(orders));
        Self { desk, ear, rooms, clerk, ending, naming: None, begun: false }
    }

    /// What is to be done about something that was said; nothing where a room was not joined.
    fn deed(&self, said: Said) -> Result<Option<Deed>, Parting> {
        let joined = |room: &str| self.rooms.lock().contains_key(&walk_in_room(room));
        Ok(match said {
            Said::Join(room) => {
                let id = walk_in_room(&room);
                let is_new = join(&mut self.rooms.lock(), id, &room);
                let held = is_new.then(|| self.ear.walk_in(id));
                Some(Deed::Join { room, held })
            }
            Said::Message(room, text) => joined(&room).then_some(Deed::Speak { room, text }),
            Said::Typing(room) => joined(&room).then_some(Deed::Type { room }),
            Said::Health => {
                let words = shape::health();
                return Err(Parting { words, flush: true, ..for_good("") });
            }
        })
    }

    /// Has it done. Those of a socket that are not done yet keep it from being read on and on.
    fn order(&self, deed: Deed) -> Task {
        let (waiting, outcome) = oneshot::channel();
        let ending = self.ending.clone();
        let _ = self.clerk.send((deed, waiting));
        Box::pin(async move {
            match outcome.await {
                Ok(Outcome::Said(frames, held)) => {
                    // These frames leave before anything that was held back.
                    drop(held);
                    frames
                }
                Ok(Outcome::End(parting)) => {
                    *ending.lock() = Some(parting);
                    Bytes::new()
                }
                Err(_) => Bytes::new(),
            }
        })
    }

    /// Something happened: the name to be looked up first, where it is a message that was not told yet.
    fn happened(&mut self, told: Arc<Told>) {
        let EventBody::MessageCreated(message) = &told.event().body else { return };
        let mut rooms = self.rooms.lock();
        let Some(room) = rooms.get_mut(&message.conversation_id) else { return };
        if !room.told.note(message.seq) {
            return;
        }
        drop(rooms);
        let (desk, author) = (self.desk.clone(), message.sender_id);
        let naming = Box::pin(async move { desk.authors.of(author).await });
        self.naming = Some((told, naming));
    }

    /// The words for a message, the same for every socket that hears it.
    fn words(&self, told: &Told, author: &Author) -> Option<Bytes> {
        let EventBody::MessageCreated(message) = &told.event().body else { return None };
        let rooms = self.rooms.lock();
        let room = rooms.get(&message.conversation_id)?;
        Some(told.words(SURFACE, || shape::message(&room.name, message, &author.display_name)))
    }
}

/// Notes a room as joined; false if it was before.
fn join(rooms: &mut Rooms, id: ConversationId, name: &str) -> bool {
    let is_new = !rooms.contains_key(&id);
    rooms.entry(id).or_insert_with(|| Room::new(name.to_owned()));
    is_new
}

impl Socket for Visitor {
    fn hear(&mut self, event: Event) -> Result<(u32, Task), Parting> {
        let nothing = || -> Task { Box::pin(std::future::ready(Bytes::new())) };
        if self.ear.is_over() {
            // Why is said next.
            return Ok((0, nothing()));
        }
        let said = Said::read(&event).map_err(|Violation| for_good("violation"))?;
        Ok(match self.deed(said)? {
            Some(deed) => (1, self.order(deed)),
            None => (0, nothing()),
        })
    }

    fn poll_end(&mut self, cx: &mut Context<'_>) -> Poll<Parting> {
        self.ear.poll_end(cx)
    }

    fn poll_say(&mut self, cx: &mut Context<'_>) -> Poll<sio::Said> {
        loop {
            if let Some(parting) = self.ending.lock().take() {
                return Poll::Ready(sio::Said::End(parting));
            }
            if !self.begun {
                self.begun = true;
                self.ear.begin();
            }
            if let Some((told, naming)) = &mut self.naming {
                let author = std::task::ready!(naming.as_mut().poll(cx));
                let told = told.clone();
                self.naming = None;
                if let Some(words) = self.words(&told, &author)
                    && !self.ear.is_over()
                {
                    return Poll::Ready(sio::Said::Frames(words));
                }
            }
            match std::task::ready!(self.ear.poll_hear(cx)) {
                Heard::Event(told) => self.happened(told),
                Heard::Call(words) => return Poll::Ready(sio::Said::Frames(words)),
                Heard::End(parting) => return Poll::Ready(sio::Said::End(parting)),
            }
        }
    }

    fn beat(&mut self) -> Result<Bytes, Parting> {
        self.ear.beat();
        Ok(Bytes::new())
    }
}
