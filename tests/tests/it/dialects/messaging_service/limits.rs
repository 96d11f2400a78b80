//! How often.

use super::{assert_failed, enter, send, sign_in, sign_up};
use chinwag_testkit::{TestServer, both_engines};
use serde_json::json;

both_engines! {
    async fn ten_failures_in_a_quarter_of_an_hour(server: TestServer) with |settings| settings.limits.factor = 1.0 => {
        let caller = sign_up(&server, "nora").await;
        let wrong = async || caller.post("/auth/signin", json!({ "username": "nora", "password": "pot" })).await;
        for _ in 0..10 {
            let said = wrong().await;
            assert_failed(&said);
            assert_eq!(said.header("retry-after"), None);
        }
        let refused = wrong().await;
        assert_failed(&refused);
        assert!(refused.header("retry-after").unwrap().parse::<u64>().unwrap() > 0);
        let right = sign_in(&caller, "/auth/signin", "nora").await;
        assert_failed(&right);
        server.clock.advance(std::time::Duration::from_secs(15 * 60 + 1));
        assert_eq!(sign_in(&caller, "/auth/signin", "nora").await.at("status").1, "succeeded");
    }

    async fn three_hundred_messages_in_a_minute(server: TestServer) with |settings| settings.limits.factor = 1.0 => {
        let nora = enter(&server, "nora").await;
        sign_up(&server, "piet").await;
        for number in 0..300 {
            assert_eq!(send(&nora, "piet", "x").await.at("status").1, "succeeded", "{number}");
        }
        let refused = send(&nora, "piet", "x").await;
        assert_failed(&refused);
        assert!(refused.header("retry-after").is_some());
    }

    async fn other_requests_are_counted_apart(server: TestServer) with |settings| settings.limits.factor = 0.01 => {
        let nora = enter(&server, "nora").await;
        sign_up(&server, "piet").await;
        for number in 0..3 {
            assert_failed(&send(&nora, "nora", "to oneself is no message").await);
            assert_eq!(send(&nora, "piet", "x").await.at("status").1, "succeeded", "{number}");
        }
        assert!(send(&nora, "piet", "x").await.header("retry-after").is_some(), "3 messages");
        let chats = async || nora.post("/chats/get", json!({ "noChats": 1 })).await;
        for number in 0..9 {
            assert_eq!(chats().await.at("status").1, "succeeded", "{number}");
        }
        let refused = chats().await;
        assert_failed(&refused);
        assert!(refused.header("retry-after").is_some(), "12 others");
    }

    async fn fifty_names_that_nobody_has(server: TestServer) {
        let nora = enter(&server, "nora").await;
        for number in 0..50 {
            assert_eq!(send(&nora, &format!("nobody {number}"), "x").await.at("status").1, "succeeded");
        }
        assert_failed(&send(&nora, "one more", "x").await);
        for number in 0..3 {
            let block = json!({ "toBlockUsername": format!("blocked {number}") });
            assert_eq!(nora.post("/users/block", block).await.at("status").1, "succeeded", "a block is no message");
        }
        let piet = enter(&server, "piet").await;
        for number in 0..51 {
            let block = json!({ "toBlockUsername": format!("nobody {number}") });
            assert_eq!(piet.post("/users/block", block).await.at("status").1, "succeeded");
        }
        assert_eq!(send(&piet, "another", "x").await.at("status").1, "succeeded", "nor do blocks count as such");
        assert_eq!(send(&nora, "nobody 7", "x").await.at("status").1, "succeeded", "one of the fifty");
        sign_up(&server, "somebody").await;
        assert_eq!(send(&nora, "somebody", "x").await.at("status").1, "succeeded");
    }

    /// 600 an hour by default, counted with those of pingtalk; every rate is a tenth here.
    async fn sign_ups_of_an_address(server: TestServer) with |settings| settings.limits.factor = 0.1 => {
        for number in 0..60 {
            sign_up(&server, &format!("nora {number}")).await;
        }
        let caller = crate::dialects::Caller::of(&server);
        let refused = caller.post("/auth/signup", json!({ "username": "one more", "password": "kettle" })).await;
        assert_failed(&refused);
        assert!(refused.header("retry-after").unwrap().parse::<u64>().unwrap() > 0);
        let lena = json!({ "firstName": "Lena", "lastName": "Moor", "emailId": "lena@example.org", "password": "Harbour#12" });
        let refused = caller.post("/auth/signup", lena).await;
        assert_eq!((refused.status, refused.json()), (429, json!({ "message": "Too many requests" })));
        assert_eq!((refused.header("retry-after").is_some(), refused.header("set-cookie")), (true, None));
    }
}
