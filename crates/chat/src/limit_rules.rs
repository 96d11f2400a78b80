//! Rate limits that a surface declares: so many in so long, or so many a second, for whomever it says.
//! They are data of the surface's; counting them is done here, in one place, scaled like all others.

use crate::{Chat, LimitOptions, Quota};
use chinwag_wire::{AccountId, Code, Problem, Time};
use parking_lot::Mutex;
use std::{
    collections::HashMap,
    hash::{BuildHasher, RandomState},
    net::IpAddr,
    time::Duration,
};

/// A limit, by a name that is its own among all surfaces.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LimitRule {
    /// Names what is counted: two rules of one name count together.
    pub name: &'static str,
    /// How many.
    pub rate: Rate,
    /// Which of them.
    pub counts: Counts,
}

/// How many are allowed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rate {
    /// So many within a time that begins with the first of them.
    Window {
        /// How many.
        most: u32,
        /// How long.
        window: Duration,
    },
    /// So many a second in the long run, and so many at once.
    Steady {
        /// Regained each second.
        per_second: u32,
        /// At once.
        burst: u32,
    },
}

/// Which outcomes count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Counts {
    /// Each that was tried.
    Every,
    /// Those that failed: counted when they are tried, taken back where they did not.
    Failures,
}

/// Whose are counted together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum LimitSubject<'a> {
    /// An address's; IPv6 by /64.
    Address(IpAddr),
    /// An account's.
    Account(AccountId),
    /// Those from an address at a name, in its canonical form.
    Named(IpAddr, &'a str),
    /// One connection's.
    Connection(u64),
}

/// Most counters that are kept; beyond it, those that are over are forgotten at once.
const MOST: usize = 200_000;

/// What has been counted.
#[derive(Debug)]
pub(crate) struct Rules {
    options: LimitOptions,
    hasher: RandomState,
    counters: Mutex<HashMap<(&'static str, u64), Counter>>,
}

/// One counter: what was used, as of when. Of a window, since its first.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Counter {
    since: Time,
    used: f64,
    over_at: Time,
}

impl Rate {
    /// As the operator scaled it.
    pub fn scaled(self, options: &LimitOptions) -> Self {
        match self {
            Self::Window { most, window } => Self::Window { most: options.scale(most), window },
            Self::Steady { per_second, burst } => {
                Self::Steady { per_second: options.scale(per_second), burst: options.scale(burst) }
            }
        }
    }

    fn most(self) -> u32 {
        match self {
            Self::Window { most, .. } | Self::Steady { burst: most, .. } => most,
        }
    }

    /// What of a counter still counts now.
    fn now(self, counter: Option<Counter>, now: Time) -> Counter {
        let fresh = Counter { since: now, used: 0.0, over_at: now };
        let Some(counter) = counter.filter(|counter| now < counter.over_at && counter.since <= now)
        else {
            return fresh;
        };
        match self {
            Self::Window { .. } => counter,
            Self::Steady { per_second, .. } => {
                let regained = now.since(counter.since).as_secs_f64() * f64::from(per_second);
                Counter { since: now, used: (counter.used - regained).max(0.0), ..counter }
            }
        }
    }

    /// With one more.
    fn count(self, counter: Counter) -> Counter {
        let used = counter.used + 1.0;
        let over_at = match self {
            Self::Window { window, .. } => counter.since.after(window),
            Self::Steady { per_second, .. } => {
                counter.since.after(Duration::from_secs_f64(used / f64::from(per_second)))
            }
        };
        Counter { used, over_at, ..counter }
    }

    /// What is left; until all is there again.
    fn quota(self, counter: Counter, now: Time) -> Quota {
        let wait = counter.over_at.since(now);
        let used = counter.used.ceil() as u32;
        Quota {
            limit: self.most(),
            remaining: self.most().saturating_sub(used),
            reset_seconds: if used == 0 { 0 } else { ceil(wait) },
        }
    }

