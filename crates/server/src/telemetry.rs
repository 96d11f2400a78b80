//! Logs on stderr, a panic hook that logs, and the recorder behind `/metrics`.

use crate::settings::{Log, LogFormat};
use anyhow::{Context, Result};
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use std::{
    io::{IsTerminal, stderr},
    panic,
    sync::OnceLock,
};
use tracing_subscriber::{
    EnvFilter, Layer, Registry, fmt, layer::SubscriberExt, reload, util::SubscriberInitExt,
};

/// Upper bounds of histograms of seconds: from a commit to a slow request.
const SECONDS: &[f64] = &[
    0.000_1, 0.000_25, 0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5,
    5.0, 10.0,
];
/// Upper bounds of histograms of sizes.
const SIZES: &[f64] = &[1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0, 256.0, 512.0];

/// Changes what is logged while the server runs.
pub struct Filter(reload::Handle<EnvFilter, Registry>);

impl Filter {
    /// From now on, this.
    ///
    /// # Errors
    /// The filter cannot be read; the old one stays.
    pub fn change(&self, filter: &str) -> Result<()> {
        self.0.reload(parse(filter)?).context("the log is gone")
    }
}

/// Sends this process's log to stderr, as lines for people or as JSON.
///
/// # Errors
/// The filter cannot be read.
pub fn install(log: &Log) -> Result<Filter> {
    let (filter, handle) = reload::Layer::new(parse(&log.filter)?);
    let pretty = match log.format {
        LogFormat::Auto => stderr().is_terminal(),
        LogFormat::Pretty => true,
        LogFormat::Json => false,
    };
    let lines = match pretty {
        true => {
            fmt::layer().compact().with_ansi(stderr().is_terminal()).with_writer(stderr).boxed()
        }
        false => fmt::layer()
            .json()
            .flatten_event(true)
            .with_span_list(false)
            .with_writer(stderr)
            .boxed(),
    };
    tracing_subscriber::registry()
        .with(filter)
        .with(lines)
        .try_init()
        .context("the log was set up before")?;
    panic::set_hook(Box::new(log_panic));
    Ok(Filter(handle))
}

fn parse(filter: &str) -> Result<EnvFilter> {
    EnvFilter::try_new(filter).with_context(|| format!("`log.filter` cannot be read: `{filter}`; write it as info or info,chinwag_gateway=debug"))
}

fn log_panic(info: &panic::PanicHookInfo<'_>) {
    let place = info.location().map(ToString::to_string).unwrap_or_default();
    tracing::error!(place, reason = info.payload_as_str().unwrap_or("unknown"), "panicked");
}

/// The recorder of this process, installed once however many servers it runs.
pub fn metrics() -> PrometheusHandle {
    static HANDLE: OnceLock<PrometheusHandle> = OnceLock::new();
    HANDLE.get_or_init(record).clone()
}

fn record() -> PrometheusHandle {
    let with_buckets = PrometheusBuilder::new()
        .set_buckets_for_metric(Matcher::Suffix("_seconds".to_owned()), SECONDS)
        .and_then(|builder| {
            builder.set_buckets_for_metric(Matcher::Suffix("_size".to_owned()), SIZES)
        });
    let recorder = with_buckets.expect("the lists of bounds are not empty").build_recorder();
    let handle = recorder.handle();
    // Whoever embeds the server may have a recorder of their own: then ours stays empty.
    drop(metrics::set_global_recorder(recorder));
    metrics::gauge!("chinwag_build_info", "version" => env!("CARGO_PKG_VERSION")).set(1);
    handle
}
