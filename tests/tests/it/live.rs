//! Live delivery: one order on every device, nothing missed and nothing twice whatever the network does,
//! and nothing for those who may no longer hear.

mod faults;
mod order;
mod removal;
mod resume;
mod sessions;
mod slow_reader;

use chinwag_testkit::{
    client::{Events, Frame, Item, Socket},
    soon,
    wire::*,
};

/// The next message that a connection hears was stored.
async fn next_message(socket: &mut Socket) -> Message {
    soon("the next message", async {
        loop {
            match socket.next().await {
                Some(Frame::Event(event)) => {
                    if let EventBody::MessageCreated(message) = event.body {
                        break message;
                    }
                }
                Some(Frame::Closed { code, reason }) => panic!("closed: {code:?} {reason}"),
                Some(_) => {}
                None => panic!("closed"),
            }
        }
    })
    .await
}

/// How a connection ends.
async fn closed(socket: &mut Socket) -> Option<u16> {
    soon("the end of the connection", async {
        loop {
            match socket.next().await {
                Some(Frame::Closed { code, .. }) => break code,
                Some(_) => {}
                None => panic!("an end without a word"),
            }
        }
    })
    .await
}

/// The next durable event of a client, whatever its connections do.
async fn next_event(events: &mut Events) -> Event {
    soon("the next event", async {
        loop {
            match events.next().await {
                Some(Item::Event(event)) => break *event,
                Some(Item::Ended(error)) => panic!("gave up: {error}"),
                Some(_) => {}
                None => panic!("the client stopped"),
            }
        }
    })
    .await
}

/// The client is connected and has taken in what it missed.
async fn connected(events: &mut Events) {
    soon("a connection", async { while events.next().await.unwrap() != Item::Connected {} }).await;
}
