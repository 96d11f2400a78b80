//! Administration, as staff and everybody else see it.

mod audit;
mod gate;
mod jobs;
mod moderation;
mod personal;
mod revocation;

use chinwag_testkit::{TestServer, User};

/// The owner of a server that nobody has used yet, who must be its first account.
pub(crate) async fn owner(server: &TestServer, username: &str) -> User {
    let owner_link = server.owner_link();
    User::register_with(&server.http(), username, |body| body.owner_link = owner_link).await
}
