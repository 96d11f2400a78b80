//! Makes a group with its first members.

use super::{
    Newcomer,
    create::{BY_CLIENT_ID, Blank},
    read::{read, see},
};
use crate::{
    Actor, Viewer, accounts, blocks, contacts,
    error::Result,
    operation::{Change, Outcome},
};
use chinwag_sql::Tx;
use chinwag_wire::{
    AccountId, Code, Conversation, ConversationId, CreateConversation, Kind, Role, Time,
};

/// Whom somebody may bring into a group.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Acquaintance {
    /// Whoever has an account.
    Anyone,
    /// Their contacts.
    Contacts,
}

/// Whether somebody may bring an account into a group: not past a block.
///
/// # Errors
/// `account_not_found`, `opening_not_allowed`.
pub(super) async fn may_bring(
    tx: &mut Tx<'_>,
    by: AccountId,
    account: AccountId,
    whom: Acquaintance,
) -> Result<()> {
    accounts::find(tx, account).await?.ok_or(Code::AccountNotFound)?;
    let stranger =
        whom == Acquaintance::Contacts && !contacts::are_contacts(tx, by, account).await?;
    if stranger || blocks::between(tx, by, account).await? {
        return Err(Code::OpeningNotAllowed.into());
    }
    Ok(())
}

pub(super) struct MakeGroup {
    pub(super) actor: Actor,
    pub(super) id: ConversationId,
    pub(super) at: Time,
    pub(super) body: CreateConversation,
    pub(super) limit: i64,
    pub(super) whom: Acquaintance,
}

impl Change for MakeGroup {
    type Answer = (Conversation, bool);
    async fn run(&self, tx: &mut Tx<'_>) -> Result<Outcome<Self::Answer>> {
        let viewer = Viewer::Account(self.actor);
        let everyone = self.everyone(tx).await?;
        let blank = Blank {
            kind: "group",
            name: self.body.name.as_deref(),
            client_id: self.body.client_id.as_deref(),
            members: everyone.len() as i64,
            ..Blank::default()
        };
        if !blank.create(tx, self.id, self.actor.account, self.at).await? {
            return Ok(Outcome::quiet((self.made_before(tx).await?, false)));
        }
        let head = everyone.len() as i64;
        let mut notices = Vec::new();
        for (account, rev) in everyone.into_iter().zip(1..) {
            let role = if account == self.actor.account { Role::Owner } else { Role::Member };
            let newcomer = Newcomer {
                conversation: self.id,
                kind: Kind::Group,
                account,
                role,
                last_seq: 0,
                rev,
                at: self.at,
            };
            newcomer.write(tx).await?;
            notices.push(newcomer.joined(tx, head).await?);
        }
        Ok(Outcome::telling((read(tx, self.id, viewer).await?, true), notices))
    }
}

impl MakeGroup {
    /// Its maker and the first members, each once, all of whom exist and may be added.
    async fn everyone(&self, tx: &mut Tx<'_>) -> Result<Vec<AccountId>> {
        let mut everyone = vec![self.actor.account];
        for account in &self.body.members {
            if everyone.contains(account) {
                continue;
            }
            may_bring(tx, self.actor.account, *account, self.whom).await?;
            everyone.push(*account);
            if everyone.len() as i64 > self.limit {
                return Err(Code::GroupFull.into());
            }
        }
        // Two groups made at once take the counters of those in both in one order.
        everyone.sort_unstable();
        Ok(everyone)
    }

    /// The group made first under the same client id.
    async fn made_before(&self, tx: &mut Tx<'_>) -> Result<Conversation> {
        let client_id = self.body.client_id.as_deref();
        let row = tx.row(&BY_CLIENT_ID, &[self.actor.account.0.into(), client_id.into()]).await?;
        let same =
            row.get::<String>(1)? == "group" && row.get::<Option<String>>(2)? == self.body.name;
        if !same {
            return Err(Code::ClientIdReused.into());
        }
        see(tx, ConversationId(row.get(0)?), Viewer::Account(self.actor)).await
    }
}
