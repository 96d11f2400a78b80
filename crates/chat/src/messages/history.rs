//! Reads the log: the newest page, or one before, after or around a number or a time.

use super::{edit::find, row};
use crate::{
    Chat, Viewer,
    access::Act,
    conversations::{Place, place},
    cursor,
    error::Result,
    operation::Query,
    pressure::Class,
};
use chinwag_sql::{Sql, Tx};
use chinwag_wire::{ConversationId, Message, MessagePage, Problem, Time, frame::History};

chinwag_sql::statements! {
    /// Backwards from below a number, not past the first visible.
    BEFORE = concat!("SELECT ", row::columns!(), " FROM messages x \
             WHERE x.conversation_id = ?1 AND x.seq < ?2 AND x.seq >= ?3 ORDER BY x.seq DESC LIMIT ?4");
    /// Forwards from above a number.
    AFTER = concat!("SELECT ", row::columns!(), " FROM messages x \
            WHERE x.conversation_id = ?1 AND x.seq > ?2 AND x.seq >= ?3 ORDER BY x.seq LIMIT ?4");
    /// Backwards from below a number, without those that were deleted.
    KEPT_BEFORE = concat!("SELECT ", row::columns!(), " FROM messages x \
                  WHERE x.conversation_id = ?1 AND x.seq < ?2 AND x.seq >= ?3 AND x.deleted_at IS NULL ORDER BY x.seq DESC LIMIT ?4");
    /// Backwards from the newest, without those that were deleted.
    KEPT = concat!("SELECT ", row::columns!(), " FROM messages x \
           WHERE x.conversation_id = ?1 AND x.seq >= ?2 AND x.deleted_at IS NULL ORDER BY x.seq DESC LIMIT ?3 OFFSET ?4");
    /// When a message was sent.
    SENT_AT = "SELECT sent_at FROM messages WHERE conversation_id = ?1 AND seq = ?2";
}

struct Reading {
    viewer: Viewer,
    query: History,
    limit: i64,
}

impl Query for Reading {
    type Answer = MessagePage;
    async fn run(&self, tx: &mut Tx<'_>) -> Result<MessagePage> {
        let place = place(tx, self.query.conversation_id, self.viewer, Act::Read).await?;
        let messages = match (self.query.before, self.query.after, self.middle(tx, &place).await?) {
            (_, Some(after), _) => self.some(tx, &AFTER, after, &place, self.limit).await?,
            (_, _, Some(middle)) => self.around(tx, middle, &place).await?,
            (before, ..) => {
                self.backwards(tx, before.unwrap_or(i64::MAX), &place, self.limit).await?
            }
        };
        let (first, last) = self.ends(&messages, &place);
        Ok(MessagePage {
            messages,
            more_before: first > place.visible_from,
            more_after: last < place.last_seq,
        })
    }
}

impl Reading {
    /// The number around which to read, where one was asked for.
    async fn middle(&self, tx: &mut Tx<'_>, place: &Place) -> Result<Option<i64>> {
        match (self.query.around, self.query.at) {
            (Some(seq), _) => Ok(Some(seq)),
            (None, Some(time)) => {
                first_at(tx, self.query.conversation_id, time, place).await.map(Some)
            }
            (None, None) => Ok(None),
        }
    }

    async fn around(&self, tx: &mut Tx<'_>, middle: i64, place: &Place) -> Result<Vec<Message>> {
        let middle = middle.min(place.last_seq);
        let before = self.limit / 2;
        let mut messages = self.backwards(tx, middle, place, before).await?;
        messages.extend(
            self.some(tx, &AFTER, middle.saturating_sub(1), place, self.limit - before).await?,
        );
        Ok(messages)
    }

    async fn backwards(
        &self,
        tx: &mut Tx<'_>,
        before: i64,
        place: &Place,
        limit: i64,
    ) -> Result<Vec<Message>> {
        let mut messages = self.some(tx, &BEFORE, before, place, limit).await?;
        messages.reverse();
        Ok(messages)
    }

    async fn some(
        &self,
        tx: &mut Tx<'_>,
        statement: &Sql,
        from: i64,
        place: &Place,
        limit: i64,
    ) -> Result<Vec<Message>> {
        let values = [
            self.query.conversation_id.0.into(),
            from.into(),
            place.visible_from.into(),
            limit.into(),
        ];
        tx.read(statement, &values, row::message).await
    }

    /// First and last number of the page; of an empty one, the gap it stands in.
    fn ends(&self, messages: &[Message], place: &Place) -> (i64, i64) {
        match (messages.first(), messages.last()) {
            (Some(first), Some(last)) => (first.seq, last.seq),
            _ if self.query.after.is_some() || self.query.around.is_some() => {
                (place.last_seq + 1, place.last_seq)
            }
            _ => (
                place.visible_from,
                if self.query.before.is_some() { place.visible_from - 1 } else { place.last_seq },
            ),
        }
    }
}

