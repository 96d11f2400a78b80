//! What it serves, for its OpenAPI document.

use crate::describe::{Call, Description, Field, text};
use serde_json::json;

/// All of it.
pub(crate) const DESCRIPTION: Description = Description {
    path: "/docs/dialects/room-chat.json",
    title: "Chinwag: room-chat",
    about: "Accounts by email address, confirmed by a letter. Success is `{statusCode, message, data}`, refusal \
            `{statusCode, message, error}`; where the validator refused, `message` lists every broken rule. Rooms are \
            over Socket.IO at `/socket.io/`, with `authorization=bearer <accessToken>` in the query: `join_room`, \
            `message`, `isTyping` and `healthCheck` to the server, and from it an event of the room's own name.",
    credential: || json!({ "type": "http", "scheme": "bearer", "bearerFormat": "JWT" }),
    calls: CALLS,
};

const EMAIL: Field = text("email", "An email address; case and the space around it do not matter.");
const PASSWORD: Field = text("password", "The password.");
const AGAIN: Field = text("passwordConfirmation", "The same once more.");

const CALLS: &[Call] = &[
    Call {
        method: "post",
        path: "/api/v1/auth/signup",
        about: "Register; a letter with a code goes to the address",
        signed: false,
        asks: &[
            text("fullName", "1 to 100 characters."),
            EMAIL,
            text(
                "password",
                "4 to 20 characters: an upper and a lower case letter, and a digit or symbol.",
            ),
            AGAIN,
        ],
        answers: &[
            (201, "Registered"),
            (400, "Broken rules"),
            (409, "The address is registered"),
            (429, "Too often"),
        ],
    },
    Call {
        method: "post",
        path: "/api/v1/auth/signin",
        about: "Sign in",
        signed: false,
        asks: &[EMAIL, PASSWORD],
        answers: &[
            (200, "Whose account it is, and a token that opens sockets for 15 minutes"),
            (400, "A key that is not asked for"),
            (401, "Something is missing, or wrong"),
            (429, "Too many failures"),
        ],
    },
    Call {
        method: "patch",
        path: "/api/v1/auth/verifyEmail",
        about: "Confirm the address",
        signed: false,
        asks: &[text("token", "The code from the letter."), PASSWORD, AGAIN],
        answers: &[
            (200, "Confirmed"),
            (400, "Broken rules"),
            (401, "The password is wrong"),
            (403, "The code is unknown, or has expired"),
            (409, "It was confirmed before"),
            (429, "Too many failures"),
        ],
    },
    Call {
        method: "post",
        path: "/api/v1/auth/resendVerification",
        about: "Send another letter, if one is waited for; the code before it ends",
        signed: false,
        asks: &[EMAIL],
        answers: &[
            (200, "Whether or not somebody waits for it"),
            (400, "Broken rules"),
            (429, "Too often"),
        ],
    },
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{describe::differences, room_chat::described};

    #[test]
    fn every_route_is_described() {
        assert_eq!(differences(&DESCRIPTION, &described().known), [""; 0]);
    }
}
