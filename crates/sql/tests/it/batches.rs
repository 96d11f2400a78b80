//! Many operations in one transaction, and what becomes of each.

use crate::engines::{Place, number, on_both, tables};
use chinwag_sql::{
    BatchOperation, Batcher, Engine, Error, Operation, Result, Results, Sql, Tx, sql,
};
use futures_util::future::join_all;
use parking_lot::Mutex;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

on_both!(
    each_gets_its_own_answer,
    a_lane_is_announced_in_order,
    a_failed_batch_runs_one_by_one,
    a_batcher_outlives_its_failures,
    a_panic_after_the_commit_harms_nobody_else,
    a_closed_database_answers_who_waits
);

const TABLE: &str = "CREATE TABLE entries (lane {int} NOT NULL, seq {int} NOT NULL, key {text} NOT NULL, PRIMARY KEY (lane, seq), UNIQUE (key)){strict};
    CREATE TABLE heads (lane {int} NOT NULL PRIMARY KEY, seq {int} NOT NULL){strict};
    INSERT INTO heads (lane, seq) VALUES (0, 0), (1, 0), (2, 0)";
static NEXT: Sql = sql("UPDATE heads SET seq = seq + ?2 WHERE lane = ?1 RETURNING seq");
static ADD: Sql = sql("INSERT INTO entries (lane, seq, key) VALUES (?1, ?2, ?3)");
static ADD_ALL: Sql =
    sql("INSERT INTO entries (lane, seq, key) SELECT ?1, * FROM unnest(?2::bigint[], ?3::text[])");
static COUNT: Sql = sql("SELECT count(*) FROM entries");

/// How often each body ran.
#[derive(Default)]
struct Runs {
    alone: AtomicU32,
    together: AtomicU32,
}

struct Append {
    lane: u64,
    key: String,
    runs: Arc<Runs>,
}

impl Operation for Append {
    type Out = i64;
    type Error = Error;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<i64> {
        self.runs.alone.fetch_add(1, Ordering::Relaxed);
        if self.key.is_empty() {
            return Err(Error::NoRow);
        }
        let seq: i64 = tx.row(&NEXT, &[self.lane.into(), 1.into()]).await?.get(0)?;
        tx.exec(&ADD, &[self.lane.into(), seq.into(), (&self.key).into()]).await?;
        Ok(seq)
    }
}

impl BatchOperation for Append {
    fn lane(&self) -> u64 {
        self.lane
    }

    async fn run_batch(ops: &[&Self], tx: &mut Tx<'_>) -> Result<Results<Self>> {
        ops[0].runs.together.fetch_add(1, Ordering::Relaxed);
        if tx.engine() == Engine::Sqlite {
            return in_turn(ops, tx).await;
        }
        let keys: Vec<String> =
            ops.iter().filter(|op| !op.key.is_empty()).map(|op| op.key.clone()).collect();
        let last: i64 =
            tx.row(&NEXT, &[ops[0].lane.into(), (keys.len() as i64).into()]).await?.get(0)?;
        let mut next = last - keys.len() as i64;
        let seqs: Vec<i64> = (next + 1..=last).collect();
        tx.exec(&ADD_ALL, &[ops[0].lane.into(), seqs.into(), keys.into()]).await?;
        let mut answer = |op: &&Self| {
            if op.key.is_empty() {
                return Err(Error::NoRow);
            }
            next += 1;
            Ok(next)
        };
        Ok(ops.iter().map(&mut answer).collect())
    }
}

/// Lanes share a batch on SQLite, and a statement is cheap.
async fn in_turn(ops: &[&Append], tx: &mut Tx<'_>) -> Result<Results<Append>> {
    let mut out = Vec::new();
    for op in ops {
        out.push(match op.run(tx).await {
            Err(Error::NoRow) => Err(Error::NoRow),
            out => Ok(out?),
        });
    }
    Ok(out)
}

/// Starts every write at once, so that they gather.
async fn append(
    place: &Place,
    appends: impl IntoIterator<Item = (u64, String)>,
    runs: &Arc<Runs>,
) -> Vec<(u64, Result<i64>)> {
    let batcher = Batcher::new(&place.db, 3, 64);
    join_all(appends.into_iter().map(|(lane, key)| {
        let (op, batcher) = (Append { lane, key, runs: runs.clone() }, batcher.clone());
        async move { (lane, batcher.write(op, |seq| seq).await) }
    }))
    .await
}

