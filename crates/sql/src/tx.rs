//! The one handle an operation sees: an open transaction on whichever engine.

use crate::error::Fault;
use crate::postgres::Session;
use crate::{Columns, Engine, Error, Result, Row, Sql, Value, sqlite};
use rusqlite::Connection;

/// Room for as many rows at first as an ordinary page has.
const MANY: usize = 64;

/// An open transaction, or an open snapshot when only reading.
///
/// On both engines a failed statement ends the transaction: every later statement fails, and
/// nothing is kept even if the operation answers `Ok`. A statement that may meet an existing key
/// says `ON CONFLICT`.
pub struct Tx<'a> {
    on: On<'a>,
    fault: Option<Fault>,
}

enum On<'a> {
    Sqlite(&'a mut Connection),
    Postgres(&'a mut Session),
}

impl<'a> Tx<'a> {
    pub(crate) fn sqlite(connection: &'a mut Connection) -> Self {
        Self { on: On::Sqlite(connection), fault: None }
    }

    pub(crate) fn postgres(session: &'a mut Session) -> Self {
        Self { on: On::Postgres(session), fault: None }
    }

    /// The first failure of a statement in this transaction.
    pub(crate) fn into_fault(self) -> Option<Fault> {
        self.fault
    }

    /// Which engine this transaction is open on.
    pub fn engine(&self) -> Engine {
        match self.on {
            On::Sqlite(_) => Engine::Sqlite,
            On::Postgres(_) => Engine::Postgres,
        }
    }

    /// Every row the statement gives.
    pub async fn rows(&mut self, s: &Sql, p: &[Value<'_>]) -> Result<Vec<Row>> {
        self.unbroken()?;
        let rows = match &mut self.on {
            On::Sqlite(connection) => sqlite::query::rows(connection, s.text(Engine::Sqlite), p),
            On::Postgres(session) => session.rows(s.text(Engine::Postgres), p).await,
        };
        rows.map_err(|fault| self.broken(fault))
    }

    /// Every row the statement gives, as `read` understands it. Costs less than [`Tx::rows`] where they are many:
    /// no row is kept.
    pub async fn read<T: Send, E: From<Error> + Send>(
        &mut self,
        s: &Sql,
        p: &[Value<'_>],
        mut read: impl FnMut(&dyn Columns) -> Result<T, E> + Send,
    ) -> Result<Vec<T>, E> {
        self.unbroken()?;
        let mut out = Vec::with_capacity(MANY);
        let mut show = |row: &dyn Columns| -> Result<(), E> {
            out.push(read(row)?);
            Ok(())
        };
        let shown = match &mut self.on {
            On::Sqlite(connection) => {
                sqlite::query::each(connection, s.text(Engine::Sqlite), p, &mut show)
            }
            On::Postgres(session) => session
                .rows(s.text(Engine::Postgres), p)
                .await
                .map(|rows| rows.iter().try_for_each(|row| show(row))),
        };
        shown.map_err(|fault| self.broken(fault))??;
        Ok(out)
    }

    /// The first row, or `None`.
    pub async fn maybe(&mut self, s: &Sql, p: &[Value<'_>]) -> Result<Option<Row>> {
        self.unbroken()?;
        let row = match &mut self.on {
            On::Sqlite(connection) => sqlite::query::first(connection, s.text(Engine::Sqlite), p),
            On::Postgres(session) => {
                session.rows(s.text(Engine::Postgres), p).await.map(|rows| rows.into_iter().next())
            }
        };
        row.map_err(|fault| self.broken(fault))
    }

    /// The first row; [`Error::NoRow`] if there is none, which does not end the transaction.
    pub async fn row(&mut self, s: &Sql, p: &[Value<'_>]) -> Result<Row> {
        self.maybe(s, p).await?.ok_or(Error::NoRow)
    }

    /// Runs a statement that gives no rows; answers how many rows it changed.
    pub async fn exec(&mut self, s: &Sql, p: &[Value<'_>]) -> Result<u64> {
        self.unbroken()?;
        let changed = match &mut self.on {
            On::Sqlite(connection) => sqlite::query::exec(connection, s.text(Engine::Sqlite), p),
            On::Postgres(session) => session.exec(s.text(Engine::Postgres), p).await,
        };
        changed.map_err(|fault| self.broken(fault))
    }

    /// Runs several statements without parameters, as they stand.
    pub(crate) async fn script(&mut self, text: &str) -> Result<()> {
        self.unbroken()?;
        let done = match &mut self.on {
            On::Sqlite(connection) => sqlite::query::script(connection, text),
            On::Postgres(session) => session.script(text).await,
        };
        done.map_err(|fault| self.broken(fault))
    }

    fn unbroken(&self) -> Result<()> {
        match &self.fault {
            None => Ok(()),
            Some(fault) => Err(fault.error.clone()),
        }
    }

    fn broken(&mut self, fault: Fault) -> Error {
        let error = fault.error.clone();
        self.fault = Some(fault);
        error
    }
}
