//! The rules, on both engines.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod accounts;
mod audit;
mod deletion;
mod exports;
mod files;
mod jobs;
mod log;
mod names;
mod owner_link;
mod passwords;
mod refresh;
mod reports;
mod rig;
mod sessions;
mod staff;
mod statements;
mod throttle;
