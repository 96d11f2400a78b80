//! Reads a profile, one's own or somebody's, as it is now.

use super::row::{profile, select_profile};
use crate::{Actor, Chat, error::Result, operation::Query};
use chinwag_sql::Tx;
use chinwag_wire::{AccountId, Code, Problem, Profile};

chinwag_sql::statements! {
    /// The profile of `?2` as `?1` sees it.
    READ = concat!(select_profile!(), "WHERE a.id = ?2 AND a.unclaimed_by IS NULL");
}

/// The profile of somebody as the viewer sees it.
///
/// # Errors
/// `account_not_found`.
pub(super) async fn seen_by(
    tx: &mut Tx<'_>,
    viewer: AccountId,
    whose: AccountId,
) -> Result<Profile> {
    let row = tx.maybe(&READ, &[viewer.0.into(), whose.0.into()]).await?;
    profile(&row.ok_or(Code::AccountNotFound)?)
}

struct Reading {
    viewer: AccountId,
    whose: AccountId,
}

impl Query for Reading {
    type Answer = Profile;
    async fn run(&self, tx: &mut Tx<'_>) -> Result<Profile> {
        seen_by(tx, self.viewer, self.whose).await
    }
}

impl Chat {
    /// The profile of an account, as the actor sees it; of a deleted one what is left.
    ///
    /// # Errors
    /// `account_not_found`.
    #[crate::boxed]
    pub async fn profile(&self, actor: &Actor, whose: AccountId) -> Result<Profile, Problem> {
        self.query(Reading { viewer: actor.account, whose }).await
    }
}
