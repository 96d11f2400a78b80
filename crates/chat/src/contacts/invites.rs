//! Contact requests for surfaces on which people invite each other by name and see what became of it: with
//! whether a letter told of them, and listed in one piece.

use super::row::{request, select_request, state_name};
use crate::{Actor, Chat, error::Result, operation::Query};
use chinwag_sql::{Row, Tx};
use chinwag_wire::{
    AccountId, Code, ContactRequest, Problem, RequestId, RequestSide, RequestState,
};
use uuid::Uuid;

chinwag_sql::statements! {
    /// One request, if the account is in it.
    ONE = concat!(select_request!(), "WHERE r.id = ?2 AND (r.from_id = ?1 OR r.to_id = ?1)");
    /// The newest that one sent, in this state or in any.
    SENT = concat!(select_request!(), "WHERE r.from_id = ?1 AND (?2 = '' OR r.state = ?2) ORDER BY r.created_at DESC, r.id DESC LIMIT ?3");
    /// The newest that one received.
    RECEIVED = concat!(select_request!(), "WHERE r.to_id = ?1 AND (?2 = '' OR r.state = ?2) ORDER BY r.created_at DESC, r.id DESC LIMIT ?3");
    /// Whether there is such a request.
    EXISTS = "SELECT 1 FROM contact_requests WHERE id = ?1";
}

/// Most of them that are listed.
const MOST: i64 = 1_000;

/// A contact request, and whether a letter told of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invite {
    /// The request.
    pub request: ContactRequest,
    /// Whether a letter told whoever is asked.
    pub told: bool,
}

fn invite(row: &Row) -> Result<Invite> {
    Ok(Invite { request: request(row)?, told: row.get::<Option<Uuid>>(12)?.is_some() })
}

/// An invite as the account sees it.
///
/// # Errors
/// `request_not_found`.
pub(super) async fn seen_invite(
    tx: &mut Tx<'_>,
    account: AccountId,
    id: RequestId,
) -> Result<Invite> {
    let row = tx.maybe(&ONE, &[account.0.into(), id.0.into()]).await?;
    invite(&row.ok_or(Code::RequestNotFound)?)
}

struct Newest {
    account: AccountId,
    side: RequestSide,
    state: Option<RequestState>,
}

impl Query for Newest {
    type Answer = Vec<Invite>;
    async fn run(&self, tx: &mut Tx<'_>) -> Result<Vec<Invite>> {
        let statement = match self.side {
            RequestSide::Sent => &SENT,
            RequestSide::Received => &RECEIVED,
        };
        let state = self.state.map_or("", state_name);
        let rows = tx.rows(statement, &[self.account.0.into(), state.into(), MOST.into()]).await?;
        rows.iter().map(invite).collect()
    }
}

struct Exists(RequestId);

impl Query for Exists {
    type Answer = bool;
    async fn run(&self, tx: &mut Tx<'_>) -> Result<bool> {
        Ok(tx.maybe(&EXISTS, &[self.0.0.into()]).await?.is_some())
    }
}

impl Chat {
    /// The newest 1,000 invites that one sent or received, in this state or in any, newest first.
    ///
    /// # Errors
    /// Only those of storage.
    #[crate::boxed]
    pub async fn invites(
        &self,
        actor: &Actor,
        side: RequestSide,
        state: Option<RequestState>,
    ) -> Result<Vec<Invite>, Problem> {
        self.query(Newest { account: actor.account, side, state }).await
    }

    /// Whether there is such a request, between whomever: for surfaces that tell what is not one's own from what
    /// is not there.
    ///
    /// # Errors
    /// Only those of storage.
    #[crate::boxed]
    pub async fn is_invite(&self, id: RequestId) -> Result<bool, Problem> {
        self.query(Exists(id)).await
    }
}
