//! Letters that people choose to get: who wants to be a contact, and what they missed; once, to who wants
//! them, and not any more once there is no reason.

use super::{change_email, refusal, verified, verify, with_email};
use chinwag_testkit::{TestServer, User, both_engines, eventually, wire::*};
use reqwest::Method;
use serde_json::json;
use std::time::Duration;

const MINUTE: Duration = Duration::from_secs(60);
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

async fn ask(user: &User, other: &User) -> ContactRequest {
    let body = RequestContact { account_id: Some(other.id()), ..RequestContact::default() };
    user.http.request_contact(&body).await.unwrap()
}

async fn choose(user: &User, body: serde_json::Value) -> Settings {
    user.http.update_settings(&serde_json::from_value(body).unwrap()).await.unwrap()
}

/// Waits until no letter is on its way.
async fn settled(root: &User) {
    let root = root.another_device().await;
    eventually("the end of all jobs", async || {
        root.http.jobs(&[], None, None).await.unwrap().items.is_empty()
    })
    .await;
}

/// Waits until every letter that is on its way has been put off.
async fn put_off(server: &TestServer, root: &User) {
    let root = root.another_device().await;
    eventually("letters that wait", async || {
        let jobs = root.http.jobs(&[], None, None).await.unwrap().items;
        let soon = server.clock.now().after(5 * MINUTE);
        let waits = |job: &Job| job.state == JobState::Queued && job.due_at > Some(soon);
        !jobs.is_empty() && jobs.iter().all(waits)
    })
    .await;
}

async fn owner(server: &TestServer) -> User {
    let owner_link = server.owner_link();
    User::register_with(&server.http(), "root", |body| body.owner_link = owner_link).await
}

/// Lets time pass in which somebody else misses something, and waits until everybody was looked at.
async fn pass(server: &TestServer, root: &User, bob: &User, name: &str, time: Duration) {
    let email = format!("{name}@example.org");
    let control = verified(server, name, &email).await;
    choose(&control, json!({"mail_missed_messages": 15})).await;
    let bob = bob.another_device().await;
    let direct = bob.direct(&control).await;
    bob.say(direct, "hello").await;
    server.clock.advance(time);
    server.letter(&email, 2).await;
    settled(root).await;
}

/// The path of the link that ends letters of this kind, from its header.
fn unsubscribe(letter: &chinwag_testkit::ReadLetter, server: &TestServer) -> String {
    let (_, rest) = letter.text.split_once("List-Unsubscribe: <").expect("a header");
    let (link, rest) = rest.split_once('>').unwrap();
    assert!(rest.contains("List-Unsubscribe-Post: List-Unsubscribe=One-Click"));
    link.strip_prefix(&server.url()).expect("a link to this server").to_owned()
}

async fn post(server: &TestServer, path: &str, body: &'static str) -> u16 {
    let request = server.http().request(Method::POST, path).body(body);
    let request = request.header("content-type", "application/x-www-form-urlencoded");
    request.send().await.unwrap().status().as_u16()
}

