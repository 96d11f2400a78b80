//! What a read promises: one snapshot, and no way to change anything.

use crate::engines::{Place, number, on_both, op, tables};
use chinwag_sql::{Database, Error, Sql, sql};
use futures_util::future::join_all;
use parking_lot::Mutex;
use std::sync::{Arc, mpsc};

on_both!(
    a_read_sees_one_snapshot,
    a_read_changes_nothing,
    many_reads_at_once,
    a_read_sees_every_write_before_it
);

const TABLE: &str = "CREATE TABLE things (n {int} NOT NULL){strict}";
static ADD: Sql = sql("INSERT INTO things (n) VALUES (?1)");
static COUNT: Sql = sql("SELECT count(*) FROM things");

async fn add(db: &Database) {
    db.write(op(|tx| Box::pin(async move { tx.exec(&ADD, &[1.into()]).await })), drop)
        .await
        .unwrap();
}

async fn a_read_sees_one_snapshot(place: Arc<Place>) {
    tables(&place.db, TABLE).await;
    let (ask, asked) = mpsc::channel();
    let (did, done) = mpsc::channel::<()>();
    let (db, writer) = (place.db.clone(), tokio::runtime::Handle::current());
    std::thread::spawn(move || {
        while asked.recv().is_ok() {
            writer.block_on(add(&db));
            did.send(()).unwrap();
        }
    });
    let channels = Arc::new(Mutex::new((ask, done)));
    let body = op(move |tx| {
        let channels = channels.clone();
        Box::pin(async move {
            let before: i64 = tx.row(&COUNT, &[]).await?.get(0)?;
            {
                let (ask, done) = &*channels.lock();
                ask.send(()).unwrap();
                done.recv().unwrap();
            }
            Ok((before, tx.row(&COUNT, &[]).await?.get::<i64>(0)?))
        })
    });
    assert_eq!(place.db.read(body).await, Ok((0, 0)));
    assert_eq!(number(&place.db, &COUNT).await, 1);
}

async fn a_read_changes_nothing(place: Arc<Place>) {
    tables(&place.db, TABLE).await;
    let sneaky = op(|tx| Box::pin(async move { tx.exec(&ADD, &[1.into()]).await }));
    assert!(matches!(place.db.read(sneaky).await, Err(Error::Statement(_))));
    assert_eq!(number(&place.db, &COUNT).await, 0);
}

async fn many_reads_at_once(place: Arc<Place>) {
    tables(&place.db, TABLE).await;
    let reads = (0..300).map(|_| {
        let db = place.db.clone();
        tokio::spawn(async move { number(&db, &COUNT).await })
    });
    for read in join_all(reads).await {
        assert_eq!(read.unwrap(), 0);
    }
}

async fn a_read_sees_every_write_before_it(place: Arc<Place>) {
    tables(&place.db, TABLE).await;
    for n in 1..=20 {
        add(&place.db).await;
        assert_eq!(number(&place.db, &COUNT).await, n);
    }
}
