//! A connection of a surface that words what it hears itself. It is a listener of the hub like all
//! others: bounded, and evicted by the same sign-outs, blocks and removals; what comes out of it is what
//! happened, not bytes.

use crate::{
    Gateway,
    arrive::{Held, MOST_WATCHED},
    attendance::Attending,
    encode::Told,
    listener::{Subscription, Transport},
    outbox::{Ending, Inbox},
    raw::Registered,
    sio::Parting,
};
use bytes::Bytes;
use chinwag_chat::{Actor, Viewer};
use chinwag_wire::{AccountId, Code, Conversation, ConversationId, Kind, Problem};
use parking_lot::Mutex;
use std::{
    collections::HashSet,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
};
use tokio::time::{Sleep, sleep};

/// What an ear listens to by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// Every conversation its account is in, and those that it comes into.
    Everything,
    /// Nothing but what it subscribes to.
    Chosen,
}

/// What an ear gives out.
#[derive(Debug)]
pub enum Heard {
    /// Something happened.
    Event(Arc<Told>),
    /// Words that were called out.
    Call(Bytes),
    /// The connection shall end.
    End(Parting),
}

/// A question on its way. Only polled by whoever owns the ear, but those who share it may be moved to other threads.
type Asking = Mutex<Pin<Box<dyn Future<Output = Result<Actor, Problem>> + Send>>>;

/// When the session ends that a connection goes through.
enum Watch {
    /// A guest has none.
    Never,
    /// Not before this.
    Until(Pin<Box<Sleep>>),
    /// It should have: whether its end has been moved is being asked.
    Asking(Asking),
}

/// A listener that is not told bytes but what happened.
pub struct Ear {
    listener: Registered,
    inbox: Inbox,
    watch: Watch,
    /// Absent once it counts no more.
    attending: Option<Attending>,
}

impl Gateway {
    /// Lets somebody listen through a surface. The ear hears from now on and gives nothing out before
    /// [`Ear::begin`]: read the state in between, and nothing is missed.
    ///
    /// # Errors
    /// `session_ended`, `too_many_connections`, `overloaded`, `shutting_down`.
    pub async fn listen(
        &self,
        surface: &'static str,
        viewer: &Viewer,
        scope: Scope,
    ) -> Result<Ear, Problem> {
        let viewer = match viewer {
            Viewer::Account(actor) => Viewer::Account(self.chat().until_session_ends(actor).await?),
            Viewer::Guest => Viewer::Guest,
        };
        let only = (scope == Scope::Chosen).then(HashSet::new);
        let listener = self.hub().register(Transport::Surface(surface), &viewer, only)?;
        let listener = Registered::new(self.clone(), listener);
        listener.outbox.hold();
        if let Viewer::Account(actor) = viewer {
            self.settle(&listener, &actor, scope).await?;
        }
        let attending = Some(self.hub().attendances().enter(surface, viewer.account()));
        let mut ear = Ear { listener, inbox: Inbox::new(), watch: Watch::Never, attending };
        ear.watch_session();
        Ok(ear)
    }

    /// Subscribes it to what its account is in, and lets the account appear.
    async fn settle(
        &self,
        listener: &Registered,
        actor: &Actor,
        scope: Scope,
    ) -> Result<(), Problem> {
        let standing = self.chat().memberships(actor).await?;
        self.hub().people().blocks_read(actor.account, standing.blocks);
        if scope == Scope::Everything {
            for (conversation, kind, visible_from) in standing.conversations {
                let subscription =
                    Subscription { kind, member: true, fresh: false, after: 0, visible_from };
                self.hub().subscribe(listener.shared(), conversation, subscription);
            }
            self.drop_what_was_left(listener, actor).await?;
        }
        // A session that ended before the connection was registered could not close it.
        self.chat().session_alive(actor).await?;
        self.came_online(actor.account, None);
        Ok(())
    }

    /// Between reading what one is in and listening to it, one may have left it.
    async fn drop_what_was_left(
        &self,
        listener: &Registered,
        actor: &Actor,
    ) -> Result<(), Problem> {
        let standing = self.chat().memberships(actor).await?;
        let current: HashSet<_> = standing.conversations.into_iter().map(|(id, ..)| id).collect();
        let topics = self.hub().topics();
        let left = topics.retain(listener, |id, known| known.fresh || current.contains(id));
        left.into_iter().for_each(|conversation| listener.outbox.purge(conversation));
        Ok(())
    }

