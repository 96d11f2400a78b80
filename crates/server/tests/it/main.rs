//! The program from outside: its settings, its command line, its start and its end.

#![expect(clippy::unwrap_used, reason = "a test ends where something is not as it should be")]

mod admin;
mod bounds;
mod command_line;
mod ears;
mod failed_sync;
mod life;
mod secrecy;
mod serving;
mod settings;
