//! Socket.IO sessions of the dialects: one endpoint for each dialect, and one at the root where several
//! stand side by side, which finds out at CONNECT who is meant.

use crate::{Dialect, cookies, desk::Desk, query, refusal::Refusal};
use axum::{
    Extension,
    extract::{Request, State},
    response::Response,
};
use bytes::Bytes;
use chinwag_chat::Origin;
use chinwag_gateway::sio::{
    Adapter, Endpoint, Entering, Entry, Limits, Options, Sockets, text_frame, write_event,
};
use serde_json::Value;
use std::{
    future::ready,
    sync::{Arc, OnceLock},
    time::Duration,
};

/// From a ping until its answer is missed.
const PING_TIMEOUT: Duration = Duration::from_secs(20);
/// Most bytes of a frame.
const MOST_BYTES: usize = 1_000_000;
/// How long somebody has to enter.
const PATIENCE: Duration = Duration::from_secs(20);

/// Where sessions are opened that speak through adapters made here, one for each.
pub(crate) fn endpoint(
    desk: &Desk,
    adapter: impl Fn() -> Arc<dyn Adapter> + Send + Sync + 'static,
) -> Endpoint {
    let engine = Options {
        ping_interval: desk.options.heartbeat,
        ping_timeout: PING_TIMEOUT,
        max_payload: MOST_BYTES,
    };
    // A packet is an array around its arguments; what no client library says is for the contracts to judge.
    let limits = Limits { bytes: MOST_BYTES, depth: 33, strict: false, ..Limits::default() };
    let gateway = desk.gateway.clone();
    Endpoint::new(engine, desk.options.most_connections, move |opening| {
        let sockets = Sockets::new(adapter(), opening, limits, PATIENCE);
        Box::new(sockets.paced(gateway.pace()))
    })
}

/// An event, as the frame that carries it.
pub(crate) fn frame(name: &str, value: &Value) -> Bytes {
    text_frame(|out| write_event(out, name, value.to_string().as_bytes()))
}

/// Answers a request to an endpoint.
pub(crate) async fn serve(
    State(desk): State<Desk>,
    Extension(endpoint): Extension<Endpoint>,
    Extension(from): Extension<Origin>,
    request: Request,
) -> Result<Response, Refusal> {
    Ok(desk.native.serve_session(&endpoint, from, request).await?)
}

/// Whose a session at the root may be.
pub(crate) type Doors = Arc<[(Dialect, Arc<dyn Adapter>)]>;

/// Finds out whose one session at the root is, as it asks to enter for the first time. That holds for its life.
pub(crate) struct Crossing {
    doors: Doors,
    chosen: OnceLock<Option<Arc<dyn Adapter>>>,
}

impl Crossing {
    /// Of a session that has asked for nothing yet.
    pub(crate) fn new(doors: &Doors) -> Self {
        Self { doors: doors.clone(), chosen: OnceLock::new() }
    }

    fn choose(&self, entry: &Entry) -> Option<Arc<dyn Adapter>> {
        let serves = |dialect| self.doors.iter().any(|(served, _)| *served == dialect);
        let meant = meant(entry, serves);
        let door = self.doors.iter().find(|(dialect, _)| Some(*dialect) == meant);
        door.or(self.doors.first()).map(|(_, adapter)| adapter.clone())
    }
}

impl Adapter for Crossing {
    fn enter(&self, entry: Entry) -> Entering {
        // No dialect has another one, so that nothing is decided there.
        let door = match entry.namespace.is_main() {
            true => self.chosen.get_or_init(|| self.choose(&entry)),
            false => &None,
        };
        match door {
            Some(adapter) => adapter.enter(entry),
            None => Box::pin(ready(Err(br#"{"message":"Invalid namespace"}"#.as_slice().into()))),
        }
    }
}

/// The first rule that fits, of those whose dialect is served.
fn meant(entry: &Entry, serves: impl Fn(Dialect) -> bool) -> Option<Dialect> {
    let auth: Value = serde_json::from_slice(&entry.auth).unwrap_or_default();
    let has_token =
        auth.get("token").and_then(Value::as_str).is_some_and(|token| !token.is_empty());
    let in_query = query::value(&entry.opening.query, "authorization").is_some();
    let in_cookie = cookies::in_line(entry.opening.cookies().as_bytes(), "token").is_some();
    let rules = [
        (has_token, Dialect::MessagingApp),
        (in_query, Dialect::RoomChat),
        (in_cookie, Dialect::Pingtalk),
        (true, Dialect::MessagingApp),
    ];
    rules.into_iter().find(|(fits, dialect)| *fits && serves(*dialect)).map(|(_, dialect)| dialect)
}

#[cfg(test)]
mod tests {
    use super::*;
    use chinwag_gateway::sio::{Namespace, Opening};

    fn entry(auth: &str, query: &str, cookie: &str) -> Entry {
        let from = Origin { address: [127, 0, 0, 1].into() };
        let opening = Opening::new(from, query, cookie, false);
        Entry {
            namespace: Namespace::main(),
            auth: auth.to_owned().into(),
            opening: Arc::new(opening),
        }
    }

    #[test]
    fn the_first_rule_that_fits_decides() {
        let of =
            |auth: &str, query: &str, cookie: &str| meant(&entry(auth, query, cookie), |_| true);
        let (query, cookie) = ("EIO=4&authorization=bearer%20x", "a=b; token=x");
        assert_eq!(of(r#"{"token":"x"}"#, query, cookie), Some(Dialect::MessagingApp));
        assert_eq!(of(r#"{"token":""}"#, query, cookie), Some(Dialect::RoomChat));
        assert_eq!(of("{}", "EIO=4", cookie), Some(Dialect::Pingtalk));
        assert_eq!(of("{}", "EIO=4", "theme=b\u{e9}ige; token=x"), Some(Dialect::Pingtalk));
        assert_eq!(of("", "EIO=4", "tokens=x"), Some(Dialect::MessagingApp));
        let without = |dialect| dialect != Dialect::MessagingApp;
        assert_eq!(meant(&entry(r#"{"token":"x"}"#, "", cookie), without), Some(Dialect::Pingtalk));
        assert_eq!(meant(&entry("", "", ""), without), None);
    }
}
