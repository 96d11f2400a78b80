//! The rules, on both engines.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod accounts;
mod audit;
mod jobs;
mod log;
mod owner_link;
mod passwords;
mod refresh;
mod rig;
mod sessions;
mod statements;
mod throttle;
