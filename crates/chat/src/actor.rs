//! Who asks: a signed-in account, or a guest; and from where.

use chinwag_wire::{AccountId, SessionId, Time};
use std::net::IpAddr;

/// A signed-in account, proved by an access token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Actor {
    /// Who.
    pub account: AccountId,
    /// Through which session.
    pub session: SessionId,
    /// When the access token that proved it ends.
    pub expires: Time,
}

/// Someone who reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Viewer {
    /// Signed in.
    Account(Actor),
    /// Without an account: sees rooms that let guests read, and nothing else.
    Guest,
}

impl Viewer {
    /// The account, where there is one.
    pub fn account(&self) -> Option<AccountId> {
        match self {
            Self::Account(actor) => Some(actor.account),
            Self::Guest => None,
        }
    }
}

/// Where a request came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Origin {
    /// Address of the client, as far as trusted proxies tell.
    pub address: IpAddr,
}
