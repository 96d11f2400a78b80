//! What a socket knows of its account's chats: how far the others are in them, and what it was told. From it
//! follows which messages came further with each thing that happens.

use chinwag_chat::{MessagePlace, Pair};
use chinwag_wire::{AccountId, ConversationId, Message, Receipt};
use std::collections::HashMap;

/// The chats of one account.
pub(super) struct Chats {
    me: AccountId,
    known: HashMap<ConversationId, Known>,
}

struct Known {
    pair: Pair,
    /// The newest message of the other that was told, or was there before.
    told: i64,
}

/// Somebody came further in a chat: their watermarks before, and now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Advance {
    pub(super) conversation: ConversationId,
    pub(super) before: Receipt,
    pub(super) now: Receipt,
    /// The message after which something may have changed.
    pub(super) after: i64,
}

impl Advance {
    fn new(conversation: ConversationId, before: Receipt, now: Receipt) -> Self {
        // What was read before is not gone through again because something was delivered.
        let is_reading = now.read > before.read;
        let after = if is_reading { before.read.min(before.delivered) } else { before.delivered };
        Self { conversation, before, now, after }
    }

    /// This one and the next of the same chat as one.
    pub(super) fn and_then(&self, next: &Self) -> Self {
        Self::new(self.conversation, self.before, next.now)
    }

    /// The message up to which something may have.
    pub(super) fn upto(&self) -> i64 {
        self.now.delivered.max(self.now.read)
    }
}

impl Chats {
    /// As they were before the socket listened.
    pub(super) fn new(me: AccountId, pairs: Vec<Pair>) -> Self {
        let known =
            pairs.into_iter().map(|pair| (pair.conversation, Known { pair, told: pair.last_seq }));
        Self { me, known: known.collect() }
    }

    /// One that began since.
    pub(super) fn learn(&mut self, pair: Pair) {
        let theirs = Receipt { delivered: 0, read: 0, ..pair.theirs };
        let known = Known { pair: Pair { theirs, ..pair }, told: 0 };
        self.known.entry(pair.conversation).or_insert(known);
    }

    /// Which conversations of these places are not known yet.
    pub(super) fn unknown(&self, places: &[MessagePlace]) -> Vec<ConversationId> {
        let mut unknown: Vec<_> = places.iter().map(|(conversation, _)| *conversation).collect();
        unknown.sort();
        unknown.dedup();
        unknown.retain(|id| !self.known.contains_key(id));
        unknown
    }

    /// The two of a chat.
    pub(super) fn pair(&self, conversation: ConversationId) -> Option<&Pair> {
        self.known.get(&conversation).map(|known| &known.pair)
    }

    /// A message that was missed is going to be told.
    pub(super) fn catch_up(&mut self, (conversation, seq): MessagePlace) {
        if let Some(known) = self.known.get_mut(&conversation) {
            known.told = known.told.max(seq);
        }
    }

    /// A message was stored: whether it is news for this account. It may be heard of twice.
    pub(super) fn is_news(&mut self, message: &Message) -> bool {
        let Some(known) = self.known.get_mut(&message.conversation_id) else { return false };
        let is_news = message.sender_id != self.me && message.seq > known.told;
        if is_news {
            known.told = message.seq;
        }
        is_news
    }

    /// The other wrote: who writes has read everything before.
    pub(super) fn wrote(&mut self, message: &Message) -> Option<Advance> {
        let receipt =
            Receipt { account_id: message.sender_id, delivered: message.seq, read: message.seq };
        let advance = self.moved(message.conversation_id, receipt)?;
        // What the other wrote itself is no message of ours that came further.
        (advance.after < message.seq - 1).then_some(advance)
    }

    /// Watermarks moved: by how much, where they are the other's.
    pub(super) fn moved(&mut self, conversation: ConversationId, to: Receipt) -> Option<Advance> {
        let known = self.known.get_mut(&conversation)?;
        let before = known.pair.theirs;
        if to.account_id != before.account_id {
            return None;
        }
        let now = Receipt {
            account_id: to.account_id,
            delivered: before.delivered.max(to.delivered),
            read: before.read.max(to.read),
        };
        known.pair.theirs = now;
        (now != before).then(|| Advance::new(conversation, before, now))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chinwag_chat::Since;
    use chinwag_wire::{Content, Time};
    use uuid::Uuid;

    const ME: AccountId = AccountId(Uuid::from_u128(1));
    const PEER: AccountId = AccountId(Uuid::from_u128(2));
    const CHAT: ConversationId = ConversationId(Uuid::from_u128(3));

    fn receipt(account_id: AccountId, delivered: i64, read: i64) -> Receipt {
        Receipt { account_id, delivered, read }
    }

    fn message(sender_id: AccountId, seq: i64) -> Message {
        Message {
            conversation_id: CHAT,
            seq,
            rev: seq,
            sender_id,
            client_id: String::new(),
            sent_at: Time(0),
            content: Some(Content::Encrypted("x".to_owned())),
            subject: None,
            reply_to: None,
            attachments: Vec::new(),
            edited_at: None,
            deleted_at: None,
        }
    }

    fn chats() -> Chats {
        let (mine, theirs) = (receipt(ME, 5, 5), receipt(PEER, 4, 2));
        let (mine_at, theirs_at) = (Since::default(), Since::default());
        let pair = Pair { conversation: CHAT, mine, mine_at, theirs, theirs_at, last_seq: 5 };
        Chats::new(ME, vec![pair])
    }

    #[test]
    fn messages_are_told_once() {
        let mut chats = chats();
        assert!(!chats.is_news(&message(PEER, 5)), "it was there before");
        assert!(chats.is_news(&message(PEER, 6)) && !chats.is_news(&message(PEER, 6)));
        assert!(!chats.is_news(&message(ME, 7)));
        chats.catch_up((CHAT, 9));
        assert!(!chats.is_news(&message(PEER, 9)) && chats.is_news(&message(PEER, 10)));
    }

    #[test]
    fn only_the_other_advances_and_never_back() {
        let mut chats = chats();
        assert_eq!(chats.moved(CHAT, receipt(ME, 9, 9)), None);
        let advance = chats.moved(CHAT, receipt(PEER, 5, 3)).unwrap();
        assert_eq!((advance.after, advance.now), (2, receipt(PEER, 5, 3)));
        assert_eq!(chats.moved(CHAT, receipt(PEER, 4, 1)), None);
        let advance = chats.moved(CHAT, receipt(PEER, 6, 3)).unwrap();
        assert_eq!(advance.after, 5, "what was delivered before is not looked at");
        let further = chats.moved(CHAT, receipt(PEER, 6, 4)).unwrap();
        let both = advance.and_then(&further);
        assert_eq!((both.before, both.now), (receipt(PEER, 5, 3), receipt(PEER, 6, 4)));
        assert_eq!(both.after, 3);
        let advance = chats.wrote(&message(PEER, 7)).unwrap();
        assert_eq!((advance.before, advance.now), (receipt(PEER, 6, 4), receipt(PEER, 7, 7)));
        assert_eq!(chats.wrote(&message(PEER, 8)), None, "nothing of ours came further");
    }
}
