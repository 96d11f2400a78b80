//! Socket.IO: with the client libraries that people use, and rule by rule over bare requests and WebSockets.

mod clients;
mod polling;
mod sessions;
pub(crate) mod speaker;

pub(crate) use clients::run_client;
