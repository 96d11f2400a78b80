//! One connection lent for one transaction. `BEGIN` travels with the first statement, and a reading
//! transaction ends without waiting, so that reading one thing costs one round trip.

use super::pool;
use super::{Ended, types};
use crate::error::Fault;
use crate::{Error, Result, Row, Value};
use deadpool_postgres::{Object, Pool};
use futures_util::FutureExt;
use futures_util::future::join;
use tokio_postgres::types::ToSql;
use tokio_postgres::{SimpleQueryMessage, Statement};

pub(crate) struct Session {
    client: Object,
    /// The `BEGIN` that has not been sent yet.
    begin: Option<&'static str>,
    /// Whether the server has, or may have, a transaction open.
    open: bool,
}

impl Session {
    pub(crate) async fn open(pool: &Pool, begin: &'static str) -> Result<Self> {
        Ok(Self { client: pool::get(pool).await?, begin: Some(begin), open: false })
    }

    pub(crate) async fn rows(&mut self, text: &str, p: &[Value<'_>]) -> Result<Vec<Row>, Fault> {
        let statement = self.prepared(text, p).await?;
        let params = borrowed(p);
        let query = self.client.query(&statement, &params);
        let found = match self.begin.take() {
            None => query.await?,
            Some(begin) => {
                self.open = true;
                let (begun, found) = join(self.client.batch_execute(begin), query).await;
                begun?;
                found?
            }
        };
        Ok(found.iter().map(types::row).collect::<Result<_>>()?)
    }

    pub(crate) async fn exec(&mut self, text: &str, p: &[Value<'_>]) -> Result<u64, Fault> {
        let statement = self.prepared(text, p).await?;
        let params = borrowed(p);
        let execute = self.client.execute(&statement, &params);
        let Some(begin) = self.begin.take() else { return Ok(execute.await?) };
        self.open = true;
        let (begun, changed) = join(self.client.batch_execute(begin), execute).await;
        begun?;
        Ok(changed?)
    }

    pub(crate) async fn script(&mut self, text: &str) -> Result<(), Fault> {
        if let Some(begin) = self.begin.take() {
            self.open = true;
            self.client.batch_execute(begin).await?;
        }
        Ok(self.client.batch_execute(text).await?)
    }

    async fn prepared(&self, text: &str, p: &[Value<'_>]) -> Result<Statement, Fault> {
        let statement = self.client.prepare_cached(text).await?;
        let expected = statement.params().len();
        if expected != p.len() {
            return Err(Error::Statement(format!(
                "{} parameters given, {expected} expected",
                p.len()
            ))
            .into());
        }
        Ok(statement)
    }

    /// Commits what an operation did, or undoes it: a broken transaction is never taken for kept.
    pub(crate) async fn end<T, E: From<Error>>(
        mut self,
        out: Result<T, E>,
        fault: Option<Fault>,
    ) -> Ended<T, E> {
        let (out, fault) = match (out, fault) {
            (Ok(out), None) => match self.commit().await {
                Ok(()) => (Ok(out), None),
                Err(fault) => (Err(fault.error.clone().into()), Some(fault)),
            },
            (Ok(_), Some(fault)) => (Err(fault.error.clone().into()), Some(fault)),
            failed => failed,
        };
        Ended { out, fault }
    }

    async fn commit(&mut self) -> Result<(), Fault> {
        if !std::mem::take(&mut self.open) {
            return Ok(());
        }
        let answers = self.client.simple_query("COMMIT").await?;
        match answers.first() {
            Some(SimpleQueryMessage::CommandComplete(_)) => Ok(()),
            other => Err(Error::Unavailable(format!("COMMIT was answered with {other:?}")).into()),
        }
    }

    /// Ends a reading transaction.
    pub(crate) fn leave(self) {}
}

impl Drop for Session {
    fn drop(&mut self) {
        if std::mem::take(&mut self.open) {
            // The first poll sends it; whoever has the connection next is served after it.
            let _ = self.client.batch_execute("ROLLBACK").now_or_never();
        }
    }
}

fn borrowed<'p>(p: &'p [Value<'_>]) -> Vec<&'p (dyn ToSql + Sync)> {
    p.iter().map(|value| value as &(dyn ToSql + Sync)).collect()
}
