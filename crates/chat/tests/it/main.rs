//! The rules, on both engines.

mod accounts;
mod owner_link;
mod passwords;
mod place;
mod refresh;
mod sessions;
mod statements;
mod throttle;
