//! The server under test as a child process: started on fresh data, watched, killed, stopped.

use crate::{
    http::{Http, Request},
    machine,
};
use anyhow::{Context as _, Result, bail};
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU16, Ordering};
use std::time::{Duration, Instant};

const READY: Duration = Duration::from_secs(30);
const STOP: Duration = Duration::from_secs(20);

/// How to start it.
#[derive(Clone, Debug)]
pub struct Launch {
    /// The `chinwag` binary.
    pub binary: PathBuf,
    /// Its data directory.
    pub data: PathBuf,
    /// PostgreSQL, or SQLite in the data directory.
    pub database: Option<String>,
    /// Where it listens.
    pub address: SocketAddr,
    /// Cost of password hashes.
    pub bcrypt_cost: u32,
    /// Threads that hash.
    pub hash_threads: u32,
    /// Arguments besides `serve`.
    pub arguments: Vec<&'static str>,
}

impl Launch {
    /// A server of many cheap accounts on a port of its own, with all limits off.
    pub fn new(data: &Path, database: Option<String>) -> Result<Self> {
        let binary = binary()?;
        let (data, address) = (data.to_owned(), free_address()?);
        let (bcrypt_cost, hash_threads, arguments) = (4, 2, Vec::new());
        Ok(Self { binary, data, database, address, bcrypt_cost, hash_threads, arguments })
    }

    /// Starts it and waits until it is ready.
    ///
    /// # Errors
    /// When it exits or is not ready within 30 seconds.
    pub async fn start(&self) -> Result<Server> {
        std::fs::create_dir_all(&self.data)?;
        let path = self.data.with_extension("log");
        let log = std::fs::File::options().create(true).append(true).open(&path)?;
        let began = Instant::now();
        let mut command = Command::new(&self.binary);
        command
            .arg("serve")
            .args(&self.arguments)
            .stdin(Stdio::null())
            .stdout(log.try_clone()?)
            .stderr(log);
        self.configure(&mut command);
        let child = command.spawn().with_context(|| format!("start {}", self.binary.display()))?;
        let mut server = Server { child, address: self.address, started_in: Duration::ZERO };
        server.wait_ready("/readyz").await.with_context(|| format!("see {}", path.display()))?;
        server.started_in = began.elapsed();
        Ok(server)
    }

    fn configure(&self, command: &mut Command) {
        command
            .env("CHINWAG_DATA_DIR", &self.data)
            .env("CHINWAG_HTTP__BIND", self.address.to_string())
            .env("CHINWAG_ACCOUNTS__BCRYPT_COST", self.bcrypt_cost.to_string())
            .env("CHINWAG_ACCOUNTS__HASH_THREADS", self.hash_threads.to_string())
            .env("CHINWAG_ACCOUNTS__ACCESS_MINUTES", "1440")
            .env("CHINWAG_LIMITS__ENABLED", "false")
            .env("CHINWAG_LOG__FILTER", "warn");
        if let Some(url) = &self.database {
            command.env("CHINWAG_DATABASE__URL", url);
        }
    }
}

/// A running server. Dropping it kills it.
#[derive(Debug)]
pub struct Server {
    child: Child,
    /// Where it listens.
    pub address: SocketAddr,
    /// From the start of the process to its first "ready".
    pub started_in: Duration,
}

impl Server {
    /// A child that listens at `address` once it is ready.
    pub fn watch(child: Child, address: SocketAddr) -> Self {
        Self { child, address, started_in: Duration::ZERO }
    }

    /// Waits for a 200 from `path`.
    ///
    /// # Errors
    /// When the process exits or time runs out.
    pub async fn wait_ready(&mut self, path: &str) -> Result<()> {
        let deadline = Instant::now() + READY;
        let request = Request { method: "GET", path, token: None, body: None };
        while Instant::now() < deadline {
            if let Some(status) = self.child.try_wait()? {
                bail!("the server exited: {status}");
            }
            match Http::new(self.address).request(request).await {
                Ok(answer) if answer.status == 200 => return Ok(()),
                _ => tokio::time::sleep(Duration::from_millis(1)).await,
            }
        }
        bail!("the server is not ready after {READY:?}")
    }

    /// Its process id.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Processor time it has used so far.
    pub fn cpu(&self) -> Duration {
        machine::cpu_of(self.pid())
    }

    /// Its resident memory, in bytes.
    pub fn memory(&self) -> u64 {
        machine::memory_of(self.pid())
    }

    /// `kill -9`, and waits for its end.
    ///
    /// # Errors
    /// When the operating system refuses.
    pub fn kill(&mut self) -> Result<()> {
        self.child.kill()?;
        self.child.wait()?;
        Ok(())
    }

    /// Asks it to stop, and waits for its orderly end.
    ///
    /// # Errors
    /// When it does not exit in time; it is killed then.
    pub async fn stop(mut self) -> Result<()> {
        Command::new("kill").arg(self.pid().to_string()).status()?;
        let deadline = Instant::now() + STOP;
        while Instant::now() < deadline {
            if self.child.try_wait()?.is_some() {
                return Ok(());
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        self.kill()?;
        bail!("the server did not stop within {STOP:?}")
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The binary under test: `CHINWAG_BIN`, or the release build of this workspace.
fn binary() -> Result<PathBuf> {
    let named = std::env::var_os("CHINWAG_BIN").map(PathBuf::from);
    let path = named.unwrap_or_else(|| workspace().join("target/release/chinwag"));
    anyhow::ensure!(path.exists(), "{} is missing: run `make build`", path.display());
    Ok(path)
}

/// The root of the sources.
pub fn workspace() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().expect("bench/ lies in the root").to_owned()
}

/// A free port below the ephemeral ones, where no outgoing connection can take it.
///
/// # Errors
/// When none is free.
pub fn free_address() -> Result<SocketAddr> {
    static NEXT: AtomicU16 = AtomicU16::new(0);
    for _ in 0..8000 {
        let offset = NEXT.fetch_add(1, Ordering::Relaxed);
        let port = 16_000 + (std::process::id() as u16 % 4000 + offset) % 8000;
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        if TcpListener::bind(address).is_ok() {
            return Ok(address);
        }
    }
    bail!("no free port between 16,000 and 24,000")
}

/// A fresh directory on a real disk, removed at the end.
///
/// # Errors
/// When it cannot be made.
pub fn fresh_directory() -> Result<tempfile::TempDir> {
    let base =
        std::env::var_os("CHINWAG_BENCH_DIR").map_or_else(|| "/var/tmp".into(), PathBuf::from);
    Ok(tempfile::Builder::new().prefix("chinwag-bench-").tempdir_in(base)?)
}
