//! Presence: one state for each account however many connections it has, seen by those who share a direct
//! conversation or group, and how many have a room open.

mod audience;
mod circle;
mod state;

use crate::listening::hear;
use chinwag_testkit::{User, client::Socket, wire::*};

/// How somebody appears, where an event says so.
fn presence_of(event: &Event, who: AccountId) -> Option<Presence> {
    match event.body {
        EventBody::PresenceChanged(presence) if presence.account_id == who => Some(presence),
        _ => None,
    }
}

/// The next that is heard of how somebody appears.
async fn next_presence(socket: &mut Socket, who: &User) -> Presence {
    hear(socket, "how somebody appears", |event| presence_of(event, who.id())).await
}

/// Waits until somebody is heard to appear so.
async fn sees(socket: &mut Socket, who: &User, state: PresenceState) -> Presence {
    let so =
        |event: &Event| presence_of(event, who.id()).filter(|presence| presence.state == state);
    hear(socket, &format!("{state:?}"), so).await
}

/// A connection that says hello with a wish how to appear.
async fn connect_as(user: &User, presence: PresenceState) -> (Socket, frame::Ready) {
    let token = Some(user.credentials.access_token.clone());
    let hello = frame::Hello { token, positions: None, presence: Some(presence) };
    Socket::connect(user.http.base(), &hello).await.expect("the server takes the connection")
}
