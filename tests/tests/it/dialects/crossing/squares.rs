//! The lobby and the rooms: places for everybody, the same ones whatever one hears them through.

use super::{open::next_message, person::Person};
use crate::dialects::live_chat::window::Window;
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
}
