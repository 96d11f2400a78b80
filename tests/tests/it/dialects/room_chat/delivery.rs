//! What is said reaches everybody in the room, whatever others do or leave undone.

use super::{join, live, member, person, say, texts, until};
use crate::socketio::speaker::Polled;
use chinwag_testkit::{TestServer, both_engines, text_message};
use serde_json::json;
use std::time::Duration;
use tokio::time::timeout;

/// Within which everybody has heard what was said.
const SOON: Duration = Duration::from_secs(5);
/// Past the time for which a name is remembered.
const LATER: Duration = Duration::from_secs(6);

/// Polls until this was heard.
async fn poll_until(session: &Polled, text: &str) {
    while !session.poll().await.contains(text) {}
}

both_engines! {
    async fn who_polls_no_more_keeps_nothing_from_others(server: TestServer) {
        let (ines, bo) = (person(&server, "Ines Abel").await, person(&server, "Bo Lund").await);
        let ada = server.user("ada").await;
        let mut his = member(&server, &bo, "garden").await;
        let room = ada.http.rooms(Some("garden"), None).await.unwrap().items.remove(0).id;
        ada.http.join(room).await.unwrap();
        let query = format!("&authorization=bearer%20{}", ines.token);
        let session = Polled::open_at(&server, "/socket.io/", &query).await;
        session.post("40").await;
        session.post(&format!("42{}", json!(["join_room", { "name": "garden", "userId": "x" }]))).await;
        poll_until(&session, "Bo Lund is here").await;
        say(&mut his, "garden", "one").await;
        until(&mut his, "garden", "one").await;
        ada.http.send(room, &text_message(None, "two")).await.unwrap();
        until(&mut his, "garden", "two").await;
        server.clock.advance(LATER);
        poll_until(&session, "one").await;
        ada.http.send(room, &text_message(None, "three")).await.unwrap();
        timeout(SOON, until(&mut his, "garden", "three")).await.expect("he waits for nobody");
        poll_until(&session, "three").await;
    }

    async fn joining_again_takes_nothing_away(server: TestServer) {
        let ines = person(&server, "Ines Abel").await;
        let mut hers = member(&server, &ines, "garden").await;
        let numbers: Vec<String> = (0..30).map(|number| number.to_string()).collect();
        for number in &numbers {
            say(&mut hers, "garden", number).await;
        }
        join(&mut hers, "garden").await;
        say(&mut hers, "garden", "over").await;
        let heard = until(&mut hers, "garden", "over").await;
        let mut live = texts(&heard).into_iter();
        for number in &numbers {
            assert!(live.any(|text| text == number), "{number}, in its order: {:?}", texts(&heard));
        }
        assert!(heard.len() >= 40, "and the history again");
    }

    async fn half_a_character_is_read_as_what_stands_for_it(server: TestServer) {
        let ines = person(&server, "Ines Abel").await;
        let mut hers = live(&server, &ines).await;
        join(&mut hers, "garden").await;
        hers.say(r#"42["message",{"roomName":"garden","message":"cut \ud83d"}]"#).await;
        assert_eq!(hers.hear("garden").await["message"], "cut \u{fffd}");
    }
}
