//! Registering and signing in.

use super::{assert_error, faults, key, login, person, register};
use crate::dialects::Caller;
use chinwag_testkit::{TestServer, both_engines};
use reqwest::Method;
use serde_json::{Value, json};

fn keys(value: &Value) -> Vec<String> {
    let mut keys: Vec<_> = value.as_object().unwrap().keys().cloned().collect();
    keys.sort();
    keys
}

both_engines! {
    async fn registers_and_signs_in(server: TestServer) {
        let caller = Caller::of(&server);
        let body = json!({ "username": "vera-k", "password": "Lantern42", "publicKey": format!("\n {} ", key()), "email": "x@example.org" });
        let said = caller.post("/auth/register", body.clone()).await;
        assert_eq!((said.status, &said.json()["success"]), (201, &json!(true)), "{said:?}");
        let data = said.json()["data"].clone();
        assert_eq!(keys(&data), ["token", "user"]);
        assert_eq!(keys(&data["user"]), ["createdAt", "id", "publicKey", "updatedAt", "username"]);
        assert_eq!(data["user"]["publicKey"], key().trim(), "without the space around it");
        assert!(data["user"]["createdAt"].as_str().unwrap().ends_with('Z'));
        assert_error(&caller.post("/auth/register", body).await, 409, "Username already exists");
        let upper = json!({ "username": "VERA-K", "password": "Lantern42", "publicKey": key() });
        assert_error(&caller.post("/auth/register", upper).await, 409, "Username already exists");
        let reserved = json!({ "username": "unblock", "password": "Lantern42", "publicKey": key() });
        assert_error(&caller.post("/auth/register", reserved).await, 409, "Username already exists");

        let again = login(&caller, " vera-k ", "Lantern42").await;
        assert_eq!(again.status, 200, "{again:?}");
        assert_eq!(again.json()["data"]["user"], data["user"]);
        assert_ne!(again.json()["data"]["token"], data["token"]);
        assert_error(&login(&caller, "vera-k", "lantern42").await, 401, "Invalid credentials");
        assert_error(&login(&caller, "nobody", "Lantern42").await, 401, "Invalid credentials");
        assert_eq!(faults(&login(&caller, " ", "").await), ["Username is required", "Password is required"]);
        assert_eq!(faults(&caller.post("/auth/login", json!({ "username": 7 })).await), ["Expected string, received number", "Required"]);
    }

    async fn one_store_of_accounts(server: TestServer) {
        let native = server.user("Otto-native").await;
        let caller = Caller::of(&server);
        let said = login(&caller, "otto-native", native.password()).await;
        assert_eq!(said.json()["data"]["user"]["publicKey"], "");
        let otto = person(&caller, &said);
        assert_eq!(otto.caller.get("/users/otto-native").await.at("success"), (200, json!(true)));
        let token = &native.credentials.access_token;
        let by_native = caller.with("authorization", token.clone());
        assert_eq!(by_native.get("/chats").await.status, 200, "any live access token of ours");
        let here = server.http().with_token(&otto.token);
        assert_eq!(here.me().await.unwrap().username, "Otto-native");
    }

    async fn what_is_wrong_is_listed(server: TestServer) {
        let caller = Caller::of(&server);
        let register = async |body: Value| caller.post("/auth/register", body).await;
        assert_eq!(faults(&register(json!({})).await), ["Required"; 3]);
        let short = register(json!({ "username": "a!", "password": "x", "publicKey": "no key" })).await;
        assert_eq!(faults(&short), [
            "Username must be at least 3 characters",
            "Username can only contain letters, numbers, hyphens, and underscores",
            "Password must be at least 8 characters",
            "Password must contain at least one uppercase letter, one lowercase letter, and one number",
            "Invalid public key",
            "Invalid public key format",
            "Invalid public key format - missing end marker",
        ]);
        let first = short.json()["details"][0].clone();
        assert_eq!(first, json!({ "code": "too_small", "minimum": 3, "type": "string", "inclusive": true, "exact": false,
            "message": "Username must be at least 3 characters", "path": ["username"] }));
        for (kind, body) in [("application/json", "{"), ("application/json", "[]"), ("application/json", "7")] {
            for path in ["/auth/register", "/auth/login", "/auth/validate-token"] {
                let said = caller.ask(Method::POST, path, kind, Some(body.to_owned())).await;
                assert_error(&said, 400, "Invalid request format");
                assert!(said.json().get("details").is_none());
            }
        }
        let large = format!("{{\"a\":\"{}\"}}", "x".repeat(110_000));
        let said = caller.ask(Method::POST, "/auth/register", "application/json", Some(large)).await;
        assert_error(&said, 413, "Payload too large");
    }

    async fn two_at_once_are_one(server: TestServer) {
        let caller = Caller::of(&server);
        let body = json!({ "username": "one", "password": "Lantern42", "publicKey": key() });
        let (one, other) = tokio::join!(caller.post("/auth/register", body.clone()), caller.post("/auth/register", body));
        let mut statuses = [one.status, other.status];
        statuses.sort_unstable();
        assert_eq!(statuses, [201, 409]);
        register(&server, "two").await;
    }

    async fn each_fault_has_the_shape_of_its_kind(server: TestServer) {
        let vera = register(&server, "vera").await;
        let post = async |body: Value| Caller::of(&server).post("/auth/register", body).await;
        let odd_key = format!("-----BEGIN PUBLIC KEY-----\n{} \n-----END PUBLIC KEY-----", "MIIB".repeat(30));
        let said = post(json!({ "username": "a".repeat(31), "password": "Aa1".repeat(34), "publicKey": odd_key })).await;
        let texts = ["Username must be at most 30 characters", "Password must be at most 100 characters", "Invalid public key - content must be valid Base64"];
        assert_eq!(faults(&said), texts);
        let long = |key: &str, maximum: u32, message: &str| json!({ "code": "too_big", "maximum": maximum, "type": "string", "inclusive": true, "exact": false, "message": message, "path": [key] });
        let other = json!({ "code": "custom", "message": texts[2], "path": ["publicKey"] });
        assert_eq!(said.json()["details"], json!([long("username", 30, texts[0]), long("password", 100, texts[1]), other]));
        let long_key = format!("-----BEGIN PUBLIC KEY-----{}-----END PUBLIC KEY-----", "A".repeat(8_192));
        let said = post(json!({ "username": "a b", "password": null, "publicKey": long_key })).await;
        let pattern = json!({ "code": "invalid_string", "validation": "regex", "path": ["username"],
            "message": "Username can only contain letters, numbers, hyphens, and underscores" });
        let kind = |key: &str, received: &str, message: &str| json!({ "code": "invalid_type", "expected": "string", "received": received, "message": message, "path": [key] });
        let untyped = kind("password", "null", "Expected string, received null");
        assert_eq!(said.json()["details"], json!([pattern, untyped, long("publicKey", 8_192, "Invalid public key")]));
        let said = vera.caller.patch("/messages/x/status", json!({})).await;
        assert_eq!(said.json()["details"], json!([kind("status", "undefined", "Required")]));
        let said = vera.caller.patch("/messages/x/status", json!({ "status": "gone" })).await;
        assert_eq!(said.json()["details"], json!([{ "code": "invalid_enum_value", "received": "gone", "options": ["sent", "delivered", "read"],
            "message": "Invalid enum value. Expected 'sent' | 'delivered' | 'read', received 'gone'", "path": ["status"] }]));
    }
}
