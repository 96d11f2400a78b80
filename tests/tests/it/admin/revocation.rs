//! Whoever is suspended, signed out or deleted is out: within a second every connection is closed, and
//! nothing of what is said from then on reaches them, over the socket or as server-sent events.

use super::owner;
use chinwag_testkit::{
    TestServer, User, both_engines,
    client::{Frame, Socket},
    soon,
    wire::*,
};
use reqwest::Method;
use std::time::{Duration, Instant};

/// Everything a socket hears from now on until it is closed, and with which code it is.
async fn rest(socket: &mut Socket) -> (Vec<EventBody>, Option<u16>) {
    let mut heard = Vec::new();
    soon("the end of the connection", async {
        loop {
            match socket.next().await {
                Some(Frame::Event(event)) => heard.push(event.body),
                Some(Frame::Closed { code, .. }) => break (std::mem::take(&mut heard), code),
                Some(_) => {}
                None => break (std::mem::take(&mut heard), None),
            }
        }
    })
    .await
}

fn is_canary(heard: &EventBody) -> bool {
    let canary = Content::Text("the canary".to_owned());
    matches!(heard, EventBody::MessageCreated(message) if message.content.as_ref() == Some(&canary))
}

/// How an account is put out.
enum Verdict {
    Suspended,
    SignedOut,
    Deleted,
    DeletedByItself,
}

impl Verdict {
    async fn fall(&self, root: &User, on: &User) {
        match self {
            Self::Suspended => root.http.suspend(on.id(), &Suspend::default()).await,
            Self::SignedOut => root.http.sign_out_account(on.id()).await,
            Self::Deleted => root.http.delete_account(on.id()).await,
            Self::DeletedByItself => on.http.delete_own_account(on.password()).await,
        }
        .unwrap();
    }
}

async fn out_at_once(server: &TestServer, verdict: Verdict) {
    let root = owner(server, "root").await;
    let [ada, bob] = server.users(["ada", "bob"]).await;
    let id = ada.group("tea", &[&bob]).await;
    let phone = bob.another_device().await;
    let ((mut here, _), (mut there, _)) = (bob.socket().await, phone.socket().await);
    let events = bob.http.request(Method::GET, "/v1/events").send().await.unwrap();
    ada.say(id, "everybody hears this").await;

    let since = Instant::now();
    verdict.fall(&root, &bob).await;
    ada.say(id, "the canary").await;
    for socket in [&mut here, &mut there] {
        let (heard, code) = rest(socket).await;
        assert!(!heard.iter().any(is_canary), "{heard:?}");
        assert_eq!(code, Some(Code::SessionEnded.close()));
    }
    let heard = soon("the end of the stream", events.text()).await.unwrap();
    assert!(heard.contains("everybody hears this") && !heard.contains("the canary"), "{heard}");
    assert!(since.elapsed() < Duration::from_secs(1), "{:?}", since.elapsed());
    for device in [&bob, &phone] {
        assert_eq!(device.http.me().await.unwrap_err().code(), Some(Code::SessionEnded));
        let again = device.http.refresh(&device.credentials.refresh_token).await;
        assert_eq!(again.unwrap_err().code(), Some(Code::SessionEnded));
    }
}

both_engines! {
    async fn when_suspended(server: TestServer) {
        out_at_once(&server, Verdict::Suspended).await;
    }

    async fn when_signed_out(server: TestServer) {
        out_at_once(&server, Verdict::SignedOut).await;
    }

    async fn when_deleted(server: TestServer) {
        out_at_once(&server, Verdict::Deleted).await;
    }

    async fn when_one_deletes_oneself(server: TestServer) {
        out_at_once(&server, Verdict::DeletedByItself).await;
    }
}
