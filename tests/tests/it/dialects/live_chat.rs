//! `live-chat`, as deployed clients use it.

mod accounts;
pub(super) mod credentials;
pub(super) mod live;
pub(super) mod messages;
mod pages;
pub(super) mod sockets;
pub(super) mod window;

use super::{Caller, Said};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use chinwag_testkit::TestServer;
use serde_json::{Value, json};
use std::time::Duration;

/// Past the end of an access token.
pub(super) const LATER: Duration = Duration::from_secs(16 * 60);

/// Both credentials, as a client keeps them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Pair {
    pub(super) access: String,
    pub(super) refresh: String,
}

impl Pair {
    /// Those that an answer issues.
    #[track_caller]
    pub(super) fn issued(said: &Said) -> Self {
        Self::found(said).unwrap_or_else(|| panic!("no credentials: {said:?}"))
    }

    /// Those of an answer that has some.
    pub(super) fn found(said: &Said) -> Option<Self> {
        let access = said.header("authorization").filter(|value| !value.is_empty())?;
        let cookie = said.header("set-cookie")?.strip_prefix("refresh=")?;
        let (refresh, attributes) = cookie.split_once("; ").unwrap();
        assert_eq!(attributes, "Max-Age=2592000; Path=/; HttpOnly; SameSite=Strict");
        Some(Self { access: access.to_owned(), refresh: refresh.to_owned() })
    }

    /// A caller with both.
    pub(super) fn on(&self, caller: &Caller) -> Caller {
        let caller = caller.with("authorization", self.access.clone());
        caller.with("cookie", format!("theme=dark; refresh={}", self.refresh))
    }
}

/// What a token says.
pub(super) fn claims(token: &str) -> Value {
    let payload = token.split('.').nth(1).unwrap();
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(payload).unwrap()).unwrap()
}

/// The address and password of somebody.
pub(super) fn person(first: &str, last: &str) -> Value {
    let email = format!("{}@example.org", first.to_lowercase());
    json!({ "email": email, "firstName": first, "lastName": last, "password": "windmill9" })
}

pub(super) async fn login(caller: &Caller, email: &str, password: &str) -> Said {
    caller.post("/api/login", json!({ "email": email, "password": password })).await
}

/// Registers somebody, and signs in.
pub(super) async fn join(server: &TestServer, first: &str, last: &str) -> Pair {
    let caller = Caller::of(server);
    let said = caller.post("/api/register", person(first, last)).await;
    assert_eq!((said.status, said.text.as_str()), (200, ""), "{said:?}");
    again(server, first).await
}

/// Signs in somebody who has registered.
pub(super) async fn again(server: &TestServer, first: &str) -> Pair {
    let email = format!("{}@example.org", first.to_lowercase());
    let said = login(&Caller::of(server), &email, "windmill9").await;
    assert_eq!((said.status, said.text.as_str()), (200, "OK"), "{said:?}");
    Pair::issued(&said)
}

#[track_caller]
pub(super) fn assert_plain(said: &Said, status: u16, text: &str) {
    assert_eq!((said.status, said.text.as_str()), (status, text), "{said:?}");
    assert_eq!(said.header("content-type"), Some("text/plain; charset=utf-8"), "{said:?}");
}

/// Refused, and both credentials are to be forgotten.
#[track_caller]
pub(super) fn assert_cleared(said: &Said) {
    assert_plain(said, 401, "Unauthorized");
    assert_gone(said);
}

#[track_caller]
pub(super) fn assert_gone(said: &Said) {
    assert_eq!(said.header("authorization"), Some(""), "{said:?}");
    let gone = "refresh=; Path=/; Expires=Thu, 01 Jan 1970 00:00:00 GMT";
    assert_eq!(said.header("set-cookie"), Some(gone), "{said:?}");
}