both_engines! {
    async fn who_wants_to_be_a_contact_is_told_once(server: TestServer) {
        let root = owner(&server).await;
        let ann = verified(&server, "ann", "ann@example.org").await;
        let [bob, cleo, dan] = server.users(["bob", "cleo", "dan"]).await;
        ask(&bob, &ann).await;
        let letter = server.letter("ann@example.org", 2).await;
        assert_eq!(letter.subject, "\"bob\" wants to be your contact");
        ask(&bob, &ann).await;
        settled(&root).await;
        assert_eq!(server.letters("ann@example.org").len(), 2, "asking again is no news");

        // What comes soon after is told together, later; who gave up meanwhile is not.
        let (eve, fay) = (server.user("eve").await, server.user("fay").await);
        for other in [&cleo, &dan, &eve] {
            ask(other, &ann).await;
        }
        let gone = ask(&fay, &ann).await;
        fay.http.cancel_contact(gone.id).await.unwrap();
        eve.http.block(ann.id()).await.unwrap();
        let known = dan.id();
        let received = ann.http.contact_requests(RequestSide::Received, None, None).await.unwrap().items;
        let id = received.iter().find(|request| request.from.id == known).unwrap().id;
        put_off(&server, &root).await;
        assert_eq!(server.letters("ann@example.org").len(), 2, "not yet");
        server.clock.advance(15 * MINUTE);
        let letter = server.letter("ann@example.org", 3).await;
        assert_eq!(letter.subject, "2 people want to be your contacts");
        assert!(letter.text.contains("* cleo\r\n* dan\r\n") && !letter.text.contains("eve") && !letter.text.contains("fay"), "{}", letter.text);
        let ann = ann.another_device().await;
        ann.http.accept_contact(id).await.unwrap();
        settled(&root).await;
        assert_eq!(server.letters("ann@example.org").len(), 3);
    }

    async fn no_letter_without_a_verified_address_or_against_ones_wish(server: TestServer) {
        let root = owner(&server).await;
        let bob = server.user("bob").await;
        let unverified = with_email(&server, "una", "una@example.org").await;
        let unwilling = verified(&server, "uwe", "uwe@example.org").await;
        let suspended = verified(&server, "sue", "sue@example.org").await;
        choose(&unwilling, json!({"mail_contact_requests": false})).await;
        root.http.suspend(suspended.id(), &Suspend { reason: None }).await.unwrap();
        for other in [&unverified, &unwilling, &suspended] {
            ask(&bob, other).await;
        }
        let by_email = RequestContact { email: Some("una@example.org".into()), ..RequestContact::default() };
        bob.http.request_contact(&by_email).await.unwrap();
        settled(&root).await;
        for (email, many) in [("una@example.org", 1), ("uwe@example.org", 1), ("sue@example.org", 1)] {
            assert_eq!(server.letters(email).len(), many, "{email}: its verification alone");
        }
        assert!(unverified.http.contact_requests(RequestSide::Received, None, None).await.unwrap().items.iter().all(|request| request.email.is_none()));
    }

    async fn a_link_ends_letters_of_its_kind_and_no_other(server: TestServer) {
        let ann = verified(&server, "ann", "ann@example.org").await;
        choose(&ann, json!({"mail_missed_messages": 60})).await;
        let bob = server.user("bob").await;
        ask(&bob, &ann).await;
        let path = unsubscribe(&server.letter("ann@example.org", 2).await, &server);
        let page = server.http().request(Method::GET, &path).send().await.unwrap();
        assert_eq!(page.headers()["cache-control"], "no-store");
        let page = page.text().await.unwrap();
        assert!(page.contains(&format!("action=\"{path}\"")) && !page.contains("<script"), "{page}");
        assert_eq!(ann.http.settings().await.unwrap().mail_contact_requests, None, "looking changes nothing");

        let torn = &path[..path.len() - 1];
        let upper = path.replace("cwu_", "cwm_");
        for wrong in [torn, &upper, "/unsubscribe", "/unsubscribe?token=", "/unsubscribe?token=cwu_AAAA"] {
            assert_eq!(post(&server, wrong, "List-Unsubscribe=One-Click").await, 410, "{wrong}");
        }
        for _ in 0..2 {
            assert_eq!(post(&server, &path, "List-Unsubscribe=One-Click").await, 200, "as a mail program does");
        }
        let now = ann.http.settings().await.unwrap();
        assert_eq!((now.mail_contact_requests, now.mail_missed_messages), (Some(false), Some(60)));

        // With another address the link is void.
        choose(&ann, json!({"mail_contact_requests": null})).await;
        change_email(&ann, "new@example.org").await.unwrap();
        verify(&server, &server.letter("new@example.org", 1).await.token()).await.unwrap();
        assert_eq!(post(&server, &path, "List-Unsubscribe=One-Click").await, 410);
        assert_eq!(ann.http.settings().await.unwrap().mail_contact_requests, None);
        assert_eq!(refusal(server.http().verify_email(&VerifyEmail { token: "cwu_none".into() }).await), Code::LinkUsed);
    }

    async fn what_was_missed_is_told_once_in_an_absence(server: TestServer) {
        let root = owner(&server).await;
        let ann = verified(&server, "ann", "ann@example.org").await;
        let bob = server.user("bob").await;
        choose(&ann, json!({"mail_missed_messages": 15})).await;
        let (crew, direct) = (bob.group("crew", &[&ann]).await, bob.direct(&ann).await);
        bob.say(direct, "a secret between us").await;
        bob.say(crew, "to all of you").await;
        let sealed = SendMessage { client_id: None, content: Content::Encrypted("c2VhbGVk".into()), subject: None, reply_to: None, attachments: Vec::new() };
        bob.http.send(direct, &sealed).await.unwrap();
        server.clock.advance(20 * MINUTE);
        let letter = server.letter("ann@example.org", 2).await;
        assert_eq!(letter.subject, "You have messages that you have not read");
        assert!(letter.text.contains("* 2 with \"bob\"") && letter.text.contains("* 1 in \"crew\""), "{}", letter.text);
        for said in ["secret", "to all", "c2VhbGVk"] {
            assert!(!letter.text.contains(said), "what they say is in no letter");
        }

        // Nothing more on that day, whatever comes.
        let bob = bob.another_device().await;
        bob.say(direct, "hello?").await;
        pass(&server, &root, &bob, "one", 40 * MINUTE).await;
        assert_eq!(server.letters("ann@example.org").len(), 2);
        // Once she was here again, another absence begins.
        let ann = ann.another_device().await;
        let (socket, _) = ann.socket().await;
        drop(socket);
        eventually("ann's going", async || {
            let seen = root.another_device().await.http.managed_account(ann.id()).await.unwrap();
            seen.last_seen_at.is_some()
        })
        .await;
        server.clock.advance(2 * MINUTE);
        let bob = bob.another_device().await;
        bob.say(direct, "there you were").await;
        server.clock.advance(40 * MINUTE);
        server.letter("ann@example.org", 3).await;
        // And after a day without her, there is another if there is something new.
        pass(&server, &root, &bob, "two", DAY).await;
        assert_eq!(server.letters("ann@example.org").len(), 3, "nothing new");
        let bob = bob.another_device().await;
        bob.say(crew, "news").await;
        server.clock.advance(40 * MINUTE);
        server.letter("ann@example.org", 4).await;
    }

    async fn nobody_is_told_of_what_they_may_not_see_or_have_seen(server: TestServer) {
        let root = owner(&server).await;
        let bob = server.user("bob").await;
        let mut people = Vec::new();
        for name in ["here", "read", "blocked", "removed", "deleted", "unwilling", "control"] {
            let person = verified(&server, name, &format!("{name}@example.org")).await;
            choose(&person, json!({"mail_missed_messages": 60})).await;
            people.push(person);
        }
        let [here, read, blocked, removed, deleted, unwilling, control] = &people[..] else { unreachable!() };
        let group = bob.group("crew", &[removed]).await;
        bob.say(group, "to be removed").await;
        for person in [here, read, blocked, deleted, unwilling, control] {
            let direct = bob.direct(person).await;
            bob.say(direct, "hello").await;
        }
        let socket = here.socket().await;
        let direct = bob.direct(read).await;
        read.http.mark(direct, &Mark { delivered: None, read: Some(1) }).await.unwrap();
        blocked.http.block(bob.id()).await.unwrap();
        bob.http.remove_member(group, removed.id()).await.unwrap();
        root.http.delete_account(deleted.id()).await.unwrap();
        choose(unwilling, json!({"mail_missed_messages": null})).await;
        server.clock.advance(2 * 60 * MINUTE);
        server.letter("control@example.org", 2).await;
        settled(&root).await;
        for name in ["here", "read", "blocked", "removed", "deleted", "unwilling"] {
            assert_eq!(server.letters(&format!("{name}@example.org")).len(), 1, "{name}");
        }
        drop(socket);
    }
}
