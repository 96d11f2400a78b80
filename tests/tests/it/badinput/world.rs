//! A small populated server, every route it describes, and what must stay as it was.

use crate::files::jpeg;
use chinwag_testkit::{
    TestServer, User,
    client::Http,
    wire::{Code, ConversationId, FileId, NewReport, Problem, ReportId, ReportReason},
};
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};

/// A server with people who talk.
pub(super) struct World {
    pub(super) server: TestServer,
    /// Owns the server and the group, and sent its first message.
    pub(super) ada: User,
    /// A member of the group.
    pub(super) bob: User,
    /// In no conversation with anybody.
    pub(super) eve: User,
    pub(super) group: ConversationId,
    pub(super) direct: ConversationId,
    /// A picture of ada's that is part of no message, an upload she has begun, and a report about bob.
    file: FileId,
    upload: String,
    report: ReportId,
    routes: Vec<Route>,
}

/// One operation of the HTTP surface.
#[derive(Clone)]
pub(super) struct Route {
    pub(super) method: Method,
    /// As described: `/v1/conversations/{conversation_id}`.
    pub(super) path: String,
    /// The names of its query parameters.
    pub(super) query: Vec<String>,
    /// Whether it takes JSON.
    pub(super) has_body: bool,
    /// Whether it answers strangers.
    pub(super) is_open: bool,
}

impl Route {
    /// `GET /v1/me`, to find one and to name it in a failure.
    pub(super) fn name(&self) -> String {
        format!("{} {}", self.method, self.path)
    }
}

impl World {
    pub(super) async fn new(server: TestServer) -> Self {
        let owner_link = server.owner_link();
        let ada =
            User::register_with(&server.http(), "ada", |body| body.owner_link = owner_link).await;
        let [bob, eve] = server.users(["bob", "eve"]).await;
        let (group, direct) = (ada.group("crew", &[&bob]).await, ada.direct(&bob).await);
        for text in ["one", "two", "three"] {
            ada.say(group, text).await;
        }
        ada.say(direct, "psst").await;
        bob.http.set_avatar(jpeg(30, 30)).await.unwrap();
        let described: Value = server
            .http()
            .request(Method::GET, "/openapi.json")
            .send()
            .await
            .unwrap()
            .json()
            .await
            .unwrap();
        let file = ada.http.upload("cat.jpg", jpeg(30, 30)).await.unwrap().id;
        let upload = begin_upload(&ada.http).await;
        let report = eve.http.report(&about(&bob)).await.unwrap().id;
        let routes = routes(&described);
        Self { server, ada, bob, eve, group, direct, file, upload, report, routes }
    }

    /// Every route that the server describes.
    pub(super) fn routes(&self) -> &[Route] {
        &self.routes
    }

    /// The place of a route, its parts filled in so that it is right for ada.
    pub(super) fn place(&self, path: &str) -> String {
        self.place_with(path, "", "")
    }

    /// The same with another text for one part.
    pub(super) fn place_with(&self, path: &str, part: &str, text: &str) -> String {
        let parts = [
            ("{conversation_id}", self.group.to_string()),
            ("{account_id}", self.bob.id().to_string()),
            ("{session_id}", self.ada.credentials.session_id.to_string()),
            ("{seq}", "1".to_owned()),
            ("{side}", if path.contains("previews") { "320" } else { "64" }.to_owned()),
            ("{file_id}", self.file.to_string()),
            ("{upload_id}", self.upload.clone()),
            ("{report_id}", self.report.to_string()),
        ];
        let placed = path.replace(if part.is_empty() { "{}" } else { part }, text);
        parts.iter().fold(placed, |path, (part, text)| path.replace(part, text))
    }

    /// The path with the query without which the route answers nothing.
    pub(super) fn with_query(&self, route: &Route, path: String) -> String {
        let wants = |name: &str| route.query.iter().any(|query| query == name);
        match () {
            () if wants("prefix") => format!("{path}?prefix=bob"),
            () if wants("rev") => format!("{path}?rev=0"),
            () if wants("account_ids") => format!("{path}?account_ids={}", self.bob.id()),
            () => path,
        }
    }

