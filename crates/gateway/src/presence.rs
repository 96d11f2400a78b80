//! Presence as people ask for it: how one appears, and how others do. An account is online while it
//! has a connection, and for a moment after its last one closed, so that a reconnect is no news.

use crate::{Gateway, listener::Listener};
use chinwag_chat::{Actor, LastSeen, Viewer};
use chinwag_wire::{AccountId, Audience, ConversationId, Kind, Presence, PresenceState, Problem};
use std::{sync::Arc, time::Duration};

/// How long an account stays online after its last connection closed.
const GRACE: Duration = Duration::from_secs(5);

impl Gateway {
    /// How these accounts can be reached; those one may not see are left out, and those beyond a block are
    /// offline.
    ///
    /// # Errors
    /// `unavailable` where the database cannot be read.
    pub async fn presence(
        &self,
        actor: &Actor,
        accounts: &[AccountId],
    ) -> Result<Vec<Presence>, Problem> {
        let seen = self.chat().last_seen(actor, accounts).await?;
        let people = self.hub().people();
        let presence = |LastSeen { account, at, hidden }| {
            let state = if hidden { PresenceState::Offline } else { people.state(account) };
            let last_seen_at = if state == PresenceState::Offline { at } else { None };
            Presence { account_id: account, state, last_seen_at }
        };
        Ok(seen.into_iter().map(presence).collect())
    }

    /// Whether an account has a connection here, or had one a moment ago.
    pub fn is_online(&self, account: AccountId) -> bool {
        self.hub().people().state(account) != PresenceState::Offline
    }

    /// Chooses how one appears while connected: `online`, `away` or `busy`. Without a connection it
    /// changes nothing.
    ///
    /// # Errors
    /// `invalid` for `offline`, which nobody can choose.
    pub async fn set_presence(&self, actor: &Actor, state: PresenceState) -> Result<(), Problem> {
        if state == PresenceState::Offline {
            return Err(Problem::field(
                "state",
                "Choose online, away or busy; disconnect to be offline.",
            ));
        }
        if self.hub().people().state(actor.account) != PresenceState::Offline {
            self.hub().appear(actor.account, state);
        }
        Ok(())
    }

    /// How many have a room open now, for whoever may see the room. What is no room has no audience.
    ///
    /// # Errors
    /// `conversation_not_found`.
    pub async fn audience(
        &self,
        viewer: &Viewer,
        conversation: ConversationId,
    ) -> Result<Audience, Problem> {
        let kind = self.chat().conversation(viewer, conversation).await?.kind;
        match kind {
            Kind::Room => Ok(self.hub().audience(conversation)),
            Kind::Direct | Kind::Group => Ok(Audience { accounts: 0, guests: 0 }),
        }
    }

    /// The account has a connection: it appears as wished, or stays as it appears already.
    pub(crate) fn came_online(&self, account: AccountId, wish: Option<PresenceState>) {
        let now = self.hub().people().state(account);
        let kept = if now == PresenceState::Offline { PresenceState::Online } else { now };
        self.hub()
            .appear(account, wish.filter(|wish| *wish != PresenceState::Offline).unwrap_or(kept));
    }

    /// A connection is gone. If it was its account's last, the account goes offline after a moment.
    pub(crate) fn connection_gone(&self, listener: Arc<Listener>) {
        let lingers = self.hub().close(&listener);
        let (true, Ok(runtime)) = (lingers, tokio::runtime::Handle::try_current()) else { return };
        let gateway = self.clone();
        runtime.spawn(async move {
            tokio::time::sleep(GRACE).await;
            gateway.grace_passed(&listener).await;
        });
    }

    async fn grace_passed(&self, listener: &Listener) {
        let Some(account) = listener.account() else { return };
        let alone = self.hub().connections_of(account).iter().all(|other| other.id == listener.id);
        let last_seen = if alone { self.chat().went_offline(account).await.ok() } else { None };
        self.hub().forget(listener, last_seen);
    }
}
