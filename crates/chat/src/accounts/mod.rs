//! Accounts: the names they go by, how they are made, and what is seen of them.

mod canon;
mod email;
mod enrol;
mod handle;
mod key_holders;
mod look_up;
mod make;
mod name_rule;
mod new_account;
mod owner_link;
mod person;
mod register;
mod row;
mod unclaimed;
mod username;

pub(crate) use canon::canon;
pub(crate) use email::email;
pub use email::is_email;
pub use key_holders::KeyHolder;
pub use look_up::AccountName;
pub(crate) use look_up::{by_email, find, find_named, look, own, resolve};
pub use name_rule::{NameFault, NameRule};
pub use new_account::{Enrolment, Handle};
pub use person::Person;
pub(crate) use person::names;
pub(crate) use row::{OWN_COLUMNS, account_at, instance_role, own_account, own_columns, role_name};
pub use unclaimed::{MOST_UNCLAIMED, Named, Purpose};
pub(crate) use username::is_unseen;

/// Every statement of this folder.
pub(crate) fn statements() -> Vec<&'static chinwag_sql::Sql> {
    [
        key_holders::STATEMENTS,
        look_up::STATEMENTS,
        make::STATEMENTS,
        owner_link::STATEMENTS,
        person::STATEMENTS,
        unclaimed::STATEMENTS,
    ]
    .concat()
}
