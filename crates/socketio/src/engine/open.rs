//! How a session begins: what the address of a request asks for, why it may be refused, and the first
//! packet.

use super::{Packet, Transport};
use serde::Serialize;
use std::time::Duration;

/// What the owner of a server chooses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Options {
    /// From a sign of life to the next ping.
    pub ping_interval: Duration,
    /// From a ping until its answer is missed.
    pub ping_timeout: Duration,
    /// Most bytes of one packet, and of one polled body.
    pub max_payload: usize,
}

/// What a request asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Request<'a> {
    /// Over which transport.
    pub transport: Transport,
    /// The session, unless it shall begin.
    pub sid: Option<&'a str>,
}

/// Why a request is refused. The numbers are those of the reference server.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Neither polling nor WebSocket.
    #[error("Transport unknown")]
    TransportUnknown = 0,
    /// No such session, or not over this transport any more.
    #[error("Session ID unknown")]
    SidUnknown = 1,
    /// A session begins with GET.
    #[error("Bad handshake method")]
    HandshakeMethod = 2,
    /// Something else.
    #[error("Bad request")]
    BadRequest = 3,
    /// Not from there, or not now.
    #[error("Forbidden")]
    Forbidden = 4,
    /// Another version than 4.
    #[error("Unsupported protocol version")]
    VersionUnsupported = 5,
}

impl<'a> Request<'a> {
    /// Reads the query of an address. Other keys are the application's.
    ///
    /// # Errors
    /// `VersionUnsupported` or `TransportUnknown`.
    pub fn read(query: &'a str) -> Result<Self, Refusal> {
        let value = |key: &str| {
            let mut pairs = query.split('&').filter_map(|pair| pair.split_once('='));
            pairs.find(|(name, _)| *name == key).map(|(_, value)| value)
        };
        if value("EIO") != Some("4") {
            return Err(Refusal::VersionUnsupported);
        }
        let transport = match value("transport") {
            Some("polling") => Transport::Polling,
            Some("websocket") => Transport::WebSocket,
            _ => return Err(Refusal::TransportUnknown),
        };
        Ok(Self { transport, sid: value("sid").filter(|sid| !sid.is_empty()) })
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Opened<'a> {
    sid: &'a str,
    upgrades: &'a [&'a str],
    ping_interval: u128,
    ping_timeout: u128,
    max_payload: usize,
}

/// The first packet of a session.
pub fn open_packet(sid: &str, transport: Transport, options: &Options) -> Packet {
    let upgrades: &[&str] = match transport {
        Transport::Polling => &["websocket"],
        Transport::WebSocket => &[],
    };
    let opened = Opened {
        sid,
        upgrades,
        ping_interval: options.ping_interval.as_millis(),
        ping_timeout: options.ping_timeout.as_millis(),
        max_payload: options.max_payload,
    };
    let json = serde_json::to_vec(&opened).expect("text and numbers are JSON");
    Packet::Open(json.into())
}
