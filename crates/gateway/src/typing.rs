//! The signal that someone is typing: to the other members who are connected, never across a block,
//! at most once a second for each connection and conversation.

use crate::{Gateway, encode::Encoded, listener::Listener};
use chinwag_chat::Actor;
use chinwag_wire::{AccountId, ConversationId, Event, EventBody, Kind, Problem, Typing};
use std::collections::HashSet;

impl Gateway {
    /// Tells the other members that the actor is typing, or stopped.
    ///
    /// # Errors
    /// `conversation_not_found` where the actor is no member.
    pub async fn typing(
        &self,
        actor: &Actor,
        conversation: ConversationId,
        typing: bool,
    ) -> Result<(), Problem> {
        self.chat().may_type(actor, conversation).await?;
        let connected = self.hub().people().blocks(actor.account).cloned();
        let blocks = match connected {
            Some(blocks) => blocks,
            None => self.chat().memberships(actor).await?.blocks.into_iter().collect(),
        };
        self.tell_typing(actor.account, conversation, typing, &blocks);
        Ok(())
    }

    /// The same from a live connection, which knows by itself where it is a member. Only a direct
    /// conversation of somebody with blocks is looked at closer: a block refuses typing there.
    pub(crate) async fn typing_from(
        &self,
        listener: &Listener,
        actor: &Actor,
        conversation: ConversationId,
        typing: bool,
    ) -> Result<(), Problem> {
        let blocks = self.hub().people().blocks(actor.account).cloned().unwrap_or_default();
        match listener.member_of(conversation) {
            None => return self.typing(actor, conversation, typing).await,
            Some(Kind::Direct) if !blocks.is_empty() => {
                self.chat().may_type(actor, conversation).await?
            }
            Some(_) => {}
        }
        if listener.may_signal(conversation, typing) {
            self.tell_typing(actor.account, conversation, typing, &blocks);
        }
        Ok(())
    }

    fn tell_typing(
        &self,
        account_id: AccountId,
        conversation: ConversationId,
        typing: bool,
        blocks: &HashSet<AccountId>,
    ) {
        if self.chat().pressure().drops_signals() {
            return;
        }
        let body = EventBody::Typing(Typing { account_id, typing });
        let event = Encoded::new(Event { conversation_id: Some(conversation), rev: None, body });
        let hears = |other: AccountId| other != account_id && !blocks.contains(&other);
        self.hub().topics().with(conversation, |topic| {
            let others = topic.members().filter(|listener| listener.account().is_some_and(hears));
            others.for_each(|listener| listener.hear(&event));
        });
    }
}
