//! How often one may ask.

use crate::Declared;
use chinwag_chat::{Counts, Guesses, LimitRule, Rate};
use std::time::Duration;

const HOUR: Duration = Duration::from_secs(60 * 60);

/// Wrong passwords for an account from an address, at sign-in and at confirming.
pub(super) const GUESSES: Guesses = Guesses { most: 10, window: Duration::from_secs(15 * 60) };

/// Letters asked for once more, by each address.
pub(super) const ASKED_AGAIN: LimitRule = in_an_hour("room-chat/asked-again", 20);
/// Those sent to each account.
pub(super) const SENT_AGAIN: LimitRule = in_an_hour("room-chat/sent-again", 3);

/// All of them, for the list of limits.
pub(crate) fn declared() -> Vec<Declared> {
    vec![
        Declared::fixed("`room-chat`: letters asked for once more, for each address", ASKED_AGAIN),
        Declared::fixed("`room-chat`: letters sent once more, for each account", SENT_AGAIN),
    ]
}

const fn in_an_hour(name: &'static str, most: u32) -> LimitRule {
    let rate = Rate::Window { most, window: HOUR };
    LimitRule { name, rate, counts: Counts::Every }
}
