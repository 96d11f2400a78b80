//! Opens the direct conversation of a pair: one, ever.

use super::{
    Newcomer,
    create::{BY_PAIR, Blank},
    read::read,
};
use crate::{
    AccountName, Actor, Chat, Viewer,
    access::{self, Tie},
    accounts, blocks,
    error::Result,
    operation::{Change, Outcome, Query},
    settings, ties,
};
use chinwag_sql::Tx;
use chinwag_wire::{
    AccountId, Code, Conversation, ConversationId, DirectFrom, Kind, Problem, Role, Time,
};

struct OpenDirect {
    actor: Actor,
    id: ConversationId,
    at: Time,
    peer: AccountName,
    /// The widest that the server allows.
    direct_from: DirectFrom,
    /// Whether the two must be contacts, also where they talked before.
    contacts_only: bool,
}

impl Change for OpenDirect {
    type Answer = (Conversation, bool);
    async fn run(&self, tx: &mut Tx<'_>) -> Result<Outcome<Self::Answer>> {
        let viewer = Viewer::Account(self.actor);
        let peer = self.peer(tx).await?;
        let pair_key = pair_key(self.actor.account, peer);
        blocks::hold_pair(tx, self.actor.account, peer).await?;
        if self.contacts_only && ties::tie(tx, self.actor.account, peer).await? < Tie::Contact {
            return Err(Code::OpeningNotAllowed.into());
        }
        if let Some(open) = tx.maybe(&BY_PAIR, &[pair_key.as_slice().into()]).await? {
            return Ok(Outcome::quiet((
                read(tx, ConversationId(open.get(0)?), viewer).await?,
                false,
            )));
        }
        may_open(tx, self.actor.account, peer, self.direct_from).await?;
        let blank =
            Blank { kind: "direct", pair_key: Some(pair_key), members: 2, ..Blank::default() };
        // The pair is held: nobody else can have opened it meanwhile.
        if !blank.create(tx, self.id, self.actor.account, self.at).await? {
            return Err(chinwag_sql::Error::Busy.into());
        }
        let mut notices = Vec::new();
        for (account, rev) in [(self.actor.account, 1), (peer, 2)] {
            let newcomer = Newcomer {
                conversation: self.id,
                kind: Kind::Direct,
                account,
                role: Role::Member,
                last_seq: 0,
                rev,
                at: self.at,
            };
            newcomer.write(tx).await?;
            notices.push(newcomer.joined(tx, 2).await?);
        }
        Ok(Outcome::telling((read(tx, self.id, viewer).await?, true), notices))
    }
}

impl OpenDirect {
    async fn peer(&self, tx: &mut Tx<'_>) -> Result<AccountId> {
        let peer = accounts::resolve(tx, &self.peer).await?.ok_or(Code::AccountNotFound)?.id;
        if peer == self.actor.account {
            return Err(Problem::field("account_id", "must be somebody else").into());
        }
        Ok(peer)
    }
}

/// Whether somebody may open the conversation with another, which is not open yet. Where both are held, a block, a
/// contact accepted and a setting changed come before or after, never between.
async fn may_open(
    tx: &mut Tx<'_>,
    account: AccountId,
    peer: AccountId,
    direct_from: DirectFrom,
) -> Result<()> {
    if blocks::between(tx, account, peer).await? {
        return Err(Code::OpeningNotAllowed.into());
    }
    let chosen = settings::settings(tx, peer).await?.direct_from.unwrap_or(direct_from);
    let tie = ties::tie(tx, account, peer).await?;
    Ok(access::may_open(chosen.min(direct_from), tie)?)
}

struct MayOpen {
    account: AccountId,
    peer: AccountId,
    direct_from: DirectFrom,
}

impl Query for MayOpen {
    type Answer = ();
    async fn run(&self, tx: &mut Tx<'_>) -> Result<()> {
        let peer = accounts::find(tx, self.peer).await?.ok_or(Code::AccountNotFound)?.id;
        may_open(tx, self.account, peer, self.direct_from).await
    }
}

impl Chat {
    /// Whether the direct conversation with somebody, which is not open yet, may be opened; looks only.
    ///
    /// # Errors
    /// `account_not_found`, `opening_not_allowed`.
    #[crate::boxed]
    pub async fn may_open_direct(&self, actor: &Actor, peer: AccountId) -> Result<(), Problem> {
        let (account, direct_from) = (actor.account, self.options.direct_from);
        self.query(MayOpen { account, peer, direct_from }).await
    }

    /// Opens the direct conversation with somebody, who may be a name that nobody has claimed where it is named
    /// so. The second value says whether it is new.
    ///
    /// # Errors
    /// `account_not_found`, `opening_not_allowed`, `invalid` for oneself.
    #[crate::boxed]
    pub async fn open_direct(
        &self,
        actor: &Actor,
        peer: AccountName,
    ) -> Result<(Conversation, bool), Problem> {
        self.open_with(actor, peer, false).await
    }

    /// The same with a contact alone, for surfaces on which nobody else is talked to, also where one talked to them
    /// before.
    ///
    /// # Errors
    /// As [`Chat::open_direct`]; `opening_not_allowed` for one who is no contact.
    #[crate::boxed]
    pub async fn open_direct_with_contact(
        &self,
        actor: &Actor,
        peer: AccountId,
    ) -> Result<(Conversation, bool), Problem> {
        self.open_with(actor, AccountName::Id(peer), true).await
    }

    async fn open_with(
        &self,
        actor: &Actor,
        peer: AccountName,
        contacts_only: bool,
    ) -> Result<(Conversation, bool), Problem> {
        let at = self.clock.now();
        let id = ConversationId(crate::random::id(at));
        let (actor, direct_from) = (*actor, self.options.direct_from);
        self.change(OpenDirect { actor, id, at, peer, direct_from, contacts_only }).await
    }
}

/// Both accounts in order, so that a pair has one key whoever opens.
pub(crate) fn pair_key(one: AccountId, other: AccountId) -> Vec<u8> {
    let (low, high) = if one < other { (one, other) } else { (other, one) };
    [*low.0.as_bytes(), *high.0.as_bytes()].concat()
}
