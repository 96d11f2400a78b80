//! Server-sent events: what a script with one open request hears, and where it goes on after a cut.

use chinwag_testkit::{
    FaultProxy, TestServer, both_engines,
    client::{EventSource, Heard},
    soon,
    wire::*,
};

/// The next message that was stored, and the id to go on from.
async fn next_message(source: &mut EventSource) -> (Message, Option<String>) {
    soon("the next message", async {
        loop {
            let Heard { id, event } = source.next().await.unwrap();
            if let EventBody::MessageCreated(message) = event.body {
                break (message, id);
            }
        }
    })
    .await
}

both_engines! {
    async fn a_listener_goes_on_where_it_was(server: TestServer) {
        let [ada, bob] = server.users(["ada", "bob"]).await;
        let id = ada.direct(&bob).await;
        let mut source = EventSource::new(bob.http.clone(), None);
        source.connect().await.unwrap();
        ada.say(id, "one").await;
        ada.say(id, "two").await;
        assert_eq!(next_message(&mut source).await.0.seq, 1);
        let (second, last_id) = next_message(&mut source).await;
        assert_eq!(second.content, Some(Content::Text("two".into())));
        drop(source);
        for n in 3..=250 {
            ada.say(id, &n.to_string()).await;
        }
        let mut source = EventSource::new(bob.http.clone(), None).from(last_id);
        for seq in 3..=250 {
            assert_eq!(next_message(&mut source).await.0.seq, seq);
        }
    }

    async fn cuts_at_any_byte_lose_and_double_nothing(server: TestServer) {
        const MESSAGES: i64 = 100;
        let [ada, bob] = server.users(["ada", "bob"]).await;
        let id = ada.direct(&bob).await;
        let proxy = FaultProxy::before(server.address).await;
        let mut source = EventSource::new(bob.through(&proxy).http, None);
        source.connect().await.unwrap();
        ada.say(id, "1").await;
        assert_eq!(next_message(&mut source).await.0.seq, 1);
        proxy.cut_after(500..=8_000);
        proxy.cut();
        let sending = async {
            for n in 2..=MESSAGES {
                ada.say(id, &n.to_string()).await;
            }
        };
        let listening = async {
            for seq in 2..=MESSAGES {
                assert_eq!(next_message(&mut source).await.0.seq, seq);
            }
        };
        tokio::join!(sending, listening);
        assert!(proxy.connections() > 2);
    }

    async fn a_guest_hears_an_open_room_and_no_other(server: TestServer) {
        let ada = server.user("ada").await;
        let (open, closed) = (ada.room("open", true).await, ada.room("closed", false).await);
        let mut source = EventSource::new(server.http(), Some(&[open]));
        source.connect().await.unwrap();
        ada.say(open, "welcome").await;
        assert_eq!(next_message(&mut source).await.0.conversation_id, open);
        let refused = EventSource::new(server.http(), Some(&[closed])).connect().await.unwrap_err();
        assert!(refused.code().is_some_and(|code| matches!(code.status(), 403 | 404)), "{refused}");
    }
}
