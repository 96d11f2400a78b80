//! How often, and what is said of it.

use super::{assert_error, key, login, register, send};
use crate::dialects::{Caller, Said};
use chinwag_testkit::{TestServer, both_engines};
use serde_json::json;

#[track_caller]
fn left(said: &Said, limit: u32, window: u32) -> u32 {
    let number = |name: &str| -> u32 {
        said.header(name).unwrap_or_else(|| panic!("no {name}: {said:?}")).parse().unwrap()
    };
    assert_eq!(
        (number("x-ratelimit-limit"), number("ratelimit-limit")),
        (limit, limit),
        "{said:?}"
    );
    assert_eq!(said.header("ratelimit-policy"), Some(format!("{limit};w={window}").as_str()));
    assert!(number("ratelimit-reset") <= window && number("x-ratelimit-reset") > 1_700_000_000);
    assert_eq!(number("ratelimit-remaining"), number("x-ratelimit-remaining"));
    number("ratelimit-remaining")
}

both_engines! {
    async fn messages_of_an_account(server: TestServer) with |settings| settings.limits.factor = 1.0 => {
        let (vera, otto) = (register(&server, "vera").await, register(&server, "otto").await);
        for number in 0..29 {
            let said = send(&vera, &otto, "x", &number.to_string()).await;
            assert_eq!((said.status, left(&said, 30, 60)), (201, 29 - number));
        }
        let refused = vera.caller.post("/messages", json!({})).await;
        assert_eq!((refused.status, left(&refused, 30, 60)), (400, 0), "refused ones count");
        let said = send(&vera, &otto, "x", "more").await;
        assert_error(&said, 429, "Message rate limit exceeded. Maximum 30 messages per minute.");
        assert!(said.header("retry-after").is_some());
        assert_eq!(left(&said, 30, 60), 0);
        assert_eq!(send(&otto, &vera, "x", "a").await.status, 201, "others are not kept");
        for _ in 0..69 {
            assert_eq!(vera.caller.get("/chats").await.status, 200);
        }
        assert_error(&vera.caller.get("/chats").await, 429, "Too many requests, please try again later.");
    }

    async fn registrations_of_an_address(server: TestServer) with |settings| settings.limits.factor = 1.0 => {
        for number in 0..10 {
            register(&server, &format!("person-{number}")).await;
        }
        let caller = Caller::of(&server);
        let body = json!({ "username": "one-more", "password": "Lantern42", "publicKey": key() });
        let said = caller.post("/auth/register", body).await;
        assert_error(&said, 429, "Too many authentication attempts, please try again later.");
        left(&said, 10, 900);
    }

    async fn failed_sign_ins(server: TestServer) with |settings| settings.limits.factor = 1.0 => {
        register(&server, "vera").await;
        register(&server, "otto").await;
        let caller = Caller::of(&server);
        for number in 0..3 {
            let said = login(&caller, "vera", "wrong").await;
            assert_error(&said, 401, "Invalid credentials");
            assert_eq!(left(&said, 3, 900), 2 - number);
        }
        let said = login(&caller, "vera", "Lantern42").await;
        assert_error(&said, 429, "Too many login attempts, please try again later.");
        assert!(said.header("retry-after").is_some());
        for _ in 0..25 {
            assert_eq!(login(&caller, "otto", "Lantern42").await.status, 200, "only failures count");
        }
        for number in 0..17 {
            assert_error(&login(&caller, &format!("nobody-{number}"), "wrong").await, 401, "Invalid credentials");
        }
        let said = login(&caller, "otto", "Lantern42").await;
        assert_error(&said, 429, "Too many login attempts, please try again later.");
    }

    async fn what_is_below_auth_is_counted_together(server: TestServer) with |settings| settings.limits.factor = 1.0 => {
        let caller = Caller::of(&server);
        for number in 0..100 {
            let forged = caller.with("x-forwarded-for", format!("203.0.113.{number}"));
            assert_eq!(forged.post("/auth/validate-token", json!({})).await.status, 200, "{number}");
        }
        let bearer = caller.with("authorization", "Bearer x");
        for said in [caller.post("/auth/validate-token", json!({})).await, bearer.post("/auth/logout", json!({})).await] {
            assert_error(&said, 429, "Too many requests, please try again later.");
            assert!(said.header("retry-after").is_some());
        }
    }

    async fn without_limits_nobody_is_refused(server: TestServer) with |settings| (settings.limits.enabled, settings.limits.factor) = (false, 0.01) => {
        let (vera, caller) = (register(&server, "vera").await, Caller::of(&server));
        for _ in 0..20 {
            assert_error(&login(&caller, "vera", "wrong").await, 401, "Invalid credentials");
            let said = vera.caller.get("/users").await;
            assert_eq!((said.status, said.header("ratelimit-limit"), said.header("x-ratelimit-limit")), (200, None, None));
            let said = caller.post("/auth/login", json!({ "emailId": "x" })).await;
            assert_eq!((said.status, said.header("ratelimit-limit")), (400, None), "pingtalk");
        }
        assert_eq!(login(&caller, "vera", "Lantern42").await.status, 200);
    }

    async fn as_the_operator_has_it(server: TestServer) with |settings| {
        settings.limits.factor = 1.0;
        let app = &mut settings.dialects.messaging_app;
        (app.register_limit, app.login_limit, app.general_limit, app.token_life) = (2, 1, 4, 600);
    } => {
        let caller = Caller::of(&server);
        let vera = register(&server, "vera").await;
        register(&server, "otto").await;
        let body = json!({ "username": "third", "password": "Lantern42", "publicKey": key() });
        let said = caller.post("/auth/register", body).await;
        assert_error(&said, 429, "Too many authentication attempts, please try again later.");
        left(&said, 2, 900);
        for number in 0..4 {
            let said = vera.caller.get("/users").await;
            assert_eq!((said.status, left(&said, 4, 60)), (200, 3 - number));
        }
        assert_error(&vera.caller.get("/users").await, 429, "Too many requests, please try again later.");
        assert_error(&login(&caller, "otto", "wrong").await, 401, "Invalid credentials");
        assert_error(&login(&caller, "otto", "Lantern42").await, 429, "Too many login attempts, please try again later.");
        server.clock.advance(std::time::Duration::from_secs(601));
        assert_error(&vera.caller.get("/users").await, 401, "Invalid or expired token");
    }
}
