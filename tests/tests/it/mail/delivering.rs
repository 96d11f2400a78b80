//! Letters arrive whatever the SMTP server does, and whatever becomes of ours.

use super::{verify, with_email};
use chinwag_testkit::{Deed, Engine, Smtp, TestServer, User, client::Error, eventually, wire::*};
use std::{collections::BTreeMap, time::Duration};

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

/// How often workers are killed.
const KILLS: usize = 12;

async fn killed_workers(engine: Engine) {
    let smtp = Smtp::start([]);
    let server = server(engine, &smtp).await;
    let root = admin(&server).await;
    for kill in 0..KILLS {
        // By turns before the letter is taken and after.
        let deed = if kill % 2 == 0 { Deed::Hang } else { Deed::Drop };
        smtp.script([deed]);
        let before = smtp.seen();
        with_email(&server, &format!("user{kill}"), &format!("user{kill}@example.org")).await;
        eventually("the letter that is not answered", async || smtp.seen() > before).await;
        server.abort().await;
        server.start_again().await;
    }
    let everybody = || {
        let mut counts = BTreeMap::<String, usize>::new();
        smtp.taken().into_iter().for_each(|letter| *counts.entry(letter.to).or_default() += 1);
        counts
    };
    eventually("a letter to everybody", async || {
        server.clock.advance(Duration::from_secs(10));
        tokio::time::sleep(Duration::from_millis(50)).await;
        everybody().len() == KILLS
    })
    .await;
    eventually("the end of all jobs", async || {
        server.clock.advance(Duration::from_secs(10));
        let root = root.another_device().await;
        root.http.jobs(&[], None, None).await.unwrap().items.is_empty()
    })
    .await;
    let letters = smtp.taken();
    let surplus = letters.len() - KILLS;
    assert!(surplus <= KILLS, "{surplus} too many of {KILLS} kills");
    assert!(everybody().values().all(|times| *times <= 2), "{:?}", everybody());
    for letter in &letters {
        let same = letters.iter().filter(|other| other.to == letter.to);
        assert!(same.clone().all(|other| other.token() == letter.token()), "and is the same");
    }
}

/// The owner of a server that nobody has used yet.
async fn admin(server: &TestServer) -> User {
    let owner_link = server.owner_link();
    User::register_with(&server.http(), "root", |body| body.owner_link = owner_link).await
}

/// Waits until so many jobs are dead, while the clock goes on.
async fn dead(server: &TestServer, root: &User, many: usize) -> Vec<Job> {
    let listed = async || {
        let root = root.another_device().await;
        let filter = [("state", Some("dead".to_owned()))];
        root.http.jobs(&filter, None, None).await.unwrap().items
    };
    eventually("jobs that failed for good", async || {
        server.clock.advance(Duration::from_secs(10));
        tokio::time::sleep(Duration::from_millis(50)).await;
        listed().await.len() == many
    })
    .await;
    listed().await
}

async fn refused_for_good(engine: Engine) {
    let smtp = Smtp::start([Deed::Refuse("550 5.1.1 no such user")]);
    let server = server(engine, &smtp).await;
    let root = admin(&server).await;
    with_email(&server, "ann", "ann@example.org").await;
    let job = dead(&server, &root, 1).await.remove(0);
    assert_eq!((job.attempts, smtp.seen()), (1, 1), "at once");
    assert!(job.error.as_ref().unwrap().contains("550"), "{job:?}");
    retried(&server, &root, &smtp, job.id).await;
}

async fn refused_again_and_again(engine: Engine) {
    let smtp = Smtp::start([Deed::Refuse("451 4.3.0 not now"); 3]);
    let server = server(engine, &smtp).await;
    let root = admin(&server).await;
    let begun = server.clock.now();
    with_email(&server, "ann", "ann@example.org").await;
    let job = dead(&server, &root, 1).await.remove(0);
    assert_eq!((job.attempts, smtp.seen()), (3, 3));
    assert!(job.error.as_ref().unwrap().contains("451"), "{job:?}");
    let took = job.died_at.unwrap().since(begun);
    assert!(took >= Duration::from_secs(15 * 60), "after 5 and 10 minutes: {took:?}");
    retried(&server, &root, &smtp, job.id).await;
}

/// What is tried again goes out once.
async fn retried(server: &TestServer, root: &User, smtp: &Smtp, job: JobId) {
    assert!(smtp.taken().is_empty());
    let root = root.another_device().await;
    root.http.retry_job(job).await.unwrap();
    let gone = async || {
        let answer = root.http.job(job).await;
        answer.is_err_and(|error: Error| error.code() == Some(Code::JobNotFound))
    };
    eventually("the end of the job", gone).await;
    let letters = smtp.taken();
    assert_eq!(letters.len(), 1);
    verify(server, &letters[0].token()).await.unwrap();
}

async fn a_server_that_never_answers(engine: Engine) {
    let smtp = Smtp::start([Deed::Hang]);
    let server = server(engine, &smtp).await;
    with_email(&server, "ann", "ann@example.org").await;
    with_email(&server, "bob", "bob@example.org").await;
    eventually("the letter behind it", async || smtp.taken().len() == 1).await;
}

super::on_both! {
    refusals_and_hang_ups a_server_that_is_not_there killed_workers a_server_that_never_answers
    refused_for_good refused_again_and_again
}
