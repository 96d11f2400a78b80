//! Other people's things: to those whom they are none of their business they are not there.

use super::world::{World, ask, refused_with};
use chinwag_testkit::{
    TestServer, both_engines,
    client::Http,
    wire::{AccountId, Code},
};
use reqwest::Method;
use serde_json::json;

/// Whether it is of a conversation, and not for staff, whose routes tell nobody else what there is.
fn is_a_members(path: &str) -> bool {
    path.contains("{conversation_id}") && !path.starts_with("/v1/admin/")
}

/// Tokens that are none.
fn bad_tokens(world: &World) -> Vec<String> {
    let token = world.ada.credentials.access_token.clone();
    let parts: Vec<&str> = token.split('.').collect();
    vec![
        "Bearer".to_owned(),
        "Bearer ".to_owned(),
        "Bearer x".to_owned(),
        "Basic YWRhOnBhc3N3b3Jk".to_owned(),
        format!("Bearer {token}x"),
        format!("Bearer {}.{}.", parts[0], parts[1]),
        format!("Bearer {}.{}.{}", "eyJhbGciOiJub25lIn0", parts[1], parts[2]),
        format!("Bearer {}", world.ada.credentials.refresh_token),
        format!("Bearer {}", "x".repeat(8_000)),
    ]
}

both_engines! {
    async fn a_strangers_conversation_is_not_there(server: TestServer) {
        let world = World::new(server).await;
        let before = world.state().await;
        for viewer in [&world.eve.http, &world.server.http()] {
            for route in world.routes().iter().filter(|route| is_a_members(&route.path)) {
                if viewer.token().is_none() && !route.is_open {
                    continue;
                }
                let path = world.place(&route.path);
                let path = world.with_query(route, path);
                let mut request = ask(viewer, route.method.clone(), &path);
                if route.has_body {
                    request = request.json(&world.body(route));
                }
                refused_with(&[Code::ConversationNotFound], &route.name(), request).await;
            }
        }
        let events = format!("/v1/events?conversations={}", world.group);
        refused_with(&[Code::ConversationNotFound], "a guest's events", ask(&world.server.http(), Method::GET, &events)).await;
        assert_eq!(world.state().await, before);
    }

    async fn members_may_not_do_what_is_others_to_do(server: TestServer) {
        let world = World::new(server).await;
        let before = world.state().await;
        let (bob, group) = (&world.bob.http, format!("/v1/conversations/{}", world.group));
        let ada = format!("{group}/members/{}", world.ada.id());
        let eve: AccountId = world.eve.id();
        let session = format!("/v1/sessions/{}", world.ada.credentials.session_id);
        let attempts = [
            (Method::PATCH, group.clone(), json!({"name": "bob's"}), Code::Forbidden),
            (Method::POST, format!("{group}/members"), json!({"account_id": eve}), Code::Forbidden),
            (Method::PATCH, ada.clone(), json!({"role": "member"}), Code::Forbidden),
            (Method::PATCH, format!("{group}/members/me"), json!({"role": "owner"}), Code::Forbidden),
            (Method::DELETE, ada, json!({}), Code::Forbidden),
            (Method::PATCH, format!("{group}/messages/1"), json!({"content": {"text": "mine"}}), Code::Forbidden),
            (Method::DELETE, format!("{group}/messages/1"), json!({}), Code::Forbidden),
            (Method::DELETE, session, json!({}), Code::SessionNotFound),
            (Method::DELETE, format!("/v1/conversations/{}/members/me", world.direct), json!({}), Code::Forbidden),
            (Method::POST, format!("/v1/conversations/{}/members", world.direct), json!({"account_id": eve}), Code::Forbidden),
        ];
        for (method, path, body, code) in attempts {
            let codes = [code, Code::Invalid];
            let codes = if path.contains(&world.direct.to_string()) { &codes[..] } else { &codes[..1] };
            refused_with(codes, &format!("{method} {path}"), ask(bob, method.clone(), &path).json(&body)).await;
        }
        assert_eq!(world.state().await, before);
    }

    async fn nobody_gets_past_without_a_token(server: TestServer) {
        let world = World::new(server).await;
        let before = world.state().await;
        for route in world.routes().iter().filter(|route| !route.is_open) {
            let mut request = ask(&world.server.http(), route.method.clone(), &world.place(&route.path));
            if route.has_body {
                request = request.json(&world.body(route));
            }
            refused_with(&[Code::Unauthenticated], &route.name(), request).await;
        }
        assert_eq!(world.state().await, before);
    }

    async fn tokens_that_do_not_hold_are_refused_even_where_guests_may_read(server: TestServer) {
        let world = World::new(server).await;
        let guest: Http = world.server.http();
        for path in ["/v1/me", "/v1/rooms", "/v1/conversations", "/v1/events?conversations="] {
            for token in bad_tokens(&world) {
                let request = ask(&guest, Method::GET, path).header("authorization", &token);
                refused_with(&[Code::Unauthenticated], &format!("{path} with `{token:.30}`"), request).await;
            }
        }
    }
}
