//! A reader that does not read costs only itself: it is closed with a code that makes it resume, and then
//! has everything.

use super::{connected, next_event, next_message};
use chinwag_testkit::{
    FaultProxy, TestServer, both_engines, client::Item, eventually, soon, text_message, wire::*,
};

/// Enough to fill every buffer between the server and a reader that does not read.
const MESSAGES: i64 = 160;

both_engines! {
    async fn a_slow_reader_is_closed_and_has_everything_after_it_resumed(server: TestServer)
    with |settings| settings.live.outbox_kib = 64 => {
        let [ada, bob, cleo] = server.users(["ada", "bob", "cleo"]).await;
        let id = ada.group("flood", &[&bob, &cleo]).await;
        let proxy = FaultProxy::before(server.address).await;
        let (_client, mut events) = bob.through(&proxy).client();
        connected(&mut events).await;
        let (mut neighbour, _) = cleo.socket().await;
        proxy.stall();
        let text = "x".repeat(60_000);
        let flood = async {
            for n in 1..=MESSAGES {
                ada.http.send(id, &text_message(None, &format!("{n} {text}"))).await.unwrap();
            }
        };
        let hearing = async {
            for n in 1..=MESSAGES {
                assert_eq!(next_message(&mut neighbour).await.seq, n, "neighbours hear everything meanwhile");
            }
        };
        // Whoever reads again soon is told why it was closed; who does not finds the line broken.
        let healing = async {
            let closed = async || server.metric("chinwag_slow_consumers_total", "").await == 1;
            eventually("the slow reader is closed", closed).await;
            proxy.heal();
        };
        tokio::join!(flood, hearing, healing);

        let slow = soon("the end of the slow connection", async {
            let mut heard = 0;
            loop {
                match events.next().await.unwrap() {
                    Item::Event(event) => heard += i64::from(matches!(event.body, EventBody::MessageCreated(_))),
                    Item::Disconnected(error) => break (heard, error),
                    _ => {}
                }
            }
        });
        let (mut heard, why) = slow.await;
        assert!(heard < MESSAGES, "it was closed");
        assert!(why.to_string().contains(&Code::SlowConsumer.close().to_string()), "{why}");
        while heard < MESSAGES {
            if let EventBody::MessageCreated(message) = next_event(&mut events).await.body {
                heard += 1;
                assert_eq!(message.seq, heard, "resumed where it was, without a gap or a repetition");
            }
        }
        assert!(proxy.connections() > 1, "it came back, as often as it took");
    }
}
