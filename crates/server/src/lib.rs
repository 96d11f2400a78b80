//! The program as a library: settings, boot and commands. Tests start servers with [`start`] in
//! their own process; the binary only calls [`commands::main`].

mod boot;
pub mod commands;
mod open_files;
pub mod settings;
mod shutdown;
mod sweep;
mod telemetry;
mod upkeep;

pub use boot::{DataDir, Running, start};
pub use chinwag_chat::Clock;
pub use settings::Settings;
