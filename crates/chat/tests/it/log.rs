//! The log: numbers without gaps, each message once, what changed since a position.

use crate::rig::Rig;
use chinwag_chat::{Actor, Notice, Viewer};
use chinwag_wire::{
    AddMember, Code, Content, ConversationId, CreateConversation, EditMessage, EventBody, Kind,
    Mark, Positions, SendMessage, frame::History,
};
use std::collections::BTreeMap;

crate::on_both_engines! {
    one_message_for_one_client_id
    numbers_have_no_gaps_under_concurrency
    changes_are_complete_after_any_position
    removal_cuts_the_log
    a_block_ends_direct_messages
    history_reads_in_every_direction
    a_pair_has_one_conversation
}

fn text(text: &str, client_id: &str) -> SendMessage {
    SendMessage {
        client_id: Some(client_id.into()),
        content: Content::Text(text.into()),
        subject: None,
        reply_to: None,
        attachments: Vec::new(),
    }
}

fn make(kind: Kind) -> CreateConversation {
    CreateConversation {
        kind,
        account_id: None,
        username: None,
        name: None,
        members: vec![],
        guests_read: false,
        client_id: None,
    }
}

async fn group(rig: &Rig, owner: &Actor, members: &[Actor]) -> ConversationId {
    let members = members.iter().map(|actor| actor.account).collect();
    let body = CreateConversation { name: Some("crew".into()), members, ..make(Kind::Group) };
    rig.chat.create_conversation(owner, body).await.unwrap().0.id
}

fn whole(id: ConversationId) -> History {
    History {
        conversation_id: id,
        before: None,
        after: None,
        around: None,
        at: None,
        limit: Some(200),
    }
}

async fn one_message_for_one_client_id(rig: Rig) {
    let (ada, bob) = (rig.person("ada").await, rig.person("bob").await);
    let id = group(&rig, &ada, &[bob]).await;
    let sends = (0..20).map(|_| {
        let chat = rig.chat.clone();
        tokio::spawn(async move { chat.send(&ada, id, text("hello", "one")).await.unwrap() })
    });
    let mut answers = Vec::new();
    for send in sends.collect::<Vec<_>>() {
        answers.push(send.await.unwrap());
    }
    assert_eq!(answers.iter().filter(|(_, new)| *new).count(), 1);
    assert!(answers.iter().all(|(sent, _)| *sent == answers[0].0));
    let other = rig.chat.send(&ada, id, text("goodbye", "one")).await.unwrap_err();
    assert_eq!(other.code, Code::ClientIdReused);
    rig.chat
        .edit(&ada, id, 1, EditMessage { content: Content::Text("hello!".into()) }, None)
        .await
        .unwrap();
    assert_eq!(rig.chat.send(&ada, id, text("hello", "one")).await.unwrap(), (answers[0].0, false));
    rig.chat.delete(&ada, id, 1).await.unwrap();
    assert_eq!(rig.chat.send(&ada, id, text("hello", "one")).await.unwrap(), (answers[0].0, false));
    assert_eq!(
        rig.chat.send(&ada, id, text("hello!", "one")).await.unwrap_err().code,
        Code::ClientIdReused
    );
    let (fresh, new) = rig.chat.send(&bob, id, text("hello", "one")).await.unwrap();
    assert!(new && fresh.seq == 2, "another sender's id is another message");
    rig.end().await;
}

async fn numbers_have_no_gaps_under_concurrency(rig: Rig) {
    let (ada, bob) = (rig.person("ada").await, rig.person("bob").await);
    let id = group(&rig, &ada, &[bob]).await;
    rig.heard.take();
    let sends = (0..200).map(|n| {
        let (chat, sender) = (rig.chat.clone(), if n % 2 == 0 { ada } else { bob });
        tokio::spawn(async move {
            chat.send(&sender, id, text(&format!("m{n}"), &format!("k{n}"))).await.unwrap()
        })
    });
    for send in sends.collect::<Vec<_>>() {
        send.await.unwrap();
    }
    let page = rig.chat.history(&Viewer::Account(ada), whole(id)).await.unwrap();
    assert_eq!(
        page.messages.iter().map(|message| message.seq).collect::<Vec<_>>(),
        (1..=200).collect::<Vec<_>>()
    );
    assert!(
        page.messages
            .windows(2)
            .all(|pair| pair[0].sent_at < pair[1].sent_at && pair[0].rev + 1 == pair[1].rev)
    );
    let mut heard: Vec<i64> = rig
        .heard
        .take()
        .iter()
        .filter_map(|notice| match notice {
            Notice::Conversation { event, .. } => event.rev,
            _ => None,
        })
        .collect();
    heard.sort_unstable();
    assert_eq!(heard, (3..=202).collect::<Vec<_>>());
    rig.end().await;
}

