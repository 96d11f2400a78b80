//! A change is told: to one's own devices durably, to those who share a conversation or are contacts as a signal,
//! over every transport, and never across a block.

use super::rename;
use crate::{
    files::jpeg,
    listening::{hear, heard_until},
    socketio::speaker::Polled,
};
use chinwag_testkit::{
    TestServer, both_engines,
    client::{EventSource, Socket},
    soon,
    wire::*,
};
use std::sync::atomic::{AtomicI64, Ordering};

fn changed(event: &Event) -> Option<ProfileChanged> {
    match &event.body {
        EventBody::ProfileChanged(changed) => Some(changed.clone()),
        _ => None,
    }
}

async fn hears(socket: &mut Socket) -> ProfileChanged {
    hear(socket, "a profile", changed).await
}

both_engines! {
    async fn those_who_see_it_hear_of_it(server: TestServer) {
        let [ada, bob, cleo, dan, eve, fay] = server.users(["ada", "bob", "cleo", "dan", "eve", "fay"]).await;
        ada.direct(&bob).await;
        ada.group("tea", &[&cleo]).await;
        let room = ada.room("lobby", true).await;
        dan.http.join(room).await.unwrap();
        let body = RequestContact { account_id: Some(ada.id()), ..RequestContact::default() };
        let request = fay.http.request_contact(&body).await.unwrap();
        ada.http.accept_contact(request.id).await.unwrap();
        let aside = eve.direct(&bob).await;
        let mut sockets = Vec::new();
        for user in [&bob, &cleo, &dan, &fay, &eve, &ada] {
            sockets.push(user.socket().await.0);
        }
        // Ada changes over HTTP: whether she is connected herself makes no difference.
        let profile = rename(&ada, "Ada the Second").await;
        let [bobs, cleos, dans, fays, eves, adas] = &mut sockets[..] else { unreachable!() };
        for socket in [bobs, cleos, dans, fays] {
            assert_eq!(hears(socket).await, ProfileChanged { profile: profile.clone(), account_rev: None });
        }
        let own = hears(adas).await;
        assert_eq!((&own.profile, own.account_rev.is_some()), (&profile, true));
        bob.say(aside, "done").await;
        let by_eve = heard_until(eves, "done").await;
        assert!(by_eve.iter().all(|event| changed(event).is_none()), "{by_eve:?}");
    }

    async fn another_picture_is_told_too(server: TestServer) {
        let [ada, bob] = server.users(["ada", "bob"]).await;
        ada.direct(&bob).await;
        let mut bobs = bob.socket().await.0;
        let with = ada.http.set_avatar(jpeg(30, 30)).await.unwrap();
        assert_eq!(hears(&mut bobs).await.profile, with);
        let another = ada.http.set_avatar(jpeg(30, 30)).await.unwrap();
        let told = hears(&mut bobs).await.profile;
        assert!(told == another && told.avatar != with.avatar);
        ada.http.remove_avatar().await.unwrap();
        assert!(hears(&mut bobs).await.profile.avatar.is_empty());
        ada.http.remove_avatar().await.unwrap();
        rename(&ada, "Next").await;
        assert_eq!(hears(&mut bobs).await.profile.display_name, "Next", "what changes nothing is not told");
    }

    async fn it_is_in_the_log_of_the_account(server: TestServer) {
        let ada = server.user("ada").await;
        rename(&ada, "One").await;
        let profile = rename(&ada, "Two").await;
        let changes = ada.http.account_changes(0).await.unwrap();
        let bodies: Vec<_> = changes.events.into_iter().map(|event| event.body).collect();
        assert_eq!(bodies, [EventBody::ProfileChanged(ProfileChanged { profile, account_rev: Some(2) })]);
    }

    async fn nobody_hears_of_it_across_a_block(server: TestServer) {
        let [ada, bob, cleo] = server.users(["ada", "bob", "cleo"]).await;
        ada.direct(&bob).await;
        let group = cleo.group("tea", &[&ada, &bob]).await;
        let ((mut adas, _), (mut bobs, _), (mut cleos, _)) = (ada.socket().await, bob.socket().await, cleo.socket().await);
        for (blocker, other) in [(&ada, &bob), (&bob, &ada)] {
            blocker.http.block(other.id()).await.unwrap();
            rename(&ada, "Hidden from Bob").await;
            rename(&bob, "Hidden from Ada").await;
            cleo.say(group, "done").await;
            for (socket, who) in [(&mut adas, &bob), (&mut bobs, &ada)] {
                let heard = heard_until(socket, "done").await;
                let of_the_other = |event: &Event| changed(event).is_some_and(|told| told.profile.id == who.id());
                assert!(!heard.iter().any(of_the_other), "{heard:?}");
            }
            let heard = heard_until(&mut cleos, "done").await;
            assert_eq!(heard.iter().filter_map(changed).count(), 2, "the third hears both");
            blocker.http.unblock(other.id()).await.unwrap();
            rename(&ada, "Seen again").await;
            assert_eq!(hears(&mut bobs).await.profile.display_name, "Seen again");
            rename(&ada, "Ada").await;
            rename(&bob, "Bob").await;
            cleo.say(group, "over").await;
            for socket in [&mut adas, &mut bobs, &mut cleos] {
                heard_until(socket, "over").await;
            }
        }
    }

    /// A change that begins after a block was answered is not heard, however many are under way.
    async fn a_block_among_changes_ends_them(server: TestServer) {
        let [ada, bob, cleo] = server.users(["ada", "bob", "cleo"]).await;
        ada.direct(&bob).await;
        let aside = cleo.direct(&bob).await;
        let mut bobs = bob.socket().await.0;
        for _ in 0..5 {
            let begun = AtomicI64::new(0);
            let changing = async {
                for n in 1..=40 {
                    begun.store(n, Ordering::SeqCst);
                    let body = UpdateProfile { age: Patch::Set(n), ..UpdateProfile::default() };
                    ada.http.update_profile(&body).await.unwrap();
                }
            };
            let blocking = async {
                soon("some changes", async {
                    while begun.load(Ordering::SeqCst) < 10 {
                        tokio::task::yield_now().await;
                    }
                }).await;
                bob.http.block(ada.id()).await.unwrap();
                begun.load(Ordering::SeqCst)
            };
            let ((), last) = tokio::join!(changing, blocking);
            cleo.say(aside, "done").await;
            let heard = heard_until(&mut bobs, "done").await;
            let ages: Vec<_> = heard.iter().filter_map(changed).filter_map(|told| told.profile.age).collect();
            assert!(ages.len() >= 8 && ages.iter().all(|age| *age <= last), "{ages:?}, blocked at {last}");
            bob.http.unblock(ada.id()).await.unwrap();
            let clear = UpdateProfile { age: Patch::Clear, ..UpdateProfile::default() };
            ada.http.update_profile(&clear).await.unwrap();
            hear(&mut bobs, "no age", |event| changed(event).filter(|told| told.profile.age.is_none())).await;
        }
    }

    async fn it_arrives_over_server_sent_events(server: TestServer) {
        let [ada, bob] = server.users(["ada", "bob"]).await;
        ada.direct(&bob).await;
        let mut source = EventSource::new(bob.http.clone(), None);
        source.connect().await.unwrap();
        let profile = rename(&ada, "Streamed").await;
        let told = soon("the profile", async {
            loop {
                if let Some(told) = changed(&source.next().await.unwrap().event) {
                    break told;
                }
            }
        }).await;
        assert_eq!(told.profile, profile);
    }

    async fn it_arrives_over_socket_io(server: TestServer) {
        let [ada, bob] = server.users(["ada", "bob"]).await;
        ada.direct(&bob).await;
        let session = Polled::entered(&server, &bob).await;
        rename(&ada, "Polled").await;
        let mut heard = String::new();
        while !heard.contains("\"Polled\"") {
            heard += &session.poll().await;
        }
        assert!(heard.contains("42[\"profile_changed\","), "{heard}");
    }
}
