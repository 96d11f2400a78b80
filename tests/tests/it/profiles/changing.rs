//! Changing a profile: what is said is kept as it was said, and what may not be said is named.

use super::{bare, full, refusal, set};
use chinwag_testkit::{TestServer, both_engines, wire::*};
use reqwest::Method;
use serde_json::{Value, json};

both_engines! {
    async fn what_is_said_is_kept_and_null_takes_it_back(server: TestServer) {
        let [ada, bob] = server.users(["ada", "bob"]).await;
        let before = ada.http.own_profile().await.unwrap();
        assert!(bare(&before) && before.updated_at == ada.credentials.account.created_at, "{before:?}");
        let said = ada.http.update_profile(&full()).await.unwrap();
        assert_eq!((said.display_name.as_str(), said.age, said.gender.as_deref()), ("Ada Lovelace", Some(36), Some("female")));
        assert!(said.updated_at > before.updated_at);
        server.restart().await;
        assert_eq!(ada.http.own_profile().await.unwrap(), said);
        assert_eq!(bob.http.profile(ada.id()).await.unwrap(), said, "others read the same");
        assert_eq!(ada.http.update_profile(&full()).await.unwrap(), said, "what changes nothing is no change");
        assert_eq!(ada.http.update_profile(&UpdateProfile::default()).await.unwrap(), said, "absent stays");
        let clear = UpdateProfile {
            display_name: Patch::Clear,
            first_name: Patch::Clear,
            last_name: Patch::Clear,
            about: Patch::Clear,
            gender: Patch::Clear,
            age: Patch::Clear,
            status_text: Patch::Clear,
            public_key: Patch::Clear,
        };
        let cleared = ada.http.update_profile(&clear).await.unwrap();
        assert!(bare(&cleared) && cleared.display_name == "ada", "{cleared:?}");
        assert_eq!(refusal(server.http().own_profile().await), Code::Unauthenticated);
        assert_eq!(refusal(server.http().profile(ada.id()).await), Code::Unauthenticated);
    }

    async fn the_socket_takes_the_same(server: TestServer) {
        let [ada, bob] = server.users(["ada", "bob"]).await;
        let (socket, bobs) = (ada.socket().await.0, bob.socket().await.0);
        let said: Profile = socket.command("update_profile", &full()).await.unwrap();
        assert_eq!(socket.command::<_, Profile>("profile", &json!({})).await.unwrap(), said);
        assert_eq!(bobs.command::<_, Profile>("profile", &json!({"account_id": ada.id()})).await.unwrap(), said);
        assert_eq!(ada.http.own_profile().await.unwrap(), said);
        let nobody = json!({"account_id": AccountId(uuid::Uuid::from_u128(7))});
        assert_eq!(refusal(bobs.command::<_, Profile>("profile", &nobody).await), Code::AccountNotFound);
        let bad = json!({"age": 151, "status_text": " "});
        assert_eq!(refusal(socket.command::<_, Profile>("update_profile", &bad).await), Code::Invalid);
        assert_eq!(ada.http.own_profile().await.unwrap(), said);
    }

    async fn what_may_not_be_said_is_named_and_changes_nothing(server: TestServer) {
        let ada = server.user("ada").await;
        let before = ada.http.update_profile(&full()).await.unwrap();
        let long = |most: usize| "é".repeat(most + 1);
        let wrong = [
            ("display_name", json!("")), ("display_name", json!(long(100))), ("display_name", json!("a\u{7}")), ("display_name", json!("a\nb")),
            ("first_name", json!(" \t ")), ("last_name", json!(long(100))), ("about", json!(long(1000))), ("about", json!("\n")),
            ("about", json!("a\u{b}")), ("gender", json!(long(50))), ("age", json!(-1)), ("age", json!(151)),
            ("age", json!(i64::MAX)), ("status_text", json!(long(140))), ("status_text", json!("a\u{9f}b")),
            ("public_key", json!("")), ("public_key", json!("k".repeat(8193))), ("public_key", json!("clé")),
        ];
        for (field, value) in wrong {
            let body = json!({"first_name": "changed", field: value});
            let answer = ada.http.request(Method::PATCH, "/v1/me/profile").json(&body).send().await.unwrap();
            let (status, problem): (_, Value) = (answer.status(), answer.json().await.unwrap());
            assert_eq!((status.as_u16(), &problem["errors"][0]["field"]), (400, &json!(field)), "{problem}");
        }
        for body in [json!({"age": 1.5}), json!({"age": "7"}), json!({"about": 7}), json!({"avatar": {}}), json!({"username": "eve"}), json!([]), json!({"about": {"a": 1}})] {
            let answer = ada.http.request(Method::PATCH, "/v1/me/profile").json(&body).send().await.unwrap();
            assert_eq!(answer.status(), 400, "{body}");
        }
        assert_eq!(ada.http.own_profile().await.unwrap(), before);
        let most = json!({"about": "é".repeat(1000), "status_text": "é".repeat(140), "age": 0, "public_key": "k".repeat(8192), "display_name": "é".repeat(100)});
        let answer = ada.http.request(Method::PATCH, "/v1/me/profile").json(&most).send().await.unwrap();
        assert_eq!(answer.status(), 200);
    }

    async fn changes_are_bounded(server: TestServer) with |settings| settings.limits.factor = 1.0 => {
        let ada = server.user("ada").await;
        let mut changed = 0;
        let refused = loop {
            let body = UpdateProfile { status_text: set(&changed.to_string()), ..UpdateProfile::default() };
            match ada.http.update_profile(&body).await {
                Ok(_) => changed += 1,
                Err(error) => break error.code(),
            }
        };
        assert_eq!((refused, changed), (Some(Code::RateLimited), 30));
        assert_eq!(ada.http.own_profile().await.unwrap().status_text.as_deref(), Some("29"));
    }
}