    /// How long the next has to wait.
    fn wait(self, counter: Counter, now: Time) -> Duration {
        match self {
            Self::Window { .. } => counter.over_at.since(now),
            Self::Steady { per_second, burst } => {
                let missing = (counter.used + 1.0 - f64::from(burst)).max(0.0);
                Duration::from_secs_f64(missing / f64::from(per_second))
            }
        }
    }
}

fn ceil(time: Duration) -> u64 {
    time.as_secs() + u64::from(time.subsec_nanos() > 0)
}

impl Rules {
    /// Nothing counted yet.
    pub(crate) fn new(options: &LimitOptions) -> Self {
        Self { options: *options, hasher: RandomState::new(), counters: Mutex::default() }
    }

    fn key(&self, rule: &LimitRule, of: LimitSubject<'_>) -> (&'static str, u64) {
        let of = match of {
            LimitSubject::Address(address) => LimitSubject::Address(by_prefix(address)),
            LimitSubject::Named(address, name) => LimitSubject::Named(by_prefix(address), name),
            other => other,
        };
        (rule.name, self.hasher.hash_one(of))
    }

    fn count(
        &self,
        rule: &LimitRule,
        of: LimitSubject<'_>,
        now: Time,
    ) -> Result<Quota, (Quota, u64)> {
        let (rate, key) = (rule.rate.scaled(&self.options), self.key(rule, of));
        let mut counters = self.counters.lock();
        if counters.len() >= MOST {
            counters.retain(|_, counter| now < counter.over_at);
        }
        let counter = rate.now(counters.get(&key).copied(), now);
        if counter.used + 1.0 > f64::from(rate.most()) {
            return Err((rate.quota(counter, now), ceil(rate.wait(counter, now)).max(1)));
        }
        let counter = rate.count(counter);
        counters.insert(key, counter);
        Ok(rate.quota(counter, now))
    }

    fn take_back(&self, rule: &LimitRule, of: LimitSubject<'_>) {
        if let Some(counter) = self.counters.lock().get_mut(&self.key(rule, of)) {
            counter.used = (counter.used - 1.0).max(0.0);
        }
    }

    fn left(&self, rule: &LimitRule, of: LimitSubject<'_>, now: Time) -> Quota {
        let (rate, key) = (rule.rate.scaled(&self.options), self.key(rule, of));
        let counter = self.counters.lock().get(&key).copied();
        rate.quota(rate.now(counter, now), now)
    }

    /// Forgets what is over.
    pub(crate) fn forget_idle(&self, now: Time) {
        let mut counters = self.counters.lock();
        counters.retain(|_, counter| now < counter.over_at);
        counters.shrink_to_fit();
    }
}

fn by_prefix(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => IpAddr::V6((u128::from(address) & !u128::from(u64::MAX)).into()),
        address => address,
    }
}

/// Nothing is limited.
pub(crate) const UNLIMITED: Quota =
    Quota { limit: u32::MAX, remaining: u32::MAX, reset_seconds: 0 };

impl Chat {
    /// Counts one.
    ///
    /// # Errors
    /// `rate_limited`, with the time to wait.
    pub fn count(&self, rule: &LimitRule, of: LimitSubject<'_>) -> Result<Quota, Problem> {
        if !self.options.limits.enabled {
            return Ok(UNLIMITED);
        }
        self.limit_rules.count(rule, of, self.clock.now()).map_err(|(_, wait)| {
            metrics::counter!("chinwag_rate_limited_total", "bucket" => rule.name).increment(1);
            let problem = Problem { policy: Some(rule.name), ..Code::RateLimited.into() };
            problem.retry_after(wait)
        })
    }

    /// Says how one ended that was counted: where only failures count, a success is taken back.
    pub fn settle(&self, rule: &LimitRule, of: LimitSubject<'_>, failed: bool) {
        if rule.counts == Counts::Failures && !failed {
            self.limit_rules.take_back(rule, of);
        }
    }

