//! What may be a username. Whatever cannot be seen, or reads as something else in an address or a
//! command, is refused.

use super::canon;
use chinwag_wire::FieldError;

/// Most characters of a username.
const MOST_CHARACTERS: usize = 64;
/// Most bytes of its canonical form, which an index of PostgreSQL must hold.
const MOST_CANONICAL_BYTES: usize = 1_024;
/// Words that surfaces understand in the place of a name.
const RESERVED: [&str; 5] = ["me", "block", "unblock", "get", "send"];

/// The canonical form of a username.
///
/// # Errors
/// Why it cannot be one, in words for its owner.
pub(super) fn username(name: &str) -> Result<String, FieldError> {
    if !(1..=MOST_CHARACTERS).contains(&name.chars().count()) {
        return refused("must be 1 to 64 characters");
    }
    if name.chars().any(is_unseen) {
        return refused("must not hold control, invisible or formatting characters");
    }
    let canonical = canon(name);
    if canonical.is_empty()
        || [name, canonical.as_str()].into_iter().any(|form| form.trim() != form)
    {
        return refused("must not start or end with a space");
    }
    if canonical.contains('@') {
        return refused("must not contain @, which tells email addresses apart");
    }
    if canonical.len() > MOST_CANONICAL_BYTES || canonical.chars().any(is_unseen) {
        return refused("holds characters that cannot be compared");
    }
    if uuid::Uuid::parse_str(&canonical).is_ok() {
        return refused("must not read as an id");
    }
    if is_reserved(&canonical) {
        return refused("is a reserved word");
    }
    Ok(canonical)
}

/// Whether a canonical name is one of the words kept back.
pub(super) fn is_reserved(canonical: &str) -> bool {
    RESERVED.contains(&canonical)
}

fn refused<T>(why: &str) -> Result<T, FieldError> {
    Err(FieldError { field: "username".to_owned(), message: why.to_owned() })
}

/// Control characters, spaces other than the plain one, and the default-ignorable and format
/// characters of Unicode: two names that differ only in these look the same.
pub(crate) fn is_unseen(character: char) -> bool {
    let blank = character != ' ' && character.is_whitespace();
    character.is_control()
        || blank
        || UNSEEN.iter().any(|(first, last)| (*first..=*last).contains(&u32::from(character)))
}

const UNSEEN: [(u32, u32); 33] = [
    (0x00ad, 0x00ad),
    (0x034f, 0x034f),
    (0x0600, 0x0605),
    (0x061c, 0x061c),
    (0x06dd, 0x06dd),
    (0x070f, 0x070f),
    (0x0890, 0x0891),
    (0x08e2, 0x08e2),
    (0x115f, 0x1160),
    (0x17b4, 0x17b5),
    (0x180b, 0x180f),
    (0x200b, 0x200f),
    (0x2028, 0x202e),
    (0x2060, 0x206f),
    (0x2800, 0x2800),
    (0x3164, 0x3164),
    (0xe000, 0xf8ff),
    (0xfdd0, 0xfdef),
    (0xfe00, 0xfe0f),
    (0xfeff, 0xfeff),
    (0xffa0, 0xffa0),
    (0xfff0, 0xfffb),
    (0xfffe, 0xffff),
    (0x110bd, 0x110bd),
    (0x110cd, 0x110cd),
    (0x13430, 0x1343f),
    (0x1bca0, 0x1bca3),
    (0x1d173, 0x1d17a),
    (0x1fffe, 0x1ffff),
    (0xe0000, 0xe0fff),
    (0xefffe, 0xeffff),
    (0xf0000, 0xfffff),
    (0x10_0000, 0x10_ffff),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_names_that_people_have() {
        for name in
            ["a", "Zoë", "小林", "Mary Ann", "o'neil", "bot_7", "x.y-z", "🦆", &"é".repeat(64)]
        {
            assert_eq!(username(name), Ok(canon(name)), "{name}");
        }
    }

    #[test]
    fn refuses_what_misleads() {
        let unseen = [
            "a\u{200b}",
            "a\u{202e}b",
            "\u{3164}",
            "a\u{0}",
            "a\tb",
            "a\u{fe0f}",
            "a\u{a0}b",
            "\u{2800}",
        ];
        let misread = [
            "",
            " a",
            "a ",
            "´",
            "a@b",
            "a＠b",
            "ME",
            "Ｍｅ",
            "Block",
            "0189f7e2-7a3b-7c00-8000-000000000001",
        ];
        for name in unseen.iter().chain(&misread) {
            assert!(username(name).is_err(), "{name:?}");
        }
        assert!(username(&"e".repeat(65)).is_err());
        assert!(username(&"\u{fdfa}".repeat(64)).is_err(), "grows past what an index can hold");
    }
}
