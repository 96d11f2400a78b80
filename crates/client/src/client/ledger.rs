//! What a client knows of each conversation: the rule that makes every event heard once and none missed.
//! No connection and no clock: frames in, verdicts out.

use chinwag_wire::{ConversationId, Positions};
use std::collections::{BTreeMap, HashMap};

/// How far a client has come, and which conversations are being caught up.
#[derive(Debug, Default)]
pub(super) struct Ledger {
    epoch: Option<String>,
    known: BTreeMap<ConversationId, i64>,
    /// Conversations being caught up, with the highest `rev` known to exist.
    healing: HashMap<ConversationId, i64>,
}

/// What to do with a numbered event.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// It is the next one.
    Take,
    /// It is known, or being caught up.
    Drop,
    /// Something before it is missing: sync from here.
    SyncFrom(i64),
}

impl Ledger {
    pub(super) fn new(positions: Positions) -> Self {
        Self { epoch: positions.epoch, known: positions.conversations, healing: HashMap::new() }
    }

    /// What to say in `hello`: nothing before the first epoch is known.
    pub(super) fn positions(&self) -> Option<Positions> {
        let epoch = self.epoch.clone()?;
        Some(Positions { epoch: Some(epoch), conversations: self.known.clone() })
    }

    /// A new connection: nothing is being caught up on it yet.
    pub(super) fn connect(&mut self) {
        self.healing.clear();
    }

    /// Whether this epoch follows on; if not, everything known is forgotten.
    pub(super) fn enter(&mut self, epoch: &str, resumed: bool) -> bool {
        let follows = self.epoch.as_deref().is_none_or(|known| known == epoch && resumed);
        if !follows {
            self.known.clear();
        }
        self.epoch = Some(epoch.to_owned());
        follows
    }

    pub(super) fn knows(&self, conversation: ConversationId) -> bool {
        self.known.contains_key(&conversation)
    }

    /// Everything up to `rev` is known.
    pub(super) fn advance(&mut self, conversation: ConversationId, rev: i64) {
        let known = self.known.entry(conversation).or_insert(rev);
        *known = rev.max(*known);
    }

    /// The conversation is followed no longer.
    pub(super) fn forget(&mut self, conversation: ConversationId) {
        self.known.remove(&conversation);
        self.healing.remove(&conversation);
    }

    /// Judges an event that arrived live. A conversation without a position begins with its first event.
    pub(super) fn judge(&mut self, conversation: ConversationId, rev: i64) -> Verdict {
        let known = *self.known.entry(conversation).or_insert(rev - 1);
        if rev <= known {
            return Verdict::Drop;
        }
        match self.healing.get_mut(&conversation) {
            Some(highest) => {
                *highest = rev.max(*highest);
                Verdict::Drop
            }
            None if rev == known + 1 => {
                self.advance(conversation, rev);
                Verdict::Take
            }
            None => self.heal(conversation, rev),
        }
    }

    /// Judges a head: the conversation is known to have come this far.
    pub(super) fn judge_head(&mut self, conversation: ConversationId, rev: i64) -> Verdict {
        match (self.known.get(&conversation), self.healing.get_mut(&conversation)) {
            (Some(&known), None) if rev > known => self.heal(conversation, rev),
            (_, Some(highest)) => {
                *highest = rev.max(*highest);
                Verdict::Drop
            }
            _ => Verdict::Drop,
        }
    }

    /// Whether an event of a page of changes is not known yet.
    pub(super) fn is_new(&self, conversation: ConversationId, rev: i64) -> bool {
        self.known.get(&conversation).is_none_or(|known| rev > *known)
    }

    /// A page of changes was applied up to `rev`: where to go on, if there is more to catch up.
    pub(super) fn synced(
        &mut self,
        conversation: ConversationId,
        rev: i64,
        more: bool,
    ) -> Option<i64> {
        let moved = self.is_new(conversation, rev);
        self.advance(conversation, rev);
        let known = self.known.get(&conversation).copied().unwrap_or(rev);
        let wanted = self.healing.remove(&conversation).unwrap_or(known);
        // A page that brings nothing ends it: the next heartbeat tells again if something is missing.
        let again = moved && (more || wanted > known);
        again.then(|| {
            self.healing.insert(conversation, wanted.max(known));
            known
        })
    }

    /// Catching up failed; the next event or heartbeat begins anew.
    pub(super) fn give_up(&mut self, conversation: ConversationId) {
        self.healing.remove(&conversation);
    }

    fn heal(&mut self, conversation: ConversationId, highest: i64) -> Verdict {
        self.healing.insert(conversation, highest);
        Verdict::SyncFrom(self.known.get(&conversation).copied().unwrap_or(0))
    }
}

#[cfg(test)]
mod tests;
