//! Looks, every now and then, for people who want to be told what they missed. Each is looked at once in
//! the time they chose, by an instant that stands with their choice; sending a message pays nothing for it.

use super::{NewWork, Work};
use crate::{
    Chat,
    error::Result,
    operation::{Change, Outcome, Query},
};
use chinwag_sql::Tx;
use chinwag_wire::{AccountId, Time};
use std::time::Duration;
use tokio_util::sync::CancellationToken;

chinwag_sql::statements! {
    /// Who is to be looked at next.
    NEXT = "SELECT min(missed_due_at) FROM settings WHERE missed_due_at IS NOT NULL";
    /// Takes those who are to be looked at now, until the next time.
    TAKE = "UPDATE settings SET missed_due_at = ?1 + mail_missed_messages * 60000000000 WHERE account_id IN (\
            SELECT account_id FROM settings WHERE missed_due_at <= ?1 ORDER BY missed_due_at LIMIT ?2 FOR UPDATE SKIP LOCKED) \
            RETURNING account_id";
    /// Whether somebody has not read something, and could be told.
    BEHIND = "SELECT 1 FROM accounts a JOIN members m ON m.account_id = a.id JOIN conversations c ON c.id = m.conversation_id \
              WHERE a.id = ?1 AND a.email_verified_at IS NOT NULL AND m.left_at IS NULL AND c.kind <> 'room' \
              AND c.last_seq > m.read_seq LIMIT 1";
}

/// How often it is asked whether somebody is due.
const POLL: Duration = Duration::from_secs(2);
/// Most people that are looked at in one transaction.
const AT_ONCE: usize = 50;

struct Next;

impl Query for Next {
    type Answer = Option<i64>;
    async fn run(&self, tx: &mut Tx<'_>) -> Result<Option<i64>> {
        Ok(tx.row(&NEXT, &[]).await?.get(0)?)
    }
}

struct Looking {
    now: Time,
    /// One for each who may be behind.
    letters: Vec<NewWork>,
}

impl Change for Looking {
    type Answer = usize;
    async fn run(&self, tx: &mut Tx<'_>) -> Result<Outcome<usize>> {
        let most = self.letters.len() as i64;
        let rows = tx.rows(&TAKE, &[self.now.0.into(), most.into()]).await?;
        for (row, letter) in rows.iter().zip(&self.letters) {
            let account = AccountId(row.get(0)?);
            if tx.maybe(&BEHIND, &[account.0.into()]).await?.is_some() {
                let work = Work::SendMissedMessages { account };
                letter.of(account).queue_if_room(tx, &work).await?;
            }
        }
        Ok(Outcome::quiet(rows.len()).with_jobs())
    }
}

impl Chat {
    /// Looks until told to stop. Any number of nodes may: each person is looked at by one.
    pub(super) async fn watch_for_missed(self, stopping: CancellationToken) {
        while !stopping.is_cancelled() {
            tokio::select! {
                () = stopping.cancelled() => return,
                () = tokio::time::sleep(POLL) => {}
            }
            // What fails is due still.
            while self.look_for_missed().await.is_ok_and(|looked| looked == AT_ONCE) {}
        }
    }

    async fn look_for_missed(&self) -> Result<usize, chinwag_wire::Problem> {
        let now = self.clock.now();
        if self.query(Next).await?.is_none_or(|due| due > now.0) {
            return Ok(0);
        }
        let letters = (0..AT_ONCE).map(|_| self.new_work()).collect();
        self.change(Looking { now, letters }).await
    }
}
