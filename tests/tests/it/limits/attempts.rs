//! Guessing a password: a few wrong ones, and the next has to wait, even if it is right; the waiting ends.

use chinwag_testkit::{
    TestServer, both_engines,
    client::Error,
    wire::{Code, Credentials, SignIn},
};
use reqwest::Method;
use serde_json::json;
use std::time::Duration;

async fn sign_in(
    server: &TestServer,
    name: &str,
    password: &str,
    known_device: Option<String>,
) -> Result<Credentials, Error> {
    server
        .http()
        .sign_in(&SignIn {
            name: name.into(),
            password: password.into(),
            device: None,
            known_device,
        })
        .await
}

both_engines! {
    async fn guesses_have_to_wait_and_the_owner_does_not(server: TestServer) {
        let [ada, bob] = server.users(["ada", "bob"]).await;
        let known = ada.another_device().await.credentials.known_device;
        let mut guesses = 0;
        let refused = loop {
            let error = sign_in(&server, "ada", "a wrong horse", None).await.unwrap_err();
            if error.code() == Some(Code::TooManyAttempts) {
                break error;
            }
            assert_eq!(error.code(), Some(Code::CredentialsWrong));
            guesses += 1;
            assert!(guesses <= 10, "ten guesses in a row");
        };
        let wait = refused.problem().unwrap().retry_after.unwrap();
        assert!((1..=4).contains(&wait), "{wait}");

        let body = json!({"name": "ada", "password": ada.password()});
        let answer = server.http().request(Method::POST, "/v1/sessions").json(&body).send().await.unwrap();
        assert_eq!(answer.status(), 429, "the right password has to wait too");
        assert!(answer.headers()["retry-after"].to_str().unwrap().parse::<u64>().unwrap() >= 1);

        assert!(known.is_some(), "this device is known");
        sign_in(&server, "ada", ada.password(), known).await.expect("a device that is known need not wait");
        sign_in(&server, "bob", bob.password(), None).await.expect("others need not wait");
        assert!(ada.http.me().await.is_ok(), "who is in stays in");

        server.clock.advance(Duration::from_secs(wait));
        sign_in(&server, "ada", ada.password(), None).await.expect("the time that was named is enough");
    }

    async fn names_that_are_nobodys_look_the_same(server: TestServer) {
        server.user("ada").await;
        let mut answers = Vec::new();
        for name in ["ada", "nobody"] {
            let mut codes = Vec::new();
            for _ in 0..6 {
                codes.push(sign_in(&server, name, "a wrong horse", None).await.unwrap_err().code());
            }
            answers.push(codes);
        }
        assert_eq!(answers[0], answers[1]);
        assert!(answers[0].contains(&Some(Code::TooManyAttempts)));
    }
}
