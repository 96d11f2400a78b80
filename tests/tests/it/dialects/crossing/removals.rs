//! Whoever is removed from a group, suspended or gone is so for every surface at once.

use super::{
    PASSWORD, Surface,
    open::{after_all, next_message},
    pair,
    person::{EVERYWHERE, Person, sign_ins},
};
use crate::{
    admin::owner,
    dialects::{Caller, pingtalk::assert_message},
};
use chinwag_testkit::{TestServer, both_engines, text_message, wire::*};
use serde_json::json;

/// A group of three, and the two of them who are connected.
async fn crew(server: &TestServer) -> (Person, Person, String, ConversationId) {
    let (lena, tom, chat) = pair(server).await;
    let ada = server.user("ada").await;
    let body = json!({ "name": "crew", "participants": [tom.id, ada.id().to_string()] });
    let made = lena.ping.caller.post("/chat/create-group", body).await;
    assert_eq!(made.status, 201, "{made:?}");
    let crew = made.json()["_id"].as_str().unwrap().parse().unwrap();
    (lena, tom, chat, crew)
}

async fn removed(server: &TestServer, natively: bool) {
    let (lena, tom, direct, crew) = crew(server).await;
    let id = crew.to_string();
    let mut his = tom.open(server, Some(&id)).await;
    lena.native.say(crew, "all here").await;
    assert_eq!(his.ping.hear("receiveMessage").await["text"], "all here");
    assert_eq!(next_message(&mut his.native).await.conversation_id, crew);

    if natively {
        lena.native.http.remove_member(crew, tom.native.id()).await.unwrap();
    } else {
        let body = json!({ "chatId": id, "userIdToRemove": tom.id });
        assert_eq!(lena.ping.caller.put("/chat/remove-from-group", body).await.status, 200);
    }
    lena.native.say(crew, "the canary").await;
    let mut hers = lena.speak_ping(server, Some(&id)).await;
    hers.emit("sendMessage", &[json!({ "chatId": id, "text": "the other canary" })]).await;
    assert_eq!(hers.hear("receiveMessage").await["text"], "the other canary");
    assert!(lena.say(server, Surface::MessagingApp, &tom, &direct, "between us").await);

    let heard = next_message(&mut his.native).await;
    assert_eq!(
        heard.content,
        Some(Content::Encrypted("between us".to_owned())),
        "nothing of the group"
    );
    assert_eq!(his.app.hear("new_message").await["encryptedText"], "between us");
    for event in ["joinChat", "sendMessage"] {
        his.ping.emit(event, &[json!({ "chatId": id, "text": "still here?" })]).await;
        assert_eq!(his.ping.hear("error").await, "Not authorized", "{event}");
    }
    after_all(&mut his.ping).await;
    assert!(his.ping.kept().iter().all(|(name, _)| name != "receiveMessage"));
    assert_message(
        &tom.ping.caller.get(&format!("/chat/messages/{id}")).await,
        403,
        "Not authorized",
    );
    assert_eq!(tom.ping.caller.get("/chat/my-chats").await.json().as_array().unwrap().len(), 1);
    let refused = tom.native.http.whole_history(crew).await.unwrap_err();
    assert_eq!(refused.code(), Some(Code::ConversationNotFound));
    let refused = tom.native.http.send(crew, &text_message(None, "still here?")).await.unwrap_err();
    assert_eq!(refused.code(), Some(Code::ConversationNotFound));
    assert_eq!(lena.native.history(crew).await.len(), 3, "only what she said");
}

both_engines! {
    async fn removed_from_a_group_natively(server: TestServer) {
        removed(&server, true).await;
    }

    async fn removed_from_a_group_in_a_dialect(server: TestServer) {
        removed(&server, false).await;
    }

    async fn suspended_everywhere(server: TestServer) {
        let root = owner(&server, "root").await;
        let (lena, tom, chat) = pair(&server).await;
        let mut hers = lena.open(&server, Some(&chat)).await;
        root.http.suspend(lena.native.id(), &Suspend::default()).await.unwrap();
        hers.all_end().await;
        assert_eq!(lena.known(&server).await, [""; 0]);
        let [service, rest @ ..] = sign_ins(&server, "lena", PASSWORD).await;
        assert_eq!(service.at("status"), (200, json!("failed")));
        assert_eq!(rest.map(|said| said.status), [403, 403, 403, 403], "with the right password it is told");
        let wrong = sign_ins(&server, "lena", "Harbour!13").await.map(|said| said.status);
        assert_eq!(wrong, [200, 401, 401, 400, 401]);
        assert_eq!(tom.known(&server).await, EVERYWHERE);
        root.http.unsuspend(lena.native.id()).await.unwrap();
        assert_eq!(lena.known(&server).await, [""; 0], "what was revoked stays so");
        let lena = Person::enter(&server, "lena", PASSWORD).await;
        assert_eq!(lena.known(&server).await, EVERYWHERE);
        for surface in Surface::ALL {
            assert!(lena.say(&server, surface, &tom, &chat, &format!("back: {surface:?}")).await);
        }
    }

    async fn gone_everywhere(server: TestServer) {
        let (lena, tom, chat) = pair(&server).await;
        assert!(lena.say(&server, Surface::Pingtalk, &tom, &chat, "farewell").await);
        let mut hers = lena.open(&server, Some(&chat)).await;
        lena.native.http.delete_own_account(PASSWORD).await.unwrap();
        hers.all_end().await;
        assert_eq!(lena.known(&server).await, [""; 0]);
        let statuses = sign_ins(&server, "lena", PASSWORD).await.map(|said| said.status);
        assert_eq!(statuses, [200, 401, 401, 400, 401], "as if there had never been such an account");
        assert_eq!(tom.app.get("/users/lena").await.at("error"), (404, json!("User not found")));
        let body = json!({ "receiverUsername": "lena", "encryptedText": "anybody?", "clientMessageId": "1" });
        assert_eq!(tom.app.post("/messages", body).await.at("error"), (404, json!("Receiver not found")));
        assert_message(&tom.ping.caller.get(&format!("/profile/profile/{}", lena.id)).await, 404, "Profile not found");
        let invited = tom.ping.caller.post("/request/invite/send", json!({ "toEmail": lena.ping.email })).await;
        assert_message(&invited, 404, "User not found!");
        assert_message(&tom.ping.caller.post("/chat/create-direct", json!({ "receiverId": lena.id })).await, 403, "Users are not connected");
        let left = tom.ping.caller.get(&format!("/chat/messages/{chat}")).await.json();
        assert_eq!((&left[0]["text"], &left[0]["senderId"]), (&json!("farewell"), &json!(lena.id)), "what was said stays said");
        let nobody = Caller::of(&server).with("cookie", format!("token={}", lena.ping.token));
        assert_eq!(nobody.get("/profile/getProfile").await.status, 401);
    }
}
