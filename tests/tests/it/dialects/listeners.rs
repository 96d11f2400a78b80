//! Listeners that serve some dialects only.

use super::Caller;
use chinwag_testkit::{Settings, TestServer, both_engines};
use serde_json::json;

pub(super) fn listeners(settings: &mut Settings, served: &[&[&str]]) {
    let listener = |names: &&[&str]| {
        let text = format!("127.0.0.1:0={}", names.join("+"));
        serde_json::from_value(json!(text)).unwrap()
    };
    settings.http.listeners = served.iter().map(listener).collect();
}

pub(super) fn at(server: &TestServer, number: usize) -> Caller {
    Caller::at(format!("http://{}", server.listening[number]))
}

both_engines! {
    async fn one_dialect_answers_everything(server: TestServer) with |settings| listeners(settings, &[&["messaging-service"], &["messaging-app"]]) => {
        let polling = at(&server, 0);
        let body = json!({ "username": "nora", "password": "kettle", "emailId": "n@example.org" });
        assert_eq!(polling.post("/auth/signup", body).await.at("status"), (200, json!("succeeded")));
        for path in ["/", "/nothing", "/v1/rooms", "/users", "/openapi.json"] {
            assert_eq!(polling.get(path).await.at("status"), (404, json!("errored")), "{path}");
        }
        assert_eq!(polling.get("/health").await.status, 200);
        let app = at(&server, 1);
        let said = app.post("/auth/login", json!({ "username": "nora", "password": "kettle" })).await;
        assert_eq!(said.at("success"), (200, json!(true)), "one store of accounts");
        for path in ["/", "/nothing", "/v1/rooms", "/auth/signin"] {
            let said = app.with("accept", "text/html").get(path).await;
            assert_eq!((said.status, said.text.as_str()), (200, "Messaging App API Gateway\n"), "{path}");
        }
        assert_eq!(app.get("/auth/login").await.status, 405);
        server.restart().await;
        assert_eq!(at(&server, 0).get("/health").await.status, 200, "on the same address again");
    }

    async fn several_side_by_side(server: TestServer) with |settings| listeners(settings, &[&["messaging-service", "messaging-app"]]) => {
        let both = at(&server, 0);
        assert_eq!(both.post("/auth/signin", json!({})).await.at("status"), (500, json!("errored")));
        assert_eq!(both.get("/users").await.at("success"), (401, json!(false)));
        assert_eq!(both.get("/").await.text, "Messaging App API Gateway\n");
        assert_eq!(both.get("/v1/rooms").await.at("code"), (404, json!("not_found")), "nothing native here");
        assert_eq!(both.post("/nothing", json!({})).await.at("code"), (404, json!("not_found")));
        let page = both.with("accept", "text/html").get("/nothing").await;
        assert!(page.header("content-type").unwrap().starts_with("text/html"));
    }
}
