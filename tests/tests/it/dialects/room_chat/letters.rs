//! The letter with the code: what it says, and that it is not lost. Its job is `CONFIRM_REGISTRATION` of the contract.

use super::{PASSWORD, code, sign_up, verify};
use crate::{admin::owner, dialects::Caller};
use chinwag_testkit::{
    Deed, Engine, ReadLetter, Settings, Smtp, TestServer, User, both_engines, eventually, wire::*,
};
use serde_json::Value;
use std::time::Duration;

const MINUTE: Duration = Duration::from_secs(60);

/// A server that sends its letters to this one.
async fn sending(engine: Engine, smtp: &Smtp, change: impl FnOnce(&mut Settings)) -> TestServer {
    TestServer::with(engine, |settings| {
        settings.mail.smtp = smtp.url();
        change(settings);
    })
    .await
}

/// The code of a letter.
fn code_in(letter: &ReadLetter) -> String {
    let (_, rest) = letter.text.split_once("/auth/confirmation/").expect("a link");
    rest.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '-').collect()
}

/// The one job of the kind, once it stands so after so many attempts.
async fn job(root: &User, state: JobState, attempts: u32) -> Job {
    let filter = [("kind", Some("confirm_registration".to_owned()))];
    let found = async || {
        let root = root.another_device().await;
        let jobs = root.http.jobs(&filter, None, None).await.unwrap().items;
        jobs.into_iter().next().filter(|job| (job.state, job.attempts) == (state, attempts))
    };
    eventually("the job", async || found().await.is_some()).await;
    found().await.unwrap()
}

/// What health says of the queue.
async fn queue(server: &TestServer) -> Value {
    Caller::of(server).get("/health").await.json()["details"]["Queue"]["MAIL_QUEUE"].clone()
}

/// Fails three times, with pauses as the contract has them; is kept, and put back.
async fn tried_three_times(engine: Engine) {
    let smtp = Smtp::start([Deed::Refuse("451 4.3.0 not now"); 3]);
    let server = sending(engine, &smtp, |_| {}).await;
    let root = owner(&server, "root").await;
    assert_eq!(sign_up(&server, "Ines Abel", "ines@example.org").await.status, 201);
    for (attempt, pause) in [(1, 5 * MINUTE), (2, 10 * MINUTE)] {
        let waiting = job(&root, JobState::Queued, attempt).await;
        let rests = waiting.due_at.unwrap().since(server.clock.now());
        assert!((pause - MINUTE / 2..=pause).contains(&rests), "{rests:?} after attempt {attempt}");
        assert!(waiting.error.unwrap().contains("451"));
        eventually("its health", async || queue(&server).await["delayed"] == 1).await;
        server.clock.advance(pause);
    }
    let dead = job(&root, JobState::Dead, 3).await;
    server.clock.advance(60 * MINUTE);
    eventually("its health", async || queue(&server).await["failed"] == 1).await;
    assert_eq!(smtp.seen(), 3, "kept, and not run again by itself");
    let root = root.another_device().await;
    assert!(
        root.http.job(dead.id).await.unwrap().error.unwrap().contains("451"),
        "it can be looked at"
    );
    root.http.retry_job(dead.id).await.unwrap();
    eventually("the letter", async || smtp.taken().len() == 1).await;
    assert_eq!(verify(&server, &code_in(&smtp.taken()[0]), PASSWORD).await.status, 200);
    let none = async || root.http.jobs(&[], None, None).await.unwrap().items.is_empty();
    eventually("the end of the job", none).await;
}

async fn as_often_as_the_operator_has_it(engine: Engine) {
    let smtp = Smtp::start([Deed::Refuse("451 4.3.0 not now"); 2]);
    let server = sending(engine, &smtp, |settings| {
        (settings.mail.attempts, settings.mail.retry_minutes) = (2, 1);
    })
    .await;
    let root = owner(&server, "root").await;
    assert_eq!(sign_up(&server, "Ines Abel", "ines@example.org").await.status, 201);
    let rests = job(&root, JobState::Queued, 1).await.due_at.unwrap().since(server.clock.now());
    assert!((MINUTE / 2..=MINUTE).contains(&rests), "{rests:?}");
    server.clock.advance(MINUTE);
    job(&root, JobState::Dead, 2).await;
}

