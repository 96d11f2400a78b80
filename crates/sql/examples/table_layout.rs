//! Measures three layouts of a table of numbered logs on SQLite, durable, as the server runs it:
//! appending in groups over many logs, and reading the newest page of one. Linux only.
//!
//! `cargo run --release -p chinwag-sql --example table_layout [directory]`; the figures are in
//! `docs/decisions/message-table.md`.

use chinwag_sql::{
    Database, Error, Migration, Operation, Result, Sql, SqliteOptions, Tx, Value, sql,
};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::Instant;
use uuid::Uuid;

const LOGS: u64 = 10_000;
const PRELOADED: u64 = 300_000;
const APPENDED: u64 = 64_000;
/// Fifty in each log, so that every page is full.
const TOTAL: u64 = 500_000;
const GROUP: u64 = 256;
const PAGES: u64 = 20_000;
const ROUNDS: usize = 2;

/// One way to store the rows.
struct Layout {
    name: &'static str,
    table: &'static str,
    /// Takes the log's id, its number, seq, sender, client id, body, time.
    insert: Sql,
    /// Takes the log's id, its number, and 50.
    page: Sql,
}

static LAYOUTS: [Layout; 3] = [
    Layout {
        name: "A clustered",
        table: "CREATE TABLE m (log {id} NOT NULL, seq {int} NOT NULL, sender {id} NOT NULL, client {text} NOT NULL, body {text} NOT NULL, at {int} NOT NULL, PRIMARY KEY (log, seq), UNIQUE (log, sender, client)){clustered}",
        insert: sql(
            "INSERT INTO m (log, seq, sender, client, body, at) SELECT ?1, ?3, ?4, ?5, ?6, ?7 WHERE ?2 >= 0",
        ),
        page: sql(
            "SELECT seq, sender, client, body, at FROM m WHERE log = ?1 AND ?2 >= 0 ORDER BY seq DESC LIMIT ?3",
        ),
    },
    Layout {
        name: "B append + index",
        table: "CREATE TABLE m (id INTEGER PRIMARY KEY, log {id} NOT NULL, seq {int} NOT NULL, sender {id} NOT NULL, client {text} NOT NULL, body {text} NOT NULL, at {int} NOT NULL, UNIQUE (log, seq), UNIQUE (log, sender, client)){strict}",
        insert: sql(
            "INSERT INTO m (log, seq, sender, client, body, at) SELECT ?1, ?3, ?4, ?5, ?6, ?7 WHERE ?2 >= 0",
        ),
        page: sql(
            "SELECT seq, sender, client, body, at FROM m WHERE log = ?1 AND ?2 >= 0 ORDER BY seq DESC LIMIT ?3",
        ),
    },
    Layout {
        name: "C number and seq in the rowid",
        table: "CREATE TABLE m (id INTEGER PRIMARY KEY, log {int} NOT NULL, sender {id} NOT NULL, client {text} NOT NULL, body {text} NOT NULL, at {int} NOT NULL, UNIQUE (log, sender, client)){strict}",
        insert: sql(
            "INSERT INTO m (id, log, sender, client, body, at) SELECT (?2 << 32) | ?3, ?2, ?4, ?5, ?6, ?7 WHERE ?1 IS NOT NULL",
        ),
        page: sql(
            "SELECT id & 4294967295, sender, client, body, at FROM m WHERE id >= ?2 << 32 AND id < (?2 + 1) << 32 AND ?1 IS NOT NULL ORDER BY id DESC LIMIT ?3",
        ),
    },
];

/// Spreads numbers the way ids are spread, the same in every run.
fn spread(n: u64) -> Uuid {
    let mix = |n: u64| {
        (n ^ (n >> 31))
            .wrapping_mul(0x9e37_79b9_7f4a_7c15)
            .rotate_left(29)
            .wrapping_mul(0xbf58_476d_1ce4_e5b9)
    };
    Uuid::from_u64_pair(mix(n + 1), mix(n + 77))
}

