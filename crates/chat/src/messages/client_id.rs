//! Client ids as they are stored: most are UUIDs, which take 16 bytes in the table and in the key that makes a send
//! exactly-once, instead of 36 twice.

use crate::error::Result;
use chinwag_sql::{Error, ValueRef};
use std::borrow::Cow;
use uuid::{Uuid, Variant};

/// No byte of a text: stands before one that could be taken for a UUID.
const MARK: u8 = 0xff;

/// The stored form of a client id. Two ids are the same if and only if their stored forms are: a UUID of RFC 9562 as
/// its 16 bytes, of which the ninth is no ASCII, and everything else, in whatever other spelling, as it is written;
/// marked, where that has 16 bytes which are not all ASCII.
pub(super) fn stored(text: &str) -> Cow<'_, [u8]> {
    match Uuid::try_parse(text) {
        Ok(id) if spelled(id) == text && id.get_variant() == Variant::RFC4122 => {
            Cow::Owned(id.into_bytes().to_vec())
        }
        _ if text.len() == 16 && !text.is_ascii() => {
            Cow::Owned([&[MARK], text.as_bytes()].concat())
        }
        _ => Cow::Borrowed(text.as_bytes()),
    }
}

/// A client id from its stored form.
///
/// # Errors
/// The database's, where it holds neither.
pub(super) fn read(stored: ValueRef<'_>) -> Result<String> {
    let stored = match &stored {
        ValueRef::Id(id) => id.as_bytes(),
        ValueRef::Bytes(bytes) => *bytes,
        _ => &[],
    };
    let text = match Uuid::from_slice(stored) {
        Ok(id) if id.get_variant() == Variant::RFC4122 => return Ok(spelled(id)),
        _ => std::str::from_utf8(stored.strip_prefix(&[MARK]).unwrap_or(stored)),
    };
    let corrupt = |_| Error::Statement("a stored client id is neither a UUID nor text".to_owned());
    Ok(text.map_err(corrupt)?.to_owned())
}

fn spelled(id: Uuid) -> String {
    id.hyphenated().encode_lower(&mut Uuid::encode_buffer()).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_id_comes_back_as_it_was_written() {
        for text in [
            "c2",
            "0123456789abcdef",
            "019a1fc1-1440-7abc-8def-0123456789ab",
            "019A1FC1-1440-7ABC-8DEF-0123456789AB",
            "019a1fc114407abc8def0123456789ab",
            "{019a1fc1-1440-7abc-8def-0123456789ab}",
            "00000000-0000-0000-0000-000000000000",
            "61626364-6566-6768-696a-6b6c6d6e6f70",
            "draft-é-ü-7",
            "abcdefg\u{80}bcdefg",
            "1234567\u{80}\u{80}67890",
        ] {
            assert_eq!(read(ValueRef::Bytes(&stored(text))).unwrap(), text);
        }
    }

    #[test]
    fn only_the_usual_spelling_of_a_uuid_is_shortened() {
        assert_eq!(stored("019a1fc1-1440-7abc-8def-0123456789ab").len(), 16);
        assert_eq!(stored("019a1fc114407abc8def0123456789ab").len(), 32);
        // As bytes this would read as the text `abcdefghijklmnop`.
        assert_eq!(stored("61626364-6566-6768-696a-6b6c6d6e6f70").len(), 36);
    }
}
