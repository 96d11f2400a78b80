//! Names that are written to before anybody has them.

use crate::{
    enrolling::named,
    rig::{Rig, code, here, registration, signing_in},
};
use chinwag_chat::{AccountName, Purpose, Viewer};
use chinwag_wire::{
    AddMember, Code, Content, CreateConversation, Kind, RequestContact, SendMessage, frame::History,
};
use futures_util::future::join_all;

crate::on_both_engines! {
    becomes_the_account_of_whoever_registers_it
    is_nobody_elsewhere
    fifty_at_most
    can_be_blocked
    is_made_once_by_many
}

fn text(text: &str) -> SendMessage {
    SendMessage {
        client_id: None,
        content: Content::Text(text.to_owned()),
        subject: None,
        reply_to: None,
        attachments: Vec::new(),
    }
}

async fn becomes_the_account_of_whoever_registers_it(rig: Rig) {
    let ann = rig.person("ann").await;
    let [one, other] = ["Piet", "kees"].map(str::to_owned);
    for name in [&one, &other] {
        let made = rig.chat.name_or_unclaimed(&ann, name, Purpose::Write).await.unwrap();
        assert!(!made.claimed && made.username == *name);
        let again =
            rig.chat.name_or_unclaimed(&ann, &name.to_uppercase(), Purpose::Write).await.unwrap();
        assert_eq!(again, made);
        let (chat, new) = rig.chat.open_direct(&ann, AccountName::Named(made.id)).await.unwrap();
        assert!(new && chat.peer.is_some());
        rig.chat.send(&ann, chat.id, text("waiting for you")).await.unwrap();
        let wrong = rig.chat.sign_in(&here(), signing_in(name, "")).await;
        assert_eq!(code(wrong), Some(Code::CredentialsWrong));
        let claimed = if *name == one {
            rig.register("piet").await.account
        } else {
            rig.chat.enrol(&here(), named("Kees", "x")).await.unwrap()
        };
        assert_eq!(claimed.id, made.id);
        let now = rig.chat.named(name).await.unwrap().unwrap();
        assert_eq!((now.claimed, now.username), (true, claimed.username));
        let taken = rig.chat.register(&here(), registration(Some(name), None)).await;
        assert_eq!(code(taken), Some(Code::UsernameTaken), "once");
    }
    let piet = rig.actor(&rig.sign_in("piet").await.unwrap()).await;
    let chats = rig.chat.conversations(&piet, None, None).await.unwrap().items;
    let history = History {
        conversation_id: chats[0].id,
        before: None,
        after: None,
        around: None,
        at: None,
        limit: None,
    };
    let page = rig.chat.history(&Viewer::Account(piet), history).await.unwrap();
    assert_eq!(page.messages[0].content, Some(Content::Text("waiting for you".to_owned())));
}

async fn is_nobody_elsewhere(rig: Rig) {
    let (ann, bob) = (rig.person("ann").await, rig.person("bob").await);
    let id = rig.chat.name_or_unclaimed(&ann, "ghost", Purpose::Write).await.unwrap().id;
    let not_found = Some(Code::AccountNotFound);
    for name in [AccountName::Id(id), AccountName::Username("ghost".into())] {
        assert_eq!(code(rig.chat.account(&bob, name.clone()).await), not_found);
        assert_eq!(code(rig.chat.open_direct(&bob, name).await), not_found);
    }
    assert_eq!(code(rig.chat.block(&bob, id).await), not_found);
    let asking = RequestContact {
        account_id: None,
        username: Some("ghost".into()),
        email: None,
        text: None,
    };
    assert_eq!(code(rig.chat.request_contact(&bob, asking).await), not_found);
    let group = CreateConversation {
        kind: Kind::Group,
        account_id: None,
        username: None,
        name: Some("crew".into()),
        members: Vec::new(),
        guests_read: false,
        client_id: None,
    };
    let group = rig.chat.create_conversation(&bob, group).await.unwrap().0.id;
    assert_eq!(
        code(rig.chat.add_member(&bob, group, AddMember { account_id: id, role: None }).await),
        not_found
    );
    assert_eq!(rig.chat.person(id).await.unwrap(), None);
    assert_eq!(rig.chat.person_named("ghost").await.unwrap(), None);
    assert_eq!(
        code(rig.chat.name_or_unclaimed(&ann, " ghost", Purpose::Write).await),
        Some(Code::Invalid)
    );
    assert_eq!(rig.chat.named("gho\0st").await.unwrap(), None);
}

async fn fifty_at_most(rig: Rig) {
    let (ann, bob) = (rig.person("ann").await, rig.person("bob").await);
    let names = (0..60).map(|n| {
        let chat = rig.chat.clone();
        tokio::spawn(async move {
            chat.name_or_unclaimed(&ann, &format!("ghost {n}"), Purpose::Write).await
        })
    });
    let made: Vec<_> = join_all(names).await.into_iter().map(Result::unwrap).collect();
    let (made, refused): (Vec<_>, Vec<_>) = made.into_iter().partition(Result::is_ok);
    assert_eq!((made.len(), refused.len()), (50, 10));
    assert!(refused.into_iter().all(|refused| code(refused) == Some(Code::TooManyNames)));
    let known = made[7].clone().unwrap().username;
    assert!(
        rig.chat.name_or_unclaimed(&ann, &known, Purpose::Write).await.is_ok(),
        "one of them again"
    );
    assert!(rig.chat.name_or_unclaimed(&ann, "bob", Purpose::Write).await.unwrap().claimed);
    assert!(
        rig.chat.name_or_unclaimed(&bob, "ghost 61", Purpose::Write).await.is_ok(),
        "somebody else's"
    );
    let blocked = rig.chat.name_or_unclaimed(&ann, "ghost 62", Purpose::Block).await.unwrap();
    rig.chat.block_named(&ann, &blocked).await.unwrap();
    let other = rig.chat.name_or_unclaimed(&ann, "ghost 61", Purpose::Write).await;
    assert_eq!(code(other), Some(Code::TooManyNames), "made by somebody else");
    rig.chat.enrol(&here(), named(&known, "x")).await.unwrap();
    assert!(
        rig.chat.name_or_unclaimed(&ann, "ghost 61", Purpose::Write).await.is_ok(),
        "one is claimed"
    );
}

async fn can_be_blocked(rig: Rig) {
    let ann = rig.person("ann").await;
    let ghost = rig.chat.name_or_unclaimed(&ann, "ghost", Purpose::Write).await.unwrap();
    rig.chat.block_named(&ann, &ghost).await.unwrap();
    let opening = rig.chat.open_direct(&ann, AccountName::Named(ghost.id)).await;
    assert_eq!(code(opening), Some(Code::OpeningNotAllowed));
    rig.chat.unblock_named(&ann, &ghost).await.unwrap();
    assert!(rig.chat.open_direct(&ann, AccountName::Named(ghost.id)).await.is_ok());
}

async fn is_made_once_by_many(rig: Rig) {
    let mut asking = Vec::new();
    for n in 0..10 {
        let (chat, actor) = (rig.chat.clone(), rig.person(&format!("p{n}")).await);
        asking.push(async move {
            chat.name_or_unclaimed(&actor, "ghost", Purpose::Write).await.unwrap().id
        });
    }
    let ids = join_all(asking).await;
    assert!(ids.iter().all(|id| *id == ids[0]));
}
