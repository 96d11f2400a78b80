//! What a surface that words what it hears itself is told, and when it is not told any more: the hub
//! and the product together, without a connection between.

use bytes::Bytes;
use chinwag_chat::{
    Actor, Chat, ChatOptions, Clock, Enrolment, Handle, NameRule, Origin, PasswordRule, Secrets,
    SessionKind, Viewer,
};
use chinwag_gateway::{Ear, Gateway, Heard, Hub, HubOptions, Scope};
use chinwag_sql::{Database, SqliteOptions};
use chinwag_wire::{
    Audience, Code, Content, ConversationId, CreateConversation, EventBody, Kind, SendMessage,
};
use std::{future::poll_fn, sync::Arc, task::Poll, time::Duration};

const LONG: SessionKind =
    SessionKind { surface: "test", life: Duration::from_secs(86_400), sliding: false };

struct World {
    chat: Chat,
    gateway: Gateway,
    clock: Clock,
    _folder: tempfile::TempDir,
}

fn here() -> Origin {
    Origin { address: [127, 0, 0, 1].into() }
}

impl World {
    async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("chinwag.db");
        let db = Database::sqlite(SqliteOptions { path, ..SqliteOptions::default() }).unwrap();
        let (clock, hub) = (Clock::system(), Hub::new(HubOptions::default()));
        let secrets = Secrets::from_master(b"a master secret of thirty-two b.");
        let options = ChatOptions { bcrypt_cost: 4, ..ChatOptions::new(secrets) };
        let chat = Chat::open(db, options, clock.clone(), Arc::new(hub.clone())).await.unwrap();
        Self { gateway: Gateway::new(chat.clone(), hub), chat, clock, _folder: folder }
    }

    async fn person(&self, name: &str, kind: &SessionKind) -> Actor {
        let enrolment = Enrolment {
            handle: Handle::Named(name.to_owned(), NameRule::Plain),
            email: None,
            display_name: None,
            first_name: None,
            last_name: None,
            public_key: None,
            password: "x".to_owned(),
            password_rule: PasswordRule::Any,
            extra: None,
            verify: false,
        };
        let made = self.chat.enrol(&here(), enrolment).await.unwrap();
        self.chat.open_session(&here(), made.id, kind).await.unwrap().actor
    }

    async fn conversation(&self, by: &Actor, kind: Kind, others: &[Actor]) -> ConversationId {
        let direct = kind == Kind::Direct;
        let body = CreateConversation {
            kind,
            account_id: direct.then(|| others[0].account),
            username: None,
            name: (!direct).then(|| "garden".to_owned()),
            members: if kind == Kind::Group {
                others.iter().map(|other| other.account).collect()
            } else {
                Vec::new()
            },
            guests_read: kind == Kind::Room,
            client_id: None,
        };
        self.chat.create_conversation(by, body).await.unwrap().0.id
    }

    async fn say(&self, by: &Actor, id: ConversationId, text: &str) {
        let body = SendMessage {
            client_id: None,
            content: Content::Text(text.to_owned()),
            subject: None,
            reply_to: None,
            attachments: Vec::new(),
        };
        self.chat.send(by, id, body).await.unwrap();
    }

    async fn ear(&self, actor: &Actor, scope: Scope) -> Ear {
        self.gateway.listen("test", &Viewer::Account(*actor), scope).await.unwrap()
    }
}

/// The next it gives out.
async fn next(ear: &mut Ear) -> Heard {
    let heard = poll_fn(|cx| ear.poll_hear(cx));
    tokio::time::timeout(Duration::from_secs(10), heard).await.expect("something is heard")
}

/// The next that is no event.
async fn called(ear: &mut Ear) -> Heard {
    loop {
        match next(ear).await {
            Heard::Event(_) => {}
            other => return other,
        }
    }
}

/// The text of the next message it gives out.
async fn text(ear: &mut Ear) -> String {
    loop {
        let Heard::Event(told) = next(ear).await else { panic!("an end") };
        if let EventBody::MessageCreated(message) = &told.event().body
            && let Some(Content::Text(text)) = &message.content
        {
            return text.clone();
        }
    }
}

