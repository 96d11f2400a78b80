//! The rules, on both engines.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod accounts;
mod announcements;
mod audit;
mod deletion;
mod enrolling;
mod exports;
mod files;
mod jobs;
mod lobby;
mod log;
mod names;
mod owner_link;
mod passwords;
mod posting;
mod received;
mod refresh;
mod reports;
mod rig;
mod sessions;
mod staff;
mod statements;
mod surfaces;
mod throttle;
mod tokens;
mod unclaimed;
