//! An enrolment that has been read and found sound, every refused field named at once. Whatever makes
//! an account, from whichever surface, comes through here.

use super::{NameRule, canon, email::email, handle};
use crate::{
    profiles::bounds::{KEY, NAME},
    random,
    sessions::PasswordRule,
    text,
};
use chinwag_wire::{Code, FieldError, Problem};

/// Most characters of a display name: a first and a last name of a hundred each, and what is between.
pub(super) const DISPLAY_NAME: usize = 201;
/// Most bytes of what a client keeps with its account.
const EXTRA_BYTES: usize = 4_096;

/// The name an account goes by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Handle {
    /// Chosen, under this rule.
    Named(String, NameRule),
    /// Derived from the display name.
    Derived,
}

/// An account to be made. At least a chosen handle or an email address is needed.
#[derive(Clone)]
pub struct Enrolment {
    /// The name it goes by.
    pub handle: Handle,
    /// Its email address, where it has one.
    pub email: Option<String>,
    /// The name people read, 1 to 201 characters; the handle where absent.
    pub display_name: Option<String>,
    /// Its given name, 1 to 100 characters.
    pub first_name: Option<String>,
    /// Its family name, 1 to 100 characters.
    pub last_name: Option<String>,
    /// The key that others encrypt with, 1 to 8,192 characters of ASCII.
    pub public_key: Option<String>,
    /// The password.
    pub password: String,
    /// What its password must be like.
    pub password_rule: PasswordRule,
    /// What a client keeps with it, up to 4,096 bytes: JSON, which nobody here reads.
    pub extra: Option<String>,
    /// Whether a letter asks to verify the address.
    pub verify: bool,
}

/// What an account shall be, apart from its password.
pub(super) struct NewAccount {
    /// Usernames to try in turn until one is free: one if it was chosen, several if derived.
    pub(super) usernames: Vec<Username>,
    /// Lower-cased, which is also its canonical form.
    pub(super) email: Option<String>,
    /// The name people read; the username where absent.
    pub(super) display_name: Option<String>,
    pub(super) first_name: Option<String>,
    pub(super) last_name: Option<String>,
    /// The key that others encrypt with.
    pub(super) public_key: Option<String>,
    /// What a client keeps with it.
    pub(super) extra: Option<String>,
}

/// A username and what it is compared by.
pub(super) struct Username {
    pub(super) shown: String,
    pub(super) key: String,
    /// Whether its owner asked for it, and so may claim it where it is unclaimed.
    pub(super) chosen: bool,
}

impl NewAccount {
    /// Reads an enrolment whose display name has so many characters at most; `refused` are fields that were
    /// refused elsewhere.
    ///
    /// # Errors
    /// `invalid`, with all fields that were refused.
    pub(super) fn read(
        from: &Enrolment,
        most: usize,
        mut refused: Vec<FieldError>,
    ) -> Result<Self, Problem> {
        let usernames = keep(&mut refused, usernames(from));
        let email = keep(&mut refused, from.email.as_deref().map(email).transpose());
        let display_name = from.display_name.as_deref().map(str::trim);
        refused.extend(line("display_name", display_name, most));
        refused.extend(line("first_name", from.first_name.as_deref(), NAME));
        refused.extend(line("last_name", from.last_name.as_deref(), NAME));
        let is_key = |key: &String| key.is_ascii() && (1..=KEY).contains(&key.len());
        if !from.public_key.as_ref().is_none_or(is_key) || holds_nul(from.public_key.as_deref()) {
            refused.push(field("public_key", "must be 1 to 8,192 characters of ASCII"));
        }
        refused.extend(from.password_rule.refusal("password", &from.password));
        let too_much = from.extra.as_ref().is_some_and(|extra| extra.len() > EXTRA_BYTES);
        if too_much || holds_nul(from.extra.as_deref()) {
            refused.push(field("extra", "must be at most 4,096 bytes, without NUL"));
        }
        match (usernames, refused.is_empty()) {
            (Some(usernames), true) => Ok(Self {
                usernames,
                email: email.flatten(),
                display_name: display_name.map(str::to_owned),
                first_name: trimmed(from.first_name.as_deref()),
                last_name: trimmed(from.last_name.as_deref()),
                public_key: from.public_key.clone(),
                extra: from.extra.clone(),
            }),
            _ => Err(Problem { errors: refused, ..Code::Invalid.into() }),
        }
    }
}

