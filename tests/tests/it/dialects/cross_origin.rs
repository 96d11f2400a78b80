//! Pages of other web origins: one policy for all dialects.

use super::Caller;
use chinwag_testkit::{TestServer, both_engines};
use reqwest::Method;
use serde_json::json;

const OURS: &str = "http://localhost:5173";
const OTHER: &str = "https://page.example";

async fn preflight(caller: &Caller, method: &'static str, path: &str) -> super::Said {
    let asking = caller.with("access-control-request-method", method);
    asking.ask(Method::OPTIONS, path, "", None).await
}

both_engines! {
    async fn a_browser_asks_before(server: TestServer) {
        let caller = Caller::of(&server);
        for (path, method, anyone) in [
            ("/users", "GET", true),
            ("/auth/login", "POST", true),
            ("/auth/signup", "POST", true),
            ("/socket.io/", "POST", true),
            ("/auth/nothing", "POST", true),
            ("/chats/get", "POST", false),
            ("/dialects/messaging-service/auth/login", "POST", false),
            ("/dialects/messaging-app/x", "POST", true),
        ] {
            let ours = preflight(&caller.with("origin", OURS), method, path).await;
            assert_eq!((ours.status, ours.text.as_str()), (204, ""), "{path}");
            assert_eq!(ours.header("access-control-allow-origin"), Some(OURS), "{path}");
            assert_eq!(ours.header("access-control-allow-credentials"), Some("true"));
            assert_eq!(ours.header("access-control-allow-methods"), Some("GET, POST, PUT, DELETE, PATCH, OPTIONS"));
            assert_eq!(ours.header("access-control-allow-headers"), Some("Content-Type, Authorization, X-Requested-With, Chinwag-Shape"));
            let other = preflight(&caller.with("origin", OTHER), method, path).await;
            assert_eq!(other.status, 204);
            assert_eq!(other.header("access-control-allow-origin"), anyone.then_some("*"), "{path}");
            assert_eq!(other.header("access-control-allow-credentials"), None);
        }
    }

    async fn what_a_page_may_read(server: TestServer) {
        let caller = Caller::of(&server);
        let ours = caller.with("origin", OURS).get("/users").await;
        assert_eq!((ours.status, ours.header("access-control-allow-origin")), (401, Some(OURS)));
        assert!(ours.header("access-control-expose-headers").unwrap().contains("Retry-After"));
        assert_eq!(ours.header("vary"), Some("origin"));
        let other = caller.with("origin", OTHER);
        assert_eq!(other.get("/users").await.header("access-control-allow-origin"), Some("*"));
        assert_eq!(other.post("/chats/get", json!({})).await.header("access-control-allow-origin"), None);
        assert_eq!(caller.get("/users").await.header("access-control-allow-origin"), None);
        let near = caller.with("origin", "http://localhost:51730");
        assert_eq!(near.get("/users").await.header("access-control-allow-origin"), Some("*"), "matched whole");
    }
}
