//! Bodies of the right shape that break a rule: too long, empty, out of range, of nobody.

use super::world::{World, ask, refused_with};
use chinwag_testkit::{TestServer, both_engines, wire::Code};
use reqwest::Method;
use serde_json::{Value, json};

const UNKNOWN: &str = "01a1fc1b-0fb0-7a15-bee1-c33227b5f42e";

type Broken = (&'static str, Value, Code);

fn accounts() -> Vec<Broken> {
    let with = |username: &str, password: &str| json!({"username": username, "password": password});
    let fine = "a horse that staples";
    vec![
        ("POST /v1/accounts", with("", fine), Code::Invalid),
        ("POST /v1/accounts", with(&"x".repeat(65), fine), Code::Invalid),
        ("POST /v1/accounts", with(" zoe", fine), Code::Invalid),
        ("POST /v1/accounts", with("zo\u{200b}e", fine), Code::Invalid),
        ("POST /v1/accounts", with("zo\ne", fine), Code::Invalid),
        ("POST /v1/accounts", with("zoe@example.org", fine), Code::Invalid),
        ("POST /v1/accounts", with("me", fine), Code::Invalid),
        ("POST /v1/accounts", with("ADA", fine), Code::UsernameTaken),
        ("POST /v1/accounts", with("zoe", "short"), Code::Invalid),
        ("POST /v1/accounts", with("zoe", "password"), Code::Invalid),
        ("POST /v1/accounts", with("zoe", &"x".repeat(1_025)), Code::Invalid),
        ("POST /v1/accounts", json!({"password": fine}), Code::Invalid),
        ("POST /v1/accounts", json!({"email": "no address", "password": fine}), Code::Invalid),
        (
            "POST /v1/accounts",
            json!({"username": "zoe", "password": fine, "display_name": " "}),
            Code::Invalid,
        ),
        (
            "POST /v1/accounts",
            json!({"username": "zoe", "password": fine, "owner_link": "none"}),
            Code::LinkUsed,
        ),
        (
            "POST /v1/sessions",
            json!({"name": "ada", "password": "a wrong horse"}),
            Code::CredentialsWrong,
        ),
        (
            "POST /v1/sessions",
            json!({"name": "nobody", "password": "a wrong horse"}),
            Code::CredentialsWrong,
        ),
        ("POST /v1/sessions", json!({"name": "", "password": ""}), Code::Invalid),
        ("POST /v1/sessions/refresh", json!({"refresh_token": ""}), Code::SessionEnded),
        ("POST /v1/sessions/refresh", json!({"refresh_token": "cwr_none"}), Code::SessionEnded),
        (
            "PUT /v1/me/password",
            json!({"current_password": "a wrong horse", "new_password": "another horse"}),
            Code::CredentialsWrong,
        ),
    ]
}

fn conversations(bob: &str) -> Vec<Broken> {
    const MAKE: &str = "POST /v1/conversations";
    const UPDATE: &str = "PATCH /v1/conversations/{conversation_id}";
    const ADD: &str = "POST /v1/conversations/{conversation_id}/members";
    vec![
        (MAKE, json!({"kind": "group"}), Code::Invalid),
        (MAKE, json!({"kind": "group", "name": ""}), Code::Invalid),
        (MAKE, json!({"kind": "group", "name": "x".repeat(129)}), Code::Invalid),
        (MAKE, json!({"kind": "group", "name": "a\tb"}), Code::Invalid),
        (MAKE, json!({"kind": "group", "name": "a", "guests_read": true}), Code::Invalid),
        (MAKE, json!({"kind": "group", "name": "a", "members": [UNKNOWN]}), Code::AccountNotFound),
        (MAKE, json!({"kind": "group", "name": "a", "client_id": "a b"}), Code::Invalid),
        (MAKE, json!({"kind": "room", "name": "a", "members": [bob]}), Code::Invalid),
        (MAKE, json!({"kind": "direct"}), Code::Invalid),
        (MAKE, json!({"kind": "direct", "username": "bob", "account_id": bob}), Code::Invalid),
        (MAKE, json!({"kind": "direct", "username": "nobody"}), Code::AccountNotFound),
        (MAKE, json!({"kind": "direct", "account_id": UNKNOWN}), Code::AccountNotFound),
        (MAKE, json!({"kind": "direct", "username": "bob", "name": "x"}), Code::Invalid),
        (MAKE, json!({"kind": "club", "name": "a"}), Code::Invalid),
        (UPDATE, json!({"name": ""}), Code::Invalid),
        (UPDATE, json!({"guests_read": true}), Code::Invalid),
        (ADD, json!({"account_id": UNKNOWN}), Code::AccountNotFound),
    ]
}

fn messages() -> Vec<Broken> {
    const SEND: &str = "POST /v1/conversations/{conversation_id}/messages";
    const EDIT: &str = "PATCH /v1/conversations/{conversation_id}/messages/{seq}";
    const MARK: &str = "PUT /v1/conversations/{conversation_id}/receipt";
    let text = |with: Value| {
        let mut body = json!({"content": {"text": "hi"}});
        body.as_object_mut().unwrap().extend(with.as_object().unwrap().clone());
        body
    };
    vec![
        (SEND, text(json!({"client_id": ""})), Code::Invalid),
        (SEND, text(json!({"client_id": "x".repeat(65)})), Code::Invalid),
        (SEND, text(json!({"client_id": "ü"})), Code::Invalid),
        (SEND, text(json!({"subject": ""})), Code::Invalid),
        (SEND, text(json!({"subject": "x".repeat(257)})), Code::Invalid),
        (SEND, text(json!({"reply_to": 0})), Code::MessageNotFound),
        (SEND, text(json!({"reply_to": -1})), Code::MessageNotFound),
        (SEND, text(json!({"reply_to": 4})), Code::MessageNotFound),
        (SEND, text(json!({"reply_to": i64::MAX})), Code::MessageNotFound),
        (SEND, json!({"content": {"text": ""}}), Code::Invalid),
        (SEND, json!({"content": {"text": "x".repeat(65_537)}}), Code::Invalid),
        (SEND, json!({"content": {"encrypted": "x".repeat(65_537)}}), Code::Invalid),
        (SEND, json!({"content": {"text": "a", "encrypted": "b"}}), Code::Invalid),
        (SEND, json!({"content": {}}), Code::Invalid),
        (SEND, json!({"content": "hi"}), Code::Invalid),
        (EDIT, json!({"content": {"text": ""}}), Code::Invalid),
        (EDIT, json!({"content": {"text": "x".repeat(65_537)}}), Code::Invalid),
        (MARK, json!({}), Code::Invalid),
        (MARK, json!({"read": -1}), Code::Invalid),
        (MARK, json!({"delivered": i64::MIN}), Code::Invalid),
        ("PUT /v1/presence", json!({"state": "offline"}), Code::Invalid),
        ("PUT /v1/presence", json!({"state": "asleep"}), Code::Invalid),
    ]
}

both_engines! {
    async fn broken_rules_are_refused(server: TestServer) {
        let world = World::new(server).await;
        let before = world.state().await;
        let all = accounts().into_iter().chain(conversations(&world.bob.id().to_string())).chain(messages());
        for (route, body, code) in all {
            let (method, path) = route.split_once(' ').unwrap();
            let what = format!("{route} {:.80}", body.to_string());
            refused_with(&[code], &what, ask(&world.ada.http, method.parse().unwrap(), &world.place(path)).json(&body)).await;
        }
        assert_eq!(world.state().await, before);
    }

    async fn conditions_that_do_not_hold_change_nothing(server: TestServer) {
        let world = World::new(server).await;
        let before = world.state().await;
        let message = format!("/v1/conversations/{}/messages/1", world.group);
        for tag in ["\"1\"", "\"999\"", "\"x\"", "x", "W/\"3\"", "\"9223372036854775808\"", "\"1\", \"2\""] {
            let request = ask(&world.ada.http, Method::PATCH, &message).header("if-match", tag).json(&json!({"content": {"text": "changed"}}));
            refused_with(&[Code::PreconditionFailed], &format!("If-Match: {tag}"), request).await;
        }
        let send = format!("/v1/conversations/{}/messages", world.group);
        for (key, code) in [("a b", Code::Invalid), (&*"x".repeat(65), Code::Invalid), ("other", Code::Invalid)] {
            let request = ask(&world.ada.http, Method::POST, &send).header("idempotency-key", key).json(&json!({"content": {"text": "hi"}, "client_id": "one"}));
            refused_with(&[code], &format!("Idempotency-Key: {key}"), request).await;
        }
        assert_eq!(world.state().await, before);
    }
}
