//! The contact requests that one sent and received, newest first, and one of them as somebody sees it.

use super::row::{request, select_request};
use crate::{
    Actor, Chat,
    cursor::{self, Cursor},
    error::Result,
    operation::Query,
};
use chinwag_sql::Tx;
use chinwag_wire::{
    AccountId, ContactRequest, ContactRequestChanged, ContactRequestRemoved, EventBody, Page,
    Problem, RequestId, RequestSide,
};

chinwag_sql::statements! {
    /// One request, if the account is in it.
    SEEN = concat!(select_request!(), "WHERE r.id = ?2 AND (r.from_id = ?1 OR r.to_id = ?1)");
    /// A page of those one sent.
    SENT = concat!(select_request!(), "WHERE r.from_id = ?1 AND (r.created_at, r.id) < (?2, ?3) \
            ORDER BY r.created_at DESC, r.id DESC LIMIT ?4");
    /// A page of those one received.
    RECEIVED = concat!(select_request!(), "WHERE r.to_id = ?1 AND (r.created_at, r.id) < (?2, ?3) \
                ORDER BY r.created_at DESC, r.id DESC LIMIT ?4");
}

/// A request as the account sees it; nothing where it is not in it.
pub(super) async fn seen(
    tx: &mut Tx<'_>,
    account: AccountId,
    id: RequestId,
) -> Result<Option<ContactRequest>> {
    tx.maybe(&SEEN, &[account.0.into(), id.0.into()]).await?.as_ref().map(request).transpose()
}

/// What an account's devices hear of a request, as it is now.
pub(crate) async fn event(
    tx: &mut Tx<'_>,
    account: AccountId,
    request_id: RequestId,
    account_rev: i64,
) -> Result<EventBody> {
    Ok(match seen(tx, account, request_id).await? {
        Some(request) => {
            EventBody::ContactRequestChanged(ContactRequestChanged { request, account_rev })
        }
        None => EventBody::ContactRequestRemoved(ContactRequestRemoved { request_id, account_rev }),
    })
}

struct List {
    account: AccountId,
    side: RequestSide,
    from: Cursor,
    limit: usize,
}

impl Query for List {
    type Answer = Vec<ContactRequest>;
    async fn run(&self, tx: &mut Tx<'_>) -> Result<Vec<ContactRequest>> {
        let statement = match self.side {
            RequestSide::Sent => &SENT,
            RequestSide::Received => &RECEIVED,
        };
        let most = self.limit as i64 + 1;
        let values =
            [self.account.0.into(), self.from.order.into(), self.from.id.into(), most.into()];
        tx.rows(statement, &values).await?.iter().map(request).collect()
    }
}

impl Chat {
    /// A page of the contact requests that one sent or received.
    ///
    /// # Errors
    /// `cursor_invalid`, `invalid` for a limit outside 1 to 200.
    #[crate::boxed]
    pub async fn contact_requests(
        &self,
        actor: &Actor,
        side: RequestSide,
        cursor: Option<&str>,
        limit: Option<u32>,
    ) -> Result<Page<ContactRequest>, Problem> {
        let limit = cursor::limit(limit)?;
        let from = Cursor::decode(cursor, Cursor::LAST)?;
        let items = self.query(List { account: actor.account, side, from, limit }).await?;
        Ok(cursor::page(items, limit, |item| Cursor { order: item.created_at.0, id: item.id.0 }))
    }
}
