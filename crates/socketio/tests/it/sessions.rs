//! The Engine.IO session: heartbeat, polling, the change to WebSocket, and how it ends.

use bytes::Bytes;
use chinwag_socketio::{
    Violation,
    engine::{Data, End, Options, Packet, Probe, Refusal, Session, Transport},
};
use std::time::{Duration, Instant};

const OPTIONS: Options = Options {
    ping_interval: Duration::from_millis(300),
    ping_timeout: Duration::from_millis(200),
    max_payload: 100,
};

struct Clock(Instant);

impl Clock {
    fn start() -> Self {
        Self(Instant::now())
    }

    fn at(&self, milliseconds: u64) -> Instant {
        self.0 + Duration::from_millis(milliseconds)
    }
}

fn open(transport: Transport) -> (Session, Clock) {
    let clock = Clock::start();
    (Session::open(OPTIONS, transport, clock.at(0)), clock)
}

fn ping(payload: &'static str) -> Packet {
    Packet::Ping(Bytes::from_static(payload.as_bytes()))
}

fn pong() -> Packet {
    Packet::Pong(Bytes::new())
}

#[test]
fn the_first_ping_comes_after_the_interval() {
    let (mut session, clock) = open(Transport::WebSocket);
    assert_eq!(session.deadline(), clock.at(300));
    assert!(!session.tick(clock.at(299)));
    assert_eq!(session.say(), None);
    assert!(session.tick(clock.at(300)));
    assert_eq!((session.say(), session.say()), (Some(ping("")), None));
    assert!(!session.tick(clock.at(301)), "once");
    assert_eq!(session.hear(pong(), clock.at(310)), None);
    assert_eq!(session.deadline(), clock.at(610), "counted from the sign of life");
}

#[test]
fn a_silent_peer_is_given_up() {
    let (mut session, clock) = open(Transport::WebSocket);
    session.tick(clock.at(300));
    session.tick(clock.at(499));
    assert_eq!(session.ended(), None);
    session.tick(clock.at(500));
    assert_eq!(session.ended(), Some(End::Silent));
}

#[test]
fn a_late_timer_gives_no_more_time() {
    let (mut session, clock) = open(Transport::Polling);
    assert_eq!(session.poll_begins(clock.at(500)), Err(Refusal::SidUnknown));
    assert_eq!(session.ended(), Some(End::Silent));
}

#[test]
fn data_passes_through_and_is_bounded() {
    let (mut session, clock) = open(Transport::WebSocket);
    let data = Data::Text(Bytes::from_static(b"hello"));
    assert_eq!(session.hear(Packet::Data(data.clone()), clock.at(1)), Some(data));
    assert_eq!(session.hear(Packet::Noop, clock.at(1)), None);
    assert_eq!(session.ended(), None);
    let big = Data::Binary(Bytes::from_static(&[0; 101]));
    assert_eq!(session.hear(Packet::Data(big), clock.at(2)), None);
    assert_eq!(session.ended(), Some(End::Violation(Violation::TooBig)));
}

#[test]
fn only_the_server_pings_and_opens() {
    for (packet, violation) in
        [(ping(""), Violation::Heartbeat), (Packet::Open(Bytes::new()), Violation::Kind)]
    {
        let (mut session, clock) = open(Transport::WebSocket);
        session.hear(packet, clock.at(1));
        assert_eq!(session.ended(), Some(End::Violation(violation)));
    }
    let (mut session, clock) = open(Transport::WebSocket);
    session.hear(pong(), clock.at(1));
    assert_eq!((session.ended(), session.deadline()), (None, clock.at(300)), "nobody asked");
}

#[test]
fn a_second_poll_ends_the_session_and_the_first_hears_it() {
    let (mut session, clock) = open(Transport::Polling);
    session.poll_begins(clock.at(1)).unwrap();
    assert!(!session.must_answer());
    assert_eq!(session.poll_begins(clock.at(2)), Err(Refusal::BadRequest));
    assert!(session.must_answer());
    assert_eq!(session.farewell(), Packet::Close);
    session.poll_answered();
    assert_eq!(session.poll_begins(clock.at(3)), Err(Refusal::SidUnknown));
}

