//! What waits to leave through one connection: bounded, never waited for, empty of memory while
//! idle. The hub pushes, the connection takes; an overflow ends the connection, which then resumes.

use crate::{
    encode::{Encoded, Told},
    options::HubOptions,
};
use bytes::Bytes;
use chinwag_wire::{Code, ConversationId};
use parking_lot::Mutex;
use smallvec::SmallVec;
use std::{
    sync::Arc,
    task::{Context, Poll, Waker, ready},
};

/// One event for one connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Entry {
    /// The conversation it belongs to.
    pub(crate) conversation: Option<ConversationId>,
    /// Its number there.
    pub(crate) rev: Option<i64>,
    /// Its name.
    pub(crate) name: &'static str,
    /// A WebSocket frame, or the JSON alone for server-sent events.
    pub(crate) bytes: Bytes,
    /// The event itself, for those who word it themselves; their bytes are its JSON then, or ready words.
    pub(crate) told: Option<Arc<Told>>,
}

impl Entry {
    fn of(event: &Encoded, bytes: Bytes, told: Option<Arc<Told>>) -> Self {
        let Encoded { conversation, rev, name, .. } = *event;
        Self { conversation, rev, name, bytes, told }
    }
}

/// Why the server ends a connection, and when the client shall come back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Ending {
    /// Why.
    pub(crate) code: Code,
    /// When to reconnect; absent where that cannot help.
    pub(crate) reconnect_after_ms: Option<u64>,
    /// Whether what waits still leaves first.
    pub(crate) flush: bool,
}

impl Ending {
    /// Ends at once: nothing that waits leaves any more.
    pub(crate) fn at_once(code: Code) -> Self {
        let reconnect = code.retry() == chinwag_wire::Retry::Later;
        Self { code, reconnect_after_ms: reconnect.then_some(500), flush: false }
    }
}

/// Events in order. Mostly there is one, and it needs no memory of its own.
pub(crate) type Entries = SmallVec<[Entry; 1]>;

/// What a connection takes out: everything that waits, and the end once nothing waits any more.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Taken {
    /// Events.
    Entries(Entries),
    /// The connection shall end.
    Ending(Ending),
}

/// What a connection has taken out and not said yet. Has no memory of its own while that is nothing, or one event.
#[derive(Debug)]
pub(crate) struct Inbox(smallvec::IntoIter<[Entry; 1]>);

impl Inbox {
    /// Nothing yet.
    pub(crate) fn new() -> Self {
        Self(Entries::new().into_iter())
    }

    /// Adds what somebody else had taken.
    pub(crate) fn extend(&mut self, entries: Entries) {
        self.0 = self.0.by_ref().chain(entries).collect::<Entries>().into_iter();
    }

    /// The next event, also of those that still wait outside; or why the connection ends, once nothing more shall
    /// leave.
    pub(crate) fn poll_next(
        &mut self,
        outbox: &Outbox,
        cx: &mut Context<'_>,
    ) -> Poll<Result<Entry, Ending>> {
        loop {
            if self.0.len() == 0 || outbox.ends_at_once() {
                match ready!(outbox.poll_take(cx)) {
                    Taken::Entries(entries) => self.0 = entries.into_iter(),
                    Taken::Ending(ending) => return Poll::Ready(Err(ending)),
                }
            }
            let next = self.0.next();
            if self.0.len() == 0 {
                *self = Self::new();
            }
            if let Some(entry) = next {
                return Poll::Ready(Ok(entry));
            }
        }
    }
}

/// The queue of one connection.
#[derive(Debug)]
pub(crate) struct Outbox {
    most_bytes: usize,
    most_frames: usize,
    queue: Mutex<Queue>,
}

#[derive(Debug, Default)]
struct Queue {
    entries: Entries,
    bytes: usize,
    /// Above zero, entries wait although the connection is ready: its state is being read.
    holds: u32,
    /// Sends of this connection that are not answered yet.
    sending: u32,
    ending: Option<Ending>,
    /// Nobody takes any more: pushes vanish.
    closed: bool,
    /// The connection's task, while it waits for more, or for the end alone.
    waker: Option<Waker>,
    /// It waits for the end alone.
    full: bool,
}

impl Outbox {
    /// An empty outbox with the bounds of these options.
    pub(crate) fn new(options: &HubOptions) -> Self {
        Self {
            most_bytes: options.outbox_bytes,
            most_frames: options.outbox_frames,
            queue: Mutex::default(),
        }
    }

    /// Adds an event. `own` tells that it is a message of the connection's account: while a send is
    /// unanswered the connection is not woken for it, because the answer follows at once and both
    /// then leave in one write.
    pub(crate) fn push(&self, event: &Encoded, bytes: Bytes, own: bool) {
        self.put(Entry::of(event, bytes, None), event.signal, own);
    }

    /// Adds an event for somebody who words it.
    pub(crate) fn push_told(&self, event: &Encoded) {
        let entry = Entry::of(event, event.json.clone(), Some(event.told()));
        self.put(entry, event.signal, false);
    }

    /// Adds ready words about a conversation, or about none. They may be left out like a signal.
    pub(crate) fn push_words(&self, conversation: Option<ConversationId>, bytes: Bytes) {
        self.put(Entry { conversation, rev: None, name: "", bytes, told: None }, true, false);
    }

