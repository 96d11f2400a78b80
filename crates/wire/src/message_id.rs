//! The one id of a message, for surfaces that name a message by nothing else. It is made of where the
//! message stands, so that nothing is stored for it: the millisecond it was sent at, the end of its
//! conversation's id, and its number there, laid out as a UUIDv7 (RFC 9562).

use crate::{ConversationId, Message, MessageId, Time};
use uuid::Uuid;

/// Bits of the number: 17 thousand million messages of one conversation.
const SEQ_BITS: u32 = 34;
/// Bytes of the conversation's id, from its end; those are random.
const TAIL: usize = 5;

impl MessageId {
    /// The id of the message that stands here.
    pub fn of(conversation: ConversationId, seq: i64, sent_at: Time) -> Self {
        let tail = conversation.0.as_bytes()[16 - TAIL..]
            .iter()
            .fold(0_u128, |tail, byte| tail << 8 | u128::from(*byte));
        let place = tail << SEQ_BITS | (seq as u128 & ((1 << SEQ_BITS) - 1));
        let low = place & ((1 << 62) - 1);
        let high = place >> 62 & 0xfff;
        let millisecond = milliseconds(sent_at) & ((1 << 48) - 1);
        Self(Uuid::from_u128(millisecond << 80 | 0x7 << 76 | high << 64 | 0b10 << 62 | low))
    }

    /// The last bytes of its conversation's id.
    pub fn conversation_tail(self) -> [u8; TAIL] {
        let tail = (self.place() >> SEQ_BITS) as u64;
        let bytes = tail.to_be_bytes();
        [bytes[3], bytes[4], bytes[5], bytes[6], bytes[7]]
    }

    /// Its number in the conversation.
    pub fn seq(self) -> i64 {
        (self.place() & ((1 << SEQ_BITS) - 1)) as i64
    }

    fn place(self) -> u128 {
        let whole = self.0.as_u128();
        (whole >> 64 & 0xfff) << 62 | (whole & ((1 << 62) - 1))
    }
}

fn milliseconds(time: Time) -> u128 {
    u128::try_from(time.0 / 1_000_000).unwrap_or(0)
}

impl Message {
    /// Its one id.
    pub fn id(&self) -> MessageId {
        MessageId::of(self.conversation_id, self.seq, self.sent_at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn says_where_the_message_stands() {
        let bits = 0x0199_0000_7000_7fff_bfff_12ab_cdef_0123;
        let conversation = ConversationId(Uuid::from_u128(bits));
        for seq in [1, 255, 4_294_967_296, (1 << SEQ_BITS) - 1] {
            let id = MessageId::of(conversation, seq, Time(1_795_253_400_123_456_768));
            assert_eq!((id.seq(), id.conversation_tail()), (seq, [0xab, 0xcd, 0xef, 0x01, 0x23]));
            assert_eq!(id.0.get_version_num(), 7);
            assert_eq!(id.0.get_variant(), uuid::Variant::RFC4122);
            let (seconds, nanoseconds) = id.0.get_timestamp().unwrap().to_unix();
            assert_eq!((seconds, nanoseconds), (1_795_253_400, 123_000_000));
        }
    }

    #[test]
    fn is_ordered_by_time() {
        let id = |ms: i64| MessageId::of(ConversationId(Uuid::nil()), 1, Time(ms * 1_000_000));
        assert!(id(1) < id(2) && id(2) < id(1 << 40));
    }
}
