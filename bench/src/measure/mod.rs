//! The workloads of the product beside the Node reference: rounds interleaved, each on fresh data,
//! with the limits of the same minutes in front and a table of targets behind.

mod beside;
mod durable;
mod fan_out;
mod fixture;
mod memory;
mod meter;
mod node;
mod pages;
mod plan;
mod posts;
pub mod record;
mod storms;
pub mod subject;

use crate::load::limits::{self, Limits};
use crate::report::{summary, table, targets};
use crate::server::fresh_directory;
use crate::{machine, postgres, progress};
use anyhow::{Context as _, Result, ensure};
use fixture::Fixture;
use plan::Plan;
use record::Record;
use std::io::Write as _;
use std::path::PathBuf;
use subject::{Peer, Scene, Subject};

/// Measures the workloads beside the Node reference.
#[derive(Clone, Debug, clap::Args)]
pub struct Options {
    /// Which, for example W1,W4.
    #[arg(long, value_delimiter = ',', default_value = "W1,W2,W3,W4,W5,W6,W7")]
    workloads: Vec<Workload>,
    /// How often; medians are reported.
    #[arg(long, default_value_t = 3)]
    rounds: usize,
    /// A tenth of the size, one round unless told otherwise.
    #[arg(long)]
    quick: bool,
    /// Messages stored for W4.
    #[arg(long, default_value_t = 10_000_000)]
    history: usize,
    /// Only ours, without the reference.
    #[arg(long)]
    alone: bool,
    /// PostgreSQL for the reference; without it `scripts/postgres` starts one.
    #[arg(long, env = "CHINWAG_TEST_POSTGRES")]
    postgres: Option<String>,
    /// Where the lines of JSON go; bench/results/latest.jsonl unless given.
    #[arg(long)]
    out: Option<PathBuf>,
}

/// A workload, with all its variants.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
#[value(rename_all = "verbatim")]
pub enum Workload {
    /// Durable messages, one to one.
    W1,
    /// Fan-out into a room.
    W2,
    /// Idle memory, and the empty server.
    W3,
    /// Newest pages over HTTP.
    W4,
    /// Reconnect storm with catch-up.
    W5,
    /// Sign-ins and searches beside chat.
    W6,
    /// Durable messages posted over HTTP, natively and as messaging-app.
    W7,
}

/// Runs it; true when no figure is void.
///
/// # Errors
/// When a server cannot be started or filled.
pub async fn run(options: &Options) -> Result<bool> {
    let plan = if options.quick { Plan::quick() } else { Plan::full(options.history) };
    let rounds = if options.quick && options.rounds == 3 { 1 } else { options.rounds };
    let needed = plan.size.accounts as u64 + 200;
    ensure!(machine::open_files() > needed, "{needed} open files are needed: ulimit -n");
    let mut run = Run::prepare(options, plan).await?;
    let (lasting, fresh): (Vec<Workload>, Vec<Workload>) =
        options.workloads.iter().partition(|workload| **workload == Workload::W4);
    for round in 1..=rounds {
        for workload in &fresh {
            run.measure(*workload, round, options.alone).await?;
        }
    }
    if !lasting.is_empty() {
        run.measure_pages(rounds, options.alone).await?;
    }
    let limits = run.limits.clone();
    summary::write(&machine::facts(), &limits, &run.records)?;
    targets::write(&run.records)?;
    table::lines(&run.failures)?;
    Ok(run.failures.is_empty() && run.records.iter().all(|record| record.void.is_none()))
}

struct Run {
    plan: Plan,
    fixture: Fixture,
    postgres: String,
    limits: Limits,
    records: Vec<Record>,
    failures: Vec<String>,
    out: std::fs::File,
}

impl Run {
    async fn prepare(options: &Options, plan: Plan) -> Result<Self> {
        let postgres = match options.alone {
            true => String::new(),
            false => {
                node::install()?;
                postgres::server(options.postgres.as_deref())?
            }
        };
        let note = progress::note("limits of this machine".to_owned());
        let directory = fresh_directory()?;
        let limits = limits::measure(directory.path())?;
        note.finish_and_clear();
        let mut out = open(options.out.as_ref())?;
        let head = serde_json::json!({ "machine": machine::facts(), "limits": limits });
        writeln!(out, "{head}")?;
        let fixture = Fixture::build(plan.size).await.context("build what the runs start from")?;
        Ok(Self { plan, fixture, postgres, limits, records: Vec::new(), failures: Vec::new(), out })
    }

