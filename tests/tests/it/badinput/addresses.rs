//! Paths that name nothing, methods that a resource does not have, ids that are none.

use super::world::{World, ask, refused, refused_with};
use chinwag_testkit::{TestServer, both_engines, wire::Code};
use reqwest::Method;
use std::collections::{BTreeMap, BTreeSet};

const METHODS: [Method; 7] = [
    Method::GET,
    Method::POST,
    Method::PUT,
    Method::PATCH,
    Method::DELETE,
    Method::OPTIONS,
    Method::TRACE,
];

/// Everything that a path may name.
const PARTS: [&str; 8] = [
    "{conversation_id}",
    "{account_id}",
    "{session_id}",
    "{file_id}",
    "{upload_id}",
    "{report_id}",
    "{seq}",
    "{side}",
];
/// No id of anything.
const NO_IDS: [&str; 7] = [
    "x",
    "-1",
    "01a1fc1b",
    "01a1fc1b-0fb0-7a15-bee1-c33227b5f42e-00",
    "gggggggg-0fb0-7a15-bee1-c33227b5f42e",
    "%00",
    "%ff%fe",
];
const NO_NUMBERS: [&str; 6] = ["x", "1.5", "1e3", "9223372036854775808", "%00", "%ff"];
/// An id, of nothing.
const UNKNOWN: &str = "01a1fc1b-0fb0-7a15-bee1-c33227b5f42e";

both_engines! {
    async fn other_methods_are_refused_with_those_there_are(server: TestServer) {
        let world = World::new(server).await;
        let mut known: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
        for route in world.routes() {
            known.entry(&route.path).or_default().insert(route.method.to_string());
        }
        for (path, methods) in known {
            for method in METHODS.into_iter().filter(|method| !methods.contains(method.as_str())) {
                // `current` is an id of a session to the routes that take one.
                let what = format!("{method} {path}");
                let response = ask(&world.ada.http, method.clone(), &world.place(path)).send().await.unwrap();
                let allowed = response.headers().get("allow").map(|allow| allow.to_str().unwrap().to_owned());
                let allowed = allowed.unwrap_or_else(|| panic!("{what}: {} without `Allow`", response.status()));
                let allowed: BTreeSet<String> = allowed.split(',').map(|method| method.trim().to_owned()).filter(|method| method != "HEAD").collect();
                assert_eq!(allowed, methods, "{what}");
                refused_with(&[Code::MethodNotAllowed], &what, ask(&world.ada.http, method, &world.place(path))).await;
            }
        }
    }

    async fn unknown_paths_are_not_found(server: TestServer) {
        let world = World::new(server).await;
        for path in ["/v1", "/v1/", "/v1/nothing", "/v1/me/", "/v1/me/x", "/v1//me", "/v1/me%00", "/v1/conversations/x/y/z"] {
            for method in [Method::GET, Method::POST, Method::DELETE] {
                refused_with(&[Code::NotFound], &format!("{method} {path}"), ask(&world.ada.http, method, path)).await;
            }
        }
        // What is read there is for `dialects/collisions.rs`.
        for path in ["/v2/me", "//", "/V1/me", "/.env", "/v1/%2e%2e/me", "/%ff"] {
            for method in [Method::POST, Method::DELETE] {
                refused_with(&[Code::NotFound], &format!("{method} {path}"), ask(&world.ada.http, method, path)).await;
            }
        }
        let long = format!("/v1/{}", "x".repeat(8_000));
        refused_with(&[Code::NotFound], "a long path", ask(&world.ada.http, Method::GET, &long)).await;
    }

    async fn ids_that_are_none_are_refused_everywhere(server: TestServer) {
        let world = World::new(server).await;
        let before = world.state().await;
        for route in world.routes() {
            for part in PARTS {
                if !route.path.contains(part) {
                    continue;
                }
                let bad: &[&str] = if matches!(part, "{seq}" | "{side}") { &NO_NUMBERS } else { &NO_IDS };
                for text in bad {
                    let what = format!("{} with `{text}`", route.name());
                    let mut request = ask(&world.ada.http, route.method.clone(), &world.place_with(&route.path, part, text));
                    if route.has_body {
                        request = request.json(&world.body(route));
                    }
                    let problem = refused(&what, request).await;
                    assert_eq!(problem.code, Code::Invalid, "{what}: {problem}");
                }
            }
        }
        assert_eq!(world.state().await, before);
    }

    async fn ids_of_nothing_are_not_found_everywhere(server: TestServer) {
        let world = World::new(server).await;
        let before = world.state().await;
        for route in world.routes() {
            let not_there = [
                ("{conversation_id}", UNKNOWN, Code::ConversationNotFound),
                ("{session_id}", UNKNOWN, Code::SessionNotFound),
                ("{account_id}", UNKNOWN, match &route.path {
                    path if path.contains("/members/") => Code::MemberNotFound,
                    path if path.contains("/avatar/") => Code::AvatarNotFound,
                    _ => Code::AccountNotFound,
                }),
                ("{side}", "65", if route.path.contains("/avatar/") { Code::AvatarNotFound } else { Code::FileNotFound }),
                ("{file_id}", UNKNOWN, Code::FileNotFound),
                ("{upload_id}", UNKNOWN, Code::UploadNotFound),
                ("{report_id}", UNKNOWN, Code::ReportNotFound),
                ("{seq}", "4", Code::MessageNotFound),
                ("{seq}", "0", Code::MessageNotFound),
                ("{seq}", "-1", Code::MessageNotFound),
                ("{seq}", "9223372036854775807", Code::MessageNotFound),
                ("{seq}", "-9223372036854775808", Code::MessageNotFound),
            ];
            for (part, text, code) in not_there {
                // Lifting a block that is not there is done already.
                if !route.path.contains(part) || route.name() == "DELETE /v1/blocks/{account_id}" {
                    continue;
                }
                let path = world.place_with(&route.path, part, text);
                let path = world.with_query(route, path);
                let mut request = ask(&world.ada.http, route.method.clone(), &path);
                if route.has_body {
                    request = request.json(&world.body(route));
                }
                refused_with(&[code], &format!("{} with `{text}`", route.name()), request).await;
            }
        }
        assert_eq!(world.state().await, before);
    }
}