    fn put(&self, entry: Entry, signal: bool, own: bool) {
        let mut queue = self.queue.lock();
        if queue.closed || queue.ending.is_some() {
            return;
        }
        if signal && queue.bytes > self.most_bytes / 2 {
            return;
        }
        let full = queue.entries.len() >= self.most_frames;
        if full || queue.bytes + entry.bytes.len() > self.most_bytes {
            metrics::counter!("chinwag_slow_consumers_total").increment(1);
            return self.finish(queue, Ending::at_once(Code::SlowConsumer));
        }
        queue.bytes += entry.bytes.len();
        queue.entries.push(entry);
        let quiet = queue.full || queue.holds > 0 || (own && queue.sending > 0);
        let waker = if quiet { None } else { queue.waker.take() };
        drop(queue);
        wake(waker);
    }

    /// Ends the connection. The first ending counts, but one that flushes yields to one that does not.
    pub(crate) fn end(&self, ending: Ending) {
        let queue = self.queue.lock();
        if queue.ending.is_none_or(|before| before.flush && !ending.flush) {
            self.finish(queue, ending);
        }
    }

    fn finish(&self, mut queue: parking_lot::MutexGuard<'_, Queue>, ending: Ending) {
        queue.ending = Some(ending);
        if !ending.flush {
            (queue.entries, queue.bytes) = (Entries::new(), 0);
        }
        let waker = queue.waker.take();
        drop(queue);
        wake(waker);
    }

    /// Takes all that waits; pending until there is something and nobody holds it back. Either way the task is woken
    /// for what comes next.
    pub(crate) fn poll_take(&self, cx: &mut Context<'_>) -> Poll<Taken> {
        let mut queue = self.queue.lock();
        let held = queue.holds > 0;
        let waits = !queue.entries.is_empty() && !held;
        if let Some(ending) = queue.ending.filter(|ending| !waits && (!held || !ending.flush)) {
            return Poll::Ready(Taken::Ending(ending));
        }
        if queue.ending.is_some() && waits {
            cx.waker().wake_by_ref();
        } else {
            queue.wait(cx, false);
        }
        if !waits {
            return Poll::Pending;
        }
        queue.bytes = 0;
        Poll::Ready(Taken::Entries(std::mem::take(&mut queue.entries)))
    }

    /// Pending until the connection ends without anything more leaving, and woken by nothing else: for one that
    /// can take nothing now.
    pub(crate) fn poll_end(&self, cx: &mut Context<'_>) -> Poll<Ending> {
        let mut queue = self.queue.lock();
        if let Some(ending) = queue.ending.filter(|ending| !ending.flush) {
            return Poll::Ready(ending);
        }
        queue.wait(cx, true);
        Poll::Pending
    }

    /// Takes what waits, whether or not it is held back, for whoever goes on in its place; and why it ends, if it
    /// does.
    pub(crate) fn hand_over(&self) -> (Entries, Option<Ending>) {
        let mut queue = self.queue.lock();
        queue.bytes = 0;
        (std::mem::take(&mut queue.entries), queue.ending)
    }

    /// Whether the connection ends without anything more leaving.
    pub(crate) fn ends_at_once(&self) -> bool {
        self.queue.lock().ending.is_some_and(|ending| !ending.flush)
    }

    /// Lets entries wait until [`Outbox::release`], while the state they follow is being read.
    pub(crate) fn hold(&self) {
        self.queue.lock().holds += 1;
    }

    /// Undoes one [`Outbox::hold`].
    pub(crate) fn release(&self) {
        let mut queue = self.queue.lock();
        queue.holds = queue.holds.saturating_sub(1);
        let waker = if queue.holds == 0 { queue.waker.take() } else { None };
        drop(queue);
        wake(waker);
    }

    /// Forgets what waits of one conversation.
    pub(crate) fn purge(&self, conversation: ConversationId) {
        let mut queue = self.queue.lock();
        queue.entries.retain(|entry| entry.conversation != Some(conversation));
        queue.bytes = queue.entries.iter().map(|entry| entry.bytes.len()).sum();
    }

    /// Notes that a send began; see [`Outbox::push`].
    pub(crate) fn send_began(&self) {
        self.queue.lock().sending += 1;
    }

    /// Notes that a send was answered.
    pub(crate) fn send_ended(&self) {
        self.queue.lock().sending -= 1;
    }

    /// Nobody takes any more.
    pub(crate) fn close(&self) {
        let mut queue = self.queue.lock();
        let sending = queue.sending;
        *queue = Queue { closed: true, sending, ..Queue::default() };
    }

    /// Whether [`Outbox::close`] was called.
    pub(crate) fn is_closed(&self) -> bool {
        self.queue.lock().closed
    }
}

impl Queue {
    /// Remembers the task that waits, for everything or for the end alone.
    fn wait(&mut self, cx: &mut Context<'_>, full: bool) {
        self.full = full;
        if !self.waker.as_ref().is_some_and(|waker| waker.will_wake(cx.waker())) {
            self.waker = Some(cx.waker().clone());
        }
    }
}

fn wake(waker: Option<Waker>) {
    if let Some(waker) = waker {
        waker.wake();
    }
}

#[cfg(test)]
mod tests;
