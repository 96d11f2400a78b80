//! From settings to a server that listens: directory, secret, database, product, gateway, HTTP.

mod blobs;
mod data_dir;
mod database;
mod listener;
pub(crate) mod options;
mod running;
mod serving;
mod telling;

pub use data_dir::DataDir;
pub use database::{engine_name, open as open_database};
pub(crate) use options::{broker as broker_options, mailer as mailer_options};
pub use running::Running;

use crate::{Settings, telemetry, upkeep};
use anyhow::{Context, Result, anyhow};
use chinwag_api::{App, Native};
use chinwag_broker::Broker;
use chinwag_chat::{Chat, Clock, Postman};
use chinwag_dialects::{Options as DialectOptions, exchanges, surfaces};
use chinwag_gateway::{Gateway, Hub, HubOptions};
use chinwag_mail::Mailer;
use std::sync::Arc;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

/// Starts a server; it is ready when this answers. Several may run in one process.
///
/// # Errors
/// Whatever keeps it from starting, with what to do about it where that is known.
pub async fn start(settings: Settings, clock: Clock) -> Result<Running> {
    let hub = Hub::new(options::hub(&settings));
    start_over(hub, settings, clock).await
}

/// The same where nobody who loses sight of something stops hearing of it: the control of
/// `chinwag-bench removal`, never for people.
pub(crate) async fn start_without_eviction(settings: Settings, clock: Clock) -> Result<Running> {
    tracing::warn!("nobody is evicted: removed people go on hearing everything");
    let hub = Hub::new(HubOptions { evicting: false, ..options::hub(&settings) });
    start_over(hub, settings, clock).await
}

async fn start_over(hub: Hub, settings: Settings, clock: Clock) -> Result<Running> {
    settings.check()?;
    let data_dir = DataDir::open(&settings)?;
    let secret = data_dir::master_secret(&settings)?;
    let listener = listener::listen(settings.http.bind).await?;
    let http = listener.local_addr()?;
    let others = listener::listen_apart(&settings.http.listeners).await?;

    let database = database::open(&settings).await?;
    let engine = database.engine();
    let blobs = blobs::open(&settings, &data_dir.path)?;
    let chat = Chat::open(
        database,
        options::chat(&settings, &secret, blobs),
        clock,
        Arc::new(hub.clone()),
    )
    .await
    .context("cannot open the database")?;
    let owner_link = chat.owner_link().await.context("cannot make the owner link")?;
    let gateway = Gateway::new(chat.clone(), hub);

    let metrics = telemetry::metrics();
    let closing = CancellationToken::new();
    let app = App {
        chat: chat.clone(),
        gateway: gateway.clone(),
        options: options::api(&settings, http),
        metrics: metrics.clone(),
    };
    let native = Native::new(app, closing.clone());
    let dialects = options::dialects(&settings);
    let broker = broker(&settings, &dialects)?;
    let surfaces =
        surfaces(chat.clone(), gateway.clone(), native, dialects.clone(), broker.clone());
    let listening = others.iter().map(TcpListener::local_addr).collect::<Result<_, _>>()?;
    let apart = settings.http.listeners.iter().map(|own| surfaces.some(&own.serves()));
    let mut served = vec![(listener, surfaces.all())];
    served.extend(others.into_iter().zip(apart));
    let serving = tokio::spawn(serving::serve(served, closing.clone(), options::listen(&settings)));
    let mailer =
        Mailer::new(options::mailer(&settings)).map_err(|wrong| anyhow!("`mail`: {wrong}"))?;
    let people = gateway.clone();
    let is_online = Box::new(move |account| people.is_online(account));
    let base_url = settings.public_url(http);
    let (confirmation, retries) = (options::confirmation(&settings), options::retries(&settings));
    let postman = Postman { mailer, base_url, is_online, confirmation, retries };
    let working = chat.clone().work(postman, closing.clone());
    let telling = telling::tell(chat.clone(), broker, dialects, retries, closing.clone());
    let working = tokio::spawn(async {
        tokio::join!(working, telling);
    });
    let upkeep = tokio::spawn(upkeep::run(chat.clone(), metrics));
    Ok(Running {
        http,
        listening,
        public_url: settings.public_url(http),
        owner_link,
        engine,
        data_dir,
        chat,
        gateway,
        closing,
        serving,
        working,
        upkeep,
    })
}

/// The broker, if there is one; it is reached once there is something to tell.
fn broker(settings: &Settings, dialects: &DialectOptions) -> Result<Option<Broker>> {
    let open = |options| Broker::new(&options, exchanges(dialects));
    let broker = options::broker(settings).map(open).transpose();
    broker.map_err(|wrong| anyhow!("`broker`: {wrong}"))
}
