//! Signing up, in and out, passwords, and what a credential is worth.

use super::{
    PASSWORD, Person, assert_keys, assert_message, cookie, login, people, person, signup_body,
};
use crate::dialects::Caller;
use chinwag_testkit::{TestServer, both_engines, eventually};
use reqwest::Method;
use serde_json::{Value, json};
use std::time::Duration;

const AGAIN: &str = "Token Expired, please login again";

fn with(key: &str, value: Value) -> Value {
    let mut body = signup_body("Lena");
    body[key] = value;
    body
}

#[track_caller]
fn assert_bad_token(said: &super::Said) {
    assert_eq!((said.status, said.json()), (401, json!({ "error": "Invalid or expired token" })));
}

both_engines! {
    async fn signs_up_and_in(server: TestServer) {
        let caller = Caller::of(&server);
        let mut body = signup_body("Lena");
        body["emailId"] = json!("Lena.M@Example.org");
        body["emailVerified"] = json!({ "unknown": "keys are ignored" });
        let said = caller.post("/auth/signup", body.clone()).await;
        assert_eq!((said.status, &said.json()["message"]), (201, &json!("User Registered Successfully")));
        assert_keys(&said.json(), &["message", "data"]);
        let data = said.json()["data"].clone();
        assert_keys(&data, &["_id", "firstName", "lastName", "emailId"]);
        assert_eq!((&data["firstName"], &data["lastName"], &data["emailId"]), (&json!("Lena"), &json!("Moor"), &json!("lena.m@example.org")));
        let set = said.header("set-cookie").unwrap();
        let parts: Vec<&str> = set.split("; ").collect();
        assert_eq!((parts[1], &parts[3..]), ("Path=/", &["HttpOnly", "SameSite=Lax"][..]), "{set}");
        assert!(parts[0].starts_with("token=ey") && parts[2].starts_with("Expires="), "{set}");

        assert_message(&caller.post("/auth/signup", body).await, 404, "Email Already Exists");
        let said = login(&caller, "LENA.m@example.org", PASSWORD).await;
        assert_eq!((said.status, &said.json()["message"]), (200, &json!("User login successful!!!")));
        let again = said.json()["data"].clone();
        assert_keys(&again, &["id", "emailId", "token"]);
        assert_eq!((&again["id"], &again["emailId"]), (&data["_id"], &json!("lena.m@example.org")));
        assert_eq!(cookie(&said), again["token"].as_str().unwrap());
        let signed = caller.with("cookie", format!("token={}", cookie(&said)));
        assert_eq!(signed.get("/profile/getProfile").await.status, 200);
        let handle = server.http().with_token(cookie(&said)).me().await.unwrap().username;
        assert_eq!(handle, "lena-moor", "derived from the names, not from the address");
    }

    async fn what_is_wrong_with_a_sign_up(server: TestServer) {
        let caller = Caller::of(&server);
        let sign_up = async |body: Value| caller.post("/auth/signup", body).await;
        for nothing in [json!(""), json!(null), json!(7), json!({ "$gt": "" })] {
            assert_message(&sign_up(with("firstName", nothing.clone())).await, 400, "Enter first and lastName");
            assert_message(&sign_up(with("emailId", nothing.clone())).await, 400, "EmailId is not valid");
            assert_message(&sign_up(with("password", nothing)).await, 400, "Please Enter a Strong Password");
        }
        for short in ["L", " L ", "é"] {
            assert_message(&sign_up(with("lastName", json!(short))).await, 400, "Name must be at least 2 characters long");
        }
        assert_eq!(sign_up(with("lastName", json!("x".repeat(101)))).await.status, 400);
        assert_eq!(sign_up(with("lastName", json!("a\u{7}b"))).await.status, 400);
        for wrong in ["lena", "lena@", "Lena <lena@example.org>", "lena@example"] {
            assert_message(&sign_up(with("emailId", json!(wrong))).await, 400, "EmailId is not valid");
        }
        for weak in ["Harb#12", "harbour#12", "HARBOUR#12", "Harbour#x", "Harbour12", "password"] {
            assert_message(&sign_up(with("password", json!(weak))).await, 400, "Please Enter a Strong Password");
        }
        assert_message(&sign_up(json!({ "emailId": "x", "password": 1 })).await, 400, "Enter first and lastName");
        for path in ["/dialects/pingtalk/auth/signup", "/dialects/pingtalk/auth/login"] {
            for odd in ["{", "[]", "7"] {
                let said = caller.ask(Method::POST, path, "application/json", Some(odd.to_owned())).await;
                assert_message(&said, 400, "Malformed JSON");
            }
            let large = format!("{{\"emailId\":\"{}\"}}", "x".repeat(110_000));
            let said = caller.ask(Method::POST, path, "application/json", Some(large)).await;
            assert_message(&said, 413, "Payload too large");
        }
        let nul = caller.ask(Method::POST, "/auth/signup", "application/json", Some(r#"{"firstName":"\u0000"}"#.to_owned())).await;
        assert!([400, 500].contains(&nul.status));
        assert_eq!(sign_up(signup_body("Lena")).await.status, 201);
    }

    async fn two_at_once_are_one(server: TestServer) {
        let caller = Caller::of(&server);
        let (one, other) = tokio::join!(caller.post("/auth/signup", signup_body("Lena")), caller.post("/auth/signup", signup_body("Lena")));
        let mut statuses = [one.status, other.status];
        statuses.sort_unstable();
        assert_eq!(statuses, [201, 404]);
    }

    async fn signing_in_tells_nothing_of_addresses(server: TestServer) {
        let lena = person(&server, "Lena").await;
        let caller = Caller::of(&server);
        assert_message(&login(&caller, &lena.email, "harbour#12").await, 401, "Incorrect credentials");
        assert_message(&login(&caller, "nobody@example.org", PASSWORD).await, 401, "Incorrect credentials");
        for wrong in [json!({ "emailId": "lena" }), json!({ "emailId": 7, "password": PASSWORD }), json!({ "emailId": lena.email }), json!({ "emailId": lena.email, "password": { "$ne": null } })] {
            assert_message(&caller.post("/auth/login", wrong).await, 400, "Invalid Credentials");
        }
        let handle = server.http().with_token(&lena.token).me().await.unwrap().username;
        assert_message(&login(&caller, &handle, PASSWORD).await, 400, "Invalid Credentials");
    }

    async fn signing_out_ends_the_session(server: TestServer) {
        let lena = person(&server, "Lena").await;
        let elsewhere = Caller::of(&server);
        let second = cookie(&login(&elsewhere, &lena.email, PASSWORD).await);
        let out = lena.caller.post("/auth/logout", json!({})).await;
        assert_message(&out, 200, "Logout Successful");
        let set = out.header("set-cookie").unwrap();
        assert!(set.starts_with("token=; Path=/; Expires=") && set.ends_with("; HttpOnly; SameSite=Lax"), "{set}");
        assert_bad_token(&lena.caller.get("/profile/getProfile").await);
        assert!(server.http().with_token(&lena.token).me().await.is_err(), "everywhere");
        for none in [elsewhere.clone(), lena.caller.clone(), elsewhere.with("cookie", "token=x")] {
            assert_message(&none.post("/auth/logout", json!({})).await, 200, "Logout Successful");
        }
        let both = elsewhere.under("/dialects/pingtalk").with("authorization", format!("Bearer {second}"));
        assert_eq!(both.get("/profile/getProfile").await.status, 200);
        assert_message(&both.post("/auth/logout", json!({})).await, 200, "Logout Successful");
        assert_bad_token(&both.get("/profile/getProfile").await);
    }

    async fn another_password_ends_every_session(server: TestServer) {
        let lena = person(&server, "Lena").await;
        let caller = Caller::of(&server);
        let second = caller.with("cookie", format!("token={}", cookie(&login(&caller, &lena.email, PASSWORD).await)));
        let change = async |old: Value, new: Value| lena.caller.patch("/auth/changePassword", json!({ "oldPassword": old, "newPassword": new })).await;
        for missing in [json!(null), json!(""), json!(7)] {
            assert_message(&change(missing.clone(), json!("x")).await, 400, "Old and new passwords are required");
            assert_message(&change(json!("x"), missing).await, 400, "Old and new passwords are required");
        }
        assert_message(&change(json!("x"), json!("x")).await, 400, "New password must be different");
        assert_message(&change(json!("wrong"), json!("weak")).await, 401, "Incorrect old password");
        assert_message(&change(json!("wrong"), json!("Lantern#42")).await, 401, "Incorrect old password");
        assert_message(&change(json!(PASSWORD), json!("Lantern42")).await, 400, "Please Enter a Strong Password");
        assert_eq!(lena.caller.get("/profile/getProfile").await.status, 200);
        let said = change(json!(PASSWORD), json!("Lantern#42")).await;
        assert_message(&said, 200, "Password updated successfully. Please login again.");
        assert!(said.header("set-cookie").unwrap().starts_with("token=; "));
        for ended in [&lena.caller, &second] {
            assert_bad_token(&ended.get("/profile/getProfile").await);
        }
        assert_eq!(login(&caller, &lena.email, PASSWORD).await.status, 401);
        assert_eq!(login(&caller, &lena.email, "Lantern#42").await.status, 200);
        assert_message(&caller.patch("/auth/changePassword", json!({})).await, 401, "Token expired, please login");
    }

    async fn what_a_credential_is_worth(server: TestServer) {
        let Person { token, id, email, caller } = person(&server, "Lena").await;
        let nobody = Caller::of(&server);
        for path in ["/profile/getProfile", "/profile/profile/x", "/request/invites/sent", "/request/invites/received"] {
            for none in [nobody.clone(), nobody.with("cookie", "tokens=x; token="), nobody.with("authorization", "Bearer ")] {
                assert_message(&none.get(path).await, 401, AGAIN);
            }
            for bad in [nobody.with("cookie", "token=x"), nobody.with("authorization", "x.y.z"), nobody.with("cookie", "token=x").with("authorization", token.clone())] {
                assert_bad_token(&bad.get(path).await);
            }
        }
        assert_message(&nobody.get("/auth/getUserByEmail").await, 401, "Token expired, please login");
        for spelling in [token.clone(), format!("bearer {token}"), format!("BEARER   {token}")] {
            assert_eq!(nobody.with("authorization", spelling).get("/profile/getProfile").await.status, 200);
        }
        assert_eq!(nobody.with("cookie", "token=").with("authorization", token.clone()).get("/profile/getProfile").await.status, 200);
        let claims = nobody.post("/auth/validate-token", json!({ "token": token })).await.json()["data"]["payload"].clone();
        assert_eq!((&claims["_id"], &claims["sub"], &claims["aud"]), (&json!(id), &json!(id), &json!("pingtalk")));
        assert_eq!(claims["exp"].as_i64().unwrap() - claims["iat"].as_i64().unwrap(), 86_400);
        let native = server.user("otto").await;
        let by_native = nobody.with("authorization", native.credentials.access_token.clone());
        assert_eq!(by_native.get("/profile/getProfile").await.status, 200, "any live access token of ours");
        server.clock.advance(Duration::from_secs(86_401));
        assert_bad_token(&caller.get("/profile/getProfile").await);
        server.clock.advance(Duration::from_secs(1));
        assert_eq!(login(&nobody, &email, PASSWORD).await.status, 200);
    }

    async fn looking_addresses_up(server: TestServer) {
        let [lena, tom] = people(&server, ["Lena", "Tom"]).await;
        let said = lena.caller.get(&format!("/auth/getUserByEmail?emailId={}", tom.email.replace('@', "%40"))).await;
        assert_eq!((said.status, said.json()), (200, json!({ "userId": tom.id })));
        for missing in ["", "?emailId=", "?email=x"] {
            assert_message(&lena.caller.get(&format!("/auth/getUserByEmail{missing}")).await, 400, "emailId is required");
        }
        for nobody in ["x", "nobody@example.org", "tom%00@example.org"] {
            let said = lena.caller.get(&format!("/auth/getUserByEmail?emailId={nobody}")).await;
            assert_message(&said, 404, "User not found");
        }
    }

    async fn looking_addresses_up_in_the_open(server: TestServer) with |settings| {
        settings.dialects.pingtalk.open_lookup = true;
        settings.limits.factor = 1.0;
    } => {
        let tom = person(&server, "Tom").await;
        let path = format!("/auth/getUserByEmail?emailId={}", tom.email);
        for _ in 0..10 {
            assert_eq!(Caller::of(&server).get(&path).await.at("userId"), (200, json!(tom.id)));
        }
        let said = Caller::of(&server).get(&path).await;
        assert_message(&said, 429, "Too many requests");
        assert!(said.header("retry-after").is_some());
    }

    async fn pages_of_others_are_refused(server: TestServer) {
        let lena = person(&server, "Lena").await;
        let stranger = lena.caller.with("origin", "https://page.example");
        for said in [
            stranger.post("/auth/logout", json!({})).await,
            stranger.put("/profile/patchProfile", json!({ "about": "x" })).await,
            stranger.post("/request/invite/send", json!({})).await,
            login(&Caller::of(&server).with("origin", "https://page.example"), &lena.email, PASSWORD).await,
            Caller::of(&server).with("origin", "http://localhost:51730").post("/auth/signup", signup_body("Tom")).await,
        ] {
            assert_message(&said, 403, "Not authorized");
            assert_eq!(said.header("access-control-allow-origin"), None);
            assert_eq!(said.header("set-cookie"), None);
        }
        for path in ["/profile/getProfile", "/chat/my-chats", "/request/invites/sent"] {
            let said = stranger.get(path).await;
            assert_eq!((said.status, said.header("access-control-allow-origin")), (200, None), "nothing changes, and no page reads it");
        }
        let ours = lena.caller.with("origin", "http://localhost:5173").get("/profile/getProfile").await;
        assert_eq!((ours.status, ours.header("access-control-allow-credentials")), (200, Some("true")));
        let bearer = Caller::of(&server).with("origin", "https://page.example").with("authorization", lena.token.clone());
        assert_eq!(bearer.get("/profile/getProfile").await.status, 200, "no cookie, no secret of a browser's");
    }

    async fn over_tls_the_cookie_is_for_tls_alone(server: TestServer) with |settings| settings.http.trusted_proxies = vec!["127.0.0.1/32".to_owned()] => {
        person(&server, "Lena").await;
        let proxied = Caller::of(&server).with("x-forwarded-proto", "https").with("x-forwarded-for", "203.0.113.9");
        let said = login(&proxied, "lena@example.org", PASSWORD).await;
        assert!(said.header("set-cookie").unwrap().ends_with("; HttpOnly; SameSite=Lax; Secure"));
    }

    async fn what_every_answer_says_to_browsers(server: TestServer) {
        let caller = Caller::of(&server);
        for said in [
            caller.get("/profile/getProfile").await,
            caller.get("/chat/nothing").await,
            caller.post("/auth/logout", json!({})).await,
            caller.under("/dialects/pingtalk").get("/health").await,
            caller.with("access-control-request-method", "GET").ask(Method::OPTIONS, "/profile/getProfile", "", None).await,
        ] {
            assert_eq!(said.header("x-frame-options"), Some("DENY"), "{said:?}");
            assert_eq!(said.header("x-content-type-options"), Some("nosniff"));
            assert_eq!(said.header("x-xss-protection"), Some("1; mode=block"));
        }
    }

    async fn the_cookie_says_when_it_ends(server: TestServer) {
        let (caller, before) = (Caller::of(&server), server.clock.now());
        let up = caller.post("/auth/signup", signup_body("Lena")).await;
        let r#in = login(&caller, "lena@example.org", PASSWORD).await;
        let out = caller.post("/auth/logout", json!({})).await;
        let passed = server.clock.now().since(before).as_secs() + 1;
        for (said, life) in [(up, 86_400), (r#in, 86_400), (out, 0)] {
            let set = said.header("set-cookie").unwrap();
            let ends = set.split("; ").find_map(|part| part.strip_prefix("Expires=")).unwrap();
            let date = |more: u64| before.after(Duration::from_secs(life + more)).http_date();
            assert!((0..=passed).any(|more| date(more) == ends), "{set}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_told_that_a_session_ended_that_lives() {
    let (server, proxy) = TestServer::with_broken_database(|_| {}).await;
    let lena = person(&server, "Lena").await;
    // It knows nothing of the session yet.
    server.restart().await;
    proxy.cut_after(0..=0);
    proxy.cut();
    let out = lena.caller.post("/auth/logout", json!({})).await;
    assert_message(&out, 503, "Server error");
    assert_eq!((out.header("set-cookie"), out.header("retry-after").is_some()), (None, true));
    proxy.heal();
    let profile = async || lena.caller.get("/profile/getProfile").await.status;
    eventually("the database is back", async || profile().await == 200).await;
    assert_eq!(lena.caller.post("/auth/logout", json!({})).await.status, 200);
    assert_eq!(profile().await, 401);
}
