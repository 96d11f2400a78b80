//! Sends a message: the hot path. Exactly once for ever, by a unique key beside the message, in the
//! same transaction.

use super::{
    client_id, copies,
    logs::{Head, Logs},
    post::Posting,
    row::{self, parts},
};
use crate::{
    Actor, Chat, Notice,
    conversations::Place,
    error::{Failure, Result},
    files,
    limits::{Bucket, LimitKey},
    operation::Outcome,
    pressure::Class,
    text,
};
use chinwag_sql::{Operation, Row, Tx, Value};
use chinwag_wire::{
    Code, ConversationId, Event, EventBody, FileId, Message, Problem, SendMessage, Sent, Time,
};
use futures_util::TryFutureExt as _;
use sha2::{Digest, Sha256};

chinwag_sql::statements! {
    /// The message, unless its sender sent it before.
    APPEND = "INSERT INTO messages (conversation_id, seq, rev, sender_id, client_id, sent_at, encrypted, content, subject, reply_to, attachments) \
              VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11) ON CONFLICT (conversation_id, sender_id, client_id) DO NOTHING";
    /// What was sent before under a client id.
    FIND_SENT = concat!("SELECT ", row::columns!(), ", x.original FROM messages x WHERE x.conversation_id = ?1 AND x.sender_id = ?2 AND x.client_id = ?3");
}

/// A message on its way into the log.
pub(crate) struct Sending {
    pub(super) actor: Actor,
    pub(super) id: ConversationId,
    pub(super) client_id: String,
    pub(super) body: SendMessage,
    /// Its instant, unless the conversation is ahead of our clock.
    pub(super) at: Time,
    /// How its surface sends.
    pub(super) how: Posting,
}

/// What a send is answered with, and whether it is new.
pub(crate) type Answer = (Sent, bool);

impl Operation for Sending {
    type Out = Outcome<Answer>;
    type Error = Failure;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Outcome<Answer>> {
        let mut logs = Logs::default();
        let out = self.append_to(&mut logs, tx).await?;
        logs.store(tx).await?;
        Ok(out)
    }
}

impl Sending {
    /// Puts the message at the end of its log, or finds what was sent before under its client id.
    pub(super) async fn append_to(
        &self,
        logs: &mut Logs,
        tx: &mut Tx<'_>,
    ) -> Result<Outcome<Answer>> {
        let place = logs.place(self.id, self.actor, tx).await?;
        let mut message = self.message(place)?;
        if !self.body.attachments.is_empty() {
            // A repetition's files are attached already: it is known before they are.
            if let Some(row) = tx.maybe(&FIND_SENT, &self.key()).await? {
                return self.sent_before(row, place);
            }
            let (by, ids) = (self.actor.account, &self.body.attachments);
            message.attachments = files::attach(tx, by, ids, self.id, message.seq).await?;
        }
        if !self.append(tx, &message).await? {
            return self.sent_before(tx.row(&FIND_SENT, &self.key()).await?, place);
        }
        if let Some(copy) = &self.how.sender_copy {
            copies::keep(tx, self.actor.account, (self.id, message.seq), copy).await?;
        }
        let head = Head::at(&message);
        let outcome = created(place, message);
        logs.grow(self.id, self.actor.account, head);
        Ok(outcome)
    }

    /// The message that comes next in this place.
    pub(super) fn message(&self, place: &Place) -> Result<Message, Code> {
        let seq = place.last_seq + 1;
        if self.body.reply_to.is_some_and(|target| target < place.visible_from || target >= seq) {
            return Err(Code::MessageNotFound);
        }
        Ok(Message {
            conversation_id: self.id,
            seq,
            rev: place.last_rev + 1,
            sender_id: self.actor.account,
            client_id: self.client_id.clone(),
            // The next instant after the newest, where the clock is behind it: a multiple of 256 too.
            sent_at: Time(self.at.0.max((place.last_at | 0xff) + 1)),
            content: Some(self.body.content.clone()),
            subject: self.body.subject.clone(),
            reply_to: self.body.reply_to,
            attachments: Vec::new(),
            edited_at: None,
            deleted_at: None,
        })
    }

    async fn append(&self, tx: &mut Tx<'_>, message: &Message) -> Result<bool> {
        let (content, encrypted) = parts(&self.body.content);
        let values = [
            self.id.0.into(),
            message.seq.into(),
            message.rev.into(),
            self.actor.account.0.into(),
            client_id::stored(&self.client_id).into(),
            message.sent_at.0.into(),
            encrypted.into(),
            content.into(),
            self.body.subject.as_deref().into(),
            self.body.reply_to.into(),
            files::attachments_text(&message.attachments).into(),
        ];
        Ok(tx.exec(&APPEND, &values).await? == 1)
    }

    fn key(&self) -> [Value<'_>; 3] {
        [self.id.0.into(), self.actor.account.0.into(), client_id::stored(&self.client_id).into()]
    }

