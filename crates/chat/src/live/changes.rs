//! What changed in a conversation since a position: a plain query whose cost follows what changed,
//! never how long one was away.

use crate::{
    Chat, Viewer,
    access::Act,
    conversations::{Place, place, role, veiled},
    error::Result,
    messages,
    operation::Query,
};
use chinwag_sql::{Row, Tx};
use chinwag_wire::{
    Account, AccountId, Changes, ConversationChanged, ConversationId, Event, EventBody, Member,
    MemberLeft, Problem, Time,
};

chinwag_sql::statements! {
    /// Messages that have not changed since they were sent. `?2` is the number below which none can be new:
    /// every message takes a rev, so no more than (head - position) of them can have come since.
    NEW_MESSAGES = concat!("SELECT ", messages::columns!(), " FROM messages x \
                   WHERE x.conversation_id = ?1 AND x.seq > ?2 AND x.rev > ?3 AND x.touched = 0 ORDER BY x.seq LIMIT ?4");
    /// Messages that were edited or deleted since.
    TOUCHED_MESSAGES = concat!("SELECT ", messages::columns!(), " FROM messages x \
                       WHERE x.conversation_id = ?1 AND x.touched = 1 AND x.rev > ?3 AND x.seq > ?2 ORDER BY x.rev LIMIT ?4");
    /// Members who came, went, got another role or moved their watermarks since.
    CHANGED_MEMBERS = "SELECT a.id, a.username, a.display_name, m.role, m.delivered_seq, m.read_seq, m.joined_at, m.left_at, m.removed_by, m.rev \
                       FROM members m JOIN accounts a ON a.id = m.account_id WHERE m.conversation_id = ?1 AND m.rev > ?2 ORDER BY m.rev LIMIT ?3";
    /// Name and openness.
    META = "SELECT name, guests_read, meta_rev FROM conversations WHERE id = ?1";
}

/// Most changes of a page.
const PAGE: usize = 100;

/// A page of changes since `rev`, for somebody whose place is known.
pub(super) async fn since(
    tx: &mut Tx<'_>,
    id: ConversationId,
    place: &Place,
    rev: i64,
) -> Result<Changes> {
    let nothing_new =
        Changes { conversation_id: id, events: Vec::new(), rev: place.last_rev, more: false };
    if rev >= place.last_rev {
        return Ok(nothing_new);
    }
    let mut events = Vec::new();
    let most = PAGE as i64 + 1;
    let none_below = (place.last_seq - (place.last_rev - rev)).max(place.visible_from - 1);
    for mut message in
        tx.rows(&NEW_MESSAGES, &[id.0.into(), none_below.into(), rev.into(), most.into()]).await?
    {
        events.push(message_event(&mut message)?);
    }
    let first_hidden = place.visible_from - 1;
    for mut message in tx
        .rows(&TOUCHED_MESSAGES, &[id.0.into(), first_hidden.into(), rev.into(), most.into()])
        .await?
    {
        events.push(message_event(&mut message)?);
    }
    if place.role().is_some() {
        for member in tx.rows(&CHANGED_MEMBERS, &[id.0.into(), rev.into(), most.into()]).await? {
            events.push(member_event(id, &member, place)?);
        }
    }
    events.extend(meta_event(id, &tx.row(&META, &[id.0.into()]).await?, rev)?);
    Ok(cut(events, nothing_new))
}

/// The first page of the changes in order. Each rev touched exactly one thing, so a cut is clean.
fn cut(mut events: Vec<Event>, end: Changes) -> Changes {
    events.sort_unstable_by_key(|event| event.rev);
    let more = events.len() > PAGE;
    events.truncate(PAGE);
    let rev = events.last().filter(|_| more).and_then(|event| event.rev).unwrap_or(end.rev);
    Changes { events, rev, more, ..end }
}

fn message_event(row: &mut Row) -> Result<Event> {
    let message = messages::message(row)?;
    let body = match (message.deleted_at, message.edited_at) {
        (Some(_), _) => EventBody::MessageDeleted,
        (None, Some(_)) => EventBody::MessageEdited,
        (None, None) => EventBody::MessageCreated,
    };
    Ok(Event {
        conversation_id: Some(message.conversation_id),
        rev: Some(message.rev),
        body: body(message),
    })
}

fn member_event(id: ConversationId, row: &Row, place: &Place) -> Result<Event> {
    let account =
        Account { id: AccountId(row.get(0)?), username: row.get(1)?, display_name: row.get(2)? };
    let body = match row.get::<Option<i64>>(7)? {
        Some(_) => EventBody::MemberLeft(MemberLeft {
            account_id: account.id,
            removed_by: row.get::<Option<_>>(8)?.map(AccountId),
        }),
        None => EventBody::MemberChanged(veiled(
            Member {
                account,
                role: role(&row.get::<String>(3)?)?,
                delivered: row.get(4)?,
                read: row.get(5)?,
                joined_at: Time(row.get(6)?),
            },
            place.scene,
        )),
    };
    Ok(Event { conversation_id: Some(id), rev: Some(row.get(9)?), body })
}

fn meta_event(id: ConversationId, row: &Row, rev: i64) -> Result<Option<Event>> {
    let meta_rev: i64 = row.get(2)?;
    let changed = ConversationChanged { name: row.get(0)?, guests_read: row.get(1)? };
    let event = Event {
        conversation_id: Some(id),
        rev: Some(meta_rev),
        body: EventBody::ConversationChanged(changed),
    };
    Ok((meta_rev > rev).then_some(event))
}

struct Since {
    viewer: Viewer,
    id: ConversationId,
    rev: i64,
}

impl Query for Since {
    type Answer = Changes;
    async fn run(&self, tx: &mut Tx<'_>) -> Result<Changes> {
        let place = place(tx, self.id, self.viewer, Act::Read).await?;
        if self.rev > place.last_rev {
            return Err(Problem::field("rev", "is ahead of this conversation; start over").into());
        }
        since(tx, self.id, &place, self.rev).await
    }
}

impl Chat {
    /// A page of what changed in a conversation since a position.
    ///
    /// # Errors
    /// `conversation_not_found`, `invalid` for a position that is negative or ahead of the conversation.
    #[crate::boxed]
    pub async fn sync(
        &self,
        viewer: &Viewer,
        id: ConversationId,
        rev: i64,
    ) -> Result<Changes, Problem> {
        if rev < 0 {
            return Err(Problem::field("rev", "must not be negative"));
        }
        self.query(Since { viewer: *viewer, id, rev }).await
    }
}
