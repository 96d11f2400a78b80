//! How contact requests stand in rows, and what each side sees of them.

use crate::{accounts::account_at, error::Result};
use chinwag_sql::{Error, Row};
use chinwag_wire::{ContactRequest, RequestId, RequestState, Time};
use uuid::Uuid;

/// A request as the account `?1` sees it, for [`request`]: its sender does not learn whom an address reached,
/// until that person accepts.
macro_rules! select_request {
    () => {
        "SELECT r.id, f.id, f.username, f.display_name, t.id, t.username, t.display_name, \
         CASE WHEN r.from_id = ?1 THEN r.email END, r.words, r.state, r.created_at, r.answered_at, r.told_by \
         FROM contact_requests r JOIN accounts f ON f.id = r.from_id LEFT JOIN accounts t ON t.id = CASE \
         WHEN r.to_id = ?1 OR r.state = 'accepted' THEN r.to_id ELSE r.named_id END "
    };
}
pub(super) use select_request;

/// A request from [`select_request`].
pub(super) fn request(row: &Row) -> Result<ContactRequest> {
    let to = match row.get::<Option<Uuid>>(4)? {
        Some(_) => Some(account_at(row, 4)?),
        None => None,
    };
    Ok(ContactRequest {
        id: RequestId(row.get(0)?),
        from: account_at(row, 1)?,
        to,
        email: row.get(7)?,
        text: row.get(8)?,
        state: state(&row.get::<String>(9)?)?,
        created_at: Time(row.get(10)?),
        answered_at: row.get::<Option<i64>>(11)?.map(Time),
    })
}

/// The state a column names.
pub(super) fn state(name: &str) -> Result<RequestState, Error> {
    match name {
        "pending" => Ok(RequestState::Pending),
        "accepted" => Ok(RequestState::Accepted),
        "rejected" => Ok(RequestState::Rejected),
        other => {
            Err(Error::Statement(format!("column state holds {other:?}, which nothing writes")))
        }
    }
}

/// The word for a state in its column.
pub(super) fn state_name(state: RequestState) -> &'static str {
    match state {
        RequestState::Pending => "pending",
        RequestState::Accepted => "accepted",
        RequestState::Rejected => "rejected",
    }
}
