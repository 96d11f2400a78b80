//! Taking one's data along and deleting one's account, as a person does it.

use crate::files::jpeg;
use chinwag_testkit::{TestServer, both_engines, wire::*};
use serde_json::Value;

both_engines! {
    async fn one_takes_ones_data_and_goes(server: TestServer) {
        let [ada, bob] = server.users(["ada", "bob"]).await;
        let id = ada.direct(&bob).await;
        ada.say(id, "remember me").await;
        let response = ada.http.export().await.unwrap();
        assert_eq!(response.headers()["content-type"], "application/x-ndjson");
        assert_eq!(response.headers()["content-disposition"], "attachment; filename=\"chinwag-export.jsonl\"");
        let text = response.text().await.unwrap();
        let lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert_eq!(lines[0]["account_id"], ada.id().to_string());
        assert!(lines.iter().any(|line| line["type"] == "message" && line["content"]["text"] == "remember me"));
        assert_eq!(lines.last().unwrap()["lines"], lines.len());

        let wrong = ada.http.delete_own_account("not the password").await.unwrap_err();
        assert_eq!(wrong.code(), Some(Code::CredentialsWrong));
        ada.http.delete_own_account(ada.password()).await.unwrap();
        assert_eq!(bob.http.account(ada.id()).await.unwrap().display_name, "Deleted account");
        let listed = bob.http.conversations(None, None).await.unwrap();
        assert_eq!(listed.items[0].peer.as_ref().unwrap().username, "deleted");
        assert_eq!(bob.history(id).await.len(), 1);
        let again = server.user("ada").await;
        assert_ne!(again.id(), ada.id(), "the name is free again");
        server.restart().await;
        assert_eq!(ada.http.me().await.unwrap_err().code(), Some(Code::SessionEnded));
    }

    async fn one_takes_ones_files_too_and_nobody_elses(server: TestServer) {
        let [ada, bob] = server.users(["ada", "bob"]).await;
        let crew = bob.group("crew", &[&ada]).await;
        let large: Vec<u8> = (0..300_000u32).flat_map(u32::to_le_bytes).collect();
        let (text, loose) = (b"nothing but text".to_vec(), Vec::from([b'x'; 1_024]));
        let mut uploaded = Vec::new();
        for (name, bytes) in [("Gr\u{fc}\u{df}e.txt", &text), ("large.bin", &large), ("no ending", &loose)] {
            uploaded.push(ada.http.upload(name, bytes.clone()).await.unwrap().id);
        }
        bob.http.upload("bobs.txt", b"not hers".to_vec()).await.unwrap();
        let profile = ada.http.set_avatar(jpeg(300, 300)).await.unwrap();
        bob.http.set_avatar(jpeg(300, 200)).await.unwrap();
        let body = SendMessage { client_id: None, content: Content::Text("look".into()), subject: None, reply_to: None, attachments: uploaded[..2].to_vec() };
        ada.http.send(crew, &body).await.unwrap();
        bob.http.remove_member(crew, ada.id()).await.unwrap();

        let response = ada.http.export_with_files().await.unwrap();
        assert_eq!(response.headers()["content-type"], "application/x-tar");
        assert_eq!(response.headers()["content-disposition"], "attachment; filename=\"chinwag-export.tar\"");
        let files = unpacked(&response.bytes().await.unwrap());
        let names: Vec<_> = files.iter().map(|(name, _)| name.as_str()).collect();
        let squares = [64, 256, 512].map(|side| format!("avatar/{side}.jpg"));
        let expected = [format!("files/{}.txt", uploaded[0]), format!("files/{}.bin", uploaded[1]), format!("files/{}", uploaded[2])];
        assert_eq!(names, [&["lines-000001.jsonl".to_owned()], &squares[..], &expected[..]].concat());
        for ((_, bytes), side) in files[1..4].iter().zip(["64", "256", "512"]) {
            let shown = ada.http.request(reqwest::Method::GET, &profile.avatar[side]).send().await.unwrap();
            assert!(*bytes == shown.bytes().await.unwrap(), "the picture of side {side}");
        }
        assert!(files[4].1 == text && files[5].1 == large && files[6].1 == loose);
        let lines = std::str::from_utf8(&files[0].1).unwrap();
        let lines: Vec<Value> = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert_eq!(lines.last().unwrap()["lines"], lines.len());
        let listed: Vec<_> = lines.iter().filter(|line| line["type"] == "file").map(|line| line["id"].clone()).collect();
        assert_eq!(listed, uploaded.iter().map(|id| Value::from(id.to_string())).collect::<Vec<_>>());
        for query in ["?files=maybe", "?bytes=true"] {
            let path = format!("/v1/me/export{query}");
            let answer = ada.http.request(reqwest::Method::POST, &path).send().await.unwrap();
            assert_eq!(answer.status().as_u16(), 400, "{query}");
        }
    }
}

/// The files of a tar archive that ends as it must.
fn unpacked(archive: &[u8]) -> Vec<(String, Vec<u8>)> {
    let (mut files, mut rest) = (Vec::new(), archive);
    while rest[0] != 0 {
        let field = |from: usize, to: usize| {
            let text = std::str::from_utf8(&rest[from..to]).unwrap();
            text.trim_end_matches(['\0', ' ']).to_owned()
        };
        let size = usize::from_str_radix(&field(124, 136), 8).unwrap();
        files.push((field(0, 100), rest[512..512 + size].to_vec()));
        rest = &rest[512 + size.next_multiple_of(512)..];
    }
    assert_eq!(rest, [0; 1_024], "its end");
    files
}
