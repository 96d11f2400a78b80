//! How often one may ask, and what is said of it.

use crate::{
    Declared,
    asked::Asked,
    desk::Desk,
    refusal::{Answer, Refusal},
};
use axum::http::{HeaderName, HeaderValue, header};
use chinwag_chat::{Actor, Counts, LimitRule, LimitSubject, Quota, Rate};
use chinwag_wire::Code;
use std::time::Duration;

/// The window of sign-ins.
pub(super) const QUARTER: Duration = Duration::from_secs(15 * 60);
/// Sign-ins within it, those that succeed included.
pub(super) const MOST_LOGINS: u32 = 15;
/// What is said beyond.
pub(super) const TOO_MANY_LOGINS: &str = "Too many login attempts. Try again after 15 minutes.";

/// What a gateway lets through, for each address.
const GATEWAY: LimitRule = LimitRule {
    name: "pingtalk/gateway",
    rate: Rate::Steady { per_second: 10, burst: 20 },
    counts: Counts::Every,
};
/// Sign-ins, for each address.
const LOGINS: LimitRule = window("pingtalk/logins", MOST_LOGINS, QUARTER);
/// Questions after an email address by whoever asks, for each address.
pub(super) const LOOKUPS: LimitRule = window("pingtalk/lookups", 10, Duration::from_secs(60));

const fn window(name: &'static str, most: u32, window: Duration) -> LimitRule {
    LimitRule { name, rate: Rate::Window { most, window }, counts: Counts::Every }
}

/// Messages, for each account.
const MESSAGES: LimitRule = window("pingtalk/messages", 120, Duration::from_secs(60));

/// All of them, for the list of limits.
pub(crate) fn declared() -> Vec<Declared> {
    vec![
        Declared::fixed("`pingtalk`: requests but those of chats, for each address", GATEWAY),
        Declared::fixed("`pingtalk`: sign-ins, for each address", LOGINS),
        Declared::fixed("`pingtalk`: addresses looked up in the open, for each address", LOOKUPS),
        Declared::fixed("`pingtalk`: messages sent, for each account", MESSAGES),
    ]
}

/// Counts a message.
///
/// # Errors
/// `rate_limited`.
pub(super) fn count_message(desk: &Desk, actor: &Actor) -> Result<(), Refusal> {
    desk.chat.count(&MESSAGES, LimitSubject::Account(actor.account))?;
    Ok(())
}

/// Counts a request as a gateway would, which says that it is overloaded.
///
/// # Errors
/// `overloaded`, in the words for too many requests.
pub(super) fn gateway(desk: &Desk, asked: &Asked) -> Result<(), Refusal> {
    let counted = desk.chat.count(&GATEWAY, LimitSubject::Address(asked.from.address));
    counted.map(drop).map_err(|_| {
        let refusal = Refusal::from(Code::Overloaded).in_words("Too many requests");
        refusal.with_header(header::RETRY_AFTER, 1.into())
    })
}

/// Counts a sign-in.
///
/// # Errors
/// `rate_limited`.
pub(super) fn login(desk: &Desk, asked: &Asked) -> Result<(), Refusal> {
    let counted = desk.chat.count(&LOGINS, LimitSubject::Address(asked.from.address));
    counted.map(drop).map_err(|problem| Refusal::from(problem).in_words(TOO_MANY_LOGINS))
}

/// Says in the answer to a sign-in how many are left.
pub(super) fn show_logins(desk: &Desk, asked: &Asked, answer: Answer) -> Answer {
    let quota = desk.chat.limit_left(&LOGINS, LimitSubject::Address(asked.from.address));
    if quota.limit == u32::MAX {
        return answer;
    }
    match answer {
        Ok(mut response) => {
            response.headers_mut().extend(lines(&quota));
            Ok(response)
        }
        Err(refusal) => Err(lines(&quota)
            .into_iter()
            .fold(refusal, |refusal, (name, value)| refusal.with_header(name, value))),
    }
}

fn lines(quota: &Quota) -> [(HeaderName, HeaderValue); 4] {
    let policy = format!("{};w={}", quota.limit, QUARTER.as_secs());
    let line = |name: &'static str, value: HeaderValue| (HeaderName::from_static(name), value);
    [
        line("ratelimit-policy", HeaderValue::try_from(policy).expect("digits are visible ASCII")),
        line("ratelimit-limit", quota.limit.into()),
        line("ratelimit-remaining", quota.remaining.into()),
        line("ratelimit-reset", quota.reset_seconds.into()),
    ]
}
