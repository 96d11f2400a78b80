//! The epoch names this history. A restored backup gets another one, so that clients that are ahead
//! of it are told to start over.

use crate::{
    error::{Failure, Result},
    random,
};
use chinwag_sql::{Database, Operation, Tx};
use chinwag_wire::Problem;

chinwag_sql::statements! {
    /// Written once.
    SET_EPOCH = "INSERT INTO meta (key, value) VALUES ('epoch', ?1) ON CONFLICT (key) DO NOTHING";
    /// Read at every start.
    GET_EPOCH = "SELECT value FROM meta WHERE key = 'epoch'";
}

struct Epoch {
    fresh: String,
}

impl Operation for Epoch {
    type Out = String;
    type Error = Failure;
    async fn run(&self, tx: &mut Tx<'_>) -> Result<String> {
        tx.exec(&SET_EPOCH, &[self.fresh.as_str().into()]).await?;
        Ok(tx.row(&GET_EPOCH, &[]).await?.get(0)?)
    }
}

/// The epoch of this database; a new database is given one.
pub(crate) async fn read_epoch(db: &Database) -> Result<String, Problem> {
    let fresh = u64::from_be_bytes(random::bytes());
    db.write(Epoch { fresh: format!("{fresh:016x}") }, |epoch| epoch).await.map_err(Problem::from)
}
