//! How far a message has come, derived from the watermarks of whoever it is for.

use chinwag_chat::Pair;
use chinwag_wire::{Message, Receipt, Time};

/// The three, in their order.
pub(super) const ALL: [&str; 3] = ["sent", "delivered", "read"];

/// The status of a message of the two, and when it changed last.
pub(super) fn status(message: &Message, pair: &Pair) -> (&'static str, Time) {
    let (receiver, since) = match message.sender_id == pair.mine.account_id {
        true => (&pair.theirs, pair.theirs_at),
        false => (&pair.mine, pair.mine_at),
    };
    let status = at(message.seq, receiver);
    let moved = match status {
        "read" => since.read,
        "delivered" => since.delivered,
        _ => None,
    };
    (status, moved.map_or(message.sent_at, |moved| moved.max(message.sent_at)))
}

/// The status of a message for somebody who stands there.
pub(super) fn at(seq: i64, receiver: &Receipt) -> &'static str {
    match seq {
        seq if seq <= receiver.read => "read",
        seq if seq <= receiver.delivered => "delivered",
        _ => "sent",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chinwag_wire::AccountId;
    use uuid::Uuid;

    #[test]
    fn follows_the_watermarks() {
        let receiver = Receipt { account_id: AccountId(Uuid::nil()), delivered: 3, read: 1 };
        assert_eq!(
            [1, 2, 3, 4].map(|seq| at(seq, &receiver)),
            ["read", "delivered", "delivered", "sent"]
        );
    }
}
