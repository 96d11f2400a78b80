//! The other people, and their keys.

use super::{assert_error, faults, key, login, person, register};
use crate::dialects::{
    Caller,
    speaker::{Entered, Speaker},
};
use chinwag_testkit::{TestServer, both_engines};
use serde_json::json;

fn names(said: &crate::dialects::Said) -> Vec<String> {
    let people = said.json()["data"].as_array().unwrap_or_else(|| panic!("{said:?}")).clone();
    people.iter().map(|person| person["username"].as_str().unwrap().to_owned()).collect()
}

both_engines! {
    async fn a_list_of_those_with_keys(server: TestServer) {
        let vera = register(&server, "vera").await;
        for name in ["Anna_1", "anton", "Berta"] {
            register(&server, name).await;
        }
        server.user("without-a-key").await;
        let list = async |query: &str| vera.caller.get(&format!("/users{query}")).await;
        assert_eq!(names(&list("").await), ["Berta", "anton", "Anna_1", "vera"], "newest first");
        assert_eq!(names(&list("?limit=2&offset=1").await), ["anton", "Anna_1"]);
        assert_eq!(names(&list("?search=AN").await), ["anton", "Anna_1"]);
        assert_eq!(names(&list("?search=a_1").await), ["Anna_1"]);
        assert_eq!(names(&list("?search=%25").await), [""; 0], "a wildcard is a character");
        assert_eq!(names(&list("?offset=100").await), [""; 0]);
        for wrong in ["limit=0", "limit=101", "limit=x", "limit=", "offset=-1", "offset=1.5"] {
            assert_eq!(faults(&list(&format!("?{wrong}")).await).len(), 1, "{wrong}");
        }
        let person = list("?search=vera").await.json()["data"][0].clone();
        let keys: Vec<_> = person.as_object().unwrap().keys().cloned().collect();
        assert_eq!(keys.len(), 5, "{keys:?}");
        assert!(!person.to_string().contains("$2"), "no hash");
    }

    async fn one_of_them(server: TestServer) {
        let vera = register(&server, "vera").await;
        server.user("keyless").await;
        assert_eq!(vera.caller.get("/users/VERA").await.json()["data"]["username"], "vera");
        assert_eq!(vera.caller.get("/users/vera/public-key").await.json()["data"], json!({ "publicKey": key().trim() }));
        assert_eq!(vera.caller.get("/users/keyless").await.json()["data"]["publicKey"], "");
        for path in ["/users/nobody", "/users/nobody/public-key", "/users/keyless/public-key", "/users/block", "/users/%ff", "/users/a%00b"] {
            assert_error(&vera.caller.get(path).await, 404, "User not found");
        }
    }

    async fn services_show_a_secret(server: TestServer) with |settings| settings.dialects.messaging_app.internal_token = "the secret".to_owned() => {
        register(&server, "vera").await;
        let service = Caller::of(&server).with("x-internal-service", "messaging-service");
        let with = |name: &'static str, value: &str| service.with(name, value);
        for good in [with("x-internal-token", "the secret"), with("x-internal-secret", "the secret")] {
            assert_eq!(good.get("/users/vera").await.at("success"), (200, json!(true)));
            assert_error(&good.get("/users/nobody").await, 404, "User not found");
            assert_error(&good.get("/users").await, 401, "No token provided");
        }
        for bad in [service.clone(), with("x-internal-token", ""), with("x-internal-token", "the secreT")] {
            assert_error(&bad.get("/users/vera").await, 401, "Invalid service credentials");
        }
        let other = with("x-internal-token", "the secret").with("x-internal-service", "other");
        assert_error(&other.get("/users/vera").await, 403, "Service not authorized");
    }

    async fn without_a_secret_no_service_is_let_in(server: TestServer) {
        register(&server, "vera").await;
        let service = Caller::of(&server).with("x-internal-service", "messaging-service").with("x-internal-token", "");
        assert_error(&service.get("/users/vera").await, 401, "Invalid service credentials");
    }

    async fn a_name_that_nobody_has_is_nobody_here(server: TestServer) {
        let nora = Caller::of(&server);
        let named = json!({ "username": "nora", "password": "Kettle42" });
        assert_eq!(nora.post("/auth/signup", named.clone()).await.status, 200);
        let opened = nora.post("/auth/signin", named).await;
        let cookie = opened.header("set-cookie").unwrap().split(';').next().unwrap().to_owned();
        let body = json!({ "receiverUsername": "ghost", "content": "are you there?" });
        assert_eq!(nora.with("cookie", cookie).post("/chat/messages/send", body).await.status, 200);
        let said = login(&nora, "nora", "Kettle42").await;
        let hers = person(&nora, &said);
        let message = json!({ "receiverUsername": "ghost", "encryptedText": "x", "clientMessageId": "x" });
        assert_error(&hers.caller.post("/messages", message).await, 404, "Receiver not found");
        assert_error(&hers.caller.get("/users/ghost").await, 404, "User not found");
        assert_eq!(hers.caller.get("/chats").await.json()["data"], json!([]));
        let ghost = register(&server, "ghost").await;
        let mut his = Speaker::open(server.address, "/socket.io/", "").await;
        assert_eq!(his.enter(Some(json!({ "token": ghost.token }))).await, Entered::In);
        assert_eq!(his.hear("new_message").await["encryptedText"], "are you there?");
        assert_eq!(hers.caller.get("/chats").await.json()["data"].as_array().unwrap().len(), 1);
    }
}
