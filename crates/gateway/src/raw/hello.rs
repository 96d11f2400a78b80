//! The first frame of a connection and its answer: who connects, and everything they missed.

use super::{
    Registered,
    connection::Connection,
    farewell::{End, farewell, refuse},
    pending::Pending,
};
use crate::{
    Gateway, dispatch,
    encode::{self, ReplyTo},
    listener::Transport,
    outbox::Ending,
};
use bytes::{Bytes, BytesMut};
use chinwag_chat::{Actor, Origin, Resumed, Viewer};
use chinwag_wire::{
    Changes, Code, Positions, Problem,
    frame::{Hello, Ready},
    json,
    websocket::{Decoder, Incoming, Limits, Opcode, Role, frame},
};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

/// Most conversations whose heads are in the answer.
const MOST_HEADS: usize = 200;
/// Most bytes of changes in the answer; what is cut off is asked for with `sync`.
const MOST_BYTES: usize = 512 * 1024;

/// Waits for the hello and answers it; a connection that says anything else is refused.
pub(super) async fn greet(
    gateway: Gateway,
    mut io: TcpStream,
    mut unread: BytesMut,
    from: Origin,
) -> Option<Connection> {
    let patience = gateway.hub().options().hello_timeout;
    let first = tokio::time::timeout(patience, first_frame(&mut io, &mut unread)).await;
    let text = match first.unwrap_or(Err(End::Told(Ending::at_once(Code::HelloExpected)))) {
        Ok(text) => text,
        Err(end) => {
            farewell(io, Pending::default(), end).await;
            return None;
        }
    };
    let (id, entered) = match read_hello(&text) {
        Ok((id, hello)) => (id, enter(&gateway, Transport::Socket, hello).await),
        Err((id, problem)) => (id, Err(problem)),
    };
    match entered {
        Ok((listener, ready)) => {
            let mut pending = Pending::default();
            pending.push(encode::reply(ReplyTo::Command(id), Ok(ready)));
            listener.outbox.release();
            Some(Connection::new(io, listener, from, unread, pending))
        }
        Err(problem) => {
            refuse(io, id, problem).await;
            None
        }
    }
}

/// Reads up to the first text message.
async fn first_frame(io: &mut TcpStream, unread: &mut BytesMut) -> Result<Bytes, End> {
    let mut decoder = Decoder::new(Role::Server, Limits::default());
    loop {
        match decoder.next(unread)? {
            Some(Incoming::Text(text)) => return Ok(text),
            Some(Incoming::Ping(payload)) => {
                let pong = frame::encode(Opcode::Pong, &payload);
                io.write_all(&pong).await.map_err(|_| End::Gone)?;
            }
            Some(Incoming::Pong(_)) => {}
            Some(Incoming::Close { code, .. }) => return Err(End::Closed(code)),
            Some(Incoming::Binary(_)) => return Err(End::Told(Ending::at_once(Code::Malformed))),
            None => match io.read_buf(unread).await {
                Ok(0) | Err(_) => return Err(End::Gone),
                Ok(_) => {}
            },
        }
    }
}

/// The command's id, and what it says.
fn read_hello(text: &[u8]) -> Result<(u64, Hello), (u64, Problem)> {
    let command = dispatch::parse(text).map_err(|problem| (0, problem))?;
    if command.name != "hello" {
        return Err((command.id, Code::HelloExpected.into()));
    }
    let with = command.with.map_or("{}", |with| with.get());
    json::decode(with.as_bytes())
        .map(|hello| (command.id, hello))
        .map_err(|problem| (command.id, problem))
}

/// Registers whoever says this hello, and gathers what they are told. Their outbox is held: release it
/// when the answer is on its way.
///
/// # Errors
/// What the token or the state of the server comes to.
pub(crate) async fn enter(
    gateway: &Gateway,
    transport: Transport,
    hello: Hello,
) -> Result<(Registered, Ready), Problem> {
    let positions = hello.positions.unwrap_or_default();
    let Some(token) = hello.token else { return enter_guest(gateway, transport, &positions) };
    let actor = gateway.chat().authenticate(&token).await?;
    let (listener, resumed) = gateway.arrive(transport, &actor, None, &positions).await?;
    gateway.came_online(actor.account, hello.presence);
    count(&positions, resumed.resumed);
    let ready = ready(gateway, &actor, resumed, &positions);
    Ok((listener, ready))
}

