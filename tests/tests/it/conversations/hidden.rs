//! What one may not see is answered as if it were not there: the same status, headers and body, whether it
//! exists or not.

use chinwag_testkit::{TestServer, User, both_engines, client::Http, wire::*};
use reqwest::Method;
use serde_json::{Value, json};
use uuid::Uuid;

/// Everything that can be asked of a conversation.
fn requests(account: AccountId) -> Vec<(Method, String, Option<Value>)> {
    let text = json!({ "content": { "text": "hello" } });
    vec![
        (Method::GET, String::new(), None),
        (Method::HEAD, String::new(), None),
        (Method::PATCH, String::new(), Some(json!({ "name": "mine" }))),
        (Method::GET, "/members".into(), None),
        (Method::POST, "/members".into(), Some(json!({ "account_id": account }))),
        (Method::PATCH, format!("/members/{account}"), Some(json!({ "role": "admin" }))),
        (Method::DELETE, format!("/members/{account}"), None),
        (Method::DELETE, "/members/me".into(), None),
        (Method::POST, "/join".into(), None),
        (Method::GET, "/messages".into(), None),
        (Method::GET, "/messages?around=1".into(), None),
        (Method::POST, "/messages".into(), Some(text.clone())),
        (Method::GET, "/messages/1".into(), None),
        (Method::PATCH, "/messages/1".into(), Some(text)),
        (Method::DELETE, "/messages/1".into(), None),
        (Method::PUT, "/receipt".into(), Some(json!({ "read": 1 }))),
        (Method::GET, "/changes?rev=0".into(), None),
        (Method::GET, "/changes?rev=99".into(), None),
        (Method::POST, "/typing".into(), Some(json!({ "typing": true }))),
    ]
}

/// An answer, all but the time and what is left of the limit.
#[derive(Debug, PartialEq)]
struct Answer {
    status: u16,
    headers: Vec<(String, String)>,
    body: String,
}

async fn ask(http: &Http, method: Method, path: &str, body: Option<&Value>) -> Answer {
    let request = http.request(method, path).header("x-request-id", "same");
    let request = if let Some(body) = body { request.json(body) } else { request };
    let answer = request.send().await.unwrap();
    let differs = |name: &str| {
        ["date", "ratelimit", "x-ratelimit-remaining", "x-ratelimit-reset"].contains(&name)
    };
    let headers = answer.headers().iter().filter(|(name, _)| !differs(name.as_str()));
    let mut headers: Vec<_> = headers
        .map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned()))
        .collect();
    headers.sort();
    Answer { status: answer.status().as_u16(), headers, body: answer.text().await.unwrap() }
}

fn absent(id: ConversationId) -> ConversationId {
    ConversationId(Uuid::from_u128(id.0.as_u128() ^ 0xff))
}

/// Every request is answered as for a conversation that never was.
async fn is_absent_to(http: &Http, id: ConversationId, account: AccountId) {
    for (method, path, body) in requests(account) {
        let there =
            ask(http, method.clone(), &format!("/v1/conversations/{id}{path}"), body.as_ref())
                .await;
        let nowhere = ask(
            http,
            method.clone(),
            &format!("/v1/conversations/{}{path}", absent(id)),
            body.as_ref(),
        )
        .await;
        assert_eq!(there, nowhere, "{method} {path}");
        assert!([401, 404].contains(&there.status), "{method} {path}: {there:?}");
    }
    let events = |id: ConversationId| format!("/v1/events?conversations={id}");
    let there = ask(http, Method::GET, &events(id), None).await;
    assert_eq!(there, ask(http, Method::GET, &events(absent(id)), None).await);
    assert!(there.status >= 400);
}

