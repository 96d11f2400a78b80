//! How what happened leaves the rules: the one inversion in the house. Declared here, implemented by
//! the live hub.

use chinwag_wire::{AccountId, ConversationId, Event, Kind, SessionId};

/// Takes what happened to those who listen. Called after the commit, in commit order where the engine
/// gives one; must not block. What a notice evicts is evicted when this returns: the answer to the caller
/// leaves only after that.
pub trait Publisher: Send + Sync + 'static {
    /// Hands over what one operation brought about.
    fn publish(&self, notices: Vec<Notice>);
}

/// Something that happened, and whom it concerns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Notice {
    /// To everyone subscribed to the conversation.
    Conversation {
        /// Which.
        conversation: ConversationId,
        /// Its kind.
        kind: Kind,
        /// What they hear.
        event: Event,
    },
    /// To all devices of one account.
    Account {
        /// Whose.
        account: AccountId,
        /// What they hear.
        event: Event,
    },
    /// Subscribe the account's live connections to the conversation, then tell them.
    Joined {
        /// Whose connections.
        account: AccountId,
        /// To what.
        conversation: ConversationId,
        /// Its kind.
        kind: Kind,
        /// First message they may see.
        visible_from: i64,
        /// What they hear.
        event: Event,
    },
    /// Unsubscribe them: nothing of the conversation leaves to them any more, queued or new. Then tell them.
    Left {
        /// Whose connections.
        account: AccountId,
        /// From what.
        conversation: ConversationId,
        /// What they hear.
        event: Event,
    },
    /// Close every connection of this session.
    SessionEnded {
        /// Which.
        session: SessionId,
    },
    /// From now on these two do not see each other's presence and typing, or do again.
    BlockChanged {
        /// Who blocks.
        by: AccountId,
        /// Whom.
        other: AccountId,
        /// Whether a block stands between them, in either direction.
        blocked: bool,
    },
    /// Somebody's profile has changed: to the members of these conversations and to these contacts, but neither to
    /// themselves nor to those it is hidden from.
    ProfileChanged {
        /// Whose.
        account: AccountId,
        /// Where they are a member.
        conversations: Vec<ConversationId>,
        /// Their contacts.
        contacts: Vec<AccountId>,
        /// Those with whom a block stands.
        hidden_from: Vec<AccountId>,
        /// What the others hear.
        event: Event,
    },
    /// The room no longer lets guests read: end their subscriptions.
    GuestsClosed {
        /// Which.
        conversation: ConversationId,
    },
}
