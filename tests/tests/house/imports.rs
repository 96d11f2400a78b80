//! Who may import whom, read from Cargo's own account of the dependencies.

use crate::{assert_none, sources};
use serde_json::{Value, json};

/// Each of our packages and those of ours that it may depend on, for tests too.
const ALLOWED: &[(&str, &[&str])] = &[
    ("wire", &[]),
    ("sql", &[]),
    ("bus", &[]),
    ("mail", &[]),
    ("broker", &[]),
    ("blobs", &[]),
    ("socketio", &[]),
    ("jobs", &["sql"]),
    ("chat", &["wire", "sql", "jobs", "mail", "blobs"]),
    ("gateway", &["wire", "chat", "bus", "socketio"]),
    ("api", &["wire", "chat", "gateway"]),
    ("dialects", &["wire", "chat", "gateway", "api", "broker"]),
    (
        "server",
        &[
            "wire", "sql", "bus", "mail", "broker", "blobs", "socketio", "jobs", "chat", "gateway",
            "api", "dialects", "client",
        ],
    ),
    ("client", &["wire"]),
    ("bench", &["client", "wire"]),
    ("testkit", &["server", "client", "wire"]),
    ("tests", &["testkit", "client", "wire"]),
];

/// Libraries that would let a crate see what it must not know, and what that is.
const HIDDEN: &[(&str, &[&str], &str)] = &[
    (
        "chat",
        &["axum", "hyper", "tower-http", "tungstenite", "redis", "lapin"],
        "HTTP, a socket, Redis or a broker",
    ),
    ("api", &["rusqlite", "tokio-postgres", "deadpool-postgres"], "SQL"),
    ("gateway", &["rusqlite", "tokio-postgres", "deadpool-postgres"], "SQL"),
    ("dialects", &["rusqlite", "tokio-postgres", "deadpool-postgres"], "SQL"),
];

fn violations(metadata: &Value) -> Vec<String> {
    let packages = metadata["packages"].as_array().expect("cargo lists packages");
    packages.iter().flat_map(package_violations).collect()
}

fn package_violations(package: &Value) -> Vec<String> {
    let name = own_name(package["name"].as_str().expect("a package has a name"));
    let dependencies = package["dependencies"].as_array().expect("and dependencies");
    let wanted = dependencies.iter().filter_map(|dependency| dependency["name"].as_str());
    let Some((_, allowed)) = ALLOWED.iter().find(|(known, _)| Some(*known) == name) else {
        return vec![format!("{}: give it a place in the table of imports", package["name"])];
    };
    let name = name.expect("found in the table");
    wanted.filter_map(|other| refusal(name, allowed, other)).collect()
}

fn refusal(name: &str, allowed: &[&str], other: &str) -> Option<String> {
    match own_name(other) {
        Some(ours) if allowed.contains(&ours) => None,
        Some(ours) => Some(format!("{name} may not import {ours}")),
        None => {
            let (_, _, what) =
                HIDDEN.iter().find(|(of, hidden, _)| *of == name && hidden.contains(&other))?;
            Some(format!("{name} may not import {other}: it never sees {what}"))
        }
    }
}

fn own_name(package: &str) -> Option<&str> {
    package.strip_prefix("chinwag-")
}

#[test]
fn dependencies_follow_the_table() {
    assert_none(&violations(&sources::metadata()));
}

#[test]
fn a_wrong_arrow_is_found() {
    let planted = |name: &str, dependency: &str, kind: Option<&str>| {
        let dependencies = json!([{ "name": dependency, "kind": kind }]);
        violations(&json!({ "packages": [{ "name": name, "dependencies": dependencies }] }))
    };
    assert_eq!(planted("chinwag-api", "chinwag-chat", None), [""; 0]);
    assert_eq!(planted("chinwag-api", "chinwag-sql", None), ["api may not import sql"]);
    assert_eq!(planted("chinwag-wire", "chinwag-chat", Some("dev")), ["wire may not import chat"]);
    assert_eq!(planted("chinwag-chat", "axum", None).len(), 1);
    assert_eq!(planted("chinwag-unknown", "serde", None).len(), 1);
}