/// And so is every command.
async fn is_absent_on_the_socket(user: &User, id: ConversationId) {
    let (socket, ready) = user.socket().await;
    assert!(ready.conversations.iter().all(|head| head.conversation_id != id));
    let with = json!({ "conversation_id": null });
    let commands = [
        ("send", json!({ "client_id": "x", "content": { "text": "hello" } })),
        ("edit", json!({ "seq": 1, "content": { "text": "hello" } })),
        ("delete", json!({ "seq": 1 })),
        ("mark", json!({ "read": 1 })),
        ("typing", json!({ "typing": true })),
        ("sync", json!({ "rev": 0 })),
        ("history", json!({})),
        ("conversation", json!({})),
        ("join", json!({})),
        ("leave", json!({})),
        ("watch", json!({})),
    ];
    for (name, fields) in commands {
        let ask = async |id: ConversationId| {
            let mut with = with.clone();
            with.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
            with["conversation_id"] = json!(id);
            socket.command::<_, Value>(name, &with).await.unwrap_err().problem().unwrap().clone()
        };
        let there = ask(id).await;
        assert_eq!(
            (there.code, &there),
            (Code::ConversationNotFound, &ask(absent(id)).await),
            "{name}"
        );
    }
}

both_engines! {
    async fn a_stranger_sees_no_group_and_no_direct_conversation(server: TestServer) {
        let [ada, bob, eve] = server.users(["ada", "bob", "eve"]).await;
        for id in [ada.group("tea", &[&bob]).await, ada.direct(&bob).await] {
            ada.say(id, "between us").await;
            is_absent_to(&eve.http, id, bob.id()).await;
            is_absent_to(&server.http(), id, bob.id()).await;
            is_absent_on_the_socket(&eve, id).await;
        }
        assert_eq!(eve.http.conversations(None, None).await.unwrap().items, []);
    }

    async fn whoever_was_removed_or_left_is_a_stranger(server: TestServer) {
        let [ada, bob, eve, fay] = server.users(["ada", "bob", "eve", "fay"]).await;
        let id = ada.group("tea", &[&bob, &eve, &fay]).await;
        eve.say(id, "I was here").await;
        ada.http.remove_member(id, eve.id()).await.unwrap();
        fay.http.leave(id).await.unwrap();
        for former in [&eve, &fay] {
            is_absent_to(&former.http, id, bob.id()).await;
            is_absent_on_the_socket(former, id).await;
        }
    }

    async fn a_guest_sees_no_closed_room(server: TestServer) {
        let [ada, bob] = server.users(["ada", "bob"]).await;
        let id = ada.room("closed", false).await;
        ada.say(id, "for members").await;
        is_absent_to(&server.http(), id, bob.id()).await;
        let named = server.http().rooms(Some("closed"), None).await.unwrap();
        assert_eq!(named, server.http().rooms(Some("no such room"), None).await.unwrap());
    }

    async fn a_message_of_before_is_absent_to_who_came_after(server: TestServer) {
        let [ada, bob] = server.users(["ada", "bob"]).await;
        let id = ada.group("tea", &[]).await;
        ada.say(id, "before").await;
        ada.http.add_member(id, bob.id(), None).await.unwrap();
        for (method, body) in [(Method::GET, None), (Method::PATCH, Some(json!({ "content": { "text": "x" } }))), (Method::DELETE, None)] {
            let ask = async |seq: i64| ask(&bob.http, method.clone(), &format!("/v1/conversations/{id}/messages/{seq}"), body.as_ref()).await;
            assert_eq!(ask(1).await, ask(1_000).await, "{method}");
        }
        assert_eq!(bob.history(id).await, []);
        assert_eq!(bob.http.conversation(id).await.unwrap().last_message, None);
        let text = ask(&bob.http, Method::GET, "/v1/conversations", None).await.body;
        assert!(!text.contains("before"), "{text}");
        let reply = SendMessage { reply_to: Some(1), ..chinwag_testkit::text_message(None, "to what?") };
        assert_eq!(bob.http.send(id, &reply).await.unwrap_err().code(), Some(Code::MessageNotFound));
    }
}
