//! Between two with a block nothing can be written or opened, by either; all else goes on.

use super::{direct_with, refusal};
use crate::listening::heard_until;
use chinwag_testkit::{TestServer, User, both_engines, text_message, wire::*};
use serde_json::{Value, json};

/// What each way to write in a direct conversation is refused with.
async fn writing(user: &User, id: ConversationId, own: i64) -> [Problem; 6] {
    let (socket, _) = user.socket().await;
    let content = Content::Text("hello".into());
    let command = async |name: &str, with: Value| {
        let mut with = with;
        with["conversation_id"] = json!(id);
        refusal(socket.command::<_, Value>(name, &with).await)
    };
    [
        refusal(user.http.send(id, &text_message(None, "hello")).await),
        refusal(user.http.edit(id, own, &EditMessage { content }, None).await),
        refusal(user.http.typing(id, true).await),
        command("send", json!({ "client_id": "x", "content": { "text": "hello" } })).await,
        command("edit", json!({ "seq": own, "content": { "text": "hello" } })).await,
        command("typing", json!({ "typing": true })).await,
    ]
}

/// What each way to bring somebody in is refused with.
async fn bringing_in(
    user: &User,
    other: &User,
    own_group: ConversationId,
    own_room: ConversationId,
) -> [Problem; 3] {
    let group = CreateConversation {
        kind: Kind::Group,
        account_id: None,
        name: Some("both".into()),
        members: vec![other.id()],
        ..direct_with(other)
    };
    [
        refusal(user.http.create_conversation(&group).await),
        refusal(user.http.add_member(own_group, other.id(), None).await),
        refusal(user.http.add_member(own_room, other.id(), None).await),
    ]
}

both_engines! {
    async fn a_direct_conversation_is_closed_to_both_alike(server: TestServer) {
        let [ada, bob] = server.users(["ada", "bob"]).await;
        let id = ada.direct(&bob).await;
        let (of_ada, of_bob) = (ada.say(id, "from ada").await.seq, bob.say(id, "from bob").await.seq);
        let before = bob.http.conversation(id).await.unwrap();
        ada.http.block(bob.id()).await.unwrap();
        let (blocker, blocked) = (writing(&ada, id, of_ada).await, writing(&bob, id, of_bob).await);
        assert!(blocker.iter().all(|problem| problem.code == Code::SendingNotAllowed), "{blocker:?}");
        assert_eq!(blocked, blocker, "neither can tell from an answer who it was");

        // Reading, and what is one's own, goes on.
        assert_eq!(bob.http.conversation(id).await.unwrap(), before);
        assert_eq!(bob.history(id).await.len(), 2);
        assert_eq!(bob.direct(&ada).await, id);
        assert_eq!(bob.http.mark(id, &Mark { delivered: None, read: Some(2) }).await.unwrap().read, 2);
        assert!(bob.http.delete(id, of_bob).await.unwrap().content.is_none());

        server.restart().await;
        assert_eq!(writing(&bob, id, of_bob).await[0].code, Code::SendingNotAllowed);
        ada.http.unblock(bob.id()).await.unwrap();
        bob.say(id, "again").await;
        ada.say(id, "so it is").await;
    }

    async fn it_takes_both_to_lift_two_blocks(server: TestServer) {
        let [ada, bob] = server.users(["ada", "bob"]).await;
        let id = ada.direct(&bob).await;
        ada.http.block(bob.id()).await.unwrap();
        bob.http.block(ada.id()).await.unwrap();
        ada.http.unblock(bob.id()).await.unwrap();
        for user in [&ada, &bob] {
            assert_eq!(refusal(user.http.send(id, &text_message(None, "hello")).await).code, Code::SendingNotAllowed);
        }
        bob.http.unblock(ada.id()).await.unwrap();
        for user in [&ada, &bob] {
            user.say(id, "hello").await;
        }
    }

    async fn neither_opens_anything_with_the_other(server: TestServer) {
        let [ada, bob] = server.users(["ada", "bob"]).await;
        let (adas, bobs) = (ada.group("ada's", &[]).await, bob.group("bob's", &[]).await);
        let (adas_room, bobs_room) = (ada.room("ada's", false).await, bob.room("bob's", false).await);
        ada.http.block(bob.id()).await.unwrap();
        let blocker = bringing_in(&ada, &bob, adas, adas_room).await;
        assert!(blocker.iter().all(|problem| problem.code == Code::OpeningNotAllowed), "{blocker:?}");
        assert_eq!(bringing_in(&bob, &ada, bobs, bobs_room).await, blocker);
        let opening = [(&ada, &bob), (&bob, &ada)].map(async |(user, other): (&User, &User)| refusal(user.http.create_conversation(&direct_with(other)).await));
        let [blocker, blocked] = opening;
        let (blocker, blocked) = (blocker.await, blocked.await);
        assert_eq!((blocker.code, &blocked), (Code::OpeningNotAllowed, &blocker));
        assert!(bob.http.conversations(None, None).await.unwrap().items.iter().all(|item| item.kind != Kind::Direct));

        ada.http.unblock(bob.id()).await.unwrap();
        ada.say(bob.direct(&ada).await, "hello").await;
        ada.http.add_member(adas, bob.id(), None).await.unwrap();
    }

    async fn in_a_group_both_are_heard(server: TestServer) {
        let [ada, bob, cleo] = server.users(["ada", "bob", "cleo"]).await;
        let id = cleo.group("tea", &[&ada]).await;
        ada.http.block(bob.id()).await.unwrap();
        cleo.http.add_member(id, bob.id(), None).await.unwrap();
        let ((mut adas, _), (mut bobs, _)) = (ada.socket().await, bob.socket().await);
        ada.say(id, "from ada").await;
        bob.say(id, "from bob").await;
        heard_until(&mut adas, "from bob").await;
        heard_until(&mut bobs, "from ada").await;
        assert_eq!((ada.history(id).await.len(), bob.history(id).await.len()), (2, 2));
    }
}
