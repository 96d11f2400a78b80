//! What both ends of a connection see: ids, times, codes, resources, events, frames. No I/O and no
//! rules: what is allowed is decided in `chat`.

mod account;
mod admin;
mod audit;
mod code;
mod contact;
mod conversation;
mod email;
mod event;
mod file;
pub mod frame;
mod ids;
mod job;
pub mod json;
mod message;
mod message_id;
mod patch;
mod problem;
mod profile;
mod settings;
mod sync;
mod time;
pub mod websocket;

pub use account::*;
pub use admin::*;
pub use audit::*;
pub use code::{Code, Retry};
pub use contact::*;
pub use conversation::*;
pub use email::*;
pub use event::*;
pub use file::*;
pub use ids::*;
pub use job::*;
pub use message::*;
pub use patch::Patch;
pub use problem::{FieldError, Problem};
pub use profile::*;
pub use settings::*;
pub use sync::*;
pub use time::Time;
