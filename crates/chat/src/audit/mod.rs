//! The audit log: what was done with accounts and with the server itself. Entries are written in the
//! transaction of the act, never changed, and chained, so that a missing or altered one shows.

mod chain;
mod entry;
mod forget;
mod list;
mod row;

pub(crate) use entry::Entry;
pub use list::AuditFilter;

/// Every statement of this folder.
pub(crate) fn statements() -> Vec<&'static chinwag_sql::Sql> {
    [chain::STATEMENTS, entry::STATEMENTS, forget::STATEMENTS, list::STATEMENTS].concat()
}
