//! What was said: read by participants alone, in pages, and who has read it.

use super::{Person, assert_keys, assert_message, block, chat, connect, history, people, said};
use chinwag_testkit::{TestServer, both_engines, text_message};
use serde_json::{Value, json};

async fn page(reader: &Person, chat: &str, query: &str) -> (Vec<String>, bool) {
    let said = reader.caller.get(&format!("/chat/messages/{chat}{query}")).await;
    assert_eq!(said.status, 200, "{said:?}");
    let more = said.header("x-has-more").map(|more| assert_eq!(more, "true")).is_some();
    let text = |message: &Value| message["text"].as_str().unwrap().to_owned();
    (said.json().as_array().unwrap().iter().map(text).collect(), more)
}

both_engines! {
    async fn oldest_first_for_participants(server: TestServer) {
        let [lena, tom, ada] = people(&server, ["Lena", "Tom", "Ada"]).await;
        connect(&lena, &tom).await;
        let chat = chat(&lena, &tom).await;
        assert!(history(&tom, &chat).await.is_empty());
        said(&lena, &chat, "Ferry at six").await;
        said(&tom, &chat, "Six it is").await;
        let messages = history(&lena, &chat).await;
        assert_keys(&messages[0], &["_id", "createdAt", "updatedAt", "__v", "chatId", "senderId", "readBy", "text"]);
        assert_eq!((&messages[0]["chatId"], &messages[0]["senderId"], &messages[0]["text"]), (&json!(chat), &json!(lena.id), &json!("Ferry at six")));
        assert_eq!(messages[1]["text"], "Six it is");
        assert!(messages[0]["createdAt"].as_str().unwrap().ends_with('Z'));
        assert_message(&ada.caller.get(&format!("/chat/messages/{chat}")).await, 403, "Not authorized");
        for nothing in ["x", lena.id.as_str(), "get", "send"] {
            assert_message(&lena.caller.get(&format!("/chat/messages/{nothing}")).await, 404, "Chat not found");
        }
        let room = serde_json::from_value(json!({ "kind": "room", "name": "square" })).unwrap();
        let room = server.http().with_token(&lena.token).create_conversation(&room).await.unwrap().id;
        assert_message(&lena.caller.get(&format!("/chat/messages/{room}")).await, 404, "Chat not found");
    }

    async fn who_fetches_has_read(server: TestServer) {
        let [lena, tom] = people(&server, ["Lena", "Tom"]).await;
        connect(&lena, &tom).await;
        let chat = chat(&lena, &tom).await;
        said(&lena, &chat, "one").await;
        said(&lena, &chat, "two").await;
        let read_by = async |reader: &Person| -> Vec<Value> { history(reader, &chat).await.iter().map(|message| message["readBy"].clone()).collect() };
        assert_eq!(read_by(&lena).await, [json!([lena.id]), json!([lena.id])]);
        let first = history(&lena, &chat).await[0]["_id"].as_str().unwrap().to_owned();
        let second = history(&lena, &chat).await[1]["_id"].as_str().unwrap().to_owned();
        assert_eq!(page(&tom, &chat, &format!("?before={second}")).await.0, ["one"]);
        assert_eq!(read_by(&lena).await, [json!([lena.id, tom.id]), json!([lena.id])], "what was fetched");
        assert_eq!(page(&tom, &chat, &format!("?after={first}")).await.0, ["two"]);
        assert_eq!(read_by(&lena).await, [json!([lena.id, tom.id]), json!([lena.id, tom.id])]);
        said(&lena, &chat, "three").await;
        said(&lena, &chat, "four").await;
        assert_eq!(page(&tom, &chat, "?limit=1").await.0, ["four"]);
        let both = json!([lena.id, tom.id]);
        assert_eq!(read_by(&lena).await[2..], [both.clone(), both], "whoever reads a message has read what was before it");
        let stranger = tom.caller.with("origin", "https://page.example");
        assert_message(&stranger.get(&format!("/chat/messages/{chat}")).await, 403, "Not authorized");
        block(&server, &tom, &lena).await;
        assert_eq!(read_by(&lena).await, vec![json!([lena.id]); 4], "how far somebody reads is not told past a block");
    }

    async fn in_pages(server: TestServer) {
        let [lena, tom] = people(&server, ["Lena", "Tom"]).await;
        connect(&lena, &tom).await;
        let chat = chat(&lena, &tom).await;
        let http = server.http().with_token(&lena.token);
        for number in 0..450 {
            http.send(chat.parse().unwrap(), &text_message(None, &number.to_string())).await.unwrap();
        }
        let texts = |from: usize, to: usize| -> Vec<String> { (from..to).map(|number| number.to_string()).collect() };
        assert_eq!(page(&tom, &chat, "").await, (texts(0, 450), false));
        assert_eq!(page(&tom, &chat, "?limit=1000").await, (texts(0, 450), false));
        assert_eq!(page(&tom, &chat, "?limit=250").await, (texts(200, 450), true));
        let ids: Vec<String> = history(&lena, &chat).await.iter().map(|message| message["_id"].as_str().unwrap().to_owned()).collect();
        assert_eq!(page(&tom, &chat, &format!("?limit=3&before={}", ids[10])).await, (texts(7, 10), true));
        assert_eq!(page(&tom, &chat, &format!("?limit=30&before={}", ids[10])).await, (texts(0, 10), false));
        assert_eq!(page(&tom, &chat, &format!("?limit=3&after={}", ids[10])).await, (texts(11, 14), true));
        assert_eq!(page(&tom, &chat, &format!("?after={}", ids[440])).await, (texts(441, 450), false));
        assert_eq!(page(&tom, &chat, &format!("?after={}", ids[449])).await, (Vec::new(), false));
        assert_eq!(page(&tom, &chat, &format!("?before={}", ids[0])).await, (Vec::new(), false));
        for wrong in ["?limit=0", "?limit=1001", "?limit=x", "?limit=", "?before=x", "?after=", &format!("?after={}", lena.id), &format!("?before={}&after={}", ids[1], ids[0])] {
            assert_eq!(tom.caller.get(&format!("/chat/messages/{chat}{wrong}")).await.status, 400, "{wrong}");
        }
        http.delete(chat.parse().unwrap(), 450).await.unwrap();
        http.delete(chat.parse().unwrap(), 448).await.unwrap();
        assert_eq!(page(&tom, &chat, "?limit=1").await, (texts(448, 449), true), "what was deleted takes nobody's place");
        assert_eq!(page(&tom, &chat, "?limit=2").await.0, ["446", "448"]);
        let after = format!("?limit=2&after={}", ids[445]);
        assert_eq!(page(&tom, &chat, &after).await, (vec!["446".to_owned(), "448".to_owned()], true));
        assert_eq!(tom.caller.get("/chat/my-chats").await.json()[0]["lastMessage"], json!(ids[448]));
    }
}
