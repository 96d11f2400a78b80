//! How conversations and members stand in rows.

use crate::{access::Scene, error::Result, messages::message_at};
use chinwag_sql::{Error, Row};
use chinwag_wire::{
    Account, AccountId, Conversation, ConversationId, Kind, Member, Membership, Role, Time,
};

/// The columns [`conversation`] reads, from `conversations c`, `members m` (one's own), `accounts a`
/// (the other of a direct conversation) and `messages x` (the newest).
macro_rules! columns {
    () => {
        concat!(
            "c.id, c.kind, c.name, c.guests_read, c.last_seq, c.last_rev, c.member_count, c.created_at, c.last_at, \
             m.role, m.visible_from, m.delivered_seq, m.read_seq, a.id, a.username, a.display_name, ",
            crate::messages::columns!()
        )
    };
}
pub(crate) use columns;

/// The joins that bring a direct conversation's other person and the newest message visible to `m`.
macro_rules! joins {
    () => {
        " LEFT JOIN members o ON c.kind = 'direct' AND o.conversation_id = c.id AND o.account_id <> m.account_id \
          LEFT JOIN accounts a ON a.id = o.account_id \
          LEFT JOIN messages x ON x.conversation_id = c.id AND x.seq = c.last_seq AND x.seq >= COALESCE(m.visible_from, 1) "
    };
}
pub(crate) use joins;

const MESSAGE: usize = 16;

/// A conversation from [`columns`].
pub(crate) fn conversation(row: &mut Row) -> Result<Conversation> {
    let last_seq = row.get(4)?;
    Ok(Conversation {
        id: ConversationId(row.get(0)?),
        kind: kind(&row.get::<String>(1)?)?,
        name: row.get(2)?,
        guests_read: row.get(3)?,
        last_seq,
        last_rev: row.get(5)?,
        member_count: row.get(6)?,
        created_at: Time(row.get(7)?),
        active_at: Time(row.get(8)?),
        me: membership(row, last_seq)?,
        peer: peer(row)?,
        last_message: row
            .get::<Option<i64>>(MESSAGE + 1)?
            .map(|_| message_at(row, MESSAGE))
            .transpose()?,
    })
}

fn membership(row: &Row, last_seq: i64) -> Result<Option<Membership>> {
    let Some(name) = row.get::<Option<String>>(9)? else { return Ok(None) };
    let read: i64 = row.get(12)?;
    Ok(Some(Membership {
        role: role(&name)?,
        visible_from: row.get(10)?,
        delivered: row.get(11)?,
        read,
        unread: last_seq - read,
    }))
}

fn peer(row: &Row) -> Result<Option<Account>> {
    let Some(id) = row.get::<Option<uuid::Uuid>>(13)? else { return Ok(None) };
    Ok(Some(Account { id: AccountId(id), username: row.get(14)?, display_name: row.get(15)? }))
}

/// A member from `a.id, a.username, a.display_name, m.role, m.delivered_seq, m.read_seq, m.joined_at`.
pub(crate) fn member(row: &Row) -> Result<Member> {
    Ok(Member {
        account: Account {
            id: AccountId(row.get(0)?),
            username: row.get(1)?,
            display_name: row.get(2)?,
        },
        role: role(&row.get::<String>(3)?)?,
        delivered: row.get(4)?,
        read: row.get(5)?,
        joined_at: Time(row.get(6)?),
    })
}

/// A member as the others see them: in rooms, and past a block, watermarks are one's own affair.
pub(crate) fn veiled(member: Member, scene: Scene) -> Member {
    match scene.kind == Kind::Room || scene.blocked {
        true => Member { delivered: 0, read: 0, ..member },
        false => member,
    }
}

/// The kind a column names.
pub(crate) fn kind(text: &str) -> Result<Kind, Error> {
    match text {
        "direct" => Ok(Kind::Direct),
        "group" => Ok(Kind::Group),
        "room" => Ok(Kind::Room),
        other => Err(contradiction("kind", other)),
    }
}

/// The role a column names.
pub(crate) fn role(text: &str) -> Result<Role, Error> {
    match text {
        "member" => Ok(Role::Member),
        "admin" => Ok(Role::Admin),
        "owner" => Ok(Role::Owner),
        other => Err(contradiction("role", other)),
    }
}

/// The word for a role in its column.
pub(crate) fn role_name(role: Role) -> &'static str {
    match role {
        Role::Member => "member",
        Role::Admin => "admin",
        Role::Owner => "owner",
    }
}

fn contradiction(column: &str, value: &str) -> Error {
    Error::Statement(format!("column {column} holds {value:?}, which nothing writes"))
}
