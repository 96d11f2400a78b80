//! The documentation page, behind a password that opens nothing else.

use crate::dialects::Caller;
use chinwag_testkit::{TestServer, both_engines};
use serde_json::json;

/// `linkdocs:linkdocspass`, as a browser sends it.
const KNOWN: &str = "Basic bGlua2RvY3M6bGlua2RvY3NwYXNz";
/// `ada:tea`.
const OTHER: &str = "Basic YWRhOnRlYQ==";
const PARTS: [&str; 5] = [
    "/api-docs",
    "/api-docs-json",
    "/api-docs/swagger-ui.js",
    "/api-docs/swagger-ui.css",
    "/api-docs/swagger-ui-bundle.js",
];

both_engines! {
    async fn the_page_asks_who_reads_it(server: TestServer) {
        let caller = Caller::of(&server);
        for mount in ["", "/dialects/room-chat"] {
            let caller = caller.under(mount);
            for path in PARTS {
                for bad in [None, Some(OTHER), Some("Basic"), Some("Basic !"), Some("Bearer bGlua2RvY3M6bGlua2RvY3NwYXNz")] {
                    let asks = bad.map_or(caller.clone(), |bad| caller.with("authorization", bad));
                    let said = asks.get(path).await;
                    assert_eq!((said.status, said.json()), (401, json!({ "statusCode": 401, "message": "Unauthorized" })), "{path}");
                    assert_eq!(said.header("www-authenticate"), Some("Basic realm=\"api-docs\""));
                }
                assert_eq!(caller.with("authorization", KNOWN).get(path).await.status, 200, "{path}");
            }
            let reader = caller.with("authorization", KNOWN.replace("Basic", "basic"));
            let page = reader.get("/api-docs").await;
            assert!(page.header("content-type").unwrap().starts_with("text/html"));
            assert!(!page.text.contains("//"), "nothing from elsewhere: {}", page.text);
            let document = reader.get("/api-docs-json").await.json();
            assert_eq!(document["openapi"], "3.1.0");
            for (path, method) in [("signup", "post"), ("signin", "post"), ("verifyEmail", "patch"), ("resendVerification", "post")] {
                assert!(document["paths"][format!("/api/v1/auth/{path}")][method].is_object(), "{path}");
            }
            assert!(reader.get("/api-docs/swagger-ui.js").await.text.contains("api-docs-json"));
        }
        assert_eq!(caller.with("authorization", KNOWN).get("/v1/me").await.status, 401, "it opens nothing else");
    }

    async fn with_a_password_of_the_operators(server: TestServer) with |settings| {
        settings.dialects.room_chat.docs_user = "ada".to_owned();
        settings.dialects.room_chat.docs_password = "tea".to_owned();
    } => {
        let caller = Caller::of(&server);
        assert_eq!(caller.with("authorization", OTHER).get("/api-docs").await.status, 200);
        assert_eq!(caller.with("authorization", KNOWN).get("/api-docs").await.status, 401);
    }
}
