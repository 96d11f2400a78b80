//! What a write promises: all or nothing, alone or among others, and nothing said before the commit.

use crate::engines::{Place, number, on_both, op, tables};
use chinwag_sql::{Database, Engine, Error, Result, Sql, sql};
use futures_util::FutureExt;
use futures_util::future::join_all;
use parking_lot::Mutex;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use tokio::sync::{Barrier, oneshot};

on_both!(
    a_failure_leaves_its_neighbours,
    a_key_is_had_once,
    no_row_does_not_end_the_transaction,
    nothing_is_kept_after_a_failed_statement,
    a_counter_counts_every_write,
    a_panic_harms_nobody_else,
    a_caller_who_goes_away_changes_nothing,
    a_failure_is_not_announced,
);

const TABLE: &str =
    "CREATE TABLE counters (id {int} NOT NULL PRIMARY KEY, n {int} NOT NULL){strict};
    CREATE TABLE names (a {text} NOT NULL, b {int} NOT NULL, UNIQUE (a, b)){strict};
    INSERT INTO counters (id, n) VALUES (1, 0), (2, 0)";
static BUMP: Sql = sql("UPDATE counters SET n = n + 1 WHERE id = ?1 RETURNING n");
static LOCKED: Sql = sql("SELECT n FROM counters WHERE id = ?1 FOR UPDATE");
static NAME: Sql = sql("INSERT INTO names (a, b) VALUES (?1, ?2)");
static NAMES: Sql = sql("SELECT count(*) FROM names");
static COUNT: Sql = sql("SELECT n FROM counters WHERE id = 1");

/// Inserts a name, then fails if told to.
async fn name(db: &Database, name: String, fail: bool) -> Result<u64> {
    let body = op(move |tx| {
        let name = name.clone();
        Box::pin(async move {
            let changed = tx.exec(&NAME, &[name.into(), 1.into()]).await?;
            if fail { Err(Error::NoRow) } else { Ok(changed) }
        })
    });
    db.write(body, |changed| changed).await
}

async fn bump(db: &Database) -> Result<i64> {
    db.write(op(|tx| Box::pin(async move { tx.row(&BUMP, &[1.into()]).await?.get(0) })), |n| n)
        .await
}

async fn a_failure_leaves_its_neighbours(place: Arc<Place>) {
    tables(&place.db, TABLE).await;
    let all = join_all((0..60).map(|i| name(&place.db, i.to_string(), i % 3 == 0))).await;
    for (i, one) in all.into_iter().enumerate() {
        assert_eq!(one, if i % 3 == 0 { Err(Error::NoRow) } else { Ok(1) });
    }
    assert_eq!(number(&place.db, &NAMES).await, 40);
}

async fn a_key_is_had_once(place: Arc<Place>) {
    tables(&place.db, TABLE).await;
    let all = join_all((0..20).map(|_| name(&place.db, "same".into(), false))).await;
    let taken = Err(Error::Unique { columns: "names.a, names.b".into() });
    assert_eq!(all.iter().filter(|one| **one == Ok(1)).count(), 1);
    assert_eq!(all.iter().filter(|one| **one == taken).count(), 19);
}

async fn no_row_does_not_end_the_transaction(place: Arc<Place>) {
    tables(&place.db, TABLE).await;
    let body = op(|tx| {
        Box::pin(async move {
            assert_eq!(tx.row(&LOCKED, &[99.into()]).await, Err(Error::NoRow));
            assert_eq!(tx.maybe(&LOCKED, &[99.into()]).await, Ok(None));
            assert!(tx.rows(&LOCKED, &[99.into()]).await?.is_empty());
            tx.row(&BUMP, &[1.into()]).await?.get::<i64>(0)
        })
    });
    assert_eq!(place.db.write(body, |n| n).await, Ok(1));
}

async fn nothing_is_kept_after_a_failed_statement(place: Arc<Place>) {
    tables(&place.db, TABLE).await;
    name(&place.db, "taken".into(), false).await.unwrap();
    let body = op(|tx| {
        Box::pin(async move {
            tx.rows(&BUMP, &[1.into()]).await?;
            let first = tx.exec(&NAME, &["taken".into(), 1.into()]).await;
            assert_eq!(tx.rows(&BUMP, &[1.into()]).await.map(drop), first.map(drop));
            Ok(())
        })
    });
    assert!(matches!(place.db.write(body, |()| ()).await, Err(Error::Unique { .. })));
    assert_eq!(number(&place.db, &COUNT).await, 0);
}

