//! What it serves, for its OpenAPI document.

use crate::describe::{Call, Description, Field, maybe, number, text};
use serde_json::json;

/// All of it.
pub(crate) const DESCRIPTION: Description = Description {
    path: "/docs/dialects/live-chat.json",
    title: "Chinwag: live-chat",
    about: "One public room. Answers are a bare status with its phrase as text, unless said otherwise. A call for \
            somebody signed in carries the access token in `Authorization` and the refresh token in the cookie \
            `refresh`; where the access token has expired, the answer brings the next pair. What happens is heard \
            over the WebSocket `/ws/chat`, as JSON in text frames.",
    credential: || json!({ "type": "apiKey", "in": "header", "name": "Authorization" }),
    calls: CALLS,
};

const BOTH: (u16, &str) = (401, "A credential is missing or bad; both are to be forgotten");

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
        "/api/register",
        "Register",
        false,
        &[
            text("email", "A plain email address."),
            text("firstName", "1 to 100 characters."),
            text("lastName", "1 to 100 characters."),
            text("password", "At least 8 bytes."),
        ],
        &[
            (200, "Registered; sign in then"),
            (400, "What is wrong"),
            (409, "The address is known"),
            (429, "Too often"),
            (500, "Not now"),
        ],
    ),
    post(
        "/api/login",
        "Sign in",
        false,
        &[
            text("email", "The email address."),
            text("password", "The password."),
            maybe("name", "Not read."),
        ],
        &[(200, "Both credentials"), (400, "Something is wrong with them"), (429, "Too often")],
    ),
    post(
        "/api/logout",
        "Sign out; the session is revoked",
        true,
        &[],
        &[(200, "Signed out"), BOTH],
    ),
    post(
        "/api/change_password",
        "Choose another password; all other sessions are revoked",
        true,
        &[
            text("password", "The new password: at least 8 bytes."),
            maybe("oldPassword", "The old one; checked where it is given."),
        ],
        &[(200, "The new credentials"), (400, "Something is wrong with it"), BOTH],
    ),
    Call {
        method: "get",
        path: "/api/refresh_credentials",
        about: "The next credentials, once the access token has expired",
        signed: true,
        asks: &[],
        answers: &[(200, "Signed in"), BOTH],
    },
    Call {
        method: "get",
        path: "/api/messages",
        about: "At most 50 messages, newest first, for everybody",
        signed: false,
        asks: &[number("lastTimestamp", "Only those older than this: nanoseconds since 1970.")],
        answers: &[(200, "Messages, or an empty array"), (400, "Not a 64-bit integer")],
    },
    Call {
        method: "get",
        path: "/ws/chat",
        about: "The WebSocket over which everything else is said and heard",
        signed: false,
        asks: &[],
        answers: &[
            (101, "It speaks WebSocket now"),
            (426, "Only as a WebSocket"),
            (429, "Too often"),
        ],
    },
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{describe::differences, live_chat::routes};

    #[test]
    fn every_route_is_described() {
        assert_eq!(differences(&DESCRIPTION, &routes().known), [""; 0]);
    }
}
