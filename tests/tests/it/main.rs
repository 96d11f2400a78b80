//! What the whole server does, by subject: each test boots it on a real port, on both engines, and talks to
//! it as its users do. A new subject is a file or folder here and a line below.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod accounts;
mod admin;
mod badinput;
mod blocks;
mod conversations;
mod dialects;
mod files;
mod limits;
mod listening;
mod live;
mod mail;
mod messages;
mod people;
mod presence;
mod profiles;
mod raw;
mod restart;
mod socketio;
mod sse;
mod storage;