/// The number of the first message at or after a time. Instants rise with the numbers, so halving finds
/// it in as many steps as the log's length has bits, without an index to keep.
async fn first_at(tx: &mut Tx<'_>, id: ConversationId, time: Time, place: &Place) -> Result<i64> {
    let (mut low, mut high) = (place.visible_from, place.last_seq + 1);
    while low < high && time.0 <= place.last_at {
        let middle = low + (high - low) / 2;
        let sent_at: i64 = tx.row(&SENT_AT, &[id.0.into(), middle.into()]).await?.get(0)?;
        (low, high) = if sent_at < time.0 { (middle + 1, high) } else { (low, middle) };
    }
    Ok(if time.0 <= place.last_at { low } else { high })
}

struct BeforeInstant {
    viewer: Viewer,
    id: ConversationId,
    before: Time,
    limit: i64,
}

impl Query for BeforeInstant {
    type Answer = Vec<Message>;
    async fn run(&self, tx: &mut Tx<'_>) -> Result<Vec<Message>> {
        let place = place(tx, self.id, self.viewer, Act::Read).await?;
        let before = first_at(tx, self.id, self.before, &place).await?;
        let values =
            [self.id.0.into(), before.into(), place.visible_from.into(), self.limit.into()];
        tx.read(&KEPT_BEFORE, &values, row::message).await
    }
}

struct Kept {
    viewer: Viewer,
    id: ConversationId,
    limit: i64,
    offset: i64,
}

impl Query for Kept {
    type Answer = Vec<Message>;
    async fn run(&self, tx: &mut Tx<'_>) -> Result<Vec<Message>> {
        let place = place(tx, self.id, self.viewer, Act::Read).await?;
        let values =
            [self.id.0.into(), place.visible_from.into(), self.limit.into(), self.offset.into()];
        tx.read(&KEPT, &values, row::message).await
    }
}

struct One {
    viewer: Viewer,
    id: ConversationId,
    seq: i64,
}

impl Query for One {
    type Answer = Message;
    async fn run(&self, tx: &mut Tx<'_>) -> Result<Message> {
        let place = place(tx, self.id, self.viewer, Act::Read).await?;
        Ok(find(tx, self.id, self.seq, &place).await?.message)
    }
}

impl Chat {
    /// A page of messages, oldest first.
    ///
    /// # Errors
    /// `conversation_not_found`, `forbidden` in a closed room one has not joined, `invalid` for more than one place
    /// or a limit outside 1 to 200.
    #[crate::boxed]
    pub async fn history(&self, viewer: &Viewer, query: History) -> Result<MessagePage, Problem> {
        self.pressure.admit(Class::Browse)?;
        let limit = cursor::limit(query.limit)? as i64;
        let places = [
            query.before.is_some(),
            query.after.is_some(),
            query.around.is_some(),
            query.at.is_some(),
        ];
        if places.into_iter().filter(|given| *given).count() > 1 {
            return Err(Problem::field(
                "before",
                "give at most one of before, after, around and at",
            ));
        }
        self.query(Reading { viewer: *viewer, query, limit }).await
    }

    /// The newest messages that are strictly older than an instant, to the nanosecond; newest first. Deleted ones are
    /// left out.
    ///
    /// # Errors
    /// `conversation_not_found`, `forbidden` in a closed room one has not joined, `invalid` for a limit outside 1
    /// to 200.
    #[crate::boxed]
    pub async fn history_before_instant(
        &self,
        viewer: &Viewer,
        id: ConversationId,
        before: Time,
        limit: u32,
    ) -> Result<Vec<Message>, Problem> {
        self.pressure.admit(Class::Browse)?;
        let limit = cursor::limit(Some(limit))? as i64;
        self.query(BeforeInstant { viewer: *viewer, id, before, limit }).await
    }

    /// A page of messages, newest first, after so many newer ones. Deleted ones are left out and not counted.
    ///
    /// # Errors
    /// As [`Chat::history_before_instant`].
    #[crate::boxed]
    pub async fn kept_history(
        &self,
        viewer: &Viewer,
        id: ConversationId,
        (limit, offset): (u32, u32),
    ) -> Result<Vec<Message>, Problem> {
        self.pressure.admit(Class::Browse)?;
        let (limit, offset) = (cursor::limit(Some(limit))? as i64, i64::from(offset));
        self.query(Kept { viewer: *viewer, id, limit, offset }).await
    }

    /// One message.
    ///
    /// # Errors
    /// `conversation_not_found`, `message_not_found`.
    #[crate::boxed]
    pub async fn message(
        &self,
        viewer: &Viewer,
        id: ConversationId,
        seq: i64,
    ) -> Result<Message, Problem> {
        self.query(One { viewer: *viewer, id, seq }).await
    }
}
