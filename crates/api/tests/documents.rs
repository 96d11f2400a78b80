//! The documents say what the code does: the committed descriptions are fresh, whole and sound, and
//! every error code is explained. `CHINWAG_WRITE_DOCS=1` writes the generated parts anew.

use chinwag_wire::{Code, Retry};
use serde_json::Value;
use std::{collections::HashSet, fs, path::PathBuf};

fn repository() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn is_writing() -> bool {
    std::env::var_os("CHINWAG_WRITE_DOCS").is_some()
}

fn openapi() -> Value {
    serde_json::to_value(chinwag_api::openapi()).expect("documents always serialise")
}

fn assert_fresh(path: &str, document: &Value) {
    let file = repository().join(path);
    if is_writing() {
        fs::write(&file, format!("{document:#}\n")).expect("docs/ can be written");
    }
    let committed: Value =
        serde_json::from_str(&fs::read_to_string(&file).unwrap_or_default()).unwrap_or_default();
    assert!(committed == *document, "{path} is stale: run `make generate`");
}

#[test]
fn committed_descriptions_are_fresh() {
    assert_fresh("docs/openapi.json", &openapi());
    assert_fresh("docs/asyncapi.json", &chinwag_api::asyncapi());
}

#[test]
fn every_error_code_is_explained() {
    let file = repository().join("docs/api.md");
    let text = fs::read_to_string(&file).unwrap();
    let (head, rest) = text.split_once("-->\n").expect("the mark where the table begins");
    let (_, tail) = rest.split_once("<!-- /codes -->").expect("the mark where it ends");
    let fresh = format!("{head}-->\n{}<!-- /codes -->{tail}", table());
    if is_writing() {
        fs::write(&file, &fresh).unwrap();
    } else {
        assert!(
            text == fresh,
            "the table of codes in docs/api.md is stale: run this test with CHINWAG_WRITE_DOCS=1"
        );
    }
}

fn table() -> String {
    let again = |code: &Code| match code.retry() {
        Retry::Never => "no",
        Retry::Later => "later",
        Retry::AfterSignIn => "after signing in or refreshing",
    };
    let row = |code: &Code| {
        format!(
            "| `{}` | {} | {} | {} |\n",
            code.name(),
            code.status(),
            again(code),
            code.sentence()
        )
    };
    let rows: String = Code::ALL.iter().map(row).collect();
    format!("| code | status | try again? | meaning |\n| --- | --- | --- | --- |\n{rows}")
}

/// A handler that is described but not in the list of routes would be neither served nor documented.
#[test]
fn every_handler_is_a_route() {
    let routes = fs::read_dir(repository().join("crates/api/src/routes")).unwrap();
    let sources = routes.map(|file| fs::read_to_string(file.unwrap().path()).unwrap());
    let handlers: usize = sources.map(|source| source.matches("#[utoipa::path(").count()).sum();
    assert_eq!(operations(&openapi()).len(), handlers);
}

/// What is served without a description is meant for people, speaks a protocol of its own, or is the description itself.
#[test]
fn every_route_is_described() {
    let router = fs::read_to_string(repository().join("crates/api/src/router.rs")).unwrap();
    let plain: Vec<&str> =
        router.split(".route(\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    assert_eq!(
        plain,
        [
            "/",
            "/docs/problems",
            "/v1/socket.io/",
            "/verify-email",
            "/unsubscribe",
            "/reset-password",
            "/openapi.json",
            "/asyncapi.json"
        ]
    );
}

#[test]
fn operations_are_named_sorted_and_refusable() {
    let document = openapi();
    let operations = operations(&document);
    let names: HashSet<&str> =
        operations.iter().filter_map(|operation| operation["operationId"].as_str()).collect();
    assert_eq!(names.len(), operations.len(), "operation ids are unique");
    let tags: HashSet<&Value> =
        document["tags"].as_array().unwrap().iter().map(|tag| &tag["name"]).collect();
    for operation in operations {
        assert!(tags.contains(&operation["tags"][0]), "{}", operation["operationId"]);
        assert!(operation["responses"]["default"].is_object(), "{}", operation["operationId"]);
        assert!(operation["summary"].is_string(), "{}", operation["operationId"]);
    }
}

#[test]
fn references_lead_somewhere() {
    for document in [openapi(), chinwag_api::asyncapi()] {
        let mut references = Vec::new();
        collect(&document, &mut references);
        assert!(!references.is_empty());
        for reference in references {
            let pointer = reference.strip_prefix('#').expect("references stay within the document");
            assert!(document.pointer(pointer).is_some(), "{reference} leads nowhere");
        }
    }
}

#[test]
fn the_socket_is_described_with_its_events_and_commands() {
    let document = chinwag_api::asyncapi();
    let messages = document["components"]["messages"].as_object().unwrap();
    for name in [
        "do.hello",
        "reply.hello",
        "do.send",
        "event.message_created",
        "event.typing",
        "frame.heartbeat",
        "frame.closing",
    ] {
        assert!(messages.contains_key(name), "{name}");
    }
    assert_eq!(
        document["channels"]["socket"]["messages"].as_object().unwrap().len(),
        messages.len()
    );
}

fn operations(document: &Value) -> Vec<&Value> {
    let paths = document["paths"].as_object().expect("there are paths");
    let parts = paths.values().filter_map(Value::as_object).flat_map(|item| item.values());
    parts.filter(|part| part["responses"].is_object()).collect()
}

fn collect<'a>(value: &'a Value, references: &mut Vec<&'a str>) {
    match value {
        Value::Object(members) => members.iter().for_each(|(key, value)| match value.as_str() {
            Some(reference) if key == "$ref" => references.push(reference),
            _ => collect(value, references),
        }),
        Value::Array(items) => items.iter().for_each(|item| collect(item, references)),
        _ => {}
    }
}
