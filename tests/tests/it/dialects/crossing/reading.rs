//! What was delivered and read through one surface is so in all of them, and their senders hear of it.

use super::{Surface, pair, person::Person};
use crate::dialects::speaker::Speaker;
use chinwag_testkit::{TestServer, both_engines, eventually, wire::*};
use serde_json::{Value, json};

/// What the sender is shown of the newest message: its id, its status, and who has read it.
async fn newest(sender: &Person, chat: &str) -> (Value, Value, Value) {
    let app = sender.app.get("/chats").await.json()["data"][0]["lastMessage"].clone();
    let ping = sender.ping.caller.get(&format!("/chat/messages/{chat}?limit=1")).await.json();
    assert_eq!(ping[0]["_id"], app["id"]);
    (app["id"].clone(), app["status"].clone(), ping[0]["readBy"].clone())
}

/// How far somebody has received and read, as another sees it natively.
async fn receipt(seen_by: &Person, of: &Person, chat: &str) -> (i64, i64) {
    let members = seen_by.native.http.members(chat.parse().unwrap(), None, None).await.unwrap();
    let member = members.items.into_iter().find(|member| member.account.id == of.native.id());
    member.map(|member| (member.delivered, member.read)).unwrap()
}

/// Hears that a message came so far.
async fn came(app: &mut Speaker, id: &Value, status: &str) {
    let heard = app.hear("message_status").await;
    assert_eq!((&heard["messageId"], &heard["status"]), (id, &json!(status)));
}

both_engines! {
    async fn whoever_reads_somewhere_has_read(server: TestServer) {
        let (lena, tom, chat) = pair(&server).await;
        let mut hers = lena.open(&server, Some(&chat)).await;
        let both = json!([lena.id, tom.id]);
        let read_with = async |surface: Surface, seq: i64, id: &Value| match surface {
            Surface::Native => drop(tom.native.http.mark(chat.parse().unwrap(), &Mark { delivered: None, read: Some(seq) }).await.unwrap()),
            Surface::MessagingService => drop(tom.service.post("/chat/messages/get", json!({ "withUsername": "lena", "noMsgs": 1 })).await),
            Surface::MessagingApp => drop(tom.app.patch(&format!("/messages/{}/status", id.as_str().unwrap()), json!({ "status": "read" })).await),
            Surface::Pingtalk => drop(tom.ping.caller.get(&format!("/chat/messages/{chat}")).await),
        };
        for (seq, surface) in (1..).zip(Surface::ALL) {
            let by = Surface::ALL[seq as usize % 4];
            assert!(lena.say(&server, by, &tom, &chat, &format!("read with {surface:?}")).await);
            let (id, status, readers) = newest(&lena, &chat).await;
            assert_eq!((status, readers), (json!("sent"), json!([lena.id])), "{surface:?}");
            assert_eq!(tom.app.get("/chats").await.json()["data"][0]["unreadCount"], 1);
            read_with(surface, seq, &id).await;
            came(&mut hers.app, &id, "read").await;
            assert_eq!(newest(&lena, &chat).await, (id, json!("read"), both.clone()), "{surface:?}");
            assert_eq!(receipt(&lena, &tom, &chat).await, (seq, seq));
            assert_eq!(tom.app.get("/chats").await.json()["data"][0]["unreadCount"], 0);
        }
    }

    async fn what_arrives_live_is_delivered(server: TestServer) {
        let (lena, tom, chat) = pair(&server).await;
        let (mut hers, mut ping) = (lena.open(&server, None).await, tom.speak_ping(&server, Some(&chat)).await);
        assert!(lena.say(&server, Surface::MessagingService, &tom, &chat, "ahoy").await);
        let id = ping.hear("receiveMessage").await["_id"].clone();
        came(&mut hers.app, &id, "delivered").await;
        assert_eq!(newest(&lena, &chat).await, (id.clone(), json!("delivered"), json!([lena.id])));
        eventually("it is noted", async || receipt(&lena, &tom, &chat).await == (1, 0)).await;
        let mut his = tom.open(&server, None).await;
        his.app.emit("mark_read", &[json!([id])]).await;
        assert_eq!(his.app.hear("read_confirmed").await, json!({ "messageIds": [id] }));
        came(&mut hers.app, &id, "read").await;
        assert_eq!(receipt(&lena, &tom, &chat).await, (1, 1));
        tom.native.http.mark(chat.parse().unwrap(), &Mark { delivered: Some(1), read: None }).await.unwrap();
        assert_eq!(newest(&lena, &chat).await, (id, json!("read"), json!([lena.id, tom.id])), "never backwards");
    }
}
