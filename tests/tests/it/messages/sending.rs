//! A message is stored exactly once, whoever repeats it, wherever and however often.

use crate::listening::heard_until;
use chinwag_testkit::{TestServer, both_engines, text_message, wire::*};
use futures_util::future::join_all;
use std::collections::HashMap;

/// The same message as a command of the socket.
fn command(id: ConversationId, client_id: &str, text: &str) -> frame::Send {
    frame::Send {
        conversation_id: id,
        client_id: client_id.into(),
        content: Content::Text(text.into()),
        subject: None,
        reply_to: None,
        attachments: Vec::new(),
    }
}

both_engines! {
    async fn what_is_acknowledged_is_what_is_stored(server: TestServer) {
        let [ada, bob] = server.users(["ada", "bob"]).await;
        let id = ada.direct(&bob).await;
        let first = ada.say(id, "Hello, Bob ✓").await;
        let body = SendMessage { subject: Some("On tea".into()), reply_to: Some(1), ..text_message(Some("mine"), "Milk first?") };
        let second = ada.http.send(id, &body).await.unwrap();
        assert_eq!((first.seq, second.seq), (1, 2));

        let history = bob.history(id).await;
        let [hello, reply] = &history[..] else { panic!("two messages: {history:?}") };
        assert_eq!(hello.content, Some(Content::Text("Hello, Bob ✓".into())));
        assert_eq!((hello.sender_id, hello.sent_at), (ada.id(), first.sent_at));
        assert_eq!((reply.subject.as_deref(), reply.reply_to, reply.client_id.as_str()), (Some("On tea"), Some(1), "mine"));
        assert!(reply.sent_at > hello.sent_at, "instants rise with the numbers");
    }

    async fn a_repetition_is_the_same_message(server: TestServer) {
        let [ada, bob] = server.users(["ada", "bob"]).await;
        let id = ada.direct(&bob).await;
        let body = text_message(Some("once"), "only once");
        let first = ada.http.send(id, &body).await.unwrap();
        let (socket, _) = ada.socket().await;
        let again: Sent = socket.command("send", &command(id, "once", "only once")).await.unwrap();
        assert_eq!((ada.http.send(id, &body).await.unwrap(), again), (first, first));

        server.restart().await;
        assert_eq!(ada.http.send(id, &body).await.unwrap(), first, "after a restart too");
        // The same id of another sender, or in another conversation, is another message.
        assert_eq!(bob.http.send(id, &body).await.unwrap().seq, 2);
        let group = ada.group("tea", &[&bob]).await;
        assert_eq!(ada.http.send(group, &body).await.unwrap().seq, 1);
        assert_eq!(ada.history(id).await.len(), 2);
    }

    async fn a_repetition_is_told_again_with_the_number_it_had(server: TestServer) {
        let [ada, bob] = server.users(["ada", "bob"]).await;
        let id = ada.direct(&bob).await;
        let (mut ears, _) = bob.socket().await;
        let body = text_message(Some("once"), "only once");
        ada.http.send(id, &body).await.unwrap();
        ada.http.send(id, &body).await.unwrap();
        ada.say(id, "and on").await;
        let told = heard_until(&mut ears, "and on").await;
        // Had the first commit succeeded without an answer, only the second would be heard.
        let said = told.iter().filter(|event| matches!(event.body, EventBody::MessageCreated(_)));
        let revs: Vec<_> = said.map(|event| event.rev).collect();
        assert!(revs.len() == 2 && revs[0] == revs[1], "{told:?}");
    }

    async fn repetitions_at_the_same_time_are_one_message(server: TestServer) {
        let [ada, bob] = server.users(["ada", "bob"]).await;
        let id = ada.direct(&bob).await;
        let (socket, _) = ada.socket().await;
        for round in 0..10 {
            let client_id = format!("race-{round}");
            let body = text_message(Some(&client_id), "raced");
            let over_http = join_all((0..6).map(|_| ada.http.send(id, &body)));
            let frame = command(id, &client_id, "raced");
            let over_socket = join_all((0..6).map(|_| socket.command::<_, Sent>("send", &frame)));
            let (http, live) = tokio::join!(over_http, over_socket);
            let answers: Vec<_> = http.into_iter().chain(live).map(Result::unwrap).collect();
            assert!(answers.iter().all(|sent| *sent == answers[0]), "{answers:?}");
            assert_eq!(answers[0].seq, round + 1);
        }
        assert_eq!(bob.history(id).await.len(), 10);
    }

    async fn a_client_id_means_one_body_for_ever(server: TestServer) {
        let [ada, bob] = server.users(["ada", "bob"]).await;
        let id = ada.direct(&bob).await;
        let first = ada.http.send(id, &text_message(Some("x"), "first")).await.unwrap();
        let reused = async |text: &str| ada.http.send(id, &text_message(Some("x"), text)).await.map_err(|error| error.code());
        assert_eq!(reused("second").await, Err(Some(Code::ClientIdReused)));
        assert_eq!(Code::ClientIdReused.status(), 422);

        let edited = EditMessage { content: Content::Text("second".into()) };
        ada.http.edit(id, first.seq, &edited, None).await.unwrap();
        assert_eq!(reused("second").await, Err(Some(Code::ClientIdReused)), "what counts is what was sent first");
        assert_eq!(reused("first").await, Ok(first));
        ada.http.delete(id, first.seq).await.unwrap();
        assert_eq!(reused("first").await, Ok(first), "the repetition of a deleted message brings nothing back");
        assert_eq!(reused("second").await, Err(Some(Code::ClientIdReused)));
        assert_eq!(ada.history(id).await.len(), 1);
    }

    async fn many_senders_make_one_order(server: TestServer) {
        const EACH: usize = 25;
        let users = server.users(["ada", "bob", "cleo", "dan", "eve", "fay"]).await;
        let [ada, others @ ..] = &users;
        let id = ada.group("crowd", &others.iter().collect::<Vec<_>>()).await;
        let send_all = users.iter().map(async |user| {
            let (socket, _) = user.socket().await;
            let mut pending = Vec::new();
            for n in 0..EACH {
                // Pipelined: given in order without waiting for the answers.
                pending.push(socket.begin("send", &command(id, &n.to_string(), &n.to_string())).await.unwrap());
            }
            let mut seqs = Vec::new();
            for sent in pending {
                let sent: Sent = sent.reply().await.unwrap();
                seqs.push(sent.seq);
            }
            assert!(seqs.is_sorted(), "one's own order is kept: {seqs:?}");
        });
        join_all(send_all).await;

        let history = ada.history(id).await;
        let seqs: Vec<_> = history.iter().map(|message| message.seq).collect();
        assert_eq!(seqs, (1..=(EACH * users.len()) as i64).collect::<Vec<_>>(), "without a gap");
        assert!(history.is_sorted_by_key(|message| message.sent_at));
        let mut heard: HashMap<AccountId, usize> = HashMap::new();
        for message in &history {
            let next = heard.entry(message.sender_id).or_default();
            assert_eq!(message.client_id, next.to_string());
            *next += 1;
        }
    }

    async fn what_cannot_be_stored_is_refused(server: TestServer) {
        let [ada, bob, eve] = server.users(["ada", "bob", "eve"]).await;
        let id = ada.direct(&bob).await;
        let refused = async |body: SendMessage| ada.http.send(id, &body).await.unwrap_err().code().unwrap();
        assert_eq!(refused(text_message(None, "")).await, Code::Invalid);
        assert_eq!(refused(text_message(None, &"x".repeat(65_537))).await, Code::Invalid);
        assert_eq!(refused(text_message(Some(&"x".repeat(65)), "x")).await, Code::Invalid);
        assert_eq!(refused(text_message(Some(""), "x")).await, Code::Invalid);
        assert_eq!(refused(SendMessage { reply_to: Some(1), ..text_message(None, "x") }).await, Code::MessageNotFound);
        assert_eq!(ada.http.send(id, &text_message(None, &"x".repeat(65_536))).await.unwrap().seq, 1);

        let stranger = eve.http.send(id, &text_message(None, "hi")).await.unwrap_err();
        assert_eq!(stranger.code(), Some(Code::ConversationNotFound));
        let nobody = server.http().send(id, &text_message(None, "hi")).await.unwrap_err();
        assert_eq!(nobody.code(), Some(Code::Unauthenticated));
        assert_eq!(ada.history(id).await.len(), 1);
    }
}