async fn changes_are_complete_after_any_position(rig: Rig) {
    let (ada, bob) = (rig.person("ada").await, rig.person("bob").await);
    let id = group(&rig, &ada, &[bob]).await;
    for n in 1..=130 {
        rig.chat.send(&ada, id, text(&format!("m{n}"), &format!("k{n}"))).await.unwrap();
        match n % 13 {
            3 => drop(
                rig.chat
                    .edit(
                        &ada,
                        id,
                        n / 2 + 1,
                        EditMessage { content: Content::Text("edited".into()) },
                        None,
                    )
                    .await
                    .unwrap(),
            ),
            7 => drop(
                rig.chat.mark(&bob, id, Mark { delivered: None, read: Some(n) }).await.unwrap(),
            ),
            11 => drop(rig.chat.delete(&ada, id, n).await.unwrap()),
            _ => {}
        }
    }
    let viewer = Viewer::Account(bob);
    let truth = rig.chat.history(&viewer, whole(id)).await.unwrap().messages;
    let head = rig.chat.conversation(&viewer, id).await.unwrap().last_rev;
    for start in (0..=head).step_by(7) {
        let mut log: BTreeMap<i64, _> = truth
            .iter()
            .filter(|message| message.rev <= start)
            .map(|message| (message.seq, message.clone()))
            .collect();
        let mut position = start;
        loop {
            let changes = rig.chat.sync(&viewer, id, position).await.unwrap();
            assert!(changes.events.windows(2).all(|pair| pair[0].rev < pair[1].rev));
            for event in changes.events {
                if let EventBody::MessageCreated(message)
                | EventBody::MessageEdited(message)
                | EventBody::MessageDeleted(message) = event.body
                {
                    log.insert(message.seq, message);
                }
            }
            position = changes.rev;
            if !changes.more {
                break;
            }
        }
        assert_eq!(position, head);
        assert_eq!(log.into_values().collect::<Vec<_>>(), truth, "from {start}");
    }
    let positions = Positions {
        epoch: Some(rig.chat.epoch().to_owned()),
        conversations: [(id, head - 5)].into(),
    };
    let resumed = rig.chat.resume(&bob, &positions).await.unwrap();
    assert!(resumed.resumed && resumed.changes.len() == 1 && resumed.changes[0].rev == head);
    let foreign = Positions { epoch: Some("elsewhere".into()), ..positions };
    assert!(!rig.chat.resume(&bob, &foreign).await.unwrap().resumed);
    rig.end().await;
}

async fn removal_cuts_the_log(rig: Rig) {
    let (ada, bob) = (rig.person("ada").await, rig.person("bob").await);
    let id = group(&rig, &ada, &[bob]).await;
    rig.chat.send(&ada, id, text("before", "1")).await.unwrap();
    rig.chat.remove_member(&ada, id, bob.account).await.unwrap();
    rig.chat.send(&ada, id, text("secret", "2")).await.unwrap();
    for refused in [
        rig.chat.history(&Viewer::Account(bob), whole(id)).await.err(),
        rig.chat.sync(&Viewer::Account(bob), id, 0).await.err(),
        rig.chat.send(&bob, id, text("let me in", "3")).await.err(),
        rig.chat.conversation(&Viewer::Account(bob), id).await.err(),
        rig.chat.mark(&bob, id, Mark { delivered: None, read: Some(1) }).await.err(),
    ] {
        assert_eq!(refused.unwrap().code, Code::ConversationNotFound);
    }
    rig.chat.add_member(&ada, id, AddMember { account_id: bob.account, role: None }).await.unwrap();
    rig.chat.send(&ada, id, text("welcome back", "4")).await.unwrap();
    let seen = rig.chat.history(&Viewer::Account(bob), whole(id)).await.unwrap().messages;
    assert_eq!(seen.iter().map(|message| message.seq).collect::<Vec<_>>(), [3]);
    let synced = rig.chat.sync(&Viewer::Account(bob), id, 0).await.unwrap();
    assert!(!format!("{synced:?}").contains("secret"));
    rig.end().await;
}

