//! What is not an endpoint: the page, refusals, health, and the headers of every answer.

use super::assert_plain;
use crate::dialects::{Caller, Said, listeners};
use chinwag_testkit::{TestServer, both_engines};
use reqwest::Method;
use serde_json::json;

const OURS: &str = "http://localhost:5173";

#[track_caller]
fn assert_dressed(said: &Said) {
    for (name, value) in [
        ("x-frame-options", "DENY"),
        ("x-content-type-options", "nosniff"),
        ("x-xss-protection", "1; mode=block"),
        ("content-security-policy", "default-src 'self'; style-src 'self' 'unsafe-inline'"),
        ("referrer-policy", "same-origin"),
        ("cache-control", "no-cache, max-age=0"),
    ] {
        assert_eq!(said.header(name), Some(value), "{said:?}");
    }
}

#[track_caller]
fn assert_page(said: &Said) {
    assert_eq!(said.status, 200, "{said:?}");
    assert!(said.header("content-type").unwrap().starts_with("text/html"), "{said:?}");
    assert_dressed(said);
}

both_engines! {
    async fn at_the_root_and_under_its_name(server: TestServer) {
        let root = Caller::of(&server);
        for caller in [root.clone(), root.under("/dialects/live-chat")] {
            for path in ["/api/nothing", "/ws/nothing", "/api/messages/x"] {
                assert_plain(&caller.get(path).await, 404, "Not Found");
                assert_plain(&caller.post(path, json!({})).await, 404, "Not Found");
            }
            for (method, path, allow) in [
                (Method::GET, "/api/login", "POST"),
                (Method::PUT, "/api/messages", "GET"),
                (Method::DELETE, "/api/refresh_credentials", "GET"),
                (Method::PATCH, "/api/change_password", "POST"),
            ] {
                let said = caller.ask(method, path, "application/json", None).await;
                assert_plain(&said, 405, "Method not allowed");
                assert!(said.header("allow").unwrap().starts_with(allow), "{said:?}");
                assert_dressed(&said);
            }
            assert_dressed(&caller.get("/api/messages").await);
            assert_dressed(&caller.get("/api/refresh_credentials").await);
            assert_dressed(&caller.get("/api/nothing").await);
            assert_dressed(&caller.post("/api/login", json!({})).await);
        }
        assert_plain(&root.under("/dialects/live-chat").get("/nothing").await, 404, "Not Found");
    }

    async fn the_page_for_browsers(server: TestServer) {
        let browser = Caller::of(&server).with("accept", "text/html,application/xhtml+xml");
        for path in ["/", "/nothing", "/login", "/index.html"] {
            assert_page(&browser.get(path).await);
        }
        let said = browser.get("/api/nothing").await;
        assert_plain(&said, 404, "Not Found");
    }

    async fn alone_it_answers_everything(server: TestServer) with |settings| {
        listeners::listeners(settings, &[&["live-chat"]]);
        settings.dialects.health.heap_mib = 100_000;
    } => {
        let alone = listeners::at(&server, 0);
        for path in ["/", "/nothing", "/login", "/v1/rooms", "/auth/login", "/apis", "/openapi.json"] {
            assert_page(&alone.get(path).await);
        }
        for path in ["/api", "/api/", "/api/nothing", "/ws", "/ws/nothing"] {
            assert_plain(&alone.get(path).await, 404, "Not Found");
        }
        assert_plain(&alone.post("/nothing", json!({})).await, 404, "Not Found");
        assert_eq!(alone.get("/api/messages").await.text, "[]");
        assert_eq!(alone.get("/api/health").await.at("status"), (200, json!("ok")));
        assert_eq!(alone.get("/health").await.at("status"), (200, json!("ok")));
    }

    async fn switched_off_it_is_not_there(server: TestServer) with |settings| settings.dialects.live_chat.enabled = false => {
        let caller = Caller::of(&server);
        assert_ne!(caller.get("/api/messages").await.status, 200);
        assert_eq!(caller.get("/dialects/live-chat/api/messages").await.status, 404);
        let page = caller.with("accept", "text/html").get("/").await;
        assert_eq!(page.header("x-frame-options"), None);
    }

    async fn other_pages_read_nothing(server: TestServer) {
        let caller = Caller::of(&server);
        let ours = caller.with("origin", OURS).get("/api/messages").await;
        assert_eq!(ours.header("access-control-allow-origin"), Some(OURS));
        assert!(ours.header("access-control-expose-headers").unwrap().starts_with("Authorization"));
        let other = caller.with("origin", "https://page.example").get("/api/messages").await;
        assert_eq!(other.header("access-control-allow-origin"), None);
        let asking = caller.with("origin", OURS).with("access-control-request-method", "POST");
        let said = asking.ask(Method::OPTIONS, "/api/login", "", None).await;
        assert_eq!((said.status, said.header("access-control-allow-origin")), (204, Some(OURS)));
        assert_dressed(&said);
    }
}
