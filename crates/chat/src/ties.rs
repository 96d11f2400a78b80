//! What two people are to each other, as far as it decides who may open a direct conversation.

use crate::{access::Tie, error::Result};
use chinwag_sql::Tx;
use chinwag_wire::AccountId;

/// Whether `?1` and `?2` share a direct conversation or group. Rooms make no tie: anybody may join them.
macro_rules! share_a_place {
    () => {
        "EXISTS (SELECT 1 FROM members mine \
         JOIN members theirs ON theirs.conversation_id = mine.conversation_id AND theirs.account_id = ?2 AND theirs.left_at IS NULL \
         JOIN conversations c ON c.id = mine.conversation_id AND c.kind <> 'room' \
         WHERE mine.account_id = ?1 AND mine.left_at IS NULL)"
    };
}
pub(crate) use share_a_place;

chinwag_sql::statements! {
    /// What two are to each other.
    TIE = concat!("SELECT CASE WHEN EXISTS (SELECT 1 FROM contacts WHERE account_id = ?1 AND contact_id = ?2) THEN 2 WHEN ", share_a_place!(), " THEN 1 ELSE 0 END");
}

/// What `one` is to the other.
pub(crate) async fn tie(tx: &mut Tx<'_>, one: AccountId, other: AccountId) -> Result<Tie> {
    let row = tx.row(&TIE, &[one.0.into(), other.0.into()]).await?;
    Ok(match row.get::<i32>(0)? {
        2 => Tie::Contact,
        1 => Tie::Shared,
        _ => Tie::Stranger,
    })
}
