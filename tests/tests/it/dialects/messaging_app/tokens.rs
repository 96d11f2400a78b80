//! What a token is worth, and when it is worth nothing any more.

use super::{assert_error, register};
use crate::dialects::Caller;
use chinwag_testkit::{TestServer, both_engines};
use serde_json::{Value, json};
use std::time::Duration;

async fn worth(server: &TestServer, token: Value) -> Value {
    let said = Caller::of(server).post("/auth/validate-token", json!({ "token": token })).await;
    assert_eq!((said.status, &said.json()["success"]), (200, &json!(true)), "{said:?}");
    said.json()["data"].clone()
}

both_engines! {
    async fn a_token_is_verified(server: TestServer) {
        let vera = register(&server, "vera").await;
        let data = worth(&server, json!(vera.token)).await;
        assert_eq!(data["valid"], true);
        let claims = &data["payload"];
        assert_eq!((&claims["id"], &claims["username"]), (&json!(vera.id), &json!("vera")));
        assert_eq!((&claims["sub"], &claims["aud"]), (&json!(vera.id), &json!("messaging-app")));
        // It ends with its session, which may have been opened in the second before.
        let life = claims["exp"].as_i64().unwrap() - claims["iat"].as_i64().unwrap();
        assert!((604_799..=604_800).contains(&life), "{life}");
        let invalid = |error: &str| json!({ "valid": false, "error": error });
        for none in [json!(""), json!(null), json!(7)] {
            assert_eq!(worth(&server, none).await, invalid("Token is required"));
        }
        assert_eq!(worth(&server, json!("x.y")).await, invalid("jwt malformed"));
        let (rest, _) = vera.token.rsplit_once('.').unwrap();
        let forged = format!("{rest}.{}", "A".repeat(43));
        assert_eq!(worth(&server, json!(forged)).await, invalid("invalid signature"));
        server.clock.advance(Duration::from_secs(604_801));
        assert_eq!(worth(&server, json!(vera.token)).await, invalid("jwt expired"));
    }

    async fn signing_out_revokes_it(server: TestServer) {
        let vera = register(&server, "vera").await;
        let out = vera.caller.post("/auth/logout", json!({})).await;
        assert_eq!(out.json(), json!({ "success": true, "message": "Logged out successfully" }));
        assert_eq!(worth(&server, json!(vera.token)).await, json!({ "valid": false, "error": "Token is blacklisted" }));
        assert_error(&vera.caller.post("/auth/logout", json!({})).await, 401, "Invalid or expired token");
        assert_error(&vera.caller.get("/users").await, 401, "Invalid or expired token");
        assert!(server.http().with_token(&vera.token).me().await.is_err(), "for every service at once");
    }

    async fn who_has_none_is_told(server: TestServer) {
        let vera = register(&server, "vera").await;
        let nobody = Caller::of(&server);
        for path in ["/users", "/users/vera", "/users/vera/public-key", "/chats", "/chats/a-b/messages"] {
            for none in [nobody.clone(), nobody.with("authorization", ""), nobody.with("authorization", "Bearer ")] {
                assert_error(&none.get(path).await, 401, "No token provided");
            }
            for bad in ["Bearer x", "Bearer", "x.y.z"].into_iter().filter(|bad| *bad != "Bearer") {
                assert_error(&nobody.with("authorization", bad).get(path).await, 401, "Invalid or expired token");
            }
        }
        for spelling in [vera.token.clone(), format!("bearer {}", vera.token), format!("BEARER   {}", vera.token)] {
            assert_eq!(nobody.with("authorization", spelling).get("/users").await.status, 200);
        }
        assert_error(&nobody.post("/messages", json!({})).await, 401, "No token provided");
        assert_error(&nobody.patch("/messages/x/status", json!({})).await, 401, "No token provided");
        let cookie = nobody.with("cookie", format!("token={}", vera.token));
        assert_error(&cookie.get("/users").await, 401, "No token provided");
    }
}
