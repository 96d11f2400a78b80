//! The outbox alone: order, bounds, holding, purging, ending, waking.

use super::*;
use chinwag_wire::{Event, EventBody, Typing};
use futures_util::task::{ArcWake, waker};
use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering::Relaxed},
};
use uuid::Uuid;

#[derive(Default)]
struct Wakes(AtomicUsize);

impl ArcWake for Wakes {
    fn wake_by_ref(wakes: &Arc<Self>) {
        wakes.0.fetch_add(1, Relaxed);
    }
}

fn outbox(bytes: usize, frames: usize) -> Outbox {
    Outbox::new(&HubOptions { outbox_bytes: bytes, outbox_frames: frames, ..HubOptions::default() })
}

fn event(conversation: u128, rev: i64) -> Encoded {
    let account_id = chinwag_wire::AccountId(Uuid::from_u128(1));
    let body = EventBody::Typing(Typing { account_id, typing: true });
    let conversation_id = Some(ConversationId(Uuid::from_u128(conversation)));
    let mut event = Encoded::new(Event { conversation_id, rev: Some(rev), body });
    event.signal = false;
    event
}

fn push(outbox: &Outbox, conversation: u128, rev: i64) {
    outbox.push(&event(conversation, rev), Bytes::from(vec![b'x'; 10]), false);
}

fn take(outbox: &Outbox, wakes: &Arc<Wakes>) -> Option<Taken> {
    match outbox.poll_take(&mut Context::from_waker(&waker(wakes.clone()))) {
        Poll::Ready(taken) => Some(taken),
        Poll::Pending => None,
    }
}

fn revs(taken: Option<Taken>) -> Vec<i64> {
    match taken {
        Some(Taken::Entries(entries)) => entries.iter().filter_map(|entry| entry.rev).collect(),
        other => panic!("expected entries, got {other:?}"),
    }
}

#[test]
fn gives_in_order_and_wakes_once() {
    let (outbox, wakes) = (outbox(1000, 10), Arc::default());
    assert_eq!(take(&outbox, &wakes), None);
    for rev in 1..=3 {
        push(&outbox, 1, rev);
    }
    assert_eq!(
        wakes.0.load(Relaxed),
        1,
        "the task is woken once, however much arrives before it runs"
    );
    assert_eq!(revs(take(&outbox, &wakes)), [1, 2, 3]);
    push(&outbox, 1, 4);
    assert_eq!(wakes.0.load(Relaxed), 2, "who has taken is woken for what comes next");
    assert_eq!(revs(take(&outbox, &wakes)), [4]);
    assert_eq!(take(&outbox, &wakes), None);
}

#[test]
fn an_end_that_follows_what_waits_is_not_slept_over() {
    let (outbox, wakes) = (outbox(1000, 10), Arc::default());
    push(&outbox, 1, 1);
    outbox.end(Ending { code: Code::ShuttingDown, reconnect_after_ms: None, flush: true });
    assert_eq!(revs(take(&outbox, &wakes)), [1]);
    assert_eq!(wakes.0.load(Relaxed), 1, "the end is there already");
    assert!(matches!(take(&outbox, &wakes), Some(Taken::Ending(_))));
}

#[test]
fn an_overflow_ends_the_connection_and_frees_the_queue() {
    for outbox in [outbox(35, 100), outbox(1000, 3)] {
        let wakes = Arc::default();
        (1..=4).for_each(|rev| push(&outbox, 1, rev));
        let Some(Taken::Ending(ending)) = take(&outbox, &wakes) else { panic!("not ended") };
        assert_eq!((ending.code, ending.flush), (Code::SlowConsumer, false));
        assert!(ending.reconnect_after_ms.is_some());
    }
}

#[test]
fn signals_give_way_before_the_bound() {
    let (outbox, wakes) = (outbox(35, 100), Arc::default());
    push(&outbox, 1, 1);
    push(&outbox, 1, 2);
    let mut signal = event(1, 3);
    signal.signal = true;
    outbox.push(&signal, Bytes::from_static(b"signal"), false);
    assert_eq!(revs(take(&outbox, &wakes)), [1, 2]);
}

#[test]
fn held_entries_wait_and_can_be_purged() {
    let (outbox, wakes) = (outbox(1000, 10), Arc::default());
    outbox.hold();
    assert_eq!(take(&outbox, &wakes), None);
    push(&outbox, 1, 1);
    push(&outbox, 2, 2);
    push(&outbox, 1, 3);
    assert_eq!((take(&outbox, &wakes), wakes.0.load(Relaxed)), (None, 0));
    outbox.purge(ConversationId(Uuid::from_u128(1)));
    outbox.release();
    assert_eq!(wakes.0.load(Relaxed), 1);
    assert_eq!(revs(take(&outbox, &wakes)), [2]);
}

#[test]
fn a_graceful_end_lets_the_queue_leave_first() {
    let (outbox, wakes) = (outbox(1000, 10), Arc::default());
    push(&outbox, 1, 1);
    let graceful = Ending { code: Code::ShuttingDown, reconnect_after_ms: Some(1), flush: true };
    outbox.end(graceful);
    push(&outbox, 1, 2);
    assert_eq!(revs(take(&outbox, &wakes)), [1]);
    assert_eq!(take(&outbox, &wakes), Some(Taken::Ending(graceful)));
    outbox.end(Ending::at_once(Code::SessionEnded));
    assert_eq!(take(&outbox, &wakes), Some(Taken::Ending(Ending::at_once(Code::SessionEnded))));
}

#[test]
fn ones_own_message_waits_for_the_answer_to_its_send() {
    let (outbox, wakes) = (outbox(1000, 10), Arc::default());
    assert_eq!(take(&outbox, &wakes), None);
    outbox.send_began();
    outbox.push(&event(1, 1), Bytes::from_static(b"own"), true);
    assert_eq!(wakes.0.load(Relaxed), 0);
    outbox.push(&event(1, 2), Bytes::from_static(b"other"), false);
    assert_eq!(wakes.0.load(Relaxed), 1);
    outbox.send_ended();
    assert_eq!(revs(take(&outbox, &wakes)), [1, 2]);
}

#[test]
fn who_can_take_nothing_is_woken_by_the_end_alone() {
    let (outbox, wakes) = (outbox(1000, 10), Arc::<Wakes>::default());
    let ended = || outbox.poll_end(&mut Context::from_waker(&waker(wakes.clone()))).is_ready();
    assert!(!ended());
    push(&outbox, 1, 1);
    outbox.end(Ending { code: Code::ShuttingDown, reconnect_after_ms: Some(1), flush: true });
    assert!(!ended(), "what waits leaves first");
    let before = wakes.0.load(Relaxed);
    push(&outbox, 1, 2);
    assert_eq!(wakes.0.load(Relaxed), before);
    outbox.end(Ending::at_once(Code::SessionEnded));
    assert!(wakes.0.load(Relaxed) > before && ended());
}

#[test]
fn who_can_take_again_is_woken_again() {
    let (outbox, wakes): (_, Arc<Wakes>) = (outbox(1000, 10), Arc::default());
    assert!(outbox.poll_end(&mut Context::from_waker(&waker(Arc::clone(&wakes)))).is_pending());
    push(&outbox, 1, 1);
    assert_eq!(wakes.0.load(Relaxed), 0);
    assert_eq!(revs(take(&outbox, &wakes)), [1]);
    assert_eq!(take(&outbox, &wakes), None);
    push(&outbox, 1, 2);
    assert_eq!(wakes.0.load(Relaxed), 1);
}