fn enter_guest(
    gateway: &Gateway,
    transport: Transport,
    positions: &Positions,
) -> Result<(Registered, Ready), Problem> {
    let listener = gateway.hub().register(transport, &Viewer::Guest, None)?;
    let listener = Registered::new(gateway.clone(), listener);
    listener.outbox.hold();
    let epoch = gateway.chat().epoch();
    let ready = Ready {
        account: None,
        session_id: None,
        account_rev: None,
        epoch: epoch.to_owned(),
        resumed: positions.epoch.as_deref() == Some(epoch),
        conversations: Vec::new(),
        changes: Vec::new(),
        left: Vec::new(),
        presence: Vec::new(),
        heartbeat_seconds: heartbeat_seconds(gateway),
    };
    Ok((listener, ready))
}

fn ready(gateway: &Gateway, actor: &Actor, resumed: Resumed, positions: &Positions) -> Ready {
    let mut changes = resumed.changes;
    cut(&mut changes, positions, MOST_BYTES);
    Ready {
        account: Some(resumed.account),
        session_id: Some(actor.session),
        account_rev: Some(resumed.account_rev),
        epoch: gateway.chat().epoch().to_owned(),
        resumed: resumed.resumed,
        conversations: resumed
            .conversations
            .into_iter()
            .take(MOST_HEADS)
            .map(|(head, _)| head)
            .collect(),
        changes,
        left: resumed.left,
        presence: gateway.hub().seen_by(actor.account),
        heartbeat_seconds: heartbeat_seconds(gateway),
    }
}

fn heartbeat_seconds(gateway: &Gateway) -> u64 {
    gateway.hub().options().heartbeat.as_secs().max(1)
}

fn count(positions: &Positions, resumed: bool) {
    let result = match (positions.epoch.is_some(), resumed) {
        (true, true) => "resumed",
        (true, false) => "started_over",
        (false, _) => "fresh",
    };
    metrics::counter!("chinwag_resume_total", "result" => result).increment(1);
}

/// Cuts the pages of changes off where they pass so many bytes: a cut page says that there is more.
fn cut(changes: &mut [Changes], positions: &Positions, most: usize) {
    let mut room = most;
    for page in changes {
        let fits = page.events.iter().take_while(|event| {
            let size = encode::json(event).len();
            let fits = size <= room;
            room = if fits { room - size } else { 0 };
            fits
        });
        let kept = fits.count();
        if kept < page.events.len() {
            page.events.truncate(kept);
            let given = positions.conversations.get(&page.conversation_id).copied().unwrap_or(0);
            page.rev = page.events.last().and_then(|event| event.rev).unwrap_or(given);
            page.more = true;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chinwag_wire::{AccountId, ConversationId, Event, EventBody, Receipt};
    use uuid::Uuid;

    fn page(conversation: u128, revs: std::ops::RangeInclusive<i64>) -> Changes {
        let conversation_id = ConversationId(Uuid::from_u128(conversation));
        let receipt = Receipt { account_id: AccountId(Uuid::nil()), delivered: 0, read: 0 };
        let event = |rev| Event {
            conversation_id: Some(conversation_id),
            rev: Some(rev),
            body: EventBody::ReceiptMoved(receipt),
        };
        Changes {
            conversation_id,
            rev: *revs.end(),
            events: revs.map(event).collect(),
            more: false,
        }
    }

    #[test]
    fn what_does_not_fit_is_left_for_sync() {
        let size = encode::json(&page(1, 3..=3).events[0]).len();
        let mut changes = [page(1, 3..=4), page(2, 5..=8), page(3, 6..=9)];
        let mut positions = Positions::default();
        positions.conversations.insert(changes[2].conversation_id, 5);
        cut(&mut changes, &positions, 4 * size);
        let kept: Vec<_> =
            changes.iter().map(|page| (page.events.len(), page.rev, page.more)).collect();
        assert_eq!(kept, [(2, 4, false), (2, 6, true), (0, 5, true)]);
    }
}