    fn sent_before(&self, row: Row, place: &Place) -> Result<Outcome<Answer>> {
        let original = row.get(row::COLUMNS)?;
        self.repeats(place, row::message(&row)?, original)
    }

    /// The outcome of a repetition: the first one's answer, if it said the same. Everybody hears of it again:
    /// where the connection to PostgreSQL broke, the first commit may have succeeded without anybody hearing
    /// of it. Who has heard drops it by its `rev`.
    pub(super) fn repeats(
        &self,
        place: &Place,
        first: Message,
        original: Option<Vec<u8>>,
    ) -> Result<Outcome<Answer>> {
        let same = match &original {
            Some(digest) => *digest == self.digest(),
            None => {
                first.content.as_ref() == Some(&self.body.content)
                    && first.subject == self.body.subject
                    && first.reply_to == self.body.reply_to
                    && first.attachments.iter().map(|file| file.id).eq(self
                        .body
                        .attachments
                        .iter()
                        .copied())
            }
        };
        if !same && !self.how.first_wins {
            return Err(Code::ClientIdReused.into());
        }
        let answer = (sent(&first), false);
        // One that was edited or deleted since was heard of then.
        let notices = original.is_none().then(|| announced(place, first));
        Ok(Outcome::telling(answer, notices.into_iter().collect()))
    }

    fn digest(&self) -> Vec<u8> {
        let (content, encrypted) = parts(&self.body.content);
        let attached = self.body.attachments.iter().copied();
        digest(content, encrypted, self.body.subject.as_deref(), self.body.reply_to, attached)
    }
}

/// The answer for a stored message.
pub(super) fn sent(message: &Message) -> Sent {
    Sent { conversation_id: message.conversation_id, seq: message.seq, sent_at: message.sent_at }
}

/// The outcome of storing a new message: its answer, and what everybody hears.
pub(super) fn created(place: &Place, message: Message) -> Outcome<Answer> {
    let answer = (sent(&message), true);
    Outcome::telling(answer, vec![announced(place, message)])
}

/// What everybody hears of a message that was sent.
pub(super) fn announced(place: &Place, message: Message) -> Notice {
    let conversation = message.conversation_id;
    let event = Event {
        conversation_id: Some(conversation),
        rev: Some(message.rev),
        body: EventBody::MessageCreated(message),
    };
    Notice::Conversation { conversation, kind: place.kind(), event }
}

/// Tells what was first sent from anything else, once it has been edited or deleted.
pub(super) fn digest(
    content: &str,
    encrypted: bool,
    subject: Option<&str>,
    reply_to: Option<i64>,
    attached: impl Iterator<Item = FileId>,
) -> Vec<u8> {
    let mut hash = Sha256::new();
    hash.update([u8::from(encrypted), u8::from(subject.is_some())]);
    hash.update(reply_to.unwrap_or(0).to_be_bytes());
    hash.update((content.len() as u64).to_be_bytes());
    hash.update(content);
    hash.update(subject.unwrap_or_default());
    attached.for_each(|id| hash.update(id.0));
    hash.finalize()[..16].to_vec()
}

impl Chat {
    /// Sends a message; the second value is false where the same client id was sent before.
    ///
    /// # Errors
    /// `conversation_not_found`, `sending_not_allowed`, `forbidden`, `invalid`, `message_not_found` for a reply to
    /// nothing, `client_id_reused` where the same id carried something else, `file_not_found`, `file_attached`,
    /// `rate_limited`.
    #[crate::boxed]
    pub async fn send(
        &self,
        actor: &Actor,
        id: ConversationId,
        body: SendMessage,
    ) -> Result<(Sent, bool), Problem> {
        self.limits.check(Bucket::Send, LimitKey::Account(actor.account))?;
        self.pressure.admit(Class::Send)?;
        text::content(&body.content, &body.attachments)?;
        if let Some(subject) = &body.subject {
            text::line("subject", subject, 256)?;
        }
        if let Some(client_id) = &body.client_id {
            text::client_id(client_id)?;
        }
        self.hand_in(self.sending(actor, id, body)).await
    }

    /// A message of now; its client id is made where it has none.
    pub(super) fn sending(
        &self,
        actor: &Actor,
        id: ConversationId,
        mut body: SendMessage,
    ) -> Sending {
        let made = || crate::random::id(self.clock.now()).to_string();
        let client_id = body.client_id.take().unwrap_or_else(made);
        let (at, how) = (self.clock.message_instant(), Posting::default());
        Sending { actor: *actor, id, client_id, body, at, how }
    }

    /// Stores it with others that wait.
    pub(super) async fn hand_in(&self, sending: Sending) -> Result<(Sent, bool), Problem> {
        let work = self.sending.write(sending, self.publishing());
        self.pressure.weigh(work.map_err(Problem::from)).await
    }
}