/// Whether it gives out nothing now but what it is told of others' coming and going.
async fn is_quiet(ear: &mut Ear) -> bool {
    poll_fn(|cx| {
        loop {
            match ear.poll_hear(cx) {
                Poll::Pending => return Poll::Ready(true),
                Poll::Ready(Heard::Event(told))
                    if !matches!(told.event().body, EventBody::MessageCreated(_)) => {}
                Poll::Ready(_) => return Poll::Ready(false),
            }
        }
    })
    .await
}

#[tokio::test]
async fn hears_everything_it_is_in_once_it_begins() {
    let world = World::new().await;
    let (ann, bob) = (world.person("ann", &LONG).await, world.person("bob", &LONG).await);
    let id = world.conversation(&ann, Kind::Direct, &[bob]).await;
    let mut ear = world.ear(&bob, Scope::Everything).await;
    world.say(&ann, id, "before").await;
    assert!(is_quiet(&mut ear).await, "held");
    ear.begin();
    assert_eq!(text(&mut ear).await, "before");
    let group = world.conversation(&ann, Kind::Group, &[bob]).await;
    world.say(&ann, group, "in the group").await;
    assert_eq!(text(&mut ear).await, "in the group");
    assert_eq!((ear.hears(group), ear.hears(id)), (Some(Kind::Group), Some(Kind::Direct)));
}

#[tokio::test]
async fn words_are_written_once_for_all() {
    let world = World::new().await;
    let (ann, bob) = (world.person("ann", &LONG).await, world.person("bob", &LONG).await);
    let id = world.conversation(&ann, Kind::Direct, &[bob]).await;
    let mut ears =
        [world.ear(&bob, Scope::Everything).await, world.ear(&ann, Scope::Everything).await];
    let mut words = Vec::new();
    ears.iter().for_each(Ear::begin);
    world.say(&ann, id, "hello").await;
    for ear in &mut ears {
        let told = loop {
            match next(ear).await {
                Heard::Event(told) if told.event().rev.is_some() => break told,
                _ => {}
            }
        };
        words.push(told.words("test", || Bytes::from(format!("{}", words.len()))));
    }
    assert_eq!(words, [Bytes::from_static(b"0"), Bytes::from_static(b"0")]);
}

#[tokio::test]
async fn hears_what_it_chose_and_no_more_once_it_lost_it() {
    let world = World::new().await;
    let (ann, bob) = (world.person("ann", &LONG).await, world.person("bob", &LONG).await);
    let other = world.conversation(&ann, Kind::Direct, &[bob]).await;
    let group = world.conversation(&ann, Kind::Group, &[bob]).await;
    let mut ear = world.ear(&bob, Scope::Chosen).await;
    ear.begin();
    ear.subscribe(group).await.unwrap();
    world.say(&ann, other, "not chosen").await;
    world.say(&ann, group, "chosen").await;
    assert_eq!(text(&mut ear).await, "chosen");
    let later = world.conversation(&ann, Kind::Group, &[bob]).await;
    world.say(&ann, later, "came later").await;
    world.say(&ann, group, "queued").await;
    world.chat.remove_member(&ann, group, bob.account).await.unwrap();
    assert!(is_quiet(&mut ear).await, "nothing of it, not even what waits");
    let refused = ear.subscribe(group).await.err().unwrap();
    assert_eq!(refused.code, Code::ConversationNotFound);
    ear.subscribe(later).await.unwrap();
    ear.unsubscribe(later);
    world.say(&ann, later, "let go of").await;
    assert!(is_quiet(&mut ear).await);
}

