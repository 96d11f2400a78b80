//! Somebody who is in: what happens becomes the events of this dialect, in order; what was said and arrived is
//! noted, so that it is not said again at the next connection.

use super::{
    arrivals::Arrivals,
    hear,
    live::{Advance, Chats},
    shape,
    tidings::Tidings,
};
use crate::{desk::Desk, sessions::frame, turns::Turns};
use bytes::Bytes;
use chinwag_chat::{Actor, MessagePlace, Missed, Pair};
use chinwag_gateway::{
    Ear, Heard, Told,
    sio::{Event, Parting, Said, Socket, Task, ping},
};
use chinwag_wire::{EventBody, Kind, Message, MessageId, Problem, Time};
use serde_json::json;
use std::{
    collections::VecDeque,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};

/// Messages that were missed and are read at once: few, because each may be large and the line takes its time.
const PAGE: usize = 16;

type Looking<T> = Pin<Box<dyn Future<Output = Result<T, Problem>> + Send>>;

/// Something is looked up before anything else is heard.
enum Sought {
    /// Who the two of a chat are, of which this was heard.
    Pair(Looking<Pair>, Arc<Told>),
    /// What was missed.
    Missed(Looking<Vec<Message>>),
}

/// What was found.
enum Found {
    Pair(Pair, Arc<Told>),
    Missed(Vec<Message>),
    Nothing,
}

/// Something to say.
struct Words {
    /// Nothing, where only the place is to be noted.
    frames: Bytes,
    /// Where the message stands that they tell.
    place: Option<MessagePlace>,
}

/// A client that is in.
pub(super) struct LiveSocket {
    desk: Desk,
    actor: Actor,
    ear: Ear,
    chats: Chats,
    words: VecDeque<Words>,
    /// What was missed and is not read yet, the oldest first.
    missed: VecDeque<MessagePlace>,
    sought: Option<Sought>,
    tidings: Tidings,
    arrivals: Arrivals,
    turns: Turns,
    /// Something could not be looked up: the client comes back, and catches up.
    failed: bool,
    begun: bool,
}

impl LiveSocket {
    /// Nothing leaves before what was missed.
    pub(super) fn new(desk: &Desk, actor: Actor, ear: Ear, chats: Chats, missed: Missed) -> Self {
        let mut arrivals = Arrivals::default();
        missed.settled.into_iter().for_each(|place| arrivals.hand_over(place));
        Self {
            desk: desk.clone(),
            actor,
            ear,
            chats,
            words: VecDeque::new(),
            missed: missed.places.into(),
            sought: None,
            tidings: Tidings::new(desk, &actor),
            arrivals,
            turns: Turns::default(),
            failed: false,
            begun: false,
        }
    }

    /// Reads the first of what was missed, which leaves as soon as the client is in.
    ///
    /// # Errors
    /// Those of storage.
    pub(super) async fn read_first(&mut self) -> Result<(), Problem> {
        let (desk, actor, places) = (self.desk.clone(), self.actor, self.next_missed());
        let messages = desk.chat.messages_in(&actor, places).await?;
        messages.iter().for_each(|message| self.catch_up(message));
        Ok(())
    }

    fn say(&mut self, frames: Bytes) {
        self.words.push_back(Words { frames, place: None });
    }

    /// Says a message, or where it is one's own, only notes that all before it was said.
    fn tell(&mut self, message: &Message, frames: Bytes) {
        let place = Some((message.conversation_id, message.seq));
        self.words.push_back(Words { frames, place });
    }

    /// Something happened.
    fn happened(&mut self, told: Arc<Told>) {
        let event = told.event();
        let Some(conversation) = event.conversation_id else { return };
        if self.chats.pair(conversation).is_none() {
            let concerns =
                matches!(event.body, EventBody::MessageCreated(_) | EventBody::Typing(_));
            if concerns && self.ear.hears(conversation) == Some(Kind::Direct) {
                let (desk, actor) = (self.desk.clone(), self.actor);
                let pair = async move { desk.chat.pair(&actor, conversation).await };
                self.sought = Some(Sought::Pair(Box::pin(pair), told));
            }
            return;
        }
        match &event.body {
            EventBody::MessageCreated(message) => self.stored(message, &told),
            EventBody::ReceiptMoved(receipt) => {
                let advance = self.chats.moved(conversation, *receipt);
                self.came_further(advance);
            }
            EventBody::Typing(typing) if typing.account_id != self.actor.account => {
                let shape = json!({ "userId": typing.account_id, "typing": typing.typing });
                self.say(frame("user_typing", &shape));
            }
            _ => {}
        }
    }

    fn stored(&mut self, message: &Message, told: &Told) {
        if message.sender_id == self.actor.account {
            return self.tell(message, Bytes::new());
        }
        if self.chats.is_news(message)
            && let Some(pair) = self.chats.pair(message.conversation_id)
        {
            // Whoever hears it as news is the same account: the same words for all its sockets.
            let words = told.words("messaging-app", || {
                frame("new_message", &shape::new_message(message, pair))
            });
            self.tell(message, words);
        }
        let advance = self.chats.wrote(message);
        self.came_further(advance);
    }

