//! Native HTTP: the routes under `/v1`, what they accept and answer, their descriptions, and the
//! listener that serves them. No rule of the product lives here: those are in `chinwag-chat`.

mod answer;
mod app;
pub mod asyncapi;
pub mod bounds;
mod cors;
mod download;
mod edge;
mod engine;
mod extract;
mod forwarded;
#[cfg(fuzzing)]
pub mod fuzzing;
mod listen;
mod metrics;
mod native;
mod openapi;
mod problem;
mod router;
mod routes;
mod table;
mod tar;
mod tus;
mod websocket;

pub use app::{ApiOptions, App};
pub use asyncapi::asyncapi;
pub use download::answer as file_answer;
pub use edge::{Beside, OverTls};
pub use extract::arriving;
pub use forwarded::Network;
pub use listen::{ListenOptions, serve};
pub use native::{Document, Native};
pub use openapi::openapi;
pub use problem::{Failure, ProblemDocument};
pub use router::Unrouted;
pub use websocket::upgrade;
