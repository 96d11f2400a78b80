//! Across a block neither sees the other come, go, type or read, and whoever is blocked finds no sign of it.

use crate::listening::{hear, heard_until};
use chinwag_testkit::{TestServer, User, both_engines, client::Socket, wire::*};
use serde_json::{Value, json};
use std::time::Duration;

/// How somebody appears, where an event says so.
fn appears(event: &Event, who: AccountId) -> Option<PresenceState> {
    match event.body {
        EventBody::PresenceChanged(presence) if presence.account_id == who => Some(presence.state),
        _ => None,
    }
}

fn is_typing(event: &Event, who: AccountId) -> bool {
    matches!(event.body, EventBody::Typing(typing) if typing.account_id == who)
}

async fn sees(socket: &mut Socket, who: &User, state: PresenceState) {
    hear(socket, &format!("{state:?}"), |event| {
        appears(event, who.id()).filter(|seen| *seen == state)
    })
    .await;
}

/// How somebody appears to who asks, over HTTP and the socket.
async fn answer(user: &User, socket: &Socket, who: &User) -> Vec<Presence> {
    let live: Page<Presence> =
        socket.command("presence_of", &json!({ "account_ids": [who.id()] })).await.unwrap();
    let asked = user.http.presence(&[who.id()]).await.unwrap();
    assert_eq!(live.items, asked);
    asked
}

/// The members without their watermarks, which a block takes out of sight.
async fn members_as_told(user: &User, id: ConversationId) -> Vec<Member> {
    let members = user.http.members(id, None, None).await.unwrap().items;
    members.into_iter().map(|member| Member { delivered: 0, read: 0, ..member }).collect()
}

