//! A block made through one surface stands in all of them at once, both ways, between the two and nowhere else;
//! lifted anywhere, it is lifted everywhere.

use super::{
    Surface,
    open::{Open, after_all},
    pair,
    person::Person,
};
use crate::{
    dialects::{
        pingtalk::{self, assert_message, form},
        room_chat::{join, say, until},
        speaker::Speaker,
    },
    listening::heard_until,
};
use chinwag_testkit::{TestServer, both_engines, text_message, wire::*};
use reqwest::Method;
use serde_json::json;

/// Whether each may say something to the other, everywhere alike.
async fn assert_free(
    server: &TestServer,
    [one, other]: [&Person; 2],
    chat: &str,
    when: &str,
    free: bool,
) {
    for (from, to) in [(one, other), (other, one)] {
        for surface in Surface::ALL {
            let text = format!("{when}: {surface:?}");
            let taken = from.say(server, surface, to, chat, &text).await;
            assert_eq!(taken, free, "{surface:?} from {} to {}", from.username, to.username);
        }
        let body = form(&[("chatId", chat)], Some(("file", "a.txt", b"x")));
        let said = from.ping.caller.form(Method::POST, "/chat/send-file", body).await;
        assert_eq!(said.status, if free { 201 } else { 403 }, "{said:?}");
    }
}

/// Whether the first may ask for the chat: a right of those who are connected.
async fn opens(one: &Person, other: &Person) -> u16 {
    let body = json!({ "receiverId": other.id });
    one.ping.caller.post("/chat/create-direct", body).await.status
}

async fn type_both_ways(people: [(&Person, &mut Open); 2], chat: &str) {
    let ids = [people[1].0.id.clone(), people[0].0.id.clone()];
    for ((person, open), other) in people.into_iter().zip(ids) {
        open.app.emit("typing_start", &[json!({ "receiverId": other })]).await;
        // Whether that is refused or unheard is the same to the other.
        drop(person.native.http.typing(chat.parse().unwrap(), true).await);
    }
}

/// Nothing of what the other said or typed was heard since the last time.
async fn assert_silent(open: &mut Open) {
    let heard = open.app.all().await;
    assert!(
        heard.iter().all(|(name, _)| !["new_message", "user_typing"].contains(&name.as_str())),
        "{heard:?}"
    );
    after_all(&mut open.ping).await;
    assert!(open.ping.kept().iter().all(|(name, _)| name != "receiveMessage"));
}

/// Hears everything up to this text.
async fn hears(ping: &mut Speaker, text: &str) {
    while ping.hear("receiveMessage").await["text"] != text {}
}

/// Each says something; what was heard up to then is forgotten.
async fn start_over(server: &TestServer, [lena, tom]: [(&Person, &mut Open); 2], chat: &str) {
    assert!(lena.0.say(server, Surface::Native, tom.0, chat, "from lena").await);
    assert!(tom.0.say(server, Surface::Native, lena.0, chat, "from tom").await);
    for (open, other) in [(lena.1, "from tom"), (tom.1, "from lena")] {
        while open.app.hear("new_message").await["encryptedText"] != other {}
        hears(&mut open.ping, "from tom").await;
        heard_until(&mut open.native, "from tom").await;
        open.app.all().await;
    }
}

/// The name of whoever is blocked, said to messaging-service.
async fn by_service(by: &Person, path: &str, key: &str, whom: &Person) {
    let said = by.service.post(path, json!({ key: whom.username })).await;
    assert_eq!(said.at("status"), (200, json!("succeeded")));
}

async fn stands_everywhere(server: &TestServer, natively: bool) {
    let (lena, tom, chat) = pair(server).await;
    let (mut hers, mut his) =
        (lena.open(server, Some(&chat)).await, tom.open(server, Some(&chat)).await);
    assert_free(server, [&lena, &tom], &chat, "before", true).await;
    start_over(server, [(&lena, &mut hers), (&tom, &mut his)], &chat).await;

    match natively {
        true => lena.native.http.block(tom.native.id()).await.unwrap(),
        false => by_service(&lena, "/users/block", "toBlockUsername", &tom).await,
    }
    assert_free(server, [&lena, &tom], &chat, "blocked", false).await;
    assert_eq!((opens(&lena, &tom).await, opens(&tom, &lena).await), (403, 403));
    type_both_ways([(&lena, &mut hers), (&tom, &mut his)], &chat).await;
    for open in [&mut hers, &mut his] {
        assert_silent(open).await;
    }
    // The lobby is for everybody.
    his.page.send("to everybody", "").await;
    assert_eq!(hers.page.hear("message").await["message"], "to everybody");

    match natively {
        false => lena.native.http.unblock(tom.native.id()).await.unwrap(),
        true => by_service(&lena, "/users/unblock", "toUnblockUsername", &tom).await,
    }
    assert!(lena.say(server, Surface::MessagingService, &tom, &chat, "again").await);
    assert_eq!(his.app.hear("new_message").await["encryptedText"], "again");
    assert_eq!(his.ping.hear("receiveMessage").await["text"], "again");
    for event in heard_until(&mut his.native, "again").await {
        let between_them = event.conversation_id.is_some_and(|id| id.to_string() == chat);
        let said = matches!(event.body, EventBody::MessageCreated(_) | EventBody::Typing(_));
        assert!(!(between_them && said), "{event:?}");
    }
    assert_free(server, [&lena, &tom], &chat, "after", true).await;
    // The chat goes on; that a block parts those who were connected is not undone with it.
    assert_eq!(opens(&tom, &lena).await, 403);
    pingtalk::connect(&tom.ping, &lena.ping).await;
    assert_eq!(pingtalk::chat(&lena.ping, &tom.ping).await, chat);
}

