//! Asks, as the one who was removed, on every surface that can be asked. Whatever answers with anything of
//! the group is a leak.

use super::cast::{Cast, Person};
use crate::{native, socket::Socket};
use anyhow::{Context as _, Result, bail};
use chinwag_client::Error;
use chinwag_wire::{
    AccountId, Code, ConversationId, FileId, Mark, Positions, PresenceState, frame,
};
use serde::Serialize;
use std::{collections::BTreeMap, net::SocketAddr};

/// What everything says that the target must never read.
pub const SECRET: &str = "secret";

/// The longer side of the preview that is asked for.
pub const PREVIEW: u32 = 320;

/// Something that reached somebody whom it must not reach.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Leak {
    /// Of what: `removal` or `block`.
    pub kind: &'static str,
    /// Through which surface.
    pub surface: String,
    /// What it was.
    pub what: String,
}

/// Leaks of one kind as they are found.
#[derive(Debug, Default)]
pub struct Leaks(pub Vec<Leak>);

impl Leaks {
    /// Notes one.
    pub fn add(&mut self, kind: &'static str, surface: &str, what: impl Into<String>) {
        let what: String = what.into().chars().take(300).collect();
        self.0.push(Leak { kind, surface: surface.to_owned(), what });
    }

    /// An answer that must be this refusal.
    fn refused<T: std::fmt::Debug>(
        &mut self,
        kind: &'static str,
        surface: &str,
        answer: Result<T, Error>,
        code: Code,
    ) -> Result<()> {
        match answer {
            Err(Error::Refused(problem)) if problem.code == code => Ok(()),
            Err(Error::Refused(problem)) => {
                self.add(kind, surface, format!("refused with {problem}"));
                Ok(())
            }
            Err(error) => bail!("{surface}: {error}"),
            Ok(answer) => {
                self.add(kind, surface, format!("{answer:?}"));
                Ok(())
            }
        }
    }

    /// A text that must say nothing of the secret or the group.
    fn silent(&mut self, surface: &str, answer: &impl Serialize, group: ConversationId) {
        let text = serde_json::to_string(answer).expect("wire types can be written");
        if text.contains(SECRET) || text.contains(&group.to_string()) {
            self.add("removal", surface, text);
        }
    }
}

/// Everything the target can ask over HTTP about the group it is not in.
///
/// # Errors
/// When the server cannot be reached.
pub async fn over_http(cast: &Cast, seq: i64, rev: i64, leaks: &mut Leaks) -> Result<()> {
    let (http, group, hidden) = (&cast.target.http, cast.group, Code::ConversationNotFound);
    let query = frame::History {
        conversation_id: group,
        before: None,
        after: None,
        around: None,
        at: None,
        limit: None,
    };
    let mark = Mark { delivered: Some(seq), read: None };
    leaks.refused("removal", "history", http.history(&query).await, hidden)?;
    leaks.refused("removal", "changes", http.changes(group, rev).await, hidden)?;
    leaks.refused("removal", "message", http.message(group, seq).await, hidden)?;
    leaks.refused("removal", "conversation", http.conversation(group).await, hidden)?;
    leaks.refused("removal", "members", http.members(group, None, None).await, hidden)?;
    leaks.refused("removal", "mark", http.mark(group, &mark).await, hidden)?;
    leaks.refused("removal", "typing", http.typing(group, true).await, hidden)?;
    leaks.silent("conversations", &http.conversations(None, Some(200)).await?, group);
    leaks.silent("rooms", &http.rooms(None, None).await?, group);
    let seen = http.presence(&[cast.bystander.id]).await?;
    if !seen.is_empty() {
        leaks.add("removal", "presence", format!("{seen:?}"));
    }
    Ok(())
}

/// The file of a message in the group, and the picture made of it.
///
/// # Errors
/// When the server cannot be reached.
pub async fn over_files(cast: &Cast, file: FileId, leaks: &mut Leaks) -> Result<()> {
    let answer = cast.target.http.download(file).await.map(|bytes| bytes.len());
    leaks.refused("removal", "file", answer, Code::FileNotFound)?;
    let answer = cast.target.http.download_preview(file, PREVIEW).await.map(|bytes| bytes.len());
    leaks.refused("removal", "preview", answer, Code::FileNotFound)
}

/// Comes back over the WebSocket with the position from before, and asks there.
///
/// # Errors
/// When the server cannot be reached.
pub async fn over_socket(
    address: SocketAddr,
    cast: &Cast,
    rev: i64,
    epoch: &str,
    leaks: &mut Leaks,
) -> Result<()> {
    let conversations = BTreeMap::from([(cast.group, rev)]);
    let positions = Positions { epoch: Some(epoch.to_owned()), conversations };
    let target = native::target(address);
    let (mut socket, ready) = native::connect(&target, &cast.target.token, Some(positions)).await?;
    let of_group = ready.conversations.iter().any(|head| head.conversation_id == cast.group)
        || ready.changes.iter().any(|changes| changes.conversation_id == cast.group)
        || ready.presence.iter().any(|presence| presence.account_id == cast.bystander.id);
    if of_group || serde_json::to_string(&ready)?.contains(SECRET) {
        leaks.add("removal", "resume", format!("{ready:?}"));
    }
    let sync = frame::Sync { conversation_id: cast.group, rev };
    let there = frame::InConversation { conversation_id: cast.group };
    ask(&mut socket, 2, "sync", &sync, leaks).await?;
    ask(&mut socket, 3, "history", &there, leaks).await?;
    ask(&mut socket, 4, "conversation", &there, leaks).await?;
    ask(&mut socket, 5, "watch", &there, leaks).await
}

/// A command that must be refused as if there were nothing.
async fn ask(
    socket: &mut Socket,
    id: u64,
    name: &'static str,
    with: &impl Serialize,
    leaks: &mut Leaks,
) -> Result<()> {
    socket.send(&native::command(id, name, with)?).await?;
    loop {
        let text = socket.next().await?.context("closed instead of a reply")?;
        // An event may come in between; its content is judged like a reply's.
        let reply: Option<frame::ReplyFrame<serde_json::Value>> =
            serde_json::from_slice(&text).ok();
        let Some(reply) = reply.filter(|reply| reply.id == id) else { continue };
        if reply.error.is_none_or(|problem| problem.code != Code::ConversationNotFound) {
            leaks.add("removal", name, String::from_utf8_lossy(&text));
        }
        return Ok(());
    }
}

/// What the target can find out about the one who blocked it, and the other way round.
///
/// # Errors
/// When the server cannot be reached.
pub async fn across_block(cast: &Cast, leaks: &mut Leaks) -> Result<()> {
    let (actor, target) = (&cast.actor, &cast.target);
    for (asks, other) in [(target, actor.id), (actor, target.id)] {
        let refusal = asks.http.send(cast.direct, &super::cast::text(SECRET)).await;
        leaks.refused("block", "send", refusal, Code::SendingNotAllowed)?;
        offline(asks, other, leaks).await?;
    }
    Ok(())
}

async fn offline(asks: &Person, other: AccountId, leaks: &mut Leaks) -> Result<()> {
    let seen = asks.http.presence(&[other]).await?;
    if seen.iter().any(|presence| presence.state != PresenceState::Offline) {
        leaks.add("block", "presence", format!("{seen:?}"));
    }
    Ok(())
}
