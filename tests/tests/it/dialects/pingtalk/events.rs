//! Events for other systems: each with its key and its payload, in the queues that consumers know.

use super::{Person, id_of, invite, people, person, respond};
use crate::dialects::Caller;
use chinwag_testkit::{Engine, Rabbit, TestServer, Told, User};
use serde_json::{Value, json};
use std::collections::HashMap;

/// The exchange of this contract.
const EXCHANGE: &str = "events.exchange";

async fn server(engine: Engine, rabbit: &Rabbit) -> TestServer {
    TestServer::with(engine, |settings| settings.broker.url = rabbit.url()).await
}

/// Told with this key and this payload, to be kept.
#[track_caller]
fn assert_told(told: &Told, key: &str, body: &Value) {
    let kept = ("application/json".to_owned(), true);
    assert_eq!((told.key.as_str(), &told.body, &told.kept), (key, body, &kept));
    assert!(told.id.parse::<uuid::Uuid>().is_ok(), "{told:?}");
}

/// What is told of a new account.
async fn created(person: &Person, first: &str) -> Value {
    let profile = person.caller.get("/profile/getProfile").await.json()["data"].clone();
    json!({
        "userId": person.id,
        "email": person.email,
        "firstName": first,
        "lastName": "Moor",
        "createdAt": profile["createdAt"],
    })
}

async fn every_event_as_it_is_written(engine: Engine) {
    let rabbit = Rabbit::start().await;
    let ear = rabbit.listen(EXCHANGE).await;
    let server = server(engine, &rabbit).await;
    let lena = person(&server, "Lena").await;
    assert_told(&ear.next().await, "auth.user.created", &created(&lena, "Lena").await);
    let [tom, kim] = people(&server, ["Tom", "Kim"]).await;
    ear.take(2).await;

    for (other, status) in [(&tom, "accepted"), (&kim, "rejected")] {
        let sent = id_of(&invite(&lena, other).await);
        let answered = respond(other, &sent, status).await.json()["data"].clone();
        let body = json!({
            "requestId": sent,
            "fromUserId": lena.id,
            "toUserId": other.id,
            "respondedAt": answered["updatedAt"],
        });
        assert_told(&ear.next().await, &format!("request.{status}"), &body);
    }
    for (queue, keys) in [
        ("profile.auth.user.created", vec!["auth.user.created"; 3]),
        ("request.auth.user.created", vec!["auth.user.created"; 3]),
        ("chat.request.accepted", vec!["request.accepted"]),
    ] {
        let queue = rabbit.queue(queue).await;
        let told: Vec<_> = queue.take(keys.len()).await.into_iter().map(|told| told.key).collect();
        assert_eq!(
            (told, queue.now().await),
            (keys.iter().map(ToString::to_string).collect(), None)
        );
    }
    assert_eq!(ear.now().await, None, "each is told once");
}

async fn accounts_and_answers_of_every_surface(engine: Engine) {
    let rabbit = Rabbit::start().await;
    let ear = rabbit.listen(EXCHANGE).await;
    let server = server(engine, &rabbit).await;
    let ann = server.user("ann").await;
    let told = ear.next().await.body;
    assert_eq!((&told["userId"], &told["email"]), (&json!(ann.id()), &json!("")));
    assert_eq!((&told["firstName"], &told["lastName"]), (&json!("ann"), &json!("")));
    let key =
        format!("-----BEGIN PUBLIC KEY-----\n{}\n-----END PUBLIC KEY-----\n", "MIIB".repeat(30));
    let body = json!({ "username": "bob", "password": "Lantern42", "publicKey": key });
    let said = Caller::of(&server).post("/auth/register", body).await;
    assert_eq!(said.status, 201, "{said:?}");
    let bob = ear.next().await.body["userId"].as_str().unwrap().to_owned();

    // Asking somebody who has asked oneself is accepting.
    let cleo = server.user("cleo").await;
    ear.next().await;
    let ask = async |user: &User, other: &User| {
        let account_id = Some(other.id());
        let body = chinwag_testkit::wire::RequestContact { account_id, ..Default::default() };
        user.http.request_contact(&body).await.unwrap().id
    };
    let request = ask(&ann, &cleo).await;
    ask(&cleo, &ann).await;
    let told = ear.next().await;
    let body = json!({ "requestId": request, "fromUserId": ann.id(), "toUserId": cleo.id() });
    assert_eq!(told.key, "request.accepted");
    assert!(body.as_object().unwrap().iter().all(|(key, value)| told.body[key] == *value));
    // Accepting again is no news.
    cleo.http.accept_contact(request).await.unwrap();
    let dan = server.user("dan").await;
    assert_eq!(ear.next().await.body["userId"], json!(dan.id()));
    assert_ne!(bob, dan.id().to_string());
}

/// Whatever is about somebody is told in the order in which it happened.
async fn in_order_for_each_account(engine: Engine) {
    let rabbit = Rabbit::start().await;
    let ear = rabbit.listen(EXCHANGE).await;
    let server = server(engine, &rabbit).await;
    let lena = person(&server, "Lena").await;
    let mut others = Vec::new();
    for number in 0..20 {
        others.push(person(&server, &format!("Tom{number}")).await);
    }
    // Many at once, so that the relay has many in hand.
    let mut answered = HashMap::new();
    for (number, other) in others.iter().enumerate() {
        let sent = id_of(&invite(other, &lena).await);
        let status = if number % 2 == 0 { "accepted" } else { "rejected" };
        assert_eq!(respond(&lena, &sent, status).await.status, 200);
        answered.insert(other.id.clone(), number);
    }
    let (mut known, mut last) = (Vec::new(), None);
    for told in ear.take(41).await {
        let body = &told.body;
        let text = |key: &str| body[key].as_str().map(str::to_owned);
        match text("userId") {
            Some(account) => known.push(account),
            None => {
                let (from, to) = (text("fromUserId").unwrap(), text("toUserId").unwrap());
                assert!(known.contains(&from) && known.contains(&to), "both were made before");
                let number = answered[&from];
                assert!(last < Some(number), "{last:?} before {number}");
                last = Some(number);
            }
        }
    }
    assert_eq!(last, Some(19));
}

/// A queue that its consumers declared with arguments of their own is bound as it is.
async fn queues_of_others(engine: Engine) {
    let rabbit = Rabbit::start().await;
    rabbit.declare_queue("profile.auth.user.created").await;
    let server = server(engine, &rabbit).await;
    let lena = person(&server, "Lena").await;
    for queue in ["profile.auth.user.created", "request.auth.user.created"] {
        let queue = rabbit.queue(queue).await;
        assert_eq!(queue.next().await.body["userId"], json!(lena.id));
    }
}

crate::mail::on_both! {
    every_event_as_it_is_written accounts_and_answers_of_every_surface in_order_for_each_account queues_of_others
}
