//! What may become a password. Never applied at sign-in, where only the length is bounded.

use chinwag_wire::{FieldError, Problem};
use std::{collections::HashSet, sync::LazyLock};

/// Most bytes of a password, anywhere.
pub(crate) const MOST_BYTES: usize = 1_024;
const FEWEST_BYTES: usize = 8;

/// The passwords that are tried first by whoever guesses: one a line, lower-cased.
static COMMON: LazyLock<HashSet<&str>> =
    LazyLock::new(|| include_str!("common_passwords.txt").lines().collect());

/// Why this cannot become a password, if it cannot.
pub(crate) fn refusal(field: &str, password: &str) -> Option<FieldError> {
    let message = match password.len() {
        ..FEWEST_BYTES => "must be at least 8 bytes",
        FEWEST_BYTES..=MOST_BYTES if COMMON.contains(password.to_lowercase().as_str()) => {
            "is one of the first that anybody would guess"
        }
        FEWEST_BYTES..=MOST_BYTES => return None,
        _ => "must be at most 1,024 bytes",
    };
    Some(FieldError { field: field.to_owned(), message: message.to_owned() })
}

/// Whether this can be anybody's password at all.
///
/// # Errors
/// `invalid`, naming the field.
pub(crate) fn may_be(field: &str, password: &str) -> Result<(), Problem> {
    match password.len() {
        ..=MOST_BYTES => Ok(()),
        _ => Err(Problem::field(field, "must be at most 1,024 bytes")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bounds_the_length_and_refuses_the_common() {
        assert!(
            COMMON
                .iter()
                .all(|common| common.len() >= FEWEST_BYTES && *common == common.to_lowercase())
        );
        for bad in ["", "1234567", "PassWord", "qwertyuiop", &"x".repeat(1_025)] {
            assert!(refusal("password", bad).is_some(), "{bad}");
        }
        for good in ["correct horse", "ÄÄÄÄ", "        ", &"x".repeat(1_024)] {
            assert!(refusal("password", good).is_none(), "{good}");
        }
    }
}
