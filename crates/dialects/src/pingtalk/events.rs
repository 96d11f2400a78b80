//! What other systems are told, in the words of this contract.

use chinwag_broker::{Exchange, Parcel};
use chinwag_chat::{Announced, AnsweredRequest, Happening, Person};
use serde_json::{Value, json};

const EXCHANGE: &str = "events.exchange";
const USER_CREATED: &str = "auth.user.created";
const REQUEST_ACCEPTED: &str = "request.accepted";
const REQUEST_REJECTED: &str = "request.rejected";

/// Where it is told, with the queues that consumers know by name.
pub(crate) fn exchange() -> Exchange {
    Exchange {
        name: EXCHANGE.to_owned(),
        queues: &[
            ("profile.auth.user.created", USER_CREATED),
            ("request.auth.user.created", USER_CREATED),
            ("chat.request.accepted", REQUEST_ACCEPTED),
        ],
    }
}

/// The event, if it is one of this contract.
pub(crate) fn parcel(announced: &Announced) -> Option<Parcel> {
    let (key, body) = match &announced.what {
        Happening::AccountCreated(person) => (USER_CREATED, user(person)),
        Happening::RequestAccepted(answered) => (REQUEST_ACCEPTED, request(answered)),
        Happening::RequestRejected(answered) => (REQUEST_REJECTED, request(answered)),
        Happening::CodeCreated { .. } => return None,
    };
    Some(Parcel { id: announced.id, exchange: EXCHANGE.to_owned(), key, json: body.to_string() })
}

fn user(person: &Person) -> Value {
    let (first, last) = person.names();
    json!({
        "userId": person.account.id,
        "email": person.email.as_deref().unwrap_or_default(),
        "firstName": first,
        "lastName": last,
        "createdAt": person.created_at,
    })
}

fn request(answered: &AnsweredRequest) -> Value {
    json!({
        "requestId": answered.request,
        "fromUserId": answered.from,
        "toUserId": answered.to,
        "respondedAt": answered.at,
    })
}