both_engines! {
    async fn made_in_a_dialect(server: TestServer) {
        stands_everywhere(&server, false).await;
    }

    async fn made_natively(server: TestServer) {
        stands_everywhere(&server, true).await;
    }

    async fn nobody_is_invited_or_brought_into_a_group_past_it(server: TestServer) {
        let lena = Person::register(&server, "lena").await;
        let tom = Person::register(&server, "tom").await;
        let [ada, max] = server.users(["ada", "max"]).await;
        let invite = async |from: &Person, to: &Person| from.ping.caller.post("/request/invite/send", json!({ "toEmail": to.ping.email })).await;
        let group = async |by: &Person, with: &Person| by.ping.caller.post("/chat/create-group", json!({ "name": "crew", "participants": [with.id, ada.id().to_string()] })).await;
        by_service(&lena, "/users/block", "toBlockUsername", &tom).await;
        for (from, to) in [(&lena, &tom), (&tom, &lena)] {
            assert_message(&invite(from, to).await, 403, "Not authorized");
            assert_message(&group(from, to).await, 403, "Users are not connected");
            let crew = from.native.group("crew", &[&ada, &max]).await;
            assert!(from.native.http.add_member(crew, to.native.id(), None).await.is_err());
            let body = json!({ "chatId": crew, "userIdToAdd": to.id });
            assert_message(&from.ping.caller.put("/chat/add-to-group", body).await, 403, "Users are not connected");
            let ask = RequestContact { account_id: Some(to.native.id()), username: None, email: None, text: None };
            // Natively nobody is told that there is a block: the request reaches no one.
            drop(from.native.http.request_contact(&ask).await);
            assert_eq!(to.ping.caller.get("/request/invites/received?status=all").await.at("count"), (200, json!(0)));
        }
    }

    async fn it_does_not_reach_into_rooms(server: TestServer) {
        let (lena, tom, _) = pair(&server).await;
        let (mut hers, mut his) = (lena.speak_room(&server).await, tom.speak_room(&server).await);
        by_service(&lena, "/users/block", "toBlockUsername", &tom).await;
        join(&mut hers, "garden").await;
        say(&mut hers, "garden", "from lena").await;
        until(&mut hers, "garden", "from lena").await;
        join(&mut his, "garden").await;
        until(&mut his, "garden", "from lena").await;
        assert_eq!(hers.hear("garden").await["message"], "tom Joined the room!");
        his.emit("isTyping", &[json!({ "roomName": "garden" })]).await;
        assert_eq!(hers.hear("garden-typing").await["message"], "tom is typing!");
        say(&mut his, "garden", "from tom").await;
        until(&mut hers, "garden", "from tom").await;
        drop(his);
        assert_eq!(hers.hear("garden").await["message"], "tom Left the room!");
    }

    async fn it_does_not_reach_into_groups(server: TestServer) {
        let (lena, tom, _) = pair(&server).await;
        let ada = server.user("ada").await;
        let crew = lena.native.group("crew", &[&tom.native, &ada]).await;
        let chat = crew.to_string();
        let (mut hers, mut his) = (lena.speak_ping(&server, Some(&chat)).await, tom.speak_ping(&server, Some(&chat)).await);
        by_service(&lena, "/users/block", "toBlockUsername", &tom).await;
        tom.native.http.send(crew, &text_message(None, "natively")).await.unwrap();
        his.emit("sendMessage", &[json!({ "chatId": chat, "text": "over the socket" })]).await;
        hears(&mut hers, "over the socket").await;
        assert_eq!(lena.native.history(crew).await.len(), 2);
    }
}
