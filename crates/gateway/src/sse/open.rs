//! How a stream of events begins: who listens, to what, and from where.

use super::{SseEvent, stream::Events};
use crate::{Gateway, listener::Transport, raw::Registered};
use chinwag_chat::{Actor, Viewer};
use chinwag_wire::{Code, ConversationId, Kind, Positions, Problem};
use futures_util::stream::{self, BoxStream, StreamExt as _};
use std::collections::HashSet;

impl Gateway {
    /// Streams events from these positions on; without any, from now on. Limited to some conversations
    /// where they are named, which a guest must do.
    ///
    /// # Errors
    /// `conversation_not_found` for a conversation the viewer may not read, `too_many_connections`, and
    /// what the product answers.
    pub async fn events(
        &self,
        viewer: Viewer,
        positions: Positions,
        conversations: Option<Vec<ConversationId>>,
    ) -> Result<BoxStream<'static, SseEvent>, Problem> {
        let only: Option<HashSet<_>> = conversations.map(|ids| ids.into_iter().collect());
        let mut events = match viewer {
            Viewer::Account(actor) => self.events_of(&actor, &positions, only.clone()).await?,
            Viewer::Guest => {
                let listener = self.hub().register(Transport::Sse, &viewer, only.clone())?;
                Events::new(Registered::new(self.clone(), listener))
            }
        };
        self.watch_named(&mut events, &positions, only).await?;
        if positions.epoch.is_some_and(|epoch| epoch != self.chat().epoch()) {
            events.start_over();
        }
        let stream = stream::unfold(events, async |mut events| {
            events.next().await.map(|event| (event, events))
        });
        Ok(stream.boxed())
    }

    async fn events_of(
        &self,
        actor: &Actor,
        positions: &Positions,
        only: Option<HashSet<ConversationId>>,
    ) -> Result<Events, Problem> {
        // Only the heads are asked for: what changed is read page by page, as fast as it is taken.
        let epoch_alone = Positions { epoch: positions.epoch.clone(), ..Positions::default() };
        let all = only.is_none();
        let (listener, resumed) = self.arrive(Transport::Sse, actor, only, &epoch_alone).await?;
        listener.outbox.release();
        self.came_online(actor.account, None);
        let mut events = Events::new(listener);
        let continues = is_of(positions, self.chat().epoch());
        for (head, kind) in resumed.conversations {
            let given = positions
                .conversations
                .get(&head.conversation_id)
                .copied()
                .filter(|given| continues && *given <= head.rev);
            // One that is new since then is read from its beginning, unless it is an open room.
            let came_since = continues && all && kind != Kind::Room;
            let from = given.or(came_since.then_some(0)).unwrap_or(head.rev);
            events.follow(head.conversation_id, from, head.rev);
        }
        Ok(events)
    }

    /// Follows the conversations that were named and of which the viewer is no member.
    async fn watch_named(
        &self,
        events: &mut Events,
        positions: &Positions,
        only: Option<HashSet<ConversationId>>,
    ) -> Result<(), Problem> {
        let continues = is_of(positions, self.chat().epoch());
        let Some(named) = only else {
            return if events.is_guest() { Err(Code::Unauthenticated.into()) } else { Ok(()) };
        };
        for id in named.into_iter().filter(|id| !events.follows(*id)).collect::<Vec<_>>() {
            let room = self.watch(events.listener(), id).await?;
            let given = positions
                .conversations
                .get(&id)
                .copied()
                .filter(|given| continues && *given <= room.last_rev);
            events.follow(id, given.unwrap_or(room.last_rev), room.last_rev);
        }
        Ok(())
    }
}

fn is_of(positions: &Positions, epoch: &str) -> bool {
    positions.epoch.as_deref() == Some(epoch)
}
