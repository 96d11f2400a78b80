//! Somebody who is in: what is said in the chats they joined reaches them, in order, as long as they are in those.

use super::{
    credentials::SURFACE,
    deliveries::Deliveries,
    documents::message,
    files::Inlined,
    said::{Wish, error, may_join, read, send, told},
};
use crate::{desk::Desk, sessions::frame, turns::Turns};
use bytes::Bytes;
use chinwag_chat::Actor;
use chinwag_gateway::{
    Ear, Heard, Told,
    sio::{Event, Parting, Said, Socket, Task},
};
use chinwag_wire::{ConversationId, EventBody, Kind, Message};
use parking_lot::Mutex;
use std::{
    collections::{HashMap, VecDeque},
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};
use tokio::sync::Semaphore;

/// The chats that were joined, and up to which message each was told.
type Joined = Arc<Mutex<HashMap<ConversationId, i64>>>;

/// A message whose file is being read.
type Writing = Pin<Box<dyn Future<Output = Bytes> + Send>>;

/// A client that is in.
pub(super) struct LiveSocket {
    desk: Desk,
    actor: Actor,
    ear: Ear,
    joined: Joined,
    /// Whose turn it is to read a file.
    reading: Arc<Semaphore>,
    words: VecDeque<Bytes>,
    /// Nothing else is told before it.
    writing: Option<(Writing, Arc<Told>)>,
    deliveries: Deliveries,
    /// One message is stored after the other.
    sent: Turns,
    begun: bool,
}

impl LiveSocket {
    /// It hears from now on, of the chats it joins.
    pub(super) fn new(desk: Desk, actor: Actor, ear: Ear, reading: Arc<Semaphore>) -> Self {
        let deliveries = Deliveries::new(&desk, &actor);
        let (joined, words) = (Joined::default(), VecDeque::new());
        let (writing, sent, begun) = (None, Turns::default(), false);
        Self { desk, actor, ear, joined, reading, words, writing, deliveries, sent, begun }
    }

    /// Whoever is in a chat has joined it before anything else is done that they ask for.
    fn join(&mut self, chat: ConversationId) -> Task {
        if matches!(self.ear.hears(chat), Some(Kind::Direct | Kind::Group)) {
            self.joined.lock().entry(chat).or_default();
            return done(Bytes::new());
        }
        let (desk, actor, joined) = (self.desk.clone(), self.actor, self.joined.clone());
        Box::pin(async move {
            let outcome = may_join(&desk, &actor, chat).await;
            if outcome.is_ok() {
                joined.lock().entry(chat).or_default();
            }
            told(outcome)
        })
    }

    fn send(&mut self, chat: ConversationId, text: String) -> Task {
        let (desk, actor) = (self.desk.clone(), self.actor);
        self.sent.then(async move { told(send(&desk, &actor, chat, text).await) })
    }

    /// Something happened.
    fn happened(&mut self, what: Arc<Told>) {
        let event = what.event();
        match (&event.body, event.conversation_id) {
            (EventBody::MessageCreated(said), Some(_)) if self.is_news(said) => {
                match said.attachments.is_empty() {
                    true => self.tell(&what, said, None),
                    false => {
                        let reading = self.reading.clone();
                        let writing = write(self.desk.clone(), self.actor, what.clone(), reading);
                        self.writing = Some((Box::pin(writing), what));
                    }
                }
            }
            (EventBody::ConversationLeft(left), _) => {
                self.joined.lock().remove(&left.conversation_id);
            }
            _ => {}
        }
    }

    /// Whether a message is in a joined chat, and was not told: it may be heard of twice.
    fn is_news(&self, said: &Message) -> bool {
        match self.joined.lock().get_mut(&said.conversation_id) {
            Some(upto) if *upto < said.seq => {
                *upto = said.seq;
                true
            }
            _ => false,
        }
    }

    /// Says a message, in the same words to everybody.
    fn tell(&mut self, what: &Told, said: &Message, written: Option<Bytes>) {
        let words = what.words(SURFACE, || written.unwrap_or_else(|| received(said, None)));
        self.words.push_back(words);
        if said.sender_id != self.actor.account {
            self.deliveries.said(said.conversation_id, said.seq);
        }
    }

    /// Goes on with a message whose file is being read. True once there is nothing to wait for.
    fn poll_writing(&mut self, cx: &mut Context<'_>) -> bool {
        let Some((writing, _)) = &mut self.writing else { return true };
        let Poll::Ready(written) = writing.as_mut().poll(cx) else { return false };
        if let Some((_, what)) = self.writing.take()
            && let EventBody::MessageCreated(said) = &what.event().body
            && self.ear.hears(said.conversation_id).is_some()
        {
            self.tell(&what, said, Some(written));
        }
        true
    }
}

/// Writes a message with its file, unless somebody has.
async fn write(desk: Desk, actor: Actor, what: Arc<Told>, reading: Arc<Semaphore>) -> Bytes {
    let _turn = reading.acquire().await.expect("never closed");
    let EventBody::MessageCreated(said) = &what.event().body else { return Bytes::new() };
    if let Some(words) = what.worded(SURFACE) {
        return words;
    }
    let files = Inlined::read(&desk, &actor, std::slice::from_ref(said), true).await;
    what.words(SURFACE, || received(said, files.of(said)))
}

fn received(said: &Message, file: Option<String>) -> Bytes {
    frame("receiveMessage", &message(said, &[], file))
}

fn done(words: Bytes) -> Task {
    Box::pin(std::future::ready(words))
}

impl Socket for LiveSocket {
    fn hear(&mut self, event: Event) -> Result<(u32, Task), Parting> {
        let task = match read(&event) {
            Err(words) => done(error(words)),
            Ok(Wish::Nothing) => done(Bytes::new()),
            Ok(Wish::Join(chat)) => self.join(chat),
            Ok(Wish::Send(chat, text)) => self.send(chat, text),
        };
        Ok((1, task))
    }

    fn poll_end(&mut self, cx: &mut Context<'_>) -> Poll<Parting> {
        self.ear.poll_end(cx)
    }

    fn poll_say(&mut self, cx: &mut Context<'_>) -> Poll<Said> {
        if !self.begun {
            self.begun = true;
            self.ear.begin();
        }
        loop {
            if !self.poll_writing(cx) {
                return Poll::Pending;
            }
            if let Some(words) = self.words.pop_front() {
                return Poll::Ready(Said::Frames(words));
            }
            match self.ear.poll_hear(cx) {
                Poll::Pending => return Poll::Pending,
                Poll::Ready(Heard::Event(what)) => self.happened(what),
                Poll::Ready(Heard::Call(words)) => return Poll::Ready(Said::Frames(words)),
                Poll::Ready(Heard::End(parting)) => return Poll::Ready(Said::End(parting)),
            }
        }
    }

    fn beat(&mut self) -> Result<Bytes, Parting> {
        self.ear.beat();
        Ok(Bytes::new())
    }
}
