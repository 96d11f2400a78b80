//! Coming back after any absence: exactly what was missed, or an explicit new start.

use super::{connected, next_event};
use chinwag_testkit::{
    TestServer, both_engines,
    client::{Events, Item},
    soon,
    wire::*,
};
use std::collections::BTreeMap;

/// Applies events as a client program would, until the log has this many messages and this revision.
async fn read_up_to(events: &mut Events, log: &mut BTreeMap<i64, Message>, rev: i64) {
    let mut heard = 0;
    while heard < rev {
        let event = next_event(events).await;
        assert!(event.rev.unwrap() > heard, "in order, and once");
        heard = event.rev.unwrap();
        if let EventBody::MessageCreated(message)
        | EventBody::MessageEdited(message)
        | EventBody::MessageDeleted(message) = event.body
        {
            log.insert(message.seq, message);
        }
    }
}

both_engines! {
    async fn what_was_missed_comes_however_much_it_is(server: TestServer) {
        let [ada, bob] = server.users(["ada", "bob"]).await;
        let id = ada.direct(&bob).await;
        let (client, mut events) = bob.client();
        connected(&mut events).await;
        let mut log = BTreeMap::new();
        let first = ada.say(id, "to be edited").await;
        ada.say(id, "to be deleted").await;
        let rev = bob.http.conversation(id).await.unwrap().last_rev;
        read_up_to(&mut events, &mut log, rev).await;
        let saved = serde_json::to_string(events.positions()).unwrap();
        client.stop();

        // Several pages of changes, more than one of messages, and changes of what was known.
        for n in 0..330 {
            ada.say(id, &n.to_string()).await;
        }
        ada.http.edit(id, first.seq, &EditMessage { content: Content::Text("edited".into()) }, None).await.unwrap();
        ada.http.delete(id, 2).await.unwrap();
        ada.http.delete(id, 300).await.unwrap();
        bob.http.mark(id, &Mark { delivered: None, read: Some(10) }).await.unwrap();
        let rev = bob.http.conversation(id).await.unwrap().last_rev;

        let (client, mut events) = bob.client_from(serde_json::from_str(&saved).unwrap());
        read_up_to(&mut events, &mut log, rev).await;
        assert_eq!(log.into_values().collect::<Vec<_>>(), bob.history(id).await);
        assert_eq!(events.positions().conversations[&id], rev);

        // And a second return, with nothing missed, hears only what comes then.
        let saved = events.positions().clone();
        client.stop();
        let (_client, mut events) = bob.client_from(saved);
        connected(&mut events).await;
        ada.say(id, "now").await;
        assert_eq!(next_event(&mut events).await.rev, Some(rev + 1));
    }

    async fn a_client_outlives_a_restart_of_the_server(server: TestServer) {
        let [ada, bob] = server.users(["ada", "bob"]).await;
        let id = ada.direct(&bob).await;
        let (_client, mut events) = bob.client();
        connected(&mut events).await;
        let (sender, _) = ada.client();
        sender.send(id, Content::Text("before".into())).await.unwrap();
        server.abort().await;
        let sending = sender.send(id, Content::Text("meanwhile".into()));
        let (sent, ()) = tokio::join!(sending, server.start_again());
        assert_eq!(sent.unwrap().seq, 2);
        let mut log = BTreeMap::new();
        let rev = bob.http.conversation(id).await.unwrap().last_rev;
        read_up_to(&mut events, &mut log, rev).await;
        assert_eq!(log.keys().copied().collect::<Vec<_>>(), [1, 2]);
    }

    async fn what_one_left_meanwhile_is_said(server: TestServer) {
        let [ada, bob] = server.users(["ada", "bob"]).await;
        let id = ada.group("tea", &[&bob]).await;
        let (client, mut events) = bob.client();
        connected(&mut events).await;
        ada.say(id, "bye").await;
        while next_event(&mut events).await.conversation_id != Some(id) {}
        let saved = events.positions().clone();
        client.stop();
        ada.http.remove_member(id, bob.id()).await.unwrap();
        let other = ada.group("coffee", &[&bob]).await;

        let (_client, mut events) = bob.client_from(saved);
        let (mut left, mut opened) = (None, None);
        soon("both", async {
            while left.is_none() || opened.is_none() {
                match events.next().await.unwrap() {
                    Item::Left(conversation) => left = Some(conversation),
                    Item::Opened(head) => opened = Some(head.conversation_id),
                    _ => {}
                }
            }
        })
        .await;
        assert_eq!((left, opened), (Some(id), Some(other)));
        assert!(!events.positions().conversations.contains_key(&id));
    }

    async fn positions_of_another_history_start_over(server: TestServer) {
        let [ada, bob] = server.users(["ada", "bob"]).await;
        let id = ada.direct(&bob).await;
        let conversations = BTreeMap::from([(id, 1)]);
        let positions = Positions { epoch: Some("0000".into()), conversations };
        let (_socket, ready) = bob.socket_from(Some(positions.clone())).await;
        assert!(!ready.resumed && ready.changes.is_empty());
        let (_client, mut events) = bob.client_from(positions.clone());
        soon("to start over", async { while events.next().await.unwrap() != Item::Restarted {} }).await;
        connected(&mut events).await;
        assert_eq!(events.positions().epoch.as_ref(), Some(&ready.epoch));

        // A position ahead of the log is from a history that was lost.
        let ahead = Positions { epoch: Some(ready.epoch), conversations: BTreeMap::from([(id, 1_000)]) };
        assert!(!bob.socket_from(Some(ahead)).await.1.resumed);
    }
}