/// The process ends between the sign-up and the letter.
async fn not_lost_in_a_crash(engine: Engine) {
    let smtp = Smtp::start([Deed::Hang]);
    let server = sending(engine, &smtp, |_| {}).await;
    assert_eq!(sign_up(&server, "Ines Abel", "ines@example.org").await.status, 201);
    eventually("the letter that is not taken", async || smtp.seen() == 1).await;
    server.abort().await;
    server.clock.advance(3 * MINUTE);
    server.start_again().await;
    eventually("the letter", async || smtp.taken().len() == 1).await;
    assert_eq!(verify(&server, &code_in(&smtp.taken()[0]), PASSWORD).await.status, 200);
    assert_eq!(smtp.seen(), 2, "one letter for the code");
}

crate::mail::on_both! { tried_three_times as_often_as_the_operator_has_it not_lost_in_a_crash }

both_engines! {
    async fn says_who_and_where(server: TestServer) {
        assert_eq!(sign_up(&server, "Ines <b>Abel", "ines@example.org").await.status, 201);
        let letter = server.letter("ines@example.org", 1).await;
        assert_eq!(letter.subject, "Email Verification");
        let code = code(&server, "ines@example.org", 1).await;
        let link = format!("http://localhost:3000/auth/confirmation/{code}");
        let text = letter.text.replace("&#x2f;", "/");
        assert_eq!(text.matches(&link).count(), 2, "in the text and in the HTML: {text}");
        assert_eq!(text.matches("://localhost:3000").count(), 2, "one link: {text}");
        assert!(letter.text.contains("text/plain") && letter.text.contains("text/html"));
        assert!(letter.text.contains("Ines &lt;b&gt;Abel"), "{}", letter.text);
    }

    /// Five letters an hour go to an address, whoever asks: the one for a new account is late then, and not lost.
    async fn is_late_where_the_address_had_enough(server: TestServer) {
        let (ada, ines) = (server.user("ada").await, "ines@example.org");
        for number in 1..=5 {
            let current_password = ada.password().to_owned();
            let change = ChangeEmail { email: ines.to_owned(), current_password };
            ada.http.change_email(&change).await.unwrap();
            server.letter(ines, number).await;
        }
        assert_eq!(sign_up(&server, "Ines Abel", ines).await.status, 201);
        assert_eq!(sign_up(&server, "Bo Lund", "bo@example.org").await.status, 201);
        server.letter("bo@example.org", 1).await;
        assert_eq!(server.letters(ines).len(), 5, "not yet");
        server.clock.advance(61 * MINUTE);
        let code = code(&server, ines, 6).await;
        assert_eq!(verify(&server, &code, PASSWORD).await.status, 200);
    }

    async fn as_the_operator_has_it(server: TestServer) with |settings| {
        settings.mail.verify_url = "https://chat.example.org/c?code=".to_owned();
        settings.mail.subject = "Come in".to_owned();
        settings.mail.from = "Rooms <rooms@example.org>".to_owned();
    } => {
        assert_eq!(sign_up(&server, "Ines Abel", "ines@example.org").await.status, 201);
        let letter = server.letter("ines@example.org", 1).await;
        assert_eq!(letter.subject, "Come in");
        assert!(letter.text.contains("From: Rooms <rooms@example.org>") || letter.text.contains("From: \"Rooms\" <rooms@example.org>"), "{}", letter.text);
        let (_, rest) = letter.text.split_once("https://chat.example.org/c?code=").expect("the link");
        let code: String = rest.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '-').collect();
        assert_eq!(verify(&server, &code, PASSWORD).await.status, 200);
    }
}
