//! Accounts: the names they go by, how they are made, and what is seen of them.

mod canon;
mod email;
mod handle;
mod look_up;
mod new_account;
mod owner_link;
mod register;
mod row;
mod username;

pub(crate) use canon::canon;
pub(crate) use email::email;
pub use look_up::AccountName;
pub(crate) use look_up::{by_email, find, look, own, resolve};
pub(crate) use row::{OWN_COLUMNS, account_at, instance_role, own_account, own_columns, role_name};
pub(crate) use username::is_unseen;

/// Every statement of this folder.
pub(crate) fn statements() -> Vec<&'static chinwag_sql::Sql> {
    [look_up::STATEMENTS, owner_link::STATEMENTS, register::STATEMENTS].concat()
}
