//! `room-chat`: accounts by email address that a letter confirms, and open rooms by name over Socket.IO: join
//! any number, see the last ten messages, talk, see who is typing.

mod accounts;
mod clerk;
mod credentials;
pub(crate) mod description;
mod docs;
mod door;
pub(crate) mod events;
mod faults;
pub(crate) mod limits;
mod outcome;
mod rooms;
mod said;
mod shape;
mod verification;
mod visitor;

use crate::{desk::Desk, routes::Routes};
use door::Door;
use std::{sync::Arc, time::Duration};

/// What is chosen for it.
#[derive(Clone, Debug)]
pub struct RoomChat {
    /// How long a session lives. Its token opens a socket for a quarter of an hour.
    pub session_life: Duration,
    /// Who may read the documentation page; the two open nothing else.
    pub docs_user: String,
    /// With which password.
    pub docs_password: String,
    /// Under which name other systems hear of who signs up.
    pub user_topic: String,
}

/// What it serves.
pub(crate) fn routes(desk: &Desk) -> Routes {
    described()
        .get("/api-docs", docs::page)
        .get("/api-docs-json", docs::openapi)
        .get("/api-docs/swagger-ui.js", docs::script)
        .get("/api-docs/swagger-ui.css", docs::part)
        .get("/api-docs/swagger-ui-bundle.js", docs::part)
        .sessions(&[], Arc::new(Door::new(desk)))
}

/// What of it OpenAPI describes.
fn described() -> Routes {
    Routes::default()
        .post("/api/v1/auth/signup", accounts::sign_up)
        .post("/api/v1/auth/signin", accounts::sign_in)
        .patch("/api/v1/auth/verifyEmail", verification::verify)
        .post("/api/v1/auth/resendVerification", verification::resend)
}
