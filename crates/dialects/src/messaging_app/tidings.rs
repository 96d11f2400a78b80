//! What the sender is still to be told of messages that came further. It is looked up page by page, as the line
//! takes it, and again and again where it cannot be now: what is not told once would never be.

use super::{live::Advance, status::at};
use crate::desk::Desk;
use chinwag_chat::Actor;
use chinwag_wire::{MessageId, Problem};
use std::{
    collections::VecDeque,
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};

/// Above so many that wait, those of one chat become one.
const MANY: usize = 64;
/// How long to wait before it is looked up again.
const PAUSE: Duration = Duration::from_secs(1);

/// One's own messages that came further, each with its status.
pub(super) type Changed = Vec<(MessageId, &'static str)>;

type Looking = Pin<Box<dyn Future<Output = (Changed, Option<Advance>)> + Send>>;

/// What is to be told.
pub(super) struct Tidings {
    desk: Desk,
    actor: Actor,
    waiting: VecDeque<Advance>,
    looking: Option<Looking>,
    /// What is left of the one that was looked up last; goes before those that wait.
    rest: Option<Advance>,
}

impl Tidings {
    pub(super) fn new(desk: &Desk, actor: &Actor) -> Self {
        let (desk, actor) = (desk.clone(), *actor);
        Self { desk, actor, waiting: VecDeque::new(), looking: None, rest: None }
    }

    /// The other came further.
    pub(super) fn advance(&mut self, advance: Advance) {
        let is_full = self.waiting.len() >= MANY;
        // Into the newest of its chat, or an older one would be told after it.
        let mut newest = self.waiting.iter_mut().rev();
        let same = newest.find(|waiting| is_full && waiting.conversation == advance.conversation);
        match same {
            Some(same) => *same = same.and_then(&advance),
            None => self.waiting.push_back(advance),
        }
    }

    /// The next page of what is to be told.
    pub(super) fn poll_next(&mut self, cx: &mut Context<'_>) -> Poll<Changed> {
        loop {
            if let Some(looking) = &mut self.looking {
                let Poll::Ready((changed, rest)) = looking.as_mut().poll(cx) else {
                    return Poll::Pending;
                };
                (self.looking, self.rest) = (None, rest);
                if !changed.is_empty() {
                    return Poll::Ready(changed);
                }
            }
            let next = self.rest.take().or_else(|| self.waiting.pop_front());
            let Some(advance) = next else { return Poll::Pending };
            let (desk, actor) = (self.desk.clone(), self.actor);
            self.looking = Some(Box::pin(async move { look_up(&desk, &actor, advance).await }));
        }
    }
}

/// The first of one's own messages that came further as the other did, and what is left.
async fn look_up(desk: &Desk, actor: &Actor, advance: Advance) -> (Changed, Option<Advance>) {
    loop {
        if let Ok(page) = page(desk, actor, &advance).await {
            return page;
        }
        tokio::time::sleep(PAUSE).await;
    }
}

async fn page(
    desk: &Desk,
    actor: &Actor,
    advance: &Advance,
) -> Result<(Changed, Option<Advance>), Problem> {
    let stretch = (advance.after, advance.upto());
    let sent = desk.chat.sent_between(actor, advance.conversation, stretch).await?;
    let rest = sent.last().map(|(seq, _)| Advance { after: *seq, ..*advance });
    let further = |(seq, id): (i64, MessageId)| {
        let (before, now) = (at(seq, &advance.before), at(seq, &advance.now));
        (before != now).then_some((id, now))
    };
    let changed = sent.into_iter().filter_map(further).collect();
    Ok((changed, rest.filter(|rest| rest.after < rest.upto())))
}
