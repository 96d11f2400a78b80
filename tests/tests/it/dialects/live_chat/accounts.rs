//! Registering, signing in and out, another password.

use super::{
    LATER, Pair, again, assert_cleared, assert_gone, assert_plain, claims, join, login, person,
    window::Window,
};
use crate::{admin::owner, dialects::Caller};
use chinwag_testkit::{TestServer, both_engines, wire::Suspend};
use reqwest::Method;
use serde_json::{Value, json};
use std::time::Duration;
use tokio::time::timeout;

const OURS: &str = "http://localhost:5173";

/// The same with something else under a key.
fn but(key: &str, value: Value) -> Value {
    let mut person = person("Mara", "Quist");
    person[key] = value;
    person
}

both_engines! {
    async fn registers_and_signs_in(server: TestServer) {
        let caller = Caller::of(&server);
        let said = caller.post("/api/register", person("Mara", " Quist ")).await;
        assert_eq!((said.status, said.text.as_str()), (200, ""));
        assert!(Pair::found(&said).is_none() && said.header("set-cookie").is_none(), "clients sign in then");
        for email in ["mara@example.org", "MARA@Example.org"] {
            let said = login(&caller, email, "windmill9").await;
            assert_plain(&said, 200, "OK");
            let (access, refresh) = (claims(&Pair::issued(&said).access), claims(&Pair::issued(&said).refresh));
            assert_eq!(access["data"], json!({ "id": access["sub"], "email": "mara@example.org", "name": "Mara Quist" }));
            assert_eq!(access["exp"].as_i64().unwrap() - access["iat"].as_i64().unwrap(), 900);
            let life = refresh["exp"].as_i64().unwrap() - refresh["iat"].as_i64().unwrap();
            assert!((2_591_990..=2_592_000).contains(&life), "never past its session, which was opened just before: {life}");
            assert_eq!(refresh["data"]["userId"], access["data"]["id"]);
            assert_eq!(refresh["data"]["secret"].as_str().unwrap().len(), 32);
            assert!(refresh["data"]["secretId"].is_string());
            assert_eq!((&access["aud"], &access["sid"]), (&json!("live-chat"), &refresh["sid"]));
        }
    }

    async fn keys_in_any_case_and_unknown_ones(server: TestServer) {
        let caller = Caller::of(&server);
        let body = json!({ "EMAIL": "mara@example.org", "firstname": "Mara", "LastName": "Quist", "passWord": "windmill9", "x": [] });
        assert_eq!(caller.post("/api/register", body).await.status, 200);
        let body = json!({ "Email": "mara@example.org", "PASSWORD": "windmill9", "name": 7 });
        assert_plain(&caller.post("/api/login", body).await, 200, "OK");
    }

    async fn closed_to_strangers(server: TestServer) with |settings| settings.accounts.registration_open = false => {
        assert_plain(&Caller::of(&server).post("/api/register", person("Mara", "Quist")).await, 403, "Forbidden");
    }

    async fn who_is_suspended_is_out(server: TestServer) {
        let root = owner(&server, "root").await;
        let pair = join(&server, "Mara", "Quist").await;
        let mut window = Window::signed_in(&server, &pair).await;
        let id = claims(&pair.access)["sub"].as_str().unwrap().parse().unwrap();
        root.http.suspend(id, &Suspend::default()).await.unwrap();
        assert_eq!(timeout(Duration::from_secs(2), window.ended()).await.expect("at once"), Some(1008));
        let caller = Caller::of(&server);
        assert_plain(&login(&caller, "mara@example.org", "windmill9").await, 403, "Forbidden");
        assert_cleared(&pair.on(&caller).get("/api/refresh_credentials").await);
    }

    async fn a_password_is_not_changed_with_a_token_that_was_copied(server: TestServer) {
        let first = join(&server, "Mara", "Quist").await;
        let caller = Caller::of(&server);
        server.clock.advance(LATER);
        let second = Pair::issued(&first.on(&caller).get("/api/refresh_credentials").await);
        server.clock.advance(Duration::from_secs(31));
        let copied = Pair { access: second.access.clone(), refresh: first.refresh };
        assert_cleared(&copied.on(&caller).post("/api/change_password", json!({ "password": "waterwheel4" })).await);
        assert_cleared(&second.on(&caller).get("/api/refresh_credentials").await);
        assert_plain(&login(&caller, "mara@example.org", "waterwheel4").await, 400, "Bad Request");
        assert_plain(&login(&caller, "mara@example.org", "windmill9").await, 200, "OK");
    }

    async fn what_is_wrong_comes_in_order(server: TestServer) {
        let caller = Caller::of(&server);
        let register = async |body: Value| caller.post("/api/register", body).await;
        assert_plain(&register(json!({})).await, 400, "Fields can't be empty");
        let empty = json!({ "email": "x", "firstName": "", "lastName": "y", "password": "" });
        assert_plain(&register(empty).await, 400, "Fields can't be empty");
        assert_plain(&register(but("lastName", json!("  "))).await, 400, "Fields can't be empty");
        let both = json!({ "email": "x", "firstName": "a", "lastName": "b", "password": "short" });
        assert_plain(&register(both).await, 400, "Email invalid");
        for email in ["Ann <ann@example.org>", "ann", "ann@", " ann@example.org", "a@b@example.org"] {
            assert_plain(&register(but("email", json!(email))).await, 400, "Email invalid");
        }
        for password in ["seven77", &"x".repeat(1_025)] {
            assert_plain(&register(but("password", json!(password))).await, 400, "Password invalid");
        }
        assert_plain(&register(but("firstName", json!("x".repeat(101)))).await, 400, "Name too long");
        for (key, wrong) in [("email", json!(7)), ("firstName", json!(null)), ("lastName", json!({})), ("password", json!(["windmill9"])), ("firstName", json!("a\u{7}b"))] {
            assert_plain(&register(but(key, wrong)).await, 400, "Bad Request");
        }
        let long = but("lastName", json!("é".repeat(100)));
        assert_eq!(register(long).await.status, 200);
        assert_plain(&register(but("email", json!("MARA@example.org"))).await, 409, "Email already exists");
        for body in ["[]", "7", "\"x\"", "null", "{", "{\"a\":\"\\u0000\"}"] {
            for path in ["/api/register", "/api/login"] {
                let said = caller.ask(Method::POST, path, "application/json", Some(body.to_owned())).await;
                assert_plain(&said, 400, "Bad Request");
            }
        }
        let large = format!("{{\"a\":\"{}\"}}", "x".repeat(110_000));
        let said = caller.ask(Method::POST, "/api/register", "application/json", Some(large)).await;
        assert_plain(&said, 413, "Request Entity Too Large");
    }

    async fn sign_in_says_nothing_of_what_was_wrong(server: TestServer) {
        join(&server, "Mara", "Quist").await;
        let caller = Caller::of(&server);
        for (email, password) in [("mara@example.org", "windmill8"), ("nobody@example.org", "windmill9"), ("", ""), ("mara-quist", "windmill9")] {
            let said = login(&caller, email, password).await;
            assert_plain(&said, 400, "Bad Request");
            assert_eq!((said.header("authorization"), said.header("set-cookie")), (None, None));
        }
        for body in [json!({}), json!({ "email": "mara@example.org" }), json!({ "email": "mara@example.org", "password": 7 })] {
            assert_plain(&caller.post("/api/login", body).await, 400, "Bad Request");
        }
    }

    async fn guesses_are_counted_for_account_and_address(server: TestServer) with |settings| settings.limits.factor = 1.0 => {
        join(&server, "Mara", "Quist").await;
        join(&server, "Otto", "Falk").await;
        let caller = Caller::of(&server);
        for _ in 0..10 {
            assert_plain(&login(&caller, "mara@example.org", "wrong wrong").await, 400, "Bad Request");
        }
        let said = login(&caller, "Mara@example.org", "windmill9").await;
        assert_plain(&said, 429, "Too Many Requests");
        assert!(said.header("retry-after").unwrap().parse::<u64>().unwrap() > 800);
        assert_plain(&login(&caller, "otto@example.org", "windmill9").await, 200, "OK");
        server.clock.advance(LATER);
        assert_plain(&login(&caller, "mara@example.org", "windmill9").await, 200, "OK");
    }

    async fn signing_out_revokes_the_session(server: TestServer) {
        let (pair, other) = (join(&server, "Mara", "Quist").await, again(&server, "Mara").await);
        let caller = Caller::of(&server);
        let cookie_alone = caller.with("cookie", format!("refresh={}", pair.refresh));
        assert_cleared(&cookie_alone.post("/api/logout", json!({})).await);
        let said = pair.on(&caller).post("/api/logout", json!({})).await;
        assert_plain(&said, 200, "OK");
        assert_gone(&said);
        assert_cleared(&pair.on(&caller).get("/api/refresh_credentials").await);
        assert_plain(&other.on(&caller).get("/api/refresh_credentials").await, 200, "OK");
        server.clock.advance(LATER);
        assert_cleared(&pair.on(&caller).get("/api/refresh_credentials").await);
        let said = other.on(&caller).post("/api/logout", json!({})).await;
        assert_plain(&said, 200, "OK");
        assert_gone(&said);
        assert_cleared(&other.on(&caller).get("/api/refresh_credentials").await);
    }

    async fn another_password_revokes_all_that_was_before(server: TestServer) {
        let (pair, other) = (join(&server, "Mara", "Quist").await, again(&server, "Mara").await);
        let caller = Caller::of(&server);
        let change = async |pair: &Pair, body: Value| pair.on(&caller).post("/api/change_password", body).await;
        for wrong in [json!({}), json!({ "password": "seven77" }), json!({ "password": 77_777_777 }), json!({ "password": "waterwheel4", "oldPassword": "windmill8" }), json!({ "password": "waterwheel4", "oldPassword": 7 })] {
            let said = change(&pair, wrong).await;
            assert_plain(&said, 400, "Bad Request");
            assert!(Pair::found(&said).is_none());
        }
        server.clock.advance(std::time::Duration::from_secs(60));
        let said = change(&pair, json!({ "password": "waterwheel4" })).await;
        assert_plain(&said, 200, "OK");
        let fresh = Pair::issued(&said);
        assert_eq!(claims(&fresh.access)["sid"], claims(&pair.access)["sid"], "one's own session goes on");
        assert_cleared(&other.on(&caller).get("/api/refresh_credentials").await);
        assert_plain(&login(&caller, "mara@example.org", "windmill9").await, 400, "Bad Request");
        assert_plain(&login(&caller, "mara@example.org", "waterwheel4").await, 200, "OK");
        let said = change(&fresh, json!({ "password": "windmill9", "OLDPASSWORD": "waterwheel4" })).await;
        assert_plain(&said, 200, "OK");
        let last = Pair::issued(&said);
        server.clock.advance(LATER);
        assert_plain(&last.on(&caller).get("/api/refresh_credentials").await, 200, "OK");
        assert_cleared(&pair.on(&caller).get("/api/refresh_credentials").await);
    }

    async fn a_copied_token_dies_with_the_password(server: TestServer) {
        let stolen = join(&server, "Mara", "Quist").await;
        let caller = Caller::of(&server);
        server.clock.advance(LATER);
        let thief = Pair::issued(&stolen.on(&caller).get("/api/refresh_credentials").await);
        let owner = Pair::issued(&stolen.on(&caller).get("/api/refresh_credentials").await);
        server.clock.advance(std::time::Duration::from_secs(60));
        let said = owner.on(&caller).post("/api/change_password", json!({ "password": "waterwheel4" })).await;
        let fresh = Pair::issued(&said);
        server.clock.advance(LATER);
        assert_cleared(&thief.on(&caller).get("/api/refresh_credentials").await);
        assert_plain(&fresh.on(&caller).get("/api/refresh_credentials").await, 200, "OK");
    }

    async fn pages_of_others_may_not_use_the_cookie(server: TestServer) {
        let pair = join(&server, "Mara", "Quist").await;
        let caller = Caller::of(&server);
        let foreign = pair.on(&caller).with("origin", "https://page.example");
        assert_plain(&foreign.post("/api/change_password", json!({ "password": "waterwheel4" })).await, 403, "Forbidden");
        assert_plain(&foreign.post("/api/logout", json!({})).await, 403, "Forbidden");
        assert_plain(&foreign.get("/api/refresh_credentials").await, 403, "Forbidden");
        let signing_in = caller.with("origin", "https://page.example");
        assert_plain(&login(&signing_in, "mara@example.org", "windmill9").await, 403, "Forbidden");
        let ours = login(&caller.with("origin", OURS), "mara@example.org", "windmill9").await;
        assert_plain(&ours, 200, "OK");
        assert!(ours.header("access-control-expose-headers").unwrap().contains("Authorization"));
        assert_eq!(ours.header("access-control-allow-credentials"), Some("true"));
        assert_plain(&pair.on(&caller.with("origin", OURS)).get("/api/refresh_credentials").await, 200, "OK");
    }

    async fn an_account_of_another_dialect_signs_in(server: TestServer) {
        let pair = join(&server, "Mara", "Quist").await;
        let native = server.http().with_token(&pair.access);
        let me = native.me().await.unwrap();
        assert_eq!((me.username.as_str(), me.display_name.as_str()), ("mara-quist", "Mara Quist"));
        assert_eq!(me.email.as_deref(), Some("mara@example.org"));
        let caller = Caller::of(&server);
        let bearer = caller.with("authorization", format!("Bearer {}", pair.access));
        let bearer = bearer.with("cookie", format!("refresh={}", pair.refresh));
        assert_plain(&bearer.get("/api/refresh_credentials").await, 200, "OK");
    }
}
