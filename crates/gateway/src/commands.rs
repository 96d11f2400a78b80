//! The commands of the native socket. Each calls one operation of the product; what they have to say
//! of their own is only about the connection they came through.

pub(crate) mod people;
pub(crate) mod profiles;

use crate::{dispatch::Caller, listener::Listener};
use chinwag_wire::{
    Account, AccountId, Audience, Changes, Conversation, EditMessage, Mark, Message, MessagePage,
    NewReport, Page, Presence, Problem, Receipt, Report, SendMessage, Sent,
    frame::{
        Authors, Delete, Edit, History, InConversation, ListConversations, MarkIn, Send,
        SetPresence, Sync, TypingIn,
    },
};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// The answer of a command that has nothing to say, and the parameters of one that takes none.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Nothing {}

/// Parameters of `presence_of`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PresenceOf {
    /// Whose, 200 at most.
    account_ids: Vec<AccountId>,
}

/// Parameters of `renew`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Renew {
    /// A newer access token of the same session.
    token: String,
}

/// What a command answers.
type Answer<T> = Result<T, Problem>;

/// Tells the outbox that a send is under way, until dropped.
struct Sending(Arc<Listener>);

impl Sending {
    fn begin(listener: &Arc<Listener>) -> Self {
        listener.outbox.send_began();
        Self(listener.clone())
    }
}

impl Drop for Sending {
    fn drop(&mut self) {
        self.0.outbox.send_ended();
    }
}

pub(crate) async fn send(caller: Caller, with: Send) -> Answer<Sent> {
    let actor = caller.actor()?;
    let _sending = Sending::begin(&caller.listener);
    let Send { conversation_id, client_id, content, subject, reply_to, attachments } = with;
    let client_id = Some(client_id);
    let body = SendMessage { client_id, content, subject, reply_to, attachments };
    caller.gateway.chat().send(&actor, conversation_id, body).await.map(|(sent, _)| sent)
}

pub(crate) async fn edit(caller: Caller, with: Edit) -> Answer<Message> {
    let body = EditMessage { content: with.content };
    caller.gateway.chat().edit(&caller.actor()?, with.conversation_id, with.seq, body, None).await
}

pub(crate) async fn delete(caller: Caller, with: Delete) -> Answer<Message> {
    caller.gateway.chat().delete(&caller.actor()?, with.conversation_id, with.seq).await
}

pub(crate) async fn mark(caller: Caller, with: MarkIn) -> Answer<Receipt> {
    let body = Mark { delivered: with.delivered, read: with.read };
    caller.gateway.chat().mark(&caller.actor()?, with.conversation_id, body).await
}

pub(crate) async fn typing(caller: Caller, with: TypingIn) -> Answer<Nothing> {
    let actor = caller.actor()?;
    caller.gateway.typing_from(&caller.listener, &actor, with.conversation_id, with.typing).await?;
    Ok(Nothing {})
}

pub(crate) async fn sync(caller: Caller, with: Sync) -> Answer<Changes> {
    caller.gateway.chat().sync(&caller.viewer(), with.conversation_id, with.rev).await
}

pub(crate) async fn history(caller: Caller, with: History) -> Answer<MessagePage> {
    caller.gateway.chat().history(&caller.viewer(), with).await
}

pub(crate) async fn conversations(
    caller: Caller,
    with: ListConversations,
) -> Answer<Page<Conversation>> {
    caller.gateway.chat().conversations(&caller.actor()?, with.cursor.as_deref(), with.limit).await
}

pub(crate) async fn conversation(caller: Caller, with: InConversation) -> Answer<Conversation> {
    caller.gateway.chat().conversation(&caller.viewer(), with.conversation_id).await
}

pub(crate) async fn join(caller: Caller, with: InConversation) -> Answer<Conversation> {
    caller.gateway.chat().join(&caller.actor()?, with.conversation_id).await
}

pub(crate) async fn leave(caller: Caller, with: InConversation) -> Answer<Nothing> {
    let actor = caller.actor()?;
    caller.gateway.chat().remove_member(&actor, with.conversation_id, actor.account).await?;
    Ok(Nothing {})
}

/// Opens a room that guests may read, as a guest or without joining it.
pub(crate) async fn watch(caller: Caller, with: InConversation) -> Answer<Conversation> {
    let id = with.conversation_id;
    if caller.listener.is_member_of(id) {
        return caller.gateway.chat().conversation(&caller.viewer(), id).await;
    }
    caller.gateway.watch(&caller.listener, id).await
}

pub(crate) async fn unwatch(caller: Caller, with: InConversation) -> Answer<Nothing> {
    if !caller.listener.is_member_of(with.conversation_id) {
        caller.gateway.hub().unsubscribe(&caller.listener, with.conversation_id);
    }
    Ok(Nothing {})
}

pub(crate) async fn presence(caller: Caller, with: SetPresence) -> Answer<Nothing> {
    caller.gateway.set_presence(&caller.actor()?, with.state).await?;
    Ok(Nothing {})
}

pub(crate) async fn presence_of(caller: Caller, with: PresenceOf) -> Answer<Page<Presence>> {
    if with.account_ids.len() > 200 {
        return Err(Problem::field("account_ids", "Ask for 200 at most."));
    }
    let items = caller.gateway.presence(&caller.actor()?, &with.account_ids).await?;
    Ok(Page { items, next_cursor: None })
}

pub(crate) async fn report(caller: Caller, with: NewReport) -> Answer<Report> {
    let (report, _) = caller.gateway.chat().report(&caller.actor()?, with).await?;
    Ok(report)
}

pub(crate) async fn authors(caller: Caller, with: Authors) -> Answer<Page<Account>> {
    caller.gateway.chat().authors(&caller.viewer(), with.conversation_id, with.account_ids).await
}

pub(crate) async fn audience(caller: Caller, with: InConversation) -> Answer<Audience> {
    caller.gateway.audience(&caller.viewer(), with.conversation_id).await
}

pub(crate) async fn renew(caller: Caller, with: Renew) -> Answer<Nothing> {
    let (before, now) = (caller.actor()?, caller.gateway.chat().authenticate(&with.token).await?);
    if (before.account, before.session) != (now.account, now.session) {
        return Err(Problem::field("token", "Renew with a token of the session that said hello."));
    }
    caller.listener.renew(now.expires);
    Ok(Nothing {})
}

pub(crate) async fn ping(_: Caller, with: Nothing) -> Answer<Nothing> {
    Ok(with)
}
