//! `messaging-service`: direct messages between user names. `POST` with JSON bodies only, a session cookie,
//! two flavours of answer, no push.

mod accounts;
mod activity;
mod blocks;
mod chats;
mod count;
pub(crate) mod description;
mod flavour;
pub(crate) mod limits;
mod messages;
mod outcome;
mod session;

use crate::routes::Routes;

/// What it serves.
pub(crate) fn routes() -> Routes {
    Routes::default()
        .post("/auth/singup", accounts::sign_up)
        .post("/auth/signup", accounts::sign_up)
        .post("/auth/singin", accounts::sign_in)
        .post("/auth/signin", accounts::sign_in)
        .post("/auth/singout", accounts::sign_out)
        .post("/auth/signout", accounts::sign_out)
        .post("/chat/messages/send", messages::send)
        .post("/chat/messages/get", messages::get)
        .post("/users/block", blocks::block)
        .post("/users/unblock", blocks::unblock)
        .post("/chats/get", chats::get)
        .post("/activity/get", activity::get)
}
