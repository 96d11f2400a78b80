//! Query parameters that are unknown, given twice, or of no use, on every route that takes some.

use super::world::{Route, World, ask, refused, refused_with};
use chinwag_testkit::{TestServer, both_engines, wire::Code};

const NUMBERS: [&str; 8] =
    ["", "x", "1.5", "9223372036854775808", "-9223372036854775809", "%31%00", "0x10", "1,2"];
const LIMITS: [&str; 4] = ["0", "201", "-1", "4294967296"];
const CURSORS: [&str; 8] = [
    "x",
    "AAAA",
    "!!!!",
    "%ff",
    "%F0%9F%92%A9",
    "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
    "../../x",
    "'%20OR%201=1",
];

/// The route with this query after what it demands.
fn with(world: &World, route: &Route, query: &str) -> String {
    let demanded = match route.path.as_str() {
        "/v1/accounts" => "username=bob&",
        "/v1/accounts/search" if !query.starts_with("prefix=") => "prefix=bob&",
        "/v1/presence" => "account_ids=01a1fc1b-0fb0-7a15-bee1-c33227b5f42e&",
        path if path.ends_with("/changes") && !query.starts_with("rev=") => "rev=0&",
        _ => "",
    };
    format!("{}?{demanded}{query}", world.place(&route.path))
}

/// What a parameter does not take, and what is answered.
fn wrong(name: &str) -> Vec<(String, &'static [Code])> {
    let invalid: &[Code] = &[Code::Invalid];
    let texts: Vec<(&str, &[Code])> = match name {
        "limit" => NUMBERS.iter().chain(&LIMITS).map(|text| (*text, invalid)).collect(),
        "cursor" => CURSORS.iter().map(|text| (*text, &[Code::CursorInvalid][..])).collect(),
        "before" | "after" | "around" => NUMBERS.iter().map(|text| (*text, invalid)).collect(),
        "rev" => NUMBERS.iter().chain(&["-1", "99999"]).map(|text| (*text, invalid)).collect(),
        "at" => ["", "yesterday", "2026-13-41T00:00:00Z", "1"]
            .iter()
            .map(|text| (*text, invalid))
            .collect(),
        "account_ids" | "conversations" => {
            ["x", "x,y", ",", "01a1fc1b"].iter().map(|text| (*text, invalid)).collect()
        }
        "prefix" => ["", "%20", "%07"].iter().map(|text| (*text, invalid)).collect(),
        "role" | "act" | "suspended" | "all" | "account_id" | "actor_id" => {
            ["", "x", "-1", "%20"].iter().map(|text| (*text, invalid)).collect()
        }
        _ => Vec::new(),
    };
    texts.into_iter().map(|(text, codes)| (format!("{name}={text}"), codes)).collect()
}

both_engines! {
    async fn what_is_unknown_or_twice_is_refused_everywhere(server: TestServer) {
        let world = World::new(server).await;
        for route in world.routes().iter().filter(|route| !route.query.is_empty()) {
            for query in ["colour=red", "Limit=1", "limit%00=1", "=", "limit[]=1"] {
                let what = format!("{}?{query}", route.name());
                refused_with(&[Code::Invalid], &what, ask(&world.ada.http, route.method.clone(), &with(&world, route, query))).await;
            }
            for name in &route.query {
                let query = format!("{name}=1&{name}=1");
                let what = format!("{}?{query}", route.name());
                refused_with(&[Code::Invalid], &what, ask(&world.ada.http, route.method.clone(), &with(&world, route, &query))).await;
            }
        }
    }

    async fn wrong_values_are_refused_everywhere(server: TestServer) {
        let world = World::new(server).await;
        for route in world.routes() {
            for (query, codes) in route.query.iter().flat_map(|name| wrong(name)) {
                let what = format!("{}?{query}", route.name());
                let path = match query.split_once('=') {
                    Some(("account_ids", _)) => format!("{}?{query}", route.path),
                    _ => with(&world, route, &query),
                };
                refused_with(codes, &what, ask(&world.ada.http, route.method.clone(), &path)).await;
            }
        }
    }

    async fn places_in_a_history_exclude_each_other(server: TestServer) {
        let world = World::new(server).await;
        let history = format!("/v1/conversations/{}/messages", world.group);
        for query in ["before=2&after=1", "before=2&around=1", "around=1&at=2026-01-01T00:00:00Z"] {
            let what = format!("{history}?{query}");
            let problem = refused(&what, ask(&world.ada.http, reqwest::Method::GET, &what)).await;
            assert_eq!(problem.code, Code::Invalid, "{problem}");
        }
        // Numbers far beyond the ends are places too.
        for (query, messages) in [("after=9223372036854775807", 0), ("before=-9223372036854775808", 0), ("before=9223372036854775807", 3), ("after=-9223372036854775808", 3), ("around=9223372036854775807", 3), ("around=-9223372036854775808", 3)] {
            let response = ask(&world.ada.http, reqwest::Method::GET, &format!("{history}?{query}")).send().await.unwrap();
            assert_eq!(response.status(), 200, "{query}");
            let page: chinwag_testkit::wire::MessagePage = response.json().await.unwrap();
            assert!(page.messages.len() <= messages, "{query}: {} messages", page.messages.len());
        }
    }
}
