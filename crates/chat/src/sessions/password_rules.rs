//! What may become a password, by the surface it is chosen on. Never applied at sign-in, where only
//! the length is bounded.

use chinwag_wire::{FieldError, Problem};
use std::{collections::HashSet, sync::LazyLock};

/// Most bytes of a password, anywhere.
pub(crate) const MOST_BYTES: usize = 1_024;

/// The passwords that are tried first by whoever guesses: one a line, lower-cased.
static COMMON: LazyLock<HashSet<&str>> =
    LazyLock::new(|| include_str!("common_passwords.txt").lines().collect());

/// Which rule a new password follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PasswordRule {
    /// That of the native surfaces: 8 to 1,024 bytes, none of the first that anybody would guess.
    Native,
    /// 1 to 1,024 bytes.
    Any,
    /// At least 8 bytes.
    Long,
    /// 8 to 100 letters, digits and `@$!%*?&`; a lower-case and an upper-case letter and a digit among them.
    Plain,
    /// 4 to 20 characters; an upper-case and a lower-case letter, and a digit or a symbol other than `_`.
    Mixed,
    /// At least 8 characters; a lower-case and an upper-case letter, a digit and a symbol.
    Strong,
}

/// What is wrong with a password.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PasswordFault {
    /// Shorter than this.
    TooShort(usize),
    /// Longer than this.
    TooLong(usize),
    /// It holds characters that it may not.
    Characters,
    /// It lacks a kind of character that it must hold.
    Kinds,
    /// It is one of the first that anybody would guess.
    Common,
}

/// How long a password must be, at least and at most: bytes, or characters.
enum Length {
    Bytes(usize, usize),
    Characters(usize, usize),
}

impl PasswordRule {
    /// All that is wrong with this as a password, in the order of [`PasswordFault`].
    pub fn faults(self, password: &str) -> Vec<PasswordFault> {
        let (length, least, most) = match self.length() {
            Length::Bytes(least, most) => (password.len(), least, most),
            Length::Characters(least, most) => (password.chars().count(), least, most),
        };
        let too_long = length > most || password.len() > MOST_BYTES;
        let allowed = |c: char| c.is_ascii_alphanumeric() || "@$!%*?&".contains(c);
        let foreign = self == Self::Plain && !password.chars().all(allowed);
        let common = self == Self::Native && COMMON.contains(password.to_lowercase().as_str());
        let faults = [
            (length < least, PasswordFault::TooShort(least)),
            (too_long, PasswordFault::TooLong(most)),
            (foreign, PasswordFault::Characters),
            (!self.kinds_are_there(password), PasswordFault::Kinds),
            (common, PasswordFault::Common),
        ];
        faults.into_iter().filter(|(wrong, _)| *wrong).map(|(_, fault)| fault).collect()
    }

    fn length(self) -> Length {
        match self {
            Self::Native | Self::Long => Length::Bytes(8, MOST_BYTES),
            Self::Any => Length::Bytes(1, MOST_BYTES),
            Self::Plain => Length::Characters(8, 100),
            Self::Mixed => Length::Characters(4, 20),
            Self::Strong => Length::Characters(8, MOST_BYTES),
        }
    }

    fn kinds_are_there(self, password: &str) -> bool {
        let any = |is: fn(char) -> bool| password.chars().any(is);
        let cased = || any(char::is_lowercase) && any(char::is_uppercase);
        let digit = || any(|c| c.is_ascii_digit());
        match self {
            Self::Native | Self::Any | Self::Long => true,
            Self::Plain => cased() && digit(),
            Self::Mixed => cased() && (digit() || any(|c| !c.is_alphanumeric() && c != '_')),
            Self::Strong => cased() && digit() && any(|c| !c.is_alphanumeric()),
        }
    }

    /// Why this cannot become a password, if it cannot, in words for its owner.
    pub(crate) fn refusal(self, field: &str, password: &str) -> Option<FieldError> {
        let fault = *self.faults(password).first()?;
        let unit = match self.length() {
            Length::Bytes(..) => "bytes",
            Length::Characters(..) => "characters",
        };
        let message = match fault {
            PasswordFault::TooShort(least) => format!("must be at least {least} {unit}"),
            PasswordFault::TooLong(MOST_BYTES) => "must be at most 1,024 bytes".to_owned(),
            PasswordFault::TooLong(most) => format!("must be at most {most} {unit}"),
            PasswordFault::Characters => "holds characters that it may not".to_owned(),
            PasswordFault::Kinds => "needs other kinds of characters too".to_owned(),
            PasswordFault::Common => "is one of the first that anybody would guess".to_owned(),
        };
        Some(FieldError { field: field.to_owned(), message })
    }
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
    use PasswordFault::{Characters, Kinds, TooLong, TooShort};
    use PasswordRule::{Any, Long, Mixed, Native, Plain, Strong};

    #[test]
    fn bounds_the_length_and_refuses_the_common() {
        assert!(COMMON.iter().all(|common| common.len() >= 8 && *common == common.to_lowercase()));
        for bad in ["", "1234567", "PassWord", "qwertyuiop", &"x".repeat(1_025)] {
            assert!(Native.refusal("password", bad).is_some(), "{bad}");
        }
        for good in ["correct horse", "ÄÄÄÄ", "        ", &"x".repeat(1_024)] {
            assert!(Native.refusal("password", good).is_none(), "{good}");
        }
    }

    #[test]
    fn each_rule_takes_what_it_says() {
        let longest = "x".repeat(1_024);
        let rules: [(PasswordRule, &[&str]); 5] = [
            (Any, &["x", "password", &longest]),
            (Long, &["windmill9", "ÄÄÄÄ", "password"]),
            (Plain, &["Lantern42", "aA1@$!%*?&", &format!("aA1{}", "b".repeat(97))]),
            (Mixed, &["Tea7", "Teapot-", "Teapot7", "ÄäÄ!", &format!("Aa1{}", "b".repeat(17))]),
            (Strong, &["Harbour#12", "aA1_____", "aA1éééé "]),
        ];
        for (rule, good) in rules {
            good.iter().for_each(|text| assert_eq!(rule.faults(text), [], "{rule:?} {text}"));
        }
    }

    #[test]
    fn each_rule_says_what_is_wrong() {
        let faults: [(PasswordRule, &str, &[PasswordFault]); 14] = [
            (Any, "", &[TooShort(1)]),
            (Any, &"x".repeat(1_025), &[TooLong(1_024)]),
            (Long, "short", &[TooShort(8)]),
            (Plain, "Aa1", &[TooShort(8)]),
            (Plain, "lantern42", &[Kinds]),
            (Plain, "LANTERN42", &[Kinds]),
            (Plain, "Lanterns", &[Kinds]),
            (Plain, "Lantern 42", &[Characters]),
            (Plain, &format!("aA1{}", "b".repeat(98)), &[TooLong(100)]),
            (Mixed, "Te7", &[TooShort(4)]),
            (Mixed, "Tea_pot", &[Kinds]),
            (Mixed, "teapot7", &[Kinds]),
            (Mixed, &format!("Aa1{}", "b".repeat(18)), &[TooLong(20)]),
            (Strong, "Harbour12", &[Kinds]),
        ];
        for (rule, text, expected) in faults {
            assert_eq!(rule.faults(text), expected, "{rule:?} {text}");
        }
    }
}
