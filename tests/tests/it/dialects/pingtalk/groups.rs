//! Groups: made, joined and left; they never lack an admin, and a block keeps people out.

use super::{
    PASSWORD, Person, assert_keys, assert_message, block, connect, history, id_of, people, person,
    said,
};
use crate::dialects::Said;
use chinwag_testkit::{TestServer, both_engines, wire::Role};
use serde_json::{Value, json};

const ONLY_ADD: &str = "Only admins can add users to this group";
const ONLY_REMOVE: &str = "Only admins can remove users from this group";

async fn make(by: &Person, name: Value, participants: Value) -> Said {
    by.caller
        .post("/chat/create-group", json!({ "name": name, "participants": participants }))
        .await
}

async fn group(by: &Person, others: &[&Person]) -> String {
    let ids: Vec<&str> = others.iter().map(|other| other.id.as_str()).collect();
    let said = make(by, json!("crew"), json!(ids)).await;
    assert_eq!(said.status, 201, "{said:?}");
    id_of(&said)
}

async fn add(by: &Person, chat: &str, whom: &str) -> Said {
    by.caller.put("/chat/add-to-group", json!({ "chatId": chat, "userIdToAdd": whom })).await
}

async fn remove(by: &Person, chat: &str, whom: &str) -> Said {
    by.caller
        .put("/chat/remove-from-group", json!({ "chatId": chat, "userIdToRemove": whom }))
        .await
}

async fn leave(by: &Person, chat: &str) -> Said {
    by.caller.put("/chat/leave-group", json!({ "chatId": chat })).await
}

fn ids(value: &Value) -> Vec<String> {
    let mut ids: Vec<_> =
        value.as_array().unwrap().iter().map(|id| id.as_str().unwrap().to_owned()).collect();
    ids.sort();
    ids
}

fn of(people: &[&Person]) -> Vec<String> {
    let mut ids: Vec<_> = people.iter().map(|person| person.id.clone()).collect();
    ids.sort();
    ids
}

