//! Real conversations, replayed: every nick an account, every log a room, every line sent by its
//! author's own connection, while others listen. Ends with a verdict.

mod hearing;
mod input;
mod listener;
pub mod people;
mod play;
mod player;
mod stream;
mod stream_listener;
mod verdict;
mod voice;

pub use verdict::Verdict;
pub(crate) use voice::reply_id;

use crate::engine::{Engine, Engines, Home};
use crate::report::table;
use anyhow::{Context as _, Result};
use std::net::{SocketAddr, ToSocketAddrs as _};
use std::path::PathBuf;
use std::time::{Duration, Instant};

/// Replays real conversations and compares what was sent, stored and heard.
#[derive(Clone, Debug, clap::Args)]
pub struct Options {
    /// A JSON-lines file of conversations, plain or gzipped.
    #[arg(long)]
    file: PathBuf,
    /// Where the server under test keeps its data.
    #[arg(long, value_enum, default_value = "sqlite")]
    engine: Engines,
    /// `max`, or how many times faster than the conversations were.
    #[arg(long, default_value = "max", value_parser = speed)]
    speed: Speed,
    /// A server that runs already, for example http://127.0.0.1:8008; without it one is started on fresh data.
    #[arg(long)]
    url: Option<String>,
    /// PostgreSQL to use; without it `scripts/postgres` starts one.
    #[arg(long, env = "CHINWAG_TEST_POSTGRES")]
    postgres: Option<String>,
    /// Replay only the first logs.
    #[arg(long)]
    logs: Option<usize>,
}

/// How fast to replay; nothing for as fast as it goes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Speed(Option<f64>);

fn speed(text: &str) -> Result<Speed, String> {
    match text.parse::<f64>() {
        _ if text == "max" => Ok(Speed(None)),
        Ok(factor) if factor > 0.0 => Ok(Speed(Some(factor))),
        _ => Err("`max`, or a number above 0".to_owned()),
    }
}

/// Runs it; true when every engine's verdict is clean.
///
/// # Errors
/// When the file cannot be read or the server does not start.
pub async fn run(options: &Options) -> Result<bool> {
    let mut input = input::read(&options.file)?;
    input.logs.truncate(options.logs.unwrap_or(usize::MAX));
    let mut rows = Vec::new();
    if let Some(url) = &options.url {
        let address = address_of(url)?;
        rows.push((
            "running server",
            timed(play::replay(address, &input, options.speed.0, true)).await?,
        ));
    } else {
        for engine in options.engine.list() {
            rows.push((engine.name(), replay_on(*engine, &input, options).await?));
        }
    }
    write_table(&input, &rows)?;
    Ok(rows.iter().all(|(_, (verdict, _))| verdict.is_clean()))
}

async fn replay_on(
    engine: Engine,
    input: &input::Input,
    options: &Options,
) -> Result<(Verdict, Duration)> {
    let home = Home::create(engine, options.postgres.as_deref()).await?;
    let server = home.launch()?.start().await?;
    let outcome = timed(play::replay(server.address, input, options.speed.0, false)).await;
    let stopped = server.stop().await;
    home.remove().await?;
    let outcome = outcome?;
    stopped?;
    Ok(outcome)
}

async fn timed(replay: impl Future<Output = Result<Verdict>>) -> Result<(Verdict, Duration)> {
    let began = Instant::now();
    Ok((replay.await?, began.elapsed()))
}

fn address_of(url: &str) -> Result<SocketAddr> {
    let host = url.strip_prefix("http://").context("only http:// URLs can be replayed to")?;
    let host = host.trim_end_matches('/');
    let mut found = host.to_socket_addrs().with_context(|| format!("look up {host}"))?;
    found.find(SocketAddr::is_ipv4).with_context(|| format!("{host} has no IPv4 address"))
}

fn write_table(input: &input::Input, rows: &[(&str, (Verdict, Duration))]) -> Result<()> {
    let head = [
        "engine",
        "sent",
        "stored",
        "delivered",
        "reconnects",
        "refused",
        "lost",
        "doubled",
        "out of order",
        "history",
        "took",
        "verdict",
    ];
    let lines: Vec<Vec<String>> =
        rows.iter().map(|(name, (verdict, took))| line(name, verdict, *took)).collect();
    let empty: usize = input.logs.iter().map(|log| log.empty).sum();
    let note = format!(
        "{} accounts, {} rooms; {empty} lines of the file are empty and were not sent.",
        input.people.len(),
        input.logs.len()
    );
    table::write(&head, &lines, &[note])?;
    for (name, (verdict, _)) in rows {
        let complaints: Vec<String> =
            verdict.complaints.iter().map(|complaint| format!("{name}: {complaint}")).collect();
        table::lines(&complaints)?;
    }
    Ok(())
}

fn line(name: &str, verdict: &Verdict, took: Duration) -> Vec<String> {
    let history = match verdict.differing {
        0 => "identical".to_owned(),
        count => format!("{count} differ"),
    };
    let counts = [
        verdict.sent,
        verdict.stored,
        verdict.delivered,
        verdict.reconnects as usize,
        verdict.refused,
        verdict.lost,
        verdict.doubled,
        verdict.out_of_order,
    ];
    let mut cells = vec![name.to_owned()];
    cells.extend(counts.iter().map(ToString::to_string));
    let end = if verdict.is_clean() { "clean" } else { "WRONG" };
    cells.extend([history, format!("{:.1} s", took.as_secs_f64()), end.to_owned()]);
    cells
}