both_engines! {
    async fn neither_sees_the_other_come_and_go(server: TestServer) {
        let [ada, bob, cleo] = server.users(["ada", "bob", "cleo"]).await;
        ada.direct(&bob).await;
        let group = cleo.group("tea", &[&ada, &bob]).await;
        let ((mut adas, _), (mut bobs, _), (mut cleos, _)) = (ada.socket().await, bob.socket().await, cleo.socket().await);
        sees(&mut adas, &bob, PresenceState::Online).await;
        ada.http.block(bob.id()).await.unwrap();
        sees(&mut adas, &bob, PresenceState::Offline).await;
        sees(&mut bobs, &ada, PresenceState::Offline).await;

        ada.http.set_presence(PresenceState::Away).await.unwrap();
        bob.http.set_presence(PresenceState::Busy).await.unwrap();
        let second_device = (ada.socket().await, bob.socket().await);
        cleo.say(group, "done").await;
        let by_ada = heard_until(&mut adas, "done").await;
        let by_bob = heard_until(&mut bobs, "done").await;
        assert!(by_ada.iter().all(|event| appears(event, bob.id()).is_none()), "{by_ada:?}");
        assert!(by_bob.iter().all(|event| appears(event, ada.id()).is_none()), "{by_bob:?}");
        sees(&mut cleos, &ada, PresenceState::Away).await;
        sees(&mut cleos, &bob, PresenceState::Busy).await;
        for ((_, ready), other) in [(&second_device.0, &bob), (&second_device.1, &ada)] {
            assert!(ready.presence.iter().all(|presence| presence.account_id != other.id()), "{ready:?}");
        }

        ada.http.unblock(bob.id()).await.unwrap();
        sees(&mut adas, &bob, PresenceState::Busy).await;
        sees(&mut bobs, &ada, PresenceState::Away).await;
    }

    async fn asked_for_each_is_offline_to_the_other(server: TestServer) {
        let [ada, bob, cleo] = server.users(["ada", "bob", "cleo"]).await;
        ada.direct(&bob).await;
        cleo.direct(&ada).await;
        let ((adas, _), (bobs, _), (mut cleos, _)) = (ada.socket().await, bob.socket().await, cleo.socket().await);
        let state = async |user: &User, socket: &Socket, who: &User| {
            answer(user, socket, who).await.iter().map(|presence| presence.state).collect::<Vec<_>>()
        };
        assert_eq!(state(&bob, &bobs, &ada).await, [PresenceState::Online]);
        ada.http.block(bob.id()).await.unwrap();
        // As for somebody who is not connected: left out, they would know.
        assert_eq!(state(&bob, &bobs, &ada).await, [PresenceState::Offline]);
        assert_eq!(state(&ada, &adas, &bob).await, [PresenceState::Offline]);
        assert_eq!(cleo.http.presence(&[ada.id()]).await.unwrap()[0].state, PresenceState::Online);

        // And when somebody really goes, the other is not told when.
        let blocked_at = server.clock.now();
        server.clock.advance(Duration::from_secs(60));
        adas.close().await;
        sees(&mut cleos, &ada, PresenceState::Offline).await;
        let seen = answer(&bob, &bobs, &ada).await[0].last_seen_at;
        assert!(seen.is_none_or(|seen| seen <= blocked_at), "{seen:?}");
    }

    async fn no_typing_passes(server: TestServer) {
        let [ada, bob, cleo] = server.users(["ada", "bob", "cleo"]).await;
        let id = cleo.group("tea", &[&ada, &bob]).await;
        let ((mut adas, _), (mut bobs, _), (mut cleos, _)) = (ada.socket().await, bob.socket().await, cleo.socket().await);
        ada.http.block(bob.id()).await.unwrap();
        let typing = json!({ "conversation_id": id, "typing": true });
        adas.command::<_, Value>("typing", &typing).await.unwrap();
        bobs.command::<_, Value>("typing", &typing).await.unwrap();
        ada.http.typing(id, false).await.unwrap();
        bob.http.typing(id, false).await.unwrap();
        cleo.say(id, "done").await;
        let [by_ada, by_bob, by_cleo] = [heard_until(&mut adas, "done").await, heard_until(&mut bobs, "done").await, heard_until(&mut cleos, "done").await];
        assert!(!by_ada.iter().any(|event| is_typing(event, bob.id())), "{by_ada:?}");
        assert!(!by_bob.iter().any(|event| is_typing(event, ada.id())), "{by_bob:?}");
        for other in [&ada, &bob] {
            assert_eq!(by_cleo.iter().filter(|event| is_typing(event, other.id())).count(), 2);
        }
    }

    async fn receipts_stay_with_their_owners(server: TestServer) {
        let [ada, bob] = server.users(["ada", "bob"]).await;
        let id = ada.direct(&bob).await;
        let aside = ada.group("aside", &[&bob]).await;
        ada.say(id, "read this").await;
        ada.http.block(bob.id()).await.unwrap();
        let rev = ada.http.conversation(id).await.unwrap().last_rev;
        let phone = bob.another_device().await;
        let ((mut adas, _), (mut phones, _)) = (ada.socket().await, phone.socket().await);
        bob.http.mark(id, &Mark { delivered: None, read: Some(1) }).await.unwrap();
        let moved = |event: &Event| match event.body {
            EventBody::ReceiptMoved(receipt) => Some((event.rev, receipt.account_id, receipt.read)),
            _ => None,
        };
        assert_eq!(hear(&mut phones, "one's own receipt", moved).await, (None, bob.id(), 1));
        ada.say(aside, "done").await;
        let heard = heard_until(&mut adas, "done").await;
        assert!(heard.iter().all(|event| moved(event).is_none()), "{heard:?}");
        assert_eq!(ada.http.changes(id, rev).await.unwrap().events, []);
        let members = ada.http.members(id, None, None).await.unwrap().items;
        let bobs = members.iter().find(|member| member.account.id == bob.id()).unwrap();
        assert_eq!((bobs.delivered, bobs.read), (0, 0), "nor does the list of members tell");
    }

    async fn whoever_is_blocked_finds_no_sign_of_it(server: TestServer) {
        let [ada, bob] = server.users(["ada", "bob"]).await;
        let id = ada.direct(&bob).await;
        ada.say(id, "hello").await;
        let looking = async || {
            let (_, ready) = bob.socket().await;
            (
                bob.http.account(ada.id()).await.unwrap(),
                bob.http.account_named("ada").await.unwrap(),
                bob.http.conversation(id).await.unwrap(),
                bob.http.conversations(None, None).await.unwrap(),
                members_as_told(&bob, id).await,
                bob.history(id).await,
                bob.http.changes(id, 0).await.unwrap().rev,
                bob.http.blocks(None).await.unwrap(),
                (ready.conversations, ready.left),
            )
        };
        let before = looking().await;
        ada.http.block(bob.id()).await.unwrap();
        assert_eq!(looking().await, before);
    }
}
