//! The lobby: there for everybody, whoever has a room of its name, and come into by writing.

use crate::rig::{Rig, code, options};
use chinwag_chat::{Actor, Posting, Viewer};
use chinwag_wire::{Code, Content, CreateConversation, Kind, Problem, SendMessage, Sent, Time};

crate::on_both_engines! {
    is_one_and_everybodys
    leaves_a_room_of_its_name_alone
    is_come_into_by_writing
    what_was_deleted_is_in_no_page
}

async fn say(rig: &Rig, by: &Actor, text: &str, subject: Option<&str>) -> Result<Sent, Problem> {
    let body = SendMessage {
        client_id: None,
        content: Content::Text(text.to_owned()),
        subject: subject.map(str::to_owned),
        reply_to: None,
        attachments: Vec::new(),
    };
    rig.chat.post_in_lobby(by, body, Posting::default()).await
}

/// The names of the rooms that guests see.
async fn rooms(rig: &Rig) -> Vec<String> {
    let page = rig.chat.rooms(&Viewer::Guest, None, None, None).await.unwrap();
    page.items.into_iter().filter_map(|room| room.name).collect()
}

async fn is_one_and_everybodys(rig: Rig) {
    assert!(rooms(&rig).await.is_empty(), "not before somebody asks");
    let (one, other) = tokio::join!(rig.chat.lobby(), rig.chat.lobby());
    assert_eq!(one.unwrap(), other.unwrap());
    let again = rig.again(options()).await;
    assert_eq!(again.lobby().await.unwrap(), rig.chat.lobby().await.unwrap());
    assert_eq!(rooms(&rig).await, ["Lobby"]);
    let lobby = rig.chat.lobby().await.unwrap();
    let room = rig.chat.conversation(&Viewer::Guest, lobby).await.unwrap();
    assert!(room.guests_read && room.kind == Kind::Room);
}

async fn leaves_a_room_of_its_name_alone(rig: Rig) {
    let ann = rig.person("ann").await;
    let body = CreateConversation {
        kind: Kind::Room,
        account_id: None,
        username: None,
        name: Some("LOBBY".to_owned()),
        members: Vec::new(),
        guests_read: false,
        client_id: None,
    };
    let (own, _) = rig.chat.create_conversation(&ann, body).await.unwrap();
    assert_ne!(rig.chat.lobby().await.unwrap(), own.id);
    let names = rooms(&rig).await;
    assert!(names.len() == 1 && names[0].starts_with("Lobby "), "{names:?}");
}

async fn is_come_into_by_writing(rig: Rig) {
    let (ann, bob) = (rig.person("ann").await, rig.person("bob").await);
    let first = say(&rig, &ann, "1", Some(" \t")).await.unwrap();
    let second = say(&rig, &bob, "2", None).await.unwrap();
    assert_eq!((first.seq, second.seq, say(&rig, &ann, "3", None).await.unwrap().seq), (1, 2, 3));
    let lobby = rig.chat.lobby().await.unwrap();
    assert_eq!(rig.chat.members(&ann, lobby, None, None).await.unwrap().items.len(), 2);
    for subject in ["a\0b", &"é".repeat(257)] {
        assert_eq!(code(say(&rig, &ann, "x", Some(subject)).await), Some(Code::Invalid));
    }
}

async fn what_was_deleted_is_in_no_page(rig: Rig) {
    let ann = rig.person("ann").await;
    for number in 0..4 {
        say(&rig, &ann, &number.to_string(), None).await.unwrap();
    }
    let lobby = rig.chat.lobby().await.unwrap();
    rig.chat.delete(&ann, lobby, 3).await.unwrap();
    let page =
        |limit| rig.chat.history_before_instant(&Viewer::Guest, lobby, Time(i64::MAX), limit);
    let seqs = page(3).await.unwrap().iter().map(|message| message.seq).collect::<Vec<_>>();
    assert_eq!(seqs, [4, 2, 1], "a page is as full as it can be");
}