    async fn measure(&mut self, workload: Workload, round: usize, alone: bool) -> Result<()> {
        if workload == Workload::W3 {
            self.keep(round, vec![memory::empty().await?])?;
        }
        let mut peers = match workload {
            Workload::W1 | Workload::W2 => vec![Peer::Chinwag, Peer::SocketIo, Peer::Node],
            Workload::W7 => vec![Peer::Chinwag, Peer::MessagingApp, Peer::Node],
            _ => vec![Peer::Chinwag, Peer::Node],
        };
        // Whoever goes first takes turns, too.
        if round.is_multiple_of(2) {
            peers.reverse();
        }
        for peer in peers.into_iter().filter(|peer| *peer != Peer::Node || !alone) {
            match self.one(workload, peer).await {
                Ok(records) => self.keep(round, records)?,
                Err(error) => self.fail(format!("{workload:?} on {peer:?}: {error:#}"))?,
            }
        }
        Ok(())
    }

    /// W4 changes nothing, and millions of messages take long to store: both servers stay up, and take turns.
    async fn measure_pages(&mut self, rounds: usize, alone: bool) -> Result<()> {
        let scene = Scene::Filled(self.plan.history);
        let mut subjects = Vec::new();
        for peer in
            [Peer::Chinwag, Peer::Node].into_iter().filter(|peer| *peer == Peer::Chinwag || !alone)
        {
            let note = progress::note(format!("{peer:?}: storing {} messages", self.plan.history));
            let subject = Subject::start(peer, &self.fixture, scene, &self.postgres).await?;
            note.finish_and_clear();
            subjects.push((peer, subject));
        }
        for round in 1..=rounds {
            for (peer, subject) in &subjects {
                let records = pages::run(*peer, subject, &self.plan).await?;
                self.keep(round, records)?;
            }
        }
        for (_, subject) in subjects {
            subject.stop().await?;
        }
        Ok(())
    }

    async fn one(&self, workload: Workload, peer: Peer) -> Result<Vec<Record>> {
        let scene = match workload {
            Workload::W3 => Scene::Crowded,
            Workload::W6 => Scene::Hashing(2 * beside::PAIRS),
            _ => Scene::Usual,
        };
        let subject = Subject::start(peer, &self.fixture, scene, &self.postgres).await?;
        let plan = &self.plan;
        let records = match workload {
            Workload::W1 => durable::run(peer, &subject, plan).await,
            Workload::W2 => fan_out::run(peer, &subject, plan).await,
            Workload::W3 => memory::run(peer, &subject, plan).await,
            Workload::W4 => unreachable!("measured by itself"),
            Workload::W5 => storms::run(peer, &subject, plan).await,
            Workload::W6 => beside::run(peer, &subject, plan).await,
            Workload::W7 => posts::run(peer, &subject, plan).await,
        };
        subject.stop().await?;
        records
    }

    /// A run that broke: told of at once and at the end, while the others go on.
    fn fail(&mut self, what: String) -> Result<()> {
        writeln!(std::io::stderr(), "FAILED: {what}")?;
        writeln!(self.out, "{}", serde_json::json!({ "failed": what }))?;
        self.failures.push(what);
        Ok(())
    }

    fn keep(&mut self, round: usize, records: Vec<Record>) -> Result<()> {
        for mut record in records {
            record.round = round;
            writeln!(self.out, "{}", serde_json::to_string(&record)?)?;
            summary::progress(&record)?;
            self.records.push(record);
        }
        Ok(())
    }
}

/// The file of results: appended to, so that nothing measured is lost.
fn open(given: Option<&PathBuf>) -> Result<std::fs::File> {
    let folder = crate::server::workspace().join("bench/results");
    let path = given.cloned().unwrap_or_else(|| folder.join("latest.jsonl"));
    if given.is_none() {
        std::fs::create_dir_all(&folder)?;
        let _ = std::fs::remove_file(&path);
    }
    Ok(std::fs::File::options().create(true).append(true).open(path)?)
}
