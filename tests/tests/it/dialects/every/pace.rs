//! How often one socket may say something: 50 events a second, 100 at once. Beyond it they are dropped, and who does
//! not slow down for ten seconds is closed, alone.

use super::scene::{Live, ROOM, Scene, Wire};
use chinwag_testkit::{TestServer, both_engines};
use serde_json::{Value, json};
use std::time::{Duration, Instant};

/// As often as this at once.
const AT_ONCE: usize = 400;
/// Long enough to have all of a burst again.
const CALM: Duration = Duration::from_secs(3);
/// So often in so long: more than is allowed, without a second of calm.
const STEADY: (usize, Duration) = (60, Duration::from_millis(500));
/// Said in the room before.
const WORD: &str = "counted";

impl Live {
    /// Says something that is answered each time it is heard.
    async fn ask(&mut self) {
        match self {
            Self::Page(window) => window.send("", "").await,
            Self::Session(Wire::MessagingApp, speaker) => {
                speaker.emit("mark_read", &[json!([])]).await;
            }
            Self::Session(Wire::Pingtalk, speaker) => speaker.emit("joinChat", &[json!({})]).await,
            // What was said there comes again.
            Self::Session(_, speaker) => {
                speaker.emit("join_room", &[json!({ "name": ROOM, "userId": "x" })]).await;
            }
        }
    }

    /// How often it was answered.
    async fn answers(&mut self) -> usize {
        let (name, asked, last) = match self {
            Self::Page(window) => {
                let heard = window.all().await;
                return heard.iter().filter(|kind| *kind == "message_failed").count();
            }
            Self::Session(Wire::MessagingApp, _) => {
                ("mark_read", json!(vec!["x"; 501]), "Too many messageIds")
            }
            Self::Session(Wire::Pingtalk, _) => {
                ("joinChat", json!({ "chatId": "x" }), "Chat not found")
            }
            Self::Session(..) => {
                ("message", json!({ "roomName": ROOM, "message": "last" }), "last")
            }
        };
        let heard = if name == "message" { ROOM } else { "error" };
        let speaker = self.speaker();
        speaker.emit(name, &[asked]).await;
        let mut answers = 0;
        loop {
            let said = speaker.hear(heard).await;
            let text = if said.is_string() { said } else { said["message"].clone() };
            if text == last {
                return answers;
            }
            answers += usize::from(is_answer(&text));
        }
    }
}

fn is_answer(text: &Value) -> bool {
    [json!(WORD), json!("messageIds are required"), json!("Invalid payload")].contains(text)
}

both_engines! {
    async fn a_burst_is_heard_and_the_rest_is_dropped(server: TestServer) with |settings| settings.limits.factor = 1.0 => {
        let mut scene = Scene::new(&server).await;
        scene.say(Wire::RoomChat, WORD).await;
        for wire in Wire::ALL {
            let mut live = scene.listen(wire, server.address).await;
            server.clock.advance(CALM);
            let since = Instant::now();
            for _ in 0..AT_ONCE {
                live.ask().await;
            }
            assert!(live.is_read().await, "{wire:?}");
            let regained = since.elapsed().as_secs_f64() * 50.0;
            server.clock.advance(CALM);
            let answers = live.answers().await;
            assert!((100..=101 + regained as usize).contains(&answers), "{wire:?}: {answers}");
        }
    }

    async fn who_does_not_slow_down_is_closed_alone(server: TestServer) with |settings| settings.limits.factor = 1.0 => {
        let mut scene = Scene::new(&server).await;
        scene.say(Wire::RoomChat, WORD).await;
        for wire in Wire::ALL {
            let mut neighbour = scene.listen(wire, server.address).await;
            let mut live = scene.listen(wire, server.address).await;
            let (since, mut steps, (often, step)) = (Instant::now(), 0, STEADY);
            for _ in 0..AT_ONCE {
                live.ask().await;
            }
            while steps < 100 && live.is_read().await {
                server.clock.advance(step);
                steps += 1;
                for _ in 0..often {
                    live.ask().await;
                }
            }
            let passed = since.elapsed() + step * steps;
            assert!(steps < 30 && passed >= Duration::from_secs(10), "{wire:?}: {steps} {passed:?}");
            assert!(neighbour.is_read().await, "{wire:?}");
        }
    }
}
