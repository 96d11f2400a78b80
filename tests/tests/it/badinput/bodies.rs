//! Bodies that are not what the route asks for, on every route that takes one.

use super::world::{Route, World, ask, refused_with};
use chinwag_testkit::{TestServer, both_engines, wire::Code};
use serde_json::{Value, json};

/// Something sent, and what may be answered.
struct Bad {
    what: String,
    body: Vec<u8>,
    code: Code,
}

fn bad(what: impl Into<String>, body: impl Into<Vec<u8>>, code: Code) -> Bad {
    Bad { what: what.into(), body: body.into(), code }
}

/// What no route takes, whatever it asks for.
fn never_right() -> Vec<Bad> {
    let deep =
        |depth: usize| format!("{{\"x\":{}1{}}}", "[".repeat(depth - 1), "]".repeat(depth - 1));
    vec![
        bad("nothing", "", Code::Malformed),
        bad("half an object", "{", Code::Malformed),
        bad("no JSON", "username=ada", Code::Malformed),
        bad("33 levels", deep(33), Code::Malformed),
        bad("5,000 levels", deep(5_000), Code::Malformed),
        bad("open brackets alone", "[".repeat(100_000), Code::Malformed),
        bad("an array", "[]", Code::Invalid),
        bad("null", "null", Code::Invalid),
        bad("a number", "7", Code::Invalid),
        bad("a text", "\"x\"", Code::Invalid),
        bad("32 levels", deep(32), Code::Invalid),
        bad("200 KiB", vec![b' '; 200 * 1024], Code::TooLarge),
    ]
}

/// The right body, spoilt in one place.
fn spoilt(right: &Value) -> Vec<Bad> {
    let text = right.to_string();
    let fields = right.as_object().unwrap();
    let array: Vec<_> = fields.values().collect();
    let mut bad = vec![
        bad("it twice", format!("{text}{text}"), Code::Malformed),
        bad("its values in an array", json!(array).to_string(), Code::Invalid),
        bad(
            "an unknown field",
            format!("{},\"colour\":1}}", &text[..text.len() - 1]),
            Code::Invalid,
        ),
        bad("padded to 161 KiB", format!("{text}{}", " ".repeat(161 * 1024)), Code::TooLarge),
    ];
    for (name, value) in fields {
        let twice = format!("{},{}:{value}}}", &text[..text.len() - 1], json!(name));
        bad.push(self::bad(format!("`{name}` twice"), twice, Code::Invalid));
        for wrong in wrong_for(value) {
            let body = with_field(fields, name, &wrong);
            bad.push(self::bad(format!("`{name}` is {wrong:.40}"), body, Code::Invalid));
        }
        for (what, wrong) in [
            ("NUL", "\"a\\u0000b\""),
            ("a raw NUL", "\"a\0b\""),
            ("half a surrogate", "\"\\ud800\""),
        ] {
            if value.is_string() {
                bad.push(self::bad(
                    format!("`{name}` with {what}"),
                    with_field(fields, name, wrong),
                    Code::Malformed,
                ));
            }
        }
        if value.is_string() {
            let body = with_field(fields, name, "\"~~\"").into_bytes();
            let broken = body
                .iter()
                .map(|byte| if *byte == b'~' { 0xff } else { *byte })
                .collect::<Vec<_>>();
            bad.push(self::bad(format!("`{name}` is not UTF-8"), broken, Code::Malformed));
        }
    }
    bad
}

/// JSON of every type but the right one, and numbers beyond all bounds.
fn wrong_for(right: &Value) -> Vec<String> {
    let mut wrong: Vec<String> =
        ["{\"x\":1}", "[[1]]", "1.5", "9223372036854775808", "1e300"].map(str::to_owned).into();
    if !right.is_boolean() {
        wrong.push("true".to_owned());
    }
    if !right.is_number() {
        wrong.push("-1".to_owned());
    }
    if !right.is_string() {
        wrong.push("\"x\"".to_owned());
    }
    wrong
}

fn with_field(fields: &serde_json::Map<String, Value>, name: &str, raw: &str) -> String {
    let pairs = fields.iter().map(|(field, value)| {
        let value = if field == name { raw.to_owned() } else { value.to_string() };
        format!("{}:{value}", json!(field))
    });
    format!("{{{}}}", pairs.collect::<Vec<_>>().join(","))
}

fn with_bodies(world: &World) -> impl Iterator<Item = &Route> {
    world.routes().iter().filter(|route| route.has_body)
}

both_engines! {
    async fn wrong_bodies_are_refused_everywhere(server: TestServer) {
        let world = World::new(server).await;
        let before = world.state().await;
        for route in with_bodies(&world) {
            let all = never_right().into_iter().chain(spoilt(&world.body(route)));
            for Bad { what, body, code } in all {
                let what = format!("{}: {what}", route.name());
                let request = ask(&world.ada.http, route.method.clone(), &world.place(&route.path));
                refused_with(&[code], &what, request.header("content-type", "application/json").body(body)).await;
            }
        }
        assert_eq!(world.state().await, before);
    }

    async fn other_kinds_of_content_are_refused_everywhere(server: TestServer) {
        let world = World::new(server).await;
        let before = world.state().await;
        for route in with_bodies(&world) {
            for kind in ["", "text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "application/jsonx", "\u{ff}"] {
                let request = ask(&world.ada.http, route.method.clone(), &world.place(&route.path));
                let request = request.body(world.body(route).to_string());
                let request = if kind.is_empty() { request } else { request.header("content-type", kind.chars().map(|c| c as u8).collect::<Vec<_>>()) };
                refused_with(&[Code::UnsupportedMedia], &format!("{} as `{kind}`", route.name()), request).await;
            }
        }
        assert_eq!(world.state().await, before);
    }
}