both_engines! {
    async fn its_maker_is_its_admin(server: TestServer) {
        let [lena, tom, ada] = people(&server, ["Lena", "Tom", "Ada"]).await;
        let said = make(&lena, json!("  crew "), json!([tom.id, ada.id, tom.id.to_uppercase(), lena.id])).await;
        assert_eq!(said.status, 201, "{said:?}");
        let chat = said.json();
        assert_keys(&chat, &["_id", "createdAt", "updatedAt", "__v", "chatType", "participants", "admins", "lastMessage", "name"]);
        assert_eq!((&chat["chatType"], &chat["name"], &chat["lastMessage"]), (&json!("group"), &json!("crew"), &json!(null)));
        assert_eq!((ids(&chat["participants"]), &chat["admins"]), (of(&[&lena, &tom, &ada]), &json!([lena.id])));
        for one in [&lena, &tom, &ada] {
            assert_eq!(one.caller.get("/chat/my-chats").await.json(), json!([chat]));
        }
    }

    async fn what_cannot_be_a_group(server: TestServer) {
        let [lena, tom, ada] = people(&server, ["Lena", "Tom", "Ada"]).await;
        let both = json!([tom.id, ada.id]);
        for (name, participants) in [(json!(null), both.clone()), (json!(""), both.clone()), (json!(" "), both.clone()), (json!(7), both.clone()), (json!("x"), json!(null)), (json!("x"), json!("x")), (json!("x"), json!({ "0": tom.id }))] {
            assert_message(&make(&lena, name, participants).await, 400, "Group name and participants array are required");
        }
        for few in [json!([]), json!([tom.id]), json!([tom.id, tom.id]), json!([tom.id, lena.id]), json!([tom.id, tom.id.to_uppercase(), lena.id])] {
            assert_message(&make(&lena, json!("x"), few).await, 400, "A group must have at least 2 other participants");
        }
        for odd in [json!("x"), json!(7), json!(null), json!({ "$gt": "" }), json!("019cf0e1-0000-7000-8000-000000000000")] {
            assert_message(&make(&lena, json!("x"), json!([tom.id, odd])).await, 400, "Unknown participant");
        }
        assert_eq!(make(&lena, json!("x".repeat(101)), both.clone()).await.status, 400);
        assert_eq!(make(&lena, json!("x".repeat(100)), both.clone()).await.status, 201);
        block(&server, &tom, &lena).await;
        assert_message(&make(&lena, json!("x"), both.clone()).await, 403, "Users are not connected");
        assert_message(&make(&tom, json!("x"), json!([lena.id, ada.id])).await, 403, "Users are not connected");
    }

    async fn admins_bring_people_in(server: TestServer) {
        let [lena, tom, ada, max] = people(&server, ["Lena", "Tom", "Ada", "Max"]).await;
        let chat = group(&lena, &[&tom, &ada]).await;
        said(&tom, &chat, "before max").await;
        let before = lena.caller.get("/chat/my-chats").await.json()[0].clone();
        for missing in [json!({}), json!({ "chatId": chat }), json!({ "userIdToAdd": max.id }), json!({ "chatId": 7, "userIdToAdd": max.id }), json!({ "chatId": chat, "userIdToAdd": "" })] {
            assert_message(&lena.caller.put("/chat/add-to-group", missing).await, 400, "Chat ID and User ID to add are required");
        }
        connect(&lena, &tom).await;
        let direct = id_of(&lena.caller.post("/chat/create-direct", json!({ "receiverId": tom.id })).await);
        for nothing in ["x", lena.id.as_str(), direct.as_str()] {
            assert_message(&add(&lena, nothing, &max.id).await, 404, "Group chat not found");
        }
        for other in [&tom, &max] {
            assert_message(&add(other, &chat, &max.id).await, 403, ONLY_ADD);
        }
        assert_message(&add(&lena, &chat, &tom.id).await, 400, "User is already in the group");
        for nobody in ["x", "019cf0e1-0000-7000-8000-000000000000"] {
            assert_message(&add(&lena, &chat, nobody).await, 400, "Unknown participant");
        }
        block(&server, &max, &lena).await;
        assert_message(&add(&lena, &chat, &max.id).await, 403, "Users are not connected");
        server.http().with_token(&max.token).unblock(lena.id.parse().unwrap()).await.unwrap();
        let said = add(&lena, &chat, &max.id).await;
        assert_eq!(said.status, 200, "{said:?}");
        assert_eq!(ids(&said.json()["participants"]), of(&[&lena, &tom, &ada, &max]));
        assert!(said.json()["updatedAt"].as_str() >= before["updatedAt"].as_str());
        let his = max.caller.get("/chat/my-chats").await.json()[0].clone();
        assert_eq!((&his["_id"], &his["lastMessage"]), (&json!(chat), &json!(null)), "what was said before is not his");
        assert!(history(&max, &chat).await.is_empty());
    }

    async fn connections_alone_where_the_operator_wants_it(server: TestServer) with |settings| {
        settings.dialects.pingtalk.group_members = serde_json::from_value(json!("connected")).unwrap();
    } => {
        let [lena, tom, ada] = people(&server, ["Lena", "Tom", "Ada"]).await;
        connect(&lena, &tom).await;
        let both = json!([tom.id, ada.id]);
        assert_message(&make(&lena, json!("x"), both.clone()).await, 403, "Users are not connected");
        connect(&ada, &lena).await;
        let said = make(&lena, json!("x"), both).await;
        assert_eq!(said.status, 201);
        let max = person(&server, "Max").await;
        assert_message(&add(&lena, &id_of(&said), &max.id).await, 403, "Users are not connected");
    }

    async fn admins_remove_people(server: TestServer) {
        let [lena, tom, ada, max] = people(&server, ["Lena", "Tom", "Ada", "Max"]).await;
        let chat = group(&lena, &[&tom, &ada]).await;
        let missing = lena.caller.put("/chat/remove-from-group", json!({ "chatId": chat })).await;
        assert_message(&missing, 400, "Chat ID and User ID to remove are required");
        assert_message(&remove(&lena, "x", &tom.id).await, 404, "Group chat not found");
        for other in [&tom, &max] {
            assert_message(&remove(other, &chat, &ada.id).await, 403, ONLY_REMOVE);
        }
        assert_message(&remove(&lena, &chat, &lena.id).await, 400, "Use the /leave-group route to leave the chat");
        for nobody in [max.id.as_str(), "x"] {
            let said = remove(&lena, &chat, nobody).await;
            assert_eq!((said.status, ids(&said.json()["participants"])), (200, of(&[&lena, &tom, &ada])), "no member, nothing to do");
        }
        let said = remove(&lena, &chat, &tom.id).await;
        assert_eq!((said.status, ids(&said.json()["participants"])), (200, of(&[&lena, &ada])));
        assert_message(&tom.caller.get(&format!("/chat/messages/{chat}")).await, 403, "Not authorized");
        assert_eq!(tom.caller.get("/chat/my-chats").await.json(), json!([]));
    }

    async fn who_leaves_leaves_it_in_good_hands(server: TestServer) {
        let [lena, tom, ada, max] = people(&server, ["Lena", "Tom", "Ada", "Max"]).await;
        let chat = group(&lena, &[&tom, &ada]).await;
        assert_message(&lena.caller.put("/chat/leave-group", json!({})).await, 400, "Chat ID is required");
        assert_message(&leave(&lena, "x").await, 404, "Group chat not found");
        assert_message(&leave(&max, &chat).await, 400, "You are not a participant in this group");
        let said = leave(&lena, &chat).await;
        assert_eq!((said.status, &said.json()["message"]), (200, &json!("Successfully left the group")), "{said:?}");
        assert_keys(&said.json(), &["message", "chat"]);
        let rest = said.json()["chat"].clone();
        assert_eq!((ids(&rest["participants"]), rest["admins"].as_array().unwrap().len()), (of(&[&tom, &ada]), 1));
        assert_message(&leave(&lena, &chat).await, 400, "You are not a participant in this group");
        let (admin, other) = if rest["admins"][0] == json!(tom.id) { (&tom, &ada) } else { (&ada, &tom) };
        assert_eq!(add(admin, &chat, &max.id).await.status, 200, "an admin as any");
        assert_eq!(leave(admin, &chat).await.json()["chat"]["admins"], json!([other.id]), "the longest-standing one follows");
        assert_eq!(leave(&max, &chat).await.status, 200);
        assert_message(&leave(other, &chat).await, 200, "Group deleted because there are no participants left");
        assert_message(&other.caller.get(&format!("/chat/messages/{chat}")).await, 404, "Chat not found");
        for said in [leave(other, &chat).await, add(other, &chat, &max.id).await, remove(other, &chat, &max.id).await] {
            assert_message(&said, 404, "Group chat not found");
        }
    }

    async fn all_admins_are_alike(server: TestServer) {
        let [lena, tom, ada, max] = people(&server, ["Lena", "Tom", "Ada", "Max"]).await;
        let chat = group(&lena, &[&tom, &ada, &max]).await;
        let native = server.http().with_token(&lena.token);
        for one in [&tom, &ada] {
            native.change_role(chat.parse().unwrap(), one.id.parse().unwrap(), Role::Admin).await.unwrap();
        }
        assert_message(&remove(&max, &chat, &tom.id).await, 403, ONLY_REMOVE);
        let said = remove(&tom, &chat, &ada.id).await;
        assert_eq!((said.status, ids(&said.json()["admins"])), (200, of(&[&lena, &tom])), "{said:?}");
        let said = remove(&tom, &chat, &lena.id).await;
        assert_eq!((said.status, ids(&said.json()["admins"])), (200, of(&[&tom])), "{said:?}");
        assert_eq!(ids(&said.json()["participants"]), of(&[&tom, &max]));
        assert_eq!(leave(&tom, &chat).await.json()["chat"]["admins"], json!([max.id]), "it is never without one");
    }

    async fn people_go_from_both_sides_at_once(server: TestServer) {
        let [lena, tom, ada, max] = people(&server, ["Lena", "Tom", "Ada", "Max"]).await;
        for _ in 0..8 {
            let chat = group(&lena, &[&tom, &ada, &max]).await;
            let (one, other, third) = tokio::join!(leave(&lena, &chat), leave(&tom, &chat), remove(&lena, &chat, &ada.id));
            assert_eq!((one.status, other.status), (200, 200), "{one:?} {other:?}");
            assert!([200, 403].contains(&third.status), "{third:?}");
            let left = max.caller.get("/chat/my-chats").await.json()[0].clone();
            assert_eq!((&left["_id"], left["admins"].as_array().unwrap().len()), (&json!(chat), 1), "{left}");
        }
    }

    async fn every_change_moves_it_up(server: TestServer) {
        let [lena, tom, ada, max] = people(&server, ["Lena", "Tom", "Ada", "Max"]).await;
        let chat = group(&lena, &[&tom, &ada]).await;
        let updated = async || ada.caller.get("/chat/my-chats").await.json()[0]["updatedAt"].as_str().unwrap().to_owned();
        let mut times = vec![updated().await];
        for step in 0..5 {
            server.clock.advance(std::time::Duration::from_secs(1));
            match step {
                0 => drop(add(&lena, &chat, &max.id).await),
                1 => said(&tom, &chat, "hello").await,
                2 => drop(remove(&lena, &chat, &tom.id).await),
                3 => {
                    let body = serde_json::from_value(json!({ "name": "another crew" })).unwrap();
                    server.http().with_token(&lena.token).update_conversation(chat.parse().unwrap(), &body).await.unwrap();
                }
                _ => drop(leave(&lena, &chat).await),
            }
            times.push(updated().await);
        }
        assert!(times.windows(2).all(|pair| pair[0] < pair[1]), "{times:?}");
    }

    async fn when_the_last_admin_is_gone_for_good(server: TestServer) {
        let [lena, tom, ada] = people(&server, ["Lena", "Tom", "Ada"]).await;
        let chat = group(&lena, &[&tom, &ada]).await;
        server.http().with_token(&lena.token).delete_own_account(PASSWORD).await.unwrap();
        let left = tom.caller.get("/chat/my-chats").await.json()[0].clone();
        assert_eq!((&left["_id"], left["admins"].as_array().unwrap().len()), (&json!(chat), 1));
        assert_eq!(ids(&left["participants"]), of(&[&tom, &ada]));
    }
}
