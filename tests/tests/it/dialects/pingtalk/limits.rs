//! How often, and what is said of it.

use super::{PASSWORD, assert_message, login, person};
use crate::dialects::Caller;
use chinwag_testkit::{TestServer, both_engines};
use serde_json::json;
use std::time::Duration;

both_engines! {
    async fn what_a_gateway_lets_through(server: TestServer) with |settings| settings.limits.factor = 1.0 => {
        let caller = Caller::of(&server);
        let mut refused = 0;
        for _ in 0..60 {
            let said = caller.get("/profile/getProfile").await;
            if said.status == 503 {
                refused += 1;
                assert_message(&said, 503, "Too many requests");
                assert_eq!(said.header("retry-after"), Some("1"));
            } else {
                assert_eq!(said.status, 401);
            }
        }
        assert!(refused > 0, "30 beyond the burst within a second or two");
        server.clock.advance(Duration::from_secs(10));
        for path in ["/request/invites/sent", "/auth/getUserByEmail", "/profile/profile/x"] {
            assert_eq!(caller.get(path).await.status, 401, "counted together, and regained");
        }
    }

    async fn every_sign_in_tells_how_many_are_left(server: TestServer) with |settings| settings.limits.factor = 1.0 => {
        let caller = Caller::of(&server);
        let mut refused = false;
        for _ in 0..40 {
            let said = login(&caller, "x", "wrong").await;
            refused |= said.status == 503;
            for name in ["ratelimit-policy", "ratelimit-limit", "ratelimit-remaining", "ratelimit-reset"] {
                assert!(said.header(name).is_some(), "{name}: {said:?}");
            }
        }
        assert!(refused, "the gateway lets 20 through, and 10 a second");
    }

    async fn sign_ins_of_an_address(server: TestServer) with |settings| settings.limits.factor = 1.0 => {
        person(&server, "Lena").await;
        let caller = Caller::of(&server);
        for number in 0..15 {
            let said = match number % 3 {
                0 => login(&caller, "lena@example.org", PASSWORD).await,
                1 => login(&caller, "lena@example.org", "wrong").await,
                _ => login(&caller, "x", "wrong").await,
            };
            assert_eq!(said.status, [200, 401, 400][number % 3]);
            assert_eq!(said.header("ratelimit-policy"), Some("15;w=900"));
            assert_eq!(said.header("ratelimit-limit"), Some("15"));
            assert_eq!(said.header("ratelimit-remaining"), Some((14 - number).to_string().as_str()));
            assert!((1..=900).contains(&said.header("ratelimit-reset").unwrap().parse::<u64>().unwrap()));
            server.clock.advance(Duration::from_millis(200));
        }
        let said = login(&caller, "lena@example.org", PASSWORD).await;
        assert_message(&said, 429, "Too many login attempts. Try again after 15 minutes.");
        assert_eq!((said.header("ratelimit-remaining"), said.header("retry-after").is_some()), (Some("0"), true));
        server.clock.advance(Duration::from_secs(901));
        assert_eq!(login(&caller, "lena@example.org", PASSWORD).await.status, 200);
    }

    async fn failures_count_with_those_of_others(server: TestServer) with |settings| settings.limits.factor = 1.0 => {
        let lena = person(&server, "Lena").await;
        let handle = server.http().with_token(&lena.token).me().await.unwrap().username;
        let caller = Caller::of(&server);
        let elsewhere = async |word: &str| {
            let body = json!({ "username": handle, "password": word });
            caller.post("/auth/signin", body).await
        };
        for number in 0..5 {
            assert_eq!(elsewhere("wrong").await.at("status"), (200, json!("failed")), "{number}");
            assert_eq!(login(&caller, &lena.email, "wrong").await.status, 401, "{number}");
            server.clock.advance(Duration::from_secs(1));
        }
        assert!(elsewhere(PASSWORD).await.header("retry-after").is_some(), "10 there, whichever way");
        for number in 5..10 {
            assert_eq!(login(&caller, &lena.email, "wrong").await.status, 401, "{number}");
            server.clock.advance(Duration::from_secs(1));
        }
        let refused = login(&caller, &lena.email, PASSWORD).await;
        assert_message(&refused, 429, "Too many login attempts. Try again after 15 minutes.");
        assert!(refused.header("retry-after").is_some());
        let attempts = server.http().with_token(&lena.token).sign_ins(None, Some(100)).await.unwrap().items;
        assert_eq!(attempts.iter().filter(|attempt| !attempt.succeeded).count(), 15, "what was refused is not there");
    }

    async fn chats_do_not_stand_behind_the_gateway(server: TestServer) with |settings| settings.limits.factor = 1.0 => {
        let caller = Caller::of(&server);
        for _ in 0..60 {
            assert_eq!(caller.get("/chat/my-chats").await.status, 401);
        }
        assert_eq!(caller.get("/profile/getProfile").await.status, 401, "nor are they counted there");
    }
}
