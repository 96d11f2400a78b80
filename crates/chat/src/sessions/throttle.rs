//! How guessing is bounded: failures are counted in the database, for each name and each address,
//! and past a few the next try has to wait, 1 s first and four times longer each time up to 15
//! minutes. A quiet 15 minutes, or a success, starts over: there is no permanent lock.

use crate::{
    error::Result,
    operation::{Change, Outcome},
};
use chinwag_sql::Tx;
use chinwag_wire::{AccountId, Code, Problem, Time};
use std::{net::IpAddr, time::Duration};

chinwag_sql::statements! {
    /// Makes sure there is a counter to lock.
    ENSURE = "INSERT INTO throttles (key, failures, since, blocked_until) VALUES (?1, 0, ?2, 0) ON CONFLICT (key) DO NOTHING";
    /// A counter, locked.
    LOCK = "SELECT failures, since, blocked_until FROM throttles WHERE key = ?1 FOR UPDATE";
    /// A counter, only looked at.
    PEEK = "SELECT failures, since, blocked_until FROM throttles WHERE key = ?1";
    /// Moves a counter.
    STORE = "UPDATE throttles SET failures = ?2, since = ?3, blocked_until = ?4 WHERE key = ?1";
    /// Starts over.
    RESET = "DELETE FROM throttles WHERE key = ?1";
    /// Forgets a few counters that have been quiet. Each failure makes one and forgets more.
    FORGET = "DELETE FROM throttles WHERE key IN (\
              SELECT key FROM throttles WHERE since < ?1 LIMIT 16 FOR UPDATE SKIP LOCKED)";
}

/// Longest time that a next try has to wait.
pub const LONGEST: Duration = Duration::from_secs(15 * 60);

/// Failures that cost nothing: for a name, so that at most ten guesses are verified in any 15 minutes …
pub const FREE_FOR_NAME: i64 = 4;
/// … and for an address, behind which there may be an office.
const FREE_FOR_ADDRESS: i64 = 100;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
struct Count {
    failures: i64,
    since: Time,
    blocked_until: Time,
}

impl Count {
    /// How long the next try has to wait.
    fn wait(self, now: Time) -> Option<Duration> {
        let wait = self.blocked_until.since(now);
        (!self.is_over(now) && !wait.is_zero()).then_some(wait)
    }

    /// One failure more.
    fn next(self, free: i64, now: Time) -> Self {
        let failures = if self.is_over(now) { 1 } else { self.failures + 1 };
        let since = if self.is_over(now) { now } else { now.max(self.since) };
        Self { failures, since, blocked_until: since.after(delay(failures - free)) }
    }

    /// Whether it has been quiet for long; also after the clock was set back, but not for those who
    /// only waited for their turn while others came by.
    fn is_over(self, now: Time) -> bool {
        now.since(self.since).max(self.since.since(now)) >= LONGEST
    }
}

/// 1 s, 4 s, 16 s, 64 s, 256 s, 900 s.
fn delay(excess: i64) -> Duration {
    let steps = u32::try_from(excess.clamp(0, 10)).expect("clamped");
    let seconds = if steps == 0 { 0 } else { 4_u64.pow(steps - 1) };
    Duration::from_secs(seconds).min(LONGEST)
}

fn refused(wait: Duration) -> Problem {
    Problem::from(Code::TooManyAttempts)
        .retry_after(wait.as_secs() + u64::from(wait.subsec_nanos() > 0))
}

/// The key that failures from an address are counted by: IPv4 whole, IPv6 by /64.
pub(super) fn address_key(address: IpAddr) -> String {
    match address.to_canonical() {
        IpAddr::V4(address) => format!("address:{address}"),
        IpAddr::V6(address) => format!("address:{:x}", u128::from(address) >> 64),
    }
}

/// The key that guesses at the password of whoever is signed in are counted by.
pub(crate) fn account_key(account: AccountId) -> String {
    format!("account:{account}")
}

/// Counts a guess before it is verified, as if it had failed: of any number made at once no more
/// are verified than may be. A success takes it back.
pub(super) struct Guess {
    pub(super) key: String,
    /// Where limits by address are on.
    pub(super) address_key: Option<String>,
    pub(super) now: Time,
}