#[tokio::test]
async fn guests_hear_open_rooms_and_are_counted() {
    let world = World::new().await;
    let ann = world.person("ann", &LONG).await;
    let room = world.conversation(&ann, Kind::Room, &[]).await;
    let group = world.conversation(&ann, Kind::Group, &[]).await;
    let mut attendance = world.gateway.attendance("test");
    let mut guest = world.gateway.listen("test", &Viewer::Guest, Scope::Chosen).await.unwrap();
    guest.begin();
    guest.subscribe(room).await.unwrap();
    assert!(guest.subscribe(group).await.is_err());
    let signed_in = [world.ear(&ann, Scope::Chosen).await, world.ear(&ann, Scope::Chosen).await];
    attendance.changed().await;
    assert_eq!(attendance.count(), Audience { accounts: 1, guests: 1 });
    world.say(&ann, room, "to all").await;
    assert_eq!(text(&mut guest).await, "to all");
    drop(signed_in);
    attendance.changed().await;
    assert_eq!(attendance.count(), Audience { accounts: 0, guests: 1 });
    let nobody = world.gateway.attendance("other").count();
    assert_eq!(nobody, Audience { accounts: 0, guests: 0 });
}

#[tokio::test]
async fn words_are_called_out_to_the_surface_alone() {
    let world = World::new().await;
    let (ann, bob) = (world.person("ann", &LONG).await, world.person("bob", &LONG).await);
    let room = world.conversation(&ann, Kind::Room, &[]).await;
    let (mut one, mut other) =
        (world.ear(&ann, Scope::Chosen).await, world.ear(&bob, Scope::Chosen).await);
    let elsewhere = world.gateway.listen("elsewhere", &Viewer::Account(bob), Scope::Chosen).await;
    let mut elsewhere = elsewhere.unwrap();
    for ear in [&one, &other, &elsewhere] {
        ear.begin();
        ear.subscribe(room).await.unwrap();
    }
    let words = Bytes::from_static(b"welcome");
    world.gateway.call_out("test", room, Some(one.id()), &words);
    assert!(matches!(called(&mut other).await, Heard::Call(heard) if heard == words));
    world.gateway.call_account("test", bob.account, &words);
    assert!(matches!(called(&mut other).await, Heard::Call(heard) if heard == words));
    assert!(is_quiet(&mut one).await && is_quiet(&mut elsewhere).await);
}

#[tokio::test]
async fn ends_with_its_session() {
    let world = World::new().await;
    let ann = world.person("ann", &LONG).await;
    let mut ear = world.ear(&ann, Scope::Everything).await;
    world.chat.sign_out(&ann, &here()).await.unwrap();
    let Heard::End(parting) = called(&mut ear).await else { panic!("not ended") };
    assert!(parting.for_good && !parting.flush);
    assert_eq!(parting.code, Code::SessionEnded.close());
    let late = world.gateway.listen("test", &Viewer::Account(ann), Scope::Chosen).await;
    assert_eq!(late.err().unwrap().code, Code::SessionEnded);

    let short = SessionKind { life: Duration::from_secs(1), ..LONG };
    let bob = world.person("bob", &short).await;
    let mut ear = world.ear(&bob, Scope::Everything).await;
    ear.begin();
    let Heard::End(parting) = called(&mut ear).await else { panic!("not ended") };
    assert!(parting.for_good, "it ended by itself");

    let eve = world.person("eve", &LONG).await;
    let mut ear = world.ear(&eve, Scope::Everything).await;
    ear.begin();
    world.clock.advance(LONG.life);
    ear.beat();
    assert!(matches!(called(&mut ear).await, Heard::End(parting) if parting.for_good));
}

#[tokio::test]
async fn a_shutdown_sends_nobody_away_for_good() {
    let world = World::new().await;
    let ann = world.person("ann", &LONG).await;
    let mut ear = world.ear(&ann, Scope::Everything).await;
    ear.begin();
    let end = async { world.gateway.shut_down(Duration::from_secs(5)).await };
    let heard = async {
        let heard = called(&mut ear).await;
        drop(ear);
        heard
    };
    let ((), heard) = tokio::join!(end, heard);
    assert!(matches!(heard, Heard::End(parting) if !parting.for_good));
}
