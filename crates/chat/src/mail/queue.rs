//! How the letters that wait are doing, for whoever watches the server's health.

use super::work::LETTERS;
use crate::{Chat, error::Result, operation::Query};
use chinwag_sql::Tx;
use chinwag_wire::{Problem, Time};

chinwag_sql::statements! {
    /// How many jobs of a kind wait, run, wait for a later time, and failed for good.
    COUNT = "SELECT count(CASE WHEN dead_at IS NULL AND running = 0 AND due_at <= ?2 THEN 1 END), \
                    count(CASE WHEN dead_at IS NULL AND running = 1 THEN 1 END), \
                    count(CASE WHEN dead_at IS NULL AND running = 0 AND due_at > ?2 THEN 1 END), \
                    count(dead_at) \
             FROM jobs WHERE kind = ?1";
}

/// Letters that are not sent yet. What is sent is forgotten.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct MailQueue {
    /// They are due.
    pub waiting: i64,
    /// They are being sent.
    pub active: i64,
    /// They are due later: a first attempt failed.
    pub delayed: i64,
    /// They failed for good.
    pub failed: i64,
}

struct Counting {
    now: Time,
}

impl Query for Counting {
    type Answer = MailQueue;
    async fn run(&self, tx: &mut Tx<'_>) -> Result<MailQueue> {
        let mut queue = MailQueue::default();
        for kind in LETTERS {
            let row = tx.row(&COUNT, &[(*kind).into(), self.now.0.into()]).await?;
            queue.waiting += row.get::<i64>(0)?;
            queue.active += row.get::<i64>(1)?;
            queue.delayed += row.get::<i64>(2)?;
            queue.failed += row.get::<i64>(3)?;
        }
        Ok(queue)
    }
}

impl Chat {
    /// How many letters wait, are being sent, and failed.
    ///
    /// # Errors
    /// `unavailable`.
    #[crate::boxed]
    pub async fn mail_queue(&self) -> Result<MailQueue, Problem> {
        self.query(Counting { now: self.clock.now() }).await
    }
}
