//! Administration: what the staff of this server does with accounts and messages. Reports have a
//! folder of their own.

mod accounts;
mod appoint;
mod delete_account;
mod delete_message;
mod hold;
mod jobs;
mod row;
mod sign_out;
mod staff;
mod suspend;

pub use accounts::AccountFilter;
pub(crate) use hold::{hold, hold_one};
pub use jobs::JobFilter;
pub(crate) use staff::{staff, staff_looks};

/// Every statement of this folder.
pub(crate) fn statements() -> Vec<&'static chinwag_sql::Sql> {
    [
        accounts::STATEMENTS,
        appoint::STATEMENTS,
        hold::STATEMENTS,
        row::STATEMENTS,
        staff::STATEMENTS,
        suspend::STATEMENTS,
    ]
    .concat()
}
