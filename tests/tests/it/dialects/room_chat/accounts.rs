//! Signing up and in.

use super::{
    PASSWORD, assert_done, assert_refused, faults, live, person, registration, sign_in, sign_up,
};
use crate::{admin::owner, dialects::Caller};
use chinwag_testkit::{TestServer, both_engines, wire::Suspend};
use reqwest::Method;
use serde_json::{Value, json};
use std::time::Duration;
use tokio::time::timeout;

both_engines! {
    async fn the_example_of_the_contract(server: TestServer) {
        let caller = Caller::of(&server);
        let body = json!({ "fullName": "Ines Abel", "email": "Ines@Example.org", "password": "Teapot7", "passwordConfirmation": "Teapot7" });
        assert_done(&caller.post("/api/v1/auth/signup", body).await, 201, "User Registered successfully");
        let body = json!({ "fullName": "Ines Abel", "email": "nope", "password": "Teapot7", "passwordConfirmation": "Teapot8", "age": 3 });
        let said = caller.post("/api/v1/auth/signup", body).await;
        assert_eq!(faults(&said), [
            "email must be an email",
            "passwordConfirmation must match password exactly",
            "property age should not exist",
        ]);
        let said = caller.post("/api/v1/auth/signin", json!({ "email": "ines@example.org", "password": "Teapot7" })).await;
        assert_eq!(said.at("message"), (200, json!("Successfull login")));
        assert_eq!(said.json()["statusCode"], 200);
        let data = said.json()["data"].clone();
        let mut keys: Vec<_> = data.as_object().unwrap().keys().cloned().collect();
        keys.sort();
        assert_eq!(keys, ["accessToken", "email", "fullName", "isVerified", "userId"]);
        assert_eq!(
            (&data["fullName"], &data["email"], &data["isVerified"]),
            (&json!("Ines Abel"), &json!("ines@example.org"), &json!(false))
        );
    }

    async fn what_the_token_says(server: TestServer) {
        let ines = person(&server, "Ines Abel").await;
        let asked = Caller::of(&server).post("/auth/validate-token", json!({ "token": ines.token })).await;
        let claims = asked.json()["data"]["payload"].clone();
        assert_eq!(
            (&claims["fullName"], &claims["userId"], &claims["email"]),
            (&json!(ines.full_name), &json!(ines.id), &json!(ines.email))
        );
        assert_eq!((&claims["sub"], &claims["aud"]), (&json!(ines.id), &json!("room-chat")));
        let (at, issued) = (claims["ts"].as_i64().unwrap(), claims["iat"].as_i64().unwrap());
        assert_eq!(at / 1000, issued);
        assert_eq!(claims["exp"].as_i64().unwrap() - issued, 900);
    }

    async fn who_may_not_is_told_so(server: TestServer) {
        let root = owner(&server, "root").await;
        let ines = person(&server, "Ines Abel").await;
        let mut hers = live(&server, &ines).await;
        root.http.suspend(ines.id.parse().unwrap(), &Suspend::default()).await.unwrap();
        assert!(timeout(Duration::from_secs(2), hers.ended()).await.expect("at once"), "told to stay away");
        assert_refused(&sign_in(&server, &ines.email, PASSWORD).await, 403, "Forbidden", "Forbidden");
        root.http.unsuspend(ines.id.parse().unwrap()).await.unwrap();
        assert_eq!(sign_in(&server, &ines.email, PASSWORD).await.status, 200);
    }

    async fn closed_to_strangers(server: TestServer) with |settings| settings.accounts.registration_open = false => {
        let said = sign_up(&server, "Ines Abel", "ines@example.org").await;
        assert_refused(&said, 403, "Forbidden", "Forbidden");
    }

    async fn an_address_has_one_account(server: TestServer) {
        let (one, other) = tokio::join!(
            sign_up(&server, "Ines Abel", "ines@example.org"),
            sign_up(&server, "Ines Other", " INES@example.org ")
        );
        let mut statuses = [one.status, other.status];
        statuses.sort_unstable();
        assert_eq!(statuses, [201, 409]);
        let again = sign_up(&server, "Ines Abel", "ines@Example.org").await;
        assert_refused(&again, 409, "Email is already registered", "Conflict");
        assert_eq!(sign_in(&server, "\tInes@example.ORG ", PASSWORD).await.status, 200);
        assert_eq!(sign_up(&server, "Ines Abel", "other@example.org").await.status, 201, "names are no keys");
    }

    async fn one_store_of_accounts(server: TestServer) {
        let ines = person(&server, "Ines Abel").await;
        let me = server.http().with_token(&ines.token).me().await.unwrap();
        assert_eq!((me.username.as_str(), me.display_name.as_str()), ("ines-abel", "Ines Abel"));
        let by_name = json!({ "username": "ines-abel", "password": PASSWORD });
        let said = Caller::of(&server).post("/auth/login", by_name).await;
        assert_eq!(said.status, 200, "by the other dialects, where the account has a name for them");
        assert_refused(&sign_in(&server, "ines-abel", PASSWORD).await, 401, "Email or password are incorrect", "Unauthorized");
    }

    async fn what_is_wrong_with_a_sign_up_is_listed(server: TestServer) {
        let caller = Caller::of(&server);
        let up = async |body: Value| caller.post("/api/v1/auth/signup", body).await;
        for body in [json!({}), json!({ "fullName": null, "email": null })] {
            let found = faults(&up(body).await);
            for wanted in [
                "fullName should not be empty", "fullName must be a string",
                "email should not be empty", "email must be a string", "email must be an email",
                "password should not be empty", "password must be a string", "password must be longer than or equal to 4 characters",
            ] {
                assert!(found.iter().any(|fault| fault == wanted), "{wanted}: {found:?}");
            }
        }
        let with = async |key: &str, value: Value| {
            let mut body = registration("Ines Abel", "ines@example.org");
            body[key] = value;
            up(body).await
        };
        for wrong in [json!(7), json!(["ines@example.org"]), json!({ "$gt": "" }), json!(true)] {
            assert_eq!(faults(&with("email", wrong).await), ["email must be a string", "email must be an email"]);
        }
        assert_eq!(faults(&with("fullName", json!("x".repeat(101))).await), ["fullName must be shorter than or equal to 100 characters"]);
        assert_eq!(faults(&with("fullName", json!("a\nb")).await), ["fullName must not hold control characters"]);
        assert_eq!(with("fullName", json!("NUL \u{0}")).await.status, 400);
        assert_eq!(faults(&with("isAdmin", json!(true)).await), ["property isAdmin should not exist"]);
        let short = json!({ "fullName": "Ines", "email": "i@example.org", "password": "Te7", "passwordConfirmation": "Te7" });
        assert_eq!(faults(&up(short).await), ["password must be longer than or equal to 4 characters"]);
        let four = json!({ "fullName": "I", "email": "i@example.org", "password": "Tea7", "passwordConfirmation": "Tea7" });
        assert_eq!(up(four).await.status, 201);
    }

    async fn something_missing_at_sign_in_is_401(server: TestServer) {
        let ines = person(&server, "Ines Abel").await;
        let caller = Caller::of(&server);
        let r#in = async |body: Value| caller.post("/api/v1/auth/signin", body).await;
        for body in [
            json!({}), json!({ "email": ines.email }), json!({ "password": PASSWORD }),
            json!({ "email": "", "password": PASSWORD }), json!({ "email": ines.email, "password": "" }),
            json!({ "email": 7, "password": PASSWORD }), json!({ "email": ines.email, "password": ["x"] }),
            json!({ "email": null, "password": null, "more": 1 }),
        ] {
            let said = r#in(body.clone()).await;
            assert_eq!((said.status, said.json()), (401, json!({ "statusCode": 401, "message": "Unauthorized" })), "{body}");
        }
        let said = caller.ask(Method::POST, "/api/v1/auth/signin", "text/plain", Some("{}".to_owned())).await;
        assert_eq!(said.json(), json!({ "statusCode": 401, "message": "Unauthorized" }));
        for (email, password) in [(ines.email.as_str(), "teapot7"), ("nobody@example.org", PASSWORD), ("no address", PASSWORD)] {
            let said = sign_in(&server, email, password).await;
            assert_refused(&said, 401, "Email or password are incorrect", "Unauthorized");
        }
        let sessions = async || server.http().with_token(&ines.token).sessions().await.unwrap().len();
        let before = sessions().await;
        let more = json!({ "email": ines.email, "password": PASSWORD, "remember": true });
        assert_eq!(faults(&r#in(more).await), ["property remember should not exist"]);
        assert_eq!(sessions().await, before, "nobody is signed in by what is refused");
        let wrong = json!({ "email": ines.email, "password": "x", "remember": true });
        assert_eq!(r#in(wrong).await.status, 401, "the password comes first");
    }

    async fn what_is_not_there(server: TestServer) {
        let caller = Caller::of(&server);
        for path in ["/api/v1/auth/nothing", "/api/v1", "/api/v1/auth/signup/x", "/api-docs/nothing"] {
            assert_refused(&caller.get(path).await, 404, &format!("Cannot GET {path}"), "Not Found");
        }
        let said = caller.post("/api/v1/auth/x?a=b", json!({})).await;
        assert_refused(&said, 404, "Cannot POST /api/v1/auth/x", "Not Found");
        for (path, allow) in [("/api/v1/auth/signup", "POST"), ("/api/v1/auth/verifyEmail", "PATCH")] {
            let said = caller.get(path).await;
            assert_refused(&said, 405, "Method not allowed", "Method Not Allowed");
            assert_eq!(said.header("allow"), Some(allow));
        }
        for body in ["{", "[]", "7", "null"] {
            let said = caller.ask(Method::POST, "/api/v1/auth/signup", "application/json", Some(body.to_owned())).await;
            assert_refused(&said, 400, "Malformed JSON", "Bad Request");
        }
        let large = format!("{{\"email\":\"{}\"}}", "x".repeat(110_000));
        let said = caller.ask(Method::POST, "/api/v1/auth/signin", "application/json", Some(large)).await;
        assert_refused(&said, 413, "Payload too large", "Payload Too Large");
    }

    async fn at_its_mount_and_from_any_page(server: TestServer) {
        let under = Caller::of(&server).under("/dialects/room-chat").with("origin", "https://page.example");
        let said = under.post("/api/v1/auth/signup", registration("Ines Abel", "ines@example.org")).await;
        assert_done(&said, 201, "User Registered successfully");
        assert_eq!(said.header("access-control-allow-origin"), Some("*"));
        assert_refused(&under.get("/nothing").await, 404, "Cannot GET /nothing", "Not Found");
        assert_eq!(under.get("/health").await.status, under.get("/api/health").await.status);
    }
}