fn holds_nul(text: Option<&str>) -> bool {
    text.is_some_and(|text| text.contains('\0'))
}

fn trimmed(text: Option<&str>) -> Option<String> {
    text.map(|text| text.trim().to_owned())
}

fn usernames(from: &Enrolment) -> Result<Vec<Username>, FieldError> {
    match &from.handle {
        Handle::Named(shown, rule) => {
            Ok(vec![Username { key: rule.canonical(shown)?, shown: shown.clone(), chosen: true }])
        }
        Handle::Derived if from.email.is_none() => {
            Err(field("username", "give a username, an email address, or both"))
        }
        Handle::Derived => Ok(derived(from.display_name.as_deref().unwrap_or_default().trim())),
    }
}

fn derived(display_name: &str) -> Vec<Username> {
    let candidates = handle::candidates(display_name, &random::bytes());
    candidates
        .into_iter()
        .map(|shown| Username { key: canon(&shown), shown, chosen: false })
        .collect()
}

fn field(field: &str, message: &str) -> FieldError {
    FieldError { field: field.to_owned(), message: message.to_owned() }
}

pub(super) fn line(field: &str, text: Option<&str>, most: usize) -> Vec<FieldError> {
    text.and_then(|text| text::line(field, text, most).err())
        .map_or_else(Vec::new, |problem| problem.errors)
}

fn keep<T>(refused: &mut Vec<FieldError>, read: Result<T, FieldError>) -> Option<T> {
    read.map_err(|error| refused.push(error)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn enrolment() -> Enrolment {
        Enrolment {
            handle: Handle::Derived,
            email: Some("Secret.Name@example.org".to_owned()),
            display_name: None,
            first_name: None,
            last_name: None,
            public_key: None,
            password: "a long enough one".to_owned(),
            password_rule: PasswordRule::Native,
            extra: None,
            verify: false,
        }
    }

    fn fields(from: &Enrolment) -> Vec<String> {
        let problem = NewAccount::read(from, DISPLAY_NAME, Vec::new()).err().unwrap();
        problem.errors.into_iter().map(|error| error.field).collect()
    }

    #[test]
    fn names_every_refused_field_at_once() {
        let bad = Enrolment {
            handle: Handle::Named("a@b".to_owned(), NameRule::Native),
            email: Some("x".to_owned()),
            display_name: Some(" ".to_owned()),
            password: "short".to_owned(),
            extra: Some("x".repeat(4_097)),
            ..enrolment()
        };
        assert_eq!(fields(&bad), ["username", "email", "display_name", "password", "extra"]);
        assert_eq!(fields(&Enrolment { email: None, ..enrolment() }), ["username"]);
        let common = Enrolment { password: "Password1".to_owned(), ..enrolment() };
        assert_eq!(fields(&common), ["password"], "a common one");
        let any = Enrolment { password_rule: PasswordRule::Any, ..common };
        assert!(NewAccount::read(&any, DISPLAY_NAME, Vec::new()).is_ok());
        let found = NewAccount::read(&any, DISPLAY_NAME, vec![field("device", "is wrong")]);
        assert!(found.is_err(), "what was refused before");
    }

    #[test]
    fn derives_a_handle_from_the_display_name_alone() {
        let named = Enrolment { display_name: Some("Ann Lee".to_owned()), ..enrolment() };
        let read = NewAccount::read(&named, DISPLAY_NAME, Vec::new()).ok().unwrap();
        assert_eq!(
            (read.usernames[0].shown.as_str(), read.email.as_deref()),
            ("ann-lee", Some("secret.name@example.org"))
        );
        let read = NewAccount::read(&enrolment(), DISPLAY_NAME, Vec::new()).ok().unwrap();
        assert!(read.usernames.iter().all(|name| name.key.starts_with("user") && !name.chosen));
    }
}
