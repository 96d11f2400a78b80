//! Commands about oneself and other people.

use super::{Answer, Nothing};
use crate::dispatch::Caller;
use chinwag_wire::{
    AccountChanges, Contact, ContactRequest, Page, RequestContact, Settings, UpdateSettings,
    frame::{ListContacts, ListRequests, OfAccount, OfRequest, SyncAccount},
};

pub(crate) async fn request_contact(
    caller: Caller,
    with: RequestContact,
) -> Answer<ContactRequest> {
    let asked = caller.gateway.chat().request_contact(&caller.actor()?, with).await;
    asked.map(|(request, _)| request)
}

pub(crate) async fn contact_requests(
    caller: Caller,
    with: ListRequests,
) -> Answer<Page<ContactRequest>> {
    let ListRequests { side, cursor, limit } = with;
    let chat = caller.gateway.chat();
    chat.contact_requests(&caller.actor()?, side, cursor.as_deref(), limit).await
}

pub(crate) async fn accept_contact(caller: Caller, with: OfRequest) -> Answer<ContactRequest> {
    caller.gateway.chat().accept_contact(&caller.actor()?, with.request_id).await
}

pub(crate) async fn reject_contact(caller: Caller, with: OfRequest) -> Answer<ContactRequest> {
    caller.gateway.chat().reject_contact(&caller.actor()?, with.request_id).await
}

pub(crate) async fn cancel_contact(caller: Caller, with: OfRequest) -> Answer<Nothing> {
    caller.gateway.chat().cancel_contact(&caller.actor()?, with.request_id).await?;
    Ok(Nothing {})
}

pub(crate) async fn contacts(caller: Caller, with: ListContacts) -> Answer<Page<Contact>> {
    caller.gateway.chat().contacts(&caller.actor()?, with.cursor.as_deref(), with.limit).await
}

pub(crate) async fn remove_contact(caller: Caller, with: OfAccount) -> Answer<Nothing> {
    caller.gateway.chat().remove_contact(&caller.actor()?, with.account_id).await?;
    Ok(Nothing {})
}

pub(crate) async fn sync_account(caller: Caller, with: SyncAccount) -> Answer<AccountChanges> {
    caller.gateway.chat().sync_account(&caller.actor()?, with.rev).await
}

pub(crate) async fn settings(caller: Caller, _: Nothing) -> Answer<Settings> {
    caller.gateway.chat().settings(&caller.actor()?).await
}

pub(crate) async fn update_settings(caller: Caller, with: UpdateSettings) -> Answer<Settings> {
    caller.gateway.chat().update_settings(&caller.actor()?, with).await
}
