//! The real server for tests: booted in this process on a real port, on either engine, with a clock that
//! tests move, users that act through the real client, and a proxy that breaks connections.
//!
//! What cannot be set up panics: here a test has failed before it began.

mod authority;
mod bucket;
mod engine;
mod eventually;
mod fault_proxy;
mod letters;
mod postgres;
mod rabbit;
mod server;
mod smtp;
mod user;

pub use authority::Authority;
pub use bucket::Bucket;
pub use chinwag_client as client;
pub use chinwag_server::{Clock, Settings};
pub use chinwag_wire as wire;
pub use engine::Engine;
pub use eventually::{eventually, soon};
pub use fault_proxy::FaultProxy;
pub use letters::ReadLetter;
pub use rabbit::{Rabbit, RabbitQueue, Told};
pub use server::TestServer;
pub use smtp::{Deed, Smtp, SmtpOptions};
pub use user::{User, text_message};

/// Runs each test on both engines: `both_engines! { async fn name(server: TestServer) { … } }` becomes the
/// tests `name::sqlite` and `name::postgres`. With other settings:
/// `async fn name(server: TestServer) with |settings| settings.live.outbox_kib = 64 => { … }`. A list of promises
/// names it by `name::run`.
#[macro_export]
macro_rules! both_engines {
    ($($(#[doc = $doc:literal])* async fn $name:ident($server:ident: $server_type:ty) $(with $change:expr =>)? $body:block)*) => {$(
        $(#[doc = $doc])*
        pub(crate) mod $name {
            use super::*;

            pub(crate) async fn run(engine: $crate::Engine) {
                let $server: $server_type = $crate::TestServer::with(engine, $crate::both_engines!(@settings $($change)?)).await;
                $body
            }

            #[tokio::test(flavor = "multi_thread")]
            async fn sqlite() {
                run($crate::Engine::Sqlite).await;
            }

            #[tokio::test(flavor = "multi_thread")]
            async fn postgres() {
                run($crate::Engine::Postgres).await;
            }
        }
    )*};
    (@settings) => { |_| {} };
    (@settings $change:expr) => { $change };
}
