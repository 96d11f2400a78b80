//! Where someone stands in a conversation, and whether they may do what they came for.

use super::row::{kind, role};
use crate::{
    Viewer,
    access::{self, Act, Scene, Standing},
    error::Result,
};
use chinwag_sql::{Engine, Tx};
use chinwag_wire::{Code, ConversationId, Kind, Role};
use uuid::Uuid;

chinwag_sql::statements! {
    /// Where an account stands.
    PLACE = "SELECT c.kind, c.guests_read, c.blocked, c.last_seq, c.last_rev, c.last_at, c.member_count, c.name, \
                    m.role, m.visible_from, m.delivered_seq, m.read_seq, c.walk_in, m.received_seq \
             FROM conversations c \
             LEFT JOIN members m ON m.conversation_id = c.id AND m.account_id = ?2 AND m.left_at IS NULL \
             WHERE c.id = ?1";
    /// Holds the conversation: whoever changes it waits for us.
    HOLD = "SELECT 1 FROM conversations WHERE id = ?1 FOR UPDATE";
    /// One change more in the log.
    ADVANCE_REV = "UPDATE conversations SET last_rev = ?2 WHERE id = ?1";
}

/// A conversation and one's place in it.
pub(crate) struct Place {
    pub(crate) scene: Scene,
    pub(crate) standing: Standing,
    pub(crate) last_seq: i64,
    pub(crate) last_rev: i64,
    pub(crate) last_at: i64,
    pub(crate) member_count: i64,
    pub(crate) name: Option<String>,
    /// First message one may read; 1 for those who are not members.
    pub(crate) visible_from: i64,
    pub(crate) delivered: i64,
    pub(crate) read: i64,
    /// Up to where everything was received.
    pub(crate) received: i64,
}

impl Place {
    /// The conversation's kind.
    pub(crate) fn kind(&self) -> Kind {
        self.scene.kind
    }

    /// One's role, where one is a member.
    pub(crate) fn role(&self) -> Option<Role> {
        match self.standing {
            Standing::In(role) => Some(role),
            _ => None,
        }
    }

    /// Whether one may do this here.
    ///
    /// # Errors
    /// The code that says no.
    pub(crate) fn may(&self, act: Act) -> Result<(), Code> {
        access::check(act, self.standing, self.scene)
    }
}

/// Reads a place, holding the conversation until the transaction ends, and checks that `act` is allowed there.
///
/// # Errors
/// As [`place`].
pub(crate) async fn place_for_change(
    tx: &mut Tx<'_>,
    id: ConversationId,
    viewer: Viewer,
    act: Act,
) -> Result<Place> {
    // PostgreSQL needs a statement of its own to wait in: one that waits and reads at once sees the held row
    // as it is after the wait, but the rows joined to it as they were before. SQLite has one writer.
    if tx.engine() == Engine::Postgres {
        tx.maybe(&HOLD, &[id.0.into()]).await?;
    }
    place(tx, id, viewer, act).await
}

/// Reads a conversation for staff, who are nothing to it and see all of it, holding it until the
/// transaction ends. Whether they may is checked elsewhere.
///
/// # Errors
/// `conversation_not_found`.
pub(crate) async fn place_for_staff(tx: &mut Tx<'_>, id: ConversationId) -> Result<Place> {
    tx.maybe(&HOLD, &[id.0.into()]).await?;
    stand(tx, id, Viewer::Guest).await
}

/// Reads a place, and checks that `act` is allowed there.
///
/// # Errors
/// `conversation_not_found` where there is nothing one may see, or the code that says no.
pub(crate) async fn place(
    tx: &mut Tx<'_>,
    id: ConversationId,
    viewer: Viewer,
    act: Act,
) -> Result<Place> {
    let place = stand(tx, id, viewer).await?;
    place.may(act)?;
    Ok(place)
}

async fn stand(tx: &mut Tx<'_>, id: ConversationId, viewer: Viewer) -> Result<Place> {
    let account = viewer.account().map_or(Uuid::nil(), |account| account.0);
    let row = tx
        .maybe(&PLACE, &[id.0.into(), account.into()])
        .await?
        .ok_or(Code::ConversationNotFound)?;
    let standing = match (row.get::<Option<String>>(8)?, viewer) {
        (Some(name), _) => Standing::In(role(&name)?),
        (None, Viewer::Account(_)) => Standing::Stranger,
        (None, Viewer::Guest) => Standing::Guest,
    };
    Ok(Place {
        scene: Scene {
            kind: kind(&row.get::<String>(0)?)?,
            guests_read: row.get(1)?,
            walk_in: row.get(12)?,
            blocked: row.get(2)?,
        },
        standing,
        last_seq: row.get(3)?,
        last_rev: row.get(4)?,
        last_at: row.get(5)?,
        member_count: row.get(6)?,
        name: row.get(7)?,
        visible_from: row.get::<Option<i64>>(9)?.unwrap_or(1),
        delivered: row.get::<Option<i64>>(10)?.unwrap_or(0),
        read: row.get::<Option<i64>>(11)?.unwrap_or(0),
        received: row.get::<Option<i64>>(13)?.unwrap_or(0),
    })
}

/// Notes that the log of changes of a held conversation is at `rev` now.
pub(crate) async fn advance_rev(tx: &mut Tx<'_>, id: ConversationId, rev: i64) -> Result<()> {
    tx.exec(&ADVANCE_REV, &[id.0.into(), rev.into()]).await?;
    Ok(())
}
