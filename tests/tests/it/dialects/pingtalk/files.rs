//! Files: sent in a form, inlined as far as there is room, given to participants alone.

use super::{Person, assert_keys, assert_message, block, chat, connect, form, history, people};
use crate::{
    dialects::{Caller, Said},
    files::jpeg,
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use chinwag_testkit::{TestServer, both_engines};
use futures_util::future::join_all;
use reqwest::Method;
use serde_json::{Value, json};

const MIB: usize = 1024 * 1024;

async fn send(from: &Person, texts: &[(&str, &str)], file: Option<(&str, &str, &[u8])>) -> Said {
    let body = form(texts, file);
    from.caller.form(Method::POST, "/chat/send-file", body).await
}

fn keys(message: &Value) -> Vec<String> {
    let mut keys: Vec<_> = message.as_object().unwrap().keys().cloned().collect();
    keys.sort();
    keys
}

both_engines! {
    async fn sent_read_and_downloaded(server: TestServer) {
        let [lena, tom, ada] = people(&server, ["Lena", "Tom", "Ada"]).await;
        connect(&lena, &tom).await;
        let chat = chat(&lena, &tom).await;
        // In any order.
        let texts = [("chatId", chat.as_str()), ("text", "the plan")];
        let said = send(&lena, &texts, Some(("file", "plän.txt", b"go west"))).await;
        assert_eq!(said.status, 201, "{said:?}");
        let message = said.json();
        assert_keys(&message, &["_id", "createdAt", "updatedAt", "__v", "chatId", "senderId", "readBy", "text", "file"]);
        assert_keys(&message["file"], &["data", "name", "mimeType", "size", "url"]);
        assert_eq!((&message["text"], &message["file"]["name"], &message["file"]["size"]), (&json!("the plan"), &json!("plän.txt"), &json!(7)));
        assert_eq!(message["file"]["data"], "Z28gd2VzdA==");
        assert!(message["file"]["mimeType"].is_string());
        assert_eq!(history(&lena, &chat).await, std::slice::from_ref(&message));
        let his = history(&tom, &chat).await;
        assert_eq!(his[0]["file"], message["file"]);
        let by_address = tom.caller.get(&format!("/chat/messages/{chat}?files=url")).await.json();
        assert_eq!((&by_address[0]["file"]["data"], &by_address[0]["file"]["url"]), (&json!(""), &message["file"]["url"]));
        let url = message["file"]["url"].as_str().unwrap();
        for reader in [&lena, &tom] {
            let file = reader.caller.get(url).await;
            assert_eq!((file.status, file.text.as_str()), (200, "go west"));
            assert_eq!(file.header("content-security-policy"), Some("sandbox; default-src 'none'"));
        }
        assert_eq!(tom.caller.with("range", "bytes=3-").get(url).await.text, "west");
        assert_message(&ada.caller.get(url).await, 404, "Not found");
        assert_message(&Caller::of(&server).get(url).await, 401, "Token Expired, please login again");
        assert_message(&tom.caller.get("/chat/files/x").await, 404, "Not found");
        let alone = send(&tom, &[("chatId", &chat)], Some(("file", "a.bin", &[0, 1, 2]))).await.json();
        assert!(!keys(&alone).contains(&"text".to_owned()));
        assert_eq!(alone["file"]["data"], "AAEC");
        let elsewhere = lena.caller.get("/chat/my-chats").await.json();
        assert_eq!(elsewhere[0]["lastMessage"], alone["_id"]);
    }

    async fn what_is_no_picture_is_a_file(server: TestServer) {
        let [lena, tom] = people(&server, ["Lena", "Tom"]).await;
        connect(&lena, &tom).await;
        let chat = chat(&lena, &tom).await;
        let whole = jpeg(40, 40);
        for bytes in [&whole[..60], &whole[..]] {
            let said = send(&lena, &[("chatId", &chat)], Some(("file", "a.jpg", bytes))).await;
            assert_eq!(said.status, 201, "{said:?}");
            let file = said.json()["file"].clone();
            assert_eq!((&file["data"], &file["size"]), (&json!(STANDARD.encode(bytes)), &json!(bytes.len())));
            assert_eq!(history(&tom, &chat).await.pop().unwrap()["file"], file);
        }
    }

    async fn many_read_at_once(server: TestServer) {
        let [lena, tom] = people(&server, ["Lena", "Tom"]).await;
        connect(&lena, &tom).await;
        let chat = chat(&lena, &tom).await;
        assert_eq!(send(&lena, &[("chatId", &chat)], Some(("file", "a.bin", &vec![7; MIB]))).await.status, 201);
        let reads = (0..8).map(|_| history(&tom, &chat));
        let read = join_all(reads).await;
        assert!(read.iter().all(|messages| messages[0]["file"]["data"] != ""), "each waits for its turn");
    }

    async fn what_cannot_be_sent(server: TestServer) {
        let [lena, tom, ada] = people(&server, ["Lena", "Tom", "Ada"]).await;
        connect(&lena, &tom).await;
        let chat = chat(&lena, &tom).await;
        let file = Some(("file", "a.txt", &b"hello"[..]));
        assert_message(&send(&lena, &[("chatId", &chat)], None).await, 400, "No file provided");
        assert_message(&send(&lena, &[("chatId", &chat)], Some(("picture", "a.txt", b"x"))).await, 400, "No file provided");
        assert_message(&send(&lena, &[("chatId", &chat)], Some(("file", "a.txt", b""))).await, 400, "No file provided");
        assert_message(&lena.caller.post("/chat/send-file", json!({ "chatId": chat, "file": "x" })).await, 400, "No file provided");
        assert_message(&send(&lena, &[], file).await, 400, "chatId is required");
        for nothing in ["x", lena.id.as_str()] {
            assert_message(&send(&lena, &[("chatId", nothing)], file).await, 404, "Chat not found");
        }
        assert_message(&send(&ada, &[("chatId", &chat)], file).await, 403, "Not authorized");
        block(&server, &tom, &lena).await;
        assert_message(&send(&lena, &[("chatId", &chat)], file).await, 403, "Not authorized");
        assert!(server.blobs().is_empty(), "nothing is kept of what was not sent");
        assert!(history(&tom, &chat).await.is_empty());
    }

    async fn what_is_too_large(server: TestServer) {
        let [lena, tom] = people(&server, ["Lena", "Tom"]).await;
        connect(&lena, &tom).await;
        let chat = chat(&lena, &tom).await;
        let texts = [("chatId", chat.as_str())];
        let whole = vec![7; 8 * MIB];
        for size in [5 * MIB + 1, 6 * MIB, 8 * MIB] {
            let said = send(&lena, &texts, Some(("file", "a.bin", &whole[..size]))).await;
            assert_message(&said, 413, "File too large");
        }
        let said = send(&lena, &texts, Some(("file", "a.bin", &whole[..5 * MIB]))).await;
        assert_eq!((said.status, &said.json()["file"]["size"]), (201, &json!(5 * MIB)));
    }

    async fn as_many_as_an_answer_has_room_for(server: TestServer) {
        let [lena, tom] = people(&server, ["Lena", "Tom"]).await;
        connect(&lena, &tom).await;
        let chat = chat(&lena, &tom).await;
        let file = vec![7; 5 * MIB];
        for number in 0..5 {
            let said = send(&lena, &[("chatId", &chat), ("text", &number.to_string())], Some(("file", "a.bin", &file))).await;
            assert_eq!(said.status, 201);
        }
        let inlined: Vec<bool> = history(&tom, &chat).await.iter().map(|message| message["file"]["data"] != "").collect();
        assert_eq!(inlined, [false, true, true, true, true], "20 MiB, the newest first");
    }

    async fn a_part_that_is_not_there(server: TestServer) {
        let [lena, tom] = people(&server, ["Lena", "Tom"]).await;
        connect(&lena, &tom).await;
        let chat = chat(&lena, &tom).await;
        let sent = send(&lena, &[("chatId", &chat)], Some(("file", "a.txt", b"go west"))).await.json();
        let said = tom.caller.with("range", "bytes=99-").get(sent["file"]["url"].as_str().unwrap()).await;
        assert_eq!((said.status, said.header("content-range")), (416, Some("bytes */7")), "{said:?}");
    }
}