/// Appends rows `from..to`, each to the next log in a scattered order: the worst case for locality.
struct Append(&'static Layout, u64, u64);

impl Operation for Append {
    type Out = ();
    type Error = Error;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<()> {
        let body = "a message of some two hundred bytes, which is more than most ".repeat(4);
        for row in self.1..self.2 {
            let (log, seq) = ((row * 7919) % LOGS, row / LOGS + 1);
            let client = format!("client-id-{row:011}");
            let sender = spread(log * 8 + seq % 8);
            let values: [Value<'_>; 7] = [
                spread(log).into(),
                log.into(),
                seq.into(),
                sender.into(),
                client.into(),
                body[..200].into(),
                row.into(),
            ];
            tx.exec(&self.0.insert, &values).await?;
        }
        Ok(())
    }
}

/// The newest 50 of one log.
struct Page(&'static Layout, u64);

impl Operation for Page {
    type Out = usize;
    type Error = Error;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<usize> {
        Ok(tx.rows(&self.0.page, &[spread(self.1).into(), self.1.into(), 50.into()]).await?.len())
    }
}

/// What a stretch of work took: rows or pages a second, and microseconds of CPU for each.
async fn measured<F: Future<Output = Result<()>>>(count: u64, work: F) -> Result<(f64, f64)> {
    let (cpu, wall) = (cpu_micros(), Instant::now());
    work.await?;
    Ok((count as f64 / wall.elapsed().as_secs_f64(), (cpu_micros() - cpu) as f64 / count as f64))
}

/// CPU of this process so far, all threads.
fn cpu_micros() -> u64 {
    let tasks = std::fs::read_dir("/proc/self/task").expect("this measures on Linux");
    let nanos = |task: PathBuf| {
        std::fs::read_to_string(task.join("schedstat")).ok()?.split(' ').next()?.parse::<u64>().ok()
    };
    tasks.flatten().filter_map(|task| nanos(task.path())).sum::<u64>() / 1000
}

async fn append(
    db: &Database,
    layout: &'static Layout,
    from: u64,
    to: u64,
    group: u64,
) -> Result<()> {
    for start in (from..to).step_by(group as usize) {
        db.write(Append(layout, start, (start + group).min(to)), |()| ()).await?;
    }
    Ok(())
}

async fn pages(db: &Database, layout: &'static Layout) -> Result<()> {
    for page in 0..PAGES {
        assert_eq!(db.read(Page(layout, (page * 7919) % LOGS)).await?, 50);
    }
    Ok(())
}

/// Opens the file of one layout, whether it is there already or not.
async fn open(path: &Path, layout: &Layout) -> Result<Database> {
    let db = Database::sqlite(SqliteOptions {
        path: path.to_owned(),
        cache_kib: 1 << 20,
        ..SqliteOptions::default()
    })?;
    db.migrate(&[Migration { number: 1, name: "table", text: layout.table, postgres: None }])
        .await?;
    Ok(db)
}

/// Fills in memory, measures appending on the disk, and reads in memory, where all is warm.
async fn round(
    disk: &Path,
    memory: &Path,
    layout: &'static Layout,
    out: &mut impl Write,
) -> anyhow::Result<()> {
    let (disk, memory) = (disk.join("layout.db"), memory.join("layout.db"));
    let db = open(&memory, layout).await?;
    append(&db, layout, 0, PRELOADED, 8192).await?;
    db.close().await;
    std::fs::copy(&memory, &disk)?;
    std::fs::File::open(&disk)?.sync_all()?;

    let db = open(&disk, layout).await?;
    let appended = PRELOADED + APPENDED;
    let (rows_a_second, row_cpu) =
        measured(APPENDED, append(&db, layout, PRELOADED, appended, GROUP)).await?;
    db.close().await;
    std::fs::copy(&disk, &memory)?;

    let db = open(&memory, layout).await?;
    append(&db, layout, appended, TOTAL, 8192).await?;
    pages(&db, layout).await?;
    let (pages_a_second, page_cpu) = measured(PAGES, pages(&db, layout)).await?;
    db.close().await;
    let (name, mib) = (layout.name, std::fs::metadata(&memory)?.len() >> 20);
    writeln!(
        out,
        "| {name} | {rows_a_second:.0} | {row_cpu:.1} | {pages_a_second:.0} | {page_cpu:.1} | {mib} |"
    )?;
    std::fs::remove_file(&disk)?;
    Ok(std::fs::remove_file(&memory)?)
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> anyhow::Result<()> {
    let base = std::env::args_os().nth(1).map_or_else(|| PathBuf::from("."), PathBuf::from);
    let directory = |base: &Path| tempfile::Builder::new().prefix("table-layout-").tempdir_in(base);
    let (disk, memory) = (directory(&base)?, directory(Path::new("/dev/shm"))?);
    let mut out = std::io::stdout();
    writeln!(
        out,
        "| layout | rows/s | CPU µs a row | pages/s | CPU µs a page | MiB |\n| --- | --- | --- | --- | --- | --- |"
    )?;
    for _ in 0..ROUNDS {
        for layout in &LAYOUTS {
            round(disk.path(), memory.path(), layout, &mut out).await?;
        }
    }
    Ok(())
}
