//! The hub alone: who hears what, in which order, and who hears nothing any more.

use super::Hub;
use crate::{
    HubOptions,
    listener::{Listener, Subscription, Transport},
    outbox::{Ending, Taken},
};
use chinwag_chat::{Actor, Notice, Publisher as _, Viewer};
use chinwag_wire::{
    AccountId, Code, ConversationChanged, ConversationId, Event, EventBody, Joined, Kind, Left,
    MemberLeft, PresenceState, SessionId, Time,
};
use futures_util::task::noop_waker_ref;
use std::{
    sync::Arc,
    task::{Context, Poll},
    time::{Duration, Instant},
};
use uuid::Uuid;

const PLACE: ConversationId = ConversationId(Uuid::from_u128(100));

fn hub() -> Hub {
    Hub::new(HubOptions {
        connections_per_session: 2,
        connections_per_account: 3,
        ..HubOptions::default()
    })
}

fn account(number: u128) -> AccountId {
    AccountId(Uuid::from_u128(number))
}

/// A connection of this account, in a session of the same number.
fn connect(hub: &Hub, number: u128) -> Result<Arc<Listener>, Code> {
    connect_in(hub, number, number)
}

fn connect_in(hub: &Hub, number: u128, session: u128) -> Result<Arc<Listener>, Code> {
    hub.register(Transport::Socket, &viewer(number, session), None)
}

fn viewer(number: u128, session: u128) -> Viewer {
    let session = SessionId(Uuid::from_u128(session));
    Viewer::Account(Actor { account: account(number), session, expires: Time(0) })
}

/// A member of [`PLACE`], online.
fn member(hub: &Hub, number: u128, kind: Kind) -> Arc<Listener> {
    let listener = connect(hub, number).unwrap();
    hub.people().blocks_read(account(number), Vec::new());
    hub.subscribe(
        &listener,
        PLACE,
        Subscription { kind, member: true, fresh: false, after: 0, visible_from: 1 },
    );
    hub.appear(account(number), PresenceState::Online);
    listener
}

/// A change that nobody needs to look into.
fn change(rev: i64) -> Notice {
    let body = EventBody::MemberLeft(MemberLeft { account_id: account(9), removed_by: None });
    let event = Event { conversation_id: Some(PLACE), rev: Some(rev), body };
    Notice::Conversation { conversation: PLACE, kind: Kind::Group, event }
}

/// A change that guests hear of too.
fn renamed(rev: i64) -> Notice {
    let body =
        EventBody::ConversationChanged(ConversationChanged { name: None, guests_read: true });
    let event = Event { conversation_id: Some(PLACE), rev: Some(rev), body };
    Notice::Conversation { conversation: PLACE, kind: Kind::Room, event }
}

fn left(number: u128) -> Notice {
    let body = EventBody::ConversationLeft(Left { conversation_id: PLACE, account_rev: 1 });
    let event = Event { conversation_id: Some(PLACE), rev: None, body };
    Notice::Left { account: account(number), conversation: PLACE, event }
}

fn joined(number: u128, rev: i64) -> Notice {
    let body = EventBody::ConversationJoined(Joined { conversation_id: PLACE, account_rev: 1 });
    let event = Event { conversation_id: Some(PLACE), rev: Some(rev), body };
    Notice::Joined {
        account: account(number),
        conversation: PLACE,
        kind: Kind::Group,
        visible_from: 1,
        event,
    }
}

fn take(listener: &Listener) -> Option<Taken> {
    match listener.outbox.poll_take(&mut Context::from_waker(noop_waker_ref())) {
        Poll::Ready(taken) => Some(taken),
        Poll::Pending => None,
    }
}

/// Names of what was heard, with the `rev` where there is one.
fn heard(listener: &Listener) -> Vec<String> {
    match take(listener) {
        Some(Taken::Entries(entries)) => entries
            .iter()
            .map(|entry| {
                entry.rev.map_or(entry.name.to_owned(), |rev| format!("{} {rev}", entry.name))
            })
            .collect(),
        None => Vec::new(),
        ending => panic!("ended: {ending:?}"),
    }
}

