//! `chinwag serve`: the server, from its first word to its last.

use super::{Outcome, environment};
use crate::{
    Clock, Running,
    boot::start_without_eviction,
    open_files,
    settings::{self, Flags, Settings},
    shutdown::{Asked, Signals},
    start,
    telemetry::{self, Filter},
};
use anyhow::{Result, anyhow, ensure};
use std::{
    io::{self, Write},
    path::Path,
    time::Duration,
};
use tokio::time::timeout;

/// How long an orderly end may take.
const STOPPING: Duration = Duration::from_secs(10);

const EXAMPLES: &str = "\
It needs no configuration. In an empty directory it makes ./data with a database and a secret, and prints a
link that makes the first account its owner.

Examples:
  chinwag serve
  chinwag serve --bind 0.0.0.0:80 --data-dir /var/lib/chinwag
  chinwag serve --database-url postgres://chinwag:password@db/chinwag
  CHINWAG_LIMITS__FACTOR=4 chinwag serve

SIGTERM and SIGINT end it in order, within ten seconds; the second one at once. SIGHUP reads the log filter again.";

/// Start the server
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Serve {
    #[command(flatten)]
    flags: Flags,
    /// Let removed people go on listening: the control of `chinwag-bench removal`, on loopback only
    #[arg(long, hide = true)]
    without_eviction: bool,
}

impl Serve {
    pub(super) async fn run(self) -> Outcome {
        let settings = settings::load(&self.flags, environment())?;
        let filter = telemetry::install(&settings.log)?;
        let mut signals = Signals::listen()?;
        warn_about(&settings, open_files::raise());
        let mut running = self.start(settings).await?;
        greet(&running)?;
        tracing::info!(address = %running.http, "serving");
        self.until_asked_to_stop(&mut running, &mut signals, &filter).await?;
        stop(running, &mut signals).await;
        Ok(())
    }

    async fn start(&self, settings: Settings) -> Result<Running> {
        if !self.without_eviction {
            return start(settings, Clock::system()).await;
        }
        ensure!(
            settings.http.bind.ip().is_loopback(),
            "without eviction it listens on loopback only"
        );
        start_without_eviction(settings, Clock::system()).await
    }

    async fn until_asked_to_stop(
        &self,
        running: &mut Running,
        signals: &mut Signals,
        filter: &Filter,
    ) -> Result<()> {
        loop {
            tokio::select! {
                asked = signals.next() => match asked {
                    Asked::Stop => return Ok(()),
                    Asked::Reload => self.reload(filter),
                },
                () = running.failed() => return Err(anyhow!("the listener has stopped; the log says why")),
            }
        }
    }

    fn reload(&self, filter: &Filter) {
        let read = settings::load(&self.flags, environment());
        match read
            .and_then(|settings| filter.change(&settings.log.filter).map(|()| settings.log.filter))
        {
            Ok(filter) => tracing::info!(filter, "log filter read again"),
            Err(error) => tracing::error!(error = format!("{error:#}"), "log filter not changed"),
        }
    }
}

async fn stop(running: Running, signals: &mut Signals) {
    tracing::info!("stopping");
    tokio::select! {
        stopped = timeout(STOPPING, running.stop()) => match stopped {
            Ok(()) => tracing::info!("stopped"),
            Err(_) => tracing::warn!("not finished after {STOPPING:?}; ending all the same"),
        },
        () = asked_again(signals) => tracing::warn!("asked again: ending at once"),
    }
}

async fn asked_again(signals: &mut Signals) {
    while signals.next().await != Asked::Stop {}
}

fn warn_about(settings: &Settings, open_files: Option<u64>) {
    let most = settings.http.most_connections as u64;
    if let Some(open_files) = open_files.filter(|&open_files| open_files < most.min(10_000)) {
        tracing::warn!(
            open_files,
            "few open files are allowed: so many connections at most; raise `ulimit -n`"
        );
    }
    if settings.accounts.bcrypt_cost < 10 {
        tracing::warn!(
            cost = settings.accounts.bcrypt_cost,
            "passwords are hashed cheaply: for tests only"
        );
    }
    if !settings.http.bind.ip().is_loopback() && settings.http.public_url.starts_with("http://") {
        tracing::warn!("reachable from outside without TLS: put a proxy before it");
    }
}

/// A few lines for the person who started it.
fn greet(running: &Running) -> io::Result<()> {
    let Running { public_url: url, data_dir, .. } = running;
    let mut out = io::stdout().lock();
    let version = env!("CARGO_PKG_VERSION");
    let engine = crate::boot::engine_name(running.engine);
    writeln!(out, "Chinwag {version} is listening on {url}\n")?;
    writeln!(out, "  data       {} ({engine})", shown(&data_dir.path))?;
    writeln!(out, "  explore    {url}/docs")?;
    if let Some(secret) = &running.owner_link {
        writeln!(
            out,
            "\nNobody is here yet. The first account made through this link owns the server; it works once:\n"
        )?;
        writeln!(out, "  {url}/#owner={secret}\n\nor, without a browser:\n")?;
        writeln!(
            out,
            "  curl {url}/v1/accounts --json '{{\"username\":\"ada\",\"password\":\"choose one\",\"owner_link\":\"{secret}\"}}'"
        )?;
    }
    writeln!(out)?;
    out.flush()
}

fn shown(path: &Path) -> String {
    path.display().to_string()
}
