//! Somebody who is in: what happens becomes the events of this dialect, in order; what was said and arrived is
//! noted, so that it is not said again at the next connection.

use super::{
    hear,
    live::{Advance, Chats},
    shape,
    status::at,
};
use crate::{desk::Desk, pages::forwards, sessions::frame};
use bytes::Bytes;
use chinwag_chat::{Actor, Pair, Viewer};
use chinwag_gateway::{
    Ear, Heard, Told,
    sio::{Event, Parting, Said, Socket, Task},
};
use chinwag_wire::{ConversationId, EventBody, Kind, Message, MessageId, Problem, Time};
use serde_json::json;
use std::{
    collections::{HashMap, VecDeque},
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};

/// How far the messages of each chat were said.
type Upto = HashMap<ConversationId, i64>;

/// One's own messages that came further, each with its status.
type Changed = Vec<(MessageId, &'static str)>;

/// Something is looked up before anything else is heard.
enum Looking {
    /// Who the two of a chat are, of which this was heard.
    Pair(Pin<Box<dyn Future<Output = Result<Pair, Problem>> + Send>>, Arc<Told>),
    /// Which messages came further.
    Changed(Pin<Box<dyn Future<Output = Result<Changed, Problem>> + Send>>),
}

/// What was found.
enum Found {
    Pair(Pair, Arc<Told>),
    Changed(Changed),
}

/// A client that is in.
pub(super) struct LiveSocket {
    desk: Desk,
    actor: Actor,
    ear: Ear,
    chats: Chats,
    words: VecDeque<Bytes>,
    looking: Option<Looking>,
    /// Something could not be looked up: the client comes back, and catches up.
    failed: bool,
    begun: bool,
    /// Said since the last heartbeat.
    said: Upto,
    /// Said before it.
    said_before: Upto,
}

impl LiveSocket {
    /// Nothing leaves before what was missed.
    pub(super) fn new(desk: Desk, actor: Actor, ear: Ear, chats: Chats) -> Self {
        let (said, said_before) = (Upto::new(), Upto::new());
        let (words, looking) = (VecDeque::new(), None);
        let (failed, begun) = (false, false);
        Self { desk, actor, ear, chats, words, looking, failed, begun, said, said_before }
    }

    /// A message that no socket of the account has received yet.
    pub(super) fn catch_up(&mut self, message: &Message) {
        let Some(pair) = self.chats.pair(message.conversation_id) else { return };
        self.words.push_back(frame("new_message", &shape::new_message(message, pair)));
        self.chats.catch_up(message);
        self.note(message);
    }

    fn note(&mut self, message: &Message) {
        let upto = self.said.entry(message.conversation_id).or_default();
        *upto = message.seq.max(*upto);
    }

    /// Something happened.
    fn happened(&mut self, told: Arc<Told>) {
        let event = told.event();
        let Some(conversation) = event.conversation_id else { return };
        if self.chats.pair(conversation).is_none() {
            let concerns = matches!(event.body, EventBody::MessageCreated(_));
            if concerns && self.ear.hears(conversation) == Some(Kind::Direct) {
                let (desk, actor) = (self.desk.clone(), self.actor);
                let pair = async move { desk.chat.pair(&actor, conversation).await };
                self.looking = Some(Looking::Pair(Box::pin(pair), told));
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
                self.words.push_back(frame("user_typing", &shape));
            }
            _ => {}
        }
    }

    fn stored(&mut self, message: &Message, told: &Told) {
        if message.sender_id == self.actor.account {
            return;
        }
        if self.chats.is_news(message)
            && let Some(pair) = self.chats.pair(message.conversation_id)
        {
            // Whoever hears it as news is the same account: the same words for all its sockets.
            let words = told.words("messaging-app", || {
                frame("new_message", &shape::new_message(message, pair))
            });
            self.words.push_back(words);
            self.note(message);
        }
        let advance = self.chats.wrote(message);
        self.came_further(advance);
    }

    fn came_further(&mut self, advance: Option<Advance>) {
        if let Some(advance) = advance {
            let changed = changed(self.desk.clone(), self.actor, advance);
            self.looking = Some(Looking::Changed(Box::pin(changed)));
        }
    }

    /// Goes on looking something up. True once there is nothing to wait for.
    fn poll_looking(&mut self, cx: &mut Context<'_>) -> bool {
        let found = match &mut self.looking {
            None => return true,
            Some(Looking::Pair(pair, told)) => {
                let Poll::Ready(pair) = pair.as_mut().poll(cx) else { return false };
                pair.map(|pair| Found::Pair(pair, told.clone()))
            }
            Some(Looking::Changed(changed)) => {
                let Poll::Ready(changed) = changed.as_mut().poll(cx) else { return false };
                changed.map(Found::Changed)
            }
        };
        self.looking = None;
        match found {
            Ok(Found::Pair(pair, told)) => {
                self.chats.learn(pair);
                self.happened(told);
            }
            Ok(Found::Changed(changed)) => {
                let now = self.desk.chat.clock().now();
                self.words.extend(changed.into_iter().map(|one| message_status(one, now)));
            }
            Err(_) => self.failed = true,
        }
        self.looking.is_none()
    }

    /// These have arrived.
    fn received(&self, upto: &Upto) {
        if upto.is_empty() {
            return;
        }
        let (desk, actor) = (self.desk.clone(), self.actor);
        let upto: Vec<_> = upto.iter().map(|(conversation, seq)| (*conversation, *seq)).collect();
        tokio::spawn(async move {
            // What cannot be noted is said once more at the next connection.
            let _ = desk.chat.mark_received(&actor, &upto).await;
        });
    }
}

impl Socket for LiveSocket {
    fn hear(&mut self, event: Event) -> Result<(u32, Task), Parting> {
        let arrived = std::mem::take(&mut self.said);
        self.received(&arrived);
        let (desk, actor) = (self.desk.clone(), self.actor);
        Ok((1, Box::pin(async move { hear::answer(&desk, &actor, event).await })))
    }

    fn poll_say(&mut self, cx: &mut Context<'_>) -> Poll<Said> {
        loop {
            if let Some(words) = self.words.pop_front() {
                return Poll::Ready(Said::Frames(words));
            }
            if !self.begun {
                self.begun = true;
                self.ear.begin();
            }
            if !self.poll_looking(cx) {
                return Poll::Pending;
            }
            if self.failed {
                return Poll::Ready(Said::End(Parting::silent()));
            }
            if !self.words.is_empty() {
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
        self.said_before.extend(std::mem::take(&mut self.said));
        Ok(Bytes::new())
    }

    fn answered(&mut self) {
        let arrived = std::mem::take(&mut self.said_before);
        self.received(&arrived);
    }
}

/// One's own messages in a chat that came further as the other did.
async fn changed(desk: Desk, actor: Actor, advance: Advance) -> Result<Changed, Problem> {
    let mut changed = Vec::new();
    let mut after = advance.after();
    loop {
        let query = forwards(advance.conversation, after, 200);
        let page = desk.chat.history(&Viewer::Account(actor), query).await?;
        for message in &page.messages {
            let (before, now) = (at(message.seq, &advance.before), at(message.seq, &advance.now));
            if message.sender_id == actor.account && before != now {
                changed.push((message.id(), now));
            }
            after = after.max(message.seq);
        }
        if !page.more_after || after >= advance.now.delivered.max(advance.now.read) {
            return Ok(changed);
        }
    }
}

fn message_status((id, status): (MessageId, &'static str), now: Time) -> Bytes {
    let shape = json!({ "messageId": id, "messageIds": [id], "status": status, "timestamp": now });
    frame("message_status", &shape)
}
