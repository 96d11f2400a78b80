//! Every device hears the same order: that of the log.

use super::next_message;
use chinwag_testkit::{TestServer, both_engines};
use futures_util::future::join_all;

both_engines! {
    async fn all_devices_hear_one_order(server: TestServer) {
        const EACH: i64 = 20;
        let users = server.users(["ada", "bob", "cleo"]).await;
        let [ada, bob, cleo] = &users;
        let id = ada.group("tea", &[bob, cleo]).await;
        let phone = bob.another_device().await;
        let mut sockets = Vec::new();
        for device in [ada, bob, &phone, cleo] {
            sockets.push(device.socket().await.0);
        }
        let senders = users.iter().map(async |user| {
            for n in 0..EACH {
                user.say(id, &n.to_string()).await;
            }
        });
        join_all(senders).await;

        let history = ada.history(id).await;
        assert_eq!(history.len() as i64, EACH * 3);
        for socket in &mut sockets {
            for stored in &history {
                assert_eq!(&next_message(socket).await, stored);
            }
        }
    }

    async fn a_new_conversation_is_heard_at_once(server: TestServer) {
        let [ada, bob] = server.users(["ada", "bob"]).await;
        let (mut socket, _) = bob.socket().await;
        let id = ada.direct(&bob).await;
        ada.say(id, "first words").await;
        let message = next_message(&mut socket).await;
        assert_eq!((message.conversation_id, message.seq), (id, 1));
    }

    async fn the_reply_says_where_everything_stands(server: TestServer) {
        let [ada, bob] = server.users(["ada", "bob"]).await;
        let id = ada.direct(&bob).await;
        ada.say(id, "one").await;
        ada.say(id, "two").await;
        let (_socket, ready) = bob.socket().await;
        assert_eq!(ready.account.unwrap().id, bob.id());
        let [head] = ready.conversations[..] else { panic!("one conversation") };
        let conversation = bob.http.conversation(id).await.unwrap();
        assert_eq!((head.conversation_id, head.seq, head.rev, head.read), (id, 2, conversation.last_rev, 0));
        assert!(ready.changes.is_empty() && ready.left.is_empty());
    }
}
