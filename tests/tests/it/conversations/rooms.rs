//! Rooms: open by name, each name once, renamed by those who may.

use super::{make, refusal};
use crate::listening::hear;
use chinwag_testkit::{TestServer, both_engines, client::Http, wire::*};
use futures_util::future::join_all;

async fn named(http: &Http, name: &str) -> Vec<ConversationId> {
    http.rooms(Some(name), None).await.unwrap().items.iter().map(|room| room.id).collect()
}

fn rename(name: &str) -> UpdateConversation {
    UpdateConversation { name: Some(name.to_owned()), guests_read: None }
}

both_engines! {
    async fn a_room_is_found_by_its_name_however_spelt(server: TestServer) {
        let [ada, bob] = server.users(["ada", "bob"]).await;
        let (id, other) = (ada.room("Café", false).await, ada.room("Foyer", false).await);
        for spelling in ["Café", "CAFÉ", "cafe\u{301}", "ｃａｆé"] {
            assert_eq!(named(&bob.http, spelling).await, [id], "{spelling}");
            assert_eq!(refusal(bob.http.create_conversation(&make(Kind::Room, Some(spelling))).await), Code::RoomNameTaken);
        }
        assert_eq!(named(&bob.http, "Caf").await, []);
        assert_eq!(bob.http.rooms(None, None).await.unwrap().items.len(), 2);
        assert_eq!(refusal(ada.http.update_conversation(other, &rename("CAFÉ")).await), Code::RoomNameTaken);
        assert_eq!(ada.http.conversation(other).await.unwrap().name.as_deref(), Some("Foyer"));
    }

    async fn a_race_for_a_name_has_one_winner(server: TestServer) {
        let [ada, bob] = server.users(["ada", "bob"]).await;
        for round in 0..5 {
            let bodies = ["Lobby", "LOBBY"].map(|name| make(Kind::Room, Some(&format!("{name} {round}"))));
            let making = (0..10).flat_map(|_| [ada.http.create_conversation(&bodies[0]), bob.http.create_conversation(&bodies[1])]);
            let made = join_all(making).await;
            assert_eq!(made.iter().filter(|made| made.is_ok()).count(), 1);
            assert!(made.into_iter().filter(Result::is_err).all(|lost| refusal(lost) == Code::RoomNameTaken));
        }
    }

    async fn a_new_name_is_heard_and_frees_the_old(server: TestServer) {
        let [ada, bob] = server.users(["ada", "bob"]).await;
        let id = ada.room("Lobby", false).await;
        bob.http.join(id).await.unwrap();
        let (mut socket, _) = bob.socket().await;
        let renamed = ada.http.update_conversation(id, &rename("Foyer")).await.unwrap();
        assert_eq!(renamed.name.as_deref(), Some("Foyer"));
        let (rev, changed) = hear(&mut socket, "conversation_changed", |event| match &event.body {
            EventBody::ConversationChanged(changed) => Some((event.rev, changed.clone())),
            _ => None,
        }).await;
        assert_eq!((rev, changed), (Some(renamed.last_rev), ConversationChanged { name: Some("Foyer".into()), guests_read: false }));
        assert_eq!((named(&bob.http, "lobby").await, named(&bob.http, "foyer").await), (vec![], vec![id]));
        let again = bob.room("Lobby", false).await;
        assert_eq!(named(&ada.http, "lobby").await, [again]);
        let unchanged = ada.http.update_conversation(id, &rename("Foyer")).await.unwrap();
        assert_eq!(unchanged.last_rev, renamed.last_rev, "the same name is no change");
    }

    async fn whoever_joins_reads_everything(server: TestServer) {
        let [ada, bob] = server.users(["ada", "bob"]).await;
        let id = ada.room("Lobby", false).await;
        ada.say(id, "before").await;
        assert_eq!(bob.http.conversation(id).await.unwrap().last_message, None, "not before joining");
        assert!(bob.http.rooms(None, None).await.unwrap().items.iter().all(|room| room.last_message.is_none()));
        let joined = join_all((0..5).map(|_| bob.http.join(id))).await;
        assert!(joined.iter().all(|joined| joined.as_ref().unwrap().member_count == 2));
        assert_eq!(joined[0].as_ref().unwrap().me.unwrap().role, Role::Member);
        assert_eq!(bob.history(id).await.len(), 1);
        bob.http.leave(id).await.unwrap();
        assert_eq!(refusal(bob.http.message(id, 1).await), Code::Forbidden);
        assert_eq!(bob.http.conversation(id).await.unwrap().member_count, 1, "that there is a room is no secret");
    }

    async fn names_are_needed_and_bounded(server: TestServer) {
        let ada = server.user("ada").await;
        for name in [None, Some(""), Some("two\nlines"), Some(&*"x".repeat(129))] {
            assert_eq!(refusal(ada.http.create_conversation(&make(Kind::Room, name)).await), Code::Invalid, "{name:?}");
        }
        let id = ada.room(&"x".repeat(128), false).await;
        assert_eq!(refusal(ada.http.update_conversation(id, &rename("")).await), Code::Invalid);
        let group = ada.group("tea", &[]).await;
        let open = UpdateConversation { name: None, guests_read: Some(true) };
        assert_eq!(refusal(ada.http.update_conversation(group, &open).await), Code::Invalid);
    }
}
