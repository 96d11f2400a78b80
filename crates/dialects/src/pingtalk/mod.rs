//! `pingtalk`: people with profiles invite each other by email, and once connected talk in direct chats; groups
//! with admins, files, live delivery over Socket.IO. A cookie holds the token.

mod accounts;
mod chats;
mod credentials;
mod deliveries;
pub(crate) mod description;
mod documents;
mod enter;
pub(crate) mod events;
mod files;
mod groups;
mod history;
pub(crate) mod limits;
mod lookup;
mod outcome;
mod picture;
mod profile_form;
mod profiles;
mod requests;
mod said;
mod socket;

use crate::{desk::Desk, routes::Routes};
use chinwag_chat::Acquaintance;
pub(crate) use documents::FILES;
use enter::Door;
use std::sync::Arc;

/// Where bodies are taken that take long.
pub(crate) const UPLOADS: &[&str] = &["/profile/patchProfile", "/chat/send-file"];

/// What is chosen for it.
#[derive(Clone, Debug)]
pub struct Pingtalk {
    /// Whether anybody may ask which account an email address has.
    pub open_lookup: bool,
    /// Whether lists of received invites show those that were answered too, where nothing else is asked for.
    pub received_lists_all: bool,
    /// Whether a letter tells of an invite.
    pub invite_mail: bool,
    /// Whom somebody may bring into a group.
    pub group_members: Acquaintance,
}

/// What it serves.
pub(crate) fn routes(desk: &Desk) -> Routes {
    described().sessions(&["/chat/socket.io", "/chat/socket.io/"], Arc::new(Door::new(desk)))
}

/// What of it OpenAPI describes.
fn described() -> Routes {
    Routes::default()
        .post("/auth/signup", accounts::sign_up)
        .post("/auth/login", accounts::login)
        .post("/auth/logout", accounts::logout)
        .patch("/auth/changePassword", accounts::change_password)
        .get("/auth/getUserByEmail", lookup::by_email)
        .get("/profile/getProfile", profiles::own)
        .put("/profile/patchProfile", profiles::change)
        .get("/profile/profile/{user_id}", profiles::read)
        .get("/profile/picture/{user_id}/{file}", profiles::picture)
        .post("/request/invite/send", requests::send)
        .patch("/request/respond/{request_id}", requests::respond)
        .get("/request/invites/sent", requests::sent)
        .get("/request/invites/received", requests::received)
        .delete("/request/cancel/{request_id}", requests::cancel)
        .post("/chat/create-direct", chats::create_direct)
        .post("/chat/create-group", groups::create)
        .put("/chat/add-to-group", groups::add)
        .put("/chat/remove-from-group", groups::remove)
        .put("/chat/leave-group", groups::leave)
        .get("/chat/my-chats", chats::mine)
        .get("/chat/messages/{chat_id}", history::messages)
        .post("/chat/send-file", files::send)
        .get("/chat/files/{file_id}", files::download)
}
