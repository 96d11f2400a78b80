//! Rooms: joining, history, talking, typing, leaving.

use super::{join, live, member, notice, person, say, texts, until};
use chinwag_testkit::{TestServer, both_engines, wire::*};
use serde_json::{Value, json};

fn keys(value: &Value) -> Vec<String> {
    let mut keys: Vec<_> = value.as_object().unwrap().keys().cloned().collect();
    keys.sort();
    keys
}

both_engines! {
    async fn the_example_of_the_contract(server: TestServer) {
        let (ines, bo) = (person(&server, "Ines Abel").await, person(&server, "Bo Lund").await);
        let (mut hers, mut his) = (live(&server, &ines).await, live(&server, &bo).await);
        join(&mut his, "garden").await;
        say(&mut his, "garden", "Who waters on Sunday?").await;
        let own = his.hear("garden").await;
        join(&mut hers, "garden").await;
        let past = hers.hear("garden").await;
        assert_eq!(past, own, "history is as it was live");
        assert_eq!(keys(&past), ["created_at", "id", "message", "user", "userId"]);
        assert_eq!(
            (&past["message"], &past["user"], &past["userId"]),
            (&json!("Who waters on Sunday?"), &json!("Bo Lund"), &json!(bo.id))
        );
        let at = past["created_at"].as_str().unwrap();
        assert!(at.len() == 24 && at.ends_with('Z'), "milliseconds: {at}");
        assert!(uuid::Uuid::parse_str(past["id"].as_str().unwrap()).is_ok());
        assert_eq!(his.hear("garden").await, notice("Ines Abel Joined the room!", "welcome"));
        say(&mut hers, "garden", "I can.").await;
        let (to_her, to_him) = (hers.hear("garden").await, his.hear("garden").await);
        assert_eq!(to_her, to_him, "the sender included, and no welcome for who joined");
        assert_eq!((&to_her["message"], &to_her["userId"]), (&json!("I can."), &json!(ines.id)));
        hers.emit("message", &[json!({ "roomName": "garden", "message": "hi", "urgent": true })]).await;
        assert!(hers.ended().await, "told to stay away");
        assert_eq!(his.hear("garden").await, notice("Ines Abel Left the room!", "bye"));
    }

    async fn the_last_ten_in_order(server: TestServer) {
        let (ines, bo) = (person(&server, "Ines Abel").await, person(&server, "Bo Lund").await);
        let mut his = live(&server, &bo).await;
        join(&mut his, "garden").await;
        for number in 0..25 {
            say(&mut his, "garden", &number.to_string()).await;
        }
        until(&mut his, "garden", "24").await;
        let wanted: Vec<_> = (15..25).map(|number: i32| number.to_string()).collect();
        let mut hers = live(&server, &ines).await;
        join(&mut hers, "garden").await;
        say(&mut hers, "garden", "first").await;
        assert_eq!(texts(&until(&mut hers, "garden", "first").await), wanted);
        join(&mut hers, "garden").await;
        say(&mut hers, "garden", "second").await;
        let again = until(&mut hers, "garden", "second").await;
        assert_eq!(texts(&again)[..9], wanted[1..], "joining again sends it again");
        assert_eq!(texts(&again)[9], "first");
        hers.say("41").await;
        drop(hers);
        let heard = until(&mut his, "garden", "Ines Abel Left the room!").await;
        let welcomes = heard.iter().filter(|one| one["type"] == "welcome").count();
        assert_eq!(welcomes, 1, "no second welcome");
        say(&mut his, "garden", "alone").await;
        assert!(until(&mut his, "garden", "alone").await.is_empty(), "one leave notice");
        server.restart().await;
        let mut later = live(&server, &ines).await;
        join(&mut later, "garden").await;
        say(&mut later, "garden", "after").await;
        let history = until(&mut later, "garden", "after").await;
        assert_eq!((history.len(), texts(&history)[9]), (10, "alone"), "cold");
    }

    async fn history_comes_before_what_happens(server: TestServer) {
        let (ines, bo) = (person(&server, "Ines Abel").await, person(&server, "Bo Lund").await);
        let mut his = member(&server, &bo, "garden").await;
        let talking = tokio::spawn(async move {
            for number in 0..90 {
                say(&mut his, "garden", &number.to_string()).await;
            }
            until(&mut his, "garden", "89").await;
            his
        });
        let mut heard = Vec::new();
        for _ in 0..5 {
            let mut hers = live(&server, &ines).await;
            join(&mut hers, "garden").await;
            heard.push(hers);
        }
        let mut his = talking.await.unwrap();
        say(&mut his, "garden", "over").await;
        for mut hers in heard {
            let all = until(&mut hers, "garden", "over").await;
            let numbers: Vec<i32> = texts(&all).iter().filter_map(|text| text.parse().ok()).collect();
            assert_eq!(numbers.last(), Some(&89));
            assert!(numbers.windows(2).all(|two| two[0] + 1 == two[1]), "without a gap, each once: {numbers:?}");
        }
    }

    async fn an_empty_room_is_told_who_comes(server: TestServer) {
        let (ines, bo) = (person(&server, "Ines Abel").await, person(&server, "Bo Lund").await);
        let mut his = live(&server, &bo).await;
        join(&mut his, "empty").await;
        join(&mut his, "other").await;
        say(&mut his, "other", "x").await;
        until(&mut his, "other", "x").await;
        let mut hers = live(&server, &ines).await;
        join(&mut hers, "empty").await;
        assert_eq!(his.hear("empty").await, notice("Ines Abel Joined the room!", "welcome"));
        let rooms = server.http().with_token(&ines.token).rooms(None, None).await.unwrap().items;
        assert_eq!(rooms.len(), 1, "nothing is stored of those who look in");
        say(&mut hers, "empty", "x").await;
        assert!(until(&mut hers, "empty", "x").await.is_empty(), "no welcome for oneself");
    }

    async fn only_who_joined_talks_and_hears(server: TestServer) {
        let (ines, bo) = (person(&server, "Ines Abel").await, person(&server, "Bo Lund").await);
        let mut his = member(&server, &bo, "garden").await;
        let mut hers = live(&server, &ines).await;
        say(&mut hers, "garden", "not heard").await;
        hers.emit("isTyping", &[json!({ "roomName": "garden" })]).await;
        join(&mut hers, "shed").await;
        say(&mut hers, "shed", "x").await;
        assert!(until(&mut hers, "shed", "x").await.is_empty());
        say(&mut his, "garden", "y").await;
        assert!(until(&mut his, "garden", "y").await.is_empty(), "dropped silently");
        say(&mut hers, "shed", "z").await;
        assert!(until(&mut hers, "shed", "z").await.is_empty());
        join(&mut hers, "garden").await;
        say(&mut hers, "garden", "now").await;
        let history = until(&mut hers, "garden", "now").await;
        assert!(!texts(&history).contains(&"not heard"), "{history:?}");
    }

    async fn typing(server: TestServer) {
        let (ines, bo) = (person(&server, "Ines Abel").await, person(&server, "Bo Lund").await);
        let mut his = member(&server, &bo, "garden").await;
        let mut hers = member(&server, &ines, "garden").await;
        hers.emit("isTyping", &[json!({ "roomName": "garden" })]).await;
        assert_eq!(his.hear("garden-typing").await, notice("Ines Abel is typing!", "typing"));
        his.emit("isTyping", &[json!({ "roomName": "garden" }), json!("more"), json!(1)]).await;
        assert_eq!(hers.hear("garden-typing").await, notice("Bo Lund is typing!", "typing"), "the first is one's own, and not heard");
    }

    async fn names_are_what_they_are(server: TestServer) {
        let ines = person(&server, "Ines Abel").await;
        let longest = "🪴".repeat(128);
        let rooms = ["garden", "Garden", "garden ", " ", "g\u{e4}rden", "ga\u{308}rden", "a\nb", longest.as_str()];
        let mut hers = live(&server, &ines).await;
        for (number, room) in rooms.iter().enumerate() {
            join(&mut hers, room).await;
            say(&mut hers, room, &number.to_string()).await;
        }
        for (number, room) in rooms.iter().enumerate() {
            assert_eq!(hers.hear(room).await["message"], number.to_string());
        }
        let mut again = live(&server, &ines).await;
        for (number, room) in rooms.iter().enumerate() {
            join(&mut again, room).await;
            assert_eq!(again.hear(room).await["message"], number.to_string(), "each has its own history");
        }
    }

    async fn first_words_of_many_make_one_room(server: TestServer) {
        let mut sockets = Vec::new();
        for number in 0..6 {
            let somebody = person(&server, &format!("Somebody {number}")).await;
            let mut socket = live(&server, &somebody).await;
            join(&mut socket, "new").await;
            sockets.push(socket);
        }
        for (number, socket) in sockets.iter_mut().enumerate() {
            say(socket, "new", &format!("word {number}")).await;
        }
        for socket in &mut sockets {
            let mut words = Vec::new();
            while words.len() < 6 {
                let heard = socket.hear("new").await;
                if heard["user"] != "system" {
                    words.push(heard["message"].as_str().unwrap().to_owned());
                }
            }
            words.sort();
            assert_eq!(words, (0..6).map(|number| format!("word {number}")).collect::<Vec<_>>());
        }
        let somebody = person(&server, "One More").await;
        let rooms = server.http().with_token(&somebody.token).rooms(None, None).await.unwrap().items;
        assert_eq!(rooms.len(), 1);
        assert_eq!((rooms[0].name.as_deref(), rooms[0].last_seq, rooms[0].member_count), (Some("new"), 6, 0));
    }

    async fn each_socket_is_one(server: TestServer) {
        let (ines, bo) = (person(&server, "Ines Abel").await, person(&server, "Bo Lund").await);
        let mut his = member(&server, &bo, "garden").await;
        let mut one = live(&server, &ines).await;
        join(&mut one, "garden").await;
        assert_eq!(his.hear("garden").await, notice("Ines Abel Joined the room!", "welcome"));
        let mut other = live(&server, &ines).await;
        join(&mut other, "garden").await;
        assert_eq!(his.hear("garden").await, notice("Ines Abel Joined the room!", "welcome"));
        until(&mut one, "garden", "Ines Abel Joined the room!").await;
        drop(other);
        assert_eq!(one.hear("garden").await, notice("Ines Abel Left the room!", "bye"));
        assert_eq!(his.hear("garden").await, notice("Ines Abel Left the room!", "bye"));
        say(&mut one, "garden", "still here").await;
        assert_eq!(his.hear("garden").await["message"], "still here");
    }

    async fn people_of_the_native_api_are_there_too(server: TestServer) {
        let bo = person(&server, "Bo Lund").await;
        let ada = server.user("ada").await;
        let mut his = member(&server, &bo, "Garden").await;
        let found = ada.http.rooms(Some("Garden"), None).await.unwrap().items;
        assert_eq!(found.len(), 1);
        let room = ada.http.join(found[0].id).await.unwrap();
        let body = SendMessage {
            client_id: None, content: Content::Text("from elsewhere".to_owned()), subject: None, reply_to: None, attachments: Vec::new(),
        };
        ada.http.send(room.id, &body).await.unwrap();
        let heard = his.hear("Garden").await;
        assert_eq!((&heard["message"], &heard["user"]), (&json!("from elsewhere"), &json!("ada")));
        ada.http.delete(room.id, 2).await.unwrap();
        say(&mut his, "Garden", "here").await;
        until(&mut his, "Garden", "here").await;
        let mut again = live(&server, &bo).await;
        join(&mut again, "Garden").await;
        let history = until(&mut again, "Garden", "here").await;
        assert_eq!(history.len(), 1, "what was deleted is no history: {history:?}");
    }

    async fn what_was_said_before_going_counts(server: TestServer) {
        let (ines, bo) = (person(&server, "Ines Abel").await, person(&server, "Bo Lund").await);
        let mut his = member(&server, &bo, "garden").await;
        let mut hers = live(&server, &ines).await;
        join(&mut hers, "garden").await;
        for number in 0..20 {
            say(&mut hers, "garden", &number.to_string()).await;
        }
        hers.say("41").await;
        // Hanging up with echoes unread resets the connection, which loses what the server has not read.
        assert!(hers.is_read().await);
        drop(hers);
        let heard = until(&mut his, "garden", "Ines Abel Left the room!").await;
        let wanted: Vec<_> = (0..20).map(|number: i32| number.to_string()).collect();
        assert_eq!(texts(&heard)[1..], wanted, "in order, and then the goodbye");
    }
}
