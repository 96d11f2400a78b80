//! Speaks Socket.IO by hand: a polled session, and the first words over a WebSocket.

use crate::raw::RawSocket;
use chinwag_testkit::{TestServer, User, soon, wire::websocket::Incoming};
use reqwest::{Client, Response, header::HeaderMap};
use serde_json::{Value, json};

/// Where sessions are opened.
pub(crate) const PATH: &str = "/v1/socket.io/";

/// A session that is polled.
pub(crate) struct Polled {
    http: Client,
    base: String,
    /// Path, and the query as far as all its requests have it.
    path: String,
    /// What it was opened with.
    pub(crate) opened: Value,
}

impl Polled {
    pub(crate) async fn open(server: &TestServer) -> Self {
        Self::open_at(server, PATH, "").await
    }

    /// The same elsewhere, with more in the query.
    pub(crate) async fn open_at(server: &TestServer, path: &str, query: &str) -> Self {
        Self::open_with(server, path, query, HeaderMap::new()).await
    }

    /// The same with these headers in each of its requests.
    pub(crate) async fn open_with(
        server: &TestServer,
        path: &str,
        query: &str,
        headers: HeaderMap,
    ) -> Self {
        let http = Client::builder().default_headers(headers).build().unwrap();
        let (base, path) = (server.url(), format!("{path}?EIO=4{query}"));
        let answer = http.get(format!("{base}{path}&transport=polling")).send().await.unwrap();
        let text = answer.text().await.unwrap();
        let opened = serde_json::from_str(text.strip_prefix('0').unwrap()).unwrap();
        Self { http, base, path, opened }
    }

    /// The same, entered as somebody and greeted.
    pub(crate) async fn entered(server: &TestServer, user: &User) -> Self {
        let session = Self::open(server).await;
        session.post(&format!("40{}", json!({"token": user.credentials.access_token}))).await;
        let mut heard = String::new();
        while !heard.contains("42[\"ready\",") {
            heard += &session.poll().await;
        }
        session
    }

    fn sid(&self) -> &str {
        self.opened["sid"].as_str().unwrap()
    }

    pub(crate) fn url(&self) -> String {
        format!("{}{}&transport=polling&sid={}", self.base, self.path, self.sid())
    }

    /// Where a WebSocket takes over.
    pub(crate) fn websocket(&self) -> String {
        format!("{}&transport=websocket&sid={}", self.path, self.sid())
    }

    pub(crate) async fn try_poll(&self) -> Response {
        soon("the answer to a poll", self.http.get(self.url()).send()).await.unwrap()
    }

    /// What the next poll brings.
    pub(crate) async fn poll(&self) -> String {
        let answer = self.try_poll().await;
        assert_eq!(answer.status(), 200);
        answer.text().await.unwrap()
    }

    pub(crate) async fn try_post(&self, packets: &str) -> Response {
        let request = self.http.post(self.url()).body(packets.to_owned());
        soon("the answer to a post", request.send()).await.unwrap()
    }

    pub(crate) async fn post(&self, packets: &str) {
        let answer = self.try_post(packets).await;
        assert_eq!((answer.status().as_u16(), answer.text().await.unwrap().as_str()), (200, "ok"));
    }
}

/// What a WebSocket session was opened with.
pub(crate) async fn opened(socket: &mut RawSocket) -> Value {
    let Some(Incoming::Text(text)) = socket.next().await else { panic!("a first packet") };
    serde_json::from_slice(text.strip_prefix(b"0").unwrap()).unwrap()
}

/// A WebSocket session, entered as somebody and greeted.
pub(crate) async fn entered(server: &TestServer, user: &User) -> RawSocket {
    let path = format!("{PATH}?EIO=4&transport=websocket");
    let mut socket = RawSocket::open_at(server.address, &path).await;
    opened(&mut socket).await;
    let connect = format!("40{}", json!({"token": user.credentials.access_token}));
    socket.text(connect.as_bytes()).await;
    loop {
        let Some(Incoming::Text(text)) = socket.next().await else { panic!("not let in") };
        if text.starts_with(b"42[\"ready\",") {
            break socket;
        }
    }
}
