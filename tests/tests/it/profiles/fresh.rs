//! Never stale: a changed name is in the very next answer, on every surface that shows names; and a cache that
//! asks again is told the truth.

use super::rename;
use chinwag_testkit::{TestServer, User, both_engines, wire::*};
use reqwest::{Method, header};
use serde_json::{Value, json};

/// Every place where bob reads ada's name.
async fn shown(
    bob: &User,
    ada: &User,
    direct: ConversationId,
    group: ConversationId,
) -> Vec<(String, Value)> {
    let id = ada.id();
    let places = [
        format!("/v1/accounts/{id}"),
        format!("/v1/accounts/{id}/profile"),
        "/v1/accounts?username=ada".to_owned(),
        "/v1/accounts/search?prefix=ada".to_owned(),
        "/v1/conversations".to_owned(),
        format!("/v1/conversations/{direct}"),
        format!("/v1/conversations/{group}/members"),
        format!("/v1/conversations/{direct}/members"),
        "/v1/contacts".to_owned(),
        "/v1/contact-requests/sent".to_owned(),
        "/v1/me/changes?rev=0".to_owned(),
    ];
    let mut answers = Vec::new();
    for path in places {
        let answer = bob.http.request(Method::GET, &path).send().await.unwrap();
        answers.push((path, answer.json().await.unwrap()));
    }
    let socket = bob.socket().await.0;
    for (command, with) in [
        ("authors", json!({"conversation_id": group, "account_ids": [id]})),
        ("profile", json!({"account_id": id})),
        ("conversations", json!({})),
        ("contacts", json!({})),
    ] {
        answers.push((command.to_owned(), socket.command(command, &with).await.unwrap()));
    }
    answers
}

both_engines! {
    async fn a_changed_name_is_in_the_very_next_answer(server: TestServer) {
        let [ada, bob] = server.users(["ada", "bob"]).await;
        let (direct, group) = (ada.direct(&bob).await, bob.group("tea", &[&ada]).await);
        ada.say(group, "hello").await;
        let body = RequestContact { account_id: Some(ada.id()), ..RequestContact::default() };
        let request = bob.http.request_contact(&body).await.unwrap();
        ada.http.accept_contact(request.id).await.unwrap();
        for name in ["Ada One", "Ada Two", "Zoë Anew"] {
            rename(&ada, name).await;
            for (place, answer) in shown(&bob, &ada, direct, group).await {
                // Whoever is called Zoë is found by her username, which stays.
                let text = answer.to_string();
                assert!(text.contains(name), "{place} does not say {name}: {text}");
            }
            let me: Value = ada.http.request(Method::GET, "/v1/me").send().await.unwrap().json().await.unwrap();
            assert_eq!(me["display_name"], name);
        }
    }

    async fn a_cache_that_asks_is_told(server: TestServer) {
        let [ada, bob] = server.users(["ada", "bob"]).await;
        let path = format!("/v1/accounts/{}/profile", ada.id());
        let ask = async |tag: Option<&header::HeaderValue>| {
            let request = bob.http.request(Method::GET, &path);
            let request = match tag {
                Some(tag) => request.header(header::IF_NONE_MATCH, tag),
                None => request,
            };
            request.send().await.unwrap()
        };
        let first = ask(None).await;
        let tag = first.headers()[header::ETAG].clone();
        assert_eq!(first.headers()[header::CACHE_CONTROL], "private, no-cache");
        let again = ask(Some(&tag)).await;
        assert_eq!((again.status().as_u16(), &again.headers()[header::ETAG]), (304, &tag));
        rename(&ada, "Somebody else").await;
        assert_eq!(ask(Some(&tag)).await.status(), 200);
        let tag = ask(None).await.headers()[header::ETAG].clone();
        ada.http.block(bob.id()).await.unwrap();
        assert_eq!(ask(Some(&tag)).await.status(), 200, "what one may see is part of it");
    }
}
