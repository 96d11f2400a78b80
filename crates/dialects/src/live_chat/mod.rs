//! `live-chat`: one public room on a web page. Everybody reads, whoever is signed in writes; accounts and history
//! over HTTP with two credentials that renew themselves, everything else over one plain WebSocket.

mod accounts;
mod counts;
mod credentials;
pub(crate) mod description;
mod frames;
mod headers;
pub(crate) mod limits;
mod messages;
mod shape;
mod socket;

use crate::{desk::Desk, routes::Routes};
pub(crate) use headers::dress;
use std::time::Duration;

/// What is chosen for it.
#[derive(Clone, Debug)]
pub struct LiveChat {
    /// Whether everybody reads the email addresses of those who write.
    pub public_emails: bool,
    /// From one ping of a socket to the next; one that is silent for three of them is closed.
    pub heartbeat: Duration,
}

/// What was chosen for this dialect.
fn options(desk: &Desk) -> &LiveChat {
    desk.options.live_chat.as_ref().expect("it is switched on where it is served")
}

/// What it serves.
pub(crate) fn routes() -> Routes {
    Routes::default()
        .post("/api/register", accounts::register)
        .post("/api/login", accounts::login)
        .post("/api/logout", accounts::logout)
        .post("/api/change_password", accounts::change_password)
        .get("/api/refresh_credentials", accounts::refresh_credentials)
        .get("/api/messages", messages::read)
        .get("/ws/chat", socket::open)
}
