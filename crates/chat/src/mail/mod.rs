//! Mail: showing that one reads an address, changing it, getting in again without the password; and
//! the letters about it. Everything is sent by jobs, queued in the transaction of the change.

mod change_email;
mod email_changed;
mod letter;
mod request_reset;
mod resend;
mod reset;
mod token;
mod verification;
mod verify;
mod work;

pub use letter::Postman;
pub use token::MOST_IN_AN_HOUR;
pub(crate) use token::{NewToken, Purpose, claim, forget, is_good};
pub use work::MOST_JOBS;
pub(crate) use work::{NewWork, Work};

/// Every statement of this folder.
pub(crate) fn statements() -> Vec<&'static chinwag_sql::Sql> {
    [
        change_email::STATEMENTS,
        resend::STATEMENTS,
        reset::STATEMENTS,
        token::STATEMENTS,
        verification::STATEMENTS,
        verify::STATEMENTS,
    ]
    .concat()
}
