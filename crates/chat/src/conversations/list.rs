//! One's conversations, most recently active first, each with its newest message and unread count.

use super::row;
use crate::{
    Actor, Chat,
    cursor::{self, Cursor},
    error::Result,
    operation::Query,
    pressure::Class,
};
use chinwag_sql::Tx;
use chinwag_wire::{AccountId, Conversation, Page, Problem};

chinwag_sql::statements! {
    /// A page of one's conversations.
    LIST = concat!(
        "SELECT ", row::columns!(), " FROM members m JOIN conversations c ON c.id = m.conversation_id", row::joins!(),
        "WHERE m.account_id = ?1 AND m.left_at IS NULL AND (c.last_at, c.id) < (?2, ?3) \
         ORDER BY c.last_at DESC, c.id DESC LIMIT ?4"
    );
}

struct List {
    account: AccountId,
    from: Cursor,
    limit: usize,
}

impl Query for List {
    type Answer = Vec<Conversation>;
    async fn run(&self, tx: &mut Tx<'_>) -> Result<Vec<Conversation>> {
        let most = self.limit as i64 + 1;
        let mut rows = tx
            .rows(
                &LIST,
                &[self.account.0.into(), self.from.order.into(), self.from.id.into(), most.into()],
            )
            .await?;
        rows.iter_mut().map(row::conversation).collect()
    }
}

impl Chat {
    /// A page of one's conversations.
    ///
    /// # Errors
    /// `cursor_invalid`, `invalid` for a limit outside 1 to 200.
    #[crate::boxed]
    pub async fn conversations(
        &self,
        actor: &Actor,
        cursor: Option<&str>,
        limit: Option<u32>,
    ) -> Result<Page<Conversation>, Problem> {
        self.pressure.admit(Class::Browse)?;
        let limit = cursor::limit(limit)?;
        let from = Cursor::decode(cursor, Cursor::LAST)?;
        let items = self.query(List { account: actor.account, from, limit }).await?;
        Ok(cursor::page(items, limit, |item| Cursor { order: item.active_at.0, id: item.id.0 }))
    }
}
