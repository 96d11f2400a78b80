//! What it serves, for its OpenAPI document.

use crate::describe::{Call, Description, Field, Place, maybe, text};
use serde_json::json;

/// All of it.
pub(crate) const DESCRIPTION: Description = Description {
    path: "/docs/dialects/messaging-service.json",
    title: "Chinwag: messaging-service",
    about: "Direct messages between user names. Every answer is `{status, message}`, with `data` where something was asked for; \
            HTTP is 200, or 500 for what is missing, wrong or not signed in.",
    credential: || json!({ "type": "apiKey", "in": "cookie", "name": "sessionId" }),
    calls: CALLS,
};

const DONE: &[(u16, &str)] = &[
    (200, "Done, or understood and refused (`failed`)"),
    (500, "Missing, wrong or not signed in (`errored`)"),
];

const fn call(
    path: &'static str,
    about: &'static str,
    signed: bool,
    asks: &'static [Field],
) -> Call {
    Call { method: "post", path, about, signed, asks, answers: DONE }
}

const fn count(name: &'static str, required: bool) -> Field {
    Field { name, place: Place::Body, kind: "integer", required, about: "How many; 1,000 at most." }
}

const NEW: &[Field] = &[
    text("username", "1 to 64 characters."),
    text("password", "1 to 1,024 bytes."),
    maybe("fullname", "The name people read."),
    Field {
        name: "extra",
        place: Place::Body,
        kind: "object",
        required: false,
        about: "Any JSON up to 4 KiB.",
    },
];
const NAMED: &[Field] = &[text("username", "The user name."), text("password", "The password.")];

const CALLS: &[Call] = &[
    call("/auth/singup", "Sign up, in the documented spelling", false, NEW),
    call("/auth/signup", "Sign up", false, NEW),
    call("/auth/singin", "Sign in, in the documented spelling; sets the cookie", false, NAMED),
    call("/auth/signin", "Sign in; sets the cookie", false, NAMED),
    call("/auth/singout", "Sign out, in the documented spelling", false, &[]),
    call("/auth/signout", "Sign out", false, &[]),
    call(
        "/chat/messages/send",
        "Send a message to a user name",
        true,
        &[
            text("receiverUsername", "Whom; also a name that nobody has yet."),
            text("content", "1 to 65,536 bytes."),
        ],
    ),
    call(
        "/chat/messages/get",
        "Read the newest messages with somebody, newest first",
        true,
        &[text("withUsername", "With whom."), count("noMsgs", true)],
    ),
    call("/users/block", "Block somebody", true, &[text("toBlockUsername", "Whom.")]),
    call("/users/unblock", "Lift a block", true, &[text("toUnblockUsername", "Whose.")]),
    call(
        "/chats/get",
        "List whom one talks with, the chat started last first",
        true,
        &[count("noChats", true)],
    ),
    call(
        "/activity/get",
        "List one's sign-ins, newest first",
        true,
        &[count("noActivity", false), count("noAcitivty", false)],
    ),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{describe::differences, messaging_service::routes};

    #[test]
    fn every_route_is_described() {
        assert_eq!(differences(&DESCRIPTION, &routes().known), [""; 0]);
    }
}
