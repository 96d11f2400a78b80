//! Who may enter over Socket.IO: whom the token in the address proves, or that in `auth`.

use super::{credentials::SURFACE, visitor::Visitor};
use crate::{asked::bare, desk::Desk, query};
use bytes::Bytes;
use chinwag_chat::{Actor, Unproven, Viewer};
use chinwag_gateway::{
    Scope,
    sio::{Adapter, Entering, Entry, Socket},
};
use chinwag_wire::{AccountId, Code, Problem};
use serde_json::{Value, json};

const NOT_AUTHORIZED: &str = "You're not authorized";
const NOBODY: &str = "You're not authorized, we're not able to identify your identity";
const UNAVAILABLE: &str = "Service unavailable";

/// Lets people of this dialect in.
pub(super) struct Door {
    desk: Desk,
}

impl Door {
    pub(super) fn new(desk: &Desk) -> Self {
        Self { desk: desk.clone() }
    }
}

impl Adapter for Door {
    fn enter(&self, entry: Entry) -> Entering {
        let desk = self.desk.clone();
        Box::pin(async move {
            let entered = let_in(desk, &entry).await;
            entered
                .map(|visitor| Box::new(visitor) as Box<dyn Socket>)
                .map_err(|message| json!({ "message": message }).to_string().into())
        })
    }
}

async fn let_in(desk: Desk, entry: &Entry) -> Result<Visitor, &'static str> {
    if !entry.namespace.is_main() {
        return Err("Invalid namespace");
    }
    let token = token(entry).ok_or(NOT_AUTHORIZED)?;
    let actor = whom(&desk, bare(&token)).await?;
    let viewer = Viewer::Account(actor);
    let ear = desk.gateway.listen(SURFACE, &viewer, Scope::Chosen).await;
    let ear = ear.map_err(|problem| match problem.code {
        Code::SessionEnded | Code::Unauthenticated => NOT_AUTHORIZED,
        Code::TooManyConnections => "Too many connections",
        _ => UNAVAILABLE,
    })?;
    Ok(Visitor::new(desk, actor, ear))
}

/// Whom the token proves, if that account is there still.
async fn whom(desk: &Desk, token: &str) -> Result<Actor, &'static str> {
    match desk.chat.prove(token).await {
        Ok(proven) => match is_there(desk, proven.actor.account).await {
            Ok(true) => Ok(proven.actor),
            Ok(false) => Err(NOBODY),
            Err(_) => Err(UNAVAILABLE),
        },
        Err(Unproven::Failed(_)) => Err(UNAVAILABLE),
        // With an account its sessions go: the token says whose it was.
        Err(Unproven::Revoked) => match desk.chat.token_owner(token) {
            Some(owner) if matches!(is_there(desk, owner).await, Ok(false)) => Err(NOBODY),
            _ => Err(NOT_AUTHORIZED),
        },
        Err(_) => Err(NOT_AUTHORIZED),
    }
}

async fn is_there(desk: &Desk, account: AccountId) -> Result<bool, Problem> {
    Ok(desk.chat.person(account).await?.is_some())
}

/// The token in the query of the address, or else in the payload of the CONNECT.
fn token(entry: &Entry) -> Option<String> {
    let given = |token: &String| !token.is_empty();
    let in_query = query::value(&entry.opening.query, "authorization").filter(given);
    in_query.or_else(|| in_payload(&entry.auth).filter(given))
}

fn in_payload(auth: &Bytes) -> Option<String> {
    let auth: Value = serde_json::from_slice(auth).ok()?;
    auth.get("token")?.as_str().map(str::to_owned)
}
