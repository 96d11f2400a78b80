//! From the moment a removal is acknowledged, nothing of the conversation reaches the one removed: not
//! live, not by resuming, not in the history.

use super::next_message;
use chinwag_testkit::{
    TestServer, both_engines,
    client::{Frame, Socket},
    soon, text_message,
    wire::*,
};
use futures_util::future::join_all;

/// Everything a connection hears before it hears that it is out, and what it hears after, up to a message
/// in another conversation.
async fn heard_of(
    socket: &mut Socket,
    removed_from: ConversationId,
    until: ConversationId,
) -> (Vec<Event>, Vec<Event>) {
    let (mut before, mut after, mut out) = (Vec::new(), Vec::new(), false);
    soon("the message in the other conversation", async {
        loop {
            let Some(Frame::Event(event)) = socket.next().await else { continue };
            if event.conversation_id == Some(until)
                && matches!(event.body, EventBody::MessageCreated(_))
            {
                break;
            }
            if matches!(event.body, EventBody::ConversationLeft(_)) {
                out = true;
            } else if event.conversation_id == Some(removed_from) {
                if out { &mut after } else { &mut before }.push(*event);
            }
        }
    })
    .await;
    assert!(out, "they are told that they are out");
    (before, after)
}

both_engines! {
    async fn nothing_reaches_somebody_who_was_removed(server: TestServer) {
        let [ada, bob] = server.users(["ada", "bob"]).await;
        let id = ada.group("tea", &[&bob]).await;
        let aside = ada.direct(&bob).await;
        for round in 0..10 {
            let (mut socket, _) = bob.socket().await;
            let positions = {
                let rev = bob.http.conversation(id).await.unwrap().last_rev;
                let epoch = bob.socket().await.1.epoch;
                Positions { epoch: Some(epoch), conversations: [(id, rev)].into() }
            };
            let last = ada.say(id, "for everyone").await;
            ada.http.remove_member(id, bob.id()).await.unwrap();
            let canary = ada.say(id, "the canary").await;
            ada.http.edit(id, last.seq, &EditMessage { content: Content::Text("changed".into()) }, None).await.unwrap();
            ada.say(aside, "done").await;

            let (before, after) = heard_of(&mut socket, id, aside).await;
            assert_eq!(after, [], "round {round}");
            let above = before.iter().filter(|event| matches!(&event.body, EventBody::MessageCreated(message) if message.seq >= canary.seq));
            assert_eq!(above.count(), 0);
            assert_eq!(bob.http.conversation(id).await.unwrap_err().code(), Some(Code::ConversationNotFound));
            assert_eq!(bob.http.changes(id, 0).await.unwrap_err().code(), Some(Code::ConversationNotFound));
            assert_eq!(bob.http.message(id, canary.seq).await.unwrap_err().code(), Some(Code::ConversationNotFound));
            let (_, ready) = bob.socket_from(Some(positions)).await;
            assert_eq!(ready.left, [id]);
            assert!(ready.changes.is_empty() && ready.conversations.iter().all(|head| head.conversation_id != id));

            // Added again, they see what comes, and nothing of what was between.
            ada.http.add_member(id, bob.id(), None).await.unwrap();
            let seen = bob.history(id).await;
            assert!(seen.iter().all(|message| message.seq > canary.seq), "{seen:?}");
            let again = ada.say(id, "welcome back").await;
            assert_eq!(next_message(&mut socket).await.seq, again.seq);
        }
    }

    /// Whatever race a change runs with the removal of its author: if it was made, it was made before.
    async fn nothing_of_somebody_who_was_removed_lands_after_it(server: TestServer) {
        let [ada, bob] = server.users(["ada", "bob"]).await;
        let id = ada.group("tea", &[&bob]).await;
        for round in 0..20 {
            let sent = bob.say(id, "mine").await;
            let rev = ada.http.conversation(id).await.unwrap().last_rev;
            let changed = EditMessage { content: Content::Text("changed".into()) };
            let sends = join_all((0..4).map(|n| {
                let body = text_message(None, &n.to_string());
                let bob = &bob;
                async move { bob.http.send(id, &body).await }
            }));
            let edits = join_all((0..4).map(|_| bob.http.edit(id, sent.seq, &changed, None)));
            let (removed, ..) = tokio::join!(ada.http.remove_member(id, bob.id()), edits, sends);
            removed.unwrap();
            let changes = ada.http.changes(id, rev).await.unwrap();
            let out = changes.events.iter().find(|event| matches!(event.body, EventBody::MemberLeft(_))).unwrap().rev;
            let last = ada.history(id).await.iter().filter(|message| message.sender_id == bob.id()).map(|message| message.rev).max();
            assert!(last < out, "round {round}: changed at {last:?}, out since {out:?}");
            ada.http.add_member(id, bob.id(), None).await.unwrap();
        }
    }
}