async fn each_gets_its_own_answer(place: Arc<Place>) {
    tables(&place.db, TABLE).await;
    let runs = Arc::new(Runs::default());
    let keys =
        (0..300_u64).map(|i| (i % 3, if i % 10 == 7 { String::new() } else { i.to_string() }));
    let answers = append(&place, keys, &runs).await;
    let mut last = [0; 3];
    for (i, (lane, answer)) in answers.into_iter().enumerate() {
        if i % 10 == 7 {
            assert_eq!(answer, Err(Error::NoRow));
        } else {
            last[lane as usize] += 1;
            assert_eq!(answer, Ok(last[lane as usize]));
        }
    }
    assert_eq!(number(&place.db, &COUNT).await, 270);
    let together = runs.together.load(Ordering::Relaxed);
    assert!((1..100).contains(&together), "{together} batches");
}

async fn a_lane_is_announced_in_order(place: Arc<Place>) {
    tables(&place.db, TABLE).await;
    let batcher = Batcher::new(&place.db, 2, 16);
    let announced = Arc::new(Mutex::new(Vec::new()));
    let writes = (0..200).map(|i| {
        let (batcher, announced) = (batcher.clone(), announced.clone());
        let op = Append { lane: 1, key: i.to_string(), runs: Arc::default() };
        tokio::spawn(async move { batcher.write(op, move |seq| announced.lock().push(seq)).await })
    });
    for write in join_all(writes).await {
        write.unwrap().unwrap();
    }
    assert_eq!(*announced.lock(), (1..=200).collect::<Vec<i64>>());
}

async fn a_failed_batch_runs_one_by_one(place: Arc<Place>) {
    tables(&place.db, TABLE).await;
    let runs = Arc::new(Runs::default());
    let answers = append(&place, (0..50).map(|i| (1, (i / 2).to_string())), &runs).await;
    assert_eq!(answers.iter().filter(|(_, answer)| answer.is_ok()).count(), 25);
    let taken = Err(Error::Unique { columns: "entries.key".into() });
    assert_eq!(answers.iter().filter(|(_, answer)| *answer == taken).count(), 25);
    // On SQLite the batch itself runs one by one, until it fails.
    assert!(runs.alone.load(Ordering::Relaxed) >= 50);
    let seqs: Vec<i64> = answers.into_iter().filter_map(|(_, answer)| answer.ok()).collect();
    assert_eq!(seqs, (1..=25).collect::<Vec<i64>>());
}

async fn a_batcher_outlives_its_failures(place: Arc<Place>) {
    tables(&place.db, TABLE).await;
    let runs = Arc::new(Runs::default());
    // No such lane: the head is missing.
    assert!(
        append(&place, [(9, "a".into()), (9, "b".into())], &runs)
            .await
            .iter()
            .all(|(_, answer)| *answer == Err(Error::NoRow))
    );
    assert_eq!(append(&place, [(1, "a".into())], &runs).await, [(1, Ok(1))]);
}

async fn a_panic_after_the_commit_harms_nobody_else(place: Arc<Place>) {
    tables(&place.db, TABLE).await;
    let batcher = Batcher::new(&place.db, 1, 64);
    let writes = (0..20).map(|i| {
        let op = Append { lane: 1, key: i.to_string(), runs: Arc::default() };
        let batcher = batcher.clone();
        async move {
            let committed = move |seq| if i == 7 { panic!("on purpose") } else { seq };
            batcher.write(op, committed).await
        }
    });
    let answers = join_all(writes).await;
    assert!(matches!(answers[7], Err(Error::Unavailable(_))), "{:?}", answers[7]);
    // On PostgreSQL the rest of the batch is given up too, but the lane lives on.
    let op = Append { lane: 1, key: "after".to_owned(), runs: Arc::default() };
    assert_eq!(batcher.write(op, |seq| seq).await, Ok(21));
    assert_eq!(number(&place.db, &COUNT).await, 21);
}

async fn a_closed_database_answers_who_waits(place: Arc<Place>) {
    tables(&place.db, TABLE).await;
    let batcher = Batcher::new(&place.db, 1, 64);
    let write = |i: i32| {
        let op = Append { lane: 1, key: i.to_string(), runs: Arc::default() };
        let batcher = batcher.clone();
        async move { batcher.write(op, |seq| seq).await }
    };
    let (answers, ()) = tokio::join!(join_all((0..100).map(write)), place.db.close());
    let stored = answers.iter().filter(|answer| answer.is_ok()).count();
    assert!(answers.iter().all(|a| matches!(a, Ok(_) | Err(Error::Unavailable(_)))), "{stored}");
    assert!(matches!(write(100).await, Err(Error::Unavailable(_))));
}
