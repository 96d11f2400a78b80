//! A contact request as the rules look at it, with its two people held.

use super::row::state;
use crate::{blocks, error::Result};
use chinwag_sql::{Row, Tx};
use chinwag_wire::{AccountId, Code, RequestId, RequestState, Time};

/// What the rules need of a request.
macro_rules! select_stored {
    () => {
        "SELECT id, from_id, asked, to_id, state, answered_at FROM contact_requests "
    };
}
pub(super) use select_stored;

chinwag_sql::statements! {
    /// One request.
    BY_ID = concat!(select_stored!(), "WHERE id = ?1");
}

/// A request as it is stored.
#[derive(Clone, Debug)]
pub(super) struct Stored {
    pub(super) id: RequestId,
    pub(super) from: AccountId,
    /// What its sender named.
    pub(super) asked: String,
    /// Whom it reaches.
    pub(super) to: Option<AccountId>,
    pub(super) state: RequestState,
    pub(super) answered_at: Option<Time>,
}

impl Stored {
    pub(super) fn from_row(row: &Row) -> Result<Self> {
        Ok(Self {
            id: RequestId(row.get(0)?),
            from: AccountId(row.get(1)?),
            asked: row.get(2)?,
            to: row.get::<Option<_>>(3)?.map(AccountId),
            state: state(&row.get::<String>(4)?)?,
            answered_at: row.get::<Option<i64>>(5)?.map(Time),
        })
    }

    /// Who is in it, each once.
    pub(super) fn people(&self) -> Vec<AccountId> {
        std::iter::once(self.from).chain(self.to).collect()
    }
}

/// The request, if the account is in it, with both people held: whoever answers, cancels, blocks or asks again
/// comes before or after.
///
/// # Errors
/// `request_not_found`.
pub(super) async fn hold(tx: &mut Tx<'_>, id: RequestId, account: AccountId) -> Result<Stored> {
    let seen = find(tx, id).await?.ok_or(Code::RequestNotFound)?;
    blocks::hold_pair(tx, seen.from, seen.to.unwrap_or(seen.from)).await?;
    // As it is now that nobody else can change it.
    let held = find(tx, id).await?.filter(|held| held.people().contains(&account));
    Ok(held.ok_or(Code::RequestNotFound)?)
}

async fn find(tx: &mut Tx<'_>, id: RequestId) -> Result<Option<Stored>> {
    tx.maybe(&BY_ID, &[id.0.into()]).await?.as_ref().map(Stored::from_row).transpose()
}
