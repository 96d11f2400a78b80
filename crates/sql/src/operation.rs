//! The shape of everything that touches the database.

use crate::{Error, Tx};

/// One unit of work in one transaction: its input is the struct, its body is `run`, written once
/// for both engines.
pub trait Operation: Send + Sync + 'static {
    /// What the operation gives back.
    type Out: Send + 'static;
    /// How it fails; a failure of the database is one of its failures.
    type Error: From<Error> + Send + 'static;

    /// Does the work. On PostgreSQL it may be run again, in a new transaction, after a
    /// serialization failure or a deadlock, so it changes nothing but the database. It may await
    /// nothing but `tx`. An error undoes every change made through `tx`.
    fn run(&self, tx: &mut Tx<'_>) -> impl Future<Output = Result<Self::Out, Self::Error>> + Send;
}
