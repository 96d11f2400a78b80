//! What no connection has received yet, messages by their one id, and history by the instant.

use crate::rig::{Rig, code};
use chinwag_chat::{AccountName, Actor, Missed, Step, Viewer};
use chinwag_wire::{Code, Content, ConversationId, Mark, Message, MessageId, SendMessage, Time};

crate::on_both_engines! {
    waits_for_whoever_was_away
    what_is_marked_alone_leaves_the_rest_waiting
    nobody_reads_places_of_others
    the_newest_thousand_wait
    is_named_by_one_id
    history_goes_back_from_an_instant
}

async fn direct(rig: &Rig, one: &Actor, other: &Actor) -> ConversationId {
    let peer = AccountName::Id(other.account);
    rig.chat.open_direct(one, peer).await.unwrap().0.id
}

async fn say(rig: &Rig, by: &Actor, id: ConversationId, text: &str) -> i64 {
    let body = SendMessage {
        client_id: None,
        content: Content::Text(text.to_owned()),
        subject: None,
        reply_to: None,
        attachments: Vec::new(),
    };
    rig.chat.send(by, id, body).await.unwrap().0.seq
}

fn texts(messages: &[Message]) -> Vec<String> {
    let text = |message: &Message| match &message.content {
        Some(Content::Text(text)) => text.clone(),
        _ => String::new(),
    };
    messages.iter().map(text).collect()
}

/// What was said that somebody has not received.
async fn waiting(rig: &Rig, who: &Actor) -> Vec<String> {
    let places = rig.chat.not_received(who).await.unwrap().places;
    texts(&rig.chat.messages_in(who, places).await.unwrap())
}

async fn waits_for_whoever_was_away(rig: Rig) {
    let (ann, bob) = (rig.person("ann").await, rig.person("bob").await);
    let eve = rig.person("eve").await;
    let (first, second) = (direct(&rig, &ann, &bob).await, direct(&rig, &eve, &bob).await);
    say(&rig, &ann, first, "1").await;
    say(&rig, &eve, second, "2").await;
    let deleted = say(&rig, &ann, first, "deleted").await;
    rig.chat.delete(&ann, first, deleted).await.unwrap();
    let third = say(&rig, &ann, first, "3").await;
    assert_eq!(waiting(&rig, &bob).await, ["1", "2", "3"]);
    assert!(waiting(&rig, &ann).await.is_empty(), "not one's own");
    rig.chat.mark_received(&bob, &[(first, 1), (second, 99)]).await.unwrap();
    assert_eq!(waiting(&rig, &bob).await, ["2", "3"], "never past the newest");
    rig.chat.mark_received(&bob, &[(first, third)]).await.unwrap();
    rig.chat.mark_received(&bob, &[(first, 1)]).await.unwrap();
    assert_eq!(waiting(&rig, &bob).await, ["2"], "only forward");
    let members = rig.chat.members(&ann, first, None, None).await.unwrap();
    let bobs = members.items.iter().find(|member| member.account.id == bob.account).unwrap();
    assert_eq!((bobs.delivered, bobs.read), (0, 0), "nobody else learns it");
    let mark = Mark { delivered: Some(1), read: None };
    rig.chat.mark(&bob, second, mark).await.unwrap();
    assert!(waiting(&rig, &bob).await.is_empty(), "everything up to there was received");
}

async fn what_is_marked_alone_leaves_the_rest_waiting(rig: Rig) {
    let (ann, bob) = (rig.person("ann").await, rig.person("bob").await);
    let id = direct(&rig, &ann, &bob).await;
    for text in ["1", "2", "3", "4"] {
        say(&rig, &ann, id, text).await;
    }
    let mark = async |seqs: &[i64], step| {
        let receipt = rig.chat.mark_these(&bob, id, seqs, step).await.unwrap();
        (receipt.delivered, receipt.read)
    };
    assert_eq!(mark(&[2], Step::Delivered).await, (2, 0));
    assert_eq!(waiting(&rig, &bob).await, ["1", "2", "3", "4"], "the first was left out");
    assert_eq!(mark(&[1], Step::Read).await, (2, 1));
    assert_eq!(waiting(&rig, &bob).await, ["2", "3", "4"]);
    assert_eq!(mark(&[3, 2], Step::Delivered).await, (3, 1));
    assert_eq!(waiting(&rig, &bob).await, ["4"]);
    say(&rig, &bob, id, "5").await;
    assert_eq!(waiting(&rig, &bob).await, ["4"], "whoever writes has not received it for that");
    assert_eq!(mark(&[4], Step::Read).await, (5, 5));
    let missed = rig.chat.not_received(&bob).await.unwrap();
    assert_eq!((missed.places, missed.settled), (vec![], vec![(id, 5)]), "but what is one's own");
    rig.chat.mark_received(&bob, &[(id, 5)]).await.unwrap();
    assert_eq!(rig.chat.not_received(&bob).await.unwrap(), Missed::default());
    assert_eq!(code(rig.chat.mark_these(&bob, id, &[], Step::Read).await), Some(Code::Invalid));
}

