//! A reader that stays behind is closed, alone and soon; whoever comes back has everything.

use super::scene::{Ended, Scene, Wire};
use chinwag_testkit::{FaultProxy, TestServer, both_engines};

/// Enough to fill every buffer between the server and a reader that does not read.
const MESSAGES: usize = 100;

both_engines! {
    async fn who_does_not_read_is_closed_alone(server: TestServer) with |settings| settings.live.outbox_kib = 256 => {
        let mut scene = Scene::new(&server).await;
        for wire in Wire::ALL {
            let others = scene.listeners(wire).await;
            let proxy = FaultProxy::before(server.address).await;
            let mut slow = scene.listen(wire, proxy.address).await;
            let mut neighbour = scene.listen(wire, server.address).await;
            proxy.stall();
            for number in 0..MESSAGES {
                let text = format!("{number} {}", "x".repeat(60_000));
                scene.say(wire, &text).await;
                neighbour.until(&text).await;
            }
            scene.soon_only(wire, others + 1).await;
            proxy.heal();
            assert_eq!(slow.ended().await, Ended::Back, "{wire:?}");
            scene.say(wire, "goes on").await;
            neighbour.until("goes on").await;
        }
    }
}
