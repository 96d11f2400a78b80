//! How a signed-in connection arrives: it listens first, what it hears waits, then the state is read.
//! So nothing falls between the state and the events, and nothing leaves that may not be seen.

use crate::{
    Gateway,
    listener::{Listener, Subscription, Transport},
    raw::Registered,
};
use chinwag_chat::{Actor, Resumed, Viewer};
use chinwag_wire::{Conversation, ConversationId, Positions, Problem};
use std::{collections::HashSet, sync::Arc};

/// Most rooms that one connection watches without being a member.
pub const MOST_WATCHED: usize = 100;

/// Holds back what a connection hears, until dropped.
#[derive(Debug)]
pub struct Held(Arc<Listener>);

impl Held {
    /// From now on.
    pub(crate) fn begin(listener: &Arc<Listener>) -> Self {
        listener.outbox.hold();
        Self(listener.clone())
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        self.0.outbox.release();
    }
}

impl Gateway {
    /// Registers a connection of the actor, subscribes it to every conversation it wants and is in, and
    /// reads what changed since the positions. Its outbox is held: release it when the state is on its way.
    ///
    /// # Errors
    /// `too_many_connections`, `session_ended`, or what the product answers.
    pub(crate) async fn arrive(
        &self,
        transport: Transport,
        actor: &Actor,
        only: Option<HashSet<ConversationId>>,
        positions: &Positions,
    ) -> Result<(Registered, Resumed), Problem> {
        let viewer = Viewer::Account(*actor);
        let listener =
            Registered::new(self.clone(), self.hub().register(transport, &viewer, only)?);
        listener.outbox.hold();
        let standing = self.chat().memberships(actor).await?;
        self.hub().people().blocks_read(actor.account, standing.blocks);
        for (conversation, kind, visible_from) in standing.conversations {
            let subscription =
                Subscription { kind, member: true, fresh: false, after: 0, visible_from };
            self.hub().subscribe(listener.shared(), conversation, subscription);
        }
        let resumed = self.chat().resume(actor, positions).await?;
        self.drop_left(&listener, &resumed);
        // A session that ended before the connection was registered could not close it.
        self.chat().session_alive(actor).await?;
        Ok((listener, resumed))
    }

    /// Lets a connection hear of a room that guests may read, and answers the room. It listens first and
    /// reads then; what it hears waits until it is certain that it may.
    ///
    /// # Errors
    /// `conversation_not_found` where guests may not read, `invalid` beyond 100 rooms.
    pub(crate) async fn watch(
        &self,
        listener: &Arc<Listener>,
        id: ConversationId,
    ) -> Result<Conversation, Problem> {
        let watched = listener.subscriptions.lock().values().filter(|known| !known.member).count();
        if watched >= MOST_WATCHED {
            return Err(Problem::field(
                "conversation_id",
                "This connection watches 100 rooms already.",
            ));
        }
        let kind = self.chat().conversation(&Viewer::Guest, id).await?.kind;
        let _held = Held::begin(listener);
        self.hub().subscribe(
            listener,
            id,
            Subscription { kind, member: false, fresh: true, after: 0, visible_from: 1 },
        );
        let seen = self.chat().conversation(&Viewer::Guest, id).await;
        if seen.is_err() && !listener.is_member_of(id) {
            self.hub().unsubscribe(listener, id);
        }
        seen
    }

    /// Between the two reads the actor may have left a conversation: nothing of it may leave.
    fn drop_left(&self, listener: &Registered, resumed: &Resumed) {
        let current: HashSet<_> =
            resumed.conversations.iter().map(|(head, _)| head.conversation_id).collect();
        let left =
            self.hub().topics().retain(listener, |id, known| known.fresh || current.contains(id));
        left.into_iter().for_each(|conversation| listener.outbox.purge(conversation));
    }
}
