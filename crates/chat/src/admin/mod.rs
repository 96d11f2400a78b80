//! Administration: what the staff of this server does with accounts, messages and reports.

mod staff;

pub(crate) use staff::{staff, staff_looks};

/// Every statement of this folder.
pub(crate) fn statements() -> Vec<&'static chinwag_sql::Sql> {
    [staff::STATEMENTS].concat()
}
