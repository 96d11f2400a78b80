//! What it serves, for its OpenAPI document.

use crate::describe::{Call, Description, Field, Place, maybe, number, text};
use serde_json::json;

/// All of it.
pub(crate) const DESCRIPTION: Description = Description {
    path: "/docs/dialects/pingtalk.json",
    title: "Chinwag: pingtalk",
    about: "People with profiles invite each other by email, and once connected talk in direct chats; groups with \
            admins, and files. Refusals are `{message}`, or `{error}` for a bad token. Live events come over Socket.IO at \
            `/chat/socket.io/`.",
    credential: || json!({ "type": "apiKey", "in": "cookie", "name": "token" }),
    calls: CALLS,
};

const NOT_SIGNED_IN: (u16, &str) = (401, "No token, or a bad one");
const TOO_MANY: (u16, &str) = (503, "Too many requests");

const fn query(name: &'static str, about: &'static str) -> Field {
    Field { name, place: Place::Query, kind: "string", required: false, about }
}

const fn call(
    method: &'static str,
    path: &'static str,
    about: &'static str,
    asks: &'static [Field],
    answers: &'static [(u16, &'static str)],
) -> Call {
    Call { method, path, about, signed: true, asks, answers }
}

const fn open(
    path: &'static str,
    about: &'static str,
    asks: &'static [Field],
    answers: &'static [(u16, &'static str)],
) -> Call {
    Call { signed: false, ..call("post", path, about, asks, answers) }
}

