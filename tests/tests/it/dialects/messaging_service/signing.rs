//! Signing up, in and out, in both spellings.

use super::{assert_errored, assert_failed, cookie, enter, read, sign_in, sign_up};
use crate::dialects::Caller;
use chinwag_testkit::{TestServer, both_engines, wire::SignIn};
use reqwest::Method;
use serde_json::{Value, json};

both_engines! {
    async fn one_endpoint_in_two_spellings(server: TestServer) {
        let caller = Caller::of(&server);
        let person = |name: &str| json!({ "username": name, "password": "kettle", "unknown": [1] });
        let done = caller.post("/auth/singup", person("nora")).await;
        assert_eq!(done.at("status"), (200, json!("succeed")));
        assert_eq!(done.header("set-cookie"), None, "no cookie at sign-up");
        let done = caller.post("/auth/signup", person("piet")).await;
        assert_eq!(done.at("status"), (200, json!("succeeded")));
        for (path, word) in [("/auth/singin", "succeed"), ("/auth/signin", "succeeded")] {
            let done = sign_in(&caller, path, "NORA").await;
            assert_eq!(done.at("status"), (200, json!(word)));
            assert!(done.json().get("data").is_none());
            let signed = caller.with("cookie", cookie(&done));
            let list = signed.post("/chats/get", json!({ "noChats": 5 })).await;
            assert_eq!(list.at("status"), (200, json!(word)), "the session keeps the spelling");
            let documented = signed.with("chinwag-shape", "documented");
            assert_eq!(documented.post("/chats/get", json!({ "noChats": 5 })).await.at("status").1, "succeed");
            let in_use = signed.with("chinwag-shape", "in-use");
            assert_eq!(in_use.post("/chats/get", json!({ "noChats": "5" })).await.at("status").1, "succeeded");
            let other = signed.with("chinwag-shape", "other");
            assert_eq!(other.post("/chats/get", json!({ "noChats": 5 })).await.at("status").1, word);
        }
        assert_eq!(caller.post("/auth/singout", json!({})).await.at("status").1, "succeed");
        assert_eq!(caller.post("/auth/signout", json!({})).await.at("status").1, "succeeded");
    }

    async fn a_name_belongs_to_one(server: TestServer) {
        sign_up(&server, "Nora").await;
        let caller = Caller::of(&server);
        for taken in ["nora", "NORA", "block", "Unblock"] {
            let said = caller.post("/auth/signup", json!({ "username": taken, "password": "x" })).await;
            assert_errored(&said);
        }
        let race = (0..2).map(|_| {
            let caller = caller.clone();
            tokio::spawn(async move {
                caller.post("/auth/signup", json!({ "username": "one", "password": "x" })).await.status
            })
        });
        let mut statuses = Vec::new();
        for one in race.collect::<Vec<_>>() {
            statuses.push(one.await.unwrap());
        }
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 500]);
    }

    async fn what_a_sign_up_may_hold(server: TestServer) {
        let caller = Caller::of(&server);
        let sign_up = async |body: Value| caller.post("/auth/signup", body).await;
        let wrong = [
            json!({}),
            json!({ "username": "a" }),
            json!({ "password": "a" }),
            json!({ "username": "", "password": "x" }),
            json!({ "username": " a", "password": "x" }),
            json!({ "username": "a ", "password": "x" }),
            json!({ "username": "a\nb", "password": "x" }),
            json!({ "username": "a\u{0}", "password": "x" }),
            json!({ "username": "a".repeat(65), "password": "x" }),
            json!({ "username": "a", "password": "" }),
            json!({ "username": "a", "password": "x".repeat(1025) }),
            json!({ "username": 7, "password": "x" }),
            json!({ "username": ["a"], "password": "x" }),
            json!({ "username": "a", "password": { "$ne": null } }),
            json!({ "username": "a", "password": "x", "fullname": 7 }),
            json!({ "username": "a", "password": "x", "fullname": null }),
            json!({ "username": "a", "password": "x", "fullname": "n".repeat(101) }),
            json!({ "username": "a", "password": "x", "extra": "e".repeat(5000) }),
        ];
        for body in wrong {
            assert_errored(&sign_up(body).await);
        }
        for (name, more) in [
            ("full", json!({ "fullname": "Nora Full", "extra": "not this" })),
            ("text", json!({ "extra": "Nora Text" })),
            ("object", json!({ "extra": { "fullname": "Nora Object", "age": 7 } })),
            ("plain", json!({ "extra": { "fullname": 7 } })),
            ("list", json!({ "extra": [1, { "a": null }] })),
            ("🫖:-with-/'%", json!({})),
        ] {
            let mut body = json!({ "username": name, "password": "x y\u{1F510}" });
            body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            assert_eq!(sign_up(body).await.at("status"), (200, json!("succeeded")), "{name}");
        }
        let names = [("full", "Nora Full"), ("text", "Nora Text"), ("object", "Nora Object"), ("plain", "plain"), ("list", "list")];
        for (name, display_name) in names {
            let body = SignIn { name: name.to_owned(), password: "x y\u{1F510}".to_owned(), device: None, known_device: None };
            let account = server.http().sign_in(&body).await.unwrap().account;
            assert_eq!(account.display_name, display_name, "one store of accounts for all");
        }
    }

    async fn wrong_and_unknown_are_the_same(server: TestServer) {
        let caller = sign_up(&server, "nora").await;
        let wrong = caller.post("/auth/signin", json!({ "username": "nora", "password": "pot" })).await;
        let unknown = caller.post("/auth/signin", json!({ "username": "nobody", "password": "pot" })).await;
        assert_failed(&wrong);
        assert_failed(&unknown);
        assert_eq!(wrong.text, unknown.text);
        for body in [json!({}), json!({ "username": "nora" }), json!({ "username": "nora", "password": 7 })] {
            assert_errored(&caller.post("/auth/signin", body).await);
        }
    }

    async fn the_log_of_sign_ins(server: TestServer) {
        let nora = enter(&server, "nora").await;
        let wrong = nora.post("/auth/signin", json!({ "username": "nora", "password": "pot" })).await;
        assert_failed(&wrong);
        let log = async |body: Value| nora.post("/activity/get", body).await;
        let in_use = log(json!({ "noActivity": 1 })).await;
        assert_eq!(in_use.at("status"), (200, json!("succeeded")));
        assert_eq!(in_use.json()["data"].as_array().unwrap().len(), 1, "n means n");
        assert_eq!(in_use.json()["data"][0]["result"], "Failed");
        let documented = log(json!({ "noAcitivty": "5", "noActivity": 1 })).await.json();
        assert_eq!(documented["status"], "succeed");
        let results: Vec<_> = documented["data"].as_array().unwrap().iter().map(|entry| entry["result"].clone()).collect();
        assert_eq!(results, [json!("failed"), json!("succeed")]);
        let at = documented["data"][0]["at"].as_str().unwrap();
        assert!(at.ends_with(" GMT+0000 (Coordinated Universal Time)") && at.len() == 62, "{at}");
        for wrong in [json!({}), json!({ "noActivity": 0 }), json!({ "noAcitivty": null, "noActivity": 1 })] {
            assert_errored(&log(wrong).await);
        }
    }

    async fn every_fault_has_the_envelope(server: TestServer) {
        let nora = enter(&server, "nora").await;
        for (kind, body) in [
            ("application/json", "[1]"),
            ("application/json", "{"),
            ("application/json", "\"x\""),
            ("text/plain", "{\"noChats\":1}"),
            ("application/json", ""),
            ("application/json", "{\"noChats\":1,\"a\":\"\\u0000\"}"),
        ] {
            let said = nora.ask(Method::POST, "/chats/get", kind, Some(body.to_owned())).await;
            assert_errored(&said);
            assert!(said.header("content-type").unwrap().starts_with("application/json"));
        }
        let large = format!("{{\"noChats\":1,\"a\":\"{}\"}}", "x".repeat(110_000));
        assert_errored(&nora.ask(Method::POST, "/chats/get", "application/json", Some(large)).await);
        let deep = format!("{{\"noChats\":1,\"a\":{}{}}}", "[".repeat(40), "]".repeat(40));
        assert_errored(&nora.ask(Method::POST, "/chats/get", "application/json", Some(deep)).await);
        assert_eq!(read(&nora, "nobody", 3).await.at("data"), (200, json!([])));
    }

    async fn the_header_chooses_for_one_request_alone(server: TestServer) {
        let caller = sign_up(&server, "nora").await;
        for (path, shape, [now, later]) in [("/auth/signin", "documented", ["succeed", "succeeded"]), ("/auth/singin", "in-use", ["succeeded", "succeed"])] {
            let said = sign_in(&caller.with("chinwag-shape", shape), path, "nora").await;
            assert_eq!(said.at("status"), (200, json!(now)), "{path}");
            let nora = caller.with("cookie", cookie(&said));
            assert_eq!(nora.post("/chats/get", json!({ "noChats": 1 })).await.at("status"), (200, json!(later)), "{path}: as it is spelt");
        }
    }
}
