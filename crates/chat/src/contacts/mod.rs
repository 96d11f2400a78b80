//! Contact requests and contacts. A pair has one request that reaches somebody, and becomes contacts by its
//! acceptance. What does not reach anybody looks to its sender like one that nobody has answered.

mod answer;
mod cancel;
mod invite;
mod invites;
mod list;
mod pair;
mod remove;
mod request;
mod requests;
mod respond;
mod row;
mod stored;

pub use invites::Invite;
pub(crate) use list::event as contact_event;
pub(crate) use pair::{are_contacts, end_for_block};
pub(crate) use requests::event as request_event;

/// Every statement of this folder.
pub(crate) fn statements() -> Vec<&'static chinwag_sql::Sql> {
    [
        answer::STATEMENTS,
        invites::STATEMENTS,
        list::STATEMENTS,
        pair::STATEMENTS,
        request::STATEMENTS,
        requests::STATEMENTS,
        stored::STATEMENTS,
    ]
    .concat()
}