const CALLS: &[Call] = &[
    open(
        "/auth/signup",
        "Sign up",
        &[
            text("firstName", "2 to 100 characters."),
            text("lastName", "2 to 100 characters."),
            text("emailId", "An email address."),
            text("password", "At least 8 characters: lower and upper case, a digit and a symbol."),
        ],
        &[
            (201, "Signed up, with a cookie"),
            (400, "Something is wrong"),
            (404, "The address is taken"),
            TOO_MANY,
        ],
    ),
    open(
        "/auth/login",
        "Sign in",
        &[text("emailId", "The email address."), text("password", "The password.")],
        &[
            (200, "A token, and a cookie that holds it"),
            (400, "No address, or something is missing"),
            (401, "Wrong address or password"),
            (429, "Too often"),
            TOO_MANY,
        ],
    ),
    open("/auth/logout", "Sign out", &[], &[(200, "Signed out"), TOO_MANY]),
    call(
        "patch",
        "/auth/changePassword",
        "Change the password; every session ends",
        &[text("oldPassword", "As it is."), text("newPassword", "As it shall be.")],
        &[(200, "Changed"), (400, "Missing, the same, or weak"), NOT_SIGNED_IN, TOO_MANY],
    ),
    call(
        "get",
        "/auth/getUserByEmail",
        "Which account an email address has",
        &[query("emailId", "The address.")],
        &[
            (200, "The account's id"),
            (400, "No address"),
            NOT_SIGNED_IN,
            (404, "Nobody's"),
            TOO_MANY,
        ],
    ),
    call(
        "get",
        "/profile/getProfile",
        "One's own profile",
        &[],
        &[(200, "The profile"), NOT_SIGNED_IN, TOO_MANY],
    ),
    call(
        "put",
        "/profile/patchProfile",
        "Change one's profile; what is absent stays. A form works too, with the picture as a file",
        &[
            maybe("firstName", "2 to 100 characters."),
            maybe("lastName", "1 to 100 characters."),
            maybe("about", "1 to 750 characters."),
            maybe("profilePic", "A `data:` URL of a JPEG or PNG, or the address of one."),
            maybe("gender", "`male`, `female` or `other`."),
            Field { kind: "integer", ..maybe("age", "0 to 150.") },
        ],
        &[
            (200, "The profile as it is now"),
            (400, "Something is wrong"),
            NOT_SIGNED_IN,
            (413, "Too large"),
            TOO_MANY,
        ],
    ),
    call(
        "get",
        "/profile/profile/{user_id}",
        "Somebody's profile",
        &[],
        &[(200, "The profile"), (400, "No id"), NOT_SIGNED_IN, (404, "Nobody"), TOO_MANY],
    ),
    call(
        "get",
        "/profile/picture/{user_id}/{file}",
        "Somebody's picture, as their profile names it",
        &[],
        &[(200, "The picture"), NOT_SIGNED_IN, (404, "No such picture"), TOO_MANY],
    ),
    call(
        "post",
        "/request/invite/send",
        "Invite somebody",
        &[text("toEmail", "Whom."), maybe("message", "At most 200 characters.")],
        &[
            (201, "Invited"),
            (400, "Oneself, or invited already"),
            NOT_SIGNED_IN,
            (403, "A block"),
            (404, "Nobody has that address"),
            TOO_MANY,
        ],
    ),
    call(
        "patch",
        "/request/respond/{request_id}",
        "Accept or reject an invite",
        &[text("status", "`accepted` or `rejected`.")],
        &[
            (200, "The request as it is now"),
            (400, "No such status"),
            NOT_SIGNED_IN,
            (404, "Nothing to respond to"),
            TOO_MANY,
        ],
    ),
    call(
        "get",
        "/request/invites/sent",
        "Invites one sent, newest first",
        &[],
        &[(200, "Requests"), NOT_SIGNED_IN, TOO_MANY],
    ),
    call(
        "get",
        "/request/invites/received",
        "Invites one received, newest first",
        &[query("status", "`pending`, `accepted`, `rejected` or `all`; `pending` where absent.")],
        &[(200, "Requests"), (400, "No such status"), NOT_SIGNED_IN, TOO_MANY],
    ),
    call(
        "delete",
        "/request/cancel/{request_id}",
        "Take an invite back",
        &[],
        &[
            (200, "Taken back"),
            (400, "It was answered"),
            NOT_SIGNED_IN,
            (403, "Somebody else sent it"),
            (404, "No such request"),
            TOO_MANY,
        ],
    ),
    call(
        "post",
        "/chat/create-direct",
        "Open the chat with somebody one is connected with",
        &[text("receiverId", "With whom.")],
        &[
            (201, "A new chat"),
            (200, "The one there is"),
            (400, "Nobody, or oneself"),
            NOT_SIGNED_IN,
            (403, "Not connected"),
        ],
    ),
    call(
        "post",
        "/chat/create-group",
        "Make a group, and be its admin",
        &[
            text("name", "1 to 100 characters."),
            Field { kind: "array", ..text("participants", "Ids of at least two others.") },
        ],
        &[
            (201, "The chat"),
            (400, "Something is wrong"),
            NOT_SIGNED_IN,
            (403, "A block, or not connected"),
        ],
    ),
    call(
        "put",
        "/chat/add-to-group",
        "Bring somebody into a group",
        &[text("chatId", "The group."), text("userIdToAdd", "Whom.")],
        &[
            (200, "The chat"),
            (400, "Nobody, or in it already"),
            NOT_SIGNED_IN,
            (403, "Not an admin"),
            (404, "No such group"),
        ],
    ),
    call(
        "put",
        "/chat/remove-from-group",
        "Remove somebody from a group",
        &[text("chatId", "The group."), text("userIdToRemove", "Whom.")],
        &[
            (200, "The chat"),
            (400, "Nobody, or oneself"),
            NOT_SIGNED_IN,
            (403, "Not an admin"),
            (404, "No such group"),
        ],
    ),
    call(
        "put",
        "/chat/leave-group",
        "Leave a group",
        &[text("chatId", "The group.")],
        &[(200, "Left"), (400, "Not in it"), NOT_SIGNED_IN, (404, "No such group")],
    ),
    call(
        "get",
        "/chat/my-chats",
        "One's chats, the latest first",
        &[],
        &[(200, "Chats"), NOT_SIGNED_IN],
    ),
    call(
        "get",
        "/chat/messages/{chat_id}",
        "What was said in a chat, oldest first; whoever fetches has read",
        &[
            number("limit", "1 to 1000; 1000 where absent."),
            query("before", "The id of a message: those before it."),
            query("after", "The id of a message: those after it."),
            query("files", "`url`: files are named, and not in the answer."),
        ],
        &[
            (200, "Messages"),
            (400, "No such page"),
            NOT_SIGNED_IN,
            (403, "Not a participant"),
            (404, "No such chat"),
        ],
    ),
    call(
        "post",
        "/chat/send-file",
        "Send a file, as a form",
        &[
            Field { kind: "binary", ..text("file", "At most 5 MiB.") },
            text("chatId", "The chat."),
            maybe("text", "What goes with it."),
        ],
        &[
            (201, "The message"),
            (400, "Something is missing"),
            NOT_SIGNED_IN,
            (403, "Not a participant"),
            (404, "No such chat"),
            (413, "Too large"),
            (429, "Too often"),
        ],
    ),
    call(
        "get",
        "/chat/files/{file_id}",
        "Download a file",
        &[],
        &[(200, "The file"), (206, "A part of it"), NOT_SIGNED_IN, (404, "No such file")],
    ),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{describe::differences, pingtalk::described};

    #[test]
    fn every_route_is_described() {
        assert_eq!(differences(&DESCRIPTION, &described().known), [""; 0]);
    }
}