    /// Gives ready words to every ear of a surface that listens to a conversation, but one. Whoever is behind
    /// may miss them.
    pub fn call_out(
        &self,
        surface: &'static str,
        conversation: ConversationId,
        except: Option<u64>,
        words: &Bytes,
    ) {
        self.hub().topics().with(conversation, |topic| {
            let hears = |id| Some(id) != except;
            let ears = topic.everyone().filter(|ear| ear.transport == Transport::Surface(surface));
            ears.filter(|ear| hears(ear.id))
                .for_each(|ear| ear.outbox.push_words(Some(conversation), words.clone()));
        });
    }

    /// Gives ready words to every ear of a surface that an account has. Whoever is behind may miss them.
    pub fn call_account(&self, surface: &'static str, account: AccountId, words: &Bytes) {
        let ears = self.hub().connections_of(account);
        ears.iter()
            .filter(|ear| ear.transport == Transport::Surface(surface))
            .for_each(|ear| ear.outbox.push_words(None, words.clone()));
    }
}

impl Ear {
    /// Gives out what it has heard, and what it will hear.
    pub fn begin(&self) {
        self.listener.outbox.release();
    }

    /// Names it in this process.
    pub fn id(&self) -> u64 {
        self.listener.id
    }

    /// Who listens.
    pub fn viewer(&self) -> Viewer {
        self.listener.viewer()
    }

    /// Who listens, where they are signed in; expires when the session does.
    pub fn actor(&self) -> Option<Actor> {
        self.listener.actor()
    }

    /// Goes on as an account, or as another one, where it listens to nothing but what it chose: it hears the same as
    /// before, nothing twice and nothing missed, counts as that account, and ends with that session.
    ///
    /// # Errors
    /// `session_ended`, `too_many_connections`, `overloaded`, `shutting_down`; it is who it was then.
    pub async fn sign_in(&mut self, actor: &Actor) -> Result<(), Problem> {
        let gateway = self.listener.gateway().clone();
        let actor = gateway.chat().until_session_ends(actor).await?;
        let (transport, viewer) = (self.listener.transport, Viewer::Account(actor));
        let listener = gateway.hub().register(transport, &viewer, Some(HashSet::new()))?;
        let listener = Registered::new(gateway.clone(), listener);
        gateway.settle(&listener, &actor, Scope::Chosen).await?;
        gateway.hub().replace(&self.listener, listener.shared());
        let (heard, ending) = self.listener.outbox.hand_over();
        self.inbox.extend(heard);
        ending.into_iter().for_each(|ending| listener.outbox.end(ending));
        if let Some(attending) = &mut self.attending {
            attending.pass_to(actor.account);
        }
        self.listener = listener;
        self.watch_session();
        Ok(())
    }

    /// Counts no more and hears nothing more, while its peer is being said goodbye to.
    pub fn leave(&mut self) {
        self.attending = None;
        self.listener.outbox.close();
    }

    /// The kind of a conversation, if it listens there.
    pub fn hears(&self, conversation: ConversationId) -> Option<Kind> {
        self.listener.subscriptions.lock().get(&conversation).map(|known| known.kind)
    }

    /// Listens to a conversation, as a member or as somebody who may read a room. It listens first and reads
    /// then; what it hears waits until it is certain that it may.
    ///
    /// # Errors
    /// `conversation_not_found`, `forbidden` in a closed room one has not joined, `invalid` beyond 100 rooms of
    /// which one is no member.
    pub async fn subscribe(&self, id: ConversationId) -> Result<Conversation, Problem> {
        let gateway = self.listener.gateway();
        let before = self.may_hear(id).await?;
        let _held = Held::begin(self.listener.shared());
        gateway.hub().let_hear(self.listener.shared(), id, before.1);
        let after = self.may_hear(id).await;
        if after.is_err() {
            self.unsubscribe(id);
        }
        after.map(|(conversation, _)| conversation)
    }

    /// Listens to a walk-in room from now on, whether or not anybody has spoken there: whoever is signed in may,
    /// and a guest hears nothing. What is heard waits until the answer is dropped: read in between what was said
    /// before, and nothing is missed.
    pub fn walk_in(&self, room: ConversationId) -> Held {
        let held = Held::begin(self.listener.shared());
        if self.listener.identity.is_some() {
            let subscription = Subscription {
                kind: Kind::Room,
                member: false,
                fresh: true,
                after: 0,
                visible_from: 1,
            };
            self.listener.gateway().hub().let_hear(self.listener.shared(), room, subscription);
        }
        held
    }

