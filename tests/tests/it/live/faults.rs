//! Connections that are cut at any byte, both of the one who sends and of the one who listens: what is
//! heard is the history, without a gap and without a repetition.

use super::{connected, next_event};
use chinwag_testkit::{FaultProxy, TestServer, both_engines, eventually, wire::*};

const MESSAGES: i64 = 200;

both_engines! {
    async fn cuts_at_any_byte_lose_and_double_nothing(server: TestServer) {
        let [ada, bob] = server.users(["ada", "bob"]).await;
        let id = ada.direct(&bob).await;
        let (from_ada, to_bob) = (FaultProxy::before(server.address).await, FaultProxy::before(server.address).await);
        from_ada.cut_after(1..=6_000);
        to_bob.cut_after(1..=20_000);
        let (sender, unread) = ada.through(&from_ada).client();
        drop(unread);
        let (_listener, mut events) = bob.through(&to_bob).client();
        // Connect, so that there is a position to resume from, while nothing is cut.
        let conversation = bob.http.conversation(id).await.unwrap();

        let sending = async {
            for n in 1..=MESSAGES {
                let sent = sender.send(id, Content::Text(n.to_string())).await.unwrap();
                assert_eq!(sent.seq, n, "each once, in the order given");
            }
        };
        let listening = async {
            let mut heard = Vec::new();
            let mut rev = conversation.last_rev;
            while heard.last() != Some(&MESSAGES) {
                let event = next_event(&mut events).await;
                assert!(event.rev.unwrap() > rev, "in order, and once");
                rev = event.rev.unwrap();
                if let EventBody::MessageCreated(message) = event.body {
                    heard.push(message.seq);
                }
            }
            heard
        };
        let ((), heard) = tokio::join!(sending, listening);
        // What was there before the first connection is history, not news.
        let first = heard[0];
        assert_eq!(heard, (first..=MESSAGES).collect::<Vec<_>>());
        let texts: Vec<_> = bob.history(id).await.into_iter().map(|message| message.content).collect();
        let expected: Vec<_> = (1..=MESSAGES).map(|n| Some(Content::Text(n.to_string()))).collect();
        assert_eq!(texts, expected);
        assert!(from_ada.connections() > 3 && to_bob.connections() > 3, "it was cut often enough to mean something");
    }

    async fn a_silent_network_is_noticed(server: TestServer) with |settings| settings.live.heartbeat_seconds = 1 => {
        let [ada, bob] = server.users(["ada", "bob"]).await;
        let id = ada.direct(&bob).await;
        let proxy = FaultProxy::before(server.address).await;
        let (_client, mut events) = bob.through(&proxy).client();
        connected(&mut events).await;
        proxy.go_silent();
        ada.say(id, "into the void").await;
        // More than a heartbeat: the message. Then the network is there for new connections.
        eventually("the message is swallowed", async || proxy.swallowed() > 200).await;
        proxy.heal();
        let event = next_event(&mut events).await;
        assert!(matches!(event.body, EventBody::MessageCreated(message) if message.seq == 1));
        // Either the heartbeat's heads told, or the silence did.
        eventually("at most one further connection", async || proxy.connections() <= 2).await;
    }
}
