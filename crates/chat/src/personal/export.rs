//! Everything the server knows of an account, as lines of JSON, read a piece at a time while they are
//! written: however much one said, a few hundred lines are in memory. The last line says how many there
//! were, so that a torn export shows.

use super::sections::{ROWS, SECTIONS};
use crate::{
    Actor, Bucket, Chat, LimitKey, Origin,
    audit::Entry,
    error::Result,
    messages,
    operation::{Change, Outcome, Query},
};
use chinwag_sql::Tx;
use chinwag_wire::{AccountId, AuditAct, ConversationId, Message, Problem, Time};
use serde::Serialize;
use serde_json::{Value, json};

chinwag_sql::statements! {
    /// Every conversation it is or was in.
    CONVERSATIONS = "SELECT conversation_id FROM members WHERE account_id = ?1 ORDER BY conversation_id";
    /// Its messages of one of them, from one `seq` on.
    MESSAGES = concat!("SELECT ", messages::columns!(), " FROM messages x WHERE x.conversation_id = ?1 AND x.sender_id = ?2 \
                AND x.seq > ?3 ORDER BY x.seq LIMIT 200");
}

struct Begin {
    actor: Actor,
    from: Origin,
    at: Time,
}

impl Change for Begin {
    type Answer = Vec<ConversationId>;
    async fn run(&self, tx: &mut Tx<'_>) -> Result<Outcome<Vec<ConversationId>>> {
        let rows = tx.rows(&CONVERSATIONS, &[self.actor.account.0.into()]).await?;
        let ids = rows.iter().map(|row| Ok(ConversationId(row.get(0)?))).collect::<Result<_>>()?;
        let entry = Entry::own(AuditAct::ExportAccount, &self.actor, &self.from, self.at);
        entry.record(tx).await?;
        Ok(Outcome::quiet(ids))
    }
}

struct SectionPage {
    account: AccountId,
    section: usize,
    offset: usize,
}

impl Query for SectionPage {
    type Answer = Vec<Value>;
    async fn run(&self, tx: &mut Tx<'_>) -> Result<Vec<Value>> {
        let section = &SECTIONS[self.section];
        let values = [self.account.0.into(), (self.offset as i64).into()];
        tx.rows(section.statement, &values).await?.iter().map(|row| section.line(row)).collect()
    }
}

struct MessagePage {
    account: AccountId,
    conversation: ConversationId,
    after: i64,
}

impl Query for MessagePage {
    type Answer = Vec<Message>;
    async fn run(&self, tx: &mut Tx<'_>) -> Result<Vec<Message>> {
        let values = [self.conversation.0.into(), self.account.0.into(), self.after.into()];
        tx.read(&MESSAGES, &values, messages::message).await
    }
}

/// Where an export stands.
enum Step {
    Head,
    Section { index: usize, offset: usize },
    Messages { after: i64 },
    Over,
}

/// An export under way.
pub struct Export {
    pub(super) chat: Chat,
    pub(super) actor: Actor,
    at: Time,
    conversations: std::vec::IntoIter<ConversationId>,
    current: Option<ConversationId>,
    step: Step,
    lines: u64,
}

impl Export {
    /// When it was begun.
    pub fn at(&self) -> Time {
        self.at
    }

    /// The next lines, each with its line feed; `None` at the end.
    ///
    /// # Errors
    /// `session_ended` as soon as it has; those of storage. The export is torn then.
    #[crate::boxed]
    pub async fn next(&mut self) -> Result<Option<Vec<u8>>, Problem> {
        loop {
            self.chat.session_alive(&self.actor).await?;
            let mut written = Vec::new();
            match std::mem::replace(&mut self.step, Step::Over) {
                Step::Over => return Ok(None),
                Step::Head => {
                    self.step = Step::Section { index: 0, offset: 0 };
                    let head = json!({ "type": "export", "format": 1, "account_id": self.actor.account, "at": self.at });
                    self.write(&mut written, &head);
                }
                Step::Section { index, offset } => {
                    self.section(&mut written, index, offset).await?
                }
                Step::Messages { after } => self.messages(&mut written, after).await?,
            }
            if !written.is_empty() {
                return Ok(Some(written));
            }
        }
    }

    async fn section(
        &mut self,
        to: &mut Vec<u8>,
        index: usize,
        offset: usize,
    ) -> Result<(), Problem> {
        let page = SectionPage { account: self.actor.account, section: index, offset };
        let lines = self.chat.query(page).await?;
        lines.iter().for_each(|line| self.write(to, line));
        self.step = if lines.len() == ROWS {
            Step::Section { index, offset: offset + ROWS }
        } else if index + 1 < SECTIONS.len() {
            Step::Section { index: index + 1, offset: 0 }
        } else {
            self.current = self.conversations.next();
            Step::Messages { after: 0 }
        };
        Ok(())
    }

    async fn messages(&mut self, to: &mut Vec<u8>, after: i64) -> Result<(), Problem> {
        let Some(conversation) = self.current else {
            let end = json!({ "type": "end", "lines": self.lines + 1 });
            self.write(to, &end);
            return Ok(());
        };
        let page = MessagePage { account: self.actor.account, conversation, after };
        let messages = self.chat.query(page).await?;
        for message in &messages {
            self.write(to, &Line { kind: "message", message });
        }
        let after = messages.into_iter().next_back().map(|message| message.seq);
        if after.is_none() {
            self.current = self.conversations.next();
        }
        self.step = Step::Messages { after: after.unwrap_or_default() };
        Ok(())
    }

    fn write(&mut self, to: &mut Vec<u8>, line: &impl Serialize) {
        serde_json::to_writer(&mut *to, line).expect("our own types always serialise");
        to.push(b'\n');
        self.lines += 1;
    }
}

#[derive(Serialize)]
struct Line<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    #[serde(flatten)]
    message: &'a Message,
}

impl Chat {
    /// Begins to export everything the server knows of one's own account.
    ///
    /// # Errors
    /// `rate_limited`.
    #[crate::boxed]
    pub async fn export(&self, actor: &Actor, from: &Origin) -> Result<Export, Problem> {
        self.limits.check(Bucket::Export, LimitKey::Account(actor.account))?;
        let at = self.clock.now();
        let conversations =
            self.change(Begin { actor: *actor, from: *from, at }).await?.into_iter();
        let (chat, actor) = (self.clone(), *actor);
        Ok(Export { chat, actor, at, conversations, current: None, step: Step::Head, lines: 0 })
    }
}
