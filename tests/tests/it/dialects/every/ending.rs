//! How sockets end: within two seconds and for good where their session does, whether or not their peer takes
//! anything; without a farewell where the server stops.

use super::scene::{Ended, Live, Scene, Wire};
use chinwag_testkit::{FaultProxy, Settings, TestServer, both_engines};

/// Enough to fill every buffer between the server and a reader that does not read.
const MESSAGES: usize = 100;

/// Outboxes that never overflow here: being too far behind is another end.
fn roomy(settings: &mut Settings) {
    (settings.live.outbox_kib, settings.live.outbox_frames) = (1 << 20, 1 << 20);
}

/// Says more than the wire takes.
async fn flood(scene: &mut Scene, wire: Wire) {
    let text = "x".repeat(60_000);
    for _ in 0..MESSAGES {
        scene.say(wire, &text).await;
    }
}

both_engines! {
    async fn whose_session_ends_stays_away(server: TestServer) {
        let scene = Scene::new(&server).await;
        for wire in Wire::ALL {
            let others = scene.listeners(wire).await;
            let mut live = [scene.listen(wire, server.address).await, scene.listen(wire, server.address).await];
            scene.sign_out(wire).await;
            scene.soon_only(wire, others).await;
            for one in &mut live {
                assert_eq!(one.ended().await, Ended::Away, "{wire:?}");
            }
        }
    }

    async fn though_nothing_is_read(server: TestServer) with roomy => {
        let mut scene = Scene::new(&server).await;
        for wire in Wire::ALL {
            let others = scene.listeners(wire).await;
            let proxy = FaultProxy::before(server.address).await;
            let mut live = scene.listen(wire, proxy.address).await;
            proxy.stall();
            flood(&mut scene, wire).await;
            assert_eq!(scene.listeners(wire).await, others + 1, "it waits");
            scene.sign_out(wire).await;
            scene.soon_only(wire, others).await;
            proxy.heal();
            // A page is listened for until it has been told why: one that takes nothing for so long is not told.
            let end = if wire == Wire::LiveChat { Ended::Back } else { Ended::Away };
            assert_eq!(live.ended().await, end, "{wire:?}");
        }
    }

    async fn though_much_was_missed(server: TestServer) with roomy => {
        let mut scene = Scene::new(&server).await;
        flood(&mut scene, Wire::MessagingApp).await;
        let proxy = FaultProxy::before(server.address).await;
        let mut live = scene.listen(Wire::MessagingApp, proxy.address).await;
        proxy.stall();
        scene.sign_out(Wire::MessagingApp).await;
        scene.soon_only(Wire::MessagingApp, 0).await;
        proxy.heal();
        assert_eq!(live.ended().await, Ended::Away);
    }

    async fn though_nobody_polls(server: TestServer) {
        let scene = Scene::new(&server).await;
        for wire in Wire::SESSIONS {
            let others = scene.listeners(wire).await;
            let session = scene.polled(wire).await;
            assert_eq!(scene.listeners(wire).await, others + 1);
            scene.sign_out(wire).await;
            scene.soon_only(wire, others).await;
            assert_eq!(session.poll().await, "41", "{wire:?}");
            assert_eq!(session.poll().await, "1");
            assert_eq!(session.try_poll().await.status(), 400);
        }
    }

    async fn a_stop_is_no_farewell(server: TestServer) with roomy => {
        let mut scene = Scene::new(&server).await;
        let mut sockets: Vec<(Wire, Option<FaultProxy>, Live)> = Vec::new();
        let mut polls = Vec::new();
        for wire in Wire::ALL {
            sockets.push((wire, None, scene.listen(wire, server.address).await));
            let proxy = FaultProxy::before(server.address).await;
            let stalled = scene.listen(wire, proxy.address).await;
            proxy.stall();
            flood(&mut scene, wire).await;
            sockets.push((wire, Some(proxy), stalled));
        }
        for wire in Wire::SESSIONS {
            let session = scene.polled(wire).await;
            polls.push(tokio::spawn(async move {
                // It may come too late to be answered.
                let answer = reqwest::get(session.url()).await.ok()?;
                answer.text().await.ok()
            }));
        }
        let stopping = tokio::spawn({ let server = server.clone(); async move { server.stop().await } });
        for (wire, proxy, live) in &mut sockets {
            if proxy.is_none() {
                assert_eq!(live.ended().await, Ended::Back, "{wire:?}");
            }
        }
        stopping.await.unwrap();
        for (wire, proxy, live) in &mut sockets {
            if let Some(proxy) = proxy {
                proxy.heal();
                assert_eq!(live.ended().await, Ended::Back, "{wire:?}");
            }
        }
        for poll in polls {
            let heard = poll.await.unwrap().unwrap_or_default();
            assert!(heard.split('\u{1e}').all(|packet| packet != "41"), "{heard}");
        }
    }
}
