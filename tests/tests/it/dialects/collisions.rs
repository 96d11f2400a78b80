//! Where the paths of the dialects collide, and what nobody serves.

use super::{Caller, messaging_app};
use chinwag_testkit::{TestServer, both_engines};
use reqwest::Method;
use serde_json::json;

const GATEWAY: &str = "Messaging App API Gateway\n";

both_engines! {
    async fn the_gateway_and_the_page(server: TestServer) {
        let caller = Caller::of(&server);
        for path in ["/", "/nothing", "/nothing/at/all", "/authors", "/index.html"] {
            let said = caller.get(path).await;
            assert_eq!((said.status, said.text.as_str()), (200, GATEWAY), "{path}");
            assert!(said.header("content-type").unwrap().starts_with("text/plain"));
            let page = caller.with("accept", "text/html,application/xhtml+xml").get(path).await;
            assert_eq!(page.status, 200);
            assert!(page.header("content-type").unwrap().starts_with("text/html"), "{path}: {page:?}");
            let posted = caller.post(path, json!({})).await;
            assert!([404, 405].contains(&posted.status) && posted.json()["code"].is_string(), "native: {posted:?}");
        }
        for path in ["/v1/nothing", "/dialects/nothing/x", "/dialects/messaging-service"] {
            let said = caller.get(path).await;
            assert_eq!(said.at("code"), (404, json!("not_found")), "{path}");
        }
        assert_eq!(caller.get("/v1/rooms").await.status, 200, "guests read the list of rooms");
        assert_eq!(caller.get("/openapi.json").await.status, 200);
        assert_eq!(caller.get("/healthz").await.status, 200);
        assert_eq!(caller.get("/nginx-health").await.text, "healthy\n");
    }

    async fn refused_by_prefix(server: TestServer) {
        let caller = Caller::of(&server).with("accept", "text/html");
        for path in ["/auth/x", "/users/a/b/c", "/messages/x", "/chats/x/y/z"] {
            let said = caller.get(path).await;
            assert_eq!((said.status, said.json()), (404, json!({ "success": false, "error": "Not found" })), "{path}");
        }
        let said = caller.get("/activity/x").await;
        assert_eq!(said.at("status"), (404, json!("errored")));
        for path in ["/chat/x", "/profile", "/request/invites/x"] {
            let said = caller.get(path).await;
            assert_eq!((said.status, said.json()), (404, json!({ "message": "Not found" })), "{path}");
        }
        let wrong = [
            (Method::GET, "/auth/login", "POST"),
            (Method::GET, "/auth/signin", "POST"),
            (Method::DELETE, "/users", "GET"),
            (Method::PUT, "/users/block", "POST, GET"),
            (Method::GET, "/messages/x/status", "PATCH"),
        ];
        for (method, path, allow) in wrong {
            let said = caller.ask(method, path, "application/json", None).await;
            assert_eq!((said.status, said.json()), (405, json!({ "success": false, "error": "Method not allowed" })), "{path}");
            assert_eq!(said.header("allow"), Some(allow), "{path}");
        }
        let said = caller.get("/activity/get").await;
        assert_eq!((said.at("message"), said.header("allow")), ((405, json!("Method not allowed")), Some("POST")));
    }

    async fn who_is_meant_where_paths_are_shared(server: TestServer) {
        let caller = Caller::of(&server);
        let message = |said: crate::dialects::Said| said.at("message");
        assert_eq!(message(caller.post("/auth/login", json!({ "emailId": 7 })).await), (400, json!("Invalid Credentials")));
        assert_eq!(caller.post("/auth/login", json!({ "username": 7 })).await.at("error"), (400, json!("Validation error")));
        for key in ["emailId", "firstName", "lastName"] {
            let said = caller.post("/auth/signup", json!({ key: 7 })).await;
            assert_eq!(message(said), (400, json!("Enter first and lastName")), "{key}");
        }
        assert_eq!(caller.post("/auth/signup", json!({ "username": 7 })).await.at("status"), (500, json!("errored")));
        assert_eq!(message(caller.post("/auth/logout", json!({})).await), (200, json!("Logout Successful")));
        let said = caller.with("authorization", "x").post("/auth/logout", json!({})).await;
        assert_eq!(said.at("error"), (401, json!("Invalid or expired token")));
        let wrong = caller.get("/auth/changePassword").await;
        assert_eq!((wrong.status, wrong.header("allow")), (405, Some("PATCH")));
        let wrong = caller.get("/request/invite/send").await;
        assert_eq!(message(wrong), (405, json!("Method not allowed")));
    }

    async fn under_its_own_name(server: TestServer) {
        let app = Caller::of(&server).under("/dialects/messaging-app");
        let body = json!({ "username": "vera", "password": "Lantern42", "publicKey": messaging_app::key() });
        assert_eq!(app.post("/auth/register", body).await.status, 201);
        for path in ["/", "/nothing", "/activity/get", "/auth/signin"] {
            let said = app.get(path).await;
            assert_eq!((said.status, said.json()["error"].as_str()), (404, Some("Not found")), "{path}");
        }
        let said = app.get("/auth/login").await;
        assert_eq!((said.status, said.header("allow")), (405, Some("POST")));
        let polling = Caller::of(&server).under("/dialects/messaging-service");
        assert_eq!(polling.post("/auth/signup", json!({ "username": "nora", "password": "x", "emailId": 1 })).await.at("status").1, "succeeded");
        assert_eq!(polling.get("/auth/signup").await.at("status"), (405, json!("errored")));
        assert_eq!(polling.post("/auth/login", json!({})).await.at("status"), (404, json!("errored")));
    }

    async fn one_that_is_off_is_not_there(server: TestServer) with |settings| {
        settings.dialects.messaging_app.enabled = false;
        settings.dialects.pingtalk.enabled = false;
    } => {
        let caller = Caller::of(&server);
        for path in ["/auth/login", "/auth/register", "/auth/logout"] {
            let said = caller.post(path, json!({})).await;
            assert_eq!(said.at("status"), (404, json!("errored")), "in the words of the first that is left");
        }
        assert_eq!(caller.get("/users").await.at("status"), (404, json!("errored")));
        assert_eq!(caller.get("/").await.header("content-type").map(|kind| kind.starts_with("text/html")), Some(true));
        assert_eq!(caller.get("/nothing").await.at("code"), (404, json!("not_found")));
        assert_eq!(caller.get("/dialects/messaging-app/users").await.status, 404);
        assert_eq!(caller.get("/health").await.status, 200);
        let up = caller.post("/auth/signup", json!({ "username": "nora", "password": "x" })).await;
        assert_eq!(up.at("status").1, "succeeded");
    }

    async fn all_of_them_off(server: TestServer) with |settings| {
        settings.dialects.messaging_app.enabled = false;
        settings.dialects.messaging_service.enabled = false;
        settings.dialects.room_chat.enabled = false;
        settings.dialects.live_chat.enabled = false;
        settings.dialects.pingtalk.enabled = false;
    } => {
        let caller = Caller::of(&server);
        for path in ["/auth/login", "/health", "/users", "/nothing"] {
            assert_eq!(caller.get(path).await.at("code"), (404, json!("not_found")), "{path}");
        }
        assert_eq!(caller.get("/openapi.json").await.status, 200);
    }

    /// At the mounts, where the body does not decide who is meant.
    async fn what_a_body_may_be(server: TestServer) {
        let caller = Caller::of(&server).under("/dialects");
        let by_name = json!({ "username": "nora", "password": "Kettle#12" });
        let by_email = json!({ "email": "nora@example.org", "password": "Kettle#12" });
        let mara = json!({ "email": "mara@example.org", "firstName": "Mara", "lastName": "Quist", "password": "windmill9" });
        let by_email_id = json!({ "emailId": "nora@example.org", "password": "Kettle#12" });
        for (path, body, wrong, understood) in [
            ("/messaging-service/auth/signin", by_name.clone(), 500, 200),
            ("/messaging-app/auth/login", by_name, 400, 401),
            ("/room-chat/api/v1/auth/signin", by_email, 400, 401),
            ("/live-chat/api/register", mara, 400, 200),
            ("/pingtalk/auth/login", by_email_id, 400, 401),
        ] {
            let body = body.to_string();
            let with = |more: &str| format!("{},\"more\":{more}}}", body.strip_suffix('}').unwrap());
            let deep = |levels: usize| with(&format!("{}{}", "[".repeat(levels), "]".repeat(levels)));
            let post = async |kind: &str, body: String| caller.ask(Method::POST, path, kind, Some(body)).await;
            let nothing = post("application/json", "{}".to_owned()).await;
            let plain = post("text/plain", with("1")).await;
            assert_eq!((plain.status, &plain.text), (nothing.status, &nothing.text), "{path}: as if it were empty");
            for refused in [deep(32), with("\"a\\u0000b\"")] {
                assert_eq!(post("application/json", refused).await.status, wrong, "{path}");
            }
            assert_eq!(post("application/json; charset=utf-8", deep(31)).await.status, understood, "{path}: 32 levels");
        }
    }
}
