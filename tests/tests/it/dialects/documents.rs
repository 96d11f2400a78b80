//! The descriptions of the dialects, for people and tools.

use super::Caller;
use chinwag_testkit::{TestServer, both_engines};
use serde_json::json;

both_engines! {
    async fn every_dialect_is_described(server: TestServer) {
        let caller = Caller::of(&server);
        for (name, path) in [("messaging-service", "/chats/get"), ("messaging-app", "/users/{username}/public-key"), ("room-chat", "/api/v1/auth/verifyEmail"), ("live-chat", "/api/refresh_credentials"), ("pingtalk", "/request/invite/send")] {
            let document = caller.get(&format!("/docs/dialects/{name}.json")).await.json();
            assert_eq!(document["openapi"], "3.1.0");
            assert!(document["paths"][path].is_object(), "{name}");
        }
        let page = caller.get("/docs/swagger-initializer.js").await.text;
        assert!(page.contains("/docs/dialects/messaging-app.json") && page.contains("/openapi.json"), "{page}");
    }

    async fn messaging_app_has_a_page_of_its_own(server: TestServer) {
        let caller = Caller::of(&server);
        for mount in ["", "/dialects/messaging-app"] {
            let file = caller.get(&format!("{mount}/docs/openapi.yaml")).await;
            assert_eq!(file.header("content-type"), Some("application/yaml"));
            assert_eq!(file.json()["info"]["title"], json!("Chinwag: messaging-app"));
            let page = caller.get(&format!("{mount}/docs/swagger-ui.html")).await;
            assert!(page.header("content-type").unwrap().starts_with("text/html"));
            assert!(!page.text.contains("//"), "nothing from elsewhere: {}", page.text);
            for part in ["swagger-ui.css", "swagger-ui-bundle.js", "swagger-ui.js"] {
                assert!(page.text.contains(part));
                assert_eq!(caller.get(&format!("{mount}/docs/{part}")).await.status, 200, "{part}");
            }
        }
    }
}
