//! What it serves, for its OpenAPI document.

use crate::describe::{Call, Description, Field, Place, maybe, number, text};
use serde_json::json;

/// All of it.
pub(crate) const DESCRIPTION: Description = Description {
    path: "/docs/dialects/messaging-app.json",
    title: "Chinwag: messaging-app",
    about: "One-to-one messages whose text the client has encrypted. Success is `{success: true, data}`, refusal \
            `{success: false, error}`, with `details` where the validator refused. Live events come over Socket.IO at \
            `/socket.io/`, with the token in `auth`.",
    credential: || json!({ "type": "http", "scheme": "bearer", "bearerFormat": "JWT" }),
    calls: CALLS,
};

const PAGE: &[Field] =
    &[number("limit", "1 to 100; 50 where absent."), number("offset", "From 0.")];
const FOUND: &[(u16, &str)] = &[
    (200, "What was asked for"),
    (400, "Validation error"),
    (401, "No token, or a bad one"),
    (429, "Too often"),
];
const ONE: &[(u16, &str)] = &[
    (200, "What was asked for"),
    (401, "No token, or a bad one"),
    (404, "Not found"),
    (429, "Too often"),
];
const WELL: &[(u16, &str)] = &[(200, "Healthy"), (503, "Unhealthy")];

const fn get(
    path: &'static str,
    about: &'static str,
    asks: &'static [Field],
    answers: &'static [(u16, &'static str)],
) -> Call {
    Call { method: "get", path, about, signed: true, asks, answers }
}

const fn health(path: &'static str, about: &'static str) -> Call {
    Call { method: "get", path, about, signed: false, asks: &[], answers: WELL }
}

const fn post(
    path: &'static str,
    about: &'static str,
    signed: bool,
    asks: &'static [Field],
    answers: &'static [(u16, &'static str)],
) -> Call {
    Call { method: "post", path, about, signed, asks, answers }
}

const CALLS: &[Call] = &[
    post(
        "/auth/register",
        "Register",
        false,
        &[
            text("username", "3 to 30 letters, digits, `_` and `-`."),
            text(
                "password",
                "8 to 100 characters, with a lower and an upper case letter and a digit.",
            ),
            text("publicKey", "A public key in PEM."),
        ],
        &[
            (201, "Registered, with a token"),
            (400, "Validation error"),
            (409, "The name is taken"),
            (429, "Too often"),
        ],
    ),
    post(
        "/auth/login",
        "Sign in",
        false,
        &[text("username", "The user name."), text("password", "The password.")],
        &[
            (200, "A token"),
            (400, "Validation error"),
            (401, "Wrong name or password"),
            (429, "Too often"),
        ],
    ),
    post(
        "/auth/validate-token",
        "What a token is worth",
        false,
        &[text("token", "The token.")],
        &[(200, "Whether it is valid, and what it says"), (429, "Too often")],
    ),
    post(
        "/auth/logout",
        "Sign out; the token is revoked",
        true,
        &[],
        &[(200, "Signed out"), (401, "No token, or a bad one")],
    ),
    get(
        "/users",
        "People who published a key, newest first",
        &[
            number("limit", "1 to 100; 50 where absent."),
            number("offset", "From 0."),
            Field {
                name: "search",
                place: Place::Query,
                kind: "string",
                required: false,
                about: "A part of the name.",
            },
        ],
        FOUND,
    ),
    get("/users/{username}", "Somebody", &[], ONE),
    get("/users/{username}/public-key", "Somebody's key", &[], ONE),
    post(
        "/messages",
        "Send a message, once however often it is tried",
        true,
        &[
            text("receiverUsername", "Whom."),
            text("encryptedText", "1 to 65,536 bytes, which the server does not read."),
            text("clientMessageId", "1 to 128 characters; a repetition gives the first message."),
            maybe("senderCopy", "What the sender keeps, for itself alone."),
        ],
        &[
            (201, "Sent"),
            (200, "Sent before"),
            (400, "Validation error"),
            (403, "A block"),
            (404, "No such receiver"),
            (429, "Too often"),
        ],
    ),
    Call {
        method: "patch",
        path: "/messages/{id}/status",
        about: "Move a message one received forward",
        signed: true,
        asks: &[text("status", "`delivered` or `read`.")],
        answers: &[
            (200, "The message as it is now"),
            (400, "Validation error"),
            (403, "Not one's to move"),
            (404, "No such message"),
        ],
    },
    get("/chats", "One's chats, the latest message first", PAGE, FOUND),
    get(
        "/chats/{chat_id}/messages",
        "What was said in a chat, newest first",
        PAGE,
        &[
            (200, "Messages"),
            (400, "Not the id of a chat"),
            (401, "No token, or a bad one"),
            (403, "Between two others"),
        ],
    ),
    health("/health/auth", "Health of what signs in"),
    health("/health/users", "Health of what knows people"),
    health("/health/messaging", "Health of what stores messages"),
    health("/health/realtime", "Health of what delivers live"),
    health("/nginx-health", "Whether the gateway answers"),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{describe::differences, messaging_app::described};

    #[test]
    fn every_route_is_described() {
        assert_eq!(differences(&DESCRIPTION, &described().known), [""; 0]);
    }
}
