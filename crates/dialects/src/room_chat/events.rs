//! What other systems are told, in the words of this contract: the code of who signs up, for a mailer of theirs.

use super::RoomChat;
use chinwag_broker::{Exchange, Parcel};
use chinwag_chat::{Announced, Happening};
use serde_json::json;

const USER_CREATED: &str = "user_created";

/// The topic, to which consumers bind queues of their own.
pub(crate) fn exchange(chosen: &RoomChat) -> Exchange {
    Exchange { name: chosen.user_topic.clone(), queues: &[] }
}

/// The event, if it is one of this contract.
pub(crate) fn parcel(chosen: &RoomChat, announced: &Announced) -> Option<Parcel> {
    let Happening::CodeCreated { person, code } = &announced.what else { return None };
    let body = json!({
        "fullName": person.account.display_name,
        "email": person.email.as_deref().unwrap_or_default(),
        "verificationCode": code,
    });
    let exchange = chosen.user_topic.clone();
    Some(Parcel { id: announced.id, exchange, key: USER_CREATED, json: body.to_string() })
}
