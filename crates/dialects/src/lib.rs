//! The dialects: contracts of existing chat services, spoken so that their clients work unmodified. A dialect
//! parses, calls the product, and words the answer; it stores nothing, and holds no rule that is not in its
//! contract. What they have in common is here: where they are mounted, who is meant where their paths
//! collide, bodies, refusals, cookies, cross-origin access and health.

mod answers;
mod asked;
mod authors;
mod body;
mod claims;
mod cookies;
mod cors;
mod declared;
mod describe;
mod desk;
mod dialect;
mod events;
mod explorer;
mod fetched;
mod form;
mod front;
#[cfg(fuzzing)]
pub mod fuzzing;
mod health;
mod listener;
mod live_chat;
mod messaging_app;
mod messaging_service;
mod mount;
mod options;
mod pages;
mod pingtalk;
mod query;
mod refusal;
mod room_chat;
mod routes;
mod secrecy;
mod sessions;
mod surrogates;
mod text;
mod turns;
mod wording;

pub use declared::{Declared, declared};
pub use dialect::Dialect;
pub use events::{exchanges, parcel};
pub use front::{Surfaces, surfaces};
pub use listener::Serves;
pub use live_chat::LiveChat;
pub use messaging_app::MessagingApp;
pub use options::Options;
pub use pingtalk::Pingtalk;
pub use room_chat::RoomChat;
