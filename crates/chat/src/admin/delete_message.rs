//! Staff deletes a message, wherever it is. Its conversation hears of it as of any deletion.

use super::{staff, staff_looks};
use crate::{
    Actor, Chat, Origin,
    access::StaffAct,
    audit::Entry,
    conversations::place_for_staff,
    error::Result,
    messages::{Buried, bury, find},
    operation::{Change, Outcome},
};
use chinwag_sql::Tx;
use chinwag_wire::{AuditAct, ConversationId, Message, Problem, Time};

struct Deleting {
    actor: Actor,
    from: Origin,
    id: ConversationId,
    seq: i64,
    at: Time,
}

impl Change for Deleting {
    type Answer = Buried;
    async fn run(&self, tx: &mut Tx<'_>) -> Result<Outcome<Buried>> {
        // Looked at before the conversation is, so that nobody else learns of it; kept after it is held,
        // because conversations come before accounts.
        staff_looks(tx, &self.actor, StaffAct::DeleteMessage).await?;
        let place = place_for_staff(tx, self.id).await?;
        staff(tx, &self.actor, StaffAct::DeleteMessage).await?;
        let found = find(tx, self.id, self.seq, &place).await?;
        let author = found.message.sender_id;
        let deleted = bury(tx, &place, found, self.at).await?;
        if !deleted.notices.is_empty() {
            let entry = Entry::staff(AuditAct::DeleteMessage, &self.actor, &self.from, self.at);
            let target = format!("{}/{}", self.id, self.seq);
            entry.about(author).on(target).record(tx).await?;
        }
        Ok(deleted)
    }
}

impl Chat {
    /// Deletes anybody's message. Deleting again changes nothing.
    ///
    /// # Errors
    /// `forbidden`, `conversation_not_found`, `message_not_found`.
    #[crate::boxed]
    pub async fn delete_as_staff(
        &self,
        actor: &Actor,
        from: &Origin,
        id: ConversationId,
        seq: i64,
    ) -> Result<Message, Problem> {
        let at = self.clock.now();
        let buried = self.change(Deleting { actor: *actor, from: *from, id, seq, at }).await?;
        Ok(self.without_files(buried).await)
    }
}
