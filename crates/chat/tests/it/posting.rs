//! Sending for other surfaces: the first of a client id wins, and a sender's copy is its own.

use crate::rig::{PASSWORD, Rig, code, here};
use chinwag_chat::{AccountName, Actor, Posting};
use chinwag_wire::{Code, Content, ConversationId, DeleteOwnAccount, MessageId, SendMessage};

crate::on_both_engines! {
    the_first_of_a_client_id_wins
    client_ids_may_be_any_text
    a_copy_is_its_senders_alone
    pairs_know_both_sides
    a_message_exists_for_everybody
}

fn body(client_id: &str, text: &str) -> SendMessage {
    let content = Content::Encrypted(text.to_owned());
    let client_id = Some(client_id.to_owned());
    SendMessage { client_id, content, subject: None, reply_to: None, attachments: Vec::new() }
}

fn copy(text: &str) -> Posting {
    Posting { sender_copy: Some(text.to_owned()), first_wins: true }
}

async fn two(rig: &Rig) -> (Actor, Actor, ConversationId) {
    let (ada, bob) = (rig.person("ada").await, rig.person("bob").await);
    let opened = rig.chat.open_direct(&ada, AccountName::Id(bob.account)).await.unwrap();
    (ada, bob, opened.0.id)
}

async fn the_first_of_a_client_id_wins(rig: Rig) {
    let (ada, bob, id) = two(&rig).await;
    let wins = || Posting { first_wins: true, ..Posting::default() };
    let (first, new) = rig.chat.post(&ada, id, body("one", "a"), wins()).await.unwrap();
    assert!(new);
    assert_eq!(rig.chat.post(&ada, id, body("one", "b"), wins()).await.unwrap(), (first, false));
    let strict = rig.chat.post(&ada, id, body("one", "b"), Posting::default()).await;
    assert_eq!(code(strict), Some(Code::ClientIdReused));
    assert!(rig.chat.post(&bob, id, body("one", "b"), wins()).await.unwrap().1, "it is one's own");
}

async fn client_ids_may_be_any_text(rig: Rig) {
    let (ada, _, id) = two(&rig).await;
    let long = "x".repeat(128);
    let ids = [
        "é",
        "abcdefg\u{80}bcdefg",
        " a b ",
        long.as_str(),
        "61626364-6566-8768-a96a-6b6c6d6e6f70",
    ];
    for client_id in ids {
        let (sent, new) =
            rig.chat.post(&ada, id, body(client_id, "x"), Posting::default()).await.unwrap();
        assert!(new, "{client_id}");
        let viewer = chinwag_chat::Viewer::Account(ada);
        let stored = rig.chat.message(&viewer, id, sent.seq).await.unwrap();
        assert_eq!(stored.client_id, client_id);
    }
    for wrong in ["", "a\0", &"x".repeat(129)] {
        let refused = rig.chat.post(&ada, id, body(wrong, "x"), Posting::default()).await;
        assert_eq!(code(refused), Some(Code::Invalid), "{wrong}");
    }
}

async fn a_copy_is_its_senders_alone(rig: Rig) {
    let (ada, bob, id) = two(&rig).await;
    for number in ["one", "two", "three"] {
        rig.chat.post(&ada, id, body(number, "x"), copy(number)).await.unwrap();
    }
    rig.chat.post(&ada, id, body("one", "x"), copy("another")).await.unwrap();
    let all = [(id, 1), (id, 2), (id, 3)];
    let copies = rig.chat.sender_copies(&ada, &all).await.unwrap();
    assert_eq!(
        copies.iter().map(|(_, copy)| copy.as_str()).collect::<Vec<_>>(),
        ["one", "two", "three"]
    );
    assert!(rig.chat.sender_copies(&bob, &all).await.unwrap().is_empty());
    rig.chat.delete(&ada, id, 2).await.unwrap();
    assert_eq!(
        rig.chat.sender_copies(&ada, &all).await.unwrap().len(),
        2,
        "it goes with the message"
    );
    let password = DeleteOwnAccount { password: PASSWORD.to_owned() };
    rig.chat.delete_own_account(&ada, &here(), password).await.unwrap();
    assert!(rig.chat.sender_copies(&ada, &all).await.unwrap().is_empty(), "and with the account");
    let long = rig.chat.post(&bob, id, body("long", "x"), copy(&"x".repeat(65_537))).await;
    assert_eq!(code(long), Some(Code::Invalid));
}

async fn pairs_know_both_sides(rig: Rig) {
    let (ada, bob, id) = two(&rig).await;
    assert!(
        rig.chat
            .direct_chats(&ada, chinwag_chat::ChatOrder::Activity, 10, 0)
            .await
            .unwrap()
            .is_empty()
    );
    rig.chat.post(&ada, id, body("one", "a"), Posting::default()).await.unwrap();
    rig.chat.post(&ada, id, body("two", "b"), Posting::default()).await.unwrap();
    let pair = rig.chat.pair_with(&bob, ada.account).await.unwrap().unwrap();
    assert_eq!((pair.conversation, pair.last_seq), (id, 2));
    assert_eq!((pair.mine.read, pair.theirs.read), (0, 2));
    assert_eq!(rig.chat.pair(&bob, id).await.unwrap(), pair);
    assert_eq!(rig.chat.pairs(&bob).await.unwrap(), [pair]);
    let carl = rig.person("carl").await;
    assert_eq!(code(rig.chat.pair(&carl, id).await), Some(Code::ConversationNotFound));
    assert_eq!(rig.chat.pair_with(&carl, ada.account).await.unwrap(), None);
    let chats = rig.chat.direct_chats(&bob, chinwag_chat::ChatOrder::Start, 10, 0).await.unwrap();
    assert_eq!((chats[0].peer.username.as_str(), chats[0].last.seq), ("ada", 2));
    rig.chat.block(&bob, ada.account).await.unwrap();
    assert!(rig.chat.has_blocked(&bob, ada.account).await.unwrap());
    assert!(!rig.chat.has_blocked(&ada, bob.account).await.unwrap());
    let order = chinwag_chat::ChatOrder::Start;
    assert!(rig.chat.direct_chats(&bob, order, 10, 0).await.unwrap().is_empty());
    assert_eq!(rig.chat.direct_chats(&ada, order, 10, 0).await.unwrap().len(), 1);
}

async fn a_message_exists_for_everybody(rig: Rig) {
    let (ada, _, id) = two(&rig).await;
    let (sent, _) = rig.chat.post(&ada, id, body("one", "a"), Posting::default()).await.unwrap();
    assert!(rig.chat.is_message(MessageId::of(id, 1, sent.sent_at)).await.unwrap());
    assert!(!rig.chat.is_message(MessageId::of(id, 2, sent.sent_at)).await.unwrap());
    let another = sent.sent_at.after(std::time::Duration::from_secs(1));
    assert!(!rig.chat.is_message(MessageId::of(id, 1, another)).await.unwrap());
}
