//! What sessions and tokens of this dialect are.

use super::RoomChat;
use crate::desk::Desk;
use chinwag_chat::{Claims, SessionKind, SignedIn};
use chinwag_wire::Problem;
use serde_json::json;
use std::time::Duration;

/// What they are called.
pub(super) const SURFACE: &str = "room-chat";

/// How long a token opens sockets; those that are open go on as long as the session.
const TOKEN_LIFE: Duration = Duration::from_secs(15 * 60);

/// What was chosen for this dialect.
pub(super) fn options(desk: &Desk) -> &RoomChat {
    desk.options.room_chat.as_ref().expect("it is switched on where it is served")
}

/// What kind of session is opened here.
pub(super) fn session_kind(desk: &Desk) -> SessionKind {
    SessionKind { surface: SURFACE, life: options(desk).session_life, sliding: false }
}

/// A token for a session.
///
/// # Errors
/// `internal` if signing failed, which it does not.
pub(super) fn token(desk: &Desk, opened: &SignedIn) -> Result<String, Problem> {
    let claims = [
        ("fullName", json!(opened.account.display_name)),
        ("userId", json!(opened.account.id)),
        ("email", json!(opened.account.email.as_deref().unwrap_or_default())),
        ("ts", json!(desk.chat.clock().now().0 / 1_000_000)),
    ];
    let claims: Claims = claims.map(|(name, value)| (name.to_owned(), value)).into_iter().collect();
    Ok(desk.chat.issue_token(&opened.actor, SURFACE, claims, TOKEN_LIFE)?.token)
}
