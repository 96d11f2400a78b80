//! Watermarks only move forward, never past the newest message, and unread counts follow them.

use chinwag_testkit::{TestServer, User, both_engines, wire::*};
use futures_util::future::join_all;

fn read(seq: i64) -> Mark {
    Mark { delivered: None, read: Some(seq) }
}

async fn unread(user: &User, id: ConversationId) -> i64 {
    user.http.conversation(id).await.unwrap().me.unwrap().unread
}

both_engines! {
    async fn watermarks_move_forward_only(server: TestServer) {
        let [ada, bob] = server.users(["ada", "bob"]).await;
        let id = ada.direct(&bob).await;
        for n in 0..10 {
            ada.say(id, &n.to_string()).await;
        }
        assert_eq!((unread(&ada, id).await, unread(&bob, id).await), (0, 10), "one's own messages are read");
        let moved = bob.http.mark(id, &Mark { delivered: Some(7), read: None }).await.unwrap();
        assert_eq!((moved.delivered, moved.read), (7, 0));
        let moved = bob.http.mark(id, &read(4)).await.unwrap();
        assert_eq!((moved.account_id, moved.delivered, moved.read), (bob.id(), 7, 4));
        let back = bob.http.mark(id, &Mark { delivered: Some(1), read: Some(2) }).await.unwrap();
        assert_eq!((back.delivered, back.read), (7, 4), "never back");
        let past = bob.http.mark(id, &read(1_000)).await.unwrap();
        assert_eq!((past.delivered, past.read), (10, 10), "never past the newest, and what is read was delivered");
        assert_eq!(unread(&bob, id).await, 0);
        ada.say(id, "one more").await;
        assert_eq!(unread(&bob, id).await, 1);
    }

    async fn racing_marks_end_at_the_highest(server: TestServer) {
        let [ada, bob] = server.users(["ada", "bob"]).await;
        let id = ada.direct(&bob).await;
        for n in 0..30 {
            ada.say(id, &n.to_string()).await;
        }
        let marks: Vec<_> = (1..=30).map(read).collect();
        let answers = join_all(marks.iter().map(|mark| bob.http.mark(id, mark))).await;
        for (answer, seq) in answers.into_iter().zip(1..) {
            assert!(answer.unwrap().read >= seq, "at least what was asked for");
        }
        let members = ada.http.members(id, None, None).await.unwrap().items;
        let bobs = members.iter().find(|member| member.account.id == bob.id()).unwrap();
        assert_eq!((bobs.delivered, bobs.read), (30, 30));
    }

    async fn a_mark_without_sense_is_refused(server: TestServer) {
        let [ada, bob] = server.users(["ada", "bob"]).await;
        let eve = server.user("eve").await;
        let id = ada.direct(&bob).await;
        let code = async |user: &User, mark: Mark| user.http.mark(id, &mark).await.unwrap_err().code();
        assert_eq!(code(&bob, Mark::default()).await, Some(Code::Invalid));
        assert_eq!(code(&bob, read(-1)).await, Some(Code::Invalid));
        assert_eq!(code(&eve, read(1)).await, Some(Code::ConversationNotFound));
    }
}