#[test]
fn everyone_hears_in_the_order_of_the_log() {
    let hub = hub();
    let (a, b) = (member(&hub, 1, Kind::Group), member(&hub, 2, Kind::Group));
    heard(&a);
    hub.publish(vec![change(5)]);
    hub.publish(vec![change(7)]);
    assert_eq!(heard(&b), ["member_left 5"], "7 waits for 6");
    hub.publish(vec![change(6)]);
    assert_eq!(heard(&b), ["member_left 6", "member_left 7"]);
    assert_eq!(heard(&a), ["member_left 5", "member_left 6", "member_left 7"]);
}

#[test]
fn a_gap_that_lasts_is_passed_over() {
    let hub = hub();
    let a = member(&hub, 1, Kind::Group);
    hub.publish(vec![change(5), change(8)]);
    assert_eq!(heard(&a), ["member_left 5"]);
    hub.sweep(Instant::now() + Duration::from_millis(150));
    assert_eq!(heard(&a), ["member_left 8"]);
}

#[test]
fn whoever_left_hears_nothing_more_not_even_what_waited() {
    let hub = hub();
    let (a, b) = (member(&hub, 1, Kind::Group), member(&hub, 2, Kind::Group));
    heard(&a);
    hub.publish(vec![change(1)]);
    hub.publish(vec![change(2), left(2)]);
    hub.publish(vec![change(3)]);
    assert_eq!(heard(&b), ["conversation_left"]);
    assert_eq!(heard(&a), ["member_left 1", "member_left 2", "member_left 3"]);
}

#[test]
fn whoever_joins_hears_only_what_is_newer() {
    let hub = hub();
    let (a, b) = (member(&hub, 1, Kind::Group), connect(&hub, 2).unwrap());
    hub.publish(vec![change(4), joined(2, 5), change(5), change(6)]);
    assert_eq!(heard(&b), ["conversation_joined 5", "presence_changed", "member_left 6"]);
    assert_eq!(heard(&a), ["member_left 4", "presence_changed", "member_left 5", "member_left 6"]);
}

#[test]
fn an_ended_session_closes_its_connections_alone() {
    let hub = hub();
    let (a, b) = (connect_in(&hub, 1, 10).unwrap(), connect_in(&hub, 1, 11).unwrap());
    hub.publish(vec![Notice::SessionEnded { session: SessionId(Uuid::from_u128(10)) }]);
    assert_eq!(take(&a), Some(Taken::Ending(Ending::at_once(Code::SessionEnded))));
    assert_eq!(take(&b), None);
}

#[test]
fn connections_are_limited_and_freed() {
    let hub = hub();
    let first = connect_in(&hub, 1, 10).unwrap();
    connect_in(&hub, 1, 10).unwrap();
    assert_eq!(connect_in(&hub, 1, 10).unwrap_err(), Code::TooManyConnections);
    connect_in(&hub, 1, 11).unwrap();
    assert_eq!(connect_in(&hub, 1, 12).unwrap_err(), Code::TooManyConnections);
    assert_eq!(hub.connections(), 3);
    hub.close(&first);
    connect_in(&hub, 1, 12).unwrap();
    assert_eq!(hub.connections(), 3);
}

#[test]
fn what_a_surface_lets_a_session_open_is_its_own_to_say() {
    let hub = hub();
    let surface = Transport::Surface("a surface");
    for _ in 0..3 {
        hub.register(surface, &viewer(1, 10), None).unwrap();
    }
    let one_more = hub.register(surface, &viewer(1, 10), None);
    assert_eq!(
        one_more.unwrap_err(),
        Code::TooManyConnections,
        "the account has as many as it may"
    );
    let other = hub.register(surface, &viewer(2, 11), None).unwrap();
    connect_in(&hub, 2, 11).unwrap();
    hub.close(&other);
    connect_in(&hub, 2, 11).unwrap();
    assert_eq!(connect_in(&hub, 2, 11).unwrap_err(), Code::TooManyConnections);
}

#[test]
fn guests_are_shut_out_when_a_room_closes_to_them() {
    let hub = hub();
    let guest = hub.register(Transport::Socket, &Viewer::Guest, None).unwrap();
    let passing =
        Subscription { kind: Kind::Room, member: false, fresh: true, after: 0, visible_from: 1 };
    hub.subscribe(&guest, PLACE, passing);
    let resident = member(&hub, 1, Kind::Room);
    assert_eq!((hub.audience(PLACE).accounts, hub.audience(PLACE).guests), (1, 1));
    hub.publish(vec![change(1), renamed(2)]);
    assert_eq!(heard(&guest), ["conversation_changed 2"], "who comes and goes is for members");
    hub.publish(vec![renamed(3)]);
    hub.publish(vec![renamed(4), Notice::GuestsClosed { conversation: PLACE }]);
    assert!(heard(&guest).is_empty());
    assert_eq!(heard(&resident).len(), 4);
    hub.subscribe(&resident, PLACE, passing);
    assert!(resident.is_member_of(PLACE), "looking in does not end a membership");
}

