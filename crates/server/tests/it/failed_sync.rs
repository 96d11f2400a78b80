//! A disk that does not keep what it is given: every sync of the running server is answered with an error, as
//! a dying disk would (strace puts it there).

use crate::serving::Serving;
use chinwag_client::{Error, Http};
use chinwag_wire::{
    Code, Content, ConversationId, CreateConversation, Kind, Message, Register, SendMessage, Sent,
};
use futures_util::future::join_all;
use std::{
    io::{BufRead as _, BufReader},
    process::{Child, Command, Stdio},
};

/// The disk of a process, failing until this is dropped.
struct FailingDisk(Child);

impl FailingDisk {
    /// Every sync fails when this answers.
    fn of(pid: u32) -> Self {
        let mut strace = Command::new("strace")
            .args(["-f", "-e", "trace=fsync,fdatasync", "-e", "inject=fsync,fdatasync:error=EIO"])
            .args(["-p", &pid.to_string()])
            .stderr(Stdio::piped())
            .spawn()
            .expect("strace is there: `scripts/install strace`");
        let mut lines = BufReader::new(strace.stderr.take().unwrap()).lines().map_while(Result::ok);
        // Said once every thread is held; those that begin later are held from their beginning.
        let first = lines.next().unwrap_or_default();
        assert!(first.contains("attached"), "strace may look at the server: {first}");
        std::thread::spawn(move || lines.for_each(drop));
        Self(strace)
    }
}

impl Drop for FailingDisk {
    fn drop(&mut self) {
        // Asked, not killed: it has to let go of the server in order.
        let asked = Command::new("kill").arg(self.0.id().to_string()).status();
        assert!(asked.is_ok_and(|status| status.success()) && self.0.wait().is_ok());
    }
}

fn text(n: usize) -> SendMessage {
    let content = Content::Text(format!("message {n}"));
    SendMessage {
        client_id: Some(n.to_string()),
        content,
        subject: None,
        reply_to: None,
        attachments: Vec::new(),
    }
}

/// Somebody with a room of their own.
async fn talker(url: &str) -> (Http, ConversationId) {
    let stranger = Http::new(url).unwrap();
    let register = Register {
        username: Some("ada".into()),
        password: "a long password".into(),
        email: None,
        display_name: None,
        owner_link: None,
        device: None,
    };
    let ada = stranger.with_token(stranger.register(&register).await.unwrap().access_token);
    let room = CreateConversation {
        kind: Kind::Room,
        name: Some("room".into()),
        account_id: None,
        username: None,
        members: Vec::new(),
        guests_read: true,
        client_id: None,
    };
    let room = ada.create_conversation(&room).await.unwrap().id;
    (ada, room)
}

async fn send_all(
    ada: &Http,
    room: ConversationId,
    numbers: std::ops::Range<usize>,
) -> Vec<Result<Sent, Error>> {
    join_all(numbers.map(async |n| ada.send(room, &text(n)).await)).await
}

fn all_are_refused(answers: &[Result<Sent, Error>]) {
    for answer in answers {
        let refused = answer.as_ref().unwrap_err();
        assert_eq!(refused.code(), Some(Code::Unavailable), "{refused}");
    }
}

fn all_are_there(history: &[Message], acknowledged: &[Sent]) {
    for sent in acknowledged {
        let stored = history.iter().find(|message| message.seq == sent.seq);
        assert!(stored.is_some_and(|message| message.sent_at == sent.sent_at), "{sent:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_failed_sync_nothing_is_acknowledged_that_is_not_stored() {
    let dir = tempfile::tempdir().unwrap();
    let serving = Serving::start(dir.path());
    let (ada, room) = talker(&serving.url).await;
    let acknowledged: Vec<Sent> =
        send_all(&ada, room, 0..10).await.into_iter().map(Result::unwrap).collect();

    let failing = FailingDisk::of(serving.pid());
    all_are_refused(&send_all(&ada, room, 10..30).await);
    assert!(!serving.ask(&["healthcheck"]).status.success(), "it is not ready");
    let history = ada.whole_history(room).await.expect("reading goes on");
    assert_eq!(history.len(), acknowledged.len());
    all_are_there(&history, &acknowledged);

    // The disk seems well again, but what it took meanwhile cannot be known.
    drop(failing);
    all_are_refused(&send_all(&ada, room, 30..35).await);
    assert!(ada.whole_history(room).await.is_ok());

    serving.kill();
    let serving = Serving::start(dir.path());
    let ada = Http::new(&serving.url).unwrap().with_token(ada.token().unwrap());
    let history = ada.whole_history(room).await.unwrap();
    all_are_there(&history, &acknowledged);
    let again = ada.send(room, &text(10)).await.expect("a new process writes again");
    let number = history.iter().find(|message| message.client_id == "10");
    assert_eq!(again.seq, number.map_or(history.len() as i64 + 1, |message| message.seq));
    assert_eq!(serving.stop().1.code(), Some(0));
}
