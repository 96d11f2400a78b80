//! How many have a room open: accounts once each, however many connections, and guests apart.

use crate::listening::hear;
use chinwag_testkit::{
    TestServer, both_engines,
    client::Socket,
    wire::{frame::*, *},
};

/// Waits until the room is told to have this audience.
async fn is_told(socket: &mut Socket, room: ConversationId, accounts: u64, guests: u64) {
    let what = format!("an audience of {accounts} and {guests}");
    hear(socket, &what, |event| match event.body {
        EventBody::AudienceChanged(audience) if event.conversation_id == Some(room) => {
            (audience == Audience { accounts, guests }).then_some(())
        }
        _ => None,
    })
    .await;
}

async fn watching(socket: &Socket, conversation_id: ConversationId) {
    let room = InConversation { conversation_id };
    socket.command::<_, Conversation>("watch", &room).await.unwrap();
}

both_engines! {
    async fn a_room_is_told_who_has_it_open(server: TestServer) {
        let [ada, bob, cleo] = server.users(["ada", "bob", "cleo"]).await;
        let id = ada.room("lobby", true).await;
        bob.http.join(id).await.unwrap();
        let guest = async || Socket::connect(&server.url(), &Hello::default()).await.unwrap().0;
        let ((mut adas, _), (_second, _)) = (ada.socket().await, ada.socket().await);
        let (bobs, _) = bob.socket().await;
        let (mut guests, other_guest) = (guest().await, guest().await);
        watching(&guests, id).await;
        watching(&other_guest, id).await;
        is_told(&mut adas, id, 2, 2).await;

        // Somebody signed in who only watches is an account, not a guest.
        let (cleos, _) = cleo.socket().await;
        watching(&cleos, id).await;
        is_told(&mut guests, id, 3, 2).await;
        other_guest.close().await;
        is_told(&mut adas, id, 3, 1).await;
        cleos.command::<_, serde_json::Value>("unwatch", &InConversation { conversation_id: id }).await.unwrap();
        is_told(&mut adas, id, 2, 1).await;
        bobs.close().await;
        is_told(&mut guests, id, 1, 1).await;
        bob.http.leave(id).await.unwrap();
        let closed = UpdateConversation { name: None, guests_read: Some(false) };
        ada.http.update_conversation(id, &closed).await.unwrap();
        is_told(&mut adas, id, 1, 0).await;
    }

    async fn groups_have_no_audience(server: TestServer) {
        let [ada, bob] = server.users(["ada", "bob"]).await;
        let (group, room) = (ada.group("tea", &[&bob]).await, ada.room("lobby", false).await);
        bob.http.join(room).await.unwrap();
        let (mut adas, _) = ada.socket().await;
        let (_bobs, _) = bob.socket().await;
        let mut of_group = 0;
        hear(&mut adas, "the audience of the room", |event| match event.body {
            EventBody::AudienceChanged(Audience { accounts: 2, .. }) if event.conversation_id == Some(room) => Some(()),
            EventBody::AudienceChanged(_) if event.conversation_id == Some(group) => {
                of_group += 1;
                None
            }
            _ => None,
        })
        .await;
        assert_eq!(of_group, 0);
    }
}
