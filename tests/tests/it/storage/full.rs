//! No room on the disk: refused with `storage_full`, over every surface, with nothing acknowledged that is not
//! there, and no restart when there is room again.

use super::small_disk::SmallDisk;
use chinwag_testkit::{
    TestServer, User,
    client::Error,
    eventually, text_message,
    wire::{Code, Content, ConversationId, Sent},
};
use reqwest::Method;
use serde_json::{Value, json};

/// Sends until the disk is full: what was acknowledged, and the refusal.
async fn send_until_full(
    user: &User,
    id: ConversationId,
    bytes: usize,
) -> (Vec<(String, Sent)>, Error) {
    let mut sent = Vec::new();
    for n in 0..10_000 {
        let text = format!("{n} {}", "x".repeat(bytes));
        match user.http.send(id, &text_message(Some(&format!("{bytes}-{n}")), &text)).await {
            Ok(stored) => sent.push((text, stored)),
            Err(error) => return (sent, error),
        }
    }
    panic!("the disk is never full");
}

async fn all_are_there(reader: &User, id: ConversationId, sent: &[(String, Sent)]) {
    let history = reader.history(id).await;
    for (text, sent) in sent {
        let message = &history[usize::try_from(sent.seq).unwrap() - 1];
        assert_eq!((message.seq, message.sent_at), (sent.seq, sent.sent_at));
        assert_eq!(message.content, Some(Content::Text(text.clone())));
    }
}

async fn world(server: &TestServer) -> (User, User, ConversationId) {
    let [ada, bob] = server.users(["ada", "bob"]).await;
    let id = ada.direct(&bob).await;
    (ada, bob, id)
}

#[tokio::test(flavor = "multi_thread")]
async fn writing_is_refused_and_reading_goes_on_until_there_is_room() {
    let disk = SmallDisk::new(8 * 1024);
    let server = disk.server().await;
    let (ada, bob, id) = world(&server).await;
    let (socket, _) = bob.socket().await;
    let first = ada.say(id, "while there is room").await;
    let filling = disk.fill();

    let (mut sent, error) = send_until_full(&ada, id, 4_000).await;
    let problem = error.problem().unwrap_or_else(|| panic!("{error}"));
    assert_eq!(problem.code, Code::StorageFull);
    assert!(problem.retry_after.is_some());
    let path = format!("/v1/conversations/{id}/messages");
    let body = json!({"content": {"text": "x".repeat(4_000)}, "client_id": "full"});
    let answer = ada.http.request(Method::POST, &path).json(&body).send().await.unwrap();
    assert_eq!(answer.status(), 507);
    assert!(answer.headers().contains_key("retry-after"));
    let with = json!({"conversation_id": id, "client_id": "over-the-socket", "content": {"text": "x".repeat(4_000)}});
    let refused = socket.command::<_, Value>("send", &with).await.unwrap_err();
    assert_eq!(refused.code(), Some(Code::StorageFull), "{refused}");
    // A small one may still have fitted; then there is no room for anything.
    let (small, error) = send_until_full(&ada, id, 1).await;
    assert_eq!(error.code(), Some(Code::StorageFull));
    sent.extend(small);
    eventually("it is not ready", async || {
        server.http().request(Method::GET, "/readyz").send().await.unwrap().status() == 507
    })
    .await;

    assert_eq!(bob.http.message(id, first.seq).await.unwrap().seq, first.seq);
    assert!(bob.http.me().await.is_ok() && bob.http.conversation(id).await.is_ok());
    let missed: Value =
        socket.command("sync", &json!({"conversation_id": id, "rev": 0})).await.unwrap();
    assert!(!missed["events"].as_array().unwrap().is_empty());
    all_are_there(&bob, id, &sent).await;
    let before = bob.history(id).await.len();

    drop(filling);
    let again = ada
        .http
        .send(id, &text_message(Some("full"), &"x".repeat(4_000)))
        .await
        .expect("there is room, without a restart");
    assert_eq!(again.seq as usize, before + 1, "what was refused is not there");
    let _: Sent = socket.command("send", &with).await.unwrap();
    eventually("it is ready again", async || {
        server.http().request(Method::GET, "/readyz").send().await.unwrap().status() == 200
    })
    .await;
    sent.push(("x".repeat(4_000), again));
    server.restart().await;
    all_are_there(&ada, id, &sent).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_disk_that_messages_fill_loses_none_of_them() {
    let disk = SmallDisk::new(3 * 1024);
    let server = disk.server().await;
    let (ada, bob, id) = world(&server).await;
    let one = send_until_full(&ada, id, 4_000);
    let other = send_until_full(&bob, id, 4_000);
    let ((mut sent, one), (theirs, other)) = tokio::join!(one, other);
    assert_eq!((one.code(), other.code()), (Some(Code::StorageFull), Some(Code::StorageFull)));
    sent.extend(theirs);
    assert!(sent.len() > 10, "{}", sent.len());
    all_are_there(&ada, id, &sent).await;
    let history = bob.history(id).await;
    assert_eq!(history.len(), sent.len(), "nothing that was refused is there");
    server.abort().await;
    server.start_again().await;
    assert_eq!(bob.history(id).await, history);
}

#[tokio::test(flavor = "multi_thread")]
async fn files_are_refused_whole_until_there_is_room() {
    let disk = SmallDisk::new(8 * 1024);
    let server = disk.server().await;
    let (ada, _, _) = world(&server).await;
    let kept = ada.http.upload("kept", vec![7; 100_000]).await.unwrap();
    let filling = disk.fill();
    for size in [10, 2_000_000] {
        let error = ada.http.upload("more", vec![7; size]).await.unwrap_err();
        let problem = error.problem().unwrap_or_else(|| panic!("{error}"));
        assert_eq!(problem.code, Code::StorageFull, "{size}");
    }
    assert_eq!(ada.http.download(kept.id).await.unwrap().len(), 100_000);
    drop(filling);
    eventually("there is room again", async || ada.http.upload("more", "x").await.is_ok()).await;
    assert_eq!(server.blobs().len(), 2, "nothing is left of what was refused");
}