async fn a_counter_counts_every_write(place: Arc<Place>) {
    tables(&place.db, TABLE).await;
    let announced = Arc::new(Mutex::new(Vec::new()));
    let writes = (0..200).map(|_| {
        let (db, announced) = (place.db.clone(), announced.clone());
        tokio::spawn(async move {
            let body = op(|tx| Box::pin(async move { tx.row(&BUMP, &[1.into()]).await?.get(0) }));
            let seen = announced.clone();
            let n: i64 = db
                .write(body, move |n| {
                    seen.lock().push(n);
                    n
                })
                .await
                .unwrap();
            assert!(announced.lock().contains(&n), "answered before it was announced");
        })
    });
    for write in join_all(writes).await {
        write.unwrap();
    }
    let mut announced = std::mem::take(&mut *announced.lock());
    // PostgreSQL keeps this order only within the lane of a batcher.
    if place.db.engine() == Engine::Postgres {
        announced.sort_unstable();
    }
    assert_eq!(announced, (1..=200).collect::<Vec<i64>>());
    assert_eq!(number(&place.db, &COUNT).await, 200);
}

async fn a_panic_harms_nobody_else(place: Arc<Place>) {
    tables(&place.db, TABLE).await;
    let early = || op(|_| Box::pin(async { if true { panic!("on purpose") } else { Ok(()) } }));
    let late = || {
        op(|tx| Box::pin(async move { tx.exec(&NAME, &["late".into(), 1.into()]).await.map(drop) }))
    };
    let (a, b, c, d) = tokio::join!(
        bump(&place.db),
        place.db.write(early(), |()| ()),
        place.db.write(late(), |()| {
            if true {
                panic!("on purpose")
            }
        }),
        bump(&place.db),
    );
    assert!(a.is_ok() && d.is_ok());
    assert!(matches!((b, c), (Err(Error::Statement(_)), Err(Error::Statement(_)))));
    assert_eq!(number(&place.db, &COUNT).await, 2);
}

async fn a_caller_who_goes_away_changes_nothing(place: Arc<Place>) {
    tables(&place.db, TABLE).await;
    let (tell, told) = oneshot::channel();
    let body = op(|tx| Box::pin(async move { tx.row(&BUMP, &[1.into()]).await?.get::<i64>(0) }));
    // Polled once, then dropped.
    assert!(place.db.write(body, |n| tell.send(n)).now_or_never().is_none());
    assert_eq!(told.await, Ok(1));
    assert_eq!(number(&place.db, &COUNT).await, 1);
}

async fn a_failure_is_not_announced(place: Arc<Place>) {
    tables(&place.db, TABLE).await;
    let body = op::<_, ()>(|_| Box::pin(async { Err(Error::NoRow) }));
    assert_eq!(place.db.write(body, |()| panic!("announced")).await, Err(Error::NoRow));
}

/// Two operations lock the same rows in opposite order; the one that loses is run again.
#[tokio::test(flavor = "multi_thread")]
async fn a_deadlock_is_run_again() {
    crate::engines::within(Engine::Postgres, |place| async move {
        tables(&place.db, TABLE).await;
        let (both, runs) = (Arc::new(Barrier::new(2)), Arc::new(AtomicU32::new(0)));
        let cross = |first: i64, second: i64| {
            let (both, runs) = (both.clone(), runs.clone());
            place.db.write(
                op(move |tx| {
                    let (both, runs) = (both.clone(), runs.clone());
                    Box::pin(async move {
                        tx.rows(&BUMP, &[first.into()]).await?;
                        if runs.fetch_add(1, Ordering::SeqCst) < 2 {
                            both.wait().await;
                        }
                        tx.rows(&BUMP, &[second.into()]).await.map(drop)
                    })
                }),
                |()| (),
            )
        };
        assert_eq!(tokio::join!(cross(1, 2), cross(2, 1)), (Ok(()), Ok(())));
        // More than one more: the loser may be back at its row before the winner has it, and both cross again.
        assert!(runs.load(Ordering::SeqCst) > 2, "the loser was not run again");
        assert_eq!(number(&place.db, &COUNT).await, 2);
    })
    .await;
}
