//! `/v1/contact-requests` and `/v1/contacts`: asking people to be contacts, and those who are.

use crate::{
    answer::{Answer, created, done, ok, page},
    app::Api,
    extract::{At, Body, InAccount, InRequest, Paging, Params, Signed},
};
use axum::{extract::State, http::Uri};
use chinwag_wire::{Contact, ContactRequest, Page, RequestContact, RequestSide};

/// Ask somebody to be a contact, or accept what they asked
///
/// Asking again answers 200 with the same request. To an email address the answer is the same whether somebody has it or
/// not. Whoever was rejected may ask again after a day.
#[utoipa::path(post, path = "/v1/contact-requests", tag = "contacts", request_body = RequestContact, responses(
    (status = 201, description = "Asked", body = ContactRequest, headers(("Location" = String, description = "Where it is listed"))),
    (status = 200, description = "It was asked already, or the other had asked: now accepted", body = ContactRequest),
))]
pub(crate) async fn request_contact(
    State(api): State<Api>,
    Signed(actor): Signed,
    Body(body): Body<RequestContact>,
) -> Answer {
    let (request, is_new) = api.chat.request_contact(&actor, body).await?;
    if is_new { created(&request, "/v1/contact-requests/sent") } else { ok(&request) }
}

/// List the contact requests one sent, newest first
#[utoipa::path(get, path = "/v1/contact-requests/sent", tag = "contacts", params(Paging), responses((status = 200, description = "One page", body = Page<ContactRequest>)))]
pub(crate) async fn list_sent_requests(
    State(api): State<Api>,
    Signed(actor): Signed,
    uri: Uri,
    Params(paging): Params<Paging>,
) -> Answer {
    let Paging { cursor, limit } = paging;
    let side = RequestSide::Sent;
    page(&uri, &api.chat.contact_requests(&actor, side, cursor.as_deref(), limit).await?)
}

/// List the contact requests one received, newest first
#[utoipa::path(get, path = "/v1/contact-requests/received", tag = "contacts", params(Paging), responses((status = 200, description = "One page", body = Page<ContactRequest>)))]
pub(crate) async fn list_received_requests(
    State(api): State<Api>,
    Signed(actor): Signed,
    uri: Uri,
    Params(paging): Params<Paging>,
) -> Answer {
    let Paging { cursor, limit } = paging;
    let side = RequestSide::Received;
    page(&uri, &api.chat.contact_requests(&actor, side, cursor.as_deref(), limit).await?)
}

/// Accept a contact request that one received
#[utoipa::path(post, path = "/v1/contact-requests/{request_id}/accept", tag = "contacts", params(InRequest), responses((status = 200, description = "Accepted: the two are contacts", body = ContactRequest)))]
pub(crate) async fn accept_contact(
    State(api): State<Api>,
    Signed(actor): Signed,
    At(at): At<InRequest>,
) -> Answer {
    ok(&api.chat.accept_contact(&actor, at.request_id).await?)
}

/// Reject a contact request that one received
#[utoipa::path(post, path = "/v1/contact-requests/{request_id}/reject", tag = "contacts", params(InRequest), responses((status = 200, description = "Rejected", body = ContactRequest)))]
pub(crate) async fn reject_contact(
    State(api): State<Api>,
    Signed(actor): Signed,
    At(at): At<InRequest>,
) -> Answer {
    ok(&api.chat.reject_contact(&actor, at.request_id).await?)
}

/// Take back a contact request before it is answered
#[utoipa::path(delete, path = "/v1/contact-requests/{request_id}", tag = "contacts", params(InRequest), responses((status = 204, description = "Gone")))]
pub(crate) async fn cancel_contact(
    State(api): State<Api>,
    Signed(actor): Signed,
    At(at): At<InRequest>,
) -> Answer {
    api.chat.cancel_contact(&actor, at.request_id).await?;
    done()
}

/// List one's contacts, newest first
#[utoipa::path(get, path = "/v1/contacts", tag = "contacts", params(Paging), responses((status = 200, description = "One page", body = Page<Contact>)))]
pub(crate) async fn list_contacts(
    State(api): State<Api>,
    Signed(actor): Signed,
    uri: Uri,
    Params(paging): Params<Paging>,
) -> Answer {
    page(&uri, &api.chat.contacts(&actor, paging.cursor.as_deref(), paging.limit).await?)
}

/// Remove a contact, on both sides
#[utoipa::path(delete, path = "/v1/contacts/{account_id}", tag = "contacts", params(InAccount), responses((status = 204, description = "No contact any more")))]
pub(crate) async fn remove_contact(
    State(api): State<Api>,
    Signed(actor): Signed,
    At(at): At<InAccount>,
) -> Answer {
    api.chat.remove_contact(&actor, at.account_id).await?;
    done()
}