impl Change for Guess {
    type Answer = ();
    async fn run(&self, tx: &mut Tx<'_>) -> Result<Outcome<()>> {
        if let Some(key) = &self.address_key
            && let Some(row) = tx.maybe(&PEEK, &[key.into()]).await?
            && let Some(wait) = count(&row)?.wait(self.now)
        {
            return Err(refused(wait).into());
        }
        let count = lock(tx, &self.key, self.now).await?;
        if let Some(wait) = count.wait(self.now) {
            return Err(refused(wait).into());
        }
        store(tx, &self.key, count.next(FREE_FOR_NAME, self.now)).await?;
        Ok(Outcome::quiet(()))
    }
}

/// Counts a failure against the address it came from, and forgets what is old.
pub(super) async fn failed(tx: &mut Tx<'_>, address_key: &str, now: Time) -> Result<()> {
    let count = lock(tx, address_key, now).await?;
    store(tx, address_key, count.next(FREE_FOR_ADDRESS, now)).await?;
    tx.exec(&FORGET, &[now.before(2 * LONGEST).0.into()]).await?;
    Ok(())
}

/// The guess was right.
pub(crate) async fn succeeded(tx: &mut Tx<'_>, key: &str) -> Result<()> {
    tx.exec(&RESET, &[key.into()]).await?;
    Ok(())
}

async fn lock(tx: &mut Tx<'_>, key: &str, now: Time) -> Result<Count> {
    tx.exec(&ENSURE, &[key.into(), now.0.into()]).await?;
    count(&tx.row(&LOCK, &[key.into()]).await?)
}

async fn store(tx: &mut Tx<'_>, key: &str, count: Count) -> Result<()> {
    tx.exec(
        &STORE,
        &[key.into(), count.failures.into(), count.since.0.into(), count.blocked_until.0.into()],
    )
    .await?;
    Ok(())
}

fn count(row: &chinwag_sql::Row) -> Result<Count> {
    Ok(Count { failures: row.get(0)?, since: Time(row.get(1)?), blocked_until: Time(row.get(2)?) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::VecDeque;

    const START: Time = Time(1_800_000_000_000_000_000);

    /// Guesses as fast as it may for two hours, pausing `pause` between tries.
    fn times(pause: Duration) -> Vec<Time> {
        let (mut count, mut now, mut made) = (Count::default(), START, Vec::new());
        while now < START.after(Duration::from_secs(7_200)) {
            if let Some(wait) = count.wait(now) {
                now = now.after(wait);
                continue;
            }
            count = count.next(FREE_FOR_NAME, now);
            made.push(now);
            now = now.after(pause);
        }
        made
    }

    #[test]
    fn at_most_ten_guesses_in_any_quarter_of_an_hour() {
        for pause in [1, 10, 60, 80, 95, 120, 299, 300, 600, 899].map(Duration::from_secs) {
            let mut window = VecDeque::new();
            for at in times(pause) {
                window.push_back(at);
                window.retain(|earlier| at.since(*earlier) < LONGEST);
                assert!(window.len() <= 10, "{pause:?}");
            }
        }
    }

    #[test]
    fn waits_longer_each_time_and_never_for_ever() {
        let waits: Vec<_> = (0..8).map(|excess| delay(excess).as_secs()).collect();
        assert_eq!(waits, [0, 1, 4, 16, 64, 256, 900, 900]);
        assert_eq!(delay(i64::MAX), LONGEST);
        let blocked = Count { failures: 50, since: START, blocked_until: START.after(LONGEST) };
        assert_eq!(blocked.wait(START.after(LONGEST)), None);
        assert_eq!(blocked.wait(START.before(LONGEST)), None, "the clock was set back");
        assert_eq!(blocked.next(FREE_FOR_NAME, START.after(LONGEST)).failures, 1);
    }

    #[test]
    fn addresses_are_counted_by_prefix() {
        let key = |text: &str| address_key(text.parse().unwrap());
        assert_eq!(key("2001:db8::1"), key("2001:db8::ffff:1"));
        assert_ne!(key("2001:db8::1"), key("2001:db8:0:1::1"));
        assert_eq!(key("::ffff:192.0.2.1"), key("192.0.2.1"));
        assert_ne!(key("192.0.2.1"), key("192.0.2.2"));
    }
}
