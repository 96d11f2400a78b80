//! What other systems are told of: written in the transaction of what happened, told by the relay of the outbox,
//! and put into words by whoever passes it on. Where nobody is to be told, nothing is written.

mod announcement;
mod tell;

pub(crate) use announcement::{Announcement, NewAnnouncement};
pub use announcement::{AnsweredRequest, MOST_WAITING};
pub use tell::{Announced, Happening};
