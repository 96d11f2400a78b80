//! What may become a username, by the surface it is chosen on. However it was chosen, it is one name
//! in one store: all are compared in the same canonical form.

use super::{
    canon,
    username::{is_reserved, username},
};
use chinwag_wire::FieldError;

/// Most bytes of a canonical form, which an index of PostgreSQL must hold.
const MOST_CANONICAL_BYTES: usize = 1_024;

/// Which rule a chosen username follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NameRule {
    /// That of the native surfaces: 1 to 64 characters, nothing that misleads.
    Native,
    /// 1 to 64 characters, no control characters, no space at either end.
    Plain,
    /// 3 to 30 ASCII letters, digits, `_` and `-`.
    Slug,
}

/// What is wrong with a username.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NameFault {
    /// Fewer characters than this.
    TooShort(usize),
    /// More characters than this.
    TooLong(usize),
    /// Characters that it may not hold, or not there.
    Characters,
    /// A word kept back.
    Reserved,
}

impl NameRule {
    /// All that is wrong with this as a username, in the order of [`NameFault`].
    pub fn faults(self, name: &str) -> Vec<NameFault> {
        let (least, most) = match self {
            Self::Native | Self::Plain => (1, 64),
            Self::Slug => (3, 30),
        };
        let length = name.chars().count();
        let fits = match self {
            Self::Native => username(name).is_ok(),
            Self::Plain => is_plain(name),
            Self::Slug => name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-'),
        };
        let faults = [
            (length < least, NameFault::TooShort(least)),
            (length > most, NameFault::TooLong(most)),
            (!fits, NameFault::Characters),
            (is_reserved(&canon(name)), NameFault::Reserved),
        ];
        faults.into_iter().filter(|(wrong, _)| *wrong).map(|(_, fault)| fault).collect()
    }

    /// The canonical form of a username.
    ///
    /// # Errors
    /// Why it cannot be one, in words for its owner.
    pub(super) fn canonical(self, name: &str) -> Result<String, FieldError> {
        if self == Self::Native {
            return username(name);
        }
        match self.faults(name).first() {
            None => Ok(canon(name)),
            Some(fault) => {
                Err(FieldError { field: "username".to_owned(), message: fault.message() })
            }
        }
    }
}

fn is_plain(name: &str) -> bool {
    let canonical = canon(name);
    !name.chars().chain(canonical.chars()).any(char::is_control)
        && name.trim() == name
        && !canonical.trim().is_empty()
        && canonical.len() <= MOST_CANONICAL_BYTES
}

impl NameFault {
    fn message(self) -> String {
        match self {
            Self::TooShort(least) => format!("must be at least {least} characters"),
            Self::TooLong(most) => format!("must be at most {most} characters"),
            Self::Characters => "holds characters that it may not, or a space at an end".to_owned(),
            Self::Reserved => "is a reserved word".to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_names_are_data() {
        for name in ["a", "a:b", "x-with-y", "a/b", "'%_\"", "a@b", "小林", &"é".repeat(64)] {
            assert_eq!(NameRule::Plain.faults(name), [], "{name}");
        }
        for name in ["", " a", "a ", "a\u{7}b", "a\0", &"e".repeat(65), &"\u{fdfa}".repeat(64)] {
            assert!(NameRule::Plain.canonical(name).is_err(), "{name:?}");
        }
        assert_eq!(NameRule::Plain.faults("Block"), [NameFault::Reserved]);
    }

    #[test]
    fn slugs_say_what_is_wrong() {
        assert_eq!(NameRule::Slug.faults("vera-K_9"), []);
        assert_eq!(NameRule::Slug.faults("é"), [NameFault::TooShort(3), NameFault::Characters]);
        assert_eq!(NameRule::Slug.faults(&"a".repeat(31)), [NameFault::TooLong(30)]);
        assert_eq!(NameRule::Slug.faults("unblock"), [NameFault::Reserved]);
        assert_eq!(NameRule::Slug.canonical("Vera"), Ok("vera".to_owned()));
    }
}
