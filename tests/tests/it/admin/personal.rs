//! Taking one's data along and deleting one's account, as a person does it.

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
}
