//! Hearing on a live connection: waiting for what must come, and seeing all that came before it.

use chinwag_testkit::{
    client::{Frame, Socket},
    soon,
    wire::*,
};

/// The next event that is wanted; what comes before it is passed over.
pub async fn hear<T>(
    socket: &mut Socket,
    what: &str,
    mut wanted: impl FnMut(&Event) -> Option<T>,
) -> T {
    soon(what, async {
        loop {
            match socket.next().await {
                Some(Frame::Event(event)) => {
                    if let Some(found) = wanted(&event) {
                        break found;
                    }
                }
                Some(Frame::Closed { code, reason }) => panic!("{what}: closed {code:?} {reason}"),
                Some(_) => {}
                None => panic!("{what}: closed"),
            }
        }
    })
    .await
}

/// Everything a connection hears before this text is said.
pub async fn heard_until(socket: &mut Socket, text: &str) -> Vec<Event> {
    let mut heard = Vec::new();
    hear(socket, text, |event| {
        if says(event, text) {
            return Some(());
        }
        heard.push(event.clone());
        None
    })
    .await;
    heard
}

/// Whether the event is the message with this text.
fn says(event: &Event, text: &str) -> bool {
    let EventBody::MessageCreated(message) = &event.body else { return false };
    matches!(&message.content, Some(Content::Text(said)) if said == text)
}
