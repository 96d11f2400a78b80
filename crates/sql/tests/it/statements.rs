//! Statements are prepared on both engines, and those that cannot be are named.

use crate::engines::{Place, on_both, tables};
use chinwag_sql::Error;
use std::sync::Arc;

on_both!(our_own_statements_prepare, a_wrong_statement_is_named);

chinwag_sql::statements! {
    /// Right on both.
    TAKE = "SELECT n FROM things WHERE n = ?1 FOR UPDATE SKIP LOCKED";
    MISSPELT = "SELEC 1";
    NOWHERE = "INSERT INTO nowhere (n) VALUES (?1)";
    CLOCK = "SELECT unixepoch() + ?1", "SELECT extract(epoch FROM now())::bigint + ?1";
}

async fn our_own_statements_prepare(place: Arc<Place>) {
    tables(&place.db, "CREATE TABLE things (n {int}){strict}").await;
    assert_eq!(place.db.prepare_all(chinwag_sql::statements()).await, []);
    assert_eq!(place.db.prepare_all(&[&TAKE, &CLOCK]).await, []);
}

async fn a_wrong_statement_is_named(place: Arc<Place>) {
    tables(&place.db, "CREATE TABLE things (n {int}){strict}").await;
    let refused = place.db.prepare_all(STATEMENTS).await;
    let names: Vec<&str> = refused.iter().map(|(text, _)| &text[..5]).collect();
    assert_eq!(
        names,
        [&MISSPELT.text(place.db.engine())[..5], &NOWHERE.text(place.db.engine())[..5]]
    );
    assert!(refused.iter().all(|(_, error)| matches!(error, Error::Statement(_))));
}
