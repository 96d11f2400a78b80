//! How often one may say something.

use crate::Declared;
use chinwag_chat::{Counts, LimitRule, Rate};
use std::time::Duration;

/// Messages, for each account.
pub(super) const MESSAGES: LimitRule = LimitRule {
    name: "live-chat/messages",
    rate: Rate::Window { most: 60, window: Duration::from_secs(60) },
    counts: Counts::Every,
};

/// All of them, for the list of limits.
pub(crate) fn declared() -> Vec<Declared> {
    vec![Declared::fixed("`live-chat`: messages sent, for each account", MESSAGES)]
}
