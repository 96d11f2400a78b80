//! The limits that dialects declare, for the list of all limits.

use crate::{Options, live_chat, messaging_app, messaging_service, pingtalk, room_chat};
use chinwag_chat::LimitRule;

/// A limit of a dialect.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Declared {
    /// What is counted, and for whom.
    pub what: &'static str,
    /// How many.
    pub rule: LimitRule,
    /// The setting that says how many; empty where none does.
    pub setting: &'static str,
}

impl Declared {
    /// One that nobody chooses.
    pub(crate) fn fixed(what: &'static str, rule: LimitRule) -> Self {
        Self { what, rule, setting: "" }
    }
}

/// Those of the dialects that are switched on.
pub fn declared(options: &Options) -> Vec<Declared> {
    let service = options.messaging_service.then(messaging_service::limits::declared);
    let app = options.messaging_app.as_ref().map(messaging_app::limits::declared);
    let rooms = options.room_chat.as_ref().map(|_| room_chat::limits::declared());
    let live = options.live_chat.as_ref().map(|_| live_chat::limits::declared());
    let pingtalk = options.pingtalk.as_ref().map(|_| pingtalk::limits::declared());
    [service, app, rooms, live, pingtalk].into_iter().flatten().flatten().collect()
}
