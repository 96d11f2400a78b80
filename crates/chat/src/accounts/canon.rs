//! The one form in which names are compared: NFKC (Unicode TR15) and full case folding, repeated
//! until nothing changes, so that it is idempotent for every text.

use unicode_normalization::UnicodeNormalization;

/// No text is known to need more than three rounds.
const ROUNDS: usize = 8;

/// The canonical form of a name: two names are the same if and only if this is.
pub(crate) fn canon(name: &str) -> String {
    let mut form = round(name);
    for _ in 0..ROUNDS {
        let next = round(&form);
        if next == form {
            break;
        }
        form = next;
    }
    form
}

fn round(text: &str) -> String {
    // Nothing but lower-casing can happen to ASCII, and most names are.
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    let composed: String = text.nfkc().collect();
    caseless::default_case_fold_str(&composed).nfkc().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn is_idempotent_for_every_code_point() {
        for character in (0..=0x10_ffff).filter_map(char::from_u32) {
            let once = canon(character.encode_utf8(&mut [0; 4]));
            assert_eq!(canon(&once), once, "{:x}", u32::from(character));
        }
    }

    #[test]
    fn is_idempotent_among_marks() {
        for character in (0..0x3_0000).filter_map(char::from_u32) {
            let once = canon(&format!("a{character}\u{345}\u{323}"));
            assert_eq!(canon(&once), once, "{:x}", u32::from(character));
        }
    }

    #[test]
    fn variants_are_one() {
        for (one, other) in [
            ("Zoe", "zOE"),
            ("Zoé", "Zoe\u{301}"),
            ("ＺＯＥ", "zoe"),
            ("Straße", "STRASSE"),
            ("ﬁn", "FIN"),
            ("Σίσυφος", "ΣΊΣΥΦΟΣ"),
        ] {
            assert_eq!(canon(one), canon(other));
        }
        assert_ne!(canon("zoe"), canon("zoé"));
    }

    proptest! {
        #[test]
        fn is_idempotent(text in "\\PC{0,40}") {
            prop_assert_eq!(canon(&canon(&text)), canon(&text));
        }
    }
}
