//! How often one may ask, and the headers that say what is left: of several limits, those of the tightest.

use super::MessagingApp;
use crate::{
    Declared,
    desk::Desk,
    refusal::{Answer, Refusal},
};
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use chinwag_chat::{Counts, LimitRule, LimitSubject, Quota, Rate};
use chinwag_wire::Time;
use std::time::Duration;

const MINUTE: Duration = Duration::from_secs(60);
/// The window of what guards registrations and sign-ins.
pub(super) const QUARTER: Duration = Duration::from_secs(15 * 60);

/// All that begins with `/auth`, for each address.
pub(super) const AUTH: LimitRule = every("messaging-app/auth", 100, MINUTE);
/// Messages, for each account.
pub(super) const MESSAGES: LimitRule = every("messaging-app/messages", 30, MINUTE);
/// Failed sign-ins, for each address.
pub(super) const SIGN_INS: LimitRule =
    LimitRule { counts: Counts::Failures, ..every("messaging-app/sign-ins", 20, QUARTER) };

const fn every(name: &'static str, most: u32, window: Duration) -> LimitRule {
    LimitRule { name, rate: Rate::Window { most, window }, counts: Counts::Every }
}

/// Registrations, for each address.
pub(super) fn registrations(chosen: &MessagingApp) -> LimitRule {
    every("messaging-app/registrations", chosen.register_limit, QUARTER)
}

/// Everything else, for each account.
pub(super) fn requests(chosen: &MessagingApp) -> LimitRule {
    every("messaging-app/requests", chosen.general_limit, MINUTE)
}

/// All of them, for the list of limits.
pub(crate) fn declared(chosen: &MessagingApp) -> Vec<Declared> {
    vec![
        Declared::fixed("`messaging-app`: requests below `/auth`, for each address", AUTH),
        Declared {
            what: "`messaging-app`: accounts made, for each address",
            rule: registrations(chosen),
            setting: "dialects.messaging-app.register_limit",
        },
        Declared::fixed("`messaging-app`: sign-ins that failed, for each address", SIGN_INS),
        Declared::fixed("`messaging-app`: messages sent, for each account", MESSAGES),
        Declared {
            what: "`messaging-app`: other requests, for each account",
            rule: requests(chosen),
            setting: "dialects.messaging-app.general_limit",
        },
    ]
}

/// What is said where messages come too often.
pub(super) const TOO_MANY_MESSAGES: &str =
    "Message rate limit exceeded. Maximum 30 messages per minute.";
/// Where registrations do.
pub(super) const TOO_MANY_REGISTRATIONS: &str =
    "Too many authentication attempts, please try again later.";
/// Where sign-ins fail too often.
pub(super) const TOO_MANY_SIGN_INS: &str = "Too many login attempts, please try again later.";

/// What a request was counted by, and what is left of it.
#[derive(Default)]
pub(super) struct Meter {
    tightest: Option<(Quota, Duration)>,
}

impl Meter {
    /// Counts one.
    ///
    /// # Errors
    /// `rate_limited` in these words, with the headers of that limit.
    pub(super) fn count(
        &mut self,
        desk: &Desk,
        rule: &LimitRule,
        of: LimitSubject<'_>,
        words: Option<&'static str>,
    ) -> Result<(), Refusal> {
        let Rate::Window { window, .. } = rule.rate else { return Ok(()) };
        let counted = desk.chat.count(rule, of);
        self.note(desk.chat.limit_left(rule, of), window);
        counted.map(|_| ()).map_err(|problem| {
            let refusal = Refusal::from(problem);
            words.map_or(refusal.clone(), |words| refusal.in_words(words))
        })
    }

    /// Another limit holds too.
    pub(super) fn note(&mut self, quota: Quota, window: Duration) {
        let tighter = |(known, _): &(Quota, Duration)| {
            (quota.remaining, quota.limit) < (known.remaining, known.limit)
        };
        if quota.limit != u32::MAX && self.tightest.as_ref().is_none_or(tighter) {
            self.tightest = Some((quota, window));
        }
    }

    /// Says in an answer what is left.
    pub(super) fn show(&self, now: Time, answer: Answer) -> Answer {
        let Some((quota, window)) = &self.tightest else { return answer };
        match answer {
            Ok(mut response) => {
                let headers: &mut HeaderMap = response.headers_mut();
                headers.extend(lines(quota, *window, now));
                Ok(response)
            }
            Err(refusal) => Err(lines(quota, *window, now)
                .into_iter()
                .fold(refusal, |refusal, (name, value)| refusal.with_header(name, value))),
        }
    }
}

fn lines(quota: &Quota, window: Duration, now: Time) -> [(HeaderName, HeaderValue); 7] {
    let Quota { limit, remaining, reset_seconds } = quota;
    let at = now.seconds().saturating_add_unsigned(*reset_seconds);
    let policy = format!("{limit};w={}", window.as_secs());
    let line = |name: &'static str, value: HeaderValue| (HeaderName::from_static(name), value);
    [
        line("x-ratelimit-limit", (*limit).into()),
        line("x-ratelimit-remaining", (*remaining).into()),
        line("x-ratelimit-reset", at.into()),
        line("ratelimit-policy", HeaderValue::try_from(policy).expect("digits are visible ASCII")),
        line("ratelimit-limit", (*limit).into()),
        line("ratelimit-remaining", (*remaining).into()),
        line("ratelimit-reset", (*reset_seconds).into()),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tightest_is_shown() {
        let quota = |limit, remaining| Quota { limit, remaining, reset_seconds: 9 };
        let mut meter = Meter::default();
        meter.note(quota(u32::MAX, u32::MAX), MINUTE);
        assert!(meter.tightest.is_none(), "no limit, no headers");
        meter.note(quota(100, 50), MINUTE);
        meter.note(quota(30, 29), MINUTE);
        meter.note(quota(20, 29), QUARTER);
        assert_eq!(meter.tightest.unwrap().0.limit, 20);
        let lines = lines(&quota(30, 29), MINUTE, Time(1_795_253_400_000_000_000));
        let read: Vec<_> =
            lines.iter().map(|(name, value)| (name.as_str(), value.to_str().unwrap())).collect();
        assert_eq!(read[2], ("x-ratelimit-reset", "1795253409"));
        assert_eq!(read[3], ("ratelimit-policy", "30;w=60"));
        assert_eq!(read[6], ("ratelimit-reset", "9"));
    }
}
