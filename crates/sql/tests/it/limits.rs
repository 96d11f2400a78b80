//! What happens at the edges: a full queue, a full disk, a closed database, a damaged file.

use crate::engines::{Place, number, on_both, op, tables};
use chinwag_sql::{Database, Engine, Error, Result, Sql, SqliteOptions, sql};
use futures_util::FutureExt;
use futures_util::future::join_all;
use parking_lot::Mutex;
use std::sync::{Arc, mpsc};

on_both!(a_closed_database_says_so, closing_keeps_what_was_accepted);

const TABLE: &str = "CREATE TABLE things (n {int} NOT NULL, body {bytes}){strict}";
static ADD: Sql = sql("INSERT INTO things (n, body) VALUES (?1, ?2)");
static COUNT: Sql = sql("SELECT count(*) FROM things");
static CLEAR: Sql = sql("DELETE FROM things WHERE n >= ?1");

async fn add(db: &Database, n: i64, size: usize) -> Result<u64> {
    let body = op(move |tx| {
        Box::pin(async move { tx.exec(&ADD, &[n.into(), vec![7_u8; size].into()]).await })
    });
    db.write(body, |changed| changed).await
}

async fn a_closed_database_says_so(place: Arc<Place>) {
    tables(&place.db, TABLE).await;
    place.db.close().await;
    place.db.close().await;
    assert!(matches!(add(&place.db, 1, 1).await, Err(Error::Unavailable(_))));
    let read = op(|tx| Box::pin(async move { tx.row(&COUNT, &[]).await }));
    assert!(matches!(place.db.read(read).await, Err(Error::Unavailable(_))));
    assert!(place.db.probe_write().await.is_err());
}

async fn closing_keeps_what_was_accepted(place: Arc<Place>) {
    tables(&place.db, TABLE).await;
    let (answers, ()) =
        tokio::join!(join_all((0..50).map(|n| add(&place.db, n, 10))), place.db.close());
    let kept = answers.iter().filter(|answer| answer.is_ok()).count();
    let db = place.again().await;
    assert_eq!(number(&db, &COUNT).await, kept as i64);
    db.close().await;
}

#[tokio::test]
async fn a_full_queue_is_busy() {
    let place = Place::sqlite(|_| {});
    tables(&place.db, TABLE).await;
    let (release, held) = mpsc::channel::<()>();
    let (begun, begins) = tokio::sync::oneshot::channel();
    let (held, begun) = (Mutex::new(held), Mutex::new(Some(begun)));
    let hold = op(move |_| {
        let _ = begun.lock().take().map(|begun| begun.send(()));
        let _ = held.lock().recv();
        Box::pin(async { Ok(()) })
    });
    let mut holding = Box::pin(place.db.write(hold, |()| ()));
    assert!(holding.as_mut().now_or_never().is_none());
    begins.await.unwrap();
    let mut waiting: Vec<_> = (0..4096).map(|n| Box::pin(add(&place.db, n, 1))).collect();
    assert!(waiting.iter_mut().all(|add| add.now_or_never().is_none()));
    assert_eq!(add(&place.db, 4096, 1).await, Err(Error::Busy));
    release.send(()).unwrap();
    assert_eq!(holding.await, Ok(()));
    assert!(join_all(waiting).await.into_iter().all(|answer| answer == Ok(1)));
    assert_eq!(number(&place.db, &COUNT).await, 4096);
    place.end().await;
}

#[tokio::test]
async fn a_full_disk_loses_nothing_and_recovers() {
    let place = Place::sqlite(|options| options.max_pages = Some(64));
    tables(&place.db, TABLE).await;
    let answers = join_all((0..200).map(|n| add(&place.db, n, 5000))).await;
    let kept = answers.iter().filter(|answer| **answer == Ok(1)).count() as i64;
    assert!(answers.iter().all(|answer| matches!(answer, Ok(1) | Err(Error::Full))));
    assert_eq!(number(&place.db, &COUNT).await, kept);
    let mut last = kept;
    while add(&place.db, last, 5000).await.is_ok() {
        last += 1;
    }
    assert!(last > 0, "there was room for some");
    let clear = op(|tx| Box::pin(async move { tx.exec(&CLEAR, &[0.into()]).await }));
    place.db.write(clear, drop).await.unwrap();
    assert_eq!(add(&place.db, 1, 5000).await, Ok(1));
    place.end().await;
}

#[tokio::test]
async fn the_log_is_checkpointed_while_serving() {
    let place = Place::sqlite(|_| {});
    tables(&place.db, TABLE).await;
    let size = |suffix: &str| {
        std::fs::metadata(format!("{}{suffix}", place.file().display())).map_or(0, |m| m.len())
    };
    let mut written = 0;
    while size("") < 10 << 20 {
        assert!(written < 500, "nothing of {written} MiB moved from the log to the file");
        add(&place.db, written, 1 << 20).await.unwrap();
        written += 1;
    }
    place.db.close().await;
    assert_eq!(size("-wal"), 0);
    assert!(size("") > (written as u64) << 20);
    place.end().await;
}

#[cfg(unix)]
#[tokio::test]
async fn the_files_are_their_owners_alone() {
    use std::os::unix::fs::PermissionsExt;
    let place = Place::sqlite(|_| {});
    tables(&place.db, TABLE).await;
    for suffix in ["", "-wal", "-shm"] {
        let file = format!("{}{suffix}", place.file().display());
        assert_eq!(std::fs::metadata(file).unwrap().permissions().mode() & 0o777, 0o600);
    }
    place.end().await;
}

#[tokio::test]
async fn a_file_that_is_no_database_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("notes.txt");
    std::fs::write(&path, "not a database, but long enough to look at: ".repeat(100)).unwrap();
    let opened = Database::sqlite(SqliteOptions { path, ..SqliteOptions::default() });
    assert!(matches!(opened.err(), Some(Error::Unavailable(_))));
    let missing =
        SqliteOptions { path: dir.path().join("nowhere/chinwag.db"), ..SqliteOptions::default() };
    assert!(matches!(Database::sqlite(missing).err(), Some(Error::Unavailable(_))));
}

#[tokio::test]
async fn a_server_that_is_not_there_is_unavailable() {
    let options = chinwag_sql::PostgresOptions {
        url: "host=127.0.0.1 port=1 user=nobody".into(),
        ..Default::default()
    };
    assert!(matches!(Database::postgres(options).await.err(), Some(Error::Unavailable(_))));
    let wrong = chinwag_sql::PostgresOptions { url: "host=".into(), ..Default::default() };
    assert!(Database::postgres(wrong).await.is_err());
    assert_eq!(Place::make(Engine::Sqlite).await.db.engine(), Engine::Sqlite);
}
