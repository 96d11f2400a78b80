//! Sending and reading back.

use super::{
    assert_errored, assert_failed, chats, contents, enter, names, read, send, sign_in, sign_up,
};
use crate::{dialects::Caller, storage::small_disk::SmallDisk};
use chinwag_testkit::{TestServer, both_engines, eventually};
use serde_json::{Value, json};

both_engines! {
    async fn a_message_is_read_by_both(server: TestServer) {
        let (nora, piet) = (enter(&server, "nora").await, enter(&server, "piet").await);
        assert_eq!(send(&nora, "piet", "Tea at four?").await.at("status"), (200, json!("succeeded")));
        let said = read(&nora, "piet", 1).await.json();
        let message = said["data"][0].as_object().unwrap().clone();
        let mut keys: Vec<_> = message.keys().cloned().collect();
        keys.sort();
        assert_eq!(keys, ["at", "content", "from", "id", "to"]);
        assert_eq!((&message["from"], &message["to"], &message["content"]), (&json!("nora"), &json!("piet"), &json!("Tea at four?")));
        assert!(message["id"].as_str().unwrap().parse::<uuid::Uuid>().is_ok());
        assert!(message["at"].as_str().unwrap().ends_with('Z'));
        assert_eq!(read(&piet, "NORA", 1).await.json()["data"], said["data"], "the same for both");
        assert_eq!(chats(&piet).await, names(&["nora"]));
        assert_eq!(chats(&nora).await, names(&["piet"]));
        let documented = nora.with("chinwag-shape", "documented");
        assert_eq!(chats(&documented).await, json!(["piet"]));
    }

    async fn n_means_n(server: TestServer) {
        let (nora, piet) = (enter(&server, "nora").await, enter(&server, "piet").await);
        for number in 0..5 {
            assert_eq!(send(if number % 2 == 0 { &nora } else { &piet }, if number % 2 == 0 { "piet" } else { "nora" }, &number.to_string()).await.status, 200);
        }
        for count in 1..=6 {
            let data = read(&nora, "piet", count).await.json()["data"].clone();
            let texts: Vec<_> = data.as_array().unwrap().iter().map(|message| message["content"].clone()).collect();
            let newest: Vec<_> = (0..5).rev().take(count as usize).map(|number| json!(number.to_string())).collect();
            assert_eq!(texts, newest, "newest first");
        }
        for count in [json!(0), json!(-1), json!(1.5), json!(true), json!(null), json!("x"), json!("0")] {
            assert_errored(&nora.post("/chat/messages/get", json!({ "withUsername": "piet", "noMsgs": count })).await);
            assert_errored(&nora.post("/chats/get", json!({ "noChats": count })).await);
        }
        assert_eq!(read(&nora, "piet", 100_000).await.json()["data"].as_array().unwrap().len(), 5);
        let digits = nora.post("/chat/messages/get", json!({ "withUsername": "piet", "noMsgs": "2" })).await;
        assert_eq!(digits.json()["data"].as_array().unwrap().len(), 2);
        for name in ["anna", "bert", "carl"] {
            send(&nora, name, "hello").await;
        }
        let two = nora.post("/chats/get", json!({ "noChats": 2 })).await.json();
        assert_eq!(two["data"], names(&["carl", "bert"]), "the one started last comes first");
        send(&nora, "anna", "again").await;
        assert_eq!(chats(&nora).await, names(&["carl", "bert", "anna", "piet"]));
    }

    async fn more_than_is_read_at_once(server: TestServer) {
        let nora = enter(&server, "nora").await;
        sign_up(&server, "piet").await;
        for number in 0..450 {
            send(&nora, "piet", &number.to_string()).await;
        }
        let newest: Vec<String> = (0..450).rev().map(|number: u32| number.to_string()).collect();
        assert_eq!(contents(&nora, "piet").await, newest);
        let some = read(&nora, "piet", 250).await.json()["data"].as_array().unwrap().len();
        assert_eq!(some, 250, "n means n");
    }

    async fn nobody_may_be_written_to(server: TestServer) {
        let nora = enter(&server, "nora").await;
        assert_eq!(send(&nora, "Willem", "are you there?").await.at("status"), (200, json!("succeeded")));
        assert_eq!(contents(&nora, "willem").await, ["are you there?"]);
        assert_eq!(chats(&nora).await, names(&["Willem"]));
        let unclaimed = sign_in(&Caller::of(&server), "/auth/signin", "willem").await;
        assert_failed(&unclaimed);
        let stranger = server.user("stranger").await;
        let unseen = stranger.http.account_named("willem").await.unwrap_err();
        assert_eq!(unseen.code(), Some(chinwag_testkit::wire::Code::AccountNotFound));
        let willem = enter(&server, "willem").await;
        assert_eq!(contents(&willem, "nora").await, ["are you there?"]);
        assert_eq!(chats(&willem).await, names(&["nora"]));
        send(&willem, "nora", "I am").await;
        assert_eq!(contents(&nora, "willem").await, ["I am", "are you there?"]);
    }

    async fn what_a_message_may_be(server: TestServer) {
        let nora = enter(&server, "nora").await;
        sign_up(&server, "piet").await;
        let send_body = async |body: Value| nora.post("/chat/messages/send", body).await;
        for wrong in [
            json!({}),
            json!({ "receiverUsername": "piet" }),
            json!({ "content": "x" }),
            json!({ "receiverUsername": "piet", "content": "" }),
            json!({ "receiverUsername": "piet", "content": 7 }),
            json!({ "receiverUsername": "piet", "content": "x".repeat(65_537) }),
            json!({ "receiverUsername": "", "content": "x" }),
            json!({ "receiverUsername": " piet", "content": "x" }),
            json!({ "receiverUsername": "p".repeat(65), "content": "x" }),
            json!({ "receiverUsername": null, "content": "x" }),
        ] {
            assert_errored(&send_body(wrong).await);
        }
        assert_failed(&send(&nora, "nora", "x").await);
        assert_failed(&send(&nora, "NORA", "x").await);
        assert_eq!(chats(&nora).await, json!([]), "nothing of it made a chat");
        assert_eq!(send(&nora, "piet", &"x".repeat(65_536)).await.status, 200);
        assert_eq!(read(&nora, "nobody at all", 1).await.at("data"), (200, json!([])));
    }

    async fn names_are_data(server: TestServer) {
        let odd = ["a:b", "a", "b:c", "a-with-b", "with", "%", "_", "a'b", "a\"b", "a/b", "../a"];
        let mut people = Vec::new();
        for name in odd {
            people.push(enter(&server, name).await);
        }
        for (index, person) in people.iter().enumerate() {
            let to = odd[(index + 1) % odd.len()];
            assert_eq!(send(person, to, &format!("to {to}")).await.status, 200);
        }
        for (index, person) in people.iter().enumerate() {
            let (next, before) = (odd[(index + 1) % odd.len()], odd[(index + odd.len() - 1) % odd.len()]);
            for other in odd {
                let wanted: Vec<String> = match other {
                    _ if other == odd[index] => Vec::new(),
                    _ if other == next => vec![format!("to {next}")],
                    _ if other == before => vec![format!("to {}", odd[index])],
                    _ => Vec::new(),
                };
                assert_eq!(contents(person, other).await, wanted, "{} with {other}", odd[index]);
            }
        }
    }

    async fn first_messages_at_once_are_one_chat(server: TestServer) {
        let (nora, piet) = (enter(&server, "nora").await, enter(&server, "piet").await);
        let (one, other) = tokio::join!(send(&nora, "piet", "first"), send(&piet, "nora", "first"));
        assert_eq!((one.status, other.status), (200, 200));
        assert_eq!(chats(&nora).await, names(&["piet"]));
        let both = read(&nora, "piet", 10).await.json()["data"].clone();
        assert_eq!(both.as_array().unwrap().len(), 2);
        assert_eq!(read(&piet, "nora", 10).await.json()["data"], both, "one order for both");
    }

    async fn what_is_fetched_has_been_read(server: TestServer) {
        let (nora, piet) = (enter(&server, "nora").await, enter(&server, "piet").await);
        send(&nora, "piet", "read me").await;
        contents(&piet, "nora").await;
        let body = chinwag_testkit::wire::SignIn { name: "nora".to_owned(), password: "kettle".to_owned(), device: None, known_device: None };
        let credentials = server.http().sign_in(&body).await.unwrap();
        let native = server.http().with_token(&credentials.access_token);
        let list = native.conversations(None, None).await.unwrap();
        let members = native.members(list.items[0].id, None, None).await.unwrap();
        assert!(members.items.iter().all(|member| member.read == 1), "{members:?}");
    }

    async fn a_name_that_waits_is_given_to_nobody_who_did_not_choose_it(server: TestServer) {
        let nora = enter(&server, "nora").await;
        assert_eq!(send(&nora, "mara-quist", "whoever you will be").await.at("status"), (200, json!("succeeded")));
        let caller = Caller::of(&server);
        let mara = json!({ "email": "mara@example.org", "firstName": "Mara", "lastName": "Quist", "password": "windmill9" });
        assert_eq!(caller.post("/api/register", mara.clone()).await.status, 200);
        let signed = caller.post("/api/login", mara).await;
        let handle = server.http().with_token(signed.header("authorization").unwrap()).me().await.unwrap().username;
        assert!(handle.starts_with("mara-quist-") && handle.len() == "mara-quist-".len() + 4, "derived: {handle}");
        let chosen = enter(&server, "Mara-Quist").await;
        assert_eq!(contents(&chosen, "nora").await, ["whoever you will be"]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn it_is_read_where_nothing_can_be_written() {
    let disk = SmallDisk::new(8 * 1024);
    let server = disk.server().await;
    let (nora, piet) = (enter(&server, "nora").await, enter(&server, "piet").await);
    send(&nora, "piet", "Tea at four?").await;
    let _filling = disk.fill();
    for bytes in [4_000, 1] {
        eventually("the disk is full", async || {
            send(&nora, "piet", &"x".repeat(bytes)).await.status == 500
        })
        .await;
    }
    let said = read(&piet, "nora", 1000).await;
    assert_eq!(said.at("status"), (200, json!("succeeded")));
    let texts = said.json()["data"].as_array().unwrap().clone();
    assert_eq!(texts.last().unwrap()["content"], "Tea at four?");
}