#[test]
fn a_room_is_told_its_audience_once() {
    let hub = hub();
    let (a, _b) = (member(&hub, 1, Kind::Room), member(&hub, 2, Kind::Room));
    hub.sweep(Instant::now() + Duration::from_secs(2));
    hub.sweep(Instant::now() + Duration::from_secs(4));
    assert_eq!(heard(&a), ["audience_changed"]);
}

#[test]
fn presence_reaches_the_circle_once_and_ends_after_the_grace() {
    let hub = hub();
    let a = member(&hub, 1, Kind::Group);
    let b = member(&hub, 2, Kind::Group);
    assert_eq!(heard(&a), ["presence_changed"]);
    assert!(heard(&b).is_empty());
    assert_eq!(hub.seen_by(account(1)).len(), 1);
    assert!(hub.close(&b), "the last connection lingers");
    assert_eq!(hub.seen_by(account(1)).len(), 1);
    hub.forget(&b, Some(Time(1)));
    assert_eq!(heard(&a), ["presence_changed"]);
    assert!(hub.seen_by(account(1)).is_empty());
}

#[test]
fn a_reconnect_within_the_grace_is_no_news() {
    let hub = hub();
    let (a, b) = (member(&hub, 1, Kind::Group), member(&hub, 2, Kind::Group));
    heard(&a);
    hub.close(&b);
    let _again = member(&hub, 2, Kind::Group);
    hub.forget(&b, None);
    assert!(heard(&a).is_empty());
    assert_eq!(hub.seen_by(account(1)).len(), 1);
}

#[test]
fn a_block_hides_both_from_each_other() {
    let hub = hub();
    let (a, b) = (member(&hub, 1, Kind::Group), member(&hub, 2, Kind::Group));
    heard(&a);
    let blocked = |blocked| Notice::BlockChanged { by: account(1), other: account(2), blocked };
    hub.publish(vec![blocked(true)]);
    assert_eq!((heard(&a).len(), heard(&b).len()), (1, 1), "each sees the other go");
    assert!(hub.seen_by(account(1)).is_empty() && hub.seen_by(account(2)).is_empty());
    hub.appear(account(1), PresenceState::Away);
    assert!(heard(&b).is_empty());
    hub.publish(vec![blocked(false)]);
    assert_eq!(hub.seen_by(account(2)).len(), 1);
}

#[test]
fn rooms_make_no_circle() {
    let hub = hub();
    let a = member(&hub, 1, Kind::Room);
    let _b = member(&hub, 2, Kind::Room);
    assert!(heard(&a).is_empty());
    assert!(hub.seen_by(account(1)).is_empty());
}

#[test]
fn a_closing_hub_spreads_the_reconnects_and_takes_nobody() {
    let hub = hub();
    let (a, b) = (connect(&hub, 1).unwrap(), connect(&hub, 2).unwrap());
    hub.end_all(true);
    let after = |listener: &Listener| match take(listener) {
        Some(Taken::Ending(Ending {
            code: Code::ShuttingDown,
            reconnect_after_ms: Some(after),
            flush: true,
        })) => after,
        other => panic!("{other:?}"),
    };
    let (a, b) = (after(&a), after(&b));
    assert!((1_000..10_000).contains(&a) && (1_000..10_000).contains(&b) && a != b);
    assert_eq!(connect(&hub, 3).unwrap_err(), Code::ShuttingDown);
}

#[test]
fn heads_are_of_what_moved() {
    let hub = hub();
    let a = member(&hub, 1, Kind::Group);
    let before = Instant::now();
    assert!(hub.heads(&a, before).is_empty());
    hub.publish(vec![change(4)]);
    assert_eq!(hub.heads(&a, before), [(PLACE, 4)]);
    assert!(hub.heads(&a, Instant::now() + Duration::from_millis(1)).is_empty());
}