    /// A body that the route would take from ada.
    pub(super) fn body(&self, route: &Route) -> Value {
        let bob = self.bob.id();
        match route.name().as_str() {
            "POST /v1/accounts" => {
                json!({"username": "zoe", "password": "a horse that staples", "email": "zoe@example.org", "display_name": "Zoe", "owner_link": "none", "device": "phone"})
            }
            "POST /v1/sessions" => {
                json!({"name": "ada", "password": "a wrong horse", "device": "phone", "known_device": "none"})
            }
            "POST /v1/sessions/refresh" => json!({"refresh_token": "cwr_none"}),
            "PUT /v1/me/password" => {
                json!({"current_password": "a wrong horse", "new_password": "another horse that staples"})
            }
            "POST /v1/contact-requests" => json!({"email": "nobody@example.org", "text": "hello"}),
            "PATCH /v1/me/settings" => {
                json!({"direct_from": "shared", "found_by_name": true, "found_by_email": false, "mail_contact_requests": false, "mail_missed_messages": 60})
            }
            "PATCH /v1/me/profile" => {
                json!({"display_name": "Ada", "first_name": "Ada", "last_name": "L", "about": "me", "gender": "f", "age": 36, "status_text": "here", "public_key": "AAAA"})
            }
            "POST /v1/conversations" => {
                json!({"kind": "group", "name": "more", "members": [bob], "guests_read": false, "client_id": "c1"})
            }
            "PATCH /v1/conversations/{conversation_id}" => {
                json!({"name": "renamed", "guests_read": false})
            }
            "POST /v1/conversations/{conversation_id}/members" => {
                json!({"account_id": bob, "role": "member"})
            }
            "PATCH /v1/conversations/{conversation_id}/members/{account_id}" => {
                json!({"role": "admin"})
            }
            "POST /v1/conversations/{conversation_id}/messages" => {
                json!({"content": {"text": "hi"}, "client_id": "c2", "subject": "greeting", "reply_to": 1})
            }
            "PATCH /v1/conversations/{conversation_id}/messages/{seq}" => {
                json!({"content": {"text": "changed"}})
            }
            "PUT /v1/conversations/{conversation_id}/receipt" => json!({"delivered": 1, "read": 1}),
            "POST /v1/conversations/{conversation_id}/typing" => json!({"typing": true}),
            "PUT /v1/presence" => json!({"state": "away"}),
            "POST /v1/email-verifications" => json!({"token": "none"}),
            "PUT /v1/me/email" => {
                json!({"email": "ada@example.org", "current_password": "a wrong horse"})
            }
            "POST /v1/password-resets" => json!({"email": "nobody@example.org"}),
            "POST /v1/password-resets/confirm" => {
                json!({"token": "none", "password": "another horse that staples"})
            }
            "PUT /v1/admin/accounts/{account_id}/suspension" => json!({"reason": "spam"}),
            "PUT /v1/admin/accounts/{account_id}/role" => json!({"role": "moderator"}),
            "PUT /v1/admin/reports/{report_id}/resolution" => {
                json!({"outcome": "dismissed", "note": "nothing there"})
            }
            "POST /v1/reports" => json!({"account_id": bob, "reason": "spam", "text": "look"}),
            "POST /v1/me/deletion" => json!({"password": "a wrong horse"}),
            other => panic!("{other} takes a body that this test does not know: tell it"),
        }
    }

    /// Everything durable that ada and bob can see.
    pub(super) async fn state(&self) -> Value {
        let mut seen = Vec::new();
        for user in [&self.ada, &self.bob, &self.eve] {
            let group = format!("/v1/conversations/{}", self.group);
            let direct = format!("/v1/conversations/{}", self.direct);
            for path in [
                "/v1/me".to_owned(),
                "/v1/me/profile".to_owned(),
                "/v1/conversations".to_owned(),
                "/v1/blocks".to_owned(),
                "/v1/rooms".to_owned(),
                "/v1/files".to_owned(),
                "/v1/admin/reports?all=true".to_owned(),
                format!("{group}/members"),
                format!("{group}/changes?rev=0"),
                format!("{direct}/changes?rev=0"),
            ] {
                seen.push(
                    ask(&user.http, Method::GET, &path)
                        .send()
                        .await
                        .unwrap()
                        .json::<Value>()
                        .await
                        .unwrap(),
                );
            }
            let sessions = user.http.sessions().await.unwrap();
            seen.push(json!(sessions.iter().map(|session| session.id).collect::<Vec<_>>()));
        }
        // Problems name their request, which is another one each time.
        seen.iter_mut()
            .filter_map(Value::as_object_mut)
            .for_each(|seen| drop(seen.remove("instance")));
        json!(seen)
    }
}

