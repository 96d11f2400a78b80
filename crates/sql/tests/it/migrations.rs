//! Migrations resume, are applied once, and refuse a schema they do not know.

use crate::engines::{Place, number, on_both, tables};
use chinwag_sql::{Error, Migration, Sql, sql};
use std::sync::Arc;

on_both!(
    a_run_resumes,
    two_nodes_apply_each_once,
    a_changed_text_is_refused,
    a_newer_database_is_refused,
    numbers_must_ascend,
    the_probe_wants_a_schema,
);

const fn step(number: u32, text: &'static str) -> Migration {
    Migration { number, name: "step", text, postgres: None }
}

const FIRST: Migration = step(
    1,
    "CREATE TABLE a (n {int} NOT NULL PRIMARY KEY, id {id}, t {text}, b {bytes}){strict}; INSERT INTO a (n) VALUES (1)",
);
const SECOND: Migration = step(
    2,
    "CREATE TABLE b (k {id} NOT NULL, n {int} NOT NULL, PRIMARY KEY (k, n)){clustered}; INSERT INTO a (n) VALUES (2)",
);
const THIRD: Migration = step(3, "INSERT INTO a (n) VALUES (3)");
const BROKEN: Migration = step(2, "INSERT INTO a (n) VALUES (20); CREATE TABEL b (n {int})");
static ROWS: Sql = sql("SELECT count(*) FROM a");

async fn a_run_resumes(place: Arc<Place>) {
    let refused = place.db.migrate(&[FIRST, BROKEN, THIRD]).await;
    assert!(matches!(refused, Err(Error::Migration(why)) if why.starts_with("2 step failed: ")));
    assert_eq!(number(&place.db, &ROWS).await, 1);
    let report = place.db.migrate(&[FIRST, SECOND, THIRD]).await.unwrap();
    assert_eq!((report.applied, report.already), (vec![2, 3], 1));
    let report = place.db.migrate(&[FIRST, SECOND, THIRD]).await.unwrap();
    assert_eq!((report.applied, report.already), (vec![], 3));
    assert_eq!(number(&place.db, &ROWS).await, 3);
}

async fn two_nodes_apply_each_once(place: Arc<Place>) {
    let other = place.again().await;
    let list = [FIRST, SECOND, THIRD];
    let (a, b) = tokio::join!(place.db.migrate(&list), other.migrate(&list));
    let mut applied = [a.unwrap().applied, b.unwrap().applied].concat();
    applied.sort_unstable();
    assert_eq!(applied, [1, 2, 3]);
    assert_eq!(number(&place.db, &ROWS).await, 3);
    other.close().await;
}

async fn a_changed_text_is_refused(place: Arc<Place>) {
    place.db.migrate(&[FIRST]).await.unwrap();
    let changed = step(1, "CREATE TABLE a (n {int})");
    let refused = place.db.migrate(&[changed, SECOND]).await;
    assert!(matches!(refused, Err(Error::Migration(why)) if why.contains("another text")));
}

async fn a_newer_database_is_refused(place: Arc<Place>) {
    place.db.migrate(&[FIRST, SECOND]).await.unwrap();
    let refused = place.db.migrate(&[FIRST]).await;
    assert!(matches!(refused, Err(Error::Migration(why)) if why.contains("start a newer program")));
    let refused = place.db.migrate(&[SECOND, THIRD]).await;
    assert!(matches!(refused, Err(Error::Migration(why)) if why.contains("does not know")));
    assert_eq!(number(&place.db, &ROWS).await, 2);
}

async fn numbers_must_ascend(place: Arc<Place>) {
    assert!(matches!(place.db.migrate(&[SECOND, FIRST]).await, Err(Error::Migration(_))));
}

async fn the_probe_wants_a_schema(place: Arc<Place>) {
    assert!(place.db.probe_write().await.is_err());
    tables(&place.db, "CREATE TABLE a (n {int}){strict}").await;
    assert_eq!(place.db.probe_write().await, Ok(()));
}
