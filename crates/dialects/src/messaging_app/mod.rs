//! `messaging-app`: one-to-one messages whose text the client has encrypted. Bearer tokens, REST, and live
//! events over Socket.IO; sent once and only once, followed from sent over delivered to read.

mod accounts;
mod arrivals;
mod chats;
mod credentials;
pub(crate) mod description;
mod docs;
mod enter;
mod faults;
mod hear;
pub(crate) mod limits;
mod live;
mod messages;
mod outcome;
mod paging;
mod shape;
mod socket;
mod status;
mod tidings;
mod users;
mod validate;
mod well;

use crate::{desk::Desk, routes::Routes};
use enter::Door;
use std::{sync::Arc, time::Duration};

/// What is chosen for it.
#[derive(Clone, Debug)]
pub struct MessagingApp {
    /// How long a token, and its session, lives.
    pub token_life: Duration,
    /// What services of a deployment show to be let in; empty: none is.
    pub internal_token: String,
    /// Registrations of an address in 15 minutes.
    pub register_limit: u32,
    /// Failed sign-ins to a name from an address in 15 minutes.
    pub login_limit: u32,
    /// Requests of an account in a minute.
    pub general_limit: u32,
}

/// What it serves.
pub(crate) fn routes(desk: &Desk) -> Routes {
    described()
        .get("/docs/openapi.yaml", docs::openapi)
        .get("/docs/swagger-ui.html", docs::page)
        .get("/docs/swagger-ui.js", docs::script)
        .get("/docs/swagger-ui.css", docs::asset)
        .get("/docs/swagger-ui-bundle.js", docs::asset)
        .sessions(&["/ws/socket.io", "/ws/socket.io/"], Arc::new(Door::new(desk)))
}

/// What of it OpenAPI describes.
fn described() -> Routes {
    Routes::default()
        .post("/auth/register", accounts::register)
        .post("/auth/login", accounts::login)
        .post("/auth/validate-token", accounts::validate_token)
        .post("/auth/logout", accounts::logout)
        .get("/users", users::list)
        .get("/users/{username}", users::read)
        .get("/users/{username}/public-key", users::public_key)
        .post("/messages", messages::send)
        .patch("/messages/{id}/status", messages::set_status)
        .get("/chats", chats::list)
        .get("/chats/{chat_id}/messages", chats::messages)
        .get("/health/auth", well::auth)
        .get("/health/users", well::users)
        .get("/health/messaging", well::messaging)
        .get("/health/realtime", well::realtime)
        .get("/nginx-health", well::gateway)
}
