//! An account leaves every conversation it is in, for good. Where it was the last owner, whoever has
//! been there longest takes its place, an admin before the others.

use super::{
    Place,
    change_role::appoint,
    remove_member::{Departure, owners},
    row::{kind, role},
};
use crate::{Notice, access::Scene, conversations::members::member, error::Result};
use chinwag_sql::{Row, Tx};
use chinwag_wire::{AccountId, ConversationId, Kind, Role, Time};

chinwag_sql::statements! {
    /// Holds them all, in order of id.
    HOLD = "SELECT c.id FROM conversations c WHERE c.id IN (SELECT conversation_id FROM members WHERE account_id = ?1 AND left_at IS NULL) \
            ORDER BY c.id FOR UPDATE";
    /// All of them, held before.
    ALL = "SELECT c.id, c.kind, c.guests_read, c.blocked, c.last_rev, m.role, c.walk_in FROM members m JOIN conversations c ON c.id = m.conversation_id \
           WHERE m.account_id = ?1 AND m.left_at IS NULL ORDER BY c.id";
    /// Who follows an owner.
    SUCCESSOR = "SELECT account_id FROM members WHERE conversation_id = ?1 AND account_id <> ?2 AND left_at IS NULL \
                 ORDER BY CASE role WHEN 'admin' THEN 0 ELSE 1 END, joined_at, account_id LIMIT 1";
    /// Nobody can write to somebody who is gone.
    CLOSE_DIRECT = "UPDATE conversations SET blocked = 1 WHERE id = ?1";
}

/// Holds every conversation an account is in.
pub(crate) async fn hold_all_of(
    tx: &mut Tx<'_>,
    account: AccountId,
) -> Result<Vec<ConversationId>> {
    let rows = tx.rows(&HOLD, &[account.0.into()]).await?;
    rows.iter().map(|row| Ok(ConversationId(row.get(0)?))).collect()
}

/// A membership about to end with its account.
pub(crate) struct Leaving {
    pub(crate) conversation: ConversationId,
    scene: Scene,
    last_rev: i64,
    role: Role,
    account: AccountId,
    /// Who removes them; absent where they go by themselves.
    removed_by: Option<AccountId>,
    at: Time,
}

impl Leaving {
    /// Every membership of an account.
    pub(crate) async fn all(tx: &mut Tx<'_>, account: AccountId, at: Time) -> Result<Vec<Self>> {
        let rows = tx.rows(&ALL, &[account.0.into()]).await?;
        rows.iter().map(|row| Self::read(row, account, at)).collect()
    }

    fn read(row: &Row, account: AccountId, at: Time) -> Result<Self> {
        Ok(Self {
            conversation: ConversationId(row.get(0)?),
            scene: Scene {
                kind: kind(&row.get::<String>(1)?)?,
                guests_read: row.get(2)?,
                walk_in: row.get(6)?,
                blocked: row.get(3)?,
            },
            last_rev: row.get(4)?,
            role: role(&row.get::<String>(5)?)?,
            account,
            removed_by: None,
            at,
        })
    }

    /// One that ends while its account stays.
    pub(super) fn from_place(
        conversation: ConversationId,
        place: &Place,
        account: AccountId,
        at: Time,
    ) -> Self {
        let role = place.role().unwrap_or(Role::Member);
        let (scene, last_rev) = (place.scene, place.last_rev);
        Self { conversation, scene, last_rev, role, account, removed_by: None, at }
    }

    /// One that somebody else ends.
    pub(super) fn removed(self, account: AccountId, role: Role, by: AccountId) -> Self {
        Self { account, role, removed_by: Some(by), ..self }
    }

    /// Ends it. The conversation must be held.
    pub(crate) async fn leave(self, tx: &mut Tx<'_>) -> Result<Vec<Notice>> {
        let (mut notices, rev) = self.hand_over(tx).await?;
        if self.scene.kind == Kind::Direct {
            tx.exec(&CLOSE_DIRECT, &[self.conversation.0.into()]).await?;
        }
        let departure = Departure {
            conversation: self.conversation,
            kind: self.scene.kind,
            account: self.account,
            removed_by: self.removed_by,
            rev,
            at: self.at,
        };
        notices.extend(departure.write(tx).await?);
        Ok(notices)
    }

    /// Makes somebody else owner where there would be none; and the number of the next change.
    async fn hand_over(&self, tx: &mut Tx<'_>) -> Result<(Vec<Notice>, i64)> {
        let (id, rev) = (self.conversation, self.last_rev + 1);
        if self.role != Role::Owner || owners(tx, id).await? > 1 {
            return Ok((Vec::new(), rev));
        }
        let Some(row) = tx.maybe(&SUCCESSOR, &[id.0.into(), self.account.0.into()]).await? else {
            return Ok((Vec::new(), rev));
        };
        let Some(before) = member(tx, id, AccountId(row.get(0)?)).await? else {
            return Ok((Vec::new(), rev));
        };
        let (_, notice) = appoint(tx, id, self.scene, before, Role::Owner, (rev, self.at)).await?;
        Ok((vec![notice], rev + 1))
    }
}