    /// Whether it has been ended: who listens may do nothing more.
    pub fn is_over(&self) -> bool {
        self.listener.outbox.ends_at_once()
    }

    async fn may_hear(&self, id: ConversationId) -> Result<(Conversation, Subscription), Problem> {
        let conversation = self.listener.gateway().chat().conversation(&self.viewer(), id).await?;
        let member = conversation.me.is_some();
        if !member && !conversation.guests_read {
            return Err(Code::Forbidden.into());
        }
        if !member && self.watched(id) >= MOST_WATCHED {
            return Err(Problem::field(
                "conversation_id",
                "This connection watches 100 rooms already.",
            ));
        }
        let subscription = Subscription {
            kind: conversation.kind,
            member,
            fresh: true,
            after: 0,
            visible_from: conversation.me.as_ref().map_or(1, |me| me.visible_from),
        };
        Ok((conversation, subscription))
    }

    /// How many other rooms it listens to without being a member.
    fn watched(&self, besides: ConversationId) -> usize {
        let subscriptions = self.listener.subscriptions.lock();
        subscriptions.iter().filter(|(id, known)| **id != besides && !known.member).count()
    }

    /// Listens to a conversation no more.
    pub fn unsubscribe(&self, id: ConversationId) {
        self.listener.gateway().hub().unsubscribe(&self.listener, id);
    }

    /// Why it ends, where nothing more shall leave. To be asked also while its peer takes nothing.
    pub fn poll_end(&mut self, cx: &mut Context<'_>) -> Poll<Parting> {
        if let Poll::Ready(ending) = self.poll_watch(cx) {
            return Poll::Ready(parting(ending));
        }
        self.listener.outbox.poll_end(cx).map(parting)
    }

    /// The next that it gives out.
    pub fn poll_hear(&mut self, cx: &mut Context<'_>) -> Poll<Heard> {
        if let Poll::Ready(ending) = self.poll_watch(cx) {
            return Poll::Ready(Heard::End(parting(ending)));
        }
        loop {
            let entry = match ready!(self.inbox.poll_next(&self.listener.outbox, cx)) {
                Ok(entry) => entry,
                Err(ending) => return Poll::Ready(Heard::End(parting(ending))),
            };
            // What was left, or lost, since it was taken is none of its business any more.
            if entry.conversation.is_none_or(|id| self.hears(id).is_some()) {
                return Poll::Ready(match entry.told {
                    Some(told) => Heard::Event(told),
                    None => Heard::Call(entry.bytes),
                });
            }
        }
    }

    /// The heartbeat came due: looks whether the session should have ended, whatever any timer says.
    pub fn beat(&mut self) {
        let now = self.listener.gateway().chat().clock().now();
        if let (Watch::Until(_), Some(actor)) = (&self.watch, self.actor())
            && actor.expires <= now
        {
            self.watch = Watch::Asking(self.ask(actor));
        }
    }

    fn watch_session(&mut self) {
        if let Some(actor) = self.actor() {
            let left = actor.expires.since(self.listener.gateway().chat().clock().now());
            self.watch = Watch::Until(Box::pin(sleep(left)));
        }
    }

    fn ask(&self, actor: Actor) -> Asking {
        let chat = self.listener.gateway().chat().clone();
        Mutex::new(Box::pin(async move { chat.until_session_ends(&actor).await }))
    }

    fn poll_watch(&mut self, cx: &mut Context<'_>) -> Poll<Ending> {
        loop {
            match &mut self.watch {
                Watch::Never => return Poll::Pending,
                Watch::Until(sleep) => {
                    std::task::ready!(sleep.as_mut().poll(cx));
                    let Some(actor) = self.actor() else { return Poll::Pending };
                    self.watch = Watch::Asking(self.ask(actor));
                }
                Watch::Asking(asking) => {
                    match std::task::ready!(asking.get_mut().as_mut().poll(cx)) {
                        Ok(actor) => {
                            self.listener.renew(actor.expires);
                            self.watch_session();
                        }
                        Err(problem) => return Poll::Ready(Ending::at_once(problem.code)),
                    }
                }
            }
        }
    }
}

/// Whose session has ended is told to stay away; all others come back by themselves.
fn parting(ending: Ending) -> Parting {
    let for_good = ending.code == Code::SessionEnded;
    let (code, reason) = (ending.code.close(), ending.code.name());
    Parting { words: Bytes::new(), flush: ending.flush, for_good, code, reason }
}
