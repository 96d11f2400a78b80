//! Commands that are refused: the reply says why, and the connection goes on.

use super::world::World;
use crate::raw::RawSocket;
use chinwag_testkit::{TestServer, both_engines, wire::Code};
use serde_json::{Value, json};

const UNKNOWN: &str = "01a1fc1b-0fb0-7a15-bee1-c33227b5f42e";

/// What each command would take, so that it can be spoilt.
fn right(group: &str) -> Vec<(&'static str, Value)> {
    let id = json!(group);
    vec![
        (
            "send",
            json!({"conversation_id": id, "client_id": "c", "content": {"text": "hi"}, "subject": "s", "reply_to": 1}),
        ),
        ("edit", json!({"conversation_id": id, "seq": 1, "content": {"text": "hi"}})),
        ("delete", json!({"conversation_id": id, "seq": 1})),
        ("mark", json!({"conversation_id": id, "delivered": 1, "read": 1})),
        ("typing", json!({"conversation_id": id, "typing": true})),
        ("sync", json!({"conversation_id": id, "rev": 1})),
        ("history", json!({"conversation_id": id, "before": 9, "limit": 5})),
        ("conversation", json!({"conversation_id": id})),
        ("conversations", json!({"cursor": "x", "limit": 5})),
        ("join", json!({"conversation_id": id})),
        ("leave", json!({"conversation_id": id})),
        ("watch", json!({"conversation_id": id})),
        ("unwatch", json!({"conversation_id": id})),
        ("presence", json!({"state": "away"})),
        ("presence_of", json!({"account_ids": [UNKNOWN]})),
        ("request_contact", json!({"email": "nobody@example.org", "text": "hello"})),
        ("contact_requests", json!({"side": "sent", "cursor": "x", "limit": 5})),
        ("accept_contact", json!({"request_id": UNKNOWN})),
        ("reject_contact", json!({"request_id": UNKNOWN})),
        ("cancel_contact", json!({"request_id": UNKNOWN})),
        ("contacts", json!({"cursor": "x", "limit": 5})),
        ("remove_contact", json!({"account_id": UNKNOWN})),
        ("sync_account", json!({"rev": 0})),
        ("settings", json!({})),
        (
            "update_settings",
            json!({"direct_from": "shared", "found_by_name": true, "mail_contact_requests": false, "mail_missed_messages": 60}),
        ),
        ("profile", json!({"account_id": UNKNOWN})),
        ("update_profile", json!({"display_name": "Ada", "about": "me", "age": 36})),
        ("search_accounts", json!({"prefix": "bob", "cursor": "x", "limit": 5})),
        ("renew", json!({"token": "x"})),
        ("ping", json!({})),
    ]
}

/// Parameters that the command does not take.
fn spoilt(right: &Value) -> Vec<Value> {
    let fields = right.as_object().unwrap();
    let mut wrong = vec![json!([]), json!([right]), json!(7), json!("x"), json!(true)];
    let mut more = fields.clone();
    more.insert("colour".to_owned(), json!(1));
    wrong.push(json!(more));
    for (name, value) in fields {
        for bad in [json!({"x": 1}), json!([[1]]), json!(1.5), json!(1e300)] {
            let mut fields = fields.clone();
            fields.insert(name.clone(), bad);
            wrong.push(json!(fields));
        }
        if value.is_string() {
            let mut fields = fields.clone();
            fields.insert(name.clone(), json!(7));
            wrong.push(json!(fields));
        }
    }
    wrong
}

