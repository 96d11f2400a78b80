//! Finds somebody by the whole of their email address: if they verified it and chose to be found by it. To
//! whom else an address belongs, and whether to anybody, is answered in the same way: with nobody.

use super::sight::may_see;
use crate::{accounts::account_at, error::Result, operation::Query};
use chinwag_sql::Tx;
use chinwag_wire::{Account, AccountId, Page};

chinwag_sql::statements! {
    /// Whose verified address it is, if they want to be found by it and `?1` may see them.
    BY_EMAIL = concat!("SELECT a.id, a.username, a.display_name FROM accounts a JOIN settings s ON s.account_id = a.id \
                AND s.found_by_email = 1 WHERE a.email_key = ?2 AND a.email_verified_at IS NOT NULL AND a.id <> ?1 AND ", may_see!());
}

struct Finding {
    viewer: AccountId,
    email: String,
}

impl Query for Finding {
    type Answer = Page<Account>;
    async fn run(&self, tx: &mut Tx<'_>) -> Result<Page<Account>> {
        let found =
            tx.maybe(&BY_EMAIL, &[self.viewer.0.into(), self.email.as_str().into()]).await?;
        let items = found.iter().map(|row| account_at(row, 0)).collect::<Result<_>>()?;
        Ok(Page { items, next_cursor: None })
    }
}

/// The question whose this canonical address is.
pub(super) fn by_email(viewer: AccountId, email: String) -> impl Query<Answer = Page<Account>> {
    Finding { viewer, email }
}
