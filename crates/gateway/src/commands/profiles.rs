//! Commands about profiles: reading, changing, and finding people.

use super::Answer;
use crate::dispatch::Caller;
use chinwag_wire::{
    Account, Page, Profile, UpdateProfile,
    frame::{OfWhom, SearchAccounts},
};

pub(crate) async fn profile(caller: Caller, with: OfWhom) -> Answer<Profile> {
    let actor = caller.actor()?;
    caller.gateway.chat().profile(&actor, with.account_id.unwrap_or(actor.account)).await
}

pub(crate) async fn update_profile(caller: Caller, with: UpdateProfile) -> Answer<Profile> {
    caller.gateway.chat().update_profile(&caller.actor()?, with).await
}

pub(crate) async fn search_accounts(caller: Caller, with: SearchAccounts) -> Answer<Page<Account>> {
    caller.gateway.chat().search_accounts(&caller.actor()?, with).await
}
