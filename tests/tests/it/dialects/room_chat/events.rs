//! The event of who signs up, for a mailer of others: with the code that is in the letter.

use super::{PASSWORD, code, sign_up, verify};
use chinwag_testkit::{Engine, Rabbit, TestServer};
use serde_json::json;

async fn with_the_code_of_the_letter(engine: Engine) {
    let rabbit = Rabbit::start().await;
    let (ear, other) =
        (rabbit.listen("user_created").await, rabbit.listen("events.exchange").await);
    let server = TestServer::with(engine, |settings| settings.broker.url = rabbit.url()).await;
    assert_eq!(sign_up(&server, "Ines Abel", "Ines@Example.org").await.status, 201);
    let told = ear.next().await;
    let code = code(&server, "ines@example.org", 1).await;
    let body =
        json!({ "fullName": "Ines Abel", "email": "ines@example.org", "verificationCode": code });
    assert_eq!((told.key.as_str(), &told.body), ("user_created", &body));
    assert_eq!(told.kept, ("application/json".to_owned(), true));
    assert_eq!(other.next().await.key, "auth.user.created", "by the contract of pingtalk");
    assert_eq!(verify(&server, &code, PASSWORD).await.status, 200);
    assert_eq!((ear.now().await, other.now().await), (None, None), "each is told once");
}

async fn under_the_name_that_is_chosen(engine: Engine) {
    let rabbit = Rabbit::start().await;
    let ear = rabbit.listen("mail").await;
    let server = TestServer::with(engine, |settings| {
        settings.broker.url = rabbit.url();
        settings.dialects.room_chat.user_topic = "mail".to_owned();
        settings.dialects.pingtalk.enabled = false;
    })
    .await;
    assert_eq!(sign_up(&server, "Ines Abel", "ines@example.org").await.status, 201);
    let told = ear.next().await;
    assert_eq!((told.key.as_str(), &told.body["fullName"]), ("user_created", &json!("Ines Abel")));
    assert_eq!(ear.now().await, None, "and under no other");
}

crate::mail::on_both! { with_the_code_of_the_letter under_the_name_that_is_chosen }
