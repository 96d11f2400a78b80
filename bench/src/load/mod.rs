//! The load generator: connections that send, receive and count, and nothing else. It shares the
//! cores with what it measures, so every message has to be cheap.

pub mod dialect;
pub mod history;
pub mod idle;
pub mod limits;
pub mod logins;
pub mod open_loop;
pub mod pairs;
pub mod room;
pub mod searches;
pub mod storm;
pub mod tally;
