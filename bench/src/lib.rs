//! Measures and tries the server from outside: `replay` of real conversations, `crash` and `removal` under
//! load, `bench` of the workloads beside another server.

pub mod crash;
mod crowd;
pub mod engine;
mod http;
pub mod load;
mod machine;
pub mod measure;
mod native;
pub mod overload;
mod postgres;
mod progress;
pub mod removal;
pub mod replay;
mod report;
mod server;
pub mod socket;
