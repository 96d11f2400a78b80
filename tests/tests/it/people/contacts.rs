//! Contact requests: every state under every verb, races, blocks, and that nobody is found out.

use super::{choose, open, refusal};
use crate::listening::hear;
use chinwag_testkit::{TestServer, User, both_engines, client::Error, wire::*};
use futures_util::future::join_all;
use std::time::Duration;

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

fn by_id(other: &User) -> RequestContact {
    RequestContact { account_id: Some(other.id()), ..RequestContact::default() }
}

fn by_email(email: &str) -> RequestContact {
    RequestContact { email: Some(email.to_owned()), ..RequestContact::default() }
}

async fn ask(user: &User, other: &User) -> Result<ContactRequest, Error> {
    user.http.request_contact(&by_id(other)).await
}

async fn requests(user: &User, side: RequestSide) -> Vec<ContactRequest> {
    user.http.contact_requests(side, None, None).await.unwrap().items
}

async fn contacts(user: &User) -> Vec<AccountId> {
    let page = user.http.contacts(None, None).await.unwrap();
    page.items.into_iter().map(|contact| contact.account.id).collect()
}

/// Somebody with an email address that they have shown to read.
async fn with_email(server: &TestServer, name: &str) -> User {
    let http = server.http();
    let body = Register {
        username: Some(name.to_owned()),
        email: Some(format!("{name}@example.org")),
        password: "a horse that staples batteries".to_owned(),
        display_name: None,
        owner_link: None,
        device: None,
    };
    let credentials = http.register(&body).await.unwrap();
    let token = server.letter(&format!("{name}@example.org"), 1).await.token();
    http.verify_email(&VerifyEmail { token }).await.unwrap();
    User { http: http.with_token(&credentials.access_token), credentials }
}

/// Brings a request from ada to bob into a state.
async fn bring(state: &str, ada: &User, bob: &User) -> RequestId {
    let id = ask(ada, bob).await.unwrap().id;
    match state {
        "nothing" => ada.http.cancel_contact(id).await.unwrap(),
        "accepted" => drop(bob.http.accept_contact(id).await.unwrap()),
        "rejected" => drop(bob.http.reject_contact(id).await.unwrap()),
        _ => {}
    }
    id
}

/// Does what the verb says, and gives the state that is answered, or the code that says no.
async fn answer(verb: &str, ada: &User, bob: &User, id: RequestId) -> String {
    let outcome = match verb {
        "ask again" => ask(ada, bob).await,
        "cancel" => match ada.http.cancel_contact(id).await {
            Ok(()) => return "gone".to_owned(),
            Err(error) => Err(error),
        },
        "accept" => bob.http.accept_contact(id).await,
        "reject" => bob.http.reject_contact(id).await,
        "ask back" => ask(bob, ada).await,
        "accept one's own" => ada.http.accept_contact(id).await,
        "reject one's own" => ada.http.reject_contact(id).await,
        _ => match bob.http.cancel_contact(id).await {
            Ok(()) => return "gone".to_owned(),
            Err(error) => Err(error),
        },
    };
    match outcome {
        Ok(request) => format!("{:?}", request.state).to_lowercase(),
        Err(error) => error.code().expect("a refusal").name().to_owned(),
    }
}

const STATES: [&str; 4] = ["nothing", "pending", "accepted", "rejected"];

/// Verb, and what it is answered in each state.
const TABLE: &[(&str, [&str; 4])] = &[
    ("ask again", ["pending", "pending", "accepted", "request_rejected"]),
    ("cancel", ["request_not_found", "gone", "request_answered", "request_answered"]),
    ("accept", ["request_not_found", "accepted", "accepted", "request_answered"]),
    ("reject", ["request_not_found", "rejected", "request_answered", "rejected"]),
    ("ask back", ["pending", "accepted", "accepted", "pending"]),
    ("accept one's own", ["request_not_found"; 4]),
    ("reject one's own", ["request_not_found"; 4]),
    ("cancel another's", ["request_not_found"; 4]),
];

fn about_contacts(event: &Event) -> Option<EventBody> {
    let of_contacts = matches!(
        event.body,
        EventBody::ContactRequestChanged(_)
            | EventBody::ContactRequestRemoved(_)
            | EventBody::ContactAdded(_)
            | EventBody::ContactRemoved(_)
    );
    of_contacts.then(|| event.body.clone())
}

