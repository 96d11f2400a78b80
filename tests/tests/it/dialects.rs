//! The dialects: each contract as its deployed clients use it, what they have in common, and where their
//! paths collide.

mod broker;
mod clients;
mod collisions;
mod cross_origin;
mod crossing;
mod documents;
mod every;
mod health;
mod hiccups;
mod listeners;
mod live_chat;
mod messaging_app;
mod messaging_service;
mod pingtalk;
mod room_chat;
mod speaker;

use chinwag_testkit::TestServer;
use reqwest::{Body, Client, Method, header::HeaderMap};
use serde_json::Value;

/// Somebody who asks, with the headers they always send.
#[derive(Clone)]
struct Caller {
    http: Client,
    base: String,
    headers: Vec<(&'static str, String)>,
}

impl Caller {
    /// A caller at the root of the main listener.
    fn of(server: &TestServer) -> Self {
        Self::at(server.url())
    }

    /// A caller below this address.
    fn at(base: String) -> Self {
        Self { http: Client::new(), base, headers: Vec::new() }
    }

    /// The same below a path.
    fn under(&self, path: &str) -> Self {
        Self { base: format!("{}{path}", self.base), ..self.clone() }
    }

    /// The same with a header more.
    fn with(&self, name: &'static str, value: impl Into<String>) -> Self {
        let mut caller = self.clone();
        caller.headers.retain(|(known, _)| *known != name);
        caller.headers.push((name, value.into()));
        caller
    }

    async fn get(&self, path: &str) -> Said {
        self.ask(Method::GET, path, "", None).await
    }

    async fn post(&self, path: &str, body: Value) -> Said {
        self.ask(Method::POST, path, "application/json", Some(body.to_string())).await
    }

    async fn patch(&self, path: &str, body: Value) -> Said {
        self.ask(Method::PATCH, path, "application/json", Some(body.to_string())).await
    }

    async fn put(&self, path: &str, body: Value) -> Said {
        self.ask(Method::PUT, path, "application/json", Some(body.to_string())).await
    }

    async fn delete(&self, path: &str) -> Said {
        self.ask(Method::DELETE, path, "", None).await
    }

    /// Sends a form, written with the boundary `b`.
    async fn form(&self, method: Method, path: &str, form: Vec<u8>) -> Said {
        self.send(method, path, "multipart/form-data; boundary=b", Some(form.into())).await
    }

    async fn ask(&self, method: Method, path: &str, kind: &str, body: Option<String>) -> Said {
        self.send(method, path, kind, body.map(Body::from)).await
    }

    async fn send(&self, method: Method, path: &str, kind: &str, body: Option<Body>) -> Said {
        let mut request = self.http.request(method, format!("{}{path}", self.base));
        for (name, value) in &self.headers {
            request = request.header(*name, value);
        }
        if let Some(body) = body {
            request = request.header("content-type", kind).body(body);
        }
        let answer = request.send().await.unwrap();
        let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
        Said { status, headers, text: answer.text().await.unwrap() }
    }
}

/// What was answered.
#[derive(Debug)]
struct Said {
    status: u16,
    headers: HeaderMap,
    text: String,
}

impl Said {
    fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|_| panic!("no JSON: {self:?}"))
    }

    fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }

    /// The status, and what stands under a key.
    fn at(&self, key: &str) -> (u16, Value) {
        (self.status, self.json()[key].clone())
    }
}
