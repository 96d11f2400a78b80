//! The lobby and the rooms: places for everybody, the same ones whatever one hears them through.

use super::{open::next_message, person::Person};
use crate::dialects::{
    live_chat::window::Window,
    room_chat::{join, say, texts, until},
    speaker::{Entered, Speaker},
};
use chinwag_testkit::{TestServer, both_engines, text_message};
use serde_json::json;

both_engines! {
    async fn one_lobby(server: TestServer) {
        let (lena, tom) = (Person::register(&server, "lena").await, Person::register(&server, "tom").await);
        let (mut hers, mut his) = (lena.open(&server, None).await, tom.open(&server, None).await);
        let mut guest = Window::open(&server).await;
        hers.page.send("Slides are up", "Lecture 3").await;
        let heard = guest.hear("message").await;
        assert_eq!(["message", "subject", "name", "email"].map(|key| heard[key].clone()), [json!("Slides are up"), json!("Lecture 3"), json!("lena"), json!("lena@example.org")]);
        let lobby = server.http().rooms(None, None).await.unwrap().items.remove(0).id;
        tom.native.http.join(lobby).await.unwrap();
        let sent = tom.native.http.send(lobby, &text_message(None, "Thank you")).await.unwrap();
        for window in [&mut guest, &mut his.page] {
            while window.hear("message").await["message"] != "Thank you" {}
        }
        assert_eq!(next_message(&mut his.native).await.seq, sent.seq);
        hers.page.send("You are welcome", "").await;
        let message = next_message(&mut his.native).await;
        assert_eq!((json!(message.id()), message.seq), (guest.hear("message").await["id"].clone(), sent.seq + 1));
        assert_eq!(his.app.all().await, [], "messaging-app knows no rooms");
        assert_eq!(tom.ping.caller.get("/chat/my-chats").await.json(), json!([]), "nor does pingtalk");
    }

    async fn one_room(server: TestServer) {
        let (lena, tom) = (Person::register(&server, "lena").await, Person::register(&server, "tom").await);
        let (mut hers, mut his) = (lena.open(&server, None).await, tom.open(&server, None).await);
        join(&mut hers.room, "garden").await;
        say(&mut hers.room, "garden", "Who waters on Sunday?").await;
        let heard = hers.room.hear("garden").await;
        let room = tom.native.http.rooms(Some("garden"), None).await.unwrap().items.remove(0).id;
        tom.native.http.join(room).await.unwrap();
        assert_eq!(json!(tom.native.history(room).await[0].id()), heard["id"], "what was said before");
        let sent = tom.native.http.send(room, &text_message(None, "I can.")).await.unwrap();
        let heard = hers.room.hear("garden").await;
        assert_eq!(["message", "user", "userId"].map(|key| heard[key].clone()), [json!("I can."), json!("tom"), json!(tom.id)]);
        let own = next_message(&mut his.native).await;
        assert_eq!((json!(own.id()), own.seq), (heard["id"].clone(), sent.seq));
        say(&mut hers.room, "garden", "Thank you").await;
        let message = next_message(&mut his.native).await;
        assert_eq!((message.seq, message.sender_id), (sent.seq + 1, lena.native.id()));
        assert_eq!(json!(message.id()), hers.room.hear("garden").await["id"]);
        join(&mut his.room, "garden").await;
        let history = until(&mut his.room, "garden", "Thank you").await;
        assert_eq!(texts(&history), ["Who waters on Sunday?", "I can."]);
        assert_eq!(hers.room.hear("garden").await["type"], "welcome", "he is there natively, and now here too");
        assert_eq!(his.app.all().await, [], "messaging-app knows no rooms");
        assert_eq!(tom.ping.caller.get("/chat/my-chats").await.json(), json!([]), "nor does pingtalk");
    }

    async fn any_token_opens_the_rooms(server: TestServer) {
        let lena = Person::register(&server, "lena").await;
        let tokens = [&lena.native.credentials.access_token, &lena.app_token, &lena.room_token, &lena.pair.access, &lena.ping.token];
        for token in tokens {
            let mut room = Speaker::open(server.address, "/socket.io/", &format!("&authorization={token}")).await;
            assert_eq!(room.enter(None).await, Entered::In);
        }
    }

    async fn any_token_opens_the_lobby(server: TestServer) {
        let lena = Person::register(&server, "lena").await;
        let tokens = [&lena.native.credentials.access_token, &lena.app_token, &lena.room_token, &lena.ping.token];
        let mut guest = Window::open(&server).await;
        for (number, token) in tokens.into_iter().enumerate() {
            let mut window = Window::open(&server).await;
            window.auth(token).await;
            window.hear("signed_in").await;
            window.send(&number.to_string(), "").await;
            let heard = guest.hear("message").await;
            assert_eq!((&heard["message"], &heard["name"]), (&json!(number.to_string()), &json!("lena")));
        }
    }

    async fn any_token_opens_the_rest_and_a_refresh_token_opens_nothing(server: TestServer) {
        let lena = Person::register(&server, "lena").await;
        let nobody = crate::dialects::Caller::of(&server);
        let opens = async |token: &str| {
            let bearer = nobody.with("authorization", format!("Bearer {token}"));
            let cookie = nobody.with("cookie", format!("token={token}"));
            let mut app = Speaker::open(server.address, "/socket.io/", "").await;
            [
                bearer.get("/chats").await.status == 200,
                bearer.get("/chat/my-chats").await.status == 200,
                cookie.get("/chat/my-chats").await.status == 200,
                app.enter(Some(json!({ "token": token }))).await == Entered::In,
            ]
        };
        let tokens = [&lena.native.credentials.access_token, &lena.app_token, &lena.room_token, &lena.pair.access, &lena.ping.token];
        for token in tokens {
            assert_eq!(opens(token.as_str()).await, [true; 4], "{token}");
        }
        for token in [&lena.native.credentials.refresh_token, &lena.pair.refresh] {
            assert_eq!(opens(token.as_str()).await, [false; 4], "{token}");
        }
    }
}
