//! How a pair becomes contacts, and stops being. The two are held by whoever calls.

use super::stored::{Stored, select_stored};
use crate::{
    Notice,
    account_log::{Thing, note},
    announcements::{Announcement, AnsweredRequest, NewAnnouncement},
    conversations::pair_key,
    error::Result,
};
use chinwag_sql::Tx;
use chinwag_wire::{AccountId, RequestId, RequestState, Time};

chinwag_sql::statements! {
    /// The request of a pair that reaches somebody.
    OF_PAIR = concat!(select_stored!(), "WHERE pair_key = ?1");
    /// It is accepted.
    ACCEPT = "UPDATE contact_requests SET state = 'accepted', answered_at = ?2 WHERE id = ?1";
    /// One of the two rows of a pair of contacts.
    ADD = "INSERT INTO contacts (account_id, contact_id, since) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING";
    /// Whether they are contacts.
    ARE = "SELECT 1 FROM contacts WHERE account_id = ?1 AND contact_id = ?2";
    /// They are contacts no more.
    REMOVE = "DELETE FROM contacts WHERE (account_id = ?1 AND contact_id = ?2) OR (account_id = ?2 AND contact_id = ?1)";
    /// A request is no more.
    FORGET = "DELETE FROM contact_requests WHERE id = ?1";
    /// It reaches nobody any more; its sender sees no difference.
    UNREACH = "UPDATE contact_requests SET to_id = NULL, pair_key = NULL WHERE id = ?1";
    /// Requests of one to the other that reach nobody.
    UNREACHED = "SELECT id FROM contact_requests WHERE from_id = ?1 AND named_id = ?2 AND to_id IS NULL";
}

/// The request of a pair that reaches somebody, in whichever direction.
pub(super) async fn of_pair(
    tx: &mut Tx<'_>,
    one: AccountId,
    other: AccountId,
) -> Result<Option<Stored>> {
    let pair = pair_key(one, other);
    let row = tx.maybe(&OF_PAIR, &[pair.as_slice().into()]).await?;
    row.as_ref().map(Stored::from_row).transpose()
}

/// Whether two are contacts.
pub(crate) async fn are_contacts(
    tx: &mut Tx<'_>,
    one: AccountId,
    other: AccountId,
) -> Result<bool> {
    Ok(tx.maybe(&ARE, &[one.0.into(), other.0.into()]).await?.is_some())
}

/// A pending request is accepted: the two are contacts, and whatever else one asked of the other by name
/// is settled with it. Gives what both hear.
pub(super) async fn join(
    tx: &mut Tx<'_>,
    request: &Stored,
    at: Time,
    announcement: &NewAnnouncement,
) -> Result<Vec<Notice>> {
    let to = request.to.ok_or(chinwag_sql::Error::NoRow)?;
    tx.exec(&ACCEPT, &[request.id.0.into(), at.0.into()]).await?;
    let answered = AnsweredRequest { request: request.id, from: request.from, to, at };
    announcement.write(tx, &Announcement::RequestAccepted(answered)).await?;
    let mut notices = Vec::new();
    for (one, other) in [(request.from, to), (to, request.from)] {
        tx.exec(&ADD, &[one.0.into(), other.0.into(), at.0.into()]).await?;
        notices.extend(forget_unreached(tx, one, other).await?);
        notices.push(note(tx, one, Thing::Request(request.id)).await?);
        notices.push(note(tx, one, Thing::Contact(other)).await?);
    }
    Ok(notices)
}

async fn forget_unreached(
    tx: &mut Tx<'_>,
    from: AccountId,
    named: AccountId,
) -> Result<Vec<Notice>> {
    let mut notices = Vec::new();
    for row in tx.rows(&UNREACHED, &[from.0.into(), named.0.into()]).await? {
        let id = RequestId(row.get(0)?);
        tx.exec(&FORGET, &[id.0.into()]).await?;
        notices.push(note(tx, from, Thing::Request(id)).await?);
    }
    Ok(notices)
}

/// A request is no more; those in it hear so.
pub(super) async fn forget(tx: &mut Tx<'_>, request: &Stored) -> Result<Vec<Notice>> {
    tx.exec(&FORGET, &[request.id.0.into()]).await?;
    let mut notices = Vec::new();
    for account in request.people() {
        notices.push(note(tx, account, Thing::Request(request.id)).await?);
    }
    Ok(notices)
}

/// The two are contacts no more, and the request that made them so is gone: either may ask again at once.
/// Nothing where they are not.
pub(super) async fn part(tx: &mut Tx<'_>, one: AccountId, other: AccountId) -> Result<Vec<Notice>> {
    if !are_contacts(tx, one, other).await? {
        return Ok(Vec::new());
    }
    tx.exec(&REMOVE, &[one.0.into(), other.0.into()]).await?;
    let mut notices = Vec::new();
    if let Some(request) = of_pair(tx, one, other).await? {
        notices.extend(forget(tx, &request).await?);
    }
    for (one, other) in [(one, other), (other, one)] {
        notices.push(note(tx, one, Thing::Contact(other)).await?);
    }
    Ok(notices)
}

/// `by` blocks the other. What the blocked person sees is what an ordinary end looks like: contacts part, as
/// when one removes the other; a request of `by` is gone, as when it is cancelled; one to `by` stays
/// unanswered.
pub(crate) async fn end_for_block(
    tx: &mut Tx<'_>,
    by: AccountId,
    other: AccountId,
) -> Result<Vec<Notice>> {
    let mut notices = part(tx, by, other).await?;
    let Some(request) = of_pair(tx, by, other).await? else { return Ok(notices) };
    if request.state != RequestState::Pending {
        return Ok(notices);
    }
    if request.from == by {
        notices.extend(forget(tx, &request).await?);
    } else {
        tx.exec(&UNREACH, &[request.id.0.into()]).await?;
        notices.push(note(tx, by, Thing::Request(request.id)).await?);
    }
    Ok(notices)
}
