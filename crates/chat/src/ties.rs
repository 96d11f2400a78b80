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
    TIE = concat!("SELECT CASE WHEN ", share_a_place!(), " THEN 1 ELSE 0 END");
}

/// What `one` is to the other.
pub(crate) async fn tie(tx: &mut Tx<'_>, one: AccountId, other: AccountId) -> Result<Tie> {
    let row = tx.row(&TIE, &[one.0.into(), other.0.into()]).await?;
    Ok(if row.get::<i64>(0)? == 1 { Tie::Shared } else { Tie::Stranger })
}
