//! Letters arrive whatever the SMTP server does, and whatever becomes of ours.

use super::{
    smtp::{Deed, Smtp},
    verify, with_email,
};
use chinwag_testkit::{Engine, TestServer, eventually};
use std::time::Duration;

async fn server(engine: Engine, smtp: &Smtp) -> TestServer {
    TestServer::with(engine, |settings| {
        settings.mail.smtp = smtp.url();
        settings.mail.from = "Chinwag <chat@example.org>".to_owned();
    })
    .await
}

/// Waits until so many letters have been seen, while the clock goes on.
async fn seen(server: &TestServer, smtp: &Smtp, many: usize) {
    eventually("a letter at the SMTP server", async || {
        let there = smtp.seen() >= many;
        if !there {
            server.clock.advance(Duration::from_secs(10));
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        there
    })
    .await;
}

async fn refusals_and_hang_ups(engine: Engine) {
    let smtp = Smtp::start([Deed::Refuse("451 not now"), Deed::Drop]);
    let server = server(engine, &smtp).await;
    let ann = with_email(&server, "ann", "ann@example.org").await;
    seen(&server, &smtp, 3).await;
    let letters = smtp.taken();
    assert_eq!(letters.len(), 2, "the one whose taking was not said comes once more");
    assert!(letters.iter().all(|letter| letter.to == "ann@example.org"));
    assert_eq!(letters[0].token(), letters[1].token(), "and is the same");
    verify(&server, &letters[0].token()).await.unwrap();
    let ann = ann.another_device().await;
    assert!(ann.http.me().await.unwrap().email_verified);
}

async fn a_server_that_is_not_there(engine: Engine) {
    let gone = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let server = TestServer::with(engine, |settings| {
        settings.mail.smtp = format!("smtp://{gone}?tls=none");
    })
    .await;
    let ann = with_email(&server, "ann", "ann@example.org").await;
    assert!(!ann.http.me().await.unwrap().email_verified, "the registration stands");
}

async fn a_killed_worker(engine: Engine) {
    let smtp = Smtp::start([Deed::Hang]);
    let server = server(engine, &smtp).await;
    with_email(&server, "ann", "ann@example.org").await;
    eventually("the letter that is not answered", async || smtp.seen() == 1).await;
    server.abort().await;
    server.start_again().await;
    seen(&server, &smtp, 2).await;
    assert_eq!(smtp.taken().len(), 1);
}

async fn a_server_that_never_answers(engine: Engine) {
    let smtp = Smtp::start([Deed::Hang]);
    let server = server(engine, &smtp).await;
    with_email(&server, "ann", "ann@example.org").await;
    with_email(&server, "bob", "bob@example.org").await;
    eventually("the letter behind it", async || smtp.taken().len() == 1).await;
}

macro_rules! on_both {
    ($($name:ident)*) => {$(
        mod $name {
            use chinwag_testkit::Engine;

            #[tokio::test(flavor = "multi_thread")]
            async fn sqlite() {
                super::$name(Engine::Sqlite).await;
            }

            #[tokio::test(flavor = "multi_thread")]
            async fn postgres() {
                super::$name(Engine::Postgres).await;
            }
        }
    )*};
}

on_both! { refusals_and_hang_ups a_server_that_is_not_there a_killed_worker a_server_that_never_answers }
