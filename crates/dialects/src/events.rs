//! What other systems are told: each event in the words of the contract it stands in.

use crate::{Options, pingtalk, room_chat};
use chinwag_broker::{Exchange, Parcel};
use chinwag_chat::Announced;

/// Where the dialects that are switched on tell their events.
pub fn exchanges(options: &Options) -> Vec<Exchange> {
    let room_chat = options.room_chat.as_ref().map(room_chat::events::exchange);
    let pingtalk = options.pingtalk.as_ref().map(|_| pingtalk::events::exchange());
    room_chat.into_iter().chain(pingtalk).collect()
}

/// The event of the dialect in whose contract it stands; nothing where none that is switched on has it.
pub fn parcel(options: &Options, announced: &Announced) -> Option<Parcel> {
    let room_chat = || room_chat::events::parcel(options.room_chat.as_ref()?, announced);
    let pingtalk = || options.pingtalk.as_ref().and_then(|_| pingtalk::events::parcel(announced));
    room_chat().or_else(pingtalk)
}
