//! Files attached to messages: in history, events and sync alike, exactly once, and gone with their message.

use super::{everywhere, jpeg, refused, send_file, with_files};
use chinwag_testkit::{client::Frame, eventually, soon, text_message, wire::*};
use std::time::Duration;

everywhere! {
    async fn a_file_is_everywhere_its_message_is(server) {
        let [ada, bob] = server.users(["ada", "bob"]).await;
        let pair = ada.direct(&bob).await;
        let (mut socket, _) = bob.socket().await;
        let picture = ada.http.upload("cat.jpg", jpeg(640, 480)).await.unwrap();
        let notes = ada.http.upload("notes.txt", "tea, milk").await.unwrap();
        assert_eq!((picture.width, picture.height, picture.previews.as_slice()), (Some(640), Some(480), &[320, 1280][..]));
        assert_eq!((notes.media_type.as_str(), notes.size, notes.width), ("text/plain", 9, None));

        let attached = vec![picture.clone(), notes.clone()];
        let body = with_files("one", &[picture.id, notes.id]);
        let sent = ada.http.send(pair, &body).await.unwrap();
        assert_eq!(ada.http.send(pair, &body).await.unwrap(), sent, "sending again is sending once");

        let live = loop {
            let frame = soon("the message is heard", socket.next()).await.unwrap();
            if let Frame::Event(event) = frame
                && let EventBody::MessageCreated(message) = event.body
            {
                break message;
            }
        };
        assert_eq!(live.attachments, attached);
        assert_eq!(bob.history(pair).await, std::slice::from_ref(&live));
        let changes = bob.http.changes(pair, 0).await.unwrap();
        assert!(changes.events.iter().any(|event| event.body == EventBody::MessageCreated(live.clone())));
        let listed = bob.http.conversation(pair).await.unwrap();
        assert_eq!(listed.last_message.unwrap().attachments, attached);
        assert_eq!(bob.http.download(notes.id).await.unwrap(), "tea, milk");
        assert_eq!(bob.http.download(picture.id).await.unwrap(), jpeg(640, 480));
        let own = ada.http.files(None).await.unwrap().items;
        assert_eq!(own.iter().map(|own| own.file.id).collect::<Vec<_>>(), [notes.id, picture.id]);
        assert!(own.iter().all(|own| (own.conversation_id, own.seq) == (Some(pair), Some(1))));
        assert_eq!(bob.http.files(None).await.unwrap().items, []);
    }

    async fn only_one_s_own_free_files_can_be_attached_and_once(server) {
        let [ada, bob] = server.users(["ada", "bob"]).await;
        let pair = ada.direct(&bob).await;
        let file = ada.http.upload("a.txt", "a").await.unwrap();
        let other = ada.http.upload("b.txt", "b").await.unwrap();
        let send = async |user: &chinwag_testkit::User, id: &str, files: &[FileId]| {
            user.http.send(pair, &with_files(id, files)).await
        };
        assert_eq!(refused(send(&bob, "theirs", &[file.id]).await), Code::FileNotFound);
        assert_eq!(refused(send(&ada, "twice", &[file.id, file.id]).await), Code::Invalid);
        assert_eq!(refused(send(&ada, "many", &[file.id; 11]).await), Code::Invalid);
        assert_eq!(refused(send(&ada, "none", &[]).await), Code::Invalid, "empty without attachments");
        let unknown = FileId(uuid::Uuid::from_u128(7));
        assert_eq!(refused(send(&ada, "some", &[file.id, unknown]).await), Code::FileNotFound);

        send(&ada, "first", &[file.id]).await.unwrap();
        assert_eq!(refused(send(&ada, "second", &[other.id, file.id]).await), Code::FileAttached);
        assert_eq!(refused(send(&ada, "first", &[other.id]).await), Code::ClientIdReused);
        assert_eq!(refused(send(&ada, "first", &[file.id, other.id]).await), Code::ClientIdReused);
        assert_eq!(refused(ada.http.send(pair, &text_message(Some("first"), "x")).await), Code::ClientIdReused);
        assert_eq!(ada.history(pair).await.len(), 1, "what was refused left nothing");
        send(&ada, "third", &[other.id]).await.unwrap();
        assert_eq!(refused(ada.http.remove_file(file.id).await), Code::FileAttached);
    }

    async fn editing_keeps_the_files_and_deleting_takes_them(server) {
        let [ada, bob] = server.users(["ada", "bob"]).await;
        let pair = ada.direct(&bob).await;
        let (kept, _) = send_file(&ada, pair, "kept").await;
        let picture = ada.http.upload("cat.jpg", jpeg(50, 50)).await.unwrap();
        let body = with_files("picture", &[picture.id]);
        let sent = ada.http.send(pair, &body).await.unwrap();
        assert_eq!(server.blobs().len(), 4, "two files and two previews");
        let edit = EditMessage { content: Content::Text("a cat".into()) };
        let edited = ada.http.edit(pair, sent.seq, &edit, None).await.unwrap();
        assert_eq!(edited.attachments, std::slice::from_ref(&picture));
        assert_eq!(ada.http.send(pair, &body).await.unwrap(), sent, "known also after it was edited");

        let tombstone = ada.http.delete(pair, sent.seq).await.unwrap();
        assert_eq!((tombstone.attachments, tombstone.content), (vec![], None));
        assert_eq!(refused(bob.http.download(picture.id).await), Code::FileNotFound);
        assert_eq!(refused(ada.http.download(picture.id).await), Code::FileNotFound);
        eventually("its bytes are gone", async || server.blobs().len() == 1).await;
        assert_eq!(bob.http.download(kept.id).await.unwrap(), "kept");
        assert_eq!(ada.http.files(None).await.unwrap().items.len(), 1);
        assert_eq!(ada.http.send(pair, &body).await.unwrap(), sent, "known also after it was deleted");
        assert_eq!(refused(ada.http.send(pair, &with_files("picture", &[kept.id])).await), Code::ClientIdReused);
    }

    /// Over the socket, mixed with plain messages sent at once, the order of one sender stays.
    async fn the_socket_sends_files_in_order_too(server) {
        let [ada, bob] = server.users(["ada", "bob"]).await;
        let pair = ada.direct(&bob).await;
        let file = ada.http.upload("a.txt", "a").await.unwrap();
        let (client, _events) = ada.client();
        let send = |n: usize| frame::Send {
            conversation_id: pair,
            client_id: n.to_string(),
            content: Content::Text(n.to_string()),
            subject: None,
            reply_to: None,
            attachments: if n == 7 { vec![file.id] } else { Vec::new() },
        };
        let sent = futures_util::future::join_all((0..20).map(|n| client.send_message(send(n)))).await;
        assert!(sent.iter().all(Result::is_ok), "{sent:?}");
        let history = bob.history(pair).await;
        let said: Vec<&str> = history.iter().map(|message| message.client_id.as_str()).collect();
        assert_eq!(said, (0..20).map(|n| n.to_string()).collect::<Vec<_>>());
        assert_eq!(history.iter().filter(|message| !message.attachments.is_empty()).count(), 1);
    }

    /// Files outlive a restart; those on their way in when it happens leave nothing.
    async fn a_restart_keeps_what_was_answered(server) {
        let [ada, bob] = server.users(["ada", "bob"]).await;
        let pair = ada.direct(&bob).await;
        let (file, _) = send_file(&ada, pair, "kept").await;
        server.restart().await;
        assert_eq!(bob.http.download(file.id).await.unwrap(), "kept");
        server.clock.advance(Duration::from_secs(3 * 24 * 60 * 60));
        server.restart().await;
        let bob = bob.another_device().await;
        assert_eq!(bob.http.download(file.id).await.unwrap(), "kept", "what is attached is not swept");
    }
}
