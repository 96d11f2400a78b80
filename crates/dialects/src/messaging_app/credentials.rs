//! Who asks: whoever the bearer token proves.

use super::MessagingApp;
use crate::{asked::Asked, desk::Desk, refusal::Refusal};
use chinwag_chat::{Actor, SessionKind, Unproven};
use chinwag_wire::{Code, OwnAccount, Problem};
use serde_json::{Map, Value};

/// What sessions and tokens of this dialect are called.
pub(super) const SURFACE: &str = "messaging-app";

/// What was chosen for this dialect.
pub(super) fn options(desk: &Desk) -> &MessagingApp {
    desk.options.messaging_app.as_ref().expect("it is switched on where it is served")
}

/// What kind of session is opened here.
pub(super) fn session_kind(desk: &Desk) -> SessionKind {
    SessionKind { surface: SURFACE, life: options(desk).token_life, sliding: false }
}

/// Whom the token proves.
///
/// # Errors
/// `unauthenticated`, in the words for no token or a bad one.
pub(super) async fn actor(desk: &Desk, asked: &Asked) -> Result<Actor, Refusal> {
    let Some(token) = asked.token() else {
        return Err(Refusal::from(Code::Unauthenticated).in_words("No token provided"));
    };
    match desk.chat.prove(token).await {
        Ok(proven) => Ok(proven.actor),
        Err(Unproven::Failed(problem)) => Err(problem.into()),
        Err(_) => Err(Code::Unauthenticated.into()),
    }
}

/// A token for a session.
///
/// # Errors
/// Those of storage.
pub(super) fn token(desk: &Desk, actor: &Actor, account: &OwnAccount) -> Result<String, Problem> {
    let mut claims = Map::new();
    claims.insert("id".to_owned(), Value::String(account.id.to_string()));
    claims.insert("username".to_owned(), Value::String(account.username.clone()));
    let issued = desk.chat.issue_token(actor, SURFACE, claims, options(desk).token_life)?;
    Ok(issued.token)
}