both_engines! {
    async fn every_state_answers_every_verb_as_declared(server: TestServer) {
        for (row, (verb, answers)) in TABLE.iter().enumerate() {
            for (state, expected) in STATES.iter().zip(answers) {
                let ada = server.user(&format!("ada {row} {state}")).await;
                let bob = server.user(&format!("bob {row} {state}")).await;
                let id = bring(state, &ada, &bob).await;
                assert_eq!(answer(verb, &ada, &bob, id).await, *expected, "{verb}, where it is {state}");
                let are = contacts(&ada).await == [bob.id()];
                assert_eq!(are, contacts(&bob).await == [ada.id()], "contacts on both sides or on none");
                assert_eq!(are, *state == "accepted" || *expected == "accepted", "{verb}, where it is {state}");
            }
        }
    }

    async fn whoever_was_rejected_asks_again_after_a_day(server: TestServer) {
        let [ada, bob] = server.users(["ada", "bob"]).await;
        let first = bring("rejected", &ada, &bob).await;
        let refused = ask(&ada, &bob).await.unwrap_err().problem().unwrap().clone();
        assert_eq!(refused.code, Code::RequestRejected);
        assert!(refused.retry_after.unwrap() >= 86_300, "a day, spread like every time to wait: {refused:?}");
        server.clock.advance(DAY);
        let (ada, bob) = (ada.another_device().await, bob.another_device().await);
        let second = ask(&ada, &bob).await.unwrap();
        assert_ne!(second.id, first);
        assert_eq!(requests(&bob, RequestSide::Received).await.iter().map(|request| request.id).collect::<Vec<_>>(), [second.id], "the old one is replaced");
        bob.http.reject_contact(second.id).await.unwrap();
        let back = ask(&bob, &ada).await.unwrap();
        assert_eq!((back.from.id, back.state), (bob.id(), RequestState::Pending), "whoever rejected asks at once");
        assert_eq!(requests(&ada, RequestSide::Sent).await, []);
        assert_eq!(ask(&ada, &bob).await.unwrap().state, RequestState::Accepted);
    }

    async fn both_sides_list_them_in_pages_and_say_what_was_said(server: TestServer) {
        let ada = server.user("ada").await;
        let mut others = Vec::new();
        for n in 0..5 {
            let other = server.user(&format!("other {n}")).await;
            let said = RequestContact { text: Some(format!("hello {n}")), ..by_id(&other) };
            ada.http.request_contact(&said).await.unwrap();
            others.push(other);
        }
        let (mut cursor, mut texts) = (None, Vec::new());
        loop {
            let page = ada.http.contact_requests(RequestSide::Sent, cursor.as_deref(), Some(2)).await.unwrap();
            texts.extend(page.items.into_iter().filter_map(|request| request.text));
            cursor = page.next_cursor;
            if cursor.is_none() {
                break;
            }
        }
        assert_eq!(texts, ["hello 4", "hello 3", "hello 2", "hello 1", "hello 0"]);
        let received = requests(&others[3], RequestSide::Received).await;
        assert_eq!((received.len(), received[0].from.id, received[0].text.as_deref()), (1, ada.id(), Some("hello 3")));
        assert_eq!(requests(&others[3], RequestSide::Sent).await, []);
        for other in &others {
            other.http.accept_contact(requests(other, RequestSide::Received).await[0].id).await.unwrap();
        }
        let page = ada.http.contacts(None, Some(3)).await.unwrap();
        let rest = ada.http.contacts(page.next_cursor.as_deref(), Some(3)).await.unwrap();
        assert_eq!((page.items.len(), rest.items.len(), rest.next_cursor), (3, 2, None));
    }

    async fn what_cannot_be_asked_is_refused(server: TestServer) {
        let [ada, bob] = server.users(["ada", "bob"]).await;
        let long = RequestContact { text: Some("x".repeat(281)), ..by_id(&bob) };
        let two = RequestContact { username: Some("bob".into()), ..by_id(&bob) };
        for wrong in [by_id(&ada), two, RequestContact::default(), long, by_email("no address"), by_email("a@example.org\r\nBcc: b@example.org"), RequestContact { text: Some("a\u{7}".into()), ..by_id(&bob) }] {
            assert_eq!(refusal(ada.http.request_contact(&wrong).await), Code::Invalid, "{wrong:?}");
        }
        let nobody = RequestContact { username: Some("nobody".into()), ..RequestContact::default() };
        assert_eq!(refusal(ada.http.request_contact(&nobody).await), Code::AccountNotFound);
        assert_eq!(refusal(server.http().request_contact(&by_id(&bob)).await), Code::Unauthenticated);
        assert_eq!(requests(&bob, RequestSide::Received).await, []);
    }

    async fn twenty_who_ask_each_other_at_once_are_contacts_once(server: TestServer) {
        for round in 0..5 {
            let [ada, bob] = [server.user(&format!("ada {round}")).await, server.user(&format!("bob {round}")).await];
            let (to_bob, to_ada) = (by_id(&bob), by_id(&ada));
            let all = (0..10).flat_map(|_| [ada.http.request_contact(&to_bob), bob.http.request_contact(&to_ada)]);
            let ids: std::collections::BTreeSet<_> = join_all(all).await.into_iter().map(|request| request.unwrap().id).collect();
            assert_eq!(ids.len(), 1, "one request for a pair");
            assert_eq!((contacts(&ada).await, contacts(&bob).await), (vec![bob.id()], vec![ada.id()]));
        }
    }

    async fn an_answer_and_a_cancellation_have_one_winner(server: TestServer) {
        for round in 0..10 {
            let [ada, bob] = [server.user(&format!("ada {round}")).await, server.user(&format!("bob {round}")).await];
            let id = ask(&ada, &bob).await.unwrap().id;
            let (cancelled, accepted) = tokio::join!(ada.http.cancel_contact(id), bob.http.accept_contact(id));
            match (cancelled, accepted) {
                (Ok(()), Err(refused)) => {
                    assert_eq!(refused.code(), Some(Code::RequestNotFound));
                    assert_eq!((contacts(&ada).await, contacts(&bob).await), (vec![], vec![]));
                }
                (Err(refused), Ok(_)) => {
                    assert_eq!(refused.code(), Some(Code::RequestAnswered));
                    assert_eq!((contacts(&ada).await, contacts(&bob).await), (vec![bob.id()], vec![ada.id()]));
                }
                both => panic!("two winners or none: {both:?}"),
            }
        }
    }

    async fn both_hear_of_it_and_find_it_again_in_the_log(server: TestServer) {
        let [ada, bob] = server.users(["ada", "bob"]).await;
        let ((mut adas, _), (mut bobs, _)) = (ada.socket().await, bob.socket().await);
        let sent = ask(&ada, &bob).await.unwrap();
        for socket in [&mut adas, &mut bobs] {
            let EventBody::ContactRequestChanged(heard) = hear(socket, "the request", about_contacts).await else { panic!("another event") };
            assert_eq!(heard.request, sent);
        }
        bob.http.accept_contact(sent.id).await.unwrap();
        for (socket, other) in [(&mut adas, &bob), (&mut bobs, &ada)] {
            let EventBody::ContactRequestChanged(heard) = hear(socket, "the answer", about_contacts).await else { panic!("another event") };
            assert_eq!(heard.request.state, RequestState::Accepted);
            let EventBody::ContactAdded(heard) = hear(socket, "the contact", about_contacts).await else { panic!("another event") };
            assert_eq!(heard.contact.account.id, other.id());
        }
        ada.http.remove_contact(bob.id()).await.unwrap();
        for (user, socket) in [(&ada, &mut adas), (&bob, &mut bobs)] {
            let told = [hear(socket, "the end", about_contacts).await, hear(socket, "the end", about_contacts).await];
            assert!(matches!(told[0], EventBody::ContactRequestRemoved(_)) && matches!(told[1], EventBody::ContactRemoved(_)), "{told:?}");
            let since: Vec<_> = user.http.account_changes(0).await.unwrap().events.into_iter().map(|event| event.body).collect();
            assert_eq!(since, told, "each thing once, as it is now");
        }
        assert_eq!((contacts(&ada).await, contacts(&bob).await), (vec![], vec![]));
        assert_eq!(ask(&bob, &ada).await.unwrap().state, RequestState::Pending, "never a dead end");
    }

    async fn an_address_tells_nothing_of_whom_it_reaches(server: TestServer) {
        let ada = with_email(&server, "ada").await;
        let bob = with_email(&server, "bob").await;
        let known = ada.http.request_contact(&by_email("Bob@Example.org")).await.unwrap();
        let unknown = ada.http.request_contact(&by_email("nobody@example.org")).await.unwrap();
        let shape = |request: &ContactRequest| ContactRequest { id: unknown.id, email: None, created_at: unknown.created_at, ..request.clone() };
        assert_eq!(shape(&known), shape(&unknown));
        assert_eq!((known.email.as_deref(), known.to), (Some("bob@example.org"), None));
        assert_eq!(ada.http.request_contact(&by_email("nobody@example.org")).await.unwrap(), unknown, "once");
        let received = requests(&bob, RequestSide::Received).await;
        assert_eq!((received.len(), received[0].email.clone()), (1, None));

        // The same person by name is another request, or it would tell whose the address is.
        let by_name = ask(&ada, &bob).await.unwrap();
        assert_ne!(by_name.id, known.id);
        assert_eq!(requests(&bob, RequestSide::Received).await.len(), 1);
        bob.http.accept_contact(received[0].id).await.unwrap();
        let sent = requests(&ada, RequestSide::Sent).await;
        let sent: Vec<_> = sent.iter().map(|request| (request.id, request.state, request.to.as_ref().map(|to| to.id))).collect();
        assert_eq!(sent, [(unknown.id, RequestState::Pending, None), (known.id, RequestState::Accepted, Some(bob.id()))]);
        ada.http.cancel_contact(unknown.id).await.unwrap();
    }

    async fn a_block_ends_it_and_looks_like_silence(server: TestServer) {
        let [ada, bob, cleo, dan] = server.users(["ada", "bob", "cleo", "dan"]).await;
        // Bob has asked ada, who blocks him: to him it is as unanswered as before.
        let asked = ask(&bob, &ada).await.unwrap();
        let (mut bobs, _) = bob.socket().await;
        let before = (requests(&bob, RequestSide::Sent).await, bob.http.account_changes(0).await.unwrap());
        ada.http.block(bob.id()).await.unwrap();
        assert_eq!(requests(&ada, RequestSide::Received).await, []);
        assert_eq!((requests(&bob, RequestSide::Sent).await, bob.http.account_changes(0).await.unwrap()), before);
        assert_eq!(refusal(ada.http.accept_contact(asked.id).await), Code::RequestNotFound);
        assert_eq!(ask(&bob, &ada).await.unwrap(), asked, "asked again it is the same");
        bob.http.cancel_contact(asked.id).await.unwrap();
        assert!(matches!(hear(&mut bobs, "only what he did", about_contacts).await, EventBody::ContactRequestRemoved(_)));
        let anew = ask(&bob, &ada).await.unwrap();
        assert_eq!((anew.state, anew.to.map(|to| to.id)), (RequestState::Pending, Some(ada.id())));
        assert_eq!(requests(&ada, RequestSide::Received).await, []);
        assert_eq!(refusal(ask(&ada, &bob).await), Code::AccountBlocked, "the one who blocks may know");
        ada.http.unblock(bob.id()).await.unwrap();
        assert_eq!(requests(&ada, RequestSide::Received).await, []);
        ask(&bob, &ada).await.unwrap();
        assert_eq!(requests(&ada, RequestSide::Received).await[0].id, anew.id, "asked again it comes through");

        // Contacts part, and what the blocker asked is taken back.
        bring("accepted", &ada, &cleo).await;
        ada.http.block(cleo.id()).await.unwrap();
        assert_eq!((contacts(&ada).await, contacts(&cleo).await), (vec![], vec![]));
        assert_eq!((requests(&cleo, RequestSide::Received).await, requests(&ada, RequestSide::Sent).await), (vec![], vec![]));
        ask(&ada, &dan).await.unwrap();
        ada.http.block(dan.id()).await.unwrap();
        assert_eq!((requests(&dan, RequestSide::Received).await, requests(&ada, RequestSide::Sent).await), (vec![], vec![]));
    }

    async fn contacts_open_direct_conversations_at_once(server: TestServer) {
        for round in 0..5 {
            let [ada, bob] = [server.user(&format!("ada {round}")).await, server.user(&format!("bob {round}")).await];
            choose(&ada, DirectFrom::Contacts).await;
            ada.group("tea", &[&bob]).await;
            assert_eq!(refusal(open(&bob, &ada).await), Code::OpeningNotAllowed, "a group is not enough");
            let id = ask(&bob, &ada).await.unwrap().id;
            assert_eq!(refusal(open(&bob, &ada).await), Code::OpeningNotAllowed, "nor is asking");
            ada.http.accept_contact(id).await.unwrap();
            let opened = open(&bob, &ada).await.unwrap().id;
            ada.http.remove_contact(bob.id()).await.unwrap();
            assert_eq!(open(&bob, &ada).await.unwrap().id, opened, "what is open stays open");
        }
    }
}
