//! Every attempt to sign in to an account, for its owner to see. The newest 1,000 of 90 days are kept.

use crate::{
    Actor, Chat,
    cursor::{Cursor, limit, page},
    error::Result,
    operation::Query,
};
use chinwag_sql::{Row, Tx};
use chinwag_wire::{AccountId, Page, Problem, SignInAttempt, Time};
use std::time::Duration;

chinwag_sql::statements! {
    /// Records an attempt.
    INSERT = "INSERT INTO sign_ins (account_id, at, succeeded, address, device) VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT (account_id, at) DO NOTHING";
    /// Keeps the newest.
    FORGET = "DELETE FROM sign_ins WHERE account_id = ?1 AND at <= (\
              SELECT at FROM sign_ins WHERE account_id = ?1 ORDER BY at DESC LIMIT 1 OFFSET ?2)";
    /// Keeps those of 90 days.
    FORGET_OLD = "DELETE FROM sign_ins WHERE account_id = ?1 AND at < ?2";
    /// A page of them, newest first.
    LIST = "SELECT at, succeeded, address, device FROM sign_ins WHERE account_id = ?1 AND at < ?2 ORDER BY at DESC LIMIT ?3";
}

/// Most attempts that are kept for an account.
pub const MOST_SIGN_INS: i64 = 1_000;
/// How long they are kept at most.
const KEPT: Duration = Duration::from_secs(90 * 24 * 60 * 60);

/// An attempt. Its instant is one that the clock never gives twice.
pub(super) struct Attempt<'a> {
    pub(super) account: AccountId,
    pub(super) at: Time,
    pub(super) succeeded: bool,
    pub(super) address: &'a str,
    pub(super) device: Option<&'a str>,
}

impl Attempt<'_> {
    /// Records it.
    pub(super) async fn record(&self, tx: &mut Tx<'_>) -> Result<()> {
        let row = [
            self.account.0.into(),
            self.at.0.into(),
            self.succeeded.into(),
            self.address.into(),
            self.device.into(),
        ];
        tx.exec(&INSERT, &row).await?;
        tx.exec(&FORGET, &[self.account.0.into(), MOST_SIGN_INS.into()]).await?;
        tx.exec(&FORGET_OLD, &[self.account.0.into(), self.at.before(KEPT).0.into()]).await?;
        Ok(())
    }
}

struct List {
    account: AccountId,
    before: i64,
    limit: usize,
}

impl Query for List {
    type Answer = Vec<SignInAttempt>;
    async fn run(&self, tx: &mut Tx<'_>) -> Result<Vec<SignInAttempt>> {
        let most = self.limit as i64 + 1;
        let rows =
            tx.rows(&LIST, &[self.account.0.into(), self.before.into(), most.into()]).await?;
        rows.iter().map(attempt).collect()
    }
}

fn attempt(row: &Row) -> Result<SignInAttempt> {
    Ok(SignInAttempt {
        at: Time(row.get(0)?),
        succeeded: row.get(1)?,
        address: row.get(2)?,
        device: row.get(3)?,
    })
}

impl Chat {
    /// Attempts to sign in to one's own account, newest first.
    ///
    /// # Errors
    /// `cursor_invalid`, `invalid`.
    #[crate::boxed]
    pub async fn sign_ins(
        &self,
        actor: &Actor,
        cursor: Option<&str>,
        limit: Option<u32>,
    ) -> Result<Page<SignInAttempt>, Problem> {
        let limit = self::limit(limit)?;
        let before = Cursor::decode(cursor, Cursor::LAST)?.order;
        let attempts = self.query(List { account: actor.account, before, limit }).await?;
        Ok(page(attempts, limit, |attempt| Cursor { order: attempt.at.0, id: actor.account.0 }))
    }
}
