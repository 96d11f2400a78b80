//! Editing and deleting: everybody sees the newest state, and nothing of what was taken back.

use chinwag_testkit::{TestServer, both_engines, client::Frame, soon, wire::*};

fn text(text: &str) -> EditMessage {
    EditMessage { content: Content::Text(text.into()) }
}

both_engines! {
    async fn an_edit_is_the_new_state_for_everyone(server: TestServer) {
        let [ada, bob] = server.users(["ada", "bob"]).await;
        let id = ada.direct(&bob).await;
        let sent = ada.say(id, "teh").await;
        let before = bob.http.message(id, sent.seq).await.unwrap();
        let edited = ada.http.edit(id, sent.seq, &text("the"), Some(before.rev)).await.unwrap();
        assert!(edited.rev > before.rev && edited.edited_at.is_some());
        assert_eq!((edited.seq, edited.sent_at), (sent.seq, sent.sent_at));
        assert_eq!(bob.history(id).await, std::slice::from_ref(&edited));

        let late = ada.http.edit(id, sent.seq, &text("them"), Some(before.rev)).await.unwrap_err();
        assert_eq!(late.code(), Some(Code::PreconditionFailed));
        let foreign = bob.http.edit(id, sent.seq, &text("mine"), None).await.unwrap_err();
        assert_eq!(foreign.code(), Some(Code::Forbidden));
        let absent = ada.http.edit(id, 99, &text("x"), None).await.unwrap_err();
        assert_eq!(absent.code(), Some(Code::MessageNotFound));
        assert_eq!(bob.history(id).await, [edited]);
    }

    async fn a_deleted_message_leaves_a_tombstone_without_content(server: TestServer) {
        let [ada, bob] = server.users(["ada", "bob"]).await;
        let id = ada.direct(&bob).await;
        let (mut socket, _) = bob.socket().await;
        let sent = ada.say(id, "the canary sings").await;
        ada.say(id, "and after").await;
        let tombstone = ada.http.delete(id, sent.seq).await.unwrap();
        assert_eq!((tombstone.seq, tombstone.content.clone(), tombstone.subject.clone()), (sent.seq, None, None));
        assert!(tombstone.deleted_at.is_some());
        assert_eq!(ada.http.delete(id, sent.seq).await.unwrap(), tombstone, "again changes nothing");

        assert_eq!(bob.history(id).await[0], tombstone);
        let changes = bob.http.changes(id, 0).await.unwrap();
        assert!(!serde_json::to_string(&changes).unwrap().contains("canary"));
        let deleted = soon("the deletion", async {
            loop {
                if let Frame::Event(event) = socket.next().await.unwrap()
                    && let EventBody::MessageDeleted(message) = event.body
                {
                    break message;
                }
            }
        });
        assert_eq!(deleted.await, tombstone);
        let edited = ada.http.edit(id, sent.seq, &text("back"), None).await.unwrap_err();
        assert_eq!(edited.code(), Some(Code::MessageDeleted));
    }

    async fn only_its_author_or_an_admin_deletes(server: TestServer) {
        let [ada, bob, cleo] = server.users(["ada", "bob", "cleo"]).await;
        let id = ada.group("tea", &[&bob, &cleo]).await;
        let sent = bob.say(id, "mine").await;
        assert_eq!(cleo.http.delete(id, sent.seq).await.unwrap_err().code(), Some(Code::Forbidden));
        assert!(ada.http.delete(id, sent.seq).await.unwrap().deleted_at.is_some(), "she owns the group");
    }
}