#[test]
fn a_second_post_ends_the_session() {
    let (mut session, clock) = open(Transport::Polling);
    session.post_begins(clock.at(1)).unwrap();
    session.post_ends();
    session.post_begins(clock.at(2)).unwrap();
    assert_eq!(session.post_begins(clock.at(3)), Err(Refusal::BadRequest));
    assert_eq!(session.ended(), Some(End::Violation(Violation::Overlap)));
    assert_eq!(session.post_begins(clock.at(4)), Err(Refusal::SidUnknown));
}

#[test]
fn a_cancelled_poll_ends_the_session() {
    let (mut session, clock) = open(Transport::Polling);
    session.poll_begins(clock.at(1)).unwrap();
    session.poll_gone();
    assert_eq!(session.ended(), Some(End::Gone));
    assert_eq!(session.poll_begins(clock.at(2)), Err(Refusal::SidUnknown));
}

#[test]
fn a_poll_never_waits_for_ever() {
    let clock = Clock::start();
    let slow = Options { ping_interval: Duration::from_secs(300), ..OPTIONS };
    let mut session = Session::open(slow, Transport::Polling, clock.at(0));
    session.poll_begins(clock.at(0)).unwrap();
    assert_eq!(session.deadline(), clock.at(30_000));
    session.tick(clock.at(30_000));
    assert!(session.must_answer());
    session.poll_answered();
    assert!(session.ended().is_none() && !session.polled());
}

#[test]
fn a_peer_that_closes_gets_its_poll_back_with_nothing() {
    let (mut session, clock) = open(Transport::Polling);
    session.poll_begins(clock.at(1)).unwrap();
    session.hear(Packet::Close, clock.at(2));
    assert_eq!((session.ended(), session.must_answer()), (Some(End::Closed), true));
    assert_eq!(session.farewell(), Packet::Noop);
    session.poll_answered();

    let (mut session, clock) = open(Transport::Polling);
    session.hear(Packet::Close, clock.at(1));
    session.poll_begins(clock.at(2)).unwrap();
    assert!(session.must_answer(), "a poll that crossed the close ends as well");
    assert_eq!(session.hear(Packet::Data(Data::Text(Bytes::new())), clock.at(3)), None);
}

#[test]
fn a_websocket_takes_over_after_a_probe() {
    let (mut session, clock) = open(Transport::Polling);
    session.poll_begins(clock.at(1)).unwrap();
    assert!(session.may_probe());
    assert_eq!(session.probe(&Packet::Upgrade, clock.at(2)), Err(Violation::Kind), "no probe yet");
    let answer = Probe::Answer(Packet::Pong(Bytes::from_static(b"probe")));
    assert_eq!(session.probe(&ping("probe"), clock.at(3)), Ok(answer));
    assert!(session.must_answer(), "so that the poll ends cleanly");
    session.poll_answered();
    session.poll_begins(clock.at(4)).unwrap();
    assert!(session.must_answer(), "and those after it");
    session.poll_answered();
    assert_eq!(session.probe(&Packet::Upgrade, clock.at(5)), Ok(Probe::TookOver));
    assert_eq!(session.transport(), Transport::WebSocket);
    assert!(!session.may_probe());
    assert_eq!(session.poll_begins(clock.at(6)), Err(Refusal::SidUnknown));
    assert_eq!(session.post_begins(clock.at(6)), Err(Refusal::SidUnknown));
    assert_eq!(session.ended(), None, "stray requests harm nobody");
}

#[test]
fn a_probe_that_does_not_take_over_is_forgotten() {
    let (mut session, clock) = open(Transport::Polling);
    assert_eq!(session.probe(&ping("x"), clock.at(1)), Err(Violation::Kind));
    session.probe(&ping("probe"), clock.at(1)).unwrap();
    session.probe_gone();
    session.poll_begins(clock.at(2)).unwrap();
    assert!(!session.must_answer());
    assert_eq!(session.probe(&Packet::Upgrade, clock.at(3)), Err(Violation::Kind));
}