    /// What is left.
    pub fn limit_left(&self, rule: &LimitRule, of: LimitSubject<'_>) -> Quota {
        if !self.options.limits.enabled {
            return UNLIMITED;
        }
        self.limit_rules.left(rule, of, self.clock.now())
    }

    /// Forgets counters of limits that are over, so that memory follows those who are active. Call it now and
    /// then.
    pub fn forget_idle_limits(&self) {
        self.limits.forget_idle();
        self.limit_rules.forget_idle(self.clock.now());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const START: Time = Time(1_800_000_000_000_000_000);
    const THREE: LimitRule = LimitRule {
        name: "three",
        rate: Rate::Window { most: 3, window: Duration::from_secs(60) },
        counts: Counts::Failures,
    };
    const STEADY: LimitRule = LimitRule {
        name: "steady",
        rate: Rate::Steady { per_second: 10, burst: 20 },
        counts: Counts::Every,
    };

    fn rules() -> Rules {
        Rules::new(&LimitOptions::default())
    }

    fn here() -> LimitSubject<'static> {
        LimitSubject::Address([192, 0, 2, 1].into())
    }

    fn at(milliseconds: u64) -> Time {
        START.after(Duration::from_millis(milliseconds))
    }

    #[test]
    fn a_window_begins_with_the_first_and_ends_whole() {
        let rules = rules();
        let left = |ms| rules.left(&THREE, here(), at(ms));
        assert_eq!((left(0).remaining, left(0).reset_seconds), (3, 0));
        for (ms, remaining) in [(0, 2), (20_000, 1), (59_000, 0)] {
            assert_eq!(rules.count(&THREE, here(), at(ms)).unwrap().remaining, remaining);
        }
        let (quota, wait) = rules.count(&THREE, here(), at(59_500)).unwrap_err();
        assert_eq!((quota.limit, quota.remaining, quota.reset_seconds, wait), (3, 0, 1, 1));
        assert_eq!((left(59_999).remaining, left(60_000).remaining), (0, 3));
        assert!(rules.count(&THREE, here(), at(60_000)).is_ok());
        rules.take_back(&THREE, here());
        assert_eq!(left(61_000).remaining, 3);
    }

    #[test]
    fn a_steady_rate_is_regained_bit_by_bit() {
        let rules = rules();
        let taken = |ms| (0..40).filter(|_| rules.count(&STEADY, here(), at(ms)).is_ok()).count();
        assert_eq!((taken(0), taken(99), taken(500), taken(60_000)), (20, 0, 5, 20));
        let (_, wait) = rules.count(&STEADY, here(), at(60_000)).unwrap_err();
        assert_eq!(wait, 1);
    }

    #[test]
    fn each_is_counted_alone() {
        let rules = rules();
        let address = |text: &str| LimitSubject::Address(text.parse().unwrap());
        for _ in 0..3 {
            assert!(rules.count(&THREE, address("2001:db8::1"), START).is_ok());
        }
        assert!(rules.count(&THREE, address("2001:db8::2"), START).is_err(), "of one network");
        let others = [
            address("2001:db8:0:1::1"),
            LimitSubject::Named([192, 0, 2, 1].into(), "ann"),
            LimitSubject::Named([192, 0, 2, 1].into(), "bob"),
            LimitSubject::Connection(1),
            LimitSubject::Account(AccountId(uuid::Uuid::nil())),
        ];
        assert!(others.into_iter().all(|of| rules.count(&THREE, of, START).is_ok()));
        rules.forget_idle(at(60_000));
        assert!(rules.counters.lock().is_empty());
    }

    #[test]
    fn is_scaled_and_never_set_back_for_ever() {
        let twice = Rules::new(&LimitOptions { enabled: true, factor: 2.0 });
        assert_eq!(twice.left(&THREE, here(), START).limit, 6);
        let rules = rules();
        for _ in 0..3 {
            assert!(rules.count(&THREE, here(), at(3_600_000)).is_ok());
        }
        assert!(rules.count(&THREE, here(), START).is_ok(), "the clock was set back");
    }
}
