//! Who is in a conversation: the list, and how somebody comes in.

use super::{place, row};
use crate::{
    Actor, Chat, Notice, Viewer,
    access::{Act, Scene},
    account_log,
    cursor::{self, Cursor},
    error::Result,
    operation::Query,
};
use chinwag_sql::Tx;
use chinwag_wire::{
    AccountId, ConversationId, Event, EventBody, Joined, Kind, Member, Page, Problem, Role, Time,
};

chinwag_sql::statements! {
    /// A page of members, in the order they joined.
    MEMBERS = "SELECT a.id, a.username, a.display_name, m.role, m.delivered_seq, m.read_seq, m.joined_at \
               FROM members m JOIN accounts a ON a.id = m.account_id \
               WHERE m.conversation_id = ?1 AND m.left_at IS NULL AND (m.joined_at, m.account_id) > (?2, ?3) \
               ORDER BY m.joined_at, m.account_id LIMIT ?4";
    /// One member.
    MEMBER = "SELECT a.id, a.username, a.display_name, m.role, m.delivered_seq, m.read_seq, m.joined_at \
              FROM members m JOIN accounts a ON a.id = m.account_id \
              WHERE m.conversation_id = ?1 AND m.account_id = ?2 AND m.left_at IS NULL";
    /// Somebody comes in, or comes back.
    ENTER = "INSERT INTO members (conversation_id, account_id, role, visible_from, delivered_seq, read_seq, rev, joined_at) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?5, ?6, ?7) \
             ON CONFLICT (conversation_id, account_id) DO UPDATE SET role = excluded.role, visible_from = excluded.visible_from, \
             delivered_seq = excluded.delivered_seq, read_seq = excluded.read_seq, rev = excluded.rev, \
             joined_at = excluded.joined_at, left_at = NULL, removed_by = NULL";
    /// The conversation counts one more, or one less.
    COUNT = "UPDATE conversations SET member_count = member_count + ?2, last_rev = ?3, changed_at = ?4 WHERE id = ?1";
}

/// Somebody who comes in.
pub(crate) struct Newcomer {
    pub(crate) conversation: ConversationId,
    pub(crate) kind: Kind,
    pub(crate) account: AccountId,
    pub(crate) role: Role,
    /// The newest message there is; what was said before is visible in rooms, not in groups.
    pub(crate) last_seq: i64,
    /// The number of this change.
    pub(crate) rev: i64,
    pub(crate) at: Time,
}

impl Newcomer {
    /// Writes the row, counts, and tells: those inside first, then the newcomer's own devices.
    pub(crate) async fn enter(&self, tx: &mut Tx<'_>) -> Result<(Member, Vec<Notice>)> {
        self.write(tx).await?;
        count(tx, self.conversation, 1, self.rev, self.at).await?;
        let member =
            member(tx, self.conversation, self.account).await?.ok_or(chinwag_sql::Error::NoRow)?;
        let member = row::veiled(
            member,
            Scene { kind: self.kind, guests_read: false, walk_in: false, blocked: false },
        );
        let heard = Event {
            conversation_id: Some(self.conversation),
            rev: Some(self.rev),
            body: EventBody::MemberChanged(member.clone()),
        };
        let told =
            Notice::Conversation { conversation: self.conversation, kind: self.kind, event: heard };
        Ok((member, vec![told, self.joined(tx, self.rev).await?]))
    }

    /// Groups are read from joining on, the others from the beginning.
    fn visible_from(&self) -> i64 {
        if self.kind == Kind::Group { self.last_seq + 1 } else { 1 }
    }

    /// Only writes the row: its maker counts and tells.
    pub(crate) async fn write(&self, tx: &mut Tx<'_>) -> Result<()> {
        let values = [
            self.conversation.0.into(),
            self.account.0.into(),
            row::role_name(self.role).into(),
            self.visible_from().into(),
            self.last_seq.into(),
            self.rev.into(),
            self.at.0.into(),
        ];
        tx.exec(&ENTER, &values).await?;
        Ok(())
    }

    /// What the newcomer's own devices hear: they begin at the head.
    pub(crate) async fn joined(&self, tx: &mut Tx<'_>, head: i64) -> Result<Notice> {
        let account_rev = account_log::bump(tx, self.account).await?;
        let body = EventBody::ConversationJoined(Joined {
            conversation_id: self.conversation,
            account_rev,
        });
        let event = Event { conversation_id: Some(self.conversation), rev: Some(head), body };
        let visible_from = self.visible_from();
        Ok(Notice::Joined {
            account: self.account,
            conversation: self.conversation,
            kind: self.kind,
            visible_from,
            event,
        })
    }
}

/// Counts so many members more in a held conversation, as the change `rev`.
pub(super) async fn count(
    tx: &mut Tx<'_>,
    id: ConversationId,
    more: i64,
    rev: i64,
    at: Time,
) -> Result<()> {
    tx.exec(&COUNT, &[id.0.into(), more.into(), rev.into(), at.0.into()]).await?;
    Ok(())
}

/// One member, if they are one.
pub(super) async fn member(
    tx: &mut Tx<'_>,
    conversation: ConversationId,
    account: AccountId,
) -> Result<Option<Member>> {
    let found = tx.maybe(&MEMBER, &[conversation.0.into(), account.0.into()]).await?;
    found.as_ref().map(row::member).transpose()
}

struct Members {
    actor: Actor,
    id: ConversationId,
    from: Cursor,
    limit: usize,
}

impl Query for Members {
    type Answer = Vec<Member>;
    async fn run(&self, tx: &mut Tx<'_>) -> Result<Vec<Member>> {
        let scene = place(tx, self.id, Viewer::Account(self.actor), Act::ListMembers).await?.scene;
        let most = self.limit as i64 + 1;
        let values = [self.id.0.into(), self.from.order.into(), self.from.id.into(), most.into()];
        let rows = tx.rows(&MEMBERS, &values).await?;
        rows.iter().map(|row| Ok(row::veiled(row::member(row)?, scene))).collect()
    }
}

impl Chat {
    /// A page of members, in the order they joined.
    ///
    /// # Errors
    /// `conversation_not_found`, `cursor_invalid`, `invalid` for a limit outside 1 to 200.
    #[crate::boxed]
    pub async fn members(
        &self,
        actor: &Actor,
        id: ConversationId,
        cursor: Option<&str>,
        limit: Option<u32>,
    ) -> Result<Page<Member>, Problem> {
        let limit = cursor::limit(limit)?;
        let from = Cursor::decode(cursor, Cursor::FIRST)?;
        let items = self.query(Members { actor: *actor, id, from, limit }).await?;
        Ok(cursor::page(items, limit, |item| Cursor {
            order: item.joined_at.0,
            id: item.account.id.0,
        }))
    }
}
