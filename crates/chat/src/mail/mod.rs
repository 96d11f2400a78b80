//! Mail: showing that one reads an address, changing it, getting in again without the password; the
//! letters about it, and those that somebody chose to get. Everything is sent by jobs, queued in the transaction of the change.

mod change_email;
mod choice;
mod code;
mod confirm;
mod contact_requests;
mod email_changed;
mod letter;
mod missed_messages;
mod queue;
mod request_reset;
mod resend;
mod reset;
mod token;
mod unsubscribe;
mod verification;
mod verify;
mod watch_for_missed;
mod work;

pub(crate) use code::NewCode;
pub use confirm::Confirmed;
pub use letter::{Confirmation, Postman};
pub use queue::MailQueue;
pub use token::MOST_IN_AN_HOUR;
pub(crate) use token::{NewToken, Purpose, claim, forget, is_good};
pub use work::MOST_JOBS;
pub(crate) use work::{ANNOUNCE, NewWork, Work};

/// Every statement of this folder.
pub(crate) fn statements() -> Vec<&'static chinwag_sql::Sql> {
    [
        change_email::STATEMENTS,
        choice::STATEMENTS,
        code::STATEMENTS,
        confirm::STATEMENTS,
        contact_requests::STATEMENTS,
        missed_messages::STATEMENTS,
        queue::STATEMENTS,
        resend::STATEMENTS,
        reset::STATEMENTS,
        token::STATEMENTS,
        unsubscribe::STATEMENTS,
        verification::STATEMENTS,
        verify::STATEMENTS,
        watch_for_missed::STATEMENTS,
    ]
    .concat()
}