both_engines! {
    async fn wrong_parameters_are_refused_and_the_connection_goes_on(server: TestServer) {
        let world = World::new(server).await;
        let before = world.state().await;
        let mut socket = RawSocket::greeted(world.server.address, &world.ada.credentials.access_token).await;
        let mut id = 0;
        for (name, right) in right(&world.group.to_string()) {
            for with in spoilt(&right) {
                id += 1;
                socket.command(id, name, with.clone()).await;
                let reply = socket.reply(id).await;
                assert_eq!(reply["error"]["code"], Code::Invalid.name(), "{name} {with}: {reply}");
            }
        }
        assert_eq!(world.state().await, before);
    }

    async fn what_is_not_there_is_refused_and_the_connection_goes_on(server: TestServer) {
        let world = World::new(server).await;
        let before = world.state().await;
        let group = world.group;
        let mut socket = RawSocket::greeted(world.server.address, &world.ada.credentials.access_token).await;
        let refused = [
            ("fly", json!({}), Code::UnknownCommand),
            ("", json!({}), Code::UnknownCommand),
            ("hello", json!({}), Code::Invalid),
            ("hello", json!({"token": world.bob.credentials.access_token}), Code::Invalid),
            ("edit", json!({"conversation_id": group, "seq": 99, "content": {"text": "x"}}), Code::MessageNotFound),
            ("edit", json!({"conversation_id": group, "seq": i64::MIN, "content": {"text": "x"}}), Code::MessageNotFound),
            ("delete", json!({"conversation_id": group, "seq": i64::MAX}), Code::MessageNotFound),
            ("mark", json!({"conversation_id": group, "read": -1}), Code::Invalid),
            ("mark", json!({"conversation_id": group}), Code::Invalid),
            ("sync", json!({"conversation_id": group, "rev": -1}), Code::Invalid),
            ("sync", json!({"conversation_id": group, "rev": i64::MAX}), Code::Invalid),
            ("history", json!({"conversation_id": group, "before": 1, "after": 1}), Code::Invalid),
            ("history", json!({"conversation_id": group, "limit": 0}), Code::Invalid),
            ("conversations", json!({"cursor": "x"}), Code::CursorInvalid),
            ("conversations", json!({"limit": 201}), Code::Invalid),
            ("send", json!({"conversation_id": group, "client_id": "", "content": {"text": "x"}}), Code::Invalid),
            ("send", json!({"conversation_id": group, "client_id": "c", "content": {"text": ""}}), Code::Invalid),
            ("leave", json!({"conversation_id": world.direct}), Code::Forbidden),
            ("presence", json!({"state": "offline"}), Code::Invalid),
            ("presence_of", json!({"account_ids": vec![UNKNOWN; 201]}), Code::Invalid),
            ("profile", json!({"account_id": UNKNOWN}), Code::AccountNotFound),
            ("update_profile", json!({"age": 151}), Code::Invalid),
            ("search_accounts", json!({}), Code::Invalid),
            ("search_accounts", json!({"prefix": "bob", "cursor": "x"}), Code::CursorInvalid),
            ("search_accounts", json!({"prefix": "bob", "limit": 0}), Code::Invalid),
            ("renew", json!({"token": world.bob.credentials.access_token}), Code::Invalid),
            ("renew", json!({"token": "x"}), Code::Unauthenticated),
        ];
        for (id, (name, with, code)) in (1..).zip(refused) {
            socket.command(id, name, with.clone()).await;
            let reply = socket.reply(id).await;
            assert_eq!(reply["error"]["code"], code.name(), "{name} {with}: {reply}");
        }
        socket.command(1_000, "ping", json!({})).await;
        assert!(socket.reply(1_000).await["ok"].is_object());
        assert_eq!(world.state().await, before);
    }

    async fn other_peoples_conversations_are_not_there(server: TestServer) {
        let world = World::new(server).await;
        let before = world.state().await;
        let mut socket = RawSocket::greeted(world.server.address, &world.eve.credentials.access_token).await;
        let group = world.group.to_string();
        for (id, (name, with)) in (1..).zip(right(&group)) {
            if with.get("conversation_id").is_some() && name != "unwatch" {
                socket.command(id, name, with).await;
                let reply = socket.reply(id).await;
                assert_eq!(reply["error"]["code"], Code::ConversationNotFound.name(), "{name}: {reply}");
            }
        }
        assert_eq!(world.state().await, before);
    }

    async fn guests_may_read_and_nothing_else(server: TestServer) {
        let world = World::new(server).await;
        let mut socket = RawSocket::open(world.server.address).await;
        socket.command(0, "hello", json!({})).await;
        assert!(socket.reply(0).await["ok"].is_object());
        let for_members = ["send", "edit", "delete", "mark", "typing", "conversations", "join", "leave", "presence", "presence_of", "request_contact", "contact_requests", "accept_contact", "reject_contact", "cancel_contact", "contacts", "remove_contact", "sync_account", "settings", "update_settings", "renew"];
        for (id, (name, with)) in (1..).zip(right(&world.group.to_string())) {
            if for_members.contains(&name) {
                socket.command(id, name, with).await;
                let reply = socket.reply(id).await;
                assert_eq!(reply["error"]["code"], Code::Unauthenticated.name(), "{name}: {reply}");
            }
        }
    }

    async fn more_commands_than_may_be_under_way_are_all_answered(server: TestServer) {
        const COMMANDS: u64 = 300;
        let world = World::new(server).await;
        let mut socket = RawSocket::greeted(world.server.address, &world.ada.credentials.access_token).await;
        for id in 1..=COMMANDS {
            match id % 3 {
                0 => socket.command(id, "history", json!({"conversation_id": world.group})).await,
                1 => socket.command(id, "send", json!({"conversation_id": world.direct, "client_id": id.to_string(), "content": {"text": "x"}})).await,
                _ => socket.command(id, "ping", json!({})).await,
            }
        }
        let mut missing: std::collections::BTreeSet<u64> = (1..=COMMANDS).collect();
        while !missing.is_empty() {
            let reply = socket.next_reply().await;
            assert!(reply["ok"].is_object(), "{reply}");
            assert!(missing.remove(&reply["id"].as_u64().unwrap()), "answered twice: {reply}");
        }
        assert_eq!(world.ada.history(world.direct).await.len() as u64, 1 + COMMANDS / 3);
    }
}
