//! Rate limits, in one place for all surfaces: so many of a kind, for an account or an address.

use chinwag_wire::{AccountId, Code, Problem};
use governor::{DefaultKeyedRateLimiter, Quota as Rate, RateLimiter, clock::Clock as _};
use std::{net::IpAddr, num::NonZeroU32};

/// What is limited.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Bucket {
    /// Messages sent: 20 a second, burst 40, for each account.
    Send,
    /// Accounts made: 600 an hour for each address.
    Register,
    /// Sign-ins tried, whatever their outcome: 2 a second, burst 60, for each address.
    SignIn,
    /// Any other request: 50 a second, burst 200, for each account or address.
    Request,
    /// Files uploaded: 2 a second, burst 60, for each account.
    Upload,
    /// Connections opened: 10 a second, burst 100, for each address.
    Connect,
    /// Reports made: 60 an hour for each account.
    Report,
    /// Exports of one's data: 10 an hour for each account.
    Export,
    /// Letters asked for: 60 an hour, burst 20, for each address.
    Mail,
    /// Contacts asked for: 120 an hour, burst 60, for each account.
    RequestContact,
    /// Profiles changed, pictures included: 120 an hour, burst 30, for each account.
    Profile,
    /// People searched for: 2 a second, burst 60, for each account.
    Search,
}

impl Bucket {
    /// Each of them.
    pub const ALL: [Self; 12] = [
        Self::Send,
        Self::Register,
        Self::SignIn,
        Self::Request,
        Self::Upload,
        Self::Connect,
        Self::Report,
        Self::Export,
        Self::Mail,
        Self::RequestContact,
        Self::Profile,
        Self::Search,
    ];

    /// Its stable name, as `RateLimit-Policy` carries it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Send => "send",
            Self::Register => "register",
            Self::SignIn => "sign_in",
            Self::Request => "request",
            Self::Upload => "upload",
            Self::Connect => "connect",
            Self::Report => "report",
            Self::Export => "export",
            Self::Mail => "mail",
            Self::RequestContact => "request_contact",
            Self::Profile => "profile",
            Self::Search => "search",
        }
    }

    /// How many are regained each hour, and most at once, before they are scaled.
    pub fn rate(self) -> (f64, f64) {
        match self {
            Self::Send => (20.0 * 3600.0, 40.0),
            Self::Register => (600.0, 600.0),
            Self::SignIn => (2.0 * 3600.0, 60.0),
            Self::Request => (50.0 * 3600.0, 200.0),
            Self::Upload => (2.0 * 3600.0, 60.0),
            Self::Connect => (10.0 * 3600.0, 100.0),
            Self::Report => (60.0, 60.0),
            Self::Export => (10.0, 10.0),
            Self::Mail => (60.0, 20.0),
            Self::RequestContact => (120.0, 60.0),
            Self::Profile => (120.0, 30.0),
            Self::Search => (2.0 * 3600.0, 60.0),
        }
    }
}

/// Whose requests are counted together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum LimitKey {
    /// An account's, over all its devices.
    Account(AccountId),
    /// An address's; IPv6 is counted by /64.
    Address(IpAddr),
}

/// How the limits are scaled.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LimitOptions {
    /// Whether there are limits at all.
    pub enabled: bool,
    /// Every number is multiplied by this.
    pub factor: f64,
}

impl LimitOptions {
    /// A number as the operator scaled it; never none at all.
    pub(crate) fn scale(&self, most: u32) -> u32 {
        (f64::from(most) * self.factor).clamp(1.0, f64::from(u32::MAX)) as u32
    }
}

impl Default for LimitOptions {
    fn default() -> Self {
        Self { enabled: true, factor: 1.0 }
    }
}

/// What is left, for the `RateLimit` headers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quota {
    /// Most at once.
    pub limit: u32,
    /// Left now.
    pub remaining: u32,
    /// Seconds until all is there again.
    pub reset_seconds: u64,
}

type Limiter = RateLimiter<
    LimitKey,
    governor::state::keyed::DefaultKeyedStateStore<LimitKey>,
    governor::clock::DefaultClock,
    governor::middleware::StateInformationMiddleware,
>;

/// The limiters, one for each bucket.
pub struct Limits {
    limiters: Option<Vec<Limiter>>,
}

impl Limits {
    /// Limits as the operator scaled them.
    pub fn new(options: &LimitOptions) -> Self {
        let limiter = |bucket: Bucket| {
            let (hourly, burst) = bucket.rate();
            let nanoseconds = 3600e9 / (hourly * options.factor).max(1e-3);
            let burst = NonZeroU32::new((burst * options.factor).clamp(1.0, 4e9) as u32)
                .unwrap_or(NonZeroU32::MIN);
            let rate =
                Rate::with_period(std::time::Duration::from_nanos(nanoseconds.max(1.0) as u64))
                    .expect("a period is never zero");
            DefaultKeyedRateLimiter::keyed(rate.allow_burst(burst)).with_middleware()
        };
        Self { limiters: options.enabled.then(|| Bucket::ALL.map(limiter).into()) }
    }

    /// Counts one.
    ///
    /// # Errors
    /// `rate_limited`, with the time to wait.
    pub fn check(&self, bucket: Bucket, key: LimitKey) -> Result<Quota, Problem> {
        let Some(limiters) = &self.limiters else {
            return Ok(Quota { limit: u32::MAX, remaining: u32::MAX, reset_seconds: 0 });
        };
        let limiter = &limiters[bucket as usize];
        match limiter.check_key(&by_prefix(key)) {
            Ok(state) => Ok(quota(&state)),
            Err(refused) => {
                let wait = refused.wait_time_from(limiter.clock().now());
                metrics::counter!("chinwag_rate_limited_total", "bucket" => bucket.name())
                    .increment(1);
                let policy = Some(bucket.name());
                let problem = Problem { policy, ..Code::RateLimited.into() };
                Err(problem.retry_after(wait.as_secs() + 1))
            }
        }
    }

    /// Forgets who has been quiet, so that memory follows those who are active. Call it now and then.
    pub fn forget_idle(&self) {
        self.limiters.iter().flatten().for_each(|limiter| limiter.retain_recent());
    }
}

fn quota(state: &governor::middleware::StateSnapshot) -> Quota {
    let limit = state.quota().burst_size().get();
    let remaining = state.remaining_burst_capacity();
    let regained = state.quota().replenish_interval().as_secs_f64();
    Quota {
        limit,
        remaining,
        reset_seconds: (f64::from(limit - remaining.min(limit)) * regained).ceil() as u64,
    }
}

fn by_prefix(key: LimitKey) -> LimitKey {
    match key {
        LimitKey::Address(IpAddr::V6(address)) if address.to_ipv4_mapped().is_none() => {
            let prefix = u128::from(address) & !u128::from(u64::MAX);
            LimitKey::Address(IpAddr::V6(prefix.into()))
        }
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_and_refuses_and_says_when() {
        let limits = Limits::new(&LimitOptions::default());
        let key = LimitKey::Address("192.0.2.1".parse().unwrap());
        let first = limits.check(Bucket::Send, key).unwrap();
        assert_eq!((first.limit, first.remaining), (40, 39));
        let refused = (0..200).find_map(|_| limits.check(Bucket::Send, key).err()).unwrap();
        assert_eq!((refused.code, refused.retry_after), (Code::RateLimited, Some(1)));
        let other = LimitKey::Address("192.0.2.2".parse().unwrap());
        assert!(limits.check(Bucket::Send, other).is_ok());
    }
}
