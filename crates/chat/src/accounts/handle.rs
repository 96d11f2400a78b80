//! The handle of an account that gave none: derived from its display name, never from its address.

use super::{canon, username::is_reserved};
use unicode_normalization::UnicodeNormalization;

/// Most characters of a derived handle, before what makes it unique.
const MOST: usize = 24;
/// Fewer say too little.
const FEWEST: usize = 3;
/// Handles to try: the plain one, and with four characters added (a million each).
pub(super) const TRIES: usize = 8;
/// Crockford's base 32, lower-cased: nothing that is mistaken for something else.
const BASE32: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

/// Handles to try in turn until one is free, with their canonical forms.
pub(super) fn candidates(display_name: &str, random: &[u8; 4 * TRIES]) -> Vec<String> {
    let plain = derived(display_name);
    let suffixed = random.chunks_exact(4).map(|bytes| format!("{plain}-{}", base32(bytes)));
    let first = Some(plain.clone()).filter(|plain| !is_reserved(&canon(plain)));
    first.into_iter().chain(suffixed).collect()
}

fn derived(display_name: &str) -> String {
    let folded: String =
        display_name.chars().flat_map(ascii).collect::<String>().to_ascii_lowercase();
    let words: Vec<_> = folded
        .split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|word| !word.is_empty())
        .collect();
    let mut handle = words.join("-");
    handle.truncate(MOST);
    let handle = handle.trim_end_matches('-');
    if handle.len() < FEWEST { "user".to_owned() } else { handle.to_owned() }
}

/// A letter without its marks; letters that Unicode does not take apart are spelled out.
fn ascii(character: char) -> Vec<char> {
    let spelled = match character {
        'ß' | 'ẞ' => "ss",
        'æ' | 'Æ' => "ae",
        'œ' | 'Œ' => "oe",
        'ø' | 'Ø' => "o",
        'đ' | 'Đ' | 'ð' | 'Ð' => "d",
        'ł' | 'Ł' => "l",
        'þ' | 'Þ' => "th",
        'ı' => "i",
        mark if unicode_normalization::char::is_combining_mark(mark) => "",
        _ => {
            return std::iter::once(character)
                .nfkd()
                .filter(|c| !unicode_normalization::char::is_combining_mark(*c))
                .collect();
        }
    };
    spelled.chars().collect()
}

fn base32(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| char::from(BASE32[usize::from(byte % 32)])).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn follows_the_rule() {
        for (name, handle) in [
            ("Zoë Müller", "zoe-muller"),
            ("  --A. B. C--  ", "a-b-c"),
            ("小林", "user"),
            ("Jo", "user"),
            ("Straße", "strasse"),
            ("abcdefghijklmnopqrstuvw xyz", "abcdefghijklmnopqrstuvw"),
            ("e\u{301}mile", "emile"),
        ] {
            assert_eq!(derived(name), handle, "{name}");
        }
    }

    #[test]
    fn reserved_words_are_never_tried_alone() {
        let all = candidates("Block", &[31; 4 * TRIES]);
        assert_eq!((all.len(), all[0].as_str()), (TRIES, "block-zzzz"));
        assert_eq!(
            candidates("Ann", &[0; 4 * TRIES])[..2],
            ["ann".to_owned(), "ann-0000".to_owned()]
        );
    }
}
