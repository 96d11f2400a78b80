//! Speaking in a walk-in room, and reading what was said there last.

use super::{Posting, row};
use crate::{
    Actor, Chat, Viewer,
    access::Act,
    conversations::{MakeWalkIn, place, walk_in_room},
    error::{Failure, Result},
    operation::Query,
    pressure::Class,
};
use chinwag_sql::Tx;
use chinwag_wire::{Code, Content, ConversationId, Message, Problem, SendMessage, Sent};

chinwag_sql::statements! {
    /// The newest that are not deleted, each with the name of its author.
    NEWEST = concat!("SELECT ", row::columns!(), ", a.display_name FROM messages x JOIN accounts a ON a.id = x.sender_id \
             WHERE x.conversation_id = ?1 AND x.deleted_at IS NULL ORDER BY x.seq DESC LIMIT ?2");
}

/// Most characters of the name of a room.
const NAME: usize = 128;

/// A message, and the name of who wrote it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spoken {
    /// What was said.
    pub message: Message,
    /// By whom.
    pub author: String,
}

struct Newest {
    viewer: Viewer,
    room: ConversationId,
    most: u32,
}

impl Query for Newest {
    type Answer = Vec<Spoken>;
    async fn run(&self, tx: &mut Tx<'_>) -> Result<Vec<Spoken>> {
        match place(tx, self.room, self.viewer, Act::Read).await {
            // Nobody has spoken there.
            Err(Failure::Refused(problem)) if problem.code == Code::ConversationNotFound => {
                return Ok(Vec::new());
            }
            place => place?,
        };
        let rows = tx.rows(&NEWEST, &[self.room.0.into(), self.most.into()]).await?;
        let spoken = |row: chinwag_sql::Row| -> Result<Spoken> {
            let author = row.get(row::COLUMNS)?;
            Ok(Spoken { message: row::message(&row)?, author })
        };
        rows.into_iter().rev().map(spoken).collect()
    }
}

impl Chat {
    /// The newest messages of a walk-in room, oldest first; none where nobody has spoken.
    ///
    /// # Errors
    /// `overloaded`.
    #[crate::boxed]
    pub async fn newest_spoken(
        &self,
        actor: &Actor,
        room: ConversationId,
        most: u32,
    ) -> Result<Vec<Spoken>, Problem> {
        self.pressure.admit(Class::Browse)?;
        self.query(Newest { viewer: Viewer::Account(*actor), room, most }).await
    }

    /// Says something in the walk-in room of this name, which comes into being with the first words. It is not
    /// counted: that is the surface's to do.
    ///
    /// # Errors
    /// `invalid` for a name that is not of 1 to 128 characters, or holds NUL; else as [`Chat::post`].
    #[crate::boxed]
    pub async fn speak(&self, actor: &Actor, name: &str, text: String) -> Result<Sent, Problem> {
        if !(1..=NAME).contains(&name.chars().count()) || name.contains('\0') {
            return Err(Problem::field("name", "must be 1 to 128 characters, without NUL"));
        }
        let room = walk_in_room(name);
        let body = SendMessage {
            client_id: None,
            content: Content::Text(text),
            subject: None,
            reply_to: None,
            attachments: Vec::new(),
        };
        match self.post(actor, room, body.clone(), Posting::default()).await {
            Err(problem) if problem.code == Code::ConversationNotFound => {}
            posted => return posted.map(|(sent, _)| sent),
        }
        let (name, by, at) = (name.to_owned(), actor.account, self.clock.now());
        self.change(MakeWalkIn { name, by, at }).await?;
        self.post(actor, room, body, Posting::default()).await.map(|(sent, _)| sent)
    }
}
