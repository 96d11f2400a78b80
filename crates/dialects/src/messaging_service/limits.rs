//! How often one may ask.

use crate::Declared;
use chinwag_chat::{Counts, LimitRule, Rate};
use std::time::Duration;

/// Everything but messages, for each account: so that frequent polling works.
pub(super) const REQUESTS: LimitRule = in_a_minute("messaging-service/requests", 1_200);
/// Messages, for each account.
pub(super) const SENDS: LimitRule = in_a_minute("messaging-service/sends", 300);

const fn in_a_minute(name: &'static str, most: u32) -> LimitRule {
    let rate = Rate::Window { most, window: Duration::from_secs(60) };
    LimitRule { name, rate, counts: Counts::Every }
}

/// Both, for the list of limits.
pub(crate) fn declared() -> Vec<Declared> {
    vec![
        Declared::fixed("`messaging-service`: other requests, for each account", REQUESTS),
        Declared::fixed("`messaging-service`: messages sent, for each account", SENDS),
    ]
}