/// A request that is sent to this path as it stands, in the words of tus where that is spoken.
pub(super) fn ask(http: &Http, method: Method, path: &str) -> RequestBuilder {
    let is_part = method == Method::PATCH;
    let request = http.request(method, path);
    if !path.starts_with("/v1/uploads") {
        return request;
    }
    let request = request.header("tus-resumable", "1.0.0");
    match is_part {
        true => request
            .header("upload-offset", "0")
            .header("content-type", "application/offset+octet-stream"),
        false => request,
    }
}

/// An upload of ten bytes, of which none has arrived.
async fn begin_upload(http: &Http) -> String {
    let request = ask(http, Method::POST, "/v1/uploads").header("upload-length", "10");
    let answer = request.send().await.unwrap();
    let location = answer.headers()["location"].to_str().unwrap().to_owned();
    location.rsplit('/').next().unwrap().to_owned()
}

/// A report about somebody.
fn about(user: &User) -> NewReport {
    NewReport {
        account_id: Some(user.id()),
        conversation_id: None,
        seq: None,
        reason: ReportReason::Spam,
        text: None,
    }
}

/// Sends it, and demands a problem document with the status of its code.
pub(super) async fn refused(what: &str, request: RequestBuilder) -> Problem {
    let response = request.send().await.unwrap_or_else(|error| panic!("{what}: {error}"));
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    let text = response.text().await.unwrap();
    let kind = headers.get("content-type").map(|kind| kind.to_str().unwrap());
    assert_eq!(kind, Some("application/problem+json"), "{what}: {status} {text}");
    let problem: Problem =
        serde_json::from_str(&text).unwrap_or_else(|error| panic!("{what}: {error}: {text}"));
    let document: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(
        (problem.code.status(), &document["status"]),
        (status, &json!(status)),
        "{what}: {text}"
    );
    assert_eq!(document["type"], format!("/docs/problems#{}", problem.code.name()), "{what}");
    assert!(document["title"].is_string() && document["instance"].is_string(), "{what}: {text}");
    assert!(status < 500, "{what}: {text}");
    problem
}

/// Sends it, and demands one of these codes.
pub(super) async fn refused_with(codes: &[Code], what: &str, request: RequestBuilder) {
    let problem = refused(what, request).await;
    assert!(codes.contains(&problem.code), "{what}: {problem}, not {codes:?}");
}

fn routes(described: &Value) -> Vec<Route> {
    let paths = described["paths"].as_object().unwrap();
    // An answer to `HEAD` has no body to say what is wrong.
    let operations = paths.iter().flat_map(|(path, item)| {
        let methods = item.as_object().unwrap().iter().filter(|(method, _)| *method != "head");
        methods.map(move |(method, operation)| (path, method, operation))
    });
    let routes = operations.map(|(path, method, operation)| Route {
        method: method.to_uppercase().parse().unwrap(),
        path: path.clone(),
        query: query(operation),
        has_body: operation["requestBody"]["content"]["application/json"].is_object(),
        is_open: operation["security"].as_array().is_some_and(|ways| ways.contains(&json!({}))),
    });
    let routes: Vec<_> = routes.collect();
    assert!(routes.len() >= 80, "{} routes", routes.len());
    routes
}

fn query(operation: &Value) -> Vec<String> {
    let parameters = operation["parameters"].as_array().into_iter().flatten();
    let query = parameters.filter(|parameter| parameter["in"] == "query");
    query.map(|parameter| parameter["name"].as_str().unwrap().to_owned()).collect()
}
