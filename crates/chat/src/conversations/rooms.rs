//! The rooms of this server: all for those who signed in, for guests those that let them read.

use super::{row, walk_in};
use crate::{
    Chat, Viewer, accounts,
    cursor::{self, Cursor},
    error::Result,
    operation::Query,
    pressure::Class,
};
use chinwag_sql::Tx;
use chinwag_wire::{Conversation, Page, Problem};
use uuid::Uuid;

chinwag_sql::statements! {
    /// A page of rooms; ?2 is 1 for a guest, ?3 the canonical name looked for or empty, ?7 that of a walk-in.
    ROOMS = concat!(
        "SELECT ", row::columns!(), " FROM conversations c \
         LEFT JOIN members m ON m.conversation_id = c.id AND m.account_id = ?1 AND m.left_at IS NULL", row::joins!(),
        "WHERE c.room_key IS NOT NULL AND c.guests_read >= ?2 AND (?3 = '' OR c.room_key IN (?3, ?7)) \
         AND (c.last_at, c.id) < (?4, ?5) ORDER BY c.last_at DESC, c.id DESC LIMIT ?6"
    );
}

struct Rooms {
    viewer: Viewer,
    name: String,
    walk_in: String,
    from: Cursor,
    limit: usize,
}

impl Query for Rooms {
    type Answer = Vec<Conversation>;
    async fn run(&self, tx: &mut Tx<'_>) -> Result<Vec<Conversation>> {
        let account = self.viewer.account();
        let most = self.limit as i64 + 1;
        let values = [
            account.map_or(Uuid::nil(), |account| account.0).into(),
            i64::from(account.is_none()).into(),
            self.name.as_str().into(),
            self.from.order.into(),
            self.from.id.into(),
            most.into(),
            self.walk_in.as_str().into(),
        ];
        let rooms: Vec<Conversation> = tx
            .rows(&ROOMS, &values)
            .await?
            .iter_mut()
            .map(row::conversation)
            .collect::<Result<_>>()?;
        Ok(rooms.into_iter().map(|room| without_secrets(room, account.is_some())).collect())
    }
}

/// What was last said in a closed room is for its members.
fn without_secrets(room: Conversation, signed_in: bool) -> Conversation {
    let readable = room.guests_read || (signed_in && room.me.is_some());
    Conversation { last_message: room.last_message.filter(|_| readable), ..room }
}

impl Chat {
    /// A page of rooms, most recently active first; only the one of that name where it is given.
    ///
    /// # Errors
    /// `cursor_invalid`, `invalid` for a limit outside 1 to 200.
    #[crate::boxed]
    pub async fn rooms(
        &self,
        viewer: &Viewer,
        name: Option<&str>,
        cursor: Option<&str>,
        limit: Option<u32>,
    ) -> Result<Page<Conversation>, Problem> {
        self.pressure.admit(Class::Browse)?;
        let limit = cursor::limit(limit)?;
        let from = Cursor::decode(cursor, Cursor::LAST)?;
        let walk_in = name.map(walk_in::key).unwrap_or_default();
        let name = name.map(accounts::canon).unwrap_or_default();
        let items = self.query(Rooms { viewer: *viewer, name, walk_in, from, limit }).await?;
        Ok(cursor::page(items, limit, |item| Cursor { order: item.active_at.0, id: item.id.0 }))
    }
}
