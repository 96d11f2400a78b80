//! Guests read where they may, change nothing, and lose it the moment the room closes.

use super::refusal;
use crate::listening::{hear, heard_until};
use chinwag_testkit::{
    TestServer, both_engines,
    client::{EventSource, Socket},
    soon, text_message,
    wire::{frame::*, *},
};

fn guests_read(guests_read: bool) -> UpdateConversation {
    UpdateConversation { name: None, guests_read: Some(guests_read) }
}

async fn guest(server: &TestServer) -> Socket {
    Socket::connect(&server.url(), &Hello::default()).await.unwrap().0
}

both_engines! {
    async fn a_guest_reads_an_open_room_and_changes_nothing(server: TestServer) {
        let [ada, bob] = server.users(["ada", "bob"]).await;
        let (id, closed) = (ada.room("open", true).await, ada.room("closed", false).await);
        ada.say(id, "welcome").await;
        ada.say(closed, "members").await;
        let http = server.http();
        let rooms = http.rooms(None, None).await.unwrap().items;
        let [room] = &rooms[..] else { panic!("{rooms:?}") };
        assert_eq!((room.id, room.me, room.last_message.as_ref().unwrap().seq), (id, None, 1));
        assert_eq!(http.conversation(id).await.unwrap(), *room);
        assert_eq!(http.whole_history(id).await.unwrap(), ada.history(id).await);
        assert_eq!(http.changes(id, 0).await.unwrap().rev, room.last_rev);

        assert_eq!(refusal(http.send(id, &text_message(None, "hi")).await), Code::Unauthenticated);
        assert_eq!(refusal(http.join(id).await), Code::Unauthenticated);
        assert_eq!(refusal(http.members(id, None, None).await), Code::Unauthenticated);
        assert_eq!(refusal(http.typing(id, true).await), Code::Unauthenticated);
        let socket = guest(&server).await;
        let (client_id, content) = ("x".into(), Content::Text("hi".into()));
        let send = Send { conversation_id: id, client_id, content, subject: None, reply_to: None, attachments: Vec::new() };
        assert_eq!(refusal(socket.command::<_, Sent>("send", &send).await), Code::Unauthenticated);
        // Somebody signed in reads it too, without being a member.
        assert_eq!(bob.history(id).await.len(), 1);
        assert_eq!(refusal(bob.http.send(id, &text_message(None, "hi")).await), Code::Forbidden);
    }

    async fn a_guest_learns_who_wrote_and_how_many_are_there(server: TestServer) {
        let [ada, bob, cleo] = server.users(["ada", "bob", "cleo"]).await;
        let (id, closed) = (ada.room("open", true).await, ada.room("closed", false).await);
        bob.http.join(id).await.unwrap();
        ada.say(id, "welcome").await;
        ada.say(closed, "members").await;
        let guest_http = server.http();
        let asked = [ada.id(), bob.id(), cleo.id()];
        let authors = guest_http.authors(id, &asked).await.unwrap();
        let names: Vec<_> = authors.iter().map(|account| account.display_name.as_str()).collect();
        assert_eq!(names, ["ada"], "who wrote nothing here is nobody's to look up");
        assert_eq!(refusal(guest_http.authors(closed, &asked).await), Code::ConversationNotFound);
        assert_eq!(refusal(bob.http.authors(closed, &asked).await), Code::Forbidden);
        assert_eq!(refusal(guest_http.authors(id, &[ada.id(); 101]).await), Code::Invalid);
        assert_eq!(refusal(guest_http.account(ada.id()).await), Code::Unauthenticated);

        let socket = guest(&server).await;
        let in_room = InConversation { conversation_id: id };
        let _: Conversation = socket.command("watch", &in_room).await.unwrap();
        let (first, _) = ada.socket().await;
        let (second, _) = ada.socket().await;
        let audience: Audience = socket.command("audience", &in_room).await.unwrap();
        assert_eq!(audience, Audience { accounts: 1, guests: 1 }, "accounts are counted, not connections");
        assert_eq!(guest_http.audience(id).await.unwrap(), audience);
        assert_eq!(refusal(guest_http.audience(closed).await), Code::ConversationNotFound);
        let with = Authors { conversation_id: id, account_ids: asked.to_vec() };
        let page: Page<Account> = socket.command("authors", &with).await.unwrap();
        assert_eq!(page.items, authors);
        drop((first, second));
    }

    async fn a_guest_hears_what_they_watch(server: TestServer) {
        let ada = server.user("ada").await;
        let id = ada.room("open", true).await;
        let mut socket = guest(&server).await;
        let in_room = InConversation { conversation_id: id };
        let watched: Conversation = socket.command("watch", &in_room).await.unwrap();
        assert_eq!(watched.id, id);
        let sent = ada.say(id, "welcome").await;
        let heard = hear(&mut socket, "the message", |event| match &event.body {
            EventBody::MessageCreated(message) => Some(message.seq),
            _ => None,
        });
        assert_eq!(heard.await, sent.seq);
        let page: MessagePage = socket.command("history", &History { conversation_id: id, before: None, after: None, around: None, at: None, limit: None }).await.unwrap();
        assert_eq!(page.messages.len(), 1);
    }

    async fn when_a_room_closes_guests_hear_and_read_no_more(server: TestServer) {
        let [ada, bob] = server.users(["ada", "bob"]).await;
        let (id, aside) = (ada.room("open", true).await, ada.room("aside", true).await);
        let mut socket = guest(&server).await;
        let (mut signed_in, _) = bob.socket().await;
        for conversation_id in [id, aside] {
            for socket in [&socket, &signed_in] {
                socket.command::<_, Conversation>("watch", &InConversation { conversation_id }).await.unwrap();
            }
        }
        let mut stream = EventSource::new(server.http(), Some(&[id, aside]));
        stream.connect().await.unwrap();
        for round in 0..5 {
            ada.say(id, "for everybody").await;
            ada.http.update_conversation(id, &guests_read(false)).await.unwrap();
            let canary = ada.say(id, &format!("the canary {round}")).await;
            let done = format!("done {round}");
            ada.say(aside, &done).await;
            for socket in [&mut socket, &mut signed_in] {
                let heard = heard_until(socket, &done).await;
                assert!(heard.iter().all(|event| !matches!(&event.body, EventBody::MessageCreated(message) if message.conversation_id == id && message.seq >= canary.seq)));
                assert!(heard.iter().all(|event| !matches!(event.body, EventBody::ConversationChanged(ConversationChanged { guests_read: false, .. }))));
                let refused = socket.command::<_, Changes>("sync", &Sync { conversation_id: id, rev: 0 }).await;
                assert!(matches!(refusal(refused), Code::ConversationNotFound | Code::Forbidden));
            }
            assert_eq!(refusal(server.http().conversation(id).await), Code::ConversationNotFound);
            assert_eq!(refusal(server.http().message(id, canary.seq).await), Code::ConversationNotFound);
            assert_eq!(refusal(bob.http.message(id, canary.seq).await), Code::Forbidden);

            // Open again, one watches anew.
            ada.http.update_conversation(id, &guests_read(true)).await.unwrap();
            for socket in [&mut socket, &mut signed_in] {
                socket.command::<_, Conversation>("watch", &InConversation { conversation_id: id }).await.unwrap();
            }
        }
        let until_done = async {
            loop {
                let event = stream.next().await.unwrap().event;
                if let EventBody::MessageCreated(message) = event.body {
                    assert_ne!(message.content, Some(Content::Text("the canary 0".into())));
                    if message.content == Some(Content::Text("done 0".into())) {
                        break;
                    }
                }
            }
        };
        soon("the message in the other room", until_done).await;
    }
}
