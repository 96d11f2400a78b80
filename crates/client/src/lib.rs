//! The Rust client: plain requests ([`Http`]), one live connection ([`Socket`]), a client that outlives
//! its connections ([`Client`]), and a listener over server-sent events ([`EventSource`]).

mod backoff;
mod client;
mod error;
mod http;
mod socket;
mod sse;

pub use backoff::Backoff;
pub use client::{Client, ClientOptions, Events, Item};
pub use error::Error;
pub use http::{Http, Query};
pub use socket::{Commands, Frame, Pending, Socket};
pub use sse::{EventSource, Heard};
