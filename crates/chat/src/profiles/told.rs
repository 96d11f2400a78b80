//! Who hears that a profile has changed: one's own devices, through the log of the account, and as a signal
//! those who see it: members of shared conversations and contacts, never across a block.

use super::read::seen_by;
use crate::{
    Notice,
    account_log::{Thing, note},
    blocks,
    error::Result,
};
use chinwag_sql::Tx;
use chinwag_wire::{AccountId, ConversationId, Event, EventBody, ProfileChanged};

chinwag_sql::statements! {
    /// Where it is a member.
    CONVERSATIONS = "SELECT conversation_id FROM members WHERE account_id = ?1 AND left_at IS NULL";
    /// Its contacts.
    CONTACTS = "SELECT contact_id FROM contacts WHERE account_id = ?1";
}

/// What an account's own devices hear of its profile, as it is now.
pub(crate) async fn event(
    tx: &mut Tx<'_>,
    account: AccountId,
    account_rev: i64,
) -> Result<EventBody> {
    let profile = seen_by(tx, account, account).await?;
    let account_rev = Some(account_rev);
    Ok(EventBody::ProfileChanged(ProfileChanged { profile, account_rev }))
}

/// Notes the change and gives what everybody hears. Call it after the change, with the account held.
pub(super) async fn changed(tx: &mut Tx<'_>, account: AccountId) -> Result<Vec<Notice>> {
    let own = note(tx, account, Thing::Profile).await?;
    let profile = seen_by(tx, account, account).await?;
    let body = EventBody::ProfileChanged(ProfileChanged { profile, account_rev: None });
    let conversations = tx.rows(&CONVERSATIONS, &[account.0.into()]).await?;
    let contacts = tx.rows(&CONTACTS, &[account.0.into()]).await?;
    let others = Notice::ProfileChanged {
        account,
        conversations: conversations
            .iter()
            .map(|row| Ok(ConversationId(row.get(0)?)))
            .collect::<Result<_>>()?,
        contacts: contacts.iter().map(|row| Ok(AccountId(row.get(0)?))).collect::<Result<_>>()?,
        hidden_from: blocks::either_way(tx, account).await?,
        event: Event { conversation_id: None, rev: None, body },
    };
    Ok(vec![own, others])
}
