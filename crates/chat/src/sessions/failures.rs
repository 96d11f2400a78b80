//! Failed sign-ins through the surfaces that refuse at numbers of their own: counted in one place for
//! each account named and each address, whichever of them they came through. What is counted is what
//! failed; those who try at once take turns, so that no more are verified than may be.

use super::{SignInName, Tokens, throttle::address_key};
use crate::{
    Chat, Origin, Quota, error::Result, limit_rules::UNLIMITED, operation::Query,
    secrets::hmac_sha256,
};
use chinwag_sql::Tx;
use chinwag_wire::{AccountId, Code, Problem, Time};
use parking_lot::Mutex;
use std::{collections::HashMap, sync::Arc, time::Duration};
use tokio::sync::OwnedMutexGuard;

chinwag_sql::statements! {
    /// How many there were.
    READ = "SELECT since, failures FROM sign_in_failures WHERE key = ?1";
    /// One more, or the first of a new time.
    COUNT = "INSERT INTO sign_in_failures AS f (key, since, failures) VALUES (?1, ?2, 1) ON CONFLICT (key) DO UPDATE SET \
             failures = CASE WHEN f.since <= ?3 THEN 1 ELSE f.failures + 1 END, \
             since = CASE WHEN f.since <= ?3 THEN excluded.since ELSE f.since END";
    /// Forgets a few that are old. Each failure makes one and forgets more.
    FORGET = "DELETE FROM sign_in_failures WHERE key IN (\
              SELECT key FROM sign_in_failures WHERE since < ?1 LIMIT 16 FOR UPDATE SKIP LOCKED)";
}

/// No surface counts for longer.
const LONGEST: Duration = Duration::from_secs(60 * 60);
/// Most who wait for their turn at one account from one address.
const MOST_WAITING: usize = 64;

/// How many failed sign-ins a surface allows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Guesses {
    /// So many fail, for one account from one address; the next is refused.
    pub most: u32,
    /// They are forgotten so long after the first; at most an hour.
    pub window: Duration,
}

/// What failures are counted by.
pub(super) type Key = [u8; 32];

impl Tokens {
    /// The key of an account, or of a name that is nobody's, from an address.
    pub(super) fn failures_key(
        &self,
        account: Option<AccountId>,
        name: &SignInName,
        from: &Origin,
    ) -> Key {
        let address = address_key(from.address);
        match account {
            Some(account) => hmac_sha256(
                &self.refresh_key,
                &[b"failures of", account.0.as_bytes(), address.as_bytes()],
            ),
            None => hmac_sha256(
                &self.refresh_key,
                &[b"failures at", name.key().as_bytes(), &[0], address.as_bytes()],
            ),
        }
    }
}

/// Who tries, one after the other for each key.
#[derive(Default)]
pub(crate) struct Turns(Mutex<HashMap<Key, Arc<tokio::sync::Mutex<()>>>>);

impl Turns {
    /// Waits for one's turn.
    ///
    /// # Errors
    /// `overloaded` where too many wait already.
    pub(super) async fn take(&self, key: Key) -> Result<OwnedMutexGuard<()>, Problem> {
        let turn = {
            let mut turns = self.0.lock();
            // Only held by this map: nobody is in it, and nobody waits.
            turns.retain(|other, turn| *other == key || Arc::strong_count(turn) > 1);
            turns.entry(key).or_default().clone()
        };
        if Arc::strong_count(&turn) > MOST_WAITING {
            return Err(Problem::from(Code::Overloaded).retry_after(2));
        }
        Ok(turn.lock_owned().await)
    }
}

/// The failures of one key, as they count now.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Failed {
    since: Time,
    failures: u32,
}

impl Failed {
    /// What is left of so many guesses.
    fn left(self, guesses: Guesses, now: Time) -> Quota {
        let over = self.failures == 0 || now.since(self.since) >= guesses.window;
        let used = if over { 0 } else { self.failures };
        let wait = if over { Duration::ZERO } else { self.since.after(guesses.window).since(now) };
        Quota {
            limit: guesses.most,
            remaining: guesses.most.saturating_sub(used),
            reset_seconds: wait.as_secs() + u64::from(wait.subsec_nanos() > 0),
        }
    }
}

struct Read(Key);

impl Query for Read {
    type Answer = Failed;
    async fn run(&self, tx: &mut Tx<'_>) -> Result<Failed> {
        let Some(row) = tx.maybe(&READ, &[(&self.0).into()]).await? else {
            return Ok(Failed::default());
        };
        let failures = u32::try_from(row.get::<i64>(1)?).unwrap_or(u32::MAX);
        Ok(Failed { since: Time(row.get(0)?), failures })
    }
}

/// Counts a failure.
pub(super) async fn count(tx: &mut Tx<'_>, key: &Key, window: Duration, now: Time) -> Result<()> {
    tx.exec(&COUNT, &[key.into(), now.0.into(), now.before(window).0.into()]).await?;
    tx.exec(&FORGET, &[now.before(2 * LONGEST).0.into()]).await?;
    Ok(())
}

impl Chat {
    /// What is left of a surface's guesses.
    pub(super) async fn left(&self, key: Key, guesses: Guesses) -> Result<Quota, Problem> {
        if !self.options.limits.enabled {
            return Ok(UNLIMITED);
        }
        let failed = self.query(Read(key)).await?;
        Ok(failed.left(self.scaled(guesses), self.clock.now()))
    }

    /// Refuses where nothing is left of them.
    ///
    /// # Errors
    /// `too_many_attempts`, with the time to wait.
    pub(super) async fn may_guess(&self, key: Key, guesses: Guesses) -> Result<(), Problem> {
        let left = self.left(key, guesses).await?;
        if left.remaining > 0 {
            return Ok(());
        }
        Err(Problem::from(Code::TooManyAttempts).retry_after(left.reset_seconds.max(1)))
    }

    fn scaled(&self, guesses: Guesses) -> Guesses {
        let most = self.options.limits.scale(guesses.most);
        Guesses { most, window: guesses.window.min(LONGEST) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_from_the_first_until_the_time_is_over() {
        let guesses = Guesses { most: 3, window: Duration::from_secs(900) };
        let start = Time(1_800_000_000_000_000_000);
        let left = |failures, after: u64| {
            let now = start.after(Duration::from_secs(after));
            let quota = Failed { since: start, failures }.left(guesses, now);
            (quota.remaining, quota.reset_seconds)
        };
        assert_eq!((left(0, 0), left(1, 0), left(3, 10)), ((3, 0), (2, 900), (0, 890)));
        assert_eq!((left(9, 899), left(9, 900)), ((0, 1), (3, 0)));
    }

    #[tokio::test]
    async fn turns_are_taken_one_by_one_and_forgotten() {
        let turns = Turns::default();
        let first = turns.take([1; 32]).await.unwrap();
        let other = turns.take([2; 32]).await.unwrap();
        assert!(
            tokio::time::timeout(Duration::from_millis(20), turns.take([1; 32])).await.is_err()
        );
        drop((first, other));
        drop(turns.take([1; 32]).await.unwrap());
        drop(turns.take([3; 32]).await.unwrap());
        assert_eq!(turns.0.lock().len(), 1, "those of the others are gone");
    }
}
