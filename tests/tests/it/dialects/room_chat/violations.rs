//! What ends a socket, and nothing but that socket.

use super::{join, live, member, notice, person, say, until};
use chinwag_testkit::{TestServer, both_engines};
use serde_json::{Value, json};

both_engines! {
    async fn whatever_is_not_in_the_table(server: TestServer) {
        let (ines, bo) = (person(&server, "Ines Abel").await, person(&server, "Bo Lund").await);
        let mut his = member(&server, &bo, "garden").await;
        let room = json!({ "name": "garden", "userId": ines.id });
        let with = |key: &str, value: Value| {
            let mut payload = room.clone();
            payload[key] = value;
            payload
        };
        let wrong: Vec<(&str, Vec<Value>)> = vec![
            ("anything", vec![json!({})]),
            ("join_room", vec![]),
            ("join_room", vec![json!(null)]),
            ("join_room", vec![json!([room])]),
            ("join_room", vec![json!({ "name": "garden" })]),
            ("join_room", vec![with("more", json!(1))]),
            ("join_room", vec![with("name", json!(""))]),
            ("join_room", vec![with("name", json!({ "$ne": "" }))]),
            ("join_room", vec![with("name", json!("healthCheck"))]),
            ("join_room", vec![with("name", json!("garden-typing"))]),
            ("join_room", vec![with("name", json!("x".repeat(129)))]),
            ("message", vec![json!("garden")]),
            ("message", vec![json!({ "roomName": "elsewhere", "message": "" })]),
            ("message", vec![json!({ "roomName": "garden", "message": "x".repeat(65_537) })]),
            ("message", vec![json!({ "roomName": "garden", "message": "NUL \u{0}" })]),
            ("isTyping", vec![json!({ "roomName": "garden", "on": true })]),
            ("healthCheck", vec![json!("x")]),
        ];
        for (name, arguments) in wrong {
            let mut hers = live(&server, &ines).await;
            hers.emit(name, &arguments).await;
            assert!(hers.ended().await, "{name} {arguments:?}");
        }
        say(&mut his, "garden", "unharmed").await;
        assert!(until(&mut his, "garden", "unharmed").await.is_empty());
    }

    async fn every_room_is_told(server: TestServer) {
        let (ines, bo) = (person(&server, "Ines Abel").await, person(&server, "Bo Lund").await);
        let mut his = member(&server, &bo, "garden").await;
        join(&mut his, "shed").await;
        let mut hers = member(&server, &ines, "garden").await;
        join(&mut hers, "shed").await;
        assert_eq!(his.hear("shed").await, notice("Ines Abel Joined the room!", "welcome"));
        hers.emit("join_room", &[json!({})]).await;
        assert!(hers.ended().await);
        assert_eq!(his.hear("shed").await, notice("Ines Abel Left the room!", "bye"));
        until(&mut his, "garden", "Ines Abel Left the room!").await;
    }

    async fn the_health_check_says_so_and_ends(server: TestServer) {
        let ines = person(&server, "Ines Abel").await;
        for arguments in [vec![], vec![json!({})], vec![json!({ "any": ["thing"] }), json!(7)]] {
            let mut hers = live(&server, &ines).await;
            hers.emit("healthCheck", &arguments).await;
            assert_eq!(hers.hear("healthCheck").await, json!({ "message": "OK" }));
            assert!(hers.ended().await);
        }
    }
}