async fn a_block_ends_direct_messages(rig: Rig) {
    let (ada, bob) = (rig.person("ada").await, rig.person("bob").await);
    let open =
        |peer: &Actor| CreateConversation { account_id: Some(peer.account), ..make(Kind::Direct) };
    let id = rig.chat.create_conversation(&ada, open(&bob)).await.unwrap().0.id;
    rig.chat.block(&bob, ada.account).await.unwrap();
    for sender in [ada, bob] {
        assert_eq!(
            rig.chat.send(&sender, id, text("hi", "1")).await.unwrap_err().code,
            Code::SendingNotAllowed
        );
    }
    rig.chat.block(&ada, bob.account).await.unwrap();
    rig.chat.unblock(&bob, ada.account).await.unwrap();
    assert_eq!(
        rig.chat.send(&bob, id, text("hi", "1")).await.unwrap_err().code,
        Code::SendingNotAllowed
    );
    rig.chat.unblock(&ada, bob.account).await.unwrap();
    rig.chat.send(&bob, id, text("hi", "1")).await.unwrap();
    rig.end().await;
}

async fn history_reads_in_every_direction(rig: Rig) {
    let (ada, bob) = (rig.person("ada").await, rig.person("bob").await);
    let id = group(&rig, &ada, &[bob]).await;
    let mut times = Vec::new();
    for n in 1..=30 {
        times.push(
            rig.chat
                .send(&ada, id, text(&format!("m{n}"), &format!("k{n}")))
                .await
                .unwrap()
                .0
                .sent_at,
        );
    }
    let read = async |query: History| {
        let page = rig.chat.history(&Viewer::Account(bob), query).await.unwrap();
        (
            page.messages.iter().map(|message| message.seq).collect::<Vec<_>>(),
            page.more_before,
            page.more_after,
        )
    };
    let some = History { limit: Some(4), ..whole(id) };
    assert_eq!(read(some).await, (vec![27, 28, 29, 30], true, false));
    assert_eq!(read(History { before: Some(4), ..some }).await, (vec![1, 2, 3], false, true));
    assert_eq!(read(History { after: Some(28), ..some }).await, (vec![29, 30], true, false));
    assert_eq!(read(History { around: Some(10), ..some }).await, (vec![8, 9, 10, 11], true, true));
    assert_eq!(
        read(History { at: Some(times[19]), ..some }).await,
        (vec![18, 19, 20, 21], true, true)
    );
    assert_eq!(read(History { after: Some(i64::MAX), ..some }).await, (vec![], true, false));
    assert_eq!(read(History { before: Some(i64::MIN), ..some }).await, (vec![], false, true));
    let two = rig
        .chat
        .history(&Viewer::Account(bob), History { before: Some(3), after: Some(1), ..some })
        .await;
    assert_eq!(two.unwrap_err().code, Code::Invalid);
    rig.end().await;
}

async fn a_pair_has_one_conversation(rig: Rig) {
    let (ada, bob) = (rig.person("ada").await, rig.person("bob").await);
    let opens = (0..16).map(|n| {
        let (by, peer) = if n % 2 == 0 { (ada, bob) } else { (bob, ada) };
        let (chat, body) = (
            rig.chat.clone(),
            CreateConversation { account_id: Some(peer.account), ..make(Kind::Direct) },
        );
        tokio::spawn(async move { chat.create_conversation(&by, body).await.unwrap() })
    });
    let mut opened = Vec::new();
    for open in opens.collect::<Vec<_>>() {
        opened.push(open.await.unwrap());
    }
    assert!(opened.iter().all(|(conversation, _)| conversation.id == opened[0].0.id));
    assert_eq!(opened.iter().filter(|(_, new)| *new).count(), 1);
    let listed = rig.chat.conversations(&bob, None, None).await.unwrap().items;
    assert_eq!(listed.len(), 1);
    assert_eq!(listed[0].peer.as_ref().unwrap().id, ada.account);
    rig.end().await;
}
