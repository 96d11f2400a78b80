//! Commands about oneself and other people.

use super::{Answer, Nothing};
use crate::dispatch::Caller;
use chinwag_wire::{AccountChanges, Settings, UpdateSettings, frame::SyncAccount};

pub(crate) async fn sync_account(caller: Caller, with: SyncAccount) -> Answer<AccountChanges> {
    caller.gateway.chat().sync_account(&caller.actor()?, with.rev).await
}

pub(crate) async fn settings(caller: Caller, _: Nothing) -> Answer<Settings> {
    caller.gateway.chat().settings(&caller.actor()?).await
}

pub(crate) async fn update_settings(caller: Caller, with: UpdateSettings) -> Answer<Settings> {
    caller.gateway.chat().update_settings(&caller.actor()?, with).await
}
