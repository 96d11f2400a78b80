//! Positions as a short text: the `id` of a server-sent event, which a client sends back as
//! `Last-Event-ID`. Base64url over: a version, the epoch with its length, then for each conversation
//! its 16 bytes and its `rev` in groups of seven bits, lowest first.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use chinwag_wire::{Code, ConversationId, Positions, Problem};
use std::collections::BTreeMap;
use uuid::Uuid;

const VERSION: u8 = 1;
/// Longest cursor read: what an HTTP header can carry.
const MOST_BYTES: usize = 64 * 1024;

/// Writes positions of this epoch.
pub fn encode(epoch: &str, conversations: &BTreeMap<ConversationId, i64>) -> String {
    let epoch = &epoch.as_bytes()[..epoch.len().min(255)];
    let mut bytes = Vec::with_capacity(2 + epoch.len() + conversations.len() * 19);
    bytes.extend([VERSION, epoch.len() as u8]);
    bytes.extend(epoch);
    for (conversation, rev) in conversations {
        bytes.extend(conversation.0.as_bytes());
        put_number(&mut bytes, *rev as u64);
    }
    URL_SAFE_NO_PAD.encode(bytes)
}

/// Reads positions back.
///
/// # Errors
/// `cursor_invalid` for anything this server did not write.
pub fn decode(cursor: &str) -> Result<Positions, Problem> {
    let bytes = (cursor.len() <= MOST_BYTES).then(|| URL_SAFE_NO_PAD.decode(cursor).ok()).flatten();
    bytes.and_then(|bytes| read(&bytes)).ok_or_else(|| Code::CursorInvalid.into())
}

fn read(bytes: &[u8]) -> Option<Positions> {
    let (&[VERSION, length], rest) = bytes.split_first_chunk::<2>()? else { return None };
    let (epoch, mut rest) = rest.split_at_checked(length.into())?;
    let epoch = Some(std::str::from_utf8(epoch).ok()?.to_owned());
    let mut conversations = BTreeMap::new();
    while let Some((id, after)) = rest.split_first_chunk::<16>() {
        let (rev, after) = take_number(after)?;
        conversations.insert(ConversationId(Uuid::from_bytes(*id)), rev);
        rest = after;
    }
    rest.is_empty().then_some(Positions { epoch, conversations })
}

fn put_number(bytes: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        bytes.push(number as u8 | 0x80);
        number >>= 7;
    }
    bytes.push(number as u8);
}

/// A number of at most 63 bits, and what follows it.
fn take_number(bytes: &[u8]) -> Option<(i64, &[u8])> {
    let mut number = 0;
    for (place, byte) in bytes.iter().enumerate().take(9) {
        number |= i64::from(byte & 0x7f) << (7 * place);
        if byte & 0x80 == 0 {
            return Some((number, &bytes[place + 1..]));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn refuses_what_it_did_not_write() {
        let good = encode("e", &BTreeMap::from([(ConversationId(Uuid::from_u128(9)), 300)]));
        assert!(decode(&good).is_ok());
        for bad in ["", "?", "AQ", "AgFl", &good[..good.len() - 2], &"A".repeat(MOST_BYTES + 1)] {
            assert_eq!(decode(bad).unwrap_err().code, Code::CursorInvalid, "{bad:.20}");
        }
    }

    proptest! {
        #[test]
        fn what_was_written_is_read(
            epoch in "[a-z0-9-]{0,40}",
            entries in prop::collection::btree_map(any::<u128>(), 0..i64::MAX, 0..20),
        ) {
            let conversations: BTreeMap<_, _> =
                entries.into_iter().map(|(id, rev)| (ConversationId(Uuid::from_u128(id)), rev)).collect();
            let positions = decode(&encode(&epoch, &conversations)).unwrap();
            prop_assert_eq!(positions, Positions { epoch: Some(epoch), conversations });
        }

        #[test]
        fn random_text_never_panics(text in "[A-Za-z0-9_-]{0,200}") {
            let _ = decode(&text);
        }
    }
}
