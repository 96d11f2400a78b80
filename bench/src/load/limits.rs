//! What the machine allows in this minute: one durable write, durable groups of rows, bare fan-out
//! over loopback, one password hash. Figures are judged beside these.

use super::tally::{Latency, Tally};
use anyhow::Result;
use serde::Serialize;
use std::io::{Read as _, Seek as _, Write as _};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::os::linux::net::TcpStreamExt as _;
use std::path::Path;
use std::time::{Duration, Instant};

const LENGTH: Duration = Duration::from_secs(1);

/// The limits of one minute.
#[derive(Clone, Debug, Serialize)]
pub struct Limits {
    /// Overwriting 4 KiB and `fdatasync`.
    pub fsync: Latency,
    /// Rows a second, 256 a durable SQLite commit, appended.
    pub group_commit_rows: f64,
    /// Deliveries a second from one thread to 1,000 loopback sockets, one broadcast at a time.
    pub fan_out: f64,
    /// bcrypt hashes of cost 10 a second, one thread.
    pub bcrypt: f64,
}

/// Measures them in `directory`, some four seconds in all. Blocks.
///
/// # Errors
/// When the disk or loopback fails.
pub fn measure(directory: &Path) -> Result<Limits> {
    Ok(Limits {
        fsync: fsync(directory)?,
        group_commit_rows: group_commit(directory)?,
        fan_out: fan_out(1000)?,
        bcrypt: bcrypt_rate()?,
    })
}

fn fsync(directory: &Path) -> Result<Latency> {
    let mut file = tempfile::tempfile_in(directory)?;
    file.write_all(&vec![0; 4 << 20])?;
    file.sync_all()?;
    let tally = Tally::default();
    tally.begin();
    let began = Instant::now();
    for block in 0u64.. {
        if began.elapsed() > LENGTH {
            break;
        }
        let at = tally.now();
        file.seek(std::io::SeekFrom::Start(block % 1024 * 4096))?;
        file.write_all(&[block as u8; 4096])?;
        file.sync_data()?;
        tally.complete(at);
    }
    Ok(tally.end().1)
}

fn group_commit(directory: &Path) -> Result<f64> {
    let directory = tempfile::tempdir_in(directory)?;
    let connection = rusqlite::Connection::open(directory.path().join("probe.db"))?;
    connection.execute_batch(
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; CREATE TABLE t (a INTEGER, b TEXT);",
    )?;
    let (began, mut rows, body) = (Instant::now(), 0, "x".repeat(240));
    while began.elapsed() < LENGTH {
        connection.execute_batch("BEGIN IMMEDIATE")?;
        let mut insert = connection.prepare_cached("INSERT INTO t VALUES (?1, ?2)")?;
        for row in 0..256 {
            insert.execute((row, &body))?;
        }
        connection.execute_batch("COMMIT")?;
        rows += 256;
    }
    Ok(f64::from(rows) / began.elapsed().as_secs_f64())
}

/// Deliveries a second of one thread that writes a frame to each socket while another reads them all:
/// the least any server has to do. Blocks for a second.
///
/// # Errors
/// When the sockets cannot be opened.
pub fn fan_out(sockets: usize) -> Result<f64> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    let (mut servers, mut clients) = (Vec::new(), Vec::new());
    for _ in 0..sockets {
        clients.push(TcpStream::connect(listener.local_addr()?)?);
        servers.push(listener.accept()?.0);
    }
    servers.iter().try_for_each(|socket| socket.set_nodelay(true))?;
    // As the generator's own connections.
    clients.iter().try_for_each(|socket| socket.set_quickack(false))?;
    let (go, wait) = std::sync::mpsc::sync_channel::<()>(1);
    let reader = std::thread::spawn(move || -> std::io::Result<()> {
        let mut frame = [0; FRAME];
        while go.send(()).is_ok() {
            for client in &mut clients {
                client.read_exact(&mut frame)?;
            }
        }
        Ok(())
    });
    let (began, mut broadcasts, frame) = (Instant::now(), 0u32, [7; FRAME]);
    while began.elapsed() < LENGTH {
        wait.recv()?;
        for server in &mut servers {
            server.write_all(&frame)?;
        }
        broadcasts += 1;
    }
    let rate = f64::from(broadcasts) * sockets as f64 / began.elapsed().as_secs_f64();
    drop((wait, servers));
    let _ = reader.join();
    Ok(rate)
}

/// As long as an event that carries 200 bytes of text.
const FRAME: usize = 480;

/// bcrypt hashes of cost 10 a second, one thread. Blocks for a second.
///
/// # Errors
/// Never in practice: the cost is lawful.
#[expect(clippy::disallowed_methods, reason = "measures the bare hash; nothing is kept")]
pub fn bcrypt_rate() -> Result<f64> {
    let (began, mut hashes) = (Instant::now(), 0);
    while began.elapsed() < LENGTH {
        bcrypt::hash("a password", 10)?;
        hashes += 1;
    }
    Ok(f64::from(hashes) / began.elapsed().as_secs_f64())
}
