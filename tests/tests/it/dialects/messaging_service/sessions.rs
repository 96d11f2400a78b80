//! The session cookie: what it looks like, how long it lives, and what is no session.

use super::{assert_errored, assert_failed, cookie, enter, sign_in, sign_up};
use crate::dialects::Caller;
use chinwag_testkit::{TestServer, both_engines, eventually};
use serde_json::json;
use std::time::Duration;

async fn chats(caller: &Caller, session: serde_json::Value) -> crate::dialects::Said {
    caller.post("/chats/get", json!({ "noChats": 5, "sessionId": session })).await
}

both_engines! {
    async fn the_cookie_lives_a_day(server: TestServer) {
        let caller = sign_up(&server, "nora").await;
        let said = sign_in(&caller, "/auth/signin", "nora").await;
        let set = said.header("set-cookie").unwrap().to_owned();
        let parts: Vec<&str> = set.split("; ").collect();
        let value = parts[0].strip_prefix("sessionId=s%3A").unwrap();
        let (id, signature) = value.split_once('.').unwrap();
        assert!(id.parse::<uuid::Uuid>().is_ok());
        assert!(!signature.contains(['+', '/', '=']) && signature.len() >= 43, "{signature}");
        assert!(parts[3].starts_with("Expires=") && parts[3].ends_with(" GMT"));
        let others: Vec<&str> = parts[1..].iter().copied().filter(|part| !part.starts_with("Expires=")).collect();
        assert_eq!(others, ["Max-Age=86400", "Path=/", "HttpOnly", "SameSite=Lax"]);
        let nora = caller.with("cookie", cookie(&said));
        server.clock.advance(Duration::from_secs(86_000));
        assert_eq!(nora.post("/chats/get", json!({ "noChats": 5 })).await.status, 200);
        server.clock.advance(Duration::from_secs(1_000));
        assert_errored(&nora.post("/chats/get", json!({ "noChats": 5 })).await);
    }

    async fn the_body_may_carry_it(server: TestServer) {
        let nora = sign_up(&server, "nora").await;
        let cookie = cookie(&sign_in(&nora, "/auth/singin", "nora").await);
        let encoded = cookie.strip_prefix("sessionId=").unwrap();
        let signed = encoded.replace("%3A", ":").replace("%2B", "+").replace("%2F", "/");
        let bare = signed.strip_prefix("s:").unwrap().split('.').next().unwrap().to_owned();
        for session in [signed.clone(), bare.clone()] {
            let said = chats(&nora, json!(session)).await;
            assert_eq!(said.at("status"), (200, json!("succeed")), "{session}");
        }
        let (id, signature) = signed.split_once('.').unwrap();
        let tampered = format!("{id}.{}", signature.chars().rev().collect::<String>());
        for wrong in [json!(tampered), json!(id), json!("s:"), json!(""), json!(7), json!(null), json!(uuid::Uuid::nil())] {
            assert_errored(&chats(&nora, wrong).await);
        }
        let bad = nora.with("cookie", "sessionId=s%3Amade-up.sig");
        assert_errored(&chats(&bad, json!(bare)).await);
        let empty = nora.with("cookie", "sessionId=");
        assert_errored(&chats(&empty, json!(bare)).await);
        let others = nora.with("cookie", "token=x; refresh=y");
        assert_eq!(chats(&others, json!(bare)).await.status, 200, "only one's own cookie counts");
    }

    async fn no_path_takes_a_made_up_session(server: TestServer) {
        let nora = enter(&server, "nora").await;
        let made_up = nora.with("cookie", "sessionId=s%3A00000000-0000-4000-8000-000000000000.c2ln");
        let nobody = Caller::of(&server);
        for (path, body) in [
            ("/chat/messages/send", json!({ "receiverUsername": "piet", "content": "x" })),
            ("/chat/messages/get", json!({ "withUsername": "piet", "noMsgs": 1 })),
            ("/users/block", json!({ "toBlockUsername": "piet" })),
            ("/users/unblock", json!({ "toUnblockUsername": "piet" })),
            ("/chats/get", json!({ "noChats": 1 })),
            ("/activity/get", json!({ "noActivity": 1 })),
        ] {
            assert_errored(&made_up.post(path, body.clone()).await);
            assert_errored(&nobody.post(path, body.clone()).await);
            assert_ne!(nora.post(path, body).await.status, 500, "{path}");
        }
    }

    async fn signing_out_ends_it(server: TestServer) {
        let nora = enter(&server, "nora").await;
        let out = nora.post("/auth/signout", json!({})).await;
        assert_eq!(out.at("status"), (200, json!("succeeded")));
        assert_eq!(out.header("set-cookie"), Some("sessionId=; Path=/; Expires=Thu, 01 Jan 1970 00:00:00 GMT"));
        assert_errored(&nora.post("/chats/get", json!({ "noChats": 1 })).await);
        assert_eq!(nora.post("/auth/signout", json!({})).await.status, 200, "always");
        let again = cookie(&sign_in(&nora, "/auth/signin", "nora").await);
        let signed = again.strip_prefix("sessionId=").unwrap().replace("%3A", ":").replace("%2B", "+").replace("%2F", "/");
        let nobody = Caller::of(&server);
        assert_eq!(chats(&nobody, json!(signed)).await.status, 200);
        assert_eq!(nobody.post("/auth/signout", json!({ "sessionId": signed })).await.status, 200);
        assert_errored(&chats(&nobody, json!(signed)).await);
        assert_eq!(Caller::of(&server).post("/auth/singout", json!({})).await.status, 200);
    }

    async fn other_sites_are_refused(server: TestServer) {
        let nora = enter(&server, "nora").await;
        let foreign = nora.with("origin", "https://evil.example");
        assert_failed(&foreign.post("/chats/get", json!({ "noChats": 1 })).await);
        assert_failed(&sign_in(&foreign, "/auth/signin", "nora").await);
        assert_failed(&foreign.post("/auth/signout", json!({})).await);
        let form = Caller::of(&server).with("origin", "https://evil.example");
        assert_failed(&form.post("/auth/signout", json!({})).await);
        for origin in [server.url(), "http://localhost:5173".to_owned()] {
            let page = nora.with("origin", origin);
            assert_eq!(page.post("/chats/get", json!({ "noChats": 1 })).await.status, 200);
        }
    }

    async fn over_tls_it_is_for_tls_alone(server: TestServer) with |settings| settings.http.trusted_proxies = vec!["127.0.0.1".to_owned()] => {
        let proxied = sign_up(&server, "nora").await.with("x-forwarded-proto", "https");
        let said = sign_in(&proxied, "/auth/signin", "nora").await;
        assert!(said.header("set-cookie").unwrap().ends_with("; Secure"));
    }

    async fn the_cookie_says_when_it_ends(server: TestServer) {
        let (caller, before) = (sign_up(&server, "nora").await, server.clock.now());
        let said = sign_in(&caller, "/auth/signin", "nora").await;
        let set = said.header("set-cookie").unwrap();
        let ends = set.split("; ").find_map(|part| part.strip_prefix("Expires=")).unwrap();
        let passed = server.clock.now().since(before).as_secs() + 1;
        let day = |more: u64| before.after(Duration::from_secs(86_400 + more)).http_date();
        assert!((0..=passed).any(|more| day(more) == ends), "{set}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_told_that_a_session_ended_that_lives() {
    let (server, proxy) = TestServer::with_broken_database(|_| {}).await;
    let nora = enter(&server, "nora").await;
    proxy.cut_after(0..=0);
    proxy.cut();
    let out = nora.post("/auth/signout", json!({})).await;
    assert_errored(&out);
    assert!(out.header("retry-after").is_some());
    proxy.heal();
    let works = async || nora.post("/chats/get", json!({ "noChats": 1 })).await.status == 200;
    eventually("the database is back", works).await;
    assert_eq!(nora.post("/auth/signout", json!({})).await.status, 200);
    assert_errored(&nora.post("/chats/get", json!({ "noChats": 1 })).await);
}