async fn nobody_reads_places_of_others(rig: Rig) {
    let (ann, bob) = (rig.person("ann").await, rig.person("bob").await);
    let eve = rig.person("eve").await;
    let id = direct(&rig, &ann, &bob).await;
    let seq = say(&rig, &ann, id, "1").await;
    let there = async |who: &Actor| rig.chat.messages_in(who, vec![(id, seq)]).await.unwrap().len();
    assert_eq!((there(&ann).await, there(&bob).await, there(&eve).await), (1, 1, 0));
    let sent = rig.chat.sent_between(&ann, id, (0, seq)).await.unwrap();
    assert_eq!(sent.iter().map(|(seq, _)| *seq).collect::<Vec<_>>(), [seq]);
    assert!(rig.chat.sent_between(&eve, id, (0, seq)).await.unwrap().is_empty());
}

async fn the_newest_thousand_wait(rig: Rig) {
    let (ann, bob) = (rig.person("ann").await, rig.person("bob").await);
    let eve = rig.person("eve").await;
    let (first, second) = (direct(&rig, &ann, &bob).await, direct(&rig, &eve, &bob).await);
    for number in 0..520 {
        say(&rig, &ann, first, &number.to_string()).await;
        say(&rig, &eve, second, &format!("e{number}")).await;
    }
    let places = rig.chat.not_received(&bob).await.unwrap().places;
    let waiting = rig.chat.messages_in(&bob, places).await.unwrap();
    let texts = texts(&waiting);
    assert_eq!((texts.len(), texts[0].as_str(), texts[999].as_str()), (1_000, "20", "e519"));
    assert!(waiting.is_sorted_by_key(|message| message.sent_at));
}

async fn is_named_by_one_id(rig: Rig) {
    let (ann, bob) = (rig.person("ann").await, rig.person("bob").await);
    let eve = rig.person("eve").await;
    let id = direct(&rig, &ann, &bob).await;
    let seq = say(&rig, &ann, id, "hello").await;
    let message = rig.chat.message(&Viewer::Account(ann), id, seq).await.unwrap();
    let found = rig.chat.message_by_id(&Viewer::Account(bob), message.id()).await.unwrap();
    assert_eq!(found, message);
    let not_found = Some(Code::MessageNotFound);
    let others = rig.chat.message_by_id(&Viewer::Account(eve), message.id()).await;
    assert_eq!(code(others), not_found);
    let later = Time(message.sent_at.0 + 1_000_000);
    for wrong in [MessageId::of(id, 2, message.sent_at), MessageId::of(id, seq, later)] {
        let wrong = rig.chat.message_by_id(&Viewer::Account(bob), wrong).await;
        assert_eq!(code(wrong), not_found);
    }
    let random = MessageId(uuid::Uuid::from_u128(0x4242_4242_4242_4242_8242_4242_4242_4242));
    assert_eq!(code(rig.chat.message_by_id(&Viewer::Account(bob), random).await), not_found);
}

async fn history_goes_back_from_an_instant(rig: Rig) {
    let (ann, bob) = (rig.person("ann").await, rig.person("bob").await);
    let id = direct(&rig, &ann, &bob).await;
    for number in 0..120 {
        say(&rig, &ann, id, &number.to_string()).await;
    }
    let viewer = Viewer::Account(bob);
    let (mut before, mut seen) = (Time(i64::MAX), Vec::new());
    loop {
        let page = rig.chat.history_before_instant(&viewer, id, before, 50).await.unwrap();
        let Some(last) = page.last() else { break };
        before = last.sent_at;
        seen.extend(page);
    }
    assert!(seen.iter().all(|message| message.sent_at.0 % 256 == 0));
    let seqs: Vec<_> = seen.iter().map(|message| message.seq).collect();
    assert_eq!(seqs, (1..=120).rev().collect::<Vec<_>>(), "none skipped, none twice");
    for odd in [Time(0), Time(i64::MIN), Time(seen[119].sent_at.0)] {
        assert!(rig.chat.history_before_instant(&viewer, id, odd, 50).await.unwrap().is_empty());
    }
    let just_after = Time(seen[119].sent_at.0 + 1);
    let page = rig.chat.history_before_instant(&viewer, id, just_after, 50).await.unwrap();
    assert_eq!(page.len(), 1, "to the nanosecond");
}