    fn came_further(&mut self, advance: Option<Advance>) {
        advance.into_iter().for_each(|advance| self.tidings.advance(advance));
    }

    fn next_missed(&mut self) -> Vec<MessagePlace> {
        let most = self.missed.len().min(PAGE);
        self.missed.drain(..most).collect()
    }

    /// Begins to read the next of what was missed. False once there is nothing more.
    fn read_missed(&mut self) -> bool {
        let places = self.next_missed();
        let any = !places.is_empty();
        if any {
            let (desk, actor) = (self.desk.clone(), self.actor);
            let messages = async move { desk.chat.messages_in(&actor, places).await };
            self.sought = Some(Sought::Missed(Box::pin(messages)));
        } else {
            self.missed = VecDeque::new();
        }
        any
    }

    /// Goes on looking something up. True once there is nothing to wait for.
    fn poll_sought(&mut self, cx: &mut Context<'_>) -> bool {
        let found = match &mut self.sought {
            None => return true,
            Some(Sought::Pair(pair, told)) => {
                let Poll::Ready(pair) = pair.as_mut().poll(cx) else { return false };
                match (pair, &told.event().body) {
                    (Ok(pair), _) => Ok(Found::Pair(pair, told.clone())),
                    // A signal may be lost.
                    (Err(_), EventBody::Typing(_)) => Ok(Found::Nothing),
                    (Err(problem), _) => Err(problem),
                }
            }
            Some(Sought::Missed(messages)) => {
                let Poll::Ready(messages) = messages.as_mut().poll(cx) else { return false };
                messages.map(Found::Missed)
            }
        };
        self.sought = None;
        match found {
            Ok(Found::Pair(pair, told)) => {
                self.chats.learn(pair);
                self.happened(told);
            }
            Ok(Found::Missed(messages)) => {
                messages.iter().for_each(|message| self.catch_up(message));
            }
            Ok(Found::Nothing) => {}
            Err(_) => self.failed = true,
        }
        true
    }

    fn catch_up(&mut self, message: &Message) {
        let Some(pair) = self.chats.pair(message.conversation_id) else { return };
        let words = frame("new_message", &shape::new_message(message, pair));
        self.tell(message, words);
    }

    /// These have arrived.
    fn received(&self, places: Vec<MessagePlace>) {
        if places.is_empty() {
            return;
        }
        let (desk, actor) = (self.desk.clone(), self.actor);
        tokio::spawn(async move {
            // What cannot be noted is said once more at the next connection.
            let _ = desk.chat.mark_received(&actor, &places).await;
        });
    }

    /// The next that is to be said, of what waits.
    fn next_words(&mut self) -> Option<Bytes> {
        if self.arrivals.asks() {
            return Some(ping());
        }
        while let Some(Words { frames, place }) = self.words.pop_front() {
            place.into_iter().for_each(|place| self.arrivals.hand_over(place));
            if !frames.is_empty() {
                return Some(frames);
            }
        }
        None
    }
}

impl Socket for LiveSocket {
    fn hear(&mut self, event: Event) -> Result<(u32, Task), Parting> {
        self.arrivals.heard();
        let (desk, actor) = (self.desk.clone(), self.actor);
        // Whoever stops typing does not start after that.
        Ok((1, self.turns.then(async move { hear::answer(&desk, &actor, event).await })))
    }

    fn poll_end(&mut self, cx: &mut Context<'_>) -> Poll<Parting> {
        self.ear.poll_end(cx)
    }

    fn poll_say(&mut self, cx: &mut Context<'_>) -> Poll<Said> {
        loop {
            if let Some(frames) = self.next_words() {
                return Poll::Ready(Said::Frames(frames));
            }
            if !self.poll_sought(cx) {
                return Poll::Pending;
            }
            if self.failed {
                return Poll::Ready(Said::End(Parting::silent()));
            }
            if !self.words.is_empty() || self.sought.is_some() || self.read_missed() {
                continue;
            }
            if !self.begun {
                self.begun = true;
                self.ear.begin();
            }
            if let Poll::Ready(changed) = self.tidings.poll_next(cx) {
                let now = self.desk.chat.clock().now();
                changed.into_iter().for_each(|one| self.say(message_status(one, now)));
                continue;
            }
            match self.ear.poll_hear(cx) {
                Poll::Pending => return Poll::Pending,
                Poll::Ready(Heard::Event(told)) => self.happened(told),
                Poll::Ready(Heard::Call(words)) => return Poll::Ready(Said::Frames(words)),
                Poll::Ready(Heard::End(parting)) => return Poll::Ready(Said::End(parting)),
            }
        }
    }

    fn beat(&mut self) -> Result<Bytes, Parting> {
        self.ear.beat();
        self.arrivals.pinged();
        Ok(Bytes::new())
    }

    fn answered(&mut self) {
        let arrived = self.arrivals.answered();
        self.received(arrived);
    }
}

fn message_status((id, status): (MessageId, &'static str), now: Time) -> Bytes {
    let shape = json!({ "messageId": id, "messageIds": [id], "status": status, "timestamp": now });
    frame("message_status", &shape)
}
